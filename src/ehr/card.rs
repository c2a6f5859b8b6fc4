//! A card as an EHR reads it, from any service.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fixtures::request::reference_of;

/// A card.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a card")]
pub(super) struct Card {
    pub(super) uuid: Option<String>,
    pub(super) summary: String,
    pub(super) detail: Option<String>,
    pub(super) indicator: Indicator,
    pub(super) source: CardSource,
    #[serde(default)]
    pub(super) suggestions: Vec<Suggestion>,
    pub(super) selection_behavior: Option<String>,
    #[serde(default)]
    pub(super) override_reasons: Vec<Reason>,
    #[serde(default)]
    pub(super) links: Vec<Link>,
}

/// How urgent it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Indicator {
    Info,
    Warning,
    Critical,
}

/// Where it is from.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CardSource {
    pub(super) label: String,
    pub(super) url: Option<String>,
}

/// What it suggests.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Suggestion {
    pub(super) uuid: Option<String>,
    pub(super) label: String,
    #[serde(default)]
    pub(super) is_recommended: bool,
    #[serde(default)]
    pub(super) actions: Vec<Action>,
}

/// One change of the drafts.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Action {
    #[serde(rename = "type")]
    pub(super) kind: ActionKind,
    pub(super) resource: Option<Value>,
    pub(super) resource_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ActionKind {
    Create,
    Update,
    Delete,
}

/// Why a card is overridden.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Reason {
    pub(super) code: String,
    pub(super) system: String,
    pub(super) display: Option<String>,
}

/// A link.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) url: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) app_context: Option<String>,
}

impl Card {
    /// Whether no more than one suggestion may be taken. What a client does not know counts as that.
    pub(super) fn takes_one(&self) -> bool {
        self.selection_behavior.as_deref() != Some("any")
    }
}

impl Action {
    /// `Type/id` of what is changed.
    pub(super) fn target(&self) -> Option<String> {
        // Earlier versions put the reference where the resource stands.
        let named = self.resource_id.clone().or_else(|| self.resource.as_ref()?.as_str().map(str::to_owned));
        named.or_else(|| self.resource.as_ref().and_then(reference_of))
    }
}

/// The cards of an answer, and what is wrong with those that can't be read.
pub(super) fn cards(body: &Value) -> (Vec<Card>, Vec<String>) {
    let (mut read, mut problems) = (Vec::new(), Vec::new());
    let Some(list) = body.get("cards").and_then(Value::as_array) else {
        return (read, vec!["the answer has no array `cards`".to_owned()]);
    };
    for (place, card) in list.iter().enumerate() {
        match Card::deserialize(card) {
            Ok(card) => read.push(card),
            Err(error) => problems.push(format!("`/cards/{place}`: {error}")),
        }
    }
    let actions = body.get("systemActions").and_then(Value::as_array).map_or(0, Vec::len);
    if actions > 0 {
        problems.push(format!("`/systemActions`: {actions} are proposed, and none is applied here"));
    }
    (read, problems)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_card_that_can_not_be_read_is_named_and_hides_no_other() {
        let good = json!({ "summary": "s", "indicator": "info", "source": { "label": "l" }, "unknown": 1 });
        let (read, problems) = cards(
            &json!({ "cards": [{ "summary": "x", "indicator": "hard-stop", "source": { "label": "l" } }, good] }),
        );
        assert_eq!((read.len(), problems.len()), (1, 1));
        assert!(problems[0].starts_with("`/cards/0`: ") && problems[0].contains("hard-stop"), "{problems:?}");
        assert!(read[0].takes_one());
        assert_eq!(cards(&json!({})).1, ["the answer has no array `cards`"]);
    }

    #[test]
    fn what_is_deleted_is_named_in_three_ways() {
        let target = |action: Value| Action::deserialize(&action).unwrap().target();
        for action in [
            json!({ "type": "delete", "resourceId": "ServiceRequest/a" }),
            json!({ "type": "delete", "resource": "ServiceRequest/a" }),
            json!({ "type": "delete", "resource": { "resourceType": "ServiceRequest", "id": "a" } }),
        ] {
            assert_eq!(target(action).as_deref(), Some("ServiceRequest/a"));
        }
    }
}
