//! The server in a process of its own: what it holds is nobody else's.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Outcome;

/// How long a stop may take.
const STOPS_WITHIN: Duration = Duration::from_secs(15);

/// A running `cellwise serve`.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts it on a free port, in development, with this FHIR server. What is fetched is forgotten soon, so that the cache is
    /// full in the first third of even a short run.
    pub(crate) fn start(fhir: SocketAddr) -> Outcome<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cellwise"))
            .args(["serve", "--listen", "127.0.0.1:0", "--accept-as-of", "--fhir-server", &format!("http://{fhir}")])
            .env("CELLWISE_FETCH_CACHE_FOR", "5s")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let greeting = lines.next().ok_or("the server ended without a word")??;
        // Nobody waits for the rest, and a full pipe must not stop it.
        thread::spawn(move || lines.for_each(drop));
        let address = greeting.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
        let address = address.ok_or("the server says no address")?.parse()?;
        Ok(Self { child, address })
    }

    /// Its memory, in MB.
    pub(crate) fn memory(&self) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no memory: has it ended?")?;
        let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// How many files and connections it has open.
    pub(crate) fn descriptors(&self) -> io::Result<u32> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.child.id()))?.fold(0, |count, _| count + 1))
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        let sent = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status()?;
        let asked = Instant::now();
        while sent.success() && asked.elapsed() < STOPS_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                return if status.success() { Ok(()) } else { Err(format!("it ended with {status}").into()) };
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err("it does not stop when it is asked to".into())
    }
}

impl Drop for Server {
    /// A run that fails leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
