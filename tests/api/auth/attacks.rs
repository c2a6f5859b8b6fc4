//! Forged tokens. Each gets the answer of a missing token; then a good one is admitted.

use aws_lc_rs::hmac::{HMAC_SHA256, HMAC_SHA384, HMAC_SHA512};
use cellwise::client::KeySource;
use reqwest::Method;
use serde_json::{Value, json};

use super::key_host::KeyHost;
use super::token::{OTHER_P384, P384, RSA, Token, encoded, jwks, message, signed};
use super::{admits, bare, call, call_with, client, refuses, server, trusting};
use crate::helpers::TestServer;

fn usual() -> TestServer {
    server(vec![client(&jwks(&[("ec", &P384), ("rsa", &RSA)]))])
}

#[test]
fn no_signature() {
    let server = usual();
    for algorithm in ["none", "None", "nOnE", "NONE", "", "null"] {
        let token = Token::new().head("alg", &json!(algorithm));
        refuses(&server, &format!("{}.", token.message()), algorithm);
        refuses(&server, &token.message(), algorithm);
        refuses(&server, &token.signed(&P384), algorithm);
        refuses(&server, &token.without_head("kid").signed(&P384), algorithm);
    }
    for algorithm in [Value::Null, json!(["ES384"]), json!(384), json!({})] {
        refuses(&server, &Token::new().head("alg", &algorithm).signed(&P384), &algorithm.to_string());
    }
    refuses(&server, &Token::new().without_head("alg").signed(&P384), "no algorithm");
    refuses(&server, &format!("{}.", Token::new().message()), "an empty signature");
    admits(&server, &Token::new().signed(&P384), "after all that");
}

#[test]
fn a_public_key_as_shared_secret() {
    let server = usual();
    for (kid, pair) in [("ec", &P384), ("rsa", &RSA)] {
        for secret in pair.as_secrets() {
            for (name, algorithm) in [("HS256", HMAC_SHA256), ("HS384", HMAC_SHA384), ("HS512", HMAC_SHA512)] {
                refuses(&server, &Token::of(name, kid).hashed(algorithm, &secret), name);
            }
            // The tag in place of a signature.
            refuses(&server, &Token::of("ES384", kid).hashed(HMAC_SHA384, &secret), "a tag");
        }
        admits(&server, &Token::new().signed(&P384), "after all that");
    }
}

/// A set of keys may hold a shared secret; it is for something else.
#[test]
fn a_shared_secret_among_the_keys() {
    let mut keys = jwks(&[("ec", &P384)]);
    keys["keys"].as_array_mut().unwrap().push(json!({ "kty": "oct", "kid": "oct", "k": encoded("secret") }));
    let host = KeyHost::with(&keys);
    for client in [client(&keys), trusting(KeySource::Jku(host.url()), |_| {})] {
        let server = server(vec![client]);
        refuses(&server, &Token::of("HS384", "oct").hashed(HMAC_SHA384, b"secret"), "HS384");
        refuses(&server, &Token::of("ES384", "oct").hashed(HMAC_SHA384, b"secret"), "ES384");
        admits(&server, &Token::new().signed(&P384), "after all that");
    }
}

#[test]
fn a_key_under_another_algorithm() {
    let server = usual();
    for (algorithm, kid, pair) in [
        ("RS384", "ec", &RSA),
        ("RS384", "ec", &P384),
        ("RS384", "rsa", &P384),
        ("ES384", "rsa", &P384),
        ("ES384", "rsa", &RSA),
        ("ES384", "ec", &RSA),
        ("ES384", "ec", &OTHER_P384),
    ] {
        refuses(&server, &Token::of(algorithm, kid).signed(pair), &format!("{algorithm} with {kid}"));
    }
    admits(&server, &Token::of("RS384", "rsa").signed(&RSA), "after all that");
}

#[test]
fn kids_that_are_not_there() {
    let server = usual();
    for kid in [json!("EC"), json!("ec "), json!(""), json!("../ec"), json!("*"), json!(1), json!(["ec"]), Value::Null]
    {
        refuses(&server, &Token::new().head("kid", &kid).signed(&P384), &kid.to_string());
    }
    refuses(&server, &Token::new().without_head("kid").signed(&P384), "no kid");
    admits(&server, &Token::new().signed(&P384), "after all that");
}

