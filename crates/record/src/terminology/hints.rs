//! Words that make a rule ask: looked for in the record's own texts, folded to one spelling.
//!
//! A list may say which value sets its words speak of. Then one pass over a text tells of which sets it may be, whatever
//! rule will ask; every entry of a chart whose code tells nothing is read so.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::sense::{Denials, Senses, is_short_for};
use super::{Membership, ValueSet};
use crate::StartupError;

/// Every hint list, by name.
pub(super) struct Hints {
    lists: BTreeMap<String, Vec<Hint>>,
    /// The words of the lists that are about something a code could say.
    words: AhoCorasick,
    /// For each of them: what it says, and when.
    spoken: Vec<Spoken>,
    /// The sets whose words are so few that an entry without any of them is about something else.
    settled: Membership,
    denials: Denials,
}

/// What the words of an entry say of the value sets. Decides only whether to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Whether they speak of something that rules ask about.
    pub any: bool,
    /// The value sets that they may speak of.
    pub of: Membership,
    /// Those of which a code that no value set has proves nothing either.
    pub doubts: Membership,
    /// The value sets of which an entry in words is none unless its words speak of it.
    pub settled: Membership,
    /// The value sets of a code that is called exactly so: what the entry would be, were it coded.
    pub named: Membership,
}

/// What one of the words says.
struct Spoken {
    hint: Hint,
    heard: Heard,
    /// The lists by whose words the entry is something else after all.
    unless: Vec<String>,
}

/// One word, or words, of a list.
#[derive(Clone)]
struct Hint {
    word: String,
    /// Whether it must stand between word boundaries.
    whole: bool,
    /// What else it is short for.
    others: Vec<String>,
    /// Whether what is said around it may take it back.
    is_understood: bool,
}

impl Heard {
    /// What two texts say together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            any: self.any || other.any,
            of: self.of.with(other.of),
            doubts: self.doubts.with(other.doubts),
            settled: self.settled.with(other.settled),
            named: self.named.with(other.named),
        }
    }

    /// Notes what is called exactly so. A name that stands for something speaks of it.
    #[must_use]
    pub(super) fn naming(self, sets: Membership) -> Self {
        Self { any: self.any || !sets.is_empty(), of: self.of.with(sets), named: sets, ..self }
    }

    /// Whether the words settle that the entry is not of `set`.
    #[must_use]
    pub fn settles(&self, set: ValueSet) -> bool {
        self.settled.contains(set) && !self.of.contains(set)
    }
}

/// The lists as they are written: `fhir-profiles/text-hints.json`.
#[derive(Debug, Default, Deserialize)]
pub struct HintFile {
    hints: BTreeMap<String, Vec<String>>,
    /// The value sets that the words of a list speak of.
    #[serde(default)]
    about: BTreeMap<String, Vec<String>>,
    /// The lists by whose words an entry is not what the words of a list say.
    #[serde(default)]
    unless: BTreeMap<String, Vec<String>>,
    /// The lists that name all there is to name.
    #[serde(default)]
    settles: Vec<String>,
    /// The lists of what is measured: a code of a known system says which measurement it is, listed or not.
    #[serde(default)]
    measured: Vec<String>,
    /// What else a word is short for. With one of these beside it, it is that.
    #[serde(default)]
    senses: BTreeMap<String, Vec<String>>,
    /// How texts deny something, or say it of a relative.
    #[serde(default)]
    denials: Denials,
}

impl HintFile {
    /// Adds a word to a list, as the words of the record are compared.
    pub fn add(&mut self, list: &str, word: &str) {
        self.hints.entry(list.to_owned()).or_default().push(folded(word));
    }
}

/// A text of so many bytes has few places to look at.
const SHORT: usize = 256;

/// The file that has the lists.
const FILE: &str = "fhir-profiles/text-hints.json";

