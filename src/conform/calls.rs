//! Calling every service: as a client should, and as it should not.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Tally;
use super::cards;
use super::catalogue::{
    CALL, Check, EXTENSION_REQUEST, FHIR_SERVER, NEW_FIELDS, PRECONDITION, PREFETCH_NONE, PREFETCH_OUTCOME,
    REQUEST_CONTEXT, REQUEST_FIELDS, REQUEST_HOOK, REQUEST_JSON, UNKNOWN_SERVICE,
};
use super::discovery::Service;
use super::patients::{Cast, changed};
use super::probe::{Answer, Pass, Probe, look_at_headers};
use crate::fixtures::answer::outcome;
use cellwise_clinic::Hook;

/// Answers with cards after which a service has shown enough.
const ENOUGH: usize = 6;

/// Calls without an answer after which a service is left alone.
const PATIENCE: usize = 3;

/// What calling came to.
#[derive(Default)]
pub(super) struct Calls {
    /// The cards that came.
    pub(super) cards: Vec<Called>,
    /// Of each service that answered, the first request that was answered with a 200.
    good: Vec<(Service, Value)>,
}

/// A card that feedback can be given on.
#[derive(Clone, Debug)]
pub(super) struct Called {
    pub(super) service: String,
    pub(super) card: Value,
}

/// Calls every service about patients until it has shown enough cards, and looks at each answer.
pub(super) fn check(probe: &Probe<'_>, services: &[Service], cast: &Cast, tally: &mut Tally) -> Calls {
    let mut calls = Calls::default();
    for service in services {
        if !is_known(service) && cast.requests(service).next().is_none_or(|(name, _)| !name.starts_with("request")) {
            tally.skip(&CALL, format!("the context of {} is not known here: give a request of your own", service.hook));
            continue;
        }
        let (mut with_cards, mut unanswered, mut is_good) = (0, 0, false);
        for (name, request) in cast.requests(service) {
            let what = format!("{}, {name}", service.name());
            let answer = match probe.post(&path(service), &request, &Pass::Own) {
                Ok(answer) => answer,
                Err(problem) => {
                    tally.fail(&CALL, format!("{what}: {problem}"));
                    unanswered += 1;
                    if unanswered == PATIENCE {
                        break;
                    }
                    continue;
                }
            };
            look_at_headers(&what, &answer, tally);
            if answer.status == 412 {
                tally.skip(&CALL, format!("{what}: answered 412"));
                continue;
            }
            let body = answer.json().filter(|_| answer.status == 200);
            let list = body.as_ref().and_then(|body| body.get("cards")).and_then(Value::as_array);
            tally.judge(&CALL, list.is_some(), || format!("{what}: answered {}{}", answer.status, hint(&answer)));
            // Whoever refuses one good request refuses all of them.
            let Some((body, list)) = body.as_ref().zip(list) else { break };
            cards::check(&what, body, tally);
            if !is_good {
                calls.good.push((service.clone(), request));
                is_good = true;
            }
            with_cards += usize::from(!list.is_empty());
            let of_service = list.iter().map(|card| Called { service: service.id.clone(), card: card.clone() });
            calls.cards.extend(of_service);
            if with_cards >= ENOUGH {
                break;
            }
        }
    }
    calls
}

/// Whether the context of its hook is known here.
fn is_known(service: &Service) -> bool {
    Hook::from_name(&service.hook).is_some()
}

fn path(service: &Service) -> String {
    format!("/{}", service.id)
}

fn hint(answer: &Answer) -> String {
    match answer.status {
        401 | 403 => ": it wants a token, give `--key` and `--client`".to_owned(),
        200 => ", without an array `cards`".to_owned(),
        _ => {
            let start: String = answer.text.chars().take(120).collect();
            format!(": {start}")
        }
    }
}

/// Calls every service that answered as no client should.
pub(super) fn refusals(probe: &Probe<'_>, services: &[Service], calls: &Calls, tally: &mut Tally) {
    for (service, good) in &calls.good {
        let ask = |request: &Value| probe.post(&path(service), request, &Pass::Own).map(|answer| answer.status);
        wrong(service, services, good, &ask, tally);
        harmless(service, good, &ask, tally);
        lacking(service, good, &ask, tally);
        let half = probe.post_text(&path(service), "{\"hook\": ".to_owned(), &Pass::Own).map(|answer| answer.status);
        expect(&REQUEST_JSON, service, "half a document", &half, is_refusal, tally);
    }
    if let Some((_, good)) = calls.good.first() {
        let nowhere = format!("/no-such-service-{}", Uuid::new_v4().simple());
        match probe.post(&nowhere, good, &Pass::Own) {
            Ok(answer) => tally.judge(&UNKNOWN_SERVICE, answer.status == 404, || {
                format!("answered {} to a service that it does not offer, expected 404", answer.status)
            }),
            Err(problem) => tally.fail(&UNKNOWN_SERVICE, problem),
        }
    }
}

