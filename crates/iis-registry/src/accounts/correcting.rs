//! The Help Desk corrects what is on record of an account's owner: name, license, address for mail (decision 0059).

use super::Account;
use super::address;
use super::helping::{SAY_WHY, entry, help, needed};
use super::stopping;
use super::told::address_of;
use crate::cases::Keys;
use crate::mail::OnRecord;
use crate::names::{composed, is_showable};
use crate::staff::correcting::check;
use crate::staff::persons;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Granted, Permission};
use iis_model::{AccountId, EmailAddress, Timestamp};
use iis_store::{StoreError, Tx, account, worker};

/// What is right about the owner of an account.
#[derive(Debug, Clone)]
pub struct Right {
    /// Name.
    pub name: Box<str>,
    /// Address for mail; none: as it is.
    pub email: Option<EmailAddress>,
    /// Kind of license; empty: none.
    pub license_kind: Box<str>,
    /// Its number.
    pub license_number: Box<str>,
    /// Why it is corrected.
    pub reason: Box<str>,
}

/// What is on record of the owner of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Name: that on screens where nobody is on record.
    pub name: Box<str>,
    /// Kind of license; empty: none is known.
    pub license_kind: Box<str>,
    /// Its number.
    pub license_number: Box<str>,
}

impl Owner {
    pub(super) fn read(tx: &mut Tx<'_>, account: &Account) -> Result<Self, StoreError> {
        Ok(match worker::of_account(tx, account.id)? {
            Some(row) => {
                Self { name: row.name, license_kind: row.license_kind, license_number: row.license_number }
            }
            None => Self {
                name: account.display_name.clone(),
                license_kind: "".into(),
                license_number: "".into(),
            },
        })
    }
}

/// Corrects it. Name and license hold at once; an address once its link is opened, which is mailed there. Its owner is told at the
/// address that holds. `token` is a secret that the server drew.
pub async fn correct(
    cx: &Context,
    granted: &Granted,
    user: &str,
    right: Right,
    token: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    if !is_showable(&right.reason) {
        return Err(SAY_WHY);
    }
    let (token, keys): (Box<str>, _) = (token.into(), Keys::of(cx, arrival).await?);
    let deed = move |tx: &mut Tx<'_>, cx: &Context, granted: &Granted, account: &Account| {
        let owner = Owner::read(tx, account)?;
        if let Err(refused) = may_correct(tx, cx, granted, account)? {
            return Ok(Err(refused));
        }
        let is_corrected = right.name.trim() != &*owner.name || right.has_other_license(&owner);
        if is_corrected && let Err(refused) = fits(tx, account, &right, &owner)? {
            return Ok(Err(refused));
        }
        let before = address_of(tx, account.id)?;
        let mut is_given_back = false;
        let email = right.email.as_ref().filter(|email| before.as_ref() != Some(*email));
        if let Some(email) = email {
            if let Err(refused) =
                address::is_of_another(tx, account.id, (email, granted.actor().account_id()))?
            {
                return Ok(Err(refused));
            }
            let clerk = granted.actor().account_id();
            is_given_back = stopping::can_be_given_back(tx, account.id, email, arrival.at)?;
            let asked = if is_given_back {
                address::give_back(tx, cx, (account.id, email), clerk, arrival.at)?
            } else {
                address::ask(tx, cx, (account.id, email), clerk, (&token, &keys), arrival.at)?
            };
            if let Err(refused) = asked {
                return Ok(Err(refused));
            }
        }
        if is_corrected {
            put(tx, cx, account, &right, (granted.actor().account_id(), arrival.at))?;
            if let Some(to) = before {
                address::write(tx, cx, &to, OnRecord::Corrected, arrival.at)?;
            }
        }
        let what = match (is_corrected, email) {
            (false, None) => return Ok(Err(NOTHING)),
            (true, None) => "name or license",
            (false, Some(_)) if is_given_back => "address given back",
            (true, Some(_)) if is_given_back => "name or license, address given back",
            (false, Some(_)) => "address asked for",
            (true, Some(_)) => "name or license, address asked for",
        };
        let was = if is_corrected {
            format!("; before: {}, {} {}", owner.name, owner.license_kind, owner.license_number)
        } else {
            String::new()
        };
        let reason = format!("{what}: {}{}", right.reason.trim(), was.trim_end().trim_end_matches(','));
        tx.audit(&entry(granted, "correct-person", &account.name, &reason, arrival))?;
        Ok(Ok(()))
    };
    help(cx, granted, user, arrival, deed).await
}

impl Right {
    fn has_other_license(&self, owner: &Owner) -> bool {
        let differs = |one: &str, other: &str| worker::plain(one) != worker::plain(other);
        differs(&self.license_kind, &owner.license_kind)
            || differs(&self.license_number, &owner.license_number)
    }
}

/// Whoever corrects a person corrects what all accounts of that person go by.
fn may_correct(
    tx: &mut Tx<'_>,
    cx: &Context,
    granted: &Granted,
    account: &Account,
) -> Result<Result<(), Failure>, StoreError> {
    for own in address::accounts_of_owner(tx, account.id)? {
        let Some(row) = account::get(tx, own)? else { continue };
        let other = Account::read(tx, row)?;
        let is_operator = matches!(granted.actor(), Actor::Registry);
        if !is_operator
            && needed(&cx.roles, &other) == Permission::ManageStateAccounts
            && granted.permission() != Permission::ManageStateAccounts
        {
            return Ok(Err(OF_STATE_TOO));
        }
    }
    Ok(Ok(()))
}

/// Whether name and license can be put on record.
fn fits(
    tx: &mut Tx<'_>,
    account: &Account,
    right: &Right,
    owner: &Owner,
) -> Result<Result<(), Failure>, StoreError> {
    if right.has_other_license(owner) && worker::of_account(tx, account.id)?.is_none() {
        return Ok(Err(ADDRESS_FIRST));
    }
    Ok(check(&right.name, &right.license_kind, &right.license_number))
}

fn put(
    tx: &mut Tx<'_>,
    cx: &Context,
    account: &Account,
    right: &Right,
    (clerk, at): (Option<AccountId>, Timestamp),
) -> Result<(), StoreError> {
    let name = &*composed(&right.name);
    if let Some(owner) = worker::of_account(tx, account.id)? {
        let license = (&*right.license_kind, &*right.license_number);
        persons::note_before(tx, cx, (&owner, name, license), clerk, at)?;
        worker::set_name(tx, owner.id, name)?;
        worker::set_license(tx, owner.id, &right.license_kind, &right.license_number)?;
    }
    for own in address::accounts_of_owner(tx, account.id)? {
        account::set_display_name(tx, own, name)?;
    }
    Ok(())
}

const NOTHING: Failure = Failure::Rule("Nothing was changed: all of this is on record already.");
const ADDRESS_FIRST: Failure =
    Failure::Rule("A license is kept of somebody whose e-mail address is on record. Give the address first.");
const OF_STATE_TOO: Failure = Failure::Rule(
    "Another account of this person is one of the state’s staff: a system administrator corrects the person there.",
);
