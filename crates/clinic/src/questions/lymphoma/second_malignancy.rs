//! Lymphoma, leukaemia and myeloma recorded after CAR-T: another disease than the one that was treated, or perhaps.
//!
//! CAR-T products are against B cells or plasma cells. A disease of T cells or of the myeloid line can't be what they were given
//! for; of the others the family tells, as long as one of another family was there before. What may be the treated disease
//! itself (the same family, the only one on record, a relapse by its status) is not asked about.

use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::therapy::history::{Certainty, TherapyEvent};
use cellwise_record::facts::condition::{ClinicalStatus, Condition};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

/// Diseases of one family: one of them may be the relapse, or the transformation, of another.
const FAMILIES: [&[ValueSet]; 3] = [
    &[
        ValueSet::DIFFUSE_LARGE_B_CELL_LYMPHOMA,
        ValueSet::PRIMARY_MEDIASTINAL_LARGE_B_CELL_LYMPHOMA,
        ValueSet::FOLLICULAR_LYMPHOMA,
        ValueSet::MANTLE_CELL_LYMPHOMA,
        ValueSet::B_CELL_LYMPHOMA_UNSPECIFIED,
    ],
    &[ValueSet::MULTIPLE_MYELOMA],
    &[ValueSet::B_CELL_ACUTE_LYMPHOBLASTIC_LEUKAEMIA],
];

/// A malignancy that is new since CAR-T, or may be.
#[derive(Clone, Debug)]
pub struct SecondMalignancy {
    /// Whether one was recorded since, lately, that is not the treated disease.
    pub judgement: Judgement,
    /// What it is called: the one that is certain, else the one that is asked about.
    pub name: Option<String>,
    /// Whether an entry is worth a question.
    pub asks: bool,
}

/// What an entry may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Of T cells, NK cells or the myeloid line.
    OtherLineage,
    /// Of a family of diseases that CAR-T is given for.
    OfFamily(usize),
    /// A disease of the blood whose family the code does not tell.
    Unclassified,
    /// Words that name T cells or the myeloid line.
    OtherLineageInWords,
    /// Words that name a disease of the blood.
    InWords,
}

/// Why an entry leaves it open.
enum Open {
    /// Worth a question.
    Asks(GapKind, Option<&'static str>),
    /// Open, and not asked about.
    Silently(GapKind),
}

/// What an entry tells.
enum Told {
    No,
    Yes,
    Unknown(Open),
}

/// The first CAR-T infusion on record.
struct FirstCarT {
    /// Its day.
    day: Option<Moment>,
    /// Whether there may have been an earlier one: without a day, or of a status that does not say whether it was given.
    may_be_earlier: bool,
}

/// A malignancy on record, and whether it was recorded after the first CAR-T.
struct Entry<'c> {
    condition: &'c Condition,
    kind: Kind,
    after: Verdict,
}

impl Case<'_> {
    /// A second malignancy after CAR-T.
    #[must_use]
    pub fn second_malignancy(&self) -> SecondMalignancy {
        let first = self.first_car_t();
        let entries: Vec<Entry<'_>> = self.conditions.iter().filter_map(|of| self.malignancy(of, &first)).collect();
        let mut judgement = Judgement::found(Vec::new(), self.sources.gaps_of(Source::Conditions));
        let (mut certain, mut asked, mut asks): (Option<&Condition>, Option<&Condition>, bool) = (None, None, false);
        for (place, entry) in entries.iter().enumerate() {
            let others: Vec<&Entry<'_>> =
                entries.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, of)| of).collect();
            let one = match told(entry, &others, first.day.is_some()) {
                Told::No => continue,
                Told::Yes => Judgement::met(vec![entry.condition.evidence()]).and(self.recorded_lately(entry)),
                Told::Unknown(open) => {
                    let lately = self.recorded_lately(entry);
                    let is_asked = matches!(open, Open::Asks(..)) && !lately.is_not_met();
                    if is_asked {
                        asks = true;
                        asked = asked.or(Some(entry.condition));
                    }
                    open.judgement(entry.condition, is_asked).and(lately)
                }
            };
            // A diagnosis that may not count never stands as one.
            let one = match entry.condition.standing {
                Standing::Unclear(kind) if one.is_met() => Judgement::unknown(vec![gap_of(entry.condition, kind)]),
                Standing::Unclear(_) | Standing::Counts => one,
            };
            if one.is_met() {
                certain = certain.or(Some(entry.condition));
            }
            judgement = judgement.or(one);
        }
        let name = certain.or(asked).map(|of| of.concept.text.clone());
        SecondMalignancy { judgement, name, asks }
    }

    /// The first CAR-T infusion on record.
    fn first_car_t(&self) -> FirstCarT {
        let recorded = self.car_t_history().events.iter().filter(|event| event.certainty == Certainty::Recorded);
        let day = recorded.clone().filter_map(|event| event.date).min_by_key(|day| (day.first, day.last));
        // A history code has no day by nature, and is of the same infusion.
        let is_undated = |event: &TherapyEvent| event.date.is_none() && event.evidence.source != Source::Conditions;
        let unclear = &self.cell_therapies().unclear;
        let may_be_earlier =
            recorded.clone().any(is_undated) || unclear.iter().any(|(therapy, _)| therapy.cells == Cells::CarT);
        FirstCarT { day, may_be_earlier }
    }

    /// A lymphoma, leukaemia or myeloma, with its place in time.
    fn malignancy<'c>(&self, condition: &'c Condition, first: &FirstCarT) -> Option<Entry<'c>> {
        let concept = &condition.concept;
        let family = FAMILIES.iter().position(|sets| sets.iter().any(|set| concept.has(*set)));
        let speaks = || {
            concept.is_in_words()
                && !concept.is_called(ValueSet::MULTIPLE_SCLEROSIS)
                && concept.names().any(|name| self.mentions("diagnosis", name))
        };
        let kind = match family {
            _ if concept.has(ValueSet::T_CELL_OR_MYELOID_MALIGNANCY) => Kind::OtherLineage,
            Some(family) => Kind::OfFamily(family),
            None if concept.has(ValueSet::LYMPHOMA_OR_LEUKAEMIA) => Kind::Unclassified,
            None if concept.names_in_words(ValueSet::T_CELL_OR_MYELOID_MALIGNANCY) => Kind::OtherLineageInWords,
            None if speaks() => Kind::InWords,
            None => return None,
        };
        let after = match (condition.date(), first.day) {
            (Some(day), Some(first)) => day.after(&first),
            _ => Verdict::Unknown,
        };
        let after = if after == Verdict::NotMet && first.may_be_earlier { Verdict::Unknown } else { after };
        Some(Entry { condition, kind, after })
    }

    /// Whether an entry is so new that someone may still have to act on it. One without a date may be.
    fn recorded_lately(&self, entry: &Entry<'_>) -> Judgement {
        let Some(day) = entry.condition.date() else { return Judgement::met(Vec::new()) };
        let months = self.whole(&numbers::SECOND_MALIGNANCY_MONTHS);
        match self.as_of.day().on_or_before(&day.plus_months(months)) {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::not_met(vec![entry.condition.evidence()]),
            Verdict::Unknown => Judgement::unknown(vec![gap_of(entry.condition, GapKind::ImpreciseDate)]),
        }
    }
}

