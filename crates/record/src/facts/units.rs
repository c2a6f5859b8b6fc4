//! Units as the field writes them, and what UCUM calls them.
//!
//! UCUM reads only its own spelling, and takes case seriously. Laboratories, devices and people write `K/uL`, `x10^9/l`, `mmhg`.
//! One table knows them; what it does not know goes to UCUM as it was written. A pair of units is worked out once, however many
//! values have it.

use std::cell::RefCell;
use std::sync::LazyLock;

use hashbrown::{Equivalent, HashMap};

/// Every unit that a rule compares in, with its spellings, [folded](fold). Case tells only giga from gram, see [`GIGA`].
const SPELLINGS: &[(&str, &[&str])] = &[
    (
        "Cel",
        &[
            "cel",
            "c",
            "°c",
            "oc",
            "celsius",
            "°celsius",
            "degc",
            "degreec",
            "degreesc",
            "degcelsius",
            "degreescelsius",
            "gradenc",
            "gradencelsius",
            "graadcelsius",
        ],
    ),
    (
        "[degF]",
        &[
            "[degf]",
            "f",
            "°f",
            "fahrenheit",
            "°fahrenheit",
            "degf",
            "degreef",
            "degreesf",
            "degfahrenheit",
            "degreesfahrenheit",
            "gradenfahrenheit",
        ],
    ),
    ("mm[Hg]", &["mm[hg]", "mmhg", "mm/hg", "mmofhg", "millimeterkwik"]),
    ("kPa", &["kpa"]),
    ("%", &["%", "pct", "perc", "percent", "procent"]),
    (
        "L/min",
        &[
            "l/min",
            "l/min.",
            "l/m",
            "lpm",
            "liter/min",
            "liters/min",
            "litre/min",
            "litres/min",
            "ltr/min",
            "literperminute",
            "litersperminute",
            "l/minuut",
            "liter/minuut",
            "literperminuut",
        ],
    ),
    ("kg", &["kg", "kgs", "kilo", "kilogram", "kilograms"]),
    ("g", &["g", "gr", "gram", "grams"]),
    ("[lb_av]", &["[lb_av]", "lb", "lbs", "pound", "pounds"]),
    ("mg", &["mg", "mgs", "milligram", "milligrams"]),
    ("ug", &["ug", "mcg", "microgram", "micrograms"]),
    ("mL", &["ml", "cc", "milliliter", "milliliters", "millilitre"]),
    (
        "mg/kg",
        &[
            "mg/kg",
            "mgperkg",
            "mg/kilogram",
            "milligram/kilogram",
            "milligramperkilogram",
            "mg/kg/dose",
            "mg/kg/dosis",
            "mg/kg/keer",
        ],
    ),
    ("10*9/L", &["10*9/l", "10*9cells/l", "/nl", "gpt/l", "gi/l", "giga/l", "billion/l", "mrd/l", "mld/l", "e9/l"]),
    (
        "10*3/uL",
        &[
            "10*3/ul",
            "10*3/mcl",
            "10*3/mm3",
            "10*3/cmm",
            "10*3cells/ul",
            "10*3cells/mcl",
            "10*3cells/mm3",
            "1000/ul",
            "k/ul",
            "k/mcl",
            "k/mm3",
            "k/cmm",
            "k/cumm",
            "thou/ul",
            "thou/mcl",
            "thou/mm3",
            "thou/cmm",
            "thousand/ul",
            "thousand/mcl",
            "thousand/mm3",
            "thousands/ul",
            "th/ul",
            "th/mm3",
            "tsd/ul",
            "tsd./ul",
            "e3/ul",
        ],
    ),
    (
        "/uL",
        &[
            "/ul",
            "/mcl",
            "/mm3",
            "/cmm",
            "/cumm",
            "#/ul",
            "perul",
            "permm3",
            "cell/ul",
            "cells/ul",
            "cells/mcl",
            "cells/mm3",
            "cells/cmm",
            "cells/cumm",
            "{cells}/ul",
            "cellen/ul",
            "cellen/mm3",
        ],
    ),
    ("10*6/L", &["10*6/l", "10*6cells/l"]),
    (
        "10*6/kg",
        &["10*6/kg", "10*6cells/kg", "10*6cd34/kg", "10*6cd34+/kg", "mio/kg", "mln/kg", "million/kg", "miljoen/kg"],
    ),
    ("g/L", &["g/l", "gr/l", "gram/l", "gram/liter"]),
    ("g/dL", &["g/dl", "gr/dl"]),
    ("mg/dL", &["mg/dl", "mg%", "mg/100ml"]),
    ("wk", &["wk", "wks", "w", "{w}", "{wk}", "week", "weeks", "weken"]),
    ("d", &["d", "{d}", "day", "days", "dag", "dagen"]),
    ("mo", &["mo", "{mo}", "month", "months", "maand", "maanden"]),
];

