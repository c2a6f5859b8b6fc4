//! Whose record it is: what a patient banner shows.

use maud::{Markup, html};
use serde_json::Value;

use crate::course::Speaker;
use crate::words::line;
use cellwise_clinic::Message;
use cellwise_record::Moment;

/// Name and date of birth of a patient, as far as the record has them. Goes nowhere but onto the page.
#[derive(Clone, PartialEq, Eq)]
pub struct Banner {
    name: Option<String>,
    born: Option<Moment>,
}

impl Banner {
    pub(super) fn markup(&self, speaker: &Speaker<'_>) -> Markup {
        html! {
            section.banner aria-label=(speaker.say("app-patient")) {
                strong {
                    @match &self.name {
                        Some(name) => { (name) },
                        None => { (speaker.say("app-no-name")) }
                    }
                }
                ", "
                @match self.born {
                    Some(born) => { (speaker.say(Message::new("course-born").with("date", born))) },
                    None => { (speaker.say("app-no-birth-date")) }
                }
            }
        }
    }
}

/// The banner of a Patient as it came; of one that did not come it says that nothing is known.
#[must_use]
pub fn banner(patient: Option<&[u8]>) -> Banner {
    let patient: Value = patient.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default();
    let names: Vec<&Value> = patient.get("name").and_then(Value::as_array).into_iter().flatten().collect();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let of_use = |kind: &str| names.iter().copied().find(|name| name.get("use").is_some_and(|of| of == kind));
    let in_use = || names.iter().copied().find(|name| !name.get("use").is_some_and(|of| of == "old" || of == "maiden"));
    let name = of_use("official").or_else(|| of_use("usual")).or_else(in_use).map(|name| {
        let whole = text(name.get("text"));
        if !whole.is_empty() {
            return whole;
        }
        let given = name.get("given").and_then(Value::as_array).into_iter().flatten();
        let parts = given.map(|given| text(Some(given))).chain([text(name.get("family"))]);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    });
    Banner {
        name: name.map(|name| line(&name)).filter(|name| !name.is_empty()),
        born: patient.get("birthDate").and_then(Value::as_str).and_then(Moment::parse),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_banner_has_the_name_in_use() {
        let name = |names: Value| {
            banner(Some(json!({ "resourceType": "Patient", "name": names }).to_string().as_bytes())).name
        };
        let usual = json!({ "use": "usual", "given": ["Bo"], "family": "Usual" });
        let official = json!({ "use": "official", "text": "Dr. B. Official", "family": "Other" });
        let old = json!({ "use": "old", "family": "Old" });
        for (names, expected) in [
            (json!([usual, official, old]), Some("Dr. B. Official")),
            (json!([old, usual]), Some("Bo Usual")),
            (json!([old, { "given": ["Ada", "B."], "family": "Plain" }]), Some("Ada B. Plain")),
            (json!([old]), None),
            (json!([{ "text": "  " }]), None),
            (json!("text"), None),
            (json!([7, { "given": 8 }]), None),
        ] {
            assert_eq!(name(names.clone()).as_deref(), expected, "{names}");
        }
        let nobody = Banner { name: None, born: None };
        assert!(banner(None) == nobody && banner(Some(b"no json")) == nobody);
        let born = banner(Some(br#"{"birthDate":"1958-04"}"#)).born;
        assert_eq!(born, Moment::parse("1958-04"));
    }
}
