//! The server of the EHR: FHIR, SMART App Launch, keys, and the pages of the user.

mod charts;

use std::net::TcpListener;
use std::sync::{Arc, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App as Actix, Error, HttpRequest, HttpResponse, HttpServer, web};
use reqwest::Url;
use serde_json::Value;

use super::data::{Data, PAGE, Reply};
use super::faults::{Fault, Faults};
use super::page::{self, Words};
use super::smart::{self, Authorised, Parameters};
use super::trigger::SLOW;
use super::{State, keys};
use crate::files::reason;
use crate::fixtures::answer::{Answer, capability, outcome};
use cellwise_clinic::Language;
use cellwise_record::AsOf;

/// The pages may be styled and send their own forms, and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// The largest transaction, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// Serves on a thread of its own.
pub(super) fn serve(
    state: Arc<State>,
    listener: TcpListener,
) -> Result<(ServerHandle, JoinHandle<Result<(), String>>), String> {
    let (tell, told) = mpsc::channel();
    let thread = thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let shared = web::Data::from(state);
            let server =
                HttpServer::new(move || Actix::new().app_data(shared.clone()).configure(routes).wrap(from_fn(guard)));
            match server.workers(2).disable_signals().listen(listener) {
                Ok(bound) => {
                    let server = bound.run();
                    let _ = tell.send(Ok(server.handle()));
                    server.await.map_err(|error| reason(&error))
                }
                Err(error) => {
                    let _ = tell.send(Err(reason(&error)));
                    Ok(())
                }
            }
        })
    });
    let handle = told.recv().map_err(|_gone| "the mock EHR did not start".to_owned())??;
    Ok((handle, thread))
}

fn routes(config: &mut web::ServiceConfig) {
    let open = || Cors::default().allow_any_origin().allow_any_method().allow_any_header().send_wildcard();
    config
        .app_data(web::PayloadConfig::new(LARGEST))
        .service(
            web::scope("/fhir")
                .wrap(open())
                .route("/metadata", web::get().to(metadata))
                .route("/.well-known/smart-configuration", web::get().to(smart_configuration))
                .route("", web::post().to(transaction))
                .route("/", web::post().to(transaction))
                .route("/{type}/_search", web::post().to(search))
                .route("/{type}/{id}", web::get().to(read))
                .route("/{type}", web::get().to(search)),
        )
        .service(
            web::scope("/.well-known")
                .wrap(open())
                .route("/jwks.json", web::get().to(jwks))
                .route("/openid-configuration", web::get().to(openid_configuration)),
        )
        .service(web::resource("/smart/token").wrap(open()).route(web::post().to(token)))
        .route("/smart/authorize", web::get().to(authorize))
        .route("/smart/pick", web::get().to(pick))
        .route("/", web::get().to(patients))
        .route("/style.css", web::get().to(style))
        .route("/choices", web::post().to(choices))
        .route("/faults", web::post().to(faults))
        .route("/charts/{name}", web::get().to(charts::chart))
        .route("/charts/{name}/open", web::get().to(charts::open_chart))
        .route("/charts/{name}/hook", web::post().to(charts::hook))
        .route("/charts/{name}/draft", web::post().to(charts::draft))
        .route("/charts/{name}/remove", web::post().to(charts::remove))
        .route("/charts/{name}/accept", web::post().to(charts::accept))
        .route("/charts/{name}/override", web::post().to(charts::override_card))
        .route("/charts/{name}/launch", web::get().to(charts::launch));
}

