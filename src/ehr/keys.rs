//! The keys of the EHR: made anew at each start, their public halves published as a JWK Set.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::fixtures::token::Signer;
use crate::private_key::PrivateKey;

/// Which signature tokens have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Algorithm {
    /// ECDSA on P-384.
    #[default]
    #[value(name = "ES384")]
    Es384,
    /// RSA.
    #[value(name = "RS384")]
    Rs384,
}

/// A key, and what is published of it.
pub(super) struct Key {
    pub(super) signer: Signer,
    public: Value,
}

impl Key {
    /// A new key of an issuer that publishes its keys at `jku`.
    pub(super) fn new(algorithm: Algorithm, issuer: &str, jku: &str) -> Result<Self, String> {
        let failed = |_error| "this machine makes no keys".to_owned();
        let (kid, der, public) = match algorithm {
            Algorithm::Es384 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).map_err(failed)?;
                let point = pair.public_key().as_ref().get(1..).unwrap_or_default().to_vec();
                let (x, y) = point.split_at(point.len() / 2);
                let public = json!({ "kty": "EC", "crv": "P-384", "x": encoded(x), "y": encoded(y) });
                ("es384", pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(), public)
            }
            Algorithm::Rs384 => {
                let pair = RsaPair::generate(KeySize::Rsa2048).map_err(failed)?;
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(failed)?.as_ref().to_vec();
                ("rs384", der, json!({ "kty": "RSA", "n": encoded(&n), "e": encoded(&e) }))
            }
        };
        let key = PrivateKey::parse(pem(&der).as_bytes())?;
        let mut public = public;
        if let Some(members) = public.as_object_mut() {
            members.insert("kid".to_owned(), json!(kid));
            members.insert("use".to_owned(), json!("sig"));
            members.insert("alg".to_owned(), json!(key.algorithm()));
        }
        let signer =
            Signer { key, kid: kid.to_owned(), issuer: issuer.to_owned(), jku: Some(jku.to_owned()), tenant: None };
        Ok(Self { signer, public })
    }
}

/// The public halves of keys.
pub(super) fn key_set(keys: &[&Key]) -> Value {
    json!({ "keys": keys.iter().map(|key| &key.public).collect::<Vec<_>>() })
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| str::from_utf8(line).ok()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}
