//! What the heads of all pages have in common: what a page may load and who may frame it, and that it tells nobody where it was.

use actix_web::HttpResponseBuilder;
use actix_web::http::header::{self, ContentType};

/// The head of a page under a content security policy.
pub(super) fn head(mut response: HttpResponseBuilder, policy: &str) -> HttpResponseBuilder {
    response
        .content_type(ContentType::html())
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"));
    response
}
