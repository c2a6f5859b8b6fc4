//! Getting from the EHR's FHIR server what prefetch did not bring.
//!
//! The only asynchronous step of a call. What comes back is bytes that take the place of a prefetch value, or a
//! [`FetchError`]: the engine makes a gap of it, never a "none".

mod address;
mod cache;
mod fetch;
mod pages;
mod version;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use futures_util::future::join_all;
use reqwest::Url;
use reqwest::header::HeaderValue;
use tracing::Instrument as _;

use self::address::Query;
use self::cache::{Key, Responses};
use self::fetch::{Asking, Fetched, Search};
use self::version::Versions;
use crate::client::{AccessToken, Client, FhirAccess, FhirVersion};

pub use crate::client::Access;
use crate::metrics::{self, Metrics};
use crate::outbound::{Outbound, SendError};
use crate::places::{Place, Places};
use crate::traces::{self, TARGET, TraceParent};
pub use cellwise_record::Need;

/// How fetching behaves, by the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchSettings {
    /// How long a whole hook call may wait for FHIR servers, from the moment its body was read.
    pub deadline: Duration,
    /// `_count` of searches.
    pub page_size: u32,
    /// Pages read of one search at most.
    pub most_pages: usize,
    /// The largest response of one page, in bytes, unpacked; all pages of a search together may have twice that.
    pub most_bytes: usize,
    /// Calls of one client that may wait for its FHIR server at the same time; a further one gets no data, at once.
    pub concurrent_calls: usize,
    /// How long a response may be used again; zero: never.
    pub cache_for: Duration,
    /// What the cache may hold in all, in bytes.
    pub cache_bytes: u64,
    /// Certificates (PEM) of authorities that are trusted besides those of the machine.
    pub authorities: Vec<u8>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_millis(400),
            page_size: 200,
            most_pages: 10,
            most_bytes: 4 * 1024 * 1024,
            concurrent_calls: 64,
            cache_for: Duration::from_secs(30),
            cache_bytes: 64 * 1024 * 1024,
            authorities: Vec::new(),
        }
    }
}

/// What came of one [`Need`]: what takes the place of the prefetch value. Of a search all pages are in one Bundle; it keeps
/// its next link when not all of them came.
pub type Gathered = Result<Bytes, FetchError>;

/// Why something was not fetched. Holds nothing of the request or the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The request brought no `fhirAuthorization`.
    NoToken,
    /// `fhirAuthorization` holds no token, or none that can be sent.
    UnusableToken,
    /// The token is for another patient.
    OtherToken,
    /// The FHIR server is not on the list of the client, or the query would leave it.
    NotListed,
    /// The request came from a web page, in development, where any page may call.
    UnlistedPage,
    /// Too many calls of this client wait for its FHIR server already.
    Busy,
    /// Nothing listens there, or the connection broke.
    Unreachable,
    /// It did not come in time.
    TooLate,
    /// The server answered with this status.
    Status(u16),
    /// The response is larger than the limit.
    TooLarge,
    /// The response is no FHIR resource, or nothing that a search brings.
    NotFhir,
    /// A Patient with another id came.
    OtherPatient,
    /// A search came that looked at less than was asked.
    Narrower,
}

impl From<SendError> for FetchError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Unreachable => Self::Unreachable,
            SendError::TooLate => Self::TooLate,
            SendError::TooLarge => Self::TooLarge,
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoToken => "the request has no `fhirAuthorization`",
            Self::UnusableToken => "`fhirAuthorization` has no `access_token` that can be used",
            Self::OtherToken => "`fhirAuthorization` is for another patient",
            Self::NotListed => "`fhirServer` is not on the list of this client",
            Self::UnlistedPage => "for a web page data is fetched only when its origin is listed (`--cors-origin`)",
            Self::Busy => "too many calls wait for the FHIR server",
            Self::Unreachable => "the FHIR server can't be reached",
            Self::TooLate => "the FHIR server did not answer in time",
            Self::Status(status) => return write!(f, "the FHIR server answered with status {status}"),
            Self::TooLarge => "the answer of the FHIR server is too large",
            Self::NotFhir => "the answer of the FHIR server is not the FHIR resource that was asked for",
            Self::OtherPatient => "the FHIR server sent another patient",
            Self::Narrower => "the FHIR server searched for less than it was asked, by its own self link",
        })
    }
}

impl FetchError {
    /// Whether the FHIR server was to be asked at all. If not, the data was simply not supplied.
    #[must_use]
    pub fn was_asked(self) -> bool {
        !matches!(self, Self::NoToken | Self::UnusableToken | Self::OtherToken | Self::NotListed | Self::UnlistedPage)
    }

    /// A short name for the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoToken => "no-token",
            Self::UnusableToken => "unusable-token",
            Self::OtherToken => "other-token",
            Self::NotListed => "not-listed",
            Self::UnlistedPage => "unlisted-page",
            Self::Busy => "busy",
            Self::Unreachable => "unreachable",
            Self::TooLate => "too-late",
            Self::Status(_) => "status",
            Self::TooLarge => "too-large",
            Self::NotFhir => "not-fhir",
            Self::OtherPatient => "other-patient",
            Self::Narrower => "narrower",
        }
    }
}

