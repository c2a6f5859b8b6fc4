//! The entries of a chart by their reference: what each is called, when it is, what was measured.

use std::collections::HashMap;

use super::charts::{self, Measure};
use cellwise_record::facts::observation::Observation;
use cellwise_record::{Chart, Evidence, EvidencePeriod};

/// An entry of the chart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact<'c> {
    /// What the record calls it.
    pub(super) name: &'c str,
    /// When it is.
    pub(super) period: Option<EvidencePeriod>,
    /// The measurement that is drawn as a chart, if it is one.
    pub(super) measure: Option<&'static Measure>,
    /// Its value in the unit of the chart, as far as it can be told.
    pub(super) value: Option<f64>,
}

/// The entries of a chart.
pub(super) struct Facts<'c>(HashMap<&'c str, Fact<'c>>);

impl<'c> Facts<'c> {
    /// The dated kinds of a chart.
    pub(super) fn of(chart: &'c Chart) -> Self {
        let fact =
            |name: &'c str, evidence: Evidence| Fact { name, period: evidence.period, measure: None, value: None };
        let mut facts = HashMap::new();
        for of in &chart.conditions {
            facts.insert(of.reference.as_str(), fact(&of.concept.text, of.evidence()));
        }
        for of in &chart.medications {
            facts.insert(of.reference.as_str(), fact(&of.concept.text, of.evidence()));
        }
        for of in chart.procedures.iter().chain(&chart.service_requests) {
            facts.insert(of.reference.as_str(), fact(&of.concept.text, of.evidence()));
        }
        for of in &chart.reports {
            facts.insert(of.reference.as_str(), fact(&of.concept.text, of.evidence()));
        }
        for of in &chart.observations {
            facts.insert(of.reference.as_str(), measured(of));
        }
        Self(facts)
    }

    /// The entry with a reference (`Type/id`).
    pub(super) fn find(&self, reference: &str) -> Option<&Fact<'c>> {
        self.0.get(reference)
    }
}

fn measured(observation: &Observation) -> Fact<'_> {
    let measure = charts::measure_of(&observation.concept);
    // A score has no unit, whatever the record gives it.
    let value = measure.and_then(|measure| match measure.unit {
        "1" => observation.number(),
        unit => observation.quantity()?.in_unit(unit),
    });
    Fact { name: &observation.concept.text, period: observation.evidence().period, measure, value }
}
