//! `[server]`, `[tokens]`, `[fetch]`, `[development]` and `[[client]]`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use rcgen::KeyPair;
use reqwest::Url;
use serde_json::{Value, json};

use super::*;
use crate::client::{Callers, FhirVersion, KeySource, SearchMethod};
use crate::http::Settings;
use crate::http::log::Format;
use cellwise_clinic::Language;
use cellwise_record::Source;

/// The public keys of the example.
const PUBLIC: &str = include_str!("../../../fixtures/config/ehr.jwks.json");

static FILES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let key = KeyPair::generate().unwrap();
    let other = KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let keys: Value = serde_json::from_str(PUBLIC).unwrap();
    let (ec, rsa) = (keys["keys"][0].clone(), keys["keys"][1].clone());
    let with = |key: &Value, name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        key
    };
    // 128 bytes; the last character holds four bits of them.
    let short: String = rsa["n"].as_str().unwrap().chars().take(170).chain(['w']).collect();
    let set = |keys: Vec<Value>| json!({ "keys": keys }).to_string();
    let files = [
        ("cert.pem", certificate.pem()),
        ("key.pem", key.serialize_pem()),
        ("other.pem", other.serialize_pem()),
        ("public.json", PUBLIC.to_owned()),
        ("ec.json", set(vec![ec.clone()])),
        ("none.json", set(vec![])),
        ("no-set.json", "[]".to_owned()),
        ("no-json.json", "-----BEGIN hunter2".to_owned()),
        ("private.json", set(vec![rsa.clone(), with(&ec, "d", json!("hunter2"))])),
        ("shared.json", set(vec![json!({ "kty": "oct", "kid": "a", "k": "hunter2" })])),
        ("no-kid.json", set(vec![with(&ec, "kid", Value::Null)])),
        ("twice.json", set(vec![ec.clone(), with(&rsa, "kid", ec["kid"].clone())])),
        ("short.json", set(vec![with(&rsa, "n", json!(short))])),
        ("odd.json", set(vec![with(&ec, "crv", json!("P-999"))])),
        ("encryption.json", set(vec![with(&ec, "use", json!("enc"))])),
        ("some.json", set(vec![with(&rsa, "kty", json!("new")), ec.clone()])),
    ];
    files.into_iter().map(|(name, content)| (name.to_owned(), content)).collect()
});

