//! Token → verdict: what stands in `Authorization`, to a server that knows one client.
//!
//! Input: `raw`, a separator, the value of the header; or `signed`, a separator, the header of a token, a separator, its claims. The
//! second is signed with the client's own key, so that what comes after the signature is reached. In it `@` with a
//! number is the present and so many seconds, and `#` a number that no token had before.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::body::to_bytes;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::rt::System;
use actix_web::test::{TestRequest, init_service};
use actix_web::web;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cellwise::client::{Callers, Client, KeySource, Trust};
use cellwise::http::{Settings, Shared, app};
use cellwise_record::AsOf;
use jsonwebtoken::Algorithm;
use reqwest::Url;
use serde_json::{Value, json};

use super::{ENGINE, parts};

/// Where the server believes to be, and what is asked of it.
pub const BASE: &str = "https://cds.example.org";
/// The path that tokens are for.
pub const PATH: &str = "/cds-services";
/// Whom the server knows.
pub const ISSUER: &str = "https://ehr.example.org";
/// The name of the key.
pub const KID: &str = "k";
/// The times of a token may be off by so many seconds: the clock of the server, and a moment between.
const OFF: f64 = 32.0;

/// Asks with a value of `Authorization`; the status and the body of the answer.
type Ask = Box<dyn Fn(HeaderValue) -> (u16, Vec<u8>)>;

struct Server {
    ask: Ask,
    pair: EcdsaKeyPair,
    /// What everybody who is not believed gets.
    refusal: RefCell<Option<Vec<u8>>>,
}

thread_local! {
    // Never dropped: what it holds wants other things of its thread then, which may be gone.
    static SERVER: &'static Server = Box::leak(Box::new(Server::start()));
}

impl Server {
    fn start() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).expect("a key");
        let point = pair.public_key().as_ref().get(1..).unwrap_or_default().to_vec();
        let (x, y) = point.split_at(point.len() / 2);
        let key = json!({ "kty": "EC", "crv": "P-384", "kid": KID, "x": encoded(x), "y": encoded(y) });
        let trust = Trust {
            issuer: ISSUER.to_owned(),
            tenants: Vec::new(),
            audiences: Vec::new(),
            algorithms: vec![Algorithm::ES384],
            keys: KeySource::Static(serde_json::from_value(json!({ "keys": [key] })).expect("a JWK set")),
        };
        let client = Client { id: "hospital".to_owned(), trust: Some(trust), ..Client::anonymous() };
        let settings = Settings {
            base_url: Some(Url::parse(BASE).expect("an address")),
            callers: Callers::Listed(vec![client]),
            ..Settings::default()
        };
        let runtime = System::new();
        let shared = Shared::new(ENGINE.clone(), settings).unwrap_or_else(|error| panic!("{error}"));
        let service = runtime.block_on(init_service(app(web::Data::new(shared))));
        let ask = move |value: HeaderValue| {
            runtime.block_on(async {
                let request = TestRequest::with_uri(PATH).insert_header((AUTHORIZATION, value)).to_request();
                let response = actix_web::test::call_service(&service, request).await;
                let status = response.status().as_u16();
                let body = to_bytes(response.into_body()).await.map(|bytes| bytes.to_vec());
                (status, body.unwrap_or_default())
            })
        };
        Self { ask: Box::new(ask), pair, refusal: RefCell::default() }
    }

    /// Whether a value of `Authorization` is believed.
    fn admits(&self, value: &[u8]) -> Option<bool> {
        let (status, body) = (self.ask)(HeaderValue::from_bytes(value).ok()?);
        if status == 401 {
            let mut refusal = self.refusal.borrow_mut();
            let first = refusal.get_or_insert_with(|| body.clone());
            assert_eq!(*first, body, "a 401 says more than another");
            return Some(false);
        }
        assert!(status == 200, "status {status}");
        Some(true)
    }

    fn signed(&self, header: &[u8], claims: &[u8]) -> String {
        let message = format!("{}.{}", encoded(header), encoded(claims));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature");
        format!("Bearer {message}.{}", encoded(signature.as_ref()))
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Nobody is believed whose token does not say all that it must, and none twice.
pub fn run(data: &[u8]) -> bool {
    believed(data).is_some()
}

/// Whether an input is believed; `None` when it is none.
pub fn believed(data: &[u8]) -> Option<bool> {
    let mut parts = parts(data);
    let kind = parts.next()?;
    let (first, second) = (parts.next()?, parts.next());
    SERVER.with(|server| match (kind, second) {
        (b"raw", None) => {
            let is_admitted = server.admits(first)?;
            assert!(!is_admitted, "a token that nobody signed is believed");
            Some(false)
        }
        (b"signed", Some(claims)) => {
            let (header, claims) = (filled(first), filled(claims));
            let value = server.signed(&header, &claims);
            let is_admitted = server.admits(value.as_bytes())?;
            if is_admitted {
                is_right(&header, &claims).unwrap_or_else(|problem| panic!("a token is believed {problem}"));
                assert_eq!(server.admits(value.as_bytes()), Some(false), "a token is believed twice");
            }
            Some(is_admitted)
        }
        _ => None,
    })
}

/// Puts in the time and the number.
fn filled(text: &[u8]) -> Vec<u8> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = AsOf::now().instant.as_second();
    let mut out = Vec::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'@' => {
                let digits = after.iter().take(7).take_while(|byte| matches!(byte, b'0'..=b'9' | b'-')).count();
                let (digits, after) = after.split_at(digits);
                let seconds = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i64>().ok());
                out.extend_from_slice((now + seconds.unwrap_or_default()).to_string().as_bytes());
                rest = after;
            }
            b'#' => out.extend_from_slice(COUNT.fetch_add(1, Ordering::Relaxed).to_string().as_bytes()),
            byte => out.push(*byte),
        }
    }
    out
}

/// Says what a token that was believed does not say.
fn is_right(header: &[u8], claims: &[u8]) -> Result<(), &'static str> {
    let header: Value = serde_json::from_slice(header).map_err(|_error| "though its header is no JSON")?;
    let claims: Value = serde_json::from_slice(claims).map_err(|_error| "though its claims are no JSON")?;
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let now = AsOf::now().instant.as_second() as f64;
    let (Some(expires), Some(issued)) = (number("exp"), number("iat")) else { return Err("without its times") };
    let audience = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let same =
        |name: &str| Url::parse(name).is_ok_and(|url| url.as_str().trim_end_matches('/') == format!("{BASE}{PATH}"));
    let checks = [
        (header["alg"] == "ES384", "with another algorithm"),
        (header["kid"] == KID, "with another key"),
        (header.get("crit").is_none_or(Value::is_null), "though it has critical parts"),
        (claims["iss"] == ISSUER, "of another issuer"),
        (audience.into_iter().any(same), "for another server"),
        (claims["jti"].as_str().is_some_and(|jti| !jti.is_empty()), "without a name"),
        (expires > now - OFF, "after its time"),
        (issued < now + OFF, "before it was issued"),
        (number("nbf").unwrap_or(issued) < now + OFF, "before its time"),
        (expires - issued < 3601.0, "though it is valid for ever"),
    ];
    checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, problem)| Err(problem))
}