impl Hints {
    /// Reads the lists.
    ///
    /// # Errors
    /// A list or a value set that does not exist.
    pub(super) fn of(file: HintFile) -> Result<Self, StartupError> {
        let senses = Senses::of(file.senses);
        let denials = file.denials;
        let of_list = |(name, words): (String, Vec<String>)| {
            let is_understood = denials.of.contains(&name);
            let hints = words.iter().map(|word| Hint::new(word, &senses, is_understood));
            let hints: Vec<Hint> = hints.collect();
            (name, hints)
        };
        let lists: BTreeMap<String, Vec<Hint>> = file.hints.into_iter().map(of_list).collect();
        let is_listed = |word: &String| lists.values().flatten().any(|hint| hint.word == *word);
        if let Some(word) = senses.words().find(|word| !is_listed(word)) {
            return Err(missing("word", word));
        }
        let (mut words, mut spoken, mut settled) = (Vec::new(), Vec::new(), Membership::default());
        for (list, names) in &file.about {
            let hints = lists.get(list).ok_or_else(|| missing("list", list))?;
            let mut sets = Membership::default();
            for name in names {
                sets.insert(ValueSet::from_name(name).ok_or_else(|| missing("value set", name))?);
            }
            if file.settles.contains(list) {
                settled.union(sets);
            }
            words.extend(hints.iter().map(|hint| hint.word.clone()));
            let doubts = if file.measured.contains(list) { Membership::default() } else { sets };
            let heard = Heard { any: true, of: sets, doubts, ..Heard::default() };
            let unless = file.unless.get(list).cloned().unwrap_or_default();
            if let Some(other) = unless.iter().find(|other| !lists.contains_key(*other)) {
                return Err(missing("list", other));
            }
            spoken.extend(hints.iter().map(|hint| Spoken { hint: hint.clone(), heard, unless: unless.clone() }));
        }
        let mut marked = file.settles.iter().chain(&file.measured).chain(file.unless.keys());
        if let Some(list) = marked.find(|list| !file.about.contains_key(*list)) {
            return Err(missing("list with value sets", list));
        }
        if let Some(list) = denials.of.iter().find(|list| !lists.contains_key(*list)) {
            return Err(missing("list", list));
        }
        let words = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words);
        let words = words.map_err(|error| StartupError::file(FILE, error.to_string()))?;
        Ok(Self { lists, words, spoken, settled, denials })
    }

    /// What a text says of the value sets; the text is folded.
    pub(super) fn hear<'h>(&'h self, text: &str) -> Heard {
        let has_words = text.chars().any(char::is_alphabetic);
        let settled = if has_words { self.settled } else { Membership::default() };
        let mut heard = Heard { settled, ..Heard::default() };
        // Each word is heard once, however often it stands there, and each list that outweighs it is looked for once.
        let mut said = vec![false; if text.len() > SHORT { self.spoken.len() } else { 0 }];
        let mut outweighing: BTreeMap<&str, bool> = BTreeMap::new();
        for found in self.words.find_overlapping_iter(text) {
            let number = found.pattern().as_usize();
            let Some(spoken) = self.spoken.get(number) else { continue };
            if said.get(number) == Some(&true)
                || !spoken.hint.stands_at(text, found.start(), found.end(), &self.denials)
            {
                continue;
            }
            if let Some(said) = said.get_mut(number) {
                *said = true;
            }
            let mut outweighs =
                |list: &'h String| *outweighing.entry(list).or_insert_with(|| self.mentions(list, text));
            if !spoken.unless.iter().any(&mut outweighs) {
                heard = heard.with(spoken.heard);
            }
        }
        heard
    }

    /// Whether there is a list of this name.
    pub(super) fn has(&self, list: &str) -> bool {
        self.lists.contains_key(list)
    }

    /// Whether a text contains a word of a list.
    pub(super) fn mentions(&self, list: &str, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let Some(hints) = self.lists.get(list) else { return false };
        let text = folded(text);
        let bytes = Bytes::of(&text);
        hints.iter().any(|hint| bytes.may_hold(&hint.word) && hint.stands_in(&text, &self.denials))
    }
}

impl Hint {
    fn new(hint: &str, senses: &Senses, is_understood: bool) -> Self {
        let (word, whole) = match hint.strip_prefix('=') {
            Some(word) => (word, true),
            None => (hint, is_short(hint)),
        };
        let word = folded(word);
        let others = senses.others(&word).to_vec();
        Self { word, whole, others, is_understood }
    }

    fn stands_in(&self, text: &str, denials: &Denials) -> bool {
        if !self.whole && self.others.is_empty() && !self.is_understood {
            return text.contains(&self.word);
        }
        let mut places = text.match_indices(&self.word);
        places.any(|(start, found)| self.stands_at(text, start, start + found.len(), denials))
    }

    /// Whether it stands in its sense where it was found.
    fn stands_at(&self, text: &str, start: usize, end: usize, denials: &Denials) -> bool {
        (!self.whole || stands_alone(text, start, end))
            && (self.others.is_empty() || !is_short_for(&self.others, text, start, end))
            && (!self.is_understood || !denials.takes_back(text, start, end))
    }
}

/// Whether neither a letter nor a digit is directly before or after a part of a text.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

fn missing(what: &str, name: &str) -> StartupError {
    StartupError::file(FILE, format!("names the {what} `{name}`, which does not exist"))
}

/// In lower case, without accents, with plain hyphens and single spaces.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.push_str(word);
            continue;
        }
        let letters = word.chars().flat_map(char::to_lowercase);
        folded.extend(letters.filter(|c| !is_accent(*c)).map(plain));
    }
    folded.make_ascii_lowercase();
    folded
}

/// Whether a character is an accent that is written after its letter.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// A small letter without its accent, and a hyphen of any kind as the plain one: people write both ways.
fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' => '-',
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ő' | 'ō' => 'o',
        'ř' => 'r',
        'ś' | 'ş' | 'š' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        c => c,
    }
}

/// Which bytes a text has. Most words are ruled out by one that is not there, without searching.
struct Bytes([u64; 4]);

impl Bytes {
    fn of(text: &str) -> Self {
        let mut bytes = Self([0; 4]);
        for byte in text.bytes() {
            if let Some(word) = bytes.0.get_mut(usize::from(byte / 64)) {
                *word |= 1 << (byte % 64);
            }
        }
        bytes
    }

