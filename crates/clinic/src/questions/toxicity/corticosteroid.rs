//! Systemic corticosteroids: whether a drug is one (by its class, else by its ingredient and route), and those that are being
//! ordered or in use.

use crate::questions::Case;
use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::{MedicationUse, Route};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Standing, Verdict};

/// The text of a gap: a drug of a systemic class by a route that is local, or neither.
pub const LOCAL_ROUTE: &str = "gap-local-route";

/// Something that is, or may be, a systemic corticosteroid.
#[derive(Clone, Debug)]
pub struct Corticosteroid<'c> {
    /// What the record calls it.
    pub name: &'c str,
    /// `Type/id`, or a pointer into the draft.
    pub reference: &'c str,
    /// `Type/id` of a draft order that has one: it can be taken out.
    pub address: Option<&'c str>,
    /// Whether it is one, and ordered or in use.
    pub systemic: Judgement,
    /// Whether not knowing is worth a question: the record itself speaks of a corticosteroid, or can't be read.
    pub asks: bool,
    /// Since when it is in use, or prescribed.
    pub since: Option<Moment>,
    /// Why, coded or in words.
    pub reasons: &'c [Concept],
    /// Why, as references.
    pub reason_references: &'c [String],
}

/// The systemic corticosteroids that are being ordered, or in use.
#[derive(Clone, Debug)]
pub struct Corticosteroids<'c> {
    /// Those that are one, or may be.
    pub all: Vec<Corticosteroid<'c>>,
    /// Whether there is one. What is in use may also be hidden in data that was not sent.
    pub judgement: Judgement,
}

impl<'c> Corticosteroids<'c> {
    /// Those that surely are.
    pub fn known(&self) -> impl Iterator<Item = &Corticosteroid<'c>> {
        self.all.iter().filter(|steroid| steroid.systemic.is_met())
    }

    /// Those that may be one, and are worth a question.
    pub fn asked_about(&self) -> impl Iterator<Item = &Corticosteroid<'c>> {
        self.all.iter().filter(|steroid| steroid.systemic.is_unknown() && steroid.asks)
    }
}

