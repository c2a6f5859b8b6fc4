//! From what a request says to the address that is asked.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::client::{AccessToken, FhirAccess};
use crate::outbound::{ip_of, is_link_local, is_private, is_within};

/// The base URL of the FHIR server that a request names, without a slash at its end; `None` unless it is one of those listed,
/// or lies within one.
pub(super) fn server(text: &str, access: &FhirAccess) -> Option<Url> {
    // The parser drops line breaks and takes a backslash for a slash: nobody writes an address like that by accident.
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '@')) {
        return None;
    }
    let mut url = Url::parse(text).ok()?;
    let is_bare = url.query().is_none() && url.fragment().is_none();
    let is_plain = access.allows_http && url.scheme() == "http";
    let is_safe = (is_private(&url) || is_plain) && !ip_of(&url).is_some_and(is_link_local);
    if !(is_bare && is_safe && access.servers.iter().any(|base| is_within(base, &url))) {
        return None;
    }
    let folder = url.path().trim_end_matches('/').to_owned();
    url.set_path(&folder);
    Some(url)
}

/// The one header that a token belongs in; `None` when it can't stand there.
pub(super) fn bearer(token: &AccessToken) -> Option<HeaderValue> {
    if token.reveal().is_empty() {
        return None;
    }
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.reveal())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// What is asked for: one resource, or all that match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) resource_type: String,
    /// Only of a read.
    pub(super) id: Option<String>,
    /// Only of a search, without escapes.
    parameters: Vec<(String, String)>,
}

impl Query {
    /// Reads `Patient/1` or `Condition?patient=1`. `None` when it is neither, or when the id would change the path.
    pub(super) fn read(text: &str, page_size: u32) -> Option<Self> {
        let (path, search) = text.split_once('?').map_or((text, None), |(path, search)| (path, Some(search)));
        let (resource_type, id) = path.split_once('/').map_or((path, None), |(kind, id)| (kind, Some(id)));
        if resource_type.is_empty() || !resource_type.chars().all(|c| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut parameters = search.map(pairs).unwrap_or_default();
        let id = match id {
            // A template reads or searches, never both.
            Some(_) if search.is_some() => return None,
            Some(id) => {
                Some(pairs(&format!("id={id}")).pop().filter(|(name, id)| name == "id" && is_one_segment(id))?.1)
            }
            None => {
                if !parameters.iter().any(|(name, _)| name == "_count") {
                    parameters.push(("_count".to_owned(), page_size.to_string()));
                }
                None
            }
        };
        Some(Self { resource_type: resource_type.to_owned(), id, parameters })
    }

    /// The same of another type.
    pub(super) fn of(self, resource_type: &str) -> Self {
        Self { resource_type: resource_type.to_owned(), ..self }
    }

    /// The same without what a server may not know and that can be done without: drugs that come along, a limit of days.
    /// `None` when it has neither.
    pub(super) fn plainer(&self) -> Option<Self> {
        let is_extra = |(name, _): &&(String, String)| matches!(name.as_str(), "_include" | "date");
        let parameters: Vec<_> = self.parameters.iter().filter(|pair| !is_extra(pair)).cloned().collect();
        (parameters.len() < self.parameters.len()).then(|| Self { parameters, ..self.clone() })
    }

    /// Whether it is a search.
    pub(super) fn is_search(&self) -> bool {
        self.id.is_none()
    }

    /// The id of the patient whose data is asked for, if the query says it.
    pub(super) fn patient(&self) -> Option<&str> {
        if self.resource_type == "Patient" && self.id.is_some() {
            return self.id.as_deref();
        }
        let reference = self.parameters.iter().find(|(name, _)| matches!(name.as_str(), "patient" | "subject"));
        reference.map(|(_, patient)| patient.strip_prefix("Patient/").unwrap_or(patient))
    }

    /// The parameters of a search with the escapes of a URL, which are those of a form, too.
    pub(super) fn parameters(&self) -> String {
        let parameter =
            |(name, value): &(String, String)| format!("{}={}", escaped(name, IN_A_NAME), escaped(value, IN_A_VALUE));
        self.parameters.iter().map(parameter).collect::<Vec<_>>().join("&")
    }

    /// Where it is sent by GET.
    pub(super) fn address(&self, server: &Url) -> Url {
        let mut url = server.clone();
        let folder = server.path().trim_end_matches('/');
        if let Some(id) = &self.id {
            url.set_path(&format!("{folder}/{}/{}", self.resource_type, escaped(id, IN_A_PATH)));
        } else {
            url.set_path(&format!("{folder}/{}", self.resource_type));
            url.set_query(Some(&self.parameters()));
        }
        url
    }

    /// Where a search is sent by POST.
    pub(super) fn search_address(&self, server: &Url) -> Url {
        let mut url = server.clone();
        let folder = server.path().trim_end_matches('/');
        url.set_path(&format!("{folder}/{}/_search", self.resource_type));
        url
    }
}

/// Whether an id stays one segment of a path, whoever takes the escapes out of it.
fn is_one_segment(id: &str) -> bool {
    !id.contains(['/', '\\', '%']) && !id.chars().all(|c| c == '.')
}

/// The parameters of a query, without escapes.
fn pairs(query: &str) -> Vec<(String, String)> {
    let Ok(mut url) = Url::parse("http://localhost") else { return Vec::new() };
    url.set_query(Some(query));
    url.query_pairs().into_owned().collect()
}

/// What is written as it is in any part of a URL.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// And in the name of a parameter (`code:in`).
const IN_A_NAME: &AsciiSet = &IN_A_PATH.remove(b':');
/// And in its value: commas part the values.
const IN_A_VALUE: &AsciiSet = &IN_A_NAME.remove(b'/').remove(b',');

fn escaped(text: &str, kept: &'static AsciiSet) -> String {
    utf8_percent_encode(text, kept).to_string()
}
