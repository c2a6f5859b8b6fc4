//! Multiple sclerosis on record: second-line therapy, relapses, MRI activity.

use crate::questions::Case;
use jiff::civil::Date;

use crate::questions::ms::exposure::{Dosing, Event, Exposure};
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::MedicationUse;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Found, Gap, GapKind, Moment, Source, Verdict};

/// A drug of the list.
#[derive(Clone, Copy, Debug)]
pub struct Therapy {
    /// Its international nonproprietary name, the same in Dutch and English.
    pub name: &'static str,
    /// Its codes.
    pub set: ValueSet,
    /// How often it is given.
    pub dosing: Dosing,
}

impl Case<'_> {
    /// The conditions with a code in `set` that are active now.
    #[must_use]
    pub fn active_conditions(&self, set: ValueSet) -> Found<'_, Condition> {
        let gap = |condition: &Condition| {
            Gap::at(GapKind::Unreadable, Source::Conditions, &condition.reference, &condition.concept.text)
        };
        self.conditions(set).keep(Condition::is_active, gap)
    }

    /// The exposure to these second-line MS drugs.
    #[must_use]
    pub fn exposure_to_ms_therapy(&self, therapies: &[Therapy]) -> Exposure<'_> {
        let found = self.medications(ValueSet::SECOND_LINE_MS_THERAPY);
        let blood_cancer = self.conditions(ValueSet::LYMPHOMA_OR_LEUKAEMIA).exists(Condition::evidence).verdict();
        let mut exposure = Exposure::new(self.as_of.date, found.gaps);
        for therapy in therapies {
            let of_drug = found.items.iter().filter(|usage| usage.concept.has(therapy.set));
            let uses: Vec<_> = of_drug.map(|usage| (*usage, self.counts_as_ms_therapy(usage, blood_cancer))).collect();
            exposure.add(therapy.name, therapy.dosing, &uses);
        }
        exposure
    }

    /// Whether a use of a listed drug is MS therapy. A code that oncology shares counts with MS as its reason, or when no
    /// lymphoma or leukaemia is on record (X6). A use with other codes as well is not told apart: it counts as shared.
    fn counts_as_ms_therapy(&self, usage: &MedicationUse, blood_cancer: Verdict) -> Verdict {
        let reason = |set| self.has_reason(&usage.reasons, &usage.reason_references, set);
        let shared = usage.concept.has(ValueSet::MS_THERAPY_CODE_SHARED_WITH_ONCOLOGY);
        if !shared || reason(ValueSet::MULTIPLE_SCLEROSIS) {
            Verdict::Met
        } else if reason(ValueSet::LYMPHOMA_OR_LEUKAEMIA) {
            Verdict::NotMet
        } else if blood_cancer == Verdict::NotMet {
            Verdict::Met
        } else {
            Verdict::Unknown
        }
    }

    /// The relapses, and why there may be more. A relapse without an onset is dated by its recording. A count says that
    /// there were some, not on which day.
    #[must_use]
    pub fn ms_relapses(&self) -> (Vec<Event>, Vec<Gap>) {
        let relapses = self.conditions(ValueSet::MS_RELAPSE);
        let counts = self.observations(ValueSet::MS_RELAPSE_COUNT);
        let event = |relapse: &&Condition| Event {
            when: relapse.date(),
            source: Source::Conditions,
            evidence: relapse.evidence(),
        };
        let mut events: Vec<Event> = relapses.items.iter().map(event).collect();
        let mut gaps = relapses.gaps;
        gaps.extend(counts.gaps);
        for count in counts.items {
            match count.number() {
                Some(number) if number > 0.0 => {
                    // Somewhere in the period it covers; without one, somewhere before today.
                    let first = count.period.and_then(|period| period.start).map_or(Date::MIN, |start| start.first);
                    let last = count.period.and_then(|period| period.end).map_or(self.as_of.date, |end| end.last);
                    let when = Some(Moment { first, last, instant: None });
                    events.push(Event { when, source: Source::Observations, evidence: count.evidence() });
                }
                Some(_) => {}
                None => {
                    gaps.push(Gap::at(
                        GapKind::Unreadable,
                        Source::Observations,
                        &count.reference,
                        &count.concept.text,
                    ));
                }
            }
        }
        (events, gaps)
    }

    /// The MS drugs on record that are not on the list of second-line therapy, each once, in the record's words.
    #[must_use]
    pub fn other_ms_therapies(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for usage in self.medications(ValueSet::OTHER_MS_THERAPY).items {
            if !names.contains(&usage.concept.text) {
                names.push(usage.concept.text.clone());
            }
        }
        names
    }

    /// When MS began: the earliest onset on record.
    #[must_use]
    pub fn ms_onset(&self) -> Option<Moment> {
        let ms = self.conditions(ValueSet::MULTIPLE_SCLEROSIS);
        ms.items.iter().filter_map(|condition| condition.onset).min_by_key(|onset| onset.first)
    }
}
