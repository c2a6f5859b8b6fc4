//! Markdown as HTML: the prose of a rule, the detail of a card. What looks like HTML in it is shown as text.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// The prose of a rule, which is our own.
pub(crate) fn prose(markdown: &str) -> Markup {
    rendered(Parser::new(markdown).map(as_text))
}

/// A document of our own, with tables.
pub(crate) fn document(markdown: &str) -> Markup {
    rendered(Parser::new_ext(markdown, Options::ENABLE_TABLES).map(as_text))
}

/// The detail of a card, as an EHR renders it: with tables. It may quote the record: no link and no picture comes of it.
pub(crate) fn card(markdown: &str) -> Markup {
    let is_harmless = |event: &Event<'_>| {
        !matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::End(TagEnd::Link | TagEnd::Image))
    };
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).filter(is_harmless);
    // An empty head of a column heads nothing. Headings of the detail would stand above those of the page around it.
    let shown = rendered(events.map(as_text).map(|event| match event {
        Event::Start(Tag::Heading { .. }) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Paragraph),
        event => event,
    }));
    PreEscaped(shown.0.replace("<th></th>", "<td></td>"))
}

/// HTML is text.
fn as_text(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        event => event,
    }
}

fn rendered<'m>(events: impl Iterator<Item = Event<'m>>) -> Markup {
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_and_code_are_marked_up_and_html_is_text() {
        let shown = super::prose("All of:\n- `igg` < 4 & *low*\n- <script>alert(1)</script>").into_string();
        assert!(shown.contains("<li><code>igg</code> &lt; 4 &amp; <em>low</em></li>"), "{shown}");
        assert!(!shown.contains("<script>") && shown.contains("&lt;script&gt;"), "{shown}");
    }

    #[test]
    fn a_card_has_tables_and_nothing_that_leads_elsewhere() {
        let shown = super::card(
            "# Big\n\n| a | |\n|---|---|\n| [x](https://evil.example) | ✓ |\n\n![y](https://evil.example/y.png) <b>z</b>",
        )
        .into_string();
        assert!(shown.contains("<table>") && shown.contains("<td>x</td>") && shown.contains("<p>Big</p>"), "{shown}");
        assert!(!shown.contains("<a ") && !shown.contains("<img") && !shown.contains("<b>"), "{shown}");
    }
}
