//! `/help/accounts`: the Help Desk finds the account of somebody who calls, sees in which state it is, and helps: a link for
//! another password, the way back after a lock, an account opened again, lost second factors taken away.

mod offers;

pub(crate) use offers::{May, blocks};

use super::applying::Done;
use super::sheet::{Block, Cell, Field, FilterView, Link, Sent, Sheet, TableView, Typed, refused, typed};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::EmailAddress;
use iis_model::access::Permission;
use iis_registry::Failure;
use iis_registry::access::looking::Look;
use iis_registry::accounts::correcting::{Right, correct};
use iis_registry::accounts::helping::{self, Known, MOST_FOUND, Standing};
use iis_registry::accounts::stopping;
use iis_registry::directory::{Directory, directory};
use iis_registry::staff::{self, Unanswered};
use jiff::tz::TimeZone;
use serde::Deserialize;

const HERE: &str = "/help/accounts";

/// Whom the address asks for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    find: String,
}

/// `GET /help/accounts`
pub(crate) async fn find(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.granted(Permission::ViewAccounts)?;
    let registry = &visitor.app.registry;
    let failed = |failure| visitor.failed(&failure);
    let found = helping::found(registry, &asked.find, visitor.arrival.at).await.map_err(failed)?;
    let names = directory(registry, &visitor.arrival).await.map_err(failed)?;
    let is_asked = !asked.find.trim().is_empty();
    if is_asked {
        visitor.looks_at(Permission::ViewAccounts, Look::Accounts(&asked.find, found.len())).await?;
    }
    let mut sheet = Sheet::new("User accounts", "account");
    sheet.at = HERE;
    sheet.lead = "Find the account of whoever calls, by user name, e-mail or name.".into();
    sheet.blocks.push(Block::Filter(FilterView {
        action: HERE,
        fields: vec![Field::text("find", "User name, e-mail or name").with(&*asked.find)],
        button: "Find",
    }));
    if is_asked {
        let row = |one: &Known| {
            let email = one.email.as_ref().map_or("", |email| email.as_str());
            vec![
                Cell::link(&*one.account.name, format!("{HERE}/{}", one.account.name)),
                Cell::text(&*one.account.display_name),
                Cell::text(email),
                Cell::text(standing(&registry.identity.zone, one.standing)),
                Cell::text(roles(&visitor, one, &names)),
            ]
        };
        let caption = if found.len() < MOST_FOUND {
            format!("{} found", format::counted(i64::try_from(found.len()).unwrap_or(0), "account"))
        } else {
            format!("The first {MOST_FOUND} accounts, by user name. Type more to see fewer.")
        };
        sheet.blocks.push(Block::Table(TableView {
            id: "accounts",
            caption,
            heads: &["User", "Name", "E-mail", "State", "Roles"],
            rows: found.iter().map(row).collect(),
            nothing: "No account of this user name, e-mail or name. Who never had one asks for it.",
        }));
        if let Some(id) = listed(&visitor, &asked.find).await? {
            let label = "Somebody on staff lists has this e-mail address, and no account".to_owned();
            sheet
                .blocks
                .push(Block::Links("Go on", vec![Link { href: format!("/help/people/{id}"), label }]));
        }
    } else if visitor.may(Permission::ManageAccounts) {
        let waiting = staff::unanswered(registry, visitor.arrival).await.map_err(failed)?;
        sheet.blocks.extend((!waiting.is_empty()).then(|| unanswered(&waiting)));
    }
    Ok(sheet.answer(visitor))
}

/// Whoever of this address is on staff lists and has no account.
async fn listed(visitor: &Visitor, typed: &str) -> Result<Option<i64>, Stop> {
    let Ok(email) = typed.trim().to_lowercase().parse::<EmailAddress>() else { return Ok(None) };
    let found = staff::without_account(&visitor.app.registry, &email).await;
    found.map_err(|failure| visitor.failed(&failure))
}

/// The organizations where nobody says which users are still there.
fn unanswered(waiting: &[Unanswered]) -> Block {
    let row = |one: &Unanswered| vec![Cell::text(&*one.organization), Cell::text(one.users.to_string())];
    Block::Table(TableView {
        id: "unanswered",
        caption: "Organizations that have no site administrator to say which users are still there. Nobody’s access ends for it. Have \
                  somebody of the organization ask for Site Administrator."
            .to_owned(),
        heads: &["Organization", "Users to be confirmed"],
        rows: waiting.iter().map(row).collect(),
        nothing: "",
    })
}

/// The state of an account in words.
fn standing(zone: &TimeZone, standing: Standing) -> String {
    match standing {
        Standing::Open => "open".to_owned(),
        Standing::NoPassword => "no password: the link that sets one was not used".to_owned(),
        Standing::LockedOut(until) => {
            let until = format::moment(until, zone);
            format!("locked after failed sign-ins, until {until}")
        }
        Standing::Inactive => "inactive: no sign-in for 90 days".to_owned(),
        Standing::Closed => "closed: locked by staff, or not confirmed".to_owned(),
        Standing::Ended => "ended: no role is left".to_owned(),
    }
}

/// The roles of an account, each with its place.
fn roles(visitor: &Visitor, one: &Known, names: &Directory) -> String {
    let role = |held: &iis_registry::accounts::RoleAssignment| {
        let title = visitor.app.registry.roles.get(&held.role).map_or(&*held.role, |role| &role.title);
        let place = names.place(held.place);
        if place.is_empty() { title.to_owned() } else { format!("{title} at {place}") }
    };
    one.account.roles.iter().map(role).collect::<Vec<_>>().join("; ")
}

