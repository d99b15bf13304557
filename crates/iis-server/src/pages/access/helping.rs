//! `/help/accounts`: the Help Desk finds the account of somebody who calls, sees in which state it is, and helps: a link for
//! another password, the way back after a lock, an account opened again, lost second factors taken away.

use super::applying::Done;
use super::sheet::{
    Block, Cell, Field, FieldKind, FilterView, FormView, Link, Sent, Sheet, TableView, Typed, button,
    quiet_button, refused, typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice};
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_model::{EmailAddress, Timestamp};
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

/// What somebody may do for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum May {
    /// Help, by the deeds at this address.
    Help(&'static str),
    /// Correct what is on record, and nothing else for three days: they changed the address.
    CorrectOnly(&'static str),
    /// Nothing: it is their own.
    NothingForOneself,
    /// Nothing: a system administrator helps.
    NothingForState,
    /// Nothing: the Help Desk helps.
    Nothing,
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

/// The page of an account below its heading.
pub(crate) fn blocks(
    known: &Known,
    roles: &str,
    (zone, now): (&TimeZone, Timestamp),
    may: May,
) -> Vec<Block> {
    let mut blocks = vec![Block::Facts("What is known", facts(known, roles, zone))];
    blocks.extend(changed_by_owner(known, now));
    let says = |text: &str| vec![Block::Alert(Notice { kind: "info", text: text.to_owned() })];
    blocks.extend(match may {
        May::Help(base) => {
            let mut blocks = deeds(known, base);
            blocks.extend(to_stop(known, base));
            blocks.push(to_correct(known, base));
            blocks
        }
        May::CorrectOnly(base) => {
            let mut blocks = says(
                "You changed the address of this account within the last 72 hours, or gave it its first one within 30 days. Until then a colleague \
                 mails its links and takes lost second factors away.",
            );
            blocks.extend(to_stop(known, base));
            blocks.push(to_correct(known, base));
            blocks
        }
        May::NothingForOneself => {
            says("This is your own account: a colleague helps you, or you do it under Your account.")
        }
        May::NothingForState => says("An account of the state’s staff: a system administrator helps."),
        May::Nothing => says("The Help Desk helps."),
    });
    let link = Link {
        href: format!("/admin/access?user={}", percent_encoded(&known.account.name)),
        label: "What can this person see?".to_owned(),
    };
    blocks.push(Block::Links("Go on", vec![link]));
    blocks
}

/// What stands before anything is mailed: the owner changed the address lately, or somebody who was signed in as the owner.
fn changed_by_owner(known: &Known, now: Timestamp) -> Option<Block> {
    let latest = known.left.first()?;
    let hours = now.duration_since(latest.at).as_hours();
    let when = if hours == 0 {
        "less than an hour ago".to_owned()
    } else {
        format!("{} ago", format::counted(hours, "hour"))
    };
    let before: Vec<&str> = known.left.iter().map(|one| one.email.as_str()).collect();
    let text = format!(
        "The address was changed by its owner {when}: by whoever was signed in as {}. Before: {}. Ask who calls about it before you mail \
         a link: it goes to the new address. The address of before gets a message that you did.",
        known.account.name,
        before.join(", ")
    );
    Some(Block::Alert(Notice { kind: "warning", text }))
}

/// The address that waits, ended.
fn to_stop(known: &Known, base: &str) -> Option<Block> {
    let awaits = known.awaits.as_ref()?;
    let lead = format!(
        "{awaits} counts once the link that was mailed there is opened. Stop it if the person knows nothing of it. A link that sets a \
         password, factors that are taken away and a closed account stop it too."
    );
    let at = format!("{base}/{}/stop-address", known.account.name);
    Some(quiet_button(at, "Stop the new address", &lead))
}

fn facts(known: &Known, roles: &str, zone: &TimeZone) -> Vec<Fact> {
    let at = known.account.last_sign_in_at.map_or("never".to_owned(), |at| format::moment(at, zone));
    let passkeys = format::counted(i64::try_from(known.passkeys).unwrap_or(0), "passkey");
    let factors = match (known.has_app, known.passkeys) {
        (false, 0) => "none".to_owned(),
        (true, 0) => "an authenticator app".to_owned(),
        (false, _) => passkeys,
        (true, _) => format!("an authenticator app and {passkeys}"),
    };
    let email = known.email.as_ref().map_or("none on record", |email| email.as_str());
    [
        Fact::some("User name", &*known.account.name),
        Fact::some("Name", &*known.account.display_name),
        Fact::some("E-mail", email),
        known.awaits.as_ref().and_then(|awaits| Fact::some("Waits for its confirmation", awaits.as_str())),
        Fact::some("Last sign-in", at),
        Fact::some("Second factor", factors),
        Fact::some("Roles", roles),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What can be done for the account.
fn deeds(known: &Known, base: &str) -> Vec<Block> {
    let at = |verb: &str| format!("{base}/{}/{verb}", known.account.name);
    let mut blocks = Vec::new();
    match known.standing {
        Standing::LockedOut(_) if known.email.is_some() => blocks.push(button(
            at("unlock"),
            "Mail the way back again",
            "Its owner signs in through the link of that message; the lock ends with it.",
        )),
        Standing::LockedOut(_) => {
            blocks.push(button(at("unlock"), "Unlock", "No address is on record, so the lock ends now."));
        }
        Standing::Inactive | Standing::Closed => {
            blocks.push(with_reason(
                at("open"),
                "Open it again",
                "open",
                "Make sure that the person still works there.",
            ));
        }
        Standing::Ended => blocks.push(Block::Text(
            "To come back".to_owned(),
            vec!["The person asks for access again; the approval opens the account.".to_owned()],
        )),
        Standing::Open | Standing::NoPassword => {}
    }
    let can_sign_in =
        matches!(known.standing, Standing::Open | Standing::NoPassword | Standing::LockedOut(_));
    if can_sign_in && known.email.is_none() {
        blocks.push(Block::Text(
            "Another password".to_owned(),
            vec![
                "No address is on record, so no link can be mailed. Give one below: it counts once its owner opened the link that is \
                 mailed there. Until then the operator of the registry sets a password on the server’s command line."
                    .to_owned(),
            ],
        ));
    } else if can_sign_in {
        let lead = if known.standing == Standing::NoPassword {
            "The link goes to the e-mail address above, and nowhere else. An earlier link ends."
        } else {
            "The password ends now, and so do all sessions. A link that sets another one goes to the e-mail address above, and \
             nowhere else. Second factors stay."
        };
        blocks.push(button(at("link"), "Mail a link that sets a password", lead));
    }
    if (known.has_app || known.passkeys > 0) && known.email.is_some() {
        blocks.push(with_reason(
            at("forget-factors"),
            "Take the second factors away",
            "forget-factors",
            "Only if they are lost: app, recovery codes, all passkeys and the connection with the organization’s sign-in. All \
             sessions end, and the person is told.",
        ));
    }
    blocks
}

/// The form that corrects the owner of an account.
fn to_correct(known: &Known, base: &str) -> Block {
    let email = known.email.as_ref().map_or("", |email| email.as_str());
    let address = Field::new("email", "E-mail", FieldKind::Email).with(email);
    let mut fields = vec![
        Field::text("name", "First and last name").with(&*known.owner.name),
        if known.email.is_some() { address } else { address.optional() },
    ];
    if known.email.is_some() {
        fields
            .push(Field::text("license_kind", "Kind of license").with(&*known.owner.license_kind).optional());
        fields.push(
            Field::text("license_number", "License number").with(&*known.owner.license_number).optional(),
        );
    }
    fields.push(
        Field::text("reason", "Why")
            .hint("In one line of at most 120 characters; kept in the audit")
            .called("reason-correct"),
    );
    Block::Form(FormView {
        heading: "Correct the person on record".to_owned(),
        lead: "Name and license hold at once. A new address counts once the link that is mailed there is opened; the address above \
               gets a message, and holds until then. Whoever changed the address mails no link for 72 hours: a colleague does."
            .to_owned(),
        action: format!("{base}/{}/correct", known.account.name),
        fields,
        button: "Correct it",
        is_quiet: true,
        ..FormView::default()
    })
}

fn with_reason(action: String, word: &'static str, id: &str, lead: &str) -> Block {
    Block::Form(FormView {
        heading: word.to_owned(),
        lead: lead.to_owned(),
        action,
        fields: vec![
            Field::text("reason", "Why")
                .hint("In one line of at most 120 characters; kept in the audit")
                .called(&format!("reason-{id}")),
        ],
        button: word,
        is_quiet: true,
        ..FormView::default()
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
