//! A call as a FHIR R4 `AuditEvent`, in the shape of IHE BALP's `PatientQuery`: the client asks, the server answers, the user is
//! told. Of a call about no known patient (an unreadable body) it is BALP's Query.
//!
//! The five facts of NEN 7513: who (the agents), about whom (the entity of the patient), when (`recorded`), what (the query and
//! the entity of the service, with its rules) and why (`purposeOfEvent`, in the words of the hook); and its outcome.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use cellwise_clinic::Hook;

/// BALP's canonical base.
const BALP: &str = "https://profiles.ihe.net/ITI/BALP";
const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
/// The longest id of FHIR.
const LONGEST_ID: usize = 64;
/// The longest text of a client that is taken over: a user's name for themselves, the id of a call.
const LONGEST_TEXT: usize = 256;

/// What stands for a user whom the EHR of a SMART launch does not name.
pub const USER_NOT_SAID: &str = "user not said";

/// Whom a call is about, and who made it, as the request says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The bare id of the patient.
    pub patient: Option<String>,
    /// `context.userId`; of a page of the SMART app `fhirUser`, or [`USER_NOT_SAID`].
    pub user: Option<String>,
    /// `fhirServer`, on which both are.
    pub server: Option<String>,
    /// `hook`, when it is one that we know.
    pub hook: Option<&'static str>,
    /// `hookInstance`.
    pub hook_instance: Option<String>,
}

impl Subject {
    /// What a body says, as far as it can be read: a call that is refused is about somebody, too.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let said: Said<'_> = serde_json::from_slice(body).unwrap_or_default();
        let context: SaidContext<'_> =
            said.context.and_then(|context| serde_json::from_str(context.get()).ok()).unwrap_or_default();
        Self {
            patient: text(context.patient).map(|patient| bare(&patient).to_owned()),
            user: text(context.user),
            server: text(said.server),
            hook: text(said.hook).and_then(|hook| Hook::from_name(&hook)).map(Hook::name),
            hook_instance: text(said.hook_instance),
        }
    }
}

/// A member that is a text, and says something.
fn text(member: Option<&RawValue>) -> Option<String> {
    let text: String = serde_json::from_str(member?.get()).ok()?;
    (!text.trim().is_empty()).then_some(text)
}

/// The id in `Patient/id`: both spellings are sent.
fn bare(patient: &str) -> &str {
    patient.rsplit('/').next().unwrap_or(patient)
}

/// The few members of a request that say whom it is about, each whatever it is.
#[derive(Default, Deserialize)]
struct Said<'b> {
    #[serde(borrow)]
    hook: Option<&'b RawValue>,
    #[serde(borrow, rename = "hookInstance")]
    hook_instance: Option<&'b RawValue>,
    #[serde(borrow, rename = "fhirServer")]
    server: Option<&'b RawValue>,
    #[serde(borrow)]
    context: Option<&'b RawValue>,
}

#[derive(Default, Deserialize)]
struct SaidContext<'b> {
    #[serde(borrow, rename = "patientId")]
    patient: Option<&'b RawValue>,
    #[serde(borrow, rename = "userId")]
    user: Option<&'b RawValue>,
}

/// A call that brought data of a patient.
#[derive(Clone, Debug)]
pub struct Access<'c> {
    /// When it was answered.
    pub at: Timestamp,
    /// The name of the client, from the configuration.
    pub client: &'c str,
    /// The issuer of its tokens.
    pub issuer: Option<&'c str>,
    /// Where the connection came from: the client, or the proxy before this server.
    pub peer: Option<IpAddr>,
    /// The id of the request, as the log has it.
    pub request_id: &'c str,
    /// The id of the service, as it was called; `workbench` for what was laid there, `course` for a page of the SMART app,
    /// `PlanDefinition/$apply` for that operation.
    pub service: &'c str,
    /// The method of the request.
    pub method: &'c str,
    /// The path of the request, one of the server's own.
    pub path: &'c str,
    /// Whom it is about.
    pub subject: &'c Subject,
    /// The rules that have a card in the answer, with their versions.
    pub rules: Vec<(&'static str, u32)>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// How many cards the answer has.
    pub cards: usize,
}

/// The server that writes events.
#[derive(Clone, Debug)]
pub(super) struct AuditSource {
    address: String,
}

impl AuditSource {
    pub(super) fn new(address: &str) -> Self {
        Self { address: address.to_owned() }
    }

