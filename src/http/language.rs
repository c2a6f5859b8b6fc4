//! The language of the cards: what the client prefers (`Accept-Language`), as far as we have it.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header, Preference, Quality};

use cellwise_clinic::Language;

/// The best language for a request; `default` when it names none that we have, and for `*`.
pub(super) fn preferred(request: &HttpRequest, default: Language) -> Language {
    let Ok(wishes) = AcceptLanguage::parse(request) else {
        return default;
    };
    // Of several that are wished for alike, the default.
    let rank = |language: &Language| Some((quality(&wishes, *language)?, *language == default, *language));
    Language::ALL
        .iter()
        .filter_map(rank)
        .max_by_key(|(quality, is_default, _)| (*quality, *is_default))
        .map_or(default, |(.., language)| language)
}

/// How much a language is wished for: quality first, then place in the header. `None`: not at all.
fn quality(wishes: &AcceptLanguage, language: Language) -> Option<(Quality, std::cmp::Reverse<usize>)> {
    let wish = |wanted: &dyn Fn(&Preference<_>) -> bool| {
        let matching = wishes.iter().enumerate().filter(|(_, wish)| wanted(&wish.item));
        matching.map(|(place, wish)| (wish.quality, std::cmp::Reverse(place))).max()
    };
    // `nl` covers `nl-NL` and `nl-BE`. A language named outweighs `*`, also when it is named to exclude it (`nl;q=0, *`).
    wish(&|item| item.item().is_some_and(|tag| tag.primary_language().eq_ignore_ascii_case(language.code())))
        .or_else(|| wish(&|item| matches!(item, Preference::Any)))
        .filter(|(quality, _)| *quality > Quality::ZERO)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn choice(header: &str, default: Language) -> &'static str {
        let request = TestRequest::default().insert_header(("Accept-Language", header)).to_http_request();
        preferred(&request, default).code()
    }

    #[test]
    fn the_header_decides_as_far_as_we_have_the_language() {
        for (header, expected) in [
            ("nl", "nl"),
            ("nl-NL", "nl"),
            ("NL-be", "nl"),
            ("en-GB", "en"),
            ("nl-NL,nl;q=0.9,en-US;q=0.8,en;q=0.7", "nl"),
            ("en-US,en;q=0.9,nl;q=0.8", "en"),
            ("fr, nl;q=0.5, en;q=0.4", "nl"),
            ("nl;q=0.4, en;q=0.5", "en"),
            ("nl, en", "nl"),
            ("en, nl", "en"),
            ("fr, *;q=0.1, nl;q=0", "en"),
        ] {
            assert_eq!(choice(header, Language::ENGLISH), expected, "{header}");
            assert_eq!(choice(header, Language::DUTCH), expected, "{header}");
        }
    }

    #[test]
    fn the_default_decides_the_rest() {
        for header in ["", "fr", "*", "fr, *;q=0.1", "nl;q=0, en;q=0", "nlx", ";;;", "q=1"] {
            assert_eq!(choice(header, Language::ENGLISH), "en", "{header}");
            assert_eq!(choice(header, Language::DUTCH), "nl", "{header}");
        }
        assert_eq!(choice("nl;q=0, *", Language::DUTCH), "en");
        let silent = TestRequest::default().to_http_request();
        assert_eq!(preferred(&silent, Language::DUTCH).code(), "nl");
    }
}
