//! Words of the record on their way to a person.

/// Whether a character is of the Unicode category Cf (format): it can't be seen, or it turns the direction of what follows.
/// Unicode 16, `DerivedGeneralCategory.txt`.
#[must_use]
pub fn is_format(c: char) -> bool {
    // Most text has none above.
    c >= '\u{00AD}' && is_format_of_any_script(c)
}

fn is_format_of_any_script(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{0600}'..='\u{0605}'
            | '\u{061C}'
            | '\u{06DD}'
            | '\u{070F}'
            | '\u{0890}'..='\u{0891}'
            | '\u{08E2}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{110BD}'
            | '\u{110CD}'
            | '\u{13430}'..='\u{1343F}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0001}'
            | '\u{E0020}'..='\u{E007F}'
    )
}

/// A text without such characters.
#[must_use]
pub fn without_format(text: &str) -> String {
    text.chars().filter(|c| !is_format(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_leaves_and_the_rest_stays() {
        assert_eq!(without_format("\u{202E}Cel\u{200B}\u{FEFF} \u{E0041}°"), "Cel °");
        let kept = "Crème brûlée, 体温 38 °C, 😀 µg/L ×10⁹";
        assert_eq!(without_format(kept), kept);
    }
}
