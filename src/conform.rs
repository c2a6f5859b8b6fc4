//! Holding a CDS Hooks server, any, against the specification (2.0.1): each check is a sentence of it ([`catalogue`]).
//!
//! The server is asked as a client would ask: for what it offers, then about the invented patients, whose records end today.
//! What it never shows can't be judged, and is said to be so: not applicable is not passed.

mod calls;
mod cards;
pub mod catalogue;
mod discovery;
mod feedback;
mod patients;
mod probe;
pub mod report;
mod tokens;

use std::collections::BTreeMap;

use self::catalogue::{ALL, Check, Level};
use self::patients::Cast;
use self::probe::Probe;
use crate::fixtures::token::Signer;

/// Reasons that are kept of one check.
const MOST_REASONS: usize = 5;

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that was looked at is as the sentence says.
    Passed,
    /// Something is not.
    Failed,
    /// Nothing of the kind was met.
    NotApplicable,
}

/// A check with what it came to.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub check: &'static Check,
    /// What it came to.
    pub verdict: Verdict,
    /// What is not as it should be, or why nothing could be judged.
    pub reasons: Vec<String>,
    /// How many times it was looked at.
    pub looks: usize,
}

impl Finding {
    /// Whether the server is not as the specification demands.
    #[must_use]
    pub fn is_breach(&self) -> bool {
        self.verdict == Verdict::Failed && self.check.level == Level::Required
    }
}

/// What was seen, check by check.
#[derive(Default)]
struct Tally {
    seen: BTreeMap<&'static str, Seen>,
}

#[derive(Default)]
struct Seen {
    passed: usize,
    failed: usize,
    reasons: Vec<String>,
    skipped: Option<String>,
}

impl Tally {
    fn pass(&mut self, check: &Check) {
        self.seen.entry(check.id).or_default().passed += 1;
    }

    fn fail(&mut self, check: &Check, reason: impl Into<String>) {
        let (seen, reason) = (self.seen.entry(check.id).or_default(), reason.into());
        seen.failed += 1;
        if seen.reasons.len() < MOST_REASONS && !seen.reasons.contains(&reason) {
            seen.reasons.push(reason);
        }
    }

    fn judge(&mut self, check: &Check, is_so: bool, otherwise: impl FnOnce() -> String) {
        if is_so {
            self.pass(check);
        } else {
            self.fail(check, otherwise());
        }
    }

    /// Why a check could not be made. One that could, elsewhere, goes before.
    fn skip(&mut self, check: &Check, why: impl Into<String>) {
        self.seen.entry(check.id).or_default().skipped.get_or_insert(why.into());
    }

    fn findings(mut self) -> Vec<Finding> {
        let finding = |check: &'static Check| {
            let seen = self.seen.remove(check.id).unwrap_or_default();
            let looks = seen.passed + seen.failed;
            let (verdict, mut reasons) = match (seen.failed, seen.passed) {
                (0, 0) => {
                    let why = seen.skipped.unwrap_or_else(|| "nothing of the kind came".to_owned());
                    (Verdict::NotApplicable, vec![why])
                }
                (0, _) => (Verdict::Passed, Vec::new()),
                _ => (Verdict::Failed, seen.reasons),
            };
            if seen.failed > reasons.len() && verdict == Verdict::Failed {
                reasons.push(format!("in all, {} of {looks}", seen.failed));
            }
            Finding { check, verdict, reasons, looks }
        };
        ALL.iter().map(finding).collect()
    }
}

/// Whom to hold against the specification, and as whom.
#[derive(Debug)]
pub struct ConformSettings {
    /// The base URL, with or without `/cds-services`.
    pub url: String,
    /// Who signs the calls; nobody, when it is not said.
    pub signer: Option<Signer>,
    /// A request of one's own for the services, besides those about the invented patients.
    pub requests: Vec<serde_json::Value>,
}

/// Makes every check.
///
/// # Errors
/// When no server answers at all: one line that says why.
pub fn run(settings: &ConformSettings) -> Result<Vec<Finding>, String> {
    let probe = Probe::new(&settings.url, settings.signer.as_ref())?;
    let cast = Cast::new(&settings.requests)?;
    let mut tally = Tally::default();
    probe.transport(&mut tally);
    let services = discovery::check(&probe, &mut tally)?;
    let calls = calls::check(&probe, &services, &cast, &mut tally);
    calls::refusals(&probe, &services, &calls, &mut tally);
    feedback::check(&probe, &calls.cards, &mut tally);
    tokens::check(&probe, &services, &cast, &mut tally);
    Ok(tally.findings())
}
