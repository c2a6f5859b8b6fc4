//! The page of `cellwise fixtures --html`: read, searched, reached by keyboard, and printed.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::PoisonError;
use std::{fs, thread};

use cellwise::fixtures::coverage::Coverage;
use cellwise::fixtures::html;
use cellwise::fixtures::run::{self, Options};
use cellwise::fixtures::suite::Suite;
use cellwise::fixtures::target::Target;
use cellwise_clinic::Language;
use serde_json::json;

use super::driver::{Browser, installed};
use super::{ENGINE, TURN, assert_sound, is_of_browser, root};

/// The page about the cases of some rules, one of them spoilt.
fn page(language: Language) -> String {
    let mut suite = Suite::load(&root().join("fixtures"), Some("e")).unwrap();
    suite.cases.retain(|case| ["possible-crs", "dmso-allergy", "hepatitis-b"].contains(&case.rule.as_str()));
    let spoilt = suite.cases.iter_mut().find(|case| case.rule == "dmso-allergy").unwrap();
    spoilt.file.expect.says = vec!["no such words".to_owned()];
    let outcomes = run::run(&suite, &Target::Engine(&ENGINE), &ENGINE.knowledge().schemas, Options::default(), &|_| ());
    let jobs = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let coverage = Coverage::of(&suite, &ENGINE, jobs).unwrap();
    let run = html::Run {
        suite: &suite,
        outcomes: &outcomes,
        coverage: &coverage,
        engine: &ENGINE,
        server: None,
        config: None,
        language,
    };
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cases-{}.html", language.code()));
    fs::write(&file, html::document(&run)).unwrap();
    format!("file://{}", file.display())
}

#[test]
fn the_cases_can_be_read_searched_and_printed() {
    let Some(chromium) = installed() else { return };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let browser = Browser::start(chromium);
    let count =
        |selector: &str| browser.eval(&format!("document.querySelectorAll('{selector}').length")).as_u64().unwrap();
    for language in Language::ALL {
        let url = page(*language);
        for width in [380, 1600] {
            let at = format!("{} {width}", language.code());
            browser.open(&url, width);
            // What is closed is not looked at by axe: some cases are opened, those with a card and the one that fails.
            browser.eval(
                "document.querySelectorAll('.case').forEach((of, at) => { if (at % 25 === 0) of.open = true; }); 0",
            );
            assert_sound(&browser, &at);
            let elsewhere: Vec<String> =
                browser.requested().into_iter().filter(|url| !url.starts_with("file:")).collect();
            assert!(elsewhere.iter().all(|url| is_of_browser(url)), "{at}: {elsewhere:?}");
        }
        let all = count(".case");
        assert!(all > 100 && count(".case:not([hidden])") == all);
        // By keyboard: the field is the first thing that is reached, and finds while somebody types.
        browser.press("Tab", 9, "");
        assert_eq!(browser.eval("document.activeElement.id"), "words");
        for key in ["d", "m", "s", "o"] {
            browser.press(key, u32::from(key.as_bytes()[0].to_ascii_uppercase()), key);
        }
        let found = count(".case:not([hidden])");
        assert!(found > 0 && found < all, "{found} of {all}");
        let said = browser.eval("document.getElementById('found').textContent");
        assert!(said.as_str().unwrap().ends_with(&format!(" {found} / {all}")), "{said}");
        // Only what failed.
        browser.eval(
            "for (const [id, value] of [['words', ''], ['state', 'failed']]) document.getElementById(id).value = value; \
             document.getElementById('find').dispatchEvent(new Event('input')); 0",
        );
        assert_eq!((count(".case:not([hidden])"), count(".rule:not([hidden])")), (1, 1));
        assert!(
            browser
                .eval("document.querySelector('.case:not([hidden]) pre').textContent")
                .as_str()
                .unwrap()
                .contains("no such words")
        );
        // A link leads to a case, though it was hidden, and opens it.
        browser.eval("document.querySelector('table.numbers a').click(); 0");
        browser.wait_for("document.querySelector('.case:target')?.open");
        assert_eq!(count(".case:not([hidden])"), all);
        let pdf = browser.call("Page.printToPDF", json!({ "printBackground": false }));
        assert!(pdf["data"].as_str().is_some_and(|data| data.starts_with("JVBER")), "{url}");
    }
}
