//! What became of codes in earlier calls, by how they are written: a hospital has some thousands, and sends them millions of times.
//!
//! Kept are digests, never what was written: it may have words about a patient. A digest is of 128 bits under keys that are made at
//! start-up, so that nobody finds two codes that share one. Nothing but time depends on it.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Arc, PoisonError, RwLock};

use hashbrown::HashMap;
use siphasher::sip128::{Hasher128 as _, SipHasher13};

use super::Lookup;

/// So many codes are kept in all; each takes some 40 bytes.
const MOST: usize = 65_536;
/// Calls that look at the same time seldom wait for one another.
const SHARDS: usize = 16;

/// What an element that says what a resource is came to.
#[derive(Clone, Debug)]
pub enum Earlier {
    /// Nothing by it can ever matter.
    Never,
    /// It may matter, and value sets list it: what is known of its codings.
    Listed(Arc<[Lookup]>),
    /// It may matter.
    Unlisted,
}

/// What became of codes in earlier calls.
#[derive(Debug)]
pub struct Experience {
    hasher: SipHasher13,
    shards: [RwLock<HashMap<u128, Earlier>>; SHARDS],
}

/// The digest of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u128);

impl Default for Experience {
    fn default() -> Self {
        let [low, high] = [(); 2].map(|()| RandomState::new().hash_one(()));
        Self { hasher: SipHasher13::new_with_keys(low, high), shards: Default::default() }
    }
}

impl Experience {
    /// The digest of an element: the language that is spoken, the type of resource, its name, its JSON.
    #[must_use]
    pub fn digest(&self, (language, resource_type, element, text): (&str, &str, &str, &str)) -> Digest {
        let mut hasher = self.hasher;
        for name in [language, resource_type, element] {
            hasher.write_usize(name.len());
            hasher.write(name.as_bytes());
        }
        hasher.write(text.as_bytes());
        Digest(hasher.finish128().as_u128())
    }

    /// What the element came to, if it is kept.
    #[must_use]
    pub fn of(&self, Digest(digest): Digest) -> Option<Earlier> {
        self.shard(digest)?.read().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned()
    }

    /// Keeps what an element came to, while there is room.
    pub fn keep(&self, Digest(digest): Digest, earlier: Earlier) {
        let Some(shard) = self.shard(digest) else { return };
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        if shard.len() < MOST / SHARDS {
            shard.insert(digest, earlier);
        }
    }

    fn shard(&self, digest: u128) -> Option<&RwLock<HashMap<u128, Earlier>>> {
        self.shards.get(usize::try_from(digest % SHARDS as u128).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_by_all_that_is_written() {
        let experience = Experience::default();
        let digest = experience.digest(("nl", "Observation", "code", "{}"));
        assert!(experience.of(digest).is_none());
        experience.keep(digest, Earlier::Never);
        assert!(matches!(experience.of(digest), Some(Earlier::Never)));
        for other in [
            ("en", "Observation", "code", "{}"),
            ("nl", "Condition", "code", "{}"),
            ("nl", "Observation", "code", "{ }"),
            ("nl", "Observationcode", "", "{}"),
        ] {
            assert!(experience.of(experience.digest(other)).is_none(), "{other:?}");
        }
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let experience = Experience::default();
        for number in 0..2 * MOST {
            experience.keep(experience.digest(("nl", "Observation", "code", &number.to_string())), Earlier::Never);
        }
        let kept: usize = experience.shards.iter().map(|shard| shard.read().unwrap().len()).sum();
        assert!((MOST / 2..=MOST).contains(&kept), "{kept}");
    }
}
