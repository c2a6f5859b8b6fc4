//! What is on the bench as a case of the fixture suite: how the rule that speaks loudest was judged is what is expected.

use serde_json::{Map, Value, json};

use super::question::Question;
use super::{Asked, Calls};
use crate::course::Course;

/// The name of the file with a patient that is no fixture yet.
pub(super) const NEW_PATIENT: &str = "workbench";

/// The case. Its sentence, and which rule it is about, are for a person to write.
pub(super) fn case(question: &Question, course: Option<&Course>, calls: &Calls<'_>, asked: &[Asked<'_>]) -> Value {
    let flag = course.and_then(|course| course.flags.iter().find(|flag| !flag.rules.is_empty()));
    let of_card = flag.and_then(|flag| flag.rules.first()).map(|rule| rule.id);
    let outcomes = || calls.iter().flat_map(|(judged, _)| &judged.evaluation.outcomes);
    let rule = of_card.or_else(|| outcomes().next().map(|outcome| outcome.rule.id)).unwrap_or_default();
    let finding = outcomes().find(|outcome| outcome.rule.id == rule).and_then(|outcome| outcome.finding.as_ref());
    let asks = |(judged, _): &&(crate::engine::Judged<'_>, _)| {
        judged.evaluation.outcomes.iter().any(|outcome| outcome.rule.id == rule)
    };
    let service = calls.iter().find(asks).map(|(judged, _)| judged.service.id.as_str());
    let service = service.or_else(|| asked.first().map(|asked| asked.service.id.as_str())).unwrap_or_default();
    let (patient, order) = question.fixtures();
    let mut case = Map::new();
    case.insert("describe".to_owned(), json!("Say in one sentence, as a clinician would, what this case shows."));
    case.insert("service".to_owned(), json!(service));
    case.insert("hook".to_owned(), json!(question.hook.name()));
    case.insert("asOf".to_owned(), json!(question.as_of.to_rfc3339()));
    case.insert("patient".to_owned(), json!(patient.unwrap_or(NEW_PATIENT)));
    if crate::fixtures::request::has_drafts(question.hook) {
        case.insert("order".to_owned(), json!(order.unwrap_or(NEW_PATIENT)));
    }
    let mut expect = Map::new();
    expect.insert("rule".to_owned(), json!(rule));
    if let Some(finding) = finding {
        expect.insert("verdict".to_owned(), json!(finding.verdict().name()));
    }
    match flag {
        Some(flag) => drop(expect.insert("indicator".to_owned(), json!(flag.indicator))),
        None if calls.iter().any(|(_, answer)| answer.is_some()) => {
            expect.insert("indicator".to_owned(), json!("none"));
        }
        None => drop(expect.insert("status".to_owned(), json!(412))),
    }
    case.insert("expect".to_owned(), Value::Object(expect));
    Value::Object(case)
}
