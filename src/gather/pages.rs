//! The pages of a search: what a page says, where the next one is, and all of them as one Bundle.
//!
//! Entries are never decoded here: they go on as the bytes that came.

use std::borrow::Cow;

use actix_web::web::Bytes;
use reqwest::Url;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::outbound::is_within;

/// The top of a resource. A key twice in it is an error.
#[derive(Deserialize)]
pub(super) struct Page<'a> {
    #[serde(rename = "resourceType", borrow)]
    pub(super) resource_type: Cow<'a, str>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(rename = "type", borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    total: Option<&'a RawValue>,
    #[serde(borrow)]
    link: Option<&'a RawValue>,
    #[serde(borrow)]
    entry: Option<&'a RawValue>,
}

/// Whether there is more than a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum More {
    /// This was the last page.
    No,
    /// There is, here.
    At(Url),
    /// There is, or may be, and nobody may go there.
    Unreachable,
}

impl<'a> Page<'a> {
    /// Reads the top of a response; `None` when it is no FHIR resource.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let page: Self = serde_json::from_str(std::str::from_utf8(body).ok()?).ok()?;
        (!page.resource_type.is_empty()).then_some(page)
    }

    /// Whether it is what a search brings. A Bundle that does not say what it is, or that somebody put together, is taken
    /// for one.
    pub(super) fn is_searchset(&self) -> bool {
        self.resource_type == "Bundle" && matches!(self.kind.as_deref(), None | Some("searchset" | "collection"))
    }

    /// Whether the resource says that it has another id than this one.
    pub(super) fn has_other_id(&self, id: &str) -> bool {
        self.id.is_some_and(|raw| serde_json::from_str::<Cow<'_, str>>(raw.get()).is_ok_and(|own| own != id))
    }

    /// Whether there is a word from the server about what it did, anywhere in the page.
    pub(super) fn has_outcome(&self) -> bool {
        let word = "OperationOutcome";
        self.resource_type == word || self.entry.is_some_and(|entries| entries.get().contains(word))
    }

    /// Where the next page is. Only an address under `server` is one; a relative link starts at `address`, where the page was.
    pub(super) fn more(&self, server: &Url, address: &Url) -> More {
        let Some(raw) = self.link else { return More::No };
        let links = match serde_json::from_str(raw.get()) {
            Ok(Value::Array(links)) => links,
            Ok(link @ Value::Object(_)) => vec![link],
            _ => return More::Unreachable,
        };
        let mut next = Vec::new();
        for link in &links {
            match (link.is_object(), link.get("relation")) {
                (true, Some(Value::String(relation))) if relation.eq_ignore_ascii_case("next") => next.push(link),
                (true, None | Some(Value::String(_))) => {}
                // It may be one.
                _ => return More::Unreachable,
            }
        }
        match next.as_slice() {
            [] => More::No,
            [link] => {
                let url = link.get("url").and_then(Value::as_str).and_then(|url| address.join(url).ok());
                url.filter(|url| is_within(server, url)).map_or(More::Unreachable, More::At)
            }
            _ => More::Unreachable,
        }
    }

    /// The links by which the page says what it is a page of.
    fn own_links(&self) -> Vec<Value> {
        let links = self.link.and_then(|raw| serde_json::from_str::<Vec<Value>>(raw.get()).ok()).unwrap_or_default();
        let is_own = |link: &Value| {
            let relation = link.get("relation").and_then(Value::as_str);
            relation.is_some_and(|relation| relation.eq_ignore_ascii_case("self"))
        };
        links.into_iter().filter(is_own).collect()
    }

    /// The entries as they stand in `body`, which this page was read from, without the brackets; `None` when they are no array.
    fn entries(&self, body: &Bytes) -> Option<Bytes> {
        let Some(raw) = self.entry else { return Some(Bytes::new()) };
        let inside = raw.get().strip_prefix('[')?.strip_suffix(']')?.trim_ascii();
        Some(body.slice_ref(inside.as_bytes()))
    }
}

/// The pages of one search that came so far.
#[derive(Debug)]
pub(super) struct Pages {
    first: Bytes,
    total: Option<String>,
    /// The self links of the first page, which say what was searched.
    own: Vec<Value>,
    /// The entries of each page, without brackets. `None`: the first page has no array of them.
    entries: Option<Vec<Bytes>>,
    count: usize,
    bytes: usize,
}

impl Pages {
    /// Begins with the first page.
    pub(super) fn new(page: &Page<'_>, body: &Bytes) -> Self {
        Self {
            first: body.clone(),
            // Also one that is no number: whoever reads it must see that it says nothing.
            total: page.total.map(|raw| raw.get().to_owned()),
            own: page.own_links(),
            entries: page.entries(body).map(|entries| vec![entries]),
            count: 1,
            bytes: body.len(),
        }
    }

    /// Takes the next page; false when it is none.
    pub(super) fn push(&mut self, page: &Page<'_>, body: &Bytes) -> bool {
        let (true, Some(all), Some(entries)) = (page.is_searchset(), self.entries.as_mut(), page.entries(body)) else {
            return false;
        };
        all.push(entries);
        self.count += 1;
        self.bytes += body.len();
        true
    }

    /// How many pages came.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How many bytes came.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// All pages as one Bundle; one page stays as it came. When they are not all there is, the Bundle has a next link.
    pub(super) fn into_bundle(self, is_whole: bool) -> Bytes {
        let (true, Some(entries)) = (self.count > 1, &self.entries) else { return self.first };
        let mut out = Vec::with_capacity(entries.iter().map(|entries| entries.len() + 1).sum::<usize>() + 128);
        out.extend_from_slice(br#"{"resourceType":"Bundle","type":"searchset","#);
        if let Some(total) = &self.total {
            out.extend_from_slice(format!(r#""total":{total},"#).as_bytes());
        }
        let mut links = self.own;
        if !is_whole {
            links.push(json!({ "relation": "next" }));
        }
        if !links.is_empty() {
            out.extend_from_slice(format!(r#""link":{},"#, Value::Array(links)).as_bytes());
        }
        out.extend_from_slice(br#""entry":["#);
        for (index, entries) in entries.iter().filter(|entries| !entries.is_empty()).enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(entries);
        }
        out.extend_from_slice(b"]}");
        out.into()
    }
}
