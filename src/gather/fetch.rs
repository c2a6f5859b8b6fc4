//! Fetching one thing from a FHIR server: one retry, all pages.

use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Url};

use super::address::Query;
use super::pages::{More, Page, Pages};
use super::{FetchError, FetchSettings, Gathered};
use crate::client::SearchMethod;
use crate::outbound::{Answer, Outbound};

/// What is asked for, of every FHIR server.
pub(super) const FHIR_JSON: &str = "application/fhir+json";
/// What a server should do with what it does not know (RFC 7240).
const PREFER: &str = "prefer";
/// The place in a trace (W3C Trace Context).
const TRACE_PARENT: &str = "traceparent";
/// How long to wait before the one retry, in milliseconds. At random, so that what failed together does not return together.
const WAIT: std::ops::RangeInclusive<u64> = 50..=150;
/// All pages of a search may be this many times as large as one.
const PAGES_OF_BYTES: usize = 2;

/// What came of one query.
#[derive(Clone, Debug)]
pub(super) struct Fetched {
    pub(super) data: Gathered,
    /// The last status that the server answered with.
    pub(super) status: Option<u16>,
    pub(super) pages: usize,
    pub(super) state: State,
    /// Whether more time would have brought more.
    pub(super) was_late: bool,
}

/// How well an answer fits what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is all of it.
    Whole,
    /// It is all of it, and the server has something to say.
    Remarked,
    /// There is more than came.
    Part,
    /// It is another kind of resource: an `OperationOutcome`, mostly.
    AnotherType,
    /// Nothing came.
    Failed,
}

impl State {
    /// A short name for the log.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Whole => "ok",
            Self::Remarked => "ok-remarked",
            Self::Part => "part",
            Self::AnotherType => "another-type",
            Self::Failed => "failed",
        }
    }
}

impl Fetched {
    pub(super) fn failed(error: FetchError) -> Self {
        let status = if let FetchError::Status(status) = error { Some(status) } else { None };
        Self { data: Err(error), status, pages: 0, state: State::Failed, was_late: error == FetchError::TooLate }
    }
}

/// How one call of a client asks its FHIR server.
pub(super) struct Asking<'a> {
    pub(super) outbound: &'a Outbound,
    pub(super) settings: &'a FetchSettings,
    pub(super) server: &'a Url,
    pub(super) token: &'a HeaderValue,
    pub(super) method: SearchMethod,
    pub(super) deadline: Instant,
    /// The header `traceparent`.
    pub(super) trace: Option<HeaderValue>,
}

impl Asking<'_> {
    /// Fetches all that a query asks for.
    pub(super) async fn fetch(&self, query: &Query) -> Fetched {
        let mut fetched = self.first(query).await;
        // A server that must not pass over a parameter refuses what it does not know.
        if let (Err(FetchError::Status(400)), Some(plainer)) = (&fetched, query.plainer()) {
            fetched = self.first(&plainer).await;
        }
        fetched.unwrap_or_else(Fetched::failed)
    }

    async fn first(&self, query: &Query) -> Result<Fetched, FetchError> {
        let is_posted = query.is_search() && self.method == SearchMethod::Post;
        let address = if is_posted { query.search_address(self.server) } else { query.address(self.server) };
        let (status, body) = if is_posted {
            let form = query.parameters();
            let client = self.outbound.client();
            let post = || {
                let request = client.post(address.clone()).body(form.clone());
                request.header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            };
            self.ask(post, self.settings.most_bytes).await?
        } else {
            self.get(&address, self.settings.most_bytes).await?
        };
        let search = Search { server: self.server, settings: self.settings };
        search.read(query, address, (status, body), async |next, most_bytes| self.get(next, most_bytes).await).await
    }

    async fn get(&self, address: &Url, most_bytes: usize) -> Result<(u16, Bytes), FetchError> {
        self.ask(|| self.outbound.client().get(address.clone()), most_bytes).await
    }

    /// Sends a request, and once more when the server says that it is busy and there is time.
    async fn ask(&self, request: impl Fn() -> RequestBuilder, most_bytes: usize) -> Result<(u16, Bytes), FetchError> {
        let send = || {
            // Some servers answer a search that they answered before from memory.
            let request =
                request().header(AUTHORIZATION, self.token).header(ACCEPT, FHIR_JSON).header(CACHE_CONTROL, "no-cache");
            // What a server does not know of a search it is to refuse, not to pass over (FHIR R4, 3.1.1.1.2).
            let mut request = request.header(PREFER, "handling=strict");
            if let Some(trace) = &self.trace {
                request = request.header(TRACE_PARENT, trace);
            }
            Outbound::send(request, most_bytes, self.deadline)
        };
        let mut answer = send().await?;
        if let Some(wait) = self.wait_before_retry(&answer) {
            tokio::time::sleep(wait).await;
            answer = send().await?;
        }
        if (200..300).contains(&answer.status) {
            Ok((answer.status, without_mark(answer.body)))
        } else {
            Err(FetchError::Status(answer.status))
        }
    }

    fn wait_before_retry(&self, answer: &Answer) -> Option<Duration> {
        if !matches!(answer.status, 429 | 502 | 503 | 504) {
            return None;
        }
        let wait = Duration::from_millis(fastrand::u64(WAIT)).max(answer.retry_after.unwrap_or_default());
        (wait < self.deadline.saturating_duration_since(Instant::now())).then_some(wait)
    }
}

