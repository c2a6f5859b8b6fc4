//! A patient's course as the rules see it: one picture of what a call found, where it stands in time, and what is not known.
//!
//! [`Course`] is pure data, made from the evaluation: each of its marks is an entry of the evidence of some rule, each of its bands
//! a time that a rule counts, each of its holes a gap of a rule. `html` draws it, without scripts.

mod axis;
mod charts;
mod draw;
mod facts;
mod html;
mod shapes;
mod speaker;
mod tables;
mod words;

use std::collections::BTreeSet;

pub use self::charts::{Measure, Of};
use self::facts::Facts;
pub(crate) use self::html::POLICY;
pub use self::html::{STYLE, document, fragment};
pub use self::speaker::Speaker;
pub(crate) use self::tables::offers;
use crate::engine::{Engine, Judged};
use crate::hooks::response::Response;
use cellwise_clinic::criteria::Row as Criterion;
use cellwise_clinic::evaluation::{self, Outcome};
use cellwise_clinic::{DayZero, Finding, Indicator, Message, Number, Rule, Span};
use cellwise_record::facts::patient::Patient;
use cellwise_record::{AsOf, Evidence, EvidencePeriod, Gap, Source, Verdict};

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Course {
    /// The present of the call.
    pub as_of: AsOf,
    /// Whose course it is.
    pub patient: Patient,
    /// Whether there was a cell therapy at all.
    pub had_cell_therapy: Verdict,
    /// The cell therapies with a day, the latest first: time is counted from the first of these.
    pub days_zero: Vec<DayZero>,
    /// What the record shows, a row for each drug, procedure, diagnosis or measurement, in the order of [`Lane`].
    pub rows: Vec<Row>,
    /// Entries without a date.
    pub undated: Vec<Mark>,
    /// The times that rules count.
    pub bands: Vec<Band>,
    /// What is not known of a whole kind of data, or has no date.
    pub holes: Vec<Hole>,
    /// The cards.
    pub flags: Vec<Flag>,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Measurements, findings, reports.
    Findings,
    /// Drugs: given, in use, prescribed.
    Drugs,
    /// What was done or asked for.
    Procedures,
    /// Diagnoses, problems.
    Diagnoses,
    /// What is being ordered or booked now.
    Drafts,
    /// Stays and visits, consents, allergies, trials.
    Others,
}

impl Lane {
    /// Every lane, from top to bottom.
    pub const ALL: [Self; 6] =
        [Self::Findings, Self::Drugs, Self::Procedures, Self::Diagnoses, Self::Drafts, Self::Others];

    /// The lane of a kind of data.
    #[must_use]
    pub fn of(source: Source) -> Self {
        match source {
            Source::Observations | Source::DiagnosticReports => Self::Findings,
            Source::MedicationRequests | Source::MedicationStatements | Source::MedicationAdministrations => {
                Self::Drugs
            }
            Source::Procedures | Source::ServiceRequests => Self::Procedures,
            Source::Conditions => Self::Diagnoses,
            Source::DraftOrders => Self::Drafts,
            Source::Patient | Source::ResearchSubjects | Source::Consents | Source::Allergies | Source::Encounters => {
                Self::Others
            }
        }
    }
}

/// A row of the picture.
#[derive(Clone, Debug)]
pub struct Row {
    /// In which lane.
    pub lane: Lane,
    /// What the record calls it.
    pub name: String,
    /// The measurement that is drawn as a chart, if it is one.
    pub measure: Option<&'static Measure>,
    /// The limits of that measurement which the rules of this call rest on.
    pub limits: Vec<&'static Number>,
    /// The entries, in the order of time.
    pub marks: Vec<Mark>,
    /// What is not known of entries that have a date.
    pub holes: Vec<Hole>,
}

/// An entry of the evidence.
#[derive(Clone, Debug)]
pub struct Mark {
    /// What a rule shows of it.
    pub evidence: Evidence,
    /// The value, in the unit of the row's chart.
    pub value: Option<f64>,
    /// The criteria that rest on it.
    pub uses: Vec<Use>,
}

/// A criterion that rests on an entry, or that is open for a gap.
#[derive(Clone, Debug)]
pub struct Use {
    /// Whose.
    pub rule: &'static Rule,
    /// What it asks.
    pub text: Message,
    /// What it came to.
    pub verdict: Verdict,
}

/// A time that rules count.
#[derive(Clone, Debug)]
pub struct Band {
    /// From when until when, and by which number.
    pub span: Span,
    /// The rules that count it.
    pub rules: Vec<&'static Rule>,
}

