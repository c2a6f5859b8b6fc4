//! The vaccinations being drafted: which vaccine, on which day, and whether it comes too soon after a cell therapy.

use crate::numbers::{self, Number};
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::{CellTherapies, CellTherapy, Cells};
use crate::questions::therapy::history::Certainty;
use cellwise_record::facts::dose::Dose;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Moment, Source, Verdict};

/// What an order is. The first of several is the most urgent to speak about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vaccine {
    /// A live vaccine.
    Live,
    /// A vaccine that is not live, other than an influenza injection.
    NotLive,
    /// A vaccine of which the product decides whether it is live.
    ProductDecides,
    /// No usable code, but words of a vaccine.
    Named,
    /// No usable code, no such words: it may be anything.
    Vague,
}

/// A draft order that is, or may be, a vaccination.
#[derive(Clone, Copy, Debug)]
pub struct DraftedVaccine<'c> {
    /// The order.
    pub order: &'c DraftOrder,
    /// What it is.
    pub vaccine: Vaccine,
    /// When it was given, or is planned; else today.
    pub day: Moment,
}

/// A vaccination being drafted, seen from the cell therapies in history.
#[derive(Clone, Debug)]
pub struct Vaccination<'c> {
    /// The order.
    pub order: &'c DraftOrder,
    /// What it is.
    pub vaccine: Vaccine,
    /// When it was given, or is planned; else today.
    pub day: Moment,
    /// Whether this comes too soon after a therapy: for a vaccine that is not live by the time that holds for those, else by
    /// the time for live ones.
    pub too_soon: Judgement,
    /// Whether it comes too soon for a vaccine that is not live.
    pub too_early: Judgement,
    /// Whether it comes after a therapy at all.
    pub after_therapy: Judgement,
    /// The therapy to speak of: the latest of those that come as near to deciding as the whole does.
    pub therapy: Option<&'c CellTherapy>,
    /// The day from which on it may be given, when that therapy has a date.
    pub not_before: Option<Moment>,
}

/// For how many months no vaccine is given that is not live. Where it is not known whose stem cells they were, the longer time
/// may hold.
fn months_without_vaccine(cells: Cells) -> &'static Number {
    match cells {
        Cells::CarT | Cells::OwnStemCells => &numbers::NO_VACCINE_MONTHS,
        Cells::DonorStemCells | Cells::StemCells => &numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS,
    }
}

