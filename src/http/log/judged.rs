//! The line of the log that says what a call came to.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use super::microseconds;
use crate::engine::Judged;
use cellwise_clinic::Finding;
use cellwise_record::{Gap, Verdict};

/// Gaps named per rule: when nothing was delivered, every rule has the same ten.
const MOST_GAPS: usize = 4;

/// How long the steps of a call took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::http) struct Steps {
    /// Reading the body from the client.
    pub(in crate::http) body: Duration,
    /// Waiting for FHIR servers; zero when nothing was fetched.
    pub(in crate::http) fetch: Duration,
    /// Reading the request into a chart.
    pub(in crate::http) read: Duration,
    /// Judging it, and writing cards.
    pub(in crate::http) judge: Duration,
}

/// Logs what a call came to: one line at level info with the hook, what each rule found, the number of cards and the time
/// that each step took in microseconds, reading and judging as one. The service, the client and the id of the request are in the span around it.
///
/// The line stays short. Rules that are known not to be met stand in it as a number only, and of a rule's gaps only the
/// first ones are named, by kind and prefetch key. It holds words of our own alone: nothing of the request.
pub(in crate::http) fn judged(judged: &Judged<'_>, cards: usize, steps: Steps) {
    let outcomes = judged.evaluation.outcomes.iter();
    let (findings, not_met) = findings(outcomes.map(|outcome| (outcome.rule.id, outcome.finding.as_ref())));
    tracing::info!(
        hook = judged.request.hook.name(),
        findings,
        not_met,
        cards,
        body = microseconds(steps.body),
        fetch = microseconds(steps.fetch),
        judge = microseconds(steps.read + steps.judge),
        "judged"
    );
}

/// `rule=verdict[kind:key kind:key]` in the order of the service, and how many other rules are not met, without gaps.
fn findings<'f>(outcomes: impl Iterator<Item = (&'static str, Option<&'f Finding>)>) -> (String, usize) {
    let mut text = String::new();
    let mut not_met = 0;
    for (rule, finding) in outcomes {
        let verdict = finding.map_or("failed", |finding| finding.verdict().name());
        // What was not delivered comes first.
        let gaps: BTreeSet<_> = finding.into_iter().flat_map(gaps).map(|gap| (gap.kind, gap.source)).collect();
        if gaps.is_empty() && verdict == Verdict::NotMet.name() {
            not_met += 1;
            continue;
        }
        let separator = if text.is_empty() { "" } else { " " };
        // Writing to a String can't fail.
        let _ = write!(text, "{separator}{rule}={verdict}");
        if !gaps.is_empty() {
            let more = gaps.len().saturating_sub(MOST_GAPS);
            let more = (more > 0).then(|| format!("+{more}"));
            let shown = gaps.iter().take(MOST_GAPS).map(|(kind, source)| format!("{}:{}", kind.name(), source.key()));
            let shown: Vec<String> = shown.chain(more).collect();
            let _ = write!(text, "[{}]", shown.join(" "));
        }
    }
    (text, not_met)
}

/// The gaps of a finding and of its rows.
pub(in crate::http) fn gaps(finding: &Finding) -> impl Iterator<Item = &Gap> {
    finding.gaps().iter().chain(finding.criteria.rows().into_iter().flat_map(|row| row.shown().gaps()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cellwise_clinic::criteria::{any, must};
    use cellwise_record::{GapKind, Judgement, Source};

    fn unknown(gaps: Vec<Gap>) -> Finding {
        Finding::new(must("criterion", Judgement::unknown(gaps)), None)
    }

    #[test]
    fn a_finding_is_its_verdict_and_the_places_of_its_gaps() {
        let row = Judgement::unknown(vec![Gap::at(GapKind::Uncoded, Source::Conditions, "Condition/jansen", "Jansen")]);
        let met = Finding::new(any([must("one", Judgement::met(Vec::new())), must("other", row)]), None);
        let outcomes = [
            ("one", Some(unknown(vec![Gap::of(GapKind::NotSupplied, Source::Observations); 2]))),
            ("two", Some(Finding::new(must("criterion", Judgement::not_met(Vec::new())), None))),
            ("three", Some(met)),
            ("four", None),
            ("five", Some(unknown(Source::PREFETCHED.map(|source| Gap::of(GapKind::Failed, source)).to_vec()))),
        ];
        let (text, not_met) = findings(outcomes.iter().map(|(rule, finding)| (*rule, finding.as_ref())));
        let expected = "one=unknown[not-supplied:observations] three=met[uncoded:conditions] four=failed \
                        five=unknown[failed:patient failed:conditions failed:medicationRequests \
                        failed:medicationStatements +9]";
        assert_eq!((text.as_str(), not_met), (expected, 1));
    }

    #[test]
    fn nothing_of_a_request_gets_in() {
        let gap = Gap::at(GapKind::Unreadable, Source::Procedures, "Procedure/canary", "mevrouw canary");
        let (text, _) = findings([("rule", Some(&unknown(vec![gap])))].into_iter());
        assert!(text.ends_with("=unknown[unreadable:procedures]") && !text.contains("canary"), "{text}");
    }
}
