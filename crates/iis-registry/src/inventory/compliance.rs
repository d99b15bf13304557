//! Whether a site reports what it gives: the doses that were supplied to it against those that it reported (S-52).
//!
//! It stands on the ledger: supplied is what was received; reported is what came out of the stock because a dose was
//! reported, by form or by message, and what should have and did not. What a sender reports whose agreement leaves the
//! stock alone is on record and is not counted: where a site has such a sender it is named, and no share is told.

use crate::access::Refused;
use crate::{Context, Failure};
use iis_model::Timestamp;
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::stock::EntryKind::{Administered, GivenBack, Received};
use iis_store::sender::{self, SenderAccess};
use iis_store::stock;

/// Doses of a site in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compliance {
    /// Supplied.
    pub supplied: i64,
    /// Reported as given and taken out of the stock.
    pub reported: i64,
    /// Reported as given, and not taken out.
    pub not_taken_out: i64,
    /// The senders of the site whose doses are on record and leave the stock alone.
    pub left_alone: Vec<Box<str>>,
}

impl Compliance {
    /// All doses that were reported as given, in percent of those supplied; none: nothing was supplied, or not all that was
    /// reported is counted.
    pub fn percent(&self) -> Option<i64> {
        if !self.left_alone.is_empty() {
            return None;
        }
        (100 * (self.reported + self.not_taken_out)).checked_div(self.supplied)
    }
}

/// The doses of a site between two moments.
pub async fn compliance(
    cx: &Context,
    granted: &Granted,
    site: &Site,
    between: (Timestamp, Timestamp),
) -> Result<Compliance, Failure> {
    if !granted.reach().covers_site(site.id, site.organization_id) {
        return Err(Refused.into());
    }
    let id = site.id;
    let counted = cx.store.read(move |tx| {
        Ok(Compliance {
            supplied: stock::sum_of(tx, id, Received, between)?,
            reported: -stock::sum_of(tx, id, Administered, between)?
                - stock::sum_of(tx, id, GivenBack, between)?,
            not_taken_out: stock::count_missed(tx, id, between)?,
            left_alone: left_alone(sender::of_site(tx, id)?),
        })
    });
    Ok(counted.await?)
}

/// Those that report and leave the stock alone.
fn left_alone(senders: Vec<SenderAccess>) -> Vec<Box<str>> {
    let reports = senders.into_iter().filter(|access| &*access.status == "active");
    let senders = reports.map(|access| access.sender);
    let left_alone = senders.filter(|sender| sender.profile.may_submit && !sender.profile.decrements);
    left_alone.map(|sender| sender.name).collect()
}

#[cfg(test)]
mod tests {
    use super::Compliance;

    #[test]
    fn doses_that_were_reported_count_whether_they_came_out_or_not() {
        #[rustfmt::skip]
        let table = [
            // supplied  reported  not out  percent
            (100,        80,       10,      Some(90)),
            (0,          0,        0,       None),
            (0,          3,        1,       None),
            (10,         0,        0,       Some(0)),
            (10,         9,        3,       Some(120)), // from what was on hand before
        ];
        for (supplied, reported, not_taken_out, percent) in table {
            let mut compliance = Compliance { supplied, reported, not_taken_out, left_alone: Vec::new() };
            assert_eq!(compliance.percent(), percent, "{compliance:?}");
            compliance.left_alone.push("north-ehr".into());
            assert_eq!(compliance.percent(), None, "what it reports is not counted");
        }
    }
}
