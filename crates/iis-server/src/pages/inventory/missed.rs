//! Doses that should have come out of the stock and did not, with the reason of each.

use crate::pages::format;
use crate::pages::frame::Frame;
use crate::pages::patients::desk::site;
use crate::pages::patients::doses::vaccine_name;
use crate::pages::visitor::{Answer, Visitor, rendered};
use askama::Template;
use iis_model::access::Permission;
use iis_registry::inventory::{self, MissedLine};

/// `GET /inventory/not-decremented`
#[derive(Debug, Template)]
#[template(path = "inventory/missed.html")]
pub(in crate::pages) struct MissedPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) site: String,
    pub(in crate::pages) caption: String,
    pub(in crate::pages) rows: Vec<MissedRow>,
}

/// A dose as it is shown: no name, the tail of the number.
#[derive(Debug, Clone)]
pub(in crate::pages) struct MissedRow {
    given: String,
    vaccine: String,
    lot: String,
    why: &'static str,
    patient: String,
    href: String,
}

/// `GET /inventory/not-decremented`
pub(crate) async fn list(visitor: Visitor) -> Answer {
    visitor.granted(Permission::ViewInventory)?;
    let granted = visitor.granted(Permission::ViewPerson)?;
    let site = site(&visitor, Permission::ViewInventory).await?;
    let lines = inventory::missed(&visitor.app.registry, granted, site.id, visitor.arrival).await;
    let lines = lines.map_err(|failure| visitor.failed(&failure))?;
    Ok(rendered(&page(super::frame(&visitor, "Not decremented"), &site.name, &lines)))
}

pub(in crate::pages) fn page(frame: Frame, site: &str, lines: &[MissedLine]) -> MissedPage {
    let number = format::counted(i64::try_from(lines.len()).unwrap_or(i64::MAX), "dose");
    MissedPage {
        frame,
        site: site.to_owned(),
        caption: format!("{}, the last first", format::sentence_case(&number)),
        rows: lines.iter().map(row).collect(),
    }
}

fn row(line: &MissedLine) -> MissedRow {
    MissedRow {
        given: line.dose.given_on.get().map(format::partial_date).unwrap_or_default(),
        vaccine: vaccine_name(&line.dose),
        lot: line.dose.lot.number.get().map(ToString::to_string).unwrap_or_default(),
        why: line.reason.words(),
        patient: format!("patient {}", format::number_tail(line.number)),
        href: format!("/patients/{}/history", line.number),
    }
}
