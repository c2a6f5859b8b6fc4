//! The newest measurement of a kind: what it says of a limit, and how old it is.
//!
//! Measurements that no other is certainly later than are all the newest, and must agree. One that can't be compared (a share
//! instead of a count, a wide bound, words) never hides a known low value before it, and never lets a good one stand.

use jiff::Timestamp;

use crate::facts::concept::Coding;
use crate::facts::observation::{Observation, Value};
use crate::terminology::ValueSet;
use crate::{Chart, Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

/// A measurement with the first and the last instant that its date can mean.
#[derive(Clone, Copy, Debug)]
struct Dated<'c> {
    observation: &'c Observation,
    from: Timestamp,
    to: Timestamp,
}

impl Dated<'_> {
    fn is_below(&self, limit: f64, unit: &str) -> Verdict {
        match &self.observation.value {
            Value::Quantity(quantity) => quantity.is_below(limit, unit),
            _ => Verdict::Unknown,
        }
    }
}

/// The measurements of one kind that have a value.
#[derive(Clone, Debug)]
pub struct Measurements<'c> {
    all: Vec<Dated<'c>>,
    /// Those that only their words name.
    named: Vec<Dated<'c>>,
    /// Entries that may be such a measurement, with the last instant they can mean.
    vague: Vec<(Timestamp, Gap)>,
    /// The data did not come through.
    undelivered: Vec<Gap>,
}

/// What the newest measurement says of a limit.
#[derive(Clone, Debug)]
pub struct Level<'c> {
    /// Whether it is below the limit.
    pub judgement: Judgement,
    /// What decides; when nothing does, what can't be compared.
    pub newest: Vec<&'c Observation>,
    /// Whether a measurement is there that can't be compared, or contradicts another one: worth a question.
    pub is_unclear: bool,
}

impl Level<'_> {
    /// The value as a number in `unit`, with its bound: for a summary.
    #[must_use]
    pub fn value(&self, unit: &str) -> Option<String> {
        let quantity = self.newest.first()?.quantity()?;
        let number = (quantity.in_unit(unit)? * 1000.0).round() / 1000.0;
        let bound = match quantity.bound {
            crate::facts::quantity::Bound::Exactly => "",
            crate::facts::quantity::Bound::Below => "< ",
            crate::facts::quantity::Bound::Above => "> ",
            crate::facts::quantity::Bound::Unclear => "≈ ",
        };
        Some(format!("{bound}{number}"))
    }

    /// The judgement as a row shows it: where nothing was measured, nobody knows. `text` says so.
    pub fn row(&self, text: &'static str) -> Judgement {
        if self.newest.is_empty() && self.judgement.verdict() == Verdict::NotMet {
            return Judgement::unknown(vec![Gap::not_recorded(Source::Observations, text)]);
        }
        self.judgement.clone()
    }

    /// What a row shows in place of "not below" where nothing was measured: nobody knows. `text` says so.
    #[must_use]
    pub fn if_not_measured(&self, text: &'static str) -> Option<Judgement> {
        (self.newest.is_empty() && self.judgement.is_not_met())
            .then(|| Judgement::unknown(vec![Gap::not_recorded(Source::Observations, text)]))
    }

    /// When it was measured, if that is known.
    #[must_use]
    pub fn when(&self) -> Option<Moment> {
        self.newest.first()?.when
    }
}

impl Chart {
    /// The measurements of one kind up to now.
    #[must_use]
    pub fn measurements(&self, set: ValueSet) -> Measurements<'_> {
        let mut found = Measurements { all: Vec::new(), named: Vec::new(), vague: Vec::new(), undelivered: Vec::new() };
        for gap in self.sources.gaps_of(Source::Observations) {
            if gap.kind.is_delivery() {
                found.undelivered.push(gap);
            } else {
                found.vague.push((Timestamp::MAX, gap));
            }
        }
        for observation in &self.observations {
            let (from, to) = match &observation.when {
                Some(when) => self.as_of.span_of(when),
                None => (Timestamp::MIN, Timestamp::MAX),
            };
            let gap = |kind| Gap::at(kind, Source::Observations, &observation.reference, &observation.evidence().what);
            let is_future = observation.when.is_some_and(|when| when.after(&self.as_of.day()) == Verdict::Met);
            match (observation.concept.is(set), observation.standing, &observation.value) {
                (Verdict::NotMet, ..) => {}
                (Verdict::Unknown, ..) => {
                    if observation.concept.names_in_words(set) && !is_future {
                        found.named.push(Dated { observation, from, to });
                    }
                    found.vague.push((to, gap(observation.concept.gap_kind())));
                }
                // A measurement of the future has a wrong date.
                (Verdict::Met, Standing::Counts, _) if is_future => found.vague.push((to, gap(GapKind::Conflicting))),
                (Verdict::Met, Standing::Unclear(kind), _) => found.vague.push((to, gap(kind))),
                (Verdict::Met, Standing::Counts, Value::None | Value::Absent | Value::Unreadable) => {
                    found.vague.push((to, gap(GapKind::Unreadable)));
                }
                (Verdict::Met, Standing::Counts, _) => found.all.push(Dated { observation, from, to }),
            }
        }
        found
    }
}

