//! What the FHIR server of the EHR answers, over HTTP and for prefetch alike, with the faults that are switched on.

use serde_json::{Map, Value, json};

use super::faults::{Fault, Faults};
use crate::fixtures::answer::{Answer, Search};
use crate::fixtures::parameters::{is_of_a_patient, patient_of};
use crate::fixtures::patients::Patients;
use crate::fixtures::query::OFFSET;
use crate::fixtures::request::{reference_of, type_of};

/// Resources on a page at most, whatever `_count` says.
pub(super) const PAGE: usize = 100;
/// The same while pages are cut off: a second one must be needed.
const SHORT_PAGE: usize = 1;
/// Whom the resources of another patient are about.
const SOMEBODY_ELSE: &str = "somebody-else";

/// The data as somebody may see it.
pub(super) struct Data<'d> {
    pub(super) patients: &'d Patients,
    pub(super) faults: &'d Faults,
    /// The base URL of the FHIR server.
    pub(super) base: &'d str,
    /// The one patient who may be seen; `None` is everybody.
    pub(super) patient: Option<&'d str>,
    /// Resources on a page.
    pub(super) page: usize,
}

/// An answer as it is sent.
#[derive(Debug, PartialEq)]
pub(super) struct Reply {
    pub(super) answer: Answer,
    /// Whether its text breaks off.
    is_cut: bool,
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self { answer, is_cut: false }
    }
}

impl Reply {
    /// The body.
    pub(super) fn text(&self) -> String {
        let mut text = self.answer.body.to_string();
        if self.is_cut {
            let half = text.len() / 2;
            let end = (half..text.len()).find(|place| text.is_char_boundary(*place)).unwrap_or(text.len());
            text.truncate(end);
        }
        text
    }

    /// What an EHR puts into prefetch: the resource, or the error; nothing when it can't read its own answer. What is not there
    /// is `null`.
    pub(super) fn prefetched(self) -> Option<Value> {
        match self.answer.status {
            _ if self.is_cut => None,
            404 => Some(Value::Null),
            _ => Some(self.answer.body),
        }
    }
}

