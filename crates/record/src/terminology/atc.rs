//! The shape of ATC codes: seven characters name a drug, fewer a group of drugs.

/// The url of ATC.
pub(super) const URL: &str = "http://www.whocc.no/atc";

/// The lengths of the codes of groups: anatomical, therapeutic, pharmacological and chemical.
pub(super) const GROUP_LENGTHS: [usize; 4] = [1, 3, 4, 5];

/// Whether a code names a drug: one letter, two digits, two letters, two digits.
pub(super) fn is_substance(code: &str) -> bool {
    code.len() == 7 && has_shape(code)
}

/// Whether a code names a group of drugs.
pub(super) fn is_group(code: &str) -> bool {
    GROUP_LENGTHS.contains(&code.len()) && has_shape(code)
}

/// The groups that a code belongs to, itself among them when it is one.
pub(super) fn groups_of(code: &str) -> impl Iterator<Item = &str> {
    GROUP_LENGTHS.into_iter().filter_map(|length| code.get(..length))
}

fn has_shape(code: &str) -> bool {
    code.bytes().enumerate().all(|(position, byte)| match position {
        0 | 3 | 4 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    })
}
