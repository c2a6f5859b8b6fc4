//! What the rules would say, did those entries count of which the record does not say so clearly.
//!
//! A coded infusion without a status, or one that was stopped halfway, is neither known nor excluded: the rules are unknown
//! by it. So they are by what stands in the record in words only, though it be exactly the name of a code; there it is taken
//! for what it is called. A rule that would have a card by it asks about it, one level lower: no answer at all would read
//! as "nothing to worry about". It is decided here, once, for every rule.

use std::collections::HashSet;

use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::{ClinicalStatus, Condition};
use cellwise_record::facts::consent::Consent;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, UseKind};
use cellwise_record::facts::observation::{Observation, Report, Value};
use cellwise_record::facts::order::OrderKind;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{
    Act, Chart, Evidence, EvidencePeriod, Gap, GapKind, Judgement, Moment, Period, Progress, Standing, Verdict,
};

use crate::card::Proposal;
use crate::criteria::{Criteria, Row};
use crate::message::Message;
use crate::rule::Finding;

/// A chart in which entries of unclear standing count.
pub(crate) struct Supposition {
    /// The chart.
    pub(crate) chart: Chart,
    doubts: Vec<Doubt>,
    /// Whether it supposes something of the record, not only of what is being drafted.
    is_of_record: bool,
    /// Whether it supposes something of a draft. What is drafted is none of the record's unknowns: without it nothing is open.
    is_of_drafts: bool,
}

/// More are not named on a card.
const MOST_SAID: usize = 3;

impl Supposition {
    /// What there is to suppose: that every cell therapy that may have been given was; that everything unclear counts, that what
    /// was asked for still stands, and that all is what it is called. None when nothing is unclear. Two, because a drug that may
    /// be in use hides what is missing if only the therapy took place. Each with every draft that nobody understands as an order,
    /// and as the end of what it names; and that of the draft alone.
    pub(crate) fn all(chart: &Chart) -> Vec<Self> {
        if chart.doubtful_orders.is_empty() {
            return Self::of_record(chart, &[]);
        }
        let drafts = doubtful(chart);
        let mut ordering = chart.clone();
        let set_aside = std::mem::take(&mut ordering.doubtful_orders);
        let mut ending = ordering.clone();
        let of_drugs = set_aside.iter().filter(|draft| draft.kind == OrderKind::Medication);
        ending.stops.extend(of_drugs.cloned());
        ordering.orders.extend(set_aside);
        let mut all = Vec::new();
        for chart in [ordering, ending] {
            all.extend(Self::of_record(&chart, &drafts));
            all.push(Self { chart, doubts: drafts.clone(), is_of_record: false, is_of_drafts: true });
        }
        all
    }

    /// What there is to suppose of the record. Also of what stands in words alone, where other things are unclear beside
    /// it: a known no may rest on the words, never on the rest.
    fn of_record(chart: &Chart, drafts: &[Doubt]) -> Vec<Self> {
        let therapies = therapies(chart);
        let entries = entries(chart, &therapies);
        let in_words = |doubts: &[Doubt]| -> Vec<Doubt> {
            let is_mixed = doubts.iter().any(|doubt| !doubt.is_in_words());
            doubts.iter().filter(|doubt| is_mixed && doubt.is_in_words()).cloned().collect()
        };
        let (therapies_in_words, entries_in_words) = (in_words(&therapies), in_words(&entries));
        let given = |doubts| Self::of(chart, doubts, drafts, |progress, _| *progress = Progress::Done);
        let counting = |doubts| Self::of(chart, doubts, drafts, |progress, usual| *progress = usual);
        let all = [given(therapies), counting(entries), given(therapies_in_words), counting(entries_in_words)];
        all.into_iter().flatten().collect()
    }

    /// Whether a finding of this verdict may be another under this supposition: one that is open, any when it is of a draft, and a no
    /// where something is supposed of words: what is unclear leaves no known no, but no rule knows every way in which
    /// words may say what it asks. That a patient fits a treatment is never said by what the record leaves unclear.
    pub(crate) fn may_change(&self, verdict: Verdict, judges_fitness: bool) -> bool {
        if self.is_of_record && judges_fitness {
            return false;
        }
        match verdict {
            Verdict::Unknown => true,
            Verdict::NotMet => self.is_of_drafts || self.doubts.iter().any(Doubt::is_in_words),
            Verdict::Met => self.is_of_drafts,
        }
    }

