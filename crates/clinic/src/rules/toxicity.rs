//! What goes wrong in the days and weeks after it.

pub mod cytopenia_after_cell_therapy;
pub mod fever_after_cell_therapy;
pub mod possible_crs;
pub mod possible_icans;
pub mod prolonged_cytopenia_after_car_t;
pub mod urgent_symptoms_after_car_t;
