//! Who may ask what: each address holds to its rule, and a refusal is written down.

use super::{Stop, Visitor, prove_first, redirect};
use crate::addresses::Rule;
use crate::pages::sites;
use iis_model::access::Permission;
use iis_registry::access::refusals::{self, Refusal, Why};

impl Visitor {
    /// Holds to what the address asks. Addresses that are nobody's ask nothing.
    pub(super) fn admit(&self, rule: Option<Rule>) -> Result<(), Stop> {
        match rule {
            None | Some(Rule::Everybody | Rule::Machine) => Ok(()),
            Some(Rule::SignedIn) => self.any_session().map(drop),
            Some(Rule::OwnProved(page)) => self.own_proved(page),
            Some(Rule::Needs(permission)) => self.granted(permission).map(drop),
            Some(Rule::Proved(permission)) => {
                self.granted(permission)?;
                self.proved()
            }
        }
    }

    /// Writes into the audit that somebody signed in asked for an address without its permission; not each time: see
    /// [`crate::refusals`].
    pub(super) async fn note_refusal(&self, rule: Option<Rule>, address: &str) {
        let Some(Rule::Needs(permission) | Rule::Proved(permission)) = rule else { return };
        if self.may(permission) {
            return; // who one is was not shown lately: nothing is refused yet
        }
        self.note(permission, Why::NotPermitted, address).await;
    }

    /// The same of somebody who has the permission and named something that is not there for them.
    pub(in crate::pages) async fn note_absence(&self) {
        if let Some((permission, address)) = &self.asks {
            self.note(*permission, Why::Absent, address).await;
        }
    }

    async fn note(&self, permission: Permission, why: Why, address: &str) {
        let Ok(session) = self.session() else { return };
        let (known, account, at) = (&self.app.refusals, session.account.id, self.arrival.at);
        let Some(passed_over) = known.notable(account, why, address, at) else { return };
        let refusal = Refusal { address, permission, why, passed_over };
        if let Err(failure) =
            refusals::note(&self.app.registry, &session.account, refusal, self.arrival).await
        {
            tracing::error!(error = %failure, "a refusal could not be written into the audit");
            known.was_not_noted(account, why, address, passed_over, at);
        }
    }

    /// Holds a deed of weight back until its doer showed lately who they are.
    fn proved(&self) -> Result<(), Stop> {
        let is_proved = self.session()?.is_proved(self.arrival.at);
        if is_proved { Ok(()) } else { Err(prove_first(&sites::carried(self, self.page.clone()))) }
    }

    /// The same for what opens one's own account, which somebody who just signed in may have to set up before anything else;
    /// but not with a password that somebody else chose.
    fn own_proved(&self, page: &str) -> Result<(), Stop> {
        let session = self.any_session()?;
        if session.account.must_change {
            return Err(redirect("/account/password").into());
        }
        if session.is_proved(self.arrival.at) { Ok(()) } else { Err(prove_first(page)) }
    }
}
