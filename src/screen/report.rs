//! The report of a run, as Markdown and as a page of its own: counts, why patients fall out, the quality of the data. Nothing of a
//! patient is in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cellwise_clinic::{Language, Message, Rule, rules};
use cellwise_record::Source;
use maud::{DOCTYPE, PreEscaped, html};

use super::tally::{CodeCount, CodeKey, OfRule};
use super::{FAULTS, Summary};
use crate::course::POLICY;
use crate::engine::Engine;
use crate::markdown;
use crate::pages::STYLE;
use crate::texts::{PAGE, Place};
use crate::words::escaped;

/// Codes that the report shows; the mapping template has all.
const MOST_CODES: usize = 50;
/// Where codes are explained.
const TEMPLATE: &str = "mapping-template.csv";
/// What else the page looks like: a wide table is moved by itself.
const WIDE: &str = "body{max-width:60rem}table{display:block;overflow-x:auto;margin-bottom:1rem}\
    td:first-child{min-width:9rem;overflow-wrap:normal}td:not(:first-child){white-space:nowrap}th{overflow-wrap:normal}";

/// A report.
pub struct Report<'r> {
    engine: &'r Engine,
    summary: &'r Summary,
    language: Language,
}

impl<'r> Report<'r> {
    /// The report of a run.
    #[must_use]
    pub fn new(engine: &'r Engine, summary: &'r Summary, language: Language) -> Self {
        Self { engine, summary, language }
    }

    fn say(&self, id: &str, args: &[(&'static str, &str)]) -> String {
        self.say_of(PAGE, id, args)
    }

    fn say_of(&self, rule: &'static str, id: &str, args: &[(&'static str, &str)]) -> String {
        let args: Vec<(&'static str, String)> = args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.engine.knowledge().texts.say_id(rule, self.language, self.engine.policy(), id, &args)
    }

    fn number(number: u64) -> String {
        // A thin space, which no language takes for a decimal.
        let digits = number.to_string();
        let mut grouped = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push('\u{202f}');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// What must be known before a number is believed, each in a sentence.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let Summary { reading, verdicts, .. } = self.summary;
        let mut remarks = Vec::new();
        if self.summary.is_partial() {
            remarks.push(format!(
                "{}. {}",
                self.say("page-screen-partial", &[]),
                self.say("page-screen-partial-lead", &[])
            ));
        }
        if reading.faults > 0 {
            let (count, told) = (Self::number(reading.faults), Self::number(reading.faults_of_a_patient));
            remarks.push(self.say("page-screen-faults", &[("count", &count), ("told", &told), ("file", FAULTS)]));
        }
        if !reading.lost.is_empty() {
            let lost: Vec<&str> = reading.lost.iter().map(String::as_str).collect();
            remarks.push(self.say("page-screen-lost", &[("sources", &self.sources(&lost))]));
        }
        if reading.remarks > 0 {
            remarks
                .push(self.say("page-screen-remarks", &[("count", &Self::number(reading.remarks)), ("file", FAULTS)]));
        }
        remarks.extend(self.summary.problems.iter().cloned());
        for (rule, of) in verdicts.rules.iter().filter(|(_, of)| of.failed > 0) {
            remarks.push(self.say("page-screen-failed", &[("rule", rule), ("count", &Self::number(of.failed))]));
        }
        if !self.summary.not_sent.is_empty() {
            let sources = self.sources(&self.summary.not_sent);
            remarks.push(self.say("page-screen-not-sent", &[("sources", &sources), ("option", "--complete")]));
        }
        if verdicts.without_patient > 0 {
            remarks
                .push(self.say("page-screen-without-patient", &[("count", &Self::number(verdicts.without_patient))]));
        }
        if !reading.of_nobody.is_empty() {
            let counts = reading.of_nobody.iter().map(|(kind, count)| format!("{kind} {}", Self::number(*count)));
            remarks.push(self.say("page-screen-nobody", &[("counts", &counts.collect::<Vec<_>>().join(", "))]));
        }
        if !self.summary.left_alone.is_empty() {
            let files = self.summary.left_alone.join(", ");
            remarks.push(self.say("page-screen-left", &[("files", &files)]));
        }
        remarks
    }

    fn sources(&self, keys: &[&str]) -> String {
        let known = keys.iter().filter_map(|key| Source::from_key(key));
        known.map(|source| self.say(&format!("source-{}", source.key()), &[])).collect::<Vec<_>>().join(", ")
    }

    fn title(&self, rule: &'static Rule) -> String {
        let texts = &self.engine.knowledge().texts;
        texts.say(rule.id, self.language, self.engine.policy(), Place::Summary, &Message::new("title"))
    }

    /// A criterion as the card names it; what depends on the patient is left out.
    fn criterion(&self, rule: &'static Rule, id: &str) -> String {
        let said = self.say_of(rule.id, id, &[]);
        let mut plain = String::new();
        let mut rest = said.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            plain.push_str(before);
            plain.push('…');
            rest = behind.split_once('}').map_or("", |(_, behind)| behind);
        }
        plain + rest
    }

