//! A page with a course: what the user's own token may read, judged by the rules that look at an open record.

use std::time::Instant;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::join_all;
use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;

use super::{SHOW, Session, app_of, cookie, html, known, listed};
use crate::access_log::{Subject, USER_NOT_SAID};
use crate::client::{Client, SmartApp};
use crate::course::Course;
use crate::engine::{CallSettings, Judged};
use crate::gather::FetchError;
use crate::hooks::reading::Reading;
use crate::hooks::response::Response;
use crate::http::access::{self, Asked, Shown};
use crate::http::complete::{self, Completed};
use crate::http::invoke::{guarded, with_card};
use crate::http::rules::language_of;
use crate::http::shared::Configured;
use crate::http::{Shared, identity, limits};
use crate::knowledge::Service;
use crate::smart::{self, NotRead, Refused, Secret, Seen};
use cellwise_clinic::{Hook, Language, rules};
use cellwise_record::AsOf;

/// When a page is of.
struct When {
    now: AsOf,
    as_of: AsOf,
    is_past: bool,
}

/// The calls that were judged, each with its answer, and how the data came.
struct Judgement<'e> {
    calls: Vec<(Judged<'e>, Option<Response>)>,
    completed: Vec<Completed>,
}

/// The page of a session, for the browser that it belongs to.
pub(super) async fn page(
    request: &HttpRequest,
    id: &str,
    shared: &Shared,
    now: &Configured,
) -> Result<HttpResponse, Refused> {
    let id = Secret::read(id).ok_or(Refused::SessionOver)?.digest();
    let session = shared.visits.sessions.get(&id).ok_or(Refused::SessionOver)?;
    // Another browser learns no more than that there is no such page.
    if !cookie::of(request).any(|browser| browser.digest() == session.browser) {
        return Err(Refused::SessionOver);
    }
    // The configuration may have changed.
    let (client, app) = app_of(now, &session.client).ok_or(Refused::SessionOver)?;
    listed(client, &session.server).ok_or(Refused::SessionOver)?;
    known(request, client);
    let _place = limits::enter(&shared.places, now.settings.most_requests).map_err(|_busy| Refused::Busy)?;
    let (when, language) = (when(request, now), language_of(request, now));
    let judgement = judge(request, now, &session, client, app, language, &when).await;
    let judgement = judgement.inspect_err(|refused| {
        if *refused == Refused::SessionOver {
            shared.visits.sessions.take(&id);
        }
    })?;
    let (page, shown) =
        guarded(|| drawn(now, &session, language, &when, &judgement)).map_err(|_panic| Refused::Fault)?;
    let subject = subject(&session);
    let asked = Asked { service: "course", path: SHOW, subject: &subject };
    access::write(request, shared, client, &asked, Some(&shown), 200).await.map_err(|_unwritten| Refused::NotLogged)?;
    Ok(html(HttpResponse::Ok(), language, &app.frame_origins).body(page))
}

/// The day that the address asks for (`?as-of=2026-05-01`), if it is over; else the present.
fn when(request: &HttpRequest, now: &Configured) -> When {
    let zone = now.engine.zone();
    let present = AsOf::now().at(zone);
    let asked = request.query_string().split('&').find_map(|pair| pair.strip_prefix("as-of="));
    let day = asked.and_then(|text| text.parse::<Date>().ok()).filter(|day| *day < present.date && day.year() > 1900);
    match day.and_then(|day| AsOf::end_of(day, zone)) {
        Some(as_of) => When { now: present, as_of, is_past: true },
        None => When { now: present, as_of: present, is_past: false },
    }
}

/// What the access log says of it.
fn subject(session: &Session) -> Subject {
    let server = session.server.trim_end_matches('/');
    let user = session
        .user
        .as_deref()
        .map(|user| user.strip_prefix(server).map_or(user, |within| within.trim_start_matches('/')));
    Subject {
        patient: Some(session.patient.clone()),
        user: Some(user.unwrap_or(USER_NOT_SAID).to_owned()),
        server: Some(session.server.clone()),
        hook: Some(Hook::PatientView.name()),
        hook_instance: None,
    }
}

/// The services and hooks that look at a record that is open, without drafts: what a card can have led here from.
fn asked<'e>(now: &'e Configured, session: &Session) -> Vec<(&'e Service, Hook)> {
    let has_encounter = session.encounter.is_some();
    let hooks = smart::HOOKS.into_iter().filter(move |hook| *hook == Hook::PatientView || has_encounter);
    let services = now.engine.knowledge().services.iter();
    let of = |service: &'e Service| {
        let offered = hooks.clone().filter(|hook| service.hooks.contains_key(hook.name()));
        offered.map(move |hook| (service, hook)).collect::<Vec<_>>()
    };
    services.flat_map(of).collect()
}

