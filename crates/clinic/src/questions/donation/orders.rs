//! Whether a draft order or an appointment is a donation by the patient. The reason of a donor outweighs everything else in
//! an order; an own reason (the patient's own cells, blood or skin) outweighs its code.

use std::collections::BTreeMap;

use crate::questions::Case;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Evidence, Gap, GapKind, Judgement, Source, Standing, Verdict, bare_id};

/// The draft orders, or appointments, in scope that are donations, or may be.
#[derive(Clone, Debug)]
pub struct DonationOrders<'c> {
    /// Those that are one by their reason or code. What that reason is may have to be seen yet.
    pub known: Vec<&'c DraftOrder>,
    /// The words of the first without a usable code whose words speak of one.
    pub named: Option<String>,
    /// Whether a donation is ordered or booked.
    pub judgement: Judgement,
}

/// What a draft order says of donation.
enum Reading {
    /// A donation; not sure, when the reason that it refers to, and that may say otherwise, did not come through.
    Donation(Judgement),
    /// No usable code, but words of a donation: these.
    Named(String, Judgement),
    /// It may be one.
    Open(Vec<Gap>),
    /// Something else.
    Other,
}

impl Case<'_> {
    /// The draft orders and appointments in scope that are donations.
    #[must_use]
    pub fn donation_orders(&self) -> DonationOrders<'_> {
        let donor = Problems::new(self, ValueSet::DONATION);
        let own = Problems::new(self, ValueSet::AUTOLOGOUS_DONATION);
        let mut found = DonationOrders { known: Vec::new(), named: None, judgement: Judgement::not_met(Vec::new()) };
        for order in self.orders_in_scope() {
            let judgement = match self.read_donation(order, &donor, &own) {
                Reading::Donation(judgement) => {
                    found.known.push(order);
                    judgement
                }
                Reading::Named(words, judgement) => {
                    found.named.get_or_insert(words);
                    judgement
                }
                Reading::Open(gaps) => Judgement::unknown(gaps),
                Reading::Other => Judgement::not_met(Vec::new()),
            };
            found.judgement = found.judgement.or(judgement);
        }
        found
    }

    fn read_donation(&self, order: &DraftOrder, donor: &Problems<'_>, own: &Problems<'_>) -> Reading {
        let ordered = order.evidence();
        if !order.readable {
            return Reading::Open(vec![ordered.gap(GapKind::Unreadable)]);
        }
        let (requests, hidden_requests) = self.requests_of(order);
        let is_in = |set| order.concept.has(set) || requests.iter().any(|request| request.concept.has(set));
        let reasons = donor.reasons_of(order, &requests);
        if !reasons.is_empty() {
            return Reading::Donation(Judgement::met(std::iter::once(ordered).chain(reasons).collect()));
        }
        let is_own = is_in(ValueSet::AUTOLOGOUS_DONATION) || !own.reasons_of(order, &requests).is_empty();
        let is_donation = is_in(ValueSet::DONATION) && !is_own;
        // What would say more, and did not come through: the problems and requests that the order refers to.
        let refers =
            !references(order).is_empty() || requests.iter().any(|request| !request.reason_references.is_empty());
        let mut hidden = if refers { self.sources().gaps_of(Source::Conditions) } else { Vec::new() };
        hidden.extend(hidden_requests);
        hidden.extend(donor.doubts_of(order, &requests));
        // A reason at an address that nothing here has may be any.
        let nowhere =
            order.reasons.iter().filter(|reason| order.kind != OrderKind::Medication && reason.is_unreadable());
        hidden.extend(nowhere.map(|_| ordered.gap(GapKind::NotRecorded)));
        match (hidden.is_empty(), is_donation) {
            (false, true) => Reading::Donation(Judgement::unknown(hidden).with_evidence([ordered])),
            (false, false) => Reading::Open(hidden),
            (true, true) => Reading::Donation(Judgement::met(vec![ordered])),
            (true, false) if is_own => Reading::Other,
            (true, false) => self.read_words(order, &requests),
        }
    }

    /// Words decide only whether to ask: for what has no usable code, and for a collection whose reason is in words.
    fn read_words(&self, order: &DraftOrder, requests: &[&Act]) -> Reading {
        let is_collection = order.concept.has(ValueSet::LEUKAPHERESIS);
        let is_uncoded =
            order.kind != OrderKind::Medication && order.concept.is(ValueSet::DONATION) == Verdict::Unknown;
        // Who receives material of a donor is no donor.
        let says = |text: &str| self.mentions("donation", text) && !self.mentions("receives-material", text);
        let open = |said: &str| {
            let gap = Gap::at(order.concept.gap_kind(), Source::DraftOrders, &order.reference, said);
            Judgement::unknown(vec![gap])
        };
        if is_uncoded && says(&order.concept.text) {
            return Reading::Named(order.concept.text.clone(), open(&order.concept.text));
        }
        let reasons = order.reasons.iter().filter(|_| is_uncoded || is_collection);
        let requested = requests.iter().map(|request| &request.concept);
        let requested = requested.filter(|concept| concept.is(ValueSet::DONATION) == Verdict::Unknown);
        let Some(said) = reasons.chain(requested).find(|concept| says(&concept.text)) else { return Reading::Other };
        // A question shows the words of the order; of an appointment, those that speak of a donation.
        let words = if order.kind == OrderKind::Appointment { said } else { &order.concept };
        Reading::Named(words.text.clone(), open(&said.text).with_evidence([order.evidence()]))
    }
}

