#![no_main]

use cellwise_fuzz::{config, seeds};
use libfuzzer_sys::{fuzz_target, Corpus};

fuzz_target!(init: seeds::write("config"), |data: &[u8]| -> Corpus {
    if config::run(data) { Corpus::Keep } else { Corpus::Reject }
});
