//! Cell therapies that are planned and not yet done: drafted, or requested on record without an infusion since.
//!
//! A request often stays "active" after the infusion. So a request is open only as long as no infusion is recorded on or after
//! the day it was written; while infusions were not sent, or one has no status, it may be done. A draft is always open: it
//! is being written now.

use jiff::civil::Date;

use crate::questions::Case;
use crate::questions::therapy::history::{Certainty, TherapyEvent};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::dose::dates;
use cellwise_record::facts::medication::{MedicationUse, UseKind};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Standing, Verdict, add_gaps};

/// Which cell therapy is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// CAR-T cells.
    CarT,
    /// The patient's own stem cells. A transplantation that does not say whose cells may be one.
    OwnStemCells,
    /// Stem cells of a donor.
    DonorStemCells,
}

impl Planned {
    /// Whether a request with these codes is for it.
    fn is_asked_by(self, concept: &Concept, is_drug: bool) -> Verdict {
        match self {
            Self::CarT if is_drug => concept.is_drug(ValueSet::CAR_T),
            Self::CarT => concept.is(ValueSet::CAR_T),
            Self::OwnStemCells if concept.has(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED) => Verdict::Unknown,
            _ if is_drug => Verdict::NotMet,
            Self::OwnStemCells => concept.is(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION),
            Self::DonorStemCells => concept.is(ValueSet::ALLOGENEIC_STEM_CELL_TRANSPLANTATION),
        }
    }

    /// What shows that it was done.
    fn infusions(self) -> &'static [ValueSet] {
        const UNSPECIFIED: ValueSet = ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED;
        match self {
            Self::CarT => &[ValueSet::CAR_T],
            Self::OwnStemCells => &[ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION, UNSPECIFIED],
            Self::DonorStemCells => &[ValueSet::ALLOGENEIC_STEM_CELL_TRANSPLANTATION, UNSPECIFIED],
        }
    }
}

/// A planned cell therapy that is not known to be done.
#[derive(Clone, Debug)]
pub struct OpenPlan {
    /// What is ordered.
    pub concept: Concept,
    /// Why, coded.
    pub reasons: Vec<Concept>,
    /// Why, as references.
    pub reason_references: Vec<String>,
    /// The first day it is planned for, where the order says so.
    pub day: Option<Moment>,
    /// Whether it is being drafted.
    pub is_drafted: bool,
    /// The draft order or request.
    pub evidence: Evidence,
    /// Met, or unknown: it may be done already, or be another kind of transplantation.
    pub judgement: Judgement,
}

/// The open plans of one cell therapy.
#[derive(Clone, Debug)]
pub struct OpenPlans {
    /// The plans, drafts first.
    pub plans: Vec<OpenPlan>,
    /// Why there may be more.
    pub hidden: Vec<Gap>,
}

impl OpenPlans {
    /// Whether the therapy is planned.
    pub fn judgement(&self) -> Judgement {
        let hidden = Judgement::found(Vec::new(), self.hidden.clone());
        self.plans.iter().fold(hidden, |any, plan| any.or(plan.judgement.clone()))
    }

    /// The first day of the therapy: that of the drafts, else that of the requests on record.
    #[must_use]
    pub fn day(&self) -> Option<Moment> {
        let of = |is_drafted| {
            let days = self.plans.iter().filter(move |plan| plan.is_drafted == is_drafted).filter_map(|plan| plan.day);
            days.min_by_key(|day| (day.first, day.last))
        };
        of(true).or_else(|| of(false))
    }

    /// The plans for which `holds`.
    #[must_use]
    pub fn keep(&self, holds: impl Fn(&OpenPlan) -> bool) -> Self {
        let plans = self.plans.iter().filter(|plan| holds(plan)).cloned().collect();
        Self { plans, hidden: self.hidden.clone() }
    }
}

/// One of something for each therapy that may be planned.
#[derive(Default)]
pub(in crate::questions) struct ForEach<T> {
    car_t: T,
    own_stem_cells: T,
    donor_stem_cells: T,
}

impl<T> ForEach<T> {
    fn of(&self, therapy: Planned) -> &T {
        match therapy {
            Planned::CarT => &self.car_t,
            Planned::OwnStemCells => &self.own_stem_cells,
            Planned::DonorStemCells => &self.donor_stem_cells,
        }
    }
}

/// Infusions on record, and why there may be more: only what was not delivered, because nearly every list of procedures has
/// entries without a usable code.
pub(crate) struct Infusions {
    pub(crate) events: Vec<TherapyEvent>,
    pub(crate) hidden: Vec<Gap>,
    /// Infusions of which it can't be told whether they count (no status).
    pub(crate) unclear: Vec<Gap>,
    done: Latest,
    perhaps: Latest,
}

/// The latest of some infusions: whether one of them lies on or after a day is one comparison, however many there are.
#[derive(Default)]
struct Latest {
    /// The latest first day that one of them can mean.
    first: Option<Date>,
    /// The latest last day that one of them can mean, with what to say when that leaves something open.
    last: Option<(Date, Gap)>,
    undated: Option<Gap>,
}

