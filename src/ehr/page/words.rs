//! The words of the pages.

use crate::ehr::State;
use crate::texts::{EHR, Place, Texts};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Language, Message};

/// Says what stands in `ehr.ftl`, in one language.
pub(in crate::ehr) struct Words<'w> {
    texts: &'w Texts,
    policy: Policy,
    pub(in crate::ehr) language: Language,
}

impl<'w> Words<'w> {
    /// The words in the language that was chosen.
    pub(in crate::ehr) fn new(state: &'w State) -> Self {
        Self { texts: &state.texts, policy: Policy::default(), language: state.language() }
    }

    /// A message.
    pub(in crate::ehr) fn say(&self, id: &'static str) -> String {
        self.texts.say(EHR, self.language, &self.policy, Place::Page, &Message::new(id))
    }

    /// A gender of FHIR.
    pub(super) fn sex(&self, code: &str) -> String {
        match code {
            "female" => self.say("ehr-female"),
            "male" => self.say("ehr-male"),
            other => other.to_owned(),
        }
    }
}
