//! The pages of the EHR: whom to pick, a chart with its cards, and what goes wrong. No script: every button is a form.

mod cards;
mod chart;
mod words;

use std::sync::PoisonError;

use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use super::State;
use super::cds::Offer;
use super::faults::Fault;
use super::smart::escaped;

pub(super) use self::chart::chart;
pub(super) use self::words::Words;

/// What the services offer, or why that is not known.
type Offers = Result<Vec<Offer>, String>;

/// A whole page.
fn page(words: &Words<'_>, state: &State, title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang=(words.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Titles stand in histories: nothing of a patient.
                title { (title) " – " (words.say("ehr-title")) }
                link rel="stylesheet" href="/style.css";
            }
            body {
                header.top {
                    p.brand { a href="/" { (words.say("ehr-title")) } }
                    p.small { (words.say("ehr-lead")) " " code { (state.cds.service) } }
                    (faulty(words, state))
                }
                main { (body) }
            }
        }
    }
    .into_string()
}

/// Which faults are on: whoever looks at cards must know.
fn faulty(words: &Words<'_>, state: &State) -> Markup {
    let faults = state.faults();
    let names: Vec<&str> = faults.on().map(Fault::name).collect();
    html! {
        @if !names.is_empty() {
            p.faulty role="status" {
                strong { (words.say("ehr-faults-on")) } " " (names.join(", "))
                @if let Some(of) = faults.of() { " (" (of) ")" }
            }
        }
    }
}

/// A page that says why there is none.
pub(super) fn refused(words: &Words<'_>, state: &State, problem: &str) -> String {
    let body = html! {
        h1 { (words.say("ehr-refused")) }
        p { (problem) }
        p { a href="/" { (words.say("ehr-to-patients")) } }
    };
    page(words, state, &words.say("ehr-refused"), &body)
}

/// A patient as a line of a list.
struct Person {
    name: String,
    id: String,
    born: String,
    sex: String,
    /// By which it is known in addresses.
    handle: String,
}

fn people(words: &Words<'_>, state: &State) -> Vec<Person> {
    let patients = state.patients.read().unwrap_or_else(PoisonError::into_inner);
    let all = patients.ids().filter_map(|id| Some((id, patients.patient(id)?)));
    all.map(|(id, patient)| Person {
        name: name_of(patient).unwrap_or_else(|| id.to_owned()),
        id: id.to_owned(),
        born: text(patient, "/birthDate").to_owned(),
        sex: words.sex(text(patient, "/gender")),
        handle: state.name_of(id),
    })
    .collect()
}

