//! Visits after going home: which one is the first.
//!
//! A visit is outpatient care, or a stay that begins and ends on one day. An emergency is neither a visit nor a stay: it asks
//! nothing and uses nothing up. Visits of one day are one visit.

use crate::questions::Case;
use cellwise_record::facts::encounter::{Encounter, EncounterClass};
use cellwise_record::{Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

/// Whether today's visit is the first one after going home.
#[derive(Clone, Debug)]
pub struct FirstVisit {
    /// Whether it is.
    pub judgement: Judgement,
    /// Whether a visit of today is on record at all.
    pub is_visit: bool,
}

impl Case<'_> {
    /// Whether the patient is here for the first visit since the last discharge after `infusion`; without a stay on record,
    /// since the infusion.
    #[must_use]
    pub fn first_visit_since(&self, infusion: &Moment) -> FirstVisit {
        let today = self.as_of.day();
        let (all, gaps) = self.encounters();
        let named = self.current_encounter();
        let starts_today =
            |encounter: &&Encounter| encounter.period.start.is_some_and(|start| start.exact_day() == Some(today.first));
        let may_start_today = |encounter: &&Encounter| {
            encounter.period.start.is_none_or(|start| start.first <= today.last && today.first <= start.last)
        };
        let visit = match named {
            Some(encounter) => Some(encounter).filter(|encounter| is_visit(encounter) == Verdict::Met),
            None => all.iter().filter(starts_today).find(|encounter| is_visit(encounter) == Verdict::Met),
        };
        let known = |judgement| FirstVisit { judgement, is_visit: visit.is_some() };
        if let Some(stay) = all.iter().find(|encounter| is_going_on(encounter, &today)) {
            return known(Judgement::not_met(vec![stay.evidence()]));
        }
        let Some(visit) = visit else {
            let mut gaps = gaps;
            let perhaps = |encounter: &&Encounter| is_visit(encounter) == Verdict::Unknown;
            let unclear = all.iter().filter(starts_today).chain(named).filter(perhaps);
            add_gaps(&mut gaps, unclear.map(|encounter| at(encounter, GapKind::NotRecorded)));
            let undated =
                all.iter().filter(|of| may_start_today(of) && !starts_today(of) && is_visit(of) != Verdict::NotMet);
            add_gaps(&mut gaps, undated.map(|encounter| at(encounter, GapKind::ImpreciseDate)));
            return known(Judgement::found(Vec::new(), gaps));
        };
        let day = visit.period.start.unwrap_or(today);
        let discharge = all.iter().filter(|encounter| is_stay(encounter)).filter_map(|encounter| encounter.period.end);
        let since = discharge
            .filter(|end| end.on_or_after(infusion) == Verdict::Met && end.on_or_before(&day) == Verdict::Met)
            .max_by_key(|end| end.last)
            .unwrap_or(*infusion);
        let mut gaps = gaps;
        for other in all.iter().filter(|other| other.reference != visit.reference) {
            let between =
                other.period.start.map_or(Verdict::Unknown, |start| start.after(&since).and(start.before(&day)));
            let happened = if other.progress == Progress::Planned { Verdict::Unknown } else { Verdict::Met };
            match is_visit(other).and(between).and(happened) {
                Verdict::Met => return known(Judgement::not_met(vec![other.evidence()])),
                Verdict::Unknown => add_gaps(&mut gaps, [at(other, GapKind::NotRecorded)]),
                Verdict::NotMet => {}
            }
        }
        known(if gaps.is_empty() { Judgement::met(vec![visit.evidence()]) } else { Judgement::unknown(gaps) })
    }
}

/// A stay that begins and ends on one day is a visit.
fn is_day_case(encounter: &Encounter) -> bool {
    let day = |moment: Option<Moment>| moment.and_then(|moment| moment.exact_day());
    let start = day(encounter.period.start);
    start.is_some() && start == day(encounter.period.end)
}

fn is_stay(encounter: &Encounter) -> bool {
    encounter.class == EncounterClass::Inpatient && !is_day_case(encounter)
}

fn is_visit(encounter: &Encounter) -> Verdict {
    match encounter.class {
        EncounterClass::Visit => Verdict::Met,
        EncounterClass::Inpatient if is_day_case(encounter) => Verdict::Met,
        EncounterClass::Inpatient | EncounterClass::Emergency => Verdict::NotMet,
        EncounterClass::NotStated => Verdict::Unknown,
    }
}

/// Whether the patient is on the ward.
fn is_going_on(encounter: &Encounter, today: &Moment) -> bool {
    let began = encounter.period.start.is_none_or(|start| start.on_or_before(today) == Verdict::Met);
    let open = match encounter.period.end {
        Some(end) => end.after(today) == Verdict::Met,
        None => matches!(encounter.progress, Progress::Running | Progress::Held),
    };
    is_stay(encounter) && encounter.progress != Progress::Planned && began && open
}

fn at(encounter: &Encounter, kind: GapKind) -> Gap {
    Gap::at(kind, Source::Encounters, &encounter.reference, "")
}
