//! Screening where something else reads the files and brings together what belongs to a patient: Python, Spark. The same sorting of lines
//! and the same judging as a run on one machine.

use std::borrow::Cow;
use std::collections::HashMap;

use cellwise_record::{AsOf, Source};

use super::asked::Asked;
use super::desk::{Desk, Tray};
use super::input::Holds;
use super::judge::{Drugs, Judge, Piece, State};
use super::line::Scout;
use super::row::Row;
use super::spill::{Place, Tag};
use super::tally::Reading;
use super::unpack::Batch;
use crate::engine::Engine;

/// The longest line in bytes.
const LONGEST: usize = 256 * 1024 * 1024;

/// What a line came to. A line that no rule could look at comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sorted {
    /// Something of a patient.
    OfPatient {
        /// The bare id of the patient.
        patient: String,
        /// The kind of data, by its prefetch key; empty for something of any kind that could not be read.
        source: &'static str,
        /// The resource; empty for something that could not be read.
        text: String,
    },
    /// A Medication, to which prescriptions may refer.
    Drug {
        /// Its id.
        id: String,
        /// The resource.
        text: String,
    },
    /// A kind of data that is there, by its prefetch key.
    Came(String),
    /// A kind of data of which something was lost, nobody knows whose.
    Lost(String),
    /// A line that could not be read.
    Fault {
        /// Its number among the lines that were given, from 1.
        line: u32,
        /// What is wrong with it, without anything of it.
        problem: String,
    },
}

/// Sorts lines and judges patients.
pub struct ByHand<'e> {
    asked: Asked<'e>,
    as_of: AsOf,
    shown: String,
}

#[derive(Default)]
struct List(Vec<Sorted>);

impl Tray for List {
    fn of_patient(&mut self, tag: Tag, _: Place, patient: &str, text: &str) {
        let source = if let Tag::Of(source) = tag { source.key() } else { "" };
        self.0.push(Sorted::OfPatient { patient: patient.to_owned(), source, text: text.to_owned() });
    }

    fn drug(&mut self, _: Place, id: &str, text: &str) {
        self.0.push(Sorted::Drug { id: id.to_owned(), text: text.to_owned() });
    }

    fn fault(&mut self, place: Place, message: &str) {
        self.0.push(Sorted::Fault { line: place.line, problem: message.to_owned() });
    }
}

impl Drugs for &HashMap<String, String> {
    fn drug(&self, id: &str) -> Option<Cow<'_, str>> {
        self.get(id).map(|text| Cow::Borrowed(text.as_str()))
    }
}

impl<'e> ByHand<'e> {
    /// Sorts and judges by this engine, at this instant.
    #[must_use]
    pub fn new(engine: &'e Engine, as_of: AsOf) -> Self {
        let shown = as_of.to_rfc3339();
        Self { asked: Asked::new(engine), as_of, shown }
    }

    /// The kinds of data that rules ask for, by their prefetch keys, with the types of resource that hold them.
    pub fn sources(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.asked.sources.iter().map(|source| (source.key(), source.resource_type()))
    }

    /// Sorts lines of a file, each a resource or a Bundle. `file` is its name, by which it is told what a line was that can't be read.
    #[must_use]
    pub fn sort(&self, lines: &[u8], file: &str) -> Vec<Sorted> {
        let mut scout = Scout::new(&self.asked);
        let mut list = List::default();
        let batch = Batch { file: 0, number: 0, first_line: 1, bytes: lines.to_vec(), is_too_long: false };
        let holds = Holds::of_name(file);
        let mut desk = Desk {
            asked: &self.asked,
            holds: &holds,
            longest: LONGEST,
            scout: &mut scout,
            tray: &mut list,
            reading: Reading::default(),
        };
        desk.batch(&batch);
        let Reading { came, lost, .. } = desk.reading;
        list.0.extend(came.into_iter().map(Sorted::Came));
        list.0.extend(lost.into_iter().map(Sorted::Lost));
        list.0
    }

    /// The rows of a patient of whom `pieces` (prefetch key, resource) are all there is; an empty key, or an empty resource, is something
    /// that could not be read. `came` are the kinds of data that came or of which it is known that there is none, `lost` those of which
    /// something was lost, nobody knows whose.
    pub fn judge<'p, T>(
        &'p self,
        patient: &'p str,
        pieces: impl Iterator<Item = (&'p str, &'p str)>,
        drugs: &HashMap<String, String>,
        (came, lost): (&[String], &[String]),
        take: impl FnMut(Row<'p>) -> T,
    ) -> Vec<T> {
        let known = |keys: &[String]| keys.iter().filter_map(|key| Source::from_key(key)).collect();
        let state = State { supplied: known(came), lost: known(lost) };
        let judge = Judge { asked: &self.asked, as_of: self.as_of, state };
        let pieces = pieces.flat_map(|(key, text)| match Source::from_key(key) {
            Some(source) => vec![Piece { source, text }],
            None => Source::PREFETCHED.into_iter().map(|source| Piece { source, text: "" }).collect(),
        });
        let judged = judge.judge(patient, pieces, &drugs);
        let outcomes = judged.of_services.iter().flat_map(|(_, evaluation)| &evaluation.outcomes);
        outcomes.map(|outcome| Row::of(patient, outcome, &self.shown)).map(take).collect()
    }
}
