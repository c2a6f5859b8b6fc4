//! The values of observations and of their parts: numbers, also in words; yes and no; coded answers; dates.

use crate::builder::ChartBuilder;
use crate::lens::{Many, Number, Object, Read, Text};
use crate::read::concept;
use crate::resource::{
    Component, Concept as ConceptLens, PeriodLens, Quantity as QuantityLens, Resource, decimal, moment, quantity,
};
use cellwise_record::facts::concept::{Coding as ConceptCoding, Concept};
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::facts::plausible;
use cellwise_record::facts::quantity::{Bound, Quantity};
use cellwise_record::terminology::ValueSet;

/// HL7's table of yes and no.
const YES_NO: &str = "http://terminology.hl7.org/CodeSystem/v2-0136";
/// The same table as STU3 names it.
const YES_NO_STU3: &str = "http://hl7.org/fhir/v2/0136";

impl ChartBuilder<'_> {
    pub(super) fn interpretations(&self, many: &Many<ConceptLens<'_>>) -> Vec<Concept> {
        many.items.iter().map(|lens| concept::interpretation(lens, self.vocabulary())).collect()
    }

    /// The value of what `of` names, wherever and however it is written.
    pub(super) fn value(&self, of: &Concept, values: &Values<'_, '_>) -> Value {
        if let Some(value) = values.quantity.value() {
            if value.value.is_absent() {
                return Value::Absent;
            }
            return quantity(value).map_or(Value::Unreadable, |quantity| plausible::value(of, quantity));
        }
        if let Some(number) = values.integer.value() {
            return whole(number).map_or(Value::Unreadable, |quantity| plausible::value(of, quantity));
        }
        if let Some(value) = values.boolean.value() {
            return Value::Boolean(*value);
        }
        if let Some(concept) = values.concept.value() {
            if let Some(answer) = yes_or_no(&concept.0) {
                return Value::Boolean(answer);
            }
            let answer = concept::read(&concept.0, self.vocabulary());
            return if answer.coding == ConceptCoding::None { in_words(of, answer) } else { Value::Concept(answer) };
        }
        if let Some(text) = values.text.as_str() {
            let is_pressure = of.has(ValueSet::SYSTOLIC_BLOOD_PRESSURE);
            let pressure =
                Quantity::systolic(text).filter(|_| is_pressure).map(|pressure| plausible::value(of, pressure));
            return number_in_words(of, text).or(pressure).unwrap_or_else(|| Value::Text(text.to_owned()));
        }
        if let Read::Value(moment) = moment(values.date_time, self.zone) {
            return Value::Moment(moment);
        }
        // A reason why there is no value is not the valueless finding itself.
        match (values.is_there(), values.absent_reason.is_absent()) {
            (true, _) => Value::Unreadable,
            (false, false) => Value::Absent,
            (false, true) => Value::None,
        }
    }

    /// The parts of a panel, each an observation of its own with the panel's date and standing.
    pub(super) fn components(&self, panel: &Observation, resource: &Resource<'_>) -> Vec<Observation> {
        let part = |component: &Component<'_>| {
            let concept = self.coded(&component.code)?;
            let value = self.value(&concept, &Values::of_component(component));
            let interpretation = self.interpretations(&component.interpretation);
            Some(Observation { concept, value, interpretation, upper_limit: None, ..panel.clone() })
        };
        resource.component.items.iter().filter_map(part).chain(self.pressure_in_words(panel)).collect()
    }

    /// The systolic pressure of a blood pressure that is written as words (`118/76`). Other words, under the code of the
    /// panel, are a systolic pressure that can't be read. Where only words call it a blood pressure, the systolic one is
    /// in words, too.
    fn pressure_in_words(&self, panel: &Observation) -> Option<Observation> {
        let Value::Text(words) = &panel.value else { return None };
        let code = self.terminology.members(ValueSet::SYSTOLIC_BLOOD_PRESSURE).first()?;
        let mut concept = Concept::default();
        concept.add_coding(self.terminology.lookup(&code.system, &code.code));
        let pressure = Quantity::systolic(words).map(|pressure| plausible::value(&concept, pressure));
        if panel.concept.has(ValueSet::BLOOD_PRESSURE) {
            concept.text.clone_from(&panel.concept.text);
            let value = pressure.unwrap_or_else(|| panel.value.clone());
            return Some(Observation { concept, value, ..panel.clone() });
        }
        let value = pressure.filter(|_| panel.concept.is_called(ValueSet::BLOOD_PRESSURE))?;
        Some(Observation { concept: Concept::in_words(&panel.concept), value, ..panel.clone() })
    }
}

/// A number without a unit.
fn whole(number: &Number) -> Option<Quantity> {
    Some(Quantity { number: decimal(number)?, unit: String::new(), bound: Bound::Exactly })
}

/// A number that stands in the words of a value.
fn number_in_words(of: &Concept, words: &str) -> Option<Value> {
    let is_grade = of.has(ValueSet::CRS_GRADE) || of.has(ValueSet::ICANS_GRADE);
    let grade = || Quantity::grade(words).filter(|_| is_grade);
    Some(plausible::value(of, Quantity::parse(words).or_else(grade)?))
}

/// An answer that no code tells: the number that its words are, or the words.
fn in_words(of: &Concept, answer: Concept) -> Value {
    number_in_words(of, &answer.text).unwrap_or(Value::Concept(answer))
}

/// The elements that a value may stand in, of an observation or of a part of one.
pub(super) struct Values<'r, 'a> {
    quantity: &'r Read<Box<QuantityLens<'a>>>,
    integer: &'r Read<Number>,
    boolean: &'r Read<bool>,
    text: &'r Text<'a>,
    concept: &'r Read<Object<ConceptLens<'a>>>,
    date_time: &'r Text<'a>,
    range: &'r Read<Box<QuantityLens<'a>>>,
    ratio: &'r Read<Box<QuantityLens<'a>>>,
    period: &'r Read<Box<PeriodLens<'a>>>,
    absent_reason: &'r Read<Box<ConceptLens<'a>>>,
}

macro_rules! values_of {
    ($name:ident, $lens:ident) => {
        pub(super) fn $name(lens: &'r $lens<'a>) -> Self {
            Self {
                quantity: &lens.value_quantity,
                integer: &lens.value_integer,
                boolean: &lens.value_boolean,
                text: &lens.value_string,
                concept: &lens.value_codeable_concept,
                date_time: &lens.value_date_time,
                range: &lens.value_range,
                ratio: &lens.value_ratio,
                period: &lens.value_period,
                absent_reason: &lens.data_absent_reason,
            }
        }
    };
}

impl<'r, 'a> Values<'r, 'a> {
    values_of!(of_resource, Resource);
    values_of!(of_component, Component);

    /// Whether one of them is there, readable or not.
    fn is_there(&self) -> bool {
        !(self.quantity.is_absent()
            && self.integer.is_absent()
            && self.boolean.is_absent()
            && self.text.is_absent()
            && self.concept.is_absent()
            && self.date_time.is_absent()
            && self.range.is_absent()
            && self.ratio.is_absent()
            && self.period.is_absent())
    }
}

/// The answer of a concept that says yes or no in HL7's own table for it (v2-0136).
fn yes_or_no(concept: &ConceptLens<'_>) -> Option<bool> {
    concept.coding.items.iter().find_map(|coding| match (coding.system.as_str()?, coding.code.as_str()?) {
        (YES_NO | YES_NO_STU3, "Y") => Some(true),
        (YES_NO | YES_NO_STU3, "N") => Some(false),
        _ => None,
    })
}
