//! Fever, measured: whether it counts where the patient is, and which card shows it.
//!
//! After CAR-T, after a transplantation of own cells and while stem cells are mobilised, each has its own limit. A temperature
//! that the card on CRS shows is not shown a second time.

use crate::numbers::{self, Number};
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::therapy::history::TherapyHistory;
use cellwise_record::search::vital_sign::{Limit, Reading};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Verdict};

/// The rule whose card shows the temperatures of the first weeks after CAR-T.
const CRS_RULE: &str = "possible-crs";

/// A patient's fever in one context.
#[derive(Clone, Debug)]
pub struct Fever {
    /// Whether the patient is in that context.
    pub context: Judgement,
    /// Whether the context still lasts: years after the cells, fever has nothing to do with them.
    pub lasts: Judgement,
    /// Whether what makes the context is on record: then not knowing is worth a question.
    pub is_on_record: bool,
    /// Whether a temperature counts: above the limit, of the last hours, outside the admission of the cells, and not shown by
    /// the card on CRS.
    pub judgement: Judgement,
    /// The temperature that counts, or that is worth a question.
    pub hottest: Option<Temperature>,
}

/// A temperature.
#[derive(Clone, Debug)]
pub struct Temperature {
    /// The value with its unit.
    pub text: String,
    /// The measurement.
    pub evidence: Evidence,
    /// Whether its value is surely above the limit, and surely of the last hours.
    pub is_certain: bool,
    degrees: Option<f64>,
}

/// What the card on CRS does with a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardOnCrs {
    /// It does not show it.
    Silent,
    /// It shows it.
    Shows,
    /// It asks about it.
    Asks,
    /// It does not show it, unless there was an infusion that was not sent.
    Perhaps,
}

impl Fever {
    /// Whether there is something to show: a temperature in a patient who is, or may still be, in the context.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.hottest.is_some() && self.is_in_context()
    }

    /// Whether the patient is, or may still be, in the context.
    #[must_use]
    pub fn is_in_context(&self) -> bool {
        self.is_on_record && !self.context.is_not_met() && !self.lasts.is_not_met()
    }

    /// Whether a temperature counts, for who would not ask because of entries without a code.
    pub fn told(&self) -> Judgement {
        let is_told = self.hottest.is_some() || self.judgement.has_delivery_gap();
        if is_told { self.judgement.clone() } else { Judgement::not_met(Vec::new()) }
    }
}

