//! `[server]`, `[tokens]` and `[fetch]`: how the server behaves.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::tz::TimeZone;
use reqwest::Url;
use tracing::level_filters::LevelFilter;

use super::address;
use super::file::{FetchEntry, ServerEntry, TlsEntry, TokensEntry};
use super::findings::{Findings, file_name};
use super::units::{duration, number, size};
use super::watching::MetricsConfig;
use crate::gather::FetchSettings;
use crate::http::log::Format;
use crate::http::{Settings, TlsFiles, TokenSettings, certificate};
use cellwise_clinic::Language;

const MILLISECOND: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// How the server behaves, as far as somebody said so: in `[server]` of the file, or on the command line.
#[derive(Clone, Debug, Default)]
pub struct ServerConfig {
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// The address by which clients call, without `/cds-services`.
    pub base_url: Option<Url>,
    /// The language of cards when a client names none that we have.
    pub language: Option<Language>,
    /// The time zone of the hospital.
    pub time_zone: Option<TimeZone>,
    /// Threads that answer requests.
    pub workers: Option<usize>,
    /// The origins whose browsers may call; empty is any.
    pub cors_origins: Option<Vec<String>>,
    /// Whether discovery needs no token.
    pub open_discovery: Option<bool>,
    /// The largest request body, in bytes.
    pub max_body: Option<usize>,
    /// How long a client may take to send its body.
    pub body_timeout: Option<Duration>,
    /// How long a client may take to send the head of a request.
    pub head_timeout: Option<Duration>,
    /// Requests that are answered at the same time at most.
    pub max_requests: Option<usize>,
    /// Whether a request may name its own evaluation instant.
    pub accept_as_of: Option<bool>,
    /// Whether to listen beyond this machine although nobody is authenticated.
    pub unauthenticated: Option<bool>,
    /// How often to look whether the configuration has changed.
    pub check_every: Option<Duration>,
    /// How much to log.
    pub log: Option<LevelFilter>,
    /// The shape of log lines.
    pub log_format: Option<Format>,
    /// The certificate of the server.
    pub tls: Option<TlsFiles>,
    /// Who may read what is counted.
    pub metrics: MetricsConfig,
    /// Where traces are sent.
    pub traces: Option<Url>,
}

impl ServerConfig {
    /// What is said here, else what is said there.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            base_url: self.base_url.or(other.base_url),
            language: self.language.or(other.language),
            time_zone: self.time_zone.or(other.time_zone),
            workers: self.workers.or(other.workers),
            cors_origins: self.cors_origins.or(other.cors_origins),
            open_discovery: self.open_discovery.or(other.open_discovery),
            max_body: self.max_body.or(other.max_body),
            body_timeout: self.body_timeout.or(other.body_timeout),
            head_timeout: self.head_timeout.or(other.head_timeout),
            max_requests: self.max_requests.or(other.max_requests),
            accept_as_of: self.accept_as_of.or(other.accept_as_of),
            unauthenticated: self.unauthenticated.or(other.unauthenticated),
            check_every: self.check_every.or(other.check_every),
            log: self.log.or(other.log),
            log_format: self.log_format.or(other.log_format),
            tls: self.tls.or(other.tls),
            metrics: self.metrics.or(other.metrics),
            traces: self.traces.or(other.traces),
        }
    }
}

impl ServerConfig {
    /// The same for a server that runs already, with what can't change as it is there; and the names of what would have changed.
    #[must_use]
    pub fn in_running(self, running: &Self) -> (Self, Vec<&'static str>) {
        let standard = Settings::default();
        let log = |one: &Self| (one.log.unwrap_or(LevelFilter::INFO), one.log_format.unwrap_or(Format::Text));
        let differ = [
            ("server.listen", differ(self.listen, running.listen, standard.listen)),
            ("server.workers", differ(self.workers, running.workers, standard.workers)),
            ("server.head-timeout", differ(self.head_timeout, running.head_timeout, standard.head_timeout)),
            (
                "server.cors-origins",
                self.cors_origins.as_deref().unwrap_or_default() != running.cors_origins.as_deref().unwrap_or_default(),
            ),
            ("server.log", log(&self).0 != log(running).0),
            ("server.log-format", log(&self).1 != log(running).1),
            ("server.tls", self.tls != running.tls),
            ("metrics.listen", self.metrics.listen != running.metrics.listen),
            ("traces.endpoint", self.traces != running.traces),
        ];
        let fixed = Self {
            listen: running.listen,
            workers: running.workers,
            head_timeout: running.head_timeout,
            cors_origins: running.cors_origins.clone(),
            log: running.log,
            log_format: running.log_format,
            tls: running.tls.clone(),
            metrics: MetricsConfig { listen: running.metrics.listen, ..self.metrics },
            traces: running.traces.clone(),
            ..self
        };
        (fixed, differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect())
    }
}

