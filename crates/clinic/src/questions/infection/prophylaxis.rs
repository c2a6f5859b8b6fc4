//! Drugs against bacteria, Pneumocystis and herpes viruses: in use, perhaps in use, ended by an order.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, Route, UseKind};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{GapKind, Judgement, Source, Standing, Verdict, add_gaps};

/// What prophylaxis is against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Pneumocystis, and bacteria.
    Bacteria,
    /// Herpes viruses.
    Viruses,
}

impl Against {
    /// Whether a drug is prophylaxis by what it is.
    fn is(self, concept: &Concept) -> Verdict {
        match self {
            Self::Bacteria => {
                is_co_trimoxazole(concept).or(concept.is_drug(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE))
            }
            Self::Viruses => concept.is_drug(ValueSet::HERPES_ANTIVIRAL),
        }
    }

    /// Whether a drug is of the class that the sources on stem cells name without naming drugs (X30).
    fn perhaps_is(self, concept: &Concept) -> bool {
        concept.has(match self {
            Self::Bacteria => ValueSet::SYSTEMIC_ANTIBACTERIAL,
            Self::Viruses => ValueSet::SYSTEMIC_ANTIVIRAL,
        })
    }

    /// Whether a drug reaches the whole body. A cream of aciclovir does not.
    fn is_reached_by(self, route: Route) -> bool {
        self == Self::Bacteria || route != Route::Local
    }

    /// Whether an order that ends a drug ends this use of one: the prescription that it names, else what is of the same
    /// treatment by its number, else every use of the same kind of drug.
    fn is_ended(self, stop: &DraftOrder, usage: &MedicationUse, names_one: bool) -> bool {
        if names_one && usage.kind == UseKind::Prescribed {
            return stop.names(usage);
        }
        if let Some(same) = stop.treatment.has_number_of(&usage.treatment) {
            return same;
        }
        let (stopped, used) = (&stop.concept, &usage.concept);
        match self {
            Self::Bacteria => {
                let alternative = ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE;
                is_co_trimoxazole(stopped).and(is_co_trimoxazole(used)) == Verdict::Met
                    || stopped.has(alternative) && used.has(alternative)
            }
            Self::Viruses => {
                stopped.has(ValueSet::HERPES_ANTIVIRAL)
                    && stopped.has(ValueSet::VALACICLOVIR) == used.has(ValueSet::VALACICLOVIR)
            }
        }
    }
}

/// Prophylaxis that the draft orders end.
#[derive(Clone, Debug)]
pub struct EndedProphylaxis<'c> {
    /// Whether they end what is against bacteria, and nothing takes its place.
    pub bacteria: Judgement,
    /// The same against viruses.
    pub viruses: Judgement,
    /// The orders that end it, or may.
    pub orders: Vec<&'c DraftOrder>,
}

/// Whether a drug is co-trimoxazole. Trimethoprim alone is not.
pub fn is_co_trimoxazole(concept: &Concept) -> Verdict {
    if concept.has(ValueSet::SULFAMETHOXAZOLE) {
        Verdict::Met
    } else if concept.has(ValueSet::TRIMETHOPRIM) {
        Verdict::NotMet
    } else {
        concept.is_drug(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS)
    }
}

