//! Cell therapies that are being ordered: the therapy itself, or the drugs that prepare for it.
//!
//! Cyclophosphamide, fludarabine, G-CSF or antithymocyte globulin serve many ends. They count only beside a cell therapy:
//! one in the same draft orders, or an open request for one on record.

use std::collections::HashSet;

use crate::questions::Case;
use crate::questions::therapy::appointment::Purposes;

use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::medication::{MedicationUse, UseKind};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Progress, Source, Standing, Verdict, add_gaps};

/// Which cell therapy, the one with fewer contraindications first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pathway {
    /// CAR-T cells.
    CarT,
    /// Stem cell transplantation, whoever the cells come from.
    Transplantation,
}

/// Where two therapies are possible, the stricter one decides.
const STRICTEST_FIRST: [Pathway; 2] = [Pathway::Transplantation, Pathway::CarT];

impl Pathway {
    fn set(self) -> ValueSet {
        match self {
            Self::CarT => ValueSet::CAR_T,
            Self::Transplantation => ValueSet::STEM_CELL_TRANSPLANTATION,
        }
    }

    /// The words by which uncoded text is recognised as worth a question.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::CarT => "car-t",
            Self::Transplantation => "stem-cell-transplantation",
        }
    }

    /// Whether an order is a drug that prepares for it, and is asked about.
    fn is_prepared_by(self, order: &DraftOrder, asked: &Asked) -> bool {
        self.preparation().iter().any(|set| asked.preparation.contains(set) && order.concept.has(*set))
    }

    /// The drugs that prepare for it: mobilisation, conditioning, lymphodepletion.
    fn preparation(self) -> &'static [ValueSet] {
        match self {
            Self::CarT => &[ValueSet::LYMPHODEPLETION_CHEMOTHERAPY],
            Self::Transplantation => &[
                ValueSet::LYMPHODEPLETION_CHEMOTHERAPY,
                ValueSet::ANTI_THYMOCYTE_GLOBULIN,
                ValueSet::STEM_CELL_MOBILISER,
            ],
        }
    }
}

/// Which orders a rule asks about.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Which therapies, the stricter one first.
    pub pathways: &'static [Pathway],
    /// Which drugs count that prepare for one of them.
    pub preparation: &'static [ValueSet],
}

impl Asked {
    /// Every cell therapy and every drug that prepares for one.
    const ALL: Self = Self {
        pathways: &STRICTEST_FIRST,
        preparation: &[
            ValueSet::LYMPHODEPLETION_CHEMOTHERAPY,
            ValueSet::ANTI_THYMOCYTE_GLOBULIN,
            ValueSet::STEM_CELL_MOBILISER,
        ],
    };
    /// The infusion of the cells themselves.
    pub const INFUSION: Self = Self { pathways: &STRICTEST_FIRST, preparation: &[] };
    /// Every cell therapy, and the chemotherapy and globulin before one; not the drugs that mobilise stem cells.
    pub const TREATMENT: Self = Self {
        pathways: &STRICTEST_FIRST,
        preparation: &[ValueSet::LYMPHODEPLETION_CHEMOTHERAPY, ValueSet::ANTI_THYMOCYTE_GLOBULIN],
    };
    /// Transplantation, and the chemotherapy and globulin of its mobilisation and conditioning.
    pub const TRANSPLANTATION: Self = Self {
        pathways: &[Pathway::Transplantation],
        preparation: &[ValueSet::LYMPHODEPLETION_CHEMOTHERAPY, ValueSet::ANTI_THYMOCYTE_GLOBULIN],
    };
}

/// A draft order that belongs to a cell therapy.
#[derive(Clone, Copy, Debug)]
pub struct PathwayOrder<'c> {
    /// The order.
    pub order: &'c DraftOrder,
    /// Which therapy it belongs to.
    pub pathway: Pathway,
    /// What shows it: what is ordered; of an appointment, perhaps its reason or its request.
    pub purpose: &'c Concept,
}

/// The draft orders in scope that belong to a cell therapy, or may.
#[derive(Clone, Debug)]
pub struct PathwayOrders<'c> {
    /// Those that do.
    pub known: Vec<PathwayOrder<'c>>,
    /// Those without a usable code whose words speak of one.
    pub named: Vec<PathwayOrder<'c>>,
    /// Those that can't be read.
    pub unreadable: Vec<&'c DraftOrder>,
    /// Whether a cell therapy is being ordered.
    pub judgement: Judgement,
}

