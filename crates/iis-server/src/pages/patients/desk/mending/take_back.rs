//! Taking back a refusal, a contraindication, immunity or a reaction that one's own organization reported, whatever the door
//! it came through (requirements V-5, V-6).

use super::super::meanwhile::conflict;
use super::super::{Setting, Token, Typed, set};
use super::mend::key;
use crate::pages::choice::Choice;
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::notes::said;
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_model::access::Permission;
use iis_model::record::ReportOrigin;
use iis_model::{OrganizationId, RegistryNumber, ReportedEvent};
use iis_registry::desk::{self, NOTE_REASONS, Outcome, OwnReport, ReportKey};

/// `GET /patients/{number}/notes/{record}.{report}/remove`
#[derive(Debug, Template)]
#[template(path = "patients/desk/take_back.html")]
pub(in crate::pages) struct TakeBackPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) token: Token,
    /// What is taken back, in words.
    pub(in crate::pages) said: Vec<String>,
    /// Who else says the same: it stays as long as they do.
    pub(in crate::pages) also: Vec<AlsoSaid>,
    pub(in crate::pages) reasons: Vec<Choice>,
    pub(in crate::pages) problems: Vec<Problem>,
    pub(in crate::pages) record_href: String,
    pub(in crate::pages) site: String,
}

/// Another report of the same note or dose, and what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct AlsoSaid {
    /// `Birch Clinic, birch-ehr`
    pub(in crate::pages) who: String,
    pub(in crate::pages) label: &'static str,
    pub(in crate::pages) href: String,
}

/// The other reports of the note or the dose that a report says: one's own are removed too, on the page of that report,
/// those of others by asking for it.
pub(super) fn also(
    setting: &Setting,
    key: ReportKey,
    href: impl Fn(RegistryNumber, ReportKey) -> String,
) -> Vec<AlsoSaid> {
    let own = setting.site.organization_id;
    let number = setting.record.registry_number;
    let of = |report: &ReportOrigin| (report.source_record_id, report.report_id);
    let event = setting.record.events.iter().find(|event| event.reports.iter().any(|one| of(one) == key));
    let others = event.into_iter().flat_map(|event| &event.reports).filter(|report| of(report) != key);
    others.map(|report| also_said(report, own, "Remove that one too", |key| href(number, key))).collect()
}

/// Another report, with what can be done about it: one's own has a page, that of others is asked for.
pub(super) fn also_said(
    report: &ReportOrigin,
    own: OrganizationId,
    label: &'static str,
    href: impl Fn(ReportKey) -> String,
) -> AlsoSaid {
    let (label, href) = if report.owner_id == own {
        (label, href((report.source_record_id, report.report_id)))
    } else {
        ("Ask the Help Desk to have it corrected", "/help/tickets/new?category=record".to_owned())
    };
    let came = if report.sender.is_empty() { "by form" } else { &report.sender };
    AlsoSaid { who: format!("{}, {came}", report.organization), label, href }
}

/// The address of the page about a report.
pub(in crate::pages) fn href(number: RegistryNumber, (record, report): ReportKey) -> String {
    format!("/patients/{number}/notes/{}.{}/remove", record.0, report.0)
}

/// What the address leads to.
enum Found {
    /// It stands as it was said.
    Stands(Box<ReportedEvent>, ReportKey),
    /// It was removed meanwhile.
    Removed,
}

/// The record, and the report of one's own organization as it stands now; whatever else looks absent.
async fn open(visitor: &Visitor, number: &str, report: &str) -> Result<(Setting, Found), Stop> {
    let title = (Page::Record, "Remove a note");
    let setting = set(visitor, number, Permission::RecordContraindications, title).await?;
    let absent = || visitor.no_page(NoPage::NotFound);
    let granted = visitor.granted(Permission::RecordContraindications)?;
    let key = key(report).ok_or_else(absent)?;
    let (id, own) = (setting.record.id, setting.site.organization_id);
    let found = desk::own_report(&visitor.app.registry, granted, id, key, own).await;
    let found = match found.map_err(|failure| visitor.failed(&failure))? {
        Some(OwnReport::Stands(said)) if !said.kind.is_dose() => (said, key),
        Some(OwnReport::Replaced(replaced)) if !replaced.now.kind.is_dose() => {
            (Box::new(replaced.now), replaced.key)
        }
        _ => return Err(absent()),
    };
    let (said, key) = found;
    Ok((setting, if said.is_delete() { Found::Removed } else { Found::Stands(said, key) }))
}

