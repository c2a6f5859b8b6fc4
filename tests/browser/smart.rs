//! The SMART app in a real browser: from an EHR of another site to the course and back, in a window and in a frame of the EHR.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use cellwise::client::{Callers, Client, FhirAccess, SmartApp};
use cellwise::fixtures::query::Query;
use cellwise::gather::FetchSettings;
use cellwise::http::{Server, Settings};
use cellwise_clinic::Language;
use reqwest::Url;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::driver::{Browser, installed};
use crate::patients::after_car_t;
use crate::{ENGINE, MOST_SHEETS, TURN, assert_sound, inaccessible, is_of_browser, pages_of};

/// An EHR at `localhost`, where the app is at `127.0.0.1`: two sites for a browser. It signs everybody in at once.
struct Ehr {
    _server: MockServer,
    uri: String,
    /// The types that were read, in their order.
    read: Arc<Mutex<Vec<String>>>,
}

impl Ehr {
    fn start(app: &str) -> Self {
        let runtime = actix_web::rt::System::new();
        let server = runtime.block_on(MockServer::start());
        let uri = server.uri().replace("127.0.0.1", "localhost");
        let read = Arc::new(Mutex::new(Vec::new()));
        let (record, kept, own, app) = (after_car_t("anna", "Zwart"), Arc::clone(&read), uri.clone(), app.to_owned());
        let answer = move |request: &Request| answer(request, &record, &own, &app, &kept);
        runtime.block_on(Mock::given(any()).respond_with(answer).mount(&server));
        Self { _server: server, uri, read }
    }

    fn reads(&self, kind: &str) -> usize {
        self.read.lock().unwrap().iter().filter(|of| *of == kind).count()
    }
}

fn page(body: &str) -> ResponseTemplate {
    let html = format!("<!doctype html><html lang=\"en\"><title>EHR</title><body>{body}</body></html>");
    ResponseTemplate::new(200).set_body_raw(html, "text/html; charset=utf-8")
}

fn answer(request: &Request, record: &Value, uri: &str, app: &str, read: &Mutex<Vec<String>>) -> ResponseTemplate {
    let launch = format!("{app}/course?iss={uri}/fhir&amp;launch=1");
    match request.url.path() {
        "/chart" => page(&format!("<a id=\"open\" href=\"{launch}\">course</a>")),
        "/framing" => page(&format!("<iframe title=\"course\" width=\"1200\" height=\"800\" src=\"{launch}\"></iframe>")),
        "/fhir/.well-known/smart-configuration" => ResponseTemplate::new(200).set_body_json(json!({
            "authorization_endpoint": format!("{uri}/authorize"), "token_endpoint": format!("{uri}/token"),
            "code_challenge_methods_supported": ["S256"], "capabilities": ["launch-ehr"],
        })),
        "/authorize" => {
            let of = |name: &str| request.url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
            let mut back = Url::parse(&of("redirect_uri")).unwrap();
            back.query_pairs_mut().append_pair("code", "once").append_pair("state", &of("state"));
            ResponseTemplate::new(302).insert_header("location", back.as_str())
        }
        "/token" => ResponseTemplate::new(200).set_body_json(json!({
            "access_token": "of-the-user", "token_type": "Bearer", "expires_in": 600, "scope": "launch", "patient": "anna",
            "need_patient_banner": true, "appContext": "{\"rule\":\"infection-prophylaxis\"}",
        })),
        path => {
            let what = path.trim_start_matches("/fhir/");
            let kind = what.split('/').next().unwrap().to_owned();
            // What the user may not see.
            let is_denied = kind == "Consent";
            read.lock().unwrap().push(kind);
            let query = request.url.query().map_or_else(|| what.to_owned(), |query| format!("{what}?{query}"));
            match Query::parse(&query) {
                _ if is_denied => ResponseTemplate::new(403),
                Some(query) if query.id().is_some() => match query.read(record) {
                    Some(resource) => ResponseTemplate::new(200).set_body_json(resource),
                    None => ResponseTemplate::new(404),
                },
                Some(query) => ResponseTemplate::new(200).set_body_json(query.search(record, 0, usize::MAX).0),
                None => ResponseTemplate::new(404),
            }
        }
    }
}

/// A free port, and the address of a server that will be there.
fn somewhere() -> (std::net::SocketAddr, String) {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    (address, format!("http://{address}"))
}

/// A server with the app; `frames` may frame it. It ends with the tests.
fn serve(listen: std::net::SocketAddr, base: &str, ehr: &Ehr, frames: &[String]) {
    let smart = SmartApp {
        client_id: "cellwise-course".to_owned(),
        scopes: None,
        has_links: true,
        frame_origins: frames.to_vec(),
        deadline: Duration::from_secs(20),
    };
    let fhir = FhirAccess { servers: vec![format!("{}/fhir", ehr.uri).parse().unwrap()], ..FhirAccess::default() };
    let settings = Settings {
        listen,
        workers: 1,
        base_url: Some(base.parse().unwrap()),
        callers: Callers::Anyone(Client { fhir, smart: Some(smart), ..Client::anonymous() }),
        fetch: FetchSettings { cache_for: Duration::ZERO, ..FetchSettings::default() },
        ..Settings::default()
    };
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = Server::bind(Arc::clone(&ENGINE), settings).unwrap();
            send.send(()).unwrap();
            server.run().await.unwrap();
        });
    });
    receive.recv().unwrap();
}