    /// The event of a call.
    pub(super) fn event(&self, access: &Access<'_>) -> Map<String, Value> {
        let profile = if access.subject.patient.is_some() { "PatientQuery" } else { "Query" };
        let hook = access.subject.hook.unwrap_or("unknown");
        let event = json!({
            "resourceType": "AuditEvent",
            "meta": { "profile": [format!("{BALP}/StructureDefinition/IHE.BasicAudit.{profile}")] },
            "type": coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "Restful Operation"),
            "subtype": [
                coding("http://hl7.org/fhir/restful-interaction", "search", "search"),
                coding("http://hl7.org/fhir/restful-interaction", "operation", "operation"),
            ],
            "action": "E",
            "recorded": format!("{:.3}", access.at),
            "outcome": outcome(access.status),
            "outcomeDesc": format!("HTTP {}, {} cards", access.status, access.cards),
            "purposeOfEvent": [{
                "coding": [coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT", "treatment")],
                "text": hook,
            }],
            "agent": self.agents(access),
            "source": {
                "site": self.address,
                "observer": { "display": concat!("cellwise ", env!("CARGO_PKG_VERSION")) },
                "type": [coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")],
            },
            "entity": entities(access, hook),
        });
        match event {
            Value::Object(event) => event,
            _ => Map::new(),
        }
    }

    fn agents(&self, access: &Access<'_>) -> Value {
        let user = access.subject.user.as_deref();
        // BALP wants one; where the connection is not one of the internet, it is this machine.
        let peer = access.peer.map_or_else(|| "localhost".to_owned(), |peer| peer.to_string());
        let client = json!({
            "type": concept(DICOM, "110153", "Source Role ID"),
            "who": { "identifier": identifier(access.issuer, access.client), "display": access.client },
            "requestor": user.is_none(),
            "network": { "address": peer, "type": if access.peer.is_some() { "2" } else { "1" } },
        });
        let server = json!({
            "type": concept(DICOM, "110152", "Destination Role ID"),
            "who": { "identifier": { "value": self.address }, "display": "cellwise" },
            "requestor": false,
            "network": { "address": self.address, "type": "5" },
        });
        let mut agents = vec![client, server];
        if let Some(user) = user {
            let who = match user {
                USER_NOT_SAID => json!({ "display": USER_NOT_SAID }),
                user => someone(&shortened(user), access.subject.server.as_deref()),
            };
            agents.push(json!({
                "type": concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient"),
                "who": who,
                "requestor": true,
            }));
        }
        Value::Array(agents)
    }
}

fn entities(access: &Access<'_>, hook: &str) -> Value {
    let Access { subject, service, method, path, .. } = access;
    let mut entities = Vec::new();
    if let Some(patient) = &subject.patient {
        entities.push(json!({
            "what": someone(&format!("Patient/{}", shortened(patient)), subject.server.as_deref()),
            "type": coding(ENTITY_TYPE, "1", "Person"),
            "role": coding(OBJECT_ROLE, "1", "Patient"),
        }));
    }
    entities.push(json!({
        "what": { "identifier": { "value": access.request_id } },
        "type": { "system": format!("{BALP}/CodeSystem/BasicAuditEntityType"), "code": "XrequestId" },
    }));
    let instance = subject.hook_instance.as_deref().map(shortened).unwrap_or_default();
    let query = format!("{method} {path}\nhook={hook}\nhookInstance={instance}");
    entities.push(json!({
        "type": coding(ENTITY_TYPE, "2", "System Object"),
        "role": coding(OBJECT_ROLE, "24", "Query"),
        "description": format!("{hook} on {service}"),
        "query": STANDARD.encode(query),
    }));
    let rules = access
        .rules
        .iter()
        .map(|(rule, version)| json!({ "type": "rule", "valueString": format!("{rule} {version}") }));
    let mut advice = json!({
        "type": coding(ENTITY_TYPE, "4", "Other"),
        "role": coding(OBJECT_ROLE, "20", "Job"),
        "name": *service,
    });
    let rules: Vec<Value> = rules.collect();
    if let Some(advice) = advice.as_object_mut().filter(|_| !rules.is_empty()) {
        advice.insert("detail".to_owned(), Value::Array(rules));
    }
    entities.push(advice);
    Value::Array(entities)
}

/// Success, a refusal that leaves the caller something to do, or our own fault.
fn outcome(status: u16) -> &'static str {
    match status {
        0..400 => "0",
        400..500 => "4",
        _ => "8",
    }
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn concept(system: &str, code: &str, display: &str) -> Value {
    json!({ "coding": [coding(system, code, display)] })
}

fn identifier(system: Option<&str>, value: &str) -> Value {
    match system {
        Some(system) => json!({ "system": system, "value": value }),
        None => json!({ "value": value }),
    }
}

/// `Type/id`, as a reference to the client's server where it names one; what is no reference, as an identifier.
fn someone(reference: &str, server: Option<&str>) -> Value {
    let is_id = |id: &str| {
        (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
    };
    match reference.split_once('/') {
        Some((kind, id)) if is_id(id) && !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphabetic()) => {
            let is_base = |server: &&str| {
                server.starts_with("http") && server.len() <= LONGEST_TEXT && !server.contains(['?', '#'])
            };
            let server = server.filter(is_base);
            let reference = match server {
                Some(server) => format!("{}/{reference}", server.trim_end_matches('/')),
                None => reference.to_owned(),
            };
            json!({ "reference": reference, "type": kind })
        }
        Some(("Patient", id)) => json!({ "identifier": { "value": id }, "type": "Patient" }),
        _ => json!({ "identifier": { "value": reference } }),
    }
}

/// A text of the client, not longer than a line of a log should be. FHIR has no empty texts, and no control characters.
fn shortened(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(LONGEST_TEXT).collect();
    if text.trim().is_empty() { "unknown".to_owned() } else { text.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_no_reference_is_an_identifier() {
        let server = Some("https://ehr.example.org/fhir/");
        for (reference, expected) in [
            (
                "Practitioner/a-1",
                json!({ "reference": "https://ehr.example.org/fhir/Practitioner/a-1", "type": "Practitioner" }),
            ),
            ("jansen", json!({ "identifier": { "value": "jansen" } })),
            ("Patient/a b", json!({ "identifier": { "value": "a b" }, "type": "Patient" })),
            ("Practitioner/", json!({ "identifier": { "value": "Practitioner/" } })),
        ] {
            assert_eq!(someone(reference, server), expected);
        }
        assert_eq!(someone("Patient/1", None)["reference"], "Patient/1");
    }

    #[test]
    fn a_text_of_the_client_stays_a_short_line() {
        assert_eq!(shortened("a\nb"), "a\u{fffd}b");
        assert_eq!(shortened("  "), "unknown");
        assert_eq!(shortened(&"é".repeat(1000)).chars().count(), LONGEST_TEXT);
    }

    #[test]
    fn an_outcome_says_whose_fault_it_is() {
        assert_eq!([200, 412, 500, 503].map(outcome), ["0", "4", "8", "8"]);
    }
}
