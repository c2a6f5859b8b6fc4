//! Temperature, blood pressure, saturation, oxygen: what was measured in the last hours, against a limit.

use crate::facts::concept::Concept;
use crate::facts::observation::{Observation, Value};
use crate::facts::plausible;
use crate::facts::quantity::{Bound, Quantity};
use crate::terminology::ValueSet;
use crate::{Chart, Evidence, Found, Gap, GapKind, Judgement, Moment, Source, Verdict, add_gaps};

/// A limit with its unit (UCUM).
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// This much or more.
    AtLeast(f64, &'static str),
    /// More than this.
    Above(f64, &'static str),
    /// Less than this.
    Below(f64, &'static str),
}

impl Limit {
    fn unit(self) -> &'static str {
        match self {
            Self::AtLeast(_, unit) | Self::Above(_, unit) | Self::Below(_, unit) => unit,
        }
    }

    /// Whether a value is beyond the limit.
    pub fn holds(self, value: &Quantity) -> Verdict {
        match self {
            Self::AtLeast(limit, unit) => value.is_at_least(limit, unit),
            Self::Above(limit, unit) => value.is_above(limit, unit),
            Self::Below(limit, unit) => value.is_below(limit, unit),
        }
    }

    /// Whether a value may be beyond the limit: it is, or its bound leaves it open, or its number would be in the unit of
    /// the limit (a temperature also in degrees Fahrenheit) while its own unit can't be compared.
    #[must_use]
    pub fn may_hold(self, value: &Quantity, of: &Concept) -> bool {
        if value.in_unit(self.unit()).is_some() {
            return self.holds(value) != Verdict::NotMet;
        }
        let read_in = |unit: &str| Quantity { unit: unit.to_owned(), ..value.clone() };
        let units = [self.unit(), if self.unit() == "Cel" { "[degF]" } else { self.unit() }];
        units.into_iter().map(read_in).any(|read| self.holds(&read) != Verdict::NotMet && is_possible(of, read))
    }
}

/// Whether a number of this unit can be a measurement of this kind.
fn is_possible(of: &Concept, read: Quantity) -> bool {
    matches!(plausible::value(of, read), Value::Quantity(_))
}

/// A measurement that is, or may be, of the time asked for.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'c> {
    /// The measurement.
    pub observation: &'c Observation,
    /// Whether it is of that time; never a known no.
    pub timely: Verdict,
    /// Whether a code says what was measured. Words alone decide nothing; a value beyond a limit is asked about.
    is_coded: bool,
}

impl Reading<'_> {
    /// A gap at this measurement.
    #[must_use]
    pub fn gap(&self, kind: GapKind) -> Gap {
        let evidence = self.observation.evidence();
        Gap::at(kind, Source::Observations, &evidence.reference, &evidence.what)
    }

    /// Whether its value is beyond a limit.
    pub fn exceeds(&self, limit: Limit) -> Judgement {
        if !self.is_coded {
            return Judgement::unknown(vec![self.gap(self.observation.concept.gap_kind())]);
        }
        let Some(value) = self.observation.quantity() else {
            let kind = self.observation.why_no_number().unwrap_or(GapKind::Unreadable);
            return Judgement::unknown(vec![self.gap(kind)]);
        };
        match limit.holds(value) {
            Verdict::Met => Judgement::met(vec![self.observation.evidence()]),
            Verdict::NotMet => Judgement::not_met(vec![self.observation.evidence()]),
            Verdict::Unknown if value.bound == Bound::Exactly => Judgement::unknown(vec![self.gap(GapKind::WrongUnit)]),
            Verdict::Unknown => Judgement::unknown(vec![self.gap(GapKind::NotRecorded)]),
        }
    }

    /// Whether it is of the time asked for.
    pub fn is_timely(&self) -> Judgement {
        match self.timely {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => Judgement::unknown(vec![self.gap(GapKind::ImpreciseDate)]),
        }
    }

    /// Whether its value may be beyond a limit: a value that is no number, or an impossible one, may, and one that is
    /// only said to be too high or too low. A measurement without any value is no other reason to ask.
    #[must_use]
    pub fn may_exceed(&self, limit: Limit) -> bool {
        match self.observation.quantity() {
            Some(value) => limit.may_hold(value, &self.observation.concept),
            None if !self.is_coded => false,
            None => self.observation.has_value() || self.is_flagged(limit),
        }
    }

    /// Whether the interpretation says that it is beyond its own limits, on the side of this one.
    fn is_flagged(&self, limit: Limit) -> bool {
        let side = match limit {
            Limit::Below(..) => ValueSet::RESULT_LOW,
            Limit::AtLeast(..) | Limit::Above(..) => ValueSet::RESULT_HIGH,
        };
        [side, ValueSet::RESULT_ABNORMAL].into_iter().any(|set| self.observation.is_interpreted_as(set))
    }
}

