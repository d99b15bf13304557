//! What a ticket is linked with inside the registry: never a patient, who has no place in a ticket (S-64). Whoever asks types a
//! name or a number; whether there is such a thing only the Help Desk is shown.

use crate::names::{is_plain, is_showable};
use crate::sites::site_named;
use crate::{Context, Failure};
use iis_model::SiteId;
use iis_store::{StoreError, Tx, account, case_file, sender};
use serde::{Deserialize, Serialize};

crate::words::words! {
    /// What kind of thing a ticket is linked with.
    LinkKind {
        /// A site, by its code or its name.
        Site = "site", "Site";
        /// An account, by its user name.
        Account = "account", "User name";
        /// A request for an account, by its number.
        Request = "request", "Request";
        /// An enrollment, by its number.
        Enrollment = "enrollment", "Enrollment";
        /// An interface, by the name of its sender.
        Sender = "sender", "Interface (sender)";
    }
}

/// What a ticket is linked with, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// What kind of thing.
    pub kind: LinkKind,
    /// Its name, code or number.
    pub name: Box<str>,
}

impl Linked {
    /// What was typed, if it can be the name of such a thing: a number, a user name, a sender, a site. Nothing else passes, so
    /// that no sentence about somebody stands there.
    pub fn typed(kind: LinkKind, name: &str) -> Result<Self, Failure> {
        let name = name.trim();
        let fits = match kind {
            LinkKind::Request | LinkKind::Enrollment => {
                (1..=9).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit())
            }
            LinkKind::Account => is_plain(name, 3..=60),
            LinkKind::Sender => is_plain(name, 1..=60),
            LinkKind::Site => is_showable(name),
        };
        if fits { Ok(Self { kind, name: name.into() }) } else { Err(NOT_A_NAME) }
    }
}

const NOT_A_NAME: Failure = Failure::Rule(
    "For what the ticket is about, enter the number of a request or an enrollment, a user name, the name of a sender, or the \
     code of a site. Leave both fields empty otherwise.",
);

/// Whether there is such a thing: for the Help Desk.
pub(super) fn is_there(tx: &mut Tx<'_>, linked: &Linked) -> Result<bool, StoreError> {
    let numbered = |tx: &mut Tx<'_>, kind: &str| match linked.name.parse() {
        Ok(number) => Ok(case_file::by_number(tx, kind, number)?.is_some()),
        Err(_) => Ok(false),
    };
    match linked.kind {
        LinkKind::Request => numbered(tx, "request"),
        LinkKind::Enrollment => numbered(tx, "enrollment"),
        LinkKind::Account => Ok(account::by_name(tx, &linked.name)?.is_some()),
        LinkKind::Sender => Ok(sender::by_name(tx, &linked.name)?.is_some()),
        LinkKind::Site => Ok(site_named(tx, &linked.name)?.is_some()),
    }
}

/// The site of a code or of a name of which there is one; none: no such site.
pub async fn site(cx: &Context, typed: &str) -> Result<Option<SiteId>, Failure> {
    let typed = typed.to_owned();
    Ok(cx.store.read(move |tx| Ok(site_named(tx, &typed)?.map(|row| row.site.id))).await?)
}

#[cfg(test)]
mod tests {
    use super::{LinkKind, Linked};

    #[test]
    fn a_ticket_is_linked_with_a_name_and_not_with_a_sentence() {
        #[rustfmt::skip]
        let table = [
            (LinkKind::Request,    "12",              true),
            (LinkKind::Request,    "12 of Maya",      false),
            (LinkKind::Request,    "1234567897",      false), // as long as a registry number
            (LinkKind::Enrollment, "",                false),
            (LinkKind::Account,    "a.okafor",        true),
            (LinkKind::Account,    "Amara Okafor",    false),
            (LinkKind::Sender,     "river-ehr",       true),
            (LinkKind::Sender,     "river <b>",       false),
            (LinkKind::Site,       "River Clinic",    true),
            (LinkKind::Site,       "a\nb",            false),
        ];
        for (kind, name, fits) in table {
            assert_eq!(Linked::typed(kind, name).is_ok(), fits, "{kind:?} {name:?}");
        }
    }
}
