//! Asking a server over HTTP, as a client does.

use std::time::Duration;

use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::{ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Url};
use serde_json::Value;

use super::Tally;
use super::catalogue::{CORS_ANSWER, JSON, TLS};
use crate::fixtures::token::Signer;
use crate::outbound::is_loopback;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The origin of a client in a browser.
pub(super) const ORIGIN: &str = "https://ehr.example.org";

/// A server that is asked.
pub(super) struct Probe<'s> {
    client: Client,
    pub(super) base: Url,
    pub(super) signer: Option<&'s Signer>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    /// The body, if it is JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.text).ok()
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the request was refused as the fault of the client.
    pub(super) fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status)
    }
}

/// How a call is presented.
pub(super) enum Pass<'t> {
    /// As the signer does; without one, not at all.
    Own,
    /// Without any token.
    None,
    /// With this token.
    Token(&'t str),
}

impl<'s> Probe<'s> {
    pub(super) fn new(url: &str, signer: Option<&'s Signer>) -> Result<Self, String> {
        let base = url.trim_end_matches('/').trim_end_matches("/cds-services");
        let base = Url::parse(base).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let base =
            base.ok_or_else(|| format!("`{url}` is no address: expected one such as `http://127.0.0.1:8080`"))?;
        let client = Client::builder().timeout(PATIENCE).no_proxy().build();
        let client = client.map_err(|error| format!("connections can't be set up: {error}"))?;
        Ok(Self { client, base, signer })
    }

    /// `{baseUrl}/cds-services` and what stands behind it.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/cds-services{path}", self.base.as_str().trim_end_matches('/'))
    }

    pub(super) fn transport(&self, tally: &mut Tally) {
        match self.base.scheme() {
            "https" => tally.pass(&TLS),
            _ if is_loopback(&self.base) => tally.skip(&TLS, "the server is on this machine"),
            _ => tally.fail(&TLS, format!("{} is spoken to unencrypted", self.base)),
        }
    }

    pub(super) fn get(&self, path: &str, pass: &Pass<'_>) -> Result<Answer, String> {
        self.send(self.client.get(self.address(path)), &self.address(path), pass)
    }

    pub(super) fn post(&self, path: &str, body: &Value, pass: &Pass<'_>) -> Result<Answer, String> {
        self.post_text(path, body.to_string(), pass)
    }

    pub(super) fn post_text(&self, path: &str, body: String, pass: &Pass<'_>) -> Result<Answer, String> {
        let address = self.address(path);
        let request = self.client.post(&address).header(CONTENT_TYPE, "application/json").body(body);
        self.send(request, &address, pass)
    }

    /// What a browser asks before it calls. It never has a token.
    pub(super) fn preflight(&self, path: &str, method: &str) -> Result<Answer, String> {
        let address = self.address(path);
        let request = self.client.request(Method::OPTIONS, &address);
        let request = request
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "authorization,content-type");
        self.send(request, &address, &Pass::None)
    }

    fn send(&self, request: RequestBuilder, address: &str, pass: &Pass<'_>) -> Result<Answer, String> {
        let request = request.header("origin", ORIGIN);
        let token = match (pass, self.signer) {
            (Pass::Own, Some(signer)) => Some(signer.token(address)?),
            (Pass::Token(token), _) => Some((*token).to_owned()),
            _ => None,
        };
        let request =
            token.into_iter().fold(request, |request, token| request.header(AUTHORIZATION, format!("Bearer {token}")));
        let failed = |error: reqwest::Error| {
            let why = if error.is_timeout() {
                format!("no answer within {} seconds", PATIENCE.as_secs())
            } else if error.is_connect() {
                "nobody answers there".to_owned()
            } else {
                "the call failed".to_owned()
            };
            format!("{address}: {why}")
        };
        let answer = request.send().map_err(failed)?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Answer { status, headers, text: answer.text().map_err(failed)? })
    }
}

/// Whether an answer says that it is JSON, and whether a script of another origin may read it.
pub(super) fn look_at_headers(what: &str, answer: &Answer, tally: &mut Tally) {
    let text = |name| answer.headers.get(name).and_then(|value: &reqwest::header::HeaderValue| value.to_str().ok());
    if answer.is_success() {
        let kind = text(CONTENT_TYPE).unwrap_or("nothing");
        let is_json = kind.split(';').next().is_some_and(|kind| {
            let kind = kind.trim().to_ascii_lowercase();
            kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
        });
        tally.judge(&JSON, is_json && answer.json().is_some(), || {
            format!("{what}: says that it is {kind}{}", if answer.json().is_some() { "" } else { ", and is no JSON" })
        });
    }
    let origin = text(ACCESS_CONTROL_ALLOW_ORIGIN);
    tally.judge(&CORS_ANSWER, origin.is_some_and(|origin| origin == "*" || origin == ORIGIN), || {
        format!("{what} ({}): has no Access-Control-Allow-Origin for {ORIGIN}", answer.status)
    });
}
