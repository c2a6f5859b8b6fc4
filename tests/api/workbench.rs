//! `/workbench`: in development on this machine alone, elsewhere not without a token of staff; strict pages, nothing of a
//! patient anywhere but in the answer.

use std::sync::Arc;

use cellwise::access_log::WhenUnwritable;
use cellwise::client::{Callers, Client};
use cellwise::http::{Bench, Settings};
use cellwise::workbench::Workbench;
use reqwest::Method;
use serde_json::{Value, json};

use crate::access_log::{Folder, settings};
use crate::auth::token::{BASE, P384, Token, jwks};
use crate::auth::{client, listed};
use crate::helpers::{SERVER, TestServer, refused, request};

fn workbench() -> Arc<dyn Bench> {
    Arc::new(Workbench::default())
}

static BENCH: std::sync::LazyLock<TestServer> =
    std::sync::LazyLock::new(|| TestServer::start_with(Settings::default(), Some(workbench())));

/// A question about an invented patient.
fn question(patient: &str, hook: &str, as_of: &str) -> Value {
    let answer = BENCH.get(&format!("/workbench/fixtures/patients/{patient}"));
    assert_eq!(answer.status(), 200);
    json!({ "patient": answer.json::<Value>().unwrap(), "fixture": patient, "hook": hook, "asOf": as_of })
}

#[track_caller]
fn judged(question: &Value) -> String {
    let response = BENCH.post("/workbench/judge", question.to_string());
    let (status, headers) = (response.status(), response.headers().clone());
    let html = response.text().unwrap();
    assert_eq!(status, 200, "{html}");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains(" onclick="), "{html}");
    html
}

