//! What is watched, given and arranged afterwards.

pub mod ahsct_precautions;
pub mod car_t_precautions;
pub mod discharge_after_ahsct;
pub mod discharge_after_car_t;
pub mod immunoglobulin_after_car_t;
pub mod infection_prophylaxis;
pub mod second_malignancy_after_car_t;