impl Latest {
    fn add(&mut self, date: Option<Moment>, gap: impl FnOnce() -> Gap) {
        match date {
            None if self.undated.is_none() => self.undated = Some(gap()),
            None => {}
            Some(date) => {
                self.first = self.first.max(Some(date.first));
                if self.last.as_ref().is_none_or(|(last, _)| date.last > *last) {
                    self.last = Some((date.last, gap()));
                }
            }
        }
    }

    /// Whether one of them lies on or after `day`; `None` is a day that is not known.
    fn since(&self, day: Option<Moment>) -> Verdict {
        let reaches = |day: Moment| self.last.as_ref().is_some_and(|(last, _)| *last >= day.first);
        match day {
            Some(day) if self.first.is_some_and(|first| first >= day.last) => Verdict::Met,
            Some(day) if self.undated.is_none() && !reaches(day) => Verdict::NotMet,
            None if self.undated.is_none() && self.last.is_none() => Verdict::NotMet,
            _ => Verdict::Unknown,
        }
    }

    /// Why that can't be told.
    fn gap(&self) -> Option<Gap> {
        self.undated.as_ref().or(self.last.as_ref().map(|(_, gap)| gap)).cloned()
    }
}

impl Infusions {
    /// Whether an infusion on record was given on or after `day`, apart from what was not delivered.
    pub(crate) fn since(&self, day: Option<Moment>) -> Verdict {
        self.done.since(day)
    }

    /// An infusion that may have been given on or after `day`: it can't be told whether it counts.
    pub(crate) fn unclear_since(&self, day: Option<Moment>) -> Option<Gap> {
        self.perhaps.gap().filter(|_| self.perhaps.since(day) != Verdict::NotMet)
    }

    /// Why there may be more: what was not delivered.
    pub(crate) fn hidden(&self) -> &[Gap] {
        &self.hidden
    }
}

impl Case<'_> {
    /// Infusions of a cell therapy that are recorded as done.
    pub(crate) fn infusions(&self, therapy: Planned) -> &Infusions {
        self.once(self.answers.infusions.of(therapy), || {
            let (events, gaps) = self.recorded_infusions(therapy);
            let mut hidden = Vec::new();
            add_gaps(&mut hidden, gaps.into_iter().filter(|gap| gap.kind.is_delivery()));
            let mut found =
                Infusions { events, hidden, unclear: Vec::new(), done: Latest::default(), perhaps: Latest::default() };
            for event in &found.events {
                let shown = &event.evidence;
                let gap = || Gap::at(GapKind::ImpreciseDate, Source::Procedures, &shown.reference, &shown.what);
                found.done.add(event.date, gap);
            }
            self.unclear_infusions(therapy, &mut found);
            found
        })
    }

    fn recorded_infusions(&self, therapy: Planned) -> (Vec<TherapyEvent>, Vec<Gap>) {
        let (mut events, mut gaps) = (Vec::new(), Vec::new());
        for set in therapy.infusions() {
            if therapy == Planned::CarT {
                self.collect_therapy(*set, &mut events, &mut gaps);
                continue;
            }
            // Stem cells are given back by a procedure; no list of drugs holds them.
            let procedures = self.procedures(*set);
            gaps.extend(procedures.gaps);
            let today = self.as_of.day();
            let done = procedures.items.into_iter().filter(|procedure| {
                procedure.period.start.is_none_or(|start| start.on_or_before(&today) != Verdict::NotMet)
            });
            events.extend(done.map(|procedure| TherapyEvent {
                date: procedure.period.start,
                certainty: Certainty::Recorded,
                evidence: procedure.evidence(),
            }));
        }
        (events, gaps)
    }

    /// Adds the infusions of which it can't be told whether they count. One of a coming day is a plan.
    fn unclear_infusions(&self, therapy: Planned, found: &mut Infusions) {
        let today = self.as_of.day();
        let is_infusion = |concept: &Concept| therapy.infusions().iter().any(|set| concept.has(*set));
        let is_past = |date: Option<Moment>| date.is_none_or(|date| date.on_or_before(&today) != Verdict::NotMet);
        let procedures = self
            .procedures
            .iter()
            .map(|act| (&act.concept, act.standing, act.period.start, Source::Procedures, &act.reference));
        let drugs = self.medications.iter().filter_map(|drug| {
            let source = match drug.kind {
                UseKind::Given => Source::MedicationAdministrations,
                UseKind::Stated => Source::MedicationStatements,
                UseKind::Prescribed => return None,
            };
            // Stem cells are given back by a procedure; no list of drugs holds them.
            (therapy == Planned::CarT).then_some((&drug.concept, drug.standing, drug.start, source, &drug.reference))
        });
        for (concept, standing, date, source, reference) in procedures.chain(drugs) {
            if let Standing::Unclear(kind) = standing
                && is_past(date)
                && is_infusion(concept)
            {
                let gap = Gap::at(kind, source, reference, &concept.text);
                found.perhaps.add(date, || gap.clone());
                add_gaps(&mut found.unclear, [gap]);
            }
        }
    }

    /// The open plans of a cell therapy: in the draft orders (selected or not), and requested on record.
    #[must_use]
    pub fn open_plans(&self, therapy: Planned) -> &OpenPlans {
        self.once(self.answers.open_plans.of(therapy), || {
            let mut found = OpenPlans { plans: Vec::new(), hidden: Vec::new() };
            for order in &self.orders {
                found.add_draft(therapy, order);
            }
            let infusions = self.infusions(therapy);
            add_gaps(&mut found.hidden, self.sources.gaps_of(Source::ServiceRequests));
            for request in self.service_requests.iter().filter(|request| request.progress != Progress::Done) {
                found.add_request(therapy, request, infusions);
            }
            if therapy == Planned::CarT {
                add_gaps(&mut found.hidden, self.sources.gaps_of(Source::MedicationRequests));
                let prescribed = self.medications.iter().filter(|drug| drug.kind == UseKind::Prescribed);
                for drug in prescribed.filter(|drug| !matches!(drug.progress, Progress::Done | Progress::Ended)) {
                    found.add_prescription(therapy, drug, infusions);
                }
            }
            found
        })
    }
}

