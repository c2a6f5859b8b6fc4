//! A mock EHR for engineers and testers: patients in a FHIR R4 server, SMART App Launch, and a CDS Hooks client with a page on
//! which its cards are shown and answered. It speaks the standards and knows nothing of how a service judges.
//!
//! Everything is in memory and ends with the process. The FHIR server is the one of the fixture runner
//! ([`answer`](crate::fixtures::answer), [`query`](crate::fixtures::query)); what may go wrong in an EHR is in [`faults`].

mod card;
mod cds;
mod data;
mod desk;
pub mod faults;
mod grants;
mod http;
mod keys;
mod page;
mod scope;
mod smart;
mod trigger;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use serde_json::json;
use uuid::Uuid;

use self::cds::CdsClient;
use self::desk::Desk;
use self::faults::Faults;
use self::grants::Grants;
use self::keys::Key;
use crate::embedded::CDS_HOOKS;
use crate::files::reason;
use crate::fixtures::patients::Patients;
use crate::outbound::reachable;
use crate::texts::Texts;
use cellwise_clinic::Language;

pub use self::keys::Algorithm;
pub use self::smart::App;

/// The user at the desk.
const USER_ID: &str = "ehr-user";

/// The reference of the user.
fn user() -> String {
    format!("Practitioner/{USER_ID}")
}

/// How an EHR is set up.
#[derive(Clone, Debug)]
pub struct EhrSettings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// By which address others reach it, when that is not the one it listens on; without a slash at the end.
    pub base_url: Option<String>,
    /// The base URL of the CDS services.
    pub service: String,
    /// The patients.
    pub patients: Patients,
    /// The apps that may be launched.
    pub apps: Vec<App>,
    /// How tokens are signed.
    pub algorithm: Algorithm,
    /// What goes wrong from the start.
    pub faults: Faults,
    /// The instant at which services are asked to judge; `None` is the present.
    pub as_of: Option<String>,
    /// The language of the page and of the cards.
    pub language: Language,
    /// Whether the FHIR server is open to whoever reaches it, for writing too.
    pub open: bool,
}

/// A running EHR. It stops when it is dropped.
pub struct Ehr {
    state: Arc<State>,
    handle: ServerHandle,
    thread: Option<JoinHandle<Result<(), String>>>,
}

/// What its parts share.
struct State {
    /// Its address, without a slash at the end.
    base: String,
    patients: RwLock<Patients>,
    faults: RwLock<Faults>,
    grants: Mutex<Grants>,
    desk: Mutex<Desk>,
    cds: CdsClient,
    texts: Texts,
    apps: Vec<App>,
    open: bool,
    is_loopback: bool,
    /// What makes the names that patients have in addresses of pages.
    names: Uuid,
}

/// The client id under which the SMART app of cellwise is registered.
pub const COURSE: &str = "cellwise-course";

impl State {
    fn fhir_base(&self) -> String {
        format!("{}/fhir", self.base)
    }

    fn jwks_url(&self) -> String {
        format!("{}/.well-known/jwks.json", self.base)
    }

    fn faults(&self) -> Faults {
        self.faults.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name that a patient has in the address of a page, which browsers remember: nothing can be read from it.
    fn name_of(&self, patient: &str) -> String {
        Uuid::new_v5(&self.names, patient.as_bytes()).simple().to_string()
    }

    /// The patient with this name.
    fn named(&self, name: &str) -> Option<String> {
        let patients = self.patients.read().unwrap_or_else(PoisonError::into_inner);
        patients.ids().find(|id| self.name_of(id) == name).map(str::to_owned)
    }
}

impl Ehr {
    /// Starts an EHR on a thread of its own.
    ///
    /// # Errors
    /// When the address can't be had, or keys can't be made: one line that says why.
    pub fn start(settings: EhrSettings) -> Result<Self, String> {
        let listen = settings.listen;
        let fail = |error: std::io::Error| format!("can't listen on `{listen}`: {}", reason(&error));
        let listener = TcpListener::bind(listen).map_err(fail)?;
        let address = listener.local_addr().map_err(fail)?;
        let base = settings.base_url.unwrap_or_else(|| format!("http://{}", reachable(address)));
        let jku = format!("{base}/.well-known/jwks.json");
        let (key, mut stray) = (Key::new(settings.algorithm, &base, &jku)?, Key::new(Algorithm::Es384, &base, &jku)?);
        "unpublished".clone_into(&mut stray.signer.kid);
        let mut patients = settings.patients;
        patients.put(json!({
            "resourceType": "Practitioner",
            "id": USER_ID,
            "active": true,
            "name": [{ "text": "Dr. E. Example", "family": "Example", "given": ["Eva"], "prefix": ["Dr."] }],
        }));
        let desk = Desk::new(settings.language, settings.as_of);
        let state = Arc::new(State {
            cds: CdsClient::new(&settings.service, key, stray)?,
            base,
            patients: RwLock::new(patients),
            faults: RwLock::new(settings.faults),
            grants: Mutex::default(),
            desk: Mutex::new(desk),
            texts: Texts::load(&CDS_HOOKS).map_err(|error| error.to_string())?,
            apps: settings.apps,
            open: settings.open,
            is_loopback: address.ip().is_loopback(),
            names: Uuid::new_v4(),
        });
        let (handle, thread) = http::serve(Arc::clone(&state), listener)?;
        Ok(Self { state, handle, thread: Some(thread) })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.state.base
    }

    /// The base URL of its FHIR server.
    #[must_use]
    pub fn fhir_url(&self) -> String {
        self.state.fhir_base()
    }

    /// Where its public keys are.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        self.state.jwks_url()
    }

    /// What to paste into the configuration of cellwise, so that it believes this EHR and may fetch from it.
    #[must_use]
    pub fn client_block(&self) -> String {
        let State { base, .. } = &*self.state;
        let (jku, fhir) = (self.jwks_url(), self.fhir_url());
        format!("[[client]]\nid = \"mock-ehr\"\nissuer = \"{base}\"\njku = \"{jku}\"\nfhir-servers = [\"{fhir}\"]\n")
    }

    /// A whole configuration of cellwise for this EHR.
    #[must_use]
    pub fn configuration(&self) -> String {
        let service = &self.state.cds.service;
        let listen = reqwest::Url::parse(service).ok();
        let listen = listen.and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?)));
        let listen = listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let has_course = self.state.apps.iter().any(|app| app.id == COURSE);
        let app = if has_course { format!("\n[client.smart]\nclient-id = \"{COURSE}\"\n") } else { String::new() };
        format!(
            "# Written by `cellwise ehr`: a server that believes this mock EHR and nobody else. For tests only.\n\n\
             [server]\nlisten = \"{listen}\"\nbase-url = \"{service}\"\n\
             # The page of the mock EHR chooses the day on which patients are judged.\naccept-as-of = true\n\n{}{app}",
            self.client_block()
        )
    }

    /// The address of a patient's chart.
    #[must_use]
    pub fn chart_url(&self, patient: &str) -> String {
        format!("{}/charts/{}", self.state.base, self.state.name_of(patient))
    }

    /// Switches faults, as the page does.
    pub fn switch(&self, faults: Faults) {
        *self.state.faults.write().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Waits until it ends.
    ///
    /// # Errors
    /// When it broke.
    pub fn wait(mut self) -> Result<(), String> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        thread.join().unwrap_or_else(|_panicked| Err("the mock EHR broke".to_owned()))
    }
}

impl Drop for Ehr {
    fn drop(&mut self) {
        // It is told at once; the future only waits until it has stopped.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