/// What is made of an answer, and of the pages after it. How a page is got is not its concern.
pub(super) struct Search<'a> {
    pub(super) server: &'a Url,
    pub(super) settings: &'a FetchSettings,
}

impl Search<'_> {
    /// What the answer from `address` comes to, with all pages of a search; `get` brings the next one, of so many bytes at most.
    pub(super) async fn read(
        &self,
        query: &Query,
        address: Url,
        (status, body): (u16, Bytes),
        get: impl AsyncFn(&Url, usize) -> Result<(u16, Bytes), FetchError>,
    ) -> Result<Fetched, FetchError> {
        let page = Page::read(&body).ok_or(FetchError::NotFhir)?;
        let is_patient = query.resource_type == "Patient" && page.resource_type == "Patient";
        if is_patient && query.id.as_ref().is_some_and(|id| page.has_other_id(id)) {
            return Err(FetchError::OtherPatient);
        }
        if query.is_search() && page.is_searchset() {
            return Ok(self.all_pages(status, &page, &body, address, get).await);
        }
        if query.is_search() && page.resource_type != "OperationOutcome" {
            return Err(FetchError::NotFhir);
        }
        let is_asked_for = !query.is_search() && page.resource_type == query.resource_type;
        let state = if is_asked_for { State::Whole } else { State::AnotherType };
        Ok(Fetched { status: Some(status), pages: 1, state, was_late: false, data: Ok(body) })
    }

    /// Follows the next links of a search from its first page, as far as they lead and may be followed.
    async fn all_pages(
        &self,
        mut status: u16,
        page: &Page<'_>,
        body: &Bytes,
        address: Url,
        get: impl AsyncFn(&Url, usize) -> Result<(u16, Bytes), FetchError>,
    ) -> Fetched {
        let mut pages = Pages::new(page, body);
        let mut has_outcome = page.has_outcome();
        let mut more = page.more(self.server, &address);
        let mut seen = vec![address];
        let mut was_late = false;
        let came_all = loop {
            let next = match more {
                More::No => break true,
                More::Unreachable => break false,
                More::At(next) => next,
            };
            let most_in_all = self.settings.most_bytes.saturating_mul(PAGES_OF_BYTES);
            let most_bytes = most_in_all.saturating_sub(pages.bytes()).min(self.settings.most_bytes);
            if pages.count() >= self.settings.most_pages || seen.contains(&next) {
                break false;
            }
            let body = match get(&next, most_bytes).await {
                Ok((_, body)) => body,
                Err(error) => {
                    was_late = error == FetchError::TooLate;
                    if let FetchError::Status(failed) = error {
                        status = failed;
                    }
                    break false;
                }
            };
            let Some(page) = Page::read(&body) else { break false };
            if !pages.push(&page, &body) {
                break false;
            }
            has_outcome |= page.has_outcome();
            more = page.more(self.server, &next);
            seen.push(next);
        };
        let state = match (came_all, has_outcome) {
            (false, _) => State::Part,
            (true, true) => State::Remarked,
            (true, false) => State::Whole,
        };
        Fetched { status: Some(status), pages: pages.count(), state, was_late, data: Ok(pages.into_bundle(came_all)) }
    }
}

/// Without the byte order mark that some servers put before their JSON.
fn without_mark(body: Bytes) -> Bytes {
    let mark = "\u{feff}".as_bytes();
    if body.starts_with(mark) { body.slice(mark.len()..) } else { body }
}
