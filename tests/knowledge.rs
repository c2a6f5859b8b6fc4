//! What the shipped knowledge says of single codes: `fhir-profiles/`, by way of the index.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use cellwise::engine::Engine;
use cellwise_record::Verdict;
use cellwise_record::facts::concept::Concept;
use cellwise_record::terminology::{Terminology, ValueSet};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());
static PRODUCTS: LazyLock<String> = LazyLock::new(|| {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fhir-profiles/rxnorm/clinical-drugs.tsv")).unwrap()
});

fn terminology() -> &'static Terminology {
    &ENGINE.knowledge().terminology
}

const ATC: &str = "http://www.whocc.no/atc";
const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";

fn drug(system: &str, code: &str) -> Concept {
    let mut concept = Concept::default();
    concept.add_coding(terminology().lookup(system, code));
    concept
}

#[test]
fn a_class_of_drugs_holds_its_drugs_and_asks_itself() {
    for (code, set, expected) in [
        ("H02AB02", ValueSet::SYSTEMIC_CORTICOSTEROID, Verdict::Met),
        ("H02AB99", ValueSet::SYSTEMIC_CORTICOSTEROID, Verdict::Met),
        ("H02AB", ValueSet::SYSTEMIC_CORTICOSTEROID, Verdict::Unknown),
        ("H02", ValueSet::SYSTEMIC_CORTICOSTEROID, Verdict::Unknown),
        ("h02ab", ValueSet::SYSTEMIC_CORTICOSTEROID, Verdict::Unknown),
        ("H02CA", ValueSet::SYSTEMIC_CORTICOSTEROID, Verdict::NotMet),
        ("C09AA", ValueSet::SYSTEMIC_CORTICOSTEROID, Verdict::NotMet),
        ("H02AB", ValueSet::NATALIZUMAB, Verdict::NotMet),
        ("L04", ValueSet::NATALIZUMAB, Verdict::Unknown),
        ("L01", ValueSet::ANTINEOPLASTIC_COURSE, Verdict::Unknown),
        ("L01XL", ValueSet::ANTINEOPLASTIC_COURSE, Verdict::NotMet),
        ("L01XL03", ValueSet::ANTINEOPLASTIC_COURSE, Verdict::NotMet),
        ("L01XL03", ValueSet::CAR_T, Verdict::Met),
        ("J07", ValueSet::LIVE_ATTENUATED_VACCINE, Verdict::Unknown),
        // What has not the shape of a code says nothing.
        ("H02AB2", ValueSet::NATALIZUMAB, Verdict::Unknown),
    ] {
        let drug = drug(ATC, code);
        assert_eq!(drug.is_drug(set), expected, "{code} in {}", set.name());
        if expected == Verdict::Unknown && code != "H02AB2" {
            assert_eq!(drug.is(set), expected, "{code} in {}", set.name());
            assert!(!drug.is_irrelevant() && !drug.is_irrelevant_drug() && !drug.is_classified(), "{code}");
        }
    }
    assert!(drug(ATC, "C09AA").is_irrelevant_drug(), "a group that no rule asks about");
    let mut both = drug(ATC, "L04");
    both.merge(&drug(ATC, "L04AX01"));
    assert_eq!(both.is_drug(ValueSet::NATALIZUMAB), Verdict::NotMet, "the drug itself outranks its group");
}

#[test]
fn vaccines_are_inactivated_unless_they_are_live_or_the_product_decides() {
    let sets =
        [ValueSet::LIVE_ATTENUATED_VACCINE, ValueSet::VACCINE_LIVE_OR_INACTIVATED, ValueSet::INACTIVATED_VACCINE];
    for (code, expected) in [
        ("J07BM01", [false, false, true]),
        ("J07BG01", [false, false, true]),
        ("J07BL01", [true, false, false]),
        ("J07BD99", [true, false, false]),
        ("J07BB03", [true, false, false]),
        ("J07BB02", [false, false, true]),
        ("J07BX04", [false, true, false]),
        ("J07BX99", [false, true, false]),
        ("L03AX03", [false, false, false]),
    ] {
        assert_eq!(sets.map(|set| drug(ATC, code).has(set)), expected, "{code}");
    }
}

#[test]
fn atc_is_atc_under_every_address() {
    for system in [
        "http://www.whocc.no/atc",
        "http://www.whocc.no/atc/",
        "https://www.whocc.no/atc",
        "http://whocc.no/atc",
        "http://hl7.org/fhir/sid/atc",
        "http://fhir.de/CodeSystem/bfarm/atc",
        "http://fhir.de/CodeSystem/dimdi/atc",
        "urn:oid:2.16.840.1.113883.6.73",
        "urn:oid:2.16.578.1.12.4.1.1.7180",
    ] {
        assert!(drug(system, "H02AB02").has(ValueSet::SYSTEMIC_CORTICOSTEROID), "{system}");
    }
}

