//! What an operation on codes is given: texts by name, and the code in any of its three shapes.

use serde_json::Value;

use crate::fhir::artifacts::text_of;
use crate::fhir::outcome::{Issue, Refusal};
use crate::fhir::parameters::{Given, Parameter};

/// The parameters of one call, each once.
#[derive(Debug)]
pub struct Arguments<'b>(Vec<Parameter<'b>>);

/// A code with its system, as far as it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::fhir) struct Asked {
    pub(in crate::fhir) system: String,
    pub(in crate::fhir) code: String,
    pub(in crate::fhir) display: Option<String>,
}

impl<'b> Arguments<'b> {
    /// Takes parameters, of which `known` are known.
    ///
    /// # Errors
    /// Others, unless `is_lenient`; one that stands there twice.
    pub fn of(parameters: Vec<Parameter<'b>>, known: &[&str], is_lenient: bool) -> Result<Self, Refusal> {
        let mut taken: Vec<Parameter<'b>> = Vec::new();
        for parameter in parameters {
            if !known.contains(&parameter.name.as_str()) {
                if is_lenient {
                    continue;
                }
                let message = format!("this parameter is not known here: there are {}", known.join(", "));
                return Err(Refusal::invalid(Issue::new("not-supported", message).at(parameter.place)));
            }
            if taken.iter().any(|other| other.name == parameter.name) {
                return Err(parameter.wrong("is there twice"));
            }
            taken.push(parameter);
        }
        Ok(Self(taken))
    }

    fn get(&self, name: &str) -> Option<&Parameter<'b>> {
        self.0.iter().find(|parameter| parameter.name == name)
    }

    /// A text.
    ///
    /// # Errors
    /// When it is none.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        self.get(name).map(Parameter::text).transpose()
    }

    /// A text that is needed.
    ///
    /// # Errors
    /// When it is none.
    pub fn needed(&self, name: &str) -> Result<&str, Refusal> {
        let missing = || Refusal::invalid(Issue::new("required", format!("expected the parameter `{name}`")));
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(missing)
    }

    /// Yes or no; no when it is not said.
    ///
    /// # Errors
    /// When it is neither.
    pub fn is_set(&self, name: &str) -> Result<bool, Refusal> {
        self.get(name).map_or(Ok(false), Parameter::boolean)
    }

    /// A whole number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let Some(parameter) = self.get(name) else { return Ok(None) };
        parameter.text()?.parse().map(Some).map_err(|_not_a_number| parameter.wrong("expected a whole number"))
    }

    /// The codes that are asked about: `code` with `system`, a Coding, or those of a CodeableConcept.
    pub(in crate::fhir) fn codes(&self, system: &str) -> Result<Vec<Asked>, Refusal> {
        let coding = |value: &Value| Asked {
            system: text_of(value, "system").to_owned(),
            code: text_of(value, "code").to_owned(),
            display: value.get("display").and_then(Value::as_str).map(str::to_owned),
        };
        let complex = |name: &str| match self.get(name).map(|parameter| (&parameter.given, parameter)) {
            Some((Given::Complex(value), _)) => Ok(Some(value)),
            Some((_, parameter)) => Err(parameter.wrong("expected a complex value")),
            None => Ok(None),
        };
        let mut codes = Vec::new();
        if let Some(code) = self.text("code")? {
            let display = self.text("display")?.map(str::to_owned);
            let system = self.text("system")?.unwrap_or(system).to_owned();
            codes.push(Asked { system, code: code.to_owned(), display });
        }
        codes.extend(complex("coding")?.map(coding));
        let concept = complex("codeableConcept")?;
        codes.extend(concept.and_then(|of| of.get("coding")?.as_array()).into_iter().flatten().map(coding));
        if let Some(wrong) = codes.iter().find(|asked| asked.code.is_empty() || asked.system.is_empty()) {
            let what = if wrong.code.is_empty() { "code" } else { "system" };
            let message = format!("a code needs a {what}: `code` with `system`, a `coding` or a `codeableConcept`");
            return Err(Refusal::invalid(Issue::new("required", message)));
        }
        if codes.is_empty() {
            let message = "expected a code: `code` with `system`, a `coding` or a `codeableConcept`";
            return Err(Refusal::invalid(Issue::new("required", message)));
        }
        Ok(codes)
    }
}
