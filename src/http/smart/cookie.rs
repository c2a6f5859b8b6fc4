//! The one cookie: it says nothing but that this is the browser of a launch.
//!
//! In a frame of the EHR it is a third party's: it must be allowed across sites, and browsers that keep such cookies apart keep this
//! one with the EHR (`Partitioned`). Elsewhere it comes back with a navigation of the user and with nothing else (`Lax`).

use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;

use crate::client::SmartApp;
use crate::smart::Secret;

/// Its name. The prefix binds it to this very host, and to encryption.
const NAME: &str = "__Host-cellwise";
/// Cookies of this name that are looked at: a browser may hold one of each kind.
const MOST: usize = 4;

/// What the browser shows.
pub(super) fn of(request: &HttpRequest) -> impl Iterator<Item = Secret> {
    let headers = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == NAME).filter_map(|(_, value)| Secret::read(value)).take(MOST)
}

/// The header that has a browser keep it until it is closed.
pub(super) fn set(browser: &Secret, app: &SmartApp) -> String {
    let across = if app.frame_origins.is_empty() { "SameSite=Lax" } else { "SameSite=None; Partitioned" };
    format!("{NAME}={}; Path=/; HttpOnly; Secure; {across}", browser.reveal())
}