/// What `need` comes to when `page` is what a FHIR server at `server` says at an address: [`Gatherer::gather`] without the
/// network. For the fuzz targets of `fuzz/`, which stand in for the server.
#[doc(hidden)]
pub async fn read_pages(
    need: &Need,
    server: &Url,
    settings: &FetchSettings,
    page: impl AsyncFn(&Url) -> Result<Bytes, FetchError>,
) -> Gathered {
    let query = Query::read(&need.query, settings.page_size).ok_or(FetchError::NotListed)?;
    let address = query.address(server);
    let first = page(&address).await?;
    let search = Search { server, settings };
    search.read(&query, address, (200, first), async |next, _most| Ok((200, page(next).await?))).await?.data
}

/// The base URL of a FHIR server that somebody names, without a slash at its end; `None` unless it is one of those listed, or
/// lies within one.
#[must_use]
pub(crate) fn listed_server(text: &str, access: &FhirAccess) -> Option<Url> {
    address::server(text, access)
}

/// Fetches, for all clients of a server.
pub struct Gatherer {
    settings: FetchSettings,
    outbound: Outbound,
    responses: Responses,
    versions: Versions,
    /// By client: the calls that wait.
    waiting: BTreeMap<String, Places>,
    metrics: Arc<Metrics>,
}

impl Gatherer {
    /// Prepares connections and cache.
    ///
    /// # Errors
    /// When the certificates can't be used: one line that says why.
    pub fn new(settings: FetchSettings, clients: &[Client]) -> Result<Self, String> {
        Self::after(None, settings, clients, &metrics::of_nobody()?)
    }

    /// The same under another configuration. Of what was `before` it goes on with the calls that wait, and with connections and
    /// cache, unless the settings of these are others.
    ///
    /// # Errors
    /// When the certificates can't be used: one line that says why.
    pub(crate) fn after(
        before: Option<&Self>,
        settings: FetchSettings,
        clients: &[Client],
        metrics: &Arc<Metrics>,
    ) -> Result<Self, String> {
        let connected = before.filter(|before| before.outbound.trusts(&settings.authorities));
        let kept = connected.filter(|before| {
            (before.settings.cache_for, before.settings.cache_bytes) == (settings.cache_for, settings.cache_bytes)
        });
        let waiting = |client: &Client| before.and_then(|before| before.waiting.get(&client.id)).cloned();
        Ok(Self {
            outbound: connected
                .map_or_else(|| Outbound::new(&settings.authorities), |before| Ok(before.outbound.clone()))?,
            responses: kept.map_or_else(|| Responses::new(&settings), |before| before.responses.clone()),
            versions: connected.map_or_else(Versions::new, |before| before.versions.clone()),
            waiting: clients.iter().map(|client| (client.id.clone(), waiting(client).unwrap_or_default())).collect(),
            metrics: Arc::clone(metrics),
            settings,
        })
    }

    /// The connections to other servers, for whoever else of this server calls one.
    pub(crate) fn outbound(&self) -> &Outbound {
        &self.outbound
    }

    /// How long a whole hook call may wait.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.settings.deadline
    }

    /// Fetches everything in parallel until `deadline`; the outcomes are in the order of `needs`.
    pub async fn gather(&self, client: &Client, access: &Access, needs: &[Need], deadline: Instant) -> Vec<Gathered> {
        self.gather_for(client, access, needs, deadline, None).await
    }

    /// The same as part of a trace.
    pub(crate) async fn gather_for(
        &self,
        client: &Client,
        access: &Access,
        needs: &[Need],
        deadline: Instant,
        trace: Option<&TraceParent>,
    ) -> Vec<Gathered> {
        if needs.is_empty() {
            return Vec::new();
        }
        let started = Instant::now();
        let outcomes = match self.visit(client, access, deadline) {
            Ok(mut visit) => {
                visit.trace = trace;
                join_all(needs.iter().map(|need| visit.fetch(need))).await
            }
            Err(error) => needs.iter().map(|_| Outcome { fetched: Fetched::failed(error), is_shared: false }).collect(),
        };
        for outcome in &outcomes {
            if outcome.is_shared {
                self.metrics.cache_hit(&client.id);
            } else {
                self.metrics.fetch(&client.id, outcome.counted_as());
            }
        }
        let (named, microseconds) = (summary(needs, &outcomes), microseconds_since(started));
        if outcomes.iter().all(|outcome| outcome.fetched.data.is_err()) {
            tracing::warn!(client = client.id, outcomes = named, microseconds, "nothing came from the FHIR server");
        } else {
            let pages = outcomes.iter().map(|outcome| outcome.fetched.pages).sum::<usize>();
            let shared = outcomes.iter().filter(|outcome| outcome.is_shared).count();
            tracing::info!(client = client.id, outcomes = named, pages, shared, microseconds, "asked the FHIR server");
        }
        outcomes.into_iter().map(|outcome| outcome.fetched.data).collect()
    }

    /// Checks whether the FHIR server may be asked at all.
    fn visit<'a>(&'a self, client: &'a Client, access: &'a Access, deadline: Instant) -> Result<Visit<'a>, FetchError> {
        let server = address::server(&access.server, &client.fhir).ok_or(FetchError::NotListed)?;
        let token = access.token.as_ref().ok_or(FetchError::NoToken)?;
        let bearer = address::bearer(token).ok_or(FetchError::UnusableToken)?;
        let waiting = self.waiting.get(&client.id).ok_or(FetchError::NotListed)?;
        let place = waiting.take(self.settings.concurrent_calls).ok_or(FetchError::Busy)?;
        Ok(Visit { gatherer: self, client, access, token, server, bearer, deadline, trace: None, _place: place })
    }
}

