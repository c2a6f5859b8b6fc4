//! `GET /metrics`, and counting what is answered.

mod queues;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};

use super::Shared;
use super::error::ApiError;
use super::identity;
use super::log::{self, Steps};
use super::shared::InForce;
use crate::built::BUILT;
use crate::engine::Judged;
use crate::hooks::response::Card;
use crate::metrics::{Kind, Metrics, Step, TEXT, long, whole};
use cellwise_clinic::Hook;
use cellwise_record::{AsOf, Verdict};

/// The route of a call.
pub(super) const CALL: &str = "/cds-services/{id}";

/// `GET /metrics` on the address of the services: for anybody, or nobody. Who has listed clients says so, or gives metrics an
/// address of their own: they tell how much is going on, and the names of clients.
pub(super) async fn beside_services(shared: web::Data<Shared>, now: InForce) -> Result<HttpResponse, ApiError> {
    if !now.settings.metrics.open {
        return Err(ApiError::NoSuchPath);
    }
    alone(shared).await
}

/// `GET /metrics` on an address of its own.
pub(super) async fn alone(shared: web::Data<Shared>) -> Result<HttpResponse, ApiError> {
    let text = shared.metrics.text().map_err(|_problem| ApiError::Fault)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, TEXT))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text))
}

/// What is known of a call while it is answered.
#[derive(Clone, Default)]
pub(super) struct Called {
    pub(super) service: Option<String>,
    pub(super) hook: Option<Hook>,
}

/// Notes that a service is called, which exists.
pub(super) fn called(request: &HttpRequest, service: &str) {
    request.extensions_mut().insert(Called { service: Some(service.to_owned()), hook: None });
}

/// Notes on which hook.
pub(super) fn called_on(request: &HttpRequest, hook: Hook) {
    if let Some(called) = request.extensions_mut().get_mut::<Called>() {
        called.hook = Some(hook);
    }
}

/// Counts every request that is answered.
///
/// # Errors
/// Those of the answer.
pub(super) async fn count<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let metrics = request.app_data::<web::Data<Shared>>().map(|shared| Arc::clone(&shared.metrics));
    let route = identity::route_of(&request);
    let method = log::known(request.method()).to_owned();
    let outcome = next.call(request).await;
    let (status, called) = match &outcome {
        Ok(response) => (response.status(), response.request().extensions().get::<Called>().cloned()),
        Err(error) => (error.as_response_error().status_code(), None),
    };
    if let Some(metrics) = metrics {
        // Braces in a label are too much for some parsers.
        metrics.request(&route.replace('{', ":").replace('}', ""), &method, status.as_u16());
        if *route == *CALL && method == "POST" {
            let Called { service, hook } = called.unwrap_or_default();
            metrics.call(service.as_deref(), hook.map(Hook::name), status.as_u16(), started.elapsed());
        }
    }
    outcome
}

/// Counts what a call came to.
pub(super) fn judged(metrics: &Metrics, judged: &Judged<'_>, cards: &[Card], steps: Steps) {
    for (step, duration) in
        [(Step::Body, steps.body), (Step::Read, steps.read), (Step::Fetch, steps.fetch), (Step::Judge, steps.judge)]
    {
        metrics.step(step, duration);
    }
    for outcome in &judged.evaluation.outcomes {
        let verdict = outcome.finding.as_ref().map(cellwise_clinic::Finding::verdict);
        metrics.verdict(outcome.rule.id, verdict.map_or("failed", Verdict::name));
        if let Some(finding) = outcome.finding.as_ref().filter(|_| verdict == Some(Verdict::Unknown)) {
            let kinds: BTreeSet<_> = log::gaps(finding).map(|gap| gap.kind).collect();
            for kind in kinds {
                metrics.unknown(kind.name());
            }
        }
    }
    for card in cards {
        metrics.card(card.rule(), card.indicator().name());
    }
}

/// Adds what is asked for when somebody looks.
///
/// # Errors
/// When two have the same name.
pub(super) fn watch(shared: &Arc<Shared>) -> Result<(), String> {
    let metrics = &shared.metrics;
    metrics.describe(&[("version", BUILT.version), ("commit", BUILT.commit), ("knowledge", BUILT.knowledge)])?;
    queues::watch(shared)?;
    let of = |value: fn(&Shared) -> f64| {
        let shared: Weak<Shared> = Arc::downgrade(shared);
        move || shared.upgrade().map_or(0.0, |shared| value(&shared))
    };
    metrics.ask(
        Kind::Gauge,
        "cellwise_requests_in_flight",
        "Calls and feedback that are being answered.",
        of(|shared| whole(shared.places.taken())),
    )?;
    metrics.ask(
        Kind::Gauge,
        "cellwise_requests_in_flight_limit",
        "How many may be answered at the same time.",
        of(|shared| whole(shared.configured().settings.most_requests)),
    )?;
    metrics.ask(
        Kind::Gauge,
        "cellwise_course_launches",
        "Launches of the SMART app that have not come back from their EHR.",
        of(|shared| whole(shared.visits.launches.count())),
    )?;
    metrics.ask(
        Kind::Gauge,
        "cellwise_course_sessions",
        "Users who may look at a course.",
        of(|shared| whole(shared.visits.sessions.count())),
    )?;
    metrics.ask(
        Kind::Gauge,
        "cellwise_reviews_overdue",
        "Rules and data files that should have been compared with their sources again.",
        of(|shared| {
            let engine = &shared.configured().engine;
            whole(engine.knowledge().review_overdue(&AsOf::now().at(engine.zone()).day()).len())
        }),
    )?;
    metrics.ask(
        Kind::Counter,
        "cellwise_configuration_taken_total",
        "How often another configuration was read and put in force.",
        of(|shared| long(shared.reads.taken.load(Ordering::Relaxed))),
    )?;
    metrics.ask(
        Kind::Counter,
        "cellwise_configuration_refused_total",
        "How often a configuration was read that is not in order: the old one stays in force.",
        of(|shared| long(shared.reads.refused.load(Ordering::Relaxed))),
    )
}
