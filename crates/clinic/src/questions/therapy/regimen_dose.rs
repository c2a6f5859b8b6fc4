//! Doses of the conditioning for autologous transplantation in multiple sclerosis, beside the scheme.
//!
//! Every administration is judged by itself: how many blocks there are is not in the source. The day of the transplantation
//! is day 0; rabbit antithymocyte globulin has a dose of its own on each day before it.

use jiff::civil::Date;

use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::weight::Weight;
use crate::questions::therapy::drafted::Drafted;
use crate::questions::therapy::open_plan::Planned;
use cellwise_record::facts::dose::Dose;
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::facts::quantity::{Bound, Quantity};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, add_gaps};

/// What a rounding leaves, as a share of the dose.
const ROUNDING: f64 = 1e-9;

/// The scheme: mg/kg of one administration.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// Cyclophosphamide, whatever the day.
    pub cyclophosphamide: f64,
    /// Rabbit antithymocyte globulin on day −5.
    pub day_5: f64,
    /// The same on day −4.
    pub day_4: f64,
    /// The same on days −3, −2 and −1.
    pub days_3_to_1: f64,
    /// How far a dose may differ from it, as a share.
    tolerance: f64,
}

/// What the scheme says of a dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Cyclophosphamide: the same on every day.
    EveryDay,
    /// Day −5.
    Day5(Date),
    /// Day −4.
    Day4(Date),
    /// Day −3, −2 or −1.
    Days3To1(Date),
    /// A day for which the scheme has no dose.
    Outside(Date),
    /// The day is not known.
    DayUnknown(GapKind),
}

impl Place {
    /// The day that the dose is given on, as far as it is shown.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        match self {
            Self::Day5(date) | Self::Day4(date) | Self::Days3To1(date) | Self::Outside(date) => Some(date),
            Self::EveryDay | Self::DayUnknown(_) => None,
        }
    }
}

impl Scheme {
    /// The doses that may be right in this place: every one of rabbit ATG, when its day is not known or not in the scheme.
    fn doses(&self, place: Place) -> Vec<f64> {
        match place {
            Place::EveryDay => vec![self.cyclophosphamide],
            Place::Day5(_) => vec![self.day_5],
            Place::Day4(_) => vec![self.day_4],
            Place::Days3To1(_) => vec![self.days_3_to_1],
            Place::Outside(_) | Place::DayUnknown(_) => vec![self.day_5, self.day_4, self.days_3_to_1],
        }
    }

    fn is_off(&self, per_kg: f64, place: Place) -> bool {
        let differs = |dose: &f64| (per_kg - dose).abs() > dose * (self.tolerance + ROUNDING);
        self.doses(place).iter().all(differs)
    }
}

/// One administration beside the scheme.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'c> {
    /// The order that it is part of.
    pub order: &'c DraftOrder,
    /// Its dose in mg/kg.
    pub per_kg: f64,
    /// The dose in mg and the weight in kg that it was reckoned with, unless it was ordered by weight.
    pub reckoned: Option<(f64, f64)>,
    /// Where in the scheme it belongs.
    pub place: Place,
}