async fn open(visitor: &Visitor, user: &str) -> Result<Known, Stop> {
    let known = helping::known(&visitor.app.registry, user, visitor.arrival.at).await;
    let known = known.map_err(|failure| visitor.failed(&failure))?;
    known.ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

/// `GET /help/accounts/{user}`
pub(crate) async fn show(visitor: Visitor, Path(user): Path<String>, Query(done): Query<Done>) -> Answer {
    visitor.granted(Permission::ViewAccounts)?;
    let known = open(&visitor, &user).await?;
    let mut sheet = sheet(&visitor, &known).await?;
    sheet.notice = notice(&done.done);
    Ok(sheet.answer(visitor))
}

async fn sheet(visitor: &Visitor, known: &Known) -> Result<Sheet, Stop> {
    visitor.looks_at(Permission::ViewAccounts, Look::Account(&known.account.name)).await?;
    let registry = &visitor.app.registry;
    let names = directory(registry, &visitor.arrival).await.map_err(|failure| visitor.failed(&failure))?;
    let zone = &registry.identity.zone;
    let mut sheet = Sheet::new(format!("Account {}", known.account.name), "account");
    sheet.at = HERE;
    sheet.below = Some(("User accounts", HERE));
    sheet.lead = format!("{}: {}.", known.account.display_name, standing(zone, known.standing));
    sheet.blocks =
        blocks(known, &roles(visitor, known, &names), (zone, visitor.arrival.at), may(visitor, known)?);
    Ok(sheet)
}

fn may(visitor: &Visitor, known: &Known) -> Result<May, Stop> {
    let needed = helping::needed(&visitor.app.registry.roles, &known.account);
    let is_of_state = needed == Permission::ManageStateAccounts;
    let base = if is_of_state { "/admin/state-accounts" } else { HERE };
    let own = visitor.session()?.account.id;
    Ok(if own == known.account.id {
        May::NothingForOneself
    } else if visitor.may(needed) && known.changed_by.contains(&own) {
        May::CorrectOnly(base)
    } else if visitor.may(needed) {
        May::Help(base)
    } else if is_of_state {
        May::NothingForState
    } else {
        May::Nothing
    })
}

fn notice(done: &str) -> Option<Notice> {
    let text = match done {
        "link" => "The link is on its way to the address of the account.",
        "unlock" => "Unlocked, or the way back was mailed to the address of the account.",
        "open" => "The account is open again.",
        "correct" => {
            "Corrected. A new address counts once the link that was mailed there is opened; one that the owner had until lately, at once."
        }
        "stop-address" => {
            "The new address is stopped. Its link opens nothing; the address on record got a message."
        }
        "forget-factors" => "The second factors are gone. The person was told.",
        _ => return None,
    };
    Some(Notice { kind: "success", text: text.to_owned() })
}

/// `POST /help/accounts/{user}/{verb}`
pub(crate) async fn act(path: Path<(String, String)>, sent: Sent) -> Answer {
    act_with(Permission::ManageAccounts, path, sent).await
}

/// `POST /admin/state-accounts/{user}/{verb}`
pub(crate) async fn act_for_state(path: Path<(String, String)>, sent: Sent) -> Answer {
    act_with(Permission::ManageStateAccounts, path, sent).await
}

async fn act_with(
    permission: Permission,
    Path((user, verb)): Path<(String, String)>,
    Sent { visitor, form }: Sent,
) -> Answer {
    let granted = visitor.granted(permission)?;
    let known = open(&visitor, &user).await?;
    let user = &known.account.name;
    let (registry, at, reason) = (&visitor.app.registry, visitor.arrival, typed(&form, "reason"));
    let acted = match verb.as_str() {
        "link" => helping::mail_link(registry, &granted, user, &crate::clock::secret(), at).await,
        "unlock" => helping::unlock(registry, &granted, user, at).await,
        "open" => helping::open_again(registry, &granted, user, reason, at).await,
        "correct" => match right(&form) {
            Ok(right) => correct(registry, &granted, user, right, &crate::clock::secret(), at).await,
            Err(failure) => Err(failure),
        },
        "stop-address" => stopping::at_desk(registry, &granted, user, at).await,
        "forget-factors" => helping::forget_factors(registry, &granted, user, reason, at).await,
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    let Err(failure) = acted else { return Ok(redirect(&format!("{HERE}/{user}?done={verb}"))) };
    let problem = refused(&visitor, failure)?;
    let base = match may(&visitor, &known)? {
        May::Help(base) | May::CorrectOnly(base) => base,
        _ => HERE,
    };
    let action = format!("{base}/{user}/{verb}");
    Ok(sheet(&visitor, &known).await?.refilled(&action, &form, problem).answer(visitor))
}

/// What was typed as right; an empty address leaves the one on record.
fn right(form: &Typed) -> Result<Right, Failure> {
    let email = match typed(form, "email") {
        "" => None,
        written => Some(written.parse().map_err(|_| {
            Failure::Rule("Enter an e-mail address, such as name@clinic.example, or leave the one on record.")
        })?),
    };
    Ok(Right {
        name: typed(form, "name").into(),
        email,
        license_kind: typed(form, "license_kind").into(),
        license_number: typed(form, "license_number").into(),
        reason: typed(form, "reason").into(),
    })
}
