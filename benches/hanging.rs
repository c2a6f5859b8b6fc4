//! What one client's hanging FHIR server costs another client: `cargo bench --bench hanging`.
//!
//! Client B sends everything as prefetch. Beside it client A sends requests without prefetch, at a steady rate and over so many
//! connections that its share of waiting calls is always used up. The conditions take turns, so that whatever else the
//! machine does hurts all of them alike. A costs processor time whatever its FHIR server does: two controls show how much.
//! Times are printed and never asserted. An argument that is a number sets how many rounds are made.

mod corpus;
mod loopback;

use std::io::{self, ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use cellwise::client::{Callers, FhirAccess, FhirVersion};
use cellwise::gather::FetchSettings;
use cellwise::http::Settings;
use corpus::Body;
use loopback::{Client, Handler};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;
/// Client B: its connections, and the requests that each of them sends in a slice.
const CONNECTIONS: usize = 6;
const REQUESTS: usize = 200;
/// Connections of client A beyond the calls that may wait at the same time, so that there are always some too many.
const TOO_MANY: usize = 8;
/// How long client A is on its way before client B is measured.
const LEAD: Duration = Duration::from_millis(600);

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What client A does meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// Nothing: B is alone.
    Nothing,
    /// It sends everything as prefetch, too.
    Prefetch,
    /// Its FHIR server answers at once.
    Answering,
    /// Its FHIR server takes the connection and never answers.
    Hanging,
}

impl Beside {
    const ALL: [Self; 4] = [Self::Nothing, Self::Prefetch, Self::Answering, Self::Hanging];

    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "B alone",
            Self::Prefetch => "A sends prefetch",
            Self::Answering => "A's FHIR server answers",
            Self::Hanging => "A's FHIR server hangs",
        }
    }
}

/// Latencies of one client in one slice, in milliseconds.
#[derive(Clone, Copy, Default)]
struct Slice {
    requests: usize,
    p50: f64,
    p90: f64,
    p99: f64,
}

impl Slice {
    fn of(mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        let at = |percent: usize| {
            latencies.get(latencies.len() * percent / 100).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1000.0)
        };
        Self { requests: latencies.len(), p50: at(50), p90: at(90), p99: at(99) }
    }
}

fn main() -> Outcome<()> {
    let mut out = io::stdout().lock();
    let bodies = corpus::bodies();
    let [_, body, _] = &bodies;
    let (answering, hanging) = (answering()?, hanging()?);
    let servers = [answering, hanging].map(|address| Url::parse(&format!("http://{address}")));
    let fhir = FhirAccess {
        servers: servers.into_iter().collect::<Result<_, _>>()?,
        // Nothing is asked before the data itself: every call opens as many connections as it has questions.
        version: Some(FhirVersion::R4),
        ..FhirAccess::default()
    };
    let client = cellwise::client::Client { fhir, ..cellwise::client::Client::anonymous() };
    let fetch = FetchSettings { cache_for: Duration::ZERO, ..FetchSettings::default() };
    let (deadline, waiting) = (fetch.deadline, fetch.concurrent_calls);
    let settings = Settings { callers: Callers::Anyone(client), fetch, ..Settings::default() };
    let address = loopback::start(settings).map_err(|error| error.to_string())?;
    loopback::check(address, &bodies).map_err(|error| error.to_string())?;

    let prefetched = Handler::Real.request(body);
    let requests = Beside::ALL.map(|beside| match beside {
        Beside::Nothing => Ok(None),
        Beside::Prefetch => Ok(Some(prefetched.clone())),
        Beside::Answering => fetching(body, answering).map(Some),
        Beside::Hanging => fetching(body, hanging).map(Some),
    });
    let requests = requests.into_iter().collect::<Result<Vec<_>, _>>()?;
    if !std::env::args().any(|argument| argument == "--bench") {
        for request in requests.iter().flatten() {
            Client::connect(address)?.call(request)?;
        }
        writeln!(out, "every request is answered; `cargo bench --bench hanging` measures")?;
        return Ok(());
    }
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let crowd = waiting + TOO_MANY;
    writeln!(
        out,
        "B: {CONNECTIONS} connections, {REQUESTS} requests each, {} ({} resources). A: {crowd} connections, each a request \
         every {} ms at most; {waiting} calls may wait. Latencies in ms.\n",
        body.name,
        body.resources,
        deadline.as_millis()
    )?;
    writeln!(out, "| round | beside | B p50 | B p90 | B p99 | A requests | A p50 |\n|---|---|---|---|---|---|---|")?;
    let mut all: Vec<[Slice; 4]> = Vec::new();
    for round in 0..rounds {
        let mut slices = [Slice::default(); 4];
        for turn in 0..slices.len() {
            // Another condition begins each round.
            let condition = (turn + round) % slices.len();
            let (Some(place), Some(beside)) = (slices.get_mut(condition), Beside::ALL.get(condition)) else { continue };
            let crowding = requests.get(condition).and_then(Option::as_deref);
            let (of_b, of_a) = measure(address, &prefetched, crowding, crowd, deadline)?;
            *place = of_b;
            let of_a =
                if crowding.is_some() { format!("{} | {:.1}", of_a.requests, of_a.p50) } else { " | ".to_owned() };
            let (Slice { p50, p90, p99, .. }, number) = (of_b, round + 1);
            writeln!(out, "| {number} | {} | {p50:.3} | {p90:.3} | {p99:.3} | {of_a} |", beside.name())?;
        }
        all.push(slices);
    }
    writeln!(out, "\nMedians, and in brackets the ratio to B alone in the same round (median, range):\n")?;
    writeln!(out, "| beside | B p50 | B p90 | B p99 |\n|---|---|---|---|")?;
    for (condition, beside) in Beside::ALL.iter().enumerate() {
        let cells = [|slice: &Slice| slice.p50, |slice: &Slice| slice.p90, |slice: &Slice| slice.p99]
            .map(|of| summary(&all, condition, of));
        writeln!(out, "| {} | {} |", beside.name(), cells.join(" | "))?;
    }
    Ok(())
}

