//! The cell therapies in history and the days on which each may have happened, for questions about how long ago it was.
//!
//! Every therapy has an interval: a recorded day, month or year; the time up to the day on which a history code was written
//! down; the time since an order that is marked completed. A comparison that the interval straddles is unknown.

use crate::numbers::Number;
use crate::questions::Case;
use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::questions::therapy::history::{Certainty, TherapyEvent, TherapyHistory};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::UseKind;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Evidence, Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

/// What was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// CAR-T cells.
    CarT,
    /// The patient's own stem cells.
    OwnStemCells,
    /// Stem cells of a donor.
    DonorStemCells,
    /// Stem cells; whose is not recorded.
    StemCells,
}

/// The latest episode of one kind of cell therapy.
#[derive(Clone, Debug)]
pub struct CellTherapy {
    /// What was given.
    pub cells: Cells,
    /// Every day that may be t0. Never later than today.
    pub when: Moment,
    /// t0 as recorded. `None` when no date is recorded.
    pub date: Option<Moment>,
    /// How sure it is that it happened.
    pub certainty: Certainty,
    /// What shows it.
    pub evidence: Evidence,
    source: Source,
}

impl CellTherapy {
    /// Whether it had happened by `day`.
    pub fn is_on_or_before(&self, day: &Moment) -> Judgement {
        self.judge(self.when.on_or_before(day))
    }

    /// Whether `day` lies on or after t0 and before the day that is `months` later.
    pub fn is_before_months(&self, months: i32, day: &Moment) -> Judgement {
        self.judge(day.on_or_after(&self.when).and(day.before(&self.when.plus_months(months))))
    }

    /// Whether `day` lies on or after t0 and not after the day that is `months` later.
    pub fn is_within_months(&self, months: i32, day: &Moment) -> Judgement {
        self.judge(day.on_or_after(&self.when).and(day.on_or_before(&self.when.plus_months(months))))
    }

    /// Whether `day` lies on or after t0 and no more than `days` days after it.
    pub fn is_within_days(&self, days: i32, day: &Moment) -> Judgement {
        self.judge(day.on_or_after(&self.when).and(day.on_or_before(&self.when.plus_days(days))))
    }

    /// Why how long ago it was can't be told.
    #[must_use]
    pub fn gap(&self) -> Gap {
        let of = |kind| Gap::at(kind, self.source, &self.evidence.reference, &self.evidence.what);
        if self.date.is_some() {
            of(GapKind::ImpreciseDate)
        } else {
            of(GapKind::NotRecorded).said_as("gap-therapy-date")
        }
    }

    fn judge(&self, verdict: Verdict) -> Judgement {
        match verdict {
            Verdict::Met => Judgement::met(vec![self.evidence.clone()]),
            Verdict::NotMet => Judgement::not_met(vec![self.evidence.clone()]),
            Verdict::Unknown => Judgement::unknown(vec![self.gap()]).with_evidence([self.evidence.clone()]),
        }
    }
}

impl Case<'_> {
    /// The last day of what holds for the span of a number after a therapy; the last that it can be.
    #[must_use]
    pub fn last_day_after(&self, therapy: &CellTherapy, span: &'static Number) -> Moment {
        Moment::on(self.last_day(&therapy.date.unwrap_or(therapy.when), span).last)
    }
}

/// The cell therapies in history.
#[derive(Clone, Debug)]
pub struct CellTherapies {
    /// The latest episode of each kind.
    pub known: Vec<CellTherapy>,
    /// Whether CAR-T cells were given.
    pub car_t: Judgement,
    /// Whether stem cells were given.
    pub transplantation: Judgement,
    /// Data that was not delivered and may hold a later episode.
    pub hidden: Vec<Gap>,
    /// Coded infusions of which the record does not say whether they were given (no status, or stopped), with the gap.
    pub unclear: Vec<(CellTherapy, Gap)>,
    /// Whether an entry without a usable code speaks of a cell therapy, or a code of a transplantation without saying of
    /// what. Decides only whether to ask.
    pub in_words: bool,
}

impl CellTherapies {
    /// Whether any cell therapy is in history.
    pub fn judgement(&self) -> Judgement {
        self.car_t.clone().or(self.transplantation.clone())
    }

