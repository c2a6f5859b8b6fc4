//! What the store costs a call, and what one that fails costs it: `cargo bench --bench store`.
//!
//! A listed client sends one small call after the other, each with its own token, over a few connections. The conditions take turns,
//! so that whatever else the machine does hurts all of them alike. In two of them the database goes away when half of the calls were
//! sent. PostgreSQL takes part where `CELLWISE_TEST_POSTGRES` names a database. Times are printed and never asserted. An argument
//! that is a number sets how many rounds are made.

mod corpus;
mod loopback;

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cellwise::client::{self, Callers, KeySource, Trust};
use cellwise::http::Settings;
use cellwise_record::AsOf;
use cellwise_store::{Address, Settings as StoreSettings};
use loopback::Client;
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 4;
const CONNECTIONS: usize = 4;
/// What each of them sends in a round.
const REQUESTS: usize = 500;
const SERVICE: &str = "/cds-services/cell-therapy-order-safety";
const BASE: &str = "https://cds.example.org";
const BODY: &str = include_str!("../fixtures/requests/steroid-after-car-t.json");

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The passage to a database, which can be cut or held.
#[derive(Default)]
struct Passage {
    is_cut: AtomicBool,
    is_held: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Passage {
    fn to(target: SocketAddr) -> Outcome<(Arc<Self>, SocketAddr)> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (passage, address) = (Arc::new(Self::default()), listener.local_addr()?);
        let own = Arc::clone(&passage);
        thread::spawn(move || -> io::Result<()> {
            for near in listener.incoming() {
                let near = near?;
                if own.is_cut.load(Relaxed) {
                    continue;
                }
                let far = TcpStream::connect(target)?;
                far.set_nodelay(true)?;
                near.set_nodelay(true)?;
                if let Ok(mut open) = own.open.lock() {
                    open.push(near.try_clone()?);
                }
                for (from, to) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
                    let own = Arc::clone(&own);
                    thread::spawn(move || own.pass(from, to));
                }
            }
            Ok(())
        });
        Ok((passage, address))
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            while self.is_held.load(Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
            if to.write_all(buffer.get(..count).unwrap_or_default()).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    }