impl Case<'_> {
    /// Whether prophylaxis is in use.
    pub fn prophylaxis(&self, against: Against) -> Judgement {
        self.prophylaxis_but_for(against, &[])
    }

    /// Whether an antibacterial is in use that covers days with few neutrophils. Co-trimoxazole does not: it is there for
    /// Pneumocystis.
    pub fn antibacterial_in_neutropenia(&self) -> Judgement {
        let covers = |usage: &&MedicationUse| {
            let is_antibacterial = usage.concept.has(ValueSet::SYSTEMIC_ANTIBACTERIAL);
            is_antibacterial && is_co_trimoxazole(&usage.concept) == Verdict::NotMet && usage.route != Route::Local
        };
        let in_use = self.all_medications().filter(covers).map(|usage| match (self.goes_on(usage), usage.standing) {
            (Verdict::NotMet, _) => Judgement::not_met(Vec::new()),
            (Verdict::Met, Standing::Counts) => Judgement::met(vec![usage.evidence()]),
            _ => Judgement::unknown(vec![usage.evidence().gap(GapKind::NotRecorded)]),
        });
        in_use.fold(Judgement::not_met(Vec::new()), Judgement::or)
    }

    /// Whether a drug is in use that may be prophylaxis after a transplantation; never known to be.
    pub fn perhaps_prophylaxis(&self, against: Against) -> Judgement {
        let perhaps = self.all_medications().filter(|usage| {
            against.perhaps_is(&usage.concept)
                && against.is(&usage.concept) == Verdict::NotMet
                && usage.route != Route::Local
                && self.goes_on(usage) != Verdict::NotMet
        });
        let mut gaps = Vec::new();
        add_gaps(
            &mut gaps,
            perhaps.map(|usage| usage.evidence().gap(GapKind::NotRecorded).said_as("gap-perhaps-prophylaxis")),
        );
        Judgement::found(Vec::new(), gaps)
    }

    /// The prophylaxis that the draft orders end.
    #[must_use]
    pub fn ended_prophylaxis(&self) -> EndedProphylaxis<'_> {
        let stops: Vec<&DraftOrder> = self.stops.iter().filter(|stop| stop.in_scope).collect();
        let mut orders: Vec<&DraftOrder> = Vec::new();
        let [bacteria, viruses] = [Against::Bacteria, Against::Viruses].map(|against| {
            let mut ended = Judgement::not_met(Vec::new());
            for stop in stops.iter().filter(|stop| against.is_reached_by(stop.route)) {
                let is = match is_drafted(against, stop) {
                    doubt if doubt.is_unknown() => doubt.with_evidence([stop.evidence()]),
                    sure => sure,
                };
                // Words decide only whether to ask.
                let is_named =
                    is.is_met() || is.is_unknown() && self.mentions("infection-prophylaxis", &stop.concept.text);
                if is_named && !orders.iter().any(|known| known.reference == stop.reference) {
                    orders.push(stop);
                }
                ended = ended.or(is);
            }
            if ended.is_not_met() {
                return ended;
            }
            let drafted = self.orders.iter().filter(|order| order.kind == OrderKind::Medication);
            let replaced =
                drafted.map(|order| is_drafted(against, order)).fold(Judgement::not_met(Vec::new()), Judgement::or);
            ended.and(!self.prophylaxis_but_for(against, &stops)).and(!replaced)
        });
        EndedProphylaxis { bacteria, viruses, orders }
    }

    /// Whether prophylaxis is in use that none of the orders in `stops` ends.
    fn prophylaxis_but_for(&self, against: Against, stops: &[&DraftOrder]) -> Judgement {
        let names_one = |stop: &DraftOrder| self.all_medications().any(|usage| stop.names(usage));
        let stops: Vec<(&DraftOrder, bool)> = stops.iter().map(|stop| (*stop, names_one(stop))).collect();
        let mut evidence = Vec::new();
        let mut gaps = Vec::new();
        for source in [Source::MedicationRequests, Source::MedicationStatements, Source::MedicationAdministrations] {
            add_gaps(&mut gaps, self.sources.gaps_of(source));
        }
        for usage in self.all_medications() {
            let running = self.goes_on(usage);
            if running == Verdict::NotMet
                || !against.is_reached_by(usage.route)
                || stops.iter().any(|(stop, names_one)| against.is_ended(stop, usage, *names_one))
            {
                continue;
            }
            let kind = match (against.is(&usage.concept), usage.standing) {
                (Verdict::NotMet, _) => continue,
                (Verdict::Met, Standing::Counts) if running == Verdict::Met => {
                    evidence.push(usage.evidence());
                    continue;
                }
                (Verdict::Met, Standing::Counts) => GapKind::ImpreciseDate,
                (Verdict::Met, Standing::Unclear(kind)) => kind,
                (Verdict::Unknown, _) => usage.concept.gap_kind(),
            };
            add_gaps(&mut gaps, [usage.evidence().gap(kind)]);
        }
        Judgement::found(evidence, gaps)
    }

    /// Whether a use of a drug goes on: by its course, or because it was given a short while ago.
    fn goes_on(&self, usage: &MedicationUse) -> Verdict {
        let in_use = usage.is_in_use(&self.as_of.day());
        let last = match usage.end {
            CourseEnd::On(day) => Some(day),
            CourseEnd::Ongoing | CourseEnd::NotRecorded => usage.start,
        };
        let (UseKind::Given, Some(last)) = (usage.kind, last) else { return in_use };
        let is_alternative = usage.concept.has(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE);
        let days = self.whole(if is_alternative {
            &numbers::ALTERNATIVE_PROPHYLAXIS_GIVEN_DAYS
        } else {
            &numbers::PROPHYLAXIS_GIVEN_DAYS
        });
        in_use.or(self.within_days(&last, days))
    }
}

/// Whether a draft order is about prophylaxis.
fn is_drafted(against: Against, order: &DraftOrder) -> Judgement {
    match against.is(&order.concept) {
        Verdict::Met => Judgement::met(vec![order.evidence()]),
        Verdict::NotMet => Judgement::not_met(Vec::new()),
        Verdict::Unknown => Judgement::unknown(vec![order.evidence().gap(order.concept.gap_kind())]),
    }
}
