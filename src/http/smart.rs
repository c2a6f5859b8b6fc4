//! `/course`: the SMART app (SMART App Launch 2.2), from an EHR launch or a standalone one to the course of the patient in context.
//!
//! Nothing is stored: a launch waits in memory until the browser comes back, a session holds the user's token until it ends. Both
//! are found by a secret of which the memory has the digest only, and belong to the browser that has the cookie. Each launch has an
//! address of its own, so that two patients that are open beside each other stay apart.

mod cookie;
mod ehr;
mod show;

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder, mime, web};
use reqwest::Url;

use super::error::ApiError;
use super::identity::SentBy;
use super::rules::{asked_language, language_of};
use super::shared::{Configured, InForce};
use super::{Shared, error, page};
use crate::client::{AccessToken, Client, SmartApp};
use crate::gather;
use crate::smart::{self, Asking, Choice, Digest, Kept, Refused, Secret};
use cellwise_clinic::Language;

pub(super) use ehr::Ehrs;

/// The route of a page with a course.
pub(super) const SHOW: &str = "/course/show/{session}";

/// Launches that wait at most. Anybody can begin one: when there are more, the oldest goes.
const MOST_LAUNCHES: usize = 5_000;
/// How long a user may take to sign in.
const LAUNCH_FOR: Duration = Duration::from_mins(10);
/// Sessions at most. Only a user of an EHR has one: when there are more, the one that would end first goes.
const MOST_SESSIONS: usize = 1_000;
/// How long a session lasts at most, whatever the token: whoever comes to the same browser later is somebody else.
const SESSION_FOR: Duration = Duration::from_mins(30);
/// How long a token is used of which nobody says how long it is good.
const UNSAID_FOR: Duration = Duration::from_mins(5);
/// The longest parameter: the codes and launches of some EHRs are whole JSON Web Tokens.
const LONGEST: usize = 8 * 1024;

/// The longest address of a FHIR server.
const LONGEST_SERVER: usize = 1024;

/// What lives as long as the process: launches that wait for their user, and users who may look.
pub(super) struct Visits {
    pub(super) launches: Kept<Arc<Launch>>,
    pub(super) sessions: Kept<Arc<Session>>,
}

impl Default for Visits {
    fn default() -> Self {
        Self { launches: Kept::new(MOST_LAUNCHES), sessions: Kept::new(MOST_SESSIONS) }
    }
}

/// A launch whose user is at the EHR. It is used once.
pub(super) struct Launch {
    /// The id of the client.
    client: String,
    /// The FHIR server, as the launch named it.
    server: String,
    ehr: Arc<ehr::Ehr>,
    verifier: Secret,
    redirect_uri: String,
    /// Whether it was asked who the user is.
    asks_who: bool,
    browser: Digest,
    /// The language that the launch asks for.
    language: Option<Language>,
}

/// A user who may look at the course of one patient.
pub(super) struct Session {
    client: String,
    server: String,
    token: AccessToken,
    patient: String,
    encounter: Option<String>,
    /// Who it is, as the EHR names them.
    user: Option<String>,
    needs_banner: bool,
    /// The rule whose card led here.
    rule: Option<String>,
    browser: Digest,
}

/// `GET /course`: the launch. Leads the browser to the EHR's authorization server.
pub(super) async fn launch(
    request: HttpRequest,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let base = base(&now)?;
    let answer = begin(&request, &shared, &now, base).await;
    Ok(answer.unwrap_or_else(|refused| no_course(&request, &now, refused, "course/", &frames(&now))))
}

/// `GET /course/callback`: the browser comes back from the EHR. Leads it to the course.
pub(super) async fn callback(
    request: HttpRequest,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    base(&now)?;
    let answer = come_back(&request, &shared, &now).await;
    Ok(answer.unwrap_or_else(|refused| no_course(&request, &now, refused, "", &frames(&now))))
}

/// `GET /course/show/{session}`: the course, read from the EHR for this page.
pub(super) async fn show(
    request: HttpRequest,
    id: web::Path<String>,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    base(&now)?;
    let answer = show::page(&request, &id, &shared, &now).await;
    Ok(answer.unwrap_or_else(|refused| no_course(&request, &now, refused, "../", &frames(&now))))
}

/// `GET /course/style.css`.
pub(super) async fn style(now: InForce) -> Result<HttpResponse, ApiError> {
    base(&now)?;
    Ok(file(mime::TEXT_CSS_UTF_8, smart::style()))
}

/// `GET /course/script.js`.
pub(super) async fn script(now: InForce) -> Result<HttpResponse, ApiError> {
    base(&now)?;
    Ok(file(mime::TEXT_JAVASCRIPT, smart::script()))
}

