//! A CodeableConcept, Coding, Reference or CodeableReference as a concept of the record.

mod memory;

use std::ops::Deref;

use cellwise_record::facts::concept::{Concept, legible};
use cellwise_record::terminology::{Heard, Terminology};

use crate::lens::{Object, Read};
use crate::resource::{Coding as CodingLens, Concept as ConceptLens, Reference};
pub(crate) use memory::Memory;

/// What codes mean, the language in which one is named that the record has no words for, and what was read before.
#[derive(Clone, Copy)]
pub(crate) struct Vocabulary<'t> {
    pub(crate) terminology: &'t Terminology,
    pub(crate) language: &'t str,
    pub(crate) memory: &'t Memory,
}

impl Deref for Vocabulary<'_> {
    type Target = Terminology;

    fn deref(&self) -> &Terminology {
        self.terminology
    }
}

/// Reads a concept.
pub(crate) fn read(lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) -> Concept {
    terminology.memory.of(lens).concept(lens, terminology).clone()
}

fn read_anew(lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) -> Concept {
    let mut concept = Concept::default();
    add(&mut concept, lens, terminology);
    concept
}

/// Words that are no name of anything: a note.
pub(crate) fn words(text: &str) -> Concept {
    let mut concept = Concept::default();
    text.clone_into(&mut concept.text);
    concept
}

/// Reads an element that may be missing or unreadable.
pub(crate) fn read_element(element: &Read<Object<ConceptLens<'_>>>, terminology: Vocabulary<'_>) -> Concept {
    match element {
        Read::Absent => Concept::default(),
        Read::Value(object) => read(&object.0, terminology),
        Read::Unreadable => Concept::unreadable(),
    }
}

/// What the codes of an element say, without its words.
pub(crate) fn codes_of(element: &Read<Object<ConceptLens<'_>>>, terminology: Vocabulary<'_>) -> Concept {
    match element {
        Read::Value(object) => terminology.memory.of(&object.0).codes(&object.0, terminology).clone(),
        Read::Absent | Read::Unreadable => Concept::default(),
    }
}

fn codes_anew(lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) -> Concept {
    let mut concept = Concept::default();
    add_codes(&mut concept, lens, terminology);
    concept
}

/// A concept of which only a display is known.
pub(crate) fn display_only(reference: &Reference<'_>, terminology: Vocabulary<'_>) -> Concept {
    let mut concept = Concept::default();
    let name = legible(reference.display.as_str().unwrap_or_default());
    if !name.is_empty() {
        concept.text.clone_from(&name);
        concept.add_name(&name, terminology.hear(&name));
    }
    concept
}

/// Adds the codings of `lens` (an ingredient, a category, …) to what is known.
pub(crate) fn add(concept: &mut Concept, lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) {
    add_codes(concept, lens, terminology);
    add_words(concept, lens, terminology);
}

/// HL7's table of interpretations.
const INTERPRETATIONS: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

/// Reads an interpretation. A code without a system is one of HL7's: every edition of FHIR says so.
pub(crate) fn interpretation(lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) -> Concept {
    let mut concept = read(lens, terminology);
    for coding in lens.coding.items.iter().filter(|coding| coding.system.is_absent()) {
        if let Some(code) = coding.code.as_str() {
            concept.add_coding(terminology.lookup(INTERPRETATIONS, code));
        }
    }
    concept
}

fn add_codes(concept: &mut Concept, lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) {
    // R5 wraps the concept in a CodeableReference.
    if let Some(inner) = lens.concept.value() {
        add_codes(concept, inner, terminology);
    }
    let mut unreadable = lens.coding.unreadable > 0 || lens.text.is_unreadable();
    for coding in &lens.coding.items {
        match (coding.system.as_str(), coding.code.as_str()) {
            (Some(system), Some(code)) => concept.add_coding(terminology.lookup(system, code)),
            _ => unreadable |= coding.system.is_unreadable() || coding.code.is_unreadable(),
        }
    }
    if unreadable {
        concept.add_unreadable();
    }
}

/// What the record calls it, first by its text; what names a code that the record has no words for.
fn add_words(concept: &mut Concept, lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) {
    if let Some(inner) = lens.concept.value() {
        add_words(concept, inner, terminology);
    }
    let names: Vec<String> = names(lens).map(legible).filter(|name| !name.is_empty()).collect();
    if concept.text.is_empty() {
        let known = |coding: &CodingLens<'_>| {
            let name = terminology.name(coding.system.as_str()?, coding.code.as_str()?, terminology.language)?;
            Some(name.into_owned())
        };
        let coded = || lens.coding.items.iter().find_map(known);
        let code = || lens.coding.items.iter().find_map(|coding| coding.code.as_str().map(str::to_owned));
        let referenced = || lens.reference.value().and_then(|reference| reference.display.as_str().map(str::to_owned));
        let words = names.first().cloned().or_else(coded).or_else(code).or_else(referenced);
        concept.text = legible(&words.unwrap_or_default());
    }
    for name in &names {
        concept.add_name(name, hear(concept, name, terminology));
    }
}

/// The words of a concept: its text, then what its codings are called.
fn names<'l>(lens: &'l ConceptLens<'_>) -> impl Iterator<Item = &'l str> {
    let displays = lens.coding.items.iter().filter_map(|coding| coding.display.as_str());
    lens.text.as_str().into_iter().chain(displays).filter(|name| !name.trim().is_empty())
}

/// Whether an element says in words what it is.
pub(crate) fn has_words(element: &Read<Object<ConceptLens<'_>>>) -> bool {
    let Read::Value(object) = element else { return false };
    let inner = object.0.concept.value().map(|inner| &**inner);
    inner.into_iter().flat_map(names).chain(names(&object.0)).next().is_some()
}

/// What a name says of the value sets. Where a code tells what something is, nobody listens.
fn hear(concept: &Concept, name: &str, terminology: Vocabulary<'_>) -> Heard {
    if concept.is_listed() { Heard::default() } else { terminology.hear(name) }
}

/// Whether the words of an element speak of something that value sets have.
pub(crate) fn speaks(element: &Read<Object<ConceptLens<'_>>>, terminology: Vocabulary<'_>) -> bool {
    match element {
        Read::Value(object) => terminology.memory.of(&object.0).speaks(&object.0, terminology),
        Read::Absent | Read::Unreadable => false,
    }
}

fn speaks_anew(lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) -> bool {
    let inner = lens.concept.value().map(|inner| &**inner);
    let mut names = inner.into_iter().flat_map(names).chain(names(lens));
    names.any(|name| !terminology.hear(name).doubts.is_empty())
}
