use super::*;

/// Every spelling is one: of a unit that UCUM knows, and of no second one.
#[test]
fn the_table_is_folded_and_says_each_spelling_once() {
    let mut seen = std::collections::BTreeSet::new();
    for (ucum, spellings) in SPELLINGS {
        assert!(evaluates(ucum), "{ucum}");
        for spelling in *spellings {
            assert_eq!(&fold(spelling), spelling, "a spelling of {ucum} is not folded");
            assert!(seen.insert(*spelling), "{spelling} stands twice");
        }
    }
}

#[test]
fn spellings_of_the_field() {
    let table: &[(&str, &[&str])] = &[
        (
            "10*9/L",
            &[
                "10^9/L",
                "10^9/l",
                "x10^9/l",
                "x 10^9/L",
                "X10E9/L",
                "×10^9/L",
                "10E9/L",
                "10e9/l",
                "10exp9/L",
                "10**9/L",
                "10*9/l",
                "x10(9)/L",
                "10⁹/L",
                "×10⁹/l",
                "x10*9/L",
                "*10^9/L",
                "10x9/L",
                "E9/L",
                "Mrd/l",
                "G/L",
                "G/l",
                "Gpt/L",
                "Giga/L",
                "/nL",
                "K/uL",
                "k/µL",
                "K/mcL",
                "K/mm3",
                "thou/uL",
                "THOU/MM3",
                "Thousand/uL",
                "10^3/uL",
                "x10E3/uL",
                "10³/µL",
                "x10(3)/mcL",
                "10^3/mm^3",
                "10*3/mm³",
                "1000/uL",
                "Tsd./µl",
            ],
        ),
        (
            "/uL",
            &[
                "/uL",
                "/µL",
                "/μl",
                "cells/uL",
                "Cells/mcL",
                "/mm3",
                "/mm^3",
                "/mm³",
                "cells/mm3",
                "/cumm",
                "10*6/L",
                "x10^6/l",
            ],
        ),
        ("Cel", &["Cel", "cel", "°C", "º C", "℃", "C", "degC", "deg C", "Celsius", "graden Celsius"]),
        ("[degF]", &["[degF]", "[degf]", "°F", "F", "deg F", "Fahrenheit"]),
        ("mm[Hg]", &["mm[Hg]", "mmHg", "mm Hg", "MMHG", "mm[hg]"]),
        ("L/min", &["L/min", "l/min", "L/MIN", "lpm", "l/m", "liter/min"]),
        ("kg", &["kg", "KG", "Kg", "kilogram"]),
        ("mg", &["mg", "MG", "milligram"]),
        ("mg/kg", &["mg/kg", "MG/KG", "mg per kg", "mg/kg/dosis"]),
        ("10*6/kg", &["10^6/kg", "x10^6/kg", "×10⁶/kg", "10E6/kg", "x10^6 CD34/kg", "miljoen/kg"]),
        ("g/L", &["g/L", "g/l", "G/L", "gram/L"]),
        ("%", &["%", "pct", "percent"]),
        ("wk", &["w", "{w}", "wk", "weken"]),
        ("mo", &["mo", "month", "maanden"]),
    ];
    for (ucum, spellings) in table {
        for spelling in *spellings {
            let one = convert(1.0, spelling, ucum);
            assert!(one.is_some_and(|one| (one - 1.0).abs() < 1e-9), "{spelling} as {ucum}: {one:?}");
        }
    }
}

/// However a number gets there, it is the one that UCUM has.
#[test]
fn a_pair_that_was_worked_out_gives_what_ucum_gives() {
    let table = [
        ("[degF]", "Cel", 101.3),
        ("K", "Cel", 311.5),
        ("10*3/uL", "10*9/L", 0.49),
        ("mg/dL", "g/L", 400.0),
        ("[lb_av]", "kg", 154.3),
        ("ug", "mg", 3_500_000.0),
        ("kPa", "mm[Hg]", 12.1),
        ("fL", "L", 90.0),
        ("d", "wk", 10.0),
    ];
    for (own, wanted, number) in table {
        let ucum = octofhir_ucum::convert(number, own, wanted).unwrap();
        for round in 0..2 {
            let converted = convert(number, own, wanted).unwrap();
            assert!((converted - ucum).abs() <= 1e-12 * ucum.abs(), "{own} {wanted} {round}: {converted} {ucum}");
        }
    }
    for round in 0..2 {
        assert_eq!(convert(1.0, "streepjes", "Cel"), None, "{round}");
        assert_eq!(convert(1.0, "mg", "Cel"), None, "{round}");
        assert_eq!(convert(1.0, "G/L", "10*9/L"), Some(1.0), "{round}");
        assert_eq!(convert(1.0, "G/L", "g/L"), Some(1.0), "{round}");
    }
    // What comes when all that was worked out is forgotten.
    for number in 0..MOST_PAIRS + 10 {
        assert_eq!(convert(1.0, &format!("x{number}"), "Cel"), None);
    }
    assert_eq!(convert(37.0, "K", "K"), Some(37.0));
    assert!(CONVERSIONS.with_borrow(HashMap::len) <= MOST_PAIRS);
}

#[test]
fn what_is_no_unit_is_none() {
    for text in ["", "graden", "van 10", "weken geleden", "10 9", "109/x", "mmHg, liggend"] {
        assert_eq!(convert(1.0, text, "Cel").or(convert(1.0, text, "10*9/L")), None, "{text}");
    }
    assert!(!is_unit("graden") && is_unit("10*9/L") && is_unit("mmol/L"));
    assert_eq!(convert(1.0, "g/L", "10*9/L"), None, "grams are no count");
}