/// Giga of particles per litre (Switzerland, Austria, France). Some write the gram with a capital, too: what is compared decides.
const GIGA: [&str; 2] = ["G/L", "G/l"];

/// A unit longer than this is a mistake of the sender, or an attack.
const LONGEST: usize = 48;

/// The spellings of [`SPELLINGS`], each with its unit.
static SPELLED: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let spellings = SPELLINGS.iter().flat_map(|(ucum, spellings)| spellings.iter().map(move |own| (*own, *ucum)));
    spellings.collect()
});

/// How to get from one unit to another.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Conversion {
    /// There is no way: a unit is unknown, or measures something else.
    None,
    /// Multiplied, and a constant added.
    Linear { factor: f64, constant: f64 },
    /// By a function: each value is converted for itself.
    Other,
}

/// A pair of units.
#[derive(PartialEq, Eq, Hash)]
struct Pair {
    own: Box<str>,
    wanted: Box<str>,
}

#[derive(Hash)]
struct PairRef<'u> {
    own: &'u str,
    wanted: &'u str,
}

impl Equivalent<Pair> for PairRef<'_> {
    fn equivalent(&self, pair: &Pair) -> bool {
        *self.own == *pair.own && *self.wanted == *pair.wanted
    }
}

/// More pairs than the records of a day have; beyond it what was worked out is forgotten.
const MOST_PAIRS: usize = 8192;

thread_local! {
    /// What was worked out already. Nothing depends on it but the time it takes.
    static CONVERSIONS: RefCell<HashMap<Pair, Conversion>> = RefCell::default();
}

/// A number of `own` units as a number of `wanted` (UCUM); `None` when the unit is unknown or measures something else.
pub(super) fn convert(number: f64, own: &str, wanted: &str) -> Option<f64> {
    let own = own.trim();
    if own == wanted {
        return Some(number);
    }
    if own.is_empty() || own.len() > LONGEST {
        return None;
    }
    match conversion(own, wanted) {
        Conversion::None => None,
        Conversion::Linear { factor, constant } => Some(number * factor + constant).filter(|it| it.is_finite()),
        Conversion::Other => convert_meanings(number, own, wanted),
    }
}

/// How to get from one unit to another, worked out or remembered.
fn conversion(own: &str, wanted: &str) -> Conversion {
    CONVERSIONS.with_borrow_mut(|known| {
        if let Some(found) = known.get(&PairRef { own, wanted }) {
            return *found;
        }
        let found = work_out(own, wanted);
        if known.len() >= MOST_PAIRS {
            known.clear();
        }
        known.insert(Pair { own: own.into(), wanted: wanted.into() }, found);
        found
    })
}

