//! The hospital's own file: local numbers, what is switched off, what its own codes mean; who may call, and how the server
//! behaves.
//!
//! TOML (`file`), checked against everything the server knows (`check`, `server`, `client`): every problem is found at
//! once, each with its line and what to do, and a file with a problem stops the start. What the command line says goes
//! before (`settings`), and so do environment variables (`environment`). See `docs/configuration.md`.

mod access_log;
pub(crate) mod address;
mod changes;
mod check;
mod client;
mod environment;
mod file;
mod findings;
mod fingerprint;
mod keys;
mod mapping;
mod server;
mod settings;
mod smart;
mod store;
#[cfg(test)]
mod tests;
mod units;
mod watching;

use std::path::Path;

pub use changes::{clinical_changes, server_changes};
pub use fingerprint::Fingerprint;
pub use server::ServerConfig;
pub use settings::{described, differences};

use crate::access_log::AccessLogSettings;
use crate::client::{Client, FhirAccess, SmartApp};
use crate::files;
use crate::gather::FetchSettings;
use crate::http::TokenSettings;
use crate::knowledge::Knowledge;
use cellwise_clinic::policy::Policy;
use cellwise_record::StartupError;
use cellwise_record::terminology::mapping::Mapping;
use cellwise_store::{Settings as StoreSettings, Thresholds};
use environment::Environment;
use findings::Findings;

/// A configuration that holds together.
#[derive(Debug, Default)]
pub struct Config {
    /// Local numbers, and what is switched off.
    pub policy: Policy,
    /// What the hospital's own codes mean.
    pub mapping: Mapping,
    /// How the server behaves, as far as the file says.
    pub server: ServerConfig,
    /// How the tokens of clients are checked.
    pub tokens: TokenSettings,
    /// How data is fetched.
    pub fetch: FetchSettings,
    /// What is remembered, and where; nothing without it.
    pub store: Option<StoreSettings>,
    /// When a report names a rule.
    pub report: Thresholds,
    /// Who may call. Empty: development, anybody may.
    pub clients: Vec<Client>,
    /// What may be fetched in development.
    pub development: FhirAccess,
    /// The SMART app in development.
    pub development_smart: Option<SmartApp>,
    /// Where the access log is, and how it is kept; none without it.
    pub access_log: Option<AccessLogSettings>,
    /// What is allowed, and has no effect.
    pub warnings: Vec<StartupError>,
}

/// What of the file is checked and used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// All of it.
    Everything,
    /// What judges patients. The rest may name files that only the server can read.
    Judging,
}

impl Config {
    /// Reads and checks a file, and the files that it names (their paths are relative to it). Environment variables take
    /// the place of what it says about the server.
    ///
    /// # Errors
    /// Everything that is wrong, each with its file, its line where it has one, and what to do.
    pub fn read(path: &Path, knowledge: &Knowledge) -> Result<Self, Vec<StartupError>> {
        Self::read_part(path, knowledge, Part::Everything, &Environment::of(std::env::vars()))
    }

