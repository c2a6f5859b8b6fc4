//! Neutropenia now: what the newest neutrophil count says, as long as it is recent.

use crate::questions::Case;
use crate::questions::blood::count::{self, Count};
use cellwise_record::search::vital_sign::not_measured;
use cellwise_record::{Judgement, Verdict};

/// What the newest recent count says.
#[derive(Clone, Debug)]
pub struct Neutropenia {
    /// Whether the neutrophils are below the limit of severe neutropenia.
    pub judgement: Judgement,
    /// The count, when they are.
    pub count: Option<String>,
    /// Whether there is a recent count at all, or something that may be one.
    pub is_counted: bool,
}

impl Neutropenia {
    /// Whether the patient is known to be neutropenic.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.judgement.is_met()
    }

    /// What a row shows in place of "not low" where nothing was counted lately: nobody knows.
    #[must_use]
    pub fn if_not_counted(&self) -> Option<Judgement> {
        (self.judgement.is_not_met() && !self.is_counted).then(|| Judgement::unknown(vec![not_measured()]))
    }
}

impl Case<'_> {
    /// Whether the newest neutrophil count, if it is recent, shows severe neutropenia.
    pub fn neutropenia(&self) -> &Neutropenia {
        self.once(&self.answers.neutropenia, || {
            let Count { level, recent, .. } = self.neutrophils();
            let is_counted = !level.newest.is_empty() && !recent.is_not_met();
            let judgement = match recent.verdict() {
                Verdict::Met => level.judgement.clone(),
                Verdict::NotMet => recent,
                // The time of the count is not known well enough.
                Verdict::Unknown => recent.and(level.judgement.clone()),
            };
            let count = judgement.is_met().then(|| level.value(count::UNIT)).flatten();
            Neutropenia { judgement, count: count.map(|count| format!("{count} ×10⁹/L")), is_counted }
        })
    }
}
