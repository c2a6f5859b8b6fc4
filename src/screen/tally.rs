//! What is counted while patients are screened: the lines that were read, and the verdicts. Nothing of a patient is in it.

use std::collections::{BTreeMap, BTreeSet};

use cellwise_clinic::criteria::Criteria;
use cellwise_clinic::evaluation::Outcome;
use cellwise_record::{GapKind, Source, Verdict};
use serde::{Deserialize, Serialize};

/// Distinct codes that are counted one by one.
const MOST_CODES: usize = 20_000;
/// The longest name of a code that is kept.
const LONGEST: usize = 120;

/// A code that no value set knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodeKey {
    /// The type of resource that has it.
    pub kind: String,
    /// The url of its system.
    pub system: String,
    /// The code.
    pub code: String,
    /// What it is called, where it was first met.
    #[serde(skip)]
    display: String,
}

impl CodeKey {
    pub(super) fn new(kind: &str, system: &str, code: &str, display: &str) -> Self {
        let short = |text: &str| text.trim().chars().take(LONGEST).collect::<String>();
        Self { kind: kind.to_owned(), system: short(system), code: short(code), display: short(display) }
    }

    /// The same without its name: one code is one code, whatever it is called.
    fn plain(self) -> (Self, String) {
        let display = self.display;
        (Self { display: String::new(), ..self }, display)
    }
}

/// How often a code was met, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeCount {
    /// How often.
    pub times: u64,
    /// What it is called, where it was first met.
    pub display: String,
}

/// What reading came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reading {
    /// Resources by type, whether or not a rule looks at them.
    pub resources: BTreeMap<String, u64>,
    /// Resources that were kept because a rule may look at them, by type.
    pub kept: BTreeMap<String, u64>,
    /// Resources that a rule might look at and that name no patient: no search of a hook finds them.
    pub of_nobody: BTreeMap<String, u64>,
    /// Lines that can't be read.
    pub faults: u64,
    /// Those of them of which it can be told whose they are.
    pub faults_of_a_patient: u64,
    /// Bytes, unpacked.
    pub bytes: u64,
    /// Kinds of data that came, by prefetch key.
    pub came: BTreeSet<String>,
    /// Kinds of data of which something was lost, nobody knows whose: nobody is known to have all of it.
    pub lost: BTreeSet<String>,
    /// What an export says of itself that went wrong.
    pub remarks: u64,
    /// Entries in words, without any code, by type.
    pub in_words: BTreeMap<String, u64>,
    /// Codes that no value set knows.
    #[serde(with = "codes")]
    pub codes: BTreeMap<CodeKey, CodeCount>,
    /// How often others were met, beyond as many as are counted one by one.
    pub other_codes: u64,
}

/// Codes as a list: JSON has no objects with such keys.
mod codes {
    use super::{BTreeMap, CodeCount, CodeKey};
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(codes: &BTreeMap<CodeKey, CodeCount>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(codes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<CodeKey, CodeCount>, D::Error> {
        Ok(Vec::<(CodeKey, CodeCount)>::deserialize(from)?.into_iter().collect())
    }
}

/// Adds to the count of a word.
pub(super) fn add(counts: &mut BTreeMap<String, u64>, word: &str, times: u64) {
    match counts.get_mut(word) {
        Some(count) => *count += times,
        None => drop(counts.insert(word.to_owned(), times)),
    }
}

impl Reading {
    /// Notes that something of a kind was lost; `None` is any kind.
    pub(super) fn lose(&mut self, source: Option<Source>) {
        let all = Source::PREFETCHED.into_iter().filter(|of| source.is_none_or(|source| source == *of));
        self.lost.extend(all.map(|source| source.key().to_owned()));
    }

    /// Counts a code that no value set knows.
    pub(super) fn count_code(&mut self, key: CodeKey) {
        let (key, display) = key.plain();
        self.add_code(key, CodeCount { times: 1, display });
    }

    fn add_code(&mut self, key: CodeKey, count: CodeCount) {
        if let Some(known) = self.codes.get_mut(&key) {
            known.times += count.times;
        } else if self.codes.len() < MOST_CODES {
            self.codes.insert(key, count);
        } else {
            self.other_codes += count.times;
        }
    }

    /// Adds what another part of the input came to.
    pub(super) fn merge(&mut self, other: Self) {
        for (all, more) in [
            (&mut self.resources, &other.resources),
            (&mut self.kept, &other.kept),
            (&mut self.of_nobody, &other.of_nobody),
            (&mut self.in_words, &other.in_words),
        ] {
            for (word, times) in more {
                add(all, word, *times);
            }
        }
        self.faults += other.faults;
        self.faults_of_a_patient += other.faults_of_a_patient;
        self.bytes += other.bytes;
        self.remarks += other.remarks;
        self.other_codes += other.other_codes;
        self.came.extend(other.came);
        self.lost.extend(other.lost);
        for (key, count) in other.codes {
            self.add_code(key, count);
        }
    }
}

/// What became of the patients.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Verdicts {
    /// Patients that were judged.
    pub patients: u64,
    /// Those of them of whom no Patient resource came.
    pub without_patient: u64,
    /// Rows that were written.
    pub rows: u64,
    /// What each rule came to.
    pub rules: BTreeMap<String, OfRule>,
}

/// What a rule came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OfRule {
    /// Known to hold.
    pub met: u64,
    /// Known not to hold.
    pub not_met: u64,
    /// Those of them whom the rule can't concern.
    pub not_concerned: u64,
    /// Can't be told.
    pub unknown: u64,
    /// The rule itself failed: a defect.
    pub failed: u64,
    /// Cards, by indicator.
    pub cards: BTreeMap<String, u64>,
    /// Of those not met: at which criterion they fall out first.
    pub falls_out: BTreeMap<String, u64>,
    /// Of those not met: who falls out by this criterion alone.
    pub falls_out_alone: BTreeMap<String, u64>,
    /// Of those unknown: why, by kind of gap and kind of data.
    pub gaps: BTreeMap<String, u64>,
}

