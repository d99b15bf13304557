//! `openiis user`: accounts of people.

use crate::output::Output;
use crate::{clock, passwords};
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use iis_model::EmailAddress;
use iis_model::access::{Permission, Place};
use iis_registry::access::operator;
use iis_registry::accounts::{self, Account, NewUser, RoleAssignment, Status, address, second_factor};
use iis_registry::{Context, directory};
use serde_json::json;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Makes an account and prints its first password, which must be changed at the first sign-in.
    #[command(
        after_help = "Example:\n  openiis user add amara --name 'Amara Okafor' --role clinic-access --site RIVER"
    )]
    Add(Add),
    /// Gives an account the e-mail address to which its messages go; it holds at once. The address of before gets a message.
    #[command(after_help = "Example:\n  openiis user set-address amara amara@health.example")]
    SetAddress(Addressed),
    /// Gives an account a new password, printed once, to be changed at the next sign-in.
    #[command(after_help = "Example:\n  openiis user reset amara")]
    Reset(Named),
    /// Locks an account and ends its sessions.
    #[command(after_help = "Example:\n  openiis user lock amara")]
    Lock(Named),
    /// Unlocks an account, also after failed sign-ins.
    #[command(after_help = "Example:\n  openiis user unlock amara")]
    Unlock(Named),
    /// Has an account hold one of its roles at another place; its other roles stay.
    #[command(
        after_help = "Example:\n  openiis user place amara --role health-department-read-only --jurisdiction Harbor"
    )]
    Place(Placed),
    /// Takes the second factor of an account away, for somebody who lost it; ends its sessions.
    #[command(after_help = "Example:\n  openiis user forget-factor amara")]
    ForgetFactor(Named),
    /// Lists all accounts.
    #[command(after_help = "Example:\n  openiis user list --json")]
    List,
}

/// An account to be made.
#[derive(Debug, Args)]
pub struct Add {
    /// User name.
    user: String,
    /// Name on screens; the user name if none is given.
    #[arg(long)]
    name: Option<String>,
    /// E-mail address to which its messages go: links that set a password, ways back, what changed.
    #[arg(long)]
    email: Option<EmailAddress>,
    /// Role of `policy/roles.toml`; may be given several times.
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
    /// Where they are held.
    #[command(flatten)]
    at: At,
}

/// A role to be held at another place.
#[derive(Debug, Args)]
pub struct Placed {
    /// User name.
    user: String,
    /// The role, as the account has it.
    #[arg(long)]
    role: String,
    /// Where it is held from now on.
    #[command(flatten)]
    at: At,
}

/// Where roles are held; nothing: nowhere in particular.
#[derive(Debug, Args)]
pub struct At {
    /// Code of the site the roles hold at.
    #[arg(long)]
    site: Option<String>,
    /// Name of the organization the roles hold at, with all its sites.
    #[arg(long, conflicts_with = "site")]
    organization: Option<String>,
    /// Name of the jurisdiction the roles hold at.
    #[arg(long, conflicts_with_all = ["site", "organization"])]
    jurisdiction: Option<String>,
}

/// An account and its address.
#[derive(Debug, Args)]
pub struct Addressed {
    /// User name.
    user: String,
    /// The e-mail address.
    address: EmailAddress,
}

/// An account by its name.
#[derive(Debug, Args)]
pub struct Named {
    /// User name.
    user: String,
}

/// Runs one.
pub async fn run(cx: &Context, command: User, output: Output) -> anyhow::Result<()> {
    match command {
        User::Add(add) => self::add(cx, add, output).await?,
        User::SetAddress(one) => set_address(cx, &one, output).await?,
        User::Reset(named) => reset(cx, &named.user, output).await?,
        User::Lock(named) => set_status(cx, &named.user, Status::Locked, output).await?,
        User::Unlock(named) => set_status(cx, &named.user, Status::Active, output).await?,
        User::Place(placed) => self::placed(cx, &placed, output).await?,
        User::ForgetFactor(named) => forget_factor(cx, &named.user, output).await?,
        User::List => list(cx, output).await?,
    }
    Ok(())
}

async fn add(cx: &Context, add: Add, output: Output) -> anyhow::Result<()> {
    let place = place(cx, &add.at).await?;
    let display_name = add.name.unwrap_or_else(|| add.user.clone());
    if let Some(email) = &add.email
        && !address::is_free(cx, email, &display_name).await?
    {
        bail!("{email} is on record for somebody else; nothing was made");
    }
    let password = clock::secret();
    let user = NewUser {
        name: add.user.to_lowercase().into(),
        display_name: display_name.into(),
        password_hash: passwords::hash(&password).context("the password could not be hashed")?.into(),
        must_change: true,
        roles: add.roles.iter().map(|role| RoleAssignment::new(role, place)).collect(),
    };
    let (granted, arrival) = (operator(Permission::ManageAccounts)?, clock::arrival(&cx.identity.zone));
    let id = accounts::add(cx, &granted, user, arrival).await?;
    if let Some(email) = add.email {
        address::set(cx, &granted, id, email, arrival).await?;
    }
    show_password(&add.user, &password, output);
    Ok(())
}