#[test]
fn the_page_runs_its_own_script_and_nothing_else() {
    for (language, heading) in [("en", "<h1>Workbench</h1>"), ("nl", "<h1>Werkbank</h1>")] {
        let response = BENCH.get(&format!("/workbench?lang={language}&patient=car-t-crs"));
        assert_eq!(response.status(), 200);
        let headers = response.headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        let html = response.text().unwrap();
        assert!(html.contains(heading) && html.contains("<script src=\"workbench/script.js\""), "{html}");
        assert!(!html.contains(" onclick=") && !html.contains(" style=") && !html.contains(">bench-"), "{html}");
    }
    for (path, kind) in [("script.js", "text/javascript"), ("style.css", "text/css; charset=utf-8")] {
        let response = BENCH.get(&format!("/workbench/{path}"));
        assert_eq!(response.headers()["content-type"], kind);
        let text = response.text().unwrap();
        for stored in ["localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "eval("] {
            assert!(!text.contains(stored), "{path}: {stored}");
        }
    }
}

#[test]
fn it_is_there_in_development_on_this_machine_and_for_nobody_without_a_token() {
    // Without a workbench nothing is served.
    refused(SERVER.get("/workbench"), 404);
    // Clients are listed: a hospital, where it is for staff.
    let hospital = TestServer::start_with(listed(), Some(workbench()));
    // The address is set by the tests: what was configured counts.
    let open = Settings { listen: "0.0.0.0:0".parse().unwrap(), ..Settings::default() };
    let reachable = TestServer::start_at(open, Some(workbench()));
    for (server, status) in [(&hospital, 401), (&reachable, 404)] {
        for path in
            ["/workbench", "/workbench/script.js", "/workbench/style.css", "/workbench/fixtures/patients/car-t-crs"]
        {
            refused(server.get(path), status);
        }
        refused(server.post("/workbench/judge", "{}"), status);
    }
    refused(BENCH.request(Method::GET, "/workbench/judge").send().unwrap(), 405);
    for path in ["patients/nobody", "patients/paracetamol", "cases/x", "patients", "texts/en/course"] {
        refused(BENCH.get(&format!("/workbench/fixtures/{path}")), 404);
    }
}

#[test]
fn staff_open_it_with_a_token_and_the_access_log_says_whom_they_looked_at() {
    let folder = Folder::new();
    let start = |is_staff: bool, access_log| {
        let clients = vec![Client { is_staff, ..client(&jwks(&[("ec", &P384)])) }];
        TestServer::start_with(
            Settings { callers: Callers::Listed(clients), access_log, ..listed() },
            Some(workbench()),
        )
    };
    let token = |path: &str| Token::new().claim("aud", &json!(format!("{BASE}{path}"))).signed(&P384);
    let get =
        |server: &TestServer, path: &str| server.request(Method::GET, path).bearer_auth(token(path)).send().unwrap();
    let staff = start(true, Some(settings(&folder.0, WhenUnwritable::Refuse)));
    assert_eq!(get(&staff, "/workbench").status(), 200);
    assert_eq!(get(&staff, "/workbench/script.js").status(), 200);
    // A page alone is about nobody.
    assert_eq!(folder.lines().len(), 0);
    let judge = |server: &TestServer, question: &Value| {
        let request = server.request(Method::POST, "/workbench/judge").header("content-type", "application/json");
        request.bearer_auth(token("/workbench/judge")).body(question.to_string()).send().unwrap()
    };
    let question = question("car-t-crs", "patient-view", "2026-11-02");
    assert_eq!(judge(&staff, &question).status(), 200);
    // One that is refused is about somebody, too.
    refused(judge(&staff, &merged(question.clone(), &json!({ "hook": "nothing" }))), 400);
    let lines = folder.lines();
    assert_eq!(lines.len(), 2);
    for (event, outcome) in lines.iter().zip(["0", "4"]) {
        let text = event.to_string();
        assert_eq!(event["outcome"], outcome);
        assert!(text.contains("Patient/car-t-crs") && text.contains("on workbench"), "{text}");
        assert_eq!(event["agent"][0]["who"]["display"], "hospital");
        assert!(!text.contains("birthDate"), "{text}");
    }
    // Who calls and is no staff gets none of it.
    let caller = start(false, None);
    for path in ["/workbench", "/workbench/script.js", "/workbench/style.css"] {
        refused(get(&caller, path), 403);
    }
    refused(judge(&caller, &question), 403);
}

#[test]
fn a_patient_is_judged_and_everything_is_shown() {
    let html = judged(&question("car-t-crs", "patient-view", "2026-11-02T09:00:00+01:00"));
    for shown in [
        "<code>cell-therapy-follow-up</code>",
        "class=\"course\"",
        "<h2>Criteria</h2>",
        "What each rule needs, and what it got",
        "dev.cellwise.evaluation",
        "&quot;hook&quot;: &quot;patient-view&quot;",
        "data-first=",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    let dutch = question("car-t-crs", "patient-view", "2026-11-02T09:00:00+01:00");
    let dutch = judged(&merged(dutch, &json!({ "language": "nl" })));
    assert!(dutch.contains("<h2>Criteria</h2>") && dutch.contains("Wat elke regel nodig heeft"), "{dutch}");
    assert!(!dutch.contains(">bench-") && !dutch.contains(">course-"), "a word is missing: {dutch}");
}

fn merged(mut question: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        question[key] = value.clone();
    }
    question
}

/// Days come and go: what is dated later is left out, and so are the cards about it.
#[test]
fn the_day_decides_which_cards_there_are() {
    let cards = |as_of: &str| {
        let question = question("car-t-crs", "patient-view", as_of);
        let html = judged(&merged(question, &json!({ "untilThen": true, "service": "cell-therapy-follow-up" })));
        html.matches("<li data-id=").count()
    };
    assert_eq!(cards("2026-10-01"), 0, "long before the infusion");
    assert!(cards("2026-11-02T09:00:00+01:00") > 0);
}

#[test]
fn a_whole_request_is_judged_at_any_day() {
    let html = judged(&json!({ "request": request("patient-view"), "hook": "order-sign", "asOf": "2026-03-04" }));
    assert!(html.contains("2026-03-04T12:00:00") && html.contains("patient-view"), "{html}");
}

#[test]
fn a_local_configuration_counts_and_reads_no_file() {
    let ask =
        |config: &str| merged(question("car-t-remission", "patient-view", "2026-11-02"), &json!({ "config": config }));
    let number = "[[number]]\nnumber = \"low-igg\"\nvalue = 7.5\ncitation = \"board of 3 March\"\n";
    assert!(judged(&ask(number)).contains("7.5 g/L"), "the local number is not shown");
    let files = refused(BENCH.post("/workbench/judge", ask("terminology = [\"/etc/codes.csv\"]").to_string()), 400);
    assert!(files[0].message.contains("names no files"), "{files:?}");
    let wrong = refused(BENCH.post("/workbench/judge", ask("numbr = 1").to_string()), 400);
    assert_eq!(wrong[0].pointer, "/config");
}

/// What is saved is a case: the suite reads it, and it is about the card that leads.
#[test]
fn the_case_can_be_saved() {
    let html = judged(&question("car-t-crs", "patient-view", "2026-11-02T09:00:00+01:00"));
    let case = html.split("<pre class=\"case\" hidden>").nth(1).unwrap().split("</pre>").next().unwrap();
    let case = case.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let case: cellwise::fixtures::case::CaseFile = serde_json::from_str(&case).unwrap();
    assert_eq!((case.patient.as_str(), case.hook.as_str()), ("car-t-crs", "patient-view"));
    assert_eq!(case.service, "cell-therapy-follow-up");
    assert_eq!(case.expect.rule, "infection-prophylaxis");
    assert!(html.contains(&format!("<code>{}</code>", case.expect.rule)));
}

#[test]
fn what_is_wrong_with_a_question_is_said_without_quoting_it() {
    let whole = || question("car-t-crs", "patient-view", "2026-11-02");
    for (question, pointer) in [
        (json!({ "hook": "patient-view", "asOf": "2026-11-02" }), "/patient"),
        (merged(whole(), &json!({ "hook": "Jansen" })), "/hook"),
        (merged(whole(), &json!({ "asOf": "Jansen" })), "/asOf"),
        (merged(whole(), &json!({ "service": "Jansen" })), "/service"),
        (merged(whole(), &json!({ "hook": "order-sign" })), "/orders"),
        (merged(whole(), &json!({ "patient": { "name": "Jansen" } })), "/patient"),
        (merged(whole(), &json!({ "patient": { "resourceType": "Bundle" } })), "/patient"),
        (json!("Jansen"), ""),
    ] {
        let issues = refused(BENCH.post("/workbench/judge", question.to_string()), 400);
        assert_eq!(issues[0].pointer, pointer, "{issues:?}");
        assert!(!issues[0].message.contains("Jansen"), "{issues:?}");
    }
}
