//! Whether something grows, told apart from a machine that is busier for a while.
//!
//! The first third of a run is for what fills up once: caches, pools, buffers. The last third is compared with the second. Of each
//! the lower quartile counts: what grows is larger in the quietest moments, too, and a build beside the run is not in all of them.
//! How long answers take is compared with a control that has nothing to do with the server and shares its processors.

use std::time::Duration;

/// What one stretch of a run came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    /// When it ended, from the start of the run.
    pub(crate) at: Duration,
    /// Half of the ordinary requests took at most so many milliseconds.
    pub(crate) p50: f64,
    /// Of a hundred of them, all but one.
    pub(crate) p99: f64,
    /// The same of the control.
    pub(crate) control_p50: f64,
    /// The same of the control.
    pub(crate) control_p99: f64,
    /// Memory of the server, in MB.
    pub(crate) memory: f64,
    /// Files and connections that the server has open.
    pub(crate) descriptors: f64,
}

/// Something that must not grow.
struct Measure {
    name: &'static str,
    unit: &'static str,
    of: fn(&Sample) -> f64,
    /// What slows this down without the server's doing.
    control: Option<fn(&Sample) -> f64>,
    /// It may be so many times as large, and so much more. What grows evenly from nothing is 1.8 times as large in the last third.
    times: f64,
    more: f64,
}

const MEASURES: [Measure; 4] = [
    Measure {
        name: "p50 of ordinary requests",
        unit: "ms",
        of: |sample| sample.p50,
        control: Some(|sample| sample.control_p50),
        times: 1.4,
        more: 0.75,
    },
    Measure {
        name: "p99 of ordinary requests",
        unit: "ms",
        of: |sample| sample.p99,
        control: Some(|sample| sample.control_p99),
        times: 1.5,
        more: 5.0,
    },
    Measure { name: "memory", unit: "MB", of: |sample| sample.memory, control: None, times: 1.1, more: 3.0 },
    Measure {
        name: "open descriptors",
        unit: "",
        of: |sample| sample.descriptors,
        control: None,
        times: 1.1,
        more: 6.0,
    },
];

/// The samples without the first third, in halves.
fn halves(samples: &[Sample]) -> (&[Sample], &[Sample]) {
    let third = samples.len() / 3;
    let later = samples.get(third..).unwrap_or_default();
    later.split_at(later.len() / 2)
}

/// The value below which a quarter lies.
fn low(samples: &[Sample], of: fn(&Sample) -> f64) -> f64 {
    let mut values: Vec<f64> = samples.iter().map(of).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 4).copied().unwrap_or(f64::NAN)
}

/// A sentence for everything that grows; an empty run is a sentence, too.
pub(crate) fn growing(samples: &[Sample]) -> Vec<String> {
    let (second, last) = halves(samples);
    if second.len() < 3 {
        return vec!["the run is too short to say whether anything grows: give it more minutes".to_owned()];
    }
    let judge = |measure: &Measure| {
        let (before, after) = (low(second, measure.of), low(last, measure.of));
        let slowed = measure.control.map_or(1.0, |control| (low(last, control) / low(second, control)).max(1.0));
        let most = before * measure.times * slowed + measure.more;
        let Measure { name, unit, .. } = measure;
        // Also when it is no number.
        (after.is_nan() || most.is_nan() || after > most).then(|| {
            format!(
                "{name} grows: from {before:.2} {unit} in the second third to {after:.2} in the last, at most {most:.2}"
            )
        })
    };
    MEASURES.iter().filter_map(judge).collect()
}

/// What was compared, in lines of a table.
pub(crate) fn compared(samples: &[Sample]) -> Vec<String> {
    let (second, last) = halves(samples);
    let line = |measure: &Measure| {
        let (before, after) = (low(second, measure.of), low(last, measure.of));
        format!("| {} | {before:.2} | {after:.2} |", measure.name)
    };
    MEASURES.iter().map(line).collect()
}