/// Every conversion but those by logarithms is a straight line: two points say which, and a third whether it is one.
fn work_out(own: &str, wanted: &str) -> Conversion {
    const FURTHER: f64 = 1000.0;
    let at = |number| convert_meanings(number, own, wanted);
    match (at(0.0), at(1.0), at(FURTHER)) {
        (None, None, None) => Conversion::None,
        (Some(constant), Some(one), Some(third)) => {
            let factor = one - constant;
            let expected = factor * FURTHER + constant;
            let is_straight = (third - expected).abs() <= 1e-9 * third.abs().max(1e-300);
            if is_straight { Conversion::Linear { factor, constant } } else { Conversion::Other }
        }
        _ => Conversion::Other,
    }
}

fn convert_meanings(number: f64, own: &str, wanted: &str) -> Option<f64> {
    meanings(own).into_iter().flatten().find_map(|ucum| convert_ucum(number, ucum, wanted))
}

/// Whether a text is a unit. A number is one to UCUM, and to nobody else.
pub(super) fn is_unit(text: &str) -> bool {
    let is_word = text.contains(|c: char| c.is_alphabetic() || c == '%');
    is_word && (spelled(text).is_some() || evaluates(text))
}

/// Whether the table has this spelling, so that nothing has to be guessed.
pub(super) fn is_spelled(text: &str) -> bool {
    spelled(text).is_some()
}

/// What a unit may mean.
fn meanings(own: &str) -> [Option<&str>; 2] {
    if GIGA.contains(&own) {
        return [Some("10*9/L"), Some("g/L")];
    }
    [spelled(own).or((!own.is_empty()).then_some(own)), None]
}

fn spelled(own: &str) -> Option<&'static str> {
    if own.len() > LONGEST {
        return None;
    }
    SPELLED.get(fold(own).as_str()).copied()
}

fn convert_ucum(number: f64, own: &str, wanted: &str) -> Option<f64> {
    if own == wanted {
        return Some(number);
    }
    // Converting looks for a word like an unknown unit, which costs a millisecond; evaluating only says that it is unknown.
    let converted = evaluates(own).then(|| octofhir_ucum::convert(number, own, wanted).ok()).flatten()?;
    converted.is_finite().then_some(converted)
}

fn evaluates(unit: &str) -> bool {
    unit.len() <= LONGEST
        && octofhir_ucum::parse_expression(unit).is_ok_and(|parsed| octofhir_ucum::evaluate(&parsed).is_ok())
}

/// One spelling for many: small letters, no spaces, `u` for micro, `3` and `9` for raised ones, `10*9` for every way to write
/// that power, and nothing before it.
fn fold(unit: &str) -> String {
    let mut folded = String::with_capacity(unit.len());
    for c in unit.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase) {
        match c {
            'µ' | 'μ' => folded.push('u'),
            '×' => folded.push('x'),
            'º' | '˚' => folded.push('°'),
            '℃' => folded.push_str("°c"),
            '℉' => folded.push_str("°f"),
            '³' => folded.push('3'),
            '⁶' => folded.push('6'),
            '⁹' => folded.push('9'),
            c => folded.push(c),
        }
    }
    let folded = folded.replace("mm^3", "mm3").replace("mm*3", "mm3");
    power_of_ten(folded.trim_start_matches(['x', '*', '.'])).unwrap_or(folded)
}

/// `10^9/l`, `10e9/l`, `10exp9/l`, `10x9/l`, `10**9/l`, `10(9)/l` and `109/l` as `10*9/l`.
fn power_of_ten(unit: &str) -> Option<String> {
    let rest = unit.strip_prefix("10")?;
    let rest = ["**", "*", "^", "exp", "e", "x", "("].iter().find_map(|sign| rest.strip_prefix(sign)).unwrap_or(rest);
    let exponent = rest.chars().next().filter(|digit| matches!(digit, '3' | '6' | '9'))?;
    let rest = rest.get(1..)?;
    let rest = rest.strip_prefix(')').unwrap_or(rest);
    let is_whole = !rest.starts_with(|next: char| next.is_ascii_digit());
    is_whole.then(|| format!("10*{exponent}{rest}"))
}

#[cfg(test)]
mod tests;
