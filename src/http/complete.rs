//! Completing a request: what prefetch did not bring is fetched, within the time that a hook call has.

use std::time::Instant;

use actix_web::web::Bytes;

use crate::client::Client;
use crate::fhir::apply::Gap;
use crate::gather::{FetchError, Gatherer};
use crate::hooks::reading::Reading;
use crate::traces::TraceParent;
use cellwise_record::Source;

/// Medications read at most because a resource only refers to them. Each is a call of its own.
const MOST_DRUGS: usize = 20;

/// What came of it.
#[derive(Default)]
pub(super) struct Completed {
    /// Whether the request names a FHIR server.
    pub(super) has_server: bool,
    /// What was lacking and could not be fetched, and why.
    pub(super) failures: Vec<(Source, FetchError)>,
    /// Kinds of data that this EHR holds as another: (the kind, the one that holds it).
    pub(super) held_elsewhere: Vec<(Source, Source)>,
    /// Kinds of data of which prefetch brought a search for less than its template asks.
    pub(super) narrowed: Vec<Source>,
    /// The Patient, where it was fetched.
    pub(super) patient: Option<Bytes>,
}

impl Completed {
    /// Why a kind of data, or else the one that holds it, could not be fetched.
    pub(super) fn failure(&self, key: &str) -> Option<FetchError> {
        let of = |key: &str| self.failures.iter().find(|(source, _)| source.key() == key).map(|(_, error)| *error);
        let holder = || self.held_elsewhere.iter().find(|(missing, _)| missing.key() == key).map(|(_, holder)| *holder);
        of(key).or_else(|| of(holder()?.key()))
    }

    /// What was lacking and did not come, and why.
    pub(super) fn not_fetched(&self) -> impl Iterator<Item = Gap> {
        self.failures.iter().map(|(source, error)| Gap { source: *source, why: error.to_string() })
    }

    /// Whether prefetch brought a search for less than its template asks.
    pub(super) fn is_narrowed(&self, key: &str) -> bool {
        self.narrowed.iter().any(|source| source.key() == key)
    }
}

/// Fetches what is lacking until `deadline` and hands it to `reading`. Whatever does not come stays a gap.
///
/// `for_any_page`: the request came from a web page and nobody said which pages may call. Nothing is fetched then: the page
/// could have internal servers read.
pub(super) async fn complete(
    reading: &mut Reading<'_>,
    client: &Client,
    gatherer: &Gatherer,
    deadline: Instant,
    for_any_page: bool,
    trace: Option<&TraceParent>,
) -> Completed {
    for (missing, holder) in &client.fhir.held_elsewhere {
        reading.held_elsewhere(*missing, *holder);
    }
    for source in &client.fhir.held_nowhere {
        reading.held_nowhere(*source);
    }
    let narrowed: Vec<(String, Source)> = reading.narrowed().map(|(key, source)| (key.to_owned(), source)).collect();
    if !narrowed.is_empty() {
        let keys: Vec<&str> = narrowed.iter().map(|(key, _)| key.as_str()).collect();
        tracing::warn!(keys = keys.join(" "), "prefetch is of searches for less than its templates ask");
    }
    let held_elsewhere = client.fhir.held_elsewhere.clone();
    let narrowed = narrowed.into_iter().map(|(_, source)| source).collect();
    let mut completed = Completed { held_elsewhere, narrowed, ..Completed::default() };
    let Some(access) = reading.access().cloned() else { return completed };
    completed.has_server = true;
    let needs = reading.needs();
    if for_any_page {
        completed.failures =
            needs.iter().chain(&reading.missing_orders()).map(|need| (need.source, FetchError::UnlistedPage)).collect();
        return completed;
    }
    for (need, gathered) in needs.iter().zip(gatherer.gather_for(client, &access, &needs, deadline, trace).await) {
        match gathered {
            Ok(data) => {
                if need.source == Source::Patient {
                    completed.patient = Some(data.clone());
                }
                if !reading.supply(need, &data) {
                    tracing::warn!(key = need.key, "the FHIR server searched for less than it was asked");
                    completed.failures.push((need.source, FetchError::Narrower));
                }
            }
            Err(error) => {
                if error.was_asked() {
                    reading.failed(need);
                }
                completed.failures.push((need.source, error));
            }
        }
    }
    let orders = reading.missing_orders();
    for (need, gathered) in orders.iter().zip(gatherer.gather_for(client, &access, &orders, deadline, trace).await) {
        let failure = match gathered {
            Ok(order) if reading.supply_order(&order) => continue,
            Ok(_) => FetchError::NotFhir,
            Err(error) => error,
        };
        completed.failures.push((need.source, failure));
    }
    let drugs = reading.missing_drugs(MOST_DRUGS);
    if deadline > Instant::now() {
        for drug in gatherer.gather_for(client, &access, &drugs, deadline, trace).await.into_iter().flatten() {
            reading.supply_drug(&drug);
        }
    }
    completed
}
