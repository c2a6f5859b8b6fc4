//! When a disease was recorded as under control, put together so that no failure is compared with every control.

use cellwise_record::{Moment, Verdict};

/// Every control in time as one: what is on or after each of them is on or after this.
#[derive(Clone, Copy)]
pub(super) struct Controls {
    /// The latest first day and the latest last day that one of them can mean.
    latest: Option<Moment>,
    is_any_undated: bool,
}

impl Controls {
    /// Those of these moments; `None` is a control without a date.
    pub(super) fn of(controls: impl Iterator<Item = Option<Moment>>) -> Self {
        let mut all = Self { latest: None, is_any_undated: false };
        for control in controls {
            match (control, all.latest) {
                (Some(control), Some(latest)) => {
                    let (first, last) = (latest.first.max(control.first), latest.last.max(control.last));
                    all.latest = Some(Moment { first, last, instant: None });
                }
                (Some(control), None) => all.latest = Some(control),
                (None, _) => all.is_any_undated = true,
            }
        }
        all
    }

    /// Whether none of them lies after a moment; `None` is one that is not known.
    pub(super) fn are_not_after(self, moment: Option<Moment>) -> Verdict {
        let undated = if self.is_any_undated { Verdict::Unknown } else { Verdict::Met };
        let Some(latest) = self.latest else { return undated };
        moment.map_or(Verdict::Unknown, |moment| moment.on_or_after(&latest).and(undated))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, each compared with each.
    fn one_by_one(moment: Option<Moment>, controls: &[Option<Moment>]) -> Verdict {
        let after = |control: &Option<Moment>| match (moment, control) {
            (Some(moment), Some(control)) => moment.on_or_after(control),
            _ => Verdict::Unknown,
        };
        controls.iter().map(after).fold(Verdict::Met, Verdict::and)
    }

    #[test]
    fn one_comparison_says_what_all_would() {
        let moments =
            ["", "2025", "2026", "2026-05", "2026-06", "2026-05-03", "2026-05-20", "2026-05-20T09:00:00+01:00"];
        let moments = moments.map(Moment::parse);
        for moment in moments {
            assert_eq!(Controls::of(std::iter::empty()).are_not_after(moment), Verdict::Met);
            for a in moments {
                for b in moments {
                    for c in moments {
                        let controls = [a, b, c];
                        let expected = one_by_one(moment, &controls);
                        let all = Controls::of(controls.into_iter());
                        assert_eq!(all.are_not_after(moment), expected, "{moment:?}, {controls:?}");
                    }
                }
            }
        }
    }
}
