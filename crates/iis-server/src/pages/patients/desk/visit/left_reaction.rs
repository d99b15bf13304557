//! A reaction that names a dose which is not on record: whichever vaccine caused it, the next one may be it.

use super::doubts::Doubt;
use super::give::Desk;
use super::given::Visit;
use crate::pages::codes;
use crate::pages::patients::recommendation::words;
use iis_registry::recommend::{LeftReaction, left_reactions};

/// What is asked before doses are saved. For the vaccine that a reaction names, the reaction itself asks.
pub(super) fn left(visit: &Visit, desk: &Desk) -> Vec<Doubt> {
    let is_another = |left: &LeftReaction| {
        let named = codes::schedule_groups_of(left.after);
        let mut given = visit.iter().filter_map(|(_, dose)| dose.cvx.value);
        given.any(|cvx| !codes::schedule_groups_of(cvx).iter().any(|group| named.contains(group)))
    };
    let left = left_reactions(&desk.schedules, &desk.setting.record);
    let doubt = |left: LeftReaction| {
        (format!("REACTION-LEFT-{}-{}", left.after, left.on), words::sentence(&left.text))
    };
    left.into_iter().filter(is_another).map(doubt).collect()
}
