//! The page of a report: what became of the cards.

use cellwise_store::{Report, RuleLine};
use maud::{Markup, html};

use super::{Pages, Words, page};
use crate::engine::Engine;
use crate::report;
use cellwise_clinic::{Language, rules};

impl Pages {
    /// What became of the cards, in words.
    #[must_use]
    pub fn report(&self, engine: &Engine, report: &Report, language: Language) -> String {
        let words = Words::of(engine, language);
        let (since, until) = (report.since.as_str(), report.until.as_str());
        let title = words.say("page-report", &[]);
        let others = Language::ALL.iter().filter(|other| **other != language);
        let body = html! {
            nav {
                a href={ "rules?lang=" (language.code()) } { (words.say("page-all-rules", &[])) }
                @for other in others.map(|language| Words { language: *language, ..words }) {
                    @let code = other.language.code();
                    a href={ "?lang=" (code) "&since=" (since) "&until=" (until) } hreflang=(code) lang=(code) {
                        (other.say("page-language", &[]))
                    }
                }
            }
            h1 { (title) }
            p { (words.say("page-report-lead", &[("since", since), ("until", until)])) }
            (words.named(report))
            h2 { (words.say("page-report-rules", &[])) }
            (words.lines(&report.rules, false))
            @if !report.not_on_record.is_empty() {
                p.small { (words.say("page-report-unrecorded", &[])) }
                ul {
                    @for other in &report.not_on_record {
                        @let outcome = if other.is_accepted { "page-report-accepted" } else { "page-report-overridden" };
                        li {
                            (other.client) ": " (words.say(outcome, &[])) " " (other.cards)
                        }
                    }
                }
            }
            h2 { (words.say("page-report-weeks", &[])) }
            (words.lines(&report.weeks, true))
        };
        page(&title, language, "rules/style.css", &body)
    }
}

impl Words<'_> {
    /// The rules that are overridden in more than the set share.
    fn named(&self, report: &Report) -> Markup {
        let (percent, fewest) =
            (report.thresholds.overridden_percent.to_string(), report.thresholds.fewest_shown.to_string());
        let thresholds = [("percent", percent.as_str()), ("fewest", fewest.as_str())];
        html! {
            @if report.named.is_empty() {
                p { (self.say("page-report-none-named", &thresholds)) }
            } @else {
                p { (self.say("page-report-named", &thresholds)) }
                ul {
                    @for line in report.rules.iter().filter(|line| report.is_named(&line.rule)) {
                        li.off { (self.rule_link(&line.rule)) " " (line.overridden_percent) " %" }
                    }
                }
            }
        }
    }

    fn lines(&self, lines: &[RuleLine], by_week: bool) -> Markup {
        let heads = [
            "page-report-shown",
            "page-report-joined",
            "page-report-accepted",
            "page-report-overridden",
            "page-report-ignored",
            "page-report-reasons",
        ];
        html! {
            table {
                tr {
                    @if by_week { th { (self.say("page-report-week", &[])) } }
                    th { (self.say("page-report-rule", &[])) }
                    @if by_week { th { (self.say("page-report-client", &[])) } }
                    @for head in heads { th { (self.say(head, &[])) } }
                }
                @for line in lines {
                    tr {
                        @if let Some(week) = &line.week { td { (week) } }
                        td { (self.rule_link(&line.rule)) }
                        @if let Some(client) = &line.client { td { (client) } }
                        td.number { (line.shown) }
                        td.number { (line.joined) }
                        td.number { (line.accepted) }
                        td.number { (line.overridden) " (" (line.overridden_percent) " %)" }
                        td.number { (line.ignored) }
                        td {
                            @for one in &line.reasons { (self.reason(one)) " (" (one.cards) ")" br; }
                        }
                    }
                }
            }
        }
    }

    fn reason(&self, one: &cellwise_store::Reason) -> String {
        if one.code.is_some() { report::reason(one).to_owned() } else { self.say("page-report-no-reason", &[]) }
    }

    /// What a rule is called, with a link to its page; of one that is no longer there, its id.
    fn rule_link(&self, id: &str) -> Markup {
        html! {
            @match rules::ALL.iter().find(|rule| rule.id == id) {
                Some(rule) => a href={ "rules/" (id) "?lang=" (self.language.code()) } { (self.title(rule)) },
                None => code { (id) },
            }
        }
    }
}
