//! The pure heart of a call: bytes and an instant in, cards or a refusal out.
//!
//! Everything here is read once at start-up, cross-checked, and read-only afterwards. No clock, no network, no files.

pub use crate::call::{CallSettings, Problem, Refusal};
use crate::hooks::feedback::{self, Feedback};
use crate::hooks::reading::Reading;
use crate::hooks::request::{self, Request};
use crate::hooks::response::{CardWriter, Response};
use crate::knowledge::{Knowledge, Service};
use cellwise_clinic::evaluation::{self, Answer, Evaluation, Extent};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Hook, Language};
use cellwise_fhir_reader::collect::PUT_OFF;
pub use cellwise_fhir_reader::later::Later;
use cellwise_record::terminology::mapping::Mapping;
use cellwise_record::{Chart, StartupError};
use jiff::tz::TimeZone;

/// The knowledge of the server, ready to answer calls from any number of threads.
pub struct Engine {
    knowledge: Knowledge,
    policy: Policy,
    /// The address of this server, where the pages of the rules are; without it cards have no link.
    address: Option<String>,
    /// The time zone of the place of care.
    zone: TimeZone,
}

/// The time zone of cases, courses and files that are judged on the command line: they must not depend on the machine.
pub const ZONE_OF_CASES: &str = "Europe/Amsterdam";

/// The time zone of this name.
///
/// # Errors
/// When there is none.
pub fn time_zone(name: &str) -> Result<TimeZone, StartupError> {
    TimeZone::get(name).map_err(|_unknown| StartupError::file(name, "is no time zone"))
}

/// A call judged, before it is put into words.
pub struct Judged<'e> {
    /// The request with its chart.
    pub request: Request,
    /// What every rule found.
    pub evaluation: Evaluation,
    /// The service that was called.
    pub service: &'e Service,
}

impl Engine {
    /// Loads and cross-checks everything the binary carries.
    ///
    /// # Errors
    /// Names the file and what is wrong with it; the server must not start.
    pub fn load() -> Result<Self, StartupError> {
        Ok(Self {
            knowledge: Knowledge::load()?,
            policy: Policy::default(),
            address: None,
            zone: time_zone(ZONE_OF_CASES)?,
        })
    }

    /// An engine that knows something else than the binary carries.
    #[cfg(test)]
    pub(crate) fn of(knowledge: Knowledge) -> Self {
        Self { knowledge, policy: Policy::default(), address: None, zone: TimeZone::UTC }
    }

    /// The same engine in one hospital: with its numbers and codes, and without what it has switched off.
    ///
    /// # Errors
    /// When the discovery document can't be written.
    pub fn under(self, policy: Policy, mapping: &Mapping) -> Result<Self, StartupError> {
        Ok(Self { knowledge: self.knowledge.under(&policy, mapping)?, policy, ..self })
    }

    /// The same engine on a server that is called at `address`: its cards link to the pages of their rules there.
    #[must_use]
    pub fn at(self, address: Option<&str>) -> Self {
        Self { address: address.map(|address| address.trim_end_matches('/').to_owned()), ..self }
    }

    /// The same engine in a time zone: today is that of the place of care, and an instant is of the day that it is there.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// The time zone of the place of care.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The hospital's numbers, and what it has switched off.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the server knows.
    #[must_use]
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The ids of the services, sorted.
    pub fn service_ids(&self) -> impl Iterator<Item = &str> {
        self.knowledge.services.iter().map(|service| service.id.as_str())
    }

    /// The discovery document (`GET /cds-services`), serialised once.
    #[must_use]
    pub fn discovery(&self) -> &str {
        self.knowledge.discovery()
    }

    /// The same for a client that fills in FHIRPath.
    #[must_use]
    pub fn discovery_in_fhirpath(&self) -> &str {
        self.knowledge.discovery_in_fhirpath()
    }

