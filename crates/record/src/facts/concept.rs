//! What something is, by its codes: membership of value sets, or that no code tells.

use crate::terminology::{DrugCode, Lookup, Membership, ValueSet};
use crate::text::is_format;
use crate::{GapKind, Verdict};

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
    drug: DrugCode,
}

impl Default for Concept {
    fn default() -> Self {
        Self { text: String::new(), coding: Coding::None, membership: Membership::default(), drug: DrugCode::Unclear }
    }
}

impl Concept {
    /// A concept that is there and can't be read.
    #[must_use]
    pub fn unreadable() -> Self {
        Self { coding: Coding::Unreadable, ..Self::default() }
    }

    /// Adds what the index knows of one of its codings.
    pub fn add_coding(&mut self, lookup: Lookup) {
        self.membership = self.membership.with(lookup.membership);
        self.drug = self.drug.or(lookup.drug);
        self.coding = match (self.coding, lookup.system) {
            (Coding::Known, _) | (_, Some(_)) => Coding::Known,
            _ => Coding::Foreign,
        };
    }

    /// Notes that a part of it can't be read; codes that can be read outweigh it.
    pub fn add_unreadable(&mut self) {
        if self.coding == Coding::None {
            self.coding = Coding::Unreadable;
        }
    }

    /// Adds everything known of another concept (a referenced Medication).
    pub fn merge(&mut self, other: &Self) {
        self.membership = self.membership.with(other.membership);
        self.drug = self.drug.or(other.drug);
        if self.coding != Coding::Known && other.coding != Coding::None {
            self.coding = other.coding;
        }
        if self.text.is_empty() {
            self.text.clone_from(&other.text);
        }
    }

    /// Whether a diagnosis, procedure, finding or observation is in `set`. Without a code in a known system: unknown. A code
    /// of a group of drugs may be any of them.
    pub fn is(&self, set: ValueSet) -> Verdict {
        match (self.membership.contains(set), self.coding) {
            (true, _) => Verdict::Met,
            (false, Coding::Known) if self.drug.may_be(set) => Verdict::Unknown,
            (false, Coding::Known) => Verdict::NotMet,
            (false, Coding::Foreign | Coding::None | Coding::Unreadable) => Verdict::Unknown,
        }
    }

    /// Whether a drug is in `set`. A known no needs a code that says which drug it is (ATC, or a code of some value set), or
    /// one of a group of which no drug is in the set. A product code that nobody lists (SNOMED products, G-Standaard) proves
    /// nothing.
    pub fn is_drug(&self, set: ValueSet) -> Verdict {
        if self.membership.contains(set) {
            return Verdict::Met;
        }
        match self.drug {
            DrugCode::One => Verdict::NotMet,
            DrugCode::Group(_) if !self.drug.may_be(set) => Verdict::NotMet,
            DrugCode::Group(_) | DrugCode::Unclear => Verdict::Unknown,
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

    /// Takes back which drug it is not, where a part of it is not known.
    pub fn leave_open(&mut self) {
        self.drug = DrugCode::Unclear;
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
        self.drug == DrugCode::One
    }

    /// Whether no value set of any rule knows it although its code system is known: nothing of it can ever matter.
    #[must_use]
    pub fn is_irrelevant(&self) -> bool {
        let group_matters = matches!(self.drug, DrugCode::Group(sets) if !sets.is_empty());
        self.coding == Coding::Known && self.membership.is_empty() && !group_matters
    }

    /// Whether it is known which drug it is, or of which group, and no value set of any rule has it: nothing of it can ever
    /// matter.
    #[must_use]
    pub fn is_irrelevant_drug(&self) -> bool {
        let known = match self.drug {
            DrugCode::One => true,
            DrugCode::Group(sets) => sets.is_empty(),
            DrugCode::Unclear => false,
        };
        known && self.membership.is_empty()
    }

    /// The kind of gap that its coding leaves.
    #[must_use]
    pub fn gap_kind(&self) -> GapKind {
        if self.coding == Coding::Unreadable { GapKind::Unreadable } else { GapKind::Uncoded }
    }
}

/// The longest name of anything; what is longer is a mistake of the sender, or an attack.
const LONGEST: usize = 200;

/// Words of the record on their way to a card: cut to a sensible length, without characters that can't be seen.
#[must_use]
pub fn legible(words: &str) -> String {
    words.trim().chars().filter(|c| !is_format(*c)).take(LONGEST).collect()
}
