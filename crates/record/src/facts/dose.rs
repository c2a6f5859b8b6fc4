//! How much of a drug an order asks for, and on which days.

use jiff::civil::Date;

use crate::facts::quantity::Quantity;
use crate::{GapKind, Moment, Period};

/// A course longer than this names no days: chemotherapy lasts days, and a date of a hostile sender costs nothing.
const MOST_DAYS: usize = 62;

/// One dosage instruction.
#[derive(Clone, Debug, Default)]
pub struct Dose {
    /// The amount of one administration, as written. Empty when none is stated or none can be read.
    pub amounts: Vec<Quantity>,
    /// Whether an amount is there that can't be read (a range, a number without digits).
    pub unreadable: bool,
    /// The days it is given on, where the instruction names them.
    pub days: Vec<Moment>,
    /// Whether a day is named that can't be read.
    pub unreadable_days: bool,
    /// The course, where the instruction names one.
    pub course: Option<Period>,
    /// How many times per period (`timing.repeat.frequency`).
    pub frequency: Option<f64>,
    /// The period of that frequency (`timing.repeat.period` with its unit).
    pub every: Option<Quantity>,
    /// How many times in all (`timing.repeat.count`).
    pub count: Option<f64>,
    /// The instruction in words. Never used to compute.
    pub text: String,
}

impl Dose {
    /// Whether it is given more than once a day: then one administration is not the dose of the day.
    #[must_use]
    pub fn is_several_a_day(&self) -> bool {
        let days = self.every.as_ref().and_then(|every| every.in_unit("d")).unwrap_or(1.0);
        self.frequency.is_some_and(|frequency| frequency > days)
    }

    /// The amounts that say how much of the drug is given. Beside a mass, a volume or a number of bags is the same dose
    /// once more.
    pub fn amounts_of_drug(&self) -> impl Iterator<Item = &Quantity> {
        let is_ratio = |amount: &Quantity| amount.unit.contains('/');
        let is_mass =
            |amount: &Quantity| amount.in_unit("mg").is_some() || is_ratio(amount) && amount.in_unit("mg/kg").is_some();
        let is_of_the_bag = move |amount: &Quantity| {
            amount.in_unit("mL").is_some() || !is_ratio(amount) && amount.in_unit("1").is_some()
        };
        let has_mass = self.amounts.iter().any(is_mass);
        self.amounts.iter().filter(move |amount| !(has_mass && is_of_the_bag(amount)))
    }

    /// The days it is given on: those named, and every day of the course. A course without an end names none.
    ///
    /// # Errors
    /// Why the days are not known: none named, one that can't be read, or no exact day.
    pub fn dates(&self) -> Result<Vec<Date>, GapKind> {
        if self.unreadable_days {
            return Err(GapKind::Unreadable);
        }
        let mut dates =
            self.days.iter().map(Moment::exact_day).collect::<Option<Vec<Date>>>().ok_or(GapKind::ImpreciseDate)?;
        if let Some(Period { start: Some(start), end: Some(end) }) = self.course {
            let (Some(first), Some(last)) = (start.exact_day(), end.exact_day()) else {
                return Err(GapKind::ImpreciseDate);
            };
            let course: Vec<Date> =
                first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last).take(MOST_DAYS + 1).collect();
            if course.len() > MOST_DAYS {
                return Err(GapKind::ImpreciseDate);
            }
            dates.extend(course);
        }
        dates.sort();
        dates.dedup();
        if dates.is_empty() { Err(GapKind::NotRecorded) } else { Ok(dates) }
    }
}

/// The exact days that some instructions name, as far as they name any.
pub fn dates(doses: &[Dose]) -> impl Iterator<Item = Date> {
    doses.iter().filter_map(|dose| dose.dates().ok()).flatten()
}