impl OfRule {
    /// Counts an outcome.
    pub(super) fn count(&mut self, outcome: &Outcome, is_concerned: bool) {
        let Some(finding) = &outcome.finding else {
            self.failed += 1;
            return;
        };
        match finding.verdict() {
            Verdict::Met => self.met += 1,
            Verdict::NotMet if !is_concerned => {
                self.not_met += 1;
                self.not_concerned += 1;
            }
            Verdict::NotMet => {
                self.not_met += 1;
                let fallen = fallen(&finding.criteria);
                if let Some(first) = fallen.first() {
                    add(&mut self.falls_out, first, 1);
                    if fallen.len() == 1 {
                        add(&mut self.falls_out_alone, first, 1);
                    }
                }
            }
            Verdict::Unknown => {
                self.unknown += 1;
                let gaps: BTreeSet<(GapKind, Source)> =
                    finding.gaps().iter().map(|gap| (gap.kind, gap.source)).collect();
                for (kind, source) in gaps {
                    add(&mut self.gaps, &format!("{} {}", kind.name(), source.key()), 1);
                }
            }
        }
        if let Some(card) = finding.card.as_ref().filter(|_| outcome.has_card()) {
            add(&mut self.cards, card.indicator.name(), 1);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.met += other.met;
        self.not_met += other.not_met;
        self.not_concerned += other.not_concerned;
        self.unknown += other.unknown;
        self.failed += other.failed;
        for (all, more) in [
            (&mut self.cards, &other.cards),
            (&mut self.falls_out, &other.falls_out),
            (&mut self.falls_out_alone, &other.falls_out_alone),
            (&mut self.gaps, &other.gaps),
        ] {
            for (word, times) in more {
                add(all, word, *times);
            }
        }
    }
}

impl Verdicts {
    pub(super) fn merge(&mut self, other: &Self) {
        self.patients += other.patients;
        self.without_patient += other.without_patient;
        self.rows += other.rows;
        for (rule, more) in &other.rules {
            self.rules.entry(rule.clone()).or_default().merge(more);
        }
    }
}

/// The criteria by which a known no falls out, in the order they are asked: the parts of the topmost `all` that do not hold, each by its
/// first row that decides.
fn fallen(criteria: &Criteria) -> Vec<&'static str> {
    match criteria {
        Criteria::All(parts) => parts.iter().filter(|part| part.judgement().is_not_met()).flat_map(fallen).collect(),
        _ => decider(criteria, Verdict::NotMet).into_iter().collect(),
    }
}

/// The first row by which a tree has this value.
fn decider(criteria: &Criteria, value: Verdict) -> Option<&'static str> {
    let has_value = |part: &&Criteria| part.judgement().verdict() == value;
    match criteria {
        Criteria::All(parts) | Criteria::Any(parts) => {
            parts.iter().filter(has_value).find_map(|part| decider(part, value))
        }
        Criteria::Unless(part) => decider(part, !value),
        Criteria::Must(row) => Some(row.text.id),
        Criteria::Aside(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cellwise_clinic::criteria::{all, any, must, unless};
    use cellwise_record::Judgement;

    #[test]
    fn who_falls_out_does_so_at_the_first_criterion_that_does_not_hold() {
        let yes = |id| must(id, Judgement::met(Vec::new()));
        let no = |id| must(id, Judgement::not_met(Vec::new()));
        let tree = all([yes("alive"), all([no("age"), any([no("one"), no("other")]), unless(yes("trial"))])]);
        assert_eq!(fallen(&tree), ["age", "one", "trial"]);
        assert_eq!(fallen(&all([yes("alive"), unless(any([no("one"), yes("other")]))])), ["other"]);
        assert_eq!(fallen(&any([])), Vec::<&str>::new());
    }

    #[test]
    fn what_is_counted_is_written_and_read_again() {
        let mut reading = Reading::default();
        reading.count_code(CodeKey::new("Observation", "urn:x", "1", "sodium"));
        reading.count_code(CodeKey::new("Observation", "urn:x", "1", "Na"));
        reading.lose(Some(Source::Procedures));
        let text = serde_json::to_string(&reading).unwrap();
        let mut again: Reading = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
        again.merge(reading);
        let codes: Vec<_> =
            again.codes.iter().map(|(key, count)| (key.code.as_str(), count.times, count.display.as_str())).collect();
        assert_eq!(codes, [("1", 4, "sodium")]);
        assert_eq!(again.lost.iter().collect::<Vec<_>>(), ["procedures"]);
    }
}