/// Where the roles are to hold.
async fn place(cx: &Context, at: &At) -> anyhow::Result<Place> {
    let names = directory::directory(cx, &clock::arrival(&cx.identity.zone)).await?;
    if let Some(code) = &at.site {
        let site = names.sites().find(|site| site.code.eq_ignore_ascii_case(code));
        return site.map(|site| Place::Site(site.id)).with_context(|| format!("there is no site {code}"));
    }
    if let Some(name) = &at.organization {
        let found = names.organization_named(name).map(Place::Organization);
        return found.with_context(|| format!("there is no organization {name}"));
    }
    if let Some(name) = &at.jurisdiction {
        let found = names.jurisdiction_named(name).map(Place::Jurisdiction);
        return found.with_context(|| format!("there is no jurisdiction {name}"));
    }
    Ok(Place::State)
}

async fn placed(cx: &Context, placed: &Placed, output: Output) -> anyhow::Result<()> {
    let Placed { user, role, at } = placed;
    if at.site.is_none() && at.organization.is_none() && at.jurisdiction.is_none() {
        bail!("say where the role is to be held: --site, --organization or --jurisdiction");
    }
    let (account, to) = (find(cx, user).await?, place(cx, at).await?);
    let (mut roles, moved) = (account.roles.clone(), RoleAssignment::new(role, to));
    let held: Vec<_> = roles.iter().filter(|held| *held.role == **role).map(|held| held.place).collect();
    match held[..] {
        [] => bail!("{user} has no role {role}"),
        [_] => roles.retain(|held| *held.role != **role),
        _ => bail!("{user} has the role {role} at several places; the Help Desk changes it by ticket"),
    }
    roles.push(moved);
    let (granted, arrival) = (operator(Permission::ManageAccounts)?, clock::arrival(&cx.identity.zone));
    accounts::set_roles(cx, &granted, &account, roles, arrival).await?;
    output.line(&format!("{user} holds {role} there from now on."));
    output.object(&json!({ "user": user, "role": role }));
    Ok(())
}

async fn set_address(
    cx: &Context,
    Addressed { user, address }: &Addressed,
    output: Output,
) -> anyhow::Result<()> {
    let account = find(cx, user).await?;
    let (granted, arrival) = (operator(Permission::ManageAccounts)?, clock::arrival(&cx.identity.zone));
    address::set(cx, &granted, account.id, address.clone(), arrival).await?;
    output.line(&format!("Messages of {user} go to {address} from now on."));
    output.object(&json!({ "user": user, "email": address.as_str() }));
    Ok(())
}

async fn reset(cx: &Context, user: &str, output: Output) -> anyhow::Result<()> {
    let account = find(cx, user).await?;
    let password = clock::secret();
    let hash = passwords::hash(&password).context("the password could not be hashed")?;
    let (granted, arrival) = (operator(Permission::ManageAccounts)?, clock::arrival(&cx.identity.zone));
    accounts::reset_password(cx, &granted, &account, hash.into(), arrival).await?;
    show_password(user, &password, output);
    Ok(())
}

fn show_password(user: &str, password: &str, output: Output) {
    output.line(&format!(
        "user      {user}\npassword  {password}\n\nIt is shown once and must be changed at the next sign-in."
    ));
    output.object(&json!({ "user": user, "password": password }));
}

async fn set_status(cx: &Context, user: &str, status: Status, output: Output) -> anyhow::Result<()> {
    let account = find(cx, user).await?;
    let (granted, arrival) = (operator(Permission::ManageAccounts)?, clock::arrival(&cx.identity.zone));
    accounts::set_status(cx, &granted, &account, status, arrival).await?;
    let word = if status == Status::Active { "unlocked" } else { "locked" };
    output.line(&format!("{user} is {word}."));
    output.object(&json!({ "user": user, "status": word }));
    Ok(())
}

async fn forget_factor(cx: &Context, user: &str, output: Output) -> anyhow::Result<()> {
    let account = find(cx, user).await?;
    let (granted, arrival) = (operator(Permission::ManageAccounts)?, clock::arrival(&cx.identity.zone));
    second_factor::forget(cx, &granted, &account, arrival).await?;
    output.line(&format!("{user} signs in with the password alone until a second factor is set up again."));
    output.object(&json!({ "user": user, "second_factor": false }));
    Ok(())
}

async fn find(cx: &Context, user: &str) -> anyhow::Result<Account> {
    match accounts::find(cx, user).await? {
        Some(found) => Ok(found),
        None => bail!("there is no user {user}"),
    }
}

async fn list(cx: &Context, output: Output) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for account in accounts::list(cx).await? {
        let roles: Vec<&str> = account.roles.iter().map(|assignment| &*assignment.role).collect();
        let status = if account.status == Status::Active { "active" } else { "locked" };
        let seen = account.last_sign_in_at.map(|at| format!("{at:.0}"));
        output.object(&json!({
            "user": account.name, "name": account.display_name, "status": status, "roles": roles, "last_sign_in_at": seen,
        }));
        rows.push(vec![
            account.name.to_string(),
            account.display_name.to_string(),
            status.to_owned(),
            roles.join(", "),
            seen.unwrap_or_else(|| "never".to_owned()),
        ]);
    }
    output.table(&["user", "name", "status", "roles", "last sign-in (UTC)"], &rows);
    Ok(())
}