fn parse(text: &str) -> Result<Config, Vec<String>> {
    let open = |name: &str| {
        FILES.get(name).map(|text| text.clone().into_bytes()).ok_or_else(|| "can't be read: no such file".to_owned())
    };
    Config::parse(Findings::new("local.toml", text, Path::new("etc"), &open), &KNOWLEDGE, Part::Everything)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

const SERVER: &str = "[server]\nbase-url = \"https://cds.hospital.example\"\n";

/// A client on lines 3 to 7.
fn client(more: &str) -> String {
    format!(
        "{SERVER}[[client]]\nid = \"ehr\"\nissuer = \"https://ehr.example\"\njku = \"https://ehr.example/jwks\"\n\
         fhir-servers = [\"https://ehr.example/fhir\"]\n{more}"
    )
}

fn settings(text: &str) -> Result<Settings, String> {
    let config = parse(text).unwrap();
    config.settings(&config.server, &[])
}

#[test]
fn without_a_word_nothing_differs_from_the_defaults() {
    let settings = settings("").unwrap();
    assert!(matches!(&settings.callers, Callers::Anyone(client) if client.fhir.servers.is_empty()));
    assert_eq!(differences(&settings), []);
    // As before: open and for tests on this machine.
    assert!(settings.open_discovery && settings.accept_as_of);
}

#[test]
fn every_setting_reaches_the_server() {
    let text = "[server]
        listen = \"127.0.0.1:9999\"
        base-url = \"https://cds.hospital.example/cds/\"
        language = \"nl\"
        workers = 3
        cors-origins = [\"https://EHR.example\"]
        discovery = \"closed\"
        max-body = \"2MiB\"
        body-timeout = \"3s\"
        head-timeout = \"4s\"
        max-requests = 17
        accept-as-of = false
        log = \"debug\"
        log-format = \"json\"
        [server.tls]
        certificate = \"cert.pem\"
        key = \"key.pem\"
        [tokens]
        clock-skew = \"10s\"
        longest = \"5min\"
        keys-for = \"1h\"
        [fetch]
        deadline = \"300ms\"
        page-size = 50
        most-pages = 4
        max-response = \"1MiB\"
        concurrent-calls = 5
        cache-for = \"0s\"
        cache-size = \"1MiB\"
        authorities = \"cert.pem\"
        [development]
        fhir-servers = [\"http://127.0.0.1:8090/fhir\"]
        fhir-version = \"STU3\"
        search = \"post\"
        held-elsewhere = { medicationStatements = \"medicationRequests\" }";
    let config = parse(text).unwrap();
    assert_eq!(config.server.log, Some(tracing::level_filters::LevelFilter::DEBUG));
    assert_eq!(config.server.log_format, Some(Format::Json));
    let settings = config.settings(&config.server, &[]).unwrap();
    assert_eq!(settings.listen.port(), 9999);
    assert_eq!(settings.base_url.as_ref().unwrap().as_str(), "https://cds.hospital.example/cds/");
    assert_eq!(settings.language, Language::DUTCH);
    assert_eq!((settings.workers, settings.max_body, settings.most_requests), (3, 2 << 20, 17));
    assert_eq!(settings.cors_origins, ["https://ehr.example"]);
    assert!(!settings.open_discovery && !settings.accept_as_of);
    assert_eq!((settings.body_timeout, settings.head_timeout), (Duration::from_secs(3), Duration::from_secs(4)));
    let tls = settings.tls.as_ref().unwrap();
    assert_eq!((tls.certificate.as_path(), tls.key.as_path()), (Path::new("etc/cert.pem"), Path::new("etc/key.pem")));
    let tokens = settings.tokens;
    let seconds = [tokens.clock_skew, tokens.longest, tokens.keys_for].map(|duration| duration.as_secs());
    assert_eq!(seconds, [10, 300, 3600]);
    let fetch = &settings.fetch;
    assert_eq!((fetch.deadline, fetch.cache_for), (Duration::from_millis(300), Duration::ZERO));
    assert_eq!((fetch.page_size, fetch.most_pages, fetch.concurrent_calls), (50, 4, 5));
    assert_eq!((fetch.most_bytes, fetch.cache_bytes), (1 << 20, 1 << 20));
    assert!(!fetch.authorities.is_empty());
    let Callers::Anyone(client) = &settings.callers else { panic!("nobody is listed") };
    assert_eq!(client.fhir.servers, [Url::parse("http://127.0.0.1:8090/fhir").unwrap()]);
    assert_eq!((client.fhir.version, client.fhir.search), (Some(FhirVersion::Stu3), SearchMethod::Post));
    assert_eq!(client.fhir.held_elsewhere, [(Source::MedicationStatements, Source::MedicationRequests)]);
    // Each of them is shown.
    let shown: Vec<&str> = differences(&settings).iter().map(|(name, _)| *name).collect();
    assert_eq!(shown.len(), 24, "{shown:?}");
}

#[test]
fn every_word_about_a_client_is_read() {
    let settings = settings(&client(
        "algorithms = [\"RS384\", \"ES256\"]\naudiences = [\"https://cds.hospital.example/old\"]\ntenants = [\"a\"]\n\
         fhir-version = \"R4\"\nrequests-per-minute = 60\n[[client]]\nid = \"second\"\nissuer = \"other\"\nkeys = \"public.json\"\n\
         fhir-servers = [\"https://other.example/fhir\"]\n",
    ))
    .unwrap();
    assert!(!settings.open_discovery && !settings.accept_as_of);
    let [first, second] = settings.callers.all() else { panic!("two clients") };
    let trust = first.trust.as_ref().unwrap();
    assert_eq!((first.id.as_str(), trust.issuer.as_str()), ("ehr", "https://ehr.example"));
    assert_eq!(trust.algorithms, [Algorithm::RS384, Algorithm::ES256]);
    assert_eq!((trust.audiences[0].as_str(), trust.tenants[0].as_str()), ("https://cds.hospital.example/old", "a"));
    assert!(matches!(&trust.keys, KeySource::Jku(url) if url.as_str() == "https://ehr.example/jwks"));
    assert_eq!((first.fhir.version, first.requests_per_minute.unwrap().get()), (Some(FhirVersion::R4), 60));
    let trust = second.trust.as_ref().unwrap();
    assert_eq!(trust.algorithms, [Algorithm::ES384, Algorithm::RS384]);
    assert!(matches!(&trust.keys, KeySource::Static(set) if set.keys.len() == 2));
    assert_eq!((second.fhir.version, second.requests_per_minute), (None, None));
    for (client, word) in [(first, "keys at https://ehr.example/jwks"), (second, "2 keys from a file; ES384, RS384")] {
        assert!(described(client).contains(word), "{}", described(client));
    }
}

#[test]
fn what_is_wrong_with_the_server_is_named_with_its_line() {
    let server = |line: &str| format!("[server]\n{line}\n");
    let fetch = |line: &str| format!("[fetch]\n{line}\n");
    for (text, expected) in [
        (server("listen = \"here\""), "local.toml:2: `listen` expected an address and a port"),
        (server("port = 80"), "local.toml:2: unknown field `port`, expected one of"),
        (server("base-url = \"http://cds.example\""), "local.toml:2: `base-url` must start with `https://`: plain"),
        (server("base-url = \"https://a@cds.example\""), "local.toml:2: `base-url` must not hold a user name"),
        (
            server("base-url = \"https://cds.example/cds-services/\""),
            "local.toml:2: `base-url` must be written without",
        ),
        (server("language = \"fr\""), "local.toml:2: `language` can't be `fr`, only `en`, `nl`"),
        (server("workers = 0"), "local.toml:2: `workers` can't be 0: it must lie between 1 and 256"),
        (server("workers = \"2\""), "local.toml:2: invalid type: string \"2\""),
        (
            server("cors-origins = [\n\"https://ok.example\",\n\"ehr.example/x\"]"),
            "local.toml:4: `cors-origins` expected a scheme",
        ),
        (server("discovery = \"yes\""), "local.toml:2: `discovery` can't be `yes`, only `open`, `closed`"),
        (server("max-body = \"1MB\""), "local.toml:2: `max-body` can't be `1MB`: write a whole number and `KiB`"),
        (server("max-body = \"1GiB\""), "local.toml:2: `max-body` can't be 1GiB: it must lie between 1KiB and 256MiB"),
        (
            server("body-timeout = \"1h\""),
            "local.toml:2: `body-timeout` can't be 1h: it must lie between 100ms and 5min",
        ),
        (server("head-timeout = \"10\""), "local.toml:2: `head-timeout` can't be `10`: write a whole number and `ms`"),
        (server("max-requests = -1"), "local.toml:2: `max-requests` can't be -1"),
        (server("log = \"trace\""), "local.toml:2: `log` can't be `trace`"),
        (server("log-format = \"xml\""), "local.toml:2: `log-format` can't be `xml`, only `text`, `json`"),
        ("[server.tls]\ncertificate = \"cert.pem\"".to_owned(), "local.toml:1: `[server.tls]` needs both"),
        (
            "[server.tls]\ncertificate = \"cert.pem\"\nkey = \"gone.pem\"".to_owned(),
            "local.toml:3: `key` `gone.pem` can't be read: no such file",
        ),
        (
            "[server.tls]\ncertificate = \"cert.pem\"\nkey = \"other.pem\"".to_owned(),
            "local.toml:3: `key` does not belong to the certificate",
        ),
        (
            "[server.tls]\ncertificate = \"key.pem\"\nkey = \"key.pem\"".to_owned(),
            "local.toml:2: `certificate` holds no certificate",
        ),
        (
            "[server.tls]\ncertificate = \"cert.pem\"\nkey = \"cert.pem\"".to_owned(),
            "local.toml:3: `key` holds no private key",
        ),
        (
            "[tokens]\nclock-skew = \"1h\"".to_owned(),
            "local.toml:2: `clock-skew` can't be 1h: it must lie between 0s and",
        ),
        ("[tokens]\nlongest = \"1s\"".to_owned(), "local.toml:2: `longest` can't be 1s"),
        ("[tokens]\nkeys-for = \"1s\"".to_owned(), "local.toml:2: `keys-for` can't be 1s"),
        (fetch("deadline = \"20s\""), "local.toml:2: `deadline` can't be 20s: it must lie between 50ms and 10s"),
        (fetch("page-size = 5"), "local.toml:2: `page-size` can't be 5: it must lie between 10 and 1000"),
        (fetch("most-pages = 0"), "local.toml:2: `most-pages` can't be 0"),
        (fetch("max-response = \"1KiB\""), "local.toml:2: `max-response` can't be 1KiB"),
        (fetch("concurrent-calls = 0"), "local.toml:2: `concurrent-calls` can't be 0"),
        (fetch("cache-for = \"1h\""), "local.toml:2: `cache-for` can't be 1h"),
        (fetch("cache-size = \"1KiB\""), "local.toml:2: `cache-size` can't be 1KiB"),
        (fetch("authorities = \"key.pem\""), "local.toml:2: `authorities` `key.pem` holds no certificate"),
        (fetch("authorities = \"gone.pem\""), "local.toml:2: `authorities` `gone.pem` can't be read"),
        (
            "[development]\nfhir-servers = [\"http://ehr.example\"]".to_owned(),
            "local.toml:2: `fhir-servers` must start with `https://`",
        ),
    ] {
        let problems = parse(&text).unwrap_err();
        assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{text}\n{expected}\n{problems:?}");
        assert!(!problems.concat().contains("PRIVATE KEY-----\nM"), "{problems:?}");
    }
}

#[test]
fn what_is_wrong_with_a_client_is_named_with_its_line() {
    let keys = |file: &str| client("").replace("jku = \"https://ehr.example/jwks\"", &format!("keys = \"{file}\""));
    let second = |more: &str| {
        client(&format!(
            "tenants = [\"a\", \"b\"]\n[[client]]\nid = \"second\"\nissuer = \"https://ehr.example\"\nkeys = \"ec.json\"\n{more}"
        ))
    };
    let elsewhere = |pairs: &str| client(&format!("held-elsewhere = {{ {pairs} }}\n"));
    for (text, expected) in [
        (client("").replace(SERVER, "\n\n"), "local.toml:3: clients need `base-url` in `[server]`"),
        (client("name = \"x\""), "local.toml:8: unknown field `name`"),
        (client("").replace("id = \"ehr\"\n", ""), "local.toml:3: `id` is missing"),
        (client("").replace("\"ehr\"", "\"e h\""), "local.toml:4: `id` must be at most 200 characters"),
        (client("").replace("\"ehr\"", "\"\""), "local.toml:4: `id` is empty"),
        (client("").replace("issuer = \"https://ehr.example\"\n", ""), "local.toml:3: `issuer` is missing"),
        (second("").replace("second", "ehr"), "local.toml:10: client `ehr` is there already, in local.toml:4"),
        (second(""), "local.toml:11: the same issuer as in local.toml:5: give both clients `tenants`"),
        (second("tenants = [\"b\"]"), "local.toml:11: the same issuer as in local.toml:5"),
        (
            client("").replace("https://ehr.example\"", "https://sandbox.cds-hooks.org/\""),
            "local.toml:5: is the public sandbox: anybody can sign as it",
        ),
        (client("").replace("jku = \"https", "jku = \"http"), "local.toml:6: `jku` must start with `https://`"),
        (client("").replace("ehr.example/jwks", "169.254.169.254/x"), "local.toml:6: `jku` is a link-local address"),
        (client("keys = \"public.json\""), "local.toml:8: `keys` and `jku` are both given"),
        (client("").replace("jku = \"https://ehr.example/jwks\"\n", ""), "local.toml:4: needs `jku`"),
        (keys("gone.json"), "local.toml:6: `keys` `gone.json` can't be read: no such file"),
        (keys("no-json.json"), "local.toml:6: `keys` `no-json.json` is not JSON (line 1, column "),
        (keys("no-set.json"), "local.toml:6: `keys` `no-set.json` is no JWKS"),
        (keys("none.json"), "local.toml:6: `keys` `none.json` has no key for any of ES384, RS384"),
        (keys("private.json"), "local.toml:6: `keys` `private.json` holds a private key (key 2)"),
        (keys("shared.json"), "local.toml:6: `keys` `shared.json` holds a shared secret (key 1, `oct`)"),
        (keys("no-kid.json"), "local.toml:6: `keys` `no-kid.json` has a key without `kid` (key 1)"),
        (keys("twice.json"), "local.toml:6: `keys` `twice.json` has two keys with the same `kid` (key 2)"),
        (keys("short.json"), "local.toml:6: `keys` `short.json` has an RSA key of 1024 bits (key 1): at least 2048"),
        (keys("encryption.json"), "local.toml:6: `keys` `encryption.json` has no key for any of ES384, RS384"),
        (keys("odd.json"), "local.toml:6: `keys` `odd.json` has no key for any of ES384, RS384"),
        (
            keys("ec.json") + "algorithms = [\"RS384\", \"ES256\"]",
            "local.toml:6: `keys` `ec.json` has no key for any of RS384, ES256",
        ),
        (client("algorithms = []"), "local.toml:3: `algorithms` is empty: leave it out"),
        (client("algorithms = [\"HS256\"]"), "local.toml:8: `algorithms` can't be `HS256`: it is signed with a shared"),
        (client("algorithms = [\"none\"]"), "local.toml:8: `algorithms` can't be `none`: such tokens are not signed"),
        (
            client("algorithms = [\"PS384\"]"),
            "local.toml:8: `algorithms` can't be `PS384`, only `ES384`, `RS384`, `ES256`",
        ),
        (client("audiences = [\"me\"]"), "local.toml:8: `audiences` is no address"),
        (client("tenants = [\"\"]"), "local.toml:8: `tenants` is empty"),
        (
            client("").replace("https://ehr.example/fhir", "https://ehr.example/fhir?x=y"),
            "local.toml:7: `fhir-servers` must end",
        ),
        (client("fhir-version = \"R3\""), "local.toml:8: `fhir-version` can't be `R3`, only `STU3`, `R4`, `R4B`, `R5`"),
        (client("search = \"GET\""), "local.toml:8: `search` can't be `GET`, only `get`, `post`"),
        (
            elsewhere("meds = \"medicationRequests\""),
            "local.toml:8: `held-elsewhere` can't name `meds`, only the prefetch keys",
        ),
        (elsewhere("patient = \"conditions\""), "local.toml:8: `held-elsewhere` can't name `patient`"),
        (
            elsewhere("procedures = \"procedures\""),
            "local.toml:8: `held-elsewhere` says that `procedures` are held as themselves",
        ),
        (
            elsewhere("medicationStatements = \"medicationRequests\", medicationRequests = \"procedures\""),
            "local.toml:8: `held-elsewhere` says that `medicationStatements` are held as `medicationRequests`, and those",
        ),
        (client("held-nowhere = [\"meds\"]"), "local.toml:8: `held-nowhere` can't name `meds`, only the prefetch keys"),
        (client("held-nowhere = [\"patient\"]"), "local.toml:8: `held-nowhere` can't name `patient`"),
        (
            elsewhere("consents = \"conditions\"") + "held-nowhere = [\"consents\"]",
            "local.toml:9: `held-nowhere` can't name `consents`: `held-elsewhere` speaks of it",
        ),
        (
            client("").replace("https://ehr.example/fhir", "http://ehr.example/fhir"),
            "local.toml:7: `fhir-servers` must start with `https://`: plain `http` is for this machine only (`127.0.0.1`, \
             `localhost`), or with `allow-http = true`",
        ),
        (
            client("allow-http = true").replace("https://ehr.example/fhir", "http://169.254.169.254/fhir"),
            "local.toml:7: `fhir-servers` is a link-local address",
        ),
        (
            client("allow-http = true").replace("jku = \"https", "jku = \"http"),
            "local.toml:6: `jku` must start with `https://`",
        ),
        (client("requests-per-minute = 0"), "local.toml:8: `requests-per-minute` can't be 0"),
        (client("[development]\n"), "local.toml:8: `[development]` is for a server without clients"),
    ] {
        let problems = parse(&text).unwrap_err();
        assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{text}\n{expected}\n{problems:?}");
        assert!(!problems.concat().contains("hunter2"), "{problems:?}");
    }
    // A key of a kind that nobody knows yet does not spoil the others.
    assert!(parse(&keys("some.json")).is_ok());
    assert!(parse(&second("tenants = [\"c\"]\nfhir-servers = [\"https://ehr.example/fhir\"]")).is_ok());
}

/// Within a hospital's own network an EHR may be spoken to in plain text when its entry says so; a warning tells what crosses
/// the network.
#[test]
fn plain_http_is_allowed_for_one_client() {
    let plain = |more: &str| client(more).replace("https://ehr.example/fhir", "http://ehr.example:8080/fhir");
    let config = parse(&plain("allow-http = true\nheld-nowhere = [\"consents\", \"encounters\"]")).unwrap();
    let warnings: Vec<String> = config.warnings().map(ToString::to_string).collect();
    assert!(
        warnings.concat().contains("`allow-http`: data of patients and access tokens cross the network"),
        "{warnings:?}"
    );
    let access = &config.clients[0].fhir;
    assert!(access.allows_http);
    assert_eq!(access.servers, [Url::parse("http://ehr.example:8080/fhir").unwrap()]);
    assert_eq!(access.held_nowhere, [Source::Consents, Source::Encounters]);
    let said = described(&config.clients[0]);
    assert!(said.contains("plain http allowed; consents held nowhere; encounters held nowhere"), "{said}");
    assert!(parse(&plain("allow-http = false")).is_err());
    let idle = parse(&client("allow-http = true")).unwrap();
    assert!(idle.warnings().any(|warning| warning.to_string().contains("`allow-http` has no effect")));
    let development = parse("[development]\nallow-http = true\nfhir-servers = [\"http://hapi:8080/fhir\"]").unwrap();
    assert!(development.development.allows_http);
}

#[test]
fn the_sandbox_may_call_a_server_on_this_machine() {
    let sandbox = client("").replace("https://ehr.example\"", "https://sandbox.cds-hooks.org\"");
    assert!(parse(&sandbox).is_err());
    assert!(parse(&sandbox.replace("https://cds.hospital.example", "http://localhost:8080")).is_ok());
}

#[test]
fn all_problems_of_server_and_clients_are_told_at_once() {
    let text =
        client("algorithms = [\"none\", \"HS384\"]\nsearch = \"put\"\n[fetch]\ndeadline = \"1h\"\npage-size = 1\n")
            .replace(SERVER, "terminology = [\"gone.csv\"]\n[server]\nlog = \"loud\"\n");
    assert_eq!(parse(&text).unwrap_err().len(), 8, "{:#?}", parse(&text));
}

#[test]
fn what_has_no_effect_is_a_warning() {
    let text = client("").replace(SERVER, &format!("{SERVER}unauthenticated = true\naccept-as-of = true\n"));
    let config = parse(&text.replace("fhir-servers = [\"https://ehr.example/fhir\"]\n", "")).unwrap();
    let warnings: Vec<String> = config.warnings().map(ToString::to_string).collect();
    let expected = [
        "local.toml:5: has no `fhir-servers`",
        "local.toml:3: `unauthenticated` has no effect",
        "local.toml:4: `accept-as-of` lets clients",
    ];
    assert_eq!(warnings.len(), expected.len(), "{warnings:?}");
    for (warning, expected) in warnings.iter().zip(expected) {
        assert!(warning.starts_with(expected), "{warning}");
    }
}

#[test]
fn nobody_is_let_in_unasked() {
    let everywhere = "[server]\nlisten = \"0.0.0.0:8080\"\n";
    let problem = settings(everywhere).unwrap_err();
    assert!(problem.contains("`0.0.0.0:8080`") && problem.contains("`--unauthenticated`"), "{problem}");
    let open = settings(&format!("{everywhere}unauthenticated = true\n")).unwrap();
    assert!(!open.accept_as_of && open.open_discovery && !open.callers.are_listed());
    let listed = settings(&client("").replace(SERVER, &format!("{SERVER}listen = \"0.0.0.0:8080\"\n")));
    assert!(listed.unwrap().callers.are_listed());
    let here = [Url::parse("http://127.0.0.1:8090/fhir").unwrap()];
    let config = parse(&client("")).unwrap();
    assert!(config.settings(&config.server, &here).unwrap_err().contains("`--fhir-server` is for development"));
    let config = parse("[development]\nfhir-servers = [\"https://a.example\"]\nsearch = \"post\"").unwrap();
    let settings = config.settings(&config.server, &here).unwrap();
    let fhir = &settings.callers.all()[0].fhir;
    assert_eq!((fhir.servers.as_slice(), fhir.search), (&here[..], SearchMethod::Post));
}

#[test]
fn the_command_line_goes_before_the_file() {
    let file = parse("[server]\nlisten = \"127.0.0.1:1\"\nlanguage = \"nl\"\naccept-as-of = true\n").unwrap();
    let address: SocketAddr = "127.0.0.1:2".parse().unwrap();
    let given = ServerConfig { listen: Some(address), accept_as_of: Some(false), ..ServerConfig::default() };
    let settings = file.settings(&given.or(file.server.clone()), &[]).unwrap();
    assert_eq!((settings.listen, settings.language, settings.accept_as_of), (address, Language::DUTCH, false));
}

/// A command that judges one patient may not be allowed to read the key of the server.
#[test]
fn judging_looks_at_nothing_of_the_server() {
    let text = "[server.tls]\ncertificate = \"gone.pem\"\nkey = \"gone.pem\"\n";
    let open = |_: &str| Err("can't be read".to_owned());
    let parse = |part| Config::parse(Findings::new("x", text, Path::new(""), &open), &KNOWLEDGE, part);
    assert!(parse(Part::Everything).is_err() && parse(Part::Judging).is_ok());
}

/// The keys of a table, as the reader of the file itself lists them.
fn keys(table: &str) -> Vec<String> {
    let Err(error) = file::File::read("x", &format!("{table}\n\"?\" = 1\n")) else { return Vec::new() };
    let Some((_, expected)) = error.problem.split_once("unknown field `?`, expected ") else { return Vec::new() };
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whoever adds a key writes it down, too.
#[test]
fn every_key_is_in_the_document_and_in_the_example() {
    let mut known = BTreeSet::new();
    for top in keys("") {
        for table in [format!("[{top}]"), format!("[[{top}]]")] {
            for key in keys(&table) {
                known.extend(keys(&format!("[{top}.{key}]")));
                known.insert(key);
            }
        }
        known.insert(top);
    }
    for some in ["terminology", "citation", "base-url", "tls", "certificate", "requests-per-minute", "held-elsewhere"] {
        assert!(known.contains(some), "{some} is not found: {known:?}");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    let example = std::fs::read_to_string(root.join("cellwise.example.toml")).unwrap();
    let missing: Vec<&String> = known
        .iter()
        .filter(|key| {
            let heads = ["", "server.", "client."].map(|of| format!("[{of}{key}]"));
            let heads = heads.into_iter().chain([format!("[[{key}]]")]).collect::<Vec<_>>();
            let in_document =
                document.contains(&format!("`{key}`")) || heads.iter().any(|head| document.contains(head));
            let in_example = example.contains(&format!("{key} = ")) || heads.iter().any(|head| example.contains(head));
            !(in_document && in_example)
        })
        .collect();
    assert!(missing.is_empty(), "not in docs/configuration.md or not in cellwise.example.toml: {missing:?}");
}

#[test]
fn what_is_remembered_is_said_by_the_file() {
    assert!(parse("").unwrap().store.is_none());
    let text = "[store]\nurl = \"postgres://cellwise@10.1.2.3/cellwise\"\npassword = \"hunter2\"\ncomments = true\n\
                keep-comments-for = \"30d\"\n[report]\noverridden-share = 0.35\nfewest-shown = 7\n";
    let config = parse(text).unwrap();
    let settings = config.settings(&config.server, &[]).unwrap();
    let store = settings.store.as_ref().unwrap();
    assert_eq!((store.comments, store.keep_comments_for), (true, Duration::from_hours(30 * 24)));
    assert_eq!((settings.report.overridden_percent, settings.report.fewest_shown), (35, 7));
    // Comments may be about patients, and that is said.
    let warnings: Vec<String> = config.warnings().map(ToString::to_string).collect();
    assert!(warnings.iter().any(|warning| warning.contains("`comments`")), "{warnings:?}");
    let shown = format!("{:?} {settings:?} {warnings:?}", differences(&settings));
    assert!(shown.contains("postgres://cellwise@10.1.2.3/cellwise") && !shown.contains("hunter2"), "{shown}");
    for (text, word) in [
        ("[store]\n", "needs `url`"),
        ("[store]\nurl = \"mysql://a:hunter2@b/c\"\n", "`url` must be"),
        ("[store]\nurl = \"postgres://a:hunter2@b/c\"\npassword = \"hunter2\"\n", "`password` is given twice"),
        ("[store]\nurl = \"sqlite:a.db\"\npassword = \"hunter2\"\n", "`password` is for PostgreSQL"),
        ("[store]\nurl = \"sqlite:a.db\"\nkeep-comments-for = \"9999d\"\n", "`keep-comments-for` can't be 9999d"),
        ("[report]\noverridden-share = 1.5\n", "`overridden-share` can't be 1.5"),
        ("[report]\nfewest-shown = 0\n", "`fewest-shown` can't be 0"),
    ] {
        let problems = parse(text).unwrap_err();
        assert!(problems[0].contains(word) && !problems[0].contains("hunter2"), "{text}: {problems:?}");
    }
    let weak = parse("[store]\nurl = \"postgres://a@10.1.2.3/c?sslmode=disable\"\n").unwrap();
    assert_eq!(weak.warnings().count(), 1);
}
