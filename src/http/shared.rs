//! What requests need: what lives as long as the process, and what one configuration makes of the server.
//!
//! A configuration is replaced as a whole. A request takes the one that is in force when it is routed, and uses no other until
//! it is answered. What must outlive a configuration is in [`Shared`]: the tokens that were accepted, the places that are
//! taken, what was noticed of clients. What a new configuration may keep of the last one (connections, caches, keys, the
//! requests that a client has left) it takes over.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::dev::Payload;
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpRequest};
use reqwest::Url;

use super::auth::{self, Gate, Used};
use super::error::ApiError;
use super::limits::Rates;
use super::smart::{Ehrs, Visits};
use super::unsaid::Unsaid;
use super::{Bench, Settings, access, memory};
use crate::access_log::AccessLog;
use crate::engine::Engine;
use crate::gather::Gatherer;
use crate::metrics::Metrics;
use crate::openapi::{self, Offer};
use crate::pages::Pages;
use crate::places::Places;
use cellwise_store::Store;

/// What all workers share for as long as the process lives, and the configuration that is in force.
pub struct Shared {
    /// The requests that are being answered.
    pub(super) places: Places,
    /// The tokens that were accepted.
    pub(super) used: Used,
    /// Whose searches don't say what they looked at.
    pub(super) unsaid: Unsaid,
    pub(super) pages: Pages,
    pub(super) metrics: Arc<Metrics>,
    /// The bench for testers and engineers. It is served in development only, to this machine.
    pub(super) workbench: Option<Arc<dyn Bench>>,
    pub(super) stopping: AtomicBool,
    pub(super) reads: Reads,
    pub(super) access_log: Option<AccessLog>,
    pub(super) store: Option<Store>,
    /// The launches and sessions of the SMART app.
    pub(super) visits: Visits,
    configured: RwLock<Arc<Configured>>,
}

/// How often the configuration was read again while the server ran.
#[derive(Default)]
pub(super) struct Reads {
    /// And is in force.
    pub(super) taken: AtomicU64,
    /// And was not in order.
    pub(super) refused: AtomicU64,
}

/// The server as one configuration makes it. Nothing of it changes but caches and counters.
pub(super) struct Configured {
    pub(super) engine: Arc<Engine>,
    pub(super) settings: Settings,
    pub(super) gatherer: Gatherer,
    pub(super) gate: Gate,
    pub(super) rates: Rates,
    pub(super) discovery: Bytes,
    /// The same for clients that fill in FHIRPath.
    pub(super) discovery_in_fhirpath: Bytes,
    pub(super) openapi: Bytes,
    /// What is known of the EHRs from which the SMART app is launched.
    pub(super) ehrs: Ehrs,
}

impl Shared {
    /// Prepares what all requests share.
    ///
    /// # Errors
    /// When the settings can't be used: one line that says why.
    pub fn new(engine: Arc<Engine>, settings: Settings) -> Result<Self, String> {
        let used = Used::default();
        let metrics = Arc::new(Metrics::new()?);
        let store = memory::open(settings.store.as_ref())?;
        let access_log = access::open(&settings)?;
        let configured = Configured::new(engine, settings, &used, &metrics, store.as_ref(), None)?;
        Ok(Self {
            places: Places::default(),
            used,
            unsaid: Unsaid::default(),
            metrics,
            pages: Pages::load().map_err(|error| error.to_string())?,
            workbench: None,
            stopping: AtomicBool::new(false),
            reads: Reads::default(),
            access_log,
            store,
            visits: Visits::default(),
            configured: RwLock::new(Arc::new(configured)),
        })
    }

    /// Sends the access log on, where the settings want it, for as long as the runtime lives.
    ///
    /// # Errors
    /// When that can't be prepared: one line that says why.
    pub(super) fn deliver_access_log(&self) -> Result<(), String> {
        if let (Some(log), Some(settings)) = (&self.access_log, &self.configured().settings.access_log) {
            actix_web::rt::spawn(log.deliver(settings)?);
        }
        Ok(())
    }

    /// What is counted.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The configuration that is in force now.
    pub(super) fn configured(&self) -> Arc<Configured> {
        Arc::clone(&self.configured.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another configuration in force. Requests that are being answered keep theirs.
    ///
    /// # Errors
    /// When the settings can't be used: one line that says why. The old configuration stays in force.
    pub fn replace(&self, engine: Arc<Engine>, settings: Settings) -> Result<(), String> {
        // Whoever replaces it is one task: nobody else does in between.
        let before = self.configured();
        let configured =
            Configured::new(engine, settings, &self.used, &self.metrics, self.store.as_ref(), Some(&before))?;
        *self.configured.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(configured);
        self.used.forget_expired(auth::clock);
        self.reads.taken.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Notes that a configuration was read that is not in order: the old one stays in force.
    pub fn note_refused(&self) {
        self.reads.refused.fetch_add(1, Ordering::Relaxed);
    }
}

impl Configured {
    fn new(
        engine: Arc<Engine>,
        settings: Settings,
        used: &Used,
        metrics: &Arc<Metrics>,
        store: Option<&Store>,
        before: Option<&Self>,
    ) -> Result<Self, String> {
        let discovery = Bytes::from(engine.discovery().to_owned());
        let discovery_in_fhirpath = Bytes::from(engine.discovery_in_fhirpath().to_owned());
        let needs_token = settings.callers.are_listed();
        let offer = Offer {
            base: settings.base_url.as_ref().map(Url::as_str),
            needs_token,
            discovery_needs_token: needs_token && !settings.open_discovery,
            has_metrics: settings.metrics.open,
            has_course: settings.callers.all().iter().any(|client| client.smart.is_some()),
        };
        let openapi = Bytes::from(openapi::document(engine.knowledge(), offer));
        let gatherer = Gatherer::after(
            before.map(|before| &before.gatherer),
            settings.fetch.clone(),
            settings.callers.all(),
            metrics,
        )?;
        let gate =
            Gate::after(before.map(|before| &before.gate), &settings, gatherer.outbound(), used, metrics, store)?;
        let rates = Rates::after(before.map(|before| &before.rates), settings.callers.all());
        Ok(Self {
            engine,
            settings,
            gatherer,
            gate,
            rates,
            discovery,
            discovery_in_fhirpath,
            openapi,
            ehrs: Ehrs::default(),
        })
    }

    /// Whether something is offered at this id.
    pub(super) fn serves(&self, id: &str) -> bool {
        self.engine.knowledge().endpoint(id).is_some()
    }
}

/// The configuration of one request, the same from its start to its end.
#[derive(Clone)]
pub(super) struct InForce(Arc<Configured>);

impl Deref for InForce {
    type Target = Configured;

    fn deref(&self) -> &Configured {
        &self.0
    }
}

impl FromRequest for InForce {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let shared = request.app_data::<web::Data<Shared>>();
        ready(shared.map(|shared| Self(shared.configured())).ok_or(ApiError::Fault))
    }
}