/// What an entry tells beside the others, whether or not CAR-T has a day.
fn told(entry: &Entry<'_>, others: &[&Entry<'_>], is_dated: bool) -> Told {
    let Entry { condition, kind, after } = entry;
    if *after == Verdict::NotMet {
        return Told::No;
    }
    let asks = |kind, text| Told::Unknown(Open::Asks(kind, text));
    let unclear_date = || match condition.date() {
        Some(_) => asks(GapKind::ImpreciseDate, None),
        None => asks(GapKind::NotRecorded, Some("gap-no-date")),
    };
    let is_relapse = matches!(condition.clinical_status, ClinicalStatus::Relapse | ClinicalStatus::Recurrence);
    // What was there before CAR-T, or may have been: one of it was treated.
    let before: Vec<&&Entry<'_>> = others.iter().filter(|of| of.after != Verdict::Met).collect();
    let is_known = before.iter().any(|of| of.condition.concept.text == condition.concept.text);
    let is_surely_before =
        |kinds: fn(Kind) -> bool| before.iter().any(|of| of.after == Verdict::NotMet && kinds(of.kind));
    let is_of_another_kind = before.iter().any(|of| of.kind != *kind);
    match (kind, after) {
        (Kind::OtherLineage, _) if is_surely_before(|of| of == Kind::OtherLineage) => {
            asks(GapKind::NotRecorded, Some("gap-same-lineage-before"))
        }
        (Kind::OtherLineage, Verdict::Met) => Told::Yes,
        (Kind::OtherLineage, _) => unclear_date(),
        (Kind::OtherLineageInWords, _) => asks(condition.concept.gap_kind(), None),
        _ if is_relapse || is_known => Told::No,
        (Kind::InWords, Verdict::Met) => asks(condition.concept.gap_kind(), None),
        (Kind::InWords, _) => Told::Unknown(Open::Silently(condition.concept.gap_kind())),
        (Kind::Unclassified, Verdict::Met) => asks(GapKind::NotRecorded, Some("gap-which-disease")),
        (Kind::OfFamily(_), _) if before.iter().any(|of| of.kind == *kind) => Told::No,
        // Only what the codes of both tell makes them two diseases.
        (Kind::OfFamily(_), Verdict::Met)
            if is_surely_before(|of| matches!(of, Kind::OfFamily(_)))
                && before.iter().all(|of| matches!(of.kind, Kind::OfFamily(_) | Kind::OtherLineage)) =>
        {
            Told::Yes
        }
        (Kind::OfFamily(_), Verdict::Met) if is_of_another_kind || condition.onset.is_some() => {
            asks(GapKind::NotRecorded, Some("gap-treated-disease"))
        }
        (Kind::OfFamily(_) | Kind::Unclassified, Verdict::Unknown) if is_of_another_kind => unclear_date(),
        (Kind::OfFamily(_) | Kind::Unclassified, Verdict::Unknown) if !is_dated && condition.onset.is_some() => {
            asks(GapKind::NotRecorded, Some("gap-treated-disease"))
        }
        // The only disease on record is the one that was treated, whenever it was written down.
        (Kind::OfFamily(_) | Kind::Unclassified, _) => Told::No,
    }
}

impl Open {
    /// What is open; what is asked about is shown.
    fn judgement(&self, condition: &Condition, is_asked: bool) -> Judgement {
        let gap = match self {
            Self::Asks(kind, text) => {
                let gap = gap_of(condition, *kind);
                text.map_or(gap.clone(), |text| gap.said_as(text))
            }
            Self::Silently(kind) => gap_of(condition, *kind),
        };
        let evidence: Option<Evidence> = is_asked.then(|| condition.evidence());
        let mut gaps = Vec::new();
        add_gaps(&mut gaps, [gap]);
        Judgement::unknown(gaps).with_evidence(evidence)
    }
}

fn gap_of(condition: &Condition, kind: GapKind) -> Gap {
    Gap::at(kind, Source::Conditions, &condition.reference, &condition.concept.text)
}
