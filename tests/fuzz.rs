//! The fuzz targets of `fuzz/` on some of their seeds: they are built with nightly and by hand, and must not fall behind the server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, clippy::pedantic, dead_code, reason = "a library of its own, where these are right")]
mod fuzz;

use std::fs;

use fuzz::seeds::TARGETS;

/// Of a long list every one of so many is tried.
const EVERY: usize = 97;

/// The part of the seeds that is tried.
fn some(target: &str) -> Vec<Vec<u8>> {
    let seeds = fuzz::seeds::of(target);
    let every = if seeds.len() > 3 * EVERY { EVERY } else { 1 };
    seeds.into_iter().step_by(every).collect()
}

fn run(target: &str, input: &[u8]) -> bool {
    match target {
        "request" => fuzz::request::run(input),
        "chart" => fuzz::chart::run(input),
        "token" => fuzz::token::run(input),
        "pages" => fuzz::pages::run(input),
        "config" => fuzz::config::run(input),
        _ => panic!("there is no target {target}"),
    }
}

#[test]
fn every_target_takes_its_seeds() {
    for target in TARGETS {
        let seeds = some(target);
        assert!(seeds.len() > 5, "{target}: {} seeds", seeds.len());
        for seed in &seeds {
            assert!(run(target, seed), "{target} passes over a seed: {}", String::from_utf8_lossy(seed));
        }
    }
}

/// The fuzz of tokens gets past the signature.
#[test]
fn a_token_that_says_all_is_believed() {
    let believed: Vec<_> = fuzz::seeds::of("token").iter().map(|seed| fuzz::token::believed(seed)).collect();
    assert_eq!(believed[..3], [Some(true); 3]);
    assert!(believed.contains(&Some(false)) && believed.last() == Some(&Some(false)));
}

/// What the mutator makes of a seed is JSON where the seed was, and every target stands it.
#[test]
fn every_target_takes_what_is_made_of_its_seeds() {
    for target in TARGETS {
        for (number, seed) in some(target).into_iter().enumerate() {
            let changed = (0..2).filter_map(|turn| fuzz::json::mutated(&seed, (number * 2 + turn) as u64, 1 << 20));
            for input in changed {
                run(target, &input);
            }
        }
    }
}

/// Keys of the same member, dates and lists: a change of JSON is JSON, and not always the same.
#[test]
fn a_change_of_json_is_json() {
    let seed = fuzz::seeds::of("chart").swap_remove(0);
    let changed: Vec<Vec<u8>> = (0..200).filter_map(|turn| fuzz::json::mutated(&seed, turn, 1 << 20)).collect();
    assert!((100..200).contains(&changed.len()), "one in four is left to libFuzzer, not {}", 200 - changed.len());
    assert!(changed.iter().all(|input| serde_json::from_slice::<serde_json::Value>(input).is_ok()));
    assert!(changed.iter().filter(|input| **input != seed).count() > 80);
    assert_eq!(fuzz::json::mutated(&seed, 7, 10), None, "larger than it may be");
}

#[test]
fn the_targets_are_those_of_the_project_and_of_its_readme() {
    let root = fuzz::root();
    let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
    let readme = fs::read_to_string(root.join("fuzz/README.md")).unwrap();
    let mut files: Vec<String> = fs::read_dir(root.join("fuzz/fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    let mut targets: Vec<&str> = TARGETS.to_vec();
    targets.sort_unstable();
    assert_eq!(files, targets);
    for target in TARGETS {
        assert!(
            manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")),
            "{target} is not in fuzz/Cargo.toml"
        );
        assert!(readme.contains(&format!("| `{target}` |")), "{target} is not in the table of fuzz/README.md");
    }
}
