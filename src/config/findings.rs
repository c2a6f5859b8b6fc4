//! What is wrong with the file, collected while the rest is still read.

use std::fmt::Display;
use std::path::Path;

use toml::Spanned;

use super::file::place;
use cellwise_record::StartupError;

/// The file that is checked, those that it names, and what was found so far.
pub(super) struct Findings<'f> {
    pub(super) shown: &'f str,
    pub(super) text: &'f str,
    /// Where the paths in the file are seen from.
    pub(super) folder: &'f Path,
    /// Reads a file by the name that it has in the file.
    pub(super) open: &'f dyn Fn(&str) -> Result<Vec<u8>, String>,
    pub(super) problems: Vec<StartupError>,
    pub(super) warnings: Vec<StartupError>,
}

impl<'f> Findings<'f> {
    pub(super) fn new(
        shown: &'f str,
        text: &'f str,
        folder: &'f Path,
        open: &'f dyn Fn(&str) -> Result<Vec<u8>, String>,
    ) -> Self {
        Self { shown, text, folder, open, problems: Vec::new(), warnings: Vec::new() }
    }

    /// Where something stands: `cellwise.toml:12`.
    pub(super) fn place<T>(&self, item: &Spanned<T>) -> String {
        place(self.shown, self.text, item.span().start)
    }

    pub(super) fn problem<T>(&mut self, at: &Spanned<T>, problem: impl Display) {
        self.problems.push(StartupError::file(self.place(at), problem));
    }

    pub(super) fn warning<T>(&mut self, at: &Spanned<T>, warning: impl Display) {
        self.warnings.push(StartupError::file(self.place(at), warning));
    }

    /// What `read` makes of an entry; `None` when there is none, or when it is wrong and that is noted.
    pub(super) fn read<T, V>(
        &mut self,
        name: &str,
        entry: Option<&Spanned<T>>,
        read: impl FnOnce(&T) -> Result<V, String>,
    ) -> Option<V> {
        let entry = entry?;
        read(entry.as_ref()).map_err(|problem| self.problem(entry, format!("`{name}` {problem}"))).ok()
    }

    /// The same of each in a list. Those that are wrong are left out, and noted.
    pub(super) fn read_all<V>(
        &mut self,
        name: &str,
        entries: &[Spanned<String>],
        read: impl Fn(&str) -> Result<V, String>,
    ) -> Vec<V> {
        entries.iter().filter_map(|entry| self.read(name, Some(entry), |text| read(text))).collect()
    }

    /// One of a few words.
    pub(super) fn one_of<V: Copy>(
        &mut self,
        name: &str,
        entry: Option<&Spanned<String>>,
        known: &[(&str, V)],
    ) -> Option<V> {
        self.read(name, entry, |text| word(text, known))
    }
}

/// The name of a file, for people; not when somebody wrote a key where its file should be named.
pub(super) fn file_name(name: &str) -> String {
    let is_name = name.len() <= 200 && !name.contains(char::is_control);
    if is_name { format!("`{name}`") } else { "names no file: what stands there".to_owned() }
}

/// What a word stands for, or which words there are.
pub(super) fn word<V: Copy>(text: &str, known: &[(&str, V)]) -> Result<V, String> {
    known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
        format!("can't be `{text}`, only {}", known.join(", "))
    })
}