    /// The chart in which those that are doubted count; `settle` says how far one is then, given how far its kind usually is.
    fn of(
        chart: &Chart,
        mut doubts: Vec<Doubt>,
        drafts: &[Doubt],
        settle: impl Fn(&mut Progress, Progress),
    ) -> Option<Self> {
        if doubts.is_empty() {
            return None;
        }
        let mut chart = chart.clone();
        let today = chart.as_of.day();
        let doubted: HashSet<&str> = doubts.iter().map(|doubt| doubt.evidence.reference.as_str()).collect();
        for (acts, usual) in [(&mut chart.procedures, Progress::Done), (&mut chart.service_requests, Progress::Open)] {
            for act in acts.iter_mut().filter(|act| doubted.contains(act.reference.as_str())) {
                act.concept.suppose();
                act.standing = Standing::Counts;
                if is_unsaid(act.progress) {
                    settle(&mut act.progress, usual);
                }
                if is_to_come(act.period.start, &today) {
                    act.period = Period::default();
                }
            }
        }
        for drug in chart.medications.iter_mut().filter(|drug| doubted.contains(drug.reference.as_str())) {
            drug.concept.suppose();
            drug.standing = Standing::Counts;
            // A prescription on hold is just that.
            if drug.progress == Progress::Unclear || drug.kind == UseKind::Given && is_unsaid(drug.progress) {
                let usual = usual_progress(drug.kind);
                settle(&mut drug.progress, usual);
                if matches!(drug.progress, Progress::Open | Progress::Running) && drug.end == CourseEnd::NotRecorded {
                    drug.end = CourseEnd::Ongoing;
                }
            }
            drug.start = drug.start.filter(|start| !is_to_come(Some(*start), &today));
        }
        for of in chart.conditions.iter_mut().filter(|of| doubted.contains(of.reference.as_str())) {
            of.concept.suppose();
            of.standing = Standing::Counts;
            if of.clinical_status == ClinicalStatus::Unreadable {
                of.clinical_status = ClinicalStatus::NotStated;
            }
        }
        for of in chart.consents.iter_mut().filter(|of| doubted.contains(of.reference.as_str())) {
            of.standing = Standing::Counts;
        }
        for of in chart.observations.iter_mut().filter(|of| doubted.contains(of.reference.as_str())) {
            of.concept.suppose();
            if let Value::Concept(answer) = &mut of.value {
                answer.suppose();
            }
            of.standing = Standing::Counts;
        }
        for of in chart.reports.iter_mut().filter(|of| doubted.contains(of.reference.as_str())) {
            of.concept.suppose();
            of.standing = Standing::Counts;
        }
        for order in chart.orders.iter_mut().filter(|order| doubted.contains(order.reference.as_str())) {
            order.concept.suppose();
        }
        doubts.extend(drafts.iter().cloned());
        Some(Self { chart, doubts, is_of_record: true, is_of_drafts: !drafts.is_empty() })
    }

    /// The question that a finding makes under the supposition, in place of what was found: its card, one level lower, with its
    /// own rows, of which those are open that rest on what is doubted. Nothing is taken out or prescribed by it.
    fn question(&self, supposed: Finding, found: &Finding) -> Option<Finding> {
        let is_no = found.verdict() == Verdict::NotMet && !self.is_of_drafts;
        if supposed.card.is_none() && self.is_of_drafts {
            return self.left_open(&supposed, found);
        }
        if supposed.card.is_none() && (!is_no || supposed.verdict() == Verdict::NotMet) {
            return self.lacking(&supposed, found);
        }
        let mut criteria = supposed.criteria.clone().answered(&|row| self.opened(row, found));
        if is_no && !criteria.judgement().is_unknown() {
            criteria = supposed.criteria.answered(&|row| self.changed(row, found));
        }
        let card = supposed.card.map(|mut card| {
            card.indicator = card.indicator.lowered();
            card.supposed = self.reasons(found, &criteria);
            card.suggestions.retain(|suggestion| matches!(suggestion.proposal, Proposal::Service { .. }));
            card
        });
        // What does not rest on a draft is known without it.
        let stands = criteria.judgement().is_unknown() || !self.is_of_record;
        Some(Finding::new(if stands { criteria } else { found.criteria.clone() }, card))
    }

