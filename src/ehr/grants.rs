//! What the EHR has given out: launches, authorisation codes, access tokens. Everything ends with the process.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::scope::Scopes;

/// How long an app may take from launch to authorisation, and from there to its token.
const PATIENCE: Duration = Duration::from_mins(10);
/// How long an access token of an app counts.
pub(super) const APP_TOKEN: Duration = Duration::from_hours(1);
/// How long an access token for a CDS service counts.
pub(super) const SERVICE_TOKEN: Duration = Duration::from_mins(5);

/// What an app is launched with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LaunchContext {
    pub(super) patient: String,
    pub(super) encounter: Option<String>,
    /// `appContext` of the link on a card.
    pub(super) app_context: Option<String>,
    /// References of what the launch is about.
    pub(super) fhir_context: Vec<String>,
}

/// What a user agreed to.
#[derive(Clone, Debug)]
pub(super) struct Agreed {
    pub(super) client: String,
    pub(super) redirect: String,
    pub(super) challenge: String,
    pub(super) scopes: Scopes,
    pub(super) context: LaunchContext,
    pub(super) nonce: Option<String>,
}

/// A request for authorisation that waits for a patient to be picked.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) agreed: Agreed,
    pub(super) state: Option<String>,
}

/// What an access token opens.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) scopes: Scopes,
    /// The one patient whose data it opens; `None` is everybody.
    pub(super) patient: Option<String>,
    until: Instant,
}

/// Everything that was given out.
#[derive(Debug, Default)]
pub(super) struct Grants {
    launches: HashMap<String, (LaunchContext, Instant)>,
    pending: HashMap<String, (Pending, Instant)>,
    codes: HashMap<String, (Agreed, Instant)>,
    tokens: HashMap<String, Grant>,
}

/// Takes what is known by a name, unless it is too old. It can't be had twice.
fn take<T>(from: &mut HashMap<String, (T, Instant)>, name: &str) -> Option<T> {
    let now = Instant::now();
    from.retain(|_, (_, until)| *until > now);
    from.remove(name).map(|(value, _)| value)
}

fn keep<T>(into: &mut HashMap<String, (T, Instant)>, value: T) -> String {
    let name = Uuid::new_v4().to_string();
    into.insert(name.clone(), (value, Instant::now() + PATIENCE));
    name
}

impl Grants {
    /// The `launch` of an app.
    pub(super) fn launch(&mut self, context: LaunchContext) -> String {
        keep(&mut self.launches, context)
    }

    /// The context of a launch, once.
    pub(super) fn launched(&mut self, launch: &str) -> Option<LaunchContext> {
        take(&mut self.launches, launch)
    }

    /// Lets a request wait for a patient.
    pub(super) fn wait(&mut self, pending: Pending) -> String {
        keep(&mut self.pending, pending)
    }

    /// The request that waited, once.
    pub(super) fn waited(&mut self, name: &str) -> Option<Pending> {
        take(&mut self.pending, name)
    }

    /// An authorisation code.
    pub(super) fn code(&mut self, agreed: Agreed) -> String {
        keep(&mut self.codes, agreed)
    }

    /// What a code stands for, once.
    pub(super) fn coded(&mut self, code: &str) -> Option<Agreed> {
        take(&mut self.codes, code)
    }

    /// An access token that counts for so long.
    pub(super) fn token(&mut self, scopes: Scopes, patient: Option<String>, lasts: Duration) -> String {
        let now = Instant::now();
        self.tokens.retain(|_, grant| grant.until > now);
        let token = Uuid::new_v4().to_string();
        self.tokens.insert(token.clone(), Grant { scopes, patient, until: now + lasts });
        token
    }

    /// What a token opens; `None` when it never did, or no longer does.
    pub(super) fn opened(&self, token: &str) -> Option<Grant> {
        self.tokens.get(token).filter(|grant| grant.until > Instant::now()).cloned()
    }
}

/// Whether a verifier is that of a challenge (PKCE, S256).
pub(super) fn is_verified(challenge: &str, verifier: &str) -> bool {
    let is_long_enough = (43..=128).contains(&verifier.len());
    is_long_enough && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_of_the_specification_is_verified() {
        // RFC 7636, appendix B.
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_verified(challenge, verifier));
        assert!(!is_verified(challenge, &verifier.to_lowercase()) && !is_verified(challenge, "short"));
        assert!(!is_verified(verifier, verifier), "`plain` is not accepted");
    }

    #[test]
    fn a_code_counts_once_and_a_token_until_it_ends() {
        let mut grants = Grants::default();
        let launch = grants.launch(LaunchContext::default());
        assert!(grants.launched(&launch).is_some() && grants.launched(&launch).is_none());
        let token = grants.token(Scopes::granting("patient/*.rs"), None, APP_TOKEN);
        assert!(grants.opened(&token).is_some() && grants.opened("other").is_none());
        let ended = grants.token(Scopes::default(), None, Duration::ZERO);
        assert!(grants.opened(&ended).is_none());
    }
}
