//! SMART App Launch 2.2: how an app is launched from a chart or by itself, and gets its token. Public clients with PKCE (S256).

use std::collections::HashMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::State;
use super::grants::{APP_TOKEN, Agreed, LaunchContext, Pending, is_verified};
use super::scope::Scopes;
use crate::fixtures::answer::Answer;
use cellwise_record::AsOf;

/// An app that may be launched: `id=https://app.example.org/launch`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its client id.
    pub id: String,
    /// Where it is launched. It may ask to be sent back anywhere on the same server.
    pub launch: Url,
}

impl App {
    /// Reads `id=url`.
    ///
    /// # Errors
    /// What is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (id, url) = text.split_once('=').ok_or("expected `client-id=launch-url`")?;
        let launch = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let launch = launch.ok_or_else(|| format!("`{url}` is no address of an app"))?;
        if id.is_empty() { Err("the client id is empty".to_owned()) } else { Ok(Self { id: id.to_owned(), launch }) }
    }

    fn may_return_to(&self, redirect: &Url) -> bool {
        self.launch.origin() == redirect.origin()
    }
}

/// What becomes of a request for authorisation.
pub(super) enum Authorised {
    /// The browser goes to the app.
    Redirect(String),
    /// A patient has to be picked first.
    Pick(String),
    /// Nobody may be sent anywhere.
    Refused(String),
}

/// The parameters of a request.
pub(super) type Parameters = HashMap<String, String>;

/// `.well-known/smart-configuration`.
pub(super) fn configuration(state: &State) -> Value {
    json!({
        "issuer": state.base,
        "jwks_uri": state.jwks_url(),
        "authorization_endpoint": format!("{}/smart/authorize", state.base),
        "token_endpoint": format!("{}/smart/token", state.base),
        "grant_types_supported": ["authorization_code"],
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": [
            "openid", "fhirUser", "launch", "launch/patient", "launch/encounter", "patient/*.rs", "user/*.rs", "patient/*.read",
        ],
        "capabilities": [
            "launch-ehr",
            "launch-standalone",
            "client-public",
            "sso-openid-connect",
            "context-ehr-patient",
            "context-ehr-encounter",
            "context-standalone-patient",
            "permission-patient",
            "permission-user",
            "permission-v1",
            "permission-v2",
        ],
    })
}

/// `.well-known/openid-configuration`, for whoever checks an `id_token`.
pub(super) fn openid(state: &State) -> Value {
    json!({
        "issuer": state.base,
        "jwks_uri": state.jwks_url(),
        "authorization_endpoint": format!("{}/smart/authorize", state.base),
        "token_endpoint": format!("{}/smart/token", state.base),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [state.cds.key().signer.key.algorithm()],
    })
}

/// The address to which the browser goes to launch an app.
pub(super) fn launch_url(state: &State, app: &Url, context: LaunchContext) -> String {
    let launch = state.grants().launch(context);
    let mut url = app.clone();
    url.query_pairs_mut().append_pair("iss", &state.fhir_base()).append_pair("launch", &launch);
    url.to_string()
}

/// `GET /smart/authorize`.
pub(super) fn authorise(state: &State, asked: &Parameters) -> Authorised {
    let get = |name: &str| asked.get(name).map(String::as_str);
    // Who asks, and where the answer goes, is settled before anybody is sent anywhere.
    let Some(app) = get("client_id").and_then(|id| state.apps.iter().find(|app| app.id == id)) else {
        return Authorised::Refused("`client_id` is none of the apps that this EHR knows (`--app`)".to_owned());
    };
    let redirect = get("redirect_uri").and_then(|text| Url::parse(text).ok());
    let Some(redirect) = redirect.filter(|redirect| app.may_return_to(redirect)) else {
        let origin = app.launch.origin().ascii_serialization();
        return Authorised::Refused(format!(
            "`redirect_uri` must be an address on {origin}, where the app is launched"
        ));
    };
    let state_of_app = get("state");
    let back = |error: &str, description: &str| {
        Authorised::Redirect(with(&redirect, &[("error", error), ("error_description", description)], state_of_app))
    };
    if get("response_type") != Some("code") {
        return back("unsupported_response_type", "response_type must be `code`");
    }
    if get("aud").is_none_or(|aud| aud.trim_end_matches('/') != state.fhir_base()) {
        return back("invalid_request", &format!("aud must be {}", state.fhir_base()));
    }
    let challenge = get("code_challenge").unwrap_or_default();
    if get("code_challenge_method") != Some("S256") || challenge.len() != 43 {
        return back("invalid_request", "code_challenge with code_challenge_method=S256 is required (PKCE)");
    }
    let scopes = Scopes::granting(get("scope").unwrap_or_default());
    let mut agreed = Agreed {
        client: app.id.clone(),
        redirect: redirect.to_string(),
        challenge: challenge.to_owned(),
        scopes,
        context: LaunchContext::default(),
        nonce: get("nonce").map(str::to_owned),
    };
    if let Some(launch) = get("launch") {
        let Some(context) = state.grants().launched(launch) else {
            return back("invalid_request", "launch is unknown, or was used before");
        };
        agreed.context = context;
        return Authorised::Redirect(sent_back(state, agreed, state_of_app));
    }
    if agreed.scopes.has("launch/patient") || agreed.scopes.are_of_patient() {
        let pending = Pending { agreed, state: state_of_app.map(str::to_owned) };
        return Authorised::Pick(state.grants().wait(pending));
    }
    Authorised::Redirect(sent_back(state, agreed, state_of_app))
}

