//! Whether something was measured in the admission in which the cells were given: then the patient is not at home.

use crate::questions::Case;
use cellwise_record::facts::encounter::{Encounter, EncounterClass};
use cellwise_record::{Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

impl Case<'_> {
    /// Whether `moment` lies in the admission in which the infusion at `t0` was given. An infusion without a date may have
    /// been given in any admission.
    pub fn in_the_admission_of(&self, t0: Option<&Moment>, moment: &Moment) -> Judgement {
        let (encounters, mut gaps) = self.encounters();
        for encounter in encounters.iter().filter(|encounter| encounter.progress != Progress::Planned) {
            let stay = match encounter.class {
                EncounterClass::Inpatient => Verdict::Met,
                EncounterClass::NotStated => Verdict::Unknown,
                EncounterClass::Emergency | EncounterClass::Visit => Verdict::NotMet,
            };
            let given = t0.map_or(Verdict::Unknown, |t0| holds(encounter, t0));
            match stay.and(given).and(holds(encounter, moment)) {
                // One is enough, however many stays there are.
                Verdict::Met => return Judgement::met(vec![encounter.evidence()]),
                Verdict::NotMet => {}
                Verdict::Unknown => {
                    let gap = Gap::at(GapKind::NotRecorded, Source::Encounters, &encounter.reference, "");
                    add_gaps(&mut gaps, [gap]);
                }
            }
        }
        Judgement::found(Vec::new(), gaps)
    }
}

/// Whether a moment lies in a stay: by the clock where both have a time. On the day of discharge without a time it can't be
/// told.
fn holds(encounter: &Encounter, moment: &Moment) -> Verdict {
    let begun = encounter.period.start.map_or(Verdict::Unknown, |start| match (moment.instant, start.instant) {
        (Some(moment), Some(start)) if moment >= start => Verdict::Met,
        (Some(_), Some(_)) => Verdict::NotMet,
        _ => moment.on_or_after(&start),
    });
    let running = matches!(encounter.progress, Progress::Running | Progress::Held);
    let not_over = match encounter.period.end {
        None if running => Verdict::Met,
        None => Verdict::Unknown,
        Some(end) => match (moment.instant, end.instant) {
            (Some(moment), Some(end)) if moment <= end => Verdict::Met,
            (Some(_), Some(_)) => Verdict::NotMet,
            _ => match (moment.before(&end), moment.on_or_before(&end)) {
                (Verdict::Met, _) => Verdict::Met,
                (_, Verdict::NotMet) => Verdict::NotMet,
                _ => Verdict::Unknown,
            },
        },
    };
    begun.and(not_over)
}
