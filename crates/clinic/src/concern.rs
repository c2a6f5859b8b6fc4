//! Whom a rule can concern. Most calls are about patients who never had a cell therapy, and most rules have nothing to say to them.
//!
//! A function here, or beside its rule, answers no only where the verdict of the rule is then a known no, and there is no card,
//! whatever else its criteria come to: it looks at what every branch of them takes. It never looks at less than the criteria do,
//! so that what is hidden or unclear concerns, too. `tests/concern.rs` holds every rule against this.

use crate::questions::Case;

/// A rule that is always asked.
#[must_use]
pub fn everyone(_: &Case<'_>) -> bool {
    true
}

/// Who had CAR-T, or may have had it.
#[must_use]
pub fn after_car_t(case: &Case<'_>) -> bool {
    !case.car_t_history().judgement.is_not_met()
}

/// Who had a transplantation of stem cells, or may have had one.
#[must_use]
pub fn after_stem_cells(case: &Case<'_>) -> bool {
    !case.transplantation_in_past().judgement.is_not_met()
}

/// Who had a cell therapy of any kind, or may have had one.
#[must_use]
pub fn after_cells(case: &Case<'_>) -> bool {
    after_car_t(case) || after_stem_cells(case)
}
