//! Where keys come from, and which of them counts.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use cellwise::client::{Client, KeySource};
use jsonwebtoken::Algorithm;
use reqwest::Url;
use serde_json::json;

use super::key_host::{KeyHost, response};
use super::token::{OTHER_P384, P256, P384, RSA, Token, jwks};
use super::{admits, call_with, client, refuses, server, trusting};

fn published_at(url: Url) -> Client {
    trusting(KeySource::Jku(url), |_| {})
}

#[test]
fn keys_in_a_file_and_keys_at_an_address() {
    let keys = jwks(&[("ec", &P384), ("rsa", &RSA)]);
    let host = KeyHost::with(&keys);
    for client in [client(&keys), published_at(host.url())] {
        let server = server(vec![client]);
        for _ in 0..3 {
            admits(&server, &Token::new().signed(&P384), "ES384");
            admits(&server, &Token::of("RS384", "rsa").signed(&RSA), "RS384");
        }
        let named = Token::new().head("jku", &json!(host.url().as_str()));
        admits(&server, &named.signed(&P384), "with its address");
        for kind in [json!("jwt"), json!("JWT")] {
            admits(&server, &Token::new().head("typ", &kind).signed(&P384), "typ");
        }
        admits(&server, &Token::new().without_head("typ").signed(&P384), "no typ");
    }
    assert_eq!(host.asked(), 1, "they are kept");
}

#[test]
fn algorithms_are_those_of_the_configuration() {
    let keys = jwks(&[("p256", &P256), ("ec", &P384), ("rsa", &RSA)]);
    let strict = server(vec![client(&keys)]);
    let source = KeySource::Static(serde_json::from_value(keys).unwrap());
    let wide = server(vec![trusting(source, |trust| {
        trust.algorithms = vec![Algorithm::ES384, Algorithm::ES256, Algorithm::RS256];
    })]);
    for (token, pair, in_strict, in_wide) in [
        (Token::of("ES256", "p256"), &P256, false, true),
        (Token::of("RS256", "rsa"), &RSA, false, true),
        (Token::of("ES384", "ec"), &P384, true, true),
        (Token::of("RS384", "rsa"), &RSA, true, false),
        (Token::of("RS512", "rsa"), &RSA, false, false),
        (Token::of("PS384", "rsa"), &RSA, false, false),
        (Token::of("es384", "ec"), &P384, false, false),
        (Token::of("EdDSA", "ec"), &P384, false, false),
    ] {
        let token = token.signed(pair);
        for (server, admitted) in [(&strict, in_strict), (&wide, in_wide)] {
            if admitted {
                admits(server, &token, "configured");
            } else {
                refuses(server, &token, "not configured");
            }
        }
    }
}

#[test]
fn of_keys_with_one_name_the_fitting_one_counts() {
    let server = server(vec![client(&jwks(&[("k", &RSA), ("k", &OTHER_P384), ("k", &P384), ("k", &P256)]))]);
    for pair in [&P384, &OTHER_P384] {
        admits(&server, &Token::of("ES384", "k").signed(pair), "one of two");
    }
    admits(&server, &Token::of("RS384", "k").signed(&RSA), "RSA");
    refuses(&server, &Token::of("ES384", "k").signed(&P256), "another curve");
}

#[test]
fn an_unknown_kid_asks_once_more() {
    let host = KeyHost::with(&jwks(&[("ec", &P384)]));
    let server = server(vec![published_at(host.url())]);
    admits(&server, &Token::new().signed(&P384), "known");
    assert_eq!(host.asked(), 1);
    for _ in 0..3 {
        refuses(&server, &Token::of("ES384", "other").signed(&P384), "unknown");
    }
    assert_eq!(host.asked(), 2);
    admits(&server, &Token::new().signed(&P384), "known");
    assert_eq!(host.asked(), 2);
}

#[test]
fn keys_rotate() {
    let host = KeyHost::with(&jwks(&[("ec", &P384)]));
    let server = server(vec![published_at(host.url())]);
    admits(&server, &Token::new().signed(&P384), "the old key");
    host.publish(&jwks(&[("new", &OTHER_P384)]));
    admits(&server, &Token::of("ES384", "new").signed(&OTHER_P384), "the new key");
    assert_eq!(host.asked(), 2);
    refuses(&server, &Token::new().signed(&P384), "the old key is gone");
}

#[test]
fn requests_at_the_same_moment_share_a_fetch() {
    let keys = response("200 OK", "", &jwks(&[("ec", &P384)]).to_string());
    let host = KeyHost::answering(keys, Duration::from_millis(300));
    let server = server(vec![published_at(host.url())]);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| admits(&server, &Token::new().signed(&P384), "at the same moment"));
        }
    });
    assert_eq!(host.asked(), 1);
}

