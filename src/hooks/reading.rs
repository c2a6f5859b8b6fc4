//! A request that was read, and what it lacks: more can be supplied before it is judged.

use std::borrow::Cow;

use serde::Deserialize;

use crate::call::{Problem, Refusal};
use crate::client::Access;
use crate::hooks::dispatched::Dispatched;
use crate::hooks::later::without_later;
use crate::hooks::request::{Request, check_json, plain_error};
use crate::hooks::searches::{About, Searches};
use crate::hooks::self_link::Fit;
use crate::knowledge::Service;
use cellwise_clinic::Hook;
use cellwise_fhir_reader::builder::ChartBuilder;
use cellwise_fhir_reader::later::Later;
use cellwise_fhir_reader::prefetch::{self, Delivered};
use cellwise_record::{Need, Source};

/// A request that is valid, and what it brought so far.
pub struct Reading<'e> {
    pub(super) service: &'e Service,
    pub(super) builder: ChartBuilder<'e>,
    pub(super) searches: Searches<'e>,
    pub(super) hook: Hook,
    pub(super) hook_instance: String,
    pub(super) about: About,
    pub(super) selections: Option<Vec<String>>,
    pub(super) access: Option<Access>,
    /// Kinds of data that this EHR holds as another, or not at all.
    pub(super) not_here: Vec<Source>,
    /// The orders that are sent on, where the hook is about such.
    pub(super) dispatched: Dispatched,
    /// Whether what is dated later than the call is left out of what is supplied.
    pub(super) is_of_the_past: bool,
}

