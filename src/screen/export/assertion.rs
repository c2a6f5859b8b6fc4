//! Who asks for a token says so in a JWT that its own key signs (RFC 7523; SMART Backend Services): RS384 with RSA, ES384 with P-384.

use serde_json::json;
use uuid::Uuid;

use super::ExportClient;
use crate::private_key::PrivateKey;
use crate::screen::ScreenError;

/// How long an assertion is believed: servers take five minutes at most.
const LASTS: i64 = 240;

/// The assertion of a client for the server that gives tokens at `audience`, at `now` (seconds since 1970).
pub(super) fn assertion(
    key: &PrivateKey,
    client: &ExportClient,
    audience: &str,
    now: i64,
) -> Result<String, ScreenError> {
    let mut header = json!({ "alg": key.algorithm(), "typ": "JWT" });
    if let (Some(key_id), Some(header)) = (&client.key_id, header.as_object_mut()) {
        header.insert("kid".to_owned(), json!(key_id));
    }
    let claims = json!({
        "iss": client.id, "sub": client.id, "aud": audience, "iat": now, "exp": now + LASTS, "jti": Uuid::new_v4(),
    });
    key.sign(&header, &claims).map_err(ScreenError::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
    use aws_lc_rs::signature::{
        ECDSA_P384_SHA384_FIXED, KeyPair as _, RSA_PKCS1_2048_8192_SHA384, RsaKeyPair, UnparsedPublicKey,
        VerificationAlgorithm,
    };
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn verify(algorithm: &'static dyn VerificationAlgorithm, public: &[u8], token: &str) -> serde_json::Value {
        let (message, signature) = token.rsplit_once('.').unwrap();
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
        UnparsedPublicKey::new(algorithm, public).verify(message.as_bytes(), &decode(signature)).unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let json = |part: &str| serde_json::from_slice::<serde_json::Value>(&decode(part)).unwrap();
        json!([json(header), json(claims)])
    }

    #[test]
    fn an_assertion_is_signed_by_either_kind_of_key() {
        let path = std::env::temp_dir().join(format!("cellwise-export-{}.pem", std::process::id()));
        let ec = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        let (ec, ec_public) = (ec.serialize_pem(), ec.public_key_raw().to_vec());
        let rsa = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        let rsa_public = rsa.public_key().as_ref().to_vec();
        let rsa: Pkcs8V1Der<'_> = rsa.as_der().unwrap();
        let rsa = base64::engine::general_purpose::STANDARD.encode(rsa.as_ref());
        let rsa = format!("-----BEGIN PRIVATE KEY-----\n{rsa}\n-----END PRIVATE KEY-----\n");
        for (pem, public, name, verification) in [
            (ec, ec_public, "ES384", &ECDSA_P384_SHA384_FIXED as &'static dyn VerificationAlgorithm),
            (rsa, rsa_public, "RS384", &RSA_PKCS1_2048_8192_SHA384),
        ] {
            std::fs::write(&path, pem).unwrap();
            let key = PrivateKey::read(&path).unwrap();
            let client =
                ExportClient { id: "me".to_owned(), key: path.clone(), key_id: Some("k".to_owned()), token_url: None };
            let token = assertion(&key, &client, "https://ehr.example.org/token", 1_000).unwrap();
            let said = verify(verification, &public, &token);
            assert_eq!((&said[0]["alg"], &said[0]["kid"]), (&json!(name), &json!("k")));
            assert_eq!(
                (&said[1]["iss"], &said[1]["sub"], &said[1]["exp"]),
                (&json!("me"), &json!("me"), &json!(1_240))
            );
        }
        std::fs::write(&path, "no key").unwrap();
        assert!(PrivateKey::read(&path).unwrap_err().contains("holds no private key"));
        std::fs::remove_file(&path).unwrap();
    }
}
