//! What `$apply` is given, by name.

use serde_json::value::RawValue;

use crate::access_log::Subject;
use crate::client::AccessToken;
use crate::fhir::outcome::{Issue, Refusal};
use crate::fhir::parameters::{self, Given, Members, Parameter};
use cellwise_clinic::{Hook, Language};
use cellwise_record::bare_id;

/// Parameters of the operation that have no effect: they say who asks, and where.
const WITHOUT_EFFECT: [&str; 7] = [
    "organization",
    "userType",
    "userTaskContext",
    "setting",
    "settingContext",
    "mergeNestedCarePlans",
    // Nothing of a patient is on this server.
    "useServerData",
];

/// What was given.
#[derive(Debug, Default)]
pub struct Input<'b> {
    /// `url|version` or `url` of the PlanDefinition.
    pub(super) canonical: Option<String>,
    /// The bare id of the patient.
    pub(super) patient: Option<String>,
    /// Where the subject was said.
    pub(super) subject_place: Option<String>,
    pub(super) encounter: Option<String>,
    /// `Practitioner/id`.
    pub(super) practitioner: Option<String>,
    pub(super) language: Option<Language>,
    pub(super) hook: Option<Hook>,
    pub(super) draft_orders: Option<&'b RawValue>,
    pub(super) appointments: Option<&'b RawValue>,
    pub(super) selections: Vec<String>,
    pub(super) dispatched: Vec<String>,
    pub(super) performer: Option<String>,
    pub(super) as_of: Option<String>,
    pub(super) data: Option<&'b RawValue>,
    pub(super) is_complete: bool,
    pub(super) prefetch: Vec<Prefetched<'b>>,
    pub(super) endpoint: Option<Endpoint>,
}

/// One `prefetchData`.
#[derive(Debug)]
pub(super) struct Prefetched<'b> {
    pub(super) key: String,
    pub(super) data: Option<&'b RawValue>,
    pub(super) place: String,
}

/// `dataEndpoint`: a FHIR server, and what opens it.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) address: String,
    pub(super) token: Option<AccessToken>,
}

impl<'b> Input<'b> {
    /// Takes parameters by name.
    ///
    /// # Errors
    /// What is not known, unless `is_lenient`; what can't be read; what is there twice.
    pub fn of(parameters: &[Parameter<'b>], is_lenient: bool) -> Result<Self, Refusal> {
        let mut input = Self::default();
        let mut version = None;
        for parameter in parameters {
            let is_again = match parameter.name.as_str() {
                "canonical" | "url" => set(&mut input.canonical, parameter.text()?.to_owned()),
                "planDefinition" => {
                    let Given::Text(canonical) = &parameter.given else { return Err(sent_along(parameter)) };
                    set(&mut input.canonical, canonical.clone())
                }
                "version" => set(&mut version, parameter.text()?.to_owned()),
                "subject" => {
                    input.subject_place = Some(parameter.place.clone());
                    set(&mut input.patient, patient(parameter)?)
                }
                "encounter" => set(&mut input.encounter, bare_id(parameter.text()?).to_owned()),
                "practitioner" => set(&mut input.practitioner, reference(parameter.text()?, "Practitioner")),
                "userLanguage" => {
                    input.language = language(parameter);
                    false
                }
                "parameters" => {
                    input.own(parameter, is_lenient)?;
                    false
                }
                "data" => set(&mut input.data, parameter.resource()?),
                "prefetchData" => {
                    input.prefetch.push(prefetched(parameter)?);
                    false
                }
                "dataEndpoint" => set(&mut input.endpoint, endpoint(parameter)?),
                name if WITHOUT_EFFECT.contains(&name) || is_lenient => false,
                _ => {
                    let message = "this parameter is not known here; with `Prefer: handling=lenient` it is ignored";
                    return Err(Refusal::invalid(Issue::new("not-supported", message).at(parameter.place.clone())));
                }
            };
            if is_again {
                return Err(parameter.wrong("is there twice"));
            }
        }
        if let (Some(canonical), Some(version)) = (&mut input.canonical, version) {
            if canonical.contains('|') {
                let message = "the version is said twice: in the canonical and by `version`";
                return Err(Refusal::invalid(Issue::new("value", message)));
            }
            canonical.push('|');
            canonical.push_str(&version);
        }
        if let (Some(_), Some(prefetched)) = (&input.data, input.prefetch.first()) {
            let message = "`data` and `prefetchData` exclude one another";
            return Err(Refusal::invalid(Issue::new("business-rule", message).at(prefetched.place.clone())));
        }
        Ok(input)
    }

    /// The input parameters of the rule's library.
    fn own(&mut self, parameter: &Parameter<'b>, is_lenient: bool) -> Result<(), Refusal> {
        let place = format!("{}.resource", parameter.place);
        for own in parameters::of_resource(parameter.resource()?.get(), &place)? {
            let is_again = match own.name.as_str() {
                "hook" => {
                    let hook = Hook::from_name(own.text()?).ok_or_else(|| own.wrong("there is no such hook"))?;
                    set(&mut self.hook, hook)
                }
                "draftOrders" => set(&mut self.draft_orders, own.resource()?),
                "appointments" => set(&mut self.appointments, own.resource()?),
                "selections" => {
                    self.selections.push(own.text()?.to_owned());
                    false
                }
                "dispatchedOrders" => {
                    self.dispatched.push(own.text()?.to_owned());
                    false
                }
                "performer" => set(&mut self.performer, own.text()?.to_owned()),
                "asOf" => set(&mut self.as_of, own.text()?.to_owned()),
                "dataIsComplete" => {
                    self.is_complete = own.boolean()?;
                    false
                }
                _ if is_lenient => false,
                _ => {
                    let message = "the library of the rule has no such parameter";
                    return Err(Refusal::invalid(Issue::new("not-supported", message).at(own.place)));
                }
            };
            if is_again {
                return Err(own.wrong("is there twice"));
            }
        }
        Ok(())
    }

    /// Whom it is about, and who asks: for the access log.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject {
            patient: self.patient.clone(),
            user: self.practitioner.clone(),
            server: self.endpoint.as_ref().map(|endpoint| endpoint.address.clone()),
            hook: self.hook.map(Hook::name),
            hook_instance: None,
        }
    }
}

