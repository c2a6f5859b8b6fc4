//! The shape of the file, as TOML has it. What it says is checked in [`super::check`].

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use cellwise_record::StartupError;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct File {
    /// Local numbers.
    #[serde(default)]
    pub(super) number: Vec<Spanned<NumberEntry>>,
    /// What is not wanted.
    #[serde(default)]
    pub(super) switch_off: Vec<Spanned<SwitchOffEntry>>,
    /// Who treats patients with cells here.
    #[serde(default)]
    pub(super) treating: TreatingEntry,
    /// Files with the meaning of local codes.
    #[serde(default)]
    pub(super) terminology: Vec<Spanned<String>>,
    /// How the server behaves.
    #[serde(default)]
    pub(super) server: ServerEntry,
    /// How tokens are checked.
    #[serde(default)]
    pub(super) tokens: TokensEntry,
    /// How data is fetched.
    #[serde(default)]
    pub(super) fetch: FetchEntry,
    /// The access log.
    pub(super) access_log: Option<Spanned<AccessLogEntry>>,
    /// What is remembered, and where.
    pub(super) store: Option<Spanned<StoreEntry>>,
    /// When a report names a rule.
    #[serde(default)]
    pub(super) report: ReportEntry,
    /// Who may read what is counted.
    #[serde(default)]
    pub(super) metrics: MetricsEntry,
    /// Where traces are sent.
    #[serde(default)]
    pub(super) traces: TracesEntry,
    /// What may be fetched when nobody is authenticated.
    pub(super) development: Option<Spanned<FhirEntry>>,
    /// Who may call.
    #[serde(default)]
    pub(super) client: Vec<Spanned<ClientEntry>>,
}

/// Who treats patients with cells here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TreatingEntry {
    #[serde(default)]
    pub(super) departments: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) organisations: Vec<Spanned<String>>,
}

/// A text, where it stands.
pub(super) type Text = Option<Spanned<String>>;
/// A whole number, where it stands.
pub(super) type Whole = Option<Spanned<i64>>;
/// Yes or no, where it stands.
pub(super) type Choice = Option<Spanned<bool>>;

/// How the server behaves.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ServerEntry {
    pub(super) listen: Text,
    pub(super) base_url: Text,
    pub(super) language: Text,
    pub(super) time_zone: Text,
    pub(super) workers: Whole,
    pub(super) cors_origins: Option<Vec<Spanned<String>>>,
    pub(super) discovery: Text,
    pub(super) max_body: Text,
    pub(super) body_timeout: Text,
    pub(super) head_timeout: Text,
    pub(super) max_requests: Whole,
    pub(super) accept_as_of: Choice,
    pub(super) unauthenticated: Choice,
    pub(super) check_every: Text,
    pub(super) log: Text,
    pub(super) log_format: Text,
    pub(super) tls: Option<Spanned<TlsEntry>>,
}

/// The certificate of the server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TlsEntry {
    pub(super) certificate: Text,
    pub(super) key: Text,
}

/// How tokens are checked.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TokensEntry {
    pub(super) clock_skew: Text,
    pub(super) longest: Text,
    pub(super) keys_for: Text,
}

/// How data is fetched.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct FetchEntry {
    pub(super) deadline: Text,
    pub(super) page_size: Whole,
    pub(super) most_pages: Whole,
    pub(super) max_response: Text,
    pub(super) concurrent_calls: Whole,
    pub(super) cache_for: Text,
    pub(super) cache_size: Text,
    pub(super) authorities: Text,
}

/// The access log.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct AccessLogEntry {
    pub(super) folder: Text,
    pub(super) when_unwritable: Text,
    pub(super) rotate_at: Text,
    pub(super) repository: Text,
    pub(super) token: Text,
    pub(super) authorities: Text,
}

/// What is remembered, and where.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct StoreEntry {
    pub(super) url: Text,
    pub(super) password: Text,
    pub(super) comments: Choice,
    pub(super) keep_comments_for: Text,
}

/// When a report names a rule.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ReportEntry {
    pub(super) overridden_share: Option<Spanned<f64>>,
    pub(super) fewest_shown: Whole,
}

/// Who may read what is counted.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct MetricsEntry {
    pub(super) listen: Text,
    pub(super) open: Choice,
}

