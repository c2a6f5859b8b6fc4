//! The server over loopback, beside two floor handlers of the same application: `cargo bench --bench http`.
//!
//! The three handlers take turns in short slices, so that whatever else the machine does hurts all of them alike; every
//! number is the median of its slices, every ratio the median of the ratios of neighbouring slices. Times are printed and
//! never asserted. An argument that is a number sets how many rounds are made.
//!
//! `cargo bench --bench http -- --peer http://127.0.0.1:3000/cds-services/trivial` has a service of another server take its turns,
//! too: it gets the same bodies.

mod corpus;
mod loopback;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use cellwise::http::Settings;
use corpus::Body;
use loopback::{Client, Handler};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 8;
const SLICE: Duration = Duration::from_millis(450);
const CONNECTIONS: [usize; 2] = [1, 16];

/// What is aimed for, by the size of the chart: real ÷ value without a card and with, real ÷ skip without a card, p99 in
/// milliseconds at 16 connections.
const AIMS: [(usize, Aim); 3] = [
    (10, Aim { value: 2.0, value_with_card: 1.0, skip: 0.5, p99: 3.0 }),
    (100, Aim { value: 3.0, value_with_card: 2.5, skip: 0.6, p99: 6.0 }),
    (400, Aim { value: 4.0, value_with_card: 3.5, skip: 0.7, p99: 15.0 }),
];

#[derive(Clone, Copy)]
struct Aim {
    value: f64,
    value_with_card: f64,
    skip: f64,
    p99: f64,
}

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What one slice of one handler came to.
#[derive(Clone, Copy, Default)]
struct Slice {
    per_second: f64,
    p50: f64,
    p99: f64,
}

/// The slices of the handlers for one body and number of connections, by round.
struct Series {
    rounds: Vec<Vec<Slice>>,
}

impl Series {
    fn median(&self, handler: usize, of: impl Fn(&Slice) -> f64) -> f64 {
        median(self.rounds.iter().filter_map(|round| round.get(handler)).map(of).collect())
    }

    /// The throughput of the real endpoint in relation to another handler's.
    fn ratio(&self, other: usize) -> f64 {
        let ratios =
            self.rounds.iter().filter_map(|round| Some(round.first()?.per_second / round.get(other)?.per_second));
        median(ratios.collect())
    }
}

fn main() -> Outcome<()> {
    let mut out = io::stdout().lock();
    let bodies = corpus::calls();
    let address = loopback::start(Settings::default()).map_err(|error| error.to_string())?;
    loopback::check(address, &bodies).map_err(|error| error.to_string())?;
    if !std::env::args().any(|argument| argument == "--bench") {
        writeln!(out, "every handler answers as meant; `cargo bench --bench http` measures")?;
        return Ok(());
    }
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let peer = Peer::named()?;
    let names: Vec<&str> =
        Handler::ALL.iter().map(|handler| handler.name()).chain(peer.as_ref().map(|_| "peer")).collect();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    writeln!(out, "{workers} workers, {rounds} rounds of {} ms per handler; latencies in ms", SLICE.as_millis())?;
    writeln!(out, "\n| body | connections | handler | requests/s | p50 | p99 |\n|---|---|---|---|---|---|")?;
    let mut ratios = String::new();
    for body in &bodies {
        let aim = AIMS.iter().find(|(size, _)| *size >= body.resources).map(|(_, aim)| *aim).ok_or("no aim")?;
        let aim_value = if body.rule.is_some() { aim.value_with_card } else { aim.value };
        let aim_skip = body.rule.is_none().then_some(aim.skip);
        for connections in CONNECTIONS {
            let series = measure(address, peer.as_ref(), body, connections, rounds)?;
            for (index, name) in names.iter().enumerate() {
                let per_second = series.median(index, |slice| slice.per_second);
                let (p50, p99) = (series.median(index, |slice| slice.p50), series.median(index, |slice| slice.p99));
                writeln!(out, "| {} | {connections} | {name} | {per_second:.0} | {p50:.3} | {p99:.3} |", body.name)?;
            }
            let (to_value, to_skip) = (series.ratio(1), series.ratio(2));
            let p99 = series.median(0, |slice| slice.p99);
            let p99 = if connections == 16 {
                format!("{p99:.1} ms ({} {:.0})", mark(p99 < aim.p99), aim.p99)
            } else {
                String::new()
            };
            writeln!(
                ratios,
                "| {} ({} B, {} resources) | {connections} | {to_value:.2} ({} {aim_value}) | {to_skip:.2}{} | {p99} |{}",
                body.name,
                body.json.len(),
                body.resources,
                mark(to_value >= aim_value),
                aim_skip.map(|aim| format!(" ({} {aim})", mark(to_skip >= aim))).unwrap_or_default(),
                peer.as_ref().map(|_| format!(" {} |", against_peer(series.ratio(3)))).unwrap_or_default(),
            )?;
        }
    }
    writeln!(out, "\nIn brackets: whether the aim is met, and the aim.\n")?;
    let (head, line) = if peer.is_some() { (" real ÷ peer |", "---|") } else { ("", "") };
    writeln!(
        out,
        "| body | connections | real ÷ value | real ÷ skip | p99 |{head}\n|---|---|---|---|---|{line}\n{ratios}"
    )?;
    Ok(())
}

