//! Whom a server believes: tokens that are right, and those that are wrong in one way each.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::Tally;
use super::catalogue::{
    Check, TOKEN_ACCEPTED, TOKEN_AUDIENCE, TOKEN_EXPIRY, TOKEN_ISSUER, TOKEN_MISSING, TOKEN_REPLAY, TOKEN_SIGNATURE,
    TOKEN_SYMMETRIC, TOKEN_UNSIGNED,
};
use super::discovery::Service;
use super::patients::{Cast, with_new_instance};
use super::probe::{Pass, Probe};
use crate::fixtures::token::Signer;

/// How long ago the token expired that must not count any more, in seconds.
const LONG_AGO: i64 = 3600;
const ALL: [&Check; 9] = [
    &TOKEN_ACCEPTED,
    &TOKEN_MISSING,
    &TOKEN_SIGNATURE,
    &TOKEN_AUDIENCE,
    &TOKEN_EXPIRY,
    &TOKEN_ISSUER,
    &TOKEN_REPLAY,
    &TOKEN_UNSIGNED,
    &TOKEN_SYMMETRIC,
];

/// Presents tokens to the first service.
pub(super) fn check(probe: &Probe<'_>, services: &[Service], cast: &Cast, tally: &mut Tally) {
    let mut skip = |why: &str| ALL.iter().for_each(|check| tally.skip(check, why));
    let Some((path, request)) = services.iter().find_map(|service| {
        let (_, request) = cast.requests(service).next()?;
        Some((format!("/{}", service.id), request))
    }) else {
        return skip("no service can be called");
    };
    let status = |pass: &Pass<'_>| probe.post(&path, &with_new_instance(&request), pass).map(|answer| answer.status);
    let is_open = match status(&Pass::None) {
        Err(problem) => return skip(&problem),
        Ok(status) => !is_refused(status),
    };
    if is_open {
        return skip("the server asks for no token");
    }
    tally.pass(&TOKEN_MISSING);
    let Some(signer) = probe.signer else {
        return ALL.iter().for_each(|check| tally.skip(check, "give `--key` and `--client` of a client that it knows"));
    };
    let accepted = status(&Pass::Own);
    let is_accepted = accepted.as_ref().is_ok_and(|status| !is_refused(*status));
    tally.judge(&TOKEN_ACCEPTED, is_accepted, || match accepted {
        Ok(status) => format!("a good token is answered with {status}: is the client known, with this key?"),
        Err(problem) => problem,
    });
    if !is_accepted {
        return;
    }
    let address = probe.address(&path);
    for (check, what, token) in wrong(signer, &address) {
        let Ok(token) = token else { continue };
        if let Ok(status) = status(&Pass::Token(&token)) {
            tally.judge(check, is_refused(status), || format!("{what} is answered with {status}"));
        }
    }
    if let Ok(token) = signer.token(&address) {
        let first = status(&Pass::Token(&token));
        let second = status(&Pass::Token(&token));
        if let (Ok(_), Ok(second)) = (first, second) {
            tally.judge(&TOKEN_REPLAY, is_refused(second), || {
                format!("a token that was used before is answered with {second}")
            });
        }
    }
}

fn is_refused(status: u16) -> bool {
    status == 401 || status == 403
}

/// Tokens that must not be believed.
fn wrong<'c>(signer: &Signer, address: &str) -> Vec<(&'c Check, &'static str, Result<String, String>)> {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut claims = signer.claims(address);
        change(&mut claims);
        signer.key.sign(&signer.header(), &claims)
    };
    let set = |claims: &mut Value, name: &str, value: Value| {
        if let Some(members) = claims.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    let elsewhere = with(&|claims| set(claims, "aud", json!("https://other.example.org/cds-services/other")));
    let late = with(&|claims| {
        let now = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
        set(claims, "iat", json!(now - LONG_AGO - 300));
        set(claims, "exp", json!(now - LONG_AGO));
    });
    let stranger = with(&|claims| set(claims, "iss", json!("https://stranger.example.org")));
    vec![
        (&TOKEN_AUDIENCE, "a token for another address", elsewhere),
        (&TOKEN_EXPIRY, "a token that expired an hour ago", late),
        (&TOKEN_ISSUER, "a token of an issuer that nobody knows", stranger),
        (&TOKEN_SIGNATURE, "a token with a broken signature", signer.token(address).map(|token| broken(&token))),
        (&TOKEN_UNSIGNED, "a token that is not signed (`none`)", Ok(unsigned(signer, address))),
        (&TOKEN_SYMMETRIC, "a token with a shared secret (HS384)", symmetric(signer, address)),
    ]
}

/// Another signature, of the same length.
fn broken(token: &str) -> String {
    let Some((message, signature)) = token.rsplit_once('.') else { return token.to_owned() };
    let other: String = signature.chars().rev().collect();
    format!("{message}.{other}")
}

fn unsigned(signer: &Signer, address: &str) -> String {
    let header = json!({ "alg": "none", "typ": "JWT", "kid": signer.kid });
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", encoded(&header), encoded(&signer.claims(address)))
}

fn symmetric(signer: &Signer, address: &str) -> Result<String, String> {
    let mut header = Header::new(Algorithm::HS384);
    header.kid = Some(signer.kid.clone());
    let key = EncodingKey::from_secret(signer.kid.as_bytes());
    encode(&header, &signer.claims(address), &key).map_err(|error| error.to_string())
}
