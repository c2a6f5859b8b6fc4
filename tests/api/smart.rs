//! `/course`: the SMART app, from a launch to the course, with a user's own token; and everything that must not work.

mod ehr;
mod identity;
mod patients;
mod sessions;

use std::time::Duration;

use cellwise::client::{Callers, Client, FhirAccess, SmartApp};
use cellwise::gather::FetchSettings;
use cellwise::http::{MetricsSettings, Settings};
use reqwest::blocking::Response;
use reqwest::redirect::Policy;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use self::ehr::{CLIENT_ID, SmartEhr, late, parameters};
use self::patients::{after_car_t, days_ago, patient};
use crate::auth::token::{BASE, P384, jwks};
use crate::helpers::{TestServer, refused};

const CALLBACK: &str = "https://cds.example.org/course/callback";

fn app() -> SmartApp {
    SmartApp {
        client_id: CLIENT_ID.to_owned(),
        scopes: None,
        has_links: true,
        frame_origins: Vec::new(),
        deadline: Duration::from_secs(20),
    }
}

/// A hospital whose EHRs have the app.
fn hospital(ehrs: &[&SmartEhr], change: impl Fn(&mut SmartApp)) -> Settings {
    let client = |(place, ehr): (usize, &&SmartEhr)| {
        let mut smart = app();
        change(&mut smart);
        let fhir = FhirAccess { servers: vec![Url::parse(&ehr.base()).unwrap()], ..FhirAccess::default() };
        let mut client = Client { fhir, smart: Some(smart), ..crate::auth::client(&jwks(&[("ec", &P384)])) };
        if place > 0 {
            client.id = format!("hospital-{place}");
            client.trust.as_mut().unwrap().issuer = format!("https://ehr-{place}.example.org");
        }
        client
    };
    Settings {
        base_url: Some(BASE.parse().unwrap()),
        callers: Callers::Listed(ehrs.iter().enumerate().map(client).collect()),
        metrics: MetricsSettings { listen: None, open: true },
        fetch: FetchSettings { deadline: Duration::from_secs(20), ..FetchSettings::default() },
        ..Settings::default()
    }
}

fn server(ehr: &SmartEhr) -> TestServer {
    TestServer::start(hospital(&[ehr], |_| {}))
}

/// A browser: it keeps cookies, and follows no redirect by itself.
struct Browser<'s> {
    server: &'s TestServer,
    client: reqwest::blocking::Client,
    cookie: Option<String>,
    language: &'static str,
}

impl<'s> Browser<'s> {
    fn new(server: &'s TestServer) -> Self {
        let client = reqwest::blocking::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { server, client, cookie: None, language: "en" }
    }

