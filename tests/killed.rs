//! The program is killed under load, again and again: no feedback that was acknowledged is lost.

#![cfg(test)]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;

use reqwest::blocking::Client;
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};
use tokio::runtime::Builder;
use uuid::Uuid;

const SERVICE: &str = "cell-therapy-order-safety";
/// How often it is killed.
const KILLS: usize = 3;
/// After so much was acknowledged since it was started.
const ENOUGH: usize = 60;
/// Those who send at the same time.
const SENDERS: usize = 4;

struct Program {
    child: Child,
    base: String,
}

impl Program {
    fn start(config: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cellwise"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "error", "--config"])
            .arg(config)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut greeting).unwrap();
        // It goes on to write; nobody reads.
        thread::spawn(move || out.lines().count());
        let address = greeting.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_else(|| {
            panic!("the program does not greet: {greeting}");
        });
        Self { base: format!("http://{address}/cds-services/{SERVICE}"), child }
    }
}

/// Sends cards and feedback until the program is gone; notes what was acknowledged.
fn send(client: &Client, base: &str, call: &Value, acknowledged: &Mutex<BTreeSet<String>>) {
    loop {
        let card = Uuid::new_v4().to_string();
        let item = json!({ "card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-02T09:00:00Z" });
        let post = |path: &str, body: String| {
            client.post(format!("{base}{path}")).header("content-type", "application/json").body(body).send()
        };
        let mut call = call.clone();
        call["hookInstance"] = json!(card);
        let shown = post("", call.to_string());
        let Ok(answer) = post("/feedback", json!({ "feedback": [item] }).to_string()) else { return };
        if answer.status() == 200 {
            acknowledged.lock().unwrap().insert(card);
        }
        if shown.is_err() {
            return;
        }
    }
}

fn kept(url: &str) -> BTreeSet<String> {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(url).await.unwrap();
        let rows = sqlx::query("SELECT card FROM feedback").fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    })
}

fn survives(url: &str, folder: &Path) {
    let config = folder.join("cellwise.toml");
    std::fs::write(&config, format!("[store]\nurl = \"{url}\"\n")).unwrap();
    let call: Value = serde_json::from_str(include_str!("../fixtures/requests/steroid-after-car-t.json")).unwrap();
    let acknowledged = Mutex::new(BTreeSet::new());
    let client = Client::new();
    for _ in 0..KILLS {
        let mut program = Program::start(&config);
        let before = acknowledged.lock().unwrap().len();
        thread::scope(|scope| {
            for _ in 0..SENDERS {
                scope.spawn(|| send(&client, &program.base, &call, &acknowledged));
            }
            while acknowledged.lock().unwrap().len() < before + ENOUGH {
                thread::yield_now();
            }
            // SIGKILL: nothing is finished.
            program.child.kill().unwrap();
        });
        program.child.wait().unwrap();
        let kept = kept(url);
        let acknowledged = acknowledged.lock().unwrap();
        let lost = acknowledged.difference(&kept).count();
        assert_eq!(lost, 0, "of {} acknowledged, {} are kept", acknowledged.len(), kept.len());
    }
    let report = |form: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cellwise"));
        let output = command.args(["report", "--config"]).arg(&config).args(form).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let json: Value = serde_json::from_str(&report(&["--json"])).unwrap();
    let other = &json["notOnRecord"][0];
    assert!(other["cards"].as_u64().unwrap() >= u64::try_from(acknowledged.lock().unwrap().len()).unwrap(), "{json}");
    assert!(json["rules"][0]["shown"].as_u64().unwrap() > 0, "{json}");
    assert!(report(&["--csv"]).contains(",corticosteroid-after-car-t,anonymous,"));
    let table = report(&[]);
    assert!(table.contains("corticosteroid-after-car-t") && table.contains("Not on record"), "{table}");
    assert!(report(&["--until", "2020-01-01"]).contains("2020-01-01"));
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("cellwise-killed-{}", Uuid::new_v4()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn nothing_acknowledged_is_lost_with_sqlite() {
    let folder = folder();
    survives(&format!("sqlite:{}", folder.join("cellwise.db").display()), &folder);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test is told where a server is by its environment alone")]
fn nothing_acknowledged_is_lost_with_postgresql() {
    let Ok(server) = std::env::var("CELLWISE_TEST_POSTGRES") else {
        // Not by a macro: the harness keeps what those of a passing test print.
        let line = b"left out without CELLWISE_TEST_POSTGRES: nothing_acknowledged_is_lost_with_postgresql\n";
        std::io::stderr().write_all(line).unwrap();
        return;
    };
    let name = format!("cellwise_{}", Uuid::new_v4().simple());
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(&server).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
    let (base, _) = server.rsplit_once('/').unwrap();
    let folder = folder();
    survives(&format!("{base}/{name}"), &folder);
    std::fs::remove_dir_all(folder).unwrap();
}

/// Who asks for a report without a store, or of one that is not there, is told what to do.
#[test]
fn a_report_without_a_store_says_what_to_do() {
    let folder = folder();
    let run = |config: &str, arguments: &[&str]| {
        let path = folder.join("cellwise.toml");
        std::fs::write(&path, config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cellwise"));
        let output = command.args(["report", "--config"]).arg(&path).args(arguments).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(run("", &[]).contains("`[store]`"));
    let file = folder.join("cellwise.db");
    let sqlite = format!("[store]\nurl = \"sqlite:{}\"\n", file.display());
    assert!(run(&sqlite, &[]).contains("can't be opened"));
    assert!(!file.exists(), "a report makes no database");
    std::fs::write(&file, "").unwrap();
    assert!(run(&sqlite, &[]).contains("start the server"));
    let postgres = "[store]\nurl = \"postgres://a:hunter2@127.0.0.1:1/b\"\n";
    let refused = run(postgres, &[]);
    assert!(refused.contains("nobody answers") && !refused.contains("hunter2"), "{refused}");
    assert!(run(&sqlite, &["--since", "yesterday"]).contains("2026-11-02"));
    std::fs::remove_dir_all(folder).unwrap();
}
