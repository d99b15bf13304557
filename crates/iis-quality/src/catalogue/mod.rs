//! The catalogue of fields: what is detected about each, in tables.
//!
//! A rule that joins several fields has a file of its own under `checks/`.

mod header;
mod next_of_kin;
mod observation;
mod patient;
mod vaccination;

use crate::detection::Entry;
use iis_model::sent::Thing;

/// The fields of a kind of thing.
pub const fn fields(thing: Thing) -> &'static [Entry] {
    match thing {
        Thing::Message => header::FIELDS,
        Thing::Patient => patient::FIELDS,
        Thing::NextOfKin => next_of_kin::FIELDS,
        Thing::Vaccination => vaccination::FIELDS,
        Thing::Observation => observation::FIELDS,
    }
}
