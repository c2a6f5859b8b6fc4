//! A pregnancy that is on record today, and when it began: for rules that look back, not forward.

use crate::questions::Case;
use crate::questions::reproduction::pregnancy::{Outlook, Status};
use cellwise_record::{Evidence, EvidencePeriod, Judgement, MOST_EVIDENCE_KEPT, Moment, Verdict};

impl Case<'_> {
    /// Whether a pregnancy is on record or possible, so that drugs are to be chosen with care. Unknown when data that was not
    /// sent may hold one. No record at all is a no.
    pub fn pregnancy_to_heed(&self) -> Verdict {
        let status = self.recorded_pregnancy();
        match status.outlook {
            Outlook::OnRecord | Outlook::Open | Outlook::Doubtful => Verdict::Met,
            Outlook::Clear if status.judgement.has_delivery_gap() => self.patient.is_female().and(Verdict::Unknown),
            Outlook::Clear => Verdict::NotMet,
        }
    }

    /// Whether a pregnancy is on record that still counts. Unlike [`Case::pregnancy`], no record is a no: the question is
    /// not whether the patient may be pregnant.
    #[must_use]
    pub fn recorded_pregnancy(&self) -> &Status {
        self.once(&self.answers.recorded_pregnancy, || {
            // Nobody is asked about, so no text says that there is nothing on record.
            let nobody = Judgement::not_met(Vec::new());
            self.weigh(self.pregnancy_record(), &nobody, ["gap-not-recorded"; 2])
        })
    }

    /// When the pregnancy on record began, once per record of it: the onset, else the day it was recorded. Without a date, and
    /// where data that was not delivered may hold an earlier one, any day on which a record of it still counts.
    #[must_use]
    pub fn pregnancy_began(&self) -> Vec<Moment> {
        let status = self.recorded_pregnancy();
        let any_day = Moment { first: self.earliest_pregnancy().first, last: self.as_of.day().last, instant: None };
        let began = |shown: &Evidence| match shown.period {
            Some(EvidencePeriod::On(when) | EvidencePeriod::Course { from: when, .. }) => when,
            None => any_day,
        };
        let gaps = status.shown.gaps();
        let doubted = |shown: &&Evidence| gaps.iter().any(|gap| gap.reference.as_deref() == Some(&shown.reference));
        let evidence = status.shown.evidence().iter();
        let mut days: Vec<Moment> = match status.outlook {
            Outlook::OnRecord => evidence.map(began).collect(),
            Outlook::Open | Outlook::Doubtful => evidence.filter(doubted).map(began).collect(),
            Outlook::Clear => Vec::new(),
        };
        // Evidence that was left out may be of any day.
        if status.shown.evidence().len() >= MOST_EVIDENCE_KEPT {
            days.push(any_day);
        }
        let unseen = status.judgement.verdict() == Verdict::Unknown && gaps.iter().any(|gap| gap.kind.is_delivery());
        if unseen || days.is_empty() {
            days.push(any_day);
        }
        days
    }
}
