//! A record without all that is no dose.

use iis_model::record::PersonRecord;

/// The record as if nothing but doses were on it: no observation, neither by itself nor under a dose. What the schedule says of it is
/// the same for everybody with these doses, whatever else is known of them (decision 0064).
pub fn doses_alone(record: &PersonRecord) -> PersonRecord {
    let mut alone = record.clone();
    alone.events.retain(|event| event.best.kind.is_dose());
    for event in &mut alone.events {
        event.best.observations.clear();
    }
    alone
}
