//! Who sent a request: the JSON Web Token of a CDS Hooks client (2.0.1, "Trusting CDS Clients").
//!
//! Whatever is wrong, the caller gets the same 401, which says for whom a token must be meant and no more. The reason goes to the log, as a kind and the client it claims to
//! be; the token and what it says go nowhere.

mod jku;
mod jwks;
mod reason;
mod replay;
mod token;
mod user;

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpMessage, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::JwkSet;
use reqwest::Url;

use self::jku::Jku;
use self::jwks::{Jwks, Thumbprint};
use self::reason::Reason;
use self::replay::Seen;
pub(super) use self::replay::Used;
use self::token::Token;
pub(super) use self::user::Users;
use super::error::ApiError;
use super::identity::SentBy;
use super::{Settings, TokenSettings};
use crate::client::{ALGORITHMS, Callers, Client, KeySource, Trust};
use crate::metrics::Metrics;
use crate::outbound::{Outbound, is_private};
use cellwise_record::AsOf;
use cellwise_store::{Call, Store};

/// Decides whom to believe.
pub(super) struct Gate {
    callers: Admitted,
    tokens: TokenSettings,
    /// What other instances know, too.
    store: Option<Store>,
    clock: Clock,
    metrics: Arc<Metrics>,
}

/// A client that was admitted.
#[derive(Clone, Copy)]
pub(super) struct Sender<'g> {
    pub(super) client: &'g Client,
    /// When it may send again, if all instances together have had too much of it.
    pub(super) retry_after: Option<Duration>,
}

/// The time since 1970.
type Clock = fn() -> Duration;

/// The time since 1970, by the clock of this machine.
pub(super) fn clock() -> Duration {
    AsOf::now().instant.as_duration().unsigned_abs()
}

#[allow(clippy::large_enum_variant, reason = "there is one in a server")]
enum Admitted {
    Anyone(Client),
    Listed { base: Url, clients: Vec<Listed> },
}

/// A client with what its tokens are checked against.
struct Listed {
    client: Client,
    trust: Trust,
    keys: Keys,
    seen: Arc<Seen>,
}

enum Keys {
    Static(Arc<Jwks>),
    Published(Arc<Jku>),
}

/// A reason, and the client that the token claims to be from.
struct Refused<'g> {
    reason: Reason,
    client: Option<&'g str>,
}

impl From<Reason> for Refused<'_> {
    fn from(reason: Reason) -> Self {
        Self { reason, client: None }
    }
}

impl Gate {
    /// Prepares what tokens are checked against. Keys are fetched through `outbound`; nothing is fetched yet. What was used is
    /// in `used`, whatever the configuration; keys that were fetched `before` from the same address are kept.
    ///
    /// # Errors
    /// When the settings can't be used: one line that says why.
    pub(super) fn after(
        before: Option<&Self>,
        settings: &Settings,
        outbound: &Outbound,
        used: &Used,
        metrics: &Arc<Metrics>,
        store: Option<&Store>,
    ) -> Result<Self, String> {
        let callers = match &settings.callers {
            Callers::Anyone(client) => Admitted::Anyone(client.clone()),
            Callers::Listed(clients) => {
                let base = settings.base_url.clone().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or(
                    "clients are listed, so the server must know the http or https address by which they call it, \
                     its base URL: their tokens name it",
                )?;
                let clients: Vec<Listed> = clients
                    .iter()
                    .map(|client| {
                        let fetched = before.and_then(|before| before.fetched(&client.id));
                        Listed::new(client, outbound, settings.tokens, used, fetched)
                            .map_err(|error| format!("client `{}`: {error}", client.id))
                    })
                    .collect::<Result<_, _>>()?;
                told_apart(&clients)?;
                Admitted::Listed { base, clients }
            }
        };
        Ok(Self { callers, tokens: settings.tokens, store: store.cloned(), clock, metrics: Arc::clone(metrics) })
    }

    /// What has the keys of a client that publishes them.
    fn fetched(&self, client: &str) -> Option<&Arc<Jku>> {
        let Admitted::Listed { clients, .. } = &self.callers else { return None };
        clients.iter().find(|listed| listed.client.id == client).and_then(|listed| match &listed.keys {
            Keys::Published(jku) => Some(jku),
            Keys::Static(_) => None,
        })
    }

