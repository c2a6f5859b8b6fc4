//! `GET /metrics`: what is counted, that a parser of Prometheus reads it, and who may.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use cellwise::access_log::{AccessLogSettings, WhenUnwritable};
use cellwise::built::{BUILT, Built};
use cellwise::client::{Callers, FhirAccess};
use cellwise::engine::Engine;
use cellwise::http::{MetricsSettings, Settings};
use cellwise_store::{Address, Settings as StoreSettings};
use prometheus_parse::{Scrape, Value as Read};
use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::auth::token::{BASE, OTHER_P384, P384, Token, jwks};
use crate::auth::{call_with, client};
use crate::ehr::Ehr;
use crate::helpers::{TestServer, cards, refused, request};
use crate::shutdown::Program;

const OPEN: MetricsSettings = MetricsSettings { listen: None, open: true };

/// A server that anybody may look at.
fn open() -> TestServer {
    TestServer::start(Settings { metrics: OPEN, ..Settings::default() })
}

#[track_caller]
fn text(response: Response) -> String {
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4");
    response.text().unwrap()
}

/// All samples by name and labels, as they would be written.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let scrape = Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).unwrap();
    let mut samples = BTreeMap::new();
    for sample in scrape.samples {
        let mut labels: Vec<String> = sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        labels.sort();
        let name = format!("{}{{{}}}", sample.metric, labels.join(","));
        match sample.value {
            Read::Counter(value) | Read::Gauge(value) | Read::Untyped(value) => {
                assert_eq!(samples.insert(name, value), None);
            }
            Read::Histogram(buckets) => {
                assert!(buckets.windows(2).all(|pair| pair[0].count <= pair[1].count), "{name}");
                assert!(buckets.last().unwrap().less_than.is_infinite(), "{name}");
                assert_eq!(samples.insert(name, buckets.last().unwrap().count), None);
            }
            // The sum and the count of a histogram.
            Read::Summary(_) => panic!("{name}: there are no summaries"),
        }
    }
    // What a parser does not understand it may leave out without a word.
    let written = text.lines().filter(|line| !line.starts_with('#') && !line.contains("_bucket{")).count();
    let histograms = samples.keys().filter(|name| name.contains("_seconds{")).count();
    assert_eq!(samples.len() - histograms, written);
    samples
}

fn scrape(server: &TestServer) -> BTreeMap<String, f64> {
    samples(&text(server.get("/metrics")))
}

#[test]
fn calls_are_counted_by_what_they_came_to() {
    let server = open();
    server.call("cell-therapy-follow-up", &request("patient-view"));
    let mut without = request("patient-view");
    without.as_object_mut().unwrap().remove("prefetch");
    refused(server.call("cell-therapy-follow-up", &without), 412);
    server.call("ahsct-eligibility", &request("order-sign"));
    refused(server.call("ahsct-eligibility", &request("encounter-start")), 400);
    refused(server.call("no-such-service", &request("order-sign")), 404);
    refused(server.request(Method::from_bytes(b"KANARIE").unwrap(), "/cds-services/kanarie").send().unwrap(), 405);
    let now = scrape(&server);
    for (name, value) in [
        ("cellwise_calls_total{hook=patient-view,service=cell-therapy-follow-up,status=200}", 1.0),
        ("cellwise_calls_total{hook=patient-view,service=cell-therapy-follow-up,status=412}", 1.0),
        ("cellwise_calls_total{hook=none,service=ahsct-eligibility,status=400}", 1.0),
        ("cellwise_calls_total{hook=none,service=none,status=404}", 1.0),
        ("cellwise_http_requests_total{method=other,route=/cds-services/:id,status=405}", 1.0),
        ("cellwise_call_duration_seconds{service=ahsct-eligibility}", 2.0),
        // Of those that were judged.
        ("cellwise_call_step_duration_seconds{step=body}", 3.0),
        ("cellwise_call_step_duration_seconds{step=read}", 3.0),
        ("cellwise_call_step_duration_seconds{step=fetch}", 3.0),
        ("cellwise_call_step_duration_seconds{step=judge}", 3.0),
        ("cellwise_verdicts_total{rule=ahsct-eligibility,verdict=not-met}", 1.0),
        ("cellwise_verdicts_total{rule=possible-icans,verdict=unknown}", 1.0),
        ("cellwise_requests_in_flight{}", 0.0),
        ("cellwise_requests_in_flight_limit{}", 256.0),
        ("cellwise_configuration_taken_total{}", 0.0),
    ] {
        assert_eq!(now.get(name), Some(&value), "{name} in {now:#?}");
    }
    assert!(now["cellwise_unknown_total{kind=not-supplied}"] > 1.0, "{now:#?}");
    let Built { version, commit, knowledge } = BUILT;
    let info = format!("cellwise_build_info{{commit={commit},knowledge={knowledge},version={version}}}");
    assert_eq!(now.get(info.as_str()), Some(&1.0), "{now:#?}");
}