impl Data<'_> {
    /// `Type/id`.
    pub(super) fn read(&self, of: &str, id: &str) -> Reply {
        if let Some(failure) = self.failure(of) {
            return failure;
        }
        let Some(found) = self.patients.find(&format!("{of}/{id}")) else {
            return Answer::refused(404, "not-found", "there is no such resource").into();
        };
        if let (Some(own), Some(about)) = (self.patient, patient_of(found))
            && own != about
        {
            return Answer::refused(403, "forbidden", "the token is for another patient").into();
        }
        let mut resource = found.clone();
        if self.faults.concerns(Fault::OtherPatient, of) {
            about_another(&mut resource, patient_of(found).unwrap_or_default());
        }
        self.finished(of, Answer::ok(resource))
    }

    /// `Type?…`; the parameters are those of the address, and of a form.
    pub(super) fn search(&self, of: &str, address: &str, form: &str) -> Reply {
        if let Some(failure) = self.failure(of) {
            return failure;
        }
        let search = match Search::read(of, address, form) {
            Ok(search) => search,
            Err(refusal) => return refusal.into(),
        };
        let asked = search.query.patient();
        if let (Some(own), Some(asked)) = (self.patient, asked)
            && own != asked
        {
            return Answer::refused(403, "forbidden", "the token is for another patient").into();
        }
        let is_cut_off = self.faults.concerns(Fault::CutOff, of);
        if is_cut_off && search.query.parameter(OFFSET).is_some() {
            return Answer::refused(410, "expired", "this page is gone").into();
        }
        let most = if is_cut_off { SHORT_PAGE } else { self.page };
        let nobody = json!({ "resourceType": "Bundle", "entry": [] });
        // What belongs to no patient is open to every token.
        let mut page = match asked.or(self.patient.filter(|_| is_of_a_patient(of) || of == "Patient")) {
            Some(patient) => search.page(self.patients.record(patient).unwrap_or(&nobody), self.base, most),
            None => search.page(&self.patients.everything(), self.base, most),
        };
        self.spoil(of, &search, &mut page);
        self.addressed(&mut page);
        self.finished(of, Answer::ok(page))
    }

    /// What the server says instead of any data.
    fn failure(&self, of: &str) -> Option<Reply> {
        let refused = |status, code, problem| Some(Answer::refused(status, code, problem).into());
        if self.faults.concerns(Fault::Forbidden, of) {
            return refused(403, "forbidden", "a fault that is switched on: forbidden");
        }
        if self.faults.concerns(Fault::ServerError, of) {
            return refused(500, "exception", "a fault that is switched on: server-error");
        }
        None
    }

    fn finished(&self, of: &str, answer: Answer) -> Reply {
        Reply { answer, is_cut: self.faults.concerns(Fault::InvalidJson, of) }
    }

    /// Makes a page what the faults make of it.
    fn spoil(&self, of: &str, search: &Search, page: &mut Value) {
        let has = |fault| self.faults.concerns(fault, of);
        let Some(members) = page.as_object_mut() else { return };
        if has(Fault::NotIncluded) {
            let is_found = |entry: &Value| entry.pointer("/search/mode").and_then(Value::as_str) != Some("include");
            change_entries(members, |list| list.retain(is_found));
        }
        if has(Fault::OtherPatient) {
            change_entries(members, |list| {
                for resource in list.iter_mut().filter_map(|entry| entry.get_mut("resource")) {
                    let own = patient_of(resource).unwrap_or_default().to_owned();
                    about_another(resource, &own);
                }
            });
        }
        if has(Fault::Incomplete) {
            let total = members.get("total").and_then(Value::as_u64).unwrap_or_default();
            members.insert("total".to_owned(), json!(total + 1));
        }
        if has(Fault::Narrower) {
            members.remove("entry");
            members.insert("total".to_owned(), json!(0));
            let link = format!("{}&_tag=released", search.address(self.base));
            members.insert("link".to_owned(), json!([{ "relation": "self", "url": link }]));
        }
        if has(Fault::OutcomeEntry) {
            let issue =
                json!({ "severity": "error", "code": "incomplete", "diagnostics": "not everything could be searched" });
            let outcome = json!({ "resourceType": "OperationOutcome", "issue": [issue] });
            members.insert("entry".to_owned(), json!([{ "resource": outcome, "search": { "mode": "outcome" } }]));
            members.insert("total".to_owned(), json!(0));
        }
        if has(Fault::NoSelfLink)
            && let Some(links) = members.get_mut("link").and_then(Value::as_array_mut)
        {
            links.retain(|link| link.get("relation").and_then(Value::as_str) != Some("self"));
            if links.is_empty() {
                members.remove("link");
            }
        }
    }

    /// Every entry says where its resource is.
    fn addressed(&self, page: &mut Value) {
        for entry in page.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten() {
            let reference = entry.get("resource").and_then(reference_of);
            if let (Some(reference), Some(members)) = (reference, entry.as_object_mut()) {
                members.insert("fullUrl".to_owned(), json!(format!("{}/{reference}", self.base)));
            }
        }
    }
}

