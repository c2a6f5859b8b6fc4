//! Who may call, and what a caller's EHR lets us read.
//!
//! Data only. [`crate::config`] reads it from a file and checks it; `http::auth` decides by it whom to believe,
//! [`crate::gather`] what to fetch and from where.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::JwkSet;
use reqwest::Url;

use cellwise_record::Source;

/// Who may call.
#[allow(clippy::large_enum_variant, reason = "there is one in a server")]
#[derive(Clone, Debug)]
pub enum Callers {
    /// Development: anybody who reaches the port, all treated as this client. No token is looked at.
    Anyone(Client),
    /// Those listed, each by its tokens. Never empty.
    Listed(Vec<Client>),
}

impl Default for Callers {
    fn default() -> Self {
        Self::Anyone(Client::anonymous())
    }
}

impl Callers {
    /// The clients, or the one that stands for all.
    #[must_use]
    pub fn all(&self) -> &[Client] {
        match self {
            Self::Anyone(client) => std::slice::from_ref(client),
            Self::Listed(clients) => clients,
        }
    }

    /// Whether callers must show a token.
    #[must_use]
    pub fn are_listed(&self) -> bool {
        matches!(self, Self::Listed(_))
    }
}

/// An EHR that calls: one installation of one hospital.
#[derive(Clone, Debug)]
pub struct Client {
    /// Our name for it; it stands in the log.
    pub id: String,
    /// How its tokens are recognised. `None` only in [`Callers::Anyone`].
    pub trust: Option<Trust>,
    /// What may be fetched for it.
    pub fhir: FhirAccess,
    /// How many requests it may send in a minute; `None` is any number.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Whether it may read the reports on cards and feedback.
    pub is_staff: bool,
    /// Whether it fills in the FHIRPath of CDS Hooks 3 in prefetch templates.
    pub takes_fhirpath: bool,
    /// The SMART app, where this EHR has it.
    pub smart: Option<SmartApp>,
}

impl Client {
    /// Stands for everybody in development: nothing is checked, and nothing is fetched unless a FHIR server is named.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            id: "anonymous".to_owned(),
            trust: None,
            fhir: FhirAccess::default(),
            requests_per_minute: None,
            is_staff: false,
            takes_fhirpath: false,
            smart: None,
        }
    }
}

/// The SMART app as it is registered at an EHR (SMART App Launch 2.2): a public client, without a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmartApp {
    /// The `client_id` that the EHR gave it.
    pub client_id: String,
    /// The scopes that are asked for besides those of the launch; `None`: who the user is, and what the rules read.
    pub scopes: Option<Vec<String>>,
    /// Whether cards link to it.
    pub has_links: bool,
    /// The origins whose pages may show it in a frame.
    pub frame_origins: Vec<String>,
    /// How long a page waits for the EHR.
    pub deadline: Duration,
}

/// The signatures that a client may be allowed to use. The first two are those of CDS Hooks. A shared secret is never one:
/// public keys are known to everybody.
pub const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("ES384", Algorithm::ES384),
    ("RS384", Algorithm::RS384),
    ("ES256", Algorithm::ES256),
    ("RS256", Algorithm::RS256),
];

/// How the tokens of a client are recognised (CDS Hooks 2.0.1, "Trusting CDS Clients").
#[derive(Clone, Debug)]
pub struct Trust {
    /// `iss` of its tokens, compared as it is.
    pub issuer: String,
    /// `tenant` must be one of these; empty: it is not looked at.
    pub tenants: Vec<String>,
    /// Accepted as `aud` besides the address of the endpoint called.
    pub audiences: Vec<Url>,
    /// Signatures that are accepted: some of [`ALGORITHMS`].
    pub algorithms: Vec<Algorithm>,
    /// Where its public keys are.
    pub keys: KeySource,
}

/// Where the public keys of a client are.
#[derive(Clone)]
pub enum KeySource {
    /// In a file that was read at the start.
    Static(JwkSet),
    /// At an address of the configuration. A `jku` in a token must equal it; it is never what is fetched.
    Jku(Url),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Static(keys) => write!(f, "{} keys", keys.keys.len()),
            Self::Jku(url) => write!(f, "{url}"),
        }
    }
}

/// What may be fetched for a client, and how.
#[derive(Clone, Debug, Default)]
pub struct FhirAccess {
    /// The base URLs of its FHIR servers: nothing outside them is fetched. Empty: nothing is fetched at all.
    pub servers: Vec<Url>,
    /// Their version; `None`: ask `metadata`.
    pub version: Option<FhirVersion>,
    /// How searches are sent.
    pub search: SearchMethod,
    /// Kinds of data that this EHR holds as another kind: (the missing kind, the kind that holds it).
    pub held_elsewhere: Vec<(Source, Source)>,
    /// Kinds of data that this EHR has none of.
    pub held_nowhere: Vec<Source>,
    /// Whether its FHIR servers may be called in plain text, within the hospital's own network.
    pub allows_http: bool,
}

/// A version of FHIR that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FhirVersion {
    /// 3.0: a ServiceRequest is a ProcedureRequest.
    Stu3,
    /// 4.0.
    R4,
    /// 4.3.
    R4b,
    /// 5.0.
    R5,
}

/// How searches are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchMethod {
    /// `GET [base]/Type?…`
    #[default]
    Get,
    /// `POST [base]/Type/_search`: keeps patient ids out of access logs.
    Post,
}

/// What a request says about its FHIR server.
#[derive(Clone, Debug)]
pub struct Access {
    /// `fhirServer`, as it was sent.
    pub server: String,
    /// `fhirAuthorization.access_token`, empty when it holds none; without one nothing is fetched.
    pub token: Option<AccessToken>,
    /// `fhirAuthorization.patient`, the bare id, when the token is for one patient only.
    pub patient: Option<String>,
}

/// An access token. It is shown nowhere: not in logs, not in errors, not by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

impl AccessToken {
    /// Takes a token.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token itself, for the one header it belongs in.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(not shown)")
    }
}
