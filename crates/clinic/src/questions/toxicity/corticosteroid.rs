//! Whether a drug is a systemic corticosteroid: by its class, else by its ingredient and route.

use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::medication::Route;
use cellwise_record::terminology::{Terminology, ValueSet};
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Source, Verdict};

/// Whether a drug is a systemic corticosteroid, and whether not knowing is worth a question: the record itself speaks of a
/// corticosteroid, or can't be read.
///
/// ATC H02AB and H02BX are systemic; the local ATC classes are not; fludrocortisone is a mineralocorticoid; an ingredient is
/// systemic or local by its route or form.
pub fn is_systemic_corticosteroid(
    terminology: &Terminology,
    drug: &Concept,
    route: Route,
    source: Source,
    evidence: Evidence,
) -> (Judgement, bool) {
    let no = || (Judgement::not_met(Vec::new()), false);
    let gap = |kind| Gap::at(kind, source, &evidence.reference, &drug.text);
    if drug.has(ValueSet::MINERALOCORTICOID) {
        return no();
    }
    if drug.has(ValueSet::SYSTEMIC_CORTICOSTEROID) {
        return (Judgement::met(vec![evidence]), false);
    }
    if drug.has(ValueSet::LOCAL_CORTICOSTEROID) {
        return no();
    }
    if drug.has(ValueSet::CORTICOSTEROID_INGREDIENT) {
        return match route {
            Route::Systemic => (Judgement::met(vec![evidence]), false),
            Route::Local => no(),
            Route::Ambiguous | Route::NotStated => {
                (Judgement::unknown(vec![gap(GapKind::NotRecorded).said_as("gap-route")]), true)
            }
        };
    }
    if drug.is_drug(ValueSet::SYSTEMIC_CORTICOSTEROID) == Verdict::NotMet {
        return no();
    }
    let named = terminology.mentions("corticosteroid", &drug.text) && route != Route::Local;
    (Judgement::unknown(vec![gap(drug.gap_kind())]), named || drug.coding == Coding::Unreadable)
}
