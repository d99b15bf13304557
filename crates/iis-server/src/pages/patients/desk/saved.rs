//! What became of a visit: each dose, what is left of its lot, what comes next, and where to go on.

use super::mending::mend;
use super::{Setting, set};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::Frame;
use crate::pages::patients::doses::vaccine_name;
use crate::pages::patients::recommendation::Said;
use crate::pages::patients::recommendation::needs::{NeedsView, needs};
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::status::{Shape, Status};
use crate::pages::visitor::{Answer, Visitor, percent_encoded, rendered};
use askama::Template;
use axum::extract::{Path, Query};
use iis_model::ReportId;
use iis_model::access::Permission;
use iis_model::record::{ConsolidatedEvent, ReportOrigin};
use iis_registry::desk::{self, Outcome};
use iis_registry::inventory::Left;
use serde::Deserialize;

/// `GET /patients/{number}/doses/saved`
#[derive(Debug, Template)]
#[template(path = "patients/desk/saved.html")]
pub(in crate::pages) struct SavedPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) heading: String,
    pub(in crate::pages) doses: Vec<SavedDose>,
    pub(in crate::pages) needs: NeedsView,
    pub(in crate::pages) again_href: String,
    /// To the next patient with the same lots; empty where none was given from the stock.
    pub(in crate::pages) same_href: String,
    pub(in crate::pages) record_href: String,
    pub(in crate::pages) print_href: String,
}

/// A dose that was saved.
#[derive(Debug)]
pub(in crate::pages) struct SavedDose {
    pub(in crate::pages) status: Status,
    /// Where it is corrected or removed; empty: not by whoever looks.
    pub(in crate::pages) undo_href: String,
}

/// Which form.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    form: String,
    #[serde(default)]
    doses: String,
}

/// `GET /patients/{number}/doses/saved?form={once}`
pub(crate) async fn show(visitor: Visitor, Path(number): Path<String>, Query(sent): Query<Sent>) -> Answer {
    let title = (Page::Record, "Saved");
    let setting = set(&visitor, &number, Permission::EnterAdministeredDose, title).await?;
    let Some(key) = visitor.key_of(&sent.form) else { return Err(visitor.no_page(NoPage::NotFound)) };
    let became = desk::became(&visitor.app.registry, key).await;
    let became = became.map_err(|failure| visitor.failed(&failure))?;
    let Some(Outcome::Stored(stored)) = became else { return Err(visitor.no_page(NoPage::NotFound)) };
    if stored.number != setting.record.registry_number {
        return Err(visitor.no_page(NoPage::NotFound));
    }
    let reports = stored.reports.iter().copied().map(Some).chain(std::iter::repeat(None));
    let doses = stored.stock.iter().zip(reports);
    let today = visitor.arrival.today;
    let said = Said::of(&visitor.app.registry.schedules, &setting.record, today);
    let number = setting.record.registry_number;
    let mut givable = needs(&said, number, today);
    givable.givable(&said, number); // who may not record doses does not come here
    Ok(rendered(&SavedPage {
        heading: heading(&stored.stock),
        doses: doses.map(|dose| saved_dose(dose, &setting)).collect(),
        needs: givable,
        same_href: same_href(&sent.doses),
        again_href: format!("/patients/{number}/doses/new"),
        record_href: Page::Record.href(number),
        print_href: format!("/patients/{number}/print"),
        strip: setting.strip,
        frame: setting.frame,
    }))
}

fn same_href(doses: &str) -> String {
    let is_carried = !super::visit::carry::read(doses).is_empty();
    if is_carried { format!("/patients/next?doses={}", percent_encoded(doses)) } else { String::new() }
}

/// `Saved 2 doses`
pub(in crate::pages) fn heading(left: &[Left]) -> String {
    format!("Saved {}", format::counted(i64::try_from(left.len()).unwrap_or(i64::MAX), "dose"))
}

/// A dose of the form, by its report, or by its lot where that is not known any more: what was given, and the way to take it
/// back.
fn saved_dose((left, report): (&Left, Option<ReportId>), setting: &Setting) -> SavedDose {
    let by_lot = |event: &&ConsolidatedEvent| match left {
        Left::From { lot, .. } | Left::Already { lot } => event.best.lot.number.get() == Some(lot),
        Left::Not(_) | Left::Back => false,
    };
    let is_of_form = |origin: &&ReportOrigin| Some(origin.report_id) == report;
    let events = || setting.record.events.iter().rev();
    let given = events().find(|event| event.reports.iter().any(|origin| is_of_form(&origin)));
    let given = given.or_else(|| events().find(by_lot));
    let own = given.and_then(|event| {
        let own = || event.reports.iter().filter(|one| one.owner_id == setting.site.organization_id);
        own().find(is_of_form).or_else(|| own().next())
    });
    let undo_href =
        own.map(|own| mend::href(setting.record.registry_number, (own.source_record_id, own.report_id)));
    SavedDose {
        status: line(left, &given.map(|event| vaccine_name(&event.best)).unwrap_or_default()),
        undo_href: undo_href.unwrap_or_default(),
    }
}

/// What became of a dose in the stock; `vaccine` is empty where it is not told by the lot.
pub(in crate::pages) fn line(left: &Left, vaccine: &str) -> Status {
    match left {
        Left::From { lot, doses } => {
            let named =
                if vaccine.is_empty() { format!("Lot {lot}") } else { format!("{vaccine}, lot {lot}") };
            let left = format::counted(*doses, "dose");
            Status::new(Shape::Good, format!("{named}: saved. {} left.", format::sentence_case(&left)))
        }
        Left::Not(why) => {
            let saved = if vaccine.is_empty() { "Saved".to_owned() } else { format!("{vaccine}: saved") };
            Status::new(Shape::Doubt, format!("{saved}, and not out of your stock. {}", why.words()))
        }
        Left::Already { lot } => {
            let named = match (vaccine, &**lot) {
                ("", "") => "The dose".to_owned(),
                ("", lot) => format!("Lot {lot}"),
                (vaccine, lot) => format!("{vaccine}, lot {lot}"),
            };
            let why = "Another report of your organization took this dose out of your stock already.";
            Status::new(Shape::Good, format!("{named}: saved. {why}"))
        }
        Left::Back => Status::new(Shape::Good, "Back in your stock.".to_owned()),
    }
}
