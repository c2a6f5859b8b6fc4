//! What the command line and the file come to: the settings of a server.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use jiff::tz::TimeZone;
use reqwest::Url;

use super::server::ServerConfig;
use super::units::{shown_duration, shown_size};
use super::{Config, client};
use crate::access_log::WhenUnwritable;
use crate::client::{Callers, Client, FhirAccess, KeySource, SearchMethod};
use crate::http::{MetricsSettings, Settings};

impl Config {
    /// The settings of a server: `server` where it says something (the command line and the file, merged), else the
    /// defaults. `fhir_servers` come from the command line and take the place of those of `[development]`.
    ///
    /// # Errors
    /// When they contradict each other, or would let anybody in unasked: what to do.
    pub fn settings(&self, server: &ServerConfig, fhir_servers: &[Url]) -> Result<Settings, String> {
        let callers = if self.clients.is_empty() {
            let (fhir, smart) = (self.development_with(fhir_servers), self.development_smart.clone());
            Callers::Anyone(Client { fhir, smart, ..Client::anonymous() })
        } else if fhir_servers.is_empty() {
            Callers::Listed(self.clients.clone())
        } else {
            return Err(
                "`--fhir-server` is for development: each client of the file has its own `fhir-servers`".to_owned()
            );
        };
        let listen = server.listen.unwrap_or(Settings::default().listen);
        if !callers.are_listed() && !listen.ip().is_loopback() && server.unauthenticated != Some(true) {
            return Err(format!(
                "`{listen}` can be reached from other machines and no client is listed, so anybody could call: list the \
                 clients in the configuration (`[[client]]`), listen on 127.0.0.1, or say `--unauthenticated` on a \
                 network that you trust"
            ));
        }
        let standard = standard(&callers, listen);
        Ok(Settings {
            listen,
            language: server.language.unwrap_or(standard.language),
            max_body: server.max_body.unwrap_or(standard.max_body),
            body_timeout: server.body_timeout.unwrap_or(standard.body_timeout),
            head_timeout: server.head_timeout.unwrap_or(standard.head_timeout),
            workers: server.workers.unwrap_or(standard.workers),
            cors_origins: server.cors_origins.clone().unwrap_or_default(),
            accept_as_of: server.accept_as_of.unwrap_or(standard.accept_as_of),
            base_url: server.base_url.clone(),
            callers,
            open_discovery: server.open_discovery.unwrap_or(standard.open_discovery),
            tokens: self.tokens,
            fetch: self.fetch.clone(),
            most_requests: server.max_requests.unwrap_or(standard.most_requests),
            tls: server.tls.clone(),
            access_log: self.access_log.clone(),
            store: self.store.clone(),
            report: self.report,
            check_every: server.check_every,
            metrics: MetricsSettings {
                listen: server.metrics.listen,
                open: server.metrics.open.unwrap_or(standard.metrics.open),
            },
            traces: server.traces.clone(),
            time_zone: server.time_zone.clone(),
        })
    }

    fn development_with(&self, servers: &[Url]) -> FhirAccess {
        let access = self.development.clone();
        if servers.is_empty() { access } else { FhirAccess { servers: servers.to_vec(), ..access } }
    }
}

/// The settings that are not the default, by their names in the file. None of them is a secret.
#[must_use]
pub fn differences(settings: &Settings) -> Vec<(&'static str, String)> {
    let standard = standard(&settings.callers, settings.listen);
    let standard: BTreeMap<&str, String> = shown(&standard).into_iter().collect();
    shown(settings).into_iter().filter(|(name, value)| standard.get(name) != Some(value)).collect()
}