    /// The report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let Summary { verdicts, as_of, software, .. } = self.summary;
        let mut out = format!("# {}\n\n", self.say("page-screen", &[]));
        let patients = Self::number(verdicts.patients);
        let lead = [
            ("patients", patients.as_str()),
            ("instant", as_of),
            ("version", software.version),
            ("knowledge", software.knowledge),
        ];
        let _ = writeln!(out, "{}\n", self.say("page-screen-lead", &lead));
        for remark in self.remarks() {
            let _ = writeln!(out, "- {}", escaped(&remark));
        }
        self.rules(&mut out);
        self.why(&mut out);
        self.quality(&mut out);
        self.codes(&mut out);
        out
    }

    /// The rules that were asked, with what they came to.
    fn of_rules(&self) -> impl Iterator<Item = (&'static Rule, &'r OfRule)> {
        let summary = self.summary;
        summary.rules.iter().filter_map(|id| {
            let rule = *rules::ALL.iter().find(|rule| rule.id == *id)?;
            Some((rule, summary.verdicts.rules.get(*id)?))
        })
    }

    /// The head of a table, of which the first columns are words and the last ones numbers.
    fn head(&self, out: &mut String, words: &[&str], numbers: &[&str]) {
        let heads: Vec<String> = words.iter().chain(numbers).map(|id| self.say(id, &[])).collect();
        let _ = writeln!(out, "| {} |", heads.join(" | "));
        let _ = writeln!(out, "|{}{}", "---|".repeat(words.len()), "--:|".repeat(numbers.len()));
    }

    fn rules(&self, out: &mut String) {
        let _ = writeln!(out, "\n## {}\n", self.say("page-screen-rules", &[]));
        self.head(
            out,
            &["page-screen-rule"],
            &["page-screen-met", "page-screen-unknown", "page-screen-not-met", "page-screen-not-concerned"],
        );
        for (rule, of) in self.of_rules() {
            let numbers = [of.met, of.unknown, of.not_met - of.not_concerned, of.not_concerned].map(Self::number);
            let _ = writeln!(out, "| {} | {} |", escaped(&self.title(rule)), numbers.join(" | "));
        }
    }

    fn why(&self, out: &mut String) {
        let _ = writeln!(out, "\n## {}\n\n{}", self.say("page-screen-why", &[]), self.say("page-screen-why-lead", &[]));
        for (rule, of) in self.of_rules().filter(|(_, of)| !of.falls_out.is_empty() || !of.gaps.is_empty()) {
            let _ = writeln!(out, "\n### {}\n", escaped(&self.title(rule)));
            if !of.falls_out.is_empty() {
                self.head(out, &["page-screen-criterion"], &["page-screen-first", "page-screen-alone"]);
                for (id, count) in most_first(&of.falls_out) {
                    let alone = of.falls_out_alone.get(id).copied().unwrap_or_default();
                    let criterion = escaped(&self.criterion(rule, id));
                    let _ = writeln!(out, "| {criterion} | {} | {} |", Self::number(count), Self::number(alone));
                }
                out.push('\n');
            }
            if !of.gaps.is_empty() {
                self.head(out, &["page-screen-gap"], &["page-screen-count"]);
                for (gap, count) in most_first(&of.gaps) {
                    let (kind, key) = gap.split_once(' ').unwrap_or((gap, ""));
                    let source = self.say(&format!("source-{key}"), &[]);
                    let said = self.say(&format!("gap-{kind}"), &[("source", &source)]);
                    let _ = writeln!(out, "| {} | {} |", escaped(&said), Self::number(count));
                }
            }
        }
    }

    fn quality(&self, out: &mut String) {
        let reading = &self.summary.reading;
        let (heading, lead) = (self.say("page-screen-quality", &[]), self.say("page-screen-quality-lead", &[]));
        let _ = writeln!(out, "\n## {heading}\n\n{lead}\n");
        self.head(out, &["page-screen-type"], &["page-screen-came", "page-screen-kept", "page-screen-words"]);
        for (kind, count) in most_first(&reading.resources) {
            let of = |counts: &BTreeMap<String, u64>| Self::number(counts.get(kind).copied().unwrap_or_default());
            let (kept, words) = (of(&reading.kept), of(&reading.in_words));
            let _ = writeln!(out, "| {} | {} | {kept} | {words} |", escaped(kind), Self::number(count));
        }
    }

    fn codes(&self, out: &mut String) {
        let codes = self.sorted_codes();
        let _ = writeln!(out, "\n## {}\n", self.say("page-screen-codes", &[]));
        if codes.is_empty() {
            let _ = writeln!(out, "{}", self.say("page-screen-no-codes", &[]));
            return;
        }
        let _ = writeln!(out, "{}\n", self.say("page-screen-codes-lead", &[("file", TEMPLATE)]));
        self.head(
            out,
            &["page-screen-type", "page-screen-system", "page-screen-code", "page-screen-name"],
            &["page-screen-times"],
        );
        for (key, count) in codes.iter().take(MOST_CODES) {
            let words = [&key.kind, &key.system, &key.code, &count.display].map(|word| escaped(word));
            let _ = writeln!(out, "| {} | {} |", words.join(" | "), Self::number(count.times));
        }
        if codes.len() > MOST_CODES {
            let more = Self::number((codes.len() - MOST_CODES) as u64);
            let _ = writeln!(out, "\n{}", self.say("page-screen-more-codes", &[("count", &more), ("file", TEMPLATE)]));
        }
    }

    fn sorted_codes(&self) -> Vec<(&'r CodeKey, &'r CodeCount)> {
        let mut codes: Vec<_> = self.summary.reading.codes.iter().collect();
        codes.sort_by(|left, right| right.1.times.cmp(&left.1.times).then_with(|| left.0.cmp(right.0)));
        codes
    }

    /// The codes that no value set knows, as a mapping that lacks its targets.
    #[must_use]
    pub fn mapping_template(&self) -> String {
        let mut out = String::from(
            "# Codes that no value set knows, most frequent first. Fill in what each is, by the url of a system that the value\n\
             # sets have (http://snomed.info/sct, http://loinc.org, http://www.whocc.no/atc, …) and a code of it. A row without a\n\
             # target is left out. Name this file in `terminology` of the configuration.\n",
        );
        out.push_str("source-system,source-code,target-system,target-code,source-display\n");
        let mut seen = std::collections::BTreeSet::new();
        for (key, count) in self.sorted_codes() {
            let is_plain = |text: &str| !text.is_empty() && !text.contains(['\n', '\r']);
            // What the configuration would refuse for its own sake is no help.
            if key.system.contains(':')
                && is_plain(&key.system)
                && is_plain(&key.code)
                && seen.insert((&key.system, &key.code))
            {
                let mut writer = csv::Writer::from_writer(Vec::new());
                let display = count.display.replace(['\n', '\r'], " ");
                // Writing to memory can't fail.
                let _ = writer.write_record([&key.system, &key.code, "", "", &display]);
                let row = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
                let _ = write!(out, "# {} times in {}\n{row}", count.times, key.kind);
            }
        }
        out
    }

    /// The report as a page of its own, complete in one file.
    #[must_use]
    pub fn html(&self) -> String {
        let title = self.say("page-screen", &[]);
        html! {
            (DOCTYPE)
            html lang=(self.language.code()) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (title) " – cellwise" }
                    style { (PreEscaped(STYLE)) (PreEscaped(WIDE)) }
                }
                body { main { (markdown::document(&self.markdown())) } }
            }
        }
        .into_string()
    }
}

/// Words with their counts, the most frequent first.
fn most_first(counts: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut sorted: Vec<(&str, u64)> = counts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    sorted.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
    sorted
}
