//! The lots of a site with what is left of them, and the ledger of one.

use crate::pages::errors::NoPage;
use crate::pages::frame::{Frame, Notice};
use crate::pages::patients::desk::site;
use crate::pages::sites::{self, SiteChoice};
use crate::pages::status::{Shape, Status};
use crate::pages::visitor::{Answer, Visitor, rendered};
use crate::pages::{codes, format};
use askama::Template;
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_model::stock::{EntryKind, LotStanding, OnHand};
use iis_model::{Date, LotId};
use iis_registry::inventory::{self, Compliance};
use iis_store::stock::NewEntry;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Unit};
use serde::Deserialize;
use std::fmt::Write;

/// The stretch of time for which doses supplied are held against doses reported.
const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Days before its last day at which a lot is pointed out (requirements I-5).
const WARN_DAYS: [i32; 3] = [30, 60, 90];

/// `GET /inventory`
#[derive(Debug, Template)]
#[template(path = "inventory/on_hand.html")]
pub(in crate::pages) struct OnHandPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) site: String,
    pub(in crate::pages) caption: String,
    /// What was supplied in the last twelve months, and what was reported of it.
    pub(in crate::pages) reported: String,
    pub(in crate::pages) lots: Vec<LotRow>,
    pub(in crate::pages) may_receive: bool,
    /// The other sites of one's own.
    pub(in crate::pages) choice: Option<SiteChoice>,
    pub(in crate::pages) receive: String,
    pub(in crate::pages) missed: String,
}

/// A lot as it is shown.
#[derive(Debug, Clone)]
pub(in crate::pages) struct LotRow {
    href: String,
    vaccine: String,
    lot: String,
    expires: String,
    status: Status,
    doses: i64,
    funding: &'static str,
}

/// `GET /inventory/lots/{id}`
#[derive(Debug, Template)]
#[template(path = "inventory/lot.html")]
pub(in crate::pages) struct LotPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) lot: LotRow,
    pub(in crate::pages) entries: Vec<EntryRow>,
}

/// An entry of the ledger, with what was left after it.
#[derive(Debug, Clone)]
pub(in crate::pages) struct EntryRow {
    at: String,
    what: &'static str,
    doses: String,
    left: i64,
    by: String,
    reason: String,
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    received: String,
}

/// `GET /inventory`
pub(crate) async fn list(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let granted = visitor.granted(Permission::ViewInventory)?;
    let site = site(&visitor, Permission::ViewInventory).await?;
    let own = sites::own(&visitor, Permission::ViewInventory).await?;
    let year = (visitor.arrival.at - YEAR, visitor.arrival.at);
    let compliance = inventory::compliance(&visitor.app.registry, &granted, &site, year).await;
    let compliance = compliance.map_err(|failure| visitor.failed(&failure))?;
    let lots = inventory::on_hand(&visitor.app.registry, site.id).await;
    let lots = lots.map_err(|failure| visitor.failed(&failure))?;
    let notice = done.received.parse::<i64>().ok().map(|doses| Notice {
        kind: "success",
        text: format!(
            "Received. {} of this lot {} on hand now.",
            format::sentence_case(&format::counted(doses, "dose")),
            if doses == 1 { "is" } else { "are" }
        ),
    });
    let carried = |address: &str| sites::carried(&visitor, address.to_owned());
    Ok(rendered(&OnHandPage {
        frame: super::frame(&visitor, super::ON_HAND).noticed(notice),
        site: site.name.to_string(),
        caption: caption(&lots),
        reported: reported(&compliance),
        lots: lots.iter().map(|lot| lot_row(lot, visitor.arrival.today, carried)).collect(),
        may_receive: visitor.may(Permission::KeepInventory),
        choice: own.and_then(|own| own.choice("/inventory")),
        receive: carried("/inventory/receive"),
        missed: carried("/inventory/not-decremented"),
    }))
}

/// `GET /inventory/lots/{id}`
pub(crate) async fn lot(visitor: Visitor, Path(id): Path<String>) -> Answer {
    visitor.granted(Permission::ViewInventory)?;
    let site = site(&visitor, Permission::ViewInventory).await?;
    let Ok(id) = id.parse() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let found = inventory::ledger(&visitor.app.registry, site.id, LotId(id)).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    let Some((lot, entries)) = found else { return Err(visitor.no_page(NoPage::NotFound)) };
    let zone = &visitor.app.registry.identity.zone;
    Ok(rendered(&LotPage {
        frame: super::frame(&visitor, "Ledger of a lot"),
        lot: lot_row(&lot, visitor.arrival.today, str::to_owned),
        entries: entry_rows(&entries, zone),
    }))
}

/// Whether the site reports what it is supplied with, and what of it is counted (S-52).
pub(in crate::pages) fn reported(found: &Compliance) -> String {
    let Compliance { supplied, reported, not_taken_out, left_alone } = found;
    let percent = found.percent().map(|percent| format!(" ({percent} percent)")).unwrap_or_default();
    let missed = match not_taken_out {
        0 => String::new(),
        _ => format!(", and {} that did not come out of it", format::counted(*not_taken_out, "dose")),
    };
    let mut text = format!(
        "Last 12 months: {} supplied; reported as given: {} that came out of this stock{missed}{percent}.",
        format::counted(*supplied, "dose"),
        format::counted(*reported, "dose")
    );
    if !left_alone.is_empty() {
        let _ = write!(
            text,
            " Not counted: doses reported by {}. They are on record, and by agreement leave this stock alone, so no \
             share of the supply is told here.",
            left_alone.join(", ")
        );
    }
    text
}

