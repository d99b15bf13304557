//! The order in which reviewers look: submissions with doses that wait, then the likeliest, then the oldest.

/// The most candidates that a review item names.
pub(crate) const MOST_POSSIBLE: usize = 10;

/// No evidence is more than so many hundredths of a bit.
const MOST_EVIDENCE: i64 = 100_000;

/// The priority of an item: the smaller, the sooner. Items of one priority are looked at by age.
pub(crate) fn priority(has_doses: bool, score: i64) -> i64 {
    let waits = if has_doses { 0 } else { 2 * MOST_EVIDENCE + 1 };
    waits + MOST_EVIDENCE - score.clamp(-MOST_EVIDENCE, MOST_EVIDENCE)
}

/// Whether doses wait with an item of this priority.
pub(crate) fn has_doses(priority: i64) -> bool {
    priority <= 2 * MOST_EVIDENCE
}

#[cfg(test)]
mod tests {
    use super::{has_doses, priority};

    #[test]
    fn an_item_tells_by_its_priority_whether_doses_wait() {
        for score in [-200_000, -200, 0, 900, 200_000] {
            assert!(has_doses(priority(true, score)) && !has_doses(priority(false, score)), "{score}");
        }
    }

    #[test]
    fn doses_that_wait_come_first_then_the_likeliest() {
        let order = [priority(true, 900), priority(true, -200), priority(false, 900), priority(false, -200)];
        assert!(order.is_sorted(), "{order:?}");
    }
}
