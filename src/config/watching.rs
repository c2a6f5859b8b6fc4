//! `[metrics]` and `[traces]`: how the server is watched.

use std::net::SocketAddr;

use reqwest::Url;

use super::address;
use super::file::{MetricsEntry, TracesEntry};
use super::findings::Findings;

/// Who may read what is counted, as far as somebody said so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetricsConfig {
    /// An address of their own.
    pub listen: Option<SocketAddr>,
    /// Whether they are at the address of the services, too, for anybody.
    pub open: Option<bool>,
}

impl MetricsConfig {
    /// What is said here, else what is said there.
    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        Self { listen: self.listen.or(other.listen), open: self.open.or(other.open) }
    }
}

/// Checks `[metrics]`.
pub(super) fn metrics(entry: &MetricsEntry, findings: &mut Findings<'_>) -> MetricsConfig {
    MetricsConfig {
        listen: findings.read("listen", entry.listen.as_ref(), |text| address::listen(text)),
        open: entry.open.as_ref().map(|entry| *entry.as_ref()),
    }
}

/// Checks `[traces]`. Nothing of a patient is in them, so they may go in plain text.
pub(super) fn traces(entry: &TracesEntry, findings: &mut Findings<'_>) -> Option<Url> {
    findings.read("endpoint", entry.endpoint.as_ref(), |text| address::server_or_http(text))
}