/// What a patient is called.
fn name_of(patient: &Value) -> Option<String> {
    let name = patient.get("name")?.as_array()?.first()?;
    if let Some(text) = name.get("text").and_then(Value::as_str) {
        return Some(text.to_owned());
    }
    let given = name.get("given").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let all: Vec<&str> = given.chain(name.get("family").and_then(Value::as_str)).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The list of patients, and how the EHR behaves.
pub(super) fn patients(words: &Words<'_>, state: &State, offers: &Offers) -> String {
    let say = |id: &'static str| words.say(id);
    let all = people(words, state);
    let body = html! {
        h1 { (say("ehr-patients")) }
        (offered(words, offers))
        nav aria-label=(say("ehr-title")) {
            @for (place, name) in [("choices", "ehr-choices"), ("faults", "ehr-faults"), ("connections", "ehr-connections")] {
                a href={ "#" (place) } { (say(name)) } " "
            }
        }
        div.table {
            table {
                thead { tr {
                    th scope="col" { (say("ehr-name")) }
                    th scope="col" { (say("ehr-id")) }
                    th scope="col" { (say("ehr-born")) }
                    th scope="col" { (say("ehr-sex")) }
                } }
                tbody {
                    @for person in &all {
                        tr {
                            th scope="row" { a href={ "/charts/" (person.handle) "/open" } { (person.name) } }
                            td { (person.id) }
                            td { (person.born) }
                            td { (person.sex) }
                        }
                    }
                }
            }
        }
        (choices(words, state, "/"))
        (faults(words, state))
        (connections(words, state))
    };
    page(words, state, &say("ehr-patients"), &body)
}

/// What the server offers; why nothing is known, otherwise.
fn offered(words: &Words<'_>, offers: &Offers) -> Markup {
    html! {
        @match offers {
            Err(problem) => {
                p.problem role="status" { (words.say("ehr-no-discovery")) " " code { (problem) } }
            }
            Ok(offers) => {
                p.small { (words.say("ehr-offered")) " " (offers.len()) }
            }
        }
    }
}

/// The language and the day.
fn choices(words: &Words<'_>, state: &State, back: &str) -> Markup {
    let day = state.desk().as_of.as_deref().and_then(|as_of| as_of.split('T').next().map(str::to_owned));
    html! {
        section aria-labelledby="choices" {
            h2 #choices { (words.say("ehr-choices")) }
            form method="post" action="/choices" {
                input type="hidden" name="back" value=(back);
                p {
                    label for="language" { (words.say("ehr-language")) }
                    select #language name="language" {
                        @for language in cellwise_clinic::Language::ALL {
                            option value=(language.code()) selected[*language == words.language] { (language.code()) }
                        }
                    }
                }
                p {
                    label for="date" { (words.say("ehr-date")) }
                    input #date type="date" name="date" value=[day];
                }
                p.small { (words.say("ehr-date-lead")) }
                p { button type="submit" { (words.say("ehr-choose")) } }
            }
        }
    }
}

/// The switches of what goes wrong.
fn faults(words: &Words<'_>, state: &State) -> Markup {
    let faults = state.faults();
    html! {
        section aria-labelledby="faults" {
            h2 #faults { (words.say("ehr-faults")) }
            p.small { (words.say("ehr-faults-lead")) }
            form method="post" action="/faults" {
                div.switches {
                    @for fault in Fault::ALL {
                        p {
                            input type="checkbox" name="fault" id={ "fault-" (fault.name()) } value=(fault.name()) checked[faults.has(fault)];
                            " "
                            label for={ "fault-" (fault.name()) } lang="en" { code { (fault.name()) } " – " (fault.describe()) }
                        }
                    }
                }
                p {
                    label for="of" { (words.say("ehr-faults-of")) }
                    input #of type="text" name="of" value=[faults.of()] placeholder="Observation" autocomplete="off";
                }
                p { button type="submit" { (words.say("ehr-switch")) } }
            }
        }
    }
}

/// By which addresses others reach it.
fn connections(words: &Words<'_>, state: &State) -> Markup {
    html! {
        section aria-labelledby="connections" {
            h2 #connections { (words.say("ehr-connections")) }
            dl {
                dt { "FHIR R4 (" code { "iss" } ")" }
                dd { code { (state.fhir_base()) } }
                dt { "JWKS (" code { "jku" } ")" }
                dd { code { (state.jwks_url()) } }
                dt { (words.say("ehr-apps")) }
                dd {
                    @if state.apps.is_empty() { (words.say("ehr-no-apps")) " " code { "--app id=https://…/launch" } }
                    @for app in &state.apps { p { code { (app.id) } " " (app.launch.as_str()) } }
                }
            }
        }
    }
}

/// Whom an app that launched itself is about.
pub(super) fn pick(words: &Words<'_>, state: &State, request: &str) -> String {
    let body = html! {
        h1 { (words.say("ehr-pick")) }
        p { (words.say("ehr-pick-lead")) }
        ul.people {
            @for person in people(words, state) {
                li {
                    a href={ "/smart/pick?request=" (escaped(request)) "&patient=" (person.handle) } { (person.name) }
                    " " span.small { (person.id) }
                }
            }
        }
    };
    page(words, state, &words.say("ehr-pick"), &body)
}
