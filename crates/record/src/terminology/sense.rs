//! In which sense a word stands in a text: of the patient, and as what it was listed for; or of somebody else, denied, or short
//! for something else.
//!
//! Only what is said in so many words is understood: a denial directly before or behind the word, a relative as the one who had
//! it, an abbreviation with its other meaning beside it. Anything else may mean the word, and is asked about: no complications
//! of a transplantation are no denial of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::hints::folded;

/// How texts deny something or say it of somebody else, as it is written in `fhir-profiles/text-hints.json`: words, folded.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Denials {
    /// The lists whose words are understood so.
    pub(super) of: Vec<String>,
    /// Words that deny what follows, or what stands before them.
    no: BTreeSet<String>,
    /// What may stand between such a word and what it denies.
    between: BTreeSet<String>,
    /// What may follow what is denied and still belong to it; also the ends of words that a list has the beginning of.
    after: BTreeSet<String>,
    /// Answers that deny what was asked: `CAR-T: nee`.
    answers: BTreeSet<String>,
    /// Who else may have had it.
    relatives: BTreeSet<String>,
    /// What may stand before a relative.
    whose: BTreeSet<String>,
    /// What a relative did who had it: "brother had". Without one, a relative before it may have given it.
    had: BTreeSet<String>,
    /// What may stand between that and what the relative had.
    a: BTreeSet<String>,
    /// Words by which somebody has it, before that person.
    with: BTreeSet<String>,
    /// What a text on relatives begins with.
    family: Vec<String>,
    /// Words beside which a relative may have given it to the patient.
    donors: Vec<String>,
}

/// What ends a clause.
const ENDS: [char; 10] = ['.', ';', ',', '!', '(', ')', '/', '&', '+', '|'];
/// What stands between a question and its answer.
const ASKS: [char; 3] = [':', '?', '='];
/// How far around a word is looked, in bytes.
const REACH: usize = 120;

/// A place in a text, with what stands around it.
struct Place<'t> {
    before: &'t str,
    after: &'t str,
}

impl<'t> Place<'t> {
    fn of(text: &'t str, start: usize, end: usize) -> Self {
        let first = text.floor_char_boundary(start.saturating_sub(REACH));
        let last = text.ceil_char_boundary(end.saturating_add(REACH).min(text.len()));
        Self { before: text.get(first..start).unwrap_or_default(), after: text.get(end..last).unwrap_or_default() }
    }

    /// Whether it begins within a word.
    fn is_inside_word(&self) -> bool {
        self.before.ends_with(char::is_alphanumeric)
    }

    /// The words before it in its clause; a question before it is not part of it.
    fn words_before(&self) -> Vec<&'t str> {
        let clause = self.before.rsplit(|c| ENDS.contains(&c) || ASKS.contains(&c)).next();
        words(clause.unwrap_or_default()).collect()
    }

    /// The words behind it in its clause, the rest of its own word first, and what follows a question mark or a colon.
    fn words_after(&self) -> (Vec<&'t str>, Option<&'t str>) {
        let clause = self.after.split(ENDS).next().unwrap_or_default();
        match clause.split_once(ASKS) {
            Some((asked, answer)) => (words(asked).collect(), Some(answer)),
            None => (words(clause).collect(), None),
        }
    }
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

impl Denials {
    /// Whether what stands at a place of a folded text is said not to be, or to be somebody else's.
    pub(super) fn takes_back(&self, text: &str, start: usize, end: usize) -> bool {
        let place = Place::of(text, start, end);
        !place.is_inside_word() && (self.denies(&place) || self.gives_to_relative(&place))
    }

    fn denies(&self, place: &Place<'_>) -> bool {
        let (after, answer) = place.words_after();
        let belongs = |word: &&str| self.after.contains(*word);
        if let Some(answer) = answer {
            let answer: Vec<&str> = words(answer).collect();
            return after.iter().all(belongs) && matches!(answer.as_slice(), [one] if self.answers.contains(*one));
        }
        let is_no = |word: &&str| self.no.contains(*word);
        let before = place.words_before();
        let last = before.iter().rev().find(|word| is_no(word) || !self.between.contains(**word));
        if last.is_some_and(is_no) {
            return after.iter().all(belongs);
        }
        after.iter().any(is_no) && after.iter().all(|word| is_no(word) || belongs(word))
    }