/// Whether two settings differ, where nobody says anything from the default.
fn differ<T: PartialEq + Copy>(one: Option<T>, other: Option<T>, standard: T) -> bool {
    one.unwrap_or(standard) != other.unwrap_or(standard)
}

/// Checks `[server]`.
pub(super) fn server(entry: &ServerEntry, findings: &mut Findings<'_>) -> ServerConfig {
    let origins = entry.cors_origins.as_ref();
    ServerConfig {
        listen: findings.read("listen", entry.listen.as_ref(), |text| address::listen(text)),
        base_url: base_url_of(entry, findings),
        language: findings.one_of(
            "language",
            entry.language.as_ref(),
            &Language::ALL.iter().map(|language| (language.code(), *language)).collect::<Vec<_>>(),
        ),
        time_zone: time_zone_of(entry, findings),
        workers: whole(findings, "workers", entry.workers.as_ref(), (1, 256)),
        cors_origins: origins.map(|origins| findings.read_all("cors-origins", origins, address::origin)),
        open_discovery: findings.one_of("discovery", entry.discovery.as_ref(), &[("open", true), ("closed", false)]),
        max_body: findings.read("max-body", entry.max_body.as_ref(), |text| bytes(text, KIB, 256 * MIB)),
        body_timeout: findings
            .read("body-timeout", entry.body_timeout.as_ref(), |text| duration(text, 100 * MILLISECOND, 5 * MINUTE)),
        head_timeout: findings
            .read("head-timeout", entry.head_timeout.as_ref(), |text| duration(text, 100 * MILLISECOND, 5 * MINUTE)),
        max_requests: whole(findings, "max-requests", entry.max_requests.as_ref(), (1, 100_000)),
        accept_as_of: entry.accept_as_of.as_ref().map(|entry| *entry.as_ref()),
        unauthenticated: entry.unauthenticated.as_ref().map(|entry| *entry.as_ref()),
        check_every: findings
            .read("check-every", entry.check_every.as_ref(), |text| duration(text, 100 * MILLISECOND, 24 * HOUR)),
        log: findings.one_of(
            "log",
            entry.log.as_ref(),
            &[
                ("off", LevelFilter::OFF),
                ("error", LevelFilter::ERROR),
                ("warn", LevelFilter::WARN),
                ("info", LevelFilter::INFO),
                ("debug", LevelFilter::DEBUG),
            ],
        ),
        log_format: findings.one_of(
            "log-format",
            entry.log_format.as_ref(),
            &[("text", Format::Text), ("json", Format::Json)],
        ),
        tls: entry.tls.as_ref().and_then(|entry| {
            let (certificate, key) = (&entry.as_ref().certificate, &entry.as_ref().key);
            if certificate.is_none() || key.is_none() {
                findings.problem(entry, "`[server.tls]` needs both: `certificate` and `key`, each a PEM file");
            }
            tls(entry.as_ref(), findings)
        }),
        // Tables of their own.
        metrics: MetricsConfig::default(),
        traces: None,
    }
}

/// The time zone of the hospital, where the file names it.
pub(super) fn time_zone_of(entry: &ServerEntry, findings: &mut Findings<'_>) -> Option<TimeZone> {
    findings.read("time-zone", entry.time_zone.as_ref(), |text| time_zone(text))
}

/// A time zone by its name: an offset alone knows no summer.
fn time_zone(text: &str) -> Result<TimeZone, String> {
    let known = TimeZone::get(text).ok().filter(|_| text.contains('/') || text == "UTC");
    known.ok_or_else(|| format!("can't be `{text}`: write the name of a time zone, such as `Europe/Amsterdam`"))
}

