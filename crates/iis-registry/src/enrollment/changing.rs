//! An enrollment that can be sent in, for the first time or again, is changed by whoever holds its link. What was signed for another text
//! does not count any more.

use super::beginning::checked;
use super::papers::PaperKind;
use super::signing::text_of;
use super::{Application, Enrollment};
use crate::cases::{By, NOT_NOW};
use crate::{Arrival, Context, Failure};
use iis_store::{Lane, case_file};
use serde::{Deserialize, Serialize};

/// Of each document the last paper that was for another text: up to there none counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outdated {
    #[serde(default)]
    letter_of_agreement: i64,
    #[serde(default)]
    administrator_form: i64,
}

impl Outdated {
    /// The number of the last paper of a document that does not count; 0: there is none.
    pub const fn last_of(self, kind: PaperKind) -> i64 {
        match kind {
            PaperKind::LetterOfAgreement => self.letter_of_agreement,
            PaperKind::AdministratorForm => self.administrator_form,
        }
    }

    const fn set(&mut self, kind: PaperKind, last: i64) {
        match kind {
            PaperKind::LetterOfAgreement => self.letter_of_agreement = last,
            PaperKind::AdministratorForm => self.administrator_form = last,
        }
    }
}

/// What of an enrollment can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changeable {
    /// Nothing: it was sent in, or decided.
    Nothing,
    /// All that the form of a new site asks for.
    All,
    /// Address, contact and site administrator: the registry knows the site.
    OfKnownSite,
    /// Address and contact: it is a renewal, and who administers the organization is known too.
    OfRenewal,
}

impl Enrollment {
    /// What of it can be changed now.
    pub fn changeable(&self) -> Changeable {
        match self.site_id {
            _ if !self.can_be_sent_in() => Changeable::Nothing,
            None => Changeable::All,
            Some(_) if self.is_first_of_known_site() => Changeable::OfKnownSite,
            Some(_) => Changeable::OfRenewal,
        }
    }

    /// What it says once it is changed: what cannot be changed stays, whatever is sent.
    fn changed(&self, new: Application) -> Application {
        let kept = &self.body;
        let mut body =
            Application { address: new.address.clone(), contact: new.contact.clone(), ..kept.clone() };
        let what = self.changeable();
        if what != Changeable::OfRenewal {
            body = Application {
                administrator: new.administrator,
                administrator_email: new.administrator_email,
                ..body
            };
        }
        if what == Changeable::All {
            body = Application {
                organization: new.organization,
                site: new.site,
                kind: new.kind,
                is_program: new.is_program,
                ..body
            };
        }
        body
    }
}

/// Changes an enrollment, with its link. A document whose text is another one by that is signed again.
pub async fn change(
    cx: &Context,
    number: i64,
    application: Application,
    arrival: Arrival,
) -> Result<(), Failure> {
    const NOTHING: Failure = Failure::Rule("Nothing was changed: the enrollment says all of this already.");
    let application = checked(application)?;
    let registry = cx.identity.name.clone();
    let entry = arrival.by_nobody("change-enrollment").detail(format!("enrollment {number}"));
    let changed = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Enrollment::hold(tx, number)? else { return Ok(Err(NOT_NOW)) };
        if case.body.confirmed_at.is_none() || case.changeable() == Changeable::Nothing {
            return Ok(Err(NOT_NOW));
        }
        let before = case.body.clone();
        case.body = case.changed(application.clone());
        if case.body == before {
            return Ok(Err(NOTHING));
        }
        let last = case_file::papers(tx, case.id)?.iter().map(|paper| paper.n).max().unwrap_or(0);
        for kind in PaperKind::ALL {
            if text_of(*kind, &registry, &before) != text_of(*kind, &registry, &case.body) {
                case.body.outdated.set(*kind, last);
            }
        }
        case.save(tx)?;
        let contact = case.body.contact.clone();
        case.say(tx, false, "Changed the enrollment.", By { actor: &contact, reason: "", at: arrival.at })?;
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    changed.await?
}