    fn gives_to_relative(&self, place: &Place<'_>) -> bool {
        if self.donors.iter().any(|donor| place.before.contains(donor.as_str()) || place.after.contains(donor.as_str()))
        {
            return false;
        }
        self.relative_had_it(place) || self.is_on_relatives(place) || self.it_is_with_relative(place)
    }

    /// `brother had …`.
    fn relative_had_it(&self, place: &Place<'_>) -> bool {
        let clause = place.before.rsplit(ENDS).next().unwrap_or_default();
        let mut before = words(clause).rev().skip_while(|word| self.a.contains(*word)).peekable();
        let mut had = false;
        while before.next_if(|word| self.had.contains(*word)).is_some() {
            had = true;
        }
        had && before.next().is_some_and(|word| self.relatives.contains(word))
            && before.all(|word| self.whose.contains(word))
    }

    /// `family history of …`.
    fn is_on_relatives(&self, place: &Place<'_>) -> bool {
        let clause = place.before.rsplit(ENDS).next().unwrap_or_default().trim_start();
        let rest = self.family.iter().find_map(|family| clause.strip_prefix(family.as_str()));
        let sets = [&self.relatives, &self.whose, &self.had, &self.a, &self.between];
        rest.is_some_and(|rest| words(rest).all(|word| sets.iter().any(|set| set.contains(word))))
    }

    /// `… bij broer`.
    fn it_is_with_relative(&self, place: &Place<'_>) -> bool {
        let (after, answer) = place.words_after();
        let Some((relative, rest)) = after.split_last().filter(|_| answer.is_none()) else { return false };
        let mut rest = rest.iter().rev().skip_while(|word| self.whose.contains(**word));
        self.relatives.contains(*relative)
            && rest.next().is_some_and(|word| self.with.contains(*word))
            && rest.all(|word| self.after.contains(*word))
    }
}

/// What abbreviations are short for, besides what they were listed for.
#[derive(Clone, Debug, Default)]
pub(super) struct Senses(BTreeMap<String, Vec<String>>);

impl Senses {
    pub(super) fn of(senses: BTreeMap<String, Vec<String>>) -> Self {
        let fold =
            |(word, others): (String, Vec<String>)| (folded(&word), others.iter().map(|other| folded(other)).collect());
        Self(senses.into_iter().map(fold).collect())
    }

    /// The other meanings of a word.
    pub(super) fn others(&self, word: &str) -> &[String] {
        self.0.get(word).map_or(&[], Vec::as_slice)
    }

