//! The workbench: a patient is laid on it, and it shows what the server sees: the cards, the course, every criterion, the data
//! that each rule got, the raw request and response. For testers and engineers; [`http`](crate::http) decides who they are.
//!
//! Pure but for one thing that it keeps: the engine of the configuration that was pasted last. Nothing of a patient is kept.

mod case;
mod data;
mod page;
mod question;
mod result;
mod tree;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use self::question::Question;
use crate::call::{CallSettings, Problem, Refusal};
use crate::config::Config;
use crate::course::{self, Course};
use crate::embedded::{ORDERS, PATIENTS};
use crate::engine::{Engine, Judged};
use crate::hooks::response::Response;
use crate::http::Bench;
use crate::knowledge::Service;
use cellwise_clinic::Language;

/// The workbench of a server.
pub struct Workbench {
    /// The configuration that was pasted last, with its engine: a slider asks many times under the same one.
    local: Mutex<Option<Pasted>>,
    style: &'static str,
}

/// A configuration that was pasted.
#[derive(Clone)]
struct Pasted {
    text: String,
    engine: Arc<Engine>,
}

/// What one service said.
struct Asked<'e> {
    service: &'e Service,
    /// The request as it would have gone over the wire.
    request: String,
    /// Why there are no cards.
    refusal: Option<Refusal>,
}

impl Workbench {
    /// The engine under a pasted configuration; `server` is the one that is in force.
    fn engine_under(&self, server: &Arc<Engine>, config: &str) -> Result<Arc<Engine>, Vec<Problem>> {
        if config.trim().is_empty() {
            return Ok(Arc::clone(server));
        }
        let known = self.local.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(pasted) = known.filter(|pasted| pasted.text == config) {
            return Ok(pasted.engine);
        }
        let wrong = |error: &dyn fmt::Display| Problem { pointer: "/config".to_owned(), message: error.to_string() };
        let plain = Engine::load().map_err(|error| vec![wrong(&error)])?;
        let read = Config::of_text(config, plain.knowledge());
        let read = read.map_err(|errors| errors.iter().map(|error| wrong(error)).collect::<Vec<_>>())?;
        let local = plain.under(read.policy, &read.mapping).map_err(|error| vec![wrong(&error)])?;
        let engine = Arc::new(local.in_zone(server.zone().clone()));
        let pasted = Pasted { text: config.to_owned(), engine: Arc::clone(&engine) };
        *self.local.lock().unwrap_or_else(PoisonError::into_inner) = Some(pasted);
        Ok(engine)
    }
}

impl Default for Workbench {
    fn default() -> Self {
        // Once in the life of a server: the bench is one page with two style sheets.
        let style = format!("{}\n{}", course::STYLE, include_str!("workbench/style.css"));
        Self { local: Mutex::new(None), style: Box::leak(style.into_boxed_str()) }
    }
}

impl fmt::Debug for Workbench {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Workbench")
    }
}

impl Bench for Workbench {
    fn page(&self, engine: &Engine, language: Language) -> String {
        page::page(engine, language)
    }

    fn judge(&self, engine: &Arc<Engine>, question: &[u8]) -> Result<String, Vec<Problem>> {
        let question = Question::read(question)?;
        let engine = self.engine_under(engine, &question.config)?;
        let services = question.services(&engine)?;
        let bundle = question.bundle()?;
        let settings =
            CallSettings { language: question.language, as_of: question.as_of.at(engine.zone()), accept_as_of: true };
        let (mut calls, mut asked) = (Vec::new(), Vec::new());
        for service in services {
            let request = bundle.request(&question, service);
            match engine.judge(&service.id, request.as_bytes(), &settings) {
                Ok(judged) => {
                    let (answer, refusal) = answered(engine.respond(&judged, question.language));
                    calls.push((judged, answer));
                    asked.push(Asked { service, request, refusal });
                }
                Err(refusal) => asked.push(Asked { service, request, refusal: Some(refusal) }),
            }
        }
        let course = Course::of(&engine, &calls);
        Ok(result::fragment(&engine, &question, course.as_ref(), &calls, &asked))
    }

    fn patient(&self, question: &[u8]) -> Option<String> {
        question::patient(question)
    }

    fn fixture(&self, path: &str) -> Option<&'static str> {
        let (folder, name) = path.split_once('/')?;
        let dir = match folder {
            "patients" => &PATIENTS,
            "orders" => &ORDERS,
            _ => return None,
        };
        dir.get_file(format!("{name}.json"))?.contents_utf8()
    }

    fn script(&self) -> &'static str {
        include_str!("workbench/script.js")
    }

    fn style(&self) -> &'static str {
        self.style
    }
}

fn answered(answer: Result<Response, Refusal>) -> (Option<Response>, Option<Refusal>) {
    match answer {
        Ok(answer) => (Some(answer), None),
        Err(refusal) => (None, Some(refusal)),
    }
}

/// The calls that were judged, each with its answer.
type Calls<'e> = [(Judged<'e>, Option<Response>)];