/// Where traces are sent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TracesEntry {
    pub(super) endpoint: Text,
}

/// What may be fetched, and how.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct FhirEntry {
    #[serde(default)]
    pub(super) fhir_servers: Vec<Spanned<String>>,
    pub(super) fhir_version: Text,
    pub(super) search: Text,
    #[serde(default)]
    pub(super) held_elsewhere: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) held_nowhere: Vec<Spanned<String>>,
    pub(super) allow_http: Choice,
    /// Of `[development]` alone: clients have their own.
    pub(super) smart: Option<Spanned<SmartEntry>>,
}

/// An EHR that calls. `serde` can't refuse unknown fields of a struct that is flattened into another: those of
/// [`FhirEntry`] stand here once more.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ClientEntry {
    pub(super) id: Text,
    pub(super) issuer: Text,
    pub(super) jku: Text,
    pub(super) keys: Text,
    pub(super) algorithms: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) audiences: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) tenants: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) fhir_servers: Vec<Spanned<String>>,
    pub(super) fhir_version: Text,
    pub(super) search: Text,
    #[serde(default)]
    pub(super) held_elsewhere: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) held_nowhere: Vec<Spanned<String>>,
    pub(super) allow_http: Choice,
    pub(super) requests_per_minute: Whole,
    pub(super) staff: Choice,
    pub(super) fhirpath_prefetch: Choice,
    pub(super) smart: Option<Spanned<SmartEntry>>,
}

/// The SMART app as it is registered at an EHR.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SmartEntry {
    pub(super) client_id: Text,
    pub(super) scopes: Option<Vec<Spanned<String>>>,
    pub(super) links: Choice,
    #[serde(default)]
    pub(super) frame_origins: Vec<Spanned<String>>,
    pub(super) deadline: Text,
}

/// A local number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberEntry {
    /// A rule that rests on it, for the names of earlier versions.
    pub(super) rule: Option<Spanned<String>>,
    /// The number's id.
    pub(super) number: Spanned<String>,
    /// The local value, in the number's own unit.
    pub(super) value: Spanned<f64>,
    /// Where it was decided.
    pub(super) citation: Option<Spanned<String>>,
}

/// A rule or a service that is not wanted: one of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SwitchOffEntry {
    /// A rule's id.
    pub(super) rule: Option<Spanned<String>>,
    /// A service's id.
    pub(super) service: Option<Spanned<String>>,
    /// Why.
    pub(super) reason: Option<Spanned<String>>,
}

impl ClientEntry {
    /// What may be fetched for it, and how.
    pub(super) fn fhir(&self) -> FhirEntry {
        FhirEntry {
            fhir_servers: self.fhir_servers.clone(),
            fhir_version: self.fhir_version.clone(),
            search: self.search.clone(),
            held_elsewhere: self.held_elsewhere.clone(),
            held_nowhere: self.held_nowhere.clone(),
            allow_http: self.allow_http.clone(),
            smart: None,
        }
    }
}

impl File {
    /// Reads the file.
    pub(super) fn read(shown: &str, text: &str) -> Result<Self, StartupError> {
        toml::from_str(text).map_err(|error| {
            let at = error.span().map_or_else(|| shown.to_owned(), |span| place(shown, text, span.start));
            StartupError::file(at, in_toml_words(&error.message().trim().replace('\n', ", ")))
        })
    }
}

/// What should stand there, as a hospital would write it: the reader of TOML speaks of Rust's types.
fn in_toml_words(problem: &str) -> String {
    let words = [
        (", expected a string", ", expected text in quotes, such as `\"nl\"` or `\"400ms\"`"),
        (", expected a sequence", ", expected a list, such as `[\"…\"]`, or `[[…]]` for a table"),
        (", expected f64", ", expected a number, without quotes"),
    ];
    let found = words.iter().find_map(|(from, to)| problem.strip_suffix(from).map(|start| format!("{start}{to}")));
    found.unwrap_or_else(|| problem.to_owned())
}

/// `cellwise.toml:12`, of a position in the text.
pub(super) fn place(shown: &str, text: &str, position: usize) -> String {
    let line = text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1;
    format!("{shown}:{line}")
}
