//! The capability that a call on patient data demands.
//!
//! Who may do what is decided in `iis-registry::access` from `policy/roles.toml`; the decision is a [`Granted`],
//! and without one the store's functions on patient data cannot be called. The audit row is made from it.

pub mod function;
mod permission;
mod reach;

pub use permission::{Area, Permission, Verb};
pub use reach::{Condition, Place, Reach, Within};

use crate::{AccountId, OrganizationId, SenderId, SiteId};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in.
    Account {
        /// The account.
        id: AccountId,
        /// User name, for the audit row.
        name: Box<str>,
    },
    /// A machine, by its credential.
    Sender {
        /// The sender.
        id: SenderId,
        /// Its name, for the audit row.
        name: Box<str>,
        /// The organization it reports for.
        organization_id: OrganizationId,
    },
    /// The registry itself: jobs, rebuilding.
    Registry,
    /// Nobody signed in.
    Nobody,
}

impl Actor {
    /// The kind and name by which the audit row knows the actor.
    pub fn label(&self) -> (&'static str, &str) {
        match self {
            Self::Account { name, .. } => ("account", name),
            Self::Sender { name, .. } => ("sender", name),
            Self::Registry => ("registry", "openiis"),
            Self::Nobody => ("nobody", ""),
        }
    }

    /// The account, of somebody who signed in.
    pub fn account_id(&self) -> Option<AccountId> {
        match self {
            Self::Account { id, .. } => Some(*id),
            _ => None,
        }
    }
}

/// How an actor came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Web pages.
    Web,
    /// HL7 over HTTP POST.
    Http,
    /// The CDC web service.
    Soap,
    /// MLLP.
    Mllp,
    /// Batch file.
    Batch,
    /// The command line on the server.
    CommandLine,
    /// Inside the server.
    Internal,
}

impl Channel {
    /// The word in the audit row.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Http => "http",
            Self::Soap => "soap",
            Self::Mllp => "mllp",
            Self::Batch => "batch",
            Self::CommandLine => "command-line",
            Self::Internal => "internal",
        }
    }
}

/// Whose protected records (PD1-12) an actor may see besides all that are not protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Everybody's: the state, and the registry's own work.
    All,
    /// Of persons about whom one of these organizations reports.
    Organizations(Box<[OrganizationId]>),
}

/// A permission that was asked for and given: proof for the store, material for the audit row.
///
/// Made only by `iis-registry::access` (and by tests); a test of the tree checks that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    actor: Actor,
    permission: Permission,
    channel: Channel,
    purpose: Box<str>,
    sight: Sight,
    reach: Reach,
    condition: Option<Condition>,
    sees_opted_out: bool,
    stands_in_at: Box<[SiteId]>,
}

impl Granted {
    /// Reaching everything, on no condition. For `iis-registry::access` alone.
    pub fn by_decision(actor: Actor, permission: Permission, channel: Channel, purpose: &str) -> Self {
        let sight = match &actor {
            Actor::Registry => Sight::All,
            Actor::Sender { organization_id, .. } => Sight::Organizations([*organization_id].into()),
            Actor::Account { .. } | Actor::Nobody => Sight::Organizations(Box::default()),
        };
        let (reach, condition) = (Reach::Everything, None);
        // reports and the registry's own work go on with a record that is locked, and show it to nobody
        let sees_opted_out = matches!(actor, Actor::Registry) || permission == Permission::SubmitReports;
        Self {
            actor,
            permission,
            channel,
            purpose: purpose.into(),
            sight,
            reach,
            condition,
            sees_opted_out,
            stands_in_at: Box::default(),
        }
    }

    /// With records of persons who opted out, or without. For `iis-registry::access` alone.
    #[must_use]
    pub fn with_opted_out(self, sees_opted_out: bool) -> Self {
        Self { sees_opted_out, ..self }
    }

    /// Held at these sites by somebody who stands in for another (S-50). For `iis-registry::access` alone.
    #[must_use]
    pub fn standing_in_at(self, sites: Box<[SiteId]>) -> Self {
        Self { stands_in_at: sites, ..self }
    }

    /// The sites at which it is held by standing in for another alone: what is done with it there is marked.
    pub fn stands_in_at(&self) -> &[SiteId] {
        &self.stands_in_at
    }

    /// Whether records of persons who opted out are there with it.
    pub fn sees_opted_out(&self) -> bool {
        self.sees_opted_out
    }

    /// With this sight instead of the actor's usual one. For `iis-registry::access` alone.
    #[must_use]
    pub fn seeing(self, sight: Sight) -> Self {
        Self { sight, ..self }
    }

    /// Reaching no further than this, on this condition. For `iis-registry::access` alone.
    #[must_use]
    pub fn reaching(self, reach: Reach, condition: Option<Condition>) -> Self {
        Self { reach, condition, ..self }
    }

    /// How far it reaches.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// On what condition.
    pub fn condition(&self) -> Option<Condition> {
        self.condition
    }

    /// Whether it was granted to this account.
    pub fn is_of(&self, account: AccountId) -> bool {
        matches!(&self.actor, Actor::Account { id, .. } if *id == account)
    }

    /// Whose protected records may be seen with it.
    pub fn sight(&self) -> &Sight {
        &self.sight
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What was allowed.
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// How the actor came in.
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// Why, where a purpose is given.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }
}