/// The median of a number, and of its ratio to the number of B alone.
fn summary(all: &[[Slice; 4]], condition: usize, of: fn(&Slice) -> f64) -> String {
    let values: Vec<f64> = all.iter().filter_map(|round| round.get(condition)).map(of).collect();
    let alone = all.iter().filter_map(|round| round.first()).map(of);
    let mut ratios: Vec<f64> = values.iter().zip(alone).map(|(value, alone)| value / alone).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let (Some(least), Some(most)) = (ratios.first().copied(), ratios.last().copied()) else { return String::new() };
    format!("{:.3} ({:.2}, {least:.2}–{most:.2})", median(values), median(ratios))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Client B's requests, beside those of client A if it has any. Yields the latencies of both.
fn measure(
    address: SocketAddr,
    request: &[u8],
    crowding: Option<&[u8]>,
    crowd: usize,
    period: Duration,
) -> Outcome<(Slice, Slice)> {
    let done = AtomicBool::new(false);
    let done = &done;
    let (of_b, of_a) = thread::scope(|scope| {
        let crowd = crowding.map_or(0, |_| crowd);
        let theirs: Vec<_> = (0..crowd)
            .map(|_| scope.spawn(move || steadily(address, crowding.unwrap_or_default(), period, done)))
            .collect();
        if crowd > 0 {
            thread::sleep(LEAD);
        }
        let ours: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(move || at_once(address, request))).collect();
        let ours: Vec<_> = ours.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        (ours, theirs.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>())
    });
    let joined = |of: Vec<thread::Result<io::Result<Vec<Duration>>>>| -> Outcome<Slice> {
        let mut latencies = Vec::new();
        for one in of {
            latencies.extend(one.map_err(|_panic| "a client panicked")??);
        }
        Ok(Slice::of(latencies))
    };
    Ok((joined(of_b)?, joined(of_a)?))
}

/// One request after the other.
fn at_once(address: SocketAddr, request: &[u8]) -> io::Result<Vec<Duration>> {
    let mut client = Client::connect(address)?;
    (0..REQUESTS).map(|_| timed(&mut client, request)).collect()
}

/// A request in every period, or as soon as the last is answered, until it is enough.
fn steadily(address: SocketAddr, request: &[u8], period: Duration, done: &AtomicBool) -> io::Result<Vec<Duration>> {
    let mut client = Client::connect(address)?;
    let mut latencies = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let latency = timed(&mut client, request)?;
        latencies.push(latency);
        thread::sleep(period.saturating_sub(latency));
    }
    Ok(latencies)
}

fn timed(client: &mut Client, request: &[u8]) -> io::Result<Duration> {
    let sent = Instant::now();
    client.call(request)?;
    Ok(sent.elapsed())
}

/// The same request without prefetch, with the address of a FHIR server instead.
fn fetching(body: &Body, server: SocketAddr) -> serde_json::Result<Vec<u8>> {
    let mut request: Value = serde_json::from_slice(&body.json)?;
    if let Some(request) = request.as_object_mut() {
        request.remove("prefetch");
        request.insert("fhirServer".to_owned(), json!(format!("http://{server}")));
        let authorization = json!({
            "access_token": "token", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cellwise",
        });
        request.insert("fhirAuthorization".to_owned(), authorization);
    }
    let json = serde_json::to_vec(&request)?;
    Ok(Handler::Real.request(&Body { json, ..*body }))
}

/// A FHIR server that answers at once: the Patient that is asked for, and no other data.
fn answering() -> Outcome<SocketAddr> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(|| App::new().default_service(web::to(record))).workers(1);
            let server = server.disable_signals().bind((Ipv4Addr::LOCALHOST, 0))?;
            let _ = tell.send(server.addrs().first().copied());
            server.run().await
        })
    });
    told.recv()?.ok_or_else(|| "no port".into())
}

async fn record(request: HttpRequest) -> HttpResponse {
    let answer = match request.path().strip_prefix("/Patient/") {
        Some(id) => json!({ "resourceType": "Patient", "id": id, "gender": "male", "birthDate": "1968-03-14" }),
        None => json!({ "resourceType": "Bundle", "type": "searchset", "total": 0 }),
    };
    HttpResponse::Ok().content_type("application/fhir+json").body(answer.to_string())
}

/// A FHIR server that takes every connection, reads what is sent, and never answers.
fn hanging() -> Outcome<SocketAddr> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        let taken = actix_web::rt::System::new().block_on(take_all(listener));
        taken.inspect_err(|error| drop(writeln!(io::stderr(), "the hanging server stopped: {error}")))
    });
    Ok(address)
}

async fn take_all(listener: std::net::TcpListener) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        // Until the other side gives up: connections that are not closed would use up what a process may have.
        actix_web::rt::spawn(async move {
            let mut ignored = [0; 4096];
            while stream.readable().await.is_ok() {
                match stream.try_read(&mut ignored) {
                    Ok(0) => break,
                    Err(error) if error.kind() != ErrorKind::WouldBlock => break,
                    _ => {}
                }
            }
        });
    }
}
