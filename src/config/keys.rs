//! The public keys of a client in a file (RFC 7517). A private or a shared key in it is a mistake worth stopping for.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use serde_json::Value;

use crate::http::auth::can_check;

/// The shortest RSA key that is accepted, in bits (NIST SP 800-131A).
const SHORTEST_RSA: usize = 2048;

/// Reads a JWKS file. What it holds is never repeated in an error: it may be a private key.
///
/// # Errors
/// What is wrong, and what to do.
pub(super) fn read(content: &[u8], algorithms: &[Algorithm]) -> Result<JwkSet, String> {
    let value: Value = serde_json::from_slice(content)
        .map_err(|error| format!("is not JSON (line {}, column {})", error.line(), error.column()))?;
    let Some(keys) = value.get("keys").and_then(Value::as_array) else {
        return Err("is no JWKS: it must be an object with `keys`, a list".to_owned());
    };
    for (place, key) in keys.iter().enumerate() {
        let place = place + 1;
        // Of EC and RSA keys the private part is `d`; RSA can have more.
        if ["d", "p", "q", "dp", "dq", "qi", "oth"].iter().any(|part| key.get(part).is_some()) {
            return Err(format!(
                "holds a private key (key {place}): replace that key pair, and put only the public part in this file"
            ));
        }
        if key.get("kty").and_then(Value::as_str) == Some("oct") || key.get("k").is_some() {
            return Err(format!("holds a shared secret (key {place}, `oct`): only public keys are trusted"));
        }
        if key.get("kid").and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(format!("has a key without `kid` (key {place}): tokens name their key by it"));
        }
        let kid = |key: &Value| key.get("kid").cloned();
        if keys.iter().take(place - 1).any(|other| kid(other) == kid(key)) {
            return Err(format!("has two keys with the same `kid` (key {place})"));
        }
        if key.get("kty").and_then(Value::as_str) == Some("RSA") {
            let Some(bits) = key.get("n").and_then(Value::as_str).and_then(bits) else {
                return Err(format!("has an RSA key that can't be read (key {place})"));
            };
            if bits < SHORTEST_RSA {
                return Err(format!("has an RSA key of {bits} bits (key {place}): at least {SHORTEST_RSA} are needed"));
            }
        }
    }
    // The library's own words can quote the file.
    let set: JwkSet =
        serde_json::from_value(value).map_err(|_error| "has a key that can't be read as a JWK".to_owned())?;
    if !can_check(&set, algorithms) {
        return Err(format!("has no key for any of {}", super::client::names(algorithms)));
    }
    Ok(set)
}

/// How many bits an RSA modulus in base64url has; `None` when it can't be read.
fn bits(modulus: &str) -> Option<usize> {
    let key = DecodingKey::from_rsa_components(modulus, "AQAB").ok()?;
    let DecodingKeyKind::RsaModulusExponent { n, .. } = key.kind() else { return None };
    let zeros = n.iter().take_while(|byte| **byte == 0).count();
    let first = n.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    Some((n.len() - zeros) * 8 - first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_of_a_number() {
        for (text, expected) in [("AQAB", 17), ("AQ", 1), ("Aw", 2), ("_w", 8), ("gA", 8), ("AAAAAQ", 1), ("", 0)] {
            assert_eq!(bits(text), Some(expected), "{text}");
        }
        assert_eq!(bits("***"), None);
    }
}
