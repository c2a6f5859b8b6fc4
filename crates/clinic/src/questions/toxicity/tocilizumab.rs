//! What is known of tocilizumab in the present episode.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::medication::{MedicationUse, UseKind};
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Standing, Verdict, add_gaps};

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
            let is_after = |start: Moment| self.not_before(&start, t0.as_ref()) != Verdict::NotMet;
            let requests = self.medications_of(Source::MedicationRequests, ValueSet::TOCILIZUMAB).items;
            let requests = requests.into_iter().filter(|drug| is_to_be_given(drug) && drug.start.is_none_or(is_after));
            let prescribed = requests.map(MedicationUse::evidence).chain(self.tocilizumab_drafted());
            let prescribed: Vec<Evidence> = prescribed.collect();
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
        let drafts = self.orders.iter().filter(|order| order.concept.is_or_may_be(ValueSet::TOCILIZUMAB));
        drafts.map(DraftOrder::evidence)
    }

    /// What may be a dose of the present episode and is no administration with a code: words among what was done, prescribed or
    /// noted, what the medication list has, a prescription that is completed, stopped or unclear, a draft that may be an order.
    /// Words decide only whether to ask.
    fn tocilizumab_in_words(&self) -> Vec<Gap> {
        let (set, t0) = (ValueSet::TOCILIZUMAB, self.after_car_t().t0);
        let since = self.as_of.day().plus_days(-self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
        let may_be_since = |date: Option<Moment>| {
            date.is_none_or(|date| date.on_or_after(&since).and(self.not_before(&date, t0.as_ref())) != Verdict::NotMet)
        };
        let uses = self.all_medications().filter(|usage| {
            let may_be_given = match usage.kind {
                UseKind::Given => false,
                UseKind::Stated => true,
                UseKind::Prescribed => !is_to_be_given(usage) || usage.standing != Standing::Counts,
            };
            let is_listed = usage.concept.has(set) && may_be_given;
            (is_listed || usage.concept.may_be(set)) && may_be_since(usage.start)
        });
        let acts = self.procedures.iter().chain(&self.service_requests);
        let acts = acts.filter(|act| act.concept.may_be(set) && may_be_since(act.period.start));
        let problems = self.conditions.iter().filter(|of| of.concept.may_be(set) && may_be_since(of.date()));
        let drafts = self.doubtful_orders.iter().filter(|draft| draft.concept.has(set));
        let kind = |concept: &Concept| if concept.has(set) { GapKind::NotRecorded } else { GapKind::Uncoded };
        let mut gaps = Vec::new();
        add_gaps(&mut gaps, uses.map(|usage| usage.evidence().gap(kind(&usage.concept))));
        add_gaps(&mut gaps, drafts.map(|draft| draft.evidence().gap(GapKind::NotRecorded)));
        add_gaps(&mut gaps, acts.map(|act| act.evidence().gap(GapKind::Uncoded)));
        add_gaps(&mut gaps, problems.map(|problem| problem.evidence().gap(GapKind::Uncoded)));
        gaps
    }
}

/// Whether a prescription waits to be carried out.
fn is_to_be_given(prescription: &MedicationUse) -> bool {
    matches!(prescription.progress, Progress::Open | Progress::Held)
}