    fn get(&mut self, path: &str) -> Response {
        let url = format!("http://{}{path}", self.server.address);
        let mut request = self.client.get(url).header("accept-language", self.language);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.send().unwrap();
        if let Some(set) = response.headers().get("set-cookie") {
            self.cookie = Some(set.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
        response
    }

    /// Where a launch sends it.
    fn launched(&mut self, path: &str) -> Url {
        let response = self.get(path);
        assert_eq!(response.status(), 302, "{}", response.text().unwrap());
        Url::parse(response.headers()["location"].to_str().unwrap()).unwrap()
    }

    /// An EHR launch.
    fn launch(&mut self, ehr: &SmartEhr) -> Url {
        self.launched(&launch_of(&ehr.base()))
    }

    /// Comes back from the EHR with a code.
    fn comes_back(&mut self, at: &Url, code: &str) -> Response {
        let state = parameters(at)["state"].clone();
        self.get(&format!("/course/callback?code={code}&state={state}"))
    }

    /// The path of the page that a callback leads to.
    #[track_caller]
    fn path(response: &Response) -> String {
        assert_eq!(response.status(), 302);
        let location = response.headers()["location"].to_str().unwrap();
        assert!(location.starts_with("show/"), "{location}");
        format!("/course/{location}")
    }

    /// The whole way: launch, sign-in, course.
    fn opens(&mut self, ehr: &SmartEhr, patient: &str, change: &Value) -> String {
        let at = self.launch(ehr);
        let code = ehr.sign_in(&at, patient, change);
        let response = self.comes_back(&at, &code);
        Self::path(&response)
    }

    /// A page that is a course.
    #[track_caller]
    fn course(&mut self, path: &str) -> String {
        let response = self.get(path);
        let (status, headers) = (response.status(), response.headers().clone());
        let html = response.text().unwrap();
        assert_eq!(status, 200, "{html}");
        is_strict(&headers, &html);
        assert!(html.contains("class=\"course\""), "{html}");
        html
    }

    /// A page that says why there is none, in both languages.
    #[track_caller]
    fn refused(&mut self, path: &str, status: u16, name: &str) {
        for (language, title) in [("en", "The course can't be shown"), ("nl", "Het beloop kan niet worden getoond")] {
            self.language = language;
            let response = self.get(path);
            let (found, headers) = (response.status(), response.headers().clone());
            let html = response.text().unwrap();
            assert_eq!(found, status, "{html}");
            assert_eq!(headers["content-language"], language);
            is_strict(&headers, &html);
            assert!(html.contains(title) && html.contains(&format!("<code>{name}")), "{name}: {html}");
        }
        self.language = "en";
    }
}

fn launch_of(base: &str) -> String {
    let mut url = Url::parse("http://any/course").unwrap();
    url.query_pairs_mut().append_pair("iss", base).append_pair("launch", "xyz&123");
    format!("/course?{}", url.query().unwrap())
}

/// Whether a page can do nothing but what it is for, and no word is missing.
#[track_caller]
fn is_strict(headers: &reqwest::header::HeaderMap, html: &str) {
    let policy = headers["content-security-policy"].to_str().unwrap();
    for part in
        ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    for missing in [">app-", ">course-", "\"app-", "{ $", " onclick=", " style="] {
        assert!(!html.contains(missing), "{missing}: {html}");
    }
}

#[test]
fn an_ehr_launch_leads_to_the_course_of_the_patient() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    let response = browser.get(&launch_of(&ehr.base()));
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-cellwise="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; Secure; SameSite=Lax"), "{cookie}");
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    let at = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    let asked = parameters(&at);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", CALLBACK),
        ("launch", "xyz&123"),
        ("aud", &ehr.base()),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    assert_eq!((asked["state"].len(), asked["code_challenge"].len()), (43, 43));
    let scopes: Vec<&str> = asked["scope"].split(' ').collect();
    assert_eq!(scopes[..3], ["launch", "openid", "fhirUser"]);
    for scope in ["patient/Patient.rs", "patient/Procedure.rs", "patient/Observation.rs", "patient/Medication.rs"] {
        assert!(scopes.contains(&scope), "{scopes:?}");
    }
    assert!(!scopes.iter().any(|scope| scope.contains('*') || scope.contains("access")), "{scopes:?}");

    let code = ehr.sign_in(&at, "anna", &json!({}));
    let path = Browser::path(&browser.comes_back(&at, &code));
    let form = ehr.forms().pop().unwrap();
    assert_eq!((form["code"].as_str(), form["client_id"].as_str()), (code.as_str(), CLIENT_ID));
    assert!(!form.contains_key("client_secret"));

    let html = browser.course(&path);
    assert!(html.contains("CAR-T of Zwart") && html.contains("Day 0: CAR-T infusion"), "{html}");
    assert!(html.contains("article id=\"c1\""), "{html}");
    // Whose it is, the EHR shows itself.
    assert!(!html.contains("class=\"banner\"") && !html.contains("Anna Zwart"), "{html}");
    assert!(!html.contains("Could not be read"), "{html}");
    assert!(!html.contains("token-1"), "{html}");
    let read = ehr.read_with("token-1-of-anna");
    for kind in ["Patient", "Condition", "Procedure", "MedicationStatement", "Observation", "Encounter"] {
        assert!(read.contains(kind), "{read:?}");
    }
    // Neither the token nor the launch's secrets are in an address, and no patient in one of ours.
    assert!(!ehr.asked().iter().any(|url| url.contains("token-1") || url.contains(&form["code_verifier"])));
    assert!(!path.contains("anna"), "{path}");

    browser.language = "nl-NL";
    let dutch = browser.course(&path);
    assert!(dutch.contains("<h1>Beloop</h1>") && dutch.contains("Dag 0: CAR-T-infusie"), "{dutch}");
    assert!(browser.course(&format!("{path}?lang=en")).contains("<h1>Course</h1>"));
}