/// Changes the entries of a page; there may be none.
fn change_entries(members: &mut Map<String, Value>, change: impl FnOnce(&mut Vec<Value>)) {
    let mut list = match members.remove("entry") {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    change(&mut list);
    // FHIR has no empty lists.
    if !list.is_empty() {
        members.insert("entry".to_owned(), Value::Array(list));
    }
}

/// Makes a resource somebody else's.
fn about_another(value: &mut Value, patient: &str) {
    if type_of(value) == Some("Patient")
        && let Some(id) = value.get_mut("id")
    {
        *id = json!(SOMEBODY_ELSE);
    }
    replace(value, &format!("Patient/{patient}"));
}

fn replace(value: &mut Value, own: &str) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(text) if key == "reference" && text.ends_with(own) => {
                        *text = format!("Patient/{SOMEBODY_ELSE}");
                    }
                    _ => replace(member, own),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, own)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(faults: &[Fault], of: Option<&str>, query: &str) -> Reply {
        let patients = Patients::carried().unwrap();
        let faults = Faults::new(faults.iter().copied(), of.map(str::to_owned));
        let base = "http://127.0.0.1:8090/fhir";
        let data = Data { patients: &patients, faults: &faults, base, patient: Some("car-t-inpatient"), page: PAGE };
        if let Some((kind, query)) = query.split_once('?') {
            return data.search(kind, query, "");
        }
        let (kind, id) = query.split_once('/').unwrap();
        data.read(kind, id)
    }

    fn count(reply: &Reply) -> usize {
        reply.answer.body["entry"].as_array().map_or(0, Vec::len)
    }

    const SEARCH: &str = "MedicationRequest?patient=car-t-inpatient";

    #[test]
    fn a_token_opens_one_patient() {
        let all = reply(&[], None, SEARCH);
        assert!(count(&all) > 1);
        assert_eq!(count(&reply(&[], None, "MedicationRequest?")), count(&all));
        assert_eq!(count(&reply(&[], None, "Patient?")), 1);
        assert_eq!(reply(&[], None, "Condition?patient=woman-ms").answer.status, 403);
        assert_eq!(reply(&[], None, "Patient/woman-ms").answer.status, 403);
        assert_eq!(reply(&[], None, "Patient/nobody").answer.status, 404);
        assert_eq!(reply(&[], None, "Condition?colour=red").answer.status, 400);
        assert_eq!(reply(&[], None, "Patient/car-t-inpatient").answer.body["id"], "car-t-inpatient");
        let address = all.answer.body["entry"][0]["fullUrl"].as_str().unwrap();
        assert!(address.starts_with("http://127.0.0.1:8090/fhir/MedicationRequest/"), "{address}");
    }

    #[test]
    fn each_fault_does_what_it_says() {
        let whole = reply(&[], None, SEARCH);
        let total = whole.answer.body["total"].as_u64().unwrap();
        let with = |fault| reply(&[fault], None, SEARCH);
        assert_eq!(with(Fault::Forbidden).answer.status, 403);
        assert_eq!(with(Fault::ServerError).answer.status, 500);
        assert!(serde_json::from_str::<Value>(&with(Fault::InvalidJson).text()).is_err());
        assert_eq!(with(Fault::InvalidJson).prefetched(), None);
        assert_eq!(with(Fault::Incomplete).answer.body["total"], total + 1);
        let narrower = with(Fault::Narrower);
        assert_eq!((count(&narrower), &narrower.answer.body["total"]), (0, &json!(0)));
        assert!(narrower.answer.body["link"][0]["url"].as_str().unwrap().ends_with("&_tag=released"));
        let first = with(Fault::CutOff);
        let next = first.answer.body["link"][1]["url"].as_str().unwrap().rsplit_once("fhir/").unwrap().1.to_owned();
        assert_eq!((count(&first), reply(&[Fault::CutOff], None, &next).answer.status), (1, 410));
        assert_eq!(with(Fault::NoSelfLink).answer.body.get("link"), None);
        assert_eq!(with(Fault::OutcomeEntry).answer.body["entry"][0]["search"]["mode"], "outcome");
        let other = with(Fault::OtherPatient);
        assert_eq!(other.answer.body["entry"][0]["resource"]["subject"]["reference"], "Patient/somebody-else");
        assert_eq!(reply(&[Fault::OtherPatient], None, "Patient/car-t-inpatient").answer.body["id"], "somebody-else");
        assert_eq!(reply(&[Fault::Forbidden], Some("Observation"), SEARCH), whole);
    }
}
