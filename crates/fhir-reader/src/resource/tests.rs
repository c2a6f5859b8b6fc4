//! Unit tests of the accessors.

use super::*;
use serde::Deserialize as _;

#[test]
fn a_course_lasts_as_long_as_it_says() {
    let period = |start: &str, end: &str| {
        let part = |name: &str, day: &str| (!day.is_empty()).then(|| format!(r#""{name}":"{day}""#));
        let parts: Vec<String> = [part("start", start), part("end", end)].into_iter().flatten().collect();
        parts.join(",")
    };
    let duration = |number: &str, unit: &str| {
        let url = "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Duration";
        format!(r#"{{"url":"{url}","valueDuration":{{"value":{number},"unit":"{unit}"}}}}"#)
    };
    let beside = |stated: &str, length: &str| {
        let url = "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period";
        format!(r#""extension":[{{"url":"{url}","valuePeriod":{{{stated}}}}},{length}]"#)
    };
    let within = |stated: &str, length: &str| {
        let url = "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period";
        format!(r#""extension":[{{"url":"{url}","valuePeriod":{{{stated},"extension":[{length}]}}}}]"#)
    };
    let two_weeks = duration("2", "weken");
    for (elements, expected) in [
        (beside(&period("2026-09-25", ""), &two_weeks), Some(("2026-09-25", "2026-10-09"))),
        (within(&period("2026-09-25", ""), &two_weeks), Some(("2026-09-25", "2026-10-09"))),
        (beside(&period("", "2026-10-09"), &two_weeks), Some(("2026-09-25", "2026-10-09"))),
        (within(&period("", "2026-10-09"), &two_weeks), Some(("2026-09-25", "2026-10-09"))),
        // What is stated outweighs what is counted.
        (beside(&period("2026-09-25", "2026-12-31"), &two_weeks), Some(("2026-09-25", "2026-12-31"))),
        (format!(r#""authoredOn":"2026-09-25","extension":[{two_weeks}]"#), Some(("2026-09-25", "2026-10-09"))),
        (format!(r#""extension":[{two_weeks}]"#), None),
        // How long is not known: no course without an end.
        (beside(&period("2026-09-25", ""), &duration("2", "kuren")), None),
        (within(&period("2026-09-25", ""), &duration("2", "kuren")), None),
    ] {
        let json = format!("{{{elements}}}");
        let mut deserializer = serde_json::Deserializer::from_str(&json);
        let resource: Read<Object<Resource<'_>>> = Read::deserialize(&mut deserializer).unwrap();
        let came = resource.value().unwrap().0.period_of_use(&TimeZone::UTC);
        let day = |moment: Option<Moment>| moment.map(|moment| moment.to_string()).unwrap_or_default();
        let came = came.value().map(|period| (day(period.start), day(period.end)));
        let expected = expected.map(|(start, end)| (start.to_owned(), end.to_owned()));
        assert_eq!(came, expected, "{elements}");
    }
}
