//! The desk: what people record about a patient, by forms.
//!
//! A form makes what a message would make, and goes the same way ([`iis_registry::desk`]). Each carries a word drawn for
//! it, so that a second press of its button is the first one again.

pub(in crate::pages) mod beside;
pub(in crate::pages) mod card;
pub(in crate::pages) mod choices;
pub(in crate::pages) mod dates;
pub(in crate::pages) mod demographics;
mod from_stock;
pub(in crate::pages) mod meanwhile;
pub(in crate::pages) mod mending;
pub(in crate::pages) mod plain;
pub(in crate::pages) mod remarks;
mod same_dose;
pub(in crate::pages) mod saved;
pub(in crate::pages) mod visit;

use super::showing::{is_within, open_merged};
use super::strip::{Page, StripView, strip};
use crate::pages::errors::NoPage;
use crate::pages::frame::{Frame, Notice, Problem};
use crate::pages::sites;
use crate::pages::visitor::{Stop, Visitor, rendered};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::OrganizationId;
use iis_model::access::Permission;
use iis_model::organization::Site;
use iis_model::record::PersonRecord;
use iis_registry::directory::directory;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What was typed into a form, by the names of its fields.
#[derive(Debug, Default, Clone, Deserialize)]
pub(in crate::pages) struct Typed {
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

impl From<BTreeMap<String, String>> for Typed {
    fn from(fields: BTreeMap<String, String>) -> Self {
        Self { fields }
    }
}

impl Typed {
    /// What was typed, without the blanks around it; nothing where the field is not there.
    pub(in crate::pages) fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", |text| text.trim())
    }

    /// The fields whose names begin so: the rest of the name, and what was typed without the blanks around it.
    pub(in crate::pages) fn beginning<'a>(
        &'a self,
        with: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.fields.iter().filter_map(move |(name, text)| Some((name.strip_prefix(with)?, text.trim())))
    }

    /// The same form with something filled in.
    pub(in crate::pages) fn put(&mut self, field: &str, text: String) {
        self.fields.insert(field.to_owned(), text);
    }

    /// The codes of the warnings that were read.
    pub(in crate::pages) fn heeded(&self) -> Vec<Box<str>> {
        self.get("heeded").split(' ').filter(|code| !code.is_empty()).map(Box::from).collect()
    }

    #[cfg(test)]
    pub(in crate::pages) fn of(fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { fields: fields.collect() }
    }
}

/// The hidden fields of a form.
#[derive(Debug, Clone, Default)]
pub(in crate::pages) struct Token {
    pub(in crate::pages) action: String,
    pub(in crate::pages) csrf: String,
    pub(in crate::pages) once: String,
}

impl Token {
    pub(in crate::pages) fn new(visitor: &Visitor, action: String) -> Self {
        Self { action: sites::carried(visitor, action), csrf: visitor.csrf(), once: visitor.once() }
    }
}

/// The site for which somebody does what needs this permission: that of their own which the address names, or the first
/// ([`sites::own`]). Who reaches the whole state and is held nowhere says which; others have no such page.
pub(in crate::pages) async fn site(visitor: &Visitor, permission: Permission) -> Result<Site, Stop> {
    let granted = visitor.granted(permission)?;
    if let Some(own) = sites::own(visitor, permission).await? {
        return Ok(own.site);
    }
    let names = directory(&visitor.app.registry, &visitor.arrival).await;
    let names = names.map_err(|failure| visitor.failed(&failure))?;
    if !granted.reach().is_everything() {
        return Err(visitor.no_page(NoPage::NotFound));
    }
    let wanted = visitor.asked("site");
    let found = names.sites().find(|site| !wanted.is_empty() && site.code.eq_ignore_ascii_case(&wanted));
    found.cloned().ok_or_else(|| ask_for_site(visitor, wanted))
}

/// The organization whose reports somebody may correct: that of a site of their own; none: nobody's.
pub(in crate::pages) async fn organization(
    visitor: &Visitor,
    permission: Permission,
) -> Result<Option<OrganizationId>, Stop> {
    if visitor.own_sites(permission).next().is_none() || !visitor.may(permission) {
        return Ok(None);
    }
    Ok(Some(site(visitor, permission).await?.organization_id))
}

/// The same about a person: none where whoever looks sees the person, and may correct nothing there (requirements 6.3).
pub(in crate::pages) async fn organization_for(
    visitor: &Visitor,
    permission: Permission,
    record: &PersonRecord,
) -> Result<Option<OrganizationId>, Stop> {
    let Some(own) = organization(visitor, permission).await? else { return Ok(None) };
    Ok(is_within(visitor, visitor.granted(permission)?, record).await?.then_some(own))
}

/// `For which site?`, at any address that needs one.
#[derive(Debug, Template)]
#[template(path = "patients/desk/which_site.html")]
pub(in crate::pages) struct WhichSitePage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) typed: String,
    pub(in crate::pages) problems: Vec<Problem>,
}

fn ask_for_site(visitor: &Visitor, typed: String) -> Stop {
    let unknown = || Problem::of("site", "There is no site of this code. Look it up in the list of sites.");
    let problems: Vec<Problem> = (!typed.is_empty()).then(unknown).into_iter().collect();
    let frame = visitor.frame("").titled("For which site?").helped_by("desk");
    rendered(&WhichSitePage { frame, typed, problems }).into()
}