impl OpenPlans {
    fn add_draft(&mut self, therapy: Planned, order: &DraftOrder) {
        let is_drug = order.kind == OrderKind::Medication;
        if !is_drug && order.kind != OrderKind::Service && order.readable {
            return;
        }
        let asked = if order.readable { therapy.is_asked_by(&order.concept, is_drug) } else { Verdict::Unknown };
        self.add(asked, Standing::Counts, || OpenPlan {
            concept: order.concept.clone(),
            reasons: order.reasons.clone(),
            reason_references: order.reason_references.clone(),
            day: dates(&order.doses).min().map(Moment::on).or(order.planned_for.and_then(|planned| planned.start)),
            is_drafted: true,
            evidence: order.evidence(),
            judgement: Judgement::met(vec![order.evidence()]),
        });
    }

    fn add_request(&mut self, therapy: Planned, request: &Act, infusions: &Infusions) {
        self.add(therapy.is_asked_by(&request.concept, false), request.standing, || OpenPlan {
            concept: request.concept.clone(),
            reasons: request.reasons.clone(),
            reason_references: request.reason_references.clone(),
            day: request.planned_for.and_then(|planned| planned.start),
            is_drafted: false,
            evidence: request.evidence(),
            judgement: is_open(request.authored, infusions),
        });
    }

    fn add_prescription(&mut self, therapy: Planned, drug: &MedicationUse, infusions: &Infusions) {
        self.add(therapy.is_asked_by(&drug.concept, true), drug.standing, || OpenPlan {
            concept: drug.concept.clone(),
            reasons: drug.reasons.clone(),
            reason_references: drug.reason_references.clone(),
            day: dates(&drug.doses).min().map(Moment::on),
            is_drafted: false,
            evidence: drug.evidence(),
            judgement: is_open(drug.authored, infusions),
        });
    }

    /// Puts a request where it belongs: a plan, perhaps a plan (its code says a transplantation, not whose cells), or a
    /// reason why there may be more.
    fn add(&mut self, asked: Verdict, standing: Standing, plan: impl FnOnce() -> OpenPlan) {
        if asked == Verdict::NotMet {
            return;
        }
        let mut plan = plan();
        let gap = |kind| plan.evidence.gap(kind);
        let doubt = match (asked, standing) {
            (Verdict::Met, Standing::Counts) => None,
            (Verdict::Met, Standing::Unclear(kind)) => Some(gap(kind)),
            _ if plan.concept.has(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED) => Some(gap(GapKind::NotRecorded)),
            _ => return add_gaps(&mut self.hidden, [gap(plan.concept.gap_kind())]),
        };
        if let Some(doubt) = doubt {
            let shown = plan.evidence.clone();
            plan.judgement = plan.judgement.and(Judgement::unknown(vec![doubt]).with_evidence([shown]));
        }
        if plan.is_drafted || !plan.judgement.is_not_met() {
            if plan.judgement.evidence().is_empty() {
                plan.judgement = plan.judgement.with_evidence([plan.evidence.clone()]);
            }
            self.plans.push(plan);
        }
    }
}

/// Whether a request written on `authored` is not yet done.
fn is_open(authored: Option<Moment>, infusions: &Infusions) -> Judgement {
    let mut gaps = infusions.hidden.clone();
    match infusions.done.since(authored) {
        Verdict::Met => return Judgement::not_met(Vec::new()),
        Verdict::NotMet => {}
        Verdict::Unknown => add_gaps(&mut gaps, infusions.done.gap()),
    }
    add_gaps(&mut gaps, infusions.unclear_since(authored));
    if gaps.is_empty() { Judgement::met(Vec::new()) } else { Judgement::unknown(gaps) }
}
