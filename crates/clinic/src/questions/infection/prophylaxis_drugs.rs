//! Which drugs against infection may be drafted: an allergy, a pregnancy, or the order that just ends one speaks against it.

use crate::questions::Case;
use crate::questions::infection::prophylaxis::is_co_trimoxazole;
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Judgement, Verdict};

/// What speaks against some drugs, and those that nothing known speaks against.
#[derive(Clone, Debug)]
pub struct ProphylaxisDrugs {
    /// Allergy to sulfonamides or co-trimoxazole.
    pub allergy: Judgement,
    /// A pregnancy on record or possible.
    pub pregnancy: Verdict,
    /// Co-trimoxazole.
    pub co_trimoxazole: Option<Coded>,
    /// What takes its place: atovaquone.
    pub alternative: Option<Coded>,
    /// Valaciclovir.
    pub valaciclovir: Option<Coded>,
}

impl Case<'_> {
    /// The drugs that may be drafted beside the orders in `stops`, which end some. Why a drug is stopped is not known:
    /// something speaks against it.
    #[must_use]
    pub fn prophylaxis_drugs(&self, stops: &[&DraftOrder]) -> ProphylaxisDrugs {
        let is_co_trimoxazole_stopped = stops.iter().any(|stop| is_co_trimoxazole(&stop.concept) == Verdict::Met);
        let (allergy, pregnancy) = (self.sulfonamide_allergy(), self.pregnancy_to_heed());
        // In a pregnancy the choice against bacteria is the centre's.
        let is_open = pregnancy == Verdict::NotMet;
        let is_co_trimoxazole_open = is_open && allergy.is_not_met() && !is_co_trimoxazole_stopped;
        let is_alternative_open = is_open && (allergy.is_met() || is_co_trimoxazole_stopped);
        let is_valaciclovir_open = self.allergies(ValueSet::HERPES_ANTIVIRAL).items.is_empty()
            && !stops.iter().any(|stop| stop.concept.has(ValueSet::VALACICLOVIR));
        let alternative = self.code_of(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE);
        ProphylaxisDrugs {
            co_trimoxazole: self.code_of_co_trimoxazole().filter(|_| is_co_trimoxazole_open),
            alternative: alternative.filter(|_| is_alternative_open),
            valaciclovir: self.code_of(ValueSet::VALACICLOVIR).filter(|_| is_valaciclovir_open),
            allergy,
            pregnancy,
        }
    }

    /// The code of co-trimoxazole, as suggestions write it: the combination, not one of its two substances.
    fn code_of_co_trimoxazole(&self) -> Option<Coded> {
        let single = [ValueSet::SULFAMETHOXAZOLE, ValueSet::TRIMETHOPRIM].map(|set| self.terminology.members(set));
        let mut either = self.terminology.members(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS).iter();
        either.find(|code| !single.iter().any(|members| members.contains(code))).cloned()
    }
}
