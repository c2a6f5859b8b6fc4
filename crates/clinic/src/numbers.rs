//! Every number that a rule or a question rests on: once, with its unit, its bounds and its source.
//!
//! `case.value(&numbers::LOW_IGG)` is the only way to read one: it gives the hospital's own value where there is one, and
//! notes that the answer rests on it, so that a card can name it. Texts name a number (`{low-igg}`), never its value.

/// A named number with its source: a default that a hospital can change, with its own citation.
#[derive(Debug)]
pub struct Number {
    /// Name, unique among all.
    pub id: &'static str,
    /// The value from the source.
    pub default: f64,
    /// The least and the greatest value that a hospital may put in its place; beyond them it is a slip.
    pub within: (f64, f64),
    /// Unit, UCUM (`mo`, `d`, `a`, `Cel`, `mg/kg`), or `1`. Counts and spans of time are whole numbers.
    pub unit: &'static str,
    /// Statement id or document that says so; `inference` where no source gives a number.
    pub citation: &'static str,
    /// The names that configuration files of earlier versions give it, as (rule, number).
    pub formerly: &'static [(&'static str, &'static str)],
}

impl Number {
    /// Whether only whole numbers make sense: spans of time, ages, grades.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self.unit, "h" | "d" | "wk" | "mo" | "a" | "1")
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Number {}

/// A neurological problem that began longer ago than this, and is still called active, is no news.
pub const ACTIVE_SIGN_DAYS: Number = Number {
    id: "active-sign-days",
    default: 90.0,
    within: (7.0, 3650.0),
    unit: "d",
    citation: "inference",
    formerly: &[("possible-icans", "active-sign-days")],
};

/// From this age on, a systolic pressure is compared with the limit of hypotension, which is one for adults.
pub const ADULT_AGE: Number = Number {
    id: "adult-age",
    default: 18.0,
    within: (12.0, 21.0),
    unit: "a",
    citation: "inference",
    formerly: &[("possible-crs", "adult-age")],
};

/// How long one administration of an alternative to co-trimoxazole (atovaquone, dapsone, pentamidine) shows that it is in use.
pub const ALTERNATIVE_PROPHYLAXIS_GIVEN_DAYS: Number = Number {
    id: "alternative-prophylaxis-given-days",
    default: 28.0,
    within: (1.0, 42.0),
    unit: "d",
    citation: "inference",
    formerly: &[("infection-prophylaxis", "alternative-given-days")],
};

/// Fever with few neutrophils is treated with antibacterial drugs within this time of the first assessment.
pub const ANTIBIOTICS_WITHIN_HOURS: Number = Number {
    id: "antibiotics-within-hours",
    default: 1.0,
    within: (1.0, 3.0),
    unit: "h",
    citation: "FN-001",
    formerly: &[],
};

/// How long a record of breastfeeding counts when nobody updates it.
pub const BREASTFEEDING_RECORD_MONTHS: Number = Number {
    id: "breastfeeding-record-months",
    default: 24.0,
    within: (1.0, 60.0),
    unit: "mo",
    citation: "inference",
    formerly: &[("pregnancy-with-cell-therapy", "breastfeeding-record-months")],
};

/// Chemotherapy that ends more than so long before CAR-T is bridging, not lymphodepletion.
pub const BRIDGING_AFTER_DAYS: Number = Number {
    id: "bridging-after-days",
    default: 14.0,
    within: (7.0, 60.0),
    unit: "d",
    citation: "inference",
    formerly: &[("lymphodepletion-sequence", "bridging-after-days")],
};

/// B cells recover within this time.
pub const B_CELL_RECOVERY_YEARS: Number = Number {
    id: "b-cell-recovery-years",
    default: 3.0,
    within: (1.0, 20.0),
    unit: "a",
    citation: "CART-097",
    formerly: &[("immunoglobulin-after-car-t", "b-cell-recovery-years")],
};

/// How long after CAR-T the symptoms of the call card and fever at home are still taken for its consequences. The leaflet
/// names no end; late infections and cytopenias are described in the first two years.
pub const CALL_CARD_MONTHS: Number = Number {
    id: "call-card-months",
    default: 24.0,
    within: (1.0, 600.0),
    unit: "mo",
    citation: "inference (CART-060)",
    formerly: &[],
};

/// The first age at which a patient may be pregnant: from then on, a pregnancy that nothing excludes is asked about.
pub const CHILDBEARING_FROM_AGE: Number = Number {
    id: "childbearing-from-age",
    default: 12.0,
    within: (8.0, 20.0),
    unit: "a",
    citation: "inference (X9)",
    formerly: &[("pregnancy-with-cell-therapy", "childbearing-from-age")],
};

/// The last age at which a patient may be pregnant.
pub const CHILDBEARING_TO_AGE: Number = Number {
    id: "childbearing-to-age",
    default: 55.0,
    within: (40.0, 70.0),
    unit: "a",
    citation: "inference (X9)",
    formerly: &[("pregnancy-with-cell-therapy", "childbearing-to-age")],
};

/// The highest Glasgow coma score that is coma.
pub const COMA_SCORE: Number = Number {
    id: "coma-score",
    default: 8.0,
    within: (3.0, 12.0),
    unit: "1",
    citation: "inference",
    formerly: &[("possible-icans", "coma-score")],
};

/// Cyclophosphamide in so many days before own stem cells are given back is conditioning; mobilisation lies weeks earlier.
pub const CONDITIONING_DAYS: Number = Number {
    id: "conditioning-days",
    default: 10.0,
    within: (6.0, 20.0),
    unit: "d",
    citation: "inference",
    formerly: &[],
};

/// How long a condom is advised after CAR-T.
pub const CONDOM_MONTHS_AFTER_CAR_T: Number = Number {
    id: "condom-months-after-car-t",
    default: 6.0,
    within: (1.0, 60.0),
    unit: "mo",
    citation: "CART-053",
    formerly: &[("conception-after-cell-therapy", "condom-months-after-car-t")],
};

/// Co-trimoxazole is started on this day after CAR-T.
pub const CO_TRIMOXAZOLE_START_DAYS: Number = Number {
    id: "co-trimoxazole-start-days",
    default: 30.0,
    within: (0.0, 60.0),
    unit: "d",
    citation: "Blood article 12523856",
    formerly: &[("infection-prophylaxis", "co-trimoxazole-start-days")],
};

/// How long after CAR-T a systemic corticosteroid is critical. The source gives no end: the standard is a lifetime.
pub const CORTICOSTEROID_CRITICAL_MONTHS: Number = Number {
    id: "corticosteroid-critical-months",
    default: 1200.0,
    within: (3.0, 1200.0),
    unit: "mo",
    citation: "CART-067 (X1)",
    formerly: &[],
};

/// How long after a cell therapy low counts are still taken for its consequence. The sources name no end; cytopenias are
/// described in the first two years.
pub const COUNT_MONTHS: Number = Number {
    id: "count-months",
    default: 24.0,
    within: (1.0, 600.0),
    unit: "mo",
    citation: "inference (CART-057, CART-058)",
    formerly: &[],
};

/// The lowest grade of ICANS that is critical in the first month after CAR-T.
pub const CRITICAL_ICANS_GRADE: Number = Number {
    id: "critical-icans-grade",
    default: 2.0,
    within: (1.0, 3.0),
    unit: "1",
    citation: "inference",
    formerly: &[("possible-icans", "critical-grade")],
};

/// A temperature from here on is a sign of cytokine release syndrome.
pub const CRS_FEVER: Number = Number {
    id: "crs-fever",
    default: 38.0,
    within: (37.5, 39.0),
    unit: "Cel",
    citation: "ASTCT (Lee 2019)",
    formerly: &[("possible-crs", "fever")],
};

/// How far back a measurement or a drug is a sign of cytokine release syndrome now.
pub const CRS_HOURS: Number = Number {
    id: "crs-hours",
    default: 24.0,
    within: (6.0, 72.0),
    unit: "h",
    citation: "inference",
    formerly: &[("possible-crs", "window-hours")],
};

/// An oxygen saturation below this is hypoxia.
pub const CRS_OXYGEN_SATURATION: Number = Number {
    id: "crs-oxygen-saturation",
    default: 92.0,
    within: (85.0, 96.0),
    unit: "%",
    citation: "inference",
    formerly: &[("possible-crs", "oxygen-saturation")],
};

/// A systolic pressure below this is hypotension in an adult.
pub const CRS_SYSTOLIC_PRESSURE: Number = Number {
    id: "crs-systolic-pressure",
    default: 90.0,
    within: (70.0, 110.0),
    unit: "mm[Hg]",
    citation: "inference",
    formerly: &[("possible-crs", "systolic-pressure")],
};

/// Cyclophosphamide of one administration in conditioning for own stem cells, for each kilogram.
pub const CYCLOPHOSPHAMIDE_PER_KG: Number = Number {
    id: "cyclophosphamide-per-kg",
    default: 50.0,
    within: (10.0, 60.0),
    unit: "mg/kg",
    citation: "HSCT-050",
    formerly: &[("ahsct-regimen-dose", "cyclophosphamide-per-kg")],
};

/// Courses that lie further apart are two lines.
pub const DAYS_BETWEEN_LINES: Number = Number {
    id: "days-between-lines",
    default: 60.0,
    within: (7.0, 365.0),
    unit: "d",
    citation: "inference",
    formerly: &[("car-t-eligibility", "days-between-lines")],
};

/// How long after its due date a pregnancy may go on.
pub const DAYS_PAST_DUE_DATE: Number = Number {
    id: "days-past-due-date",
    default: 14.0,
    within: (0.0, 28.0),
    unit: "d",
    citation: "inference (X9): 42 weeks",
    formerly: &[],
};

/// How old a neutrophil count may be to tell whether a patient can go home.
pub const DISCHARGE_COUNT_DAYS: Number = Number {
    id: "discharge-count-days",
    default: 3.0,
    within: (0.0, 7.0),
    unit: "d",
    citation: "inference",
    formerly: &[("discharge-after-ahsct", "count-days")],
};

/// A dose of conditioning may differ by so much from the scheme.
pub const DOSE_TOLERANCE_PERCENT: Number = Number {
    id: "dose-tolerance-percent",
    default: 10.0,
    within: (1.0, 25.0),
    unit: "%",
    citation: "inference",
    formerly: &[("ahsct-regimen-dose", "tolerance-percent")],
};

/// The age from which people may drive a car.
pub const DRIVING_FROM_AGE: Number = Number {
    id: "driving-from-age",
    default: 16.0,
    within: (12.0, 18.0),
    unit: "a",
    citation: "inference",
    formerly: &[("driving-after-car-t", "driving-from-age")],
};

/// After a transplantation of own stem cells, patients call about a temperature above this.
pub const FEVER_AFTER_AHSCT: Number = Number {
    id: "fever-after-ahsct",
    default: 38.0,
    within: (37.5, 39.0),
    unit: "Cel",
    citation: "HSCT-040",
    formerly: &[("fever-after-cell-therapy", "fever-after-ahsct")],
};

/// After CAR-T, patients call about a temperature above this: it stands on their call card.
pub const FEVER_AFTER_CAR_T: Number = Number {
    id: "fever-after-car-t",
    default: 38.5,
    within: (37.5, 39.0),
    unit: "Cel",
    citation: "CART-060",
    formerly: &[("fever-after-cell-therapy", "fever-after-car-t")],
};

/// From this temperature on, lymphodepletion or an infusion of CAR-T cells is perhaps to be postponed.
pub const FEVER_BEFORE_CAR_T: Number = Number {
    id: "fever-before-car-t",
    default: 38.0,
    within: (37.5, 39.0),
    unit: "Cel",
    citation: "inference (CART-007)",
    formerly: &[],
};

/// How long a fever is looked for before lymphodepletion or an infusion of CAR-T cells.
pub const FEVER_BEFORE_CAR_T_HOURS: Number = Number {
    id: "fever-before-car-t-hours",
    default: 48.0,
    within: (12.0, 168.0),
    unit: "h",
    citation: "inference (CART-007)",
    formerly: &[],
};

/// How far back a temperature outside the hospital is a fever to act on.
pub const FEVER_HOURS: Number = Number {
    id: "fever-hours",
    default: 48.0,
    within: (12.0, 168.0),
    unit: "h",
    citation: "inference",
    formerly: &[("fever-after-cell-therapy", "window-hours")],
};

/// While stem cells are mobilised, patients call about a temperature above this.
pub const FEVER_IN_MOBILISATION: Number = Number {
    id: "fever-in-mobilisation",
    default: 38.5,
    within: (37.5, 39.0),
    unit: "Cel",
    citation: "HSCT-016",
    formerly: &[("fever-after-cell-therapy", "fever-in-mobilisation")],
};

/// How long after a transplantation of own cells fever at home is still taken for its consequence. The leaflet names no end;
/// immunity is low for up to three years (HSCT-061), most of all in the first.
pub const FEVER_MONTHS_AFTER_AHSCT: Number = Number {
    id: "fever-months-after-ahsct",
    default: 12.0,
    within: (1.0, 600.0),
    unit: "mo",
    citation: "inference (HSCT-040, HSCT-061)",
    formerly: &[],
};

/// IgG is measured for the first time on this day after CAR-T.
pub const FIRST_IGG_DAYS: Number = Number {
    id: "first-igg-days",
    default: 30.0,
    within: (0.0, 90.0),
    unit: "d",
    citation: "Blood 12523856; PMC11272770 (first at day 30)",
    formerly: &[("immunoglobulin-after-car-t", "first-igg-days")],
};

/// The time after CAR-T in which its acute toxicity is expected, counted from t0: fever, CRS, ICANS, the symptoms of the
/// call card.
pub const FIRST_MONTH_AFTER_CAR_T: Number = Number {
    id: "first-month-after-car-t",
    default: 30.0,
    within: (14.0, 90.0),
    unit: "d",
    citation: "X12 (CART-034, CART-043)",
    formerly: &[
        ("corticosteroid-after-car-t", "episode-days"),
        ("fever-after-cell-therapy", "first-month-days"),
        ("possible-crs", "window-days"),
        ("possible-icans", "acute-days"),
        ("urgent-symptoms-after-car-t", "acute-days"),
    ],
};

/// The first days after a cell therapy, in which blood counts are due.
pub const FREQUENT_COUNT_DAYS: Number = Number {
    id: "frequent-count-days",
    default: 30.0,
    within: (7.0, 100.0),
    unit: "d",
    citation: "inference",
    formerly: &[("cytopenia-after-cell-therapy", "first-days")],
};

/// From this day after an infusion few neutrophils are expected.
pub const EXPECTED_NADIR_FROM_DAY: Number = Number {
    id: "expected-nadir-from-day",
    default: 3.0,
    within: (0.0, 14.0),
    unit: "d",
    citation: "inference",
    formerly: &[],
};

/// Up to and including this day after an infusion few neutrophils are expected.
pub const EXPECTED_NADIR_TO_DAY: Number = Number {
    id: "expected-nadir-to-day",
    default: 9.0,
    within: (5.0, 28.0),
    unit: "d",
    citation: "inference",
    formerly: &[],
};

/// G-CSF that was given is in effect for so long.
pub const G_CSF_GIVEN_DAYS: Number = Number {
    id: "g-csf-given-days",
    default: 7.0,
    within: (1.0, 21.0),
    unit: "d",
    citation: "inference",
    formerly: &[("cytopenia-after-cell-therapy", "g-csf-given-days")],
};

/// Days without a count between two low ones count as low up to so many: an outpatient is counted once a week.
pub const ICAHT_BRIDGED_DAYS: Number = Number {
    id: "icaht-bridged-days",
    default: 7.0,
    within: (0.0, 14.0),
    unit: "d",
    citation: "ICAHT-004",
    formerly: &[],
};

/// The last day of early haematotoxicity after CAR-T, counted from t0.
pub const ICAHT_EARLY_DAYS: Number = Number {
    id: "icaht-early-days",
    default: 30.0,
    within: (21.0, 42.0),
    unit: "d",
    citation: "ICAHT-001",
    formerly: &[],
};

/// Very low counts for so long make the highest grade.
pub const ICAHT_HIGHEST_DAYS: Number = Number {
    id: "icaht-highest-days",
    default: 14.0,
    within: (7.0, 28.0),
    unit: "d",
    citation: "ICAHT-001 (neutrophils); ICAHT-005 (platelets)",
    formerly: &[],
};

/// The last day on which late haematotoxicity after CAR-T is graded, counted from t0.
pub const ICAHT_LATE_DAYS: Number = Number {
    id: "icaht-late-days",
    default: 100.0,
    within: (60.0, 365.0),
    unit: "d",
    citation: "ICAHT-003; ICAHT-006",
    formerly: &[],
};

/// Low neutrophils for so long in the first month are severe haematotoxicity.
pub const ICAHT_LOW_DAYS: Number = Number {
    id: "icaht-low-days",
    default: 14.0,
    within: (7.0, 28.0),
    unit: "d",
    citation: "ICAHT-001",
    formerly: &[],
};

/// Neutrophils at or below this are counted for the grade of haematotoxicity.
pub const ICAHT_NEUTROPHILS: Number = Number {
    id: "icaht-neutrophils",
    default: 0.5,
    within: (0.2, 1.0),
    unit: "10*9/L",
    citation: "ICAHT-001",
    formerly: &[],
};

/// Platelets below this are counted for the severe grades of haematotoxicity.
pub const ICAHT_PLATELETS: Number = Number {
    id: "icaht-platelets",
    default: 20.0,
    within: (10.0, 50.0),
    unit: "10*9/L",
    citation: "ICAHT-005",
    formerly: &[],
};

/// A recovery of fewer days than this is none.
pub const ICAHT_RECOVERY_DAYS: Number = Number {
    id: "icaht-recovery-days",
    default: 3.0,
    within: (1.0, 7.0),
    unit: "d",
    citation: "ICAHT-002; ICAHT-006",
    formerly: &[],
};

/// Very low counts for so long in the first month are severe haematotoxicity.
pub const ICAHT_VERY_LOW_DAYS: Number = Number {
    id: "icaht-very-low-days",
    default: 7.0,
    within: (1.0, 14.0),
    unit: "d",
    citation: "ICAHT-001 (neutrophils); inference (platelets)",
    formerly: &[],
};

/// Neutrophils at or below this are very low.
pub const ICAHT_VERY_LOW_NEUTROPHILS: Number = Number {
    id: "icaht-very-low-neutrophils",
    default: 0.1,
    within: (0.05, 0.3),
    unit: "10*9/L",
    citation: "ICAHT-001",
    formerly: &[],
};

/// How long a negative test for the surface antigen of hepatitis B holds. A new infection, or one that comes back, would turn it.
pub const HBSAG_MONTHS: Number =
    Number { id: "hbsag-months", default: 12.0, within: (1.0, 60.0), unit: "mo", citation: "inference", formerly: &[] };

/// How long the antiviral against hepatitis B goes on after a cell therapy, or after the last antibody against CD20.
pub const HEPATITIS_B_PROPHYLAXIS_MONTHS: Number = Number {
    id: "hepatitis-b-prophylaxis-months",
    default: 12.0,
    within: (6.0, 60.0),
    unit: "mo",
    citation: "EASL 2017 (PMC11078521, table 3); Blood article 12523856",
    formerly: &[],
};

/// How long the antiviral against hepatitis B goes on after the last rituximab.
pub const HEPATITIS_B_PROPHYLAXIS_MONTHS_AFTER_RITUXIMAB: Number = Number {
    id: "hepatitis-b-prophylaxis-months-after-rituximab",
    default: 18.0,
    within: (6.0, 60.0),
    unit: "mo",
    citation: "EASL 2017 (PMC11078521, table 3)",
    formerly: &[],
};

/// Below this age the ICE score does not apply.
pub const ICE_AGE: Number = Number {
    id: "ice-age",
    default: 12.0,
    within: (6.0, 18.0),
    unit: "a",
    citation: "inference",
    formerly: &[("possible-icans", "ice-age")],
};

/// IgG is measured at least so often.
pub const IGG_INTERVAL_MONTHS: Number = Number {
    id: "igg-interval-months",
    default: 6.0,
    within: (1.0, 24.0),
    unit: "mo",
    citation: "Blood 12523856; PMC11272770 (every 3 to 6 months)",
    formerly: &[("immunoglobulin-after-car-t", "igg-interval-months")],
};

/// Immunoglobulin that was given is in effect for so long.
pub const IMMUNOGLOBULIN_GIVEN_DAYS: Number = Number {
    id: "immunoglobulin-given-days",
    default: 42.0,
    within: (7.0, 120.0),
    unit: "d",
    citation: "inference",
    formerly: &[("immunoglobulin-after-car-t", "immunoglobulin-given-days")],
};

/// How long an immunosuppressant works after it was given.
pub const IMMUNOSUPPRESSANT_GIVEN_DAYS: Number = Number {
    id: "immunosuppressant-given-days",
    default: 28.0,
    within: (7.0, 365.0),
    unit: "d",
    citation: "inference",
    formerly: &[("live-vaccine-after-cell-therapy", "immunosuppressant-given-days")],
};

/// For how long after CAR-T blood products with cells are irradiated; the last day counts.
pub const IRRADIATED_BLOOD_DAYS_AFTER_CAR_T: Number = Number {
    id: "irradiated-blood-days-after-car-t",
    default: 90.0,
    within: (30.0, 3650.0),
    unit: "d",
    citation: "EHA/EBMT consensus on ICAHT (Blood, table 11837558)",
    formerly: &[],
};

/// From how long before the collection of stem cells on blood products with cells are irradiated.
pub const IRRADIATED_BLOOD_DAYS_BEFORE_HARVEST: Number = Number {
    id: "irradiated-blood-days-before-harvest",
    default: 14.0,
    within: (7.0, 60.0),
    unit: "d",
    citation: "Austrian guideline (transfusion.at)",
    formerly: &[],
};

/// From how long before the leukapheresis for CAR-T on blood products with cells are irradiated.
pub const IRRADIATED_BLOOD_DAYS_BEFORE_LEUKAPHERESIS: Number = Number {
    id: "irradiated-blood-days-before-leukapheresis",
    default: 7.0,
    within: (1.0, 60.0),
    unit: "d",
    citation: "EHA/EBMT consensus on ICAHT (Blood, table 11837558)",
    formerly: &[],
};

/// For how long after stem cells of a donor blood products with cells are irradiated; the last day counts.
pub const IRRADIATED_BLOOD_MONTHS_AFTER_DONOR_CELLS: Number = Number {
    id: "irradiated-blood-months-after-donor-cells",
    default: 12.0,
    within: (6.0, 600.0),
    unit: "mo",
    citation: "Dutch guideline on blood transfusion",
    formerly: &[],
};

/// For how long after a purine analogue, bendamustine, antithymocyte globulin or alemtuzumab blood products with cells are irradiated;
/// the last day counts. Guidelines differ: six months in the Netherlands, without an end elsewhere.
pub const IRRADIATED_BLOOD_MONTHS_AFTER_DRUG: Number = Number {
    id: "irradiated-blood-months-after-drug",
    default: 12.0,
    within: (1.0, 600.0),
    unit: "mo",
    citation: "inference (guidelines differ)",
    formerly: &[],
};

/// For how long after own stem cells blood products with cells are irradiated; the last day counts.
pub const IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS: Number = Number {
    id: "irradiated-blood-months-after-own-cells",
    default: 6.0,
    within: (3.0, 600.0),
    unit: "mo",
    citation: "Dutch guideline on blood transfusion",
    formerly: &[],
};

/// Fewer CD34-positive cells for each kilogram (×10⁶) are not enough for a transplantation of own stem cells.
pub const LEAST_CELLS_PER_KG: Number = Number {
    id: "least-cells-per-kg",
    default: 2.0,
    within: (1.0, 5.0),
    unit: "10*6/kg",
    citation: "HSCT-048",
    formerly: &[("stem-cell-harvest", "least-cells-per-kg")],
};

/// How long before lymphodepletion or conditioning no live vaccine is given any more.
pub const LIVE_VACCINE_WEEKS_BEFORE_CELL_THERAPY: Number = Number {
    id: "live-vaccine-weeks-before-cell-therapy",
    default: 6.0,
    within: (4.0, 26.0),
    unit: "wk",
    citation: "label of axicabtagene ciloleucel (SmPC); conditioning: inference",
    formerly: &[],
};

/// CAR-T follows at most so long after the last day of lymphodepletion.
pub const LONGEST_LYMPHODEPLETION_INTERVAL_DAYS: Number = Number {
    id: "longest-lymphodepletion-interval-days",
    default: 3.0,
    within: (1.0, 14.0),
    unit: "d",
    citation: "CART-019",
    formerly: &[("lymphodepletion-sequence", "longest-interval-days")],
};

/// Below this, substitution is considered.
pub const LOW_IGG: Number = Number {
    id: "low-igg",
    default: 4.0,
    within: (2.0, 8.0),
    unit: "g/L",
    citation: "Blood 12523856; PMC11272770",
    formerly: &[("immunoglobulin-after-car-t", "low-igg")],
};

/// More oxygen than this is high flow.
pub const LOW_OXYGEN_FLOW: Number = Number {
    id: "low-oxygen-flow",
    default: 6.0,
    within: (1.0, 15.0),
    unit: "L/min",
    citation: "ASTCT (Lee 2019)",
    formerly: &[("possible-crs", "low-oxygen-flow")],
};

/// Below this platelet count, bleeding and injury are a matter.
pub const LOW_PLATELETS: Number = Number {
    id: "low-platelets",
    default: 50.0,
    within: (10.0, 100.0),
    unit: "10*9/L",
    citation: "inference",
    formerly: &[("cytopenia-after-cell-therapy", "low-platelets")],
};

/// The stay after the last infusion lasts at least so long.
pub const MINIMUM_STAY_DAYS: Number = Number {
    id: "minimum-stay-days",
    default: 10.0,
    within: (1.0, 28.0),
    unit: "d",
    citation: "CART-026",
    formerly: &[("discharge-after-car-t", "minimum-stay-days")],
};

/// How long a drug must have been in use.
pub const MINIMUM_THERAPY_MONTHS: Number = Number {
    id: "minimum-therapy-months",
    default: 6.0,
    within: (1.0, 60.0),
    unit: "mo",
    citation: "HSCT-007",
    formerly: &[("ahsct-eligibility", "minimum-therapy-months")],
};

/// Cyclophosphamide so long before the growth factor belongs to the same mobilisation: the sources give it days before.
pub const MOBILISATION_CYCLOPHOSPHAMIDE_DAYS: Number = Number {
    id: "mobilisation-cyclophosphamide-days",
    default: 21.0,
    within: (7.0, 60.0),
    unit: "d",
    citation: "inference (HSCT-014)",
    formerly: &[],
};

/// How long the mobilisation of stem cells goes on after the last dose of the drug.
pub const MOBILISATION_DAYS: Number = Number {
    id: "mobilisation-days",
    default: 7.0,
    within: (1.0, 30.0),
    unit: "d",
    citation: "inference",
    formerly: &[("fever-after-cell-therapy", "mobilisation-days")],
};

/// The longest gap between two doses of natalizumab in one course.
pub const NATALIZUMAB_INTERVAL: Number = Number {
    id: "natalizumab-interval",
    default: 56.0,
    within: (1.0, 400.0),
    unit: "d",
    citation: "X5 (inference: the dosing interval)",
    formerly: &[("ahsct-eligibility", "natalizumab-interval")],
};

/// The neutrophil count from which the neutrophils have recovered after a transplantation.
pub const NEUTROPHILS_RECOVERED: Number = Number {
    id: "neutrophils-recovered",
    default: 0.5,
    within: (0.1, 2.0),
    unit: "10*9/L",
    citation: "inference",
    formerly: &[("discharge-after-ahsct", "neutrophils-recovered")],
};

/// How long "not pregnant", or a negative pregnancy test, excludes a pregnancy.
pub const NOT_PREGNANT_DAYS: Number = Number {
    id: "not-pregnant-days",
    default: 28.0,
    within: (1.0, 90.0),
    unit: "d",
    citation: "inference",
    formerly: &[("pregnancy-with-cell-therapy", "not-pregnant-days")],
};

/// How long after stem cell transplantation nobody should become pregnant or father a child.
pub const NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION: Number = Number {
    id: "no-conception-months-after-transplantation",
    default: 12.0,
    within: (1.0, 60.0),
    unit: "mo",
    citation: "HSCT-058",
    formerly: &[("conception-after-cell-therapy", "no-conception-months-after-transplantation")],
};

/// How long after CAR-T the patient may not drive a car, the last day included.
pub const NO_DRIVING_DAYS: Number = Number {
    id: "no-driving-days",
    default: 56.0,
    within: (7.0, 365.0),
    unit: "d",
    citation: "CART-055",
    formerly: &[("driving-after-car-t", "no-driving-days")],
};

/// No live vaccine for so long after a cell therapy.
pub const NO_LIVE_VACCINE_MONTHS: Number = Number {
    id: "no-live-vaccine-months",
    default: 12.0,
    within: (12.0, 60.0),
    unit: "mo",
    citation: "X11 (PMC10909447; HSCT-042 names no end)",
    formerly: &[("live-vaccine-after-cell-therapy", "no-live-vaccine-months")],
};

/// No live vaccine for so long after human immunoglobulin.
pub const NO_LIVE_VACCINE_MONTHS_AFTER_IMMUNOGLOBULIN: Number = Number {
    id: "no-live-vaccine-months-after-immunoglobulin",
    default: 8.0,
    within: (3.0, 12.0),
    unit: "mo",
    citation: "PMC10909447",
    formerly: &[("live-vaccine-after-cell-therapy", "no-live-vaccine-months-after-immunoglobulin")],
};

/// No vaccine that is not live for so long after CAR-T or the patient's own stem cells.
pub const NO_VACCINE_MONTHS: Number = Number {
    id: "no-vaccine-months",
    default: 3.0,
    within: (1.0, 12.0),
    unit: "mo",
    citation: "HSCT-064; after CAR-T PMC10909447",
    formerly: &[("live-vaccine-after-cell-therapy", "no-vaccine-months")],
};

/// No vaccine that is not live for so long after stem cells of a donor.
pub const NO_VACCINE_MONTHS_AFTER_DONOR_CELLS: Number = Number {
    id: "no-vaccine-months-after-donor-cells",
    default: 6.0,
    within: (3.0, 24.0),
    unit: "mo",
    citation: "HSCT-064",
    formerly: &[("live-vaccine-after-cell-therapy", "no-vaccine-months-after-donor-cells")],
};

/// The longest gap between two doses of ocrelizumab in one course.
pub const OCRELIZUMAB_INTERVAL: Number = Number {
    id: "ocrelizumab-interval",
    default: 8.0,
    within: (1.0, 400.0),
    unit: "mo",
    citation: "X5 (inference: the dosing interval)",
    formerly: &[("ahsct-eligibility", "ocrelizumab-interval")],
};

/// The longest gap between two doses of ofatumumab in one course.
pub const OFATUMUMAB_INTERVAL: Number = Number {
    id: "ofatumumab-interval",
    default: 56.0,
    within: (1.0, 400.0),
    unit: "d",
    citation: "X5 (inference: the dosing interval)",
    formerly: &[("ahsct-eligibility", "ofatumumab-interval")],
};

/// From this age on, patients are more vulnerable to neurotoxicity.
pub const OLDER_AGE: Number = Number {
    id: "older-age",
    default: 65.0,
    within: (50.0, 90.0),
    unit: "a",
    citation: "inference",
    formerly: &[("possible-icans", "older-age")],
};

/// Days of stem cell collection that lie no more than so long apart belong to one collection: their yields add up.
pub const ONE_COLLECTION_DAYS: Number = Number {
    id: "one-collection-days",
    default: 7.0,
    within: (1.0, 30.0),
    unit: "d",
    citation: "inference",
    formerly: &[("stem-cell-harvest", "one-collection-days")],
};

/// How long after CAR-T the end of any stay in hospital counts as going home after it.
pub const OTHER_STAY_DAYS: Number = Number {
    id: "other-stay-days",
    default: 56.0,
    within: (0.0, 180.0),
    unit: "d",
    citation: "inference",
    formerly: &[("discharge-after-car-t", "other-stay-days")],
};

/// How long after a reinfusion of own stem cells the end of any stay in hospital counts as going home after it.
pub const OTHER_STAY_MONTHS: Number = Number {
    id: "other-stay-months",
    default: 3.0,
    within: (0.0, 12.0),
    unit: "mo",
    citation: "inference",
    formerly: &[("discharge-after-ahsct", "other-stay-months")],
};

/// How long a record of pregnancy counts when nobody updates it.
pub const PREGNANCY_RECORD_MONTHS: Number = Number {
    id: "pregnancy-record-months",
    default: 10.0,
    within: (1.0, 24.0),
    unit: "mo",
    citation: "inference (X9)",
    formerly: &[("pregnancy-with-cell-therapy", "pregnancy-record-months")],
};

/// How long a positive pregnancy test proves a pregnancy.
pub const PREGNANCY_TEST_DAYS: Number = Number {
    id: "pregnancy-test-days",
    default: 28.0,
    within: (1.0, 90.0),
    unit: "d",
    citation: "inference (X9)",
    formerly: &[("pregnancy-with-cell-therapy", "pregnancy-test-days")],
};

/// How long one administration of a drug against infection shows that it is in use.
pub const PROPHYLAXIS_GIVEN_DAYS: Number = Number {
    id: "prophylaxis-given-days",
    default: 7.0,
    within: (1.0, 31.0),
    unit: "d",
    citation: "inference",
    formerly: &[("infection-prophylaxis", "given-days")],
};

/// How long prophylaxis against infection lasts after CAR-T.
pub const PROPHYLAXIS_MONTHS_AFTER_CAR_T: Number = Number {
    id: "prophylaxis-months-after-car-t",
    default: 12.0,
    within: (3.0, 60.0),
    unit: "mo",
    citation: "CART-056",
    formerly: &[("infection-prophylaxis", "months-after-car-t")],
};

/// How long prophylaxis against infection lasts at least after stem cells of a donor.
pub const PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS: Number = Number {
    id: "prophylaxis-months-after-donor-cells",
    default: 12.0,
    within: (6.0, 60.0),
    unit: "mo",
    citation: "HSCT-062",
    formerly: &[("infection-prophylaxis", "months-after-donor-cells")],
};

/// How long prophylaxis against infection lasts after the patient's own stem cells.
pub const PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS: Number = Number {
    id: "prophylaxis-months-after-own-cells",
    default: 6.0,
    within: (1.0, 60.0),
    unit: "mo",
    citation: "HSCT-062",
    formerly: &[("infection-prophylaxis", "months-after-own-cells")],
};

/// Rabbit antithymocyte globulin in conditioning for own stem cells on each of the days −3 to −1, for each kilogram.
pub const RATG_DAYS_3_TO_1_PER_KG: Number = Number {
    id: "ratg-days-3-to-1-per-kg",
    default: 1.5,
    within: (0.1, 5.0),
    unit: "mg/kg",
    citation: "HSCT-052",
    formerly: &[("ahsct-regimen-dose", "ratg-days-3-to-1-per-kg")],
};

/// Rabbit antithymocyte globulin in conditioning for own stem cells on day −4, for each kilogram.
pub const RATG_DAY_4_PER_KG: Number = Number {
    id: "ratg-day-4-per-kg",
    default: 1.0,
    within: (0.1, 5.0),
    unit: "mg/kg",
    citation: "HSCT-052",
    formerly: &[("ahsct-regimen-dose", "ratg-day-4-per-kg")],
};

/// Rabbit antithymocyte globulin in conditioning for own stem cells on day −5, for each kilogram.
pub const RATG_DAY_5_PER_KG: Number = Number {
    id: "ratg-day-5-per-kg",
    default: 0.5,
    within: (0.1, 5.0),
    unit: "mg/kg",
    citation: "HSCT-052",
    formerly: &[("ahsct-regimen-dose", "ratg-day-5-per-kg")],
};

/// Older activity is remarked on.
pub const RECENT_ACTIVITY_MONTHS: Number = Number {
    id: "recent-activity-months",
    default: 12.0,
    within: (1.0, 120.0),
    unit: "mo",
    citation: "EBMT, doi:10.1038/s41409-019-0684-0",
    formerly: &[("ahsct-eligibility", "recent-activity-months")],
};

/// A blood count is recent for so long.
pub const RECENT_COUNT_DAYS: Number = Number {
    id: "recent-count-days",
    default: 7.0,
    within: (1.0, 14.0),
    unit: "d",
    citation: "inference",
    formerly: &[("cytopenia-after-cell-therapy", "recent-count-days")],
};

/// Drugs that began more recently may be bridging or lymphodepletion.
pub const RECENT_COURSE_DAYS: Number = Number {
    id: "recent-course-days",
    default: 30.0,
    within: (0.0, 365.0),
    unit: "d",
    citation: "inference (CART-003)",
    formerly: &[("car-t-eligibility", "recent-course-days")],
};

/// A leukapheresis is recent for so long: transplantation follows about 3 to 8 weeks after it.
pub const RECENT_HARVEST_DAYS: Number = Number {
    id: "recent-harvest-days",
    default: 56.0,
    within: (7.0, 183.0),
    unit: "d",
    citation: "inference",
    formerly: &[("stem-cell-harvest", "recent-harvest-days")],
};

/// How far back a neurological sign or a symptom of the call card is new.
pub const RECENT_SYMPTOM_HOURS: Number = Number {
    id: "recent-symptom-hours",
    default: 48.0,
    within: (12.0, 168.0),
    unit: "h",
    citation: "inference",
    formerly: &[("possible-icans", "recent-hours"), ("urgent-symptoms-after-car-t", "recent-hours")],
};

/// How long a grade of cytokine release syndrome that a clinician recorded decides.
pub const RECORDED_CRS_GRADE_HOURS: Number = Number {
    id: "recorded-crs-grade-hours",
    default: 48.0,
    within: (12.0, 168.0),
    unit: "h",
    citation: "inference",
    formerly: &[("possible-crs", "recorded-grade-hours")],
};

/// From this CD4 count on, it is a sign of immune recovery.
pub const RECOVERED_CD4_COUNT: Number = Number {
    id: "recovered-cd4-count",
    default: 200.0,
    within: (50.0, 1000.0),
    unit: "/uL",
    citation: "inference",
    formerly: &[("live-vaccine-after-cell-therapy", "recovered-cd4-count")],
};

/// The highest Glasgow coma score that is clearly reduced consciousness.
pub const REDUCED_CONSCIOUSNESS_SCORE: Number = Number {
    id: "reduced-consciousness-score",
    default: 12.0,
    within: (8.0, 14.0),
    unit: "1",
    citation: "inference",
    formerly: &[("possible-icans", "reduced-consciousness-score")],
};

/// Patients of this age and older are no longer asked about having children of their own.
pub const REPRODUCTIVE_BELOW_AGE: Number = Number {
    id: "reproductive-below-age",
    default: 50.0,
    within: (40.0, 70.0),
    unit: "a",
    citation: "inference",
    formerly: &[("fertility-preservation", "reproductive-below-age")],
};

/// Patients are asked about having children of their own from this age on.
pub const REPRODUCTIVE_FROM_AGE: Number = Number {
    id: "reproductive-from-age",
    default: 12.0,
    within: (8.0, 18.0),
    unit: "a",
    citation: "inference",
    formerly: &[("fertility-preservation", "reproductive-from-age")],
};

/// The longest gap between two doses of rituximab in one course.
pub const RITUXIMAB_INTERVAL: Number = Number {
    id: "rituximab-interval",
    default: 8.0,
    within: (1.0, 400.0),
    unit: "mo",
    citation: "X5 (inference: the dosing interval)",
    formerly: &[("ahsct-eligibility", "rituximab-interval")],
};

/// The lowest CRS grade at which a corticosteroid has a place, after tocilizumab.
pub const SECOND_LINE_CRS_GRADE: Number = Number {
    id: "second-line-crs-grade",
    default: 2.0,
    within: (1.0, 5.0),
    unit: "1",
    citation: "CART-083",
    formerly: &[("corticosteroid-after-car-t", "second-line-crs-grade")],
};

/// How long after it was recorded a new malignancy after CAR-T is shown: then it has been reported, or never will be.
pub const SECOND_MALIGNANCY_MONTHS: Number = Number {
    id: "second-malignancy-months",
    default: 12.0,
    within: (1.0, 600.0),
    unit: "mo",
    citation: "inference (SPM-001)",
    formerly: &[],
};

/// Below this neutrophil count, neutropenia is severe.
pub const SEVERE_NEUTROPENIA: Number = Number {
    id: "severe-neutropenia",
    default: 0.5,
    within: (0.1, 1.5),
    unit: "10*9/L",
    citation: "PMC10867419 table 7; Blood 11837558",
    formerly: &[("cytopenia-after-cell-therapy", "severe-neutropenia")],
};

/// CAR-T follows at least so long after the last day of lymphodepletion.
pub const SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS: Number = Number {
    id: "shortest-lymphodepletion-interval-days",
    default: 2.0,
    within: (1.0, 7.0),
    unit: "d",
    citation: "CART-018",
    formerly: &[("lymphodepletion-sequence", "shortest-interval-days")],
};

/// A harvest of own stem cells aims at so many CD34-positive cells for each kilogram (×10⁶), or more.
pub const TARGET_CELLS_PER_KG: Number = Number {
    id: "target-cells-per-kg",
    default: 3.0,
    within: (2.0, 10.0),
    unit: "10*6/kg",
    citation: "HSCT-049",
    formerly: &[("stem-cell-harvest", "target-cells-per-kg")],
};

/// The lowest grade of cytokine release syndrome that is treated with tocilizumab.
pub const TOCILIZUMAB_GRADE: Number = Number {
    id: "tocilizumab-grade",
    default: 2.0,
    within: (1.0, 4.0),
    unit: "1",
    citation: "CART-083",
    formerly: &[("possible-crs", "tocilizumab-grade")],
};

/// The longest gap between two doses of ublituximab in one course.
pub const UBLITUXIMAB_INTERVAL: Number = Number {
    id: "ublituximab-interval",
    default: 8.0,
    within: (1.0, 400.0),
    unit: "mo",
    citation: "X5 (inference: the dosing interval)",
    formerly: &[("ahsct-eligibility", "ublituximab-interval")],
};

/// A dose is reckoned from a weight that is at most so old.
pub const WEIGHT_AT_MOST_DAYS_OLD: Number = Number {
    id: "weight-at-most-days-old",
    default: 30.0,
    within: (1.0, 92.0),
    unit: "d",
    citation: "inference",
    formerly: &[("ahsct-regimen-dose", "weight-at-most-days-old")],
};

/// All of them, by name.
pub const ALL: &[&Number] = &[
    &ACTIVE_SIGN_DAYS,
    &ADULT_AGE,
    &ALTERNATIVE_PROPHYLAXIS_GIVEN_DAYS,
    &ANTIBIOTICS_WITHIN_HOURS,
    &BREASTFEEDING_RECORD_MONTHS,
    &BRIDGING_AFTER_DAYS,
    &B_CELL_RECOVERY_YEARS,
    &CALL_CARD_MONTHS,
    &CHILDBEARING_FROM_AGE,
    &CHILDBEARING_TO_AGE,
    &COMA_SCORE,
    &CONDITIONING_DAYS,
    &CONDOM_MONTHS_AFTER_CAR_T,
    &CO_TRIMOXAZOLE_START_DAYS,
    &CORTICOSTEROID_CRITICAL_MONTHS,
    &COUNT_MONTHS,
    &CRITICAL_ICANS_GRADE,
    &CRS_FEVER,
    &CRS_HOURS,
    &CRS_OXYGEN_SATURATION,
    &CRS_SYSTOLIC_PRESSURE,
    &CYCLOPHOSPHAMIDE_PER_KG,
    &DAYS_BETWEEN_LINES,
    &DAYS_PAST_DUE_DATE,
    &DISCHARGE_COUNT_DAYS,
    &DOSE_TOLERANCE_PERCENT,
    &DRIVING_FROM_AGE,
    &FEVER_AFTER_AHSCT,
    &FEVER_AFTER_CAR_T,
    &FEVER_BEFORE_CAR_T,
    &FEVER_BEFORE_CAR_T_HOURS,
    &FEVER_HOURS,
    &FEVER_IN_MOBILISATION,
    &FEVER_MONTHS_AFTER_AHSCT,
    &EXPECTED_NADIR_FROM_DAY,
    &EXPECTED_NADIR_TO_DAY,
    &FIRST_IGG_DAYS,
    &FIRST_MONTH_AFTER_CAR_T,
    &FREQUENT_COUNT_DAYS,
    &G_CSF_GIVEN_DAYS,
    &ICAHT_BRIDGED_DAYS,
    &ICAHT_EARLY_DAYS,
    &ICAHT_HIGHEST_DAYS,
    &ICAHT_LATE_DAYS,
    &ICAHT_LOW_DAYS,
    &ICAHT_NEUTROPHILS,
    &ICAHT_PLATELETS,
    &ICAHT_RECOVERY_DAYS,
    &ICAHT_VERY_LOW_DAYS,
    &ICAHT_VERY_LOW_NEUTROPHILS,
    &HBSAG_MONTHS,
    &HEPATITIS_B_PROPHYLAXIS_MONTHS,
    &HEPATITIS_B_PROPHYLAXIS_MONTHS_AFTER_RITUXIMAB,
    &ICE_AGE,
    &IGG_INTERVAL_MONTHS,
    &IMMUNOGLOBULIN_GIVEN_DAYS,
    &IMMUNOSUPPRESSANT_GIVEN_DAYS,
    &IRRADIATED_BLOOD_DAYS_AFTER_CAR_T,
    &IRRADIATED_BLOOD_DAYS_BEFORE_HARVEST,
    &IRRADIATED_BLOOD_DAYS_BEFORE_LEUKAPHERESIS,
    &IRRADIATED_BLOOD_MONTHS_AFTER_DONOR_CELLS,
    &IRRADIATED_BLOOD_MONTHS_AFTER_DRUG,
    &IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS,
    &LEAST_CELLS_PER_KG,
    &LIVE_VACCINE_WEEKS_BEFORE_CELL_THERAPY,
    &LONGEST_LYMPHODEPLETION_INTERVAL_DAYS,
    &LOW_IGG,
    &LOW_OXYGEN_FLOW,
    &LOW_PLATELETS,
    &MINIMUM_STAY_DAYS,
    &MINIMUM_THERAPY_MONTHS,
    &MOBILISATION_CYCLOPHOSPHAMIDE_DAYS,
    &MOBILISATION_DAYS,
    &NATALIZUMAB_INTERVAL,
    &NEUTROPHILS_RECOVERED,
    &NOT_PREGNANT_DAYS,
    &NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION,
    &NO_DRIVING_DAYS,
    &NO_LIVE_VACCINE_MONTHS,
    &NO_LIVE_VACCINE_MONTHS_AFTER_IMMUNOGLOBULIN,
    &NO_VACCINE_MONTHS,
    &NO_VACCINE_MONTHS_AFTER_DONOR_CELLS,
    &OCRELIZUMAB_INTERVAL,
    &OFATUMUMAB_INTERVAL,
    &OLDER_AGE,
    &ONE_COLLECTION_DAYS,
    &OTHER_STAY_DAYS,
    &OTHER_STAY_MONTHS,
    &PREGNANCY_RECORD_MONTHS,
    &PREGNANCY_TEST_DAYS,
    &PROPHYLAXIS_GIVEN_DAYS,
    &PROPHYLAXIS_MONTHS_AFTER_CAR_T,
    &PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS,
    &PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS,
    &RATG_DAYS_3_TO_1_PER_KG,
    &RATG_DAY_4_PER_KG,
    &RATG_DAY_5_PER_KG,
    &RECENT_ACTIVITY_MONTHS,
    &RECENT_COUNT_DAYS,
    &RECENT_COURSE_DAYS,
    &RECENT_HARVEST_DAYS,
    &RECENT_SYMPTOM_HOURS,
    &RECORDED_CRS_GRADE_HOURS,
    &RECOVERED_CD4_COUNT,
    &REDUCED_CONSCIOUSNESS_SCORE,
    &REPRODUCTIVE_BELOW_AGE,
    &REPRODUCTIVE_FROM_AGE,
    &RITUXIMAB_INTERVAL,
    &SECOND_LINE_CRS_GRADE,
    &SECOND_MALIGNANCY_MONTHS,
    &SEVERE_NEUTROPENIA,
    &SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS,
    &TARGET_CELLS_PER_KG,
    &TOCILIZUMAB_GRADE,
    &UBLITUXIMAB_INTERVAL,
    &WEIGHT_AT_MOST_DAYS_OLD,
];
