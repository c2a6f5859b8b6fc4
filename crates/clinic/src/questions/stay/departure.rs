//! Going home after a cell therapy: which one, how it is known, and whether the stay that ends is one that counts.
//!
//! A recorded therapy comes first, then an order marked completed, then words. An order tells nothing of a later stay than
//! the one it was written in; words count only where no therapy is recorded.

use crate::numbers;
use crate::questions::Case;
use crate::questions::stay::going_home::{GoingHome, Reach};
use crate::questions::therapy::history::{Certainty, Dated, TherapyHistory};
use cellwise_record::search::in_words::Mention;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Source, Verdict, add_gaps};

/// What a therapy is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A record of it.
    Recorded,
    /// An order marked completed.
    Ordered,
    /// Words only.
    Words,
}

/// A patient who goes home after a therapy, or may.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// What the therapy is known from.
    pub basis: Basis,
    /// The first infusion of the latest episode, the order, or the entry in words, on its day.
    pub therapy: Dated,
    /// Whether the therapy was given.
    pub given: Judgement,
    /// Whether the patient goes home after it.
    pub home: GoingHome,
}

impl Leaving {
    /// What dates count from: only a record of the therapy gives a day to count from.
    #[must_use]
    pub fn day_zero(&self) -> Option<&Dated> {
        (self.basis == Basis::Recorded).then_some(&self.therapy)
    }
}

/// Whether a patient goes home after a therapy.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Whether it was given, and the patient goes home after it.
    pub judgement: Judgement,
    /// The therapy and the stay, where there is something to say.
    pub leaving: Option<Leaving>,
}

impl Departure {
    fn quiet(judgement: Judgement) -> Self {
        Self { judgement, leaving: None }
    }

    fn new(leaving: Leaving, is_worth_a_card: bool) -> Self {
        let judgement = leaving.given.clone().and(leaving.home.judgement.clone());
        Self { judgement, leaving: is_worth_a_card.then_some(leaving) }
    }
}

/// After CAR-T.
const AFTER_CAR_T: Reach = Reach {
    other_stay: &numbers::OTHER_STAY_DAYS,
    advice: &[&numbers::NO_DRIVING_DAYS, &numbers::CONDOM_MONTHS_AFTER_CAR_T, &numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T],
};

/// After own stem cells.
const AFTER_OWN_CELLS: Reach = Reach {
    other_stay: &numbers::OTHER_STAY_MONTHS,
    advice: &[&numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS, &numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION],
};

/// The words of a transplantation.
const TRANSPLANTATION: &str = "stem-cell-transplantation";

/// Whether the patient has stayed long enough since the last infusion.
#[derive(Clone, Debug)]
pub struct LengthOfStay {
    /// The last infusion, on its day.
    pub last: Dated,
    /// Whether it was long enough. An infusion that is hidden could be later.
    pub is_enough: Judgement,
}

