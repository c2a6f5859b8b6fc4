//! The facts of a card. Words are added later, per language.

use cellwise_record::terminology::Coded;

use crate::documents::Citation;
use crate::message::Message;

/// How urgent a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Indicator {
    /// Harm is near: may interrupt.
    Critical,
    /// Something is wrong or missing.
    Warning,
    /// Good to know.
    Info,
}

impl Indicator {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// One level less urgent; the lowest stays.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Critical => Self::Warning,
            Self::Warning | Self::Info => Self::Info,
        }
    }
}

/// What a suggestion proposes to do.
#[derive(Clone, Debug)]
pub enum Proposal {
    /// Draft a ServiceRequest for something with this code; without a code, the label is the text.
    Service {
        /// Code, if a value set has one.
        code: Option<Coded>,
        /// Why: references of the patient's conditions.
        reasons: Vec<String>,
    },
    /// Draft a MedicationRequest without a dose.
    Medication {
        /// The drug.
        code: Coded,
    },
    /// Take a draft order out.
    Remove {
        /// `Type/id` of the draft order.
        reference: String,
    },
}

impl Proposal {
    /// Whether it proposes the same order, drug or removal. Of orders without a code only the words tell.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Service { code, .. }, Self::Service { code: others, .. }) => code.is_some() && code == others,
            (Self::Medication { code }, Self::Medication { code: others }) => code == others,
            (Self::Remove { reference }, Self::Remove { reference: others }) => reference == others,
            _ => false,
        }
    }
}

/// A suggestion: one action, as Epic accepts it.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// What the button says; also the description of the action.
    pub label: Message,
    /// What it does.
    pub proposal: Proposal,
    /// A note written into the drafted resource (`dose per local protocol`), if any.
    pub note: Option<Message>,
    /// Whether it is the obvious thing to do: the source says no other.
    pub is_obvious: bool,
}

impl Suggestion {
    fn of(label: impl Into<Message>, proposal: Proposal) -> Self {
        Self { label: label.into(), proposal, note: None, is_obvious: false }
    }

    /// Draft a ServiceRequest for something that has a code.
    #[must_use]
    pub fn order(label: impl Into<Message>, code: Coded) -> Self {
        Self::of(label, Proposal::Service { code: Some(code), reasons: Vec::new() })
    }

    /// Draft a ServiceRequest that the label itself names.
    #[must_use]
    pub fn order_in_words(label: impl Into<Message>) -> Self {
        Self::of(label, Proposal::Service { code: None, reasons: Vec::new() })
    }

    /// Draft a MedicationRequest without a dose.
    #[must_use]
    pub fn prescribe(label: impl Into<Message>, code: Coded) -> Self {
        Self::of(label, Proposal::Medication { code })
    }

    /// Take the draft order `reference` (`Type/id`) out.
    #[must_use]
    pub fn remove(label: impl Into<Message>, reference: impl Into<String>) -> Self {
        Self::of(label, Proposal::Remove { reference: reference.into() })
    }

    /// Says why in the drafted resource: references of the patient's conditions.
    #[must_use]
    pub fn because_of(mut self, references: Vec<String>) -> Self {
        if let Proposal::Service { reasons, .. } = &mut self.proposal {
            *reasons = references;
        }
        self
    }

    /// Says that it is the obvious thing to do: it is what the source says, and the card asks nothing first.
    #[must_use]
    pub fn obvious(mut self) -> Self {
        self.is_obvious = true;
        self
    }

    /// Writes a note into the drafted resource.
    #[must_use]
    pub fn noting(mut self, note: impl Into<Message>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// The facts of a card. Words are added later, per language.
#[derive(Clone, Debug)]
pub struct CardFacts {
    /// How urgent.
    pub indicator: Indicator,
    /// At most 139 characters in every language: what, and what to do.
    pub summary: Message,
    /// Why it is not clear that what the card is about happened; empty when the card supposes nothing. The summary says so,
    /// too.
    pub supposed: Vec<Message>,
    /// Paragraphs before the table.
    pub lead: Vec<Message>,
    /// Lines after the table: context, never criteria.
    pub context: Vec<Message>,
    /// Suggestions.
    pub suggestions: Vec<Suggestion>,
    /// Override reasons, codes of the project CodeSystem, where they differ from the rule's.
    pub override_reasons: Option<&'static [&'static str]>,
    /// What this card rests on, the leading source first, where it is not all that the rule cites.
    pub citations: &'static [Citation],
    /// Whether there is nothing to do about it alone: it is shown as part of another rule's card, or not at all.
    pub is_only_beside: bool,
}

/// A card with nothing but its summary.
#[must_use]
pub fn card(indicator: Indicator, summary: impl Into<Message>) -> CardFacts {
    CardFacts {
        indicator,
        summary: summary.into(),
        supposed: Vec::new(),
        lead: Vec::new(),
        context: Vec::new(),
        suggestions: Vec::new(),
        override_reasons: None,
        citations: &[],
        is_only_beside: false,
    }
}

impl CardFacts {
    /// Adds paragraphs before the table.
    #[must_use]
    pub fn lead<M: Into<Message>>(mut self, lead: impl IntoIterator<Item = M>) -> Self {
        self.lead.extend(lead.into_iter().map(Into::into));
        self
    }

    /// Adds lines after the table.
    #[must_use]
    pub fn context<M: Into<Message>>(mut self, context: impl IntoIterator<Item = M>) -> Self {
        self.context.extend(context.into_iter().map(Into::into));
        self
    }

    /// Adds suggestions.
    #[must_use]
    pub fn suggest(mut self, suggestions: impl IntoIterator<Item = Suggestion>) -> Self {
        self.suggestions.extend(suggestions);
        self
    }

    /// Rests on these sources only.
    #[must_use]
    pub fn citing(mut self, citations: &'static [Citation]) -> Self {
        self.citations = citations;
        self
    }

    /// May be overridden for these reasons, perhaps none, and not for the rule's.
    #[must_use]
    pub fn overridden_for(mut self, reasons: &'static [&'static str]) -> Self {
        self.override_reasons = Some(reasons);
        self
    }

    /// Is shown as part of another rule's card, or not at all.
    #[must_use]
    pub fn only_beside(mut self, is_only_beside: bool) -> Self {
        self.is_only_beside = is_only_beside;
        self
    }

    /// Everything it says.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        let suggested = self.suggestions.iter().flat_map(|of| std::iter::once(&of.label).chain(&of.note));
        std::iter::once(&self.summary).chain(&self.supposed).chain(&self.lead).chain(&self.context).chain(suggested)
    }
}
