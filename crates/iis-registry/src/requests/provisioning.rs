//! Making the account of an approved request, or adding the role to the one that is there (S-12, S-59).

use super::applicant::Applicant;
use super::facts::jurisdiction_named;
use super::gates::{ByLicense, HEALTH_DEPARTMENT};
use super::{Event, Request};
use crate::accounts::address::changed_by;
use crate::cases::By;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link};
use crate::names::{composed, plain_letters, without_titles};
use crate::staff::{Position, held_at, persons};
use crate::{Arrival, Context};
use iis_model::access::Place;
use iis_model::{AccountId, EmailAddress};
use iis_store::account::{self, AccountRow, NewAccount};
use iis_store::worker::{self, WorkerRow};
use iis_store::{StoreError, Tx, outbox, password_link, role_assignment, site};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

/// Makes the account with its role, or adds the role, and writes the letters: the user name in one, the link that sets the
/// password in another. The account has no password until then.
pub(super) fn provision(
    tx: &mut Tx<'_>,
    cx: &Context,
    case: &mut Request,
    (account_id, worker_id): (AccountId, i64),
    token: &str,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let by = By { actor: "openiis", reason: "", at: arrival.at };
    let worker = worker_of(tx, case, worker_id, arrival)?;
    let known = worker::get(tx, worker)?.and_then(|row| row.email.parse::<EmailAddress>().ok());
    let known = known.ok_or_else(|| StoreError::internal("a person without an address"))?;
    list_coordinator(tx, cx, case, worker, arrival)?;
    let role = (case.body.role.clone(), place(tx, case)?);
    let appointed = Appointed {
        name: &case.body.name,
        email: &known,
        worker,
        role: role.clone(),
        adds_to: case.body.adds_to,
        known: &Letter::RoleAdded { number: case.number },
    };
    let (account, is_new) = appoint(tx, cx, appointed, account_id, token, arrival)?;
    // a role at a jurisdiction is the organization's to confirm and to end whose office it is
    let site = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    if let (Place::Jurisdiction(_), Some(row)) = (role.1, site) {
        role_assignment::approved_through(tx, account, &role, row.site.organization_id, arrival.at)?;
    }
    case.account_id = Some(account);
    case.act(tx, Event::Provision, by)?;
    if !is_new {
        case.act(tx, Event::Activate, by)?;
    }
    Ok(())
}

/// Where the role is held: at the site; a health department's at its jurisdiction (S-60).
fn place(tx: &mut Tx<'_>, case: &Request) -> Result<Place, StoreError> {
    if &*case.body.role == HEALTH_DEPARTMENT {
        let named = jurisdiction_named(tx, &case.body.jurisdiction)?;
        return named
            .map(Place::Jurisdiction)
            .ok_or_else(|| StoreError::internal("a jurisdiction that is gone"));
    }
    let site = case.site_id.map_or(Place::State, Place::Site);
    held_at(tx, &case.body.role, site)
}

/// No PHC string: no password fits until one is set.
pub(crate) const NO_PASSWORD: &str = account::NO_PASSWORD;

/// Somebody who is to have a role.
pub(crate) struct Appointed<'a> {
    /// Name.
    pub(crate) name: &'a str,
    /// Where the letters go.
    pub(crate) email: &'a EmailAddress,
    /// The person.
    pub(crate) worker: i64,
    /// The role and where it is held.
    pub(crate) role: (Box<str>, Place),
    /// The account that gets it; none: the person's, or a new one.
    pub(crate) adds_to: Option<AccountId>,
    /// What is written to somebody who has an account.
    pub(crate) known: &'a Letter,
}