/// The problems on record in one value set, by their bare id: orders refer to them as their reason.
struct Problems<'c> {
    set: ValueSet,
    by_id: BTreeMap<&'c str, &'c Condition>,
    /// Those of which the record does not say whether they count.
    unclear: BTreeMap<&'c str, Gap>,
}

impl<'c> Problems<'c> {
    fn new(case: &'c Case<'_>, set: ValueSet) -> Self {
        let problems = case.conditions(set).items.into_iter();
        let unclear = case.conditions.iter().filter(|problem| problem.concept.is_or_may_be(set));
        let unclear = unclear.filter_map(|problem| {
            let kind = match problem.standing {
                Standing::Unclear(kind) => kind,
                Standing::Counts if problem.concept.has(set) => return None,
                Standing::Counts => problem.concept.gap_kind(),
            };
            Some((bare_id(&problem.reference), problem.evidence().gap(kind)))
        });
        Self {
            set,
            by_id: problems.map(|problem| (bare_id(&problem.reference), problem)).collect(),
            unclear: unclear.collect(),
        }
    }

    /// The problems in the set that an order refers to, or a request that it is booked for, and that may not count.
    fn doubts_of(&self, order: &DraftOrder, requests: &[&Act]) -> Vec<Gap> {
        let requested = requests.iter().flat_map(|request| &request.reason_references);
        let all = references(order).iter().chain(requested);
        all.filter_map(|reference| self.unclear.get(bare_id(reference)).cloned()).collect()
    }

    /// The reasons of an order in the set: its own, those of the requests it is booked for, and the problems they refer to.
    fn reasons_of(&self, order: &DraftOrder, requests: &[&Act]) -> Vec<Evidence> {
        let how = Some(match order.kind {
            OrderKind::Appointment => "evidence-booking-reason",
            _ => "evidence-order-reason",
        });
        let requested = requests
            .iter()
            .map(|request| (&request.reasons, &*request.reason_references, request.source, &request.reference));
        let parts = std::iter::once((&order.reasons, references(order), Source::DraftOrders, &order.reference))
            .chain(requested);
        let of_part = |(reasons, references, source, reference): (&Vec<Concept>, &[String], Source, &String)| {
            let own = reasons
                .iter()
                .filter(|reason| reason.has(self.set))
                .map(|reason| Evidence { how, ..Evidence::of(source, &reason.text, reference) });
            let problems = references.iter().filter_map(|reference| self.by_id.get(bare_id(reference)));
            own.chain(problems.map(|problem| Evidence { how, ..problem.evidence() })).collect::<Vec<_>>()
        };
        parts.flat_map(of_part).collect()
    }
}

/// The problems that an order gives as its reason. A drug is no donation: only a reason of its own makes it part of one.
fn references(order: &DraftOrder) -> &[String] {
    if order.kind == OrderKind::Medication { &[] } else { &order.reason_references }
}
