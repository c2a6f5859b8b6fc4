//! Multiple sclerosis on record: second-line therapy, relapses, MRI activity.

use crate::questions::Case;
use jiff::civil::Date;

use crate::numbers;
use crate::questions::ms::exposure::{Dosing, Event, Exposure};
use cellwise_record::facts::concept::Coding;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::MedicationUse;
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Found, Gap, GapKind, Judgement, Moment, Source, Verdict};

/// A drug of the list.
#[derive(Clone, Copy, Debug)]
struct Therapy {
    /// Its international nonproprietary name, the same in Dutch and English.
    name: &'static str,
    /// Its codes.
    set: ValueSet,
    /// How often it is given.
    dosing: Dosing,
}

/// The listed drugs (HSCT-007). Cladribine and alemtuzumab count on from the first course (X5).
fn listed(case: &Case<'_>) -> [Therapy; 7] {
    let days = |number| Dosing::Days(case.whole(number));
    let months = |number| Dosing::Months(case.whole(number));
    let drug = |name, set, dosing| Therapy { name, set, dosing };
    [
        drug("natalizumab", ValueSet::NATALIZUMAB, days(&numbers::NATALIZUMAB_INTERVAL)),
        drug("ocrelizumab", ValueSet::OCRELIZUMAB, months(&numbers::OCRELIZUMAB_INTERVAL)),
        drug("rituximab", ValueSet::RITUXIMAB, months(&numbers::RITUXIMAB_INTERVAL)),
        drug("ofatumumab", ValueSet::OFATUMUMAB, days(&numbers::OFATUMUMAB_INTERVAL)),
        drug("ublituximab", ValueSet::UBLITUXIMAB, months(&numbers::UBLITUXIMAB_INTERVAL)),
        drug("cladribine", ValueSet::CLADRIBINE, Dosing::CountsOn),
        drug("alemtuzumab", ValueSet::ALEMTUZUMAB, Dosing::CountsOn),
    ]
}

impl Case<'_> {
    /// The conditions with a code in `set` that are active now.
    #[must_use]
    pub fn active_conditions(&self, set: ValueSet) -> Found<'_, Condition> {
        self.conditions(set).keep(Condition::is_active, |condition| condition.evidence().gap(GapKind::Unreadable))
    }

    /// MS of any type is on record, whatever its clinical status.
    pub fn multiple_sclerosis(&self) -> Judgement {
        self.conditions(ValueSet::MULTIPLE_SCLEROSIS).exists(Condition::evidence)
    }

    /// The type is relapsing-remitting (HSCT-006), active on the problem list. A progressive type on record is a known no,
    /// unless the list did not come through.
    pub fn relapsing_remitting_ms(&self) -> Judgement {
        let active = |set| self.active_conditions(set);
        let remitting = active(ValueSet::RELAPSING_REMITTING_MS);
        let progressive = active(ValueSet::SECONDARY_PROGRESSIVE_MS).plus(active(ValueSet::PRIMARY_PROGRESSIVE_MS));
        let evidence = |found: &Found<'_, Condition>| -> Vec<Evidence> {
            found.items.iter().map(|condition| condition.evidence()).collect()
        };
        let delivered = !self.sources().is_undelivered(Source::Conditions);
        let unconfirmed = self.unclear_entries(&[ValueSet::RELAPSING_REMITTING_MS]);
        match (remitting.items.is_empty(), progressive.items.is_empty()) {
            (false, true) => Judgement::met(evidence(&remitting)),
            (false, false) => {
                let gap = Gap::of(GapKind::Conflicting, Source::Conditions).said_as("gap-subtype-conflicting");
                Judgement::unknown(vec![gap]).with_evidence(evidence(&remitting)).with_evidence(evidence(&progressive))
            }
            // One that is not confirmed may be the type all the same.
            (true, false) if !unconfirmed.is_empty() => {
                Judgement::unknown(unconfirmed).with_evidence(evidence(&progressive))
            }
            (true, false) if delivered => Judgement::not_met(evidence(&progressive)),
            (true, false) => Judgement::unknown(remitting.gaps).with_evidence(evidence(&progressive)),
            (true, true) => {
                let missing = delivered.then(|| Gap::not_recorded(Source::Conditions, "gap-subtype"));
                let gaps = missing.into_iter().chain(remitting.gaps).collect();
                Judgement::unknown(gaps).with_evidence(evidence(&self.conditions(ValueSet::MULTIPLE_SCLEROSIS)))
            }
        }
    }

    /// A draft in scope is an autologous transplantation for MS.
    pub fn ahsct_for_ms_ordered(&self) -> Judgement {
        let on_record = self.multiple_sclerosis();
        self.orders_in_scope()
            .fold(Judgement::not_met(Vec::new()), |any, order| any.or(self.is_ahsct_for_ms(order, &on_record)))
    }

    /// Whether an order is an autologous transplantation for MS: by its reason, else, without another reason, by the record.
    fn is_ahsct_for_ms(&self, order: &DraftOrder, on_record: &Judgement) -> Judgement {
        let autologous = match order.concept.is(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION) {
            // Words only: they can't say what it is, but are worth the question.
            Verdict::Unknown if self.mentions("stem-cell-transplantation", &order.concept.text) => {
                Judgement::met(Vec::new())
            }
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown if order.readable => Judgement::not_met(Vec::new()),
            Verdict::Unknown => {
                Judgement::unknown(vec![Gap::at(GapKind::Unreadable, Source::DraftOrders, &order.reference, "")])
            }
        };
        if self.is_ordered_for_ms(order) {
            let unspecified = order.concept.has(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
            return if unspecified { Judgement::met(Vec::new()) } else { autologous };
        }
        let reason = |set| self.has_reason(&order.reasons, &order.reason_references, set);
        let other = order.reasons.iter().any(|reason| reason.coding == Coding::Known);
        if other || reason(ValueSet::LYMPHOMA_OR_LEUKAEMIA) || reason(ValueSet::MULTIPLE_MYELOMA) {
            return Judgement::not_met(Vec::new());
        }
        autologous.and(on_record.clone())
    }

    /// Whether an order gives MS as its reason.
    #[must_use]
    pub fn is_ordered_for_ms(&self, order: &DraftOrder) -> bool {
        self.has_reason(&order.reasons, &order.reason_references, ValueSet::MULTIPLE_SCLEROSIS)
    }

    /// The exposure to the listed second-line MS drugs (HSCT-007).
    #[must_use]
    pub fn second_line_ms_exposure(&self) -> Exposure<'_> {
        let found = self.medications(ValueSet::SECOND_LINE_MS_THERAPY);
        let blood_cancer = self.conditions(ValueSet::LYMPHOMA_OR_LEUKAEMIA).exists(Condition::evidence).verdict();
        let mut exposure = Exposure::new(self.as_of.date, found.gaps);
        for therapy in listed(self) {
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
