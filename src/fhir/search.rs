//! Searching the resources of a type, and what a read may be told.

use serde_json::{Map, Value, json};

use super::Artifact;
use super::outcome::{Issue, Refusal};
use super::subset::Subset;

/// Results on a page when nothing is said.
const PAGE: usize = 50;
/// Results on a page at most.
const LARGEST_PAGE: usize = 500;
/// The parameter that leads to another page; it stands in the links of a page.
const OFFSET: &str = "_offset";

/// A search parameter of the types that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type (`http://hl7.org/fhir/search-param-type`).
    pub kind: &'static str,
    /// What it finds.
    pub documentation: &'static str,
}

/// The search parameters, the same for every type.
pub const PARAMETERS: [Parameter; 7] = [
    Parameter { name: "_id", kind: "token", documentation: "The id of the resource" },
    Parameter { name: "url", kind: "uri", documentation: "Its canonical url" },
    Parameter { name: "version", kind: "token", documentation: "Its version" },
    Parameter { name: "name", kind: "string", documentation: "The start of its computable name" },
    Parameter { name: "title", kind: "string", documentation: "The start of its title" },
    Parameter { name: "status", kind: "token", documentation: "Its status" },
    Parameter { name: "identifier", kind: "token", documentation: "A business identifier" },
];

/// What is wanted, as a query says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    filters: Vec<Filter>,
    count: Option<usize>,
    offset: usize,
    subset: Subset,
    /// What of the query was understood, for the link to this page.
    understood: Vec<(String, String)>,
}

/// One parameter: any of its values must fit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Filter {
    parameter: &'static str,
    fit: Fit,
    values: Vec<String>,
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Equal,
    Start,
    Within,
    /// A token: `system|code`, `code`, `|code`.
    Token,
}

/// What a read may be told: how much of the resource is wanted.
///
/// # Errors
/// A parameter that a read does not have.
pub fn read_subset(query: &[(String, String)], is_lenient: bool) -> Result<Subset, Refusal> {
    let search = Search::read(query, is_lenient)?;
    if search.subset == Subset::Count || !search.filters.is_empty() || search.count.is_some() || search.offset > 0 {
        if is_lenient {
            return Ok(Subset::Whole);
        }
        let message =
            "a read takes `_summary` (not count), `_elements`, `_format` and `_pretty`, and no search parameters";
        return Err(Refusal::invalid(Issue::new("not-supported", message)));
    }
    Ok(search.subset)
}

impl Search {
    /// Reads a query, whose names and values have no escapes any more.
    ///
    /// # Errors
    /// Every parameter that is not known, unless `is_lenient`; values that can't be read.
    pub fn read(query: &[(String, String)], is_lenient: bool) -> Result<Self, Refusal> {
        let mut search = Self::default();
        let mut unknown = Vec::new();
        for (name, value) in query {
            if search.take(name, value)? {
                search.understood.push((name.clone(), value.clone()));
            } else {
                unknown.push(name.as_str());
            }
        }
        if unknown.is_empty() || is_lenient {
            return Ok(search);
        }
        let known: Vec<&str> = PARAMETERS.iter().map(|parameter| parameter.name).collect();
        let message = format!(
            "this parameter is not known here: there are {}, _count, _elements, _summary and _total; with `Prefer: \
             handling=lenient` others are ignored",
            known.join(", ")
        );
        let issue = |name: &str| Issue::new("not-supported", message.clone()).at(format!("http.{}", shown(name)));
        Err(Refusal { why: super::Why::Invalid, issues: unknown.into_iter().map(issue).collect() })
    }

