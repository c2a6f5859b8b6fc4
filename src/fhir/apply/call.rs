//! From what `$apply` is given to the hook call that it stands for.

use std::borrow::Cow;

use serde_json::json;
use serde_json::value::RawValue;

use super::input::{Input, Prefetched};
use crate::call;
use crate::engine::Engine;
use crate::fhir::outcome::{Issue, Refusal, Why};
use crate::fhir::parameters::Members;
use crate::fhir::{Artifact, Artifacts};
use crate::hooks::request::AS_OF_EXTENSION;
use crate::knowledge::Service;
use cellwise_clinic::{Hook, Language, Rule};
use cellwise_record::Source;

/// The parameters of `$apply` that have an effect, for whoever describes the operation: name, type, what it is.
pub const PARAMETERS: [(&str, &str, &str); 11] = [
    ("canonical", "canonical", "the PlanDefinition, when the call is not about one by its path"),
    ("url", "uri", "the same by its url"),
    ("version", "string", "and its version"),
    ("subject", "string", "the patient: `Patient/<id>`"),
    ("encounter", "string", "the encounter; the hooks that start or end one need it"),
    ("practitioner", "string", "who asks"),
    ("userLanguage", "CodeableConcept", "the language of what is said"),
    ("parameters", "Parameters", "the input parameters of the rule's Library: hook, draftOrders, …"),
    ("data", "Bundle", "what there is of the record"),
    ("prefetchData", "parts", "the same as prefetch keys: `key` and `data`"),
    ("dataEndpoint", "Endpoint", "a listed FHIR server, with its `Authorization` among the headers"),
];

/// The id of the call that no client gave: nothing of the answer depends on it.
const NO_INSTANCE: &str = "00000000-0000-4000-8000-000000000000";

/// Where a Bundle of everything stands.
const DATA: &str = "Parameters.parameter.where(name = 'data').resource";

/// A hook call.
pub struct Asked<'e> {
    /// The rule that is asked about.
    pub rule: &'static Rule,
    /// Its PlanDefinition.
    pub plan: &'e Artifact,
    /// The service that asks the rule on this hook.
    pub service: &'e Service,
    /// The hook.
    pub hook: Hook,
    /// The body of the call.
    pub body: String,
    /// The language that the parameters ask for.
    pub language: Option<Language>,
    /// The encounter, by its bare id.
    pub encounter: Option<String>,
}

/// The call that `input` stands for. `id` is that of the path.
///
/// # Errors
/// No such rule, one that is switched off, no patient; data that is no Bundle.
pub fn read<'e>(
    engine: &'e Engine,
    artifacts: &'e Artifacts,
    id: Option<&str>,
    input: &Input<'_>,
) -> Result<Asked<'e>, Refusal> {
    let (rule, plan) = plan(artifacts, id, input)?;
    let (service, hook) = service(engine, rule, input)?;
    let patient = input.patient.as_deref().ok_or_else(|| {
        Refusal::invalid(Issue::new("required", "expected the parameter `subject`, a patient").at("subject"))
    })?;
    let mut members = vec![
        ("hook", json!(hook.name()).to_string()),
        ("hookInstance", json!(NO_INSTANCE).to_string()),
        ("context", context(input, hook, patient)?),
        ("prefetch", prefetch(input, service, patient)?),
    ];
    if let Some(endpoint) = &input.endpoint {
        members.push(("fhirServer", json!(endpoint.address).to_string()));
        if let Some(token) = &endpoint.token {
            let authorization = json!({
                "access_token": token.reveal(),
                "token_type": "Bearer",
                "expires_in": 0,
                "scope": "",
                "subject": "cellwise",
            });
            members.push(("fhirAuthorization", authorization.to_string()));
        }
    }
    if let Some(as_of) = &input.as_of {
        members.push(("extension", json!({ AS_OF_EXTENSION: as_of }).to_string()));
    }
    Ok(Asked {
        rule,
        plan,
        service,
        hook,
        body: object(&members),
        language: input.language,
        encounter: input.encounter.clone(),
    })
}

/// An object of members that are JSON already.
fn object<K: AsRef<str>>(members: &[(K, String)]) -> String {
    let member = |(name, value): &(K, String)| format!("{}:{value}", json!(name.as_ref()));
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}

