//! Looks at what is about people who work with the registry: requests, enrollments, tickets, staff lists, users, what an
//! account may do. Each stands in the audit before it is shown, as a look at a patient does.

use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_store::AuditEntry;

/// What somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look<'a> {
    /// A request for an account, by its number.
    Request(i64),
    /// An enrollment, by its number.
    Enrollment(i64),
    /// A ticket, by its number.
    Ticket(i64),
    /// The staff list of a site.
    StaffList(iis_model::SiteId),
    /// The users of an organization.
    Users(iis_model::OrganizationId),
    /// Accounts that somebody looked for: how many were found.
    Accounts(&'a str, usize),
    /// What an account may see and do, by its user name.
    Account(&'a str),
    /// Somebody on staff lists who has no account, by the number on record.
    Person(i64),
}

impl Look<'_> {
    fn action(self) -> &'static str {
        match self {
            Self::Request(_) => "view-request",
            Self::Enrollment(_) => "view-enrollment",
            Self::Ticket(_) => "view-ticket",
            Self::StaffList(_) => "view-staff-list",
            Self::Users(_) => "view-users",
            Self::Accounts(..) => "look-for-accounts",
            Self::Account(_) => "view-account",
            Self::Person(_) => "view-person-on-record",
        }
    }

    fn about(self) -> String {
        match self {
            Self::Request(number) => format!("request {number}"),
            Self::Enrollment(number) => format!("enrollment {number}"),
            Self::Ticket(number) => format!("ticket {number}"),
            Self::StaffList(site) => format!("site {}", site.0),
            Self::Users(organization) => format!("organization {}", organization.0),
            Self::Accounts(typed, found) => {
                let typed: String = typed.trim().chars().take(80).collect();
                format!("“{typed}”: {found} found")
            }
            Self::Account(user) => format!("user {user}"),
            Self::Person(id) => format!("person {id}"),
        }
    }
}

/// Writes the look down; nothing is shown before this returns.
pub async fn note(cx: &Context, granted: &Granted, look: Look<'_>, arrival: Arrival) -> Result<(), Failure> {
    // to look is nobody's work but one's own, whatever else the permission is for (decision 0046)
    let granted = granted.clone().standing_in_at(Box::default());
    let entry = AuditEntry::of(&granted, arrival.at).action(look.action()).detail(look.about());
    Ok(cx.store.write_for_readers(move |tx| tx.audit(&entry)).await?)
}
