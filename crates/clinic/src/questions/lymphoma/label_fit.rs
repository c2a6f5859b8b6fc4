//! One row of a label against one patient: a table of criteria, each met, not met or unknown.

use crate::criteria::{Criteria, all, must};
use crate::message::Message;
use crate::products::{AgeLimits, Failure, Indication, Prior, PriorKind, Product, Required};
use crate::questions::Case;
use crate::questions::lymphoma::lines::Lines;
use crate::questions::lymphoma::treatment_failure::TreatmentFailure;
use cellwise_record::facts::medication::MedicationUse;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Evidence, Found, Gap, Judgement, Source, Verdict};

/// One criterion of a label, with what a card says when it is the one that is open, or fails.
#[derive(Clone)]
pub struct Part {
    /// What is asked.
    pub text: Message,
    /// The answer.
    pub answer: Judgement,
    /// A remark shown with the evidence.
    pub remark: Option<Message>,
    /// What is unclear while it is unknown: a message.
    pub missing: &'static str,
    /// The summary when it is not met; lacks only the product.
    pub not_met: Message,
}

impl Part {
    fn new(text: Message, answer: Judgement, missing: &'static str, not_met: Message) -> Self {
        Self { text, answer, remark: None, missing, not_met }
    }

    fn diagnosis(text: Message, answer: Judgement) -> Self {
        Self::new(text, answer, "missing-diagnosis", Message::new("summary-no-diagnosis"))
    }

    /// Its row.
    fn row(&self) -> Criteria {
        must(self.text.clone(), self.answer.clone()).remarking(self.remark.clone())
    }
}

/// What every row is judged by.
pub struct Facts<'q> {
    /// The lines of therapy.
    pub lines: Lines<'q>,
    /// Stem-cell transplantations, of whatever kind.
    pub transplants: Found<'q, Act>,
}

/// How much of a label is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Disease, age, lines, and failure of whatever kind.
    Basics,
    /// All of it.
    Label,
}

/// A row of a label against the record, or what several rows have in common.
pub struct Fit<'q> {
    /// The product; `None` when the order does not say which.
    pub product: Option<&'q Product>,
    /// The row; `None` when it is not one row.
    pub indication: Option<&'q Indication>,
    /// The criteria, the diagnosis first.
    pub parts: Vec<Part>,
}

impl<'q> Fit<'q> {
    /// Judges one row.
    #[must_use]
    pub fn of_row(q: &'q Case<'_>, facts: &Facts<'q>, product: &'q Product, row: &'q Indication, depth: Depth) -> Self {
        let (diagnosis, conditions) = q.diagnosis_of(&row.diseases, &q.indications.too_general);
        let course = q.treatment_failure(&conditions);
        let mut parts =
            vec![Part::diagnosis(Message::new("criterion-diagnosis").with("disease", &row.name), diagnosis)];
        parts.extend(age(q, row.age));
        parts.extend(row.prior.map(|asked| prior(facts, &course, asked)));
        if depth == Depth::Basics {
            parts.push(failure(facts, &course, Failure::RelapsedOrRefractory));
        } else {
            parts.extend(row.classes.iter().map(|class| drug_class(q, class)));
            parts.extend(row.refractory_to.iter().map(|to| refractory_to(q, to)));
            parts.push(failure(facts, &course, row.failure));
        }
        Self { product: Some(product), indication: Some(row), parts }
    }

    /// A label is met when one of its rows is. Shown is the row that fits best, or what several rows that fit alike have in
    /// common; the value of what is shown is that of the label.
    pub fn of_product(q: &'q Case<'_>, facts: &Facts<'q>, product: &'q Product) -> Self {
        let mut rows: Vec<Self> =
            product.indications.iter().map(|row| Self::of_row(q, facts, product, row, Depth::Label)).collect();
        let label = fits_any(&rows);
        rows.sort_by_key(|row| {
            let failing = row.parts.iter().filter(|part| part.answer.is_not_met()).count();
            (rank(row.whole().verdict()), rank(row.diagnosis().verdict()), failing)
        });
        // While the diagnosis fits no row, or may fit several, no row stands for the others.
        let diagnosis = rows.first().map_or(Verdict::Unknown, |row| row.diagnosis().verdict());
        let alike = |row: &&Self| row.whole().verdict() == label.verdict() && row.diagnosis().verdict() == diagnosis;
        let undecided = diagnosis == Verdict::Unknown && rows.iter().filter(alike).count() > 1;
        if diagnosis == Verdict::NotMet || undecided {
            rows.retain(|row| alike(&row));
            return Self::in_common(product, &label, rows);
        }
        let best = rows.into_iter().next();
        best.unwrap_or(Self { product: Some(product), indication: None, parts: Vec::new() })
    }