impl Case<'_> {
    /// Fever after CAR-T, for which patients are told to call the centre.
    pub fn fever_after_car_t(&self) -> &Fever {
        self.once(&self.answers.fever_after_car_t, || {
            let after = self.after_car_t();
            let context = after.history.judgement.clone();
            let mut fever = self.fever(context, &numbers::FEVER_AFTER_CAR_T, after.t0, |when| {
                self.away_or_neutropenic(after.t0.as_ref(), when)
            });
            fever.is_on_record = after.history.judgement.is_met();
            fever.lasts = self.call_card_lasts().or(self.neutropenic());
            // An infusion without a date, while a later one may be hidden: any reading may be of before it.
            if after.t0.is_none() && !after.hidden.is_empty() {
                fever.judgement = fever.judgement.and(Judgement::unknown(after.hidden.clone()));
            }
            fever
        })
    }

    /// Fever after a transplantation of own cells, with the transplantation.
    pub fn fever_after_ahsct(&self) -> (Fever, TherapyHistory) {
        let (history, context) = self.own_cells_transplanted();
        let t0 = history.t0();
        let mut fever =
            self.fever(context, &numbers::FEVER_AFTER_AHSCT, t0, |when| self.away_or_neutropenic(t0.as_ref(), when));
        fever.is_on_record = !history.events.is_empty();
        let is_own = |cells| matches!(cells, Cells::OwnStemCells | Cells::StemCells);
        fever.lasts = self.lasts(&history, is_own, &numbers::FEVER_MONTHS_AFTER_AHSCT).or(self.neutropenic());
        (fever, history)
    }

    /// Fever while stem cells are mobilised. After their reinfusion the lower limit of that context counts.
    pub fn fever_in_mobilisation(&self) -> Fever {
        let (own, _) = self.own_cells_transplanted();
        let reinfused = if own.judgement.is_met() {
            own.judgement
        } else {
            let undelivered = own.judgement.gaps().iter().filter(|gap| gap.kind.is_delivery()).cloned();
            Judgement::found(Vec::new(), undelivered.collect())
        };
        let context = self.mobilisation().and(!reinfused);
        // A drug of mobilisation of which it can't be told whether it is in use is worth a question, too.
        let is_doubted = |gap: &Gap| gap.kind == GapKind::NotRecorded && gap.reference.is_some();
        let is_on_record = context.is_met() || context.is_unknown() && context.gaps().iter().any(is_doubted);
        let fever = self.fever(context, &numbers::FEVER_IN_MOBILISATION, None, |_| Judgement::met(Vec::new()));
        Fever { is_on_record, ..fever }
    }

    /// A temperature above the limit of the call card that the card on CRS may show, in a patient who is not known to have
    /// been in the admission of the infusion: whether the patient was away from it. `None` without such a temperature.
    #[must_use]
    pub fn hot_and_away(&self) -> Option<Judgement> {
        let limit = Limit::Above(self.value(&numbers::FEVER_AFTER_CAR_T), "Cel");
        let t0 = self.after_car_t().t0;
        let readings = self.readings(ValueSet::BODY_TEMPERATURE, self.whole(&numbers::CRS_HOURS), t0.as_ref());
        let hot = readings.items.iter().filter(|reading| reading.exceeds(limit).and(reading.is_timely()).is_met());
        hot.filter_map(|reading| reading.observation.when)
            .map(|when| !self.in_the_admission_of(t0.as_ref(), &when))
            .filter(|away| !away.is_not_met())
            .min_by_key(|away| !away.is_met())
    }

    /// A temperature of the last hours, not before `since`, above a limit: whether one counts, and the hottest. `away` is
    /// whether one was taken where fever counts.
    fn fever(
        &self,
        context: Judgement,
        limit: &'static Number,
        since: Option<Moment>,
        away: impl Fn(&Moment) -> Judgement,
    ) -> Fever {
        let limit = Limit::Above(self.value(limit), "Cel");
        let readings = self.readings(ValueSet::BODY_TEMPERATURE, self.whole(&numbers::FEVER_HOURS), since.as_ref());
        let mut judgement = Judgement::found(Vec::new(), readings.gaps.clone());
        let mut hottest: Option<Temperature> = None;
        for reading in &readings.items {
            let value = reading.exceeds(limit).and(reading.is_timely());
            if value.is_not_met() {
                judgement = judgement.or(value);
                continue;
            }
            let on_crs_card = self.on_crs_card(reading);
            let place = reading.observation.when.map_or(Judgement::met(Vec::new()), |when| away(&when));
            let is_certain = value.is_met();
            let judged = value.and(self.is_left_to_others(on_crs_card, reading)).and(place);
            let is_asked = judged.is_unknown() && reading.may_exceed(limit);
            if matches!(on_crs_card, CardOnCrs::Silent | CardOnCrs::Perhaps) && (judged.is_met() || is_asked) {
                let found = Temperature::new(reading, is_certain);
                hottest = Some(match hottest {
                    Some(so_far) if !found.is_above(&so_far) => so_far,
                    _ => found,
                });
            }
            judgement = judgement.or(judged);
        }
        Fever { context, lasts: Judgement::met(Vec::new()), is_on_record: false, judgement, hottest }
    }

    /// What the card on CRS does with a temperature that is above the limit of its context.
    fn on_crs_card(&self, reading: &Reading<'_>) -> CardOnCrs {
        let Some(when) = reading.observation.when else { return CardOnCrs::Silent };
        let fever = Limit::AtLeast(self.value(&numbers::CRS_FEVER), "Cel");
        let is_theirs = self
            .happened_within_hours(&when, self.whole(&numbers::CRS_HOURS))
            .and(self.not_before(&when, self.after_car_t().t0.as_ref()))
            .and(reading.exceeds(fever).verdict());
        if reading.may_exceed(fever) { self.card_on_crs(is_theirs) } else { CardOnCrs::Silent }
    }

    /// What the card on CRS does with something of which `is_sign` says whether it is one of its signs.
    #[must_use]
    pub fn card_on_crs(&self, is_sign: Verdict) -> CardOnCrs {
        let after = self.after_car_t();
        // An earlier infusion may be hidden: the card is the same.
        let first_month = if after.is_recent() { Verdict::Met } else { after.first_month.verdict() };
        match (after.history.judgement.verdict(), first_month, is_sign) {
            _ if !self.also_asks(CRS_RULE) => CardOnCrs::Silent,
            (_, _, Verdict::NotMet) | (Verdict::NotMet, _, _) | (_, Verdict::NotMet, _) => CardOnCrs::Silent,
            (Verdict::Unknown, _, Verdict::Met) if after.is_in_words => CardOnCrs::Asks,
            (Verdict::Unknown, _, _) => CardOnCrs::Silent,
            (Verdict::Met, Verdict::Met, Verdict::Met) => CardOnCrs::Shows,
            (Verdict::Met, Verdict::Unknown, _) if after.is_older() => CardOnCrs::Perhaps,
            (Verdict::Met, _, _) => CardOnCrs::Asks,
        }
    }

    /// Whether the card on CRS leaves a temperature to others.
    fn is_left_to_others(&self, on_crs_card: CardOnCrs, reading: &Reading<'_>) -> Judgement {
        let after = self.after_car_t();
        match on_crs_card {
            CardOnCrs::Silent => Judgement::met(Vec::new()),
            CardOnCrs::Shows => Judgement::not_met(Vec::new()),
            CardOnCrs::Perhaps => Judgement::unknown(after.hidden.clone()),
            CardOnCrs::Asks => {
                let open = after.first_month.clone().and(reading.is_timely());
                let gaps = open.gaps().to_vec();
                Judgement::unknown(if gaps.is_empty() { vec![reading.gap(GapKind::ImpreciseDate)] } else { gaps })
            }
        }
    }

    /// Low neutrophils, which make fever an emergency however long ago the cells were given.
    fn neutropenic(&self) -> Judgement {
        let neutropenia = &self.neutropenia().judgement;
        let gaps = neutropenia.gaps().iter().filter(|gap| neutropenia.is_unknown() && gap.kind != GapKind::Uncoded);
        if neutropenia.is_met() {
            Judgement::met(Vec::new())
        } else {
            Judgement::found(Vec::new(), gaps.cloned().collect())
        }
    }

    /// Whether the patient was outside the admission of the cells given at `t0`. With neutropenia that makes no difference; a
    /// count that may not count leaves it open. Where nobody counted lately, the neutrophils count as enough.
    fn away_or_neutropenic(&self, t0: Option<&Moment>, when: &Moment) -> Judgement {
        let neutropenic = self.neutropenic();
        let away = !self.in_the_admission_of(t0, when);
        let doubts: Vec<Gap> = neutropenic.gaps().iter().filter(|gap| !gap.kind.is_delivery()).cloned().collect();
        match neutropenic.verdict() {
            Verdict::Met => neutropenic,
            Verdict::Unknown if !doubts.is_empty() => away.or(Judgement::unknown(doubts)),
            Verdict::NotMet | Verdict::Unknown => away,
        }
    }

    /// Transplantation of own cells; of cells whose donor is not stated, it can't be told.
    fn own_cells_transplanted(&self) -> (TherapyHistory, Judgement) {
        let own = self.transplantation_history(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION);
        let unspecified = self.transplantation_history(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
        if own.judgement.is_met() || unspecified.events.is_empty() {
            // One that may not have been done is worth no question by itself.
            let unclear = self.unclear_entries(&[ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED]);
            let judgement = own.judgement.clone().or(Judgement::found(Vec::new(), unclear));
            return (own, judgement);
        }
        let gap = Gap::not_recorded(Source::Procedures, "gap-donor");
        let judgement = Judgement::unknown(vec![gap]).with_evidence(unspecified.judgement.evidence().to_vec());
        (unspecified, judgement)
    }
}

impl Temperature {
    fn new(reading: &Reading<'_>, is_certain: bool) -> Self {
        let quantity = reading.observation.quantity();
        Self {
            text: reading.observation.value_text(),
            evidence: reading.observation.evidence(),
            is_certain,
            degrees: quantity.and_then(|value| value.in_unit("Cel")),
        }
    }

    /// What is certain comes first, then what is hotter.
    fn is_above(&self, other: &Self) -> bool {
        (self.is_certain, self.degrees) > (other.is_certain, other.degrees)
    }
}
