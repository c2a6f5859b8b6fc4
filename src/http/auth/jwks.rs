//! The public keys of a client (RFC 7517), and which signatures each may check.

use actix_web::web::Bytes;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, crypto};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::reason::Reason;
use super::token::Token;

/// The smallest RSA modulus, in bytes: 2048 bits.
const SMALLEST_MODULUS: usize = 256;

/// The keys of a client that can be used.
pub(super) struct Jwks(Vec<Key>);

struct Key {
    kid: String,
    algorithms: Vec<Algorithm>,
    public: DecodingKey,
    thumbprint: Thumbprint,
}

/// A digest of a public key: which one it is, under whatever name.
pub(super) type Thumbprint = [u8; 32];

/// Any JSON with `keys`. Keys are read one by one: one that can't be read does not spoil the others (RFC 7517, 5).
#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl Jwks {
    /// The keys of a JWK set that can be used; `None` when it is none.
    pub(super) fn read(body: &Bytes) -> Option<Self> {
        let document: Document = serde_json::from_slice(body).ok()?;
        let keys = document.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
        Some(Self::of(&JwkSet { keys }))
    }

    /// Those of a set that can be used.
    pub(super) fn of(set: &JwkSet) -> Self {
        Self(set.keys.iter().filter_map(Key::of).collect())
    }

    /// Whether some key can check signatures of one of these algorithms.
    pub(super) fn are_for(&self, algorithms: &[Algorithm]) -> bool {
        self.0.iter().any(|key| key.algorithms.iter().any(|one| algorithms.contains(one)))
    }

    /// Whether some key of this name can.
    pub(super) fn have(&self, kid: &str, algorithm: Algorithm) -> bool {
        self.named(kid, algorithm).next().is_some()
    }

    fn named<'a>(&'a self, kid: &'a str, algorithm: Algorithm) -> impl Iterator<Item = &'a Key> {
        self.0.iter().filter(move |key| key.kid == kid && key.algorithms.contains(&algorithm))
    }

    /// Checks the signature of a token, and says which key it is by.
    pub(super) fn check(&self, kid: &str, algorithm: Algorithm, token: &Token) -> Result<Thumbprint, Reason> {
        if !self.have(kid, algorithm) {
            return Err(Reason::UnknownKey);
        }
        let message = token.message.as_bytes();
        let holds = |key: &Key| matches!(crypto::verify(token.signature, message, &key.public, algorithm), Ok(true));
        let key = self.named(kid, algorithm).find(|key| holds(key));
        key.map(|key| key.thumbprint).ok_or(Reason::BadSignature)
    }
}

impl Key {
    /// A key with a name that may check at least one kind of signature.
    fn of(jwk: &Jwk) -> Option<Self> {
        let key = DecodingKey::from_jwk(jwk).ok()?;
        let possible: &[Algorithm] = match (&jwk.algorithm, key.kind()) {
            (AlgorithmParameters::EllipticCurve(of), DecodingKeyKind::SecretOrDer(point)) => {
                match (&of.curve, point.len()) {
                    (EllipticCurve::P384, 97) => &[Algorithm::ES384],
                    (EllipticCurve::P256, 65) => &[Algorithm::ES256],
                    _ => &[],
                }
            }
            (AlgorithmParameters::RSA(_), DecodingKeyKind::RsaModulusExponent { n, .. })
                if bare(n).len() >= SMALLEST_MODULUS =>
            {
                &[Algorithm::RS384, Algorithm::RS256]
            }
            _ => &[],
        };
        let common = &jwk.common;
        let is_for_signatures = common.public_key_use.as_ref().is_none_or(|kind| *kind == PublicKeyUse::Signature)
            && common.key_operations.as_ref().is_none_or(|kinds| kinds.contains(&KeyOperations::Verify));
        let is_for = |algorithm: &&Algorithm| {
            is_for_signatures && common.key_algorithm.is_none_or(|only| only == KeyAlgorithm::from(**algorithm))
        };
        let algorithms: Vec<Algorithm> = possible.iter().filter(is_for).copied().collect();
        if algorithms.is_empty() {
            return None;
        }
        let public = match key.kind() {
            // Some servers send the sign byte of their big numbers along.
            DecodingKeyKind::RsaModulusExponent { n, e } => DecodingKey::from_rsa_raw_components(bare(n), bare(e)),
            DecodingKeyKind::SecretOrDer(_) => key,
        };
        let thumbprint = thumbprint(&public);
        Some(Self { kid: common.key_id.clone()?, algorithms, public, thumbprint })
    }
}

