//! What something is, by its codes: membership of value sets, or that no code tells.

use crate::terminology::{DrugCode, Heard, Lookup, Membership, ValueSet};
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
    /// What else the record calls it: the displays of its codings, its ingredients.
    other_names: Vec<String>,
    /// What all of its words say of the value sets, where its codes tell nothing; most concepts have a code that does.
    heard: Option<Box<Heard>>,
    /// Whether it is called after what is in it.
    is_called_after_ingredient: bool,
}

impl Default for Concept {
    fn default() -> Self {
        Self {
            text: String::new(),
            coding: Coding::None,
            membership: Membership::default(),
            drug: DrugCode::Unclear,
            other_names: Vec::new(),
            heard: None,
            is_called_after_ingredient: false,
        }
    }
}

impl Concept {
    /// A concept that is there and can't be read.
    #[must_use]
    pub fn unreadable() -> Self {
        Self { coding: Coding::Unreadable, ..Self::default() }
    }

    /// The words of a concept, without its codes: none of them says what it is.
    #[must_use]
    pub fn in_words(of: &Self) -> Self {
        Self { text: of.text.clone(), other_names: of.other_names.clone(), heard: of.heard.clone(), ..Self::default() }
    }

    /// Whether it is there and can't be read.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.coding == Coding::Unreadable
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

    /// Adds another name of it, and what its words say of the value sets. Where no code tells what it is, and its text says
    /// nothing that rules ask about, the first name that does stands behind the text: it is why they ask.
    pub fn add_name(&mut self, name: &str, heard: Heard) {
        if heard.any && !self.heard().any && self.membership.is_empty() && !self.text.contains(name) {
            self.text = if self.text.is_empty() { name.to_owned() } else { format!("{} ({name})", self.text) };
        }
        let all = self.heard().with(heard);
        if all != Heard::default() {
            self.heard = Some(Box::new(all));
        }
        if self.text != name && !self.other_names.iter().any(|other| other == name) {
            self.other_names.push(name.to_owned());
        }
    }

    fn heard(&self) -> Heard {
        self.heard.as_deref().copied().unwrap_or_default()
    }

