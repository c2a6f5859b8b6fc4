//! The cases put to other servers: one of another vendor, with services, topics and words of its own; a cellwise that lets in nobody
//! without a token; a cellwise under a hospital's configuration.

#![cfg(test)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, mpsc};
use std::thread;

use cellwise::client::{Callers, Client, KeySource, Trust};
use cellwise::config::Config;
use cellwise::engine::Engine;
use cellwise::http::{Server, Settings};
use cellwise_record::AsOf;
use jsonwebtoken::Algorithm;
use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384};
use serde_json::{Value, json};

const RULE: &str = "corticosteroid-after-car-t";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cellwise")).current_dir(root()).arg("fixtures").args(arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The status of a run, and everything that it printed.
#[track_caller]
fn ran(status: i32, arguments: &[&str]) -> String {
    let output = fixtures(arguments);
    let printed = printed(&output);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{printed}");
    printed
}

/// What another vendor's program does: it has one rule of its own, which looks at the present, and advice for everybody.
mod vendor {
    use super::{AsOf, Value, json};

    pub(super) fn discovery() -> Value {
        let service = |id: &str, hook: &str, prefetch: Value| json!({ "id": id, "hook": hook, "description": "d", "prefetch": prefetch });
        let asked = json!({
            "who": "Patient/{{context.patientId}}",
            "done": "Procedure?patient={{context.patientId}}",
            "drugs": "MedicationRequest?patient={{context.patientId}}&status=active",
        });
        json!({ "services": [service("steroid-guard", "patient-view", asked), service("diet", "patient-view", json!({}))] })
    }

    pub(super) fn answer(service: &str, request: &Value) -> (u16, Value) {
        if service == "diet" {
            return (200, json!({ "cards": [card("info", "Eat well", "diet")] }));
        }
        let entries = |key: &str| request["prefetch"][key]["entry"].as_array().cloned().unwrap_or_default();
        if request["prefetch"].get("done").is_none() {
            return (412, json!({ "problem": "no procedures" }));
        }
        let today = AsOf::now().date;
        let is_recent = |entry: &Value| {
            let day =
                entry["resource"]["performedDateTime"].as_str().and_then(|day| day.parse::<jiff::civil::Date>().ok());
            day.is_some_and(|day| (0..366).contains(&day.until(today).unwrap().get_days()))
        };
        let has_cells = entries("done").iter().any(|entry| entry.to_string().contains("Q2055") && is_recent(entry));
        let has_steroid = entries("drugs").iter().any(|entry| entry.to_string().contains("H02AB"));
        let warns = has_cells && has_steroid;
        let cards = if warns { json!([card("critical", "Steroids blunt CAR-T cells", "guard")]) } else { json!([]) };
        (200, json!({ "cards": cards }))
    }

    fn card(indicator: &str, summary: &str, topic: &str) -> Value {
        json!({ "summary": summary, "indicator": indicator, "source": { "label": "Vendor", "topic": { "system": "urn:v", "code": topic } } })
    }
}

fn serve_vendor() -> String {
    fn one(mut stream: &TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut first, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(bytes) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = bytes.trim().parse().unwrap();
            }
            if first.is_empty() {
                first = line;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let path = first.split(' ').nth(1).unwrap();
        let (status, body) = match path.strip_prefix("/api/cds-services/") {
            None => (200, vendor::discovery()),
            Some(service) => vendor::answer(service, &serde_json::from_slice(&body).unwrap()),
        };
        let body = body.to_string();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(|stream| one(&stream.unwrap())));
    format!("http://{address}/api")
}