/// Whether a name of a host is this machine's own.
fn is_own_host(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Other sites in the same browser have no business here: neither by a name that leads to this machine, nor by posting forms.
async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let state = request.app_data::<web::Data<State>>().map(|state| (state.is_loopback, state.base.clone()));
    let (is_loopback, base) = state.unwrap_or_default();
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default().to_owned();
    let is_page = !["/fhir", "/smart/token", "/.well-known"].iter().any(|open| request.path().starts_with(open));
    let is_foreign = text(header::ORIGIN).is_some_and(|origin| {
        origin != base && origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) != Some(&host)
    });
    // Behind a proxy on this machine the name is the proxy's, and the base URL says so.
    let is_ours = !is_loopback
        || is_own_host(&host)
        || Url::parse(&base).is_ok_and(|url| url.host_str().is_some_and(|own| host.starts_with(own)));
    if !is_ours || is_page && request.method() == Method::POST && is_foreign {
        let refused = HttpResponse::Forbidden().content_type("text/plain; charset=utf-8").body("not from here\n");
        return Ok(request.into_response(refused).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn fhir(status: u16, body: String) -> HttpResponse {
    HttpResponse::build(status_of(status))
        .content_type("application/fhir+json")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body)
}

fn json(body: &Value) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body.to_string())
}

async fn metadata(state: web::Data<State>) -> HttpResponse {
    let uris = [("authorize", "authorize"), ("token", "token")]
        .map(|(name, path)| serde_json::json!({ "url": name, "valueUri": format!("{}/smart/{path}", state.base) }));
    let security = serde_json::json!({
        "service": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR" }] }],
        "extension": [{ "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", "extension": uris }],
    });
    let mut body = capability(Some(security));
    if state.faults().has(Fault::Stu3)
        && let Some(version) = body.get_mut("fhirVersion")
    {
        *version = serde_json::json!("3.0.2");
    }
    if let Some(rest) = body.pointer_mut("/rest/0").and_then(Value::as_object_mut) {
        rest.insert("interaction".to_owned(), serde_json::json!([{ "code": "transaction" }]));
    }
    fhir(200, body.to_string())
}

async fn smart_configuration(state: web::Data<State>) -> HttpResponse {
    json(&smart::configuration(&state))
}

async fn openid_configuration(state: web::Data<State>) -> HttpResponse {
    json(&smart::openid(&state))
}

async fn jwks(state: web::Data<State>) -> HttpResponse {
    if state.faults().has(Fault::NoKeys) {
        return HttpResponse::ServiceUnavailable().finish();
    }
    json(&keys::key_set(&[state.cds.key()]))
}

/// What a request may see.
enum Seen {
    Everybody,
    Patient(String),
}

/// Whether a request may have something of a type.
fn opened(request: &HttpRequest, state: &State, of: &str, is_search: bool) -> Result<Seen, Answer> {
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = shown.and_then(|shown| shown.strip_prefix("Bearer ")) else {
        let refused = || Answer::refused(401, "login", "an access token is needed (or start with `--open`)");
        return if state.open { Ok(Seen::Everybody) } else { Err(refused()) };
    };
    let Some(grant) = state.grants().opened(token) else {
        return Err(Answer::refused(401, "login", "the access token is unknown, or has expired"));
    };
    if !(if is_search { grant.scopes.may_search(of) } else { grant.scopes.may_read(of) }) {
        let scopes = grant.scopes.text();
        return Err(Answer::refused(
            403,
            "forbidden",
            &format!("{of} is not within the scopes of the token: {scopes}"),
        ));
    }
    Ok(grant.patient.map_or(Seen::Everybody, Seen::Patient))
}

async fn sent(state: &State, of: &str, reply: Reply) -> HttpResponse {
    if state.faults().concerns(Fault::Slow, of) {
        tokio::time::sleep(SLOW).await;
    }
    fhir(reply.answer.status, reply.text())
}