/// What is not on this server has no rule here.
fn sent_along(parameter: &Parameter<'_>) -> Refusal {
    let message = "a PlanDefinition that is sent along is not applied: name one of this server with `canonical`";
    Refusal::unprocessable(Issue::new("not-supported", message).at(parameter.place.clone()))
}

/// Sets what is not set; true when it was.
fn set<T>(slot: &mut Option<T>, value: T) -> bool {
    let was = slot.is_some();
    slot.get_or_insert(value);
    was
}

/// The bare id of the subject, which is a patient.
fn patient(parameter: &Parameter<'_>) -> Result<String, Refusal> {
    let text = parameter.text()?;
    let mut parts = text.rsplit('/');
    let (id, kind) = (parts.next().unwrap_or_default(), parts.next());
    if id.is_empty() || kind.is_some_and(|kind| kind != "Patient") {
        return Err(parameter.wrong("the rules are about a patient: expected `Patient/<id>`"));
    }
    Ok(id.to_owned())
}

/// `Type/id` of a reference, whatever stands before it.
fn reference(text: &str, kind: &str) -> String {
    let mut parts = text.rsplit('/');
    let id = parts.next().unwrap_or_default();
    format!("{}/{id}", parts.next().unwrap_or(kind))
}

/// The language of a CodeableConcept, or of its code alone. One that is not ours says nothing.
fn language(parameter: &Parameter<'_>) -> Option<Language> {
    let of = |tag: &str| Language::from_code(tag.split('-').next().unwrap_or_default());
    match &parameter.given {
        Given::Text(code) => of(code),
        Given::Complex(concept) => {
            let codings = concept.get("coding")?.as_array()?;
            codings.iter().filter_map(|coding| coding.get("code")?.as_str()).find_map(of)
        }
        _ => None,
    }
}

fn prefetched<'b>(parameter: &Parameter<'b>) -> Result<Prefetched<'b>, Refusal> {
    let (mut key, mut data) = (None, None);
    for part in parameter.parts()? {
        let is_again = match part.name.as_str() {
            "key" => set(&mut key, part.text()?.to_owned()),
            "data" => set(&mut data, part.resource()?),
            // What it describes is said by the key.
            "descriptor" => false,
            _ => return Err(part.wrong("expected `key`, `descriptor` or `data`")),
        };
        if is_again {
            return Err(part.wrong("is there twice"));
        }
    }
    let key = key.ok_or_else(|| parameter.wrong("expected the `key` of a prefetch template"))?;
    Ok(Prefetched { key, data, place: parameter.place.clone() })
}

fn endpoint(parameter: &Parameter<'_>) -> Result<Endpoint, Refusal> {
    let place = format!("{}.resource", parameter.place);
    let members = Members::of(parameter.resource()?.get(), &place)?;
    let wrong = |message: &str| Refusal::invalid(Issue::new("value", message).at(place.clone()));
    if members.text("resourceType").as_deref() != Some("Endpoint") {
        return Err(wrong("expected an Endpoint"));
    }
    let address = members.text("address").filter(|address| !address.is_empty());
    let address = address.ok_or_else(|| wrong("an Endpoint has an `address`"))?;
    let headers = members.items("header");
    let headers = headers.into_iter().filter_map(|raw| serde_json::from_str::<String>(raw.get()).ok());
    let token = headers.filter_map(|header| {
        let (name, value) = header.split_once(':')?;
        let token = value.trim().strip_prefix("Bearer ")?.trim().to_owned();
        name.trim().eq_ignore_ascii_case("authorization").then(|| AccessToken::new(token))
    });
    let token = token.into_iter().next();
    Ok(Endpoint { address, token })
}
