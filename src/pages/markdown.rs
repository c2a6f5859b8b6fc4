//! The prose of a rule as HTML.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, Parser, html};

/// Markdown as HTML. What looks like HTML in it is shown as text.
pub(super) fn html(markdown: &str) -> Markup {
    let events = Parser::new(markdown).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        event => event,
    });
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events);
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_and_code_are_marked_up_and_html_is_text() {
        let shown = super::html("All of:\n- `igg` < 4 & *low*\n- <script>alert(1)</script>").into_string();
        assert!(shown.contains("<li><code>igg</code> &lt; 4 &amp; <em>low</em></li>"), "{shown}");
        assert!(!shown.contains("<script>") && shown.contains("&lt;script&gt;"), "{shown}");
    }
}