#[test]
fn a_standalone_launch_asks_for_a_patient_and_from_where() {
    let (ehr, other) = (SmartEhr::start([patient("anna", "Zwart")]), SmartEhr::start([after_car_t("bea", "Wit")]));
    let one = server(&ehr);
    let mut browser = Browser::new(&one);
    let at = browser.launched("/course");
    let asked = parameters(&at);
    assert!(asked["scope"].starts_with("launch/patient openid "), "{}", asked["scope"]);
    assert!(!asked.contains_key("launch"));
    let code = ehr.sign_in(&at, "anna", &json!({}));
    let path = Browser::path(&browser.comes_back(&at, &code));
    assert!(browser.course(&path).contains("No cell therapy is on record."));

    // Of several EHRs one is chosen.
    let both = TestServer::start(hospital(&[&ehr, &other], |_| {}));
    let mut browser = Browser::new(&both);
    for (language, words) in [("nl", "Kies het EPD"), ("en", "Choose the record system")] {
        browser.language = language;
        let html = browser.get("/course").text().unwrap();
        assert!(html.contains(words) && html.contains("hospital (127.0.0.1)"), "{html}");
    }
    let html = browser.get("/course").text().unwrap();
    let start = html.find("href=\"?iss=").unwrap();
    let links: Vec<&str> = html[start..].split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let second =
        links.iter().find(|link| link.contains(&Url::parse(&other.base()).unwrap().port().unwrap().to_string()));
    let at = browser.launched(&format!("/course{}", second.unwrap().replace("&amp;", "&")));
    let code = other.sign_in(&at, "bea", &json!({}));
    let path = Browser::path(&browser.comes_back(&at, &code));
    assert!(browser.course(&path).contains("CAR-T of Wit"));
}

#[test]
fn a_launch_that_is_none_of_ours_goes_nowhere() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    let stranger = SmartEhr::start([patient("anna", "Zwart")]);
    for iss in [
        stranger.base(),
        format!("{}/../fhir2", ehr.base()),
        format!("{}@evil.example", ehr.base()),
        "http://169.254.169.254/fhir".to_owned(),
        "https://evil.example/fhir".to_owned(),
        format!("{}/{}", ehr.base(), "a".repeat(2000)),
        "no address".to_owned(),
    ] {
        browser.refused(&launch_of(&iss), 403, "unknown-server");
    }
    assert!(stranger.asked().is_empty());
    let base = ehr.base();
    for path in [
        "/course?launch=xyz".to_owned(),
        format!("/course?iss={base}&iss={base}&launch=a"),
        format!("/course?iss={base}&launch=a&launch=b"),
    ] {
        browser.refused(&path, 403, "not-a-launch");
    }
    assert!(browser.cookie.is_none());
}