    /// The words that it has meanings of.
    pub(super) fn words(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}

/// What may stand between an abbreviation and its meaning.
const BESIDE: [char; 7] = [' ', '(', ')', ':', '=', '-', '"'];

/// Whether one of other meanings stands directly beside a place of a folded text. Of a meaning that follows the list may have the
/// beginning only; of one that stands before it, the beginning of its last words.
pub(super) fn is_short_for(others: &[String], text: &str, start: usize, end: usize) -> bool {
    let Place { before, after } = Place::of(text, start, end);
    let (before, after) = (before.trim_end_matches(BESIDE), after.trim_start_matches(BESIDE));
    others.iter().any(|other| {
        let spaces = other.matches(' ').count();
        let last =
            before.rmatch_indices(' ').nth(spaces).map_or(before, |(at, _)| before.get(at + 1..).unwrap_or_default());
        let is_one_phrase = last.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
        after.starts_with(other.as_str()) || is_one_phrase && last.starts_with(other.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denials() -> Denials {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../../../../fhir-profiles/text-hints.json")).unwrap();
        serde_json::from_value(file["denials"].clone()).unwrap()
    }

    /// Whether each `stamceltrans…` or `car-t` of a text is taken back.
    fn taken_back(text: &str) -> Vec<bool> {
        let (denials, text) = (denials(), folded(text));
        let words = ["stamceltrans", "stem cell trans", "car-t", "car t"];
        let mut places: Vec<(usize, usize)> = words
            .iter()
            .flat_map(|word| text.match_indices(word).map(|(start, found)| (start, start + found.len())))
            .collect();
        places.sort_unstable();
        places.into_iter().map(|(start, end)| denials.takes_back(&text, start, end)).collect()
    }

    #[test]
    fn what_is_denied_or_of_a_relative_is_taken_back() {
        for text in [
            "No stem cell transplantation in history",
            "never had a stem cell transplant",
            "patient denies previous CAR-T",
            "Geen stamceltransplantatie",
            "nog nooit een stamceltransplantatie gehad",
            "geen voorgeschiedenis van stamceltransplantatie.",
            "Anamnese: geen eerdere CAR-T-celtherapie; diabetes",
            "geen CAR-T cellen gehad",
            "no CAR-T therapy, diabetes",
            "CAR-T: nee",
            "Stem cell transplantation? No",
            "Stamceltransplantatie: geen.",
            "stamceltransplantatie niet verricht",
            "CAR-T not given",
            "brother had stem cell transplantation",
            "His older brother has had a stem cell transplantation in 2010",
            "zus kreeg autologe stamceltransplantatie",
            "broer heeft CAR-T gehad",
            "Familieanamnese: broer stamceltransplantatie",
            "family history of stem cell transplantation (brother)",
            "stamceltransplantatie bij broer",
            "stem cell transplantation in his sister",
        ] {
            assert_eq!(taken_back(text), [true], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_denial_is_heard() {
        for text in [
            "stamceltransplantatie",
            "Geen complicaties na stamceltransplantatie",
            "no complications of CAR-T",
            "geen CAR-T complicaties",
            "No CAR-T related toxicity",
            "geen stamceltransplantatiecomplicaties",
            "geen stamceltransplantatie-gerelateerde klachten",
            "not eligible for CAR-T",
            "no fever, stem cell transplantation 2019",
            "Geen koorts. CAR-T 2024",
            "no known allergies; CAR-T 2024",
            "No: CAR-T 2024",
            "CAR-T no complications",
            "CAR-T: no complications",
            "CAR-T: not in remission",
            "stamceltransplantatie niet gecompliceerd",
            "no CAR-T yet, planned",
            "CAR-T no 2",
            "niet alleen stamceltransplantatie",
            "sibling stem cell transplantation",
            "allogeneic stem cell transplantation from brother",
            "stem cell transplantation, brother had 10/10 match",
            "brother was donor, had stem cell transplantation 2010",
            "broer had stamcellen gedoneerd, stamceltransplantatie 2010",
            "donor: brother had stem cell transplantation kit",
            "patient and brother had stem cell transplantation",
            "mother had stem cell transplantation",
            "stamceltransplantatie in ziekenhuis van broer",
            "family history negative. Stem cell transplantation 2010",
            "family history negative for cancer but stem cell transplantation",
            "CAR-T",
        ] {
            assert_eq!(taken_back(text), [false], "{text}");
        }
        assert_eq!(taken_back("geen CAR-T, wel stamceltransplantatie"), [true, false]);
        assert_eq!(
            taken_back("No CAR-T in 2019; CAR-T in 2024"),
            [false, false],
            "a year is more than the plain phrase"
        );
        assert_eq!(taken_back("No previous CAR-T; CAR-T in 2024"), [true, false]);
    }

    #[test]
    fn an_abbreviation_with_another_meaning_beside_it_is_that() {
        let others = ["sickle cell trait", "bilateral myringotom"].map(str::to_owned);
        let is_other = |text: &str, word: &str| {
            let text = folded(text);
            let start = text.find(word).unwrap();
            is_short_for(&others, &text, start, start + word.len())
        };
        assert!(is_other("SCT (sickle cell trait)", "sct"));
        assert!(is_other("Sickle cell trait (SCT)", "sct"));
        assert!(is_other("BMT bilateral myringotomy", "bmt"));
        assert!(is_other("SCT: sickle cell trait", "sct"));
        assert!(!is_other("SCT 2019, sickle cell trait", "sct"));
        assert!(!is_other("sickle cell trait; SCT 2019", "sct"));
        assert!(!is_other("SCT for sickle cell disease", "sct"));
        assert!(!is_other("SCT", "sct"));
    }

    #[test]
    fn a_long_text_is_looked_at_around_the_word_only() {
        let text = format!("{}é geen {} CAR-T", "x ".repeat(500_000), "é".repeat(60));
        assert_eq!(taken_back(&text), [false]);
    }
}
