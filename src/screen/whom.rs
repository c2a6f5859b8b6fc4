//! Whom a resource is about, by its reference; and what can still be told of a line that can't be read.

use cellwise_fhir_reader::resource::Resource;
use cellwise_record::bare_id;

/// Whom a resource is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    /// A patient, by the bare id.
    Patient(String),
    /// It names nobody: no search for a patient's data finds it.
    Nobody,
    /// A device, a group, a place.
    SomethingElse,
    /// Somebody, but there is no telling who: only an identifier, or an address that nothing here has.
    Untold,
}

impl Whom {
    /// Whom a resource says that it is about.
    pub(super) fn of(resource: &Resource<'_>) -> Self {
        match resource.about() {
            Some(reference) => Self::by(reference),
            None if [&resource.subject, &resource.patient, &resource.individual].iter().all(|one| one.is_absent()) => {
                Self::Nobody
            }
            None => Self::Untold,
        }
    }

    /// Whom a reference means.
    pub(super) fn by(reference: &str) -> Self {
        if reference.is_empty()
            || reference.starts_with("urn:")
            || reference.starts_with('#')
            || reference.contains('?')
        {
            return Self::Untold;
        }
        let path = reference.split("/_history/").next().unwrap_or(reference);
        match path.rsplit('/').nth(1) {
            None | Some("Patient") => Self::Patient(bare_id(path).to_owned()),
            Some(_) => Self::SomethingElse,
        }
    }
}

/// What is left of a line that can't be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Remains {
    /// The type, where it was read before the fault.
    pub(super) kind: Option<String>,
    /// The one patient whom it is about; `None` when there is no telling.
    pub(super) patient: Option<String>,
}

/// The elements that say whom a resource is about.
const ABOUT: [&[u8]; 3] = [b"subject", b"patient", b"individual"];
/// How a reference to a patient ends before the id.
const PATIENT: &[u8] = b"Patient/";

/// Tells what it can of a line that is right up to `fault` (a byte). What stands behind it proves nothing by its place: there only a
/// patient counts who is the one patient that the whole line names. Of a line that ends too early (`is_cut`) the end may name another.
pub(super) fn remains(line: &[u8], fault: usize, is_cut: bool) -> Remains {
    let mut found = Remains::default();
    let mut id = None;
    let sound = line.get(..fault.min(line.len())).unwrap_or_default();
    scan(sound, |outer, inner, value| match (outer, inner) {
        (b"resourceType", None) => found.kind = text(value),
        (b"id", None) => id = text(value),
        (outer, Some(b"reference")) if ABOUT.contains(&outer) => {
            if let Some(Whom::Patient(patient)) = text(value).map(|reference| Whom::by(&reference)) {
                found.patient = Some(patient);
            }
        }
        _ => {}
    });
    if found.kind.as_deref() == Some("Patient") {
        found.patient = id;
    }
    if found.patient.is_none() && !is_cut {
        let mut named = references(line);
        named.sort_unstable();
        named.dedup();
        if let [only] = named.as_slice() {
            found.patient = text(only);
        }
    }
    found
}

/// Hands over the texts of an object, and of the objects in it, each with its key and the key within.
fn scan<'l>(sound: &'l [u8], mut take: impl FnMut(&'l [u8], Option<&'l [u8]>, &'l [u8])) {
    let mut keys: [&[u8]; 2] = [b"", b""];
    let (mut depth, mut at) = (0usize, 0usize);
    while let Some(byte) = sound.get(at) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth == 2 {
                    keys[1] = b"";
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let Some(length) = end_of_text(sound.get(at + 1..).unwrap_or_default()) else { return };
                let value = sound.get(at + 1..at + 1 + length).unwrap_or_default();
                at += length + 2;
                let rest = sound.get(at..).unwrap_or_default();
                let is_key = rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
                match (depth, is_key) {
                    (1 | 2, true) => {
                        if let Some(key) = keys.get_mut(depth - 1) {
                            *key = value;
                        }
                    }
                    (1, false) => take(keys[0], None, value),
                    (2, false) => take(keys[0], Some(keys[1]), value),
                    _ => {}
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// The length of a text up to the quote that ends it.
fn end_of_text(rest: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    rest.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    })
}

/// The ids of all patients that a line refers to.
fn references(line: &[u8]) -> Vec<&[u8]> {
    let starts = line.windows(PATIENT.len()).enumerate().filter(|(_, window)| *window == PATIENT).map(|(at, _)| at);
    let ids = starts.filter_map(|at| {
        let rest = line.get(at + PATIENT.len()..)?;
        let length = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-._".contains(byte)))?;
        rest.get(..length).filter(|id| !id.is_empty())
    });
    ids.collect()
}

fn text(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    (!text.is_empty() && !text.contains('\\')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_means_a_patient_or_not() {
        for (reference, whom) in [
            ("Patient/1", Whom::Patient("1".to_owned())),
            ("https://ehr.example.org/fhir/Patient/1/_history/2", Whom::Patient("1".to_owned())),
            ("1", Whom::Patient("1".to_owned())),
            ("Group/1", Whom::SomethingElse),
            ("urn:uuid:1", Whom::Untold),
            ("Patient?identifier=1", Whom::Untold),
            ("#p", Whom::Untold),
            ("", Whom::Untold),
        ] {
            assert_eq!(Whom::by(reference), whom, "{reference}");
        }
    }

    #[test]
    fn what_is_left_of_a_line_is_told_only_where_it_is_sure() {
        let told = |line: &str, fault: usize| {
            let Remains { kind, patient } = remains(line.as_bytes(), fault, fault == line.len());
            (kind.unwrap_or_default(), patient.unwrap_or_default())
        };
        let pair = |kind: &str, patient: &str| (kind.to_owned(), patient.to_owned());
        // Cut off behind the subject.
        let line =
            r#"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p1"},"code":{"coding":[{"sys"#;
        assert_eq!(told(line, line.len()), pair("Condition", "p1"));
        // Cut off in the reference: the id may go on.
        let line = r#"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p1"#;
        assert_eq!(told(line, line.len()), pair("Condition", ""));
        // A fault before the subject: the only patient of the line.
        let line = r#"{"resourceType":"Condition",,"subject":{"reference":"Patient/p1"}}"#;
        assert_eq!(told(line, 28), pair("Condition", "p1"));
        // Two patients behind the fault: no telling.
        let line = r#"{"resourceType":"Condition",,"subject":{"reference":"Patient/p1"},"asserter":{"reference":"Patient/p2"}}"#;
        assert_eq!(told(line, 28), pair("Condition", ""));
        // What is contained has a subject of its own.
        let line = r#"{"resourceType":"Procedure","contained":[{"subject":{"reference":"Patient/p2"}}],"subject":{"reference":"Patient/p1"},"x"}"#;
        assert_eq!(told(line, line.len() - 1), pair("Procedure", "p1"));
        // Cut off before the subject: another patient that it names is not whom it is about.
        let line = r#"{"resourceType":"Observation","performer":[{"reference":"Patient/p2"}],"code":{"#;
        assert_eq!(told(line, line.len()), pair("Observation", ""));
        let line = r#"{"resourceType":"Patient","id":"p9","name":[{"family":"#;
        assert_eq!(told(line, line.len()), pair("Patient", "p9"));
        assert_eq!(told("", 0), pair("", ""));
        assert_eq!(told("\u{fffd}\"", 0), pair("", ""));
    }
}
