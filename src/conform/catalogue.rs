//! What a CDS Hooks server is held against: sentences of the specification, each with its address.

/// Where the specification is.
const SPECIFICATION: &str = "https://cds-hooks.hl7.org/2.0/";

/// How much the specification insists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It says that it must be so, or the sentence leaves no other reading.
    Required,
    /// It recommends it, or what it demands of the client can only be kept if the service does its part.
    Recommended,
}

/// One check.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub id: &'static str,
    /// How much the specification insists.
    pub level: Level,
    /// The sentence of the specification.
    pub sentence: &'static str,
    /// The part of the page on which it stands.
    anchor: &'static str,
}

impl Check {
    const fn required(id: &'static str, anchor: &'static str, sentence: &'static str) -> Self {
        Self { id, level: Level::Required, sentence, anchor }
    }

    const fn recommended(id: &'static str, anchor: &'static str, sentence: &'static str) -> Self {
        Self { id, level: Level::Recommended, sentence, anchor }
    }

    /// The address of its sentence.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{SPECIFICATION}#{}", self.anchor)
    }
}

macro_rules! catalogue {
    ($($name:ident = $level:ident($id:literal, $anchor:literal, $sentence:literal);)*) => {
        $(pub(super) const $name: Check = Check::$level($id, $anchor, $sentence);)*

        /// Every check, in the order of the specification.
        pub const ALL: &[Check] = &[$($name),*];
    };
}

