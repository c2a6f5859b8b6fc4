//! The page on which a patient is laid.

use maud::{DOCTYPE, Markup, html};

use crate::course::Speaker;
use crate::embedded::{ORDERS, PATIENTS};
use crate::engine::Engine;
use cellwise_clinic::{Hook, Language};
use include_dir::Dir;

/// The whole page. What it shows later comes from the script, and from the server again.
pub(super) fn page(engine: &Engine, language: Language) -> String {
    let speaker = Speaker::new(engine, language);
    let say = |id: &'static str| speaker.say(id);
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (say("bench-title")) " – cellwise" }
                link rel="stylesheet" href="workbench/style.css";
                script src="workbench/script.js" defer {}
            }
            body
                data-known=(say("bench-says-known"))
                data-none=(say("bench-says-none"))
                data-came=(say("bench-says-came"))
                data-went=(say("bench-says-went"))
                data-same=(say("bench-says-same"))
                data-failed=(say("bench-says-failed"))
                data-unreadable=(say("bench-says-unreadable"))
                data-invented=(say("bench-says-invented"))
            {
                main {
                    h1 { (say("bench-title")) }
                    p.small { (say("bench-lead")) }
                    noscript { p { (say("bench-no-script")) } }
                    form #question { (laid(&speaker)) (asked(&speaker, engine)) }
                    (time(&speaker))
                    p #status role="status" {}
                    div #result {}
                }
            }
        }
    }
    .into_string()
}

/// What is laid on the bench.
fn laid(speaker: &Speaker<'_>) -> Markup {
    let say = |id: &'static str| speaker.say(id);
    html! {
        fieldset {
            legend { (say("bench-patient")) }
            p {
                label for="fixture" { (say("bench-fixture")) }
                select #fixture { option value="" { "–" } (names(&PATIENTS)) }
            }
            p #drop.drop {
                label for="file" { (say("bench-file")) }
                input #file type="file" accept=".json,application/json,application/fhir+json";
                span.small { (say("bench-drop")) }
            }
            p #loaded.small { (say("bench-nothing")) }
            p {
                label for="fixture-order" { (say("bench-fixture-order")) }
                select #fixture-order { option value="" { "–" } (names(&ORDERS)) }
            }
            p {
                label for="order-file" { (say("bench-order-file")) }
                input #order-file type="file" accept=".json,application/json,application/fhir+json";
            }
        }
    }
}

/// How it is judged.
fn asked(speaker: &Speaker<'_>, engine: &Engine) -> Markup {
    let say = |id: &'static str| speaker.say(id);
    html! {
        fieldset {
            legend { (say("bench-question")) }
            p {
                label for="hook" { (say("bench-hook")) }
                select #hook { @for hook in Hook::ALL { option value=(hook.name()) { (hook.name()) } } }
            }
            p {
                label for="service" { (say("bench-service")) }
                select #service {
                    option value="" { (say("bench-every-service")) }
                    @for service in engine.service_ids() { option value=(service) { (service) } }
                }
            }
            p {
                label for="language" { (say("bench-language")) }
                select #language {
                    @for language in Language::ALL {
                        option value=(language.code()) selected[*language == speaker.language()] { (language.code()) }
                    }
                }
            }
            details {
                summary { (say("bench-config")) }
                p {
                    label for="config" { (say("bench-config-lead")) }
                    textarea #config rows="6" spellcheck="false" placeholder="[[number]]\nnumber = \"low-igg\"\nvalue = 5\ncitation = \"…\"" {}
                }
            }
            p {
                button #judge type="submit" { (say("bench-judge")) }
                " " button #save type="button" disabled { (say("bench-save")) }
            }
        }
    }
}

/// The day, with its slider.
fn time(speaker: &Speaker<'_>) -> Markup {
    let say = |id: &'static str| speaker.say(id);
    html! {
        section.time aria-label=(say("bench-date")) {
            p {
                label for="date" { (say("bench-date")) }
                input #date type="date" form="question" required;
                label for="slider" { (say("bench-slider")) }
                input #slider type="range" min="0" max="0" value="0" step="1" disabled;
                button #back type="button" disabled { (say("bench-day-before")) }
                button #on type="button" disabled { (say("bench-day-after")) }
            }
            p {
                input #until-then type="checkbox" form="question" checked;
                " " label for="until-then" { (say("bench-until-then")) }
            }
        }
    }
}

/// The names of the fixtures of a folder.
fn names(folder: &Dir<'_>) -> Markup {
    let mut names: Vec<&str> = folder.files().filter_map(|file| file.path().file_stem()?.to_str()).collect();
    names.sort_unstable();
    html! { @for name in names { option value=(name) { (name) } } }
}