    fn may_hold(&self, word: &str) -> bool {
        word.bytes().all(|byte| self.0.get(usize::from(byte / 64)).is_some_and(|word| word & (1 << (byte % 64)) != 0))
    }
}

/// Whether the first and the last word of a hint have at most three letters.
fn is_short(hint: &str) -> bool {
    let mut words = hint.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let last = words.next_back().unwrap_or(first);
    first.chars().count() <= 3 && last.chars().count() <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_folded_to_one_spelling() {
        for (text, expected) in [
            ("  CAR\u{2011}T\tcel  Therapie ", "car-t cel therapie"),
            ("Prednisolon", "prednisolon"),
            ("É\u{a0}ÉN ÖDEEM", "e en odeem"),
            ("Dexaméthasone, dexame\u{301}thasone", "dexamethasone, dexamethasone"),
            ("Reïnfusie MÆTN İstanbul", "reinfusie mætn istanbul"),
            ("   ", ""),
        ] {
            assert_eq!(folded(text), expected);
        }
    }

    #[test]
    fn short_words_stand_alone_and_stems_inside() {
        let hints = Hints::of(HintFile {
            hints: BTreeMap::from([("l".to_owned(), ["iv", "predniso", "=oral", "car t"].map(str::to_owned).to_vec())]),
            ..HintFile::default()
        });
        let hints = hints.unwrap();
        for (text, expected) in [
            ("10 mg IV", true),
            ("relative", false),
            ("Methylprednisolon 1 g", true),
            ("oral", true),
            ("orale spoeling", false),
            ("(oral)", true),
            ("CAR  T-cellen", true),
            ("scar tissue", false),
            ("", false),
        ] {
            assert_eq!(hints.mentions("l", text), expected, "{text}");
        }
        assert!(hints.has("l") && !hints.has("m") && !hints.mentions("m", "iv"));
    }

    fn lists(of: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        of.iter().map(|(name, all)| ((*name).to_owned(), all.iter().map(|one| (*one).to_owned()).collect())).collect()
    }

    fn file(about: &[(&str, &[&str])], settles: &[&str]) -> HintFile {
        HintFile {
            hints: lists(&[
                ("crs", &["=crs", "cytokine release"]),
                ("drug", &["predniso"]),
                ("ask", &["donor"]),
                ("heat", &["temp"]),
            ]),
            about: lists(about),
            settles: settles.iter().map(|list| (*list).to_owned()).collect(),
            measured: vec!["heat".to_owned()],
            unless: lists(&[("heat", &["ask"])]),
            ..HintFile::default()
        }
    }

    #[test]
    fn a_text_is_heard_once_for_all_sets() {
        let (crs, drug, heat) = (ValueSet::CRS_GRADE, ValueSet::SYSTEMIC_CORTICOSTEROID, ValueSet::BODY_TEMPERATURE);
        let about: &[(&str, &[&str])] = &[
            ("crs", &["crs-grade"]),
            ("drug", &["systemic-corticosteroid"]),
            ("ask", &[]),
            ("heat", &["body-temperature"]),
        ];
        let hints = Hints::of(file(about, &["crs"])).unwrap();
        for (text, any, of_crs, of_drug, of_heat) in [
            ("CRS graad 2", true, true, false, false),
            ("CRSsyndroom", false, false, false, false),
            ("Cytokine  release, prednisolon", true, true, true, false),
            ("donor gezocht", true, false, false, false),
            ("temperatuur van de donor", true, false, false, false),
            ("lichaamstemperatuur", true, false, false, true),
            ("appendectomie", false, false, false, false),
        ] {
            let heard = hints.hear(&folded(text));
            let of = [crs, drug, heat].map(|set| heard.of.contains(set));
            assert_eq!((heard.any, of), (any, [of_crs, of_drug, of_heat]), "{text}");
            assert_eq!(heard.settles(crs), !of_crs, "{text}");
            assert!(!heard.settles(drug), "{text}: drugs have more names than a list");
            assert!(!heard.doubts.contains(heat), "{text}: a code says which measurement it is");
            assert_eq!(heard.doubts.contains(crs), of_crs, "{text}");
        }
        for text in ["", "  ", "039999"] {
            assert!(!hints.hear(text).settles(crs), "`{text}` has no words");
        }
    }

    #[test]
    fn a_list_is_about_what_exists() {
        let heat: (&str, &[&str]) = ("heat", &["body-temperature"]);
        assert!(Hints::of(file(&[heat], &[])).is_ok());
        assert!(Hints::of(file(&[heat, ("no", &[])], &[])).is_err());
        assert!(Hints::of(file(&[heat, ("crs", &["no-set"])], &[])).is_err());
        let unless = |of, list: &str| HintFile { unless: lists(&[(of, &[list])]), ..file(&[heat], &[]) };
        assert!(Hints::of(unless("heat", "ask")).is_ok());
        assert!(Hints::of(unless("heat", "no")).is_err());
        assert!(Hints::of(unless("ask", "crs")).is_err(), "a list that says nothing takes nothing back");
        assert!(Hints::of(file(&[heat], &["drug"])).is_err());
        assert!(Hints::of(file(&[], &[])).is_err());
    }
}
