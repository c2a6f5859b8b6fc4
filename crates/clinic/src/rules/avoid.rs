//! What is better not done after cell therapy.

pub mod conception_after_cell_therapy;
pub mod corticosteroid_after_car_t;
pub mod donation_after_car_t;
pub mod driving_after_car_t;
pub mod live_vaccine_after_cell_therapy;
