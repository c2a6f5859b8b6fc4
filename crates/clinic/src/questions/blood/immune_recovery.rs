//! Whether the immune system has recovered after the cell therapies on record, as far as the record shows.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, UseKind};
use cellwise_record::facts::observation::Observation;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Gap, GapKind, Judgement, Progress, Source, Standing, Verdict, add_gaps};

impl Case<'_> {
    /// Signs of immune recovery after every cell therapy on record: the newest CD4 count is high enough, no active problem
    /// says immunocompromised, no immunosuppressant or systemic corticosteroid is in use, and no human immunoglobulin was
    /// given lately. Nothing measured is no sign. One piece of evidence for each is enough.
    pub fn immune_recovery(&self) -> Judgement {
        let recovered = self.cd4_recovery().and(!self.immunocompromised());
        recovered.and(!self.immunosuppressed()).and(!self.given_globulin())
    }

    /// Whether an immunosuppressant or a systemic corticosteroid is in use or was given so lately that it
    /// still works, or immunosuppressive therapy without the drug goes on.
    fn immunosuppressed(&self) -> Judgement {
        let days = self.whole(&numbers::IMMUNOSUPPRESSANT_GIVEN_DAYS);
        let drugs = self.uses(
            |drug| {
                let given = match (drug.kind, drug.start) {
                    (UseKind::Given, Some(start)) => self.within_days(&start, days),
                    (UseKind::Given, None) => Verdict::Unknown,
                    _ => Verdict::NotMet,
                };
                drug.is_in_use(&self.as_of.day()).or(given)
            },
            |drug| {
                let (steroid, _) = self.is_systemic_corticosteroid(&drug.concept, drug.route, drug.evidence());
                is_of(drug, ValueSet::IMMUNOSUPPRESSANT).or(steroid)
            },
        );
        let set = ValueSet::IMMUNOSUPPRESSIVE_THERAPY;
        let (done, requested) = (self.procedures(set), self.service_requests(set));
        let going = done.items.into_iter().filter(|act| act.progress == Progress::Running);
        let going = going.chain(requested.items.into_iter().filter(|act| act.progress == Progress::Open));
        let mut gaps = done.gaps;
        add_gaps(&mut gaps, requested.gaps);
        gaps.retain(|gap| gap.kind.is_delivery());
        drugs.or(Judgement::found(going.take(1).map(Act::evidence).collect(), gaps))
    }

    /// Whether human immunoglobulin is in use or was given lately.
    fn given_globulin(&self) -> Judgement {
        let months = self.whole(&numbers::NO_LIVE_VACCINE_MONTHS_AFTER_IMMUNOGLOBULIN);
        let today = self.as_of.day();
        let since = today.plus_months(-months);
        self.uses(
            |drug| {
                let last = match drug.end {
                    CourseEnd::On(day) => Some(day),
                    _ if drug.kind == UseKind::Given => drug.start,
                    CourseEnd::Ongoing | CourseEnd::NotRecorded => None,
                };
                let started = drug.start.map_or(Verdict::Met, |start| start.on_or_before(&today));
                // It went on for as long as nobody recorded its end.
                let lately = last.map_or(Verdict::Unknown, |day| day.on_or_after(&since));
                drug.is_in_use(&today).or(started.and(lately))
            },
            |drug| is_of(drug, ValueSet::HUMAN_IMMUNOGLOBULIN),
        )
    }

    /// Whether some drug is one that `is` asks for and was used `lately`. A drug without a usable code may be one.
    fn uses(&self, lately: impl Fn(&MedicationUse) -> Verdict, is: impl Fn(&MedicationUse) -> Judgement) -> Judgement {
        let mut gaps = Vec::new();
        for source in [Source::MedicationRequests, Source::MedicationStatements, Source::MedicationAdministrations] {
            add_gaps(&mut gaps, self.sources.gaps_of(source));
        }
        for drug in self.all_medications() {
            let used = lately(drug);
            if used == Verdict::NotMet {
                continue;
            }
            let is = is(drug);
            match (is.verdict(), drug.standing) {
                (Verdict::NotMet, _) => {}
                (Verdict::Met, Standing::Counts) if used == Verdict::Met => {
                    return Judgement::met(vec![drug.evidence()]);
                }
                (Verdict::Met, Standing::Counts) => add_gaps(&mut gaps, [gap_of(drug, GapKind::ImpreciseDate)]),
                (Verdict::Met, Standing::Unclear(kind)) => add_gaps(&mut gaps, [gap_of(drug, kind)]),
                (Verdict::Unknown, _) => add_gaps(&mut gaps, is.gaps().iter().cloned()),
            }
        }
        Judgement::found(Vec::new(), gaps)
    }

    fn cd4_recovery(&self) -> Judgement {
        let therapies = &self.cell_therapies().known;
        let (limit, unit) = (self.value(&numbers::RECOVERED_CD4_COUNT), numbers::RECOVERED_CD4_COUNT.unit);
        let at = |kind, count: &Observation| Gap::at(kind, Source::Observations, &count.reference, &count.concept.text);
        let after = |count: &Observation| match count.when {
            None => Verdict::Unknown,
            Some(when) => {
                let all = therapies.iter().map(|therapy| when.after(&therapy.when));
                all.fold(when.on_or_before(&self.as_of.day()), Verdict::and)
            }
        };
        let counts = self.observations(ValueSet::CD4_CELL_COUNT);
        let counts = counts.keep(after, |count| at(GapKind::ImpreciseDate, count));
        let mut hidden = counts.gaps;
        hidden.retain(|gap| gap.kind != GapKind::Uncoded);
        // Among counts of which each may be the newest, the lowest decides.
        let newest = counts.items.iter().filter_map(|count| count.when).map(|when| when.first).max();
        let candidates = counts.items.iter().filter(|count| count.when.map(|when| when.last) >= newest);
        let judged = candidates.map(|count| {
            match count.quantity().map_or(Verdict::Unknown, |value| value.is_at_least(limit, unit)) {
                Verdict::Met => Judgement::met(vec![count.evidence()]),
                Verdict::NotMet => Judgement::not_met(vec![count.evidence()]),
                Verdict::Unknown => {
                    let kind = count.why_no_number().unwrap_or(GapKind::WrongUnit);
                    Judgement::unknown(vec![at(kind, count)]).with_evidence([count.evidence()])
                }
            }
        });
        // The first that decides is enough to show.
        let rank = |count: &Judgement| match count.verdict() {
            Verdict::NotMet => 0,
            Verdict::Unknown => 1,
            Verdict::Met => 2,
        };
        match judged.min_by_key(rank) {
            Some(cd4) if hidden.is_empty() => cd4,
            // A count that can't be seen may be the newest, and low.
            Some(cd4) => cd4.and(Judgement::unknown(hidden)),
            None => Judgement::found(Vec::new(), hidden),
        }
    }

    /// Nearly every problem list has entries without a usable code: they do not leave this unknown.
    fn immunocompromised(&self) -> Judgement {
        let problems = self.conditions(ValueSet::IMMUNOCOMPROMISED).keep(Condition::is_active, |problem| {
            Gap::at(GapKind::NotRecorded, Source::Conditions, &problem.reference, &problem.concept.text)
        });
        let unseen = problems.gaps.iter().filter(|gap| gap.kind != GapKind::Uncoded).cloned().collect();
        Judgement::found(problems.items.iter().take(1).map(|problem| problem.evidence()).collect(), unseen)
    }
}

fn gap_of(drug: &MedicationUse, kind: GapKind) -> Gap {
    Gap::at(kind, drug.source(), &drug.reference, &drug.concept.text)
}

fn is_of(drug: &MedicationUse, set: ValueSet) -> Judgement {
    match drug.concept.is_drug(set) {
        Verdict::Met => Judgement::met(Vec::new()),
        Verdict::NotMet => Judgement::not_met(Vec::new()),
        Verdict::Unknown => Judgement::unknown(vec![gap_of(drug, drug.concept.gap_kind())]),
    }
}
