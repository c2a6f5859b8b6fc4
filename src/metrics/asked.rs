//! A value that something else knows.

use std::sync::{Mutex, PoisonError};

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Counter, Gauge, Opts};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// Asked for whenever somebody looks.
pub(super) struct Asked {
    value: Value,
    ask: Ask,
    /// Held while the value is brought up to date: two who look at the same moment see the same.
    looking: Mutex<()>,
}

/// What is asked.
type Ask = Box<dyn Fn() -> f64 + Send + Sync>;

enum Value {
    Counter(Counter),
    Gauge(Gauge),
}

impl Asked {
    pub(super) fn new(kind: Kind, name: &str, help: &str, ask: Ask) -> prometheus::Result<Self> {
        Self::of(kind, Opts::new(name, help), ask)
    }

    pub(super) fn of(kind: Kind, options: Opts, ask: Ask) -> prometheus::Result<Self> {
        let value = match kind {
            Kind::Counter => Value::Counter(Counter::with_opts(options)?),
            Kind::Gauge => Value::Gauge(Gauge::with_opts(options)?),
        };
        Ok(Self { value, ask, looking: Mutex::default() })
    }
}

impl Collector for Asked {
    fn desc(&self) -> Vec<&Desc> {
        match &self.value {
            Value::Counter(counter) => counter.desc(),
            Value::Gauge(gauge) => gauge.desc(),
        }
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let _looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.ask)();
        match &self.value {
            Value::Counter(counter) => {
                counter.inc_by((now - counter.get()).max(0.0));
                counter.collect()
            }
            Value::Gauge(gauge) => {
                gauge.set(now);
                gauge.collect()
            }
        }
    }
}
