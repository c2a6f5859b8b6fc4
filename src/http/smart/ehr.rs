//! What is asked of an EHR's authorization server: how it is configured, and a token for a code.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header::{ACCEPT, CONTENT_TYPE};
use moka::future::Cache;
use reqwest::Url;

use crate::client::{Client, SmartApp};
use crate::http::auth::Users;
use crate::http::shared::Configured;
use crate::outbound::{Outbound, SendError};
use crate::smart::{Grant, NoGrant, Refused, Secret, SmartConfiguration};

/// The largest answer, in bytes.
const LARGEST: usize = 256 * 1024;
/// How long a configuration is used before it is read again.
const FRESH_FOR: Duration = Duration::from_mins(5);
/// FHIR servers whose configuration is kept. A client may list a base under which there are many.
const MOST: u64 = 64;

/// The EHRs from which the app was launched of late.
pub(in crate::http) struct Ehrs(Cache<String, Arc<Ehr>>);

impl Default for Ehrs {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(FRESH_FOR).build())
    }
}

/// An EHR's authorization server.
pub(super) struct Ehr {
    pub(super) configuration: SmartConfiguration,
    /// Who its users are; none when it does not say so.
    pub(super) users: Option<Users>,
}

impl Ehrs {
    /// The EHR whose FHIR server is at `server`, one of the client's.
    pub(super) async fn of(
        &self,
        client: &Client,
        app: &SmartApp,
        server: &Url,
        now: &Configured,
    ) -> Result<Arc<Ehr>, Refused> {
        let read = async {
            let outbound = now.gatherer.outbound();
            let address = format!("{}/.well-known/smart-configuration", server.as_str().trim_end_matches('/'));
            let request = outbound.client().get(address).header(ACCEPT.as_str(), "application/json");
            let answer = Outbound::send(request, LARGEST, Instant::now() + app.deadline).await;
            let answer = answer.map_err(|error| Refused::NoConfiguration(SendError::name(error)))?;
            if answer.status != 200 {
                return Err(Refused::NoConfiguration("status"));
            }
            let configuration = SmartConfiguration::read(&answer.body, client.fhir.allows_http);
            let configuration = configuration.map_err(|problem| match problem {
                "no-pkce" => Refused::NoPkce,
                problem => Refused::NoConfiguration(problem),
            })?;
            let keys_for = now.settings.tokens.keys_for;
            let users = configuration.user_keys.as_ref();
            let users = users.map(|of| Users::new(&client.id, &of.issuer, &of.jwks_uri, outbound, keys_for));
            Ok(Arc::new(Ehr { configuration, users }))
        };
        // Two clients may have one FHIR server, under other terms.
        let key = format!("{} {server}", client.id);
        self.0.try_get_with(key, read).await.map_err(|refused| *refused)
    }
}

impl Ehr {
    /// The token for a code (SMART App Launch 2.2, "Obtain access token"), as a public client: it shows that it sent the user.
    pub(super) async fn grant(
        &self,
        app: &SmartApp,
        now: &Configured,
        code: &str,
        redirect_uri: &str,
        verifier: &Secret,
    ) -> Result<Grant, Refused> {
        let mut form = self.configuration.token_endpoint.clone();
        form.query_pairs_mut()
            .clear()
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("client_id", &app.client_id)
            .append_pair("code_verifier", verifier.reveal());
        let form = form.query().unwrap_or_default().to_owned();
        let request = now.gatherer.outbound().client().post(self.configuration.token_endpoint.clone());
        let request = request.header(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        let request = request.header(ACCEPT.as_str(), "application/json").body(form);
        let answer = Outbound::send(request, LARGEST, Instant::now() + app.deadline).await;
        let answer = answer.map_err(|error| Refused::NoToken(SendError::name(error)))?;
        match answer.status {
            200..300 => Grant::read(&answer.body).map_err(|why| Refused::NoToken(NoGrant::name(why))),
            400..500 => Err(Refused::NoToken("refused")),
            _ => Err(Refused::NoToken("status")),
        }
    }
}
