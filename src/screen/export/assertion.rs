//! Who asks for a token says so in a JWT that its own key signs (RFC 7523; SMART Backend Services): RS384 with RSA, ES384 with P-384.

use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA384, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;
use uuid::Uuid;

use super::ExportClient;
use crate::screen::ScreenError;

/// How long an assertion is believed: servers take five minutes at most.
const LASTS: i64 = 240;

/// A private key.
pub(super) enum Signer {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

impl Signer {
    /// The key in a PEM file.
    pub(super) fn of(path: &Path) -> Result<Self, ScreenError> {
        let wrong = |problem: &str| ScreenError::new(format!("{}: {problem}", path.display()));
        let der = PrivateKeyDer::from_pem_file(path)
            .map_err(|_error| wrong("holds no private key (PEM) that can be read"))?;
        let curve = &ECDSA_P384_SHA384_FIXED_SIGNING;
        let (rsa, ec) = match &der {
            PrivateKeyDer::Pkcs1(key) => (RsaKeyPair::from_der(key.secret_pkcs1_der()).ok(), None),
            PrivateKeyDer::Sec1(key) => (None, EcdsaKeyPair::from_private_key_der(curve, key.secret_sec1_der()).ok()),
            PrivateKeyDer::Pkcs8(key) => {
                let key = key.secret_pkcs8_der();
                (RsaKeyPair::from_pkcs8(key).ok(), EcdsaKeyPair::from_pkcs8(curve, key).ok())
            }
            _ => (None, None),
        };
        let signer = rsa.map(|key| Self::Rsa(Box::new(key))).or_else(|| ec.map(|key| Self::Ec(Box::new(key))));
        signer.ok_or_else(|| wrong("is neither an RSA key of 2,048 bits or more nor one of P-384"))
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS384",
            Self::Ec(_) => "ES384",
        }
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA384, &random, message, &mut signature).ok().map(|()| signature)
            }
            Self::Ec(key) => key.sign(&random, message).ok().map(|signature| signature.as_ref().to_vec()),
        }
    }

    /// The assertion of a client for the server that gives tokens at `audience`, at `now` (seconds since 1970).
    pub(super) fn assertion(&self, client: &ExportClient, audience: &str, now: i64) -> Result<String, ScreenError> {
        let mut header = json!({ "alg": self.algorithm(), "typ": "JWT" });
        if let (Some(key_id), Some(header)) = (&client.key_id, header.as_object_mut()) {
            header.insert("kid".to_owned(), json!(key_id));
        }
        let claims = json!({
            "iss": client.id, "sub": client.id, "aud": audience, "iat": now, "exp": now + LASTS, "jti": Uuid::new_v4(),
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = self.sign(message.as_bytes()).ok_or_else(|| ScreenError::new("the private key can't sign"))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The public key, as the signature is checked by it.
    #[cfg(test)]
    fn public(&self) -> Vec<u8> {
        use aws_lc_rs::signature::KeyPair as _;
        match self {
            Self::Rsa(key) => key.public_key().as_ref().to_vec(),
            Self::Ec(key) => key.public_key().as_ref().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
    use aws_lc_rs::signature::{
        ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA384, UnparsedPublicKey, VerificationAlgorithm,
    };

    fn verify(algorithm: &'static dyn VerificationAlgorithm, signer: &Signer, token: &str) -> serde_json::Value {
        let (message, signature) = token.rsplit_once('.').unwrap();
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
        UnparsedPublicKey::new(algorithm, signer.public()).verify(message.as_bytes(), &decode(signature)).unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let json = |part: &str| serde_json::from_slice::<serde_json::Value>(&decode(part)).unwrap();
        json!([json(header), json(claims)])
    }

    #[test]
    fn an_assertion_is_signed_by_either_kind_of_key() {
        let path = std::env::temp_dir().join(format!("cellwise-export-{}.pem", std::process::id()));
        let ec = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap().serialize_pem();
        let rsa = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        let rsa: Pkcs8V1Der<'_> = rsa.as_der().unwrap();
        let rsa = base64::engine::general_purpose::STANDARD.encode(rsa.as_ref());
        let rsa = format!("-----BEGIN PRIVATE KEY-----\n{rsa}\n-----END PRIVATE KEY-----\n");
        for (pem, name, verification) in [
            (ec, "ES384", &ECDSA_P384_SHA384_FIXED as &'static dyn VerificationAlgorithm),
            (rsa, "RS384", &RSA_PKCS1_2048_8192_SHA384),
        ] {
            std::fs::write(&path, pem).unwrap();
            let signer = Signer::of(&path).unwrap();
            let client =
                ExportClient { id: "me".to_owned(), key: path.clone(), key_id: Some("k".to_owned()), token_url: None };
            let token = signer.assertion(&client, "https://ehr.example.org/token", 1_000).unwrap();
            let said = verify(verification, &signer, &token);
            assert_eq!((&said[0]["alg"], &said[0]["kid"]), (&json!(name), &json!("k")));
            assert_eq!(
                (&said[1]["iss"], &said[1]["sub"], &said[1]["exp"]),
                (&json!("me"), &json!("me"), &json!(1_240))
            );
        }
        std::fs::write(&path, "no key").unwrap();
        assert!(Signer::of(&path).err().unwrap().to_string().contains("holds no private key"));
        std::fs::remove_file(&path).unwrap();
    }
}