/// What is not known.
#[derive(Clone, Debug)]
pub struct Hole {
    /// Why.
    pub gap: Gap,
    /// When, as far as the record tells.
    pub period: Option<EvidencePeriod>,
    /// The criteria that are open for it.
    pub uses: Vec<Use>,
}

/// A card.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Its id.
    pub id: String,
    /// How urgent.
    pub indicator: Indicator,
    /// What, and what to do.
    pub summary: String,
    /// The whole card as it goes over the wire.
    pub card: serde_json::Value,
    /// The rules that speak in it.
    pub rules: Vec<&'static Rule>,
    /// Whether the picture was opened from it.
    pub is_opened: bool,
}

impl Course {
    /// The course of a patient by one call, or by the calls of several services at the same instant, each with its answer where it
    /// got one. `None` without a call.
    #[must_use]
    pub fn of(engine: &Engine, calls: &[(Judged<'_>, Option<Response>)]) -> Option<Self> {
        // One that asks for less sees less of what was before.
        let (first, _) = calls.iter().max_by_key(|(judged, _)| judged.service.sources.len())?;
        let chart = &first.request.chart;
        let knowledge = engine.knowledge();
        let (hook, policy) = (first.request.hook, engine.policy());
        let (terminology, indications) = (&knowledge.terminology, &knowledge.indications);
        let mut days_zero = evaluation::days_zero(chart, hook, policy, terminology, indications);
        days_zero.sort_by_key(|of| std::cmp::Reverse(of.day.first));
        let mut course = Self {
            as_of: chart.as_of,
            patient: chart.patient.clone(),
            had_cell_therapy: evaluation::has_cell_therapy(chart, hook, policy, terminology, indications),
            days_zero,
            rows: Vec::new(),
            undated: Vec::new(),
            bands: Vec::new(),
            holes: Vec::new(),
            flags: Vec::new(),
        };
        let mut used = BTreeSet::new();
        for (judged, answer) in calls {
            let facts = Facts::of(&judged.request.chart);
            for outcome in &judged.evaluation.outcomes {
                course.add_outcome(outcome, &facts);
                used.extend(outcome.used.ids());
            }
            course.add_flags(judged, answer.as_ref());
        }
        course.settle(&used);
        Some(course)
    }

    /// Opens the picture at the card of a rule: of several that one speaks on, the first. False when none has it.
    pub fn open_at(&mut self, rule: &str) -> bool {
        let flag = self.flags.iter_mut().find(|flag| flag.rules.iter().any(|of| of.id == rule));
        flag.is_some_and(|flag| {
            flag.is_opened = true;
            true
        })
    }

    /// Every mark that is drawn.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.rows.iter().flat_map(|row| &row.marks)
    }

    /// Everything that is not known: what has a place in a row, then the rest.
    pub fn all_holes(&self) -> impl Iterator<Item = &Hole> {
        self.rows.iter().flat_map(|row| &row.holes).chain(&self.holes)
    }

    /// The day from which time is counted: day 0, else the present.
    #[must_use]
    pub fn anchor(&self) -> jiff::civil::Date {
        self.days_zero.first().map_or(self.as_of.date, |zero| zero.day.first)
    }

    fn add_outcome(&mut self, outcome: &Outcome, facts: &Facts<'_>) {
        for span in &outcome.spans {
            self.add_band(span, outcome.rule);
        }
        let criteria = outcome.finding.iter().flat_map(|finding: &Finding| finding.criteria.rows());
        for criterion in criteria {
            let shown = criterion.shown();
            let by = |of: &Criterion| Use { rule: outcome.rule, text: of.text.clone(), verdict: shown.verdict() };
            for evidence in shown.evidence() {
                self.add_evidence(evidence, by(criterion), facts);
            }
            // What a known no does without is not missed.
            let is_open =
                outcome.has_card() || outcome.finding.as_ref().is_some_and(|of| of.verdict() != Verdict::NotMet);
            for gap in shown.gaps().iter().filter(|_| is_open) {
                self.add_gap(gap, by(criterion), facts);
            }
        }
    }

    fn add_band(&mut self, span: &Span, rule: &'static Rule) {
        let is_same = |band: &&mut Band| {
            (band.span.number, band.span.from.first, band.span.until.last)
                == (span.number, span.from.first, span.until.last)
        };
        match self.bands.iter_mut().find(is_same) {
            Some(band) => {
                band.span.is_supposed &= span.is_supposed;
                if !band.rules.iter().any(|known| known.id == rule.id) {
                    band.rules.push(rule);
                }
            }
            None => self.bands.push(Band { span: span.clone(), rules: vec![rule] }),
        }
    }

    fn add_evidence(&mut self, evidence: &Evidence, by: Use, facts: &Facts<'_>) {
        let fact = facts.find(&evidence.reference);
        let measure = fact.and_then(|fact| fact.measure);
        let mark =
            || Mark { evidence: evidence.clone(), value: fact.and_then(|fact| fact.value), uses: vec![by.clone()] };
        let marks = if evidence.period.is_some() {
            let name = fact.map_or(evidence.what.as_str(), |fact| fact.name);
            &mut self.row(Lane::of(evidence.source), name, measure).marks
        } else {
            &mut self.undated
        };
        match marks.iter_mut().find(|mark| mark.evidence == *evidence) {
            Some(mark) => add_use(&mut mark.uses, by),
            None => marks.push(mark()),
        }
    }

    fn add_gap(&mut self, gap: &Gap, by: Use, facts: &Facts<'_>) {
        let fact = gap.reference.as_deref().and_then(|reference| facts.find(reference));
        let period = fact.and_then(|fact| fact.period);
        let holes = match (fact, period) {
            (Some(fact), Some(_)) => &mut self.row(Lane::of(gap.source), fact.name, fact.measure).holes,
            _ => &mut self.holes,
        };
        match holes.iter_mut().find(|hole| hole.gap == *gap) {
            Some(hole) => add_use(&mut hole.uses, by),
            None => holes.push(Hole { gap: gap.clone(), period, uses: vec![by] }),
        }
    }

    fn row(&mut self, lane: Lane, name: &str, measure: Option<&'static Measure>) -> &mut Row {
        let is_of = |row: &Row| match (row.measure, measure) {
            (Some(one), Some(other)) => one.text == other.text,
            (None, None) => row.lane == lane && row.name.to_lowercase() == name.to_lowercase(),
            _ => false,
        };
        let place = self.rows.iter().position(is_of).unwrap_or_else(|| {
            let (marks, holes, limits) = Default::default();
            self.rows.push(Row { lane, name: name.to_owned(), measure, limits, marks, holes });
            self.rows.len() - 1
        });
        // The place was just found, or made.
        #[expect(clippy::indexing_slicing, reason = "the place was just found, or made")]
        &mut self.rows[place]
    }

    fn add_flags(&mut self, judged: &Judged<'_>, answer: Option<&Response>) {
        let parts = judged.evaluation.cards();
        for (place, card) in answer.iter().flat_map(|answer| &answer.cards).enumerate() {
            let id = card.id().to_string();
            if self.flags.iter().any(|flag| flag.id == id) {
                continue;
            }
            // The last card may name what could not be checked: no rule leads it.
            let rules =
                parts.get(place).map(|parts| parts.iter().map(cellwise_clinic::situations::Part::rule).collect());
            self.flags.push(Flag {
                id,
                indicator: card.indicator(),
                summary: card.summary().to_owned(),
                card: serde_json::to_value(card).unwrap_or_default(),
                rules: rules.unwrap_or_default(),
                is_opened: false,
            });
        }
    }

    /// Puts everything in the order in which it is read. `used` are the numbers that the rules rest on.
    fn settle(&mut self, used: &BTreeSet<&'static str>) {
        for row in &mut self.rows {
            row.marks.sort_by_key(|mark| mark.evidence.period.map(|period| start_of(&period)));
            let limits = row.measure.map_or(&[][..], |measure| measure.limits);
            let is_one = |(number, of): &&(&'static Number, Of)| used.contains(number.id) && of.holds(&self.days_zero);
            row.limits = limits.iter().filter(is_one).map(|(number, _)| *number).collect();
        }
        let rank = |row: &Row| (row.lane, row.measure.map_or(usize::MAX, Measure::place));
        let newest = |row: &Row| row.marks.iter().filter_map(|of| of.evidence.period).map(|of| start_of(&of)).max();
        self.rows.sort_by_key(|row| (rank(row), std::cmp::Reverse(newest(row))));
        self.bands.sort_by_key(|band| (band.span.until.last, band.span.number.id));
        self.flags.sort_by_key(|flag| flag.indicator);
        self.holes.sort_by_key(|hole| (Lane::of(hole.gap.source), hole.gap.source));
    }
}

/// Adds a criterion that is not there yet.
fn add_use(uses: &mut Vec<Use>, by: Use) {
    if !uses.iter().any(|known| known.rule.id == by.rule.id && known.text == by.text) {
        uses.push(by);
    }
}

/// The first day that a period can begin.
fn start_of(period: &EvidencePeriod) -> jiff::civil::Date {
    match period {
        EvidencePeriod::On(day) => day.first,
        EvidencePeriod::Course { from, .. } => from.first,
    }
}
