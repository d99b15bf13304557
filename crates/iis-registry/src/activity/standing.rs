//! Where a person stands, from what was said and from the doses that were given.

use iis_model::access::Granted;
use iis_model::activity::{Activity, Level};
use iis_model::{Date, PersonId, SiteId};
use iis_store::activity::{self, ActivityRow, Served};
use iis_store::{StoreError, Tx, person};

/// Where somebody stands, and what that rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Active, or why not.
    pub activity: Activity,
    /// What it rests on.
    pub because: Because,
}

/// What a standing rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It was said, and holds from this day on.
    Said(Date),
    /// A dose was given on this day, after it was said that the person is gone.
    Dose(Date),
    /// The person is dead, which counts everywhere.
    Dead,
    /// Nothing was said: who is reported is active.
    Reported,
}

/// A site where somebody is, or was, a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Here {
    /// The site.
    pub site_id: SiteId,
    /// Where the person stands there.
    pub standing: Standing,
    /// Whether it is the medical home: of the sites that take ownership and where the person is active, the one that gave
    /// the latest dose.
    pub is_home: bool,
}

/// Where somebody stands at each level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Everywhere {
    /// In the jurisdiction.
    pub jurisdiction: Standing,
    /// At each site that reported the person.
    pub sites: Vec<Here>,
}

/// Reads where a person stands, and what was said of it in the order in which it was said.
pub fn read(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
) -> Result<(Everywhere, Vec<ActivityRow>), StoreError> {
    let said = activity::of_person(tx, granted, id)?;
    let served = activity::served(tx, granted, id)?;
    let person = person::get(tx, granted, id)?;
    let is_dead = person.as_ref().is_some_and(|person| person.deceased);
    let latest_dose_on = person.and_then(|person| person.latest_dose_on);
    Ok((everywhere(&said, &served, is_dead, latest_dose_on), said))
}

fn everywhere(said: &[ActivityRow], served: &[Served], is_dead: bool, latest: Option<Date>) -> Everywhere {
    let at_site = |site: &Served| {
        let mut rows = said.iter().filter(|row| row.level == Level::Site && row.site_id == site.site_id);
        let gave_on = site.given_on.as_deref().and_then(|on| on.parse::<Date>().ok());
        let standing = standing(rows.next_back(), is_dead, gave_on, |_| true);
        Here { site_id: site.site_id, standing, is_home: false }
    };
    let mut sites: Vec<Here> = served.iter().map(at_site).collect();
    let homes = sites.iter().zip(served).filter(|(here, site)| {
        site.takes_ownership && here.standing.activity.is_active() && site.given_on.is_some()
    });
    let home = homes.max_by_key(|(_, site)| site.given_on.clone()).map(|(here, _)| here.site_id);
    for here in &mut sites {
        here.is_home = Some(here.site_id) == home;
    }
    let rows = said.iter().rfind(|row| row.level == Level::Jurisdiction);
    // a dose does not bring back who was said to live elsewhere
    let jurisdiction = standing(rows, is_dead, latest, |gone| gone == Activity::NoActivity);
    Everywhere { jurisdiction, sites }
}

/// From what was said last, and the last dose; `returns` tells of which absence a dose is the end.
fn standing(
    last: Option<&ActivityRow>,
    is_dead: bool,
    dose_on: Option<Date>,
    returns: impl Fn(Activity) -> bool,
) -> Standing {
    if is_dead {
        return Standing { activity: Activity::Deceased, because: Because::Dead };
    }
    let Some(row) = last else {
        return Standing { activity: Activity::Active, because: Because::Reported };
    };
    let came_back = dose_on.filter(|on| *on > row.effective_on);
    match came_back {
        Some(on) if !row.activity.is_active() && returns(row.activity) => {
            Standing { activity: Activity::Active, because: Because::Dose(on) }
        }
        _ => Standing { activity: row.activity, because: Because::Said(row.effective_on) },
    }
}

#[cfg(test)]
mod tests {
    use super::{Because, everywhere};
    use iis_model::activity::{Activity, Level};
    use iis_model::{SiteId, SourceRecordId, Timestamp};
    use iis_store::activity::{ActivityRow, Served};
    use jiff::civil::date;

    fn said(level: Level, site: i64, activity: Activity) -> ActivityRow {
        ActivityRow {
            source_record_id: SourceRecordId(1),
            id: 1,
            revision: None,
            level,
            site_id: SiteId(site),
            activity,
            note: "".into(),
            effective_on: date(2025, 6, 1),
            at: Timestamp::UNIX_EPOCH,
            said_by: "".into(),
        }
    }

    fn served(site: i64, takes_ownership: bool, given_on: Option<&str>) -> Served {
        Served { site_id: SiteId(site), takes_ownership, given_on: given_on.map(Box::from) }
    }

    #[test]
    fn a1_the_levels_do_not_depend_on_each_other_and_death_counts_at_all() {
        use Activity::{Active, Deceased, LostToFollowUp, Moved, NoActivity, Outside};
        let gone = |activity| vec![said(Level::Site, 1, activity)];
        let away = |activity| vec![said(Level::Jurisdiction, 1, activity)];
        #[rustfmt::skip]
        let table = [
            // said                    last dose here      dead   here            in the jurisdiction
            (vec![],                   None,               false, Active,         Active),
            (gone(Moved),              None,               false, Moved,          Active),
            (gone(Moved),              Some("2025-05-31"), false, Moved,          Active),
            (gone(LostToFollowUp),     Some("2025-06-02"), false, Active,         Active),      // came back
            (away(Outside),            Some("2025-06-02"), false, Active,         Outside),     // a dose on a visit
            (away(NoActivity),         Some("2025-06-02"), false, Active,         Active),
            (away(NoActivity),         Some("2025-06-01"), false, Active,         NoActivity),
            (gone(Moved),              None,               true,  Deceased,       Deceased),
        ];
        for (said, given_on, is_dead, here, jurisdiction) in table {
            let latest = given_on.and_then(|on: &str| on.parse().ok());
            let found = everywhere(&said, &[served(1, true, given_on)], is_dead, latest);
            let found = (found.sites[0].standing.activity, found.jurisdiction.activity);
            assert_eq!(found, (here, jurisdiction), "{said:?} {given_on:?}");
        }
    }

    #[test]
    fn a4_the_home_is_where_the_latest_dose_was_given_among_those_who_take_ownership() {
        let sites = [
            served(1, true, Some("2025-01-01")),
            served(2, true, Some("2025-09-01")),
            served(3, false, Some("2026-01-01")), // a pharmacy
            served(4, true, None),
        ];
        let home = |said: &[ActivityRow]| {
            let found = everywhere(said, &sites, false, None);
            found.sites.iter().filter(|here| here.is_home).map(|here| here.site_id.0).collect::<Vec<_>>()
        };
        assert_eq!(home(&[]), [2]);
        let mut moved = said(Level::Site, 2, Activity::Moved);
        moved.effective_on = date(2025, 12, 1);
        assert_eq!(home(&[moved]), [1], "where the person is active");
    }

    #[test]
    fn what_was_said_last_counts() {
        let rows = [said(Level::Site, 1, Activity::Moved), said(Level::Site, 1, Activity::Active)];
        let found = everywhere(&rows, &[served(1, true, None)], false, None);
        assert_eq!(found.sites[0].standing.activity, Activity::Active);
        assert_eq!(found.sites[0].standing.because, Because::Said(date(2025, 6, 1)));
    }
}