/// Gives somebody a role: to the account that is there, or to a new one, whose user name and password link leave in two
/// letters (S-12, S-59). The account, and whether it is new.
pub(crate) fn appoint(
    tx: &mut Tx<'_>,
    cx: &Context,
    one: Appointed<'_>,
    account_id: AccountId,
    token: &str,
    arrival: Arrival,
) -> Result<(AccountId, bool), StoreError> {
    let known = match one.adds_to {
        Some(account) => Some(account),
        None => worker::accounts_of(tx, one.worker)?.into_iter().next(),
    };
    if let Some(known) = known {
        let row = account::get(tx, known)?.ok_or_else(|| StoreError::internal("an account that is gone"))?;
        if closed(tx, &row)? == Closed::WithItsRoles {
            account::reopen(tx, known, arrival.at)?;
        }
        add_role(tx, known, one.role, arrival)?;
        if &*row.password_hash == NO_PASSWORD && !changed_by(tx, known, arrival.at)?.is_empty() {
            // whoever changed the address is not to get the link there by an approval: another clerk mails it
            let letter = Letter::FirstLinkHeld { help: Link::to(cx, &["help", "tickets", "new"]) };
            outbox::insert(tx, &letter.to(cx, one.email, arrival.at).map_err(inside)?)?;
            return Ok((known, true));
        }
        if &*row.password_hash == NO_PASSWORD {
            // the link of the first time was never used: another one comes instead of "sign in as always"
            mail_password_link(tx, cx, (known, row.name, one.email), true, token, arrival)?;
            return Ok((known, true));
        }
        outbox::insert(tx, &one.known.to(cx, one.email, arrival.at).map_err(inside)?)?;
        return Ok((known, false));
    }
    let name = free_name(tx, one.name, one.email)?;
    let row = NewAccount {
        id: account_id,
        name: name.clone(),
        display_name: composed(one.name).into(),
        password_hash: NO_PASSWORD.into(),
        created_at: arrival.at,
        must_change: false,
    };
    account::insert(tx, &row)?;
    role_assignment::set(tx, account_id, &[one.role], arrival.at)?;
    worker::bind(tx, account_id, one.worker)?;
    mail_password_link(tx, cx, (account_id, name, one.email), true, token, arrival)?;
    Ok((account_id, true))
}

/// Why an account is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closed {
    /// It is not.
    Not,
    /// Its last role ended: a new one opens it again.
    WithItsRoles,
    /// Somebody locked it, or nobody confirmed it: staff open it.
    ByStaff,
}

/// Whether staff closed an account, so that a role on it opens nothing.
pub(crate) fn is_closed_by_staff(tx: &mut Tx<'_>, row: &AccountRow) -> Result<bool, StoreError> {
    Ok(closed(tx, row)? == Closed::ByStaff)
}

fn closed(tx: &mut Tx<'_>, row: &AccountRow) -> Result<Closed, StoreError> {
    if &*row.status == "active" {
        return Ok(Closed::Not);
    }
    let has_roles = !role_assignment::of_account(tx, row.id)?.is_empty();
    Ok(if has_roles { Closed::ByStaff } else { Closed::WithItsRoles })
}

/// The account that would get the role, where the applicant has one.
pub(super) fn account_of(tx: &mut Tx<'_>, case: &Request) -> Result<Option<AccountRow>, StoreError> {
    let known = match (case.body.adds_to, Applicant::of(tx, case)?.worker()) {
        (Some(account), _) => Some(account),
        (None, Some(worker)) => worker::accounts_of(tx, worker)?.into_iter().next(),
        (None, None) => None,
    };
    Ok(known.map(|account| account::get(tx, account)).transpose()?.flatten())
}

/// Whether the account that would get the role is locked, so that its owner could not sign in with it.
pub(super) fn is_locked(tx: &mut Tx<'_>, case: &Request) -> Result<bool, StoreError> {
    Ok(match account_of(tx, case)? {
        Some(row) => is_closed_by_staff(tx, &row)?,
        None => false,
    })
}

fn add_role(
    tx: &mut Tx<'_>,
    account: AccountId,
    role: (Box<str>, Place),
    arrival: Arrival,
) -> Result<(), StoreError> {
    let held = role_assignment::of_account(tx, account)?.into_iter();
    let mut roles: Vec<_> = held.map(|held| (held.role, held.place)).collect();
    if !roles.contains(&role) {
        roles.push(role);
        role_assignment::set(tx, account, &roles, arrival.at)?;
    }
    Ok(())
}