    /// Takes a parameter; false when it is not known.
    fn take(&mut self, name: &str, value: &str) -> Result<bool, Refusal> {
        match name {
            "_count" => self.count = Some(number(name, value)?.min(LARGEST_PAGE)),
            OFFSET => self.offset = number(name, value)?,
            "_summary" => self.subset = Subset::summary(value)?,
            "_elements" => self.subset = Subset::elements(value),
            "_format" | "_pretty" | "_total" => {}
            _ => {
                let (plain, modifier) = name.split_once(':').map_or((name, None), |(name, by)| (name, Some(by)));
                let Some(parameter) = PARAMETERS.iter().find(|parameter| parameter.name == plain) else {
                    return Ok(false);
                };
                let fit = match (parameter.kind, modifier) {
                    ("string", None) | ("uri", Some("below")) => Fit::Start,
                    ("string", Some("contains")) => Fit::Within,
                    ("string", Some("exact")) | ("uri", None) => Fit::Equal,
                    ("token", None) => Fit::Token,
                    _ => return Ok(false),
                };
                let values = value.split(',').map(str::to_owned).collect();
                self.filters.push(Filter { parameter: parameter.name, fit, values });
            }
        }
        Ok(true)
    }

    /// The page of results as a Bundle. `base` is the address of `/fhir`.
    #[must_use]
    pub fn page<'a>(&self, base: &str, kind: &str, all: impl Iterator<Item = &'a Artifact>) -> Value {
        let found: Vec<&Artifact> =
            all.filter(|artifact| self.filters.iter().all(|filter| filter.fits(artifact))).collect();
        let size = self.count.unwrap_or(PAGE);
        let is_count = self.subset == Subset::Count || size == 0;
        let mut links = vec![self.link("self", base, kind, self.offset)];
        if !is_count && self.offset + size < found.len() {
            links.push(self.link("next", base, kind, self.offset + size));
        }
        if !is_count && self.offset > 0 {
            links.push(self.link("previous", base, kind, self.offset.saturating_sub(size)));
        }
        let mut bundle = Map::new();
        bundle.insert("resourceType".to_owned(), json!("Bundle"));
        bundle.insert("type".to_owned(), json!("searchset"));
        bundle.insert("total".to_owned(), json!(found.len()));
        bundle.insert("link".to_owned(), Value::Array(links));
        let shown = found.into_iter().skip(self.offset).take(if is_count { 0 } else { size });
        let entries: Vec<Value> = shown
            .map(|artifact| {
                json!({
                    "fullUrl": format!("{base}/{kind}/{}", artifact.id()),
                    "resource": self.subset.of(&artifact.resource),
                    "search": { "mode": "match" },
                })
            })
            .collect();
        // FHIR has no empty arrays.
        if !entries.is_empty() {
            bundle.insert("entry".to_owned(), Value::Array(entries));
        }
        Value::Object(bundle)
    }

    fn link(&self, relation: &str, base: &str, kind: &str, offset: usize) -> Value {
        let kept = self.understood.iter().filter(|(name, _)| name != OFFSET);
        let mut pairs: Vec<String> =
            kept.map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        if offset > 0 {
            pairs.push(format!("{OFFSET}={offset}"));
        }
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        json!({ "relation": relation, "url": format!("{base}/{kind}{query}") })
    }
}

impl Filter {
    fn fits(&self, artifact: &Artifact) -> bool {
        if self.parameter == "identifier" {
            let identifiers = artifact.resource.get("identifier").and_then(Value::as_array).into_iter().flatten();
            let mut pairs = identifiers.map(|identifier| {
                let text = |name| identifier.get(name).and_then(Value::as_str).unwrap_or_default();
                (text("system"), text("value"))
            });
            return pairs.any(|(system, value)| self.values.iter().any(|token| is_token(token, system, value)));
        }
        let element = artifact.element(self.parameter.trim_start_matches('_'));
        self.values.iter().any(|value| match self.fit {
            Fit::Equal => element == value,
            Fit::Start => element.to_lowercase().starts_with(&value.to_lowercase()),
            Fit::Within => element.to_lowercase().contains(&value.to_lowercase()),
            Fit::Token => is_token(value, "", element),
        })
    }
}

/// Whether a search token is this code. A code of an element that has no system fits whatever system is asked for, as R4 has it.
fn is_token(token: &str, system: &str, code: &str) -> bool {
    let (asked_system, asked) = token.split_once('|').map_or((None, token), |(of, code)| (Some(of), code));
    let is_of_system = asked_system.is_none_or(|asked| asked == system || system.is_empty());
    is_of_system && (asked == code || asked.is_empty() && asked_system.is_some_and(|asked| !asked.is_empty()))
}

