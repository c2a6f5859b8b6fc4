//! `exp`, `iat` and `nbf`.

use serde_json::{Value, json};

use super::token::{P384, Token, jwks, now};
use super::{admits, client, refuses, server};

/// Times are seconds from now; the clocks may be 30 seconds apart, and a token may live for an hour.
fn timed(issued: f64, expires: f64) -> Token {
    let at = |seconds: f64| json!(f64::from(i32::try_from(now()).unwrap()) + seconds);
    Token::new().without_claim("nbf").claim("iat", &at(issued)).claim("exp", &at(expires))
}

#[test]
fn a_token_has_its_time() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    for (issued, expires) in
        [(-100.0, 200.0), (0.0, 3600.0), (-3590.0, 10.0), (-100.0, -15.0), (15.0, 300.0), (-10.5, 300.25)]
    {
        admits(&server, &timed(issued, expires).signed(&P384), &format!("{issued} to {expires}"));
    }
    for (issued, expires) in [
        (-100.0, -31.0),
        (-500.0, -200.0),
        (60.0, 300.0),
        (0.0, 3601.0),
        (-3700.0, 10.0),
        (0.0, 1e12),
        (-1e9, 300.0),
        (-1e10, 300.0),
    ] {
        refuses(&server, &timed(issued, expires).signed(&P384), &format!("{issued} to {expires}"));
    }
    for (begins, good) in [(-300, true), (0, true), (15, true), (60, false), (1_000_000, false)] {
        let token = Token::new().claim("nbf", &json!(now() + begins)).signed(&P384);
        if good {
            admits(&server, &token, &format!("from {begins}"));
        } else {
            refuses(&server, &token, &format!("from {begins}"));
        }
    }
}

#[test]
fn times_are_numbers_and_must_be_there() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    for name in ["exp", "iat"] {
        refuses(&server, &Token::new().without_claim(name).signed(&P384), name);
        refuses(&server, &Token::new().claim(name, &Value::Null).signed(&P384), name);
    }
    for name in ["exp", "iat", "nbf"] {
        for value in [json!(now().to_string()), json!([now()]), json!(true), json!({}), json!(-1)] {
            refuses(&server, &Token::new().claim(name, &value).signed(&P384), &format!("{name} {value}"));
        }
    }
    admits(&server, &Token::new().without_claim("nbf").signed(&P384), "no nbf");
}
