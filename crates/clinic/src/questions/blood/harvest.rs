//! The patient's own stem cells: when they were collected, and whether they are still there.

use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::graft::Range;
use crate::questions::therapy::open_plan::{Infusions, Planned};
use cellwise_record::facts::observation::Observation;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{
    Act, Evidence, Gap, GapKind, Judgement, MOST_GAPS, Moment, Progress, Standing, Verdict, add_gaps,
};

/// One leukapheresis, completed or going on, whose cells may still be there.
#[derive(Clone, Debug)]
pub struct Collected {
    /// When.
    pub day: Option<Moment>,
    /// Whether it is completed.
    pub is_completed: bool,
    /// Whether its cells are still there: not given back since.
    pub is_kept: Verdict,
    /// What shows it.
    pub evidence: Evidence,
}

/// A CD34 value of cells that may still be there.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) day: Option<Moment>,
    /// `None` when the unit is not per kilogram, or the value is none.
    pub(super) cells: Option<Range>,
    /// Why there is no number of cells.
    pub(super) doubt: GapKind,
    pub(super) is_kept: Verdict,
    pub(super) evidence: Evidence,
}

/// What is known of the harvest.
#[derive(Clone, Debug)]
pub struct Harvest {
    /// The leukaphereses, earliest first.
    pub collected: Vec<Collected>,
    pub(super) readings: Vec<Reading>,
    /// Why cells may have been given back, or not.
    pub(super) reinfusion: Vec<Gap>,
    pub(super) procedures: Vec<Gap>,
    pub(super) observations: Vec<Gap>,
    /// CD34 values of which the record does not say whether they count.
    pub(super) unclear: Vec<Gap>,
}

impl Case<'_> {
    /// The harvest of the patient's own stem cells that was not given back.
    #[must_use]
    pub fn harvest(&self) -> &Harvest {
        self.once(&self.answers.harvest, || {
            let reinfusions = self.infusions(Planned::OwnStemCells);
            let procedures = self.procedures(ValueSet::LEUKAPHERESIS);
            let collected = procedures.items.iter().filter_map(|act| self.collected_cells(act, reinfusions));
            let mut collected: Vec<Collected> = collected.collect();
            collected.sort_by_key(|collected| collected.day.map(|day| day.last));
            let counts = self.observations(ValueSet::CD34_CELL_COUNT);
            let readings = counts.items.iter().filter_map(|count| self.counted_cells(count, reinfusions)).collect();
            let mut reinfusion = reinfusions.hidden().to_vec();
            let doubts = reinfusions.events.iter().map(|event| event.evidence.gap(GapKind::ImpreciseDate));
            add_gaps(&mut reinfusion, doubts.chain(reinfusions.unclear.iter().cloned()));
            let unclear = self.observations.iter().filter(|count| count.concept.has(ValueSet::CD34_CELL_COUNT));
            let unclear = unclear.filter_map(|count| match count.standing {
                Standing::Counts => None,
                Standing::Unclear(kind) => Some(count.evidence().gap(kind)),
            });
            let unclear = unclear.take(MOST_GAPS).collect();
            Harvest { collected, readings, reinfusion, procedures: procedures.gaps, observations: counts.gaps, unclear }
        })
    }

    fn collected_cells(&self, act: &Act, reinfusions: &Infusions) -> Option<Collected> {
        Some(Collected {
            is_kept: self.are_cells_kept(act.period.start, reinfusions)?,
            day: act.period.end.or(act.period.start),
            is_completed: act.progress == Progress::Done,
            evidence: act.evidence(),
        })
    }

    fn counted_cells(&self, count: &Observation, reinfusions: &Infusions) -> Option<Reading> {
        Some(Reading {
            is_kept: self.are_cells_kept(count.when, reinfusions)?,
            day: count.when,
            cells: count.quantity().and_then(Range::of),
            doubt: count.why_no_number().unwrap_or(GapKind::WrongUnit),
            evidence: count.evidence(),
        })
    }

    /// Whether cells collected on `day` are still there. `None`: they were given back on that day or later, or are to be
    /// collected on a coming day.
    fn are_cells_kept(&self, day: Option<Moment>, reinfusions: &Infusions) -> Option<Verdict> {
        let today = self.as_of.day();
        let is_past = day.is_none_or(|day| day.on_or_before(&today) != Verdict::NotMet);
        let is_sure = reinfusions.hidden().is_empty() && reinfusions.unclear_since(day).is_none();
        let is_kept = !reinfusions.since(day).or(if is_sure { Verdict::NotMet } else { Verdict::Unknown });
        (is_past && is_kept != Verdict::NotMet).then_some(is_kept)
    }

    /// Whether stem cells were collected lately.
    pub fn recently_harvested(&self) -> Judgement {
        let (harvest, days) = (self.harvest(), self.whole(&numbers::RECENT_HARVEST_DAYS));
        let none = Judgement::found(Vec::new(), harvest.procedures.clone());
        harvest.completed().fold(none, |any, collected| {
            any.or(match collected.day.map_or(Verdict::Unknown, |day| self.within_days(&day, days)) {
                Verdict::Met => Judgement::met(vec![collected.evidence.clone()]),
                Verdict::NotMet => Judgement::not_met(Vec::new()),
                Verdict::Unknown => Judgement::unknown(vec![collected.evidence.gap(GapKind::ImpreciseDate)]),
            })
        })
    }
}

impl Harvest {
    /// Whether anything was collected or counted, or may have been.
    #[must_use]
    pub fn may_be_any(&self) -> bool {
        let gaps = [&self.procedures, &self.observations, &self.unclear];
        !self.collected.is_empty() || !self.readings.is_empty() || gaps.into_iter().any(|gaps| !gaps.is_empty())
    }

    /// The completed leukaphereses, earliest first.
    #[must_use]
    pub fn completed(&self) -> impl DoubleEndedIterator<Item = &Collected> {
        self.collected.iter().filter(|collected| collected.is_completed)
    }

    /// Whether cells were harvested that are still there.
    pub fn judgement(&self) -> Judgement {
        let none = Judgement::found(Vec::new(), self.procedures.clone());
        self.completed().fold(none, |any, collected| {
            any.or(match collected.is_kept {
                Verdict::Met => Judgement::met(vec![collected.evidence.clone()]),
                _ => Judgement::unknown(self.reinfusion.clone()).with_evidence([collected.evidence.clone()]),
            })
        })
    }

    /// Whether all the cells that are counted are still there.
    pub fn is_kept(&self) -> Judgement {
        let collected = self.collected.iter().map(|collected| collected.is_kept);
        let mut kept = collected.chain(self.readings.iter().map(|reading| reading.is_kept));
        if kept.any(|is_kept| is_kept == Verdict::Unknown) {
            Judgement::unknown(self.reinfusion.clone())
        } else {
            Judgement::met(Vec::new())
        }
    }
}
