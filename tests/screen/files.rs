//! Folders with exports, and the rows of a result.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use cellwise::engine::Engine;
use cellwise::screen::{self, Format, Options, Summary, Watch};
use cellwise_record::AsOf;
use serde_json::Value;

/// An empty folder of this name.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screen").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// How lines are written to files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A file for each type, by patient.
    Sorted,
    /// Several files for each type, some of them packed, in no order.
    Unsorted,
    /// One file of Bundles, one for each patient.
    Bundles,
}

/// Writes the resources of patients.
pub(crate) fn write(folder: &Path, patients: &[Vec<Value>], layout: Layout, also: &[&str]) {
    if layout == Layout::Bundles {
        let mut file = fs::File::create(folder.join("everything.ndjson")).unwrap();
        for patient in patients {
            let entries: Vec<Value> = patient.iter().map(|one| serde_json::json!({ "resource": one })).collect();
            writeln!(
                file,
                "{}",
                serde_json::json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
            )
            .unwrap();
        }
        return;
    }
    let mut by_type: BTreeMap<&str, Vec<String>> = also.iter().map(|kind| (*kind, Vec::new())).collect();
    for resource in patients.iter().flatten() {
        by_type.entry(resource["resourceType"].as_str().unwrap()).or_default().push(resource.to_string());
    }
    for (kind, mut lines) in by_type {
        if layout == Layout::Sorted {
            fs::write(folder.join(format!("{kind}.ndjson")), lines.join("\n") + "\n").unwrap();
            continue;
        }
        fastrand::Rng::with_seed(7).shuffle(&mut lines);
        let third = lines.len().div_ceil(3).max(1);
        for (number, part) in lines.chunks(third).enumerate().chain(lines.is_empty().then_some((0, &[][..]))) {
            // Line ends of Windows, an empty line, no line end at the end.
            let text = part.join("\r\n\n");
            if number == 1 {
                let file = fs::File::create(folder.join(format!("{kind}.{number:03}.ndjson.gz"))).unwrap();
                let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
                packed.write_all(text.as_bytes()).unwrap();
                packed.finish().unwrap();
            } else if number == 2 {
                let packed =
                    ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
                fs::write(folder.join(format!("{kind}.{number:03}.ndjson.zst")), packed).unwrap();
            } else {
                fs::write(folder.join(format!("{kind}.{number:03}.ndjson")), text).unwrap();
            }
        }
    }
}

/// What a run is told, unless a test says otherwise.
pub(crate) fn options(input: &Path, out: &Path) -> Options {
    Options {
        input: vec![input.to_owned()],
        out: out.to_owned(),
        format: Format::Ndjson,
        only: Vec::new(),
        verdicts: Vec::new(),
        as_of: AsOf::parse("2026-11-02T09:00:00+01:00"),
        is_complete: false,
        memory: 64 * 1024 * 1024,
        jobs: 2,
        is_fresh: false,
        settings: String::new(),
    }
}

/// Screens.
pub(crate) fn run(engine: &Engine, options: &Options) -> Summary {
    screen::run(engine, options, &Watch::new(&|_, _, _| {})).unwrap()
}

/// The rows of an NDJSON result, by patient and rule.
pub(crate) fn rows(out: &Path) -> BTreeMap<(String, String), Value> {
    let text = fs::read_to_string(out.join("rows.ndjson")).unwrap();
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        ((row["patient"].as_str().unwrap().to_owned(), row["rule"].as_str().unwrap().to_owned()), row)
    };
    text.lines().map(row).collect()
}