    /// Every name that the record has for it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.text).chain(&self.other_names).map(String::as_str)
    }

    /// Notes that a part of it can't be read. A code of a known system outweighs it; one that nobody understands does not.
    pub fn add_unreadable(&mut self) {
        if self.coding != Coding::Known {
            self.coding = Coding::Unreadable;
        }
    }

    /// Adds an ingredient. A drug that says nothing itself that rules ask about is called after the ingredients that do: a bag
    /// of saline is a corticosteroid by what is in it.
    pub fn add_ingredient(&mut self, ingredient: &Self) {
        let (matters, is_told, bag) = (ingredient.tells(), self.tells(), self.text.clone());
        self.merge(ingredient);
        if matters && self.is_called_after_ingredient && !self.text.contains(&ingredient.text) {
            self.text = format!("{} + {}", self.text, ingredient.text);
        } else if matters && !is_told && !names(&bag, &ingredient.text) {
            self.call_after_ingredient(bag, &ingredient.text);
        }
    }

    fn call_after_ingredient(&mut self, bag: String, ingredient: &str) {
        ingredient.clone_into(&mut self.text);
        self.is_called_after_ingredient = true;
        self.other_names.retain(|name| name != ingredient);
        if !bag.is_empty() {
            self.other_names.push(bag);
        }
    }

    /// Whether its codes or words tell something that rules ask about.
    fn tells(&self) -> bool {
        !self.membership.is_empty() || self.speaks()
    }

    /// Adds everything known of another concept (a referenced Medication).
    pub fn merge(&mut self, other: &Self) {
        let bag = (other.is_called_after_ingredient && !self.tells()).then(|| self.text.clone());
        self.membership = self.membership.with(other.membership);
        self.drug = self.drug.or(other.drug);
        if self.coding != Coding::Known && other.coding != Coding::None {
            self.coding = other.coding;
        }
        if self.text.is_empty() {
            self.text.clone_from(&other.text);
        }
        for name in other.names().filter(|name| !name.is_empty()) {
            self.add_name(name, other.heard());
        }
        if let Some(bag) = bag.filter(|bag| !names(bag, &other.text)) {
            self.call_after_ingredient(bag, &other.text);
        }
    }

    /// Whether a diagnosis, procedure, finding or observation is in `set`. Without a code in a known system: unknown, unless
    /// its words settle that it is about something else. A code of a group of drugs may be any of them. No value set has
    /// every code there is: one that none has is no "no" when its words speak of `set`.
    pub fn is(&self, set: ValueSet) -> Verdict {
        match (self.membership.contains(set), self.coding) {
            (true, _) => Verdict::Met,
            (false, Coding::Known) if self.drug.may_be(set) || self.may_be(set) => Verdict::Unknown,
            (false, Coding::Known) => Verdict::NotMet,
            (false, Coding::Foreign | Coding::None) if self.heard().settles(set) => Verdict::NotMet,
            (false, Coding::Foreign | Coding::None | Coding::Unreadable) => Verdict::Unknown,
        }
    }

    /// Whether a drug is in `set`. A known no needs a code that says which drug it is (ATC, or a code of some value set), or
    /// one of a group of which no drug is in the set. A product code that nobody lists (SNOMED products, G-Standaard) proves
    /// nothing, nor does a code that no value set has, of a drug whose words speak of the set.
    pub fn is_drug(&self, set: ValueSet) -> Verdict {
        if self.membership.contains(set) {
            return Verdict::Met;
        }
        match self.drug {
            _ if self.may_be(set) => Verdict::Unknown,
            DrugCode::One => Verdict::NotMet,
            DrugCode::Group(_) if !self.drug.may_be(set) => Verdict::NotMet,
            DrugCode::Group(_) | DrugCode::Unclear => Verdict::Unknown,
        }
    }

    /// Whether no value set has its code, if it has any, and its words speak of `set`. Decides only whether to ask.
    #[must_use]
    pub fn may_be(&self, set: ValueSet) -> bool {
        !self.is_listed() && self.heard().doubts.contains(set)
    }

    /// Whether it is in `set` by its code, or may be by its words.
    #[must_use]
    pub fn is_or_may_be(&self, set: ValueSet) -> bool {
        self.has(set) || self.may_be(set)
    }

    /// Whether its words name something of `set`, and no code tells what it is. Decides only whether to ask.
    #[must_use]
    pub fn names_in_words(&self, set: ValueSet) -> bool {
        self.may_be(set) || self.coding != Coding::Known && !self.is_listed() && self.heard().of.contains(set)
    }

    /// What it would be, were it coded: no code tells what it is, and one of its names is exactly what a code is called. Decides
    /// only what to ask: words never classify.
    #[must_use]
    pub fn supposed(&self) -> Membership {
        if self.is_in_words() && !self.is_listed() { self.heard().named } else { Membership::default() }
    }

    /// Takes it for what its words name, in a chart in which what is unclear counts.
    pub fn suppose(&mut self) {
        let supposed = self.supposed();
        if !supposed.is_empty() {
            self.membership = supposed;
            self.drug = DrugCode::One;
            self.coding = Coding::Known;
            self.say_what_it_says();
        }
    }

    /// Takes back every "not in this value set" of a code that says less than a rule asks: a transplantation of anything.
    pub fn say_what_it_says(&mut self) {
        if self.coding == Coding::Known && self.has(ValueSet::TRANSPLANTATION_TISSUE_NOT_STATED) {
            self.coding = Coding::Foreign;
        }
    }

    /// Whether no value set has its code, if it has any, and its words speak of something that value sets have.
    #[must_use]
    pub fn speaks(&self) -> bool {
        !self.is_listed() && !self.heard().doubts.is_empty()
    }

    /// Whether its words speak of `set`, whatever its code. Decides only whether to ask.
    #[must_use]
    pub fn is_called(&self, set: ValueSet) -> bool {
        self.heard().of.contains(set)
    }

    /// Whether its words speak of something that value sets have, whatever its code.
    #[must_use]
    pub fn is_about_anything(&self) -> bool {
        self.heard().any
    }

    /// Whether some value set has a code of it, asked about or not: then it is known what it is.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        !self.membership.is_empty() || self.membership.is_listed()
    }

    /// Whether only its words can tell what it is: no code does, or one that no value set has while the words speak of one.
    #[must_use]
    pub fn is_in_words(&self) -> bool {
        self.coding != Coding::Known || self.speaks()
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
        self.drug == DrugCode::One && !self.speaks()
    }

    /// Whether no value set of any rule knows it although its code system is known: nothing of it can ever matter, unless its
    /// words [speak](Self::speaks) of something.
    #[must_use]
    pub fn is_irrelevant(&self) -> bool {
        let group_matters = matches!(self.drug, DrugCode::Group(sets) if !sets.is_empty());
        self.coding == Coding::Known && self.membership.is_empty() && !group_matters
    }

    /// Whether it is known which drug it is, or of which group, and no value set of any rule has it: nothing of it can ever
    /// matter, unless its words speak of something.
    #[must_use]
    pub fn is_irrelevant_drug(&self) -> bool {
        let known = match self.drug {
            DrugCode::One => true,
            DrugCode::Group(sets) => sets.is_empty(),
            DrugCode::Unclear => false,
        };
        known && self.membership.is_empty() && !self.speaks()
    }

    /// The kind of gap that its coding leaves.
    #[must_use]
    pub fn gap_kind(&self) -> GapKind {
        if self.coding == Coding::Unreadable { GapKind::Unreadable } else { GapKind::Uncoded }
    }
}

/// Whether the name of a drug begins the name of an ingredient somewhere: "Dexamethason tablet" names dexamethasone.
fn names(drug: &str, ingredient: &str) -> bool {
    const STEM: usize = 8;
    let stem: String = ingredient.to_lowercase().chars().take(STEM).collect();
    stem.is_empty() || drug.to_lowercase().contains(&stem)
}

/// The longest name of anything; what is longer is a mistake of the sender, or an attack.
const LONGEST: usize = 200;

/// Words of the record on their way to a card: cut to a sensible length, without characters that can't be seen.
#[must_use]
pub fn legible(words: &str) -> String {
    let words = words.trim();
    if words.is_ascii() {
        return words.get(..LONGEST).unwrap_or(words).to_owned();
    }
    words.chars().filter(|c| !is_format(*c)).take(LONGEST).collect()
}

#[cfg(test)]
mod tests;
