//! How the soak (`cargo bench --bench soak`) tells what grows from a machine that is busier for a while.

#[path = "../benches/soak/judge.rs"]
#[allow(dead_code, reason = "the benchmark prints more of a sample")]
mod judge;

use std::time::Duration;

use judge::{Sample, compared, growing};

/// A quiet run: every third sample is of a busy moment.
fn run(change: impl Fn(f64, &mut Sample)) -> Vec<Sample> {
    let sample = |number: u32| {
        let is_busy = number.is_multiple_of(3);
        let busy = if is_busy { 2.5 } else { 1.0 };
        let mut sample = Sample {
            at: Duration::from_secs(u64::from(number)),
            p50: 2.0 * busy,
            p99: 9.0 * busy,
            control_p50: 1.0 * busy,
            control_p99: 4.0 * busy,
            memory: if is_busy { 90.0 } else { 60.0 },
            descriptors: if is_busy { 70.0 } else { 40.0 },
        };
        change(f64::from(number), &mut sample);
        sample
    };
    (0..30).map(sample).collect()
}

#[test]
fn what_swings_does_not_grow() {
    assert_eq!(growing(&run(|_, _| ())), [""; 0]);
    // What fills up in the first third stays.
    let filled = run(|number, sample| sample.memory += if number < 9.0 { 0.0 } else { 80.0 });
    assert_eq!(growing(&filled), [""; 0]);
    assert_eq!(compared(&filled).len(), 4);
}

#[test]
fn what_grows_is_named() {
    for (name, samples) in [
        ("p50 of ordinary requests grows", run(|number, sample| sample.p50 += number)),
        ("p99 of ordinary requests grows", run(|number, sample| sample.p99 += number * 9.0)),
        ("memory grows", run(|number, sample| sample.memory += number * 2.0)),
        ("open descriptors grows", run(|number, sample| sample.descriptors += number * 2.0)),
        ("memory grows", run(|_, sample| sample.memory = f64::NAN)),
    ] {
        let found = growing(&samples);
        assert!(found.len() == 1 && found.concat().starts_with(name), "{name}: {found:?}");
    }
}

/// A build beside the last third slows everything down, the control as well.
#[test]
fn a_busier_machine_is_no_growth() {
    let slower = |with_control: bool| {
        run(move |number, sample| {
            let busy = if number < 20.0 { 1.0 } else { 3.0 };
            (sample.p50, sample.p99) = (sample.p50 * busy, sample.p99 * busy);
            if with_control {
                (sample.control_p50, sample.control_p99) = (sample.control_p50 * busy, sample.control_p99 * busy);
            }
        })
    };
    assert_eq!(growing(&slower(true)), [""; 0]);
    assert_eq!(growing(&slower(false)).len(), 2);
}

#[test]
fn a_run_that_is_too_short_says_so() {
    let short = run(|_, _| ()).into_iter().take(6).collect::<Vec<_>>();
    assert!(growing(&short).concat().contains("too short"));
    assert!(growing(&[]).concat().contains("too short"));
}
