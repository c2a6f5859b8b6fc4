//! The answers that are shared by all rules of a call: one line per question.

use cellwise_record::Judgement;

use super::blood::harvest::Harvest;
use super::blood::neutropenia::Neutropenia;
use super::blood::prolonged_cytopenia::ProlongedCytopenia;
use super::case::Once;
use super::reproduction::pregnancy::Status;
use super::stay::departure::Departure;
use super::therapy::after_car_t::AfterCarT;
use super::therapy::car_t_collection::CarTCollection;
use super::therapy::cell_therapy::CellTherapies;
use super::therapy::history::TherapyHistory;
use super::therapy::open_plan::{ForEach, Infusions, OpenPlans};
use super::toxicity::crs::Crs;
use super::toxicity::crs_signs::CrsSigns;
use super::toxicity::fever::Fever;
use super::toxicity::icans::Neurotoxicity;
use super::toxicity::tocilizumab::TocilizumabInEpisode;

/// What was already found.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) alive: Once<Judgement>,
    pub(super) car_t_history: Once<TherapyHistory>,
    pub(super) after_car_t: Once<AfterCarT>,
    pub(super) departure_after_car_t: Once<Departure>,
    pub(super) crs: Once<Crs>,
    pub(super) crs_signs: Once<CrsSigns>,
    pub(super) fever_after_car_t: Once<Fever>,
    pub(super) neurotoxicity: Once<Neurotoxicity>,
    pub(super) neutropenia: Once<Neutropenia>,
    pub(super) prolonged_cytopenia: Once<ProlongedCytopenia>,
    pub(super) tocilizumab: Once<TocilizumabInEpisode>,
    pub(super) cell_therapies: Once<CellTherapies>,
    pub(super) transplantation: Once<TherapyHistory>,
    pub(super) infusions: ForEach<Once<Infusions>>,
    pub(super) open_plans: ForEach<Once<OpenPlans>>,
    pub(super) harvest: Once<Harvest>,
    pub(super) car_t_collection: Once<CarTCollection>,
    pub(super) conditioning: Once<Judgement>,
    pub(super) recorded_pregnancy: Once<Status>,
}
