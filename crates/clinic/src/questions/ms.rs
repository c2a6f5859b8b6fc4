//! Multiple sclerosis: course, activity, therapy.

pub mod activity;
pub mod brain_mri;
pub mod exposure;
pub mod multiple_sclerosis;
pub mod planned_transplantation;
