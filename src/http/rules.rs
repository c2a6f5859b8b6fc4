//! `GET /rules` and `GET /rules/{id}`: the pages about rules. They need no token: nothing of a patient is in them.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, mime, web};

use super::error::ApiError;
use super::shared::{Configured, InForce};
use super::{Shared, language, page};
use crate::pages::STYLE;
use cellwise_clinic::Language;
use cellwise_record::AsOf;

/// A page may show its own style sheet and nothing else: no script, no frame, nothing of another server.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /rules`.
pub(super) async fn list(request: HttpRequest, shared: web::Data<Shared>, now: InForce) -> HttpResponse {
    let language = language_of(&request, &now);
    page(language, shared.pages.list(&now.engine, language))
}

/// `GET /rules/{id}`.
pub(super) async fn one(
    request: HttpRequest,
    id: web::Path<String>,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let language = language_of(&request, &now);
    let html = shared.pages.rule(&now.engine, &id, language, &AsOf::now().at(now.engine.zone()).day());
    Ok(page(language, html.ok_or(ApiError::NoSuchRule)?))
}

/// `GET /rules/style.css`.
pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type(mime::TEXT_CSS_UTF_8)
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(STYLE)
}

/// The language that the address asks for (`?lang=nl`), else that of the browser.
pub(super) fn language_of(request: &HttpRequest, now: &Configured) -> Language {
    asked_language(request).unwrap_or_else(|| language::preferred(request, now.settings.language))
}

/// The language that the address asks for.
pub(super) fn asked_language(request: &HttpRequest) -> Option<Language> {
    let asked = request.query_string().split('&').find_map(|pair| pair.strip_prefix("lang="));
    asked.and_then(Language::from_code)
}

pub(super) fn page(language: Language, html: String) -> HttpResponse {
    page::head(HttpResponse::Ok(), POLICY)
        .insert_header((header::CONTENT_LANGUAGE, language.code()))
        .insert_header((header::VARY, "accept-language"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(html)
}
