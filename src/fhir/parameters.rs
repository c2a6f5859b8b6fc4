//! The parameters of an operation: of a query, or of a `Parameters` resource.
//!
//! A resource among them stays as its text, so that nothing of it is lost or read twice.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::outcome::{Issue, Refusal};

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter<'b> {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: String,
    /// What it holds.
    pub given: Given<'b>,
}

/// What a parameter holds.
#[derive(Clone, Debug)]
pub enum Given<'b> {
    /// Nothing at all.
    Nothing,
    /// A primitive, as text.
    Text(String),
    /// A Coding, say.
    Complex(Value),
    /// A resource, as it stands there.
    Resource(&'b RawValue),
    /// Parts.
    Parts(Vec<Parameter<'b>>),
}

impl<'b> Parameter<'b> {
    /// Its text.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn text(&self) -> Result<&str, Refusal> {
        match &self.given {
            Given::Text(text) => Ok(text),
            _ => Err(self.wrong("expected a primitive value")),
        }
    }

    /// Yes or no.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn boolean(&self) -> Result<bool, Refusal> {
        match self.text()? {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.wrong("expected `true` or `false`")),
        }
    }

    /// Its resource.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn resource(&self) -> Result<&'b RawValue, Refusal> {
        match &self.given {
            Given::Resource(resource) => Ok(resource),
            _ => Err(self.wrong("expected a resource")),
        }
    }

    /// Its parts.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn parts(&self) -> Result<&[Parameter<'b>], Refusal> {
        match &self.given {
            Given::Parts(parts) => Ok(parts),
            _ => Err(self.wrong("expected parts")),
        }
    }

    /// What is wrong with it.
    #[must_use]
    pub fn wrong(&self, message: &str) -> Refusal {
        Refusal::invalid(Issue::new("value", message).at(self.place.clone()))
    }
}

/// Parameters of a query, whose names and values have no escapes any more.
#[must_use]
pub fn of_query(query: &[(String, String)]) -> Vec<Parameter<'static>> {
    let parameter = |(name, value): &(String, String)| Parameter {
        name: name.clone(),
        place: format!("http.{}", super::search::shown(name)),
        given: Given::Text(value.clone()),
    };
    query.iter().filter(|(name, _)| !matches!(name.as_str(), "_format" | "_pretty")).map(parameter).collect()
}

/// The parameters of a `Parameters` resource.
///
/// # Errors
/// When it is none, or a parameter has no name or holds two things.
pub fn of_resource<'b>(text: &'b str, root: &str) -> Result<Vec<Parameter<'b>>, Refusal> {
    let members = Members::of(text, root)?;
    if members.text("resourceType").as_deref() != Some("Parameters") {
        return Err(Refusal::invalid(Issue::new("structure", "expected a Parameters resource").at(root)));
    }
    let Some(all) = members.get("parameter") else { return Ok(Vec::new()) };
    list(all, &format!("{root}.parameter"))
}

fn list<'b>(all: &'b RawValue, place: &str) -> Result<Vec<Parameter<'b>>, Refusal> {
    let wrong = || Refusal::invalid(Issue::new("structure", "expected an array of parameters").at(place));
    let all: Vec<&'b RawValue> = serde_json::from_str(all.get()).map_err(|_not_an_array| wrong())?;
    all.into_iter().enumerate().map(|(number, one)| parameter(one, format!("{place}[{number}]"))).collect()
}

fn parameter(raw: &RawValue, place: String) -> Result<Parameter<'_>, Refusal> {
    let members = Members::of(raw.get(), &place)?;
    let wrong = |message: &str| Refusal::invalid(Issue::new("structure", message).at(place.clone()));
    let name = members.text("name").filter(|name| !name.is_empty()).ok_or_else(|| wrong("a parameter has a `name`"))?;
    let mut given = Given::Nothing;
    for (key, raw) in &members.0 {
        let found = match &**key {
            "resource" => Given::Resource(raw),
            "part" => Given::Parts(list(raw, &format!("{place}.part"))?),
            key if key.starts_with("value") => value(raw).ok_or_else(|| wrong("its value can't be read"))?,
            _ => continue,
        };
        if !matches!(given, Given::Nothing) {
            return Err(wrong("a parameter has a value, a resource or parts, and one of them only"));
        }
        given = found;
    }
    Ok(Parameter { name, place, given })
}