/// A suite of a few cases about steroids.
fn suite() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vendor");
    let _ = fs::remove_dir_all(&dir);
    for folder in ["cases", "patients", "orders"] {
        fs::create_dir_all(dir.join(folder).join(if folder == "cases" { RULE } else { "" })).unwrap();
    }
    for file in ["patients/car-t-on-prednisolone.json", "orders/steroid-dexamethasone-iv.json"] {
        fs::copy(root().join("fixtures").join(file), dir.join(file)).unwrap();
    }
    let case = |name: &str, change: Value, more: Value, expect: Value| {
        let mut case = json!({
            "describe": "A patient on a steroid.", "service": "cell-therapy-follow-up", "hook": "patient-view",
            "asOf": "2026-11-02T09:00:00+01:00", "patient": "car-t-on-prednisolone", "change": change, "expect": expect,
        });
        json_patch::merge(&mut case, &more);
        fs::write(dir.join("cases").join(RULE).join(format!("{name}.json")), case.to_string()).unwrap();
    };
    let shown = |indicator: &str| json!({ "rule": RULE, "indicator": indicator });
    let infused = |day: &str| json!({ "Procedure/car-t": { "performedDateTime": day } });
    case("met-now", json!({}), json!({}), shown("critical"));
    case("met-long-ago-then", infused("2019-03-01"), json!({ "asOf": "2019-06-03T09:00:00+02:00" }), shown("critical"));
    case("met-late", infused("2024-01-01"), json!({}), shown("info"));
    case("not-met-no-steroid", json!({ "MedicationRequest/prednisolone": null }), json!({}), shown("none"));
    let refused = json!({ "rule": RULE, "status": 412, "missing": ["procedures"] });
    case("unknown-no-procedures", json!({}), json!({ "withhold": ["procedures"] }), refused);
    let order =
        json!({ "hook": "order-sign", "service": "cell-therapy-order-safety", "order": "steroid-dexamethasone-iv" });
    case("met-order", json!({}), order, shown("critical"));
    let own = json!({ "config": "own" });
    case("met-own-numbers", json!({}), own, shown("critical"));
    fs::create_dir_all(dir.join("config")).unwrap();
    fs::write(dir.join("config/own.toml"), "").unwrap();
    dir
}

#[test]
fn a_server_of_another_vendor_is_put_to_the_same_cases() {
    let (dir, url) = (suite(), serve_vendor());
    let dir = dir.to_str().unwrap();
    let known = |name: &str, text: &str| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let words = known("words.toml", &format!("{RULE} = [\"steroid CAR-T\"]\n"));
    let topics = known("topics.toml", &format!("{RULE} = [\"guard\"]\n"));
    for (by, file) in [("text", &words), ("topic", &topics)] {
        let said = ran(1, &[dir, "--url", &url, "--match", by, "--known-by", file, "--move-dates"]);
        // All services of the hook were asked; the advice for everybody is not about steroids.
        assert!(said.contains("expected indicator info, came none (cards: diet info)"), "{by}: {said}");
        for left_out in [
            "1  the server offers nothing on the hook `order-sign`",
            "1  the case brings a configuration, and a server has its own",
        ] {
            assert!(said.contains(left_out), "{by}: {said}");
        }
        assert!(said.ends_with("\n4 passed, 1 failed, 2 left out\n"), "{by}: {said}");
    }
    let by_words = ["--match", "text", "--known-by", &words];
    // By its own clock the infusion of 2019 was long ago.
    let said = ran(1, &[&[dir, "--url", &url][..], &by_words].concat());
    assert!(said.contains("met-long-ago-then.json") && said.contains(", 2 failed,"), "{said}");
    let said =
        ran(1, &[&[dir, "--url", &url, "--move-dates", "--service", "patient-view=diet"][..], &by_words].concat());
    assert!(said.contains("expected indicator critical, came none (cards: diet info)"), "{said}");
    // What is no case of a known rule is left out, not passed.
    let nothing = known("nothing.toml", "dmso-allergy = [\"dmso\"]\n");
    let said = ran(0, &[dir, "--url", &url, "--match", "text", "--known-by", &nothing]);
    assert!(
        said.contains(&format!("no words for `{RULE}`")) && said.contains("\n0 passed, 0 failed, 7 left out\n"),
        "{said}"
    );
    let report = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vendor.xml");
    let junit = ["--junit", report.to_str().unwrap(), "--move-dates"];
    ran(1, &[&[dir, "--url", &url][..], &by_words, &junit].concat());
    let report = fs::read_to_string(&report).unwrap();
    assert!(report.contains("failures=\"1\" errors=\"0\" skipped=\"2\""), "{report}");
    assert!(report.contains("<skipped message=\"the server offers nothing on the hook `order-sign`\"/>"), "{report}");
}