impl Case<'_> {
    /// The systemic corticosteroids among the draft orders in scope, on an order hook; else those in use.
    #[must_use]
    pub fn systemic_corticosteroids(&self) -> Corticosteroids<'_> {
        let (all, hidden): (Vec<Corticosteroid<'_>>, Vec<Gap>) = if self.hook.is_order() {
            (self.orders_in_scope().map(|order| self.ordered_corticosteroid(order)).collect(), Vec::new())
        } else {
            const SOURCES: [Source; 4] = [
                Source::MedicationRequests,
                Source::MedicationStatements,
                Source::MedicationAdministrations,
                Source::Conditions,
            ];
            (
                self.corticosteroids_in_use(),
                SOURCES.into_iter().flat_map(|source| self.sources().gaps_of(source)).collect(),
            )
        };
        let judgement = all.iter().fold(Judgement::found(Vec::new(), hidden), |any, of| any.or(of.systemic.clone()));
        Corticosteroids { all, judgement }
    }

    fn ordered_corticosteroid<'c>(&self, order: &'c DraftOrder) -> Corticosteroid<'c> {
        let evidence = order.evidence();
        let (systemic, asks) = if !order.readable {
            (Judgement::unknown(vec![evidence.gap(GapKind::Unreadable)]), true)
        } else if order.kind == OrderKind::Medication {
            self.is_systemic_corticosteroid(&order.concept, order.route, evidence)
        } else if order.concept.has(ValueSet::LONG_TERM_CORTICOSTEROID_USE) {
            (Judgement::met(vec![evidence]), false)
        } else {
            (Judgement::not_met(Vec::new()), false)
        };
        Corticosteroid {
            name: &order.concept.text,
            reference: &order.reference,
            address: order.address(),
            systemic,
            asks,
            since: None,
            reasons: &order.reasons,
            reason_references: &order.reason_references,
        }
    }

    /// What is used, and long-term use as a problem.
    fn corticosteroids_in_use(&self) -> Vec<Corticosteroid<'_>> {
        const LONG_USE: ValueSet = ValueSet::LONG_TERM_CORTICOSTEROID_USE;
        let used = self.all_medications().filter_map(|usage| self.used_corticosteroid(usage));
        let problems = self.conditions.iter().filter(|problem| problem.concept.is_or_may_be(LONG_USE));
        let problems = problems.filter(|problem| problem.is_active() == Verdict::Met).map(|problem| Corticosteroid {
            name: &problem.concept.text,
            reference: &problem.reference,
            address: None,
            systemic: match problem.standing {
                Standing::Counts if !problem.concept.has(LONG_USE) => {
                    Judgement::unknown(vec![problem.evidence().gap(problem.concept.gap_kind())])
                }
                Standing::Counts => Judgement::met(vec![problem.evidence()]),
                Standing::Unclear(kind) => Judgement::unknown(vec![problem.evidence().gap(kind)]),
            },
            asks: !problem.concept.has(LONG_USE),
            since: problem.date(),
            reasons: &[],
            reason_references: &[],
        });
        used.chain(problems).collect()
    }

    fn used_corticosteroid<'c>(&self, usage: &'c MedicationUse) -> Option<Corticosteroid<'c>> {
        let unclear = |kind| Judgement::unknown(vec![usage.evidence().gap(kind)]);
        let in_use = match (usage.is_in_use(&self.as_of.day()), usage.standing) {
            (Verdict::NotMet, _) => return None,
            (_, Standing::Unclear(kind)) => unclear(kind),
            (Verdict::Met, Standing::Counts) => Judgement::met(Vec::new()),
            (Verdict::Unknown, Standing::Counts) => unclear(GapKind::NotRecorded),
        };
        let (systemic, asks) = self.is_systemic_corticosteroid(&usage.concept, usage.route, usage.evidence());
        Some(Corticosteroid {
            name: &usage.concept.text,
            reference: &usage.reference,
            address: None,
            asks: asks || systemic.is_met(),
            systemic: systemic.and(in_use),
            since: usage.start.or(usage.authored),
            reasons: &usage.reasons,
            reason_references: &usage.reason_references,
        })
    }

    /// Whether adrenal insufficiency or anaphylaxis calls for a corticosteroid: as its reason, or adrenal insufficiency on the
    /// problem list. Words count here: a card that forbids to treat an emergency does more harm than one that asks.
    #[must_use]
    pub fn replaces_or_rescues(&self, steroid: &Corticosteroid<'_>) -> bool {
        let is_deficiency = |problem: &Condition| {
            problem.concept.is_or_may_be(ValueSet::ADRENAL_INSUFFICIENCY) && problem.is_active() == Verdict::Met
        };
        let has_reason = |set| self.has_reason(steroid.reasons, steroid.reason_references, set);
        self.conditions.iter().any(is_deficiency)
            || steroid.reasons.iter().any(|reason| self.mentions("corticosteroid-exception", &reason.text))
            || [ValueSet::ADRENAL_INSUFFICIENCY, ValueSet::ANAPHYLAXIS].into_iter().any(has_reason)
    }

    /// Whether a drug is a systemic corticosteroid, and whether not knowing is worth a question: the record itself speaks of a
    /// corticosteroid, or can't be read.
    ///
    /// ATC H02AB and H02BX are systemic, unless the route that is stated is not: then it is asked about. The local ATC classes
    /// are not; fludrocortisone is a mineralocorticoid; an ingredient is systemic or local by its route or form.
    pub(crate) fn is_systemic_corticosteroid(
        &self,
        drug: &Concept,
        route: Route,
        evidence: Evidence,
    ) -> (Judgement, bool) {
        let no = || (Judgement::not_met(Vec::new()), false);
        let open = |text| (Judgement::unknown(vec![evidence.gap(GapKind::NotRecorded).said_as(text)]), true);
        if drug.has(ValueSet::MINERALOCORTICOID) {
            return no();
        }
        if drug.has(ValueSet::SYSTEMIC_CORTICOSTEROID) {
            return match route {
                // The class is that of the product, the route that of this order: into a joint it is asked about.
                Route::Local | Route::Ambiguous => open(LOCAL_ROUTE),
                Route::Systemic | Route::NotStated => (Judgement::met(vec![evidence]), false),
            };
        }
        if drug.has(ValueSet::LOCAL_CORTICOSTEROID) {
            return no();
        }
        if drug.has(ValueSet::CORTICOSTEROID_INGREDIENT) {
            return match route {
                Route::Systemic => (Judgement::met(vec![evidence]), false),
                Route::Local => no(),
                Route::Ambiguous => open(LOCAL_ROUTE),
                Route::NotStated => open("gap-route"),
            };
        }
        if drug.is_drug(ValueSet::SYSTEMIC_CORTICOSTEROID) == Verdict::NotMet {
            return no();
        }
        let is_named = drug.names().any(|name| self.mentions("corticosteroid", name)) && route != Route::Local;
        let asks = is_named || drug.coding == Coding::Unreadable;
        (Judgement::unknown(vec![evidence.gap(drug.gap_kind())]), asks)
    }
}