/// A page of the desk about somebody on record.
#[derive(Clone)]
pub(in crate::pages) struct Setting {
    pub(in crate::pages) record: PersonRecord,
    pub(in crate::pages) site: Site,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) frame: Frame,
    /// The number of the address was merged into this record: who fills in a form for it looks first.
    pub(in crate::pages) is_merged: bool,
}

/// Opens the record for somebody who may record there.
async fn set(
    visitor: &Visitor,
    number: &str,
    permission: Permission,
    (page, title): (Page, &str),
) -> Result<Setting, Stop> {
    let granted = visitor.granted(permission)?;
    let record = open_merged(visitor, number).await?;
    let is_merged = number.parse() != Ok(record.registry_number);
    if permission == Permission::ChangeDemographics && !is_within(visitor, granted, &record).await? {
        return Err(visitor.no_page(NoPage::NotFound));
    }
    let site = site(visitor, permission).await?;
    let number = record.registry_number;
    let title = format!("{title} · patient {}", format::number_tail(number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("desk");
    let frame = frame.below("Patients", "/patients").below("Record", &Page::Record.href(number));
    let strip = strip(&record, visitor.arrival.today, page);
    Ok(Setting { record, site, strip, frame, is_merged })
}

/// Whether somebody may change the demographics of this person.
pub(in crate::pages) async fn may_change(visitor: &Visitor, record: &PersonRecord) -> Result<bool, Stop> {
    match visitor.granted(Permission::ChangeDemographics) {
        Ok(granted) => is_within(visitor, granted, record).await,
        Err(_) => Ok(false),
    }
}

/// Where somebody who may record goes on from the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct Offer {
    pub(in crate::pages) label: &'static str,
    pub(in crate::pages) href: String,
    /// The key that leads there.
    pub(in crate::pages) key: &'static str,
}

/// What somebody may record about this person; nothing for who may only read.
pub(in crate::pages) async fn offers(visitor: &Visitor, record: &PersonRecord) -> Result<Vec<Offer>, Stop> {
    let may_change = may_change(visitor, record).await?;
    let offer = |permission, label, page: &str, key| {
        let href = format!("/patients/{}/{page}", record.registry_number);
        let may =
            if permission == Permission::ChangeDemographics { may_change } else { visitor.may(permission) };
        may.then_some(Offer { label, href, key })
    };
    let offers = [
        offer(Permission::EnterAdministeredDose, "Record doses", "doses/new", "a"),
        offer(Permission::EnterHistoricalDose, "Add history", "history/new", "h"),
        offer(
            Permission::RecordContraindications,
            "Add refusal, contraindication, immunity, reaction",
            "notes/new",
            "",
        ),
        offer(Permission::ChangeDemographics, "Change demographics", "demographics/change", "e"),
        offer(Permission::PrintOfficialRecord, "Print official record", "print", "p"),
        offer(Permission::LockPersons, "Opting out", "opt-out", ""),
    ];
    Ok(offers.into_iter().flatten().collect())
}

/// What was done, in a sentence.
pub(in crate::pages) fn notice(done: &str) -> Option<Notice> {
    let counted = |number: &str, noun: &str| number.parse().map(|number| format::counted(number, noun));
    let text = match done.split_once('-').unwrap_or((done, "")) {
        ("history", number) => format!("Saved: {} from another source.", counted(number, "dose").ok()?),
        ("noted", "refusal") => {
            "Saved: the refusal stands beside the doses. The vaccine stays due.".to_owned()
        }
        ("noted", _) => "Saved: it stands beside the doses, and counts in what is due.".to_owned(),
        ("changed", stay) => demographics::change::changed_words(stay),
        ("added", _) => "Saved: a new record.".to_owned(),
        ("status", _) => "Saved: the status. What was said before stays in the list.".to_owned(),
        ("corrected", what) if !what.is_empty() => {
            return Some(Notice { kind: "warning", text: mending::what_stays::words(what)? });
        }
        ("corrected", _) => "Saved: the dose is corrected. What was said before is kept.".to_owned(),
        ("undone", _) => {
            "Undone: the dose is in the record again. The removal stays in the audit trail.".to_owned()
        }
        ("removed", "stays") => {
            let text = "Your report is removed. The dose is still on the record and counts: another report says it too.";
            return Some(Notice { kind: "warning", text: text.to_owned() });
        }
        ("removed", "note-stays") => {
            let text = "Your report is removed. The note still stands: another report says it too.";
            return Some(Notice { kind: "warning", text: text.to_owned() });
        }
        ("removed", "reaction") => {
            let text = "Removed from the record. A reaction that was noted after this dose still stands, and counts in what is due.";
            return Some(Notice { kind: "warning", text: text.to_owned() });
        }
        ("removed", vaccine) => {
            let known = vaccine.parse().ok().filter(|cvx| codes::vaccine(*cvx).is_some());
            let named = known.map(|cvx| format!(": {}", codes::short_name(cvx))).unwrap_or_default();
            format!("Removed from the record{named}. It stays in the audit trail.")
        }
        ("untyped", _) => {
            let text = "Nothing was typed, so nothing was saved.".to_owned();
            return Some(Notice { kind: "info", text });
        }
        ("nothing", _) => {
            let text = "Nothing was changed: the record stands as you wanted it already.".to_owned();
            return Some(Notice { kind: "info", text });
        }
        _ => return None,
    };
    Some(Notice { kind: "success", text })
}