/// Keys, and addresses of keys, that come with the token.
#[test]
fn a_key_of_the_attacker() {
    let attacker = KeyHost::with(&jwks(&[("ec", &OTHER_P384), ("evil", &OTHER_P384)]));
    let keys = jwks(&[("ec", &P384)]);
    let host = KeyHost::with(&keys);
    let url = host.url();
    let by_address = server(vec![trusting(KeySource::Jku(url.clone()), |_| {})]);
    let by_file = server(vec![client(&keys)]);
    for server in [&by_address, &by_file] {
        for kid in ["ec", "evil"] {
            let token = Token::of("ES384", kid);
            for name in ["jku", "x5u"] {
                let pointing = token.clone().head(name, &json!(attacker.url().as_str()));
                refuses(server, &pointing.signed(&OTHER_P384), name);
            }
            let bringing = token.clone().head("jwk", &OTHER_P384.jwk(kid));
            refuses(server, &bringing.signed(&OTHER_P384), "jwk");
            refuses(server, &token.head("x5c", &json!(["AAAA"])).signed(&OTHER_P384), "x5c");
        }
    }
    // Signed by the client itself, an address that is not the configured one is refused where addresses count.
    for other in [
        attacker.url().to_string(),
        format!("{url}?x"),
        format!("{url}#x"),
        format!("{url}/"),
        format!("{url}/../jwks.json/x"),
        url.as_str().replace("http:", "https:"),
        url.as_str().replace("127.0.0.1", "user@127.0.0.1"),
        url.as_str().replace("127.0.0.1", "127.0.0.2"),
        String::new(),
    ] {
        refuses(&by_address, &Token::new().head("jku", &json!(other)).signed(&P384), &other);
    }
    admits(&by_file, &Token::new().head("jku", &json!(attacker.url().as_str())).signed(&P384), "says nothing");
    assert_eq!(attacker.asked(), 0, "the attacker's server was asked");
    for server in [&by_address, &by_file] {
        admits(server, &Token::new().signed(&P384), "after all that");
    }
}

#[test]
fn a_header_that_asks_for_more() {
    let server = usual();
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("crit", json!("exp")),
        ("typ", json!("at+jwt")),
        ("typ", json!("")),
        ("typ", json!(7)),
    ] {
        refuses(&server, &Token::new().head(name, &value).signed(&P384), &format!("{name} {value}"));
    }
    admits(&server, &Token::new().head("cty", &json!("x")).head("more", &json!(1.5)).signed(&P384), "it is ignored");
}

#[test]
fn what_is_signed_is_what_counts() {
    let server = usual();
    let good = Token::new();
    let token = good.signed(&P384);
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();

    let longer = good.clone().claim("exp", &json!(super::token::now() + 3000)).message();
    refuses(&server, &format!("{longer}.{signature}"), "other claims");
    let other = good.clone().head("more", &json!(1)).message();
    refuses(&server, &format!("{other}.{signature}"), "another header");
    let foreign = Token::new().signed(&P384);
    refuses(&server, &format!("{header}.{claims}.{}", foreign.rsplit('.').next().unwrap()), "another signature");
    for (place, with) in [(0, "A"), (10, "_"), (signature.len() - 1, "B")] {
        let mut changed = signature.to_owned();
        let with = if changed[place..].starts_with(with) { "C" } else { with };
        changed.replace_range(place..=place, with);
        refuses(&server, &format!("{header}.{claims}.{changed}"), "a changed signature");
    }
    refuses(&server, &format!("{header}.{claims}.{}", encoded([0; 96])), "zeros");
    refuses(&server, &format!("{header}.{claims}.{}", &signature[..64]), "a short signature");
    admits(&server, &token, "as it was");
}

/// Two readers could take different ones.
#[test]
fn claims_and_header_fields_that_come_twice() {
    let server = usual();
    let good = Token::new().claim("tenant", &json!("t"));
    let (header, claims) = (good.header.to_string(), good.claims.to_string());
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("https://evil.example")),
        ("exp", json!(1)),
        ("jti", json!("x")),
        ("tenant", json!("x")),
    ] {
        let twice = format!("{{\"{name}\":{value},{}", &claims[1..]);
        refuses(&server, &signed(&message(&header, &twice), "ES384", &P384), name);
    }
    for (name, value) in [("alg", "none"), ("kid", "evil"), ("typ", "JWT")] {
        let twice = format!("{{\"{name}\":\"{value}\",{}", &header[1..]);
        refuses(&server, &signed(&message(&twice, &claims), "ES384", &P384), name);
    }
    admits(&server, &good.signed(&P384), "as it was");
}