    /// What environment variables alone say.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn of_environment(knowledge: &Knowledge) -> Result<Self, Vec<StartupError>> {
        let environment = Environment::of(std::env::vars());
        Self::parse_under(&environment, "the configuration", "", Path::new(""), knowledge, Part::Everything)
    }

    /// Reads and checks what of a file matters without a server: its address and time zone, but not how it behaves and who may
    /// call.
    ///
    /// # Errors
    /// As for [`Config::read`].
    pub fn read_for_judging(path: &Path, knowledge: &Knowledge) -> Result<Self, Vec<StartupError>> {
        Self::read_part(path, knowledge, Part::Judging, &Environment::default())
    }

    /// The same from what stands in a file, with `open` for the files that it names, and without the environment. For the fuzz
    /// targets of `fuzz/`, which have no files.
    ///
    /// # Errors
    /// As for [`Config::read`].
    #[doc(hidden)]
    pub fn of_bytes(
        shown: &str,
        bytes: &[u8],
        open: &dyn Fn(&str) -> Result<Vec<u8>, String>,
        knowledge: &Knowledge,
    ) -> Result<Self, Vec<StartupError>> {
        let text = text_of(shown, bytes)?;
        Self::parse(Findings::new(shown, &text, Path::new(""), open), knowledge, Part::Everything)
    }

    /// The same of a text that belongs to no file: it can name none.
    ///
    /// # Errors
    /// As for [`Config::read`].
    pub fn of_text(text: &str, knowledge: &Knowledge) -> Result<Self, Vec<StartupError>> {
        let open = |_: &str| Err("can't be read here: a configuration that is pasted names no files".to_owned());
        Self::parse(Findings::new("configuration", text, Path::new(""), &open), knowledge, Part::Judging)
    }

    fn read_part(
        path: &Path,
        knowledge: &Knowledge,
        part: Part,
        environment: &Environment,
    ) -> Result<Self, Vec<StartupError>> {
        let shown = path.display().to_string();
        let text = text_of(&shown, &bytes_of(path).map_err(|problem| vec![StartupError::file(&shown, problem)])?)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse_under(environment, &shown, &text, folder, knowledge, part)
    }

    /// The file as it is with the environment over it.
    fn parse_under(
        environment: &Environment,
        shown: &str,
        text: &str,
        folder: &Path,
        knowledge: &Knowledge,
        part: Part,
    ) -> Result<Self, Vec<StartupError>> {
        let open = |name: &str| bytes_of(&folder.join(name));
        let parse = |text: &str| Self::parse(Findings::new(shown, text, folder, &open), knowledge, part);
        let own = parse(text);
        if environment.is_empty() {
            return own;
        }
        let Some(changed) = environment.over(text) else { return own };
        let (warnings, problems) = own.map_or_else(|own| (Vec::new(), own), |own| (own.warnings, Vec::new()));
        // Lines of the changed text are nobody's: what is found is looked for in the file itself.
        parse(&changed)
            .map(|config| Self { warnings: environment.placed(config.warnings, &warnings), ..config })
            .map_err(|found| environment.placed(found, &problems))
    }

    /// The same from a text.
    fn parse(mut findings: Findings<'_>, knowledge: &Knowledge, part: Part) -> Result<Self, Vec<StartupError>> {
        let (shown, text) = (findings.shown, findings.text);
        let file = file::File::read(shown, text).map_err(|problem| vec![problem])?;
        let mut config = Self::default();
        if part == Part::Everything {
            config.server = server::server(&file.server, &mut findings);
            config.tokens = server::tokens(&file.tokens, &mut findings);
            config.fetch = server::fetch(&file.fetch, &mut findings);
            config.store = store::store(&file, &mut findings);
            config.report = store::report(&file.report, &mut findings);
            config.server.metrics = watching::metrics(&file.metrics, &mut findings);
            config.server.traces = watching::traces(&file.traces, &mut findings);
            config.clients = client::clients(&file, config.server.base_url.as_ref(), &mut findings);
            (config.development, config.development_smart) = client::development(&file, &mut findings);
            config.access_log = file.access_log.as_ref().and_then(|entry| access_log::read(entry, &mut findings));
        } else {
            config.server.base_url = server::base_url_of(&file.server, &mut findings);
            config.server.time_zone = server::time_zone_of(&file.server, &mut findings);
        }
        let checked = check::policy(shown, text, &file, knowledge);
        findings.problems.extend(checked.problems);
        findings.warnings.extend(checked.warnings);
        let files = check::terminology(shown, text, &file, findings.open, &mut findings.problems);
        config.mapping = mapping::read(&files, &knowledge.terminology).unwrap_or_else(|problems| {
            findings.problems.extend(problems);
            Mapping::default()
        });
        if findings.problems.is_empty() {
            Ok(Self { policy: checked.policy, warnings: findings.warnings, ..config })
        } else {
            Err(findings.problems)
        }
    }

    /// Everything that is left out or has no effect.
    pub fn warnings(&self) -> impl Iterator<Item = &StartupError> {
        self.warnings.iter().chain(&self.mapping.warnings)
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, String> {
    files::read(path).map_err(|error| format!("can't be read: {}", files::reason(&error)))
}

fn text_of(shown: &str, bytes: &[u8]) -> Result<String, Vec<StartupError>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned).map_err(|_| vec![StartupError::file(shown, "is not UTF-8: save the file as UTF-8")])
}
