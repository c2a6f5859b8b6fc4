//! What we advise: one rule per file, grouped by when a clinician needs it.

pub mod aftercare;
pub mod avoid;
pub mod before;
pub mod eligibility;
pub mod toxicity;

use crate::rule::Rule;

/// Every rule, sorted by id. One line per rule.
pub const ALL: &[&Rule] = &[
    &eligibility::ahsct_eligibility::RULE,
    &aftercare::ahsct_precautions::RULE,
    &before::ahsct_regimen_dose::RULE,
    &eligibility::car_t_eligibility::RULE,
    &aftercare::car_t_precautions::RULE,
    &avoid::conception_after_cell_therapy::RULE,
    &avoid::corticosteroid_after_car_t::RULE,
    &toxicity::cytopenia_after_cell_therapy::RULE,
    &aftercare::discharge_after_ahsct::RULE,
    &aftercare::discharge_after_car_t::RULE,
    &before::dmso_allergy::RULE,
    &avoid::donation_after_car_t::RULE,
    &avoid::driving_after_car_t::RULE,
    &before::fertility_preservation::RULE,
    &toxicity::fever_after_cell_therapy::RULE,
    &before::hepatitis_b::RULE,
    &aftercare::immunoglobulin_after_car_t::RULE,
    &aftercare::infection_prophylaxis::RULE,
    &before::irradiated_blood_products::RULE,
    &avoid::live_vaccine_after_cell_therapy::RULE,
    &before::live_vaccine_before_cell_therapy::RULE,
    &before::lymphodepletion_sequence::RULE,
    &toxicity::possible_crs::RULE,
    &toxicity::possible_icans::RULE,
    &before::pregnancy_with_cell_therapy::RULE,
    &toxicity::prolonged_cytopenia_after_car_t::RULE,
    &aftercare::second_malignancy_after_car_t::RULE,
    &before::stem_cell_harvest::RULE,
    &toxicity::urgent_symptoms_after_car_t::RULE,
];

/// The rules whose cards say that a patient fits a treatment. What is unclear is never supposed for them.
pub const JUDGING_FITNESS: [&str; 2] =
    [eligibility::ahsct_eligibility::RULE.id, eligibility::car_t_eligibility::RULE.id];

/// The hint lists of `fhir-profiles/text-hints.json` that code asks for.
pub const HINTS: &[&str] = &[
    "corticosteroid",
    "car-t",
    "stem-cell-transplantation",
    "donation",
    "driving",
    "route-systemic",
    "route-local",
    "route-ambiguous",
    "form-systemic",
    "form-local",
    "form-ambiguous",
    "diagnosis",
    "pregnancy",
    "corticosteroid-exception",
    "receives-material",
    "blood-culture",
    "urine-culture",
    "chest-x-ray",
    "vaccine",
    "infection-prophylaxis",
    "neurotoxicity",
    "call-card",
    "other-conditioning",
    "dimethyl-sulfoxide",
    "fertility",
    "other-allergen",
    "blood-product",
    "blood-product-in-short",
    "blood-cells",
    "blood-unit",
    "transfusion",
    "plasma-product",
    "no-transfusion",
    "irradiated",
    "not-irradiated",
];
