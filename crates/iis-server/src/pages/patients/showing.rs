//! The pages of one patient. Every look is audited before anything is shown.

use super::activity;
use super::demographics::{SourceSays, demographics_page};
use super::desk;
use super::disclosures::{self, DisclosuresPage};
use super::history::history_page;
use super::opting_out;
use super::recommendation::Said;
use super::record::record_page;
use super::reports::{ReportsPage, report_row};
use super::strip::{Page, strip};
use super::values;
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Frame, Notice};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use axum::extract::{Path, Query};
use iis_model::access::{Granted, Permission};
use iis_model::record::PersonRecord;
use iis_model::{RegistryNumber, Timestamp};
use iis_registry::people;
use iis_registry::recommend::recommend;
use serde::Deserialize;

/// Opens the record of the address; absent and not permitted look the same. A number that was merged away leads to
/// the address of the person it belongs to now.
pub(in crate::pages) async fn open(
    visitor: &Visitor,
    number: &str,
    page: Page,
) -> Result<PersonRecord, Stop> {
    let Ok(number) = number.parse::<RegistryNumber>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let purpose = super::purpose::given(visitor, number).await?;
    let granted = visitor.granted_for(Permission::ViewPerson, &purpose)?;
    opened(visitor, number, granted, page).await
}

/// The same for forms: a number that was merged away opens the person it belongs to now, so that what was typed is not
/// lost; whoever asks compares the numbers.
pub(in crate::pages) async fn open_merged(visitor: &Visitor, number: &str) -> Result<PersonRecord, Stop> {
    let Ok(number) = number.parse::<RegistryNumber>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let purpose = super::purpose::given(visitor, number).await?;
    let granted = visitor.granted_for(Permission::ViewPerson, &purpose)?;
    let opened = people::open(&visitor.app.registry, granted, number, visitor.arrival).await;
    let opened = opened.map_err(|failure| visitor.failed(&failure))?;
    opened.ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

/// The same for pages that show and change nothing: a record that was opened in an emergency opens too.
pub(in crate::pages) async fn look(visitor: &Visitor, number: &str, page: Page) -> Result<Looked, Stop> {
    let Ok(number) = number.parse::<RegistryNumber>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let emergency = super::emergency::in_force(visitor, number).await?;
    let granted = if let Some(in_force) = &emergency {
        in_force.granted.clone()
    } else {
        let purpose = super::purpose::given(visitor, number).await?;
        visitor.granted_for(Permission::ViewPerson, &purpose)?
    };
    let record = opened(visitor, number, granted.clone(), page).await?;
    Ok(Looked { record, granted, emergency_until: emergency.map(|in_force| in_force.until) })
}

/// Whether whoever looks sees the refusals, contraindications and immunity of this person.
pub(in crate::pages) async fn shows_notes(visitor: &Visitor, record: &PersonRecord) -> Result<bool, Stop> {
    if !visitor.may(Permission::ViewContraindications) {
        return Ok(false);
    }
    is_within(visitor, visitor.granted(Permission::ViewContraindications)?, record).await
}

/// Whether a record that was opened lies within the reach of another grant.
pub(in crate::pages) async fn is_within(
    visitor: &Visitor,
    granted: Granted,
    record: &PersonRecord,
) -> Result<bool, Stop> {
    let within = people::is_within(&visitor.app.registry, granted, record.id).await;
    within.map_err(|failure| visitor.failed(&failure))
}

/// A record that is looked at.
pub(in crate::pages) struct Looked {
    pub(in crate::pages) record: PersonRecord,
    /// What it was opened with.
    granted: Granted,
    /// It was opened in an emergency, until this moment.
    emergency_until: Option<Timestamp>,
}

impl Looked {
    /// Whether refusals, contraindications and immunity are shown; in an emergency they are, to every role.
    async fn shows_notes(&self, visitor: &Visitor) -> Result<bool, Stop> {
        Ok(self.emergency_until.is_some() || shows_notes(visitor, &self.record).await?)
    }

    /// What is said of an emergency on every page of the record.
    fn notice(&self, visitor: &Visitor) -> Option<Notice> {
        let until = format::time_of_day(self.emergency_until?, &visitor.app.registry.identity.zone);
        let text = format!(
            "Opened in an emergency, until {until}. Every look is written down with your reason, and the privacy officer \
             reviews it. Nothing can be changed here."
        );
        Some(Notice { kind: "warning", text })
    }
}

async fn opened(
    visitor: &Visitor,
    number: RegistryNumber,
    granted: Granted,
    page: Page,
) -> Result<PersonRecord, Stop> {
    let opened = people::open(&visitor.app.registry, granted, number, visitor.arrival).await;
    match opened.map_err(|failure| visitor.failed(&failure))? {
        Some(record) if record.registry_number == number => Ok(record),
        Some(record) => Err(redirect(&page.href(record.registry_number)).into()),
        None => Err(visitor.no_page(NoPage::NotFound)),
    }
}

/// The frame: the title has the tail of the number and never the name.
fn frame(visitor: &Visitor, record: &PersonRecord, page: Page) -> Frame {
    let title = format!("{} · patient {}", page.label(), format::number_tail(record.registry_number));
    visitor.frame("/patients").titled(&title).helped_by("record").below("Patients", "/patients")
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /patients/{number}`
pub(crate) async fn record(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    let looked = look(&visitor, &number, Page::Record).await?;
    let record = &looked.record;
    let notice = looked.notice(&visitor).or(desk::notice(&done.done));
    let frame = frame(&visitor, record, Page::Record).noticed(notice);
    let zone = &visitor.app.registry.identity.zone;
    let said = Said::of(&visitor.app.registry.schedules, record, visitor.arrival.today);
    let offers = match looked.emergency_until {
        Some(_) => Vec::new(),
        None => desk::offers(&visitor, record).await?,
    };
    let mut bands = opting_out::bands(&visitor, record).await?;
    bands.extend(activity::bands(&visitor, record).await?);
    let own = match looked.emergency_until {
        Some(_) => None,
        None => desk::organization_for(&visitor, Permission::RecordContraindications, record).await?,
    };
    let mut page = record_page(frame, record, &said, zone).warning(bands);
    if !looked.shows_notes(&visitor).await? {
        page = page.without_notes();
    }
    if looked.emergency_until.is_none() && visitor.may(Permission::EnterAdministeredDose) {
        page = page.giving(&said, record.registry_number);
    }
    Ok(rendered(&page.offering(offers).removable_by(record, own)))
}

/// The order of the history, and what was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct HistoryAsked {
    #[serde(default)]
    order: String,
    #[serde(default)]
    done: String,
    /// The report that was just removed.
    #[serde(default)]
    undo: String,
    /// Whether a reaction names the dose as it was, `yes`, or went along with it.
    #[serde(default)]
    reacted: String,
    /// The reports that go on saying what was just corrected.
    #[serde(default)]
    others: String,
}

/// `GET /patients/{number}/history`
pub(crate) async fn history(
    visitor: Visitor,
    Path(number): Path<String>,
    Query(order): Query<HistoryAsked>,
) -> Answer {
    let looked = look(&visitor, &number, Page::History).await?;
    let record = &looked.record;
    let done =
        desk::notice(&order.done).map(|notice| desk::mending::along::and_reactions(notice, &order.reacted));
    let notice = looked.notice(&visitor).or(done);
    let frame = frame(&visitor, record, Page::History).noticed(notice);
    let zone = &visitor.app.registry.identity.zone;
    let oldest_first = order.order == "oldest";
    let said = recommend(&visitor.app.registry.schedules, record, visitor.arrival.today);
    let page = history_page(frame, record, oldest_first, &said, zone);
    if looked.emergency_until.is_some() {
        return Ok(rendered(&page));
    }
    let own = desk::organization_for(&visitor, Permission::ChangeDose, record).await?;
    let removed =
        own.and_then(|_| desk::mending::mend::key(&order.undo)).filter(|_| order.done.starts_with("removed"));
    let undo =
        removed.map(|key| desk::Token::new(&visitor, desk::mending::mend::href(record.registry_number, key)));
    let may_note = visitor.may(Permission::RecordContraindications);
    let stays = order.done == "removed-reaction" || order.reacted == "yes";
    let reaction_href =
        if stays { desk::mending::mend::notes_href(record.registry_number) } else { String::new() };
    let others =
        own.map(|own| desk::mending::what_stays::still_said(record, own, &order.others)).unwrap_or_default();
    let page = page.with_ways(record, own, may_note).undoable(undo).reacted(reaction_href);
    Ok(rendered(&page.contradicted(others)))
}

/// `GET /patients/{number}/demographics`
pub(crate) async fn demographics(
    visitor: Visitor,
    Path(number): Path<String>,
    Query(done): Query<Done>,
) -> Answer {
    let looked = look(&visitor, &number, Page::Demographics).await?;
    let (record, granted) = (&looked.record, looked.granted.clone());
    let sources = people::sources(&visitor.app.registry, granted, record.id, visitor.arrival).await;
    let sources = sources.map_err(|failure| visitor.failed(&failure))?;
    let zone = &visitor.app.registry.identity.zone;
    let chosen = values::chosen(&sources, zone);
    let says = sources.into_iter().map(|source| SourceSays {
        name: format!("{}, record no. {}", source.organization, source.mrn),
        demographics: source.demographics,
        sent_at: source.sent_at,
        stages: source.stages,
    });
    let notice = looked.notice(&visitor).or(desk::notice(&done.done));
    let frame = frame(&visitor, record, Page::Demographics).noticed(notice);
    let says: Vec<_> = says.collect();
    let may_choose = visitor.may(Permission::ResolveDuplicates);
    let values_href = if may_choose { values::href(record.registry_number) } else { String::new() };
    let page = demographics_page(frame, record, (&says, chosen), values_href, (visitor.arrival.today, zone));
    let may_change = looked.emergency_until.is_none() && desk::may_change(&visitor, record).await?;
    let change_href = format!("{}/change", Page::Demographics.href(record.registry_number));
    Ok(rendered(&page.changeable(if may_change { change_href } else { String::new() })))
}

/// `GET /patients/{number}/reports`
pub(crate) async fn reports(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let looked = look(&visitor, &number, Page::Reports).await?;
    let (record, granted) = (&looked.record, looked.granted.clone());
    let came = people::submissions(&visitor.app.registry, granted, record.id, visitor.arrival).await;
    let came = came.map_err(|failure| visitor.failed(&failure))?;
    let zone = &visitor.app.registry.identity.zone;
    let shows_notes = looked.shows_notes(&visitor).await?;
    let page = ReportsPage {
        frame: frame(&visitor, record, Page::Reports).noticed(looked.notice(&visitor)),
        strip: strip(record, visitor.arrival.today, Page::Reports),
        caption: caption(came.len(), "report"),
        reports: came.iter().map(|report| report_row(report, shows_notes, zone)).collect(),
    };
    Ok(rendered(&page))
}

/// `GET /patients/{number}/disclosures`
pub(crate) async fn disclosures(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let looked = look(&visitor, &number, Page::Disclosures).await?;
    let (record, granted) = (&looked.record, looked.granted.clone());
    let found = people::disclosures(&visitor.app.registry, granted, record.id, visitor.arrival).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    let zone = &visitor.app.registry.identity.zone;
    let today = visitor.arrival.today;
    let page = DisclosuresPage {
        frame: frame(&visitor, record, Page::Disclosures).noticed(looked.notice(&visitor)),
        strip: strip(record, today, Page::Disclosures),
        caption: caption(found.rows.len(), "entry"),
        rows: disclosures::rows(&found, zone),
    };
    Ok(rendered(&page))
}

fn caption(number: usize, noun: &str) -> String {
    let counted = match (number, noun) {
        (1, _) => format!("1 {noun}"),
        (_, "entry") => format!("{number} entries"),
        _ => format!("{number} {noun}s"),
    };
    format!("{counted}, newest first")
}
