//! What is deployed fits the program: configurations are in order, the image builds every crate, ports and paths are those of the server.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn cellwise(arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cellwise")).args(arguments).current_dir(root()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn the_configurations_are_in_order() {
    for file in ["deploy/compose/cellwise.toml", "deploy/kubernetes/overlays/production/cellwise.toml"] {
        let (is_good, text) = cellwise(&["config", "check", file]);
        assert!(is_good, "{text}");
        assert!(!text.contains("would not start"), "{text}");
    }
}

#[test]
fn the_image_knows_every_crate_before_their_sources() {
    let dockerfile = read("deploy/Dockerfile");
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().file_name());
    for name in crates {
        let name = name.to_str().unwrap().to_owned();
        assert!(dockerfile.contains(&format!("COPY crates/{name}/Cargo.toml crates/{name}/")), "{name}");
        assert!(
            dockerfile.lines().any(|line| line.contains("for place in") && line.contains(&format!("crates/{name}")))
        );
    }
    assert!(dockerfile.contains("\"/usr/local/bin/cellwise\", \"health\""));
}

#[test]
fn probes_ask_paths_that_the_server_has() {
    let deployment = read("deploy/kubernetes/base/deployment.yaml");
    let paths: Vec<&str> = deployment.lines().filter_map(|line| line.trim().strip_prefix("path: ")).collect();
    assert_eq!(paths, ["/health/ready", "/health/live", "/health/ready"]);
}

#[test]
fn a_server_is_asked_how_it_is_without_another_program() {
    // Nothing listens there.
    let (is_good, text) = cellwise(&["health", "--url", "http://127.0.0.1:9"]);
    assert!(!is_good && text.contains("http://127.0.0.1:9/health/ready: nobody answers there"), "{text}");
}

#[test]
fn the_program_says_what_it_is() {
    let (_, text) = cellwise(&["--version"]);
    let words: Vec<&str> = text.trim().split([' ', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    let ["cellwise", version, "commit", _, "knowledge", knowledge] = words[..] else { panic!("{text}") };
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    assert!(knowledge.len() == 12 && knowledge.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
}

#[test]
fn shells_and_manuals_know_every_command() {
    let (_, help) = cellwise(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.contains(&"access-log") && commands.contains(&"serve"), "{help}");
    let (_, bash) = cellwise(&["completions", "bash"]);
    let (_, manual) = cellwise(&["man"]);
    for command in commands.iter().filter(|command| **command != "help") {
        assert!(bash.contains(command), "{command}");
        assert!(manual.contains(&format!("cellwise\\-{}", command.replace('-', "\\-"))), "{command}");
    }
}

#[test]
fn scripts_can_be_run() {
    for script in ["deploy/check", "deploy/sbom", ".ci/run"] {
        let checked = Command::new("bash").arg("-n").arg(Path::new(&root()).join(script)).status().unwrap();
        assert!(checked.success(), "{script}");
    }
}