/// One call of a client that waits for its FHIR server.
struct Visit<'a> {
    gatherer: &'a Gatherer,
    client: &'a Client,
    access: &'a Access,
    token: &'a AccessToken,
    server: Url,
    bearer: HeaderValue,
    deadline: Instant,
    trace: Option<&'a TraceParent>,
    _place: Place,
}

/// What came of one need.
struct Outcome {
    fetched: Fetched,
    /// Whether another call fetched it.
    is_shared: bool,
}

impl Outcome {
    fn name(&self) -> &'static str {
        match &self.fetched.data {
            Ok(_) => self.fetched.state.name(),
            Err(error) => error.name(),
        }
    }
}

impl Outcome {
    /// The same with classes of statuses.
    fn counted_as(&self) -> &'static str {
        match &self.fetched.data {
            Err(FetchError::Status(401 | 403)) => "status-denied",
            Err(FetchError::Status(429)) => "status-429",
            Err(FetchError::Status(400..500)) => "status-4xx",
            Err(FetchError::Status(500..)) => "status-5xx",
            _ => self.name(),
        }
    }
}

impl Visit<'_> {
    async fn fetch(&self, need: &Need) -> Outcome {
        let started = Instant::now();
        let span = tracing::info_span!(
            target: TARGET,
            "fetch",
            otel.kind = "client",
            cellwise.client = self.client.id,
            cellwise.source = need.source.key(),
            cellwise.outcome = tracing::field::Empty,
            cellwise.shared = tracing::field::Empty,
        );
        let asked = async {
            match self.query(need).await {
                Ok(query) => self.ask(&query).await,
                Err(error) => (Fetched::failed(error), false),
            }
        };
        let (fetched, is_shared) = asked.instrument(span.clone()).await;
        let outcome = Outcome { fetched, is_shared };
        span.record("cellwise.outcome", outcome.counted_as());
        span.record("cellwise.shared", is_shared);
        tracing::debug!(
            client = self.client.id,
            source = need.key,
            outcome = outcome.name(),
            status = outcome.fetched.status,
            pages = outcome.fetched.pages,
            shared = outcome.is_shared,
            microseconds = microseconds_since(started),
            "fetched"
        );
        outcome
    }

    /// What this server is asked, if this token may ask it.
    async fn query(&self, need: &Need) -> Result<Query, FetchError> {
        let query = Query::read(&need.query, self.gatherer.settings.page_size).ok_or(FetchError::NotListed)?;
        let is_of = |patient: &String| query.patient().is_none_or(|asked| asked == patient);
        if !self.access.patient.as_ref().is_none_or(is_of) {
            return Err(FetchError::OtherToken);
        }
        // STU3 knows no ServiceRequest.
        let is_renamed = query.is_search() && query.resource_type == "ServiceRequest" && self.is_stu3().await;
        Ok(if is_renamed { query.of("ProcedureRequest") } else { query })
    }

    async fn is_stu3(&self) -> bool {
        let Gatherer { versions, outbound, .. } = self.gatherer;
        match self.client.fhir.version {
            Some(version) => version == FhirVersion::Stu3,
            None => versions.is_stu3(outbound, &self.server, &self.bearer, self.deadline).await,
        }
    }

    async fn ask(&self, query: &Query) -> (Fetched, bool) {
        let asking = Asking {
            outbound: &self.gatherer.outbound,
            settings: &self.gatherer.settings,
            server: &self.server,
            token: &self.bearer,
            method: self.client.fhir.search,
            deadline: self.deadline,
            trace: traces::onward(self.trace),
        };
        let key = Key::new(&self.client.id, &query.address(&self.server), self.token);
        self.gatherer.responses.get(key, self.deadline, async || asking.fetch(query).await).await
    }
}

/// What came of everything, in one line: `ok: patient conditions; status 401: procedures; too-late: encounters`.
fn summary(needs: &[Need], outcomes: &[Outcome]) -> String {
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (need, outcome) in needs.iter().zip(outcomes) {
        let name = match outcome.fetched.data {
            Err(FetchError::Status(status)) => format!("status {status}"),
            _ => outcome.name().to_owned(),
        };
        by_name.entry(name).or_default().push(need.key.as_str());
    }
    let parts: Vec<String> = by_name.iter().map(|(name, keys)| format!("{name}: {}", keys.join(" "))).collect();
    parts.join("; ")
}

fn microseconds_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}
