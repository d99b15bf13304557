//! Active or inactive, at the clinic and in the jurisdiction: two deeds with reasons of their own (requirements 4.3, S-65).
//!
//! Who may only read sees the same page without its forms.

mod said;
pub(in crate::pages) mod view;

use super::desk::meanwhile::{conflict, merged};
use super::desk::remarks::ToHeed;
use super::desk::{Token, Typed, notice, site};
use super::showing::{open, open_merged};
use super::strip::{Band, Page, strip};
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_model::access::Permission;
use iis_model::activity::{Activity, Level};
use iis_model::organization::Site;
use iis_model::record::PersonRecord;
use iis_model::{Date, SiteId};
use iis_registry::activity::{self, Activities, Everywhere, Standing};
use iis_registry::desk::{About, Entry, Outcome, became, enter};
use iis_registry::directory::{Directory, directory};
use said::{read, submission};
use serde::Deserialize;
use std::sync::Arc;
use view::{ActivityForm, Card, HistoryRow, OtherSite, StatusPage, because, choices, status};

/// A level as the page knows it: what begins the names of its fields, and who may say something.
const fn at(level: Level) -> (&'static str, Permission) {
    match level {
        Level::Site => ("here", Permission::SetClinicStatus),
        Level::Jurisdiction => ("state", Permission::SetJurisdictionStatus),
    }
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /patients/{number}/status`
pub(crate) async fn show(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    let record = open(&visitor, &number, Page::Status).await?;
    for level in [Level::Site, Level::Jurisdiction] {
        let address = format!("/patients/{}/status/{}", record.registry_number, at(level).0);
        if let Some(kept) = kept(&visitor, &address).await? {
            let typed = &kept.typed;
            let refused = Refused { level, typed, problems: Vec::new(), heed: ToHeed::default() };
            let page = page(&visitor, &record, Some(refused)).await?;
            let frame = page.frame.clone().noticed(Some(kept.notice));
            return Ok(rendered(&StatusPage { frame, ..page }));
        }
    }
    let page = page(&visitor, &record, None).await?;
    let frame = page.frame.clone().noticed(notice(&done.done));
    Ok(rendered(&StatusPage { frame, ..page }))
}

/// A form that was not accepted.
struct Refused<'a> {
    level: Level,
    typed: &'a Typed,
    problems: Vec<Problem>,
    heed: ToHeed,
}

async fn page(
    visitor: &Visitor,
    record: &PersonRecord,
    refused: Option<Refused<'_>>,
) -> Result<StatusPage, Stop> {
    let failed = |failure| visitor.failed(&failure);
    let granted = visitor.granted(Permission::ViewPerson)?;
    let registry = &visitor.app.registry;
    let names = directory(registry, &visitor.arrival).await.map_err(failed)?;
    let looked = activity::look(registry, granted, record.id, visitor.arrival).await.map_err(failed)?;
    let own = own_site(visitor, &names);
    let number = record.registry_number;
    let title = format!("Status · patient {}", format::number_tail(number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("status").below("Patients", "/patients");
    let problems = refused.as_ref().map(|refused| refused.problems.clone()).unwrap_or_default();
    let card = |level| card(visitor, record, level, (&looked.everywhere, own.as_ref()), refused.as_ref());
    Ok(StatusPage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        strip: strip(record, visitor.arrival.today, Page::Status),
        cards: [card(Level::Site), card(Level::Jurisdiction)].into_iter().flatten().collect(),
        others: others(&looked.everywhere, own.as_ref().map(|site| site.id), &names),
        history: history(&looked, &names, visitor),
        problems,
    })
}

/// The site at which somebody sets a status; of who may set none, that at which they read.
fn own_site(visitor: &Visitor, names: &Arc<Directory>) -> Option<Site> {
    let mut sets = visitor.own_sites(Permission::SetClinicStatus);
    let own = sets.next().or_else(|| visitor.own_sites(Permission::ViewPerson).next());
    own.and_then(|id| names.site(id)).cloned()
}

/// The card of a level; none where somebody acts at no site.
fn card(
    visitor: &Visitor,
    record: &PersonRecord,
    level: Level,
    (everywhere, own): (&Everywhere, Option<&Site>),
    refused: Option<&Refused<'_>>,
) -> Option<Card> {
    let (id, permission) = at(level);
    let (heading, standing, is_home) = match level {
        Level::Site => {
            let own = own?;
            let here = everywhere.sites.iter().find(|here| here.site_id == own.id);
            let here = here?; // no patient here: nothing to say
            (format!("At {}", own.name), here.standing, here.is_home)
        }
        Level::Jurisdiction => ("In the state".to_owned(), everywhere.jurisdiction, false),
    };
    let may = visitor.may(permission) && standing.activity != Activity::Deceased;
    let refused = refused.filter(|refused| refused.level == level);
    let action = format!("/patients/{}/status/{id}", record.registry_number);
    Some(Card {
        id,
        heading,
        status: status(standing.activity),
        because: because(standing),
        effect: match level {
            Level::Site => {
                "Inactive patients can still be found, and the record says so to everybody who opens it. A dose given here on a \
                 later day makes them active again; after one of the same day, save “Active”."
            }
            Level::Jurisdiction => {
                "Inactive patients can still be found, and the record says so to everybody who opens it."
            }
        },
        is_home,
        form: may.then(|| form(Token::new(visitor, action), level, standing, visitor.arrival.today, refused)),
    })
}

fn form(
    token: Token,
    level: Level,
    now: Standing,
    today: Date,
    refused: Option<&Refused<'_>>,
) -> ActivityForm {
    let nothing = Typed::default();
    let typed = refused.map_or(&nothing, |refused| refused.typed);
    let since = typed.get("since");
    let chosen = if typed.get("activity").is_empty() { now.activity.code() } else { typed.get("activity") };
    ActivityForm {
        token,
        shown: shown(now),
        choices: choices(level, chosen),
        since: if since.is_empty() { format::date(today) } else { since.to_owned() },
        attempts: typed.get("attempts").to_owned(),
        mail_returned: !typed.get("returned").is_empty(),
        note: typed.get("note").to_owned(),
        asks_attempts: level == Level::Site,
        heed: refused.map(|refused| refused.heed.clone()).unwrap_or_default(),
        button: match level {
            Level::Site => "Save for this clinic".to_owned(),
            Level::Jurisdiction => "Save for the state".to_owned(),
        },
    }
}

/// What a form showed, as it carries it.
fn shown(standing: Standing) -> String {
    format!("{}: {}", standing.activity.code(), because(standing))
}

/// Where the person stands at a level now; none: the own site knows nothing of them.
async fn standing(visitor: &Visitor, record: &PersonRecord, level: Level) -> Result<Option<Standing>, Stop> {
    let granted = visitor.granted(Permission::ViewPerson)?;
    let registry = &visitor.app.registry;
    let everywhere = activity::stands(registry, granted, record.id).await;
    let everywhere = everywhere.map_err(|failure| visitor.failed(&failure))?;
    if level == Level::Jurisdiction {
        return Ok(Some(everywhere.jurisdiction));
    }
    let names = directory(registry, &visitor.arrival).await.map_err(|failure| visitor.failed(&failure))?;
    let own = own_site(visitor, &names);
    let here = everywhere.sites.iter().find(|here| own.as_ref().is_some_and(|own| here.site_id == own.id));
    Ok(here.map(|here| here.standing))
}

fn changed_meanwhile(now: Standing) -> Notice {
    let text = format!(
        "Somebody else changed this status while you were typing. It is now: {} {} What you typed is in the form; nothing of \
         it is saved yet.",
        status(now.activity).word,
        because(now),
    );
    Notice { kind: "warning", text }
}

fn others(everywhere: &Everywhere, own: Option<SiteId>, names: &Directory) -> Vec<OtherSite> {
    let other = everywhere.sites.iter().filter(|here| Some(here.site_id) != own);
    let view = other.map(|here| OtherSite {
        name: names.site(here.site_id).map(|site| site.name.to_string()).unwrap_or_default(),
        status: status(here.standing.activity),
        because: because(here.standing),
        is_home: here.is_home,
    });
    view.collect()
}

fn history(looked: &Activities, names: &Directory, visitor: &Visitor) -> Vec<HistoryRow> {
    let zone = &visitor.app.registry.identity.zone;
    let row = |row: &iis_store::activity::ActivityRow| {
        let site = names.site(row.site_id).map(|site| site.name.to_string());
        let who = site.clone().unwrap_or_else(|| "The registry’s own rule".to_owned());
        HistoryRow {
            since: format::date(row.effective_on),
            place: match row.level {
                Level::Site => site.unwrap_or_default(),
                Level::Jurisdiction => "In the state".to_owned(),
            },
            status: status(row.activity),
            note: row.note.to_string(),
            said: format!("{who}, {}", format::moment(row.at, zone)),
        }
    };
    looked.history.iter().map(row).collect()
}

/// `POST /patients/{number}/status/here`
pub(crate) async fn set_here(path: Path<String>, filled: Filled<Typed>) -> Answer {
    set(Level::Site, path, filled).await
}

/// `POST /patients/{number}/status/state`
pub(crate) async fn set_in_the_state(path: Path<String>, filled: Filled<Typed>) -> Answer {
    set(Level::Jurisdiction, path, filled).await
}

async fn set(
    level: Level,
    Path(number): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let (_, permission) = at(level);
    let deed = deed(&visitor, permission, "", typed.get("once"))?;
    let record = open_merged(&visitor, &number).await?;
    let site = site(&visitor, permission).await?;
    let is_merged = number.parse() != Ok(record.registry_number);
    let now = standing(&visitor, &record, level).await?;
    // Asked after where the person stands: what this form itself said is not somebody else's change.
    let before = became(&visitor.app.registry, deed.key).await.map_err(|failure| visitor.failed(&failure))?;
    let href = Page::Status.href(record.registry_number);
    if let Some(Outcome::Stored(_)) = before {
        return Ok(redirect(&format!("{href}?done=status")));
    }
    let is_changed = |now: &Standing| !typed.get("shown").is_empty() && typed.get("shown") != shown(*now);
    let meanwhile = if is_merged { Some(merged()) } else { now.filter(is_changed).map(changed_meanwhile) };
    if let Some(notice) = meanwhile {
        let refused = Refused { level, typed: &typed, problems: Vec::new(), heed: ToHeed::default() };
        let page = page(&visitor, &record, Some(refused)).await?;
        let frame = page.frame.clone().noticed(Some(notice));
        return Ok(conflict(rendered(&StatusPage { frame, ..page })));
    }
    let said = match read(level, &typed, (record.demographics.born_on.value, visitor.arrival.today)) {
        Ok(said) => said,
        Err(problems) => {
            return mend(
                &visitor,
                &record,
                Refused { level, typed: &typed, problems, heed: ToHeed::default() },
            )
            .await;
        }
    };
    let entry = Entry {
        deed,
        sees: visitor.granted(Permission::ViewPerson)?,
        site,
        about: About::Person(record.id),
        submission: submission(said),
        heeded: typed.heeded(),
    };
    let outcome = enter(&visitor.app.registry, entry).await.map_err(|failure| visitor.failed(&failure))?;
    match outcome {
        Outcome::Stored(_) => Ok(redirect(&format!("{href}?done=status"))),
        Outcome::Moved | Outcome::Alike(_) => {
            let refused = Refused { level, typed: &typed, problems: Vec::new(), heed: ToHeed::default() };
            let page = page(&visitor, &record, Some(refused)).await?;
            let frame = page.frame.clone().noticed(Some(merged()));
            Ok(conflict(rendered(&StatusPage { frame, ..page })))
        }
        Outcome::Mend(remarks) => {
            let field = format!("{}-since", at(level).0);
            let problems = remarks.iter().map(|remark| Problem::of(field.clone(), &*remark.text)).collect();
            mend(&visitor, &record, Refused { level, typed: &typed, problems, heed: ToHeed::default() }).await
        }
        Outcome::Heed(remarks) => {
            let heed = ToHeed::of(&remarks, |_| String::new());
            let refused = Refused { level, typed: &typed, problems: Vec::new(), heed };
            Ok(rendered(&page(&visitor, &record, Some(refused)).await?))
        }
    }
}

async fn mend(visitor: &Visitor, record: &PersonRecord, refused: Refused<'_>) -> Answer {
    let page = page(visitor, record, Some(refused)).await?;
    let response: Response = (StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response();
    Ok(response)
}

/// What must not be overlooked on the record: where the person is inactive.
pub(super) async fn bands(visitor: &Visitor, record: &PersonRecord) -> Result<Vec<Band>, Stop> {
    let granted = visitor.granted(Permission::ViewPerson)?;
    let registry = &visitor.app.registry;
    let failed = |failure| visitor.failed(&failure);
    let everywhere = activity::stands(registry, granted, record.id).await.map_err(failed)?;
    let names = directory(registry, &visitor.arrival).await.map_err(failed)?;
    let own = own_site(visitor, &names);
    let here = own.and_then(|own| {
        let here = everywhere.sites.iter().find(|here| here.site_id == own.id)?;
        view::band(&format!("at {}", own.name), here.standing)
    });
    let state = view::band("in the state", everywhere.jurisdiction);
    let band = |text| Band { kind: "info", icon: "info", text };
    Ok([here, state].into_iter().flatten().map(band).collect())
}