fn data<T>(state: &State, seen: &Seen, ask: impl FnOnce(&Data<'_>) -> T) -> T {
    let patients = state.patients.read().unwrap_or_else(PoisonError::into_inner);
    let (faults, base) = (state.faults(), state.fhir_base());
    let patient = match seen {
        Seen::Everybody => None,
        Seen::Patient(id) => Some(id.as_str()),
    };
    ask(&Data { patients: &patients, faults: &faults, base: &base, patient, page: PAGE })
}

async fn read(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let (of, id) = (request.match_info().query("type"), request.match_info().query("id"));
    let reply = match opened(&request, &state, of, false) {
        Ok(seen) => data(&state, &seen, |data| data.read(of, id)),
        Err(refusal) => refusal.into(),
    };
    sent(&state, of, reply).await
}

async fn search(request: HttpRequest, form: String, state: web::Data<State>) -> HttpResponse {
    let of = request.match_info().query("type");
    let reply = match opened(&request, &state, of, true) {
        Ok(seen) => data(&state, &seen, |data| data.search(of, request.query_string(), &form)),
        Err(refusal) => refusal.into(),
    };
    sent(&state, of, reply).await
}

/// `POST [base]`: only of an open server, for no token here allows to write.
async fn transaction(body: web::Bytes, state: web::Data<State>) -> HttpResponse {
    if !state.open {
        return fhir(
            403,
            outcome("forbidden", "nothing is written here unless it was started with `--open`").to_string(),
        );
    }
    let Ok(bundle) = serde_json::from_slice::<Value>(&body) else {
        return fhir(400, outcome("structure", "the body is no JSON").to_string());
    };
    let taken = state.patients.write().unwrap_or_else(PoisonError::into_inner).accept(&bundle);
    match taken {
        Ok(response) => fhir(200, response.to_string()),
        Err(refusal) => fhir(refusal.status, refusal.body.to_string()),
    }
}

async fn token(form: web::Form<Parameters>, state: web::Data<State>) -> HttpResponse {
    let answer = smart::token(&state, &form);
    HttpResponse::build(status_of(answer.status))
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(answer.body.to_string())
}

async fn authorize(query: web::Query<Parameters>, state: web::Data<State>) -> HttpResponse {
    match smart::authorise(&state, &query) {
        Authorised::Redirect(url) => to(&url),
        Authorised::Pick(request) => {
            let words = Words::new(&state);
            page(StatusCode::OK, page::pick(&words, &state, &request))
        }
        Authorised::Refused(problem) => {
            let words = Words::new(&state);
            page(StatusCode::BAD_REQUEST, page::refused(&words, &state, &problem))
        }
    }
}

/// By a link, not a form: a browser lets no form lead to another server.
async fn pick(form: web::Query<Parameters>, state: web::Data<State>) -> HttpResponse {
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let picked = state.named(get("patient")).and_then(|patient| smart::picked(&state, get("request"), &patient));
    picked.map_or_else(|| nothing(&state), |url| to(&url))
}

fn to(url: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, url))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

fn page(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // The same origin, for a browser sends `Origin: null` with a form otherwise.
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .body(body)
}

fn nothing(state: &State) -> HttpResponse {
    let words = Words::new(state);
    page(StatusCode::NOT_FOUND, page::refused(&words, state, &words.say("ehr-nothing")))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(include_str!("style.css"))
}

async fn patients(state: web::Data<State>) -> HttpResponse {
    let offers = state.offers().await;
    let words = Words::new(&state);
    page(StatusCode::OK, page::patients(&words, &state, &offers))
}

async fn choices(form: web::Form<Parameters>, state: web::Data<State>) -> HttpResponse {
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    {
        let mut desk = state.desk();
        if let Some(language) = Language::from_code(get("language")) {
            desk.language = language;
        }
        // A day is judged in the morning, as the cases are; none is the present.
        desk.as_of = AsOf::parse(get("date")).map(|as_of| format!("{}T09:00:00+01:00", as_of.date));
    }
    to(&back(get("back")))
}

/// A path of our own to go back to.
fn back(path: &str) -> String {
    let is_own = path.starts_with("/charts/") && !path.contains("//") && !path.contains('\\');
    if is_own { path.to_owned() } else { "/".to_owned() }
}

async fn faults(form: web::Form<Vec<(String, String)>>, state: web::Data<State>) -> HttpResponse {
    let on = form.iter().filter(|(name, _)| name == "fault").filter_map(|(_, name)| Fault::from_name(name));
    let of = form.iter().find(|(name, of)| name == "of" && !of.is_empty()).map(|(_, of)| of.clone());
    *state.faults.write().unwrap_or_else(PoisonError::into_inner) = Faults::new(on, of);
    to("/")
}