#[test]
fn a_jti_must_be_there_and_short() {
    let server = usual();
    for jti in [json!(""), json!(7), json!("x".repeat(257)), json!(["x"]), Value::Null] {
        refuses(&server, &Token::new().claim("jti", &jti).signed(&P384), &jti.to_string());
    }
    refuses(&server, &Token::new().without_claim("jti").signed(&P384), "no jti");
    admits(&server, &Token::new().claim("jti", &json!("x".repeat(256))).signed(&P384), "the longest");
}

#[test]
fn what_is_no_token() {
    let server = usual();
    let token = Token::new().signed(&P384);
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let deep = format!("{}{}", "[".repeat(3000), "]".repeat(3000));
    for text in [
        "x",
        "...",
        "..",
        ".",
        "a.b.c",
        "null.null.null",
        &format!("{header}.{claims}"),
        &format!("{header}.{claims}.{signature}.{signature}"),
        &format!("x.{header}.{claims}.{signature}"),
        &format!("{header}..{signature}"),
        &format!(".{claims}.{signature}"),
        &format!("{header}.{claims}.{signature}="),
        &format!("{header}=.{claims}.{signature}"),
        &format!("{header}.{claims} .{signature}"),
        &format!("\"{token}\""),
        &format!("{token}, {token}"),
        &signed(&message("[]", "{}"), "ES384", &P384),
        &signed(&message("{}", "[]"), "ES384", &P384),
        &signed(&message(&Token::new().header.to_string(), "null"), "ES384", &P384),
        &signed(&message(&Token::new().header.to_string(), &deep), "ES384", &P384),
        &signed(&message(&deep, "{}"), "ES384", &P384),
        &signed(&message(&Token::new().header.to_string(), "\u{feff}{}"), "ES384", &P384),
    ] {
        refuses(&server, text, &text[..text.len().min(60)]);
    }
    admits(&server, &token, "as it was");
}

#[test]
fn other_kinds_of_authorization() {
    let server = usual();
    let token = Token::new().signed(&P384);
    let bytes = [b"Bearer \xff\xfe".as_slice(), format!("Bearer {token}").as_bytes()].concat();
    for value in [
        format!("Basic {}", encoded("user:password")).into_bytes(),
        format!("Basic {token}").into_bytes(),
        format!("JWT {token}").into_bytes(),
        format!("Bearer{token}").into_bytes(),
        format!("Bearer\t{token}").into_bytes(),
        format!("Bearer Bearer {token}").into_bytes(),
        token.clone().into_bytes(),
        b"Bearer".to_vec(),
        b"Bearer ".to_vec(),
        b"".to_vec(),
        bytes,
    ] {
        let what = String::from_utf8_lossy(&value[..value.len().min(12)]).into_owned();
        bare(&server, call(&server).header("authorization", value).send().unwrap(), &what);
    }
    let header = format!("Bearer {token}");
    for second in [header.as_str(), "Bearer x", "Basic x"] {
        for (first, second) in [(header.as_str(), second), (second, header.as_str())] {
            let response = call(&server).header("authorization", first).header("authorization", second).send().unwrap();
            bare(&server, response, "two headers");
        }
    }
    // Elsewhere it is not looked for.
    let path = format!("{}?access_token={token}", super::SERVICE);
    bare(&server, server.request(Method::POST, &path).send().unwrap(), "in the query");
    bare(&server, call(&server).header("x-authorization", &header).send().unwrap(), "another header");

    for scheme in ["Bearer", "bearer", "BEARER"] {
        let token = Token::new().signed(&P384);
        let response = call(&server).header("authorization", format!("{scheme} {token}")).send().unwrap();
        assert_eq!(response.status(), 200, "{scheme}");
    }
}

#[test]
fn huge_tokens() {
    let server = usual();
    let padded = |bytes: usize| Token::new().claim("more", &json!("x".repeat(bytes))).signed(&P384);
    admits(&server, &padded(4000), "large");
    for bytes in [6_200, 20_000, 60_000] {
        refuses(&server, &padded(bytes), "too large");
    }
    // More than the head of a request may hold.
    if let Ok(response) = call(&server).bearer_auth(padded(300_000)).send() {
        assert!(response.status().is_client_error(), "{}", response.status());
    }
    admits(&server, &Token::new().signed(&P384), "after all that");
}

/// Refused tokens use nothing up.
#[test]
fn a_refused_token_can_be_sent_again() {
    let server = usual();
    let forged = Token::new().signed(&OTHER_P384);
    for _ in 0..50 {
        assert_eq!(call_with(&server, &forged).status(), 401);
    }
    admits(&server, &Token::new().signed(&P384), "after all that");
}
