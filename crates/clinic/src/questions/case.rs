//! One patient at one moment of care: what a question is asked of.

use std::cell::{OnceCell, RefCell};
use std::ops::Deref;

use cellwise_record::facts::encounter::Encounter;
use cellwise_record::terminology::{Coded, Terminology, ValueSet};
use cellwise_record::{Chart, Moment, Progress};

use crate::hook::Hook;
use crate::numbers::Number;
use crate::policy::Policy;
use crate::products::Indications;
use crate::questions::answers::Answers;
use crate::span::Span;
use crate::used::Used;

/// A chart at a hook, under a hospital's policy, with the answers that were already found. It is a chart, too: every search
/// of the record can be asked of it.
pub struct Case<'c> {
    /// The patient.
    pub chart: &'c Chart,
    /// When it is asked.
    pub hook: Hook,
    /// The ids of every rule of this call: a fact that two of them could show belongs to one.
    pub asked: &'c [&'static str],
    /// The value sets, for codes of suggestions and for hints.
    pub terminology: &'c Terminology,
    /// What the label of each CAR-T product asks for.
    pub indications: &'c Indications,
    policy: &'c Policy,
    /// What the present judgement rests on.
    noted: RefCell<Noted>,
    pub(super) answers: Answers,
}

/// What an answer rests on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noted {
    /// The ids of the numbers.
    pub(crate) numbers: Used,
    /// The times that were counted, each once.
    pub(crate) spans: Vec<Span>,
}

impl Noted {
    /// What another answer rests on, too.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.numbers.note_all(&other.numbers);
        for span in &other.spans {
            if !self.spans.contains(span) {
                self.spans.push(span.clone());
            }
        }
    }
}

/// The answer to a question: found when it is first asked, and shared from then on, with what it rests on.
pub(super) struct Once<T>(OnceCell<(T, Noted)>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<'c> Case<'c> {
    /// A case in which nothing was asked yet.
    #[must_use]
    pub fn new(
        chart: &'c Chart,
        hook: Hook,
        asked: &'c [&'static str],
        policy: &'c Policy,
        terminology: &'c Terminology,
        indications: &'c Indications,
    ) -> Self {
        let (noted, answers) = Default::default();
        Self { chart, hook, asked, terminology, indications, policy, noted, answers }
    }

    /// The value of a number, in its unit: the hospital's own, else the default. Notes that the answer rests on it.
    #[must_use]
    pub fn value(&self, number: &'static Number) -> f64 {
        self.noted.borrow_mut().numbers.note(number.id);
        self.policy.value(number)
    }

    /// The value of a number that is whole ([`Number::is_whole`]): hours, days, months, years, grades.
    #[must_use]
    pub fn whole(&self, number: &'static Number) -> i32 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within the number's range, which is checked when it is set"
        )]
        let whole = self.value(number).round() as i32;
        whole
    }

    /// The first code of a value set, as suggestions write it.
    #[must_use]
    pub fn code_of(&self, set: ValueSet) -> Option<Coded> {
        self.terminology.members(set).first().cloned()
    }

    /// The code to order a measurement by; `None` when it is requested already.
    #[must_use]
    pub fn code_to_order(&self, set: ValueSet) -> Option<Coded> {
        let requests = self.service_requests(set);
        let is_requested = requests.items.iter().any(|request| request.progress != Progress::Done);
        self.code_of(set).filter(|_| !is_requested)
    }

    /// Whether a text of the record mentions something of a hint list. Decides only whether to ask.
    #[must_use]
    pub fn mentions(&self, hint: &str, text: &str) -> bool {
        self.terminology.mentions(hint, text)
    }

    /// Whether an entry of the record without a usable code mentions something of a hint list. Decides only whether to ask.
    #[must_use]
    pub fn is_in_words(&self, hint: &str) -> bool {
        self.says_in_words(|text| self.mentions(hint, text))
    }

    /// Whether an encounter is with those who treat patients with cells, as the hospital has named them.
    #[must_use]
    pub fn is_treating(&self, encounter: &Encounter) -> bool {
        self.policy.treating.is_at(encounter)
    }

    /// Whether a rule is asked in the same call. A rule that a hospital has switched off is not.
    #[must_use]
    pub fn also_asks(&self, rule: &str) -> bool {
        self.asked.contains(&rule)
    }

    /// The last day of what holds for the span of a number from `day` on. Notes it: a picture of the patient's course shows the
    /// times that the rules count.
    #[must_use]
    pub fn last_day(&self, day: &Moment, number: &'static Number) -> Moment {
        let until = self.later(day, number);
        let span = Span { number, from: *day, until, is_supposed: false };
        let spans = &mut self.noted.borrow_mut().spans;
        if !spans.contains(&span) {
            spans.push(span);
        }
        until
    }

    /// What was noted since the last call of this.
    pub(crate) fn take_noted(&self) -> Noted {
        self.noted.take()
    }

    /// The answer in `cell`, found by `find` when it is first asked.
    pub(super) fn once<'s, T>(&'s self, cell: &'s Once<T>, find: impl FnOnce() -> T) -> &'s T {
        let (answer, noted) = if let Some(found) = cell.0.get() {
            found
        } else {
            let before = self.noted.take();
            let found = cell.0.get_or_init(|| {
                let answer = find();
                (answer, self.noted.take())
            });
            self.noted.replace(before);
            found
        };
        self.noted.borrow_mut().extend(noted);
        answer
    }
}

impl Deref for Case<'_> {
    type Target = Chart;

    fn deref(&self) -> &Chart {
        self.chart
    }
}
