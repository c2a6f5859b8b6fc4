mod environment;
mod server;
mod smart;

use super::*;
use crate::knowledge::Knowledge;
use cellwise_clinic::{Number, numbers};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::load().unwrap());

const FILES: &[(&str, &str)] = &[
    (
        "drugs.csv",
        "source-system,source-code,target-system,target-code\n\
         urn:oid:2.16.840.1.113883.2.4.4.1,123,http://www.whocc.no/atc,H02AB06\n",
    ),
    ("broken.csv", "source-system,source-code,target-system,target-code\nurn:x:y,1,http://www.whocc.no/atc,\n"),
];

fn parse(text: &str) -> Result<Config, Vec<String>> {
    let files: BTreeMap<&str, &str> = FILES.iter().copied().collect();
    let open = |name: &str| {
        files.get(name).map(|text| text.as_bytes().to_vec()).ok_or_else(|| "can't be read: no such file".to_owned())
    };
    Config::parse(Findings::new("local.toml", text, Path::new(""), &open), &KNOWLEDGE, Part::Everything)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

/// A local number of the pregnancy rule.
fn number(id: &str, value: &str) -> String {
    format!(
        "[[number]]\nrule = \"pregnancy-with-cell-therapy\"\nnumber = \"{id}\"\nvalue = {value}\ncitation = \"Protocol 12\"\n"
    )
}

fn off(kind: &str, id: &str) -> String {
    format!("[[switch-off]]\n{kind} = \"{id}\"\nreason = \"not here\"\n")
}

#[test]
fn an_empty_file_changes_nothing() {
    let config = parse("# nothing yet\n").unwrap();
    assert!(config.policy.numbers.is_empty() && config.policy.rules_off.is_empty());
    assert_eq!(config.warnings().count(), 0);
}

#[test]
fn what_is_right_is_read() {
    let text = format!(
        "terminology = [\"drugs.csv\"]\n{}{}{}",
        number("childbearing-to-age", "50"),
        off("rule", "donation-after-car-t"),
        off("service", "ahsct-eligibility")
    );
    let config = parse(&text).unwrap();
    let [local] = config.policy.numbers.as_slice() else { panic!("{:?}", config.policy) };
    assert_eq!((local.number.id, local.citation.as_str()), ("childbearing-to-age", "Protocol 12"));
    assert_eq!(config.policy.of(&numbers::CHILDBEARING_TO_AGE).map(|local| local.value), Some(50.0));
    assert_eq!(config.policy.rule_off("donation-after-car-t"), Some("not here"));
    assert_eq!(config.policy.service_off("ahsct-eligibility"), Some("not here"));
    assert_eq!(config.mapping.files[0].codes, 1);
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_what_to_do() {
    let twice = [number("childbearing-to-age", "50"), number("childbearing-to-age", "51")].concat();
    let every_service: String = KNOWLEDGE.services.iter().map(|service| off("service", &service.id)).collect();
    let table = [
        ("number = 5".to_owned(), "local.toml:1: invalid type: integer `5`, expected a list, such as `[\"…\"]`"),
        ("[[numbers]]\nrule = \"x\"".to_owned(), "local.toml:1: unknown field `numbers`, expected one of"),
        ("[[number]]\nrule = \"x\"\n".to_owned(), "local.toml:1: missing field `number`"),
        ("[[number]\n".to_owned(), "local.toml:1: "),
        // A finding is one line, and colours no terminal.
        ("[server]\nlanguage = \"n\\nl\\u001b[31m\"".to_owned(), r"local.toml:2: `language` can't be `n\nl\u{1b}[31m`"),
        (number("x", "1"), "local.toml:3: rule `pregnancy-with-cell-therapy` has no number `x`, only `"),
        (
            number("childbearing-to-age", "\"50\""),
            "local.toml:4: invalid type: string \"50\", expected a number, without quotes",
        ),
        (
            number("childbearing-to-age", "71"),
            "local.toml:4: `childbearing-to-age` can't be 71: it must lie between 40 and 70 `a`",
        ),
        (number("childbearing-to-age", "nan"), "can't be NaN"),
        (number("childbearing-to-age", "inf"), "can't be inf"),
        (
            number("childbearing-to-age", "50.5"),
            "local.toml:4: `childbearing-to-age` can't be 50.5: it must be a whole number `a`",
        ),
        (
            number("childbearing-to-age", "50").replace("Protocol 12", "  "),
            "local.toml:5: `citation` is missing: say where",
        ),
        (
            number("childbearing-to-age", "50").replace("citation = \"Protocol 12\"", ""),
            "local.toml:3: `citation` is missing",
        ),
        (
            number("childbearing-to-age", "50").replace("Protocol", &"x".repeat(200)),
            "local.toml:5: `citation` must be one line",
        ),
        (
            number("childbearing-to-age", "50").replace("pregnancy-w", "w"),
            "local.toml:2: there is no rule `with-cell-therapy`: `cellwise rules` lists them",
        ),
        (twice, "local.toml:8: `childbearing-to-age` is set already, in local.toml:3"),
        (off("rule", "x"), "local.toml:2: there is no rule `x`"),
        (off("service", "x"), "local.toml:2: there is no service `x`, only `ahsct-eligibility`"),
        (off("rule", "donation-after-car-t").replace("not here", ""), "local.toml:3: `reason` is missing"),
        ("[[switch-off]]\nreason = \"no\"\n".to_owned(), "local.toml:1: name a `rule` or a `service`, one of the two"),
        (off("rule", "donation-after-car-t").repeat(2), "local.toml:5: `donation-after-car-t` is switched off already"),
        (
            off("rule", "ahsct-eligibility"),
            "local.toml:2: leaves service `ahsct-eligibility` without rules: switch the service off, too",
        ),
        (every_service, "local.toml: switches every service off"),
        ("terminology = [\n  \"drugs.txt\"]".to_owned(), "local.toml:2: `drugs.txt` must be a CSV file"),
        ("terminology = [\"gone.csv\"]".to_owned(), "local.toml:1: `gone.csv` can't be read: no such file"),
        ("terminology = [\"drugs.csv\", \"drugs.csv\"]".to_owned(), "local.toml:1: `drugs.csv` is listed twice"),
        ("terminology = [\"broken.csv\"]".to_owned(), "broken.csv:2: `target-code` is empty"),
    ];
    for (text, expected) in table {
        let problems = parse(&text).unwrap_err();
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{text}\n{expected}\n{problems:?}");
        assert!(
            problems.iter().all(|problem| problem.starts_with("local.toml") || problem.starts_with("broken.csv")),
            "{problems:?}"
        );
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let text = format!(
        "terminology = [\"gone.csv\", \"broken.csv\"]\n{}{}{}",
        number("childbearing-to-age", "99").replace("Protocol 12", ""),
        number("x", "1"),
        off("service", "x")
    );
    assert_eq!(parse(&text).unwrap_err().len(), 6);
}

#[test]
fn a_number_of_a_rule_that_is_off_has_no_effect() {
    let text = number("breastfeeding-record-months", "12") + &off("rule", "pregnancy-with-cell-therapy");
    let config = parse(&text).unwrap();
    let warnings: Vec<String> = config.warnings().map(ToString::to_string).collect();
    assert_eq!(warnings, ["local.toml:3: has no effect: every rule that rests on it is switched off"]);
}

#[test]
fn numbers_that_belong_together_must_not_contradict_each_other() {
    const FROM: Number =
        Number { id: "risk-from-age", default: 12.0, within: (1.0, 99.0), unit: "a", citation: "x", formerly: &[] };
    const TO: Number =
        Number { id: "risk-to-age", default: 55.0, within: (1.0, 99.0), unit: "a", citation: "x", formerly: &[] };
    assert_eq!(check::upper_of("minimum-dose").as_deref(), Some("maximum-dose"));
    assert_eq!(check::upper_of("episode-days"), None);
    let contradicting = |from: f64, to: f64| {
        let value = |number: &Number| if number.id == FROM.id { from } else { to };
        check::contradicting(&[&FROM, &TO], value).len()
    };
    assert_eq!((contradicting(12.0, 55.0), contradicting(55.0, 55.0), contradicting(60.0, 55.0)), (0, 1, 1));
    assert!(check::contradicting(numbers::ALL, |number| number.default).is_empty());
}

/// A default that could not be set by hand would be a mistake of ours.
#[test]
fn every_default_is_possible() {
    for number in numbers::ALL {
        let text = format!("[[number]]\nnumber = \"{}\"\nvalue = {}\ncitation = \"x\"\n", number.id, number.default);
        let config = parse(&text).unwrap();
        assert_eq!(config.policy.of(number).map(|local| local.number.id), Some(number.id));
    }
}

/// Files of earlier versions name a number by a rule and the name it had there.
#[test]
fn the_names_of_earlier_versions_still_count() {
    for number in numbers::ALL {
        for (rule, name) in number.formerly {
            let text = format!(
                "[[number]]\nrule = \"{rule}\"\nnumber = \"{name}\"\nvalue = {}\ncitation = \"x\"\n",
                number.default
            );
            let config = parse(&text).unwrap();
            assert_eq!(config.policy.of(number).map(|local| local.number.id), Some(number.id), "{rule} {name}");
        }
    }
    let entry = |rule: &str, value: u8| {
        format!("[[number]]\nrule = \"{rule}\"\nnumber = \"recent-hours\"\nvalue = {value}\ncitation = \"x\"\n")
    };
    let both = |value| parse(&(entry("possible-icans", 24) + &entry("urgent-symptoms-after-car-t", value)));
    assert_eq!(both(24).unwrap().policy.numbers.len(), 1, "what was two numbers is one");
    assert!(both(36).unwrap_err().concat().contains("`recent-symptom-hours` is set already, in local.toml:3"));
}

#[test]
fn who_treats_is_named() {
    let config =
        parse("[treating]\ndepartments = [\" Haematology \"]\norganisations = [\"Organization/7\"]\n").unwrap();
    assert_eq!(config.policy.treating.names().collect::<Vec<_>>(), ["Haematology", "Organization/7"]);
    // A name that no encounter has would be a slip that nobody sees.
    let problems = parse("[treating]\ndepartments = [\n  \"Haematology\",\n  \" \",\n]\n").unwrap_err();
    let told = "local.toml:4: `departments` has an empty name: say a name, a code or an id as encounters have it";
    assert_eq!(problems, [told]);
    assert!(parse("[treating]\nwards = []\n").is_err());
}

/// The example of the repository, with the files it names.
#[test]
fn the_example_holds_together() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cellwise.example.toml");
    let config = Config::read(&path, &KNOWLEDGE).unwrap();
    assert!(!config.policy.numbers.is_empty() && !config.policy.rules_off.is_empty());
    assert!(config.mapping.files.iter().all(|file| file.codes > 0));
    // It warns whoever leaves in it what changes how patients are judged.
    let warnings: Vec<String> = config.warnings().map(|warning| warning.problem.clone()).collect();
    assert_eq!(warnings, ["is still that of the example: is this what the hospital decided?"; 3]);
}
