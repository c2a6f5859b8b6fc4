//! Judging the patients of one part: its lines are in memory, put in order by patient, and each patient is judged and written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cellwise_record::{Source, Verdict};
use serde::{Deserialize, Serialize};

use super::drugs::Index;
use super::judge::{Judge, Piece};
use super::row::Row;
use super::spill::{Record, Tag, divide, file_of, records};
use super::state::State;
use super::tally::Verdicts;
use super::write::{Format, Writer};
use crate::files;

/// How deep a part is divided: by then a hundred thousand times smaller.
const DEEPEST: u8 = 3;

/// What parts are judged by, and where their files are.
pub(super) struct Parts<'a> {
    pub(super) judge: &'a Judge<'a>,
    pub(super) drugs: &'a Index,
    pub(super) state: &'a State,
    /// Where lines were put aside, and where results go until all are there.
    pub(super) folder: &'a Path,
    pub(super) format: Format,
    /// The rules whose rows are written; all when there are none.
    pub(super) only: &'a [&'static str],
    /// The verdicts whose rows are written; all when there are none.
    pub(super) verdicts: &'a [Verdict],
    /// Bytes of a part that are held in memory; a larger one is divided.
    pub(super) most_bytes: u64,
    /// The instant, as rows name it.
    pub(super) as_of: String,
}

/// What came of a part: written when its file is whole.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Done {
    verdicts: Verdicts,
}

impl Parts<'_> {
    /// Judges a part, unless an earlier run has.
    pub(super) fn run(&self, part: usize) -> io::Result<Verdicts> {
        let done_path = self.folder.join(format!("part-{part:05}.done.json"));
        let result = self.format.part(self.folder, part);
        if let Some(done) = fs::read(&done_path).ok().and_then(|bytes| serde_json::from_slice::<Done>(&bytes).ok())
            && result.is_file()
        {
            return Ok(done.verdicts);
        }
        let files = (1..=self.state.generation).map(|generation| (generation, file_of(self.folder, generation, part)));
        let files: Vec<(u32, PathBuf)> = files.filter(|(_, path)| path.is_file()).collect();
        let new = result.with_added_extension("new");
        let mut writer = Writer::create(self.format, &new)?;
        let mut done = Done::default();
        self.judge_files(&files, 1, &mut writer, &mut done.verdicts)?;
        writer.finish()?;
        fs::rename(&new, &result)?;
        files::replace(&done_path, &serde_json::to_vec(&done)?)?;
        Ok(done.verdicts)
    }

    /// Judges the patients of files that hold all there is of them.
    fn judge_files(
        &self,
        files: &[(u32, PathBuf)],
        level: u8,
        writer: &mut Writer,
        verdicts: &mut Verdicts,
    ) -> io::Result<()> {
        let mut size = 0;
        for (_, path) in files {
            size += fs::metadata(path)?.len();
        }
        if size <= self.most_bytes || level > DEEPEST {
            return self.judge_all(files, writer, verdicts);
        }
        let into = usize::try_from(size / self.most_bytes.max(1)).unwrap_or(usize::MAX).clamp(1, 64) + 1;
        let mut divided: Vec<Vec<(u32, PathBuf)>> = vec![Vec::new(); into];
        for (generation, path) in files {
            for (of, path) in divided.iter_mut().zip(divide(path, into, level)?) {
                of.push((*generation, path));
            }
        }
        for files in &divided {
            self.judge_files(files, level + 1, writer, verdicts)?;
            files.iter().try_for_each(|(_, path)| fs::remove_file(path))?;
        }
        Ok(())
    }

    fn judge_all(&self, files: &[(u32, PathBuf)], writer: &mut Writer, verdicts: &mut Verdicts) -> io::Result<()> {
        let mut loaded = Vec::with_capacity(files.len());
        for (generation, path) in files {
            loaded.push((*generation, fs::read(path)?));
        }
        let mut all: Vec<Record<'_>> = Vec::new();
        for (generation, bytes) in &loaded {
            all.extend(records(bytes).filter(|record| self.state.counts(*generation, record.place)));
        }
        // Entries of one Bundle have one place: they stay as they stood in it.
        all.sort_by(|left, right| (left.patient, left.tag, left.place).cmp(&(right.patient, right.tag, right.place)));
        for of_patient in all.chunk_by(|left, right| left.patient == right.patient) {
            if let Some(first) = of_patient.first() {
                self.judge_one(first.patient, of_patient, writer, verdicts)?;
            }
        }
        Ok(())
    }

    fn judge_one(
        &self,
        patient: &str,
        records: &[Record<'_>],
        writer: &mut Writer,
        verdicts: &mut Verdicts,
    ) -> io::Result<()> {
        let pieces = records.iter().flat_map(|record| {
            let (one, all) = match record.tag {
                Tag::Of(source) => (Some(Piece { source, text: record.text }), &[][..]),
                // Something of any kind was lost.
                _ => (None, &Source::PREFETCHED[..]),
            };
            one.into_iter().chain(all.iter().map(|source| Piece { source: *source, text: "" }))
        });
        let judged = self.judge.judge(patient, pieces, self.drugs);
        verdicts.patients += 1;
        verdicts.without_patient += u64::from(!judged.has_patient);
        for outcome in judged.of_services.iter().flat_map(|(_, evaluation)| &evaluation.outcomes) {
            let verdict = outcome.finding.as_ref().map_or(Verdict::Unknown, cellwise_clinic::Finding::verdict);
            if !self.only.is_empty() && !self.only.contains(&outcome.rule.id) {
                continue;
            }
            let is_concerned = outcome.finding.as_ref().is_none_or(|finding| !finding.criteria.rows().is_empty());
            match verdicts.rules.get_mut(outcome.rule.id) {
                Some(of) => of.count(outcome, is_concerned),
                None => verdicts.rules.entry(outcome.rule.id.to_owned()).or_default().count(outcome, is_concerned),
            }
            if self.verdicts.is_empty() || self.verdicts.contains(&verdict) {
                writer.write(&Row::of(patient, outcome, &self.as_of))?;
                verdicts.rows += 1;
            }
        }
        Ok(())
    }
}
