//! What came of the checks: for people, and as `JUnit` XML.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::catalogue::Level;
use super::{Finding, Verdict};
use crate::fixtures::junit::printable;

/// Writes what came of it: failures with their sentence, address and reasons, and everything else by its name.
///
/// # Errors
/// When `out` can't be written to.
pub fn write(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        let check = finding.check;
        let word = match (finding.verdict, check.level) {
            (Verdict::Passed, _) => "passed        ",
            (Verdict::Failed, Level::Required) => "FAILED        ",
            (Verdict::Failed, Level::Recommended) => "not as advised",
            (Verdict::NotApplicable, _) => "not applicable",
        };
        let looks = match finding.verdict {
            Verdict::NotApplicable => String::new(),
            _ => format!(" ({})", finding.looks),
        };
        writeln!(out, "{word}  {}{looks}", check.id)?;
        if finding.verdict == Verdict::Failed {
            writeln!(out, "    “{}”", check.sentence)?;
            writeln!(out, "    {}", check.address())?;
        }
        for reason in &finding.reasons {
            writeln!(out, "    - {reason}")?;
        }
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let breaches = findings.iter().filter(|finding| finding.is_breach()).count();
    let failed = count(Verdict::Failed);
    writeln!(
        out,
        "\n{} checks of CDS Hooks 2.0.1: {} passed, {breaches} failed, {} not as advised, {} not applicable",
        findings.len(),
        count(Verdict::Passed),
        failed - breaches,
        count(Verdict::NotApplicable)
    )?;
    out.flush()
}

/// Writes it as `JUnit` XML: what is not as advised is no failure, and says so.
///
/// # Errors
/// When `out` can't be written to.
pub fn junit(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let failures = findings.iter().filter(|finding| finding.is_breach()).count().to_string();
    let skipped = findings
        .iter()
        .filter(|finding| !finding.is_breach() && finding.verdict != Verdict::Passed)
        .count()
        .to_string();
    let (tests, name) = (findings.len().to_string(), "cellwise conform");
    let suite = [
        ("name", name),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", "0"),
        ("skipped", skipped.as_str()),
    ];
    xml.write_event(Event::Start(BytesStart::new("testsuites").with_attributes([("name", name)])))?;
    xml.write_event(Event::Start(BytesStart::new("testsuite").with_attributes(suite)))?;
    for finding in findings {
        let case =
            BytesStart::new("testcase").with_attributes([("classname", "cds-hooks-2.0.1"), ("name", finding.check.id)]);
        if finding.verdict == Verdict::Passed {
            xml.write_event(Event::Empty(case))?;
            continue;
        }
        xml.write_event(Event::Start(case))?;
        let reasons = printable(&finding.reasons.join("\n"));
        let first = printable(finding.reasons.first().map_or("", String::as_str));
        let kind = if finding.is_breach() { "failure" } else { "skipped" };
        xml.write_event(Event::Start(BytesStart::new(kind).with_attributes([("message", first.as_str())])))?;
        let text = format!("{}\n{}\n\n{reasons}", finding.check.sentence, finding.check.address());
        xml.write_event(Event::Text(BytesText::new(&text)))?;
        xml.write_event(Event::End(BytesEnd::new(kind)))?;
        xml.write_event(Event::End(BytesEnd::new("testcase")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writeln!(out)?;
    out.flush()
}
