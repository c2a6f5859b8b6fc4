//! `GET /rules` and `GET /rules/{id}`: the pages about rules. They need no token: nothing of a patient is in them.

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, mime, web};

use super::error::ApiError;
use super::{Shared, language};
use crate::pages::STYLE;
use cellwise_clinic::Language;
use cellwise_record::AsOf;

/// A page may show its own style sheet and nothing else: no script, no frame, nothing of another server.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /rules`.
pub(super) async fn list(request: HttpRequest, shared: web::Data<Shared>) -> HttpResponse {
    let language = language_of(&request, &shared);
    page(language, shared.pages.list(&shared.engine, language))
}

/// `GET /rules/{id}`.
pub(super) async fn one(
    request: HttpRequest,
    id: web::Path<String>,
    shared: web::Data<Shared>,
) -> Result<HttpResponse, ApiError> {
    let language = language_of(&request, &shared);
    let html = shared.pages.rule(&shared.engine, &id, language, &AsOf::now().day());
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
pub(super) fn language_of(request: &HttpRequest, shared: &Shared) -> Language {
    let asked = request.query_string().split('&').find_map(|pair| pair.strip_prefix("lang="));
    asked.and_then(Language::from_code).unwrap_or_else(|| language::preferred(request, shared.settings.language))
}

fn page(language: Language, html: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((header::CONTENT_LANGUAGE, language.code()))
        .insert_header((header::VARY, "accept-language"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(html)
}
