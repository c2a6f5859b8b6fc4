//! A request that was read, and what it lacks: more can be supplied before it is judged.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeSeed as _;

use crate::call::{Problem, Refusal};
use crate::client::Access;
use crate::hooks::request::{Request, check_json};
use crate::knowledge::{Service, searchable};
use cellwise_clinic::Hook;
use cellwise_fhir_reader::builder::ChartBuilder;
use cellwise_fhir_reader::prefetch::{Delivery, ValueSeed};
use cellwise_record::{AsOf, Need, Source};

/// A request that is valid, and what it brought so far.
pub struct Reading<'e> {
    pub(super) service: &'e Service,
    pub(super) builder: ChartBuilder<'e>,
    pub(super) hook: Hook,
    pub(super) hook_instance: String,
    pub(super) patient_id: String,
    pub(super) as_of: AsOf,
    pub(super) selections: Option<Vec<String>>,
    pub(super) access: Option<Access>,
}

impl<'e> Reading<'e> {
    /// The service that was called.
    #[must_use]
    pub fn service(&self) -> &'e Service {
        self.service
    }

    /// The bare id of the patient.
    #[must_use]
    pub fn patient_id(&self) -> &str {
        &self.patient_id
    }

    /// The FHIR server that the request names.
    #[must_use]
    pub fn access(&self) -> Option<&Access> {
        self.access.as_ref()
    }

    /// Says that this EHR holds one kind of data as another: it has come when the other has.
    pub fn held_elsewhere(&mut self, missing: Source, holder: Source) {
        if self.service.sources.contains(&missing) {
            self.builder.held_elsewhere(missing, holder);
        }
    }

    /// What the rules of the service ask for and prefetch did not bring: not at all, not whole, or only an error.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        let lacking = self.service.sources.iter().filter(|source| self.builder.lacks(**source));
        lacking
            .filter_map(|source| {
                let template = self.service.prefetch.get(source.key())?;
                // A comma in an id would ask for two patients.
                let id = if template.contains('?') {
                    searchable(&self.patient_id)
                } else {
                    utf8_percent_encode(&self.patient_id, IN_A_PATH).to_string()
                };
                let query = template.replace(PATIENT_TOKEN, &id);
                // A template that can't be filled in can't be asked.
                (!query.contains("{{")).then_some(Need { source: *source, query })
            })
            .collect()
    }

    /// The drugs that are only referenced and did not come along: at most `most`, those of drafts first.
    #[must_use]
    pub fn missing_drugs(&self, most: usize) -> Vec<Need> {
        let base = self.access.as_ref().map(|access| access.server.trim_end_matches('/')).unwrap_or_default();
        self.builder.missing_drugs(base, most)
    }

    /// Takes data in place of a prefetch value: the resource, the Bundle, or the `OperationOutcome`.
    pub fn supply(&mut self, source: Source, data: &[u8]) {
        let before = self.builder.forget_delivery(source);
        self.builder.asked_for(&self.patient_id);
        let delivery = self.take(source.key(), data);
        // A Patient in a Bundle, say. The request is right: it is the answer that is not used.
        let is_about_another = self.builder.forget_another(&self.patient_id);
        match delivery {
            Some(delivery) if delivery.is_an_answer() && !is_about_another => self.builder.delivered(source, delivery),
            _ => self.builder.not_fetched(source, before),
        }
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
    pub fn failed(&mut self, source: Source) {
        self.builder.not_fetched(source, Vec::new());
    }

    fn take(&mut self, key: &str, data: &[u8]) -> Option<Delivery> {
        let text = check_json(data).ok()?;
        let mut json = serde_json::Deserializer::from_str(text);
        let delivery = ValueSeed { collect: &mut self.builder, key }.deserialize(&mut json).ok()?;
        json.end().ok().map(|()| delivery)
    }

    /// The request with its chart.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the Patient is another one.
    pub fn finish(self) -> Result<Request, Refusal> {
        let chart = self
            .builder
            .finish(&self.patient_id, self.as_of, self.selections.as_deref())
            .map_err(|_mismatch| another_patient())?;
        Ok(Request { hook: self.hook, hook_instance: self.hook_instance, chart })
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

/// The token of the templates. No other is used (`tests/tidy.rs`).
const PATIENT_TOKEN: &str = "{{context.patientId}}";
/// What an id keeps as part of a path. FHIR ids keep all of it; what is sent may be anything.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
