//! What an access token opens: SMART scopes of version 2 (`patient/Observation.rs`) and of version 1 (`patient/*.read`).

/// One clinical scope.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Clinical {
    /// The type of resources; `*` is every type.
    of: String,
    reads: bool,
    searches: bool,
    /// Whether it is about one patient only.
    is_of_patient: bool,
}

/// What is granted, in words and as far as it opens data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scopes {
    granted: Vec<String>,
    clinical: Vec<Clinical>,
}

/// Scopes that open no data.
const OTHERS: [&str; 6] = ["fhirUser", "launch", "launch/encounter", "launch/patient", "openid", "profile"];

impl Scopes {
    /// Those of the scopes that this EHR grants: to read and search. What it does not know is left out, as SMART has it.
    pub(super) fn granting(asked: &str) -> Self {
        let mut scopes = Self::default();
        for scope in asked.split_whitespace() {
            if OTHERS.contains(&scope) {
                scopes.granted.push(scope.to_owned());
            } else if let Some((clinical, granted)) = clinical(scope) {
                scopes.clinical.push(clinical);
                scopes.granted.push(granted);
            }
        }
        scopes
    }

    /// As they stand in an answer.
    pub(super) fn text(&self) -> String {
        self.granted.join(" ")
    }

    /// Whether a scope was granted.
    pub(super) fn has(&self, scope: &str) -> bool {
        self.granted.iter().any(|granted| granted == scope)
    }

    /// Whether resources of a type may be read.
    pub(super) fn may_read(&self, of: &str) -> bool {
        self.clinical.iter().any(|one| one.reads && (one.of == "*" || one.of == of))
    }

    /// Whether resources of a type may be searched for.
    pub(super) fn may_search(&self, of: &str) -> bool {
        self.clinical.iter().any(|one| one.searches && (one.of == "*" || one.of == of))
    }

    /// Whether nothing but the data of one patient is opened.
    pub(super) fn are_of_patient(&self) -> bool {
        self.clinical.iter().all(|one| one.is_of_patient)
    }
}

/// A clinical scope, and what is granted of it. Nothing is ever written by an app here.
fn clinical(scope: &str) -> Option<(Clinical, String)> {
    let (context, rest) = scope.split_once('/')?;
    let (of, rights) = rest.split_once('.')?;
    let is_of_patient = match context {
        "patient" => true,
        "user" => false,
        _ => return None,
    };
    let is_type =
        of == "*" || of.starts_with(|c: char| c.is_ascii_uppercase()) && of.chars().all(|c| c.is_ascii_alphabetic());
    // The rights of version 2 stand in this order, each at most once.
    let (reads, searches, granted) = match rights {
        "read" | "*" => (true, true, "read"),
        rights if is_in_order(rights, "cruds") => {
            let (reads, searches) = (rights.contains('r'), rights.contains('s'));
            (
                reads,
                searches,
                match (reads, searches) {
                    (true, true) => "rs",
                    (true, false) => "r",
                    (false, true) => "s",
                    (false, false) => return None,
                },
            )
        }
        _ => return None,
    };
    let clinical = Clinical { of: of.to_owned(), reads, searches, is_of_patient };
    is_type.then(|| (clinical, format!("{context}/{of}.{granted}")))
}

fn is_in_order(rights: &str, order: &str) -> bool {
    let mut left = order.chars();
    !rights.is_empty() && rights.chars().all(|right| left.any(|known| known == right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_and_searching_is_granted_and_nothing_else() {
        for (asked, granted) in [
            ("launch openid fhirUser patient/Observation.rs", "launch openid fhirUser patient/Observation.rs"),
            ("patient/*.read patient/*.*", "patient/*.read patient/*.read"),
            ("patient/Observation.cruds", "patient/Observation.rs"),
            ("patient/Observation.sr patient/Observation.cud patient/Observation.write", ""),
            ("patient/Observation.rs?category=laboratory system/*.rs offline_access", ""),
            ("user/Condition.s", "user/Condition.s"),
        ] {
            assert_eq!(Scopes::granting(asked).text(), granted, "{asked}");
        }
    }

    #[test]
    fn a_scope_opens_its_type_only() {
        let scopes = Scopes::granting("patient/Observation.rs patient/Patient.r");
        assert!(scopes.may_search("Observation") && scopes.may_read("Patient") && scopes.are_of_patient());
        assert!(!scopes.may_search("Patient") && !scopes.may_read("Condition"));
        assert!(!Scopes::granting("patient/*.rs user/Patient.rs").are_of_patient());
    }
}
