//! When a letter that could not be handed over is tried again (RFC 5321, section 4.5.4.1: first soon, then for days).

use iis_model::Timestamp;
use jiff::SignedDuration;

/// The tries after which a letter is given up: after about four days.
pub const MOST_TRIES: i64 = 22;

/// The longest pause.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);

/// When the next try is due after so many; none: it is given up. The pause doubles from one minute to six hours.
pub fn pause_after(tries: i64, now: Timestamp) -> Option<Timestamp> {
    if tries >= MOST_TRIES {
        return None;
    }
    let doublings = u32::try_from(tries.clamp(1, 10) - 1).unwrap_or(0);
    let pause = SignedDuration::from_mins(1 << doublings).min(LONGEST);
    now.saturating_add(pause).ok()
}

#[cfg(test)]
mod tests {
    use super::{MOST_TRIES, pause_after};
    use iis_model::Timestamp;

    #[test]
    fn pauses_double_up_to_six_hours_and_end_after_four_days() {
        let now = Timestamp::UNIX_EPOCH;
        let minutes = |tries| pause_after(tries, now).map(|at| at.as_second() / 60);
        #[rustfmt::skip]
        let table = [(1, Some(1)), (2, Some(2)), (3, Some(4)), (9, Some(256)), (10, Some(360)), (21, Some(360)), (22, None)];
        for (tries, pause) in table {
            assert_eq!(minutes(tries), pause, "{tries}");
        }
        let all: i64 = (1..MOST_TRIES).filter_map(minutes).sum();
        assert!((3 * 24 * 60..5 * 24 * 60).contains(&all), "{all} minutes");
    }
}
