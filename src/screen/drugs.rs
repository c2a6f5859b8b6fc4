//! The Medications of an export: on disk, with the place of each in memory. An export may have one for each prescription.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use super::judge::Drugs;
use super::spill::{Records, drugs_of, open, read_at};
use super::state::State;

/// Where a Medication is.
struct At {
    file: usize,
    begin: u64,
    length: usize,
}

/// All Medications of an export.
#[derive(Default)]
pub(super) struct Index {
    files: Vec<Mutex<File>>,
    places: HashMap<Box<str>, At>,
}

impl Index {
    /// Looks through what was put aside. Of what comes twice the first counts.
    pub(super) fn of(folder: &Path, state: &State) -> io::Result<Self> {
        let mut index = Self::default();
        let mut found: Vec<(super::spill::Place, String, At)> = Vec::new();
        for generation in 1..=state.generation {
            let path = drugs_of(folder, generation);
            if !path.is_file() {
                continue;
            }
            let mut records = Records::open(&path)?;
            while let Some((begin, record)) = records.next()? {
                if state.counts(generation, record.place) {
                    let at = At { file: index.files.len(), begin: begin + record.at as u64, length: record.text.len() };
                    found.push((record.place, record.patient.to_owned(), at));
                }
            }
            index.files.push(Mutex::new(open(&path)?));
        }
        found.sort_by_key(|(place, _, _)| *place);
        for (_, id, at) in found {
            if let Entry::Vacant(vacant) = index.places.entry(id.into_boxed_str()) {
                vacant.insert(at);
            }
        }
        Ok(index)
    }
}

impl Drugs for Index {
    fn drug(&self, id: &str) -> Option<Cow<'_, str>> {
        let At { file, begin, length } = self.places.get(id)?;
        let bytes = read_at(self.files.get(*file)?, *begin, *length).ok()?;
        String::from_utf8(bytes).ok().map(Cow::Owned)
    }
}
