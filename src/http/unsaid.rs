//! Which clients send searches that do not say what they looked at: a narrow query that somebody typed in can't be noticed.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::client::Client;

/// The clients of which such a search came, each named once.
#[derive(Default)]
pub(super) struct Unsaid {
    clients: Mutex<BTreeSet<String>>,
}

impl Unsaid {
    /// Notes that such a search came of a client; the log says so the first time.
    pub(super) fn note(&self, client: &Client) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.contains(&client.id) {
            return;
        }
        clients.insert(client.id.clone());
        drop(clients);
        tracing::warn!(
            client = client.id,
            "searches without a self link: whether they are for less than is asked can't be told"
        );
    }

    /// The ids of those clients of which one came.
    pub(super) fn of(&self, clients: &[Client]) -> Vec<String> {
        let noted = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ids: Vec<String> =
            clients.iter().map(|client| client.id.clone()).filter(|id| noted.contains(id)).collect();
        ids.sort();
        ids
    }
}