impl<'c> Measurements<'c> {
    /// Whether the newest one is below `limit` `unit`. `bound_text` says that a bound does not settle it.
    #[must_use]
    pub fn below(&self, limit: f64, unit: &str, bound_text: &'static str) -> Level<'c> {
        let verdict = |dated: &Dated<'_>| dated.is_below(limit, unit);
        let (unsettled, settled): (Vec<Dated<'_>>, Vec<Dated<'_>>) =
            self.all.iter().partition(|dated| verdict(dated) == Verdict::Unknown);
        let latest = latest(&settled);
        let evidence = || latest.iter().map(|dated| dated.observation.evidence()).collect::<Vec<_>>();
        let newest: Vec<&Observation> = latest.iter().map(|dated| dated.observation).collect();
        let low = latest.iter().filter(|dated| verdict(dated) == Verdict::Met).count();
        if low > 0 && low == latest.len() {
            return Level { judgement: Judgement::met(evidence()), newest, is_unclear: false };
        }
        if low > 0 {
            let gaps = latest.iter().map(|dated| at(dated.observation, GapKind::ImpreciseDate)).collect();
            return Level { judgement: Judgement::unknown(gaps), newest, is_unclear: true };
        }
        let since = latest.iter().map(|dated| dated.from).max();
        let is_newer = |to: Timestamp| since.is_none_or(|since| to > since);
        // What only words name decides nothing; a low value is asked about.
        let named = self.named.iter().filter(|dated| verdict(dated) == Verdict::Met).copied();
        let unsettled: Vec<Dated<'_>> = unsettled.into_iter().chain(named).filter(|of| is_newer(of.to)).collect();
        let mut gaps = self.undelivered.clone();
        for dated in &unsettled {
            let observation = dated.observation;
            add_gaps(
                &mut gaps,
                [match &observation.value {
                    _ if observation.concept.coding != Coding::Known => at(observation, observation.concept.gap_kind()),
                    Value::Quantity(quantity) if quantity.in_unit(unit).is_some() => {
                        at(observation, GapKind::NotRecorded).said_as(bound_text)
                    }
                    Value::Quantity(_) => at(observation, GapKind::WrongUnit),
                    _ => at(observation, observation.why_no_number().unwrap_or(GapKind::Unreadable)),
                }],
            );
        }
        add_gaps(&mut gaps, self.vague.iter().filter(|(to, _)| is_newer(*to)).map(|(_, gap)| gap.clone()));
        let judgement = if gaps.is_empty() { Judgement::not_met(evidence()) } else { Judgement::unknown(gaps) };
        let newest = if newest.is_empty() || !unsettled.is_empty() {
            unsettled.iter().map(|dated| dated.observation).collect()
        } else {
            newest
        };
        Level { judgement, newest, is_unclear: !unsettled.is_empty() }
    }

    /// Whether the one before the newest was below `limit` `unit`, too, and not more than `days` before it: what is low is then
    /// no news. Known only where both have a value and a date that tell; else it is news.
    #[must_use]
    pub fn was_below(&self, limit: f64, unit: &str, days: i32) -> bool {
        let is_low = |dated: &Dated<'_>| dated.is_below(limit, unit) == Verdict::Met;
        let settled = self.all.iter().filter(|dated| dated.is_below(limit, unit) != Verdict::Unknown).copied();
        let settled: Vec<Dated<'_>> = settled.collect();
        let Some(since) = latest(&settled).iter().map(|dated| dated.from).min() else { return false };
        let earlier: Vec<Dated<'_>> = settled.iter().filter(|dated| dated.to < since).copied().collect();
        let before = latest(&earlier);
        let is_near = |dated: &Dated<'_>| since.duration_since(dated.from).as_hours() <= i64::from(days) * 24;
        !before.is_empty() && before.iter().all(|dated| is_low(dated) && is_near(dated))
    }

    /// Whether one of them is recent. What is not recent is shown: the newest one.
    pub fn recent(&self, is_recent: impl Fn(&Moment) -> Verdict) -> Judgement {
        let verdict = |dated: &Dated<'_>| dated.observation.when.as_ref().map_or(Verdict::Unknown, &is_recent);
        let newest = latest(&self.all);
        if let Some(recent) = newest.iter().find(|dated| verdict(dated) == Verdict::Met) {
            return Judgement::met(vec![recent.observation.evidence()]);
        }
        let mut gaps = self.undelivered.clone();
        let undecided = self.all.iter().filter(|dated| verdict(dated) == Verdict::Unknown);
        add_gaps(&mut gaps, undecided.map(|dated| at(dated.observation, GapKind::ImpreciseDate)));
        add_gaps(&mut gaps, self.vague.iter().map(|(_, gap)| gap.clone()));
        if gaps.is_empty() {
            Judgement::not_met(newest.iter().map(|dated| dated.observation.evidence()).collect())
        } else {
            Judgement::unknown(gaps)
        }
    }

    /// Whether the data did not come through.
    #[must_use]
    pub fn is_undelivered(&self) -> bool {
        !self.undelivered.is_empty()
    }

    /// Whether there is none with a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// Those that no other is certainly later than.
fn latest<'c>(all: &[Dated<'c>]) -> Vec<Dated<'c>> {
    let Some(since) = all.iter().map(|dated| dated.from).max() else { return Vec::new() };
    all.iter().filter(|dated| dated.to >= since).copied().collect()
}

fn at(observation: &Observation, kind: GapKind) -> Gap {
    Gap::at(kind, Source::Observations, &observation.reference, &observation.evidence().what)
}
