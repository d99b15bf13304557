//! `/clinic/staff`: the staff list of the site where one works. `/admin/accounts`: the users of an organization, confirmed or
//! ended by its site administrator.

use super::applying::Done;
use super::sheet::{Block, Cell, Field, FieldKind, FormView, Sent, Sheet, TableView, Typed, refusal, typed};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::sites::{self, OwnSites};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::{Permission, Place};
use iis_model::{AccountId, EmailAddress, OrganizationId};
use iis_registry::Failure;
use iis_registry::access::looking::Look;
use iis_registry::directory::directory;
use iis_registry::requests::{self, ToApprove};
use iis_registry::sessions::Session;
use iis_registry::staff::{self, BackupDeed, LISTED_DAYS, Listed, Listing, Position, TakenOff, User};
use jiff::tz::TimeZone;

const HERE: &str = "/clinic/staff";

/// The sites for which somebody keeps the staff list, and which of them is meant.
async fn sites_of(visitor: &Visitor) -> Result<OwnSites, Stop> {
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
            Cell::button("Take off", &one.name, sites::at(&format!("{HERE}/{}/off", one.entry), site)),
        ]
    };
    let position = Some(typed(form, "position")).filter(|word| !word.is_empty()).unwrap_or("staff");
    let positions = Position::ALL.iter().map(|one| (one.word().to_owned(), one.title().to_owned()));
    sheet.blocks = vec![
        Block::Table(TableView {
            id: "staff",
            caption: "Staff, by name".to_owned(),
            heads: &["Name", "E-mail", "Position", "Listed", "Accounts that end with it", "Change"],
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

/// The organization whose users somebody keeps.
async fn organization_of(visitor: &Visitor) -> Result<OrganizationId, Stop> {
    visitor.granted(Permission::RecertifyUsers)?;
    let account = visitor.session()?.account.id;
    let organizations = staff::administers(&visitor.app.registry, account).await;
    let organizations = organizations.map_err(|failure| visitor.failed(&failure))?;
    organizations.first().copied().ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

/// `GET /admin/accounts`
pub(crate) async fn users(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let organization = organization_of(&visitor).await?;
    visitor.looks_at(Permission::RecertifyUsers, Look::Users(organization)).await?;
    let registry = &visitor.app.registry;
    let failed = |failure: Failure| visitor.failed(&failure);
    let users = staff::users_of(registry, organization).await.map_err(failed)?;
    let names = directory(registry, &visitor.arrival).await.map_err(failed)?;
    let zone = &registry.identity.zone;
    let row = |user: &User| {
        let role = |(role, place): &(Box<str>, Place)| {
            let title = registry.roles.get(role).map_or("", |role| role.title.as_str());
            match place {
                Place::Site(id) => match names.site(*id) {
                    Some(site) => format!("{title} at {}", site.name),
                    None => title.to_owned(),
                },
                _ => title.to_owned(),
            }
        };
        let moment =
            |at: Option<iis_model::Timestamp>| at.map_or("never".to_owned(), |at| format::moment(at, zone));
        let confirmed = match (user.asked_at, user.confirmed_at) {
            (Some(since), _) => format!("! asked since {}", format::moment(since, zone)),
            (None, at) => moment(at),
        };
        vec![
            Cell::text(format!("{} ({})", user.display_name, user.name)),
            Cell::text(user.roles.iter().map(role).collect::<Vec<_>>().join("; ")),
            Cell::text(moment(user.last_sign_in_at)),
            Cell::text(confirmed),
            Cell::button(
                "Still here",
                &user.display_name,
                format!("/admin/accounts/{}/confirm", user.account.0),
            ),
            Cell::button(
                "No longer here",
                &user.display_name,
                format!("/admin/accounts/{}/end", user.account.0),
            ),
        ]
    };
    let mut sheet = Sheet::new("Accounts", "accounts");
    sheet.at = "/admin/accounts";
    sheet.lead = format!(
        "The users of {}. Twice a year you say who is still there; who is not confirmed within 30 days goes inactive.",
        names.organization(organization)
    );
    sheet.notice = match done.done.as_str() {
        "confirm" => Some(Notice { kind: "success", text: "Confirmed.".to_owned() }),
        "end" => Some(Notice { kind: "success", text: "Access has ended.".to_owned() }),
        _ => None,
    };
    sheet.blocks.extend(to_approve(&visitor).await?);
    sheet.blocks.push(Block::Table(TableView {
        id: "users",
        caption: "Users, by user name".to_owned(),
        heads: &["User", "Roles", "Last sign-in", "Confirmed", "Still here", "Gone"],
        rows: users.iter().filter(|user| user.is_active).map(row).collect(),
        nothing: "The organization has no users yet.",
    }));
    Ok(sheet.answer(visitor))
}

/// The requests that wait for this administrator; the letters that ask may be lost.
async fn to_approve(visitor: &Visitor) -> Result<Option<Block>, Stop> {
    let Ok(granted) = visitor.granted(Permission::ApproveAccounts) else { return Ok(None) };
    let registry = &visitor.app.registry;
    let account = visitor.session()?.account.id;
    let waiting = requests::to_approve(registry, &granted, account, visitor.arrival).await;
    let waiting = waiting.map_err(|failure| visitor.failed(&failure))?;
    let row = |one: &ToApprove| {
        let role = registry.roles.get(&one.role).map_or("", |role| role.title.as_str());
        vec![
            Cell::link(&*one.name, format!("/approve/{}/{}", one.number, one.key)),
            Cell::text(role),
            Cell::text(&*one.site),
            Cell::text(format::moment(one.since, &registry.identity.zone)),
        ]
    };
    let table = TableView {
        id: "to-approve",
        caption: "Requests that wait for your approval, the oldest first".to_owned(),
        heads: &["Name", "Type of access", "Site", "Waiting since"],
        rows: waiting.iter().map(row).collect(),
        nothing: "",
    };
    Ok((!waiting.is_empty()).then_some(Block::Table(table)))
}

/// `POST /admin/accounts/{id}/{verb}`
pub(crate) async fn act(Path((id, verb)): Path<(String, String)>, Sent { visitor, form: _ }: Sent) -> Answer {
    let organization = organization_of(&visitor).await?;
    let granted = visitor.granted(Permission::RecertifyUsers)?;
    let registry = &visitor.app.registry;
    let failed = |failure: Failure| visitor.failed(&failure);
    let account = id.parse().map(AccountId);
    let users = staff::users_of(registry, organization).await.map_err(failed)?;
    let known = users.iter().find(|user| Ok(user.account) == account);
    let Some(account) = known.map(|user| user.account) else { return Err(visitor.no_page(NoPage::NotFound)) };
    let acted = match verb.as_str() {
        "confirm" => staff::confirm(registry, &granted, account, visitor.arrival).await,
        "end" => staff::end_user(registry, &granted, organization, account, visitor.arrival).await,
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    match acted {
        Ok(()) => Ok(redirect(&format!("/admin/accounts?done={verb}"))),
        Err(failure) => refusal(visitor, failure, ("Accounts", "/admin/accounts")),
    }
}
