//! The server under a mixed load for a while: `cargo bench --bench soak -- MINUTES`.
//!
//! Ordinary, relevant, fetched, hostile and aborted requests come in at random, from clients that pause between two of them. Time,
//! memory and open descriptors of the server, a process of its own, are printed as they go, and compared at the end: what grows
//! from the second third of the run to the last makes it fail, and so does an answer that is not what it should be, a connection
//! that stays open after its client is gone, and a server that does not stop.

#![allow(clippy::indexing_slicing, reason = "JSON of its own, of which the shape is known")]

#[path = "../corpus.rs"]
mod corpus;
mod fhir;
mod judge;
mod load;
#[path = "../loopback.rs"]
mod loopback;
mod requests;
mod server;

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use judge::Sample;
use load::{Kind, Load};
use requests::Requests;
use server::Server;

const MINUTES: f64 = 5.0;
/// Clients that call at the same time.
const CLIENTS: u64 = 6;
/// Samples of a run.
const SAMPLES: u32 = 30;
/// How long connections whose clients are gone may stay open, and how many others may.
const SETTLES_WITHIN: Duration = Duration::from_secs(30);
const OTHERS: u32 = 4;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<ExitCode> {
    let fhir = fhir::start()?;
    let server = Server::start(fhir)?;
    let requests = Requests::new(fhir)?;
    let load = Load::new(server.address, &requests);
    every_kind(&load);
    let mut problems = load.wrong();
    let mut out = io::stdout().lock();
    if std::env::args().any(|argument| argument == "--bench") && problems.is_empty() {
        let minutes = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(MINUTES);
        let samples = soak(&load, &server, Duration::from_secs_f64(minutes * 60.0), &mut out)?;
        problems.extend(load.wrong());
        problems.extend(judge::growing(&samples));
        writeln!(out, "\n| the quietest quarter of | the second third | the last |\n|---|---|---|")?;
        writeln!(out, "{}", judge::compared(&samples).join("\n"))?;
    } else {
        writeln!(out, "every kind was tried; `cargo bench --bench soak -- MINUTES` soaks")?;
    }
    if let Err(problem) = server.stop() {
        problems.push(problem.to_string());
    }
    for problem in &problems {
        writeln!(out, "\nFAILED: {problem}")?;
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Each request and each attack once.
fn every_kind(load: &Load<'_>) {
    load.requests.hostile.iter().for_each(|hostile| load.attacks(hostile));
    let (mut random, mut kept, mut held) = (Rng::with_seed(0), None, VecDeque::new());
    for kind in Kind::ALL {
        for _ in 0..2 * fhir::WAYS.len() {
            load.once(kind, &mut random, &mut kept, &mut held);
        }
    }
}

/// Runs the clients for so long, and prints what they and the server come to.
fn soak(load: &Load<'_>, server: &Server, time: Duration, out: &mut impl Write) -> Outcome<Vec<Sample>> {
    load.take();
    let idle = server.descriptors()?;
    let control = control()?;
    let (steps, stretch) = (Mutex::new(Vec::new()), time / SAMPLES);
    writeln!(out, "{CLIENTS} clients; p50 / p99 in ms; memory and descriptors of the server alone\n")?;
    let names = Kind::ALL.map(|kind| format!("{kind:?}").to_lowercase()).join(" | ");
    writeln!(out, "| s | requests/s | {names} | control | MB | descriptors |\n|{}", "---|".repeat(10))?;
    let samples = thread::scope(|scope| {
        for seed in 0..CLIENTS {
            scope.spawn(move || load.client(seed));
        }
        scope.spawn(|| keep_time(control, &load.done, &steps));
        let samples = sampled(load, server, &steps, stretch, out);
        load.done.store(true, Ordering::Relaxed);
        samples
    })?;
    let left = settled(server, idle)?;
    writeln!(out, "\nat rest: {:.1} MB, {left} descriptors; before the load {idle}", server.memory()?)?;
    if left > idle + OTHERS {
        return Err(format!("{left} descriptors are open when all clients are gone, and {idle} were before").into());
    }
    Ok(samples)
}

fn sampled(
    load: &Load<'_>,
    server: &Server,
    steps: &Mutex<Vec<Duration>>,
    stretch: Duration,
    out: &mut impl Write,
) -> Outcome<Vec<Sample>> {
    let (begun, mut samples) = (Instant::now(), Vec::new());
    for number in 1..=SAMPLES {
        // What is open and in use swings: the least of a stretch is what stays.
        let (mut memory, mut descriptors) = (f64::INFINITY, u32::MAX);
        while begun.elapsed() < stretch * number {
            thread::sleep(stretch / 20);
            memory = memory.min(server.memory()?);
            descriptors = descriptors.min(server.descriptors()?);
        }
        let took = load.take();
        let of = |kind: Kind| percentiles(took.iter().filter(|(of, _)| *of == kind).map(|(_, took)| *took).collect());
        let (p50, p99) = of(Kind::Ordinary);
        let (control_p50, control_p99) = percentiles(std::mem::take(&mut *steps.lock().map_err(|_| "a panic")?));
        let sample = Sample {
            at: begun.elapsed(),
            p50,
            p99,
            control_p50,
            control_p99,
            memory,
            descriptors: f64::from(descriptors),
        };
        let kinds = Kind::ALL.map(of).map(|(p50, p99)| format!("{p50:.1} / {p99:.1}")).join(" | ");
        let per_second = f64::from(u32::try_from(took.len())?) / stretch.as_secs_f64();
        writeln!(
            out,
            "| {:.0} | {per_second:.0} | {kinds} | {control_p50:.1} / {control_p99:.1} | {memory:.1} | {descriptors} |",
            sample.at.as_secs_f64()
        )?;
        samples.push(sample);
    }
    Ok(samples)
}

/// Waits until hardly anything is open but what was before; how much it is.
fn settled(server: &Server, idle: u32) -> Outcome<u32> {
    let begun = Instant::now();
    loop {
        let open = server.descriptors()?;
        if open <= idle + OTHERS || begun.elapsed() > SETTLES_WITHIN {
            return Ok(open);
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// A connection to somebody who does always the same work: what it takes says how busy the machine is.
fn control() -> Outcome<TcpStream> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let stream = TcpStream::connect(listener.local_addr()?)?;
    stream.set_nodelay(true)?;
    let (mut other, _) = listener.accept()?;
    other.set_nodelay(true)?;
    let [_, body, _] = corpus::bodies();
    thread::spawn(move || {
        let mut byte = [0];
        while other.read_exact(&mut byte).is_ok() {
            let _ = std::hint::black_box(serde_json::from_slice::<serde_json::Value>(&body.json));
            if other.write_all(&byte).is_err() {
                break;
            }
        }
    });
    Ok(stream)
}

fn keep_time(mut control: TcpStream, done: &std::sync::atomic::AtomicBool, steps: &Mutex<Vec<Duration>>) {
    while !done.load(Ordering::Relaxed) {
        let (sent, mut byte) = (Instant::now(), [0]);
        if control.write_all(&byte).and_then(|()| control.read_exact(&mut byte)).is_err() {
            return;
        }
        if let Ok(mut steps) = steps.lock() {
            steps.push(sent.elapsed());
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The median and the value that one in a hundred exceeds, in milliseconds.
fn percentiles(mut took: Vec<Duration>) -> (f64, f64) {
    took.sort_unstable();
    let at = |percent: usize| took.get(took.len() * percent / 100).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
    (at(50), at(99))
}
