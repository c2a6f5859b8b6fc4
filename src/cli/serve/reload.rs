//! Reading the configuration again while the server runs: when the process is asked to (SIGHUP), and when a file has changed.

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::time::sleep;
use actix_web::web::block;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Args, Loaded};
use crate::cli::Failure;
use crate::config::{Config, Fingerprint, ServerConfig, clinical_changes, server_changes};
use crate::http::{Settings, Shared};

/// What listens for the wish to read the configuration again. From this call on SIGHUP no longer ends the process.
///
/// # Errors
/// When signals can't be listened for.
pub(super) fn asked() -> io::Result<Signal> {
    signal(SignalKind::hangup())
}

/// The configuration that is in force, and how to read another.
pub(super) struct Reload {
    args: Args,
    shared: Arc<Shared>,
    config: Config,
    server: ServerConfig,
    settings: Settings,
    /// What the files held that were read last, whether or not they were in order.
    read: Option<Fingerprint>,
    /// What they held when they were looked at last.
    seen: Option<Fingerprint>,
}

impl Reload {
    pub(super) fn new(
        args: Args,
        shared: Arc<Shared>,
        config: Config,
        server: ServerConfig,
        settings: Settings,
        read: Option<Fingerprint>,
    ) -> Self {
        Self { args, shared, config, server, settings, read, seen: read }
    }

    /// Reads the configuration again whenever that is called for, as long as the server runs.
    pub(super) async fn follow(mut self, mut asked: Signal) {
        loop {
            let is_asked = tokio::select! {
                Some(()) = asked.recv() => true,
                () = next_look(self.settings.check_every) => false,
            };
            let now = self.args.config.path().map(Fingerprint::of);
            // A file that is being written is left alone until it stays the same.
            let is_settled = now == self.seen;
            self.seen = now;
            if is_asked || is_settled && now != self.read {
                self.read = now;
                self.again().await;
            }
        }
    }

    /// Reads the configuration, and puts it in force when it is in order.
    async fn again(&mut self) {
        let (args, running) = (self.args.clone(), self.server.clone());
        // Away from the threads that answer: it takes longer than a request may.
        let loaded = block(move || args.load(Some(&running))).await;
        let loaded = loaded.unwrap_or_else(|_panic| Err(Failure::new("reading it failed")));
        let taken = loaded.and_then(|(mut loaded, mut fixed)| {
            fixed.extend(self.keep_open(&mut loaded.settings));
            self.take(loaded).map(|changes| (changes, fixed))
        });
        match taken {
            Ok((changes, fixed)) => {
                for change in &changes {
                    tracing::info!("changed: {change}");
                }
                for name in fixed {
                    tracing::warn!(
                        name,
                        "this setting can't change while the server runs: it stays until the next start"
                    );
                }
                tracing::info!(changes = changes.len(), "the configuration was read again and is in force");
            }
            Err(failure) => {
                for problem in failure.messages() {
                    tracing::error!("{problem}");
                }
                self.shared.note_refused();
                tracing::error!("the configuration stays as it was: what was read is not in order");
            }
        }
    }

    /// Lets what was opened at the start stay open; yields what the file says otherwise.
    fn keep_open(&self, settings: &mut Settings) -> Vec<&'static str> {
        let mut fixed = Vec::new();
        if settings.access_log != self.settings.access_log {
            settings.access_log.clone_from(&self.settings.access_log);
            fixed.push("access-log");
        }
        if settings.store != self.settings.store {
            settings.store.clone_from(&self.settings.store);
            fixed.push("store");
        }
        fixed
    }

    /// Puts a configuration in force; yields what changes.
    fn take(&mut self, loaded: Loaded) -> Result<Vec<String>, Failure> {
        let Loaded { config, server, settings, engine } = loaded;
        if self.settings.callers.are_listed() && !settings.callers.are_listed() {
            return Err(Failure::new(
                "no client is listed any more, so anybody could call: a server that knows its clients goes on like that only \
                 after a new start",
            ));
        }
        let mut changes = clinical_changes(&self.config, &config, engine.knowledge());
        changes.extend(server_changes(&self.settings, &settings));
        self.shared.replace(Arc::new(engine), settings.clone()).map_err(Failure::new)?;
        for warning in config.warnings().filter(|warning| !self.config.warnings().any(|old| old == *warning)) {
            tracing::warn!(at = warning.file, "{}", warning.problem);
        }
        (self.config, self.server, self.settings) = (config, server, settings);
        Ok(changes)
    }
}

/// Ready when it is time to look at the files.
async fn next_look(every: Option<Duration>) {
    match every {
        Some(every) => sleep(every).await,
        None => pending().await,
    }
}
