//! The rules. A retired code is never used again.

pub mod message;
pub mod next_of_kin;
pub mod patient;
pub mod vaccination;

use crate::Rule;

/// All rules, by what they look at.
pub const ALL: &[Rule] = &[
    message::message_time::RULE,
    patient::age::RULE,
    patient::birth_date_in_future::RULE,
    patient::birth_day_of_month::RULE,
    patient::death::RULE,
    patient::death_before_birth::RULE,
    patient::first_name_with_initial::RULE,
    patient::guardian_is_patient::RULE,
    patient::many_doses::RULE,
    patient::mothers_maiden_name::RULE,
    patient::placeholder_name::RULE,
    patient::record_timeliness::RULE,
    patient::unusable_address::RULE,
    patient::visit_eligibility_date::RULE,
    next_of_kin::address_differs::RULE,
    next_of_kin::kin_relationship::RULE,
    next_of_kin::unusable_kin_address::RULE,
    vaccination::codings_disagree::RULE,
    vaccination::day_of_month::RULE,
    vaccination::dose_timeliness::RULE,
    vaccination::funding_and_eligibility::RULE,
    vaccination::given_after_death::RULE,
    vaccination::given_after_entry::RULE,
    vaccination::given_after_lot_expired::RULE,
    vaccination::given_before_birth::RULE,
    vaccination::given_in_future::RULE,
    vaccination::kind_of_vaccine::RULE,
    vaccination::lot_number::RULE,
    vaccination::out_of_use::RULE,
    vaccination::product::RULE,
    vaccination::refusal_conflict::RULE,
    vaccination::route_of_vaccine::RULE,
    vaccination::source_doubtful::RULE,
    vaccination::vaccine_age::RULE,
    vaccination::vaccine_unrecognized::RULE,
    vaccination::vis_dates::RULE,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn no_text_says_that_anything_was_stored_since_another_finding_may_refuse_it() {
        for check in ALL.iter().flat_map(|rule| rule.checks) {
            let text = check.text.replace("not stored", "");
            assert!(!text.contains("stored"), "{}: {text}", check.code);
        }
    }
}