    /// The diagnosis once, then what all of these rows ask; only the diagnosis, when none is on record.
    fn in_common(product: &'q Product, label: &Judgement, rows: Vec<Self>) -> Self {
        let diagnosis = rows.iter().map(Self::diagnosis).fold(Judgement::not_met(Vec::new()), Judgement::or);
        let known = diagnosis.verdict() == Verdict::NotMet;
        let text = Message::new("criterion-diagnosis-of-product").with("product", product.name.clone());
        let mut parts = vec![Part::diagnosis(text, diagnosis)];
        let mut rows = rows.into_iter();
        if let Some(first) = rows.next().filter(|_| !known) {
            let others: Vec<Self> = rows.collect();
            let asks = |row: &Self, part: &Part| row.parts.iter().any(|other| other.text == part.text);
            parts.extend(first.parts.into_iter().skip(1).filter(|part| others.iter().all(|row| asks(row, part))));
        }
        let mut common = Self { product: Some(product), indication: None, parts };
        if common.whole().verdict() != label.verdict() {
            // What the rows ask each in its own way decides.
            let text = Message::new("criterion-rest-of-label");
            common.parts.push(Part::new(
                text,
                label.clone(),
                "missing-diagnosis",
                Message::new("summary-no-diagnosis"),
            ));
        }
        common
    }

    /// The product is not stated: a disease that some product is for, treated before, and failure.
    #[must_use]
    pub fn of_any_product(q: &'q Case<'_>, facts: &Facts<'q>) -> Self {
        let (diagnosis, conditions) = q.diagnosis_of(&q.indications.diseases(), &q.indications.too_general);
        let course = q.treatment_failure(&conditions);
        let mut before = prior(facts, &course, Prior { kind: PriorKind::Lines, minimum: 1, early_failure: None });
        before.text = Message::new("criterion-treated-before");
        before.missing = "missing-earlier-treatment";
        let diagnosis = Part::diagnosis(Message::new("criterion-diagnosis-of-any"), diagnosis);
        let failed = failure(facts, &course, Failure::RelapsedOrRefractory);
        Self { product: None, indication: None, parts: vec![diagnosis, before, failed] }
    }

    /// All criteria together.
    pub fn whole(&self) -> Judgement {
        self.criteria().judgement()
    }

    fn diagnosis(&self) -> Judgement {
        let first = self.parts.first();
        first.map_or_else(|| Judgement::unknown(Vec::new()), |part| part.answer.clone())
    }

    /// Its criteria: each must hold.
    pub fn criteria(&self) -> Criteria {
        all(self.parts.iter().map(Part::row))
    }
}

/// Whether any of the rows fits.
pub fn fits_any(rows: &[Fit<'_>]) -> Judgement {
    rows.iter().map(Fit::whole).fold(Judgement::not_met(Vec::new()), Judgement::or)
}

/// Best first.
#[must_use]
pub fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Met => 0,
        Verdict::Unknown => 1,
        Verdict::NotMet => 2,
    }
}

fn age(q: &Case<'_>, limits: AgeLimits) -> Option<Part> {
    let text = match (limits.minimum, limits.maximum) {
        (None, None) => return None,
        (Some(minimum), None) => Message::new("criterion-age-minimum").with("minimum", minimum),
        (None, Some(maximum)) => Message::new("criterion-age-maximum").with("maximum", maximum),
        (Some(minimum), Some(maximum)) => {
            Message::new("criterion-age-range").with("minimum", minimum).with("maximum", maximum)
        }
    };
    let age = q.patient.age(&q.as_of);
    let (youngest, oldest) = age.unwrap_or_default();
    let not_met = Message::new("summary-age").with("age", youngest);
    let mut part = Part::new(text, q.age_within(limits), "missing-age", not_met);
    part.remark = age.map(|_| {
        if youngest == oldest {
            Message::new("remark-age").with("age", youngest)
        } else {
            Message::new("remark-age-between").with("youngest", youngest).with("oldest", oldest)
        }
    });
    Some(part)
}

