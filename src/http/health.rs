//! Is the process alive, and is it ready to judge.

use std::sync::atomic::Ordering;

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Shared;
use super::shared::{InForce, Reads};
use crate::engine::Engine;
use cellwise_record::AsOf;

/// The body of the readiness answer. A server that runs is ready: knowledge is checked before it listens. A review that is
/// overdue does not change that; it is for whoever keeps the knowledge.
fn readiness(engine: &Engine, reads: &Reads, unsaid: &[String], now: &AsOf) -> String {
    let (knowledge, policy) = (engine.knowledge(), engine.policy());
    let overdue = knowledge.review_overdue(&now.day());
    json!({
        "status": "ready",
        "version": env!("CARGO_PKG_VERSION"),
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
        "reviewOverdue": overdue
            .iter()
            .map(|(what, since)| json!({ "what": what, "since": since.to_string() }))
            .collect::<Vec<_>>(),
    })
    .to_string()
}

/// `GET /health/live`.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(r#"{"status":"live"}"#)
}

/// `GET /health/ready`.
pub(super) async fn ready(shared: web::Data<Shared>, now: InForce) -> HttpResponse {
    let unsaid = shared.unsaid.of(now.settings.callers.all());
    HttpResponse::Ok().content_type(ContentType::json()).body(readiness(
        &now.engine,
        &shared.reads,
        &unsaid,
        &AsOf::now().at(now.engine.zone()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cellwise_clinic::rules::ALL;

    #[test]
    fn an_overdue_review_is_named_from_its_day_on() {
        let engine = Engine::load().unwrap();
        let overdue = |day: &str| -> Vec<String> {
            let body: serde_json::Value =
                serde_json::from_str(&readiness(&engine, &Reads::default(), &[], &AsOf::parse(day).unwrap())).unwrap();
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
