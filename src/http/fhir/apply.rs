//! `PlanDefinition/$apply`: a call about a patient, guarded, counted and logged as a hook is.

use std::time::Instant;

use actix_web::http::header;
use actix_web::web::{self, Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use cellwise_record::AsOf;
use serde_json::Value;

use super::{acceptable, answer, artifacts, is_lenient, pairs};
use crate::access_log::Subject;
use crate::client::Client;
use crate::engine::{CallSettings, Judged};
use crate::fhir::apply::{self, Asked, Gap, Input};
use crate::fhir::parameters;
use crate::hooks::request::check_json;
use crate::http::access::{self, Shown};
use crate::http::error::ApiError;
use crate::http::invoke::{guarded, is_any_page};
use crate::http::shared::InForce;
use crate::http::{Shared, body, complete, identity, language, limits, log};

/// The name of the operation in the access log.
const SERVICE: &str = "PlanDefinition/$apply";

/// With parameters in the query: whose data, and nothing of it.
pub(super) async fn by_query(
    request: HttpRequest,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    applied(&request, None, &shared, &now).await
}

/// With a `Parameters` resource.
pub(super) async fn by_body(
    request: HttpRequest,
    payload: Payload,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    applied(&request, Some(payload), &shared, &now).await
}

async fn applied(
    request: &HttpRequest,
    payload: Option<Payload>,
    shared: &Shared,
    now: &InForce,
) -> Result<HttpResponse, ApiError> {
    let sender = now.gate.admit(request).await?;
    let _place = limits::enter(&shared.places, now.settings.most_requests)?;
    now.rates.count(sender)?;
    let started = Instant::now();
    let body = match payload {
        Some(payload) => Some(body::read(request, payload, &now.settings).await?),
        None => None,
    };
    let mut subject = Subject::default();
    let call = Call { request, now, client: sender.client, started };
    let answered = call.answered(body, &mut subject).await;
    let subject = shared.access_log.is_some().then_some(subject);
    let shown = answered.as_ref().map(|(_, shown)| shown);
    access::log(request, shared, sender.client, SERVICE, subject, shown).await?;
    let (plan, _) = answered.inspect_err(|error| log::wrong(error, now))?;
    Ok(plan)
}

struct Call<'a> {
    request: &'a HttpRequest,
    now: &'a InForce,
    client: &'a Client,
    started: Instant,
}

impl Call<'_> {
    /// The answer, and what is shown by it. Notes in `subject` whom the call is about, whatever comes of it.
    async fn answered(&self, body: Option<Bytes>, subject: &mut Subject) -> Result<(HttpResponse, Shown), ApiError> {
        let received = Instant::now();
        let query = pairs(self.request.query_string());
        acceptable(self.request, &query)?;
        let text = body.as_deref().map(check_json).transpose()?;
        let is_lenient = is_lenient(self.request.headers());
        let given = match text {
            Some(text) => parameters::of_resource(text, "Parameters")?,
            None => parameters::of_query(&query),
        };
        let input = Input::of(&given, is_lenient)?;
        *subject = input.subject();
        let engine = &self.now.engine;
        let asked = apply::read(engine, artifacts()?, self.request.match_info().get("id"), &input)?;
        subject.hook = Some(asked.hook.name());
        let preferred = language::preferred(self.request, self.now.settings.language);
        let settings = CallSettings {
            language: asked.language.unwrap_or(preferred),
            as_of: AsOf::now().at(engine.zone()),
            accept_as_of: self.now.settings.accept_as_of,
        };
        let reading = guarded(|| engine.read(&asked.service.id, asked.body.as_bytes(), &settings))?;
        let mut reading = reading.map_err(apply::refused)?;
        let read = Instant::now();
        let deadline = received + self.now.gatherer.deadline();
        let trace = identity::of(self.request).and_then(|identity| identity.trace);
        let any_page = is_any_page(self.request, self.now);
        let gatherer = &self.now.gatherer;
        let completed =
            complete::complete(&mut reading, self.client, gatherer, deadline, any_page, trace.as_ref()).await;
        let fetched = Instant::now();
        let not_fetched: Vec<Gap> = completed.not_fetched().collect();
        guarded(|| {
            let judged = engine.evaluate_trees(reading).map_err(apply::refused)?;
            let plan = apply::care_plan(engine, &asked, &judged, settings.language, &not_fetched);
            let plan = plan.ok_or(ApiError::Fault)?;
            let shown = shown(&asked, &judged);
            let steps = log::Steps {
                body: received - self.started,
                read: read - received,
                fetch: fetched - read,
                judge: fetched.elapsed(),
            };
            log::judged(&judged, shown.cards, steps);
            Ok((response(&plan, settings.language.code()), shown))
        })?
    }
}

/// Of all rules of the service only one is shown.
fn shown(asked: &Asked<'_>, judged: &Judged<'_>) -> Shown {
    let cards = judged.evaluation.cards();
    let is_shown = cards.iter().flatten().any(|part| part.rule().id == asked.rule.id);
    let rules = is_shown.then_some((asked.rule.id, asked.rule.version));
    Shown { rules: rules.into_iter().collect(), cards: usize::from(is_shown) }
}

fn response(plan: &Value, language: &'static str) -> HttpResponse {
    answer()
        .insert_header((header::CONTENT_LANGUAGE, language))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(plan.to_string())
}