/// A patient was picked for a request that waited.
pub(super) fn picked(state: &State, request: &str, patient: &str) -> Option<String> {
    let Pending { mut agreed, state: state_of_app } = state.grants().waited(request)?;
    patient.clone_into(&mut agreed.context.patient);
    Some(sent_back(state, agreed, state_of_app.as_deref()))
}

fn sent_back(state: &State, agreed: Agreed, state_of_app: Option<&str>) -> String {
    let redirect = Url::parse(&agreed.redirect).ok();
    let code = state.grants().code(agreed);
    redirect.map(|redirect| with(&redirect, &[("code", &code)], state_of_app)).unwrap_or_default()
}

/// An address with further parameters.
fn with(url: &Url, parameters: &[(&str, &str)], state: Option<&str>) -> String {
    let mut url = url.clone();
    url.query_pairs_mut().extend_pairs(parameters).extend_pairs(state.map(|state| ("state", state)));
    url.to_string()
}

/// `POST /smart/token`.
pub(super) fn token(state: &State, asked: &Parameters) -> Answer {
    let get = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let refused = |error: &str, description: &str| Answer {
        status: 400,
        body: json!({ "error": error, "error_description": description }),
    };
    if get("grant_type") != "authorization_code" {
        return refused("unsupported_grant_type", "grant_type must be `authorization_code`");
    }
    let Some(agreed) = state.grants().coded(get("code")) else {
        return refused("invalid_grant", "the code is unknown, was used before, or is too old");
    };
    if agreed.client != get("client_id") {
        return refused("invalid_client", "the code was given to another client");
    }
    if agreed.redirect != get("redirect_uri") {
        return refused("invalid_grant", "redirect_uri is not the one that was authorised");
    }
    if !is_verified(&agreed.challenge, get("code_verifier")) {
        return refused("invalid_grant", "code_verifier does not fit the code_challenge");
    }
    match granted(state, &agreed) {
        Ok(body) => Answer::ok(body),
        Err(problem) => Answer { status: 500, body: json!({ "error": "server_error", "error_description": problem }) },
    }
}

fn granted(state: &State, agreed: &Agreed) -> Result<Value, String> {
    let Agreed { scopes, context, client, nonce, .. } = agreed;
    let patient = Some(context.patient.clone()).filter(|patient| !patient.is_empty());
    let restricted = patient.clone().filter(|_| scopes.are_of_patient());
    let token = state.grants().token(scopes.clone(), restricted, APP_TOKEN);
    let mut body = Map::new();
    body.insert("access_token".to_owned(), json!(token));
    body.insert("token_type".to_owned(), json!("Bearer"));
    body.insert("expires_in".to_owned(), json!(APP_TOKEN.as_secs()));
    body.insert("scope".to_owned(), json!(scopes.text()));
    if let Some(patient) = patient {
        body.insert("patient".to_owned(), json!(patient));
        body.insert("need_patient_banner".to_owned(), json!(true));
    }
    body.extend(context.encounter.iter().map(|encounter| ("encounter".to_owned(), json!(encounter))));
    body.extend(context.app_context.iter().map(|context| ("appContext".to_owned(), json!(context))));
    if !context.fhir_context.is_empty() {
        let references = context.fhir_context.iter().map(|reference| json!({ "reference": reference }));
        body.insert("fhirContext".to_owned(), references.collect());
    }
    if scopes.has("openid") {
        let now = AsOf::now().instant.as_second();
        let mut claims = json!({
            "iss": state.base,
            "sub": super::USER_ID,
            "aud": client,
            "iat": now,
            "exp": now + 3600,
            "jti": Uuid::new_v4(),
        });
        if let Some(claims) = claims.as_object_mut() {
            claims.extend(nonce.iter().map(|nonce| ("nonce".to_owned(), json!(nonce))));
            if scopes.has("fhirUser") || scopes.has("profile") {
                claims.insert("fhirUser".to_owned(), json!(format!("{}/{}", state.fhir_base(), super::user())));
            }
        }
        let signer = &state.cds.key().signer;
        body.insert("id_token".to_owned(), json!(signer.key.sign(&signer.header(), &claims)?));
    }
    Ok(Value::Object(body))
}

/// A part of an address.
pub(super) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