    /// What nothing was found of without a draft, and is no "no" with it, is open, though there is no card: what else it takes
    /// may not have been sent.
    fn left_open(&self, supposed: &Finding, found: &Finding) -> Option<Finding> {
        let was_no = found.card.is_none() && found.verdict() == Verdict::NotMet;
        let criteria = supposed.criteria.clone().answered(&|row| self.opened(row, found));
        let is_open = was_no && supposed.verdict() != Verdict::NotMet && criteria.judgement().is_unknown();
        is_open.then(|| Finding::new(criteria, None))
    }

    /// What would be open for lack of data that was not sent, were that which is unclear to count: without a card the finding must
    /// name the data, which what is unclear does not.
    fn lacking(&self, supposed: &Finding, found: &Finding) -> Option<Finding> {
        let lacks = |finding: &Finding| finding.gaps().iter().any(|gap| gap.kind.is_delivery());
        let is_unknown = found.verdict() == Verdict::Unknown && supposed.verdict() == Verdict::Unknown;
        let with_both = |row: &Row| {
            let open = self.opened(row, found)?;
            // The rest of what is supposed is no gap of what was found, which other rules have in the same words.
            let missing = row.answer.gaps().iter().filter(|gap| gap.kind.is_delivery());
            Some(Judgement::unknown(open.gaps().iter().chain(missing).cloned().collect()))
        };
        let is_silent = is_unknown && found.card.is_none() && !lacks(found) && lacks(supposed);
        let criteria = is_silent.then(|| supposed.criteria.clone().answered(&with_both))?;
        criteria.judgement().is_unknown().then(|| Finding::new(criteria, None))
    }

    /// What is open of a row: what was found to be, else what rests on an entry that is doubted.
    fn opened(&self, row: &Row, found: &Finding) -> Option<Judgement> {
        let is_open = |own: &&Row| own.text == row.text && own.answer.is_unknown();
        if let Some(own) = found.criteria.rows().into_iter().find(is_open) {
            return Some(own.answer.clone());
        }
        let doubt =
            |evidence: &Evidence| self.doubts.iter().find(|doubt| doubt.evidence.reference == evidence.reference);
        let gaps: Vec<Gap> = row.answer.evidence().iter().filter_map(doubt).map(Doubt::gap).collect();
        (!gaps.is_empty()).then(|| Judgement::unknown([gaps.as_slice(), row.answer.gaps()].concat()))
    }

    /// What is open of a row that the supposition answers in another way than was found, whatever it shows for it.
    fn changed(&self, row: &Row, found: &Finding) -> Option<Judgement> {
        let own = found.criteria.rows().into_iter().find(|own| own.text == row.text);
        let is_same = own.is_some_and(|own| own.answer.verdict() == row.answer.verdict());
        (!is_same).then(|| Judgement::unknown(self.doubts.iter().take(MOST_SAID).map(Doubt::gap).collect()))
    }

    /// Why it is not known, by what leaves the finding open; what leaves the question open, where that was a no.
    fn reasons(&self, found: &Finding, asked: &Criteria) -> Vec<Message> {
        let of = |criteria: &Criteria| -> Vec<&Doubt> {
            let rows = criteria.rows();
            let gaps = rows.iter().flat_map(|row: &&Row| row.answer.gaps());
            let open: HashSet<&str> = gaps.filter_map(|gap| gap.reference.as_deref()).collect();
            self.doubts.iter().filter(|doubt| open.contains(doubt.evidence.reference.as_str())).collect()
        };
        let mut shown = of(&found.criteria);
        if shown.is_empty() {
            shown = of(asked);
        }
        if shown.is_empty() {
            shown = self.doubts.iter().collect();
        }
        shown.into_iter().take(MOST_SAID).map(Doubt::said).collect()
    }
}

/// What a rule comes to whose verdict is unknown, or a no that words may hide: its own card, or the question of a
/// supposition, whichever is more urgent.
pub(crate) fn asked(found: Finding, supposed: Vec<(&Supposition, Finding)>) -> Finding {
    let urgency = |finding: &Finding| finding.card.as_ref().map(|card| card.indicator);
    let questions = supposed.into_iter().filter_map(|(supposition, finding)| supposition.question(finding, &found));
    let questions: Vec<Finding> = questions.collect();
    questions.into_iter().fold(found, |most, question| match urgency(&most) {
        Some(urgent) if urgency(&question).is_none_or(|other| other >= urgent) => most,
        _ => question,
    })
}