type Status = Result<u16, String>;
type Ask<'a> = &'a dyn Fn(&Value) -> Status;

fn is_refusal(status: u16) -> bool {
    (400..500).contains(&status)
}

/// Whether no more came of what can't be answered than that.
fn is_calm(status: u16) -> bool {
    status == 200 || status == 412
}

fn expect(check: &Check, service: &Service, to: &str, status: &Status, is_right: fn(u16) -> bool, tally: &mut Tally) {
    match status {
        Ok(status) => {
            tally.judge(check, is_right(*status), || format!("{}: answered {status} to {to}", service.name()));
        }
        Err(problem) => tally.fail(check, format!("{}, {to}: {problem}", service.name())),
    }
}

/// Requests that lack what they must have, or contradict themselves.
fn wrong(service: &Service, services: &[Service], good: &Value, ask: Ask<'_>, tally: &mut Tally) {
    let mut refused = |check, to: &str, request: Value| expect(check, service, to, &ask(&request), is_refusal, tally);
    for name in ["hook", "hookInstance", "context"] {
        let request = changed(good, |members| drop(members.remove(name)));
        refused(&REQUEST_FIELDS, &format!("a request without `{name}`"), request);
    }
    let request = changed(good, |members| drop(members.insert("context".to_owned(), json!({}))));
    refused(&REQUEST_CONTEXT, "an empty `context`", request);
    let offers = |hook: &str| services.iter().any(|other| other.id == service.id && other.hook == hook);
    if let Some(other) = Hook::ALL.into_iter().map(Hook::name).find(|hook| !offers(hook)) {
        let request = changed(good, |members| drop(members.insert("hook".to_owned(), json!(other))));
        refused(&REQUEST_HOOK, &format!("the hook {other}, on which it is not offered"), request);
    }
    let request = changed(good, |members| {
        members.remove("fhirServer");
        let access = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cds" });
        members.insert("fhirAuthorization".to_owned(), access);
    });
    refused(&FHIR_SERVER, "`fhirAuthorization` without `fhirServer`", request);
}

/// Requests that say more than the specification knows.
fn harmless(service: &Service, good: &Value, ask: Ask<'_>, tally: &mut Tally) {
    let mut answered =
        |check, to: &str, request: Value| expect(check, service, to, &ask(&request), |status| status == 200, tally);
    let request = changed(good, |members| {
        members.insert(
            "extension".to_owned(),
            json!({ "org.example.priority": { "level": 3 }, "org.example.ward": "A2" }),
        );
    });
    answered(&EXTENSION_REQUEST, "a request with an extension", request);
    let request = changed(good, |members| {
        if let Some(context) = members.get_mut("context").and_then(Value::as_object_mut) {
            context.insert("fieldOfALaterVersion".to_owned(), json!("a"));
        }
    });
    answered(&NEW_FIELDS, "a context with a field that it does not know", request);
}

/// Requests without data, or with errors instead.
fn lacking(service: &Service, good: &Value, ask: Ask<'_>, tally: &mut Tally) {
    if service.prefetch.is_empty() {
        return;
    }
    let instead = |value: &dyn Fn(&str) -> Value| {
        changed(good, |members| {
            let keys = service.prefetch.keys().map(|key| (key.clone(), value(key)));
            members.insert("prefetch".to_owned(), Value::Object(keys.collect()));
        })
    };
    let failed = ask(&instead(&|_| outcome("exception", "the search failed")));
    expect(&PREFETCH_OUTCOME, service, "OperationOutcomes as prefetch", &failed, is_calm, tally);
    let none = ask(&instead(&|_| Value::Null));
    expect(&PREFETCH_NONE, service, "null as prefetch", &none, is_calm, tally);
    let request = changed(good, |members| {
        for name in ["prefetch", "fhirServer", "fhirAuthorization"] {
            members.remove(name);
        }
    });
    match ask(&request) {
        // Whether it needed the data nobody can see from here.
        Ok(200) => tally.skip(&PRECONDITION, format!("{}: answers without any data", service.name())),
        status => {
            let to = "a request without prefetch and without a FHIR server";
            expect(&PRECONDITION, service, to, &status, |status| status == 412, tally);
        }
    }
}
