//! Cross-origin calls: a CDS Hooks client can run in a browser, as the public sandbox does.

use actix_cors::Cors;
use actix_web::HttpResponse;
use actix_web::http::header;
use reqwest::Url;

use super::identity::REQUEST_ID;

/// How long a browser may remember the answer to a preflight, in seconds.
const REMEMBERED: usize = 3600;

/// Any origin, or those listed and the server's own: its pages call it, too (the workbench). No cookies either way: nothing of a browser's session reaches the server, and an answer
/// holds nothing but what follows from the request.
pub(super) fn policy(origins: &[String], own: Option<&Url>) -> Cors {
    let cors =
        Cors::default().allowed_methods(["GET", "HEAD", "POST", "OPTIONS"]).allow_any_header().max_age(REMEMBERED);
    let cors = cors.expose_headers([header::ETAG, header::RETRY_AFTER, REQUEST_ID]);
    if origins.is_empty() {
        // The same answer for every origin: caches need not tell them apart.
        return cors.allow_any_origin().send_wildcard().disable_vary_header();
    }
    // Without a preflight a browser sends the request first and looks at the answer afterwards.
    let cors = cors.block_on_origin_mismatch(true);
    let own = own.map(|address| address.origin().ascii_serialization());
    origins.iter().chain(&own).fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// The answer to an OPTIONS that is no preflight.
pub(super) fn options(allow: &'static str) -> HttpResponse {
    HttpResponse::NoContent().insert_header((header::ALLOW, allow)).finish()
}
