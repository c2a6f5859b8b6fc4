//! The pages of a chart, and what is done on them.

use std::collections::HashMap;
use std::sync::PoisonError;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use reqwest::Url;
use serde_json::Value;

use super::{nothing, page, to};
use crate::ehr::State;
use crate::ehr::grants::LaunchContext;
use crate::ehr::page::{self as pages, Words};
use crate::ehr::smart::{self, Parameters, escaped};
use crate::ehr::trigger::{Deed, Said};
use crate::embedded::ORDERS;
use crate::fixtures::request::{fill, reference_of, resources, type_of};

/// The patient whose chart an address is.
fn patient(request: &HttpRequest, state: &State) -> Option<String> {
    state.named(request.match_info().query("name"))
}

fn chart_path(request: &HttpRequest) -> String {
    format!("/charts/{}", escaped(request.match_info().query("name")))
}

pub(super) async fn chart(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let Some(patient) = patient(&request, &state) else { return nothing(&state) };
    let offers = state.offers().await;
    let words = Words::new(&state);
    page(StatusCode::OK, pages::chart(&words, &state, &patient, &offers))
}

/// Opening a chart is what `patient-view` is about.
pub(super) async fn open_chart(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let Some(patient) = patient(&request, &state) else { return nothing(&state) };
    state.trigger(&patient, &Deed { hook: "patient-view".to_owned(), ..Deed::default() }).await;
    to(&chart_path(&request))
}

pub(super) async fn hook(request: HttpRequest, form: web::Form<Parameters>, state: web::Data<State>) -> HttpResponse {
    let Some(patient) = patient(&request, &state) else { return nothing(&state) };
    let get = |name: &str| form.get(name).cloned().filter(|value| !value.is_empty());
    let deed = Deed { hook: get("hook").unwrap_or_default(), encounter: get("encounter"), selections: Vec::new() };
    state.trigger(&patient, &deed).await;
    to(&chart_path(&request))
}

/// Drafting an order selects it.
pub(super) async fn draft(request: HttpRequest, form: web::Form<Parameters>, state: web::Data<State>) -> HttpResponse {
    let Some(patient) = patient(&request, &state) else { return nothing(&state) };
    let name = form.get("order").map(String::as_str).unwrap_or_default();
    let file = ORDERS.get_file(format!("{name}.json")).and_then(include_dir::File::contents_utf8);
    let Some(mut orders) = file.and_then(|text| serde_json::from_str::<Value>(text).ok()) else {
        return nothing(&state);
    };
    fill(&mut orders, &patient);
    let selections = state.desk().visit(&patient).draft(&orders);
    let is_appointment = resources(&orders).any(|order| type_of(order) == Some("Appointment"));
    if !is_appointment {
        state.trigger(&patient, &Deed { hook: "order-select".to_owned(), encounter: None, selections }).await;
    }
    to(&chart_path(&request))
}

pub(super) async fn remove(request: HttpRequest, form: web::Form<Parameters>, state: web::Data<State>) -> HttpResponse {
    let Some(patient) = patient(&request, &state) else { return nothing(&state) };
    state.desk().visit(&patient).remove(form.get("draft").map(String::as_str).unwrap_or_default());
    to(&chart_path(&request))
}

pub(super) async fn accept(request: HttpRequest, form: web::Form<Parameters>, state: web::Data<State>) -> HttpResponse {
    let Some(patient) = patient(&request, &state) else { return nothing(&state) };
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let Ok(place) = get("suggestion").parse() else { return nothing(&state) };
    let done = state.answer(&patient, get("card"), &Said::Accepted(place)).await;
    done.map_or_else(|| nothing(&state), |()| to(&chart_path(&request)))
}

pub(super) async fn override_card(
    request: HttpRequest,
    form: web::Form<Parameters>,
    state: web::Data<State>,
) -> HttpResponse {
    let Some(patient) = patient(&request, &state) else { return nothing(&state) };
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let said = Said::Overridden(get("reason").parse().ok(), get("comment").to_owned());
    let done = state.answer(&patient, get("card"), &said).await;
    done.map_or_else(|| nothing(&state), |()| to(&chart_path(&request)))
}

/// Launches an app: one that is registered (`app`), or that of a link on a card (`card` and `link`).
pub(super) async fn launch(
    request: HttpRequest,
    query: web::Query<HashMap<String, String>>,
    state: web::Data<State>,
) -> HttpResponse {
    let Some(patient) = patient(&request, &state) else { return nothing(&state) };
    let get = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let registered = state.apps.iter().find(|app| app.id == get("app")).map(|app| (app.launch.clone(), None));
    let linked = || {
        let mut desk = state.desk();
        let (_, held) = desk.visit(&patient).card(get("card"))?;
        let link = held.card.links.get(get("link").parse::<usize>().ok()?)?;
        let url = Url::parse(&link.url)
            .ok()
            .filter(|url| link.kind == "smart" && matches!(url.scheme(), "http" | "https"))?;
        Some((url, link.app_context.clone()))
    };
    let Some((url, app_context)) = registered.or_else(linked) else { return nothing(&state) };
    let encounter = state.encounters(&patient).into_iter().next();
    let fhir_context = {
        let patients = state.patients.read().unwrap_or_else(PoisonError::into_inner);
        let record = patients.record(&patient).into_iter().flat_map(resources);
        // What is ordered is what an app may be about.
        let ordered = record.filter(|resource| {
            type_of(resource) == Some("ServiceRequest")
                && resource.get("status").and_then(Value::as_str) == Some("active")
        });
        ordered.filter_map(reference_of).collect()
    };
    let context = LaunchContext { patient, encounter, app_context, fhir_context };
    to(&smart::launch_url(&state, &url, context))
}
