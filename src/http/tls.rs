//! TLS: versions 1.2 and 1.3, and a certificate that may be replaced while the server runs.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;
use std::{fmt, io};

use jiff::civil::Date;
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use sha2::{Digest, Sha256};

use super::{TlsFiles, certificate};
use crate::files;

/// The certificate that is shown to clients now.
pub(super) struct Current {
    files: TlsFiles,
    certified: RwLock<Arc<CertifiedKey>>,
}

impl fmt::Debug for Current {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current").field("files", &self.files).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.certified.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl TlsFiles {
    /// The last day of the certificate (UTC). `None` when it can't be read.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        certificate::last_day(&files::read(&self.certificate).ok()?)
    }
}

/// What the files held when they were looked at last: the key itself is not kept a second time.
#[derive(PartialEq, Eq)]
struct Seen([[u8; 32]; 2]);

struct Content {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Content {
    fn read(files: &TlsFiles) -> Result<Self, String> {
        let read = |path: &Path| {
            files::read(path).map_err(|error| format!("{} can't be read: {}", path.display(), error.kind()))
        };
        Ok(Self { certificate: read(&files.certificate)?, key: read(&files.key)? })
    }

    fn seen(&self) -> Seen {
        Seen([Sha256::digest(&self.certificate).into(), Sha256::digest(&self.key).into()])
    }

    fn certified(&self, files: &TlsFiles) -> Result<Arc<CertifiedKey>, String> {
        let named = |path: &Path, problem: String| format!("{} {problem}", path.display());
        let chain = certificate::chain(&self.certificate).map_err(|problem| named(&files.certificate, problem))?;
        let certified = certificate::certified(chain, &self.key);
        certified.map(Arc::new).map_err(|problem| named(&files.key, problem))
    }
}

/// Reads the certificate, and keeps it up to date for as long as the server lives. Must be called within an actix runtime.
///
/// # Errors
/// When the files can't be used.
pub(super) fn config(files: &TlsFiles) -> io::Result<ServerConfig> {
    let unusable = |problem| io::Error::new(io::ErrorKind::InvalidInput, problem);
    let content = Content::read(files).map_err(unusable)?;
    let certified = content.certified(files).map_err(unusable)?;
    let current = Arc::new(Current { files: files.clone(), certified: RwLock::new(certified) });
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(|error| io::Error::other(error.to_string()))?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
    actix_web::rt::spawn(watch(Arc::downgrade(&current), files.check_every, content.seen()));
    Ok(config)
}

/// Looks every now and then whether the files have changed, until the server is gone.
async fn watch(current: Weak<Current>, every: Duration, mut seen: Seen) {
    let mut unreadable = false;
    loop {
        tokio::time::sleep(every).await;
        let Some(current) = current.upgrade() else { return };
        match Content::read(&current.files) {
            Ok(content) => {
                unreadable = false;
                let now = content.seen();
                if now != seen {
                    current.replace(&content);
                    seen = now;
                }
            }
            // Said once, not every time.
            Err(problem) if !unreadable => {
                unreadable = true;
                tracing::error!(problem, "the certificate stays: its files can't be read");
            }
            Err(_) => {}
        }
    }
}

impl Current {
    /// Takes a new certificate when it is in order. Connections that are open keep theirs.
    fn replace(&self, content: &Content) {
        match content.certified(&self.files) {
            Ok(certified) => {
                *self.certified.write().unwrap_or_else(PoisonError::into_inner) = certified;
                tracing::info!(file = %self.files.certificate.display(), "new certificate");
            }
            Err(problem) => tracing::error!(problem, "the certificate stays: the new one can't be used"),
        }
    }
}