/// The measurements of some hours, and why there may be more.
#[derive(Clone, Debug)]
pub struct Readings<'c> {
    /// The measurements.
    pub items: Vec<Reading<'c>>,
    /// Why there may be more.
    pub gaps: Vec<Gap>,
}

impl Readings<'_> {
    /// A zero that no patient has stands for "nothing measured": monitors write it when a probe comes off. Beside a
    /// measurement of the same kind it says nothing; alone, it is the answer, and it is asked about.
    fn leave_out_zeros(&mut self) {
        let is_zero =
            |observation: &Observation| matches!(&observation.value, Value::Impossible(value) if value.number == 0.0);
        if self.items.iter().any(|reading| reading.observation.quantity().is_some()) {
            self.items.retain(|reading| !is_zero(reading.observation));
        }
    }

    /// Whether one of them is beyond a limit; the worst comes first.
    pub fn exceed(&self, limit: Limit) -> Judgement {
        let number = |reading: &Reading<'_>| {
            let number = reading.observation.quantity().and_then(|value| value.in_unit(limit.unit())).unwrap_or(0.0);
            if matches!(limit, Limit::Below(..)) { number } else { -number }
        };
        let mut items: Vec<&Reading<'_>> = self.items.iter().collect();
        items.sort_by(|left, right| number(left).total_cmp(&number(right)));
        let nothing = Judgement::found(Vec::new(), self.gaps.clone());
        let of = |reading: &Reading<'_>| reading.exceeds(limit).and(reading.is_timely());
        let judgement = items.iter().fold(nothing, |all, reading| all.or(of(reading)));
        if !judgement.is_unknown() {
            return judgement;
        }
        // What leaves it open does not hide what was measured.
        let measured = items.iter().map(|reading| of(reading)).filter(Judgement::is_not_met);
        let measured: Vec<Evidence> = measured.flat_map(|within| within.evidence().to_vec()).collect();
        judgement.with_evidence(measured)
    }

    /// The worst value beyond a limit, as a clinician writes it.
    #[must_use]
    pub fn worst(&self, limit: Limit) -> Option<String> {
        let judgement = self.exceed(limit);
        let reference = match judgement.verdict() {
            Verdict::Met => judgement.evidence().first()?.what.clone(),
            Verdict::NotMet | Verdict::Unknown => return None,
        };
        let found = self.items.iter().find(|reading| reading.observation.evidence().what == reference)?;
        found.observation.quantity().map(Quantity::text)
    }

    /// Whether a measurement that can't be judged may be beyond a limit.
    #[must_use]
    pub fn leave_open(&self, limit: Limit) -> bool {
        self.items.iter().any(|reading| {
            reading.exceeds(limit).and(reading.is_timely()).verdict() == Verdict::Unknown && reading.may_exceed(limit)
        })
    }

    /// Whether there is a value that can be compared with a limit, certainly of that time.
    #[must_use]
    pub fn settle(&self, limit: Limit) -> bool {
        self.items
            .iter()
            .any(|reading| reading.timely == Verdict::Met && reading.exceeds(limit).verdict() != Verdict::Unknown)
    }
}

