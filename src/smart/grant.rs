//! The answer of a token endpoint: the token, and the context of the launch.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::client::AccessToken;
use cellwise_record::{bare_id, is_id};

/// The longest `appContext`.
const LONGEST_CONTEXT: usize = 1024;

/// A token with the context of its launch.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The user's token.
    pub token: AccessToken,
    /// How long it is good, if the server says so.
    pub expires_in: Option<Duration>,
    /// The bare id of the patient in context.
    pub patient: Option<String>,
    /// The bare id of the encounter in context.
    pub encounter: Option<String>,
    /// Whether the app is to show whose record it is. An EHR that says nothing does not say that it does so itself.
    pub needs_banner: bool,
    /// The rule whose card linked here (`appContext`).
    pub rule: Option<String>,
    /// Who the user is, signed.
    pub id_token: Option<String>,
}

/// Why an answer is no grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoGrant {
    /// It is no JSON object.
    NotJson,
    /// It holds no token that can be sent.
    NoToken,
    /// The token is of another kind than `Bearer`.
    OtherType,
}

impl NoGrant {
    /// A short name for the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotJson => "no-json",
            Self::NoToken => "no-token",
            Self::OtherType => "no-bearer-token",
        }
    }
}

/// The members that are looked at, each whatever it is.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    access_token: Value,
    token_type: Value,
    expires_in: Value,
    patient: Value,
    encounter: Value,
    need_patient_banner: Value,
    #[serde(rename = "appContext")]
    app_context: Value,
    id_token: Value,
}

impl Grant {
    /// Reads the body of an answer.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(body: &[u8]) -> Result<Self, NoGrant> {
        let answer: Answer = serde_json::from_slice(body).map_err(|_error| NoGrant::NotJson)?;
        let token = answer.access_token.as_str().filter(|token| is_token(token)).ok_or(NoGrant::NoToken)?;
        if !answer.token_type.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("Bearer")) {
            return Err(NoGrant::OtherType);
        }
        Ok(Self {
            token: AccessToken::new(token.to_owned()),
            expires_in: seconds(&answer.expires_in),
            patient: id(&answer.patient),
            encounter: id(&answer.encounter),
            needs_banner: answer.need_patient_banner != false && answer.need_patient_banner != "false",
            rule: rule(&answer.app_context),
            id_token: answer.id_token.as_str().map(str::to_owned),
        })
    }
}

/// The characters that a token can have in its header (RFC 6750, 2.1, and what EHRs send besides).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A number of seconds; some servers send it as text.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// A bare id that can stand in a path and in a search.
fn id(value: &Value) -> Option<String> {
    let id = bare_id(value.as_str()?.trim());
    is_id(id).then(|| id.to_owned())
}

/// The rule in `{"rule":"…"}`: the text that cards give to EHRs, which hand it on, some of them unpacked.
fn rule(context: &Value) -> Option<String> {
    let unpacked = match context {
        Value::String(text) if text.len() <= LONGEST_CONTEXT => serde_json::from_str(text).ok()?,
        other => other.clone(),
    };
    unpacked.get("rule")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(change: &Value) -> Result<Grant, NoGrant> {
        let mut answer = json!({
            "access_token": "a.b~c/d+e=", "token_type": "bearer", "expires_in": 300, "scope": "launch", "patient": "p-1",
            "encounter": "Encounter/e.2", "need_patient_banner": true, "appContext": r#"{"rule":"possible-crs"}"#,
            "fhirContext": [{ "reference": "ImagingStudy/1" }], "intent": 5,
        });
        json_patch::merge(&mut answer, change);
        Grant::read(answer.to_string().as_bytes())
    }

    #[test]
    fn a_grant_is_read_with_its_context() {
        let grant = read(&json!({})).unwrap();
        assert_eq!(grant.token.reveal(), "a.b~c/d+e=");
        assert_eq!(grant.expires_in, Some(Duration::from_mins(5)));
        assert_eq!((grant.patient.as_deref(), grant.encounter.as_deref()), (Some("p-1"), Some("e.2")));
        assert_eq!(grant.rule.as_deref(), Some("possible-crs"));
        assert!(!format!("{grant:?}").contains("a.b~c"));
    }

    #[test]
    fn what_is_optional_may_be_anything() {
        for (expires, expected) in
            [(json!("60"), Some(60)), (json!(60.0), Some(60)), (json!(-1), None), (json!("x"), None)]
        {
            let grant = read(&json!({ "expires_in": expires })).unwrap();
            assert_eq!(grant.expires_in, expected.map(Duration::from_secs), "{expires}");
        }
        for patient in [json!(null), json!(""), json!(7), json!("a b"), json!("a\nb"), json!("x".repeat(300))] {
            assert_eq!(read(&json!({ "patient": patient })).unwrap().patient, None, "{patient}");
        }
        for (context, expected) in [
            (json!({ "rule": "a" }), Some("a")),
            (json!("{"), None),
            (json!("[]"), None),
            (json!(7), None),
            (json!(format!("{{\"rule\":\"{}\"}}", "x".repeat(2000))), None),
        ] {
            assert_eq!(read(&json!({ "appContext": context })).unwrap().rule.as_deref(), expected, "{context}");
        }
        // Who does not say that it shows the patient, may not.
        for (banner, expected) in
            [(json!(false), false), (json!("false"), false), (json!(null), true), (json!(1), true)]
        {
            assert_eq!(read(&json!({ "need_patient_banner": banner })).unwrap().needs_banner, expected, "{banner}");
        }
    }

    #[test]
    fn what_is_no_grant_says_why() {
        for (change, why) in [
            (json!({ "access_token": null }), NoGrant::NoToken),
            (json!({ "access_token": "" }), NoGrant::NoToken),
            (json!({ "access_token": "a\r\nb" }), NoGrant::NoToken),
            (json!({ "access_token": ["a"] }), NoGrant::NoToken),
            (json!({ "token_type": "mac" }), NoGrant::OtherType),
            (json!({ "token_type": null }), NoGrant::OtherType),
        ] {
            assert_eq!(read(&change).unwrap_err(), why, "{change}");
        }
        assert_eq!(Grant::read(b"access_token=a").unwrap_err(), NoGrant::NotJson);
    }
}
