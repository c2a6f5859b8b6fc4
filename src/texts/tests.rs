use fluent_bundle::FluentArgs;

use super::*;
use crate::hooks::response::LONGEST_SUMMARY;
use crate::words::LONGEST_IN_SUMMARY;

#[test]
fn a_number_is_written_as_the_language_writes_it() {
    let texts = Texts::load(&crate::embedded::CDS_HOOKS).unwrap();
    let table = [
        (38.5, "Cel", "38.5 °C", "38,5 °C"),
        (28.0, "d", "28 days", "28 dagen"),
        (1.0, "mo", "1 month", "1 maand"),
        (2.0, "1", "2", "2"),
    ];
    for (value, unit, english, dutch) in table {
        assert_eq!(texts.measure(Language::ENGLISH, value, unit), english);
        assert_eq!(texts.measure(Language::DUTCH, value, unit), dutch);
    }
    let message = Message::new("more-evidence").with("count", 2.5);
    assert_eq!(texts.say("common", Language::ENGLISH, &Policy::default(), Place::Detail, &message), "and 2.5 more");
    assert_eq!(texts.say("common", Language::DUTCH, &Policy::default(), Place::Detail, &message), "en nog 2,5");
}

#[test]
fn a_date_is_written_as_people_write_it() {
    let texts = Texts::load(&crate::embedded::CDS_HOOKS).unwrap();
    let table = [
        ("2026-11-02", "2 Nov 2026", "02-11-2026"),
        ("2026-11-24T23:30:00+01:00", "24 Nov 2026", "24-11-2026"),
        ("2026-11", "Nov 2026", "11-2026"),
        ("2026", "2026", "2026"),
    ];
    for (written, english, dutch) in table {
        let moment = Moment::parse(written).unwrap();
        assert_eq!(texts.date(Language::ENGLISH, &moment), english);
        assert_eq!(texts.date(Language::DUTCH, &moment), dutch);
    }
}

#[test]
fn dutch_values_have_a_comma() {
    let table = [
        ("Temperatuur: 38.4 °C", "Temperatuur: 38,4 °C"),
        ("< 0.1 ×10⁹/L", "< 0,1 ×10⁹/L"),
        ("0.2", "0,2"),
        ("syst. 85 mmHg", "syst. 85 mmHg"),
        ("Versie: 1.2.3", "Versie: 1.2.3"),
        ("uitgerekend: 2026-11-02", "uitgerekend: 02-11-2026"),
        ("C91.0", "C91.0"),
    ];
    let texts = Texts::load(&crate::embedded::CDS_HOOKS).unwrap();
    for (text, dutch) in table {
        assert_eq!(texts.measured(Language::DUTCH, text), dutch);
        let english = text.replace("2026-11-02", "2 Nov 2026");
        assert_eq!(texts.measured(Language::ENGLISH, text), english);
    }
}

/// A further language is a folder of texts and one line of [`Language::ALL`]: nothing else knows which there are.
#[test]
fn a_third_language_is_a_folder() {
    let third = Language::of_folder("xx");
    let of = |language: Language| -> BTreeMap<String, String> {
        let found = files(&crate::embedded::CDS_HOOKS, &format!("texts/{}", language.code()), "ftl").unwrap();
        found.into_iter().map(|(name, text)| (name, text.to_owned())).collect()
    };
    let mut theirs = of(Language::ENGLISH);
    for text in theirs.values_mut() {
        *text = text.replace("\ntitle = ", "\ntitle = xx ").replace("= .", "= ,").replace("title = ", "title = xx ");
    }
    let folders = [(Language::ENGLISH, of(Language::ENGLISH)), (third, theirs.clone())];
    let texts = Texts::of_folders(&folders).unwrap();
    let title =
        |language| texts.say("possible-crs", language, &Policy::default(), Place::Summary, &Message::new("title"));
    assert_eq!(title(third).trim_start_matches("xx "), title(Language::ENGLISH));
    assert!(title(third).starts_with("xx "));
    assert_eq!(texts.measure(third, 38.5, "Cel"), "38,5 °C");
    assert_eq!(texts.measured(third, "38.5 °C"), "38,5 °C");
    // A message that it lacks stops start-up, and names the file.
    theirs.insert("common".to_owned(), "decimal-separator = ,\n".to_owned());
    let error = Texts::of_folders(&[(Language::ENGLISH, of(Language::ENGLISH)), (third, theirs)]).err().unwrap();
    assert!(error.to_string().starts_with("cds-hooks/texts/xx/common.ftl: message `"), "{error}");
}

/// The longest of the phrases whose ids begin so.
fn longest_phrase(resource: &FluentResource, prefix: &str) -> Option<String> {
    use fluent_syntax::ast::{Entry, PatternElement};
    let phrases = resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) if message.id.name.starts_with(prefix) => {
            match message.value.as_ref()?.elements.first()? {
                PatternElement::TextElement { value } => Some((*value).to_owned()),
                PatternElement::Placeable { .. } => None,
            }
        }
        _ => None,
    });
    phrases.max_by_key(String::len)
}

