//! Today is that of the hospital, and so is the day of an instant.

use std::path::PathBuf;
use std::sync::Arc;

use cellwise::config::Config;
use cellwise::engine::{Engine, time_zone};
use cellwise::http::Settings;
use cellwise::knowledge::Knowledge;
use serde_json::{Value, json};

use crate::helpers::{TestServer, cards};
use crate::shutdown::Program;

fn request(as_of: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/requests/steroid-after-car-t.json");
    let mut body: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    body["extension"] = json!({ "dev.cellwise.asOf": as_of });
    body
}

#[test]
fn an_instant_is_of_the_day_in_the_hospital() {
    for (zone, expected) in [
        ("Europe/Amsterdam", "2026-11-02T00:30:00+01:00"),
        ("America/New_York", "2026-11-01T18:30:00-05:00"),
        ("Pacific/Auckland", "2026-11-02T12:30:00+13:00"),
    ] {
        let engine = Engine::load().unwrap().in_zone(time_zone(zone).unwrap());
        let server = TestServer::of(Arc::new(engine), Settings { accept_as_of: true, ..Settings::default() });
        for written in ["2026-11-01T23:30:00Z", "2026-11-02T08:30:00+09:00"] {
            let cards = cards(server.call("cell-therapy-order-safety", &request(written)));
            let evaluation = &cards[0]["extension"]["dev.cellwise.evaluation"];
            assert_eq!(evaluation["asOf"], expected, "{zone} {written}");
        }
    }
}

#[test]
fn the_time_zone_is_that_of_the_machine_unless_the_configuration_names_another() {
    let config = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("time-zone.toml");
    let config = config.to_str().unwrap();
    let write = |zone: &str| std::fs::write(config, format!("[server]\ntime-zone = \"{zone}\"\n")).unwrap();
    write("Europe/Brussels");
    for (arguments, expected) in [
        (&[][..], "today is that of the machine's time zone"),
        (&["--config", config], "setting name=\"server.time-zone\" value=\"Europe/Brussels\""),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cellwise"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments).env("TZ", "America/Lima");
        let program = Program::of(command);
        program.signal("TERM");
        let log = program.end();
        assert!(log.contains(expected), "no {expected} in {log}");
        assert_eq!(log.contains("time_zone=\"America/Lima\""), arguments.is_empty(), "{log}");
    }
    for wrong in ["Mars/Olympus", "+01:00", "", "CET-1CEST"] {
        write(wrong);
        let problems = Config::read(config.as_ref(), &Knowledge::load().unwrap()).unwrap_err();
        let told = format!("`time-zone` can't be `{wrong}`: write the name of a time zone, such as `Europe/Amsterdam`");
        assert!(problems[0].to_string().ends_with(&told), "{problems:?}");
    }
}
