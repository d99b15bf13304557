//! `/admin/accounts`: the users of an organization, confirmed or ended by its site administrator, after a page that says what
//! ends; and the requests that wait for that administrator.

use super::applying::Done;
use super::sheet::{Block, Cell, Link, Sent, Sheet, TableView, quiet_button, refusal};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice};
use crate::pages::sites::{self, OwnSites};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::AccountId;
use iis_model::access::{Permission, Place};
use iis_registry::Failure;
use iis_registry::access::looking::Look;
use iis_registry::directory::{Directory, directory};
use iis_registry::requests::{self, ToApprove};
use iis_registry::staff::{self, Ends, User};

const HERE: &str = "/admin/accounts";

/// The sites that somebody administers; whose organization is meant, its site stands for.
async fn own(visitor: &Visitor) -> Result<OwnSites, Stop> {
    let own = sites::own(visitor, Permission::RecertifyUsers).await?;
    own.ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

async fn names_of(visitor: &Visitor) -> Result<std::sync::Arc<Directory>, Stop> {
    directory(&visitor.app.registry, &visitor.arrival).await.map_err(|failure| visitor.failed(&failure))
}

/// A role with its place, in words.
fn role(visitor: &Visitor, names: &Directory, (role, place): &(Box<str>, Place)) -> String {
    let title = visitor.app.registry.roles.get(role).map_or("", |role| role.title.as_str());
    let at = names.place(*place);
    if at.is_empty() { title.to_owned() } else { format!("{title} at {at}") }
}

/// `GET /admin/accounts`
pub(crate) async fn list(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let own = own(&visitor).await?;
    let organization = own.site.organization_id;
    visitor.looks_at(Permission::RecertifyUsers, Look::Users(organization)).await?;
    let registry = &visitor.app.registry;
    let users = staff::users_of(registry, organization).await.map_err(|failure| visitor.failed(&failure))?;
    let names = names_of(&visitor).await?;
    let zone = &registry.identity.zone;
    let own_account = visitor.session()?.account.id;
    let row = |user: &User| {
        let moment =
            |at: Option<iis_model::Timestamp>| at.map_or("never".to_owned(), |at| format::moment(at, zone));
        let confirmed = match (user.asked_at, user.confirmed_at) {
            (Some(since), _) => format!("! asked since {}", format::moment(since, zone)),
            (None, at) => moment(at),
        };
        let at = |verb: &str| sites::at(&format!("{HERE}/{}/{verb}", user.account.0), &own.site);
        vec![
            Cell::text(format!("{} ({})", user.display_name, user.name)),
            Cell::text(
                user.roles.iter().map(|held| role(&visitor, &names, held)).collect::<Vec<_>>().join("; "),
            ),
            Cell::text(moment(user.last_sign_in_at)),
            Cell::text(confirmed),
            if user.account == own_account {
                Cell::text("yourself: another site administrator says so")
            } else {
                Cell::button("Still here", &user.display_name, at("confirm"))
            },
            Cell::link("No longer here", at("end")).about(&user.display_name),
        ]
    };
    let mut sheet = Sheet::new("Accounts", "accounts");
    sheet.at = HERE;
    sheet.lead = format!(
        "The users of {}. Twice a year you say who is still there; whoever is not confirmed within 30 days loses access here.",
        names.organization(organization)
    );
    sheet.notice = match done.done.as_str() {
        "confirm" => Some(Notice { kind: "success", text: "Confirmed.".to_owned() }),
        "end" => Some(Notice { kind: "success", text: "Access has ended.".to_owned() }),
        _ => None,
    };
    sheet.blocks.extend(own.choice_of_organization(HERE, &names).map(Block::Sites));
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

/// A user of the organization that is meant, with what ends with them.
async fn user(visitor: &Visitor, own: &OwnSites, id: &str) -> Result<Ends, Stop> {
    let Ok(id) = id.parse().map(AccountId) else { return Err(visitor.no_page(NoPage::NotFound)) };
    let registry = &visitor.app.registry;
    let found = staff::what_ends(registry, own.site.organization_id, id, visitor.arrival.at).await;
    let found = found.map_err(|failure: Failure| visitor.failed(&failure))?;
    found.ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

/// `GET /admin/accounts/{id}/{verb}`: what ends with a user, before it ends.
pub(crate) async fn ask(visitor: Visitor, Path((id, verb)): Path<(String, String)>) -> Answer {
    let own = own(&visitor).await?;
    if verb != "end" {
        return Err(visitor.no_page(NoPage::NotFound));
    }
    let ends = user(&visitor, &own, &id).await?;
    visitor.looks_at(Permission::RecertifyUsers, Look::Account(&ends.user.name)).await?;
    let names = names_of(&visitor).await?;
    let mut sheet = Sheet::new(format!("Is {} no longer here?", ends.user.display_name), "accounts");
    (sheet.at, sheet.is_narrow, sheet.below) = (HERE, true, Some(("Accounts", HERE)));
    let back =
        Link { href: sites::at(HERE, &own.site), label: "Back to the accounts; nothing ends".to_owned() };
    let back = Block::Links("Or", vec![back]);
    if let Some(why) = ends.refusal {
        sheet.blocks = vec![Block::Alert(Notice { kind: "warning", text: why.to_owned() }), back];
        return Ok(sheet.answer(visitor));
    }
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let roles: Vec<_> = ends.user.roles.iter().map(|held| role(&visitor, &names, held)).collect();
    let lists = if ends.lists.is_empty() { "none".to_owned() } else { ends.lists.join("; ") };
    let account = if ends.closes {
        "is closed: no other role is left"
    } else {
        "stays open for what the person has elsewhere"
    };
    sheet.blocks = vec![
        Block::Facts(
            "What ends",
            vec![
                fact("Roles", roles.join("; ")),
                fact("Places on staff lists", lists),
                fact("The account", account.to_owned()),
            ],
        ),
        quiet_button(
            sites::at(&format!("{HERE}/{}/end", ends.user.account.0), &own.site),
            "End the access",
            "All sessions end now, and the person gets a message. To come back the person asks for access again.",
        ),
        back,
    ];
    Ok(sheet.answer(visitor))
}

/// `POST /admin/accounts/{id}/{verb}`
pub(crate) async fn act(Path((id, verb)): Path<(String, String)>, Sent { visitor, form: _ }: Sent) -> Answer {
    let own = own(&visitor).await?;
    let granted = visitor.granted(Permission::RecertifyUsers)?;
    let (registry, organization) = (&visitor.app.registry, own.site.organization_id);
    let account = user(&visitor, &own, &id).await?.user.account;
    let acted = match verb.as_str() {
        "confirm" => staff::confirm(registry, &granted, organization, account, visitor.arrival).await,
        "end" => staff::end_user(registry, &granted, organization, account, visitor.arrival).await,
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    match acted {
        Ok(()) => Ok(redirect(&sites::at(&format!("{HERE}?done={verb}"), &own.site))),
        Err(failure) => refusal(visitor, failure, ("Accounts", &sites::at(HERE, &own.site))),
    }
}
