//! Words that make a rule ask: looked for in the record's own texts, folded to one spelling.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Every hint list, by name.
pub(super) struct Hints {
    lists: BTreeMap<String, Vec<Hint>>,
}

/// One word, or words, of a list.
struct Hint {
    word: String,
    /// Whether it must stand between word boundaries.
    whole: bool,
}

/// The lists as they are written: `fhir-profiles/text-hints.json`.
#[derive(Debug, Deserialize)]
pub struct HintFile {
    hints: BTreeMap<String, Vec<String>>,
}

impl HintFile {
    /// Adds a word to a list, as the words of the record are compared.
    pub fn add(&mut self, list: &str, word: &str) {
        self.hints.entry(list.to_owned()).or_default().push(folded(word));
    }
}

impl Hints {
    /// Reads the lists.
    pub(super) fn of(file: HintFile) -> Self {
        let of_list = |(name, words): (String, Vec<String>)| (name, words.iter().map(|word| Hint::new(word)).collect());
        Self { lists: file.hints.into_iter().map(of_list).collect() }
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
        hints.iter().any(|hint| bytes.may_hold(&hint.word) && hint.stands_in(&text))
    }
}

impl Hint {
    fn new(hint: &str) -> Self {
        let (word, whole) = match hint.strip_prefix('=') {
            Some(word) => (word, true),
            None => (hint, is_short(hint)),
        };
        Self { word: word.to_owned(), whole }
    }

    fn stands_in(&self, text: &str) -> bool {
        if !self.whole {
            return text.contains(&self.word);
        }
        text.match_indices(&self.word).any(|(start, found)| {
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            let after = text.get(start + found.len()..).and_then(|after| after.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    }
}

/// In lower case, with plain hyphens and single spaces.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.push_str(word);
            continue;
        }
        folded.extend(word.to_lowercase().chars().map(|c| if matches!(c, '\u{2010}'..='\u{2015}') { '-' } else { c }));
    }
    folded.make_ascii_lowercase();
    folded
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
            ("É\u{a0}ÉN ÖDEEM", "é én ödeem"),
            ("   ", ""),
        ] {
            assert_eq!(folded(text), expected);
        }
    }

    #[test]
    fn short_words_stand_alone_and_stems_inside() {
        let hints = Hints::of(HintFile {
            hints: BTreeMap::from([("l".to_owned(), ["iv", "predniso", "=oral", "car t"].map(str::to_owned).to_vec())]),
        });
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
}
