//! Words of the record on their way to a card: short, on one line, seen, and without effect on the card.

use std::borrow::Cow;

use cellwise_record::text::without_format;

/// How long a text of the record may be in a summary or on a button, where every character counts.
pub(crate) const LONGEST_IN_SUMMARY: usize = 40;
/// How long a text of the record may be in the detail of a card.
const LONGEST_IN_DETAIL: usize = 80;

/// A text of the record on one line, cut to `longest` characters as CDS Hooks clients count them, without any that can't be
/// seen.
fn cut(text: &str, longest: usize) -> String {
    let seen = without_format(text);
    let words = seen.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    if length(&line) <= longest {
        return line;
    }
    let mut cut = start_of(&line, longest).to_owned();
    cut.push('…');
    cut
}

/// How long a text is for clients: JSON and JavaScript count in units of UTF-16.
#[must_use]
pub(crate) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// As much of the start of a text as is at most so long.
#[must_use]
pub(crate) fn start_of(text: &str, longest: usize) -> &str {
    let mut so_far = 0;
    let end = text.char_indices().find(|(_, c)| {
        so_far += c.len_utf16();
        so_far > longest
    });
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Text of the record as it may stand in a summary or on a button, which are plain text.
#[must_use]
pub(crate) fn plain(text: &str) -> String {
    cut(text, LONGEST_IN_SUMMARY)
}

/// Text of the record as it may stand on a page, which escapes it by itself.
#[must_use]
pub(crate) fn line(text: &str) -> String {
    cut(text, LONGEST_IN_DETAIL)
}

/// Text of the record as it may stand in the detail of a card: Markdown and HTML have no effect, and it stays short.
#[must_use]
pub(crate) fn markdown(text: &str) -> String {
    escaped(&cut(text, LONGEST_IN_DETAIL))
}

/// Text on which Markdown and HTML have no effect.
#[must_use]
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if is_address(word) {
            // Renderers make links of what looks like an address, some after they have read the escapes: no escape helps but
            // code (tried with remark-gfm, micromark-extension-gfm, marked and markdown-it).
            out.push('`');
            out.push_str(&word.replace('`', "'").replace('|', "¦"));
            out.push('`');
        } else {
            word.chars().for_each(|c| escape(c, &mut out));
        }
        out.push_str(piece.strip_prefix(word).unwrap_or_default());
    }
    out
}

fn escape(c: char, out: &mut String) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '|' | '*' | '_' | '[' | ']' | '`' | '\\' | '#' | '~' | '!' => {
            out.push('\\');
            out.push(c);
        }
        c => out.push(c),
    }
}

/// Whether a word may be taken for the address of a page or for a mail address.
fn is_address(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let is_mail = word.split_once('@').is_some_and(|(before, after)| !before.is_empty() && !after.is_empty());
    is_mail || ["//", "www.", "mailto:", "xmpp:"].iter().any(|start| lower.contains(start))
}

/// What no spreadsheet takes for a formula.
#[must_use]
pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A text longer than allowed, cut at a word. The texts are written to fit; this is for long names of the record.
#[must_use]
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    if length(text) <= longest {
        return text.to_owned();
    }
    let mut cut = start_of(text, longest - 1).to_owned();
    if let Some(space) = cut.rfind(' ') {
        cut.truncate(space);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_record_can_not_format_a_card() {
        assert_eq!(markdown("a|b\nc"), "a\\|b c");
        assert_eq!(markdown("<script>"), "&lt;script&gt;");
        assert_eq!(markdown("[x](y) \u{202E}a\u{200B}b"), "\\[x\\](y) ab");
    }

    #[test]
    fn long_words_are_cut_as_clients_count_them() {
        assert_eq!(length(&markdown(&"x".repeat(200))), LONGEST_IN_DETAIL + 1);
        assert_eq!(length(&markdown(&"😀".repeat(200))), LONGEST_IN_DETAIL + 1);
        assert_eq!(plain(&"😀".repeat(200)).chars().count(), LONGEST_IN_SUMMARY / 2 + 1);
        assert_eq!((start_of("a😀b", 2), start_of("a😀b", 3), start_of("a😀b", 9)), ("a", "a😀", "a😀b"));
    }

    /// Each of the four renderers leaves code alone; escapes and entities do not stop remark-gfm.
    #[test]
    fn an_address_does_not_become_a_link() {
        for word in [
            "https://evil.example",
            "HTTP://evil.example/a_b*c",
            "(www.evil.example)",
            "a.b@evil.example",
            "mailto:a@b.nl",
            "xmpp:a@b.nl",
            "//evil.example",
            "<https://evil.example>",
            "[x](http://evil.example)",
            "htt\u{200B}ps://evil.example",
        ] {
            let seen = without_format(word);
            assert_eq!(markdown(&format!("see {word} now")), format!("see `{seen}` now"));
        }
        assert_eq!(markdown("http://a`b|c"), "`http://a'b¦c`");
        for word in ["3x/d", "@home", "i.v.", "1:2", "a/b", "38.5"] {
            assert_eq!(markdown(word), word);
        }
    }
}
