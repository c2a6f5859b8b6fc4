//! The authorization request: what the browser takes to the EHR.

use reqwest::Url;

use super::Secret;
use crate::client::SmartApp;
use crate::knowledge::{Knowledge, Service};
use cellwise_clinic::Hook;

/// The hooks whose rules look at a record that is open, without drafts; the second one only with an encounter.
pub const HOOKS: [Hook; 2] = [Hook::PatientView, Hook::EncounterStart];

/// An authorization request (SMART App Launch 2.2, "Obtain authorization code").
pub struct Asking<'a> {
    /// Where the browser is sent.
    pub endpoint: &'a Url,
    /// The app at this EHR.
    pub app: &'a SmartApp,
    /// Where it comes back to.
    pub redirect_uri: &'a str,
    /// `launch` of an EHR launch, as it came; none of a standalone launch.
    pub launch: Option<&'a str>,
    /// What is asked for.
    pub scopes: &'a str,
    /// `iss` of the launch, as it came: whom the token is for.
    pub server: &'a str,
    /// By which the answer is known.
    pub state: &'a Secret,
    /// By which the server knows that the code comes back from where it went.
    pub verifier: &'a Secret,
}

impl Asking<'_> {
    /// The address to which the browser is sent.
    #[must_use]
    pub fn address(&self) -> Url {
        let mut url = self.endpoint.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.app.client_id)
            .append_pair("redirect_uri", self.redirect_uri)
            .append_pair("scope", self.scopes)
            .append_pair("state", self.state.reveal())
            .append_pair("aud", self.server)
            .append_pair("code_challenge", &self.verifier.challenge())
            .append_pair("code_challenge_method", "S256");
        if let Some(launch) = self.launch {
            query.append_pair("launch", launch);
        }
        drop(query);
        url
    }
}

/// The scopes of a launch, and whether they ask who the user is. Without a hospital's own list they are read access to the types
/// that the rules read, and, where the EHR `says_who` its users are, the user.
#[must_use]
pub fn scopes(app: &SmartApp, knowledge: &Knowledge, is_standalone: bool, says_who: bool) -> (String, bool) {
    let mut scopes = vec![if is_standalone { "launch/patient" } else { "launch" }.to_owned()];
    let own = app.scopes.clone().unwrap_or_else(|| {
        let is_asked = |service: &&Service| HOOKS.iter().any(|hook| service.hooks.contains_key(hook.name()));
        let services = knowledge.services.iter().filter(is_asked);
        let mut types: Vec<&str> = services.flat_map(Service::resource_types).collect();
        types.sort_unstable();
        types.dedup();
        let data = types.iter().map(|kind| format!("patient/{kind}.rs"));
        ["openid", "fhirUser"].map(str::to_owned).into_iter().chain(data).collect()
    });
    let is_of_user = |scope: &String| matches!(scope.as_str(), "openid" | "fhirUser" | "profile");
    scopes.extend(own.into_iter().filter(|scope| says_who || !is_of_user(scope)));
    let asks_who = scopes.iter().any(|scope| scope == "openid");
    (scopes.join(" "), asks_who)
}