    /// Whether something holds for one of the therapies. What can't be seen may hide one for which it does: data that was
    /// not delivered; where none is known, entries in words, too. So may a coded infusion that perhaps was not given.
    pub fn any(&self, holds: impl Fn(&CellTherapy) -> Judgement) -> Judgement {
        let unseen = if self.known.is_empty() { self.judgement().gaps().to_vec() } else { self.hidden.clone() };
        let hidden = Judgement::found(Vec::new(), unseen);
        let any = self.known.iter().fold(hidden, |any, therapy| any.or(holds(therapy)));
        // One that may hold is enough to leave it open.
        let open = || self.unclear.iter().find(|(therapy, _)| holds(therapy).verdict() != Verdict::NotMet);
        match any.verdict() {
            Verdict::Met => any,
            Verdict::NotMet | Verdict::Unknown => match open() {
                Some((therapy, gap)) => {
                    any.or(Judgement::unknown(vec![gap.clone()]).with_evidence([therapy.evidence.clone()]))
                }
                None => any,
            },
        }
    }
}

/// Where cell therapies stand in the record.
const SOURCES: [Source; 6] = [
    Source::Conditions,
    Source::MedicationRequests,
    Source::MedicationStatements,
    Source::MedicationAdministrations,
    Source::Procedures,
    Source::ServiceRequests,
];

/// A transplantation without kind this close to one with a kind is the same.
const SAME_DAYS: i32 = 30;

