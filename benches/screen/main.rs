//! How fast patients are screened: `cargo bench --bench screen`, `-- 1000000` for as many patients, `-- 1000000 DIR` to keep their files.
//!
//! An invented hospital (`hospital.rs`) is written once. Then, each in a process of its own, so that its peak of memory is its own: a pass
//! that parses every line into a `serde_json::Value` and does nothing else, and the screening, each with one thread and with two.

#![allow(clippy::cast_precision_loss, reason = "sizes of a benchmark fit")]

mod hospital;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use cellwise::engine::Engine;
use cellwise::screen::{self, Format, Options, Watch};
use cellwise_record::AsOf;
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PATIENTS: usize = 50_000;
const AS_OF: &str = "2026-11-02T09:00:00+01:00";

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["value", folder, jobs] => value(Path::new(folder), jobs.parse()?),
        ["screen", folder, jobs] => screened(Path::new(folder), jobs.parse()?),
        ["write", folder, patients] => {
            hospital::write(Path::new(folder), patients.parse()?).map(|_| ()).map_err(Failure::from)
        }
        [] => compare(PATIENTS, None),
        [patients] => compare(patients.parse()?, None),
        [patients, folder] => compare(patients.parse()?, Some(Path::new(folder))),
        _ => Err("expected a number of patients, and a folder that keeps their files".into()),
    }
}

fn compare(patients: usize, keep: Option<&Path>) -> Result<(), Failure> {
    let folder = keep
        .map_or_else(|| std::env::temp_dir().join(format!("cellwise-screen-{}", std::process::id())), Path::to_owned);
    let input = folder.join("export");
    let mut out = io::stdout().lock();
    let marker = folder.join(format!("{patients}.written"));
    if !marker.is_file() {
        let begin = Instant::now();
        hospital::write(&input, patients)?;
        File::create(&marker)?;
        writeln!(out, "written in {:.0} s", begin.elapsed().as_secs_f64())?;
    }
    let bytes = size(&input)?;
    let megabytes = bytes as f64 / 1e6;
    writeln!(out, "{patients} patients, {megabytes:.0} MB, {:.1} kB each", megabytes * 1e3 / patients as f64)?;
    writeln!(out, "{:<28} {:>8} {:>10} {:>12} {:>14} {:>10}", "", "s", "MB/s", "MB/s/core", "patients/s", "peak MiB")?;
    for (kind, jobs) in [("value", 1), ("value", 2), ("screen", 1), ("screen", 2)] {
        let output = Command::new(std::env::current_exe()?).args([kind, path(&input)?, &jobs.to_string()]).output()?;
        let told = String::from_utf8(output.stdout)?;
        let numbers: Vec<f64> = told.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [seconds, processor, peak] = numbers.as_slice() else {
            return Err(format!("{kind}: {told}{}", String::from_utf8_lossy(&output.stderr)).into());
        };
        writeln!(
            out,
            "{:<28} {seconds:>8.2} {:>10.0} {:>12.0} {:>14.0} {peak:>10.0}",
            format!("{kind}, {jobs} threads"),
            megabytes / seconds,
            megabytes / processor,
            patients as f64 / seconds
        )?;
    }
    if keep.is_none() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

fn path(path: &Path) -> Result<&str, Failure> {
    path.to_str().ok_or_else(|| "a path is no text".into())
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn size(folder: &Path) -> io::Result<u64> {
    files(folder)?.iter().map(|file| fs::metadata(file).map(|meta| meta.len())).sum()
}

/// Seconds, processor seconds, peak of memory in MiB.
fn told(begin: Instant) -> Result<(), Failure> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let times: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|word| word.parse().ok())
        .collect();
    // Linux counts in hundredths.
    let processor = times.iter().sum::<f64>() / 100.0;
    writeln!(io::stdout(), "{} {} {}", begin.elapsed().as_secs_f64(), processor, peak.unwrap_or_default() / 1024.0)?;
    Ok(())
}

/// Parses every line, and nothing else.
fn value(folder: &Path, jobs: usize) -> Result<(), Failure> {
    let begin = Instant::now();
    let (files, next) = (files(folder)?, AtomicUsize::new(0));
    let results: Vec<io::Result<usize>> = thread::scope(|scope| {
        let one = || {
            let mut resources = 0;
            while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut reader = BufReader::with_capacity(1 << 20, File::open(file)?);
                let mut line = Vec::new();
                while reader.read_until(b'\n', &mut line)? > 0 {
                    let value: Value = serde_json::from_slice(&line)?;
                    resources += usize::from(value.get("resourceType").is_some());
                    line.clear();
                }
            }
            Ok(resources)
        };
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("failed")))).collect()
    });
    for result in results {
        black_box(result?);
    }
    told(begin)
}

fn screened(folder: &Path, jobs: usize) -> Result<(), Failure> {
    let engine = Engine::load()?;
    let out = folder.with_file_name(format!("out-{jobs}"));
    let _ = fs::remove_dir_all(&out);
    let begin = Instant::now();
    let options = Options {
        input: vec![folder.to_owned()],
        out: out.clone(),
        format: Format::Parquet,
        only: Vec::new(),
        verdicts: Vec::new(),
        as_of: AsOf::parse(AS_OF),
        is_complete: true,
        memory: 1 << 30,
        jobs,
        is_fresh: true,
        settings: String::new(),
    };
    let summary = screen::run(&engine, &options, &Watch::new(&|_, _, _| {}))?;
    if summary.is_partial() {
        return Err("something was not read".into());
    }
    black_box(summary);
    told(begin)
}
