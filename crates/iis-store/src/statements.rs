//! The list of all statements, for the tests that prepare and lint them.

use crate::sql::Sql;

/// Every statement of every file.
pub fn all() -> impl Iterator<Item = &'static Sql> {
    [
        crate::account::ALL,
        crate::audit::chain::ALL,
        crate::audit::list::ALL,
        crate::audit::seal::ALL,
        crate::audit::verify::ALL,
        crate::cdsi_overlay::ALL,
        crate::chosen_value::ALL,
        crate::match_release::ALL,
        crate::consolidated::ALL,
        crate::event::ALL,
        crate::extent::ALL,
        crate::ids::ALL,
        crate::job::ALL,
        crate::jurisdiction::ALL,
        crate::link::ALL,
        crate::match_key::ALL,
        crate::match_subject::ALL,
        crate::message::ALL,
        crate::message_answer::ALL,
        crate::migrate::ALL,
        crate::name_freq::ALL,
        crate::not_same::ALL,
        crate::organization::ALL,
        crate::outbox::ALL,
        crate::person::ALL,
        crate::person_name::ALL,
        crate::person_status::ALL,
        crate::person_view::ALL,
        crate::reach::ALL,
        crate::release::ALL,
        crate::replay::ALL,
        crate::report::ALL,
        crate::reporter::ALL,
        crate::review_answer::ALL,
        crate::review_item::ALL,
        crate::review_measures::ALL,
        crate::role_assignment::ALL,
        crate::school_student::ALL,
        crate::search::ALL,
        crate::sender::ALL,
        crate::sender_key::ALL,
        crate::sender_origin::ALL,
        crate::sender_quality::ALL,
        crate::session::ALL,
        crate::setting::ALL,
        crate::sign_in_failure::ALL,
        crate::site::ALL,
        crate::source_record::ALL,
        crate::submission::ALL,
        crate::unit_key::ALL,
        crate::withdrawal::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
