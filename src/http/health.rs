//! Is the process alive, and is it ready to judge.

use std::sync::atomic::Ordering;

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::shared::{InForce, Reads};
use super::{Shared, error, memory};
use crate::access_log::{AccessLog, State};
use crate::built::BUILT;
use crate::engine::Engine;
use cellwise_record::AsOf;
use cellwise_store::Store;

/// The body of the readiness answer. A server that runs is ready: knowledge is checked before it listens. A review that is
/// overdue does not change that; it is for whoever keeps the knowledge. It is not ready while the access log can't be written and
/// calls are refused for it. A store that does not answer changes nothing: cards do not need it, and whoever takes a server out of
/// service for it would take out all that share the store.
fn readiness(
    engine: &Engine,
    reads: &Reads,
    unsaid: &[String],
    access_log: Option<&AccessLog>,
    store: Option<&Store>,
    now: &AsOf,
) -> String {
    let (knowledge, policy) = (engine.knowledge(), engine.policy());
    let overdue = knowledge.review_overdue(&now.day());
    json!({
        "status": if is_ready(access_log) { "ready" } else { "not-ready" },
        "software": BUILT,
        "version": BUILT.version,
        "services": knowledge.services.len(),
        "rules": knowledge.asked_rules().len(),
        "local": {
            "numbers": policy.numbers.len(),
            "rulesSwitchedOff": policy.rules_off.len(),
            "servicesSwitchedOff": policy.services_off.len(),
            "mappedCodes": knowledge.mapped_codes(),
        },
        "configurationReadAgain": {
            "taken": reads.taken.load(Ordering::Relaxed),
            "refused": reads.refused.load(Ordering::Relaxed),
        },
        "withoutSelfLink": unsaid,
        "accessLog": access_log.map(|log| described(log.state())),
        "store": store.map_or_else(|| json!({ "status": "off" }), |store| memory::described(&store.state())),
        "reviewOverdue": overdue
            .iter()
            .map(|(what, since)| json!({ "what": what, "since": since.to_string() }))
            .collect::<Vec<_>>(),
    })
    .to_string()
}

fn is_ready(access_log: Option<&AccessLog>) -> bool {
    access_log.is_none_or(|log| !log.is_refusing())
}

/// How the access log goes.
fn described(state: State) -> serde_json::Value {
    let State { written, unwritten, waiting, is_failing, sent, refused, to_send, is_stuck } = state;
    json!({
        "isFailing": is_failing,
        "written": written,
        "unwritten": unwritten,
        "waiting": waiting,
        "repository": { "isStuck": is_stuck, "sent": sent, "refused": refused, "bytesToSend": to_send },
    })
}

/// `GET /health/live`.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(r#"{"status":"live"}"#)
}

/// `GET /health/ready`.
pub(super) async fn ready(shared: web::Data<Shared>, now: InForce) -> HttpResponse {
    let (access_log, store) = (shared.access_log.as_ref(), shared.store.as_ref());
    let unsaid = shared.unsaid.of(now.settings.callers.all());
    let body = readiness(&now.engine, &shared.reads, &unsaid, access_log, store, &AsOf::now().at(now.engine.zone()));
    error::ready(is_ready(access_log)).content_type(ContentType::json()).body(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cellwise_clinic::rules::ALL;

    #[test]
    fn an_overdue_review_is_named_from_its_day_on() {
        let engine = Engine::load().unwrap();
        let overdue = |day: &str| -> Vec<String> {
            let body: serde_json::Value = serde_json::from_str(&readiness(
                &engine,
                &Reads::default(),
                &[],
                None,
                None,
                &AsOf::parse(day).unwrap(),
            ))
            .unwrap();
            let overdue = body["reviewOverdue"].as_array().unwrap();
            overdue
                .iter()
                .map(|one| format!("{} {}", one["what"].as_str().unwrap(), one["since"].as_str().unwrap()))
                .collect()
        };
        let first = ALL.iter().filter_map(|rule| rule.review_by()).map(|day| day.first).min().unwrap();
        let indications = engine.knowledge().indications.review_by.first;
        let quiet = first.min(indications).yesterday().unwrap();
        assert!(overdue(&quiet.to_string()).is_empty());
        assert_eq!(
            overdue(&indications.to_string()).last().unwrap(),
            &format!("fhir-profiles/indications/ema.json {indications}")
        );
        assert!(overdue(&first.to_string()).iter().any(|one| one.ends_with(&format!(" {first}"))));
        assert_eq!(overdue("2099-01-01").len(), ALL.len() + 1);
    }
}