fn prior(facts: &Facts<'_>, course: &TreatmentFailure<'_>, asked: Prior) -> Part {
    let lines = &facts.lines;
    let enough = lines.at_least(asked.minimum);
    let too_few = enough.verdict() == Verdict::NotMet;
    let text = match (asked.kind, asked.early_failure) {
        (PriorKind::Lines, None) => Message::new("criterion-lines"),
        (PriorKind::Therapies, None) => Message::new("criterion-therapies"),
        (_, Some(early)) => {
            Message::new("criterion-lines-or-early").with("fewer", early.minimum).with("months", early.within_months)
        }
    };
    let summary = match (asked.kind, asked.early_failure) {
        (PriorKind::Lines, None) => "summary-lines",
        (PriorKind::Therapies, None) => "summary-therapies",
        (_, Some(_)) => "summary-lines-no-early-failure",
    };
    let judgement = match asked.early_failure {
        None => enough,
        Some(early) => {
            let only_line = lines.recorded() == Some(1);
            let fewer = lines.at_least(early.minimum);
            once(&enough.or(fewer.and(course.early(lines.first_line(), only_line, early.within_months))))
        }
    };
    let missing = match (asked.kind, asked.early_failure) {
        (_, Some(_)) if too_few => "missing-early-failure",
        (PriorKind::Therapies, _) => "missing-therapies",
        (PriorKind::Lines, _) => "missing-lines",
    };
    let not_met =
        Message::new(summary).with("lines", lines.recorded().unwrap_or_default()).with("count", asked.minimum);
    let unknown = judgement.verdict() == Verdict::Unknown;
    let mut part = Part::new(text.with("minimum", asked.minimum), judgement, missing, not_met);
    part.remark = match (lines.is_estimated(), lines.estimate()) {
        (true, 0) if unknown => Some(Message::new("remark-no-course")),
        (true, count) if count > 0 => Some(Message::new("remark-estimate").with("count", count)),
        _ => None,
    };
    part
}

/// A drug class is never a known no: what is not recorded may have been given all the same. Recorded is the class, or a
/// drug of it.
fn drug_class(q: &Case<'_>, class: &Required) -> Part {
    let text = Message::new("criterion-drug-class").with("class", &class.name);
    let recorded = on_record(q, ValueSet::PRIOR_THERAPY_CLASS, class.set, "gap-drug-class");
    let drugs: Vec<Evidence> = q.drugs_of_class(class.set).into_iter().map(MedicationUse::evidence).collect();
    let judgement = if drugs.is_empty() { recorded } else { Judgement::met(drugs).or(recorded) };
    Part::new(text, judgement, "missing-drug-class", Message::new("summary-unknown"))
}

/// Nor is what a disease is refractory to.
fn refractory_to(q: &Case<'_>, to: &Required) -> Part {
    let text = Message::new("criterion-refractory-to").with("what", &to.name);
    let judgement = on_record(q, ValueSet::REFRACTORY_TO, to.set, "gap-refractory-to");
    Part::new(text, judgement, "missing-refractory-to", Message::new("summary-unknown"))
}

fn on_record(q: &Case<'_>, finding: ValueSet, value: ValueSet, gap: &'static str) -> Judgement {
    let found = q.findings(finding, value);
    if found.items.is_empty() {
        let gap = Gap::not_recorded(Source::Observations, gap);
        return Judgement::unknown(std::iter::once(gap).chain(found.gaps).collect());
    }
    found.exists(cellwise_record::facts::observation::Observation::evidence)
}

fn failure(facts: &Facts<'_>, course: &TreatmentFailure<'_>, asked: Failure) -> Part {
    let failed = course.failed();
    let shown = failed.evidence().to_vec();
    let (text, missing, specific) = match asked {
        Failure::RelapsedOrRefractory => ("criterion-failure", "missing-failure", None),
        Failure::RefractoryOrLaterRelapse => {
            let which = course.refractory_or_later_relapse(&facts.transplants);
            ("criterion-refractory-or-later-relapse", "missing-which-relapse", Some(which))
        }
        Failure::ProgressionOnLastTherapy => (
            "criterion-progression-on-last-therapy",
            "missing-progression-on-last-therapy",
            Some(course.progressed_on_last_therapy()),
        ),
    };
    let (mut judgement, mut missing) = (failed.clone(), missing);
    if let Some(specific) = specific {
        judgement = once(&specific.and(judgement));
        if failed.verdict() == Verdict::Met && judgement.verdict() == Verdict::Unknown {
            judgement = judgement.with_evidence(shown);
        } else {
            missing = "missing-failure";
        }
    }
    let late_course = course.last_failure().zip(facts.lines.last_start());
    let older = late_course.is_some_and(|(failure, start)| failure.before(&start) == Verdict::Met);
    let remark = match judgement.verdict() {
        Verdict::Met if older => Some("remark-failure-before-last-course"),
        Verdict::Unknown if course.has_intolerance() => Some("remark-intolerance"),
        _ => None,
    };
    let mut part = Part::new(Message::new(text), judgement, missing, Message::new("summary-remission"));
    part.remark = remark.map(Message::new);
    part
}

/// The same evidence is shown once.
fn once(judgement: &Judgement) -> Judgement {
    let mut evidence = Vec::new();
    for item in judgement.evidence() {
        if !evidence.contains(item) {
            evidence.push(item.clone());
        }
    }
    match judgement.verdict() {
        Verdict::Met => Judgement::met(evidence),
        Verdict::NotMet => Judgement::not_met(evidence),
        Verdict::Unknown => Judgement::unknown(judgement.gaps().to_vec()).with_evidence(evidence),
    }
}