/// What one administration comes to.
enum Outcome<'c> {
    /// It differs from the scheme.
    Off(Compared<'c>),
    /// It is one of the doses of the scheme; whether that of its day can't be told.
    DayOpen(Compared<'c>),
    /// It can't be compared.
    Open(&'c DraftOrder, Vec<Gap>),
    /// It is as in the scheme, if the antithymocyte globulin is of the rabbit.
    AnimalOpen(Gap),
}

/// What the drafted doses come to.
pub struct RegimenDoses<'c> {
    outcomes: Vec<Outcome<'c>>,
    /// The scheme.
    pub scheme: Scheme,
    /// The weight that doses in mg are divided by.
    pub weight: Weight,
    /// Whether a dose is in mg, not in mg/kg.
    pub uses_weight: bool,
}

impl<'c> RegimenDoses<'c> {
    /// Whether a dose differs from the scheme.
    pub fn is_off(&self) -> Judgement {
        let mut off = Vec::new();
        // Three grades of doubt, the gravest first, so that many of one kind crowd out no other.
        let (mut open, mut days, mut animals) = (Vec::new(), Vec::new(), Vec::new());
        for outcome in &self.outcomes {
            match outcome {
                Outcome::Off(compared) => off.push(compared.order.evidence()),
                Outcome::DayOpen(compared) => days.extend(gap_of_day(compared)),
                Outcome::Open(_, gaps) => add_gaps(&mut open, gaps.iter().cloned()),
                Outcome::AnimalOpen(gap) => animals.push(gap.clone()),
            }
        }
        // The doses of one order come one after another.
        off.dedup_by(|one, other| one.reference == other.reference);
        add_gaps(&mut open, days.into_iter().chain(animals));
        Judgement::found(off, open)
    }

    /// Whether a dose is there that can't be compared.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Open(..)))
    }

    /// The administrations whose arithmetic is worth showing.
    pub fn shown(&self) -> impl Iterator<Item = &Compared<'c>> {
        self.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Off(compared) | Outcome::DayOpen(compared) => Some(compared),
            Outcome::Open(..) | Outcome::AnimalOpen(_) => None,
        })
    }

    /// The drug to name: the first whose dose is off, else the first that can't be compared, else the first whose day is not
    /// known.
    #[must_use]
    pub fn first(&self) -> Option<&'c DraftOrder> {
        let find = |of: fn(&Outcome<'c>) -> Option<&'c DraftOrder>| self.outcomes.iter().find_map(of);
        let off = || find(|outcome| if let Outcome::Off(compared) = outcome { Some(compared.order) } else { None });
        let open = || find(|outcome| if let Outcome::Open(order, _) = outcome { Some(order) } else { None });
        let day = || find(|outcome| if let Outcome::DayOpen(compared) = outcome { Some(compared.order) } else { None });
        off().or_else(open).or_else(day)
    }
}

/// Why it can't be told whether a dose is that of its day.
fn gap_of_day(compared: &Compared<'_>) -> Option<Gap> {
    let gap = |kind| compared.order.evidence().gap(kind);
    match compared.place {
        Place::Outside(_) => Some(gap(GapKind::NotRecorded).said_as("gap-day-outside")),
        Place::DayUnknown(kind) => Some(gap(kind).said_as("gap-day")),
        Place::EveryDay | Place::Day5(_) | Place::Day4(_) | Place::Days3To1(_) => None,
    }
}

impl Case<'_> {
    /// The doses of cyclophosphamide and antithymocyte globulin in these drafts, beside the scheme of autologous
    /// transplantation in MS.
    #[must_use]
    pub fn regimen_doses<'c>(&'c self, drafts: &Drafted<'c>) -> RegimenDoses<'c> {
        let mut doses = RegimenDoses {
            outcomes: Vec::new(),
            scheme: Scheme {
                cyclophosphamide: self.value(&numbers::CYCLOPHOSPHAMIDE_PER_KG),
                day_5: self.value(&numbers::RATG_DAY_5_PER_KG),
                day_4: self.value(&numbers::RATG_DAY_4_PER_KG),
                days_3_to_1: self.value(&numbers::RATG_DAYS_3_TO_1_PER_KG),
                tolerance: self.value(&numbers::DOSE_TOLERANCE_PERCENT) / 100.0,
            },
            weight: self.weight(),
            uses_weight: false,
        };
        let transplantation = self.open_plans(Planned::OwnStemCells).day();
        for order in &drafts.known {
            doses.add_order(order, transplantation);
        }
        doses
    }
}