fn value<'b>(raw: &RawValue) -> Option<Given<'b>> {
    Some(match raw.get().as_bytes().first()? {
        b'"' => Given::Text(serde_json::from_str(raw.get()).ok()?),
        b'{' => Given::Complex(serde_json::from_str(raw.get()).ok()?),
        b'[' | b'n' => return None,
        _ => Given::Text(raw.get().to_owned()),
    })
}

/// The members of a JSON object, each as its text. A key that stands there twice is refused: one of the two would be lost.
#[derive(Debug)]
pub struct Members<'b>(pub Vec<(Cow<'b, str>, &'b RawValue)>);

impl<'b> Members<'b> {
    /// Reads an object that stands at `place`.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(text: &'b str, place: &str) -> Result<Self, Refusal> {
        serde_json::from_str(text).map_err(|error: serde_json::Error| {
            let message = if error.to_string().starts_with("duplicate key") {
                "a key stands there twice".to_owned()
            } else {
                format!("expected a JSON object (line {} column {})", error.line(), error.column())
            };
            Refusal::invalid(Issue::new("structure", message).at(place))
        })
    }

    /// A member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'b RawValue> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, raw)| *raw)
    }

    /// A member that is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// A member that is a list, item by item; none when there is no such list.
    #[must_use]
    pub fn items(&self, name: &str) -> Vec<&'b RawValue> {
        self.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                while let Some(cellwise_fhir_reader::lens::Key(key)) = map.next_key()? {
                    if members.iter().any(|(known, _)| *known == key) {
                        return Err(A::Error::custom("duplicate key"));
                    }
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_holds_one_thing_and_says_where_it_stands() {
        let text = r#"{ "resourceType": "Parameters", "parameter": [
            { "name": "subject", "valueString": "Patient/1" },
            { "name": "count", "valueInteger": 5 },
            { "name": "coding", "valueCoding": { "code": "a" } },
            { "name": "data", "resource": { "resourceType": "Bundle", "weight": 1.50 } },
            { "name": "prefetchData", "part": [{ "name": "key", "valueString": "patient" }] }
        ] }"#;
        let all = of_resource(text, "Parameters").unwrap();
        assert_eq!(all[0].text().unwrap(), "Patient/1");
        assert_eq!(all[1].text().unwrap(), "5");
        assert!(matches!(&all[2].given, Given::Complex(value) if value["code"] == "a"));
        assert!(all[3].resource().unwrap().get().contains("1.50"));
        assert_eq!(all[4].parts().unwrap()[0].place, "Parameters.parameter[4].part[0]");
        let wrong = all[0].parts().unwrap_err();
        assert_eq!(wrong.issues[0].expression.as_deref(), Some("Parameters.parameter[0]"));
    }

    #[test]
    fn what_is_no_parameters_is_refused() {
        for text in [
            "[]",
            "{}",
            r#"{ "resourceType": "Bundle" }"#,
            r#"{ "resourceType": "Parameters", "parameter": {} }"#,
            r#"{ "resourceType": "Parameters", "parameter": [{}] }"#,
            r#"{ "resourceType": "Parameters", "parameter": [{ "name": "a", "valueString": "b", "part": [] }] }"#,
            r#"{ "resourceType": "Parameters", "parameter": [{ "name": "a", "name": "b" }] }"#,
            r#"{ "resourceType": "Parameters", "parameter": [{ "name": "a", "valueString": null }] }"#,
        ] {
            assert!(of_resource(text, "Parameters").is_err(), "{text}");
        }
    }
}
