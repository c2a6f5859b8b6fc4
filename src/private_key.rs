//! A private key in a file, and what it signs: tokens of the fixtures, of the mock EHR, of a client of a bulk export.

use std::fmt;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA384, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::Value;

use crate::files;

/// A private key, and the signature that goes with its kind: ES384 for P-384, RS384 for RSA.
pub struct PrivateKey {
    pair: Pair,
    kid: Option<String>,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl fmt::Debug for PrivateKey {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The members of a JWK (RFC 7518, section 6) that make a private key.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<String>,
    n: Option<String>,
    e: Option<String>,
    p: Option<String>,
    q: Option<String>,
    dp: Option<String>,
    dq: Option<String>,
    qi: Option<String>,
}

/// What is said of a key that is none of both kinds.
pub(crate) const KINDS: &str =
    "holds no private key that can sign: use an EC key on P-384 or an RSA key of 2048 bits or more";

impl PrivateKey {
    /// Reads a file: PEM (PKCS#8, or SEC 1 and PKCS#1 as OpenSSL writes them), or a JWK.
    ///
    /// # Errors
    /// What is wrong with the file. Nothing of its content is repeated.
    pub fn read(path: &Path) -> Result<Self, String> {
        let named = |problem: String| format!("{}: {problem}", path.display());
        let content = files::read(path).map_err(|error| named(format!("can't be read: {}", files::reason(&error))))?;
        Self::parse(&content).map_err(|problem| named(problem.to_owned()))
    }

    /// A key from what a file holds.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(content: &[u8]) -> Result<Self, &'static str> {
        if content.trim_ascii_start().first() == Some(&b'{') {
            return Self::of_jwk(content);
        }
        let der = PrivateKeyDer::from_pem_slice(content).map_err(|_error| {
            "holds no private key: expected PEM (`-----BEGIN PRIVATE KEY-----`) without a pass phrase, or a JWK"
        })?;
        let ec = |der: &[u8]| EcdsaKeyPair::from_private_key_der(&ECDSA_P384_SHA384_FIXED_SIGNING, der).ok();
        let pair = match &der {
            PrivateKeyDer::Pkcs8(key) => {
                let rsa = || RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).ok().map(Pair::Rsa);
                ec(key.secret_pkcs8_der()).map(Pair::Ec).or_else(rsa)
            }
            PrivateKeyDer::Sec1(key) => ec(key.secret_sec1_der()).map(Pair::Ec),
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()).ok().map(Pair::Rsa),
            _ => None,
        };
        pair.map(|pair| Self { pair, kid: None }).ok_or(KINDS)
    }

    fn of_jwk(content: &[u8]) -> Result<Self, &'static str> {
        // The error of the reader would repeat what it met.
        let jwk: Jwk =
            serde_json::from_slice(content).map_err(|_error| "is no JWK: `kty` or another member is wrong")?;
        let number = |member: &Option<String>| {
            let text = member.as_deref().ok_or("is no private JWK: a member is missing")?;
            URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_error| "is no JWK: a member is no base64url")
        };
        let pair = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-384")) => {
                let point = [vec![4], number(&jwk.x)?, number(&jwk.y)?].concat();
                let algorithm = &ECDSA_P384_SHA384_FIXED_SIGNING;
                EcdsaKeyPair::from_private_key_and_public_key(algorithm, &number(&jwk.d)?, &point).map(Pair::Ec)
            }
            ("RSA", _) => RsaKeyPair::from_components(&KeyPairComponents {
                public_key: PublicKeyComponents { n: number(&jwk.n)?, e: number(&jwk.e)? },
                d: number(&jwk.d)?,
                p: number(&jwk.p)?,
                q: number(&jwk.q)?,
                dP: number(&jwk.dp)?,
                dQ: number(&jwk.dq)?,
                qInv: number(&jwk.qi)?,
            })
            .map(Pair::Rsa),
            _ => return Err(KINDS),
        };
        Ok(Self { pair: pair.map_err(|_rejected| KINDS)?, kid: jwk.kid })
    }

    /// The name that the key itself has: the `kid` of a JWK.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The signature that it makes, as `alg` names it.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Ec(_) => "ES384",
            Pair::Rsa(_) => "RS384",
        }
    }

    /// A token of a header and claims, in the compact form.
    ///
    /// # Errors
    /// When the key can't sign.
    pub fn sign(&self, header: &Value, claims: &Value) -> Result<String, String> {
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encoded(header), encoded(claims));
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Ec(pair) => pair.sign(&random, message.as_bytes()).map(|signature| signature.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA384, &random, message.as_bytes(), &mut signature).map(|()| signature)
            }
        };
        let signature = signature.map_err(|_unspecified| "the key can't sign".to_owned())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