#[test]
fn a_launch_leads_to_a_picture_that_can_be_seen_read_and_reached() {
    let Some(chromium) = installed() else { return };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (listen, base) = somewhere();
    let ehr = Ehr::start(&base);
    serve(listen, &base, &ehr, &[]);
    let browser = Browser::start(chromium);
    // The link of the EHR, the sign-in, the way back: the user presses once.
    browser.open(&format!("{}/chart", ehr.uri), 1280);
    browser.eval("document.querySelector('#open').click(); 0");
    browser.wait_for("location.pathname.startsWith('/course/show/') && document.readyState === 'complete'");
    browser.wait_for("document.querySelector('.course') !== null");
    let text = |selector: &str| browser.eval(&format!("document.querySelector('{selector}').textContent"));
    assert!(text(".banner").as_str().unwrap().starts_with("Anna Zwart, born"));
    assert!(text(".lacking").as_str().unwrap().contains("the record system does not show you this"));
    // It opens at the card that was followed; the address tells nothing of it, nor of the patient.
    assert_eq!(browser.eval("location.hash"), "#opened");
    browser.wait_for("document.querySelector(':target') !== null");
    let place = browser.eval("document.querySelector('#opened').getBoundingClientRect().top").as_f64().unwrap();
    assert!((0.0..900.0).contains(&place), "{place}");
    let address = browser.eval("location.href").as_str().unwrap().to_lowercase();
    for word in ["anna", "zwart", "prophylaxis", "token", "of-the-user"] {
        assert!(!address.contains(word), "{address}");
    }
    // Nothing is kept by scripts, and no script sees the cookie.
    assert_eq!(browser.eval("document.cookie.length + localStorage.length + sessionStorage.length"), 0);
    let own = browser.eval("location.origin + location.pathname").as_str().unwrap().to_owned();
    for language in Language::ALL {
        for width in [380, 1280, 1600] {
            let at = format!("{} {width}", language.code());
            browser.open(&format!("{own}?lang={}", language.code()), width);
            assert_sound(&browser, &at);
            let elsewhere: Vec<String> =
                browser.requested().into_iter().filter(|url| !url.starts_with(&base)).collect();
            assert!(elsewhere.iter().all(|url| is_of_browser(url)), "{at}: {elsewhere:?}");
            assert_eq!(browser.eval("document.querySelector('#print').hidden"), false);
        }
    }
    // By keyboard: the first stops are the date and its button, then the marks.
    browser.press("Tab", 9, "");
    assert_eq!(browser.eval("document.activeElement.id"), "as-of");
    // Another day, by the form.
    browser.eval(
        "const day = document.querySelector('#as-of'); day.stepDown(5); document.querySelector('.controls').requestSubmit(); 0",
    );
    browser.wait_for("location.search.includes('as-of=') && document.readyState === 'complete'");
    browser.wait_for("document.querySelectorAll('.notice').length === 2");
    assert_eq!(browser.eval("document.documentElement.lang"), Language::ALL.last().unwrap().code());
    let pdf = browser.call("Page.printToPDF", json!({ "printBackground": false }));
    assert!((1..=MOST_SHEETS).contains(&pages_of(&pdf)));
    // A page that says why there is none can be read, too.
    for (path, width) in [("/course?iss=https://other.example/fhir&launch=1", 380), ("/course/show/nothing", 1600)] {
        browser.open(&format!("{base}{path}"), width);
        assert_eq!(inaccessible(&browser), json!([]), "{path}");
        let overflow = browser.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(overflow, 0, "{path}");
    }
}

#[test]
fn a_frame_of_the_ehr_shows_it_where_that_is_allowed() {
    let Some(chromium) = installed() else { return };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (listen, base) = somewhere();
    let ehr = Ehr::start(&base);
    serve(listen, &base, &ehr, std::slice::from_ref(&ehr.uri));
    let browser = Browser::start(chromium);
    browser.open(&format!("{}/framing", ehr.uri), 1280);
    // The way through the sign-in stays within the frame, and the cookie comes back there: else nothing would be read.
    let started = Instant::now();
    while ehr.reads("Patient") == 0 {
        assert!(started.elapsed() < Duration::from_secs(30), "no course in the frame");
        thread::sleep(Duration::from_millis(50));
    }
    // Another site may not: the browser refuses to show the page that says so.
    let (listen, base) = somewhere();
    let other = Ehr::start(&base);
    serve(listen, &base, &other, &["https://ehr.hospital.example".to_owned()]);
    browser.open(&format!("{}/framing", other.uri), 1280);
    browser.wait_for("document.readyState === 'complete'");
    let started = Instant::now();
    while !browser.complaints().iter().any(|complaint| complaint.contains("frame-ancestors")) {
        assert!(started.elapsed() < Duration::from_secs(30), "it was framed: {:?}", browser.complaints());
        thread::sleep(Duration::from_millis(50));
    }
}