/// `38 lots, 388 doses, the first to expire first`
pub(in crate::pages) fn caption(lots: &[OnHand]) -> String {
    let number = i64::try_from(lots.len()).unwrap_or(i64::MAX);
    let doses = lots.iter().map(|lot| lot.doses).sum();
    format!(
        "{}, {}, the first to expire first",
        format::counted(number, "lot"),
        format::counted(doses, "dose")
    )
}

/// `carried` gives an address the site for which one acts.
pub(in crate::pages) fn lot_row(on_hand: &OnHand, today: Date, carried: impl Fn(&str) -> String) -> LotRow {
    let lot = &on_hand.lot;
    let name = codes::vaccine(lot.cvx).map(|vaccine| format::sentence_case(&vaccine.short_name));
    LotRow {
        href: carried(&format!("/inventory/lots/{}", lot.id)),
        vaccine: name.unwrap_or_else(|| format!("CVX {}", lot.cvx)),
        lot: lot.lot.to_string(),
        expires: format::date(lot.expires_on),
        status: status(on_hand, today),
        doses: on_hand.doses,
        funding: lot.funding.words(),
    }
}

fn status(on_hand: &OnHand, today: Date) -> Status {
    let days = today.until((Unit::Day, on_hand.lot.expires_on)).map_or(0, |span| span.get_days());
    match on_hand.lot.standing {
        LotStanding::Recalled => Status::new(Shape::Out, "Recalled"),
        LotStanding::Quarantined => Status::new(Shape::Out, "Quarantined"),
        LotStanding::Active if days < 0 => Status::new(Shape::Late, "Expired"),
        LotStanding::Active if on_hand.doses == 0 => Status::new(Shape::Later, "Used up"),
        LotStanding::Active => match WARN_DAYS.into_iter().find(|warn| days <= *warn) {
            Some(_) => {
                Status::new(Shape::Late, format!("Expires in {}", format::counted(i64::from(days), "day")))
            }
            None => Status::new(Shape::Good, "Active"),
        },
    }
}

pub(in crate::pages) fn entry_rows(entries: &[NewEntry], zone: &TimeZone) -> Vec<EntryRow> {
    let mut left = 0;
    let row = |entry: &NewEntry| {
        left += entry.doses;
        EntryRow {
            at: format::moment(entry.at, zone),
            what: match entry.kind {
                EntryKind::Received => "received",
                EntryKind::Administered => "given to a patient",
                EntryKind::GivenBack if entry.reason.is_empty() => {
                    "given back: the dose was corrected or removed"
                }
                EntryKind::GivenBack => "given back",
                EntryKind::Adjusted => "adjusted",
            },
            doses: format!("{:+}", entry.doses),
            left,
            by: entry.actor.to_string(),
            reason: entry.reason.to_string(),
        }
    };
    entries.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{reported, status};
    use iis_model::stock::{Funding, LotStanding, OnHand, StockLot};
    use iis_model::{Cvx, Date, LotId, SiteId, StorageUnitId};
    use iis_registry::inventory::Compliance;
    use jiff::civil::date;

    #[test]
    fn a_lot_is_pointed_out_90_60_and_30_days_before_its_last_day() {
        let on_hand = |expires_on: Date, doses| OnHand {
            lot: StockLot {
                id: LotId(1),
                site_id: SiteId(1),
                unit_id: StorageUnitId(1),
                ndc: "".into(),
                cvx: Cvx::new(3),
                mvx: "".into(),
                lot: "L1".into(),
                expires_on,
                funding: Funding::Private,
                standing: LotStanding::Active,
            },
            doses,
            last_entry: 1,
        };
        #[rustfmt::skip]
        let table = [
            // last day            doses  said
            (date(2026, 3, 1),     5,     "Expired"),
            (date(2026, 3, 2),     5,     "Expires in no days"),
            (date(2026, 3, 28),    5,     "Expires in 26 days"),
            (date(2026, 5, 31),    5,     "Expires in 90 days"),
            (date(2026, 6, 1),     5,     "Active"),
            (date(2026, 6, 1),     0,     "Used up"),
        ];
        for (expires_on, doses, said) in table {
            let shown = status(&on_hand(expires_on, doses), date(2026, 3, 2)).to_string();
            assert!(shown.contains(said), "{expires_on} {doses}: {shown}");
        }
    }

    #[test]
    fn no_share_of_the_supply_is_told_where_doses_are_on_record_that_leave_the_stock_alone() {
        let mut found = Compliance { supplied: 620, reported: 0, not_taken_out: 0, left_alone: Vec::new() };
        assert!(reported(&found).contains("(0 percent)"));
        found.left_alone = vec!["calder-ehr".into(), "calder-mail".into()];
        let text = reported(&found);
        assert!(!text.contains("percent") && text.contains("reported by calder-ehr, calder-mail."), "{text}");
    }
}