fn number(name: &str, value: &str) -> Result<usize, Refusal> {
    value.parse().map_err(|_not_a_number| {
        Refusal::invalid(Issue::new("value", format!("`{name}` is a whole number")).at(format!("http.{name}")))
    })
}

/// The name of a parameter as it may stand in an answer: a client can send anything.
pub(super) fn shown(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '.');
    if name.len() <= 40 && name.chars().all(is_plain) { name.to_owned() } else { "parameter".to_owned() }
}

fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(query: &str) -> Vec<(String, String)> {
        let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
        query.split('&').map(pair).collect()
    }

    fn all() -> Vec<Artifact> {
        let resource = |id: &str, title: &str| {
            Artifact::of(json!({
                "resourceType": "ValueSet", "id": id, "url": format!("https://x/{id}"), "version": "1.0.0", "name": id,
                "title": title, "status": "active", "identifier": [{ "system": "urn:s", "value": id }],
            }))
        };
        vec![resource("a", "Fever"), resource("b", "Fever after therapy"), resource("c", "High fever")]
    }

    fn found(query: &str) -> Vec<String> {
        let page = Search::read(&pairs(query), false).unwrap().page("https://x/fhir", "ValueSet", all().iter());
        let entries = page["entry"].as_array().into_iter().flatten();
        entries.map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn each_parameter_finds_what_fits() {
        for (query, expected) in [
            ("_id=a", "a"),
            ("_id=a,c", "ac"),
            ("_id=a&_id=c", ""),
            ("url=https://x/b", "b"),
            ("url:below=https://x/", "abc"),
            ("title=fever", "ab"),
            ("title:contains=FEVER", "abc"),
            ("title:exact=fever", ""),
            ("title:exact=Fever", "a"),
            ("status=draft", ""),
            ("status=|active", "abc"),
            ("version=1.0.0&name=C", "c"),
            ("identifier=b", "b"),
            ("identifier=urn:s|b", "b"),
            ("identifier=urn:t|b", ""),
            ("identifier=urn:s|", "abc"),
            ("_count=2", "ab"),
            ("_count=2&_offset=2", "c"),
            ("_summary=count", ""),
            ("_count=0", ""),
        ] {
            assert_eq!(found(query).concat(), expected, "{query}");
        }
    }

    #[test]
    fn pages_lead_to_one_another_and_say_what_was_asked() {
        let page = |query: &str, is_lenient| {
            Search::read(&pairs(query), is_lenient).unwrap().page("https://x/fhir", "ValueSet", all().iter())
        };
        let middle = page("_count=1&_offset=1&title:contains=fever&nonsense=1", true);
        assert_eq!(middle["total"], 3);
        let links: Vec<_> =
            middle["link"].as_array().unwrap().iter().map(|link| link["url"].as_str().unwrap()).collect();
        let path = "https://x/fhir/ValueSet?%5Fcount=1&title%3Acontains=fever";
        assert_eq!(links, [format!("{path}&_offset=1"), format!("{path}&_offset=2"), path.to_owned()]);
        assert_eq!(page("_id=none", false).get("entry"), None);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for query in ["nonsense=1", "title:missing=true", "_sort=name", "_count=many", "_summary=perhaps"] {
            assert!(Search::read(&pairs(query), false).is_err(), "{query}");
        }
        let refusal = Search::read(&pairs("a=1&%00=2"), false).unwrap_err();
        let places: Vec<_> = refusal.issues.iter().map(|issue| issue.expression.as_deref().unwrap()).collect();
        assert_eq!(places, ["http.a", "http.parameter"]);
        assert!(read_subset(&pairs("_elements=url"), false).is_ok());
        assert!(read_subset(&pairs("url=x"), false).is_err());
        assert_eq!(read_subset(&pairs("url=x"), true).unwrap(), Subset::Whole);
    }
}