#[test]
fn cards_are_counted_by_rule_and_indicator() {
    let server = TestServer::start(Settings { metrics: OPEN, accept_as_of: true, ..Settings::default() });
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/requests/steroid-after-car-t.json");
    let body = std::fs::read_to_string(path).unwrap();
    let answer: Value = server.post("/cds-services/cell-therapy-order-safety", body).json().unwrap();
    let mut shown: BTreeMap<String, f64> = BTreeMap::new();
    for card in answer["cards"].as_array().unwrap() {
        let rule = card["extension"]["dev.cellwise.evaluation"]["rule"].as_str().unwrap();
        let indicator = card["indicator"].as_str().unwrap();
        *shown.entry(format!("cellwise_cards_total{{indicator={indicator},rule={rule}}}")).or_default() += 1.0;
    }
    assert!(!shown.is_empty());
    let now = scrape(&server);
    let counted: BTreeMap<String, f64> =
        now.into_iter().filter(|(name, _)| name.starts_with("cellwise_cards_total")).collect();
    assert_eq!(counted, shown);
}

/// A server with one client, and a FHIR server that has nothing but an error.
fn closed_and_open() -> (TestServer, Ehr) {
    let ehr = Ehr::start();
    let mut known = client(&jwks(&[("ec", &P384)]));
    known.fhir = FhirAccess { servers: vec![ehr.base().parse().unwrap()], ..FhirAccess::default() };
    let settings = Settings {
        base_url: Some(BASE.parse().unwrap()),
        callers: Callers::Listed(vec![known]),
        metrics: OPEN,
        ..Settings::default()
    };
    (TestServer::start(settings), ehr)
}

/// Everything that is counted, after requests of all kinds.
fn everything(server: &TestServer, ehr: &Ehr) -> String {
    let mut body = request("patient-view");
    ehr.holds(&json!({ "conditions": body["prefetch"]["conditions"] }));
    ehr.answers("Procedure", ResponseTemplate::new(500));
    for key in ["conditions", "procedures"] {
        body["prefetch"].as_object_mut().unwrap().remove(key);
    }
    body["fhirServer"] = json!(ehr.base());
    body["fhirAuthorization"] = json!({ "access_token": "kanarie-access", "token_type": "Bearer", "expires_in": 300, "scope": "user/*.read", "subject": "kanarie" });
    for _ in 0..2 {
        let call = server.request(Method::POST, "/cds-services/ahsct-eligibility").body(body.to_string());
        let token = Token::new().signed(&P384);
        assert_eq!(call.header("content-type", "application/json").bearer_auth(token).send().unwrap().status(), 200);
    }
    refused(call_with(server, &Token::new().signed(&OTHER_P384)), 401);
    refused(call_with(server, &Token::new().claim("iss", &json!("https://kanarie.example")).signed(&P384)), 401);
    refused(call_with(server, "kanarie"), 401);
    refused(server.get("/kanarie"), 404);
    refused(server.get("/rules/kanarie"), 404);
    let text = text(server.get("/metrics"));
    assert!(!text.contains("kanarie"), "{text}");
    text
}