#[test]
fn what_can_not_be_asked_is_said_in_one_line() {
    let (dir, url) = (suite(), serve_vendor());
    let dir = dir.to_str().unwrap();
    let wrong = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrong.toml");
    let wrong = wrong.to_str().unwrap();
    let text = ["--match", "text", "--known-by", wrong];
    for (content, arguments, said) in [
        ("", &["--match", "text"][..], "`--match text` needs the words"),
        ("", &["--known-by", wrong], "goes with `--match topic`"),
        ("x = [\"y\"]", &text, "there is no rule `x`"),
        ("\ndmso-allergy = \"dmso\"", &text, "line 2: invalid type"),
        ("dmso-allergy = []", &text, "`dmso-allergy` has nothing by which"),
        (
            "",
            &["--match", "topic", "--service", "patient-view=x"],
            "no service `x` on the hook `patient-view`; it offers `steroid-guard`",
        ),
        ("", &["--service", "patient-view"], "expected a hook and a service"),
        ("", &["--key", wrong, "--client", "x"], "holds no private key"),
        ("", &["--authorities", wrong, "--client", "x"], "--key"),
    ] {
        fs::write(wrong, content).unwrap();
        let printed = ran(2, &[&[dir, "--url", &url], arguments].concat());
        assert!(printed.contains(said), "{arguments:?}: {printed}");
    }
    // Without `--match` the other must have the same services.
    let said = ran(1, &[dir, "--url", &url, "--only", "met-now"]);
    assert!(said.contains("has no service `cell-therapy-follow-up` on the hook `patient-view`; it offers"), "{said}");
}

/// A server with these settings, until the tests end.
fn serve(engine: Engine, settings: Settings) -> String {
    let (send, receive) = mpsc::channel();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let settings = Settings { listen, workers: 1, accept_as_of: true, ..settings };
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = Server::bind(Arc::new(engine), settings).unwrap();
            send.send(server.address()).unwrap();
            server.run().await.unwrap();
        });
    });
    format!("http://{}", receive.recv().unwrap())
}

#[test]
fn a_server_that_believes_nobody_without_a_token_is_asked_with_one() {
    const BASE: &str = "https://cds.example.org";
    const ISSUER: &str = "https://ehr.example.org";
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    // An uncompressed point: 4, x, y.
    let (x, y) = pair.public_key_raw()[1..].split_at(48);
    let encoded = |bytes: &[u8]| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    };
    let jwk = json!({ "kty": "EC", "crv": "P-384", "kid": "tester", "x": encoded(x), "y": encoded(y) });
    let trust = Trust {
        issuer: ISSUER.to_owned(),
        tenants: vec!["north".to_owned()],
        audiences: Vec::new(),
        algorithms: vec![Algorithm::ES384],
        keys: KeySource::Static(serde_json::from_value(json!({ "keys": [jwk] })).unwrap()),
    };
    let callers = Callers::Listed(vec![Client { id: "tester".to_owned(), trust: Some(trust), ..Client::anonymous() }]);
    let settings = Settings { base_url: Some(BASE.parse().unwrap()), callers, ..Settings::default() };
    let url = serve(Engine::load().unwrap(), settings);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (key, config) = (folder.join("tester.pem"), folder.join("tester.toml"));
    fs::write(&key, pair.serialize_pem()).unwrap();
    fs::write(
        &config,
        format!("[[client]]\nid = \"tester\"\nissuer = \"{ISSUER}\"\nkeys = \"k.json\"\ntenants = [\"north\"]\n"),
    )
    .unwrap();
    let (key, config) = (key.to_str().unwrap(), config.to_str().unwrap());
    let call = ["--only", "dmso-allergy/met", "--url", &url];
    let signed = ["--key", key, "--kid", "tester", "--audience", BASE];

    let said = ran(2, &call);
    assert!(said.contains("answered 401 Unauthorized to discovery: sign tokens with `--key` and `--client`"), "{said}");
    let said = ran(0, &[&call[..], &signed, &["--client", ISSUER, "--tenant", "north"]].concat());
    assert!(said.contains(" passed, 0 failed\n") && !said.contains("\n0 passed"), "{said}");
    // The configuration of the server knows who its client is.
    ran(0, &[&call[..], &signed, &["--client", "tester", "--config", config]].concat());
    let said = ran(2, &[&call[..], &signed, &["--client", "https://other.example.org"]].concat());
    assert!(
        said.contains("signed by ES384, kid `tester`, iss `https://other.example.org`, aud `https://cds.example.org/"),
        "{said}"
    );
    let said = ran(2, &[&call[..], &["--key", key, "--client", ISSUER]].concat());
    assert!(said.contains("give it with `--kid`"), "{said}");
    assert!(!said.contains("PRIVATE KEY"), "{said}");
}

