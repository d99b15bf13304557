//! The checks, in code order. A retired code stays in the list of retired ones.

pub mod patient;
pub mod vaccination;

use crate::Check;
use patient::{birth_date_in_future, death_before_birth};
use vaccination::{given_after_death, given_after_lot_expired, given_before_birth, given_in_future};

/// All checks.
pub const ALL: &[Check] = &[
    birth_date_in_future::CHECK,
    death_before_birth::CHECK,
    given_in_future::CHECK,
    given_before_birth::CHECK,
    given_after_death::CHECK,
    given_after_lot_expired::CHECK,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