impl PathwayOrders<'_> {
    /// The therapy of the known orders; the stricter one when there are two.
    #[must_use]
    pub fn pathway(&self) -> Option<Pathway> {
        self.known.iter().map(|known| known.pathway).max()
    }

    /// Every therapy that the orders belong to, or may, each once.
    #[must_use]
    pub fn pathways(&self) -> Vec<Pathway> {
        let mut pathways: Vec<Pathway> = self.known.iter().chain(&self.named).map(|order| order.pathway).collect();
        pathways.sort();
        pathways.dedup();
        pathways
    }
}

/// What a draft order is, seen alone.
enum Reading<'c> {
    /// The therapy itself, by this concept.
    Therapy(Pathway, &'c Concept),
    /// A drug that may prepare for one.
    Preparation,
    /// No usable code, but words of a cell therapy.
    Named(Pathway, &'c Concept),
    /// An appointment for a request that did not come through.
    Hidden(Vec<Gap>),
    /// No usable code, no such words: it may be anything.
    Vague,
    /// Something else.
    Other,
}

impl Case<'_> {
    /// Whether the drafts only prepare for a CAR-T infusion that was ordered before.
    #[must_use]
    pub fn only_prepares_for_ordered_car_t(&self) -> bool {
        let is_infusion = self.orders_in_scope().any(|order| order.concept.is_or_may_be(ValueSet::CAR_T));
        // Whether it was given since does not matter: it was said when it was ordered.
        let is_prescribed = |of: &MedicationUse| of.kind == UseKind::Prescribed;
        let was_ordered = !self.service_requests(ValueSet::CAR_T).items.is_empty()
            || self.medications(ValueSet::CAR_T).items.into_iter().any(is_prescribed);
        !is_infusion && was_ordered
    }

    /// The draft orders in scope that belong to a cell therapy.
    #[must_use]
    pub fn cell_therapy_orders(&self) -> PathwayOrders<'_> {
        self.orders_asked_about(&Asked::ALL)
    }

    /// The draft orders and appointments in scope that belong to the therapies asked about.
    #[must_use]
    pub fn orders_asked_about(&self, asked: &Asked) -> PathwayOrders<'_> {
        let prepared = |pathway: &Pathway| self.orders_in_scope().any(|order| pathway.is_prepared_by(order, asked));
        let pathways = asked.pathways.iter().copied().filter(prepared);
        let planned: Vec<(Pathway, Judgement)> = pathways.map(|pathway| (pathway, self.planned(pathway))).collect();
        let mut found = PathwayOrders {
            known: Vec::new(),
            named: Vec::new(),
            unreadable: Vec::new(),
            judgement: Judgement::not_met(Vec::new()),
        };
        for order in self.orders_in_scope() {
            let judgement = self.weigh_order(order, asked, &planned, &mut found);
            found.judgement = found.judgement.or(judgement);
        }
        // What a drug prepares for is shown beside it, unless it is shown already.
        let drug = found.known.iter().find(|known| !known.purpose.has(known.pathway.set()));
        let beside = drug.and_then(|drug| planned.iter().find(|(pathway, _)| *pathway == drug.pathway));
        if let Some((_, planned)) = beside {
            let shown: HashSet<String> =
                found.judgement.evidence().iter().map(|shown| shown.reference.clone()).collect();
            let more = planned.evidence().iter().filter(|more| !shown.contains(&more.reference)).cloned();
            found.judgement = found.judgement.with_evidence(more);
        }
        found
    }

    /// Whether an order belongs to a therapy asked about, and puts it where it belongs.
    fn weigh_order<'c>(
        &'c self,
        order: &'c DraftOrder,
        asked: &Asked,
        planned: &[(Pathway, Judgement)],
        found: &mut PathwayOrders<'c>,
    ) -> Judgement {
        let gap = |kind, concept: &Concept| {
            Judgement::unknown(vec![Gap::at(kind, Source::DraftOrders, &order.reference, &concept.text)])
        };
        if !order.readable {
            found.unreadable.push(order);
            return gap(GapKind::Unreadable, &order.concept);
        }
        match self.read(order, asked) {
            Reading::Therapy(pathway, purpose) => {
                found.known.push(PathwayOrder { order, pathway, purpose });
                Judgement::met(vec![Evidence { what: purpose.text.clone(), ..order.evidence() }])
            }
            Reading::Preparation => {
                let of_drug = planned.iter().filter(|(pathway, _)| pathway.is_prepared_by(order, asked));
                let strictest = of_drug.clone().find(|(_, planned)| planned.is_met());
                if let Some((pathway, _)) = strictest {
                    found.known.push(PathwayOrder { order, pathway: *pathway, purpose: &order.concept });
                    Judgement::met(vec![order.evidence()])
                } else {
                    of_drug.fold(Judgement::not_met(Vec::new()), |any, (_, planned)| any.or(planned.clone()))
                }
            }
            Reading::Named(pathway, purpose) => {
                found.named.push(PathwayOrder { order, pathway, purpose });
                gap(purpose.gap_kind(), purpose)
            }
            Reading::Hidden(gaps) => Judgement::unknown(gaps),
            Reading::Vague => gap(order.concept.gap_kind(), &order.concept),
            Reading::Other => Judgement::not_met(Vec::new()),
        }
    }

    /// Whether a cell therapy stands in the draft orders (in scope or not), or in a request on record that is not marked
    /// done. Unlike [`Case::open_plans`] it does not look whether the cells were given since: beside a request that nobody
    /// closed, a drug that prepares for a therapy is asked about once too often rather than once too seldom.
    fn planned(&self, pathway: Pathway) -> Judgement {
        let drafted: Vec<Evidence> =
            self.orders.iter().filter(|order| order.concept.has(pathway.set())).map(DraftOrder::evidence).collect();
        if !drafted.is_empty() {
            return Judgement::met(drafted);
        }
        let mut evidence = Vec::new();
        let mut gaps = self.sources().gaps_of(Source::ServiceRequests);
        let mut weigh = |concept: &Concept, standing: Standing, source: Source, shown: Evidence, is_drug: bool| {
            let kind = match (matches(concept, pathway, is_drug), standing) {
                (Verdict::Met, Standing::Counts) => return evidence.push(shown),
                (Verdict::Met, Standing::Unclear(kind)) => kind,
                (Verdict::Unknown, _) => concept.gap_kind(),
                (Verdict::NotMet, _) => return,
            };
            add_gaps(&mut gaps, [Gap::at(kind, source, &shown.reference, &concept.text)]);
        };
        for request in self.service_requests.iter().filter(|request| request.progress != Progress::Done) {
            weigh(&request.concept, request.standing, Source::ServiceRequests, request.evidence(), false);
        }
        if pathway == Pathway::CarT {
            let open = |progress| !matches!(progress, Progress::Done | Progress::Ended);
            for drug in self.medications.iter().filter(|drug| drug.kind == UseKind::Prescribed && open(drug.progress)) {
                weigh(&drug.concept, drug.standing, Source::MedicationRequests, drug.evidence(), true);
            }
            gaps.extend(self.sources().gaps_of(Source::MedicationRequests));
        }
        Judgement::found(evidence, gaps)
    }

    fn read<'c>(&'c self, order: &'c DraftOrder, asked: &Asked) -> Reading<'c> {
        let Purposes { stated: purposes, hidden } = self.purposes(order);
        let therapy = |pathway: &Pathway| purposes.iter().find(|purpose| purpose.has(pathway.set()));
        if let Some((pathway, purpose)) = asked.pathways.iter().find_map(|pathway| Some((*pathway, *therapy(pathway)?)))
        {
            return Reading::Therapy(pathway, purpose);
        }
        if asked.pathways.iter().any(|pathway| pathway.is_prepared_by(order, asked)) {
            return Reading::Preparation;
        }
        let is_drug = order.kind == OrderKind::Medication;
        let open = |purpose: &Concept, pathway: Pathway| matches(purpose, pathway, is_drug) == Verdict::Unknown;
        let named = asked.pathways.iter().find_map(|pathway| {
            let says = |purpose: &&&Concept| open(purpose, *pathway) && self.mentions(pathway.hint(), &purpose.text);
            Some((*pathway, *purposes.iter().find(says)?))
        });
        match named {
            Some((pathway, purpose)) => Reading::Named(pathway, purpose),
            None if !hidden.is_empty() => Reading::Hidden(hidden),
            // Most appointments are in words: only those that speak of a therapy are a question.
            None if order.kind == OrderKind::Appointment && order.concept.coding != Coding::Unreadable => {
                Reading::Other
            }
            None if asked.pathways.iter().any(|pathway| open(&order.concept, *pathway)) => Reading::Vague,
            None => Reading::Other,
        }
    }
}

fn matches(concept: &Concept, pathway: Pathway, is_drug: bool) -> Verdict {
    if is_drug { concept.is_drug(pathway.set()) } else { concept.is(pathway.set()) }
}