fn file(kind: mime::Mime, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(text)
}

/// The address by which this server is reached, where some EHR has the app. Else nothing is served here.
fn base(now: &Configured) -> Result<&Url, ApiError> {
    apps(now).next().and(now.settings.base_url.as_ref()).ok_or(ApiError::NoSuchPath)
}

/// The clients that have the app.
fn apps(now: &Configured) -> impl Iterator<Item = (&Client, &SmartApp)> {
    now.settings.callers.all().iter().filter_map(|client| Some((client, client.smart.as_ref()?)))
}

/// A client that has the app.
fn app_of<'n>(now: &'n Configured, client: &str) -> Option<(&'n Client, &'n SmartApp)> {
    apps(now).find(|(of, _)| of.id == client)
}

/// A FHIR server of a client, as somebody names it.
fn listed(client: &Client, server: &str) -> Option<Url> {
    gather::listed_server(server, &client.fhir)
}

/// The origins that may frame some app: of a page of which the client is not known.
fn frames(now: &Configured) -> Vec<String> {
    apps(now).flat_map(|(_, app)| app.frame_origins.clone()).collect()
}

/// Starts a launch, or asks where from.
async fn begin(request: &HttpRequest, shared: &Shared, now: &Configured, base: &Url) -> Result<HttpResponse, Refused> {
    let query = Query::of(request)?;
    let (server, launch) = (query.one("iss")?, query.one("launch")?);
    let Some(server) = server else {
        return if launch.is_some() { Err(Refused::NotALaunch) } else { standalone(request, shared, now, base).await };
    };
    start(request, shared, now, base, server, launch).await
}

/// A launch from outside an EHR: from the one that there is, or the one that is chosen.
async fn standalone(
    request: &HttpRequest,
    shared: &Shared,
    now: &Configured,
    base: &Url,
) -> Result<HttpResponse, Refused> {
    let mut servers: Vec<(&Client, &Url)> =
        apps(now).flat_map(|(client, _)| client.fhir.servers.iter().map(move |server| (client, server))).collect();
    if let [(_, only)] = servers.as_slice() {
        return start(request, shared, now, base, only.as_str(), None).await;
    }
    servers.sort_by(|(one, _), (other, _)| one.id.cmp(&other.id));
    let language = language_of(request, now);
    let choice = |(client, server): (&Client, &Url)| {
        let mut query = Url::clone(base);
        query.query_pairs_mut().clear().append_pair("iss", server.as_str()).append_pair("lang", language.code());
        let href = format!("?{}", query.query().unwrap_or_default());
        Choice { name: format!("{} ({})", client.id, server.host_str().unwrap_or_default()), href }
    };
    let choices: Vec<Choice> = servers.into_iter().map(choice).collect();
    Ok(html(HttpResponse::Ok(), language, &frames(now)).body(smart::choice(&now.engine, language, &choices)))
}

/// Sends the browser to the EHR that a launch names, if it is one of ours.
async fn start(
    request: &HttpRequest,
    shared: &Shared,
    now: &Configured,
    base: &Url,
    server: &str,
    launch: Option<&str>,
) -> Result<HttpResponse, Refused> {
    if server.len() > LONGEST_SERVER {
        return Err(Refused::UnknownServer);
    }
    let of = |(client, app): (_, _)| Some((client, app, listed(client, server)?));
    let (client, app, address) = apps(now).find_map(of).ok_or(Refused::UnknownServer)?;
    known(request, client);
    let ehr = now.ehrs.of(client, app, &address, now).await?;
    let says_who = ehr.users.is_some();
    let (scopes, asks_who) = smart::scopes(app, now.engine.knowledge(), launch.is_none(), says_who);
    let new = || Secret::new().ok_or(Refused::Fault);
    let (state, verifier) = (new()?, new()?);
    let browser = match cookie::of(request).next() {
        Some(browser) => browser,
        None => new()?,
    };
    let redirect_uri = format!("{}/course/callback", base.as_str().trim_end_matches('/'));
    let asking = Asking {
        endpoint: &ehr.configuration.authorization_endpoint,
        app,
        redirect_uri: &redirect_uri,
        launch,
        scopes: &scopes,
        server,
        state: &state,
        verifier: &verifier,
    };
    let response =
        redirect(asking.address().as_str()).insert_header((header::SET_COOKIE, cookie::set(&browser, app))).finish();
    let waiting = Launch {
        client: client.id.clone(),
        server: server.to_owned(),
        ehr,
        verifier,
        redirect_uri,
        asks_who,
        browser: browser.digest(),
        language: asked_language(request),
    };
    shared.visits.launches.put(state.digest(), Instant::now() + LAUNCH_FOR, Arc::new(waiting));
    Ok(response)
}

