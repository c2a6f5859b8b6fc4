//! What the fuzz targets do with the bytes that they get, and what they assert: not only that nothing panics.
//!
//! A target of `fuzz_targets/` hands its bytes to the `run` of a module here, which says whether they are worth keeping.
//! `tests/fuzz.rs` includes the same files and runs every target on its seeds, so that they follow the server.

pub mod answer;
pub mod chart;
pub mod config;
pub mod json;
pub mod pages;
pub mod request;
pub mod seeds;
pub mod token;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use cellwise::engine::{CallSettings, Engine};
use cellwise::fixtures::suite::Suite;
use cellwise_clinic::Language;
use cellwise_record::AsOf;

/// Parts of an input, such as the pages of a search, stand between bytes of this kind: JSON has none.
pub const SEPARATOR: u8 = 0x1e;

/// The instant of a call that names none.
pub const AS_OF: &str = "2026-11-02T09:00:00+01:00";

/// The engine that all targets ask.
pub static ENGINE: LazyLock<Arc<Engine>> =
    LazyLock::new(|| Arc::new(Engine::load().unwrap_or_else(|error| panic!("{error}"))));

/// The cases of the fixtures.
pub static SUITE: LazyLock<Suite> =
    LazyLock::new(|| Suite::load(&root().join("fixtures"), None).unwrap_or_else(|errors| panic!("{errors:?}")));

/// The folder of the repository.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if here.join("fixtures").is_dir() { here } else { here.join("..") }
}

/// How every call is to be answered.
pub fn settings(language: Language) -> CallSettings {
    let as_of = AsOf::parse(AS_OF).expect("an instant");
    CallSettings { language, as_of, accept_as_of: true }
}

/// The input as its parts.
pub fn parts(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == SEPARATOR)
}

/// The program of a target whose input is changed as JSON where it is JSON (`json::mutated`), else byte by byte.
#[macro_export]
macro_rules! json_target {
    ($target:ident) => {
        libfuzzer_sys::fuzz_target!(
            init: $crate::seeds::write(stringify!($target)),
            |data: &[u8]| -> libfuzzer_sys::Corpus {
                if $crate::$target::run(data) { libfuzzer_sys::Corpus::Keep } else { libfuzzer_sys::Corpus::Reject }
            }
        );

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            match $crate::json::mutated(&data[..size], u64::from(seed), max_size) {
                Some(changed) => {
                    data[..changed.len()].copy_from_slice(&changed);
                    changed.len()
                }
                None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
            }
        });
    };
}