impl<'e> Reading<'e> {
    /// The service that was called.
    #[must_use]
    pub fn service(&self) -> &'e Service {
        self.service
    }

    /// The hook that called.
    #[must_use]
    pub fn hook(&self) -> Hook {
        self.hook
    }

    /// The bare id of the patient.
    #[must_use]
    pub fn patient_id(&self) -> &str {
        &self.about.patient_id
    }

    /// The FHIR server that the request names.
    #[must_use]
    pub fn access(&self) -> Option<&Access> {
        self.access.as_ref()
    }

    /// Says that this EHR holds one kind of data as another: it has come when the other has, unless the request brought it
    /// all the same.
    pub fn held_elsewhere(&mut self, missing: Source, holder: Source) {
        if self.service.sources.contains(&missing) && self.searches.has_nothing(missing) {
            self.builder.held_elsewhere(missing, holder);
            self.not_here.push(missing);
        }
    }

    /// Says that this EHR has none of one kind of data: nothing came, or an error, and there is nothing.
    pub fn held_nowhere(&mut self, source: Source) {
        if self.service.sources.contains(&source) && self.searches.has_no_data(source) {
            self.builder.held_nowhere(source);
            self.not_here.push(source);
        }
    }

    /// Says that the call is about a day that is over: of what is supplied, what is dated later is left out.
    pub fn leave_out_later(&mut self) {
        self.is_of_the_past = true;
    }

    /// What the rules of the service ask for and prefetch did not bring: not at all, not whole, or only an error.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        self.searches.needs(&self.about, |source| !self.not_here.contains(&source))
    }

    /// The prefetch keys whose search looked at less than its template asks, by its own self link.
    pub fn narrowed(&self) -> impl Iterator<Item = (&str, Source)> {
        self.searches.narrowed()
    }

    /// Whether a search came that does not say what it looked at: it has no self link, or none that tells.
    #[must_use]
    pub fn has_unsaid(&self) -> bool {
        self.searches.has_unsaid()
    }

    /// The drugs that are only referenced and did not come along: at most `most`, those of drafts first.
    #[must_use]
    pub fn missing_drugs(&self, most: usize) -> Vec<Need> {
        let base = self.access.as_ref().map(|access| access.server.trim_end_matches('/')).unwrap_or_default();
        self.builder.missing_drugs(base, most)
    }

    /// The orders that are sent on and did not come along.
    #[must_use]
    pub fn missing_orders(&self) -> Vec<Need> {
        self.dispatched.needs()
    }

    /// Takes an order that is sent on. False when it is not one of those that were asked for.
    pub fn supply_order(&mut self, data: &[u8]) -> bool {
        check_json(data).is_ok_and(|resource| self.dispatched.take(resource, &mut self.builder))
    }

    /// Takes data in place of a prefetch value: the resource, the Bundle, or the `OperationOutcome`. False when its server
    /// searched for less than it was asked.
    pub fn supply(&mut self, need: &Need, data: &[u8]) -> bool {
        self.builder.asked_for(&self.about.patient_id);
        let of_that_day = self.is_of_the_past.then(|| without_later(data, &self.about.as_of));
        let answer = self.take(&need.key, of_that_day.as_deref().unwrap_or(data));
        // A Patient in a Bundle, say. The request is right: it is the answer that is not used.
        let is_about_another = self.builder.forget_another(&self.about.patient_id);
        let gaps = self.builder.take_gaps(need.source);
        self.dispatched.look_in_answer(data, &mut self.builder);
        let fit = self.searches.fetched(need, answer.filter(|_| !is_about_another), gaps, &self.about);
        !matches!(fit, Some(Fit::Narrower | Fit::Elsewhere))
    }

    /// Takes a Medication that was only referenced.
    pub fn supply_drug(&mut self, data: &[u8]) {
        let Ok(text) = std::str::from_utf8(data) else { return };
        // Another resource in its place would count as one of the patient's.
        if !serde_json::from_str::<Kind<'_>>(text).is_ok_and(|kind| kind.resource_type == "Medication") {
            return;
        }
        let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{text}}}]}}"#);
        // Whatever it is, it is no answer to a search: a drug that can't be read stays without a code.
        let _ = self.take("", bundle.as_bytes());
    }

    /// Says that data was asked for and did not come. What prefetch brought of it stays.
    pub fn failed(&mut self, need: &Need) {
        self.searches.failed(need);
    }

    fn take(&mut self, key: &str, data: &[u8]) -> Option<Delivered> {
        let text = check_json(data).ok()?;
        prefetch::read(&mut self.builder, key, text)
    }

    /// Reads what was put off.
    ///
    /// # Errors
    /// [`Refusal::NotJson`] when a resource says something twice.
    pub fn read_later(&mut self, later: Later<'_>) -> Result<(), Refusal> {
        later.read(&mut self.builder, &self.searches).map_err(|error| Refusal::NotJson { message: plain_error(&error) })
    }

    /// The request with the chart as it is before that is read which was put off.
    ///
    /// # Errors
    /// As for [`Reading::finish`].
    pub fn so_far(&self) -> Result<Request, Refusal> {
        self.request(self.builder.clone())
    }

    /// The request with its chart.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the Patient is another one, [`Refusal::Unobtainable`] when none of the orders came that the hook is
    /// about.
    pub fn finish(mut self) -> Result<Request, Refusal> {
        let builder = self.builder.take();
        self.request(builder)
    }

    fn request(&self, mut builder: ChartBuilder<'e>) -> Result<Request, Refusal> {
        let here: Vec<Source> =
            self.service.sources.iter().filter(|source| !self.not_here.contains(source)).copied().collect();
        self.searches.settle(&here, &mut builder);
        self.dispatched.settle(&mut builder).map_err(|keys| Refusal::Unobtainable { keys })?;
        let About { patient_id, as_of } = &self.about;
        let chart =
            builder.finish(patient_id, *as_of, self.selections.as_deref()).map_err(|_mismatch| another_patient())?;
        Ok(Request { hook: self.hook, hook_instance: self.hook_instance.clone(), chart })
    }
}

/// The refusal of a Patient that is not the one of the context.
pub(super) fn another_patient() -> Refusal {
    Refusal::Invalid {
        problems: vec![Problem {
            pointer: "/prefetch/patient/id".to_owned(),
            message: "the prefetched Patient is not the patient of `context.patientId`".to_owned(),
        }],
    }
}

/// What a resource says that it is.
#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(rename = "resourceType", borrow)]
    resource_type: Cow<'a, str>,
}
