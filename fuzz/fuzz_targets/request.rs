#![no_main]

use cellwise_fuzz::{json, request, seeds};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate, Corpus};

fuzz_target!(init: seeds::write("request"), |data: &[u8]| -> Corpus {
    if request::run(data) { Corpus::Keep } else { Corpus::Reject }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match json::mutated(&data[..size], u64::from(seed), max_size) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => fuzzer_mutate(data, size, max_size),
    }
});
