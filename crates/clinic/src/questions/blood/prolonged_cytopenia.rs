//! Low counts that go on after CAR-T, by the series of counts: for how long, and of which grade of haematotoxicity (ICAHT).
//!
//! A day is low when a count says so. A day between two low counts is low when there is no other count between them and they are
//! no more than a few days apart; a recovery of a day or two is none. What nobody counted is not added: the days, and so the
//! grade, are at least what is said.

use std::collections::{BTreeMap, BTreeSet};

use crate::numbers::{self, Number};
use crate::questions::Case;
use crate::questions::blood::count::Count;
use crate::questions::therapy::window::Place;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Source, Verdict, add_gaps};

/// The rule that shows it.
pub const PROLONGED_CYTOPENIA_RULE: &str = "prolonged-cytopenia-after-car-t";

/// So many counts show that a low one was no dip: "nontransient", two or more laboratory tests (ICAHT-003, ICAHT-006).
const NOT_TRANSIENT: usize = 2;

/// The grades from severe on.
const SEVERE: i32 = 3;
const HIGHEST: i32 = 4;

/// Severe haematotoxicity of one kind of cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Severe {
    /// The grade, at least.
    pub grade: i32,
    /// The days on which the count was as low as the scale asks, added up, at least.
    pub days: i32,
}

/// The counts of one kind of blood cell after CAR-T.
#[derive(Clone, Debug)]
pub struct Course {
    /// Whether the toxicity is severe, and the newest count is still low.
    pub judgement: Judgement,
    /// What the counts show, where it is severe.
    pub severe: Option<Severe>,
}

/// The counts after CAR-T.
#[derive(Clone, Debug)]
pub struct ProlongedCytopenia {
    /// Whether CAR-T was given so lately that its haematotoxicity is graded.
    pub window: Judgement,
    /// Where today lies in that time by the infusion on record.
    pub place: Place,
    /// Neutrophils.
    pub neutrophils: Course,
    /// Platelets.
    pub platelets: Course,
    /// Whether the rule on it has something to show.
    pub is_shown: bool,
}

/// How the counts of one kind of cell are graded.
struct Scale {
    set: ValueSet,
    /// Low for long is severe.
    low: &'static Number,
    /// Lower than that is severe after a shorter time.
    very_low: &'static Number,
    /// A count that is the limit itself is low; days do not add up over several stretches; two late counts are enough for the
    /// highest grade. Not so of platelets.
    is_of_neutrophils: bool,
}

const NEUTROPHILS: Scale = Scale {
    set: ValueSet::NEUTROPHIL_COUNT,
    low: &numbers::ICAHT_NEUTROPHILS,
    very_low: &numbers::ICAHT_VERY_LOW_NEUTROPHILS,
    is_of_neutrophils: true,
};

/// Above this limit the scale of platelets stops at grade 2.
const PLATELETS: Scale = Scale {
    set: ValueSet::PLATELET_COUNT,
    low: &numbers::ICAHT_PLATELETS,
    very_low: &numbers::ICAHT_PLATELETS,
    is_of_neutrophils: false,
};

/// The unit of the limits.
const UNIT: &str = "10*9/L";

/// A count with the days after the infusion on which it may have been taken.
struct Taken<'c> {
    first: i32,
    last: i32,
    observation: &'c Observation,
}

/// The stretches of days on which the counts were low.
struct Stretches(Vec<(i32, i32)>);

impl Stretches {
    /// The days of the longest one.
    fn longest(&self) -> i32 {
        self.0.iter().map(|(from, to)| to - from + 1).max().unwrap_or_default()
    }

    /// The days of all of them.
    fn total(&self) -> i32 {
        self.0.iter().map(|(from, to)| to - from + 1).sum()
    }
}

impl Scale {
    /// Whether a count is as low as a limit asks. What can't be compared may be.
    fn is_low(&self, observation: &Observation, limit: f64) -> Verdict {
        match &observation.value {
            Value::Quantity(count) if self.is_of_neutrophils => !count.is_above(limit, UNIT),
            Value::Quantity(count) => count.is_below(limit, UNIT),
            _ => Verdict::Unknown,
        }
    }
}

