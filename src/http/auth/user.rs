//! Who a user of an EHR is: the `id_token` that comes with a launch (`OpenID` Connect Core, 3.1.3.7).
//!
//! The access log names this person, so it is believed only when it is signed by a key that the EHR publishes.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use super::clock;
use super::jku::Jku;
use super::reason::Reason;
use super::token::Token;
use crate::client::ALGORITHMS;
use crate::http::TokenSettings;
use crate::outbound::Outbound;

/// How long a statement about a user may be good: it is looked at once, a moment after it was made.
const LONGEST: Duration = Duration::from_hours(24 * 31);

/// What the statements of one EHR about its users are checked against.
pub(in crate::http) struct Users {
    issuer: String,
    keys: Arc<Jku>,
}

impl Users {
    /// Nothing is fetched yet. `client` is for the log.
    pub(in crate::http) fn new(
        client: &str,
        issuer: &str,
        keys: &Url,
        outbound: &Outbound,
        fresh_for: Duration,
    ) -> Self {
        let keys = Jku::new(client.to_owned(), keys.clone(), outbound.clone(), fresh_for);
        Self { issuer: issuer.to_owned(), keys: Arc::new(keys) }
    }

    /// The FHIR resource of the user, as the EHR names it; `None` when the statement is right and names none.
    ///
    /// # Errors
    /// Why the statement can't be believed, as a word for the log.
    pub(in crate::http) async fn user(
        &self,
        text: &str,
        client_id: &str,
        clock_skew: Duration,
    ) -> Result<Option<String>, &'static str> {
        self.check(text, client_id, clock_skew).await.map_err(Reason::name)
    }

    async fn check(&self, text: &str, client_id: &str, clock_skew: Duration) -> Result<Option<String>, Reason> {
        let token = Token::read(text)?;
        if token.issuer()? != self.issuer {
            return Err(Reason::UnknownIssuer);
        }
        token.is_for_client(client_id)?;
        let settings = TokenSettings { clock_skew, longest: LONGEST, ..TokenSettings::default() };
        token.is_timely(clock(), &settings)?;
        let algorithm = token.algorithm(&ALGORITHMS.map(|(_, algorithm)| algorithm))?;
        let kid = token.kid()?;
        self.keys.keys(kid, algorithm).await?.check(kid, algorithm, &token)?;
        Ok(token.fhir_user().map(str::to_owned))
    }
}
