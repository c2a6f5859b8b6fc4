//! What an appointment is for: its service, its reasons, and the requests it is booked for.

use crate::questions::Case;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Gap, GapKind, Judgement, Source, Verdict, add_gaps};

/// What an order is for.
#[derive(Clone, Debug)]
pub struct Purposes<'c> {
    /// What is ordered; of an appointment also its reasons and its requests.
    pub stated: Vec<&'c Concept>,
    /// Why there may be more: requests that did not come through.
    pub hidden: Vec<Gap>,
}

impl Case<'_> {
    /// The requests on record that an appointment is booked for, and why there may be more. A request that came through and
    /// is not among them is for something that no rule is about.
    #[must_use]
    pub fn requests_of(&self, order: &DraftOrder) -> (Vec<&Act>, Vec<Gap>) {
        let mut requests = Vec::new();
        let mut is_hidden = false;
        for reference in &order.based_on {
            let known = self.request_called(reference);
            is_hidden |= known.is_none();
            requests.extend(known);
        }
        let mut hidden = if is_hidden { self.sources().gaps_of(Source::ServiceRequests) } else { Vec::new() };
        hidden.retain(|gap| gap.kind.is_delivery());
        // An address that nothing here has may be that of any request.
        if order.based_on.iter().any(|reference| reference.starts_with("urn:")) {
            let gap = Gap::at(GapKind::NotRecorded, Source::DraftOrders, &order.reference, &order.concept.text);
            add_gaps(&mut hidden, [gap]);
        }
        (requests, hidden)
    }

    /// Whether an order is an appointment for something: by its service, its reasons, or the requests that it is booked for.
    pub fn is_appointment_for(&self, order: &DraftOrder, set: ValueSet) -> Judgement {
        let gap = |kind| Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text);
        if !order.readable {
            return Judgement::unknown(vec![gap(GapKind::Unreadable)]);
        }
        if order.kind != OrderKind::Appointment {
            return Judgement::not_met(Vec::new());
        }
        let (requests, mut gaps) = self.requests_of(order);
        if order.concept.has(set) || order.reasons.iter().any(|reason| reason.has(set)) {
            return Judgement::met(vec![order.evidence()]);
        }
        if order.concept.is(set) == Verdict::Unknown {
            gaps.insert(0, gap(order.concept.gap_kind()));
        }
        let requested = requests.iter().filter(|request| request.concept.has(set));
        Judgement::found(requested.map(|request| request.evidence()).collect(), gaps)
    }

    /// What an order is for. A transplantation of the past is the reason of a check-up, never of an infusion.
    #[must_use]
    pub fn purposes<'c>(&'c self, order: &'c DraftOrder) -> Purposes<'c> {
        let mut stated = vec![&order.concept];
        if order.kind != OrderKind::Appointment {
            return Purposes { stated, hidden: Vec::new() };
        }
        stated.extend(order.reasons.iter().filter(|reason| !reason.has(ValueSet::STEM_CELL_TRANSPLANT_STATUS)));
        let (requests, hidden) = self.requests_of(order);
        stated.extend(requests.into_iter().map(|request| &request.concept));
        Purposes { stated, hidden }
    }
}