impl Case<'_> {
    /// The cell therapies in history.
    #[must_use]
    pub fn cell_therapies(&self) -> &CellTherapies {
        self.once(&self.answers.cell_therapies, || self.find_cell_therapies())
    }

    fn find_cell_therapies(&self) -> CellTherapies {
        let (car_t, transplantation) = (self.car_t_history(), self.transplantation_in_past());
        let mut known: Vec<CellTherapy> = self.latest(Cells::CarT, &car_t.events).into_iter().collect();
        let transplants = self.transplants();
        let kinds = [Cells::OwnStemCells, Cells::DonorStemCells, Cells::StemCells];
        let dated = transplants.iter().any(|(_, event)| event.date.is_some());
        for cells in kinds {
            let of_kind = transplants
                .iter()
                .filter(|(kind, event)| *kind == cells && (event.date.is_some() || !dated))
                .map(|(_, event)| event.clone())
                .collect::<Vec<_>>();
            known.extend(self.latest(cells, &of_kind));
        }
        let specified: Vec<Moment> = known
            .iter()
            .filter(|therapy| matches!(therapy.cells, Cells::OwnStemCells | Cells::DonorStemCells))
            .map(|therapy| therapy.when)
            .collect();
        let is_same = |day: &Moment| {
            specified.iter().any(|other| {
                day.on_or_after(&other.plus_days(-SAME_DAYS)).and(day.on_or_before(&other.plus_days(SAME_DAYS)))
                    == Verdict::Met
            })
        };
        known.retain(|therapy| therapy.cells != Cells::StemCells || !is_same(&therapy.when));
        let mut hidden = Vec::new();
        for source in SOURCES {
            add_gaps(&mut hidden, self.sources.gaps_of(source).into_iter().filter(|gap| gap.kind.is_delivery()));
        }
        let says = |text: &str| self.mentions("car-t", text) || self.mentions("stem-cell-transplantation", text);
        let of_something = |act: &Act| act.concept.has(ValueSet::TRANSPLANTATION_TISSUE_NOT_STATED);
        let in_words = self.says_in_words(says)
            || !self.conditions(ValueSet::OTHER_TRANSPLANT_STATUS).items.is_empty()
            || self.procedures.iter().any(of_something);
        let (car_t, transplantation) = (car_t.judgement.clone(), transplantation.judgement.clone());
        // Where none is known, the judgement has its gap already.
        let unclear = if known.is_empty() { Vec::new() } else { self.unclear_therapies() };
        CellTherapies { known, car_t, transplantation, hidden, unclear, in_words }
    }

    /// Infusions of which the record does not say whether they were given: coded ones, those without a date from any day, and
    /// cells that were administered by their words. A procedure in words that speaks of cells is mostly a visit.
    pub(super) fn unclear_therapies(&self) -> Vec<(CellTherapy, Gap)> {
        let today = self.as_of.date;
        let cells_of = |concept: &Concept| match concept {
            of if of.has(ValueSet::CAR_T) => Some(Cells::CarT),
            of if of.has(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION) => Some(Cells::OwnStemCells),
            of if of.has(ValueSet::ALLOGENEIC_STEM_CELL_TRANSPLANTATION) => Some(Cells::DonorStemCells),
            of if of.has(ValueSet::STEM_CELL_TRANSPLANTATION) => Some(Cells::StemCells),
            _ => None,
        };
        let unclear = |concept: &Concept, standing: Standing, date: Option<Moment>, evidence: Evidence| {
            let Standing::Unclear(kind) = standing else { return None };
            let any_day = Moment { first: Date::MIN, last: today, instant: None };
            let when = date.map_or(any_day, |date| Moment { last: date.last.min(today), ..date });
            let source = evidence.source;
            let gap = Gap::at(kind, source, &evidence.reference, &evidence.what);
            let cells = cells_of(concept)?;
            (when.first <= when.last)
                .then_some((CellTherapy { cells, when, date, certainty: Certainty::Probable, evidence, source }, gap))
        };
        let acts = self.procedures.iter().filter(|act| cells_of(&act.concept).is_some());
        let acts = acts.filter_map(|act| unclear(&act.concept, act.standing, act.period.start, act.evidence()));
        let drugs = self.medications.iter().filter(|drug| drug.kind != UseKind::Prescribed);
        let drugs = drugs.filter(|drug| cells_of(&drug.concept).is_some());
        let drugs = drugs.filter_map(|drug| unclear(&drug.concept, drug.standing, drug.start, drug.evidence()));
        let given = self.medications.iter().filter(|drug| drug.kind == UseKind::Given);
        let in_words = given.filter(|drug| drug.concept.may_be(ValueSet::CAR_T) && drug.start.is_some());
        let in_words = in_words.filter_map(|drug| {
            let when = drug.start.filter(|when| when.first <= today)?;
            let evidence = drug.evidence();
            let (gap, source) = (evidence.gap(drug.concept.gap_kind()), evidence.source);
            let certainty = Certainty::Probable;
            let when = Moment { last: when.last.min(today), ..when };
            Some((CellTherapy { cells: Cells::CarT, when, date: drug.start, certainty, evidence, source }, gap))
        });
        acts.chain(drugs).chain(in_words).collect()
    }

    /// Every transplantation of stem cells, with whose cells they were.
    fn transplants(&self) -> Vec<(Cells, TherapyEvent)> {
        let references = |set| -> HashSet<String> {
            let events = self.transplantation_history(set).events;
            events.into_iter().map(|event| event.evidence.reference).collect()
        };
        let own = references(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION);
        let donor = references(ValueSet::ALLOGENEIC_STEM_CELL_TRANSPLANTATION);
        let events = self.transplantation_in_past().events.iter().map(|event| {
            let reference = &event.evidence.reference;
            let cells = match (own.contains(reference), donor.contains(reference)) {
                (true, false) => Cells::OwnStemCells,
                (false, true) => Cells::DonorStemCells,
                _ => Cells::StemCells,
            };
            (cells, event.clone())
        });
        events.collect()
    }

    /// The latest episode among events of one kind. An undated record beside a dated one is taken for the same therapy.
    fn latest(&self, cells: Cells, events: &[TherapyEvent]) -> Option<CellTherapy> {
        let today = self.as_of.date;
        let therapy = |when: Moment, date: Option<Moment>, event: &TherapyEvent| CellTherapy {
            cells,
            when: Moment { last: when.last.min(today), ..when },
            date,
            certainty: event.certainty,
            evidence: event.evidence.clone(),
            source: event.evidence.source,
        };
        let history = TherapyHistory { events: events.to_vec(), judgement: Judgement::not_met(Vec::new()) };
        if let Some(t0) = history.t0() {
            let event = events.iter().find(|event| event.date == Some(t0))?;
            return Some(therapy(t0, Some(t0), event));
        }
        let undated: Vec<&TherapyEvent> =
            events.iter().filter(|event| event.certainty == Certainty::Recorded).collect();
        if let Some(first) = undated.first() {
            // What a code says of the past had happened by the day it was written down.
            let written = self.written();
            let by_code = |event: &&TherapyEvent| written.get(event.evidence.reference.as_str()).copied();
            let by = undated.iter().map(|event| by_code(event).unwrap_or(today)).max().unwrap_or(today);
            return Some(therapy(Moment { first: Date::MIN, last: by, instant: None }, None, first));
        }
        // The infusion comes after its order.
        let ordered = events.iter().max_by_key(|event| event.date.map(|date| date.first))?;
        let from = ordered.date.map_or(Date::MIN, |date| date.first.min(today));
        Some(therapy(Moment { first: from, last: today, instant: None }, None, ordered))
    }

    /// The last day on which a therapy of which only a code tells can have happened, by the reference of the code.
    fn written(&self) -> HashMap<&str, Date> {
        let codes = [ValueSet::CAR_T_HISTORY, ValueSet::STEM_CELL_TRANSPLANTATION];
        let codes = codes.into_iter().flat_map(|set| self.conditions(set).items);
        let day = |code: &Condition| code.date().map(|date| date.last.min(self.as_of.date));
        codes.filter_map(|code| Some((code.reference.as_str(), day(code)?))).collect()
    }
}
