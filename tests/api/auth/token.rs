//! Making tokens by hand, with nothing of what the server reads them with.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA384, RsaKeyPair,
};
use aws_lc_rs::{hmac, rsa};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cellwise_record::AsOf;
use serde_json::{Value, json};

/// Where the server believes to be.
pub(crate) const BASE: &str = "https://cds.example.org";
pub(crate) const ISSUER: &str = "https://ehr.example.org";

pub(crate) static P384: LazyLock<Pair> =
    LazyLock::new(|| Pair::Ec("P-384", EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()));
pub(crate) static OTHER_P384: LazyLock<Pair> =
    LazyLock::new(|| Pair::Ec("P-384", EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()));
pub(crate) static P256: LazyLock<Pair> =
    LazyLock::new(|| Pair::Ec("P-256", EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()));
pub(crate) static RSA: LazyLock<Pair> = LazyLock::new(|| Pair::Rsa(rsa::KeyPair::generate(KeySize::Rsa2048).unwrap()));

/// The two halves of a key.
pub(crate) enum Pair {
    Ec(&'static str, EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Pair {
    /// The public half.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        match self {
            Self::Ec(curve, pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": curve, "kid": kid, "x": encoded(x), "y": encoded(y) })
            }
            Self::Rsa(pair) => {
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({ "kty": "RSA", "kid": kid, "n": encoded(&n), "e": encoded(&e) })
            }
        }
    }

    /// The public half in all the forms that somebody could take for a shared secret.
    pub(crate) fn as_secrets(&self) -> Vec<Vec<u8>> {
        let (der, raw) = match self {
            Self::Ec(_, pair) => {
                (pair.public_key().as_der().unwrap().as_ref().to_vec(), pair.public_key().as_ref().to_vec())
            }
            Self::Rsa(pair) => {
                (pair.public_key().as_der().unwrap().as_ref().to_vec(), pair.public_key().as_ref().to_vec())
            }
        };
        let base64 = base64::engine::general_purpose::STANDARD.encode(&der);
        let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
        let jwk = self.jwk("ec");
        let members = ["x", "n"].into_iter().filter_map(|name| jwk[name].as_str()).map(|text| text.as_bytes().to_vec());
        let mut secrets: Vec<Vec<u8>> = members.collect();
        secrets.extend([
            der,
            raw,
            format!("{pem}\n").into_bytes(),
            pem.into_bytes(),
            jwk.to_string().into_bytes(),
            Vec::new(),
        ]);
        secrets
    }

    pub(crate) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ec(_, pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let signed = match algorithm {
                    "RS256" => pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature),
                    "RS512" => pair.sign(&RSA_PKCS1_SHA512, &random, message, &mut signature),
                    "PS384" => pair.sign(&RSA_PSS_SHA384, &random, message, &mut signature),
                    _ => pair.sign(&RSA_PKCS1_SHA384, &random, message, &mut signature),
                };
                signed.unwrap();
                signature
            }
        }
    }
}

/// A set of public keys, each with its `kid`.
pub(crate) fn jwks(keys: &[(&str, &Pair)]) -> Value {
    json!({ "keys": keys.iter().map(|(kid, pair)| pair.jwk(kid)).collect::<Vec<_>>() })
}

pub(crate) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    AsOf::now().instant.as_second()
}

/// A token that is not signed yet.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Token {
    /// A good one for the service: ES384, key `ec`, five minutes, a `jti` of its own.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        Self {
            header: json!({ "alg": "ES384", "typ": "JWT", "kid": "ec" }),
            claims: json!({
                "iss": ISSUER,
                "aud": format!("{BASE}{}", super::SERVICE),
                "iat": now(),
                "exp": now() + 300,
                "jti": format!("jti-{}", COUNT.fetch_add(1, Ordering::Relaxed)),
                // As some send them.
                "sub": "client-id",
                "nbf": now() - 300,
            }),
        }
    }

    /// One with another algorithm and key.
    pub(crate) fn of(algorithm: &str, kid: &str) -> Self {
        Self::new().head("alg", &json!(algorithm)).head("kid", &json!(kid))
    }

    pub(crate) fn head(mut self, name: &str, value: &Value) -> Self {
        self.header[name] = value.clone();
        self
    }

    pub(crate) fn claim(mut self, name: &str, value: &Value) -> Self {
        self.claims[name] = value.clone();
        self
    }

    pub(crate) fn without_claim(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    pub(crate) fn without_head(mut self, name: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(name);
        self
    }

    /// What is signed.
    pub(crate) fn message(&self) -> String {
        message(&self.header.to_string(), &self.claims.to_string())
    }

    pub(crate) fn signed(&self, pair: &Pair) -> String {
        signed(&self.message(), self.header["alg"].as_str().unwrap_or_default(), pair)
    }

    /// With a shared secret.
    pub(crate) fn hashed(&self, algorithm: hmac::Algorithm, secret: &[u8]) -> String {
        let message = self.message();
        let tag = hmac::sign(&hmac::Key::new(algorithm, secret), message.as_bytes());
        format!("{message}.{}", encoded(tag))
    }
}

/// The first two parts of a token.
pub(crate) fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", encoded(header), encoded(claims))
}

pub(crate) fn signed(message: &str, algorithm: &str, pair: &Pair) -> String {
    format!("{message}.{}", encoded(pair.sign(algorithm, message.as_bytes())))
}
