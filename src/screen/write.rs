//! Writing rows: as CSV, as NDJSON, as Parquet. Each part of the patients is a file of its own until all are there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::Type;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::row::{COLUMNS, Row};
use crate::words::cell;

/// How the rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A folder of Parquet files, as Spark, pandas and `DuckDB` read it
    Parquet,
    /// One CSV file
    Csv,
    /// One NDJSON file: an object per row
    Ndjson,
}

/// Rows of a group in a Parquet file.
const GROUP: usize = 65_536;

/// The columns of the Parquet files.
const SCHEMA: &str = "message row {
    required binary patient (STRING);
    required binary rule (STRING);
    required int32 version;
    required binary verdict (STRING);
    optional binary indicator (STRING);
    required binary criteria (STRING);
    required binary gaps (STRING);
    required binary evidence (STRING);
    required binary as_of (STRING);
}";

impl Format {
    /// The end of the name of a file of it.
    fn end(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// The file of a part while the others are made.
    pub(super) fn part(self, folder: &Path, part: usize) -> PathBuf {
        folder.join(format!("part-{part:05}.{}", self.end()))
    }

    /// The result of a run: a file, or a folder of Parquet files.
    #[must_use]
    pub fn result(self, folder: &Path) -> PathBuf {
        match self {
            Self::Parquet => folder.join("rows.parquet"),
            Self::Csv | Self::Ndjson => folder.join(format!("rows.{}", self.end())),
        }
    }

    /// Puts the parts together.
    pub(super) fn join(self, parts: &Path, count: usize, folder: &Path) -> io::Result<()> {
        let result = self.result(folder);
        if self == Self::Parquet {
            // What an earlier run left.
            match fs::remove_dir_all(&result) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => fs::create_dir(&result)?,
            }
            return (0..count).try_for_each(|part| {
                let from = self.part(parts, part);
                fs::rename(&from, self.part(&result, part))
            });
        }
        let new = result.with_added_extension("new");
        let mut to = BufWriter::new(File::create(&new)?);
        if self == Self::Csv {
            to.write_all(COLUMNS.join(",").as_bytes())?;
            to.write_all(b"\n")?;
        }
        for part in 0..count {
            let from = self.part(parts, part);
            io::copy(&mut File::open(&from)?, &mut to)?;
            fs::remove_file(&from)?;
        }
        to.flush()?;
        fs::rename(new, result)
    }
}

/// Writes the rows of a part.
pub(super) enum Writer {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Ndjson(BufWriter<File>),
    Parquet(Box<Groups>),
}

/// A row as an object, with its lists as they are.
#[derive(Serialize)]
struct Object<'r> {
    patient: &'r str,
    rule: &'static str,
    version: u32,
    verdict: &'static str,
    indicator: Option<&'static str>,
    criteria: &'r RawValue,
    gaps: &'r RawValue,
    evidence: &'r RawValue,
    as_of: &'r str,
}

impl Writer {
    /// Begins a file.
    pub(super) fn create(format: Format, path: &Path) -> io::Result<Self> {
        let file = File::create(path)?;
        Ok(match format {
            Format::Csv => {
                let mut builder = csv::WriterBuilder::new();
                Self::Csv(Box::new(builder.has_headers(false).from_writer(BufWriter::new(file))))
            }
            Format::Ndjson => Self::Ndjson(BufWriter::new(file)),
            Format::Parquet => Self::Parquet(Box::new(Groups::create(file).map_err(io::Error::other)?)),
        })
    }

    /// Writes a row.
    pub(super) fn write(&mut self, row: &Row<'_>) -> io::Result<()> {
        match self {
            Self::Csv(writer) => {
                writer.write_record(row.fields().map(|field| cell(&field).into_owned())).map_err(io::Error::other)
            }
            Self::Ndjson(writer) => {
                let raw = |text: &str| RawValue::from_string(text.to_owned());
                let (criteria, gaps, evidence) = (raw(&row.criteria)?, raw(&row.gaps)?, raw(&row.evidence)?);
                let object = Object {
                    patient: row.patient,
                    rule: row.rule,
                    version: row.version,
                    verdict: row.verdict,
                    indicator: row.indicator,
                    criteria: &criteria,
                    gaps: &gaps,
                    evidence: &evidence,
                    as_of: row.as_of,
                };
                serde_json::to_writer(&mut *writer, &object)?;
                writer.write_all(b"\n")
            }
            Self::Parquet(groups) => groups.add(row).map_err(io::Error::other),
        }
    }

    /// Ends the file.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(mut writer) => writer.flush(),
            Self::Ndjson(mut writer) => writer.flush(),
            Self::Parquet(groups) => groups.finish().map_err(io::Error::other),
        }
    }
}

/// A Parquet file that is being written, group by group.
pub(super) struct Groups {
    writer: SerializedFileWriter<File>,
    texts: [Vec<ByteArray>; 7],
    versions: Vec<i32>,
    indicators: Vec<ByteArray>,
    has_indicator: Vec<i16>,
}

impl Groups {
    fn create(file: File) -> Result<Self, ParquetError> {
        let schema: Arc<Type> = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties))?;
        Ok(Self {
            writer,
            texts: Default::default(),
            versions: Vec::new(),
            indicators: Vec::new(),
            has_indicator: Vec::new(),
        })
    }

    fn add(&mut self, row: &Row<'_>) -> Result<(), ParquetError> {
        let texts = [row.patient, row.rule, row.verdict, &row.criteria, &row.gaps, &row.evidence, row.as_of];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(ByteArray::from(text));
        }
        self.versions.push(i32::try_from(row.version).unwrap_or(i32::MAX));
        self.has_indicator.push(i16::from(row.indicator.is_some()));
        self.indicators.extend(row.indicator.map(ByteArray::from));
        if self.versions.len() >= GROUP { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        let [patient, rule, verdict, criteria, gaps, evidence, as_of] = &self.texts;
        let mut group = self.writer.next_row_group()?;
        text(&mut group, patient, None)?;
        text(&mut group, rule, None)?;
        if let Some(mut column) = group.next_column()? {
            column.typed::<Int32Type>().write_batch(&self.versions, None, None)?;
            column.close()?;
        }
        text(&mut group, verdict, None)?;
        text(&mut group, &self.indicators, Some(&self.has_indicator))?;
        for column in [criteria, gaps, evidence, as_of] {
            text(&mut group, column, None)?;
        }
        group.close()?;
        self.texts.iter_mut().for_each(Vec::clear);
        self.versions.clear();
        self.indicators.clear();
        self.has_indicator.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(), ParquetError> {
        if !self.versions.is_empty() {
            self.write()?;
        }
        self.writer.close().map(|_| ())
    }
}

/// Writes the next column of a group; `defined` says which of its rows have a value.
fn text(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[ByteArray],
    defined: Option<&[i16]>,
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<ByteArrayType>().write_batch(values, defined, None)?;
        column.close()?;
    }
    Ok(())
}
