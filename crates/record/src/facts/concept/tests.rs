use super::*;
use Verdict::{Met, NotMet, Unknown};

const SET: ValueSet = ValueSet::SYSTEMIC_CORTICOSTEROID;
const OTHER: ValueSet = ValueSet::TOCILIZUMAB;

fn of(set: ValueSet) -> Membership {
    Membership::of(set)
}

/// What a code says: its value set, if any; whether its system is known; how well it names a drug.
fn lookup(set: Option<ValueSet>, drug: DrugCode) -> Lookup {
    Lookup { membership: set.map(of).unwrap_or_default(), system: Some(crate::terminology::System::ANY), drug }
}

fn foreign() -> Lookup {
    Lookup::default()
}

fn speaking(set: ValueSet) -> Heard {
    Heard { any: true, of: of(set), doubts: of(set), ..Heard::default() }
}

fn concept(code: Option<Lookup>, names: &[(&str, Heard)]) -> Concept {
    let mut concept = Concept::default();
    if let Some(code) = code {
        concept.add_coding(code);
    }
    names.first().map(|(name, _)| *name).unwrap_or_default().clone_into(&mut concept.text);
    for (name, heard) in names {
        concept.add_name(name, *heard);
    }
    concept
}

#[test]
fn a_code_that_no_set_has_is_no_no_when_its_words_speak_of_the_set() {
    let (says, silent) = (speaking(SET), Heard::default());
    let settled = Heard { settled: of(SET), ..Heard::default() };
    let measured = Heard { any: true, of: of(SET), settled: of(SET), ..Heard::default() };
    let known = Some(lookup(None, DrugCode::Unclear));
    for (code, heard, finding, drug) in [
        (Some(lookup(Some(SET), DrugCode::One)), silent, Met, Met),
        (Some(lookup(Some(OTHER), DrugCode::One)), says, NotMet, NotMet),
        (Some(lookup(None, DrugCode::One)), silent, NotMet, NotMet),
        (Some(lookup(None, DrugCode::One)), says, Unknown, Unknown),
        (known, silent, NotMet, Unknown),
        (known, says, Unknown, Unknown),
        (known, measured, NotMet, Unknown),
        (Some(foreign()), silent, Unknown, Unknown),
        (Some(foreign()), says, Unknown, Unknown),
        (Some(foreign()), settled, NotMet, Unknown),
        (Some(foreign()), measured, Unknown, Unknown),
        (None, silent, Unknown, Unknown),
        (None, settled, NotMet, Unknown),
    ] {
        let concept = concept(code, &[("words", heard)]);
        assert_eq!((concept.is(SET), concept.is_drug(SET)), (finding, drug), "{code:?} {heard:?}");
    }
    assert_eq!(Concept::unreadable().is(SET), Unknown);
}

#[test]
fn it_is_what_its_words_name_only_where_no_code_tells() {
    let named = Heard { any: true, of: of(SET), named: of(SET), ..Heard::default() };
    let settled = Heard { settled: of(SET), ..named };
    let spoken = Heard { named: of(SET), ..speaking(SET) };
    for (code, heard, before, after) in [
        (None, named, Unknown, Met),
        (None, settled, Unknown, Met),
        (Some(foreign()), named, Unknown, Met),
        (Some(lookup(None, DrugCode::Unclear)), spoken, Unknown, Met),
        (Some(lookup(None, DrugCode::Unclear)), named, NotMet, NotMet),
        (Some(lookup(Some(OTHER), DrugCode::One)), named, NotMet, NotMet),
        (None, speaking(SET), Unknown, Unknown),
    ] {
        let mut concept = concept(code, &[("words", heard)]);
        assert_eq!((concept.is(SET), concept.has(SET)), (before, false), "{code:?} {heard:?}: words never classify");
        concept.suppose();
        assert_eq!(concept.is(SET), after, "{code:?} {heard:?}");
    }
}

#[test]
fn the_name_that_speaks_stands_behind_the_text() {
    let (says, silent) = (speaking(SET), Heard::default());
    for (code, names, text) in [
        (None, [("Infusie", silent), ("Solu-Medrol", says)], "Infusie (Solu-Medrol)"),
        (None, [("Solu-Medrol", says), ("methylprednisolon", says)], "Solu-Medrol"),
        (None, [("Infusie", silent), ("NaCl", silent)], "Infusie"),
        (Some(foreign()), [("Infusie", silent), ("Solu-Medrol", says)], "Infusie (Solu-Medrol)"),
        (Some(lookup(Some(SET), DrugCode::One)), [("Infusie", silent), ("Solu-Medrol", says)], "Infusie"),
    ] {
        let concept = concept(code, &names);
        assert_eq!(concept.text, text);
        assert!(concept.names().any(|name| name == names[1].0), "{text}: every name is kept");
    }
}

#[test]
fn a_bag_is_called_after_the_ingredient_that_matters() {
    let bag = || concept(Some(foreign()), &[("NaCl 0,9 % 100 ml", Heard::default())]);
    let saline = concept(Some(foreign()), &[("NaCl", Heard::default())]);
    let coded = |name| concept(Some(lookup(Some(SET), DrugCode::One)), &[(name, Heard::default())]);
    let in_words = concept(None, &[("methylprednisolon", speaking(SET))]);
    let filled = |mut drug: Concept, ingredients: &[&Concept]| {
        for ingredient in ingredients {
            drug.add_ingredient(ingredient);
        }
        drug
    };
    let steroid = coded("methylprednisolone");
    assert_eq!(filled(bag(), &[&saline]).text, "NaCl 0,9 % 100 ml");
    assert_eq!(filled(bag(), &[&saline, &steroid]).text, "methylprednisolone");
    assert_eq!(filled(bag(), &[&steroid, &saline]).text, "methylprednisolone");
    assert_eq!(filled(bag(), &[&saline, &in_words]).text, "methylprednisolon");
    assert_eq!(filled(bag(), &[&steroid, &coded("ondansetron")]).text, "methylprednisolone + ondansetron");
    let named = concept(None, &[("Methylprednisolon 1 g in NaCl", Heard::default())]);
    assert_eq!(filled(named, &[&steroid]).text, "Methylprednisolon 1 g in NaCl");
    assert_eq!(filled(coded("Solu-Medrol 1 g"), &[&steroid]).text, "Solu-Medrol 1 g");
    // A drug that is only referenced is what it refers to.
    let mut reference = concept(None, &[("Infuuszak", Heard::default())]);
    reference.merge(&filled(bag(), &[&saline, &steroid]));
    assert_eq!(reference.text, "methylprednisolone");
    assert!(reference.names().any(|name| name == "Infuuszak"));
}