/// Takes what the EHR sent along: a code for a token, or why there is none.
async fn come_back(request: &HttpRequest, shared: &Shared, now: &Configured) -> Result<HttpResponse, Refused> {
    let query = Query::of(request)?;
    let (state, error) = (query.one("state")?, query.one("error")?);
    // Whatever becomes of it, a launch comes back once.
    let launch = state.and_then(Secret::read).and_then(|state| shared.visits.launches.take(&state.digest()));
    let Some(launch) = launch else {
        return Err(error.map_or(Refused::LaunchOver, |error| Refused::Denied(known_error(error))));
    };
    if !cookie::of(request).any(|browser| browser.digest() == launch.browser) {
        return Err(Refused::OtherBrowser);
    }
    let (client, app) = app_of(now, &launch.client).ok_or(Refused::LaunchOver)?;
    known(request, client);
    if let Some(error) = error {
        return Err(Refused::Denied(known_error(error)));
    }
    // Who says who it is (RFC 9207) must be whom the browser was sent to.
    let issuer = launch.ehr.configuration.issuer.as_deref();
    if let (Some(said), Some(issuer)) = (query.one("iss")?, issuer)
        && said != issuer
    {
        return Err(Refused::NoToken("other-issuer"));
    }
    let code = query.one("code")?.ok_or(Refused::NoToken("no-code"))?;
    let grant = launch.ehr.grant(app, now, code, &launch.redirect_uri, &launch.verifier).await?;
    let patient = grant.patient.ok_or(Refused::NoPatient)?;
    let user = match (&grant.id_token, &launch.ehr.users) {
        (Some(said), Some(users)) if launch.asks_who => {
            let user = users.user(said, &app.client_id, now.settings.tokens.clock_skew).await;
            user.map_err(Refused::UserNotProven)?
        }
        _ => None,
    };
    let id = Secret::new().ok_or(Refused::Fault)?;
    let until = Instant::now() + grant.expires_in.unwrap_or(UNSAID_FOR).min(SESSION_FOR);
    let language = launch.language.map(|language| format!("?lang={}", language.code())).unwrap_or_default();
    let opened = if grant.rule.is_some() { "#opened" } else { "" };
    let session = Session {
        client: launch.client.clone(),
        server: launch.server.clone(),
        token: grant.token,
        patient,
        encounter: grant.encounter,
        user,
        needs_banner: grant.needs_banner,
        rule: grant.rule,
        browser: launch.browser,
    };
    shared.visits.sessions.put(id.digest(), until, Arc::new(session));
    Ok(redirect(&format!("show/{}{language}{opened}", id.reveal())).finish())
}

/// The errors of RFC 6749 and `OpenID` Connect that a page names; others are only counted as such.
fn known_error(error: &str) -> &'static str {
    const ERRORS: [&str; 10] = [
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_response_type",
        "server_error",
        "temporarily_unavailable",
        "login_required",
        "interaction_required",
        "consent_required",
    ];
    ERRORS.into_iter().find(|known| *known == error).unwrap_or("other")
}

/// Notes which client a request is about, for the log.
fn known(request: &HttpRequest, client: &Client) {
    tracing::Span::current().record("client", client.id.as_str());
    request.extensions_mut().insert(SentBy(client.id.clone()));
}

/// The parameters of an address.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(request: &HttpRequest) -> Result<Self, Refused> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        pairs.map(|pairs| Self(pairs.into_inner())).map_err(|_error| Refused::NotALaunch)
    }

    /// A parameter that is there once, and says something.
    fn one(&self, name: &str) -> Result<Option<&str>, Refused> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next().filter(|value| !value.is_empty());
        if values.next().is_some() || first.is_some_and(|value| value.len() > LONGEST) {
            return Err(Refused::NotALaunch);
        }
        Ok(first)
    }
}

fn redirect(to: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Found();
    response
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"));
    response
}

/// The head of a page that the pages of these origins may frame, and nobody else.
fn html(response: HttpResponseBuilder, language: Language, frame_origins: &[String]) -> HttpResponseBuilder {
    let frames = if frame_origins.is_empty() { "'none'".to_owned() } else { frame_origins.join(" ") };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {frames}"
    );
    let mut response = page::head(response, &policy);
    response
        .insert_header((header::CONTENT_LANGUAGE, language.code()))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

/// The page that says why there is no course; the log says the same.
fn no_course(request: &HttpRequest, now: &Configured, refused: Refused, root: &str, frames: &[String]) -> HttpResponse {
    tracing::warn!(reason = refused.name(), detail = refused.detail(), "no course is shown");
    let language = language_of(request, now);
    html(error::no_course(refused), language, frames).body(smart::refusal(&now.engine, language, refused, root))
}
