//! What something is, by its codes: membership of value sets, or that no code tells.

use crate::fhir::lens::{Object, Read};
use crate::fhir::resource::{Coding as CodingLens, Concept as ConceptLens, Reference};
use crate::terminology::{Membership, Terminology, ValueSet};
use crate::verdict::{GapKind, Verdict};

/// How well a concept is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// At least one coding is in a code system the index knows.
    Known,
    /// Only codings of systems the index does not know (local codes, G-Standaard without a site mapping).
    Foreign,
    /// No code: text or display only, or nothing.
    None,
    /// The element is there but can't be read.
    Unreadable,
}

/// A concept of the chart.
#[derive(Clone, Debug)]
pub struct Concept {
    /// The record's own words: text, else display, else code. Never used to classify.
    pub text: String,
    /// How well it is coded.
    pub coding: Coding,
    membership: Membership,
    classified_as_drug: bool,
}

impl Default for Concept {
    fn default() -> Self {
        Self { text: String::new(), coding: Coding::None, membership: Membership::default(), classified_as_drug: false }
    }
}

impl Concept {
    /// Reads a concept.
    #[must_use]
    pub fn read(lens: &ConceptLens<'_>, terminology: &Terminology) -> Self {
        let mut concept = Self::default();
        concept.add(lens, terminology);
        concept
    }

    /// Reads an element that may be missing or unreadable.
    #[must_use]
    pub fn read_element(element: &Read<Object<ConceptLens<'_>>>, terminology: &Terminology) -> Self {
        match element {
            Read::Absent => Self::default(),
            Read::Value(object) => Self::read(&object.0, terminology),
            Read::Unreadable => Self::unreadable(),
        }
    }

    /// A concept that is there and can't be read.
    #[must_use]
    pub fn unreadable() -> Self {
        Self { coding: Coding::Unreadable, ..Self::default() }
    }

    /// What the codes of an element say, without its words.
    #[must_use]
    pub fn codes_of(element: &Read<Object<ConceptLens<'_>>>, terminology: &Terminology) -> Self {
        let mut concept = Self::default();
        if let Read::Value(object) = element {
            concept.add_codes(&object.0, terminology);
        }
        concept
    }

    /// A concept of which only a display is known.
    #[must_use]
    pub fn display_only(reference: &Reference<'_>) -> Self {
        Self { text: reference.display.as_str().unwrap_or_default().trim().to_owned(), ..Self::default() }
    }

    /// Adds the codings of `lens` (an ingredient, a category, …) to what is known.
    pub fn add(&mut self, lens: &ConceptLens<'_>, terminology: &Terminology) {
        self.add_codes(lens, terminology);
        self.add_words(lens, terminology);
    }

    fn add_codes(&mut self, lens: &ConceptLens<'_>, terminology: &Terminology) {
        // R5 wraps the concept in a CodeableReference.
        if let Some(inner) = lens.concept.value() {
            self.add_codes(inner, terminology);
        }
        let mut unreadable = lens.coding.unreadable > 0 || lens.text.is_unreadable();
        for coding in &lens.coding.items {
            let (Some(system), Some(code)) = (coding.system.as_str(), coding.code.as_str()) else {
                unreadable |= coding.system.is_unreadable() || coding.code.is_unreadable();
                continue;
            };
            let lookup = terminology.lookup(system, code);
            self.membership = self.membership.with(lookup.membership);
            self.classified_as_drug |= lookup.classifies_drugs;
            self.coding = match (self.coding, lookup.system) {
                (Coding::Known, _) | (_, Some(_)) => Coding::Known,
                _ => Coding::Foreign,
            };
        }
        if self.coding == Coding::None && unreadable {
            self.coding = Coding::Unreadable;
        }
    }

    fn add_words(&mut self, lens: &ConceptLens<'_>, terminology: &Terminology) {
        if let Some(inner) = lens.concept.value() {
            self.add_words(inner, terminology);
        }
        if self.text.is_empty() {
            let words = lens
                .text
                .as_str()
                .filter(|text| !text.trim().is_empty())
                .or_else(|| lens.coding.items.iter().find_map(|coding| coding.display.as_str()))
                .or_else(|| {
                    let known =
                        |coding: &CodingLens<'_>| terminology.display(coding.system.as_str()?, coding.code.as_str()?);
                    lens.coding.items.iter().find_map(known)
                })
                .or_else(|| lens.coding.items.iter().find_map(|coding| coding.code.as_str()))
                .or_else(|| lens.reference.value().and_then(|reference| reference.display.as_str()));
            self.text = legible(words.unwrap_or_default());
        }
    }

    /// Adds everything known of another concept (a referenced Medication).
    pub fn merge(&mut self, other: &Self) {
        self.membership = self.membership.with(other.membership);
        self.classified_as_drug |= other.classified_as_drug;
        if self.coding != Coding::Known && other.coding != Coding::None {
            self.coding = other.coding;
        }
        if self.text.is_empty() {
            self.text.clone_from(&other.text);
        }
    }

    /// Whether a diagnosis, procedure, finding or observation is in `set`. Without a code in a known system: unknown.
    pub fn is(&self, set: ValueSet) -> Verdict {
        match (self.membership.contains(set), self.coding) {
            (true, _) => Verdict::Met,
            (false, Coding::Known) => Verdict::NotMet,
            (false, Coding::Foreign | Coding::None | Coding::Unreadable) => Verdict::Unknown,
        }
    }

    /// Whether a drug is in `set`. A known no needs a code that classifies it: ATC, or a code of some value set. A product
    /// code that no value set lists (RxNorm or SNOMED products, G-Standaard) proves nothing.
    pub fn is_drug(&self, set: ValueSet) -> Verdict {
        if self.membership.contains(set) {
            Verdict::Met
        } else if self.classified_as_drug {
            Verdict::NotMet
        } else {
            Verdict::Unknown
        }
    }

    /// Whether a code of the concept is in `set`, for uses where "not in it" needs no proof.
    #[must_use]
    pub fn has(&self, set: ValueSet) -> bool {
        self.membership.contains(set)
    }

    /// Whether anything is said at all: a code, or words.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        self.coding != Coding::None || !self.text.is_empty()
    }

    /// Takes back "not in any value set" for a code whose words speak of something that rules are about: no value set lists
    /// every subtype, so such a code proves nothing.
    pub fn doubt(&mut self) {
        if self.membership.is_empty() && self.coding == Coding::Known {
            self.coding = Coding::Foreign;
        }
    }

    /// Whether a code says which drug it is.
    #[must_use]
    pub fn is_classified(&self) -> bool {
        self.classified_as_drug
    }

    /// Whether no value set of any rule knows it although its code system is known: nothing of it can ever matter.
    #[must_use]
    pub fn is_irrelevant(&self) -> bool {
        self.coding == Coding::Known && self.membership.is_empty()
    }

    /// Whether no value set of any rule knows the drug and it is classified: nothing of it can ever matter.
    #[must_use]
    pub fn is_irrelevant_drug(&self) -> bool {
        self.classified_as_drug && self.membership.is_empty()
    }

    /// The kind of gap that its coding leaves.
    #[must_use]
    pub fn gap_kind(&self) -> GapKind {
        if self.coding == Coding::Unreadable { GapKind::Unreadable } else { GapKind::Uncoded }
    }
}

/// The longest name of anything; what is longer is a mistake of the sender, or an attack.
const LONGEST: usize = 200;

/// Words of the record on their way to a card: cut to a sensible length, without characters that turn the direction of text.
fn legible(words: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    words.trim().chars().filter(|c| !turns(*c)).take(LONGEST).collect()
}