#[test]
fn an_ehr_that_can_not_sign_in_safely_is_not_used() {
    for (change, status, name) in [
        (json!({ "code_challenge_methods_supported": null }), 424, "no-pkce"),
        (json!({ "code_challenge_methods_supported": ["plain"] }), 424, "no-pkce"),
        (json!({ "authorization_endpoint": null }), 424, "no-configuration no-authorization-endpoint"),
        (
            json!({ "authorization_endpoint": "http://ehr.example.org/a" }),
            424,
            "no-configuration no-authorization-endpoint",
        ),
        (json!({ "token_endpoint": "http://ehr.example.org/t" }), 424, "no-configuration no-token-endpoint"),
    ] {
        let ehr = SmartEhr::start([patient("anna", "Zwart")]);
        ehr.configure(change);
        let server = server(&ehr);
        Browser::new(&server).refused(&launch_of(&ehr.base()), status, name);
    }
    // One that is away: nothing listens there.
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let mut settings = hospital(&[&ehr], |_| {});
    let mut clients = settings.callers.all().to_vec();
    clients[0].fhir.servers = vec!["http://127.0.0.1:1/fhir".parse().unwrap()];
    settings.callers = Callers::Listed(clients);
    let server = TestServer::start(settings);
    Browser::new(&server).refused(&launch_of("http://127.0.0.1:1/fhir"), 424, "no-configuration unreachable");
}

#[test]
fn what_the_ehr_refuses_is_said_in_words() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let server = server(&ehr);
    for (error, name) in [
        ("access_denied", "denied access_denied"),
        ("%3Cscript%3E", "denied other"),
        ("access_denied&error_description=%3Cb%3ENo", "denied access_denied"),
    ] {
        let mut browser = Browser::new(&server);
        let at = browser.launch(&ehr);
        let state = parameters(&at)["state"].clone();
        let response = browser.get(&format!("/course/callback?error={error}&state={state}"));
        assert_eq!(response.status(), 403);
        let html = response.text().unwrap();
        assert!(html.contains(&format!("<code>{name}</code>")) && !html.contains("<b>"), "{html}");
        // The launch is over with it.
        browser.refused(&format!("/course/callback?code=a&state={state}"), 410, "launch-over");
    }
    let mut browser = Browser::new(&server);
    browser.refused("/course/callback?error=access_denied", 403, "denied access_denied");
    let at = browser.launch(&ehr);
    let state = parameters(&at)["state"].clone();
    let response = browser.get(&format!("/course/callback?state={state}"));
    assert_eq!(response.status(), 424);
    assert!(response.text().unwrap().contains("<code>no-token no-code</code>"));
    // A code that the EHR does not take, and an answer that is from somebody else.
    let at = browser.launch(&ehr);
    let response = browser.comes_back(&at, "a-code-of-nobody");
    assert!(response.text().unwrap().contains("<code>no-token refused</code>"));
    let at = browser.launch(&ehr);
    let code = ehr.sign_in(&at, "anna", &json!({}));
    let response = browser.comes_back(&at, &format!("{code}&iss=https://evil.example"));
    assert!(response.text().unwrap().contains("<code>no-token other-issuer</code>"));
    let at = browser.launch(&ehr);
    let code = ehr.sign_in(&at, "anna", &json!({}));
    let response = browser.comes_back(&at, &format!("{code}&iss={}", ehr.issuer()));
    Browser::path(&response);
}

#[test]
fn without_a_patient_or_a_token_there_is_no_course() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let server = server(&ehr);
    for (change, name) in [
        (json!({ "patient": null }), "no-patient"),
        (json!({ "patient": "" }), "no-patient"),
        (json!({ "patient": "../x y" }), "no-patient"),
        (json!({ "access_token": null }), "no-token no-token"),
        (json!({ "token_type": "mac" }), "no-token no-bearer-token"),
    ] {
        let mut browser = Browser::new(&server);
        let at = browser.launch(&ehr);
        let code = ehr.sign_in(&at, "anna", &change);
        let response = browser.comes_back(&at, &code);
        let status = response.status();
        let html = response.text().unwrap();
        assert_eq!(status, 424, "{change}: {html}");
        assert!(html.contains(&format!("<code>{name}</code>")), "{change}: {html}");
    }
}