impl Case<'_> {
    /// The draft orders in scope that are, or may be, a vaccination. An influenza injection is safe at any time.
    #[must_use]
    pub fn drafted_vaccines(&self) -> Vec<DraftedVaccine<'_>> {
        let vaccines = self.orders_in_scope().filter_map(|order| {
            let vaccine = self.vaccine_of(order)?;
            Some(DraftedVaccine { order, vaccine, day: self.day_of_vaccination(order) })
        });
        vaccines.collect()
    }

    /// The drafted vaccinations, seen from the cell therapies in history.
    #[must_use]
    pub fn drafted_vaccinations(&self) -> Vec<Vaccination<'_>> {
        let drafted = self.drafted_vaccines();
        if drafted.is_empty() {
            return Vec::new();
        }
        let therapies = self.cell_therapies();
        drafted.into_iter().map(|drafted| self.vaccination(drafted, therapies)).collect()
    }

    fn vaccination<'c>(&'c self, drafted: DraftedVaccine<'c>, therapies: &'c CellTherapies) -> Vaccination<'c> {
        let DraftedVaccine { order, vaccine, day } = drafted;
        let too_early = therapies.any(|therapy| self.is_too_early(therapy, &day));
        let within = |therapy: &CellTherapy| match vaccine {
            Vaccine::NotLive => self.is_too_early(therapy, &day),
            _ => therapy.is_before_months(self.whole(&numbers::NO_LIVE_VACCINE_MONTHS), &day),
        };
        let too_soon = therapies.any(within);
        let latest = |therapy: &&CellTherapy| (therapy.certainty == Certainty::Recorded, therapy.when.last);
        let decide = therapies.known.iter().filter(|therapy| within(therapy).verdict() == too_soon.verdict());
        let therapy = decide.max_by_key(latest).or_else(|| therapies.known.iter().max_by_key(latest));
        let not_before = therapy.filter(|therapy| therapy.date.is_some()).map(|therapy| {
            let months = match vaccine {
                Vaccine::NotLive => months_without_vaccine(therapy.cells),
                _ => &numbers::NO_LIVE_VACCINE_MONTHS,
            };
            self.last_day_after(therapy, months)
        });
        let after_therapy = therapies.any(|therapy| therapy.is_on_or_before(&day));
        Vaccination { order, vaccine, day, too_soon, too_early, after_therapy, therapy, not_before }
    }

    /// Which vaccine an order is; `None` when it is none, or an influenza injection.
    fn vaccine_of(&self, order: &DraftOrder) -> Option<Vaccine> {
        let concept = &order.concept;
        if matches!(order.kind, OrderKind::Other | OrderKind::Appointment) {
            return (!order.readable).then_some(Vaccine::Vague);
        }
        if concept.has(ValueSet::LIVE_ATTENUATED_VACCINE) {
            return Some(Vaccine::Live);
        }
        if concept.has(ValueSet::INACTIVATED_INFLUENZA_VACCINE) {
            return None;
        }
        if concept.has(ValueSet::INACTIVATED_VACCINE) || concept.has(ValueSet::NON_REPLICATING_VACCINE) {
            return Some(Vaccine::NotLive);
        }
        if concept.has(ValueSet::VACCINE_LIVE_OR_INACTIVATED) {
            return Some(Vaccine::ProductDecides);
        }
        let is_live = match order.kind {
            OrderKind::Medication => concept.is_drug(ValueSet::LIVE_ATTENUATED_VACCINE),
            _ => concept.is(ValueSet::LIVE_ATTENUATED_VACCINE),
        };
        // What is written as a vaccination is one. A live vaccine is often called after its disease, as are the tests for it.
        let says = |list| concept.names().any(|name| self.mentions(list, name));
        let is_named = || {
            order.kind == OrderKind::Vaccination || says("vaccine") || says("live-vaccine") && !says("laboratory-test")
        };
        match is_live {
            Verdict::Unknown if is_named() => Some(Vaccine::Named),
            Verdict::Unknown => Some(Vaccine::Vague),
            Verdict::Met | Verdict::NotMet => None,
        }
    }

    fn day_of_vaccination(&self, order: &DraftOrder) -> Moment {
        let today = self.as_of.day();
        let starts = |dose: &Dose| {
            dose.days.iter().copied().chain(dose.course.and_then(|course| course.start)).collect::<Vec<_>>()
        };
        let first_dose = || order.doses.iter().flat_map(starts).min_by_key(|day| day.first);
        let stated = order.planned_for.and_then(|period| period.start).or_else(first_dose);
        let to_come = || order.not_before.filter(|day| day.first >= today.first);
        match stated.or_else(to_come) {
            Some(day) if order.kind == OrderKind::Vaccination || day.first >= today.first => day,
            _ => today,
        }
    }

    /// Whether a vaccine that is not live comes too early after a therapy.
    fn is_too_early(&self, therapy: &CellTherapy, day: &Moment) -> Judgement {
        let within = |cells| therapy.is_before_months(self.whole(months_without_vaccine(cells)), day);
        match therapy.cells {
            Cells::StemCells if !within(Cells::OwnStemCells).is_not_met() => within(Cells::OwnStemCells),
            Cells::StemCells => {
                let whose = Gap::not_recorded(Source::Procedures, "gap-cells");
                let unknown = Judgement::unknown(vec![whose]).with_evidence([therapy.evidence.clone()]);
                within(Cells::DonorStemCells).and(unknown)
            }
            cells => within(cells),
        }
    }
}
