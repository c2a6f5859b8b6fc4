//! Who reads a card: those who treat the patient with the cells, or somebody else.
//!
//! It decides whom a card tells to call, and whether a card that explains the treatment to strangers is shown; never whether
//! something is true of the patient. So what is not known is somebody else: that costs a card too many, not one too few.

use cellwise_record::facts::encounter::Encounter;
use cellwise_record::{Judgement, Moment, Progress, Verdict};

use crate::numbers;
use crate::questions::Case;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The ward of the infusion while the patient is there for it, or a department that the hospital has named.
    Treating,
    /// Anybody else.
    Elsewhere,
}

impl Case<'_> {
    /// Who reads the cards of this call.
    #[must_use]
    pub fn reader(&self) -> Reader {
        match self.is_with_those_who_treat().verdict() {
            Verdict::Met => Reader::Treating,
            Verdict::NotMet | Verdict::Unknown => Reader::Elsewhere,
        }
    }

    /// Whether the patient is with those who treat with the cells, as far as that is known. Nobody is in the admission of an
    /// infusion any more after the first month; within it, stays that were not sent leave it open.
    pub fn is_with_those_who_treat(&self) -> Judgement {
        let named = self.is_in_treating_department();
        if named.is_met() {
            return named;
        }
        let today = self.as_of.day();
        let days = self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
        let is_near = |day: &Moment| today.on_or_before(&day.plus_days(days)) != Verdict::NotMet;
        let infusion = self.car_t_history().day_zero().filter(|infusion| is_near(&infusion.day));
        let stay = infusion.map(|infusion| self.in_the_admission_of(Some(&infusion.day), &self.as_of.moment()));
        stay.filter(|stay| stay.is_met() || stay.has_delivery_gap()).unwrap_or(named)
    }

    /// Whether the patient is in a department or organisation that the hospital has named. What is not known is no.
    pub fn is_in_treating_department(&self) -> Judgement {
        let (all, _) = self.encounters();
        let current = self.current_encounter();
        let is_here = |encounter: &&Encounter| match current {
            Some(current) => current.reference == encounter.reference,
            None => encounter.progress == Progress::Running,
        };
        match all.iter().filter(is_here).find(|here| self.is_treating(here)) {
            Some(here) => Judgement::met(vec![here.evidence()]),
            None => Judgement::not_met(Vec::new()),
        }
    }
}