fn plan<'e>(
    artifacts: &'e Artifacts,
    id: Option<&str>,
    input: &Input<'_>,
) -> Result<(&'static Rule, &'e Artifact), Refusal> {
    let found = match (id, &input.canonical) {
        (Some(_), Some(_)) => {
            let message = "the path names the PlanDefinition already: take `canonical`, `url` or `planDefinition` out";
            return Err(Refusal::invalid(Issue::new("business-rule", message)));
        }
        (Some(id), None) => artifacts.find("PlanDefinition", id),
        (None, Some(canonical)) => artifacts.resolve("PlanDefinition", canonical),
        (None, None) => {
            let message = "expected the parameter `canonical`: the PlanDefinition, as `url` or `url|version`";
            return Err(Refusal::invalid(Issue::new("required", message)));
        }
    };
    let rule = found.and_then(|plan| {
        let rule = cellwise_clinic::rules::ALL.iter().find(|rule| rule.id == plan.id())?;
        Some((*rule, plan))
    });
    rule.ok_or_else(|| Refusal::not_found("there is no such PlanDefinition here: they are at `/fhir/PlanDefinition`"))
}

/// The service that asks a rule, and the hook on which it does.
fn service<'e>(engine: &'e Engine, rule: &Rule, input: &Input<'_>) -> Result<(&'e Service, Hook), Refusal> {
    let services = || engine.knowledge().services.iter();
    let on = |hook: Hook| {
        services().find(|service| {
            service.hooks.get(hook.name()).is_some_and(|rules| rules.iter().any(|asked| asked.id == rule.id))
        })
    };
    let offered: Vec<Hook> = Hook::ALL.into_iter().filter(|hook| on(*hook).is_some()).collect();
    if offered.is_empty() {
        let reason = engine.policy().rule_off(rule.id).map(|reason| format!(": {reason}")).unwrap_or_default();
        let message = format!("this rule is switched off in this hospital{reason}");
        return Err(Refusal::unprocessable(Issue::new("business-rule", message)));
    }
    let wanted = input.hook.or_else(|| implied(input, &offered)).or_else(|| offered.first().copied());
    wanted.and_then(|hook| Some((on(hook)?, hook))).ok_or_else(|| {
        let names: Vec<&str> = offered.iter().map(|hook| hook.name()).collect();
        let message = format!("this rule is not asked on this hook, only on {}", names.join(", "));
        Refusal::invalid(Issue::new("not-supported", message).at(own("hook")))
    })
}

/// The hook that what is given speaks of.
fn implied(input: &Input<'_>, offered: &[Hook]) -> Option<Hook> {
    let is_offered = |hook: &Hook| offered.contains(hook);
    let drafts =
        input.draft_orders.map(|_| if input.selections.is_empty() { Hook::OrderSign } else { Hook::OrderSelect });
    let dispatched = (!input.dispatched.is_empty()).then_some(Hook::OrderDispatch);
    let drafts = dispatched.or(drafts);
    drafts.or_else(|| input.appointments.map(|_| Hook::AppointmentBook)).filter(is_offered)
}

fn context(input: &Input<'_>, hook: Hook, patient: &str) -> Result<String, Refusal> {
    let user = input.practitioner.as_deref().unwrap_or("Practitioner/unknown");
    let mut members = vec![("userId", json!(user).to_string()), ("patientId", json!(patient).to_string())];
    if let Some(encounter) = &input.encounter {
        members.push(("encounterId", json!(encounter).to_string()));
    }
    let needs = |what: &str| {
        let message = format!("the hook {} needs the parameter `{what}`", hook.name());
        let place = if what == "encounter" { what.to_owned() } else { own(what) };
        Refusal::invalid(Issue::new("required", message).at(place))
    };
    match hook {
        Hook::OrderSelect | Hook::OrderSign => {
            let drafts = input.draft_orders.ok_or_else(|| needs("draftOrders"))?;
            if hook == Hook::OrderSelect {
                let every;
                let picked = if input.selections.is_empty() {
                    every = drafted(drafts);
                    &every
                } else {
                    &input.selections
                };
                members.push(("selections", json!(picked).to_string()));
            }
            members.push(("draftOrders", drafts.get().to_owned()));
        }
        Hook::OrderDispatch => {
            if input.dispatched.is_empty() {
                return Err(needs("dispatchedOrders"));
            }
            let performer = input.performer.as_deref().ok_or_else(|| needs("performer"))?;
            members.push(("dispatchedOrders", json!(input.dispatched).to_string()));
            members.push(("performer", json!(performer).to_string()));
        }
        Hook::AppointmentBook => {
            members.push(("appointments", input.appointments.ok_or_else(|| needs("appointments"))?.get().to_owned()));
        }
        Hook::EncounterStart | Hook::EncounterDischarge if input.encounter.is_none() => return Err(needs("encounter")),
        Hook::PatientView | Hook::EncounterStart | Hook::EncounterDischarge => {}
    }
    Ok(object(&members))
}