#[test]
fn queries_and_tokens_are_counted_by_client() {
    let (server, ehr) = closed_and_open();
    let now = samples(&everything(&server, &ehr));
    for (name, value) in [
        ("cellwise_fetches_total{client=hospital,outcome=ok}", 1.0),
        ("cellwise_fetch_cache_hits_total{client=hospital}", 1.0),
        ("cellwise_tokens_refused_total{client=hospital,reason=bad-signature}", 1.0),
        ("cellwise_tokens_refused_total{client=none,reason=unknown-issuer}", 1.0),
        ("cellwise_tokens_refused_total{client=none,reason=malformed}", 1.0),
        ("cellwise_calls_total{hook=none,service=none,status=401}", 3.0),
    ] {
        assert_eq!(now.get(name), Some(&value), "{name} in {now:#?}");
    }
    assert!(now["cellwise_fetches_total{client=hospital,outcome=status-5xx}"] >= 2.0, "{now:#?}");
}

/// What `promtool check metrics` looks at.
#[test]
fn the_text_is_as_prometheus_wants_it() {
    let (server, ehr) = closed_and_open();
    let text = everything(&server, &ehr);
    let mut described: BTreeMap<&str, &str> = BTreeMap::new();
    let mut helped = BTreeSet::new();
    let mut seen = BTreeSet::new();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(helped.insert(name) && help.len() > 20, "{line}");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(helped.contains(name) && described.insert(name, kind).is_none(), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            assert!(!name.contains("seconds") || name.ends_with("_seconds"), "{line}");
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            assert!(seen.insert(series), "{series} is there twice");
            assert!(value.parse::<f64>().unwrap() >= 0.0, "{line}");
            let name = series.split('{').next().unwrap();
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let is_histogram = family.is_some_and(|family| described.get(family) == Some(&"histogram"));
            assert!(described.contains_key(name) || is_histogram, "{line} has no type");
        }
    }
    assert_eq!(described.len(), helped.len());
}

/// The values of labels are ours, or those of the configuration.
#[test]
fn no_label_grows_without_bounds() {
    let (server, ehr) = closed_and_open();
    let engine = Engine::load().unwrap();
    let knowledge = engine.knowledge();
    let known = |label: &str, value: &str| match label {
        "service" => value == "none" || knowledge.endpoint(value).is_some(),
        "hook" => value == "none" || cellwise_clinic::Hook::from_name(value).is_some(),
        "rule" => cellwise_clinic::rules::ALL.iter().any(|rule| rule.id == value),
        "client" => ["none", "hospital"].contains(&value),
        "status" => value.parse::<u16>().is_ok_and(|status| (200..600).contains(&status)),
        "method" => ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "other"].contains(&value),
        "route" => value == "none" || value.starts_with('/') && !value.contains("kanarie"),
        "step" => ["body", "read", "fetch", "judge"].contains(&value),
        "kind" => cellwise_record::GapKind::ALL.iter().any(|kind| kind.name() == value),
        "verdict" => ["met", "not-met", "unknown", "failed"].contains(&value),
        "indicator" => ["critical", "warning", "info"].contains(&value),
        "outcome" | "reason" => value.bytes().all(|byte| byte.is_ascii_lowercase() || b"-0123456789".contains(&byte)),
        "version" => value == BUILT.version,
        "commit" => value == BUILT.commit,
        "knowledge" => value == BUILT.knowledge,
        "le" => true,
        _ => false,
    };
    let text = everything(&server, &ehr);
    let scrape = Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).unwrap();
    let mut labels = 0;
    for (label, value) in scrape.samples.iter().flat_map(|sample| sample.labels.iter()) {
        assert!(known(label, value), "{label}={value}");
        labels += 1;
    }
    assert!(labels > 30, "{labels}");
}

