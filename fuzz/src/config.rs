//! Configuration file → findings.
//!
//! Input: the file. It may name the files of `fixtures/config/`, and one that holds a private key.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use cellwise::config::{Config, described, differences};
use cellwise::http::Shared;

use super::{ENGINE, root};

/// The name that the file has.
pub const FILE: &str = "local.toml";
/// Part of a private key: no finding may repeat it.
const SECRET: &str = "c2VjcmV0LXNlY3JldA";

/// The files that can be named.
static FILES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let folder = fs::read_dir(root().join("fixtures/config")).expect("the folder");
    let files = folder
        .flatten()
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, fs::read(entry.path()).ok()?)));
    let private =
        format!(r#"{{"keys":[{{"kty":"EC","crv":"P-384","kid":"k","x":"{SECRET}","y":"{SECRET}","d":"{SECRET}"}}]}}"#);
    files.chain([("private.json".to_owned(), private.into_bytes())]).collect()
});

/// Checks a configuration twice. Every finding has a place in a file that there is, one line, and no secret; what has none can be used.
pub fn run(data: &[u8]) -> bool {
    let open = |name: &str| FILES.get(name).cloned().ok_or_else(|| "can't be read: no such file".to_owned());
    let read = || Config::of_bytes(FILE, data, &open, ENGINE.knowledge());
    let lines = data.split(|byte| *byte == b'\n').count();
    match (read(), read()) {
        (Ok(config), Ok(_)) => {
            for warning in config.warnings() {
                finding(&warning.file, &warning.problem, lines);
            }
            if let Ok(settings) = config.settings(&config.server, &[]) {
                let said = differences(&settings).into_iter().map(|(_, value)| value);
                let said: Vec<String> = said.chain(settings.callers.all().iter().map(described)).collect();
                assert!(!said.iter().any(|said| said.contains(SECRET)), "what is said at the start has a secret");
                if settings.callers.are_listed() {
                    let started = Shared::new(ENGINE.clone(), settings);
                    assert!(started.is_ok(), "a server can't start with it: {:?}", started.err());
                }
            }
        }
        (Err(found), Err(again)) => {
            let text = |problems: &[cellwise_record::StartupError]| {
                problems.iter().map(ToString::to_string).collect::<Vec<_>>()
            };
            assert!(!found.is_empty(), "refused without a reason");
            assert_eq!(text(&found), text(&again), "the same file, other findings");
            for problem in &found {
                finding(&problem.file, &problem.problem, lines);
            }
        }
        _ => panic!("the same file, once taken and once refused"),
    }
    true
}

fn finding(file: &str, problem: &str, lines: usize) {
    let (name, line) = file.split_once(':').unwrap_or((file, "1"));
    assert!(name == FILE || FILES.contains_key(name), "there is no file {file}");
    if name == FILE {
        assert!(line.parse().is_ok_and(|line: usize| (1..=lines).contains(&line)), "there is no line {file}");
    }
    assert!(!problem.is_empty(), "a finding without words");
    assert!(!problem.contains(SECRET), "a finding has a secret");
    assert!(!problem.chars().any(|c| c.is_control()), "a finding in several lines: {problem:?}");
}