impl<'c> RegimenDoses<'c> {
    fn add_order(&mut self, order: &'c DraftOrder, transplantation: Option<Moment>) {
        let gap = |kind| order.evidence().gap(kind);
        if order.doses.is_empty() {
            self.outcomes.push(Outcome::Open(order, vec![gap(GapKind::NotRecorded)]));
        }
        for dose in &order.doses {
            if dose.is_several_a_day() {
                let several = gap(GapKind::NotRecorded).said_as("gap-several-a-day");
                self.outcomes.push(Outcome::Open(order, vec![several]));
                continue;
            }
            if dose.unreadable {
                self.outcomes.push(Outcome::Open(order, vec![gap(GapKind::Unreadable)]));
            } else if dose.amounts.is_empty() {
                self.outcomes.push(Outcome::Open(order, vec![gap(GapKind::NotRecorded)]));
            }
            for amount in dose.amounts_of_drug() {
                self.uses_weight |= amount.in_unit("mg").is_some();
                match self.per_kilogram(amount) {
                    PerKilogram::Is(per_kg) => self.compare(order, dose, amount, per_kg, transplantation),
                    PerKilogram::LacksWeight => {
                        let gaps = self.weight.judgement.gaps().to_vec();
                        self.outcomes.push(Outcome::Open(order, gaps));
                    }
                    PerKilogram::Unclear(kind) => self.outcomes.push(Outcome::Open(order, vec![gap(kind)])),
                }
            }
        }
    }

    fn compare(
        &mut self,
        order: &'c DraftOrder,
        dose: &Dose,
        amount: &Quantity,
        per_kg: f64,
        transplantation: Option<Moment>,
    ) {
        let reckoned = amount.in_unit("mg").zip(self.weight.kilograms);
        let compared = |place| Compared { order, per_kg, reckoned, place };
        if order.concept.has(ValueSet::CYCLOPHOSPHAMIDE) {
            if self.scheme.is_off(per_kg, Place::EveryDay) {
                self.outcomes.push(Outcome::Off(compared(Place::EveryDay)));
            }
            return;
        }
        let (off, rest): (Vec<Place>, Vec<Place>) =
            places(dose, transplantation).into_iter().partition(|place| self.scheme.is_off(per_kg, *place));
        let days = rest.into_iter().map(compared).filter(|compared| gap_of_day(compared).is_some());
        self.outcomes.extend(days.map(Outcome::DayOpen));
        if order.concept.has(ValueSet::ANTI_THYMOCYTE_GLOBULIN_FROM_RABBIT) {
            self.outcomes.extend(off.into_iter().map(compared).map(Outcome::Off));
        } else {
            let animal = order.evidence().gap(GapKind::NotRecorded).said_as("gap-animal");
            let as_rabbit =
                if off.is_empty() { Outcome::AnimalOpen(animal) } else { Outcome::Open(order, vec![animal]) };
            self.outcomes.push(as_rabbit);
        }
    }

    /// The dose of one administration for each kilogram.
    fn per_kilogram(&self, amount: &Quantity) -> PerKilogram {
        if amount.bound != Bound::Exactly {
            return PerKilogram::Unclear(GapKind::Unreadable);
        }
        // Without a slash, a number without dimension would pass for a mass per mass.
        if let Some(per_kg) = amount.in_unit("mg/kg").filter(|_| amount.unit.contains('/')) {
            return PerKilogram::Is(per_kg);
        }
        match (amount.in_unit("mg"), self.weight.kilograms) {
            (Some(milligrams), Some(kilograms)) => PerKilogram::Is(milligrams / kilograms),
            (Some(_), None) => PerKilogram::LacksWeight,
            (None, _) => PerKilogram::Unclear(GapKind::WrongUnit),
        }
    }
}

/// A dose for each kilogram, or why it is not known.
enum PerKilogram {
    Is(f64),
    LacksWeight,
    Unclear(GapKind),
}

/// Where in the scheme a dose belongs, on each day that it is given.
fn places(dose: &Dose, transplantation: Option<Moment>) -> Vec<Place> {
    let dates = match dose.dates() {
        Ok(dates) => dates,
        Err(kind) => return vec![Place::DayUnknown(kind)],
    };
    let Some(zero) = transplantation else { return vec![Place::DayUnknown(GapKind::NotRecorded)] };
    if zero.exact_day().is_none() {
        return vec![Place::DayUnknown(GapKind::ImpreciseDate)];
    }
    let place = |date: Date| match Moment::on(date).days_until(&zero) {
        5 => Place::Day5(date),
        4 => Place::Day4(date),
        1..=3 => Place::Days3To1(date),
        _ => Place::Outside(date),
    };
    dates.into_iter().map(place).collect()
}
