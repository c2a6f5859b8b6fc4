//! Request bytes → response: the body of a call, to each of the services.
//!
//! Input: a byte that chooses service and language, a separator, the body.

use cellwise::engine::Refusal;
use cellwise_clinic::Language;

use super::{ENGINE, answer, parts, settings};

/// A name in the seeds that no refusal may repeat.
pub const NAME: &str = "Jansen";

/// Calls a service twice: the same bytes get the same answer, in our words.
pub fn run(data: &[u8]) -> bool {
    let Some(choice) = parts(data).next().filter(|choice| choice.len() < data.len()) else { return false };
    let body = data.get(choice.len() + 1..).unwrap_or_default();
    let choice = usize::from(choice.first().copied().unwrap_or_default());
    let services: Vec<&str> = ENGINE.service_ids().collect();
    let service = services[choice % services.len()];
    let language = Language::ALL[choice / services.len() % Language::ALL.len()];
    let call = || ENGINE.call(service, body, &settings(language));
    let (first, second) = (call(), call());
    match (&first, &second) {
        (Ok(first), Ok(second)) => {
            assert_eq!(first, second, "the same bytes, another answer");
            let request = serde_json::from_slice(body).expect("what was answered is JSON");
            answer::check(first, &request);
        }
        (Err(first), Err(second)) => {
            assert_eq!(format!("{first:?}"), format!("{second:?}"), "the same bytes, another refusal");
            refused(first);
        }
        _ => panic!("the same bytes, once answered and once refused"),
    }
    true
}

/// A refusal says what is wrong and where, and repeats nothing of a patient.
fn refused(refusal: &Refusal) {
    let texts: Vec<&str> = match refusal {
        Refusal::NotJson { message } => vec![message],
        Refusal::Invalid { problems } => {
            assert!(!problems.is_empty(), "a refusal without a reason");
            for problem in problems {
                let is_pointer = problem.pointer.is_empty() || problem.pointer.starts_with('/');
                assert!(is_pointer, "no JSON pointer: {}", problem.pointer);
            }
            problems.iter().map(|problem| problem.message.as_str()).collect()
        }
        Refusal::Unobtainable { keys } => {
            assert!(!keys.is_empty(), "nothing is missing");
            Vec::new()
        }
        Refusal::UnknownService | Refusal::HookNotServed { .. } => Vec::new(),
    };
    for text in texts {
        assert!(!text.is_empty(), "a refusal without words");
        // A key that stands twice is named, and any word can be a key.
        assert!(!text.contains(NAME) || text.contains("duplicate key"), "a refusal repeats the record: {text}");
        assert!(!text.chars().any(char::is_control), "a refusal in several lines: {text:?}");
    }
}