/// A summary must say what to do even when the record's own words are long.
#[test]
fn every_summary_fits_with_the_longest_words() {
    let texts = Texts::load(&crate::embedded::CDS_HOOKS).unwrap();
    let longest = "x".repeat(LONGEST_IN_SUMMARY + 1);
    let mut problems = Vec::new();
    for ((rule, language), bundle) in &texts.bundles {
        let folder = crate::embedded::CDS_HOOKS.get_file(format!("texts/{language}/{rule}.ftl")).unwrap();
        let resource = FluentResource::try_new(folder.contents_utf8().unwrap().to_owned()).unwrap();
        let common = |id: &'static str| {
            let language = Language::ALL.iter().copied().find(|known| known.code() == *language).unwrap();
            texts.say("common", language, &Policy::default(), Place::Summary, &Message::new(id))
        };
        for (id, variables) in shape(&resource) {
            if !id.starts_with("summary") {
                continue;
            }
            let mut args = FluentArgs::new();
            for variable in &variables {
                // What may stand in a summary, by the name of its variable.
                match variable.as_str() {
                    "grade" | "count" | "age" | "lines" | "months" | "days" | "weeks" => {
                        args.set(variable.as_str(), 88);
                    }
                    // A number with its decimals, as a text.
                    "neutrophils" | "platelets" | "value" | "igg" | "ice" => args.set(variable.as_str(), "1234.56"),
                    "date" | "from" | "until" => args.set(variable.as_str(), "22 Nov 2026"),
                    // A phrase of months, at its longest.
                    "period" | "interval" => args.set(variable.as_str(), "120 maanden"),
                    // The longer of those to call.
                    "contact" => args.set(variable.as_str(), common("contact-on-duty")),
                    "contact-short" => args.set(variable.as_str(), common("contact-on-duty-short")),
                    // Of the four criteria, three more.
                    "more" => args.set(variable.as_str(), 3),
                    // One of the rule's own phrases.
                    "what" if rule == &"ahsct-eligibility" => {
                        let prefix = if id == "summary-not-met" { "failed-" } else { "open-" };
                        args.set(variable.as_str(), longest_phrase(&resource, prefix).unwrap());
                    }
                    "therapy" => {
                        let phrase = longest_phrase(&resource, "therapy-");
                        args.set(variable.as_str(), phrase.unwrap_or_else(|| longest.clone()));
                    }
                    _ => match numbers::ALL.iter().find(|number| number.id == variable) {
                        // As many characters as its greatest value can have.
                        Some(number) => args.set(variable.as_str(), number.within.1),
                        None => args.set(variable.as_str(), longest.clone()),
                    },
                }
            }
            let pattern = bundle.get_message(&id).unwrap().value().unwrap();
            let summary = bundle.format_pattern(pattern, Some(&args), &mut Vec::new());
            let length = summary.chars().count();
            if length > LONGEST_SUMMARY {
                problems.push(format!("texts/{language}/{rule}.ftl `{id}` can be {length} characters: {summary}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What is put together here reads as Fluent would have it, to the letter.
#[test]
fn compiled_messages_are_those_of_fluent() {
    let texts = Texts::load(&crate::embedded::CDS_HOOKS).unwrap();
    let mut compared = 0;
    for ((rule, code), messages) in &texts.compiled {
        let language = Language::from_code(code).unwrap();
        let shapes: BTreeMap<String, BTreeSet<String>> = ["common", rule]
            .into_iter()
            .flat_map(|file| {
                let file = crate::embedded::CDS_HOOKS.get_file(format!("texts/{code}/{file}.ftl")).unwrap();
                shape(&FluentResource::try_new(file.contents_utf8().unwrap().to_owned()).unwrap())
            })
            .collect();
        for id in messages.keys() {
            for value in [FluentValue::from(38.5), FluentValue::from(2), FluentValue::from("een *woord*  {x} 1.5")] {
                let values =
                    || -> Values<'_> { shapes[id].iter().map(|name| (name.as_str(), value.clone())).collect() };
                let fluent = texts.format_by_fluent(rule, language, id, values());
                assert_eq!(texts.format(rule, language, id, values()), fluent, "{rule} {code} {id}");
                compared += usize::from(messages[id].with(&values(), texts.has_comma(language)).is_some());
            }
            // A value that nobody gave is shown as Fluent shows it.
            let fluent = texts.format_by_fluent(rule, language, id, Vec::new());
            assert_eq!(texts.format(rule, language, id, Vec::new()), fluent, "{rule} {code} {id}");
        }
    }
    assert!(compared > 1000, "only {compared} were put together here");
}