catalogue! {
    JSON = required(
        "json", "use-of-json",
        "All data exchanged through production RESTful APIs MUST be sent and received as JSON (JavaScript Object Notation) structures and are transmitted over HTTPS."
    );
    NOTHING_EMPTY = required(
        "nothing-empty", "use-of-json",
        "Unless otherwise specified, JSON attribute values SHALL NOT be null or empty, so `null`, `\"\"`, `[]`, or `{}` are prohibited."
    );
    TLS = required(
        "tls", "security-and-safety",
        "All data exchanged through the RESTful APIs MUST be transmitted over channels secured using the Hypertext Transfer Protocol (HTTP) over Transport Layer Security (TLS), also known as HTTPS and defined in RFC2818."
    );
    DISCOVERY = required(
        "discovery", "http-request",
        "The Discovery endpoint SHALL always be available at `{baseUrl}/cds-services`."
    );
    DISCOVERY_LIST = required(
        "discovery-list", "response",
        "The response to the discovery endpoint SHALL be an object containing a list of CDS Services."
    );
    SERVICE = required(
        "service", "response",
        "Each CDS Service SHALL be described by the following attributes."
    );
    SERVICE_TITLE = recommended(
        "service-title", "response",
        "`title` | RECOMMENDED | string | The human-friendly name of this service."
    );
    SERVICE_ID = required(
        "service-id", "response",
        "The {id} portion of the URL to this service which is available at `{baseUrl}/cds-services/{id}`"
    );
    SERVICE_ONCE = required(
        "service-once", "response",
        "Note that a CDS server can host multiple entries of CDS service with the same `id` for different `hook`s."
    );
    PREFETCH = required(
        "prefetch", "response",
        "The key is a string that describes the type of data being requested and the value is a string representing the FHIR query."
    );
    PREFETCH_TOKENS = required(
        "prefetch-tokens", "prefetch-tokens",
        "Prefetch tokens MUST be delimited by `{{` and `}}`, and MUST contain only the qualified path to a hook context field or one of the following user identifiers: `userPractitionerId`, `userPractitionerRoleId`, `userPatientId`, or `userRelatedPersonId`."
    );
    PREFETCH_FIELDS = required(
        "prefetch-fields", "prefetch-tokens",
        "Only root-level fields with a primitive value within the `context` object are eligible to be used as prefetch tokens."
    );
    PREFETCH_SUBSET = recommended(
        "prefetch-subset", "prefetch-query-restrictions",
        "To reduce the implementation burden on CDS Clients that support CDS Services, this specification RECOMMENDS that prefetch queries only use a subset of the full functionality available in the FHIR specification."
    );
    CALL = required(
        "call", "cds-service-response",
        "For successful responses, CDS Services SHALL respond with a 200 HTTP response with an object containing a `cards` array and optionally a `systemActions` array as described below."
    );
    REQUEST_FIELDS = recommended(
        "request-fields", "http-request-1",
        "The request SHALL include a JSON `POST` body with the following input fields: `hook` REQUIRED, `hookInstance` REQUIRED, `context` REQUIRED"
    );
    REQUEST_JSON = recommended(
        "request-json", "calling-a-cds-service",
        "A CDS Client SHALL call a CDS Service by `POST`ing a JSON document to the service as described in this section."
    );
    REQUEST_HOOK = recommended(
        "request-hook", "response",
        "`hook` | REQUIRED | string | The hook this service should be invoked on."
    );
    REQUEST_CONTEXT = recommended(
        "request-context", "http-request-1",
        "Hook-specific contextual data that the CDS service will need."
    );
    FHIR_SERVER = recommended(
        "fhir-server", "http-request-1",
        "If fhirAuthorization is provided, this field is REQUIRED."
    );
    UNKNOWN_SERVICE = recommended(
        "unknown-service", "calling-a-cds-service",
        "The CDS Service endpoint can be constructed from the CDS Service base URL and an individual service id as `{baseUrl}/cds-services/{service.id}`."
    );
    EXTENSION_REQUEST = required(
        "extension-in-request", "extensions",
        "However, to support extensions, the specification reserves the name `extension` and will never define an element with that name, allowing implementations to use it to provide custom behavior and information."
    );
    NEW_FIELDS = required(
        "new-fields", "hook-version",
        "This means that fields can be added and restrictions relaxed, but fields cannot be changed, and restrictions cannot be tightened."
    );
    PREFETCH_OUTCOME = recommended(
        "prefetch-outcome", "prefetch-template",
        "CDS Services SHOULD check any prefetched data for the existence of OperationOutcomes."
    );
    PREFETCH_NONE = required(
        "prefetch-none", "prefetch-template",
        "If the CDS Client has no data to populate a template prefetch key, the prefetch template key MUST have a value of null."
    );
    PRECONDITION = required(
        "precondition-failed", "prefetch-template",
        "If the CDS Service is unable to obtain required data because it cannot access the FHIR server and the request did not contain the necessary prefetch keys, the service SHALL respond with an HTTP 412 Precondition Failed status code."
    );
    CARD_UUID = required(
        "card-uuid", "card-attributes",
        "Unique identifier of the card."
    );
    CARD_SUMMARY = required(
        "card-summary", "card-attributes",
        "One-sentence, <140-character summary message for display to the user inside of this card."
    );
    CARD_DETAIL = required(
        "card-detail", "card-attributes",
        "Optional detailed information to display; if provided MUST be represented in (GitHub Flavored) Markdown."
    );
    CARD_INDICATOR = required(
        "card-indicator", "card-attributes",
        "Allowed values, in order of increasing urgency, are: `info`, `warning`, `critical`."
    );
    CARD_SOURCE = required(
        "card-source", "source",
        "`label` | REQUIRED | string | A short, human-readable label to display for the source of the information displayed on this card."
    );
    CARD_SOURCE_URL = required(
        "card-source-url", "source",
        "An optional absolute URL to load (via `GET`, in a browser context) when a user clicks on this link to learn more about the organization or data set that provided the information on this card."
    );
    CARD_TOPIC = required(
        "card-topic", "coding",
        "`code` | REQUIRED | string | The code for what is being represented; `system` | REQUIRED | string | The codesystem for this `code`."
    );
    SELECTION_BEHAVIOR = required(
        "selection-behavior", "card-attributes",
        "If suggestions are present, `selectionBehavior` MUST also be provided."
    );
    SELECTION_VALUE = required(
        "selection-value", "card-attributes",
        "Allowed values are: `at-most-one`, indicating that the user may choose none or at most one of the suggestions; `any`, indicating that the end user may choose any number of suggestions including none of them and all of them."
    );
    OVERRIDE_REASONS = required(
        "override-reasons", "card-attributes",
        "If override reasons are present, the CDS Service MUST populate a `display` value for each reason's Coding."
    );
    SUGGESTION_LABEL = required(
        "suggestion-label", "suggestion",
        "Human-readable label to display for this suggestion (e.g. the CDS Client might render this as the text on a button tied to this suggestion)."
    );
    SUGGESTION_UUID = required(
        "suggestion-uuid", "suggestion",
        "Unique identifier, used for auditing and logging suggestions."
    );
    RECOMMENDED_ONE = required(
        "recommended-once", "suggestion",
        "Multiple suggestions MAY be recommended, if `card.selectionBehavior` is `any`."
    );
    ACTION_TYPE = required(
        "action-type", "action",
        "The type of action being performed. Allowed values are: `create`, `update`, `delete`."
    );
    ACTION_DESCRIPTION = required(
        "action-description", "action",
        "`description` | REQUIRED | string | Human-readable description of the suggested action MAY be presented to the end-user."
    );
    ACTION_RESOURCE = required(
        "action-resource", "action",
        "When the `type` attribute is `create`, the `resource` attribute SHALL contain a new FHIR resource to be created. For `update`, this holds the updated resource in its entirety and not just the changed fields."
    );
    ACTION_RESOURCE_ID = recommended(
        "action-resource-id", "action",
        "A relative reference to the relevant resource. SHOULD be provided when the `type` attribute is `delete`."
    );
    LINK = required(
        "link", "link",
        "Each Link is described by the following attributes: `label` REQUIRED, `url` REQUIRED, `type` REQUIRED"
    );
    LINK_TYPE = required(
        "link-type", "link",
        "There are two possible values for this field. A type of `absolute` indicates that the URL is absolute and should be treated as-is. A type of `smart` indicates that the URL is a SMART app launch URL and the CDS Client should ensure the SMART app launch URL is populated with the appropriate SMART launch parameters."
    );
    APP_CONTEXT = required(
        "app-context", "link",
        "The `appContext` field should only be valued if the link type is `smart` and is not valid for `absolute` links."
    );
    SYSTEM_ACTIONS = required(
        "system-actions", "system-action",
        "A `systemAction` is the same Action which may be returned in a suggestion, but is instead returned alongside the array of cards."
    );
    EXTENSION_RESPONSE = required(
        "extension-in-response", "extensions",
        "The value of an extension element MUST be a pre-coordinated JSON object."
    );
    FEEDBACK = required(
        "feedback", "feedback",
        "A CDS Client provides feedback by POSTing a JSON document."
    );
    FEEDBACK_INVALID = recommended(
        "feedback-invalid", "feedback",
        "Each Feedback SHALL be described by the following attributes."
    );
    TOKEN_ACCEPTED = required(
        "token-accepted", "trusting-cds-clients",
        "Each time a CDS Client transmits a request to a CDS Service which requires authentication, the request MUST include an `Authorization` header presenting the JWT as a “Bearer” token"
    );
    TOKEN_MISSING = required(
        "token-missing", "trusting-cds-clients",
        "Note that this is for every single CDS Service call, whether that be a Discovery call, a single CDS Service invocation, or multiple exchanges relating to a single service."
    );
    TOKEN_SIGNATURE = required(
        "token-signature", "trusting-cds-clients",
        "The CDS Client MUST use its private key to digitally sign the JWT, using the JSON Web Signatures (rfc7515) standard."
    );
    TOKEN_AUDIENCE = required(
        "token-audience", "trusting-cds-clients",
        "For CDS Hooks, this value MUST be the URL of the CDS Service endpoint being invoked."
    );
    TOKEN_EXPIRY = required(
        "token-expiry", "trusting-cds-clients",
        "Expiration time integer for this authentication JWT, expressed in seconds since the \"Epoch\" (1970-01-01T00:00:00Z UTC)."
    );
    TOKEN_ISSUER = recommended(
        "token-issuer", "trusting-cds-clients",
        "CDS Services SHOULD limit the CDS Clients they trust by maintaining an allowlist of `iss` and `jku` urls."
    );
    TOKEN_REPLAY = recommended(
        "token-replay", "trusting-cds-clients",
        "A nonce string value that uniquely identifies this authentication JWT (used to protect against replay attacks)."
    );
    TOKEN_UNSIGNED = required(
        "token-unsigned", "jwt-signing-algorithm",
        "JWTs SHALL NOT be signed using the `none` algorithm, referred to in rfc7518 as unsecured JSON Web Signatures, as the lack of a cryptographic signature does not provide any integrity protection."
    );
    TOKEN_SYMMETRIC = required(
        "token-symmetric", "jwt-signing-algorithm",
        "JWTs SHALL NOT be signed using any symmetric algorithm as these algorithms require the CDS Client and CDS Service to share a private key in order to verify the signature."
    );
    CORS_PREFLIGHT = recommended(
        "cors-preflight", "cross-origin-resource-sharing",
        "CDS Services and browser-based CDS Clients will require CORS support."
    );
    CORS_ANSWER = recommended(
        "cors-answer", "cross-origin-resource-sharing",
        "CORS is a client-side security mechanism with well-documented security risks. CDS Services and browser-based CDS Clients will require CORS support."
    );
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_check_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = ALL.iter().map(|check| check.id).collect();
        assert_eq!(names.len(), ALL.len());
        assert_eq!(DISCOVERY.address(), "https://cds-hooks.hl7.org/2.0/#http-request");
    }
}