/// A service of another server.
struct Peer {
    address: SocketAddr,
    path: String,
}

impl Peer {
    /// The one that `--peer` names.
    fn named() -> Outcome<Option<Self>> {
        let mut arguments = std::env::args().skip_while(|argument| argument != "--peer").skip(1);
        let Some(url) = arguments.next() else { return Ok(None) };
        let rest = url.strip_prefix("http://").ok_or("--peer: an address that begins with http://")?;
        let (host, path) = rest.split_once('/').ok_or("--peer: the address of a service, with its path")?;
        Ok(Some(Self { address: host.parse()?, path: format!("/{path}") }))
    }
}

/// How many times as many calls as a peer with one trivial rule: the aim is the same for every body.
const PEER: f64 = 5.0;

fn against_peer(ratio: f64) -> String {
    format!("{ratio:.1} ({} {PEER})", mark(ratio >= PEER))
}

/// One handler's connections and what is sent over them.
struct Turn {
    clients: Vec<Client>,
    request: Vec<u8>,
}

fn mark(met: bool) -> &'static str {
    if met { "✓" } else { "✗" }
}

/// Every handler in turn, `rounds` times.
fn measure(
    address: SocketAddr,
    peer: Option<&Peer>,
    body: &Body,
    connections: usize,
    rounds: usize,
) -> Outcome<Series> {
    let turn = |address, request| {
        let clients = (0..connections).map(|_| Client::connect(address)).collect::<io::Result<Vec<_>>>()?;
        Ok::<_, io::Error>(Turn { clients, request })
    };
    let own = Handler::ALL.into_iter().map(|handler| turn(address, handler.request(body)));
    let foreign = peer.map(|peer| turn(peer.address, loopback::request_to(&peer.path, body)));
    let mut turns = own.chain(foreign).collect::<io::Result<Vec<_>>>()?;
    for turn in &mut turns {
        slice(&mut turn.clients, &turn.request, SLICE / 4)?;
    }
    let mut series = Series { rounds: Vec::new() };
    for round in 0..rounds {
        let mut slices = vec![Slice::default(); turns.len()];
        for turn in 0..turns.len() {
            // Another handler begins each round.
            let handler = (turn + round) % turns.len();
            if let (Some(place), Some(turn)) = (slices.get_mut(handler), turns.get_mut(handler)) {
                *place = slice(&mut turn.clients, &turn.request, SLICE)?;
            }
        }
        series.rounds.push(slices);
    }
    Ok(series)
}

/// One handler for a while, on every connection at once.
fn slice(clients: &mut [Client], request: &[u8], time: Duration) -> Outcome<Slice> {
    let began = Instant::now();
    let results: Vec<io::Result<Vec<Duration>>> = thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter_mut()
            .map(|client| {
                scope.spawn(move || {
                    let mut latencies = Vec::new();
                    while began.elapsed() < time {
                        let sent = Instant::now();
                        client.call(request)?;
                        latencies.push(sent.elapsed());
                    }
                    Ok(latencies)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("a client panicked"))))
            .collect()
    });
    let took = began.elapsed();
    let mut latencies = Vec::new();
    for result in results {
        latencies.extend(result?);
    }
    latencies.sort_unstable();
    let at = |percent: usize| {
        latencies.get(latencies.len() * percent / 100).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    };
    let count = u32::try_from(latencies.len())?;
    Ok(Slice { per_second: f64::from(count) / took.as_secs_f64(), p50: at(50), p99: at(99) })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len() % 2, values.get(middle), middle.checked_sub(1).and_then(|below| values.get(below))) {
        (1, Some(value), _) => *value,
        (0, Some(above), Some(below)) => f64::midpoint(*above, *below),
        _ => f64::NAN,
    }
}
