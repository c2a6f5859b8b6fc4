//! The answers that are shared by all rules of a call: one line per question.

use cellwise_record::Judgement;

use super::blood::neutropenia::Neutropenia;
use super::case::Once;
use super::therapy::after_car_t::AfterCarT;
use super::therapy::cell_therapy::CellTherapies;
use super::therapy::history::TherapyHistory;

/// What was already found.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) alive: Once<Judgement>,
    pub(super) car_t_history: Once<TherapyHistory>,
    pub(super) after_car_t: Once<AfterCarT>,
    pub(super) cell_therapies: Once<CellTherapies>,
    pub(super) neutropenia: Once<Neutropenia>,
    pub(super) transplantation: Once<TherapyHistory>,
}