/// Reads the record of the patient with the token of the user, and judges it.
async fn judge<'e>(
    request: &HttpRequest,
    now: &'e Configured,
    session: &Session,
    client: &Client,
    app: &SmartApp,
    language: Language,
    when: &When,
) -> Result<Judgement<'e>, Refused> {
    let deadline = Instant::now() + app.deadline;
    let settings = CallSettings { language, as_of: when.as_of, accept_as_of: false };
    // Cards of one patient in one picture have one id for each rule: the same for all calls.
    let instance = Uuid::new_v4();
    let read = |(service, hook): (&'e Service, Hook)| {
        let body = body(session, hook, instance);
        let reading = guarded(|| now.engine.read(&service.id, body.as_bytes(), &settings));
        let mut reading = reading.map_err(|_panic| Refused::Fault)?.map_err(|_refusal| Refused::Fault)?;
        if when.is_past {
            reading.leave_out_later();
        }
        Ok(reading)
    };
    let mut readings: Vec<Reading<'e>> = asked(now, session).into_iter().map(read).collect::<Result<_, Refused>>()?;
    let trace = identity::of(request).and_then(|identity| identity.trace);
    let fetch = readings
        .iter_mut()
        .map(|reading| complete::complete(reading, client, &now.gatherer, deadline, false, trace.as_ref()));
    let completed: Vec<Completed> = join_all(fetch).await;
    let mut failures = completed.iter().flat_map(|completed| &completed.failures).peekable();
    let came = completed.iter().any(|completed| completed.patient.is_some());
    if !came && failures.peek().is_some() && failures.all(|(_, error)| *error == FetchError::Status(401)) {
        return Err(Refused::SessionOver);
    }
    let judged = guarded(|| {
        let judge = |reading: Reading<'e>| {
            let judged = now.engine.evaluate_trees(reading).ok()?;
            let answer = now.engine.respond(&judged, language).ok();
            Some((judged, answer))
        };
        readings.into_iter().map(judge).collect::<Option<Vec<_>>>()
    });
    let calls = judged.map_err(|_panic| Refused::Fault)?.ok_or(Refused::Fault)?;
    Ok(Judgement { calls, completed })
}

/// The call that an EHR would make: what it lacks is fetched as for any other.
fn body(session: &Session, hook: Hook, instance: Uuid) -> String {
    let user = session.user.as_deref().and_then(|user| {
        let mut parts = user.rsplit('/');
        let (id, kind) = (parts.next()?, parts.next()?);
        matches!(kind, "Practitioner" | "PractitionerRole" | "Patient" | "RelatedPerson")
            .then(|| format!("{kind}/{id}"))
    });
    let mut context = json!({
        "userId": user.unwrap_or_else(|| "Practitioner/not-said".to_owned()),
        "patientId": session.patient,
    });
    if let (Some(encounter), Some(context)) = (&session.encounter, context.as_object_mut()) {
        context.insert("encounterId".to_owned(), json!(encounter));
    }
    json!({
        "hook": hook.name(),
        "hookInstance": instance,
        "fhirServer": session.server,
        "fhirAuthorization": {
            "access_token": session.token.reveal(),
            "token_type": "Bearer",
            "expires_in": 1,
            "scope": "",
            "subject": "",
            "patient": session.patient,
        },
        "context": context,
    })
    .to_string()
}

/// The page, and what of it the access log names.
fn drawn(
    now: &Configured,
    session: &Session,
    language: Language,
    when: &When,
    judgement: &Judgement<'_>,
) -> (String, Shown) {
    let Judgement { calls, completed } = judgement;
    let Some(mut course) = Course::of(&now.engine, calls) else { return (String::new(), Shown::default()) };
    if let Some(rule) = &session.rule {
        course.open_at(rule);
    }
    let patient = completed.iter().find_map(|completed| completed.patient.as_ref()).map(Bytes::as_ref);
    let banner = session.needs_banner.then(|| smart::banner(patient));
    let clock = when.now.clock(&when.now.moment()).unwrap_or_default();
    let page = smart::shown(
        &now.engine,
        language,
        &smart::Shown {
            course: &course,
            banner: banner.as_ref(),
            not_read: &not_read(judgement),
            opened: session.rule.as_ref().and_then(|rule| rules::ALL.iter().find(|of| of.id == *rule).copied()),
            seen: Seen { today: when.now.day(), clock: &clock, is_past: when.is_past },
        },
    );
    let mut with_cards = Vec::new();
    for rule in calls.iter().filter(|(_, answer)| answer.is_some()).flat_map(|(judged, _)| with_card(judged)) {
        if !with_cards.contains(&rule) {
            with_cards.push(rule);
        }
    }
    (page, Shown { rules: with_cards, cards: course.flags.len() })
}

/// The kinds of data that did not come, or not whole, each once.
fn not_read(judgement: &Judgement<'_>) -> Vec<NotRead> {
    let mut all: Vec<NotRead> = Vec::new();
    for ((judged, _), completed) in judgement.calls.iter().zip(&judgement.completed) {
        let sources = judged.request.chart.sources();
        for source in judged.service.sources.iter().filter(|source| sources.is_undelivered(**source)) {
            let why = completed.failure(source.key());
            match all.iter_mut().find(|known| known.source == *source) {
                Some(known) => known.why = known.why.or(why),
                None => all.push(NotRead { source: *source, why }),
            }
        }
    }
    all.sort_by_key(|of| of.source);
    all
}
