//! The time after a CAR-T infusion: whether it came, when, and whether something else came after it.

use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::therapy::history::{Certainty, TherapyHistory};
use cellwise_record::{Gap, GapKind, Judgement, Moment, Source, Verdict};

/// The CAR-T history of a patient, with its t0 and the time since.
#[derive(Clone, Debug)]
pub struct AfterCarT {
    /// The history.
    pub history: TherapyHistory,
    /// t0, when it is dated.
    pub t0: Option<Moment>,
    /// The days since t0, when both days are known.
    pub days: Option<i32>,
    /// Whether CAR-T was given within the first month, the time of its acute toxicity. An infusion that is long ago is a known
    /// no only when no later one can be hidden; a recent one a known yes only when no earlier one of the same episode can be.
    pub first_month: Judgement,
    /// Whether the infusion that is known was given within the first month, whatever else may be hidden.
    known_first_month: Verdict,
    /// Whether CAR-T stands in the record in words only: worth a question.
    pub is_in_words: bool,
    /// Why an infusion, or its date, may be hidden.
    pub hidden: Vec<Gap>,
}

impl AfterCarT {
    /// Whether only an order marked completed shows it: the infusion itself is not recorded.
    #[must_use]
    pub fn is_probable(&self) -> bool {
        self.history.certainty() == Some(Certainty::Probable)
    }

    /// Whether something came at or after t0. Instants are compared as instants; without a time on either side the same day
    /// counts. A history without a date says only that the infusion lies in the past: what is new comes after it, unless
    /// its date is hidden in data that was not sent.
    pub fn is_followed_by(&self, moment: &Moment) -> Verdict {
        let Some(t0) = self.t0 else {
            return if self.hidden.is_empty() { Verdict::Met } else { Verdict::Unknown };
        };
        match (t0.instant, moment.instant) {
            (Some(infusion), Some(instant)) if instant < infusion => Verdict::NotMet,
            (Some(_), Some(_)) => Verdict::Met,
            _ => moment.on_or_after(&t0),
        }
    }

    /// Whether the infusion that is known was given within the first month, whatever else may be hidden.
    #[must_use]
    pub fn is_recent(&self) -> bool {
        self.known_first_month == Verdict::Met
    }

    /// Whether the infusion that is known was given before the first month, so that only a hidden one could be later.
    #[must_use]
    pub fn is_older(&self) -> bool {
        self.known_first_month == Verdict::NotMet
    }

    /// Whether a later infusion than the known one, that would be within the first month, can't be excluded.
    #[must_use]
    pub fn may_hide_later_infusion(&self) -> bool {
        self.is_older() && !self.hidden.is_empty()
    }

    /// What a row on CAR-T says beside the evidence: how sure it is, or the day, or that a missing date excludes nothing.
    #[must_use]
    pub fn remark(&self) -> Option<Message> {
        match (self.is_probable(), self.days, self.t0) {
            (true, ..) => Some(Message::new("infusion-only-ordered")),
            (false, Some(days), _) => Some(Message::new("infusion-day").with("days", days)),
            (false, None, None) => Some(Message::new("infusion-undated")),
            (false, None, Some(_)) => None,
        }
    }

    /// Whether the record has a later infusion of which it does not say whether it was given.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        self.hidden.iter().any(|gap| !gap.kind.is_delivery())
    }
}

/// Whether CAR-T was given within the first month: `known` is that of the infusion that is known, `hidden` why there may be
/// another one. What is unknown is shown with the infusion.
fn first_month(history: &TherapyHistory, known: Verdict, hidden: &[Gap]) -> Judgement {
    let t0 = history.t0();
    let of_t0 = || history.events.iter().find(|event| event.date == t0).map(|event| &event.evidence);
    let within = match (t0, known) {
        // Of an infusion that is not known the date is no question yet.
        (None, _) if history.events.is_empty() => Judgement::unknown(hidden.to_vec()),
        (None, _) => {
            let mut gaps = vec![Gap::not_recorded(Source::Procedures, "gap-infusion-date")];
            gaps.extend(hidden.iter().cloned());
            Judgement::unknown(gaps)
        }
        (Some(_), Verdict::Unknown) => {
            Judgement::unknown(of_t0().map(|evidence| evidence.gap(GapKind::ImpreciseDate)).into_iter().collect())
        }
        (Some(_), Verdict::Met | Verdict::NotMet) if !hidden.is_empty() => Judgement::unknown(hidden.to_vec()),
        (Some(_), Verdict::Met) => Judgement::met(Vec::new()),
        (Some(_), Verdict::NotMet) => Judgement::not_met(of_t0().cloned().into_iter().collect()),
    };
    let judgement = history.judgement.clone().and(within);
    if judgement.is_unknown() { judgement.with_evidence(history.judgement.evidence().to_vec()) } else { judgement }
}

impl Case<'_> {
    /// CAR-T in history and the time since.
    #[must_use]
    pub fn after_car_t(&self) -> &AfterCarT {
        self.once(&self.answers.after_car_t, || {
            let history = self.car_t_history().clone();
            let (mut hidden, t0) = (self.hidden_dated_infusions(), history.t0());
            if let Some(t0) = &t0 {
                hidden.extend(self.unclear_therapies_after(t0, |cells| cells == Cells::CarT));
            }
            let month = self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
            let known = t0.map_or(Verdict::Unknown, |t0| self.within_days(&t0, month));
            let day = t0.and_then(|t0| t0.exact_day()).map(Moment::on);
            AfterCarT {
                first_month: first_month(&history, known, &hidden),
                known_first_month: known,
                days: day.map(|day| day.days_until(&self.as_of.day())),
                is_in_words: history.judgement.is_unknown() && self.is_in_words("car-t"),
                history,
                t0,
                hidden,
            }
        })
    }

    /// Therapies with some kind of cells after t0 of which the record does not say whether they were given. One without a date
    /// is no reason to doubt t0: most such entries are old.
    pub(super) fn unclear_therapies_after(&self, t0: &Moment, is_of: impl Fn(Cells) -> bool) -> Vec<Gap> {
        let unclear = self.unclear_therapies().into_iter();
        let later = unclear
            .filter(|(therapy, _)| is_of(therapy.cells) && therapy.date.is_some_and(|date| date.first > t0.last));
        later.map(|(_, gap)| gap).collect()
    }

    /// Data that may hold an infusion with its date and did not come through.
    pub(crate) fn hidden_dated_infusions(&self) -> Vec<Gap> {
        [Source::Procedures, Source::MedicationAdministrations, Source::MedicationStatements]
            .into_iter()
            .flat_map(|source| self.sources.gaps_of(source))
            .filter(|gap| gap.kind.is_delivery())
            .collect()
    }

    /// Whether the patient is alive, as far as the patient data tell; data that did not come leave it open.
    pub fn alive(&self) -> &Judgement {
        self.once(&self.answers.alive, || match (self.patient.deceased, self.patient.supplied) {
            (true, _) => Judgement::not_met(Vec::new()),
            (false, true) => Judgement::met(Vec::new()),
            (false, false) => Judgement::unknown(self.sources.gaps_of(Source::Patient)),
        })
    }
}
