//! Rules about the patient.

pub mod age;
pub mod birth_date_in_future;
pub mod birth_day_of_month;
pub mod death;
pub mod death_before_birth;
pub mod first_name_with_initial;
pub mod guardian_is_patient;
pub mod many_doses;
pub mod mothers_maiden_name;
pub mod placeholder_name;
pub mod record_timeliness;
pub mod unusable_address;
pub mod visit_eligibility_date;