/// Without an address of their own they are for anybody, or nobody.
#[test]
fn who_may_read_them_is_a_setting() {
    let closed = TestServer::start(Settings::default());
    refused(closed.get("/metrics"), 404);
    assert_eq!(open().get("/metrics").status(), 200);
    // Development needs no setting; an address of their own is named, and has nothing else.
    let program = Program::start(&["--listen", "127.0.0.1:0"]);
    assert_eq!(reqwest::blocking::get(program.url("/metrics")).unwrap().status(), 200);
    program.signal("TERM");
    program.end();
    let config = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("metrics.toml");
    std::fs::write(&config, "[metrics]\nlisten = \"127.0.0.1:0\"\nopen = false\n").unwrap();
    let program = Program::start(&["--listen", "127.0.0.1:0", "--config", config.to_str().unwrap()]);
    assert_eq!(reqwest::blocking::get(program.url("/metrics")).unwrap().status(), 404);
    let (_, rest) = program.greeting.split_once("Metrics for Prometheus: ").unwrap();
    let address = rest.split_whitespace().next().unwrap();
    let text = text(reqwest::blocking::get(address).unwrap());
    assert!(text.contains("cellwise_log_lines_dropped_total 0\n"), "{text}");
    let others = reqwest::blocking::get(address.replace("/metrics", "/cds-services")).unwrap();
    assert_eq!(others.status(), 404);
    program.signal("TERM");
    program.end();
}

/// The names in a text that look like metrics of ours.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with("cellwise_")).map(str::to_owned).collect()
}

/// What a server with a store and an access log counts besides.
fn of_store_and_access_log() -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("metrics");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let store = StoreSettings {
        address: Address::parse("sqlite:cellwise.db", &folder).unwrap(),
        comments: false,
        keep_comments_for: Duration::from_hours(1),
    };
    let access_log = AccessLogSettings {
        folder: folder.join("access-log"),
        when_unwritable: WhenUnwritable::Refuse,
        rotate_at: 1 << 20,
        repository: None,
    };
    let settings = Settings { metrics: OPEN, store: Some(store), access_log: Some(access_log), ..Settings::default() };
    let server = TestServer::start(settings);
    cards(server.call("ahsct-eligibility", &request("patient-view")));
    let text = server.get("/metrics").text().unwrap();
    assert!(text.contains("\ncellwise_access_log_written_total 1\n"), "{text}");
    assert!(text.contains("\ncellwise_store_connected 1\n"), "{text}");
    text
}

/// What is deployed asks for metrics that there are, and shows all of them.
#[test]
fn the_alerts_and_the_dashboard_name_metrics_that_exist() {
    let (server, ehr) = closed_and_open();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/requests/steroid-after-car-t.json");
    let call = server.request(Method::POST, "/cds-services/cell-therapy-order-safety");
    let token = Token::new().claim("aud", &json!(format!("{BASE}/cds-services/cell-therapy-order-safety")));
    let mut body: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    body.as_object_mut().unwrap().remove("extension");
    call.header("content-type", "application/json").bearer_auth(token.signed(&P384)).json(&body).send().unwrap();
    let mut without = request("patient-view");
    without.as_object_mut().unwrap().remove("prefetch");
    let token = Token::new().claim("aud", &json!(format!("{BASE}/cds-services/cell-therapy-follow-up")));
    let call = server.request(Method::POST, "/cds-services/cell-therapy-follow-up").bearer_auth(token.signed(&P384));
    refused(call.header("content-type", "application/json").json(&without).send().unwrap(), 412);
    let text = everything(&server, &ehr) + &of_store_and_access_log();
    let mut families: BTreeSet<String> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).map(str::to_owned).collect();
    // Of the program, not of the server alone.
    families.insert("cellwise_log_lines_dropped_total".to_owned());
    let family = |name: &String| {
        let ends = ["_bucket", "_sum", "_count"];
        families.get(name).or_else(|| ends.iter().find_map(|end| families.get(name.strip_suffix(end)?))).cloned()
    };
    let read = |name: &str| {
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)).unwrap()
    };
    let (alerts, dashboard) = (read("prometheus/alerts.yaml"), read("grafana/cellwise.json"));
    let parsed: Value = serde_json::from_str(&dashboard).unwrap();
    assert!(parsed["panels"].as_array().unwrap().len() > 10);
    let mut shown = BTreeSet::new();
    for text in [&alerts, &dashboard] {
        for name in named(text) {
            let Some(family) = family(&name) else { panic!("{name} is no metric of the server: {families:?}") };
            shown.insert(family);
        }
    }
    assert_eq!(shown, families, "every metric is on the dashboard");
}