fn thumbprint(public: &DecodingKey) -> Thumbprint {
    let mut digest = Sha256::new();
    match public.kind() {
        DecodingKeyKind::RsaModulusExponent { n, e } => {
            digest.update(n.len().to_le_bytes());
            digest.update(n);
            digest.update(e);
        }
        DecodingKeyKind::SecretOrDer(point) => digest.update(point),
    }
    digest.finalize().into()
}

/// A number without leading zeros.
fn bare(mut number: &[u8]) -> &[u8] {
    while let Some((0, rest)) = number.split_first() {
        number = rest;
    }
    number
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::ALGORITHMS;

    /// Which algorithms a key may be used for.
    fn fit(key: &Value) -> Vec<Algorithm> {
        let keys = Jwks::read(&Bytes::from(json!({ "keys": [key] }).to_string())).unwrap();
        let all = ALGORITHMS.into_iter().map(|(_, algorithm)| algorithm);
        all.filter(|algorithm| keys.have("k", *algorithm)).collect()
    }

    fn with(key: &Value, name: &str, value: &Value) -> Value {
        let mut key = key.clone();
        key[name] = value.clone();
        key
    }

    /// So many bytes in base64url, the first with its highest bit set.
    fn number(bytes: usize) -> String {
        let mut text = "_".repeat(bytes * 8 / 6);
        text.push_str(["", "", "w", "", "8"][bytes * 8 % 6]);
        text
    }

    #[test]
    fn a_key_checks_only_the_signatures_it_is_for() {
        let p384 = json!({ "kty": "EC", "crv": "P-384", "kid": "k", "x": number(48), "y": number(48) });
        let p256 = json!({ "kty": "EC", "crv": "P-256", "kid": "k", "x": number(32), "y": number(32) });
        let rsa = json!({ "kty": "RSA", "kid": "k", "n": number(256), "e": "AQAB" });
        let rs = [Algorithm::RS384, Algorithm::RS256];
        assert_eq!(fit(&p384), [Algorithm::ES384]);
        assert_eq!(fit(&p256), [Algorithm::ES256]);
        assert_eq!(fit(&rsa), rs);
        for (name, value, expected) in [
            ("use", json!("sig"), &rs[..]),
            ("use", json!("enc"), &[]),
            ("key_ops", json!(["verify"]), &rs),
            ("key_ops", json!(["encrypt"]), &[]),
            ("alg", json!("RS384"), &rs[..1]),
            ("alg", json!("RS256"), &rs[1..]),
            ("alg", json!("PS384"), &[]),
            ("alg", json!("HS384"), &[]),
            ("alg", json!("none"), &[]),
            ("kid", json!("K"), &[]),
            ("kid", Value::Null, &[]),
            ("n", json!(number(255)), &[]),
            ("n", json!(format!("AAAA{}", number(252))), &[]),
            ("n", json!("***"), &[]),
            ("kty", json!("EC"), &[]),
            ("kty", json!("oct"), &[]),
        ] {
            assert_eq!(fit(&with(&rsa, name, &value)), expected, "{name} {value}");
        }
        for (name, value) in
            [("crv", json!("P-256")), ("crv", json!("secp256k1")), ("x", json!(number(47))), ("alg", json!("RS384"))]
        {
            assert_eq!(fit(&with(&p384, name, &value)), [], "{name} {value}");
        }
        assert_eq!(fit(&json!({ "kty": "oct", "kid": "k", "k": "AAAA" })), []);
    }

    #[test]
    fn a_key_that_cannot_be_read_does_not_spoil_the_others() {
        let good = json!({ "kty": "EC", "crv": "P-384", "kid": "k", "x": number(48), "y": number(48) });
        let odd = json!([5, {}, { "kty": "quantum", "kid": "k" }, { "kty": "RSA", "kid": 7 }, good]);
        let keys = Jwks::read(&Bytes::from(json!({ "keys": odd }).to_string())).unwrap();
        assert!(keys.have("k", Algorithm::ES384));
        for text in ["", "{}", "[]", "<html>", r#"{"keys":{}}"#] {
            assert!(Jwks::read(&Bytes::from_static(text.as_bytes())).is_none(), "{text}");
        }
    }
}