#[test]
fn a_product_is_what_is_in_it() {
    let forms = [ValueSet::SYSTEMIC_DOSE_FORM, ValueSet::LOCAL_DOSE_FORM, ValueSet::AMBIGUOUS_DOSE_FORM];
    for (code, set, form) in [
        ("197582", ValueSet::CORTICOSTEROID_INGREDIENT, Some(0)),
        ("759697", ValueSet::CORTICOSTEROID_INGREDIENT, Some(0)),
        ("197407", ValueSet::CORTICOSTEROID_INGREDIENT, Some(1)),
        ("1085754", ValueSet::CORTICOSTEROID_INGREDIENT, Some(2)),
        // A depot in a vial that RxNorm calls an injection.
        ("1743779", ValueSet::CORTICOSTEROID_INGREDIENT, Some(2)),
        // A brand, a salt, a combination: which drug, not which form.
        ("155323", ValueSet::CORTICOSTEROID_INGREDIENT, None),
        ("10831", ValueSet::SULFAMETHOXAZOLE, None),
        ("10831", ValueSet::TRIMETHOPRIM, None),
    ] {
        let drug = drug(RXNORM, code);
        assert!(drug.has(set) && drug.is_classified(), "{code} in {}", set.name());
        let found = forms.iter().position(|form| drug.has(*form));
        assert_eq!(found, form, "{code}");
        assert_eq!(drug.is_drug(ValueSet::NATALIZUMAB), Verdict::NotMet, "{code}");
    }
    // A nasal spray against a cold is no vasopressor, and known to be none; a product that nobody lists proves nothing.
    let listed = rows().find(|row| row[3] == "phenylephrine hydrochloride 10 MG Oral Tablet").unwrap()[0];
    assert!(drug(RXNORM, listed).is_irrelevant_drug());
    assert_eq!(drug(RXNORM, "1").is_drug(ValueSet::VASOPRESSOR), Verdict::Unknown);
    assert!(drug(RXNORM, "8163").has(ValueSet::VASOPRESSOR), "the substance itself");
}

fn rows() -> impl Iterator<Item = [&'static str; 4]> {
    let rows = PRODUCTS.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap())
}

#[test]
fn the_products_stand_in_order_and_know_their_ingredients() {
    let mut last = 0;
    for [number, ingredients, form, name] in rows() {
        let read: u32 = number.parse().unwrap();
        assert!(read > last, "{number}: rows rise");
        last = read;
        assert!(["systemic", "local", "ambiguous", "-"].contains(&form) && !name.is_empty(), "{number}: {form}");
        for ingredient in ingredients.split(';').filter(|code| *code != "-") {
            let found = terminology().lookup(RXNORM, ingredient);
            assert!(found.membership.is_listed(), "{number}: no value set has {ingredient}");
        }
        assert!(drug(RXNORM, number).is_classified(), "{number}");
    }
}

#[test]
fn a_code_of_a_system_that_is_partly_known_proves_nothing_unless_it_is_listed() {
    let gm = "http://fhir.de/CodeSystem/bfarm/icd-10-gm";
    assert_eq!(drug(gm, "G35.1").is(ValueSet::RELAPSING_REMITTING_MS), Verdict::Met);
    assert_eq!(drug(gm, "G351").is(ValueSet::RELAPSING_REMITTING_MS), Verdict::Met);
    assert_eq!(drug(gm, "I10").is(ValueSet::RELAPSING_REMITTING_MS), Verdict::Unknown);
    // The same code means something else in Germany.
    assert_eq!(drug(gm, "D76.4").is(ValueSet::CYTOKINE_RELEASE_SYNDROME), Verdict::Met);
    // Else it is the one of the WHO.
    assert_eq!(drug(gm, "Z88.2").is(ValueSet::SULFONAMIDE_ALLERGY), Verdict::Met);
    assert_eq!(drug(gm, "Z88.0").is(ValueSet::SULFONAMIDE_ALLERGY), Verdict::Unknown);
    let who = "http://hl7.org/fhir/sid/icd-10";
    assert_eq!(drug(who, "D76.4").is(ValueSet::CYTOKINE_RELEASE_SYNDROME), Verdict::NotMet);
    assert_eq!(drug("urn:oid:1.2.208.176.2.1", "NPU02902").is(ValueSet::NEUTROPHIL_COUNT), Verdict::Met);
    let nhg = "referentiemodel.nhg.org/tabellen/nhg-tabel-45-diagnostische-bepalingen";
    for system in [format!("https://{nhg}"), format!("http://{nhg}/"), "urn:oid:2.16.840.1.113883.2.4.4.30.45".into()] {
        assert_eq!(drug(&system, "1913").is(ValueSet::BODY_TEMPERATURE), Verdict::Met, "{system}");
    }
    assert_eq!(drug("urn:oid:1.2.208.176.2.1", "NPU00001").is(ValueSet::NEUTROPHIL_COUNT), Verdict::Unknown);
}

