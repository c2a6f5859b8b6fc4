//! cellwise for Python. What Arrow and pandas need stands on the Python side (`cellwise/__init__.py`): here are texts in, rows out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use cellwise::config::{Config, Fingerprint};
use cellwise::engine::Engine;
use cellwise::screen::{ByHand, COLUMNS, Format, Options, Row, Sorted, Watch, run};
use cellwise_record::AsOf;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A row, in the order of `COLUMNS`.
type Values = (String, &'static str, u32, &'static str, Option<&'static str>, String, String, String, String);

/// What a line came to: what it is, whose or which, the kind of data, the text.
type Line = (&'static str, String, String, String);

/// Sorts lines of FHIR resources and judges patients, under one configuration, at one instant.
#[pyclass(frozen)]
struct Screener {
    inner: ByHand<'static>,
    sources: Vec<(&'static str, &'static str)>,
    as_of: String,
}

const NO_INSTANT: &str = "as_of: expected a day such as `2026-11-02`, or an instant with offset";

fn wrong(message: impl ToString) -> PyErr {
    PyValueError::new_err(message.to_string())
}

fn engine(config: Option<&str>) -> PyResult<Engine> {
    let engine = Engine::load().map_err(wrong)?;
    let Some(path) = config else { return Ok(engine) };
    let config = Config::read_for_judging(Path::new(path), engine.knowledge());
    let config = config.map_err(|all| wrong(all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    let engine = engine.under(config.policy, &config.mapping).map_err(wrong)?;
    Ok(match config.server.time_zone {
        Some(zone) => engine.in_zone(zone),
        None => engine,
    })
}

fn values(row: Row<'_>) -> Values {
    let Row { patient, rule, version, verdict, indicator, criteria, gaps, evidence, as_of } = row;
    (patient.to_owned(), rule, version, verdict, indicator, criteria, gaps, evidence, as_of.to_owned())
}

#[pymethods]
impl Screener {
    /// `as_of` is a day or an instant with offset, now when it is not given; `config` the file of a hospital.
    #[new]
    #[pyo3(signature = (as_of=None, config=None))]
    fn new(as_of: Option<&str>, config: Option<&str>) -> PyResult<Self> {
        // Lives as long as the process: a process has one or two.
        let engine: &'static Engine = Box::leak(Box::new(engine(config)?));
        let instant = match as_of {
            None => AsOf::now().at(engine.zone()),
            Some(text) => AsOf::parse_at(text, engine.zone()).ok_or_else(|| wrong(NO_INSTANT))?,
        };
        let as_of = instant.to_rfc3339();
        let inner = ByHand::new(engine, instant);
        let sources = inner.sources().collect();
        Ok(Self { inner, sources, as_of })
    }

    /// The instant that is judged at.
    #[getter]
    fn as_of(&self) -> &str {
        &self.as_of
    }

    /// The kinds of data that rules ask for, with the types of resource that hold them.
    #[getter]
    fn sources(&self) -> Vec<(&'static str, &'static str)> {
        self.sources.clone()
    }

    /// Sorts lines, each a FHIR resource or a Bundle, of a file of this name. What a line came to is `("patient", id, kind, resource)`,
    /// `("drug", id, "", resource)`, `("came", "", kind, "")`, `("lost", "", kind, "")` or `("fault", line, "", problem)`; lines at
    /// which no rule could look come to nothing.
    fn sort(&self, py: Python<'_>, lines: &Bound<'_, PyBytes>, file: &str) -> Vec<Line> {
        let lines = lines.as_bytes();
        let sorted = py.detach(|| self.inner.sort(lines, file));
        let line = |one| match one {
            Sorted::OfPatient { patient, source, text } => ("patient", patient, source.to_owned(), text),
            Sorted::Drug { id, text } => ("drug", id, String::new(), text),
            Sorted::Came(key) => ("came", String::new(), key, String::new()),
            Sorted::Lost(key) => ("lost", String::new(), key, String::new()),
            Sorted::Fault { line, problem } => ("fault", line.to_string(), String::new(), problem),
        };
        sorted.into_iter().map(line).collect()
    }

    /// The rows of a patient of whom `pieces` (kind, resource) are all there is.
    fn judge(
        &self,
        py: Python<'_>,
        patient: &str,
        pieces: Vec<(String, String)>,
        drugs: HashMap<String, String>,
        came: Vec<String>,
        lost: Vec<String>,
    ) -> Vec<Values> {
        py.detach(|| {
            let pieces = pieces.iter().map(|(key, text)| (key.as_str(), text.as_str()));
            self.inner.judge(patient, pieces, &drugs, (&came, &lost), values)
        })
    }
}

/// Screens the export in some files or folders, as `cellwise screen` does: the summary, as JSON.
#[pyfunction]
#[pyo3(signature = (paths, out, format, as_of, config, complete, memory, jobs, fresh))]
#[expect(clippy::too_many_arguments, reason = "named on the Python side")]
fn screen(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    out: PathBuf,
    format: &str,
    as_of: Option<&str>,
    config: Option<&str>,
    complete: bool,
    memory: u64,
    jobs: usize,
    fresh: bool,
) -> PyResult<String> {
    let engine = engine(config)?;
    let format = match format {
        "parquet" => Format::Parquet,
        "csv" => Format::Csv,
        "ndjson" => Format::Ndjson,
        _ => return Err(wrong("format: expected `parquet`, `csv` or `ndjson`")),
    };
    let as_of = as_of.map(|text| AsOf::parse_at(text, engine.zone()).ok_or_else(|| wrong(NO_INSTANT))).transpose()?;
    let settings = config.map(|path| format!("{:?}", Fingerprint::of(Path::new(path)))).unwrap_or_default();
    let options = Options {
        input: paths,
        out,
        format,
        only: Vec::new(),
        verdicts: Vec::new(),
        as_of,
        is_complete: complete,
        memory,
        jobs,
        is_fresh: fresh,
        settings,
    };
    py.detach(|| {
        let summary = run(&engine, &options, &Watch::new(&|_, _, _| {})).map_err(wrong)?;
        serde_json::to_string(&summary).map_err(wrong)
    })
}

#[pymodule]
fn _cellwise(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("COLUMNS", COLUMNS.to_vec())?;
    module.add("__version__", cellwise::built::VERSION)?;
    module.add_function(wrap_pyfunction!(screen, module)?)?;
    module.add_class::<Screener>()
}