/// The user name in one letter, the link that sets the password in another; an earlier link ends.
pub(crate) fn mail_password_link(
    tx: &mut Tx<'_>,
    cx: &Context,
    (account, name, email): (AccountId, Box<str>, &EmailAddress),
    is_new: bool,
    token: &str,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let hours = cx.settled.password_link_hours;
    let until = arrival.at.saturating_add(SignedDuration::from_hours(i64::from(hours)));
    let until = until.map_err(|_| StoreError::internal("a link beyond all time"))?;
    password_link::delete_of(tx, account)?;
    password_link::insert(tx, &Sha256::digest(token.as_bytes()).into(), account, arrival.at, until)?;
    let link = Link::to(cx, &["set-password", token]);
    for letter in [Letter::UserName { name, is_new }, Letter::SetPassword { link, hours }] {
        outbox::insert(tx, &letter.to(cx, email, arrival.at).map_err(inside)?)?;
    }
    Ok(())
}

/// The person whom the gates found, or a new one.
fn worker_of(tx: &mut Tx<'_>, case: &Request, new_id: i64, arrival: Arrival) -> Result<i64, StoreError> {
    match Applicant::of(tx, case)? {
        Applicant::Known(id) => return Ok(id),
        Applicant::New => {}
        found @ Applicant::KnownElsewhere(_) if found.by_license(case) == ByLicense::SomebodyElse => {}
        Applicant::NamedOtherwise | Applicant::ListedElsewhere(_) | Applicant::KnownElsewhere(_) => {
            return Err(StoreError::internal("an address of somebody else"));
        }
    }
    persons::settled(tx, case.email.as_str())?;
    let row = WorkerRow {
        id: new_id,
        name: case.body.name.clone(),
        email: case.email.as_str().into(),
        license_kind: case.body.license_kind.clone(),
        license_number: case.body.license_number.clone(),
        created_at: arrival.at,
    };
    worker::insert(tx, &row)?;
    Ok(new_id)
}

/// A coordinator or signing physician stands on the staff list from then on, in that position.
fn list_coordinator(
    tx: &mut Tx<'_>,
    cx: &Context,
    case: &Request,
    worker: i64,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let (Some(position), Some(site)) = (Position::of_role(&case.body.role), case.site_id) else {
        return Ok(());
    };
    let there = worker::of_site(tx, site)?;
    if there.iter().any(|row| row.worker_id == worker && *row.position == *position.word()) {
        return Ok(());
    }
    let id = cx.store.ids().take()?;
    worker::list(tx, id, site, worker, position.word(), ("openiis", arrival.at))
}

/// A user name that nobody has, with a number where needed.
fn free_name(tx: &mut Tx<'_>, name: &str, email: &EmailAddress) -> Result<Box<str>, StoreError> {
    let stem = stem_of(name, email);
    let mut candidate = stem.clone();
    let mut n = 2;
    while account::by_name(tx, &candidate)?.is_some() {
        candidate = format!("{stem}{n}");
        n += 1;
    }
    Ok(candidate.into())
}

/// What a user name is made of: the first letter and the last name, without accents; of a name in another script what the
/// address for mail has before its `@`.
fn stem_of(name: &str, email: &EmailAddress) -> String {
    let mut words = without_titles(name);
    let first = plain_letters(words.next().unwrap_or_default());
    let last = plain_letters(words.next_back().unwrap_or_default());
    let stem = match (first.chars().next(), last.as_str()) {
        (Some(letter), "") if first.len() == 1 => format!("user.{letter}"),
        (Some(_), "") => first,
        (Some(letter), last) => format!("{letter}.{last}"),
        (None, "") => of_address(email),
        (None, last) => format!("user.{last}"),
    };
    stem.chars().take(40).collect()
}

fn of_address(email: &EmailAddress) -> String {
    let before = email.as_str().split(['@', '+']).next().unwrap_or_default();
    let plain: String = before.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
    let plain = plain.trim_matches('.');
    if plain.len() < 3 { "user".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::stem_of;

    #[test]
    fn a_user_name_can_be_read_whatever_the_script_of_the_name() {
        for (name, email, stem) in [
            ("Émile Núñez", "x@west.example", "e.nunez"),
            ("Jose\u{301} O’Hara-Smith, RN", "x@west.example", "j.oharasmith"),
            ("李 小龍", "xiaolong.li+iis@west.example", "xiaolong.li"),
            ("अर्जुन सिंह", "arjun@west.example", "arjun"),
            ("李 明", "li@west.example", "user"),
            ("Ana", "x@west.example", "ana"),
        ] {
            assert_eq!(stem_of(name, &email.parse().expect("an address")), stem, "{name}");
        }
    }
}
