//! How the store and the access log do, for whoever watches.

use std::sync::{Arc, Weak};

use cellwise_store::{State as StoreState, Store};

use crate::access_log::State as AccessLogState;
use crate::http::Shared;
use crate::metrics::{Kind, Metrics, long, whole};

/// Adds what the store and the access log count, where there are such.
///
/// # Errors
/// When two metrics have the same name.
pub(super) fn watch(shared: &Arc<Shared>) -> Result<(), String> {
    if let Some(store) = &shared.store {
        watch_store(&shared.metrics, store)?;
    }
    if shared.access_log.is_some() {
        watch_access_log(shared)?;
    }
    Ok(())
}

type Row<S> = (Kind, &'static str, &'static str, fn(&S) -> f64);

fn watch_store(metrics: &Metrics, store: &Store) -> Result<(), String> {
    let rows: [Row<StoreState>; 9] = [
        (Kind::Gauge, "cellwise_store_connected", "1 while the store can be written.", |state| {
            f64::from(u8::from(state.is_connected))
        }),
        (Kind::Gauge, "cellwise_store_queue", "Rules on cards that wait to be written.", |state| whole(state.queued)),
        (Kind::Counter, "cellwise_store_written_total", "Rules on cards that were written.", |state| {
            long(state.written)
        }),
        (Kind::Counter, "cellwise_store_dropped_total", "Rules on cards that were not: too many waited.", |state| {
            long(state.dropped)
        }),
        (Kind::Counter, "cellwise_feedback_kept_total", "Items of feedback that were kept.", |state| {
            long(state.feedback_kept)
        }),
        (Kind::Counter, "cellwise_feedback_refused_total", "Items of feedback that were answered with 503.", |state| {
            long(state.feedback_refused)
        }),
        (
            Kind::Counter,
            "cellwise_tokens_decided_locally_total",
            "Tokens that this instance decided alone, because the store did not answer in time.",
            |state| long(state.decided_locally),
        ),
        (Kind::Counter, "cellwise_store_waits_cut_short_total", "Waits for the store that ended at 20 ms.", |state| {
            long(state.cut_short)
        }),
        (Kind::Counter, "cellwise_store_failures_total", "What went wrong with the store.", |state| {
            long(state.failures)
        }),
    ];
    for (kind, name, help, value) in rows {
        let store = store.clone();
        metrics.ask(kind, name, help, move || value(&store.state()))?;
    }
    Ok(())
}

fn watch_access_log(shared: &Arc<Shared>) -> Result<(), String> {
    let rows: [Row<AccessLogState>; 8] = [
        (Kind::Counter, "cellwise_access_log_written_total", "Lines of the access log that were written.", |state| {
            long(state.written)
        }),
        (Kind::Counter, "cellwise_access_log_unwritten_total", "Lines that could not be written.", |state| {
            long(state.unwritten)
        }),
        (Kind::Gauge, "cellwise_access_log_queue", "Lines that wait to be written.", |state| long(state.waiting)),
        (Kind::Gauge, "cellwise_access_log_failing", "1 while the access log can't be written.", |state| {
            f64::from(u8::from(state.is_failing))
        }),
        (Kind::Counter, "cellwise_access_log_sent_total", "Events that the audit repository took.", |state| {
            long(state.sent)
        }),
        (Kind::Counter, "cellwise_access_log_refused_total", "Events that it refused for good.", |state| {
            long(state.refused)
        }),
        (Kind::Gauge, "cellwise_access_log_to_send_bytes", "Bytes that still have to be sent.", |state| {
            long(state.to_send)
        }),
        (Kind::Gauge, "cellwise_access_log_stuck", "1 while the audit repository takes nothing.", |state| {
            f64::from(u8::from(state.is_stuck))
        }),
    ];
    for (kind, name, help, value) in rows {
        let weak: Weak<Shared> = Arc::downgrade(shared);
        let state =
            move || weak.upgrade().and_then(|shared| Some(shared.access_log.as_ref()?.state())).unwrap_or_default();
        shared.metrics.ask(kind, name, help, move || value(&state()))?;
    }
    Ok(())
}
