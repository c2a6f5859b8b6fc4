//! What the record says about a patient, and how sure it is.
//!
//! The lowest layer: it knows nothing of FHIR's spelling, of rules, of cards or of HTTP. A [`Chart`] holds facts ([`facts`]);
//! a search of it ([`search`]) answers with what was found *and* what could not be seen, as a [`Judgement`] or a [`Found`].
//! What a code means is looked up in one index ([`terminology`]).

mod chart;
mod delivery;
pub mod facts;
mod judgement;
mod moment;
mod reference;
pub mod search;
mod shared_list;
mod source;
mod startup_error;
pub mod terminology;
pub mod text;
mod verdict;

pub use chart::{Chart, Found};
pub use delivery::Sources;
pub use facts::act::{Act, Standing};
pub use facts::consent::{Consent, TrialParticipation};
pub use facts::progress::Progress;
pub use judgement::{Evidence, EvidencePeriod, Gap, GapKind, Judgement, MOST_EVIDENCE_KEPT, MOST_GAPS, add_gaps};
pub use moment::{AsOf, Moment, Period};
pub use reference::{Referenced, bare_id, is_id, without_version};
pub use source::{Need, Source};
pub use startup_error::StartupError;
pub use verdict::Verdict;