impl Case<'_> {
    /// Severe haematotoxicity after CAR-T, by the counts.
    #[must_use]
    pub fn prolonged_cytopenia(&self) -> &ProlongedCytopenia {
        self.once(&self.answers.prolonged_cytopenia, || {
            let history = self.car_t_history();
            let window = self.window(history, &self.as_of.day(), &numbers::ICAHT_LATE_DAYS, "gap-infusion-date");
            let t0 = history.t0().filter(|t0| t0.exact_day().is_some());
            let neutrophils = self.course(&NEUTROPHILS, t0.as_ref(), &self.neutrophils());
            let platelets = self.course(&PLATELETS, t0.as_ref(), &self.platelets());
            let is_severe = neutrophils.judgement.is_met() || platelets.judgement.is_met();
            let is_shown = is_severe && history.judgement.is_met() && window.place != Place::Outside;
            ProlongedCytopenia { window: window.judgement, place: window.place, neutrophils, platelets, is_shown }
        })
    }

    /// Whether the counts are shown by the rule on prolonged cytopenia, which says all that others would say of them.
    #[must_use]
    pub fn leaves_counts_to_prolonged_cytopenia(&self) -> bool {
        self.also_asks(PROLONGED_CYTOPENIA_RULE) && self.prolonged_cytopenia().is_shown
    }

    /// The counts of one kind of cell since the infusion; of one without a day, those of as many days as are graded at all.
    fn course(&self, scale: &Scale, t0: Option<&Moment>, newest: &Count<'_>) -> Course {
        let last = self.whole(&numbers::ICAHT_LATE_DAYS);
        let start = t0.copied().unwrap_or_else(|| self.as_of.day().plus_days(-last));
        let found = self.observations(scale.set);
        let mut gaps = found.gaps;
        let mut taken: Vec<Taken<'_>> = Vec::new();
        for observation in found.items {
            let Some(when) = observation.when else {
                add_gaps(&mut gaps, [observation.evidence().gap(GapKind::ImpreciseDate)]);
                continue;
            };
            let day = |day| start.days_until(&Moment::on(day));
            let (from, to) = (day(when.first), day(when.last));
            if to >= 0 && from <= last && when.after(&self.as_of.day()) != Verdict::Met {
                taken.push(Taken { first: from, last: to, observation });
            }
        }
        let severe = self.severe(scale, &taken, t0.is_some(), Verdict::Met);
        let judgement = match severe {
            Some(_) => Judgement::met(self.first_low(scale, &taken).into_iter().collect()),
            // Counts that can't be compared, or placed, may be low ones.
            None if self.severe(scale, &taken, t0.is_some(), Verdict::Unknown).is_some() => {
                add_gaps(&mut gaps, [Gap::not_recorded(Source::Observations, "gap-unclear-counts")]);
                Judgement::unknown(gaps)
            }
            None => Judgement::found(Vec::new(), gaps),
        };
        Course { judgement: judgement.and(still_low(newest)), severe }
    }

    /// The grade that the counts make, if it is severe. `least` is how sure a low count must be. Where the day of the infusion is
    /// not known the first month can't be told from what follows, and only what lasts is severe.
    fn severe(&self, scale: &Scale, taken: &[Taken<'_>], is_dated: bool, least: Verdict) -> Option<Severe> {
        let early = self.whole(&numbers::ICAHT_EARLY_DAYS);
        let stretches = |number, is_late: Option<bool>| {
            // A count that is not dated to the day may be of either phase.
            let of_phase = |count: &&Taken<'_>| match is_late {
                None => true,
                Some(true) => count.last > early,
                Some(false) => count.first <= early,
            };
            self.stretches(scale, taken.iter().filter(of_phase), self.value(number), least)
        };
        let lasting = |days: &Stretches| if scale.is_of_neutrophils { days.longest() } else { days.total() };
        let first_month = is_dated.then_some(false);
        let (low, very_low) = (stretches(scale.low, first_month), stretches(scale.very_low, first_month));
        let (for_long, for_shorter) = (self.whole(&numbers::ICAHT_LOW_DAYS), self.whole(&numbers::ICAHT_VERY_LOW_DAYS));
        let is_long = lasting(&low) >= for_long || lasting(&very_low) >= for_shorter;
        let highest = self.whole(&numbers::ICAHT_HIGHEST_DAYS);
        let mut grade = match is_long {
            true if lasting(&very_low) >= highest => HIGHEST,
            true => SEVERE,
            false => 0,
        };
        // Of an infusion without a day any count may be a late one.
        if is_dated || least == Verdict::Unknown {
            let counts = |number| {
                let limit = self.value(number);
                let late = taken.iter().filter(|count| !is_dated || count.last > early);
                let low = late.filter(|count| is_at_least(scale.is_low(count.observation, limit), least));
                let dated = low.filter(|count| least == Verdict::Unknown || count.first == count.last);
                dated.map(|count| (count.first, count.last)).collect::<BTreeSet<(i32, i32)>>().len()
            };
            let is_highest = if scale.is_of_neutrophils {
                counts(scale.very_low) >= NOT_TRANSIENT
            } else {
                stretches(scale.very_low, Some(true)).total() >= highest
            };
            if counts(scale.low) >= NOT_TRANSIENT {
                grade = grade.max(if is_highest { HIGHEST } else { SEVERE });
            }
        }
        (grade >= SEVERE).then(|| Severe { grade, days: stretches(scale.low, None).total() })
    }

    /// The stretches of days on which the counts were as low as `limit`.
    fn stretches<'t>(
        &self,
        scale: &Scale,
        taken: impl Iterator<Item = &'t Taken<'t>>,
        limit: f64,
        least: Verdict,
    ) -> Stretches {
        // Of several counts on one day the lowest decides.
        let mut days: BTreeMap<i32, bool> = BTreeMap::new();
        for count in taken {
            let verdict = scale.is_low(count.observation, limit);
            match (is_at_least(verdict, least), count.first == count.last) {
                (true, true) => drop(days.insert(count.last, true)),
                // A count without a day may be of any of them.
                (true, false) if least == Verdict::Unknown => {
                    let span = count.first.max(0)..=count.last.min(self.whole(&numbers::ICAHT_LATE_DAYS));
                    days.extend(span.map(|day| (day, true)));
                }
                (false, true) if verdict == Verdict::NotMet => drop(days.entry(count.last).or_insert(false)),
                _ => {}
            }
        }
        let (bridged, recovery) = (self.whole(&numbers::ICAHT_BRIDGED_DAYS), self.whole(&numbers::ICAHT_RECOVERY_DAYS));
        let mut stretches: Vec<(i32, i32)> = Vec::new();
        let mut is_interrupted = false;
        for (day, is_low) in days {
            if !is_low {
                is_interrupted = true;
                continue;
            }
            match stretches.last_mut() {
                Some((_, to)) if is_joined(day - *to - 1, is_interrupted, bridged, recovery) => *to = day,
                _ => stretches.push((day, day)),
            }
            is_interrupted = false;
        }
        Stretches(stretches)
    }

    /// The first low count, as evidence.
    fn first_low(&self, scale: &Scale, taken: &[Taken<'_>]) -> Option<cellwise_record::Evidence> {
        let limit = self.value(scale.low);
        let low = taken.iter().filter(|count| scale.is_low(count.observation, limit) == Verdict::Met);
        low.min_by_key(|count| (count.last, count.first)).map(|count| count.observation.evidence())
    }
}

/// Whether a verdict is met, or, where it need not be sure, may be.
fn is_at_least(verdict: Verdict, least: Verdict) -> bool {
    verdict == Verdict::Met || verdict == Verdict::Unknown && least == Verdict::Unknown
}

/// Whether two low days with so many days between them belong to one stretch: days without a count, no more than may be bridged,
/// or a recovery that is none yet.
fn is_joined(between: i32, is_interrupted: bool, bridged: i32, recovery: i32) -> bool {
    if is_interrupted { between < recovery } else { between <= bridged }
}

/// Whether the newest count is low, and recent enough to say so of today.
fn still_low(newest: &Count<'_>) -> Judgement {
    let level = newest.level.judgement.clone();
    match newest.recent.verdict() {
        Verdict::NotMet if level.is_met() => {
            Judgement::unknown(vec![Gap::not_recorded(Source::Observations, "gap-not-counted-lately")])
        }
        Verdict::Unknown => level.and(newest.recent.clone()),
        Verdict::Met | Verdict::NotMet => level,
    }
}
