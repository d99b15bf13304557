//! The enrollment of a site, as the people who work there see it: the latest one, and whether the site is or will be closed.

use super::standing::opened;
use super::{Enrollment, Opened, State};
use crate::access::Refused;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::{Date, SiteId};
use iis_store::closed_site;
use jiff::SignedDuration;

/// The latest enrollment of a site, for whoever prepares or signs its agreements; none: it was set up without one.
pub async fn of_site(
    cx: &Context,
    granted: &Granted,
    site: &Site,
    arrival: Arrival,
) -> Result<Option<Opened>, Failure> {
    if !granted.reach().covers_site(site.id, site.organization_id) {
        return Err(Refused.into());
    }
    let id = site.id;
    match cx.store.read(move |tx| Enrollment::of_site(tx, id)).await? {
        Some(case) => opened(cx, case.number, arrival.at).await,
        None => Ok(None),
    }
}

/// A site that is closed, or will be when nothing is renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteStanding {
    /// Which.
    pub site_id: SiteId,
    /// Where its enrollment stands.
    pub state: State,
    /// Since when it is closed; none: it is open.
    pub closed_on: Option<Date>,
    /// The first day on which its people cannot even read: of a closed site whose people are not locked out yet.
    pub locked_on: Option<Date>,
    /// The first day on which it is closed, of a site that is open.
    pub ends_on: Option<Date>,
    /// Who renews it: the contact of the enrollment.
    pub contact: Box<str>,
}

/// Of these sites those that are closed, or whose renewal is due: for their people to read.
pub async fn standing_of(cx: &Context, sites: Vec<SiteId>) -> Result<Vec<SiteStanding>, Failure> {
    let (zone, read_days) = (cx.identity.zone.clone(), cx.settled.closed_read_days);
    let day = move |at: iis_model::Timestamp| at.to_zoned(zone.clone()).date();
    let read = cx.store.read(move |tx| {
        let mut standing = Vec::new();
        for site_id in sites {
            let Some(case) = Enrollment::of_site(tx, site_id)? else { continue };
            let closed = closed_site::get(tx, site_id)?;
            let is_renewal = case.body.renewing_since.is_some() && !case.is_first_of_known_site();
            let is_due = is_renewal && case.state != State::Approved;
            if closed.is_none() && !is_due {
                continue;
            }
            let until = |since| since + SignedDuration::from_hours(24 * i64::from(read_days));
            let is_open = closed.is_none();
            standing.push(SiteStanding {
                site_id,
                state: case.state,
                closed_on: closed.as_ref().map(|one| day(one.since)),
                locked_on: closed.filter(|one| !one.is_locked).map(|one| day(until(one.since))),
                ends_on: case.ends_on().filter(|_| is_open),
                contact: case.body.contact,
            });
        }
        Ok(standing)
    });
    Ok(read.await?)
}
