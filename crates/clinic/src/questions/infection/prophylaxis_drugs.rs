//! Which drugs against infection may be drafted: an allergy, a pregnancy, or the order that just ends one speaks against it.

use crate::questions::Case;
use crate::questions::infection::prophylaxis::is_co_trimoxazole;
use crate::questions::therapy::allergy::Prescribable;
use cellwise_record::Verdict;
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::{Coded, ValueSet};

/// What speaks against some drugs, and those that nothing known speaks against.
#[derive(Clone, Debug)]
pub struct ProphylaxisDrugs {
    /// A pregnancy on record or possible.
    pub pregnancy: Verdict,
    /// Co-trimoxazole; allergy to it, or to sulfonamides.
    pub co_trimoxazole: Prescribable,
    /// What takes its place: atovaquone.
    pub alternative: Prescribable,
    /// Valaciclovir; allergy to it, or to aciclovir.
    pub antiviral: Prescribable,
}

impl Case<'_> {
    /// The drugs that may be drafted beside the orders in `stops`, which end some. Why a drug is stopped is not known:
    /// something speaks against it.
    #[must_use]
    pub fn prophylaxis_drugs(&self, stops: &[&DraftOrder]) -> ProphylaxisDrugs {
        let is_stopped = stops.iter().any(|stop| is_co_trimoxazole(&stop.concept) == Verdict::Met);
        let is_antiviral_stopped = stops.iter().any(|stop| stop.concept.has(ValueSet::VALACICLOVIR));
        let pregnancy = self.pregnancy_to_heed();
        // In a pregnancy the choice against bacteria is the centre's.
        let is_open = pregnancy == Verdict::NotMet;
        let allergy = self.sulfonamide_allergy();
        let is_replaced = allergy.is_met() || is_stopped;
        let alternative = self.prescribable(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE);
        let antiviral = self.allergy_to(&[ValueSet::HERPES_ANTIVIRAL]);
        let valaciclovir = self.code_of(ValueSet::VALACICLOVIR);
        ProphylaxisDrugs {
            co_trimoxazole: Prescribable::unless(allergy, self.code_of_co_trimoxazole())
                .only_if(is_open && !is_stopped),
            alternative: alternative.only_if(is_open && is_replaced),
            antiviral: Prescribable::unless(antiviral, valaciclovir).only_if(!is_antiviral_stopped),
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
