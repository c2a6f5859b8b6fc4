//! How deep JSON nests, before anything of it is read.

/// How deep a request may nest. FHIR resources stay far below; the JSON reader itself stops at 128.
pub const DEEPEST: i64 = 100;

/// Whether the body nests deeper than [`DEEPEST`]. Looks at the brackets alone first, which a compiler can do many bytes at
/// a time; only when they look too deep are the strings told apart. Brackets inside strings can hide depth from this first
/// look; what they hide is skipped without recursion, and what is decoded has the reader's own limit of 128.
#[must_use]
pub fn is_too_deep(body: &[u8]) -> bool {
    let mut depth = 0i64;
    for chunk in body.chunks(64) {
        let mut opening = 0u8;
        let mut closing = 0u8;
        for byte in chunk {
            // `{` and `[` (as `}` and `]`) differ in one bit only.
            // At most 64 each: without the check for overflow they are counted many at a time.
            opening = opening.wrapping_add(u8::from(byte | 0x20 == b'{'));
            closing = closing.wrapping_add(u8::from(byte | 0x20 == b'}'));
        }
        if depth + i64::from(opening) > DEEPEST {
            return is_really_too_deep(body);
        }
        depth = (depth + i64::from(opening) - i64::from(closing)).max(0);
    }
    false
}

fn is_really_too_deep(body: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0i64, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_too_deep;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(!is_too_deep(&nested(100)));
        assert!(is_too_deep(&nested(101)));
        assert!(is_too_deep(&nested(10_000)));
        let in_a_string = format!("{{\"text\":\"{}\\\"{}\"}}", "[".repeat(5_000), "{".repeat(5_000));
        assert!(!is_too_deep(in_a_string.as_bytes()));
        let wide = format!("[{}[]]", "[],".repeat(5_000));
        assert!(!is_too_deep(wide.as_bytes()));
    }
}
