//! The thread of the store: its own runtime, so that nothing of it runs where requests are answered.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::sleep;

use crate::admit::{Asked, TRY_AGAIN, answer, probe};
use crate::connection::{connect, migrate};
use crate::failure::Failure;
use crate::read;
use crate::state::Counters;
use crate::write::Writer;
use crate::{Clock, FeedbackCall, ReportCall, Settings, Shown};

/// Connections by which tokens are asked about. A file has one writer at a time.
const SHARED_CONNECTIONS: usize = 4;

/// What the thread does.
pub(crate) struct Task {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) counters: Arc<Counters>,
    pub(crate) shown: mpsc::Receiver<Shown>,
    pub(crate) feedback: mpsc::Receiver<FeedbackCall>,
    pub(crate) asked: mpsc::Receiver<Asked>,
    pub(crate) ask: mpsc::WeakSender<Asked>,
    pub(crate) reports: mpsc::Receiver<ReportCall>,
    pub(crate) close: mpsc::Receiver<oneshot::Sender<()>>,
}

impl Task {
    /// Starts the thread, and waits for its first attempt, but no longer than `within`.
    pub(crate) fn start(self, within: Duration) -> Result<(), Failure> {
        let (tell, told) = sync_channel(1);
        let counters = Arc::clone(&self.counters);
        let started = thread::Builder::new().name("store".to_owned()).spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => runtime.block_on(self.run(&tell)),
                Err(_error) => drop(tell.send(Err(Failure::Refused))),
            }
        });
        started.map_err(|_error| Failure::Refused)?;
        match told.recv_timeout(within) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failure)) if !failure.may_pass() => Err(failure),
            Ok(Err(failure)) => {
                counters.failed("opening", failure);
                Ok(())
            }
            Err(RecvTimeoutError::Timeout) => {
                counters.failed("opening", Failure::TimedOut);
                Ok(())
            }
            Err(RecvTimeoutError::Disconnected) => Err(Failure::Refused),
        }
    }

    async fn run(mut self, tell: &SyncSender<Result<(), Failure>>) {
        let mut is_first = true;
        let connection = loop {
            let opened = async {
                let mut connection = connect(&self.settings.address, true).await?;
                migrate(&mut connection, &self.settings.address).await?;
                Ok(connection)
            };
            match opened.await {
                Ok(connection) => break connection,
                Err(failure) => {
                    // Nobody listens after the first.
                    let _ = tell.try_send(Err(failure));
                    if is_first && !failure.may_pass() {
                        return;
                    }
                    is_first = false;
                    self.counters.failed("opening", failure);
                    tokio::select! {
                        () = sleep(TRY_AGAIN) => {}
                        _ = self.close.recv() => return,
                    }
                }
            }
        };
        self.counters.connected(true);
        let _ = tell.try_send(Ok(()));
        let Self { settings, clock, counters, shown, feedback, asked, ask, reports, close } = self;
        let asked = Arc::new(Mutex::new(asked));
        let connections = if settings.address.is_shared() { SHARED_CONNECTIONS } else { 1 };
        for _ in 0..connections {
            tokio::spawn(answer(settings.address.clone(), Arc::clone(&asked), Arc::clone(&counters)));
        }
        tokio::spawn(probe(ask, Arc::clone(&counters), clock));
        tokio::spawn(read::answer(settings.address.clone(), reports, Arc::clone(&counters)));
        // With it everything ends.
        Writer { settings, clock, counters, shown, feedback, close, connection: Some(connection) }.run().await;
    }
}
