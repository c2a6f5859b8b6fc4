//! An open chart: who it is, what is on record, the drafts, the hooks, and the cards.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use maud::{Markup, html};
use serde_json::Value;

use super::cards::answers;
use super::{Offers, Words, choices, name_of, offered, page, text};
use crate::ehr::State;
use crate::ehr::desk::Visit;
use crate::embedded::ORDERS;
use crate::fixtures::request::{reference_of, resources, type_of};
use crate::hooks::later::dates_of;

/// The chart of a patient.
pub(in crate::ehr) fn chart(words: &Words<'_>, state: &State, patient: &str, offers: &Offers) -> String {
    let path = format!("/charts/{}", state.name_of(patient));
    let visit = state.desk().visit(patient).clone();
    let encounters = state.encounters(patient);
    let (banner, record) = {
        let patients = state.patients.read().unwrap_or_else(PoisonError::into_inner);
        let nobody = Value::Null;
        let who = patients.patient(patient).unwrap_or(&nobody);
        (banner(words, who, patient), record(words, patients.record(patient).unwrap_or(&nobody)))
    };
    let body = html! {
        (banner)
        @if offers.is_err() { (offered(words, offers)) }
        div.columns {
            div.work {
                (hooks(words, &path, offers, &encounters))
                (drafts(words, &path, &visit))
                (apps(words, state, &path))
                (choices(words, state, &path))
                (record)
            }
            div.advice { (answers(words, &path, &visit)) }
        }
    };
    page(words, state, &words.say("ehr-chart"), &body)
}

fn banner(words: &Words<'_>, patient: &Value, id: &str) -> Markup {
    html! {
        div.banner {
            h1 { (name_of(patient).unwrap_or_else(|| id.to_owned())) }
            p {
                (words.say("ehr-born")) " " (text(patient, "/birthDate")) " · " (words.sex(text(patient, "/gender")))
                " · " code { (id) }
            }
            p.small { a href="/" { (words.say("ehr-to-patients")) } }
        }
    }
}

/// A button for each hook that is offered.
fn hooks(words: &Words<'_>, path: &str, offers: &Offers, encounters: &[String]) -> Markup {
    let mut names: Vec<&str> = offers.iter().flatten().map(|offer| offer.hook.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    html! {
        section aria-labelledby="hooks" {
            h2 #hooks { (words.say("ehr-hooks")) }
            form method="post" action={ (path) "/hook" } {
                @if encounters.is_empty() {
                    p.small { (words.say("ehr-no-encounter")) }
                } @else {
                    p {
                        label for="encounter" { (words.say("ehr-encounter")) }
                        select #encounter name="encounter" {
                            @for encounter in encounters { option value=(encounter) { (encounter) } }
                        }
                    }
                }
                p.buttons {
                    @for name in names { button type="submit" name="hook" value=(name) { (name) } " " }
                }
            }
        }
    }
}

/// The drafts, and what can be drafted.
fn drafts(words: &Words<'_>, path: &str, visit: &Visit) -> Markup {
    let mut names: Vec<&str> = ORDERS.files().filter_map(|file| file.path().file_stem()?.to_str()).collect();
    names.sort_unstable();
    html! {
        section aria-labelledby="drafts" {
            h2 #drafts { (words.say("ehr-drafts")) }
            ul.drafts {
                @for draft in visit.drafts() {
                    @let reference = reference_of(draft).unwrap_or_default();
                    li {
                        form method="post" action={ (path) "/remove" } {
                            span { (what(draft)) " " span.small { (type_of(draft).unwrap_or_default()) } }
                            " "
                            button type="submit" name="draft" value=(reference) aria-label={ (words.say("ehr-remove")) ": " (what(draft)) } {
                                (words.say("ehr-remove"))
                            }
                        }
                    }
                }
            }
            @if visit.drafts().next().is_none() { p.small { (words.say("ehr-no-drafts")) } }
            form method="post" action={ (path) "/draft" } {
                p {
                    label for="order" { (words.say("ehr-order")) }
                    select #order name="order" { @for name in names { option value=(name) { (name) } } }
                    " " button type="submit" { (words.say("ehr-add")) }
                }
            }
            p.small { (words.say("ehr-drafts-lead")) }
        }
    }
}

fn apps(words: &Words<'_>, state: &State, path: &str) -> Markup {
    html! {
        @if !state.apps.is_empty() {
            section aria-labelledby="apps" {
                h2 #apps { (words.say("ehr-apps")) }
                ul {
                    @for app in &state.apps {
                        li { a href={ (path) "/launch?app=" (super::escaped(&app.id)) } target="_blank" rel="noopener" { (app.id) } }
                    }
                }
            }
        }
    }
}

/// What is on record, type by type.
fn record(words: &Words<'_>, bundle: &Value) -> Markup {
    let mut types: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for resource in resources(bundle) {
        if let Some(of) = type_of(resource).filter(|of| *of != "Patient") {
            types.entry(of).or_default().push(resource);
        }
    }
    html! {
        section aria-labelledby="record" {
            h2 #record { (words.say("ehr-record")) }
            @for (of, list) in &types {
                details {
                    summary { (of) " (" (list.len()) ")" }
                    div.table {
                        table {
                            thead { tr {
                                th scope="col" { (words.say("ehr-what")) }
                                th scope="col" { (words.say("ehr-value")) }
                                th scope="col" { (words.say("ehr-when")) }
                            } }
                            tbody {
                                @for resource in list {
                                    tr {
                                        th scope="row" { (what(resource)) }
                                        td { (value(resource)) }
                                        td { (dates_of(resource).next().unwrap_or_default().split('T').next().unwrap_or_default()) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a resource is about, in its own words.
fn what(resource: &Value) -> String {
    let concepts = ["code", "medicationCodeableConcept", "vaccineCode", "type", "serviceType", "class"];
    let named = concepts.iter().find_map(|name| resource.get(name)).and_then(words_of);
    let drug = || resource.pointer("/medicationReference/display").and_then(Value::as_str).map(str::to_owned);
    let contained = || resource.pointer("/contained/0/code").and_then(words_of);
    let referred = || resource.pointer("/medicationReference/reference").and_then(Value::as_str).map(str::to_owned);
    let named = named.or_else(drug).or_else(contained).or_else(referred).or_else(|| reference_of(resource));
    named.unwrap_or_default()
}

fn words_of(concept: &Value) -> Option<String> {
    let concept = concept.as_array().map_or(Some(concept), |list| list.first())?;
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let coding = concept.pointer("/coding/0").unwrap_or(concept);
    text(concept, "text").or_else(|| text(coding, "display")).or_else(|| text(coding, "code"))
}

/// Its value or status.
fn value(resource: &Value) -> String {
    if let Some(quantity) = resource.get("valueQuantity") {
        let number = quantity.get("value").map(Value::to_string).unwrap_or_default();
        return format!("{number} {}", text(quantity, "/unit"));
    }
    let coded = resource.get("valueCodeableConcept").or_else(|| resource.get("clinicalStatus")).and_then(words_of);
    coded.unwrap_or_else(|| text(resource, "/status").to_owned())
}