#[test]
fn what_can_not_be_read_is_named_and_never_none() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart"), patient("bea", "Wit")]);
    let server = TestServer::start(hospital(&[&ehr], |app| app.deadline = Duration::from_secs(2)));
    let mut browser = Browser::new(&server);
    ehr.answer_otherwise("Procedure", ResponseTemplate::new(403));
    ehr.answer_otherwise("AllergyIntolerance", ResponseTemplate::new(404));
    ehr.answer_otherwise("Encounter", late());
    let path = browser.opens(&ehr, "bea", &json!({}));
    let html = browser.course(&path);
    for said in [
        "Could not be read:",
        "procedures: the record system does not show you this",
        "allergies: the record system has no such data",
        "stays and visits: the record system took too long",
        "Whether there was a cell therapy is not known.",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(!html.contains("No cell therapy is on record"), "{html}");
    browser.language = "nl";
    let dutch = browser.course(&path);
    assert!(dutch.contains("verrichtingen: het EPD toont u dit niet") && dutch.contains("nooit als niets"), "{dutch}");
}

#[test]
fn a_patient_without_a_cell_therapy_is_said_to_have_had_none() {
    let ehr = SmartEhr::start([patient("bea", "Wit")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    let path = browser.opens(&ehr, "bea", &json!({}));
    let html = browser.course(&path);
    assert!(
        html.contains("<strong>No cell therapy is on record.</strong>") && !html.contains("Could not be read"),
        "{html}"
    );
}

#[test]
fn a_banner_is_shown_unless_the_ehr_has_one() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    for (banner, expected) in [(json!(true), true), (json!(null), true), (json!(false), false)] {
        let path = browser.opens(&ehr, "anna", &json!({ "need_patient_banner": banner }));
        let html = browser.course(&path);
        assert_eq!(html.contains("<strong>Anna Zwart</strong>, born 3 Apr 1961"), expected, "{banner}: {html}");
    }
    ehr.answer_otherwise("Patient", ResponseTemplate::new(403));
    let path = browser.opens(&ehr, "anna", &json!({ "need_patient_banner": true }));
    let html = browser.course(&path);
    assert!(
        html.contains("Name not known") && html.contains("patient data: the record system does not show you"),
        "{html}"
    );
}

#[test]
fn the_page_opens_at_the_card_that_was_followed() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    let context = |rule: &str| json!({ "appContext": json!({ "rule": rule }).to_string() });
    let path = browser.opens(&ehr, "anna", &context("infection-prophylaxis"));
    let (path, fragment) = path.split_once('#').unwrap();
    assert_eq!(fragment, "opened");
    let html = browser.course(path);
    let opened = html.find("id=\"opened\"").unwrap();
    let card = html[opened..].split("</article>").next().unwrap();
    assert!(card.contains("article id=\"c") && card.to_lowercase().contains("prophylaxis"), "{card}");
    // A card about an order is not in the picture, and the page says so; what is no rule is nothing.
    let path = browser.opens(&ehr, "anna", &context("live-vaccine-after-cell-therapy"));
    let html = browser.course(path.split('#').next().unwrap());
    assert!(html.contains("id=\"opened\"") && html.contains("The card that you came from is not shown here"), "{html}");
    assert!(html.contains("href=\"../../rules/live-vaccine-after-cell-therapy?lang=en\""), "{html}");
    let path = browser.opens(&ehr, "anna", &context("<b>nothing"));
    let html = browser.course(path.split('#').next().unwrap());
    assert!(!html.contains("id=\"opened\"") && !html.contains("<b>nothing"), "{html}");
}

#[test]
fn a_day_that_is_over_is_judged_without_what_came_later() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    let path = browser.opens(&ehr, "anna", &json!({}));
    let today = browser.course(&path);
    assert!(today.contains("39.1") && today.contains("CAR-T of Zwart"), "{today}");
    let html = browser.course(&format!("{path}?as-of={}", days_ago(5)));
    assert!(html.contains("CAR-T of Zwart") && !html.contains("39.1"), "{html}");
    assert!(html.contains("entries dated later are left out") && !html.contains("Could not be read"), "{html}");
    let before = browser.course(&format!("{path}?as-of={}", days_ago(20)));
    assert!(!before.contains("CAR-T of Zwart") && before.contains("No cell therapy is on record."), "{before}");
    for odd in ["x", "2999-01-01", "0001-01-01", "2026-13-01", ""] {
        assert!(browser.course(&format!("{path}?as-of={odd}")).contains("39.1"), "{odd}");
    }
}