/// One server, and clients whose key hosts are broken in different ways: each is refused, the others are served.
#[test]
fn a_broken_key_host_harms_only_its_client() {
    let keys = jwks(&[("ec", &P384)]).to_string();
    let good = KeyHost::with(&jwks(&[("ec", &P384)]));
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let at_once = |bytes: Vec<u8>| KeyHost::answering(bytes, Duration::ZERO);
    let hosts = [
        ("slow", KeyHost::answering(response("200 OK", "", &keys), Duration::from_mins(1))),
        ("failing", at_once(response("500 Internal Server Error", "", &keys))),
        ("missing", at_once(response("404 Not Found", "", &keys))),
        ("elsewhere", at_once(response("302 Found", &format!("location: {}\r\n", good.url()), &keys))),
        ("moved", at_once(response("308 Permanent Redirect", &format!("location: {}\r\n", good.url()), ""))),
        ("page", at_once(response("200 OK", "content-type: text/html\r\n", "<html><body>log in</body></html>"))),
        ("empty", at_once(response("200 OK", "", ""))),
        ("no-keys", at_once(response("200 OK", "", "{}"))),
        ("none", at_once(response("200 OK", "", r#"{"keys":[]}"#))),
        ("huge", at_once(response("200 OK", "", &format!("{keys}{}", " ".repeat(1_000_000))))),
        ("cut", at_once(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"keys\":[".to_vec())),
        ("nonsense", at_once(b"nonsense\r\n\r\n".to_vec())),
    ];
    let of = |name: &str, url: Url| {
        let mut client = trusting(KeySource::Jku(url), |trust| trust.issuer = format!("https://{name}.example.org"));
        name.clone_into(&mut client.id);
        client
    };
    let mut clients: Vec<Client> = hosts.iter().map(|(name, host)| of(name, host.url())).collect();
    clients.push(of("gone", format!("http://{gone}/").parse().unwrap()));
    clients.push(published_at(good.url()));
    let server = server(clients);
    let token = |name: &str| Token::new().claim("iss", &json!(format!("https://{name}.example.org"))).signed(&P384);

    for name in hosts.iter().map(|(name, _)| *name).chain(["gone"]) {
        let start = Instant::now();
        refuses(&server, &token(name), name);
        assert!(start.elapsed() < Duration::from_secs(10), "{name}");
        // The host is left alone for a while.
        assert_eq!(call_with(&server, &token(name)).status(), 401);
    }
    assert_eq!(good.asked(), 0, "a redirect was followed");
    for (name, host) in &hosts {
        assert!((1..=2).contains(&host.asked()), "{name}: asked {} times", host.asked());
    }
    admits(&server, &Token::new().signed(&P384), "the other client");
}

#[test]
fn tenants_of_one_issuer_are_told_apart() {
    let of = |name: &str, keys| {
        let keys = KeySource::Static(serde_json::from_value(keys).unwrap());
        let mut client = trusting(keys, |trust| trust.tenants = vec![format!("{name}-1"), format!("{name}-2")]);
        name.clone_into(&mut client.id);
        client
    };
    let server = server(vec![of("north", jwks(&[("ec", &P384)])), of("south", jwks(&[("ec", &OTHER_P384)]))]);
    let token = |tenant: &str| Token::new().claim("tenant", &json!(tenant));
    for (tenant, pair, other) in
        [("north-1", &P384, &OTHER_P384), ("north-2", &P384, &OTHER_P384), ("south-2", &OTHER_P384, &P384)]
    {
        admits(&server, &token(tenant).signed(pair), tenant);
        refuses(&server, &token(tenant).signed(other), tenant);
    }
    for tenant in ["", "north", "North-1", "north-1 ", "west-1", "*"] {
        refuses(&server, &token(tenant).signed(&P384), tenant);
    }
    refuses(&server, &Token::new().signed(&P384), "no tenant");
    refuses(&server, &Token::new().claim("tenant", &json!(["north-1"])).signed(&P384), "a list");
    // Each client has its own `jti`.
    let jti = json!("shared");
    admits(&server, &token("north-1").claim("jti", &jti).signed(&P384), "north");
    admits(&server, &token("south-1").claim("jti", &jti).signed(&OTHER_P384), "south");
    refuses(&server, &token("north-2").claim("jti", &jti).signed(&P384), "north again");
}

/// Where it is not configured, a tenant says nothing.
#[test]
fn a_tenant_nobody_asked_for_is_ignored() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    admits(&server, &Token::new().claim("tenant", &json!("any")).signed(&P384), "any tenant");
}
