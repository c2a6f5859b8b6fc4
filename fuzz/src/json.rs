//! Changing JSON as JSON: an input that was FHIR stays FHIR, and the interesting places are reached.
//!
//! Every string, number and object of the fixtures is remembered by the name of the member that it stands in. A change takes
//! another value of the same name, moves a date, takes something out, puts it twice, or wraps it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fastrand::Rng;
use serde_json::{Value, json};

use super::{SEPARATOR, SUITE};

/// Changes that are made at once, at most.
const MOST_CHANGES: usize = 4;
/// Values that are remembered of one member, at most.
const MOST_VALUES: usize = 400;

/// What fixtures have, by the name of the member.
static SEEN: LazyLock<BTreeMap<String, Vec<Value>>> = LazyLock::new(|| {
    let mut seen = BTreeMap::new();
    for case in &SUITE.cases {
        let Ok(call) = SUITE.call(case) else { continue };
        remember(&call.patient, "", &mut seen);
        if let Some(orders) = &call.orders {
            remember(orders, "", &mut seen);
        }
    }
    seen
});

fn remember(value: &Value, name: &str, seen: &mut BTreeMap<String, Vec<Value>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| remember(item, name, seen)),
        Value::Object(members) => members.iter().for_each(|(name, member)| remember(member, name, seen)),
        _ => {}
    }
    let known = seen.entry(name.to_owned()).or_default();
    if !name.is_empty() && known.len() < MOST_VALUES && !known.contains(value) {
        known.push(value.clone());
    }
}

/// The input with one of its parts changed as JSON; `None` when none of them is, when bytes should be changed instead (one time
/// in four), or when the result would be too large.
pub fn mutated(data: &[u8], seed: u64, max_size: usize) -> Option<Vec<u8>> {
    let mut random = Rng::with_seed(seed);
    if random.u8(..4) == 0 {
        return None;
    }
    let mut parts: Vec<Vec<u8>> = data.split(|byte| *byte == SEPARATOR).map(<[u8]>::to_vec).collect();
    let is_json = |part: &Vec<u8>| matches!(serde_json::from_slice(part), Ok(Value::Object(_) | Value::Array(_)));
    let places: Vec<usize> = (0..parts.len()).filter(|place| parts.get(*place).is_some_and(is_json)).collect();
    let place = *places.get(random.usize(..places.len().max(1)))?;
    let mut value: Value = serde_json::from_slice(&parts[place]).ok()?;
    for _ in 0..random.usize(1..=MOST_CHANGES) {
        change(&mut value, &mut random);
    }
    parts[place] = value.to_string().into_bytes();
    let changed = parts.join(&SEPARATOR);
    (changed.len() <= max_size).then_some(changed)
}

/// Changes something somewhere in a value.
fn change(value: &mut Value, random: &mut Rng) {
    let mut all = Vec::new();
    pointers(value, String::new(), &mut all);
    let pointer = all.swap_remove(random.usize(..all.len()));
    let name = pointer.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default().to_owned();
    let elsewhere = (random.u8(..8) == 0).then(|| all.get(random.usize(..all.len().max(1)))).flatten();
    let elsewhere = elsewhere.and_then(|pointer| value.pointer(pointer)).cloned();
    if random.u8(..4) == 0 {
        return restructure(value, &pointer, random);
    }
    let Some(place) = value.pointer_mut(&pointer) else { return };
    if let Some(other) = elsewhere {
        *place = other;
        return;
    }
    match place {
        Value::String(text) if random.bool() && text.get(..4).is_some_and(|year| year.parse::<u16>().is_ok()) => {
            *text = moved(text, random);
        }
        Value::Number(number) if random.bool() => {
            let number = number.as_f64().unwrap_or_default();
            let factors = [0.0, -1.0, 0.1, 0.5, 0.99, 1.01, 2.0, 10.0, 1000.0, 1e300];
            *place = json!(number * factors[random.usize(..factors.len())]);
        }
        _ => {
            let known = SEEN.get(&name).map(Vec::as_slice).unwrap_or_default();
            *place = if known.is_empty() || random.u8(..8) == 0 {
                odd(random)
            } else {
                known[random.usize(..known.len())].clone()
            };
        }
    }
}

/// Takes the value at `pointer` out, puts it twice, wraps it, or puts an empty one beside it.
fn restructure(value: &mut Value, pointer: &str, random: &mut Rng) {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return };
    let last = last.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(Value::Array(items)) => {
            let Some(place) = last.parse::<usize>().ok().filter(|place| *place < items.len()) else { return };
            match random.u8(..4) {
                0 => drop(items.remove(place)),
                1 => items.insert(place, items[place].clone()),
                2 => items.swap(place, 0),
                _ => items.insert(place, odd(random)),
            }
        }
        Some(Value::Object(members)) => match random.u8(..3) {
            0 => drop(members.remove(&last)),
            1 => {
                if let Some(member) = members.get_mut(&last) {
                    *member = Value::Array(vec![member.take()]);
                }
            }
            _ => {
                let names: Vec<&String> = SEEN.keys().collect();
                let name = names[random.usize(..names.len())];
                let known = SEEN.get(name).filter(|known| !known.is_empty());
                let value = known.map(|known| known[random.usize(..known.len())].clone());
                members.insert(name.clone(), value.unwrap_or_default());
            }
        },
        _ => {}
    }
}

/// A value that stands nowhere in the fixtures.
fn odd(random: &mut Rng) -> Value {
    let odd = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1e308),
        json!(""),
        json!(" "),
        json!([]),
        json!([null]),
        json!({}),
        json!("2026-02-30"),
        json!("2026-11"),
        json!("9999-12-31T23:59:59+14:00"),
        json!("0001-01-01"),
        json!("a|b`c`<b>_*#"),
        json!("https://x.example/<i>"),
        json!("\u{202e}\u{200b}é\u{1f600}"),
        json!("x ".repeat(200)),
        json!({ "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }] }),
    ];
    odd[random.usize(..odd.len())].clone()
}

/// A date some days, months or years away, or less exact.
fn moved(text: &str, random: &mut Rng) -> String {
    let digit = |place: usize| matches!(text.as_bytes().get(place), Some(b'0'..=b'9'));
    match random.u8(..4) {
        0 => text.get(..4).unwrap_or(text).to_owned(),
        1 => text.get(..7).unwrap_or(text).to_owned(),
        _ => {
            // The last digit of the year, of the month, of the day, of the hour, of the offset.
            let places: Vec<usize> =
                [3, 6, 9, 12, text.len().saturating_sub(4)].into_iter().filter(|at| digit(*at)).collect();
            let mut bytes = text.as_bytes().to_vec();
            if let Some(place) = places.get(random.usize(..places.len().max(1))) {
                bytes[*place] = b'0' + random.u8(..10);
            }
            String::from_utf8(bytes).unwrap_or_default()
        }
    }
}

/// The pointers to everything in a value, itself included.
fn pointers(value: &Value, here: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                pointers(member, format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                pointers(item, format!("{here}/{place}"), all);
            }
        }
        _ => {}
    }
    all.push(here);
}
