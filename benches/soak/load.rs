//! The clients of a run: each does one thing after the other, with a pause between, so that the server is busy and not overrun.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use super::loopback::Client;
use super::requests::{Hostile, Requests};

/// The longest pause between two requests of a client, in milliseconds.
const PAUSE: u64 = 8;
/// Connections that a client leaves open with half a request on them.
const HELD: usize = 4;

/// How long an answer to something hostile may take before it counts as none.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ordinary,
    Relevant,
    Fetched,
    Hostile,
    Aborted,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [Self::Ordinary, Self::Relevant, Self::Fetched, Self::Hostile, Self::Aborted];

    /// Of a hundred things that are done, fifty are ordinary.
    fn at_random(random: &mut Rng) -> Self {
        match random.u8(..100) {
            0..50 => Self::Ordinary,
            50..70 => Self::Relevant,
            70..85 => Self::Fetched,
            85..93 => Self::Hostile,
            _ => Self::Aborted,
        }
    }
}

/// What the clients share.
pub(crate) struct Load<'r> {
    pub(crate) address: SocketAddr,
    pub(crate) requests: &'r Requests,
    pub(crate) done: AtomicBool,
    /// What was done since somebody looked, and how long it took.
    took: Mutex<Vec<(Kind, Duration)>>,
    /// What was not answered as it should have been.
    wrong: Mutex<Vec<String>>,
    number: AtomicU64,
}

impl<'r> Load<'r> {
    pub(crate) fn new(address: SocketAddr, requests: &'r Requests) -> Self {
        let (took, wrong) = (Mutex::default(), Mutex::default());
        Self { address, requests, done: AtomicBool::new(false), took, wrong, number: AtomicU64::new(0) }
    }

    /// What was done since the last time.
    pub(crate) fn take(&self) -> Vec<(Kind, Duration)> {
        std::mem::take(&mut *self.took.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was not answered as it should have been.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, problem: String) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if !wrong.contains(&problem) {
            wrong.push(problem);
        }
    }

    /// One client, until it is enough.
    pub(crate) fn client(&self, seed: u64) {
        let mut random = Rng::with_seed(seed);
        let (mut kept, mut held) = (None, VecDeque::new());
        while !self.done.load(Ordering::Relaxed) {
            let kind = Kind::at_random(&mut random);
            self.once(kind, &mut random, &mut kept, &mut held);
            thread::sleep(Duration::from_millis(random.u64(..=PAUSE)));
        }
    }

    /// Does one thing of a kind, and notes how long it took.
    pub(crate) fn once(&self, kind: Kind, random: &mut Rng, kept: &mut Option<Client>, held: &mut VecDeque<TcpStream>) {
        let begun = Instant::now();
        let requests = self.requests;
        match kind {
            Kind::Ordinary => self.calls(kept, pick(&requests.ordinary, random), &[200], kind),
            Kind::Relevant => self.calls(kept, pick(&requests.relevant, random), &[200], kind),
            Kind::Fetched => {
                let number = self.number.fetch_add(1, Ordering::Relaxed);
                let request = requests.fetched(random.usize(..), number);
                self.calls(kept, Some(&request), &[200, 412], kind);
            }
            Kind::Hostile => {
                if let Some(hostile) = random.choice(&requests.hostile) {
                    self.attacks(hostile);
                }
            }
            // Whatever becomes of it: nobody waits for an answer.
            Kind::Aborted => drop(self.aborts(random, held)),
        }
        self.took.lock().unwrap_or_else(PoisonError::into_inner).push((kind, begun.elapsed()));
    }

    /// A call on the connection that is kept, or on a new one.
    fn calls(&self, kept: &mut Option<Client>, request: Option<&Vec<u8>>, right: &[u16], kind: Kind) {
        let Some(request) = request else { return };
        let client = kept.take().map_or_else(|| Client::connect(self.address), Ok);
        let answered = client.and_then(|mut client| {
            let status = status(client.call(request)?.0);
            *kept = Some(client);
            Ok(status)
        });
        match answered {
            Ok(status) if right.contains(&status) => {}
            Ok(status) => self.note(format!("{kind:?}: status {status}")),
            Err(error) => self.note(format!("{kind:?}: {error}")),
        }
    }

    /// Something hostile, on a connection of its own.
    pub(crate) fn attacks(&self, hostile: &Hostile) {
        let Hostile { name, bytes, right, answers } = hostile;
        let sent = TcpStream::connect(self.address).and_then(|mut stream| {
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.write_all(bytes)?;
            let mut reader = BufReader::new(stream);
            (0..*answers).map(|_| answer(&mut reader)).collect::<io::Result<Vec<u16>>>()
        });
        match sent {
            Ok(statuses) => {
                let is_right = |status: &u16| right.contains(status) || right.is_empty() && *status < 500;
                if let Some(status) = statuses.iter().find(|status| !is_right(status)) {
                    self.note(format!("{name}: status {status}"));
                }
            }
            // What is closed before all of it was sent may show as an error here, whatever was answered.
            Err(error) if !right.is_empty() && bytes.len() < 100_000 => self.note(format!("{name}: {error}")),
            Err(_closed) => {}
        }
    }

    /// A request that is given up somewhere.
    fn aborts(&self, random: &mut Rng, held: &mut VecDeque<TcpStream>) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        let request = pick(&self.requests.relevant, random).map(Vec::as_slice).unwrap_or_default();
        let blank_line = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or_default();
        let half = |of: usize| request.get(..of / 2).unwrap_or_default();
        match random.u8(..6) {
            // Not a word; half a head; half a body; all of it, and the answer is not read.
            0 => {}
            1 => stream.write_all(half(blank_line))?,
            2 => stream.write_all(half(request.len() + blank_line))?,
            3 => stream.write_all(request)?,
            // Many at once, none of them read.
            4 => stream.write_all(&request.repeat(20))?,
            // Half a body, and the rest does not come for a while.
            _ => {
                stream.write_all(half(request.len() + blank_line))?;
                held.push_back(stream);
                if held.len() > HELD {
                    held.pop_front();
                }
            }
        }
        Ok(())
    }
}

fn pick<'l, T>(list: &'l [T], random: &mut Rng) -> Option<&'l T> {
    random.choice(list)
}

/// The status of the next answer, which is read to its end.
fn answer(reader: &mut impl BufRead) -> io::Result<u16> {
    let (mut line, mut first, mut length) = (String::new(), String::new(), 0);
    while line != "\r\n" {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if first.is_empty() {
            first.clone_from(&line);
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
    Ok(status(first.as_bytes()))
}

fn status(head: &[u8]) -> u16 {
    let status = head.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    status.and_then(|digits| digits.parse().ok()).unwrap_or_default()
}