/// Every draft of a Bundle, as `Type/id`.
fn drafted(bundle: &RawValue) -> Vec<String> {
    let Ok(bundle) = Members::of(bundle.get(), "") else { return Vec::new() };
    let reference = |entry: &RawValue| {
        let entry = Members::of(entry.get(), "").ok()?;
        let resource = Members::of(entry.get("resource")?.get(), "").ok()?;
        Some(format!("{}/{}", resource.text("resourceType")?, resource.text("id")?))
    };
    bundle.items("entry").into_iter().filter_map(reference).collect()
}

/// What there is of the record, as prefetch keys.
fn prefetch(input: &Input<'_>, service: &Service, patient: &str) -> Result<String, Refusal> {
    let mut keys: Vec<(Cow<'_, str>, String)> = Vec::new();
    for Prefetched { key, data, place } in &input.prefetch {
        if !service.asked.iter().any(|asked| asked.key == *key) {
            let known: Vec<&str> = service.prefetch.keys().map(String::as_str).collect();
            let message = format!("the rule does not ask for this key: it asks for {}", known.join(", "));
            return Err(Refusal::invalid(Issue::new("not-found", message).at(place.clone())));
        }
        let data = data.map_or_else(|| "null".to_owned(), |data| data.get().to_owned());
        let is_patient = key == Source::Patient.key();
        let unpacked = if is_patient { only_patient(&data, patient) } else { None };
        keys.push((Cow::Borrowed(key), unpacked.unwrap_or(data)));
    }
    if let Some(data) = input.data {
        keys.extend(parted(data, service, patient, input.is_complete)?);
    }
    Ok(object(&keys))
}

/// The Patient of a Bundle that has one: the operation wants Bundles, the key a Patient.
fn only_patient(data: &str, patient: &str) -> Option<String> {
    let bundle = Members::of(data, "").ok()?;
    (bundle.text("resourceType")? == "Bundle").then_some(())?;
    let resources = bundle.items("entry").into_iter().filter_map(|entry| {
        let entry = Members::of(entry.get(), "").ok()?;
        let resource = Members::of(entry.get("resource")?.get(), "").ok()?;
        let is_patient = resource.text("resourceType")? == "Patient";
        is_patient
            .then(|| (resource.text("id"), entry.get("resource").map(RawValue::get).unwrap_or_default().to_owned()))
    });
    let all: Vec<(Option<String>, String)> = resources.collect();
    let own = all.iter().find(|(id, _)| id.as_deref() == Some(patient));
    own.or(all.first()).map(|(_, resource)| resource.clone())
}

/// A Bundle of everything, parted into the kinds that the service asks for. A kind of which it has nothing was not sent, unless the
/// Bundle `is_complete`: that nothing came is no knowledge.
fn parted(
    data: &RawValue,
    service: &Service,
    patient: &str,
    is_complete: bool,
) -> Result<Vec<(Cow<'static, str>, String)>, Refusal> {
    let wrong = || Refusal::invalid(Issue::new("structure", "`data` is a Bundle").at(DATA));
    let bundle = Members::of(data.get(), DATA)?;
    if bundle.text("resourceType").as_deref() != Some("Bundle") {
        return Err(wrong());
    }
    let mut entries: Vec<(String, &RawValue)> = Vec::new();
    for entry in bundle.items("entry") {
        let members = Members::of(entry.get(), DATA)?;
        let Some(resource) = members.get("resource") else { continue };
        entries.push((Members::of(resource.get(), DATA)?.text("resourceType").unwrap_or_default(), entry));
    }
    // A page of several: no kind is whole.
    let links = bundle.items("link").into_iter().filter(|link| {
        let relation = Members::of(link.get(), "").ok().and_then(|link| link.text("relation"));
        relation.is_some_and(|relation| relation.eq_ignore_ascii_case("next"))
    });
    let links: Vec<&str> = links.map(RawValue::get).collect();
    let has = |source: Source| entries.iter().any(|(kind, _)| source.holds(kind));
    let medication = [Source::MedicationRequests, Source::MedicationStatements, Source::MedicationAdministrations];
    let with_drugs = medication.into_iter().find(|source| service.sources.contains(source) && has(*source));
    let mut keys = Vec::new();
    for source in &service.sources {
        if *source == Source::Patient {
            keys.extend(only_patient(data.get(), patient).map(|patient| (Cow::Borrowed(source.key()), patient)));
            continue;
        }
        if !has(*source) && !is_complete {
            continue;
        }
        let is_of = |kind: &str| source.holds(kind) || kind == "Medication" && with_drugs == Some(*source);
        let of_kind: Vec<&str> = entries.iter().filter(|(kind, _)| is_of(kind)).map(|(_, entry)| entry.get()).collect();
        let mut members = vec![
            ("resourceType", json!("Bundle").to_string()),
            ("type", json!("searchset").to_string()),
            ("entry", format!("[{}]", of_kind.join(","))),
        ];
        if !links.is_empty() {
            members.push(("link", format!("[{}]", links.join(","))));
        }
        keys.push((Cow::Borrowed(source.key()), object(&members)));
    }
    Ok(keys)
}

/// Where an input parameter of the library stands.
fn own(name: &str) -> String {
    format!("Parameters.parameter.where(name = 'parameters').resource.parameter.where(name = '{name}')")
}

/// A refusal of the engine in the words of the operation.
#[must_use]
pub fn refused(refusal: call::Refusal) -> Refusal {
    match refusal {
        call::Refusal::NotJson { message } => Refusal::invalid(Issue::new("structure", message)),
        call::Refusal::Invalid { problems } => {
            Refusal { why: Why::Invalid, issues: problems.iter().map(invalid).collect() }
        }
        call::Refusal::HookNotServed { served } => {
            let message = format!("this rule is not asked on this hook, only on {}", served.join(", "));
            Refusal::invalid(Issue::new("not-supported", message).at(own("hook")))
        }
        // Any other lack of data is no refusal here.
        call::Refusal::Unobtainable { .. } => {
            let message = "none of the orders that are sent on came along, nor could any be fetched";
            Refusal::unprocessable(Issue::new("required", message).at(own("dispatchedOrders")))
        }
        call::Refusal::UnknownService => Refusal::fault(),
    }
}

fn invalid(problem: &call::Problem) -> Issue {
    let mut parts = problem.pointer.split('/').skip(1);
    let named = |name: &str| format!("Parameters.parameter.where(name = '{name}')");
    let place = match (parts.next(), parts.next()) {
        (Some("context"), Some("patientId")) => Some(named("subject")),
        (Some("context"), Some("encounterId")) => Some(named("encounter")),
        (Some("context"), Some("userId")) => Some(named("practitioner")),
        (
            Some("context"),
            Some(name @ ("draftOrders" | "appointments" | "selections" | "dispatchedOrders" | "performer")),
        ) => Some(own(name)),
        (Some("prefetch"), Some("patient")) => {
            let message = "the Patient that was sent is not the subject".to_owned();
            return Issue::new("invalid", message).at(named("subject"));
        }
        (Some("prefetch"), Some(_)) => Some("Parameters.parameter.where(name in ('data' | 'prefetchData'))".to_owned()),
        (Some("fhirServer" | "fhirAuthorization"), _) => Some(named("dataEndpoint")),
        (Some("extension"), _) => Some(own("asOf")),
        _ => None,
    };
    let issue = Issue::new("invalid", problem.message.clone());
    match place {
        Some(place) => issue.at(place),
        None => issue,
    }
}

#[cfg(test)]
mod tests;