/// All settings, by their names in the file. None of them is a secret.
pub(super) fn shown(settings: &Settings) -> Vec<(&'static str, String)> {
    let Settings {
        listen,
        language,
        max_body,
        body_timeout,
        head_timeout,
        workers,
        cors_origins,
        accept_as_of,
        base_url,
        callers: _,
        open_discovery,
        tokens,
        fetch,
        most_requests,
        tls,
        access_log,
        store,
        report,
        check_every,
        metrics,
        traces,
        time_zone,
    } = settings;
    let size = |bytes: usize| shown_size(u64::try_from(bytes).unwrap_or(u64::MAX));
    let mut shown = vec![
        ("server.listen", listen.to_string()),
        ("server.base-url", base_url.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("server.language", language.code().to_owned()),
        ("server.time-zone", time_zone.as_ref().and_then(TimeZone::iana_name).unwrap_or_default().to_owned()),
        ("server.workers", workers.to_string()),
        ("server.cors-origins", cors_origins.join(", ")),
        ("server.discovery", if *open_discovery { "open" } else { "closed" }.to_owned()),
        ("server.max-body", size(*max_body)),
        ("server.body-timeout", shown_duration(*body_timeout)),
        ("server.head-timeout", shown_duration(*head_timeout)),
        ("server.max-requests", most_requests.to_string()),
        ("server.accept-as-of", accept_as_of.to_string()),
        ("server.check-every", check_every.map(shown_duration).unwrap_or_default()),
        ("tokens.clock-skew", shown_duration(tokens.clock_skew)),
        ("tokens.longest", shown_duration(tokens.longest)),
        ("tokens.keys-for", shown_duration(tokens.keys_for)),
        ("fetch.deadline", shown_duration(fetch.deadline)),
        ("fetch.page-size", fetch.page_size.to_string()),
        ("fetch.most-pages", fetch.most_pages.to_string()),
        ("fetch.max-response", size(fetch.most_bytes)),
        ("fetch.concurrent-calls", fetch.concurrent_calls.to_string()),
        ("fetch.cache-for", shown_duration(fetch.cache_for)),
        ("fetch.cache-size", shown_size(fetch.cache_bytes)),
        ("metrics.listen", metrics.listen.map(|listen| listen.to_string()).unwrap_or_default()),
        ("metrics.open", metrics.open.to_string()),
        ("traces.endpoint", traces.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("fetch.authorities", if fetch.authorities.is_empty() { "none" } else { "a file" }.to_owned()),
        ("report.overridden-share", format!("0.{:02}", report.overridden_percent)),
        ("report.fewest-shown", report.fewest_shown.to_string()),
    ];
    if let Some(log) = access_log {
        shown.push(("access-log.folder", log.folder.display().to_string()));
        let refuses = log.when_unwritable == WhenUnwritable::Refuse;
        shown.push(("access-log.when-unwritable", if refuses { "refuse" } else { "go-on" }.to_owned()));
        shown.push(("access-log.rotate-at", shown_size(log.rotate_at)));
        let repository = log.repository.as_ref().map(|repository| repository.base.to_string());
        shown.push(("access-log.repository", repository.unwrap_or_else(|| "none".to_owned())));
    }
    if let Some(store) = store {
        shown.push(("store.url", store.address.to_string()));
        shown.push(("store.comments", store.comments.to_string()));
        shown.push(("store.keep-comments-for", shown_duration(store.keep_comments_for)));
    }
    if let Some(tls) = tls {
        shown.push(("server.tls.certificate", tls.certificate.display().to_string()));
        shown.push(("server.tls.key", tls.key.display().to_string()));
    }
    shown
}

/// The defaults, of which two follow from who may call and from where.
fn standard(callers: &Callers, listen: SocketAddr) -> Settings {
    let open = !callers.are_listed();
    Settings {
        accept_as_of: open && listen.ip().is_loopback(),
        open_discovery: open,
        metrics: MetricsSettings { open, ..MetricsSettings::default() },
        ..Settings::default()
    }
}

/// A client in one line, for people.
#[must_use]
pub fn described(client: &Client) -> String {
    let mut parts = Vec::new();
    if let Some(trust) = &client.trust {
        parts.push(format!("issuer {}", trust.issuer));
        parts.push(match &trust.keys {
            KeySource::Jku(url) => format!("keys at {url}"),
            KeySource::Static(keys) => format!("{} keys from a file", keys.keys.len()),
        });
        parts.push(client::names(&trust.algorithms));
        if !trust.tenants.is_empty() {
            parts.push(format!("tenants {}", trust.tenants.join(" ")));
        }
        if !trust.audiences.is_empty() {
            parts.push(format!("audiences {}", joined(&trust.audiences)));
        }
    }
    parts.push(if client.fhir.servers.is_empty() {
        "no FHIR server".to_owned()
    } else {
        format!("FHIR servers {}", joined(&client.fhir.servers))
    });
    if let Some(version) = client.fhir.version {
        parts.push(format!("FHIR {}", client::version_name(version)));
    }
    if client.fhir.search == SearchMethod::Post {
        parts.push("searches by POST".to_owned());
    }
    if client.fhir.allows_http {
        parts.push("plain http allowed".to_owned());
    }
    for (missing, holder) in &client.fhir.held_elsewhere {
        parts.push(format!("{} held as {}", missing.key(), holder.key()));
    }
    for source in &client.fhir.held_nowhere {
        parts.push(format!("{} held nowhere", source.key()));
    }
    parts.push(match client.requests_per_minute {
        Some(most) => format!("at most {most} requests a minute"),
        None => "any number of requests".to_owned(),
    });
    if client.is_staff {
        parts.push("may read reports".to_owned());
    }
    if client.takes_fhirpath {
        parts.push("fills in FHIRPath".to_owned());
    }
    if let Some(app) = &client.smart {
        parts.push(format!("SMART app {}", app.client_id));
        parts.push(if app.has_links { "cards link to the app" } else { "cards do not link to the app" }.to_owned());
        if !app.frame_origins.is_empty() {
            parts.push(format!("the app may be framed by {}", app.frame_origins.join(" ")));
        }
        if let Some(scopes) = &app.scopes {
            parts.push(format!("the app asks for {}", scopes.join(" ")));
        }
        parts.push(format!("the app waits {}", shown_duration(app.deadline)));
    }
    parts.join("; ")
}

fn joined(urls: &[Url]) -> String {
    urls.iter().map(Url::as_str).collect::<Vec<_>>().join(" ")
}
