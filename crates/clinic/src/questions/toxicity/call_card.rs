//! The symptoms of the call card that patients carry after CAR-T, as far as no other card shows them.

use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::toxicity::crs_signs::Sign;
use crate::questions::toxicity::fever::CardOnCrs;
use crate::questions::toxicity::finding::{ClinicalFinding, Weighed};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, Verdict, add_gaps};

/// The rules that show some of these symptoms themselves.
const FEVER_RULE: &str = "fever-after-cell-therapy";
const ICANS_RULE: &str = "possible-icans";

/// The symptoms that are new.
#[derive(Clone, Debug)]
pub struct CallCardSymptoms {
    /// Shortness of breath.
    pub dyspnoea: Weighed,
    /// Every other one but fever.
    pub others: Weighed,
    /// Fever: as a finding, or measured, as long as no other card shows it.
    pub fever: Weighed,
    /// In words only.
    pub in_words: Weighed,
    /// Whether headache or tremor is one of them.
    pub has_headache_or_tremor: bool,
    /// What did not come through, or has no code.
    pub hidden: Judgement,
}

impl CallCardSymptoms {
    /// Each kind of symptom.
    #[must_use]
    pub fn all(&self) -> [&Weighed; 4] {
        [&self.dyspnoea, &self.others, &self.in_words, &self.fever]
    }

    /// Whether there is one of them.
    pub fn any(&self) -> Judgement {
        self.all().into_iter().fold(self.hidden.clone(), |any, one| any.or(one.judgement.clone()))
    }

    /// What they are called, each once; what is certain comes first.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for verdict in [Verdict::Met, Verdict::Unknown] {
            let of_verdict = self.all().into_iter().filter(|one| one.judgement.verdict() == verdict);
            for name in of_verdict.flat_map(|one| &one.names) {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
        }
        names
    }
}

impl Case<'_> {
    /// Whether the time still lasts in which symptoms of the call card, and fever at home, are taken for consequences of CAR-T.
    pub fn call_card_lasts(&self) -> Judgement {
        self.lasts(&self.after_car_t().history, |cells| cells == Cells::CarT, &numbers::CALL_CARD_MONTHS)
    }

    /// The symptoms of the call card that are new since the infusion, but for those that another rule of this call shows.
    #[must_use]
    pub fn call_card_symptoms(&self) -> CallCardSymptoms {
        let is_neurological_ours = !self.also_asks(ICANS_RULE);
        let found = self.clinical_findings(&[ValueSet::CALL_CARD_SYMPTOM], |text| {
            self.mentions("call-card", text) || is_neurological_ours && self.mentions("neurotoxicity", text)
        });
        let is_new = |finding: &ClinicalFinding<'_>| self.is_new(finding);
        let of = |set: ValueSet| self.weigh_findings(found.coded_in(&[set]), is_new);
        let is_other = |finding: &&ClinicalFinding<'_>| {
            !finding.concept.has(ValueSet::DYSPNOEA)
                && !finding.concept.has(ValueSet::FEVER)
                && (is_neurological_ours || !finding.concept.has(ValueSet::CONFUSION_OR_APHASIA))
        };
        let mut gaps = found.gaps.clone();
        add_gaps(&mut gaps, self.weigh_findings(&found.uncoded, is_new).judgement.gaps().iter().cloned());
        CallCardSymptoms {
            dyspnoea: of(ValueSet::DYSPNOEA),
            others: self.weigh_findings(found.coded.iter().filter(is_other), is_new),
            fever: self.fever_of_call_card(of(ValueSet::FEVER)),
            in_words: self.weigh_findings(&found.in_words, is_new),
            has_headache_or_tremor: of(ValueSet::HEADACHE_OR_TREMOR).judgement.is_met(),
            hidden: Judgement::found(Vec::new(), gaps),
        }
    }

    /// A fever that was recorded as a finding, unless a measured one is shown on another card; and a measured one that no
    /// other card shows.
    fn fever_of_call_card(&self, coded: Weighed) -> Weighed {
        let evidence = coded.judgement.evidence().to_vec();
        let may_be_coded = coded.asks || coded.judgement.is_met();
        let mut judgement = coded.judgement.and(!self.fever_shown_elsewhere());
        if judgement.is_unknown() {
            judgement = judgement.with_evidence(evidence);
        }
        if !self.also_asks(FEVER_RULE) {
            judgement = judgement.or(self.fever_after_car_t().told());
        }
        if judgement.is_not_met() {
            // A temperature that another card shows is not shown here.
            judgement = Judgement::not_met(Vec::new());
        }
        let measured = judgement.evidence().iter().map(|evidence| evidence.what.clone());
        Weighed {
            names: measured.chain(coded.names).collect(),
            asks: judgement.is_unknown() && may_be_coded,
            judgement,
        }
    }

    /// Whether the card on CRS, or the one on fever, shows a measured fever after CAR-T.
    fn fever_shown_elsewhere(&self) -> Judgement {
        let no = || Judgement::not_met(Vec::new());
        let Sign { answer, is_open, .. } = &self.crs_signs().fever;
        let on_crs_card = match self.card_on_crs(answer.verdict()) {
            CardOnCrs::Perhaps => Judgement::unknown(self.after_car_t().hidden.clone()),
            CardOnCrs::Shows | CardOnCrs::Asks if answer.is_met() || *is_open || answer.has_delivery_gap() => {
                answer.clone()
            }
            CardOnCrs::Shows | CardOnCrs::Asks | CardOnCrs::Silent => no(),
        };
        let fever = self.fever_after_car_t();
        let has_card = self.also_asks(FEVER_RULE) && fever.is_in_context();
        let on_fever_card = if has_card { fever.told() } else { no() };
        on_crs_card.or(on_fever_card)
    }

    /// The latest temperature since symptoms count as new, in words.
    #[must_use]
    pub fn latest_temperature(&self) -> Option<String> {
        let hours = self.whole(&numbers::RECENT_SYMPTOM_HOURS);
        let found = self.observations(ValueSet::BODY_TEMPERATURE).items;
        let recent = found.iter().filter_map(|reading| {
            let when = reading.when.filter(|when| self.within_hours(when, hours) == Verdict::Met)?;
            Some((self.as_of.span_of(&when).0, reading.reference.clone(), reading.value_text()))
        });
        recent.max().map(|(_, _, value)| value)
    }
}