/// A whole number within bounds.
fn whole(
    findings: &mut Findings<'_>,
    name: &str,
    entry: Option<&toml::Spanned<i64>>,
    (least, most): (u32, u32),
) -> Option<usize> {
    findings.read(name, entry, |value| number(*value, least, most)).and_then(|value| usize::try_from(value).ok())
}

fn bytes(text: &str, least: u64, most: u64) -> Result<usize, String> {
    size(text, least, most).map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// The address by which clients call.
pub(super) fn base_url_of(entry: &ServerEntry, findings: &mut Findings<'_>) -> Option<Url> {
    findings.read("base-url", entry.base_url.as_ref(), |text| base_url(text))
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = address::server(text)?;
    if url.path().trim_end_matches('/').ends_with("/cds-services") {
        return Err("must be written without `/cds-services`".to_owned());
    }
    Ok(url)
}

/// Reads both files, so that a mistake is known before clients meet it.
fn tls(entry: &TlsEntry, findings: &mut Findings<'_>) -> Option<TlsFiles> {
    let open = findings.open;
    let mut named = |name, file: Option<&toml::Spanned<String>>| {
        let content =
            findings.read(name, file, |file| open(file).map_err(|problem| format!("{} {problem}", file_name(file))));
        Some((findings.folder.join(file?.as_ref()), content?))
    };
    let (certificate_file, key_file) =
        (named("certificate", entry.certificate.as_ref()), named("key", entry.key.as_ref()));
    let (certificate_path, certificates) = certificate_file?;
    let (key_path, key) = key_file?;
    let chain = findings.read("certificate", entry.certificate.as_ref(), |_| certificate::chain(&certificates))?;
    findings.read("key", entry.key.as_ref(), |_| certificate::certified(chain, &key))?;
    Some(TlsFiles::new(certificate_path, key_path))
}

/// Checks `[tokens]`.
pub(super) fn tokens(entry: &TokensEntry, findings: &mut Findings<'_>) -> TokenSettings {
    let standard = TokenSettings::default();
    let mut read = |name, entry: &super::file::Text, least, most, standard| {
        findings.read(name, entry.as_ref(), |text| duration(text, least, most)).unwrap_or(standard)
    };
    TokenSettings {
        clock_skew: read("clock-skew", &entry.clock_skew, Duration::ZERO, 5 * MINUTE, standard.clock_skew),
        longest: read("longest", &entry.longest, MINUTE, 24 * HOUR, standard.longest),
        keys_for: read("keys-for", &entry.keys_for, 10 * SECOND, 24 * HOUR, standard.keys_for),
    }
}

/// Checks `[fetch]`.
pub(super) fn fetch(entry: &FetchEntry, findings: &mut Findings<'_>) -> FetchSettings {
    let standard = FetchSettings::default();
    let open = findings.open;
    FetchSettings {
        deadline: findings
            .read("deadline", entry.deadline.as_ref(), |text| duration(text, 50 * MILLISECOND, 10 * SECOND))
            .unwrap_or(standard.deadline),
        page_size: findings
            .read("page-size", entry.page_size.as_ref(), |value| number(*value, 10, 1000))
            .unwrap_or(standard.page_size),
        most_pages: whole(findings, "most-pages", entry.most_pages.as_ref(), (1, 100)).unwrap_or(standard.most_pages),
        most_bytes: findings
            .read("max-response", entry.max_response.as_ref(), |text| bytes(text, 64 * KIB, 64 * MIB))
            .unwrap_or(standard.most_bytes),
        concurrent_calls: whole(findings, "concurrent-calls", entry.concurrent_calls.as_ref(), (1, 10_000))
            .unwrap_or(standard.concurrent_calls),
        cache_for: findings
            .read("cache-for", entry.cache_for.as_ref(), |text| duration(text, Duration::ZERO, 10 * MINUTE))
            .unwrap_or(standard.cache_for),
        cache_bytes: findings
            .read("cache-size", entry.cache_size.as_ref(), |text| size(text, MIB, 16 * GIB))
            .unwrap_or(standard.cache_bytes),
        authorities: findings
            .read("authorities", entry.authorities.as_ref(), |name| {
                let content = open(name).map_err(|problem| format!("{} {problem}", file_name(name)))?;
                certificate::authorities(&content).map_err(|problem| format!("`{name}` {problem}"))?;
                Ok(content)
            })
            .unwrap_or(standard.authorities),
    }
}
