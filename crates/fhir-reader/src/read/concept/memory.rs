//! What was already read in this call: a chart has the same coding hundreds of times.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use cellwise_record::facts::concept::Concept;
use hashbrown::HashMap;

use super::{Vocabulary, codes_anew, read_anew, speaks_anew};
use crate::lens::{Read, Text};
use crate::resource::Concept as ConceptLens;

/// So many distinct concepts are remembered; a chart has some dozens.
const MOST: usize = 1_024;

/// What was read of the concepts of a call, by their codings and words. Nothing but time depends on it.
#[derive(Default)]
pub(crate) struct Memory(RefCell<Remembered>);

#[derive(Default)]
struct Remembered {
    known: HashMap<Box<[u8]>, Rc<Known>>,
    /// The key that is being put together.
    key: Vec<u8>,
}

impl Memory {
    /// What is known of a concept; nothing yet of one that is seen for the first time.
    pub(crate) fn of(&self, lens: &ConceptLens<'_>) -> Rc<Known> {
        let Remembered { known, key } = &mut *self.0.borrow_mut();
        key.clear();
        if !write_key(lens, key) {
            return Rc::default();
        }
        if let Some(known) = known.get(key.as_slice()) {
            return Rc::clone(known);
        }
        let new = Rc::<Known>::default();
        if known.len() < MOST {
            known.insert(key.as_slice().into(), Rc::clone(&new));
        }
        new
    }
}

/// What is known of one concept, as far as it was asked.
#[derive(Default)]
pub(crate) struct Known {
    concept: OnceCell<Concept>,
    codes: OnceCell<Concept>,
    speaks: OnceCell<bool>,
    diagnosis: OnceCell<Option<Concept>>,
}

impl Known {
    /// The concept.
    pub(super) fn concept(&self, lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) -> &Concept {
        self.concept.get_or_init(|| read_anew(lens, terminology))
    }

    /// What its codes say, without its words.
    pub(super) fn codes(&self, lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) -> &Concept {
        self.codes.get_or_init(|| codes_anew(lens, terminology))
    }

    /// Whether its words speak of something that value sets have.
    pub(super) fn speaks(&self, lens: &ConceptLens<'_>, terminology: Vocabulary<'_>) -> bool {
        *self.speaks.get_or_init(|| speaks_anew(lens, terminology))
    }

    /// What it is as a diagnosis, found by `find` when it is first asked.
    pub(crate) fn diagnosis(&self, find: impl FnOnce() -> Option<Concept>) -> Option<&Concept> {
        self.diagnosis.get_or_init(find).as_ref()
    }
}

/// Writes everything that reading a concept looks at. False of one with parts of another shape (a `CodeableReference`, something
/// unreadable), which is not remembered.
fn write_key(lens: &ConceptLens<'_>, key: &mut Vec<u8>) -> bool {
    let is_plain = lens.concept.is_absent() && lens.reference.is_absent() && lens.coding.unreadable == 0;
    let parts = lens.coding.items.iter().flat_map(|coding| [&coding.system, &coding.code, &coding.display]);
    is_plain && parts.chain([&lens.text]).all(|part| write_part(part, key))
}

/// Writes a text with its length before it, so that no two lists of texts look alike.
fn write_part(part: &Text<'_>, key: &mut Vec<u8>) -> bool {
    match part {
        Read::Absent => key.push(0),
        Read::Value(text) => {
            key.push(1);
            key.extend(text.len().to_le_bytes());
            key.extend(text.as_bytes());
        }
        Read::Unreadable => return false,
    }
    true
}
