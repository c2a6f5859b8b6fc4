//! The months after a cell therapy in which nobody should become pregnant or father a child, and what lies in them: whether a
//! day does, and referrals to a fertility clinic.

use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::history::{Certainty, TherapyEvent, TherapyHistory};
use crate::questions::therapy::plan::Pathway;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{
    Act, Evidence, EvidencePeriod, Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps,
};

/// The months after one cell therapy, in calendar months from the first infusion of the latest episode; the last day counts.
#[derive(Clone, Debug)]
pub struct ConceptionWindow<'c> {
    /// After which therapy.
    pub pathway: Pathway,
    /// Whether the therapy is in history.
    pub history: &'c TherapyHistory,
    /// The infusion, when it has a date; where only completed orders show it, the latest of these.
    pub t0: Option<Moment>,
    /// The last day, when the therapy has a date.
    pub end: Option<Moment>,
    /// The last day, when only codes tell of the therapy: it happened no later than it was written down.
    end_by_codes: Option<Moment>,
    /// Data that was not delivered and may hold a later infusion.
    hidden: Vec<Gap>,
}

/// So much evidence of a therapy is enough.
const MOST_SHOWN: usize = 8;

impl ConceptionWindow<'_> {
    /// Whether the therapy is known to be in history.
    #[must_use]
    pub fn is_in_history(&self) -> bool {
        self.history.judgement.is_met()
    }

    /// Whether one of the days lies in the window or before it. A therapy that was not delivered may open a later window.
    pub fn holds(&self, days: &[Moment]) -> Judgement {
        if !self.is_in_history() {
            return self.history.judgement.clone();
        }
        let evidence: Vec<Evidence> = self.history.judgement.evidence().iter().take(MOST_SHOWN).cloned().collect();
        match days.iter().fold(Verdict::NotMet, |any, day| any.or(self.reaches(day))) {
            Verdict::Met => Judgement::met(evidence),
            Verdict::NotMet if self.hidden.is_empty() => Judgement::not_met(evidence),
            Verdict::NotMet => Judgement::unknown(self.hidden.clone()).with_evidence(evidence),
            Verdict::Unknown => Judgement::unknown(self.doubt().into_iter().collect()).with_evidence(evidence),
        }
    }

    /// Whether a day lies in the window or before it, as far as the therapies that were delivered tell.
    fn reaches(&self, day: &Moment) -> Verdict {
        match (self.end, self.end_by_codes) {
            (Some(end), _) => day.on_or_before(&end),
            (None, Some(end)) if day.after(&end) == Verdict::Met => Verdict::NotMet,
            (None, _) => Verdict::Unknown,
        }
    }

    /// Why that can't be told.
    fn doubt(&self) -> Option<Gap> {
        let shown = &self.history.events.first()?.evidence;
        Some(match self.end {
            Some(_) => shown.gap(GapKind::ImpreciseDate),
            None => shown.gap(GapKind::NotRecorded).said_as("gap-therapy-date"),
        })
    }
}

/// Referrals to a fertility clinic.
#[derive(Clone, Debug)]
pub struct Referrals {
    /// Whether there is one.
    pub judgement: Judgement,
    /// Whether an unknown is worth a question: the record speaks of one.
    pub asks: bool,
}

impl Case<'_> {
    /// The months after a cell therapy without conception.
    #[must_use]
    pub fn conception_window(&self, pathway: Pathway) -> ConceptionWindow<'_> {
        let (history, span) = match pathway {
            Pathway::Transplantation => {
                (self.transplantation_in_past(), &numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION)
            }
            Pathway::CarT => (self.car_t_history(), &numbers::CONDOM_MONTHS_AFTER_CAR_T),
        };
        let months = self.whole(span);
        let t0 = if history.is_probable() { history.newest().map(|newest| newest.day) } else { history.t0() };
        let codes: Option<Vec<Moment>> = history.events.iter().map(|event| end_by_code(event, months)).collect();
        let mut hidden = self.hidden_dated_infusions();
        // An order is looked at only where no infusion is recorded.
        if history.certainty() != Some(Certainty::Recorded) {
            let ordered = [Source::MedicationRequests, Source::ServiceRequests].into_iter();
            let gaps = ordered.flat_map(|source| self.sources().gaps_of(source));
            add_gaps(&mut hidden, gaps.filter(|gap| gap.kind.is_delivery()));
        }
        ConceptionWindow {
            pathway,
            history,
            t0,
            end: t0.map(|t0| self.last_day(&t0, span)),
            end_by_codes: codes.and_then(|ends| ends.into_iter().max_by_key(|end| end.last)),
            hidden,
        }
    }

    /// Referrals to a fertility clinic since the therapy of a window: being ordered, on an order hook; else active on record.
    /// One from before is for preservation.
    #[must_use]
    pub fn fertility_referrals_since(&self, window: &ConceptionWindow<'_>) -> Referrals {
        if self.hook.is_order() { self.drafted_referrals() } else { self.active_referrals(window.t0.as_ref()) }
    }

    fn drafted_referrals(&self) -> Referrals {
        let set = ValueSet::FERTILITY_REFERRAL;
        let is_named = |order: &&DraftOrder| {
            let concept = &order.concept;
            order.kind == OrderKind::Service
                && concept.is(set) == Verdict::Unknown
                && self.mentions("fertility", &concept.text)
        };
        let coded = self.orders_in_scope().filter(|order| order.concept.has(set)).map(DraftOrder::evidence);
        let named = self.orders_in_scope().filter(is_named).map(|order| order.evidence().gap(order.concept.gap_kind()));
        let judgement = Judgement::found(coded.collect(), named.collect());
        Referrals { asks: !judgement.is_not_met(), judgement }
    }

    fn active_referrals(&self, t0: Option<&Moment>) -> Referrals {
        let requests = self.service_requests(ValueSet::FERTILITY_REFERRAL);
        let speaks = |gap: &Gap| gap.what.as_deref().is_some_and(|text| self.mentions("fertility", text));
        let mut asks = requests.gaps.iter().any(speaks);
        let mut judgement = Judgement::found(Vec::new(), requests.gaps);
        for request in requests.items.iter().filter(|request| request.progress == Progress::Open) {
            let since = match (request.period.start, t0) {
                (Some(start), Some(t0)) => start.after(t0),
                _ => Verdict::Unknown,
            };
            asks |= since != Verdict::NotMet;
            judgement = judgement.or(dated(since, request));
        }
        Referrals { judgement, asks }
    }
}

/// A request that counts when its date does.
fn dated(since: Verdict, request: &Act) -> Judgement {
    let evidence = request.evidence();
    match since {
        Verdict::Met => Judgement::met(vec![evidence]),
        Verdict::NotMet => Judgement::not_met(Vec::new()),
        Verdict::Unknown => Judgement::unknown(vec![evidence.gap(GapKind::ImpreciseDate)]).with_evidence([evidence]),
    }
}

/// The last day of the window, when the therapy happened on the day of which its record tells.
fn end_by_code(event: &TherapyEvent, months: i32) -> Option<Moment> {
    match event.evidence.period {
        Some(EvidencePeriod::On(known)) => Some(known.plus_months(months)),
        _ => None,
    }
}
