//! Windows after a cell therapy: whether a day lies in the first weeks, months or years after t0.

use crate::numbers::Number;
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::therapy::history::{Certainty, EPISODE_DAYS, TherapyEvent, TherapyHistory};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::UseKind;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

/// Where a day lies, as far as the record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the window.
    Inside,
    /// Perhaps: the infusion is dated too coarsely.
    Straddles,
    /// After it.
    Outside,
    /// No infusion with a date.
    Undated,
}

/// A window after a therapy.
#[derive(Clone, Debug)]
pub struct Window {
    /// Where the day lies by what is on record.
    pub place: Place,
    /// The same with what may be hidden: another infusion in data that was not sent, an infusion without a date.
    pub judgement: Judgement,
}

impl Case<'_> {
    /// Whether `day` lies on or before the last day of a window after the therapy; `span` is how long it is.
    /// `undated` is the text of the gap that an infusion without a date leaves.
    #[must_use]
    pub fn window(
        &self,
        history: &TherapyHistory,
        day: &Moment,
        span: &'static Number,
        undated: &'static str,
    ) -> Window {
        let hidden = self.hidden_infusions();
        let without_date = || Gap::not_recorded(Source::Procedures, undated);
        let Some(t0) = history.t0() else {
            let judgement = match history.judgement.verdict() {
                Verdict::Met => Judgement::unknown([vec![without_date()], hidden].concat()),
                _ => history.judgement.clone(),
            };
            return Window { place: Place::Undated, judgement };
        };
        let first = history.events.iter().filter(|event| event.date == Some(t0));
        let evidence: Vec<_> = first.clone().map(|event| event.evidence.clone()).collect();
        match day.on_or_before(&self.last_day(&t0, span)) {
            Verdict::Met => {
                // An infusion that is hidden may be the first of the same episode.
                let earliest = t0.plus_days(-EPISODE_DAYS);
                let is_sure = hidden.is_empty() || day.on_or_before(&self.later(&earliest, span)) == Verdict::Met;
                let judgement =
                    if is_sure { Judgement::met(evidence) } else { Judgement::unknown(hidden).with_evidence(evidence) };
                Window { place: Place::Inside, judgement }
            }
            Verdict::Unknown => {
                let mut gaps: Vec<Gap> = first
                    .map(|event| {
                        let source = event.evidence.source;
                        Gap::at(GapKind::ImpreciseDate, source, &event.evidence.reference, &event.evidence.what)
                    })
                    .collect();
                add_gaps(&mut gaps, hidden);
                Window { place: Place::Straddles, judgement: Judgement::unknown(gaps) }
            }
            Verdict::NotMet => {
                // A history code has no date by nature; an infusion without one may be a later one.
                let mut gaps = hidden;
                if history
                    .events
                    .iter()
                    .any(|event| event.date.is_none() && event.evidence.source != Source::Conditions)
                {
                    add_gaps(&mut gaps, [without_date()]);
                }
                let judgement = if gaps.is_empty() { Judgement::not_met(evidence) } else { Judgement::unknown(gaps) };
                Window { place: Place::Outside, judgement }
            }
        }
    }

    /// Whether the time after a therapy in which something is looked for still lasts: no, when the therapy is known to be
    /// longer ago than the span of a number, and no later one with cells that `is_of` names can be hidden. A therapy without
    /// a date excludes nothing.
    pub fn lasts(&self, history: &TherapyHistory, is_of: impl Fn(Cells) -> bool, span: &'static Number) -> Judgement {
        let window = self.window(history, &self.as_of.day(), span, "gap-infusion-date");
        match window.place {
            Place::Inside | Place::Undated => Judgement::met(Vec::new()),
            Place::Straddles | Place::Outside => {
                let later = history.t0().map(|t0| self.unclear_therapies_after(&t0, is_of)).unwrap_or_default();
                window.judgement.or(Judgement::found(Vec::new(), later))
            }
        }
    }

    /// A stem cell transplantation of any kind in history, read like [`Case::car_t_history`]: done, given, used, or a status
    /// code; else a completed order. A status that says only "transplanted" leaves it open.
    #[must_use]
    pub fn transplantation_in_past(&self) -> &TherapyHistory {
        self.once(&self.answers.transplantation, || {
            let set = ValueSet::STEM_CELL_TRANSPLANTATION;
            let mut history = self.transplantation_history(set);
            // A status code says that it happened, not when.
            let statuses = self.conditions(set);
            if !statuses.items.is_empty() {
                history.events.retain(|event| event.certainty == Certainty::Recorded);
            }
            history.events.extend(statuses.items.iter().map(|status| TherapyEvent {
                date: None,
                certainty: Certainty::Recorded,
                evidence: status.evidence(),
            }));
            let of_what = self.conditions(ValueSet::OTHER_TRANSPLANT_STATUS).items;
            let of_what = of_what.into_iter().map(|status| status.evidence().gap(GapKind::NotRecorded)).collect();
            let mut of_what: Vec<Gap> = of_what;
            add_gaps(&mut of_what, self.unclear_entries(&[ValueSet::OTHER_TRANSPLANT_STATUS]));
            let of_status = statuses.exists(Condition::evidence).or(Judgement::found(Vec::new(), of_what));
            history.judgement = history.judgement.or(of_status);
            self.settled(history, &[set], "stem-cell-transplantation")
        })
    }

    /// A history with only those gaps that may hide the therapy: of entries without a usable code those whose words speak of
    /// it, as nearly every record has some without; a coded entry that may not count always leaves it open.
    pub(in crate::questions) fn settled(
        &self,
        mut history: TherapyHistory,
        sets: &[ValueSet],
        hint: &str,
    ) -> TherapyHistory {
        if !history.judgement.is_unknown() {
            return history;
        }
        let (uncoded, others): (Vec<Gap>, Vec<Gap>) =
            history.judgement.gaps().iter().cloned().partition(|gap| gap.kind == GapKind::Uncoded);
        // First: many entries without a code must not crowd them out.
        let mut kept = self.unclear_entries(sets);
        add_gaps(&mut kept, others);
        let speaks = |text: &str| self.mentions(hint, text);
        if self.says_in_words(speaks) {
            let named = |gap: &&Gap| gap.what.as_deref().is_some_and(speaks);
            // Among very many, those that speak may have been left out.
            let is_any_named = uncoded.iter().any(|gap| named(&gap));
            add_gaps(&mut kept, uncoded.iter().filter(|gap| !is_any_named || named(gap)).cloned());
        }
        history.judgement = Judgement::found(Vec::new(), kept);
        history
    }

    /// Entries with a code of one of these sets, of which it can't be told whether they count.
    #[must_use]
    pub fn unclear_entries(&self, sets: &[ValueSet]) -> Vec<Gap> {
        let gap = |standing, source, reference: &str, concept: &Concept| match standing {
            Standing::Unclear(kind) => Some(Gap::at(kind, source, reference, &concept.text)),
            Standing::Counts => None,
        };
        let is_of = |concept: &Concept| sets.iter().any(|set| concept.is(*set) == Verdict::Met);
        let conditions = self
            .conditions
            .iter()
            .filter(|condition| is_of(&condition.concept))
            .filter_map(|of| gap(of.standing, Source::Conditions, &of.reference, &of.concept));
        let procedures = self
            .procedures
            .iter()
            .filter(|act| is_of(&act.concept))
            .filter_map(|of| gap(of.standing, Source::Procedures, &of.reference, &of.concept));
        let uses = self
            .medications
            .iter()
            .filter(|usage| usage.kind != UseKind::Prescribed)
            .filter(|usage| sets.iter().any(|set| usage.concept.is_drug(*set) == Verdict::Met))
            .filter_map(|of| gap(of.standing, of.source(), &of.reference, &of.concept));
        let mut gaps = Vec::new();
        add_gaps(&mut gaps, procedures.chain(uses).chain(conditions));
        gaps
    }

    /// Whether `days` days have passed since t0, the infusion's day not counted. Without a date they have: an infusion that
    /// is on record happened. An infusion that is hidden may have been earlier.
    pub fn days_passed(&self, history: &TherapyHistory, days: i32) -> Judgement {
        let first = history.t0().and_then(|t0| Some((t0, history.events.iter().find(|event| event.date == Some(t0))?)));
        let Some((t0, event)) = first else { return Judgement::met(Vec::new()) };
        match self.as_of.day().on_or_after(&t0.plus_days(days)) {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::found(Vec::new(), self.hidden_infusions()),
            Verdict::Unknown => Judgement::unknown(vec![event.evidence.gap(GapKind::ImpreciseDate)]),
        }
    }

    /// Whether the history rests on a completed order alone, with nothing hidden that may show the infusion.
    #[must_use]
    pub fn is_only_ordered(&self, history: &TherapyHistory) -> bool {
        history.certainty() == Some(Certainty::Probable) && self.hidden_infusions().is_empty()
    }

    /// Data that may hold an infusion and did not come through.
    pub(crate) fn hidden_infusions(&self) -> Vec<Gap> {
        let mut gaps = self.hidden_dated_infusions();
        gaps.extend(self.sources.gaps_of(Source::Conditions).into_iter().filter(|gap| gap.kind.is_delivery()));
        gaps
    }
}
