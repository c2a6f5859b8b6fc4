//! Rewrites the JSON of one resource into the form that fhirbolt reads without fault.
//!
//! - Decimals are quoted, because fhirbolt reads them from strings only; except those of a choice, such
//!   as `valueDecimal`, which it reads from numbers only. Which numbers are decimals is asked of
//!   fhirbolt's own table of element types, not guessed from their names.
//! - Nested resources are cut out, because fhirbolt loses its state after the first one.
//! - What fhirbolt would drop without a word is refused here, with its path: empty arrays, objects and
//!   strings, stray `null`s, a key that comes twice.
//! - The place of every element in the new text is kept, so that an error of fhirbolt, which knows only
//!   a column, gets a path.

use std::{fmt, ops::Range};

use fhirbolt_shared::{FhirReleases, path::ElementPath};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::read::{CheckError, Problem};

/// No resource the project ships comes near this depth; the walk is recursive, so it must end.
const MAX_DEPTH: usize = 64;

/// fhirbolt's mark for a required element that was never set.
const NOT_SET: &str = "$invalid";

/// One resource, ready for fhirbolt.
pub(crate) struct Prepared<'a> {
    /// What `resourceType` says.
    pub(crate) resource_type: String,
    /// The rewritten JSON, on one line, without the nested resources.
    pub(crate) text: String,
    /// The nested resources, in the order of the text.
    pub(crate) nested: Vec<Nested<'a>>,
    places: Vec<Place>,
}

/// A resource that was cut out of another one.
pub(crate) struct Nested<'a> {
    pub(crate) slot: Slot,
    pub(crate) path: String,
    pub(crate) json: &'a RawValue,
}

/// Where a nested resource belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// In `contained`.
    Contained,
    /// In the `resource` of the Bundle entry with this index.
    Entry(usize),
}

struct Place {
    span: Range<usize>,
    path: String,
}

impl Prepared<'_> {
    /// The path of the innermost element that holds the byte of the rewritten text just before
    /// `column`, which is where `serde_json` points.
    pub(crate) fn path_at(&self, column: usize) -> Option<&str> {
        let offset = column.saturating_sub(1);
        self.places
            .iter()
            .filter(|place| place.span.contains(&offset))
            .min_by_key(|place| place.span.len())
            .map(|place| place.path.as_str())
    }
}

/// Splits a text into its outermost JSON value, refusing bytes after it.
pub(crate) fn outermost(json: &str) -> Result<&RawValue, CheckError> {
    serde_json::from_str(json).map_err(|error| syntax("", &error))
}

/// Prepares the resource in `json`, which stands at `path` of the file, in `slot` of another resource.
pub(crate) fn prepare<'a>(json: &'a RawValue, path: &str, slot: Option<Slot>) -> Result<Prepared<'a>, CheckError> {
    let resource_type = resource_type(json, path)?;
    let mut element = ElementPath::new(FhirReleases::R4);
    element.push(&resource_type);
    let mut walk = Walk {
        is_bundle: resource_type == "Bundle",
        is_contained: slot == Some(Slot::Contained),
        text: String::with_capacity(json.get().len()),
        path: path.to_owned(),
        element,
        depth: 0,
        nested: Vec::new(),
        places: Vec::new(),
    };
    walk.value(json, Part::Resource)?;
    walk.mark(0);
    Ok(Prepared { resource_type, text: walk.text, nested: walk.nested, places: walk.places })
}

fn resource_type(json: &RawValue, path: &str) -> Result<String, CheckError> {
    if !json.get().starts_with('{') {
        return Err(CheckError::new(path, Problem::NotAResource));
    }
    let Members(members) = split(json, path)?;
    members
        .iter()
        .find(|(key, _)| key == "resourceType")
        .and_then(|(_, value)| serde_json::from_str(value.get()).ok())
        .ok_or_else(|| CheckError::new(path, Problem::NotAResource))
}

/// What the walk is looking at, as far as nested resources make that matter.
#[derive(Clone, Copy)]
enum Part {
    Resource,
    Entries,
    Entry(usize),
    Response,
    Other,
}

struct Walk<'a> {
    is_bundle: bool,
    is_contained: bool,
    text: String,
    path: String,
    element: ElementPath,
    depth: usize,
    nested: Vec<Nested<'a>>,
    places: Vec<Place>,
}

