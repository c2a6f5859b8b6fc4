//! What is known of tocilizumab in the present episode.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::medication::{MedicationUse, UseKind};
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

/// What is known of tocilizumab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tocilizumab {
    /// Given.
    Given,
    /// Prescribed, not recorded as given.
    Prescribed,
    /// Neither.
    No,
    /// Not known: the administrations did not come through.
    NotSent,
    /// Not known: one is on record that may not have been given, or not now, or stands there in words.
    Unclear,
}

/// Tocilizumab in the present episode.
#[derive(Clone, Debug)]
pub struct TocilizumabInEpisode {
    /// What is known of it.
    pub known: Tocilizumab,
    /// Whether it was given; a prescription is shown as evidence.
    pub given: Judgement,
}

impl TocilizumabInEpisode {
    /// Whether a first dose may be drafted: none was given, prescribed, or may have been.
    #[must_use]
    pub fn is_known_not_given(&self) -> bool {
        self.known == Tocilizumab::No
    }
}

impl Case<'_> {
    /// Tocilizumab since the infusion, of the first month at most.
    pub fn tocilizumab(&self) -> &TocilizumabInEpisode {
        self.once(&self.answers.tocilizumab, || {
            let (t0, given) = (self.after_car_t().t0, self.tocilizumab_given());
            if given.is_met() {
                return TocilizumabInEpisode { known: Tocilizumab::Given, given };
            }
            let open = |progress| matches!(progress, Progress::Open | Progress::Held);
            let prescribed: Vec<Evidence> = self
                .medications_of(Source::MedicationRequests, ValueSet::TOCILIZUMAB)
                .items
                .iter()
                .filter(|drug| open(drug.progress))
                .filter(|drug| drug.start.is_none_or(|start| self.not_before(&start, t0.as_ref()) != Verdict::NotMet))
                .map(|drug| drug.evidence())
                .collect();
            let prescribed: Vec<Evidence> = prescribed.into_iter().chain(self.tocilizumab_drafted()).collect();
            let given = given.or(Judgement::found(Vec::new(), self.tocilizumab_in_words()));
            let known = match (prescribed.is_empty(), given.is_not_met()) {
                (false, _) => Tocilizumab::Prescribed,
                (true, true) => Tocilizumab::No,
                (true, false) if self.sources().is_undelivered(Source::MedicationAdministrations) => {
                    Tocilizumab::NotSent
                }
                (true, false) => Tocilizumab::Unclear,
            };
            TocilizumabInEpisode { known, given: given.with_evidence(prescribed) }
        })
    }

    /// Whether tocilizumab was given since the infusion, within the last month.
    pub fn tocilizumab_given(&self) -> Judgement {
        let (t0, month) = (self.after_car_t().t0, self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
        let given = self.medications_of(Source::MedicationAdministrations, ValueSet::TOCILIZUMAB);
        let in_episode = given.keep(
            |drug| {
                drug.start.map_or(Verdict::Unknown, |start| {
                    self.within_days(&start, month).and(t0.map_or(Verdict::Met, |t0| start.on_or_after(&t0)))
                })
            },
            |drug| drug.evidence().gap(GapKind::ImpreciseDate),
        );
        in_episode.exists(MedicationUse::evidence)
    }

    /// Tocilizumab among the orders that are being drafted.
    fn tocilizumab_drafted(&self) -> impl Iterator<Item = Evidence> {
        let is_it = |concept: &Concept| concept.has(ValueSet::TOCILIZUMAB) || concept.may_be(ValueSet::TOCILIZUMAB);
        self.orders.iter().filter(move |order| is_it(&order.concept)).map(DraftOrder::evidence)
    }

    /// What may be a dose of the present episode and is no administration with a code: words among what was done, prescribed or
    /// noted, and what the medication list has. Words decide only whether to ask.
    fn tocilizumab_in_words(&self) -> Vec<Gap> {
        let (set, t0) = (ValueSet::TOCILIZUMAB, self.after_car_t().t0);
        let since = self.as_of.day().plus_days(-self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
        let may_be_since = |date: Option<Moment>| {
            date.is_none_or(|date| date.on_or_after(&since).and(self.not_before(&date, t0.as_ref())) != Verdict::NotMet)
        };
        let uses = self.all_medications().filter(|usage| {
            let is_listed = usage.kind == UseKind::Stated && usage.concept.has(set);
            (is_listed || usage.concept.may_be(set)) && may_be_since(usage.start)
        });
        let acts = self.procedures.iter().chain(&self.service_requests);
        let acts = acts.filter(|act| act.concept.may_be(set) && may_be_since(act.period.start));
        let problems = self.conditions.iter().filter(|of| of.concept.may_be(set) && may_be_since(of.date()));
        let kind = |concept: &Concept| if concept.has(set) { GapKind::NotRecorded } else { GapKind::Uncoded };
        let mut gaps = Vec::new();
        add_gaps(&mut gaps, uses.map(|usage| usage.evidence().gap(kind(&usage.concept))));
        add_gaps(&mut gaps, acts.map(|act| act.evidence().gap(GapKind::Uncoded)));
        add_gaps(&mut gaps, problems.map(|problem| problem.evidence().gap(GapKind::Uncoded)));
        gaps
    }
}