    /// Answers one call of service `service_id`: the JSON body of the 200 response.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn call(&self, service_id: &str, body: &[u8], settings: &CallSettings) -> Result<String, Refusal> {
        let (reading, later) = self.read_sparing(service_id, body, settings)?;
        let judged = self.evaluate_sparing(reading, later)?;
        let response = self.respond(&judged, settings.language)?;
        // The response is made of strings and numbers only: serialising it can't fail.
        Ok(serde_json::to_string(&response).unwrap_or_default())
    }

    /// Reads a request and judges it by every rule of the service and hook, each with its tree.
    ///
    /// # Errors
    /// See [`Refusal`]; never [`Refusal::Unobtainable`].
    pub fn judge(&self, service_id: &str, body: &[u8], settings: &CallSettings) -> Result<Judged<'_>, Refusal> {
        self.judge_reading(self.read(service_id, body, settings)?, Extent::Trees)
    }

    /// Reads a request, as far as it goes: what prefetch did not bring can be supplied before it is judged.
    ///
    /// # Errors
    /// See [`Refusal`]; never [`Refusal::Unobtainable`].
    pub fn read(&self, service_id: &str, body: &[u8], settings: &CallSettings) -> Result<Reading<'_>, Refusal> {
        let (mut reading, later) = self.read_sparing(service_id, body, settings)?;
        reading.read_later(later)?;
        Ok(reading)
    }

    /// Reads a request without what only those need whom a rule can concern.
    ///
    /// # Errors
    /// See [`Refusal`]; never [`Refusal::Unobtainable`].
    pub fn read_sparing<'e, 'b>(
        &'e self,
        service_id: &str,
        body: &'b [u8],
        settings: &CallSettings,
    ) -> Result<(Reading<'e>, Later<'b>), Refusal> {
        let endpoint = self.knowledge.endpoint(service_id).ok_or(Refusal::UnknownService)?;
        request::read(body, endpoint, &self.knowledge.terminology, &self.knowledge.schemas, &self.zone, settings)
    }

    /// Judges what was read by the rules of the service and hook that can concern the patient, as far as cards take it. Others are
    /// known noes without a tree.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the data is about another patient.
    pub fn evaluate<'e>(&'e self, reading: Reading<'e>) -> Result<Judged<'e>, Refusal> {
        self.judge_reading(reading, Extent::Cards)
    }

    /// The same, and reads what was put off only where a rule has to look there: if not, the chart has neither values nor dates of it.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the data is about another patient, [`Refusal::NotJson`] when what was put off says something twice.
    pub fn evaluate_sparing<'e>(&'e self, mut reading: Reading<'e>, later: Later<'_>) -> Result<Judged<'e>, Refusal> {
        if !later.is_empty() {
            let (request, service) = (reading.so_far()?, reading.service());
            if let Some(evaluation) = self.judge_so_far(service, request.hook, &request.chart) {
                return Ok(Judged { request, evaluation, service });
            }
            reading.read_later(later)?;
        }
        self.evaluate(reading)
    }

    /// Judges what was read by every rule of the service and hook, each with its tree.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the data is about another patient.
    pub fn evaluate_trees<'e>(&'e self, reading: Reading<'e>) -> Result<Judged<'e>, Refusal> {
        self.judge_reading(reading, Extent::Trees)
    }

    fn judge_reading<'e>(&'e self, reading: Reading<'e>, extent: Extent) -> Result<Judged<'e>, Refusal> {
        let service = reading.service();
        let request = reading.finish()?;
        let evaluation = self.judge_chart(service, request.hook, &request.chart, extent);
        Ok(Judged { request, evaluation, service })
    }

    /// Judges a chart before what is put off was read; `None` where a rule has to look there.
    #[must_use]
    pub fn judge_so_far(&self, service: &Service, hook: Hook, chart: &Chart) -> Option<Evaluation> {
        let rules = service.hooks.get(hook.name()).map_or(&[][..], Vec::as_slice);
        let Knowledge { terminology, indications, .. } = &self.knowledge;
        evaluation::evaluate_without(PUT_OFF, rules, chart, hook, &self.policy, terminology, indications)
    }

    /// Judges a chart by the rules of a service and hook.
    #[must_use]
    pub fn judge_chart(&self, service: &Service, hook: Hook, chart: &Chart, extent: Extent) -> Evaluation {
        let rules = service.hooks.get(hook.name()).map_or(&[][..], Vec::as_slice);
        let Knowledge { terminology, indications, .. } = &self.knowledge;
        evaluation::evaluate(rules, chart, hook, &self.policy, terminology, indications, extent)
    }

    /// Puts what was found into cards.
    ///
    /// # Errors
    /// [`Refusal::Unobtainable`] when nothing can be said for lack of data.
    pub fn respond(&self, judged: &Judged<'_>, language: Language) -> Result<Response, Refusal> {
        self.respond_to(judged, language, false)
    }

    /// The same for an EHR that has the SMART app: its cards link to it.
    ///
    /// # Errors
    /// As for [`Engine::respond`].
    pub fn respond_to(&self, judged: &Judged<'_>, language: Language, has_app: bool) -> Result<Response, Refusal> {
        match judged.evaluation.answer(&judged.request.chart, &judged.service.sources) {
            Answer::Unobtainable(sources) => {
                Err(Refusal::Unobtainable { keys: sources.into_iter().map(|source| source.key().to_owned()).collect() })
            }
            Answer::Cards { unchecked } => {
                let writer = CardWriter { has_app, ..self.writer(judged, language) };
                Ok(writer.cards(&judged.evaluation, &unchecked))
            }
        }
    }

    /// What puts the findings of a call into words.
    #[must_use]
    pub fn writer<'a>(&'a self, judged: &'a Judged<'_>, language: Language) -> CardWriter<'a> {
        CardWriter {
            texts: &self.knowledge.texts,
            language,
            policy: &self.policy,
            terminology: &self.knowledge.terminology,
            request: &judged.request,
            reader: judged.evaluation.reader,
            address: self.address.as_deref(),
            has_app: false,
        }
    }

    /// Checks and reads a feedback body.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn feedback(&self, service_id: &str, body: &[u8]) -> Result<Vec<Feedback>, Refusal> {
        self.knowledge.endpoint(service_id).ok_or(Refusal::UnknownService)?;
        request::check_json(body)?;
        let value: serde_json::Value =
            serde_json::from_slice(body).map_err(|error| Refusal::NotJson { message: request::plain_error(&error) })?;
        let problems = self.knowledge.schemas.check_feedback(&value);
        if !problems.is_empty() {
            return Err(Refusal::Invalid { problems });
        }
        feedback::read(&value).map_err(|problems| Refusal::Invalid { problems })
    }
}