impl Case<'_> {
    /// Going home after CAR-T.
    #[must_use]
    pub fn departure_after_car_t(&self) -> &Departure {
        self.once(&self.answers.departure_after_car_t, || {
            self.departure(&[(self.car_t_history(), None)], "car-t", &AFTER_CAR_T)
        })
    }

    /// Going home after a transplantation of own stem cells, or of cells of which it is not recorded whose they were.
    #[must_use]
    pub fn departure_after_own_cells(&self) -> Departure {
        let history = |set| self.settled(self.transplantation_history(set), &[set], TRANSPLANTATION);
        let own = history(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION);
        let either = history(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
        let whose = Gap::not_recorded(Source::Procedures, "gap-own-or-donor");
        let departure = self.departure(&[(&own, None), (&either, Some(whose))], TRANSPLANTATION, &AFTER_OWN_CELLS);
        match departure.leaving {
            Some(_) => departure,
            None => Departure::quiet(departure.judgement.or(self.only_a_status())),
        }
    }

    /// Whether the patient has stayed long enough since the last CAR-T infusion. `None` when none has a date.
    #[must_use]
    pub fn stay_since_last_car_t(&self) -> Option<LengthOfStay> {
        let history = self.car_t_history();
        let last = history.newest().filter(|_| history.certainty() == Some(Certainty::Recorded))?;
        let enough = self.as_of.day().on_or_after(&self.later(&last.day, &numbers::MINIMUM_STAY_DAYS));
        let evidence = [last.evidence.clone()];
        let is_enough = match enough {
            Verdict::NotMet => Judgement::not_met(evidence.to_vec()),
            Verdict::Unknown => {
                Judgement::unknown(vec![last.evidence.gap(GapKind::ImpreciseDate)]).with_evidence(evidence)
            }
            Verdict::Met => match self.hidden_infusions() {
                hidden if hidden.is_empty() => Judgement::met(evidence.to_vec()),
                hidden => Judgement::unknown(hidden).with_evidence(evidence),
            },
        };
        Some(LengthOfStay { last, is_enough })
    }

    /// The first departure with something to say; else what all of them come to. Of several histories the first is the
    /// therapy that is asked about, the others may be; each has the doubt that it leaves.
    fn departure(&self, histories: &[(&TherapyHistory, Option<Gap>)], hint: &str, reach: &Reach) -> Departure {
        let by_record = histories.iter().map(|(history, doubt)| self.after_record(history, doubt.clone(), reach));
        let mut found: Vec<Departure> = by_record.collect();
        found.extend(histories.first().and_then(|(history, _)| self.after_order(history, reach)));
        if histories.iter().all(|(history, _)| history.certainty() != Some(Certainty::Recorded)) {
            found.extend(self.after_words(hint, reach));
        }
        let mut quiet = Judgement::not_met(Vec::new());
        for departure in found {
            if departure.leaving.is_some() {
                return departure;
            }
            quiet = quiet.or(departure.judgement);
        }
        Departure::quiet(quiet)
    }

    /// A status code says that there was a transplantation, neither whose cells nor when. It adds nothing to a
    /// transplantation on record.
    fn only_a_status(&self) -> Judgement {
        let recorded = self.transplantation_history(ValueSet::STEM_CELL_TRANSPLANTATION);
        if recorded.certainty() == Some(Certainty::Recorded) {
            return Judgement::not_met(Vec::new());
        }
        let found = self.conditions(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
        if !found.items.is_empty() {
            return Judgement::unknown(vec![Gap::not_recorded(Source::Procedures, "gap-infusion-date")]);
        }
        let speaks = |gap: &Gap| gap.what.as_deref().is_some_and(|text| self.mentions(TRANSPLANTATION, text));
        let of_it = |gap: &Gap| gap.kind != GapKind::Uncoded || speaks(gap);
        Judgement::found(Vec::new(), found.gaps.into_iter().filter(of_it).collect())
    }

    /// By a record of the therapy. `doubt` says why it may be another one.
    fn after_record(&self, history: &TherapyHistory, doubt: Option<Gap>, reach: &Reach) -> Departure {
        let Some(therapy) = history.day_zero() else {
            return Departure::quiet(match history.certainty() {
                Some(Certainty::Recorded) => {
                    Judgement::unknown(vec![Gap::not_recorded(Source::Procedures, "gap-infusion-date")])
                }
                Some(Certainty::Probable) => self.only_ordered(),
                None => history.judgement.clone(),
            });
        };
        let given = match doubt {
            None => history.judgement.clone(),
            Some(doubt) => Judgement::unknown(vec![doubt]).with_evidence([therapy.evidence.clone()]),
        };
        let home = self.goes_home_after(Some(&therapy), reach);
        let is_worth_a_card = home.is_worth_a_card();
        Departure::new(Leaving { basis: Basis::Recorded, therapy, given, home }, is_worth_a_card)
    }

    /// By an order marked completed: the infusion may have come on any day since.
    fn after_order(&self, history: &TherapyHistory, reach: &Reach) -> Option<Departure> {
        let therapy = history.newest().filter(|_| history.certainty() == Some(Certainty::Probable))?;
        let given = self.only_ordered().with_evidence([therapy.evidence.clone()]);
        let home = self.goes_home_after(Some(&therapy), reach);
        if home.judgement.is_met() && home.same_stay == Verdict::Met {
            return Some(Departure::new(Leaving { basis: Basis::Ordered, therapy, given, home }, true));
        }
        let mut gaps = given.gaps().to_vec();
        add_gaps(&mut gaps, home.judgement.gaps().iter().cloned());
        Some(Departure::quiet(Judgement::unknown(gaps)))
    }

    /// By entries without a usable code whose words speak of the therapy.
    fn after_words(&self, hint: &str, reach: &Reach) -> Option<Departure> {
        let mentions = self.mentions_in_words(|text| self.mentions(hint, text));
        let mut leaving = mentions.into_iter().filter_map(|Mention { date, evidence, gap }| {
            let therapy = Dated { day: date?, evidence };
            let home = self.goes_home_after(Some(&therapy), reach);
            let mut doubts = vec![gap];
            add_gaps(&mut doubts, self.hidden_infusions());
            Some(Leaving { basis: Basis::Words, therapy, given: Judgement::unknown(doubts), home })
        });
        leaving.find(|leaving| leaving.home.asks).map(|leaving| Departure::new(leaving, true))
    }

    /// Why an order marked completed does not show the therapy.
    fn only_ordered(&self) -> Judgement {
        let mut doubts = vec![Gap::not_recorded(Source::Procedures, "gap-infusion")];
        add_gaps(&mut doubts, self.hidden_infusions());
        Judgement::unknown(doubts)
    }
}
