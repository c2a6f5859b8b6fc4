//! What a hospital decides for itself: its own numbers, and what it has switched off.
//!
//! Data only. The server reads it from a file and checks it; cards name every local number with its reason.

use std::collections::BTreeSet;

use cellwise_record::facts::encounter::Encounter;

use crate::numbers::Number;

/// A number changed by a hospital.
#[derive(Clone, Debug)]
pub struct LocalNumber {
    /// The number.
    pub number: &'static Number,
    /// The local value, in the number's own unit.
    pub value: f64,
    /// Where the hospital decided it, in its own words.
    pub citation: String,
}

/// A rule or a service that a hospital does not want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchedOff {
    /// Its id.
    pub id: String,
    /// Why, in the hospital's own words.
    pub reason: String,
}

/// The decisions of a hospital. The default is none: the numbers of the sources, every rule, every service.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The changed numbers.
    pub numbers: Vec<LocalNumber>,
    /// The rules that are not asked.
    pub rules_off: Vec<SwitchedOff>,
    /// The services that are not offered.
    pub services_off: Vec<SwitchedOff>,
    /// Who treats patients with cells here.
    pub treating: Treating,
}

/// Who treats patients with cells: cards that explain the treatment to others are not for them. Names, codes or ids, as
/// encounters have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Treating {
    /// Departments: the service type or a location of an encounter.
    pub departments: Vec<String>,
    /// Organisations: the service provider of an encounter.
    pub organisations: Vec<String>,
}

impl Treating {
    /// Everyone named.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.departments.iter().chain(&self.organisations).map(String::as_str)
    }

    /// Whether an encounter takes place there.
    #[must_use]
    pub fn is_at(&self, encounter: &Encounter) -> bool {
        let named = |names: &[String], known: &[String]| {
            names.iter().any(|name| known.iter().any(|known| known.to_lowercase() == name.to_lowercase()))
        };
        named(&encounter.departments, &self.departments) || named(&encounter.organisations, &self.organisations)
    }
}

impl Policy {
    /// What the hospital made of a number, if it changed it.
    #[must_use]
    pub fn of(&self, number: &Number) -> Option<&LocalNumber> {
        self.numbers.iter().find(|local| local.number == number)
    }

    /// The value of a number: the hospital's own, else the default.
    #[must_use]
    pub fn value(&self, number: &Number) -> f64 {
        self.of(number).map_or(number.default, |local| local.value)
    }

    /// The local numbers among those that a judgement rests on.
    pub fn behind<'p>(&'p self, used: &'p BTreeSet<&'static str>) -> impl Iterator<Item = &'p LocalNumber> {
        self.numbers.iter().filter(|local| used.contains(local.number.id))
    }

    /// Why a rule is not asked, if it is not.
    #[must_use]
    pub fn rule_off(&self, id: &str) -> Option<&str> {
        reason(&self.rules_off, id)
    }

    /// Why a service is not offered, if it is not.
    #[must_use]
    pub fn service_off(&self, id: &str) -> Option<&str> {
        reason(&self.services_off, id)
    }
}

fn reason<'p>(all: &'p [SwitchedOff], id: &str) -> Option<&'p str> {
    all.iter().find(|off| off.id == id).map(|off| off.reason.as_str())
}
