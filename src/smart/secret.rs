//! What nobody can guess: states, verifiers, the ids of sessions and of browsers.

use std::fmt;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// 256 bits, as 43 characters that need no escapes anywhere. Shown by no log and no error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// A digest of a secret: what is kept of those that come back. Looking one up tells nothing of the secret by its time.
pub type Digest = [u8; 32];

/// How many characters a secret has.
const LENGTH: usize = 43;

impl Secret {
    /// A new one; `None` when the system has no random numbers.
    #[must_use]
    pub fn new() -> Option<Self> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// One that came back, if it has the form of one.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let is_one =
            text.len() == LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        is_one.then(|| Self(text.to_owned()))
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Sha256::digest(&self.0).into()
    }

    /// What a server is told beforehand, so that it knows the secret when it comes (PKCE, RFC 7636, `S256`).
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.digest())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_that_of_the_rfc() {
        let verifier = Secret::read("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn secrets_differ_and_are_not_shown() {
        let (one, other) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert_ne!(one, other);
        assert_eq!(Secret::read(one.reveal()), Some(one.clone()));
        assert!(!format!("{one:?}").contains(one.reveal()));
        for text in ["", "short", &"x".repeat(44), &format!("{} ", "x".repeat(42)), &"é".repeat(43)] {
            assert_eq!(Secret::read(text), None, "{text}");
        }
    }
}
