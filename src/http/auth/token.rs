//! A token: what it says, and the checks that need nothing else.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Algorithm, Header, decode_header};
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::reason::Reason;
use crate::http::TokenSettings;

/// The longest token that is read, in bytes. Real ones have a few hundred.
const LONGEST: usize = 8 * 1024;
/// The longest `jti`, in bytes.
const LONGEST_JTI: usize = 256;

/// The token of a request: from its one `Authorization` header.
pub(super) fn presented(request: &HttpRequest) -> Result<&str, Reason> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let (first, second) = (headers.next(), headers.next());
    if second.is_some() {
        return Err(Reason::SeveralTokens);
    }
    let value = first.ok_or(Reason::NoToken)?.to_str().map_err(|_error| Reason::Malformed)?;
    let (scheme, token) = value.split_once(' ').ok_or(Reason::NotBearer)?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(Reason::NotBearer);
    }
    Ok(token.trim_matches(' '))
}

/// A token that can be read. Nothing of it is to be believed before its signature was checked.
pub(super) struct Token<'t> {
    header: Header,
    claims: Claims,
    /// What is signed: the first two parts as they came.
    pub(super) message: &'t str,
    /// The third part.
    pub(super) signature: &'t str,
}

/// A claim that comes twice is an error; one that is not listed here is not looked at.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<Audience>,
    exp: Option<f64>,
    iat: Option<f64>,
    nbf: Option<f64>,
    jti: Option<String>,
    tenant: Option<String>,
    /// Of statements about users; whatever they are elsewhere.
    azp: Option<Value>,
    #[serde(rename = "fhirUser")]
    fhir_user: Option<Value>,
    profile: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl<'t> Token<'t> {
    /// Takes a token apart.
    pub(super) fn read(text: &'t str) -> Result<Self, Reason> {
        if text.len() > LONGEST {
            return Err(Reason::TooLong);
        }
        let (message, signature) = text.rsplit_once('.').ok_or(Reason::Malformed)?;
        // Both want exactly three parts.
        let header = decode_header(text).map_err(|_error| Reason::Malformed)?;
        let claims = insecure_decode_claims(text).map_err(|_error| Reason::Malformed)?;
        Ok(Self { header, claims, message, signature })
    }

    pub(super) fn issuer(&self) -> Result<&str, Reason> {
        self.claims.iss.as_deref().ok_or(Reason::Missing("missing-iss"))
    }

    pub(super) fn tenant(&self) -> Option<&str> {
        self.claims.tenant.as_deref()
    }

    /// The signature algorithm, one of those accepted, of a token whose header asks for nothing special. Keys that come
    /// with the token (`jwk`, `x5c`) and addresses of keys (`x5u`) are never looked at.
    pub(super) fn algorithm(&self, accepted: &[Algorithm]) -> Result<Algorithm, Reason> {
        if self.header.typ.as_ref().is_some_and(|kind| !kind.eq_ignore_ascii_case("JWT")) {
            return Err(Reason::OtherType);
        }
        if self.header.crit.is_some() {
            return Err(Reason::Critical);
        }
        accepted.iter().copied().find(|one| *one == self.header.alg).ok_or(Reason::OtherAlgorithm)
    }

    pub(super) fn kid(&self) -> Result<&str, Reason> {
        self.header.kid.as_deref().ok_or(Reason::Missing("missing-kid"))
    }

    /// For a client whose keys are at a known address. Where they are in a file, `jku` says nothing that matters: EHRs send
    /// it always, and an address of a token is never fetched.
    pub(super) fn names_no_other_jku(&self, known: &Url) -> Result<(), Reason> {
        match &self.header.jku {
            Some(jku) if Url::parse(jku).ok().as_ref() != Some(known) => Err(Reason::OtherJku),
            _ => Ok(()),
        }
    }

    pub(super) fn is_for(&self, endpoint: &Url, others: &[Url]) -> Result<(), Reason> {
        let names: &[String] = match self.claims.aud.as_ref().ok_or(Reason::Missing("missing-aud"))? {
            Audience::One(name) => std::slice::from_ref(name),
            Audience::Several(names) => names,
        };
        let ours = |name: &String| {
            let url = Url::parse(name).ok();
            url.is_some_and(|url| std::iter::once(endpoint).chain(others).any(|known| is_same(known, &url)))
        };
        if names.iter().any(ours) { Ok(()) } else { Err(Reason::WrongAudience) }
    }

    /// Whether a statement about a user is made for this client, and for nobody else.
    pub(super) fn is_for_client(&self, client_id: &str) -> Result<(), Reason> {
        let names: &[String] = match self.claims.aud.as_ref().ok_or(Reason::Missing("missing-aud"))? {
            Audience::One(name) => std::slice::from_ref(name),
            Audience::Several(names) => names,
        };
        let is_other = |party: &Value| party.as_str() != Some(client_id);
        if !names.iter().any(|name| name == client_id) || self.claims.azp.as_ref().is_some_and(is_other) {
            return Err(Reason::WrongAudience);
        }
        Ok(())
    }

    /// The FHIR resource of a user: `fhirUser`, or `profile` as it was before; what can be the address of none is none.
    pub(super) fn fhir_user(&self) -> Option<&str> {
        let is_resource = |text: &&str| {
            let kinds = ["Practitioner/", "PractitionerRole/", "Patient/", "RelatedPerson/", "Person/"];
            text.len() <= LONGEST_JTI
                && kinds.iter().any(|kind| text.contains(kind))
                && !text.contains(char::is_whitespace)
        };
        let claims = [&self.claims.fhir_user, &self.claims.profile];
        claims.into_iter().flatten().filter_map(Value::as_str).find(is_resource)
    }

    pub(super) fn jti(&self) -> Result<&str, Reason> {
        let jti = self.claims.jti.as_deref().filter(|jti| !jti.is_empty()).ok_or(Reason::Missing("missing-jti"))?;
        if jti.len() > LONGEST_JTI { Err(Reason::TooLong) } else { Ok(jti) }
    }

    /// Checks the times, all since 1970, and gives the one from which on the token is refused as expired.
    pub(super) fn is_timely(&self, now: Duration, settings: &TokenSettings) -> Result<Duration, Reason> {
        let time = |seconds: f64| Duration::try_from_secs_f64(seconds).map_err(|_error| Reason::Malformed);
        let expires = time(self.claims.exp.ok_or(Reason::Missing("missing-exp"))?)?;
        let issued = time(self.claims.iat.ok_or(Reason::Missing("missing-iat"))?)?;
        let begins = self.claims.nbf.map_or(Ok(issued), time)?.max(issued);
        let until = expires.saturating_add(settings.clock_skew);
        if until <= now {
            return Err(Reason::Expired);
        }
        if begins > now.saturating_add(settings.clock_skew) {
            return Err(Reason::NotYet);
        }
        // In whole seconds: fractions are not exact.
        if expires.saturating_sub(issued).as_secs() > settings.longest.as_secs() {
            return Err(Reason::LongLived);
        }
        Ok(until)
    }
}

/// Whether two addresses differ in nothing but one slash at the end of the path.
fn is_same(one: &Url, other: &Url) -> bool {
    let bare = |url: &Url| {
        let mut url = url.clone();
        let path = url.path();
        let path = path.strip_suffix('/').unwrap_or(path).to_owned();
        url.set_path(&path);
        url
    };
    bare(one) == bare(other)
}