/// Why it can't be told whether an entry counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The status is not there, or says nothing, of a therapy.
    Therapy,
    /// Stopped after it had begun: cells may have gone in.
    Stopped,
    /// On hold.
    Held,
    /// Said to be done on a day that is to come.
    ToCome,
    /// The status is not there, or says nothing, of something else.
    Entry,
    /// A draft with a modifier that nobody here understands.
    Draft,
    /// It stands in the record in words only.
    Words,
}

/// An entry that may count.
#[derive(Clone)]
struct Doubt {
    reason: Reason,
    kind: GapKind,
    evidence: Evidence,
}

impl Doubt {
    fn of(reason: Reason, standing: Standing, evidence: Evidence) -> Self {
        let kind = match standing {
            Standing::Unclear(kind) => kind,
            Standing::Counts => GapKind::Conflicting,
        };
        Self { reason, kind, evidence }
    }

    /// Of what stands in the record in words only.
    fn in_words(concept: &Concept, evidence: impl FnOnce() -> Evidence) -> Option<Self> {
        is_named(concept).then(|| Self { reason: Reason::Words, kind: concept.gap_kind(), evidence: evidence() })
    }

    fn is_in_words(&self) -> bool {
        self.reason == Reason::Words
    }

    fn gap(&self) -> Gap {
        self.evidence.gap(self.kind)
    }

    fn said(&self) -> Message {
        let text = match self.reason {
            Reason::Therapy => "supposed-therapy",
            Reason::Stopped => "supposed-stopped",
            Reason::Held => "supposed-held",
            Reason::ToCome => "supposed-to-come",
            Reason::Entry => "supposed-entry",
            Reason::Draft => "supposed-draft",
            Reason::Words => "supposed-words",
        };
        let name = match self.evidence.period {
            Some(EvidencePeriod::On(day) | EvidencePeriod::Course { from: day, .. }) => {
                format!("{}, {day}", self.evidence.what)
            }
            None => self.evidence.what.clone(),
        };
        Message::new(text).with("entry", name)
    }
}

/// Whether cells are given by it, if it is what its words name.
fn gives_cells(concept: &Concept) -> bool {
    is_or_named(concept, ValueSet::CAR_T) || is_or_named(concept, ValueSet::STEM_CELL_TRANSPLANTATION)
}

/// Whether only its words name what it is.
fn is_named(concept: &Concept) -> bool {
    !concept.supposed().is_empty()
}

fn is_or_named(concept: &Concept, set: ValueSet) -> bool {
    concept.has(set) || concept.supposed().contains(set)
}

/// The cell therapies that may have been given.
fn therapies(chart: &Chart) -> Vec<Doubt> {
    let today = chart.as_of.day();
    let doubt = |concept: &Concept, standing, progress, start, evidence: Evidence| {
        let reason = match (standing, progress) {
            // A plan may well be dated in the future.
            (_, Progress::Planned | Progress::Open | Progress::Ended) => return None,
            _ if is_to_come(start, &today) => Reason::ToCome,
            (Standing::Counts, _) => return Doubt::in_words(concept, || evidence),
            (Standing::Unclear(_), Progress::Partly) => Reason::Stopped,
            (Standing::Unclear(_), Progress::Held) => Reason::Held,
            (Standing::Unclear(_), _) => Reason::Therapy,
        };
        Some(Doubt::of(reason, standing, evidence))
    };
    let procedures = chart.procedures.iter().filter(|act| gives_cells(&act.concept));
    let procedures =
        procedures.filter_map(|act| doubt(&act.concept, act.standing, act.progress, act.period.start, act.evidence()));
    // An order shows a therapy only when it is completed.
    let requests = chart.service_requests.iter().filter(|act| gives_cells(&act.concept));
    let requests = requests.filter_map(|act| match act.progress {
        Progress::Unclear => Some(Doubt::of(Reason::Therapy, act.standing, act.evidence())),
        _ => Doubt::in_words(&act.concept, || act.evidence()),
    });
    let drugs = chart.medications.iter().filter(|drug| gives_cells(&drug.concept));
    let drugs = drugs.filter(|drug| drug.kind != UseKind::Prescribed || drug.progress == Progress::Unclear);
    let drugs =
        drugs.filter_map(|drug| doubt(&drug.concept, drug.standing, drug.progress, drug.start, drug.evidence()));
    let statuses = chart.conditions.iter();
    let statuses = statuses.filter(|of| is_or_named(&of.concept, ValueSet::CAR_T_HISTORY) || gives_cells(&of.concept));
    let statuses = statuses.filter_map(|status| match status.standing {
        Standing::Counts => Doubt::in_words(&status.concept, || status.evidence()),
        unclear @ Standing::Unclear(_) => Some(Doubt::of(Reason::Therapy, unclear, status.evidence())),
    });
    procedures.chain(drugs).chain(statuses).chain(requests).collect()
}