/// The page as it asks for a reason.
pub(in crate::pages) fn page(
    setting: Setting,
    token: Token,
    (event, key): (&ReportedEvent, ReportKey),
    typed: &Typed,
    problems: Vec<Problem>,
) -> TakeBackPage {
    let also = also(&setting, key, href);
    let reason = |(word, text): &(&str, &str)| Choice {
        value: (*word).to_owned(),
        label: (*text).to_owned(),
        is_chosen: typed.get("reason") == *word,
    };
    TakeBackPage {
        frame: if problems.is_empty() { setting.frame } else { setting.frame.in_error() },
        strip: setting.strip,
        token,
        said: said(event),
        also,
        reasons: NOTE_REASONS.iter().map(reason).collect(),
        problems,
        record_href: Page::Record.href(setting.record.registry_number),
        site: setting.site.name.to_string(),
    }
}

/// `GET /patients/{number}/notes/{record}.{report}/remove`
pub(crate) async fn form(visitor: Visitor, Path((number, report)): Path<(String, String)>) -> Answer {
    let (mut setting, found) = open(&visitor, &number, &report).await?;
    let Found::Stands(event, key) = found else { return Err(visitor.no_page(NoPage::NotFound)) };
    let href = href(setting.record.registry_number, key);
    let mut typed = Typed::default();
    if let Some(kept) = kept(&visitor, &href).await? {
        typed = kept.typed;
        setting.frame = setting.frame.noticed(Some(kept.notice));
    }
    Ok(rendered(&page(setting, Token::new(&visitor, href), (&event, key), &typed, Vec::new())))
}

/// `POST /patients/{number}/notes/{record}.{report}/remove`
pub(crate) async fn submit(
    Path((number, report)): Path<(String, String)>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let (setting, found) = open(&visitor, &number, &report).await?;
    let record_href = Page::Record.href(setting.record.registry_number);
    let Found::Stands(event, key) = found else {
        return Ok(redirect(&format!("{record_href}?done=nothing")));
    };
    let token = Token::new(&visitor, href(setting.record.registry_number, key));
    if Some(key) != self::key(&report) {
        return Ok(meanwhile(setting, token, (&event, key), &typed));
    }
    let Some((reason, _)) = NOTE_REASONS.iter().find(|(word, _)| *word == typed.get("reason")) else {
        let field = format!("reason-{}", NOTE_REASONS[0].0);
        let problems = vec![Problem::of(field, "Choose why it is removed.")];
        let page = page(setting, token, (&event, key), &typed, problems);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
    };
    let deed = deed(&visitor, Permission::RecordContraindications, reason, typed.get("once"))?;
    let by = (deed, setting.site.clone());
    let outcome = desk::remove(&visitor.app.registry, by, (setting.record.id, key)).await;
    match outcome.map_err(|failure| visitor.failed(&failure))? {
        Outcome::Stored(_) => {
            let stays = if also(&setting, key, self::href).is_empty() { "" } else { "-note-stays" };
            Ok(redirect(&format!("{record_href}?done=removed{stays}")))
        }
        Outcome::Mend(remarks) | Outcome::Heed(remarks) => {
            let problems = remarks.iter().map(|remark| Problem::of("", &*remark.text)).collect();
            Ok((
                StatusCode::UNPROCESSABLE_ENTITY,
                rendered(&page(setting, token, (&event, key), &typed, problems)),
            )
                .into_response())
        }
        Outcome::Moved | Outcome::Alike(_) => Ok(meanwhile(setting, token, (&event, key), &typed)),
    }
}

/// It was changed while somebody read: what it says now, to be removed or left.
fn meanwhile(setting: Setting, token: Token, about: (&ReportedEvent, ReportKey), typed: &Typed) -> Response {
    let text = "Nothing was removed: this was changed since you opened the page. Read what it says now.";
    conflict(rendered(&page(setting, token, about, typed, vec![Problem::of("", text)])))
}
