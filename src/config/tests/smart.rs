//! `[client.smart]` and `[development.smart]`.

use std::time::Duration;

use super::*;
use crate::client::Callers;

const SERVER: &str = "[server]\nbase-url = \"https://cds.hospital.example\"\n";

/// A client on lines 3 to 7, its app from line 8 on.
fn client(id: &str, server: &str, app: &str) -> String {
    format!(
        "[[client]]\nid = \"{id}\"\nissuer = \"https://{id}.example\"\njku = \"https://{id}.example/jwks\"\n\
         fhir-servers = [{server}]\n{app}\n"
    )
}

fn with(app: &str) -> String {
    format!("{SERVER}{}", client("ehr", "\"https://ehr.example/fhir\"", app))
}

#[test]
fn an_app_is_read_and_described() {
    let config = parse(&with("[client.smart]\nclient-id = \"abc\"")).unwrap();
    let app = config.clients[0].smart.as_ref().unwrap();
    assert_eq!((app.client_id.as_str(), app.scopes.as_ref()), ("abc", None));
    assert!(app.has_links && app.frame_origins.is_empty());
    assert_eq!(app.deadline, Duration::from_secs(5));
    let config = parse(&with(
        "[client.smart]\nclient-id = \"abc\"\nscopes = [\"openid\", \"fhirUser\", \"patient/*.read\"]\nlinks = false\n\
         frame-origins = [\"https://EHR.example\"]\ndeadline = \"9s\"",
    ))
    .unwrap();
    let said = described(&config.clients[0]);
    for part in [
        "SMART app abc",
        "cards do not link to the app",
        "the app may be framed by https://ehr.example",
        "the app asks for openid fhirUser patient/*.read",
        "the app waits 9s",
    ] {
        assert!(said.split("; ").any(|of| of == part), "{part}: {said}");
    }
    assert_eq!(parse(&with("")).unwrap().clients[0].smart, None);
}

#[test]
fn what_is_wrong_with_an_app_is_named_with_its_line() {
    let app = |line: &str| with(&format!("[client.smart]\nclient-id = \"abc\"\n{line}"));
    let two = |one: &str, other: &str| {
        let app = "[client.smart]\nclient-id = \"abc\"";
        [SERVER, &client("one", one, app), &client("two", other, app)].concat()
    };
    for (text, expected) in [
        (with("[client.smart]\nlinks = true"), "local.toml:8: `client-id` is missing"),
        (app("scopes = []"), "local.toml:8: `scopes` allow no data"),
        (app("scopes = [\"openid\"]"), "local.toml:10: `scopes` allow no data"),
        (app("scopes = [\"fhirUser\", \"patient/*.rs\"]"), "local.toml:10: `scopes` have `fhirUser` without `openid`"),
        (
            app("scopes = [\"launch/patient\", \"patient/*.rs\"]"),
            "local.toml:10: `scopes` must not have `launch/patient`",
        ),
        (
            app("scopes = [\"offline_access\", \"patient/*.rs\"]"),
            "local.toml:10: `scopes` must not have `offline_access`",
        ),
        (app("scopes = [\"patient/ *.rs\"]"), "local.toml:10: `scopes` must be at most 200 characters"),
        (
            app("frame-origins = [\"https://ehr.example/x\"]"),
            "local.toml:10: `frame-origins` expected a scheme, a host",
        ),
        (app("frame-origins = [\"*\"]"), "local.toml:10: `frame-origins` expected a scheme, a host"),
        (app("deadline = \"1min\""), "local.toml:10: `deadline` can't be 1min: it must lie between 1s and 30s"),
        (app("secret = \"x\""), "local.toml:10: unknown field `secret`"),
        (
            format!("{SERVER}{}", client("ehr", "", "[client.smart]\nclient-id = \"abc\"")),
            "local.toml:8: needs the `fhir-servers` of the client",
        ),
        (
            two("\"https://ehr.example/fhir\"", "\"https://ehr.example/fhir/R4\""),
            "local.toml:14: is the FHIR server of another client with the app, in local.toml:7",
        ),
        (
            "[development]\nfhir-servers = [\"http://127.0.0.1:8090/fhir\"]\n[development.smart]\nclient-id = \"abc\""
                .to_owned(),
            "local.toml:3: needs `base-url` in `[server]`",
        ),
    ] {
        let problems = parse(&text).unwrap_err();
        assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{expected}: {problems:?}\n{text}");
    }
    assert!(parse(&two("\"https://ehr.example/one\"", "\"https://ehr.example/two\"")).is_ok());
}

#[test]
fn the_app_can_be_tried_in_development() {
    let text = "[server]\nbase-url = \"http://127.0.0.1:8080\"\n[development]\nfhir-servers = [\"http://127.0.0.1:8090/fhir\"]\n\
                [development.smart]\nclient-id = \"abc\"";
    let config = parse(text).unwrap();
    let settings = config.settings(&config.server, &[]).unwrap();
    let Callers::Anyone(client) = &settings.callers else { panic!("clients") };
    assert_eq!(client.smart.as_ref().unwrap().client_id, "abc");
}
