//! What a call leaves in the store, and what the store says of itself.

use cellwise_record::AsOf;
use cellwise_store::{Feedback, ReasonCode, Settings, Shown, ShownRule, State, Store};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Shared;
use crate::client::Client;
use crate::engine::Judged;
use crate::hooks::feedback;
use crate::hooks::response::Response;

/// Namespace of the ids of cards that are none of ours: what a client writes there may be anything, so a digest is kept.
const OTHER_CARDS: Uuid = Uuid::from_u128(0x0b7c_5f02_2f4e_4c1c_8d5b_6f1d_9a27_53e1);

/// Opens the store, where there is to be one.
///
/// # Errors
/// What no waiting mends: one line that says what to do.
pub(super) fn open(settings: Option<&Settings>) -> Result<Option<Store>, String> {
    let Some(settings) = settings else { return Ok(None) };
    let opened = Store::open(settings.clone(), now);
    opened.map(Some).map_err(|failure| format!("the store `{}` can't be used: {failure}", settings.address))
}

/// Writes what is still queued.
pub(super) async fn close(shared: &Shared) {
    if let Some(store) = &shared.store {
        store.close().await;
    }
}

/// The time since 1970 in milliseconds.
fn now() -> i64 {
    AsOf::now().instant.as_millisecond()
}

/// The cards of an answer, as they are counted. Nothing of the patient is in it.
pub(super) fn shown(client: &Client, judged: &Judged<'_>, response: &Response, at: AsOf) -> Shown {
    let rules = response.cards.iter().flat_map(|card| {
        card.rules().map(|rule| ShownRule {
            card: card.id(),
            rule: rule.rule,
            version: rule.version,
            leads: rule.leads,
            verdict: rule.verdict.name(),
            indicator: rule.indicator.name(),
        })
    });
    Shown {
        client: client.id.clone(),
        service: judged.service.id.clone(),
        hook: judged.request.hook.name(),
        at: at.instant.as_millisecond(),
        rules: rules.collect(),
    }
}

/// Feedback as it is kept.
pub(super) fn kept(client: &Client, service: &str, items: Vec<feedback::Feedback>) -> Vec<Feedback> {
    let received = now();
    let one = |item: feedback::Feedback| Feedback {
        client: client.id.clone(),
        service: service.to_owned(),
        card: Uuid::parse_str(&item.card).unwrap_or_else(|_error| Uuid::new_v5(&OTHER_CARDS, item.card.as_bytes())),
        is_accepted: item.is_accepted,
        at: item.at.as_millisecond(),
        received,
        reasons: item.reasons.into_iter().map(|(system, code)| ReasonCode { system, code }).collect(),
        comment: item.comment,
    };
    items.into_iter().map(one).collect()
}

/// How the store does, for readiness.
pub(super) fn described(state: &State) -> Value {
    let status = match (state.is_connected, state.answers_in_time) {
        (true, true) => "ready",
        (true, false) => "slow",
        (false, _) => "unavailable",
    };
    json!({
        "status": status,
        "kind": state.kind,
        "queued": state.queued,
        "written": state.written,
        "dropped": state.dropped,
        "feedbackKept": state.feedback_kept,
        "feedbackRefused": state.feedback_refused,
        "decidedLocally": state.decided_locally,
        "waitsCutShort": state.cut_short,
        "unsharedTokens": state.unshared,
        "failures": state.failures,
        "lastFailure": state.last_failure.map(cellwise_store::Failure::name),
    })
}