    fn set(&self, what: &AtomicBool, on: bool) {
        what.store(on, Relaxed);
        if on && self.is_cut.load(Relaxed) {
            for stream in self.open.lock().map(|mut open| open.drain(..).collect::<Vec<_>>()).unwrap_or_default() {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

/// What happens when half of a round was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Halfway {
    Nothing,
    Cut,
    Hold,
}

struct Condition {
    name: &'static str,
    address: SocketAddr,
    passage: Option<Arc<Passage>>,
    halfway: Halfway,
    latencies: Vec<Duration>,
    refused: usize,
}

struct Signer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    count: AtomicU64,
}

impl Signer {
    fn new() -> Outcome<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        Ok(Self { pair, random: SystemRandom::new(), count: AtomicU64::default() })
    }

    fn client(&self) -> Outcome<client::Client> {
        let (x, y) =
            self.pair.public_key().as_ref().get(1..).and_then(|point| point.split_at_checked(32)).ok_or("no key")?;
        let encoded = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
        let jwk: Value = json!({ "kty": "EC", "crv": "P-256", "kid": "a", "x": encoded(x), "y": encoded(y) });
        let keys = KeySource::Static(serde_json::from_value(json!({ "keys": [jwk] }))?);
        let trust = Trust {
            issuer: BASE.to_owned(),
            tenants: Vec::new(),
            audiences: Vec::new(),
            algorithms: vec![jsonwebtoken::Algorithm::ES256],
            keys,
        };
        let requests_per_minute = std::num::NonZeroU32::new(1_000_000);
        Ok(client::Client {
            id: "ehr".to_owned(),
            trust: Some(trust),
            requests_per_minute,
            ..client::Client::anonymous()
        })
    }

    /// A call with a token of its own.
    fn request(&self) -> Outcome<Vec<u8>> {
        let now = AsOf::now().instant.as_second();
        let number = self.count.fetch_add(1, Relaxed);
        let claims = json!({
            "iss": BASE, "aud": format!("{BASE}{SERVICE}"), "iat": now - 1, "exp": now + 3000, "jti": format!("{now}-{number}")
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&json!({ "alg": "ES256", "typ": "JWT", "kid": "a" })), part(&claims));
        let signature = self.pair.sign(&self.random, message.as_bytes())?;
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        let body = BODY.replacen("hookInstance\": \"", &format!("hookInstance\": \"{number:08}"), 1);
        Ok(format!(
            "POST {SERVICE} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes())
    }
}

fn main() -> Outcome<()> {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let signer = Signer::new()?;
    let folder = std::env::temp_dir().join(format!("cellwise-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut conditions = conditions(&signer, &folder)?;
    for round in 0..=rounds {
        for condition in &mut conditions {
            let (latencies, refused) = send(&signer, condition)?;
            // The first round warms up.
            if round > 0 {
                condition.latencies.extend(latencies);
                condition.refused += refused;
            }
        }
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{CONNECTIONS} connections, {rounds} rounds of {REQUESTS} calls each; milliseconds")?;
    writeln!(out, "{:<28} {:>7} {:>7} {:>7} {:>7} {:>8}", "store", "p50", "p90", "p99", "most", "not 200")?;
    for Condition { name, latencies, refused, .. } in &mut conditions {
        latencies.sort_unstable();
        let at = |of_thousand: usize| {
            let latency = latencies.get((latencies.len() * of_thousand / 1000).min(latencies.len().saturating_sub(1)));
            latency.map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
        };
        writeln!(out, "{name:<28} {:>7.2} {:>7.2} {:>7.2} {:>7.2} {refused:>8}", at(500), at(900), at(990), at(1000))?;
    }
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

fn conditions(signer: &Signer, folder: &std::path::Path) -> Outcome<Vec<Condition>> {
    let client = signer.client()?;
    let start = |name, url: Option<String>, passage, halfway| -> Outcome<Condition> {
        let store = url.map(|url| -> Outcome<StoreSettings> {
            let address = Address::parse(&url, folder)?;
            Ok(StoreSettings { address, comments: false, keep_comments_for: Duration::from_hours(1) })
        });
        let settings = Settings {
            store: store.transpose()?,
            callers: Callers::Listed(vec![client.clone()]),
            base_url: Some(BASE.parse()?),
            workers: 2,
            ..Settings::default()
        };
        let address = loopback::start(settings).map_err(|error| error.to_string())?;
        Ok(Condition { name, address, passage, halfway, latencies: Vec::new(), refused: 0 })
    };
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let hanging = format!("postgres://a@{}/b?sslmode=disable", silent.local_addr()?);
    thread::spawn(move || silent.incoming().collect::<Vec<_>>());
    let mut conditions = vec![
        start("none", None, None, Halfway::Nothing)?,
        start("SQLite", Some("sqlite:cellwise.db".to_owned()), None, Halfway::Nothing)?,
        start("hangs from the start", Some(hanging), None, Halfway::Nothing)?,
    ];
    #[allow(clippy::disallowed_methods, reason = "where a server is, is told by the environment alone")]
    if let Ok(url) = std::env::var("CELLWISE_TEST_POSTGRES") {
        conditions.push(start("PostgreSQL", Some(url.clone()), None, Halfway::Nothing)?);
        let place = url.split(['@', '/']).find(|part| part.parse::<SocketAddr>().is_ok()).ok_or("no address")?;
        for (name, halfway) in
            [("PostgreSQL, stops halfway", Halfway::Cut), ("PostgreSQL, hangs halfway", Halfway::Hold)]
        {
            let (passage, address) = Passage::to(place.parse()?)?;
            let url = url.replace(place, &address.to_string());
            conditions.push(start(name, Some(url), Some(passage), halfway)?);
        }
    }
    Ok(conditions)
}

/// The latencies of a round, and how many answers were no 200.
fn send(signer: &Signer, condition: &Condition) -> Outcome<(Vec<Duration>, usize)> {
    let sent = AtomicUsize::default();
    let halfway = || {
        if let Some(passage) = &condition.passage {
            match condition.halfway {
                Halfway::Cut => passage.set(&passage.is_cut, true),
                Halfway::Hold => passage.set(&passage.is_held, true),
                Halfway::Nothing => {}
            }
        }
    };
    let one = || -> Outcome<(Vec<Duration>, usize)> {
        let requests: Vec<Vec<u8>> = (0..REQUESTS).map(|_| signer.request()).collect::<Outcome<_>>()?;
        let mut client = Client::connect(condition.address)?;
        let (mut latencies, mut refused) = (Vec::with_capacity(REQUESTS), 0);
        for request in &requests {
            if sent.fetch_add(1, Relaxed) == CONNECTIONS * REQUESTS / 2 {
                halfway();
            }
            let started = Instant::now();
            let (head, _) = client.call(request)?;
            refused += usize::from(!head.starts_with(b"HTTP/1.1 200"));
            latencies.push(started.elapsed());
        }
        Ok((latencies, refused))
    };
    let result = thread::scope(|scope| {
        let sending: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(one)).collect();
        let (mut latencies, mut refused) = (Vec::new(), 0);
        for sending in sending {
            let (some, none) = sending.join().map_err(|_panic| "a sender panicked")??;
            latencies.extend(some);
            refused += none;
        }
        Ok((latencies, refused))
    });
    if let Some(passage) = &condition.passage {
        passage.set(&passage.is_cut, false);
        passage.set(&passage.is_held, false);
        // For the next round it is back, and calls wait for it again.
        thread::sleep(Duration::from_secs(4));
    }
    result
}