impl Chart {
    /// The measurements in `set` of the last `hours` hours, not before `since`.
    #[must_use]
    pub fn readings(&self, set: ValueSet, hours: i32, since: Option<&Moment>) -> Readings<'_> {
        let Found { items, gaps } = self.observations(set);
        let mut readings = Readings { items: Vec::new(), gaps };
        let is_named = |observation: &&Observation| observation.concept.names_in_words(set);
        let named: Vec<&Observation> = self.observations.iter().filter(is_named).collect();
        let is_of_named = |gap: &Gap| named.iter().any(|of| gap.reference.as_deref() == Some(of.reference.as_str()));
        readings.gaps.retain(|gap| !is_of_named(gap));
        for (observation, is_coded) in
            items.into_iter().map(|of| (of, true)).chain(named.into_iter().map(|of| (of, false)))
        {
            let timely = observation.when.map_or(Verdict::Unknown, |when| {
                self.happened_within_hours(&when, hours).and(self.not_before(&when, since))
            });
            if timely != Verdict::NotMet {
                readings.items.push(Reading { observation, timely, is_coded });
            }
        }
        readings.leave_out_zeros();
        readings
    }

    /// Whether something that happened lies within the last `hours` hours. It did not happen in the future: a date of today
    /// without a time is of the hours up to now.
    pub fn happened_within_hours(&self, moment: &Moment, hours: i32) -> Verdict {
        let (from, _) = self.as_of.span_of(moment);
        let today = moment.exact_day() == Some(self.as_of.date) && moment.instant.is_none();
        let start = self.as_of.instant - jiff::SignedDuration::from_hours(i64::from(hours));
        if today && from >= start { Verdict::Met } else { self.within_hours(moment, hours) }
    }

    /// Whether something did not happen before `since`: by the clock when both have a time, else by the day.
    pub fn not_before(&self, moment: &Moment, since: Option<&Moment>) -> Verdict {
        let Some(since) = since else { return Verdict::Met };
        match (moment.instant, since.instant) {
            (Some(moment), Some(since)) if moment >= since => Verdict::Met,
            (Some(_), Some(_)) => Verdict::NotMet,
            // Some time of the very day of the infusion: it can't be told.
            (None, Some(_)) if moment.exact_day().is_some() && moment.exact_day() == since.exact_day() => {
                Verdict::Unknown
            }
            _ => moment.on_or_after(since),
        }
    }

    /// Whether something that runs from `start` to `end` (`None`: it runs on, when `running`) was running in the last
    /// `hours` hours, having begun not before `since`.
    pub fn ran_within_hours(
        &self,
        start: Option<Moment>,
        end: Option<Moment>,
        running: bool,
        hours: i32,
        since: Option<&Moment>,
    ) -> Verdict {
        let began = start.map_or(Verdict::Unknown, |start| {
            let (from, to) = self.as_of.span_of(&start);
            let by_now = if to <= self.as_of.instant || start.exact_day() == Some(self.as_of.date) && from != to {
                Verdict::Met
            } else if from > self.as_of.instant {
                Verdict::NotMet
            } else {
                Verdict::Unknown
            };
            by_now.and(self.not_before(&start, since))
        });
        let lasted = match (running, end) {
            (true, _) => Verdict::Met,
            (false, Some(end)) => {
                let first = self.as_of.instant - jiff::SignedDuration::from_hours(i64::from(hours));
                let (from, to) = self.as_of.span_of(&end);
                match (from >= first, to < first) {
                    (true, _) => Verdict::Met,
                    (_, true) => Verdict::NotMet,
                    _ => Verdict::Unknown,
                }
            }
            (false, None) => {
                let recent = start.map_or(Verdict::Unknown, |start| self.happened_within_hours(&start, hours));
                // It began earlier and ended at a time that is not recorded.
                if recent == Verdict::Met { Verdict::Met } else { Verdict::Unknown }
            }
        };
        began.and(lasted)
    }
}

/// Evidence and gaps of a search that is filtered by time.
#[derive(Debug, Default)]
pub struct Timely {
    /// What counts.
    pub evidence: Vec<Evidence>,
    /// What may count.
    pub gaps: Vec<Gap>,
    /// Whether an entry may count whose time does not tell: worth a question.
    pub is_open: bool,
}

impl Timely {
    /// Adds one finding by whether it is of the time asked for.
    pub fn weigh(&mut self, timely: Verdict, evidence: Evidence, source: Source) {
        match timely {
            Verdict::Met => self.evidence.push(evidence),
            Verdict::NotMet => {}
            Verdict::Unknown => {
                self.is_open = true;
                let gap = Gap::at(GapKind::ImpreciseDate, source, &evidence.reference, &evidence.what);
                add_gaps(&mut self.gaps, [gap]);
            }
        }
    }

    /// Whether something counts.
    pub fn judgement(&self) -> Judgement {
        Judgement::found(self.evidence.clone(), self.gaps.clone())
    }
}

/// A gap for a sign that was not measured in the time asked for.
#[must_use]
pub fn not_measured() -> Gap {
    Gap::not_recorded(Source::Observations, "gap-not-measured")
}
