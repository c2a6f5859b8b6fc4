//! The value sets that rules ask about, by name: one constant per file of `fhir-profiles/valuesets/` that code names. Those that
//! only data name (the CAR-T products) get their number at start-up ([`super::NamedSet`]).

/// A value set that rules may ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueSet(pub(super) u8);

macro_rules! value_sets {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "counts the value sets at compile time")]
        #[repr(u8)]
        enum Position { $($name,)* }
        impl ValueSet {
            $(#[doc = concat!("`fhir-profiles/valuesets/", $file, ".json`")] pub const $name: ValueSet = ValueSet(Position::$name as u8);)*
            /// Every value set that rules ask about, in declaration order.
            pub const ALL: &'static [ValueSet] = &[$(ValueSet::$name,)*];
            const FILES: &'static [&'static str] = &[$($file,)*];
        }
    };
}

value_sets! {
    MULTIPLE_SCLEROSIS = "multiple-sclerosis";
    MULTIPLE_SCLEROSIS_UNSPECIFIED = "multiple-sclerosis-unspecified";
    RELAPSING_REMITTING_MS = "relapsing-remitting-ms";
    SECONDARY_PROGRESSIVE_MS = "secondary-progressive-ms";
    PRIMARY_PROGRESSIVE_MS = "primary-progressive-ms";
    MS_RELAPSE = "ms-relapse";
    MS_RELAPSE_COUNT = "ms-relapse-count";
    BRAIN_MRI = "brain-mri";
    BRAIN_MRI_ABNORMAL = "brain-mri-abnormal";
    NEW_T2_LESION_COUNT = "new-t2-lesion-count";
    GD_LESION_COUNT = "gd-lesion-count";
    NEW_MRI_ACTIVITY = "new-mri-activity";
    EDSS = "edss";
    COMMITTEE_DECISION = "committee-decision";
    NATALIZUMAB = "natalizumab";
    OCRELIZUMAB = "ocrelizumab";
    RITUXIMAB = "rituximab";
    OFATUMUMAB = "ofatumumab";
    UBLITUXIMAB = "ublituximab";
    CLADRIBINE = "cladribine";
    ALEMTUZUMAB = "alemtuzumab";
    SECOND_LINE_MS_THERAPY = "second-line-ms-therapy";
    OTHER_MS_THERAPY = "other-ms-therapy";
    MS_THERAPY_CODE_SHARED_WITH_ONCOLOGY = "ms-therapy-code-shared-with-oncology";
    CAR_T = "car-t";
    CAR_T_HISTORY = "car-t-history";
    CAR_T_FROM_DONOR = "car-t-from-donor";
    CAR_T_PROCESS = "car-t-process";
    DIFFUSE_LARGE_B_CELL_LYMPHOMA = "diffuse-large-b-cell-lymphoma";
    PRIMARY_MEDIASTINAL_LARGE_B_CELL_LYMPHOMA = "primary-mediastinal-large-b-cell-lymphoma";
    FOLLICULAR_LYMPHOMA = "follicular-lymphoma";
    FOLLICULAR_LYMPHOMA_GRADE_3B = "follicular-lymphoma-grade-3b";
    FOLLICULAR_LYMPHOMA_GRADE_1_TO_3A = "follicular-lymphoma-grade-1-to-3a";
    MANTLE_CELL_LYMPHOMA = "mantle-cell-lymphoma";
    MULTIPLE_MYELOMA = "multiple-myeloma";
    B_CELL_ACUTE_LYMPHOBLASTIC_LEUKAEMIA = "b-cell-acute-lymphoblastic-leukaemia";
    ACUTE_LYMPHOBLASTIC_LEUKAEMIA_LINEAGE_NOT_STATED = "acute-lymphoblastic-leukaemia-lineage-not-stated";
    B_CELL_LYMPHOMA_UNSPECIFIED = "b-cell-lymphoma-unspecified";
    LYMPHOMA_TYPE_NOT_MATCHED = "lymphoma-type-not-matched";
    CAR_T_INDICATION = "car-t-indication";
    DISEASE_CODE_IN_REMISSION = "disease-code-in-remission";
    DISEASE_CODE_IN_RELAPSE = "disease-code-in-relapse";
    LYMPHOMA_OR_LEUKAEMIA = "lymphoma-or-leukaemia";
    T_CELL_OR_MYELOID_MALIGNANCY = "t-cell-or-myeloid-malignancy";
    DISEASE_STATUS = "disease-status";
    DISEASE_STATUS_FAILED = "disease-status-failed";
    DISEASE_STATUS_CONTROLLED = "disease-status-controlled";
    PRIOR_LINE_COUNT = "prior-line-count";
    PRIOR_THERAPY_CLASS = "prior-therapy-class";
    REFRACTORY_TO = "refractory-to";
    TREATMENT_RESPONSE = "treatment-response";
    BTK_INHIBITOR = "btk-inhibitor";
    IMMUNOMODULATORY_DRUG = "immunomodulatory-drug";
    PROTEASOME_INHIBITOR = "proteasome-inhibitor";
    ANTI_CD38_ANTIBODY = "anti-cd38-antibody";
    REFRACTORY_TO_LENALIDOMIDE = "refractory-to-lenalidomide";
    REFRACTORY_TO_FIRST_LINE = "refractory-to-first-line";
    REFRACTORY_TO_LAST_THERAPY = "refractory-to-last-therapy";
    RESPONSE_FAILED = "response-failed";
    RESPONSE_RELAPSED = "response-relapsed";
    RESPONSE_REFRACTORY = "response-refractory";
    RESPONSE_PROGRESSED = "response-progressed";
    RESPONSE_INTOLERANT = "response-intolerant";
    RESPONSE_RESPONDED = "response-responded";
    AUTOLOGOUS_STEM_CELL_TRANSPLANTATION = "autologous-stem-cell-transplantation";
    ALLOGENEIC_STEM_CELL_TRANSPLANTATION = "allogeneic-stem-cell-transplantation";
    STEM_CELL_TRANSPLANTATION_UNSPECIFIED = "stem-cell-transplantation-unspecified";
    STEM_CELL_TRANSPLANTATION = "stem-cell-transplantation";
    TRANSPLANTATION_TISSUE_NOT_STATED = "transplantation-tissue-not-stated";
    STEM_CELL_TRANSPLANT_STATUS = "stem-cell-transplant-status";
    LEUKAPHERESIS = "leukapheresis";
    LYMPHODEPLETION_CHEMOTHERAPY = "lymphodepletion-chemotherapy";
    ANTI_THYMOCYTE_GLOBULIN = "anti-thymocyte-globulin";
    ANTI_THYMOCYTE_GLOBULIN_FROM_RABBIT = "anti-thymocyte-globulin-from-rabbit";
    ANTI_THYMOCYTE_GLOBULIN_FROM_HORSE = "anti-thymocyte-globulin-from-horse";
    STEM_CELL_MOBILISER = "stem-cell-mobiliser";
    ANTINEOPLASTIC_COURSE = "antineoplastic-course";
    SYSTEMIC_CORTICOSTEROID = "systemic-corticosteroid";
    CORTICOSTEROID_INGREDIENT = "corticosteroid-ingredient";
    LONG_TERM_CORTICOSTEROID_USE = "long-term-corticosteroid-use";
    LOCAL_CORTICOSTEROID = "local-corticosteroid";
    MINERALOCORTICOID = "mineralocorticoid";
    ADRENAL_INSUFFICIENCY = "adrenal-insufficiency";
    ANAPHYLAXIS = "anaphylaxis";
    TOCILIZUMAB = "tocilizumab";
    CYTOKINE_RELEASE_SYNDROME = "cytokine-release-syndrome";
    CRS_GRADE = "crs-grade";
    CRS_GRADE_1 = "crs-grade-1";
    CRS_GRADE_2 = "crs-grade-2";
    CRS_GRADE_3 = "crs-grade-3";
    CRS_GRADE_4 = "crs-grade-4";
    CRS_GRADE_5 = "crs-grade-5";
    ICANS = "icans";
    ICANS_GRADE = "icans-grade";
    ICANS_GRADE_1 = "icans-grade-1";
    ICANS_GRADE_2 = "icans-grade-2";
    ICANS_GRADE_3 = "icans-grade-3";
    ICANS_GRADE_4 = "icans-grade-4";
    ICANS_GRADE_5 = "icans-grade-5";
    PREGNANCY = "pregnancy";
    POSSIBLE_PREGNANCY = "possible-pregnancy";
    PREGNANCY_FINDING = "pregnancy-finding";
    NOT_PREGNANT = "not-pregnant";
    PREGNANCY_STATUS = "pregnancy-status";
    PREGNANCY_DURATION = "pregnancy-duration";
    PREGNANCY_DUE_DATE = "pregnancy-due-date";
    PREGNANCY_STATUS_PREGNANT = "pregnancy-status-pregnant";
    PREGNANCY_STATUS_NOT_PREGNANT = "pregnancy-status-not-pregnant";
    PREGNANCY_STATUS_UNKNOWN = "pregnancy-status-unknown";
    HCG_PREGNANCY_TEST = "hcg-pregnancy-test";
    HCG_LEVEL = "hcg-level";
    BREASTFEEDING = "breastfeeding";
    BREASTFEEDING_STATUS = "breastfeeding-status";
    DONATION = "donation";
    AUTOLOGOUS_DONATION = "autologous-donation";
    DONATION_HISTORY = "donation-history";
    DONOR_REGISTRATION = "donor-registration";
    FERRITIN = "ferritin";
    C_REACTIVE_PROTEIN = "c-reactive-protein";
    INTERLEUKIN_6 = "interleukin-6";
    BODY_TEMPERATURE = "body-temperature";
    FEVER = "fever";
    BLOOD_PRESSURE = "blood-pressure";
    SYSTOLIC_BLOOD_PRESSURE = "systolic-blood-pressure";
    OXYGEN_SATURATION = "oxygen-saturation";
    OXYGEN_FLOW = "oxygen-flow";
    OXYGEN_THERAPY = "oxygen-therapy";
    HYPOXIA = "hypoxia";
    VASOPRESSOR = "vasopressor";
    VASOPRESSIN = "vasopressin";
    NOREPINEPHRINE = "norepinephrine";
    EPINEPHRINE = "epinephrine";
    PHENYLEPHRINE = "phenylephrine";
    DOPAMINE = "dopamine";
    ANTICYTOKINE = "anticytokine";
    ICE_SCORE = "ice-score";
    GLASGOW_COMA_SCORE = "glasgow-coma-score";
    SEIZURE = "seizure";
    CEREBRAL_OEDEMA = "cerebral-oedema";
    CONFUSION_OR_APHASIA = "confusion-or-aphasia";
    ENCEPHALOPATHY = "encephalopathy";
    REDUCED_CONSCIOUSNESS = "reduced-consciousness";
    NEUROTOXICITY_SIGN = "neurotoxicity-sign";
    HEADACHE_OR_TREMOR = "headache-or-tremor";
    DYSPNOEA = "dyspnoea";
    CALL_CARD_SYMPTOM = "call-card-symptom";
    NEUTROPHIL_COUNT = "neutrophil-count";
    PLATELET_COUNT = "platelet-count";
    G_CSF = "g-csf";
    IMMUNOGLOBULIN_G_LEVEL = "immunoglobulin-g-level";
    HUMAN_IMMUNOGLOBULIN = "human-immunoglobulin";
    PNEUMOCYSTIS_PROPHYLAXIS = "pneumocystis-prophylaxis";
    PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE = "pneumocystis-prophylaxis-alternative";
    HERPES_ANTIVIRAL = "herpes-antiviral";
    VALACICLOVIR = "valaciclovir";
    TRIMETHOPRIM = "trimethoprim";
    SULFAMETHOXAZOLE = "sulfamethoxazole";
    SULFONAMIDE_ALLERGY = "sulfonamide-allergy";
    DRIVING = "driving";
    LIVE_ATTENUATED_VACCINE = "live-attenuated-vaccine";
    INACTIVATED_VACCINE = "inactivated-vaccine";
    INACTIVATED_INFLUENZA_VACCINE = "inactivated-influenza-vaccine";
    NON_REPLICATING_VACCINE = "non-replicating-vaccine";
    VACCINE_LIVE_OR_INACTIVATED = "vaccine-live-or-inactivated";
    CD4_CELL_COUNT = "cd4-cell-count";
    DIMETHYL_SULFOXIDE = "dimethyl-sulfoxide";
    PRODUCT_RELEASED = "product-released";
    CYCLOPHOSPHAMIDE = "cyclophosphamide";
    FLUDARABINE = "fludarabine";
    BENDAMUSTINE = "bendamustine";
    BODY_WEIGHT = "body-weight";
    CD34_CELL_COUNT = "cd34-cell-count";
    FERTILITY_REFERRAL = "fertility-referral";
    IMMUNOCOMPROMISED = "immunocompromised";
    OTHER_TRANSPLANT_STATUS = "other-transplant-status";
    IMMUNOSUPPRESSIVE_THERAPY = "immunosuppressive-therapy";
    IMMUNOSUPPRESSANT = "immunosuppressant";
    SYSTEMIC_ANTIBACTERIAL = "systemic-antibacterial";
    SYSTEMIC_ANTIVIRAL = "systemic-antiviral";
    PURINE_ANALOGUE = "purine-analogue";
    ANTI_CD20_ANTIBODY = "anti-cd20-antibody";
    HEPATITIS_B = "hepatitis-b";
    HEPATITIS_B_IMMUNE = "hepatitis-b-immune";
    HEPATITIS_B_SURFACE_ANTIGEN = "hepatitis-b-surface-antigen";
    HEPATITIS_B_CORE_ANTIBODY = "hepatitis-b-core-antibody";
    HEPATITIS_B_SURFACE_ANTIBODY = "hepatitis-b-surface-antibody";
    HEPATITIS_B_DNA = "hepatitis-b-dna";
    HEPATITIS_B_ANTIVIRAL = "hepatitis-b-antiviral";
    LAMIVUDINE = "lamivudine";
    BLOOD_PRODUCT_WITH_CELLS = "blood-product-with-cells";
    IRRADIATED_BLOOD_PRODUCT = "irradiated-blood-product";
    INHALED_OXYGEN_FRACTION = "inhaled-oxygen-fraction";
    EXTRA_OXYGEN = "extra-oxygen";
    OBSERVATION_PANEL = "observation-panel";
    BLOOD_CULTURE = "blood-culture";
    URINE_CULTURE = "urine-culture";
    CHEST_X_RAY = "chest-x-ray";
    RESULT_POSITIVE = "result-positive";
    RESULT_NEGATIVE = "result-negative";
    RESULT_INDETERMINATE = "result-indeterminate";
    RESULT_HIGH = "result-high";
    RESULT_LOW = "result-low";
    RESULT_NORMAL = "result-normal";
    RESULT_ABNORMAL = "result-abnormal";
    SYSTEMIC_ROUTE = "systemic-route";
    LOCAL_ROUTE = "local-route";
    AMBIGUOUS_ROUTE = "ambiguous-route";
    SYSTEMIC_DOSE_FORM = "systemic-dose-form";
    LOCAL_DOSE_FORM = "local-dose-form";
    AMBIGUOUS_DOSE_FORM = "ambiguous-dose-form";
    DRUG_INTERRUPTED = "drug-interrupted";
}

impl ValueSet {
    /// The file's name without folder and extension; empty for a set that only data name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::FILES.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// The value set of this name, if code names it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|set| set.name() == name)
    }
}
