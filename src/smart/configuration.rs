//! `.well-known/smart-configuration`: where the authorization server of an EHR is, and what it can do.

use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use crate::outbound::is_private;

/// What the app needs of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmartConfiguration {
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Where a code becomes a token.
    pub token_endpoint: Url,
    /// What the server calls itself.
    pub issuer: Option<String>,
    /// Where the keys are with which it signs who its users are; none when it does not say who they are.
    pub user_keys: Option<UserKeys>,
}

/// How the statements of a server about its users are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserKeys {
    /// The `iss` of its statements.
    pub issuer: String,
    /// Where its keys are.
    pub jwks_uri: Url,
}

/// Every member that is looked at, whatever it is: what is wrong with one that is not needed spoils nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Document {
    authorization_endpoint: Value,
    token_endpoint: Value,
    issuer: Value,
    jwks_uri: Value,
    code_challenge_methods_supported: Value,
}

impl SmartConfiguration {
    /// Reads the document. `allows_http`: its addresses may be plain `http`.
    ///
    /// # Errors
    /// Why it can't be used, as a word for the log.
    pub fn read(body: &[u8], allows_http: bool) -> Result<Self, &'static str> {
        let document: Document = serde_json::from_slice(body).map_err(|_error| "no-json")?;
        let address = |value: &Value| {
            let url = Url::parse(value.as_str()?).ok()?;
            let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
            (is_bare && (is_private(&url) || allows_http && url.scheme() == "http")).then_some(url)
        };
        let methods = document.code_challenge_methods_supported.as_array();
        // Without it a code that is caught could be used by whoever caught it.
        if !methods.is_some_and(|methods| methods.iter().any(|method| method == "S256")) {
            return Err("no-pkce");
        }
        let issuer = document.issuer.as_str().map(str::to_owned);
        let user_keys = issuer.clone().zip(address(&document.jwks_uri));
        Ok(Self {
            authorization_endpoint: address(&document.authorization_endpoint).ok_or("no-authorization-endpoint")?,
            token_endpoint: address(&document.token_endpoint).ok_or("no-token-endpoint")?,
            issuer,
            user_keys: user_keys.map(|(issuer, jwks_uri)| UserKeys { issuer, jwks_uri }),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(change: &Value, allows_http: bool) -> Result<SmartConfiguration, &'static str> {
        let mut document = json!({
            "authorization_endpoint": "https://ehr.example.org/authorize?tenant=a",
            "token_endpoint": "https://ehr.example.org/token",
            "issuer": "https://ehr.example.org",
            "jwks_uri": "https://ehr.example.org/keys",
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["launch-ehr"],
        });
        json_patch::merge(&mut document, change);
        SmartConfiguration::read(document.to_string().as_bytes(), allows_http)
    }

    #[test]
    fn a_document_is_read_and_what_is_missing_has_a_name() {
        let whole = read(&json!({}), false).unwrap();
        assert_eq!(whole.user_keys.unwrap().jwks_uri.as_str(), "https://ehr.example.org/keys");
        for (change, problem) in [
            (json!({ "code_challenge_methods_supported": null }), "no-pkce"),
            (json!({ "code_challenge_methods_supported": ["plain"] }), "no-pkce"),
            (json!({ "authorization_endpoint": null }), "no-authorization-endpoint"),
            (json!({ "authorization_endpoint": "javascript:alert(1)" }), "no-authorization-endpoint"),
            (json!({ "authorization_endpoint": "http://ehr.example.org/" }), "no-authorization-endpoint"),
            (json!({ "token_endpoint": "https://user@ehr.example.org/" }), "no-token-endpoint"),
            (json!({ "token_endpoint": 7 }), "no-token-endpoint"),
        ] {
            assert_eq!(read(&change, false), Err(problem), "{change}");
        }
        assert!(read(&json!({ "token_endpoint": "http://ehr.example.org/token" }), true).is_ok());
        assert_eq!(SmartConfiguration::read(b"<html>", false), Err("no-json"));
        // Who the users are is not said, or can't be checked.
        for change in [json!({ "jwks_uri": null }), json!({ "issuer": null }), json!({ "jwks_uri": [] })] {
            assert_eq!(read(&change, false).unwrap().user_keys, None);
        }
    }
}