#[test]
fn who_may_frame_it_is_a_setting_and_the_cookie_fits() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let framed = hospital(&[&ehr], |app| app.frame_origins = vec!["https://ehr.hospital.example".to_owned()]);
    let server = TestServer::start(framed);
    let mut browser = Browser::new(&server);
    let response = browser.get(&launch_of(&ehr.base()));
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"), "{cookie}");
    let path = browser.opens(&ehr, "anna", &json!({}));
    for path in [path.as_str(), "/course/show/nothing", "/course/callback"] {
        let response = browser.get(path);
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.ends_with("frame-ancestors https://ehr.hospital.example"), "{path}: {policy}");
    }
}

#[test]
fn scopes_of_the_hospital_are_asked_for_instead() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let scopes = ["openid", "fhirUser", "patient/*.read"].map(str::to_owned).to_vec();
    let server = TestServer::start(hospital(&[&ehr], |app| app.scopes = Some(scopes.clone())));
    let at = Browser::new(&server).launch(&ehr);
    assert_eq!(parameters(&at)["scope"], "launch openid fhirUser patient/*.read");
}

#[test]
fn without_the_app_nothing_is_served() {
    let server = crate::auth::closed();
    for path in ["/course", "/course/callback", "/course/show/x", "/course/style.css", "/course/script.js"] {
        refused(server.get(path), 404);
    }
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let server = self::server(&ehr);
    for (path, kind) in [("style.css", "text/css; charset=utf-8"), ("script.js", "text/javascript")] {
        let response = server.get(&format!("/course/{path}"));
        assert_eq!((response.status().as_u16(), &response.headers()["content-type"]), (200, &kind.parse().unwrap()));
    }
    // What is good once is not used up by whoever only looks.
    let mut browser = Browser::new(&server);
    let at = browser.launch(&ehr);
    let code = ehr.sign_in(&at, "anna", &json!({}));
    let callback = format!("/course/callback?code={code}&state={}", parameters(&at)["state"]);
    for method in [Method::HEAD, Method::POST] {
        assert_eq!(server.request(method, &callback).send().unwrap().status(), 405);
    }
    Browser::path(&browser.comes_back(&at, &code));
}

#[test]
fn cards_link_to_the_app_where_the_ehr_has_it() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let request = std::fs::read_to_string("fixtures/requests/steroid-after-car-t.json").unwrap();
    let call = |settings: Settings| {
        let callers = Callers::Anyone(Client { trust: None, ..settings.callers.all()[0].clone() });
        let engine = cellwise::engine::Engine::load().unwrap().at(Some(BASE));
        let server = TestServer::of(std::sync::Arc::new(engine), Settings { callers, ..settings });
        let request: Value = serde_json::from_str(&request).unwrap();
        let cards = crate::helpers::cards(server.call("cell-therapy-order-safety", &request));
        assert!(!cards.is_empty());
        cards
    };
    for card in call(hospital(&[&ehr], |_| {})) {
        let links = card["links"].as_array().unwrap();
        let smart: Vec<&Value> = links.iter().filter(|link| link["type"] == "smart").collect();
        assert_eq!(smart.len(), 1, "{card}");
        assert_eq!(
            (smart[0]["url"].as_str(), smart[0]["label"].as_str()),
            (Some("https://cds.example.org/course"), Some("Course of this patient"))
        );
        let context: Value = serde_json::from_str(smart[0]["appContext"].as_str().unwrap()).unwrap();
        assert_eq!(context, json!({ "rule": card["extension"]["dev.cellwise.evaluation"]["rule"] }));
        assert!(smart[0].get("autolaunchable").is_none());
    }
    for settings in [hospital(&[&ehr], |app| app.has_links = false), Settings::default()] {
        for card in call(settings) {
            assert!(!card.to_string().contains("\"smart\""), "{card}");
        }
    }
}
