use super::*;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::medication::{Route, Treatment};
use cellwise_record::{Progress, Standing};

fn day(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn usage(kind: UseKind, start: &str, end: CourseEnd) -> MedicationUse {
    MedicationUse {
        reference: format!("MedicationStatement/{start}"),
        concept: Concept::default(),
        kind,
        progress: Progress::Done,
        start: Some(day(start)),
        end,
        authored: None,
        doses: Vec::new(),
        reasons: Vec::new(),
        reason_references: Vec::new(),
        route: Route::NotStated,
        standing: Standing::Counts,
        medication_references: Vec::new(),
        treatment: Treatment::default(),
    }
}

fn stated(start: &str, end: &str) -> MedicationUse {
    usage(UseKind::Stated, start, CourseEnd::On(day(end)))
}

fn dose(on: &str) -> MedicationUse {
    usage(UseKind::Given, on, CourseEnd::On(day(on)))
}

fn exposure<'c>(drugs: &[(&'static str, Dosing, &'c [MedicationUse])]) -> Exposure<'c> {
    let mut exposure = Exposure::new(day("2026-11-02").first, Vec::new());
    for (drug, dosing, uses) in drugs {
        let uses: Vec<_> = uses.iter().map(|usage| (usage, Verdict::Met)).collect();
        exposure.add(drug, *dosing, &uses);
    }
    exposure
}

#[test]
fn a_gap_up_to_the_interval_is_bridged() {
    for (second, dosing, courses) in [
        ("2025-08-25", Dosing::Days(56), 1),
        ("2025-08-26", Dosing::Days(56), 2),
        ("2026-02-28", Dosing::Months(8), 1),
        ("2026-03-01", Dosing::Months(8), 2),
    ] {
        let uses = [stated("2025-06-02", "2025-06-30"), stated(second, "2026-04-01")];
        let exposure = exposure(&[("drug", dosing, &uses)]);
        assert_eq!(exposure.courses(Reading::Certain).len(), courses, "{second}");
    }
}

#[test]
fn six_months_are_calendar_months() {
    for (end, months, expected) in [("2026-02-28", 6, Verdict::Met), ("2026-02-27", 5, Verdict::NotMet)] {
        let uses = [stated("2025-08-31", end)];
        let exposure = exposure(&[("drug", Dosing::Days(56), &uses)]);
        assert_eq!(exposure.lasted(6), expected, "{end}");
        assert_eq!(exposure.longest(Reading::Certain).map(Course::months), Some(months), "{end}");
        assert_eq!(exposure.together(Reading::Possible), months, "one course is not longer than itself");
    }
}

#[test]
fn a_coarse_date_is_certain_only_where_every_reading_agrees() {
    for (start, expected) in [("2026-04", Verdict::Met), ("2026-05", Verdict::Unknown), ("2026-06", Verdict::NotMet)] {
        let uses = [usage(UseKind::Stated, start, CourseEnd::Ongoing)];
        assert_eq!(exposure(&[("drug", Dosing::Days(56), &uses)]).lasted(6), expected, "{start}");
    }
}

#[test]
fn an_end_that_is_not_recorded_is_never_a_long_exposure() {
    let uses = [usage(UseKind::Prescribed, "2025-01-01", CourseEnd::NotRecorded)];
    let exposure = exposure(&[("drug", Dosing::Days(56), &uses)]);
    assert_eq!(exposure.lasted(6), Verdict::Unknown);
    assert_eq!(exposure.gaps(6).len(), 1);
}

#[test]
fn a_dose_is_in_effect_for_its_interval_but_does_not_lengthen_the_course() {
    let uses = [dose("2026-01-05"), dose("2026-07-06")];
    let exposure = exposure(&[("drug", Dosing::Months(8), &uses)]);
    assert_eq!(exposure.lasted(6), Verdict::Met);
    assert_eq!(exposure.lasted(7), Verdict::Unknown, "the last dose is still in effect");
    assert_eq!(exposure.covers(Some(&day("2026-10-01")), 6), Verdict::Met);
    assert_eq!(exposure.covers(Some(&day("2026-07-04")), 6), Verdict::NotMet);
}

#[test]
fn courses_add_up_only_together() {
    let (first, second) = ([stated("2025-11-02", "2026-03-02")], [stated("2026-07-02", "2026-11-02")]);
    let exposure = exposure(&[("one", Dosing::Days(56), &first), ("two", Dosing::Months(8), &second)]);
    assert_eq!(exposure.lasted(6), Verdict::NotMet);
    assert_eq!(exposure.together(Reading::Certain), 8);
    let expected = Window { from: day("2026-09-02").first, to: day("2026-11-02").first };
    assert_eq!(exposure.windows(6, Reading::Certain), [expected], "from the sixth month together");
}

#[test]
fn a_pulse_counts_on() {
    let uses = [dose("2025-02-10")];
    let exposure = exposure(&[("drug", Dosing::CountsOn, &uses)]);
    assert_eq!(exposure.longest(Reading::Certain).map(Course::months), Some(20));
}
