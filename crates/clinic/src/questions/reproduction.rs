<<<<<<< HEAD
//! Pregnancy, breastfeeding, conception, fertility.
=======
//! Pregnancy, breastfeeding, fertility, conception.
>>>>>>> rules-d

pub mod childbearing;
pub mod conception;
pub mod fertility_counselling;
pub mod pregnancy;
