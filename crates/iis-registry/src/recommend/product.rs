//! What the schedule says of one product and one person: for whoever is about to give it.

use super::Schedules;
use iis_cdsi::dates::Day;
use iis_model::{Cvx, Date};

/// Whether the schedule prefers a vaccine at the age of somebody born on `born`; none: it says nothing of its ages.
pub fn prefers_at(schedules: &Schedules, cvx: Cvx, born: Date, on: Date) -> Option<bool> {
    schedules.now().schedule.prefers_at(known(cvx)?, Day::from(born), Day::from(on))
}

/// How many milliliters of a vaccine are given at the age of somebody born on `born`, as it is printed; none: the schedule
/// names no volume, or more than one.
pub fn usual_milliliters(schedules: &Schedules, cvx: Cvx, born: Date, on: Date) -> Option<Box<str>> {
    let volume = schedules.now().schedule.usual_volume(known(cvx)?, Day::from(born), Day::from(on))?;
    Some(volume.to_string().into())
}

fn known(cvx: Cvx) -> Option<iis_cdsi::codes::Cvx> {
    iis_cdsi::codes::Cvx::new(cvx.number())
}
