//! `GET /reports`: what became of the cards, for the staff who decide which of them are needed. As JSON, CSV or a page.

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;

use super::error::ApiError;
use super::shared::InForce;
use super::{Shared, rules};
use crate::report;

/// How a report is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Csv,
    Page,
}

/// Counts from `?since=` to `?until=`, both days. `?format=json`, `csv` or `html` goes before what `Accept` says.
pub(super) async fn report(
    request: HttpRequest,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let sender = now.gate.admit(&request).await?;
    if now.settings.callers.are_listed() && !sender.client.is_staff {
        return Err(ApiError::NotForClient);
    }
    now.rates.count(sender)?;
    let store = shared.store.as_ref().ok_or(ApiError::NothingStored)?;
    let form = form(&request)?;
    let period = report::period(day(&request, "since")?, day(&request, "until")?, now.engine.zone())
        .map_err(|problem| ApiError::NoPeriod { problem })?;
    let counted = store.report(period).await.map_err(|_unavailable| ApiError::StoreUnavailable)?;
    let report = report::report(&counted, period, now.engine.zone(), now.settings.report);
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    Ok(match form {
        // Made of strings and numbers: serialising it can't fail.
        Form::Json => {
            response.content_type(ContentType::json()).body(serde_json::to_string(&report).unwrap_or_default())
        }
        Form::Csv => response.content_type("text/csv; charset=utf-8").body(report::csv(&report)),
        Form::Page => {
            let language = rules::language_of(&request, &now);
            rules::page(language, shared.pages.report(&now.engine, &report, language))
        }
    })
}

/// A parameter of the address. Dates and names of forms need no escapes.
fn parameter<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    let pairs = request.query_string().split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value).next()
}

fn day(request: &HttpRequest, name: &str) -> Result<Option<Date>, ApiError> {
    let read =
        |text| report::date(text).map_err(|problem| ApiError::NoPeriod { problem: format!("`{name}`: {problem}") });
    parameter(request, name).map(read).transpose()
}

fn form(request: &HttpRequest) -> Result<Form, ApiError> {
    match parameter(request, "format") {
        Some("json") => return Ok(Form::Json),
        Some("csv") => return Ok(Form::Csv),
        Some("html") => return Ok(Form::Page),
        Some(_) => {
            return Err(ApiError::NoPeriod { problem: "`format`: expected `json`, `csv` or `html`".to_owned() });
        }
        None => {}
    }
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // The first that is known; browsers name HTML first.
    let known = accepted.split(',').find_map(|kind| match kind.split(';').next().map(str::trim) {
        Some("application/json") => Some(Form::Json),
        Some("text/csv") => Some(Form::Csv),
        Some("text/html") => Some(Form::Page),
        _ => None,
    });
    Ok(known.unwrap_or(Form::Json))
}