#[test]
fn a_code_is_named_in_the_language_of_the_card() {
    for (system, code, english, dutch) in [
        ("http://loinc.org", "8480-6", "Systolic blood pressure", "Systolische bloeddruk"),
        ("http://loinc.org", "777-3", "Platelets", "Trombocyten"),
        ("http://snomed.info/sct", "267036007", "Dyspnea", "kortademigheid"),
        ("http://snomed.info/sct", "192929006", "Exacerbation of multiple sclerosis", "schub van multiple sclerose"),
        (
            "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
            "Z882",
            "Personal history of allergy to sulfonamides",
            "allergie voor sulfonamiden",
        ),
        (ATC, "J07BL01", "yellow fever vaccine, live attenuated", "gelekoortsvaccin, levend verzwakt"),
        (ATC, "H02AB06", "prednisolone", "prednisolon"),
        (RXNORM, "197582", "dexamethasone 4 MG Oral Tablet", "dexamethason"),
        ("https://cellwise.dev/fhir/CodeSystem/cell-therapy", "crs-grade", "CRS grade", "CRS-graad"),
    ] {
        for (language, expected) in [("en", english), ("nl", dutch)] {
            assert_eq!(terminology().name(system, code, language).as_deref(), Some(expected), "{code} in {language}");
        }
    }
    assert_eq!(terminology().name(ATC, "A02BC01", "nl"), None);
}

/// What is asked must not depend on the language of the card: of these lists, words are looked for in coded entries, too.
#[test]
fn a_name_is_recognised_alike_in_every_language() {
    const IN_CODED_ENTRIES: [&str; 10] = [
        "corticosteroid",
        "corticosteroid-exception",
        "car-t",
        "other-conditioning",
        "blood-culture",
        "urine-culture",
        "chest-x-ray",
        "infection-prophylaxis",
        "pregnancy",
        "call-card",
    ];
    let mut problems = BTreeSet::new();
    for set in ValueSet::ALL {
        for coded in terminology().members(*set) {
            let [english, dutch] =
                ["en", "nl"].map(|language| terminology().name(&coded.system, &coded.code, language));
            let (Some(english), Some(dutch)) = (english, dutch) else { continue };
            for hint in IN_CODED_ENTRIES {
                if terminology().mentions(hint, &english) != terminology().mentions(hint, &dutch) {
                    problems.insert(format!("{hint}: `{english}` and `{dutch}`"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// A Dutch card never names a code in English. Names of drugs and of products are the same in both languages, or nearly.
#[test]
fn what_a_card_may_name_has_a_dutch_name() {
    /// Nobody sees a route or a dose form on a card.
    const UNSEEN: [&str; 2] = ["-route", "-dose-form"];
    /// Words that no Dutch name has.
    const ENGLISH: [&str; 17] = [
        "and",
        "with",
        "without",
        "vaccine",
        "live",
        "acid",
        "blood",
        "procedure",
        "disease",
        "finding",
        "other",
        "human",
        "positive",
        "negative",
        "high",
        "low",
        "present",
    ];
    let mut problems = BTreeSet::new();
    for set in ValueSet::ALL.iter().filter(|set| !UNSEEN.iter().any(|unseen| set.name().ends_with(unseen))) {
        for coded in terminology().members(*set) {
            let Some(dutch) = terminology().name(&coded.system, &coded.code, "nl") else {
                problems.insert(format!("{}: {} of {} has no name", set.name(), coded.code, coded.system));
                continue;
            };
            let is_english = |word: &str| ENGLISH.contains(&word.to_lowercase().as_str());
            if dutch.split(|c: char| !c.is_alphanumeric()).any(is_english) {
                problems.insert(format!("{}: {} is `{dutch}`", set.name(), coded.code));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Words never reassure: of the lists that name all there is to name, every member of their sets is recognised by its name.
#[test]
fn a_list_that_settles_knows_the_names_of_its_sets() {
    let (mut problems, mut settled) = (BTreeSet::new(), 0);
    for set in ValueSet::ALL {
        if !terminology().hear("appendectomie").settles(*set) {
            continue;
        }
        settled += 1;
        for coded in terminology().members(*set) {
            let names = ["en", "nl"].map(|language| terminology().name(&coded.system, &coded.code, language));
            for name in names.iter().flatten().map(AsRef::as_ref).chain([coded.display.as_str()]) {
                if !name.is_empty() && terminology().hear(name).settles(*set) {
                    problems.insert(format!("{}: `{name}` ({})", set.name(), coded.system));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(settled > 10, "only {settled} sets are settled");
}