impl<'a> Walk<'a> {
    /// Copies one value to the new text; `null` is dealt with by the object or array around it.
    fn value(&mut self, json: &'a RawValue, part: Part) -> Result<(), CheckError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(Problem::TooDeep));
        }
        self.depth += 1;
        let raw = json.get();
        match raw.as_bytes().first() {
            Some(b'{') => self.object(json, part)?,
            Some(b'[') => self.array(json, part, false)?,
            Some(b'"') => self.string(raw)?,
            Some(b'n') => return Err(self.error(Problem::Null)),
            Some(b't' | b'f') => self.text.push_str(raw),
            _ if self.is_decimal() && !self.is_choice() => {
                self.text.push('"');
                self.text.push_str(raw);
                self.text.push('"');
            }
            _ => self.text.push_str(raw),
        }
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self, json: &'a RawValue, part: Part) -> Result<(), CheckError> {
        let Members(members) = split(json, &self.path)?;
        if members.is_empty() {
            return Err(self.error(Problem::EmptyObject));
        }
        self.text.push('{');
        let opening = self.text.len();
        for (position, (key, value)) in members.iter().enumerate() {
            let outer = self.enter(key);
            if members.iter().take(position).any(|(earlier, _)| earlier == key) {
                return Err(self.error(Problem::Duplicate));
            }
            if !self.cut_out(part, key, value)? {
                let from = self.text.len();
                if from > opening {
                    self.text.push(',');
                }
                self.text.push_str(&quoted(key));
                self.text.push(':');
                self.member(part, key, value, &members)?;
                self.mark(from);
            }
            self.path.truncate(outer);
        }
        self.text.push('}');
        Ok(())
    }

    fn member(
        &mut self,
        part: Part,
        key: &str,
        value: &'a RawValue,
        siblings: &[(String, &'a RawValue)],
    ) -> Result<(), CheckError> {
        let part = match (part, key) {
            (Part::Resource, "entry") if self.is_bundle => Part::Entries,
            (Part::Entry(_), "response") => Part::Response,
            _ => Part::Other,
        };
        self.element.push(key);
        if value.get().starts_with('[') {
            let twin = match key.strip_prefix('_') {
                Some(primitive) => primitive.to_owned(),
                None => format!("_{key}"),
            };
            let has_twin = siblings.iter().any(|(name, json)| *name == twin && json.get().starts_with('['));
            self.array(value, part, has_twin)?;
        } else {
            self.value(value, part)?;
        }
        self.element.pop();
        Ok(())
    }

    /// Copies an array; `may_skip` is true when a second array under the same name, with or without
    /// underscore, gives a meaning to its `null`s.
    fn array(&mut self, json: &'a RawValue, part: Part, may_skip: bool) -> Result<(), CheckError> {
        let items: Vec<&RawValue> = split(json, &self.path)?;
        if items.is_empty() {
            return Err(self.error(Problem::EmptyArray));
        }
        self.text.push('[');
        for (index, item) in items.iter().enumerate() {
            let outer = self.path.len();
            self.path.push_str(&format!("[{index}]"));
            let from = self.text.len();
            if index > 0 {
                self.text.push(',');
            }
            if may_skip && item.get() == "null" {
                self.text.push_str("null");
            } else {
                let part = match part {
                    Part::Entries => Part::Entry(index),
                    _ => Part::Other,
                };
                self.value(item, part)?;
            }
            self.mark(from);
            self.path.truncate(outer);
        }
        self.text.push(']');
        Ok(())
    }

    fn string(&mut self, raw: &str) -> Result<(), CheckError> {
        let content: String = serde_json::from_str(raw).map_err(|error| syntax(&self.path, &error))?;
        if content.trim().is_empty() {
            return Err(self.error(Problem::EmptyString));
        }
        if content == NOT_SET {
            return Err(self.error(Problem::NotSet));
        }
        if self.is_decimal() {
            return Err(self.error(Problem::DecimalAsText));
        }
        self.text.push_str(raw);
        Ok(())
    }

    /// Takes the nested resources under `key` out of the text. False when there are none.
    fn cut_out(&mut self, part: Part, key: &str, value: &'a RawValue) -> Result<bool, CheckError> {
        match (part, key) {
            (Part::Resource, "contained") if self.is_contained => Err(self.error(Problem::ContainedTwice)),
            (Part::Resource, "contained") if !self.is_bundle => {
                let items: Vec<&RawValue> = split(value, &self.path)?;
                if items.is_empty() {
                    return Err(self.error(Problem::EmptyArray));
                }
                for (index, json) in items.into_iter().enumerate() {
                    self.nested.push(Nested { slot: Slot::Contained, path: format!("{}[{index}]", self.path), json });
                }
                Ok(true)
            }
            (Part::Entry(index), "resource") => {
                self.nested.push(Nested { slot: Slot::Entry(index), path: self.path.clone(), json: value });
                Ok(true)
            }
            (Part::Response, "outcome") => Err(self.error(Problem::UnsupportedElement)),
            _ => Ok(false),
        }
    }

    /// Appends a key to the path and returns the length to go back to.
    fn enter(&mut self, key: &str) -> usize {
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        outer
    }

    fn is_decimal(&self) -> bool {
        self.element.current_element_is_decimal()
    }

    /// True for one type of several, such as `valueDecimal`, given that the element is a decimal.
    /// fhirbolt reads those from numbers.
    fn is_choice(&self) -> bool {
        self.path.ends_with("Decimal")
    }

    fn mark(&mut self, from: usize) {
        self.places.push(Place { span: from..self.text.len(), path: self.path.clone() });
    }

    fn error(&self, problem: Problem) -> CheckError {
        CheckError::new(&self.path, problem)
    }
}

fn split<'a, T: Deserialize<'a>>(json: &'a RawValue, path: &str) -> Result<T, CheckError> {
    serde_json::from_str(json.get()).map_err(|error| syntax(path, &error))
}

fn syntax(path: &str, error: &serde_json::Error) -> CheckError {
    CheckError::new(path, Problem::Syntax(error.to_string()))
}

fn quoted(key: &str) -> String {
    serde_json::Value::from(key).to_string()
}

/// The members of an object, in order, none dropped.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Collect).map(Members)
    }
}