const LOCAL: &str = "fixtures/config/corticosteroid-six-months.toml";

#[test]
fn a_configuration_makes_other_answers_and_is_named() {
    // Half a year after the infusion the hospital weighs corticosteroids case by case.
    let said = ran(0, &["--only", &format!("{RULE}/met-"), "--config", LOCAL]);
    assert!(
        said.contains("by the configuration: corticosteroid-critical-months = 6 (standard 1200; Example: protocol"),
        "{said}"
    );
    assert!(said.contains("met-active-prednisolone: indicator critical → "), "{said}");
    assert!(!said.contains("\n0 passed") && said.contains(" differ by the configuration"), "{said}");
    let off = Path::new(env!("CARGO_TARGET_TMPDIR")).join("steroid-off.toml");
    fs::write(&off, format!("[[switch-off]]\nrule = \"{RULE}\"\nreason = \"not here\"\n")).unwrap();
    let said = ran(0, &["--only", &format!("{RULE}/met-active-prednisolone"), "--config", off.to_str().unwrap()]);
    assert!(said.contains("verdict met → not asked, indicator critical → none"), "{said}");
    fs::write(&off, "[[switch-off]]\nservice = \"cell-therapy-follow-up\"\nreason = \"not here\"\n").unwrap();
    let said = ran(0, &["--only", &format!("{RULE}/met-active-prednisolone"), "--config", off.to_str().unwrap()]);
    assert!(said.contains("there is no service `cell-therapy-follow-up`"), "{said}");
    fs::write(&off, "[[number]]\nnumber = \"no-such\"\nvalue = 1\ncitation = \"x\"\n").unwrap();
    assert!(ran(1, &["--only", RULE, "--config", off.to_str().unwrap()]).contains("steroid-off.toml:2: "));
}

#[test]
fn a_server_is_held_to_the_configuration_that_it_is_said_to_have() {
    let plain = Engine::load().unwrap();
    let config = Config::read_for_judging(&root().join(LOCAL), plain.knowledge()).unwrap();
    let anyone = || Settings { callers: Callers::Anyone(Client::anonymous()), ..Settings::default() };
    let local = serve(Engine::load().unwrap().under(config.policy, &config.mapping).unwrap(), anyone());
    let standard = serve(plain, anyone());
    let only = format!("{RULE}/met-active-prednisolone");
    let run = |status, more: &[&str]| ran(status, &[&["--only", &only][..], more].concat());
    assert!(
        run(0, &["--url", &local, "--config", LOCAL])
            .ends_with("\n1 passed, 0 failed, 1 differ by the configuration\n")
    );
    run(0, &["--url", &standard]);
    assert!(run(1, &["--url", &local]).contains("expected indicator critical, came "));
    let said = run(1, &["--url", &standard, "--config", LOCAL]);
    assert!(said.contains("corticosteroid-six-months.toml (- expected, + came)"), "{said}");
    assert!(run(0, &["--url", &local, "--config", LOCAL, "--match", "topic"]).contains("1 passed"));
    assert!(run(1, &["--url", &standard, "--config", LOCAL, "--match", "topic"]).contains("came critical"));
}
