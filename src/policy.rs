//! What a hospital decides for itself: its own numbers, and what it has switched off.
//!
//! Data only. [`crate::config`] reads it from a file and checks it; cards name every local number with its reason.

use crate::rules::{Number, Rule};

/// A number changed by a hospital.
#[derive(Clone, Debug)]
pub struct LocalNumber {
    /// The rule.
    pub rule: &'static Rule,
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
}

impl Policy {
    /// The local numbers of a rule.
    pub fn of<'p>(&'p self, rule: &str) -> impl Iterator<Item = &'p LocalNumber> {
        self.numbers.iter().filter(move |local| local.rule.id == rule)
    }

    /// The local value of a number, if the hospital has one.
    #[must_use]
    pub fn value(&self, rule: &str, number: &str) -> Option<f64> {
        self.of(rule).find(|local| local.number.id == number).map(|local| local.value)
    }

    /// The local numbers that a judgement rests on: those of its rule, and those that it borrowed from others.
    pub fn behind<'p>(
        &'p self,
        rule: &'p str,
        borrowed: &'p [(&'static str, &'static str)],
    ) -> impl Iterator<Item = &'p LocalNumber> {
        let borrowed = borrowed.iter().filter(move |(of, _)| *of != rule);
        let borrowed = borrowed.filter_map(|(of, id)| self.of(of).find(|local| local.number.id == *id));
        self.of(rule).chain(borrowed)
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
