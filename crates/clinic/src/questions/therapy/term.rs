//! What holds for a time after a therapy: whether it does today, and its last day.

use crate::criteria::{Criteria, aside};
use crate::message::Message;
use crate::numbers::Number;
use crate::questions::Case;
use crate::questions::therapy::history::Dated;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Verdict};

/// Something that holds up to and including a day.
#[derive(Clone, Debug)]
pub struct Term {
    /// Whether it holds today. What is over by the therapy on record may go on by a later one that is hidden.
    pub holds: Judgement,
    /// The last day, as precise as the therapy is dated. `None` without a day to count from.
    pub until: Option<Moment>,
    /// Whether it is over by the therapy on record.
    pub is_past: bool,
}

impl Term {
    /// The last day; of a therapy that is not dated to the day, the last that it can be.
    #[must_use]
    pub fn last_day(&self) -> Option<Moment> {
        self.until.map(|until| Moment::on(until.last))
    }

    /// The line of a card; none when it is over. `undated` says how long it holds where there is no day to count from.
    #[must_use]
    pub fn line(&self, text: &'static str, undated: &'static str) -> Option<Criteria> {
        let remark = match self.until {
            None => Message::new(undated),
            Some(until) => {
                let id = match until.exact_day() {
                    _ if self.is_past => "remark-over",
                    Some(_) => "remark-until",
                    None => "remark-until-latest",
                };
                Message::new(id).with("until", Moment::on(until.last))
            }
        };
        (!self.holds.is_not_met()).then(|| aside(text, self.holds.clone()).remarking(remark))
    }
}

impl Term {
    /// The line on live vaccines: none for this time, afterwards only with immune recovery. It has no end.
    pub fn no_live_vaccines(&self) -> Criteria {
        let Some(until) = self.last_day() else {
            return aside("criterion-live-vaccines", self.holds.clone())
                .remarking(Message::new("remark-live-vaccines-months"));
        };
        let (text, holds, remark) = match self.holds.verdict() {
            _ if self.is_past => {
                ("criterion-live-vaccines-recovery", Judgement::met(Vec::new()), "remark-live-vaccines-over")
            }
            Verdict::Unknown => ("criterion-live-vaccines", self.holds.clone(), "remark-live-vaccines-until-latest"),
            Verdict::Met | Verdict::NotMet => {
                ("criterion-live-vaccines", self.holds.clone(), "remark-live-vaccines-until")
            }
        };
        aside(text, holds).remarking(Message::new(remark).with("until", until))
    }
}

impl Case<'_> {
    /// What holds for the span of a number after a therapy.
    pub fn term(&self, therapy: Option<&Dated>, span: &'static Number) -> Term {
        let Some(therapy) = therapy else {
            let gap = Gap::not_recorded(Source::Procedures, "gap-infusion-date");
            return Term { holds: Judgement::unknown(vec![gap]), until: None, is_past: false };
        };
        let until = self.last_day(&therapy.day, span);
        let holds = self.holds_until(&until, &therapy.evidence);
        let is_past = holds.is_not_met();
        let hidden = if is_past { self.hidden_infusions() } else { Vec::new() };
        let holds = if hidden.is_empty() { holds } else { Judgement::unknown(hidden) };
        Term { holds, until: Some(until), is_past }
    }

    /// The day that lies the span of a number after `day`: years, months, weeks or days by the number's unit.
    #[must_use]
    pub fn later(&self, day: &Moment, span: &'static Number) -> Moment {
        let count = self.whole(span);
        match span.unit {
            "a" => day.plus_months(12 * count),
            "mo" => day.plus_months(count),
            "wk" => day.plus_days(7 * count),
            _ => day.plus_days(count),
        }
    }

    /// Whether what holds up to and including `until` holds today. `therapy` shows the day that it is counted from.
    pub(crate) fn holds_until(&self, until: &Moment, therapy: &Evidence) -> Judgement {
        match self.as_of.day().on_or_before(until) {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => Judgement::unknown(vec![therapy.gap(GapKind::ImpreciseDate)]),
        }
    }
}