/// Every entry of which it can't be told whether it counts, or what it is but by its words; those of `therapies` first.
fn entries(chart: &Chart, therapies: &[Doubt]) -> Vec<Doubt> {
    let known: HashSet<&str> = therapies.iter().map(|doubt| doubt.evidence.reference.as_str()).collect();
    let of_acts = unclear(&chart.procedures, |of| (&of.concept, of.standing), Act::evidence);
    let of_requests = unclear(&chart.service_requests, |of| (&of.concept, of.standing), Act::evidence);
    let of_drugs = unclear(&chart.medications, |of| (&of.concept, of.standing), MedicationUse::evidence);
    let of_conditions = unclear(&chart.conditions, |of| (&of.concept, standing_of_problem(of)), Condition::evidence);
    let of_consents = unclear(&chart.consents, |of| (&of.concept, of.standing), Consent::evidence);
    let of_observations = unclear(&chart.observations, |of| (in_words_of(of), of.standing), Observation::evidence);
    let of_reports = unclear(&chart.reports, |of| (&of.concept, of.standing), Report::evidence);
    let of_results = of_observations.chain(of_reports);
    let of_orders = chart.orders.iter().filter_map(|of| Doubt::in_words(&of.concept, || of.evidence()));
    let all = of_acts.chain(of_requests).chain(of_drugs).chain(of_conditions).chain(of_consents).chain(of_results);
    let others = all.chain(of_orders).filter(|doubt| !known.contains(doubt.evidence.reference.as_str()));
    therapies.iter().cloned().chain(others).collect()
}

/// The drafts of which it can't be told whether they are orders.
fn doubtful(chart: &Chart) -> Vec<Doubt> {
    chart.doubtful_orders.iter().map(|of| Doubt::of(Reason::Draft, of.standing, of.evidence())).collect()
}

/// What of an observation only words name: what was observed, else what was found.
fn in_words_of(of: &Observation) -> &Concept {
    match &of.value {
        Value::Concept(answer) if !is_named(&of.concept) => answer,
        _ => &of.concept,
    }
}

/// Those facts of one kind of which it can't be told whether they count, or what they are but by their words.
fn unclear<T>(
    facts: &[T],
    parts: impl Fn(&T) -> (&Concept, Standing),
    evidence: impl Fn(&T) -> Evidence,
) -> impl Iterator<Item = Doubt> {
    facts.iter().filter_map(move |fact| match parts(fact) {
        (concept, Standing::Counts) => Doubt::in_words(concept, || evidence(fact)),
        (_, unclear @ Standing::Unclear(_)) => Some(Doubt::of(Reason::Entry, unclear, evidence(fact))),
    })
}

/// Whether a problem counts: its clinical status may say nothing, too.
fn standing_of_problem(of: &Condition) -> Standing {
    match of.standing {
        Standing::Counts if of.is_active() == Verdict::Unknown => Standing::Unclear(GapKind::Unreadable),
        standing => standing,
    }
}

/// Whether nothing is said of how far it is that speaks for or against its having happened in full.
fn is_unsaid(progress: Progress) -> bool {
    matches!(progress, Progress::Unclear | Progress::Partly | Progress::Held)
}

/// How far a drug usually is: what stands on a list is in use.
fn usual_progress(kind: UseKind) -> Progress {
    match kind {
        UseKind::Given => Progress::Done,
        UseKind::Stated => Progress::Running,
        UseKind::Prescribed => Progress::Open,
    }
}

/// Whether a therapy begins after today.
fn is_to_come(start: Option<Moment>, today: &Moment) -> bool {
    start.is_some_and(|start| start.after(today) == Verdict::Met)
}
