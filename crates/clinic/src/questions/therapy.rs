//! Cell therapies: given, planned, ordered, and the time since.

pub mod after_car_t;
pub mod allergy;
pub mod appointment;
pub mod car_t_collection;
pub mod car_t_target;
pub mod cell_therapy;
pub mod coming_preparation;
pub mod conditioning;
pub mod drafted;
pub mod history;
pub mod hypersensitivity;
pub mod lymphodepletion;
pub mod open_plan;
pub mod other_regimen;
pub mod own_cells;
pub mod plan;
pub mod product_release;
pub mod regimen_dose;
pub mod term;
pub mod window;
