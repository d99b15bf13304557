//! `/clinic/staff/{entry}/correct`: an entry of the staff list corrected in place, where the site alone knows of the person.

use super::on_record;
use super::people::sites_of;
use super::sheet::{Block, FormView, Link, Sent, Sheet, refused};
use crate::pages::errors::NoPage;
use crate::pages::sites;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::Path;
use iis_model::access::Permission;
use iis_model::organization::Site;
use iis_registry::access::looking::Look;
use iis_registry::staff::{self, Correction, ToCorrect};

const LIST: &str = "/clinic/staff";

/// `GET /clinic/staff/{entry}/correct`
pub(crate) async fn ask(visitor: Visitor, Path(entry): Path<String>) -> Answer {
    let site = sites_of(&visitor).await?.site;
    visitor.looks_at(Permission::KeepClinic, Look::StaffList(site.id)).await?;
    let (_, sheet) = sheet(&visitor, &site, &entry).await?;
    Ok(sheet.answer(visitor))
}

/// The number of the entry and its page.
async fn sheet(visitor: &Visitor, site: &Site, entry: &str) -> Result<(i64, Sheet), Stop> {
    let Ok(entry) = entry.parse() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let known = staff::to_correct(&visitor.app.registry, site.id, entry).await;
    let known = known.map_err(|failure| visitor.failed(&failure))?;
    let known = known.ok_or_else(|| visitor.no_page(NoPage::NotFound))?;
    let back = Link { href: sites::at(LIST, site), label: "Back to the list; nothing changes".to_owned() };
    let mut sheet = Sheet::new("Correct an entry", "staff");
    (sheet.at, sheet.is_narrow, sheet.below) = (LIST, true, Some(("Staff list", LIST)));
    sheet.blocks = match known {
        ToCorrect::Here(now) => vec![form(&now, address(site, entry)), Block::Links("Or", vec![back])],
        ToCorrect::ByHelpDesk(name) => {
            sheet.lead = format!(
                "{name} has an account, or is known elsewhere too: the Help Desk corrects what is on record. Write in the ticket \
                 what is wrong and what is right."
            );
            let ticket = Link { href: "/help/tickets/new".to_owned(), label: "Open a ticket".to_owned() };
            vec![Block::Links("Go on", vec![ticket, back])]
        }
    };
    Ok((entry, sheet))
}

fn address(site: &Site, entry: i64) -> String {
    sites::at(&format!("{LIST}/{entry}/correct"), site)
}

fn form(now: &Correction, action: String) -> Block {
    Block::Form(FormView {
        lead: "Nobody signs in as this person yet, and no other site lists the person: what you write here holds at once.".to_owned(),
        action,
        fields: on_record::fields(now),
        button: "Correct the entry",
        ..FormView::default()
    })
}

/// `POST /clinic/staff/{entry}/correct`
pub(crate) async fn correct(Path(entry): Path<String>, Sent { visitor, form }: Sent) -> Answer {
    let site = sites_of(&visitor).await?.site;
    let granted = visitor.granted(Permission::KeepClinic)?;
    let (entry, sheet) = sheet(&visitor, &site, &entry).await?;
    let problem = match on_record::said(&form) {
        Err(problem) => problem,
        Ok(new) => {
            let registry = &visitor.app.registry;
            match staff::correct(registry, &granted, site.id, entry, new, visitor.arrival).await {
                Ok(()) => return Ok(redirect(&sites::at("/clinic/staff?done=correct", &site))),
                Err(failure) => refused(&visitor, failure)?,
            }
        }
    };
    Ok(sheet.refilled(&address(&site, entry), &form, problem).answer(visitor))
}