    /// The client that sent a request.
    ///
    /// # Errors
    /// [`ApiError::NotAuthenticated`], the same whatever the reason.
    pub(super) async fn admit(&self, request: &HttpRequest) -> Result<Sender<'_>, ApiError> {
        match self.sender(request).await {
            Ok(sender) => {
                tracing::Span::current().record("client", sender.client.id.as_str());
                request.extensions_mut().insert(SentBy(sender.client.id.clone()));
                Ok(sender)
            }
            Err(Refused { reason, client }) => {
                let audience = self.audience(&request.match_pattern().unwrap_or_default()).unwrap_or_default();
                tracing::warn!(reason = reason.name(), client, audience, "not authenticated");
                self.metrics.refused(client, reason.name());
                Err(ApiError::NotAuthenticated { audience })
            }
        }
    }

    /// What tokens for a path of the route table must be meant for; `None` in development.
    fn audience(&self, pattern: &str) -> Option<String> {
        let Admitted::Listed { base, .. } = &self.callers else { return None };
        Some(format!("{}{pattern}", base.as_str().trim_end_matches('/')))
    }

    async fn sender(&self, request: &HttpRequest) -> Result<Sender<'_>, Refused<'_>> {
        let (base, clients) = match &self.callers {
            Admitted::Anyone(client) => return Ok(Sender { client, retry_after: None }),
            Admitted::Listed { base, clients } => (base, clients),
        };
        let token = Token::read(token::presented(request)?)?;
        let listed = claimed(clients, &token)?;
        match self.check(listed, &token, &endpoint(base, request.path())).await {
            Ok(retry_after) => Ok(Sender { client: &listed.client, retry_after }),
            Err(reason) => Err(Refused { reason, client: Some(&listed.client.id) }),
        }
    }

    /// What costs nothing comes first, then the signature. A token is remembered once its signature holds: a stranger can't
    /// use up somebody else's `jti`, nor our memory. What all instances together have had of the client is asked in the same
    /// breath; what this gives is when it may send again, if that was too much.
    async fn check(&self, listed: &Listed, token: &Token<'_>, endpoint: &Url) -> Result<Option<Duration>, Reason> {
        let Listed { trust, keys, seen, .. } = listed;
        let algorithm = token.algorithm(&trust.algorithms)?;
        let kid = token.kid()?;
        if let KeySource::Jku(url) = &trust.keys {
            token.names_no_other_jku(url)?;
        }
        token.is_for(endpoint, &trust.audiences)?;
        let jti = token.jti()?;
        let until = token.is_timely((self.clock)(), &self.tokens)?;
        let keys = match keys {
            Keys::Static(keys) => Arc::clone(keys),
            Keys::Published(jku) => jku.keys(kid, algorithm).await?,
        };
        let key = keys.check(kid, algorithm, token)?;
        seen.first_time(&key, jti, until, self.clock)?;
        self.first_time_anywhere(listed, &key, jti, until).await
    }

    /// The same of all instances, as far as the store answers in time; else this one's own memory has decided.
    async fn first_time_anywhere(
        &self,
        listed: &Listed,
        key: &Thumbprint,
        jti: &str,
        until: Duration,
    ) -> Result<Option<Duration>, Reason> {
        let Some(store) = &self.store else { return Ok(None) };
        let Listed { client, trust, .. } = listed;
        let signer = format!("{} {}", trust.issuer, STANDARD.encode(key));
        let call = Call {
            client: &client.id,
            signer: &signer,
            jti,
            until,
            now: (self.clock)(),
            per_minute: client.requests_per_minute,
        };
        match store.admit(call).await {
            Some(known) if !known.is_first => Err(Reason::Replayed),
            Some(known) => Ok(known.retry_after),
            None => Ok(None),
        }
    }
}

/// Whether some key of a set can check signatures of one of these algorithms.
pub(crate) fn can_check(keys: &JwkSet, algorithms: &[Algorithm]) -> bool {
    Jwks::of(keys).are_for(algorithms)
}

/// The one client that a token claims to be from.
fn claimed<'c>(clients: &'c [Listed], token: &Token) -> Result<&'c Listed, Reason> {
    let issuer = token.issuer()?;
    let mut of_issuer = clients.iter().filter(|listed| listed.trust.issuer == issuer).peekable();
    if of_issuer.peek().is_none() {
        return Err(Reason::UnknownIssuer);
    }
    let is_tenant = |tenants: &[String]| {
        tenants.is_empty() || token.tenant().is_some_and(|tenant| tenants.iter().any(|one| one == tenant))
    };
    // At most one: `told_apart`.
    of_issuer.find(|listed| is_tenant(&listed.trust.tenants)).ok_or(Reason::OtherTenant)
}

/// Clients with the same issuer must have tenants, each its own.
fn told_apart(clients: &[Listed]) -> Result<(), String> {
    for (place, one) in clients.iter().enumerate() {
        for other in clients.iter().skip(place + 1).filter(|other| other.trust.issuer == one.trust.issuer) {
            let (ours, theirs) = (&one.trust.tenants, &other.trust.tenants);
            if ours.is_empty() || theirs.is_empty() || ours.iter().any(|tenant| theirs.contains(tenant)) {
                return Err(format!(
                    "clients `{}` and `{}` have the same issuer: give each its own tenants",
                    one.client.id, other.client.id
                ));
            }
        }
    }
    Ok(())
}

/// The address by which a client calls a path of ours.
fn endpoint(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url.set_fragment(None);
    url
}

impl Listed {
    fn new(
        client: &Client,
        outbound: &Outbound,
        tokens: TokenSettings,
        used: &Used,
        fetched: Option<&Arc<Jku>>,
    ) -> Result<Self, String> {
        let trust = client.trust.clone().ok_or("nothing says how its tokens are recognised")?;
        if trust.algorithms.is_empty() {
            return Err("no signature algorithm is accepted".to_owned());
        }
        let is_known = |one: &Algorithm| ALGORITHMS.iter().any(|(_, known)| known == one);
        if let Some(other) = trust.algorithms.iter().find(|one| !is_known(one)) {
            return Err(format!(
                "the signature algorithm {other:?} is not accepted, only ES384, RS384, ES256 and RS256"
            ));
        }
        let keys = match &trust.keys {
            KeySource::Static(set) => {
                let keys = Jwks::of(set);
                if !keys.are_for(&trust.algorithms) {
                    return Err("none of its keys fits a signature algorithm that is accepted from it".to_owned());
                }
                Keys::Static(Arc::new(keys))
            }
            KeySource::Jku(url) => {
                if !is_private(url) {
                    return Err("the address of its keys must start with https (http only on loopback)".to_owned());
                }
                Keys::Published(match fetched.filter(|jku| jku.is_at(url, outbound)) {
                    Some(jku) => jku.paced(tokens.keys_for),
                    None => Arc::new(Jku::new(client.id.clone(), url.clone(), outbound.clone(), tokens.keys_for)),
                })
            }
        };
        let seen = used.of(&trust.issuer);
        Ok(Self { client: client.clone(), trust, keys, seen })
    }
}

#[cfg(test)]
mod tests;
