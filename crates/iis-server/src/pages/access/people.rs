//! `/clinic/staff`: the staff list of the site where one works; who is taken off it, after a page that says what ends.

use super::applying::Done;
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Link, Sent, Sheet, TableView, Typed, quiet_button, refusal,
    typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::sites::{self, OwnSites};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::EmailAddress;
use iis_model::access::Permission;
use iis_registry::Failure;
use iis_registry::access::looking::Look;
use iis_registry::sessions::Session;
use iis_registry::staff::{
    self, BackupDeed, EndsWithPlace, LISTED_DAYS, Listed, Listing, Position, TakenOff,
};
use jiff::tz::TimeZone;

const HERE: &str = "/clinic/staff";

/// The sites for which somebody keeps the staff list, and which of them is meant.
pub(super) async fn sites_of(visitor: &Visitor) -> Result<OwnSites, Stop> {
    let own = sites::own(visitor, Permission::KeepClinic).await?;
    own.ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

/// `GET /clinic/staff`
pub(crate) async fn list(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let own = sites_of(&visitor).await?;
    visitor.looks_at(Permission::KeepClinic, Look::StaffList(own.site.id)).await?;
    Ok(staff_sheet(&visitor, &own, &done.done, (&Typed::new(), Vec::new())).await?.answer(visitor))
}

async fn staff_sheet(
    visitor: &Visitor,
    own: &OwnSites,
    done: &str,
    (form, problems): (&Typed, Vec<Problem>),
) -> Result<Sheet, Stop> {
    let registry = &visitor.app.registry;
    let failed = |failure: Failure| visitor.failed(&failure);
    let site = &own.site;
    let listed = staff::staff_of(registry, site.id).await.map_err(failed)?;
    let zone = &registry.identity.zone;
    let mut sheet = Sheet::new("Staff list", "staff");
    sheet.at = HERE;
    sheet.lead = format!(
        "{}. Who is on the list can ask for Clinic Access; taking somebody off ends that person’s access here.",
        site.name
    );
    sheet.problems = problems;
    sheet.notice = match done {
        "list" => Some(Notice {
            kind: "success",
            text: "On the list. The person can ask for Clinic Access now.".to_owned(),
        }),
        "correct" => Some(Notice { kind: "success", text: "The entry is corrected.".to_owned() }),
        "off" => Some(Notice { kind: "success", text: "Taken off the list.".to_owned() }),
        "off-all" => Some(Notice {
            kind: "success",
            text: "Taken off the list. Access at this site has ended.".to_owned(),
        }),
        "off-position" => Some(Notice {
            kind: "success",
            text: "Taken off the list in this position, and its role has ended. The person stays on the list in another \
                   position and keeps what goes with that."
                .to_owned(),
        }),
        "off-nothing" => Some(Notice {
            kind: "success",
            text: "Taken off the list in this position. Access stays: the person is on the list in another position. Take \
                   that off too to end it."
                .to_owned(),
        }),
        _ => None,
    };
    let row = |one: &Listed| {
        let ends = if one.users.is_empty() { "no account".to_owned() } else { one.users.join(", ") };
        vec![
            Cell::text(&*one.name),
            Cell::text(&*one.email),
            Cell::text(one.position.title()),
            Cell::text(when_listed(one, &format::moment(one.listed_at, zone))),
            Cell::text(ends),
            Cell::link("Correct", sites::at(&format!("{HERE}/{}/correct", one.entry), site)).about(&one.name),
            Cell::link("Take off", sites::at(&format!("{HERE}/{}/off", one.entry), site)).about(&one.name),
        ]
    };
    let position = Some(typed(form, "position")).filter(|word| !word.is_empty()).unwrap_or("staff");
    let positions = Position::ALL.iter().map(|one| (one.word().to_owned(), one.title().to_owned()));
    sheet.blocks = vec![
        Block::Table(TableView {
            id: "staff",
            caption: "Staff, by name".to_owned(),
            heads: &["Name", "E-mail", "Position", "Listed", "Accounts that end with it", "Change", "End"],
            rows: listed.iter().map(row).collect(),
            nothing: "Nobody is on the list yet. Add the people who work here.",
        }),
        Block::Form(FormView {
            heading: "Add somebody".to_owned(),
            action: sites::at(HERE, site),
            fields: vec![
                Field::text("name", "First and last name").with(typed(form, "name")),
                Field::new("email", "Work e-mail", FieldKind::Email).with(typed(form, "email")),
                Field::choice("position", "Position", FieldKind::Select, positions, position),
                Field::text("license_kind", "Kind of license").with(typed(form, "license_kind")).optional(),
                Field::text("license_number", "License number")
                    .with(typed(form, "license_number"))
                    .optional(),
            ],
            button: "Add to the list",
            ..FormView::default()
        }),
    ];
    if staff::lacks_backup(registry, site).await.map_err(failed)? {
        sheet.blocks.insert(0, Block::Alert(Notice { kind: "warning", text: NO_BACKUP.to_owned() }));
    }
    if let Some(choice) = own.choice(HERE) {
        sheet.blocks.insert(0, Block::Sites(choice));
    }
    let is_stood_in_for =
        |session: &Session| registry.roles.stood_in_for(&session.account).any(|own| own == site.id);
    if is_stood_in_for(visitor.session()?) {
        let granted = visitor.granted(Permission::KeepClinic)?;
        let done = staff::done_as_backup(registry, &granted, site, visitor.arrival).await;
        sheet.blocks.push(Block::Table(as_backup(&done.map_err(failed)?, zone)));
    }
    Ok(sheet)
}

/// What is said of a program site whose primary coordinator nobody stands in for (S-50).
const NO_BACKUP: &str =
    "No backup vaccine coordinator is on the list. A site of a vaccine program has at least one: add one.";

/// What the backup did in the place of the primary, who reads it here.
fn as_backup(done: &[BackupDeed], zone: &TimeZone) -> TableView {
    let row = |deed: &BackupDeed| {
        vec![
            Cell::text(format::moment(deed.at, zone)),
            Cell::text(&*deed.actor),
            Cell::text(format::sentence_case(&deed.action.replace('-', " "))),
            Cell::text(&*deed.result),
        ]
    };
    TableView {
        id: "as-backup",
        caption: format!("Done as backup in the last {LISTED_DAYS} days, the last first"),
        heads: &["When", "Who", "What", "Result"],
        rows: done.iter().map(row).collect(),
        nothing: "Nobody stood in for you.",
    }
}

/// When somebody was listed, and by whom; a coordinator whose account was approved is listed by that.
fn when_listed(one: &Listed, at: &str) -> String {
    match &*one.listed_by {
        "openiis" => format!("{at}, when the account was approved"),
        by => format!("{at} by {by}"),
    }
}

/// `POST /clinic/staff`
pub(crate) async fn add(Sent { visitor, form }: Sent) -> Answer {
    let own = sites_of(&visitor).await?;
    let granted = visitor.granted(Permission::KeepClinic)?;
    let Ok(email) = typed(&form, "email").parse::<EmailAddress>() else {
        let problem = Problem::of("email", "Enter an e-mail address, such as name@clinic.example.");
        return Ok(staff_sheet(&visitor, &own, "", (&form, vec![problem])).await?.answer(visitor));
    };
    let new = Listing {
        name: typed(&form, "name").into(),
        email,
        position: Position::of_word(typed(&form, "position")).unwrap_or(Position::Staff),
        license_kind: typed(&form, "license_kind").into(),
        license_number: typed(&form, "license_number").into(),
    };
    match staff::list(&visitor.app.registry, &granted, own.site.id, new, visitor.arrival).await {
        Ok(()) => Ok(redirect(&sites::at("/clinic/staff?done=list", &own.site))),
        Err(Failure::Rule(text)) => {
            let problem = Problem::of("name", text);
            Ok(staff_sheet(&visitor, &own, "", (&form, vec![problem])).await?.answer(visitor))
        }
        Err(failure) => Err(visitor.failed(&failure)),
    }
}

/// `GET /clinic/staff/{entry}/off`: what ends with a place on the list, before it ends.
pub(crate) async fn ask_off(visitor: Visitor, Path(entry): Path<String>) -> Answer {
    let site = sites_of(&visitor).await?.site;
    visitor.looks_at(Permission::KeepClinic, Look::StaffList(site.id)).await?;
    let listed = staff::staff_of(&visitor.app.registry, site.id).await;
    let listed = listed.map_err(|failure| visitor.failed(&failure))?;
    let one = listed.iter().find(|one| Ok(one.entry) == entry.parse());
    let Some(one) = one else { return Err(visitor.no_page(NoPage::NotFound)) };
    let others = listed.iter().filter(|other| other.email == one.email && other.entry != one.entry);
    let stays: Vec<_> = others.map(|other| other.position.title()).collect();
    let ending = staff::what_take_off_ends(&visitor.app.registry, site.id, one.entry).await;
    let ending = ending.map_err(|failure| visitor.failed(&failure))?;
    let Some(EndsWithPlace { taken, roles, closed }) = ending else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let title = |role: &str| visitor.app.registry.roles.get(role).map_or("", |role| role.title.as_str());
    let roles = roles.iter().map(|role| title(role)).collect::<Vec<_>>().join(", ");
    let remains = format!("The person stays on the list as {}.", stays.join(", "));
    let ends = match taken {
        TakenOff::NoAccess if stays.is_empty() => {
            "Nobody signs in for this place. The person can no longer ask for Clinic Access here.".to_owned()
        }
        TakenOff::NoAccess | TakenOff::Nothing => format!("No access. {remains}"),
        TakenOff::All => roles,
        TakenOff::OfPosition => format!("{roles}. {remains}"),
    };
    let account = match closed.as_slice() {
        [] if matches!(taken, TakenOff::NoAccess) => None,
        [] => Some("stays open".to_owned()),
        users => Some(format!("{} is closed: no other role is left", users.join(", "))),
    };
    let mut sheet = Sheet::new(format!("Take {} off the list?", one.name), "staff");
    (sheet.at, sheet.is_narrow, sheet.below) = (HERE, true, Some(("Staff list", HERE)));
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    sheet.blocks = vec![
        Block::Facts(
            "What ends",
            vec![
                fact("Site", site.name.to_string()),
                fact("Position", one.position.title().to_owned()),
                fact("Access", ends),
            ]
            .into_iter()
            .chain(account.map(|account| fact("The account", account)))
            .collect(),
        ),
        quiet_button(
            sites::at(&format!("{HERE}/{}/off", one.entry), &site),
            "Take off the list",
            "Whoever loses access gets a message.",
        ),
        Block::Links(
            "Or",
            vec![Link { href: sites::at(HERE, &site), label: "Back to the list; nothing ends".to_owned() }],
        ),
    ];
    Ok(sheet.answer(visitor))
}

/// `POST /clinic/staff/{entry}/off`
pub(crate) async fn take_off(Path(entry): Path<String>, Sent { visitor, form: _ }: Sent) -> Answer {
    let site = sites_of(&visitor).await?.site;
    let granted = visitor.granted(Permission::KeepClinic)?;
    let Ok(entry) = entry.parse() else { return Err(visitor.no_page(NoPage::NotFound)) };
    match staff::take_off(&visitor.app.registry, &granted, site.id, entry, visitor.arrival).await {
        Ok(off) => {
            let done = match off {
                TakenOff::NoAccess => "off",
                TakenOff::All => "off-all",
                TakenOff::OfPosition => "off-position",
                TakenOff::Nothing => "off-nothing",
            };
            Ok(redirect(&sites::at(&format!("/clinic/staff?done={done}"), &site)))
        }
        Err(failure) => refusal(visitor, failure, ("Staff list", &sites::at(HERE, &site))),
    }
}
