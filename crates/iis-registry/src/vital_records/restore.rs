//! A replacement is taken back: the identity before an adoption, sealing or change of name stands again, because it was
//! annulled or sent by mistake (decision 0056).
//!
//! What stands is put away as at every replacement, and what was put away before is given back, in one transaction.

use super::layout::Event;
use super::replace::carry_over;
use super::rule;
use super::unit::Refused;
use crate::matching::Model;
use crate::matching::index::{Index, Number, guard, subject};
use crate::rebuild::computed;
use crate::reporting::{Report, Reporter, Whom};
use crate::{Arrival, Context, Failure, sites};
use iis_model::access::Granted;
use iis_model::erasure::Erased;
use iis_model::organization::Site;
use iis_model::{Demographics, Findings, Given, PersonId, RegistryNumber, Submission};
use iis_store::sealed::{Sealing, give_back, last_standing, records, retire, seal};
use iis_store::{
    AuditEntry, Change, Lane, Plan, StoreError, Tx, UnitKey, apply_within, person, person_view, review_item,
    source_record, submission,
};
use std::sync::Arc;

/// Who puts identities away and gives them back, and for which offices.
pub(super) struct Hand {
    pub(super) cx: Context,
    pub(super) model: Arc<Model>,
    pub(super) granted: Granted,
    pub(super) arrival: Arrival,
    pub(super) sites: Vec<Site>,
}

/// What a replacement that is taken back is stored under: key, reply, audit row.
type UnitOf = (UnitKey, Box<[u8]>, AuditEntry);

/// What became of it when the operator took a replacement back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// The former identity stands again, under this number.
    Done(RegistryNumber),
    /// It does not: this is in the way.
    Refused(&'static rule::Rule),
    /// Nobody has the number.
    Nobody,
}

/// Takes back what replaced the identity of whoever has this number now, for a reason that names nobody: for the operator on
/// the server's own command line. Files of the office do the same by a line.
pub async fn restore(
    cx: &Context,
    granted: Granted,
    number: RegistryNumber,
    reason: &str,
    arrival: Arrival,
) -> Result<Restored, Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::Rule("Say why it is taken back, without a name."));
    }
    let sites = sites::sites(cx).await?;
    let hand = Hand { cx: cx.clone(), model: cx.matching.now(), granted, arrival, sites };
    let reason: Box<str> = reason.trim().into();
    let restored = cx.store.write(Lane::Bulk, move |tx| {
        let entry = AuditEntry::of(&hand.granted, arrival.at).action("restore-identity");
        let Some(id) = person::id_of_number(tx, number)? else {
            tx.audit(&entry.result("not found"))?;
            return Ok(Restored::Nobody);
        };
        person::lock(tx, id)?;
        let audit = AuditEntry::of(&hand.granted, arrival.at).action("vital-record");
        let unit = (UnitKey::None, Box::default(), audit);
        match hand.restore(tx, id, unit, &reason)? {
            Ok(()) => {
                let person = person::get(tx, &hand.granted, id)?;
                let number = person.map_or(number, |person| person.registry_number);
                Ok(Restored::Done(number))
            }
            Err(Refused(rule)) => {
                tx.audit(&entry.result("not stored"))?;
                Ok(Restored::Refused(rule))
            }
        }
    });
    Ok(restored.await?)
}

impl Hand {
    /// Puts the identity of a person away, and gives the person a number that nobody knows yet.
    pub(super) fn put_away(&self, tx: &mut Tx<'_>, id: PersonId, event: Event) -> Result<(), StoreError> {
        let sealing = Sealing {
            id: self.cx.store.ids().take()?,
            person_id: id,
            at: self.arrival.at,
            actor: self.granted.actor().label().1.into(),
            event: event.word().into(),
            new_number: self.new_number(tx, id)?,
        };
        let keys = Index::read(tx, &self.granted, &self.model, id)?.keys();
        seal(tx, &self.granted, &sealing, &keys)?;
        review_item::forget_person(tx, &self.granted, id, self.arrival.at)?;
        let entry = AuditEntry::of(&self.granted, self.arrival.at).action("seal-identity");
        tx.audit(&entry.detail(format!("sealed {}", sealing.id)))
    }

    fn new_number(&self, tx: &mut Tx<'_>, id: PersonId) -> Result<RegistryNumber, StoreError> {
        let mut salt = id.0;
        loop {
            let number = RegistryNumber::from_random(self.arrival.random(salt));
            if person::id_of_number(tx, number)?.is_none() {
                return Ok(number);
            }
            salt = salt.wrapping_add(1);
        }
    }

    /// Puts away what stands, and gives back what was put away last. The number of a certificate that was made for the
    /// replacement alone is free again.
    pub(super) fn restore(
        &self,
        tx: &mut Tx<'_>,
        id: PersonId,
        (key, reply, audit): UnitOf,
        why: &str,
    ) -> Result<Result<(), Refused>, StoreError> {
        let Some((former, is_behind)) = last_standing(tx, &self.granted, id)? else {
            return Ok(Err(Refused(&rule::NOTHING_REPLACED)));
        };
        let own = source_record::of_person(tx, &self.granted, id)?;
        let returning = records(tx, &self.granted, former.id)?;
        if returning.iter().any(|record| own.iter().all(|row| row.id != *record)) {
            return Ok(Err(Refused(&rule::MOVED_SINCE)));
        }
        let believed = person_view::demographics(tx, &self.granted, id)?.unwrap_or_default();
        self.put_away(tx, id, Event::Reversal)?;
        give_back(tx, &self.granted, &former, is_behind)?;
        for row in source_record::of_person(tx, &self.granted, id)? {
            if row.is_vital == Some(true) && row.is_put_away && !returning.contains(&row.id) {
                retire(tx, &self.granted, row.id)?;
            }
        }
        let mut plan = Plan::new(self.arrival.at, key);
        plan.reply = reply;
        plan.audit.push(audit.person(id));
        self.compute(tx, id, &mut plan)?;
        apply_within(tx, plan)?;
        self.carry(tx, id, &believed)?;
        let entry = AuditEntry::of(&self.granted, self.arrival.at).action("restore-identity");
        tx.audit(&entry.detail(format!("sealed {}: {why}", former.id)))?;
        Ok(Ok(()))
    }

    /// Adds to the plan what is believed of the person now.
    fn compute(&self, tx: &mut Tx<'_>, id: PersonId, plan: &mut Plan) -> Result<(), StoreError> {
        let Some((person, changes)) = computed(&self.cx, &self.model, tx, id, self.arrival.at)? else {
            return Err(StoreError::internal("a person of whom nothing was reported"));
        };
        for row in source_record::of_person(tx, &self.granted, id)? {
            let said = changes.iter().find_map(|change| match change {
                Change::SourceView(view) if view.source_record_id == row.id => Some(&view.demographics),
                _ => None,
            });
            if let Some(said) = said {
                guard(tx, &subject(Number::from(&row), said, &self.model), plan)?;
            }
        }
        plan.person_versions.push((id, person.version));
        plan.touched.push(id);
        plan.changes.extend(changes);
        Ok(())
    }

    /// What is no part of an identity and was said meanwhile stays: the office's own record says it again.
    fn carry(&self, tx: &mut Tx<'_>, id: PersonId, before: &Demographics) -> Result<(), StoreError> {
        let now = person_view::demographics(tx, &self.granted, id)?.unwrap_or_default();
        let (mut said, mut known) = (Demographics::default(), Demographics::default());
        carry_over(before, &mut said);
        carry_over(&now, &mut known);
        if said == known {
            return Ok(());
        }
        if now.is_deceased.value == Some(true) && before.is_deceased.value != Some(true) {
            said.is_deceased = Given::of(false);
            said.erased.push(Erased::DiedOn);
        }
        let of_office = source_record::of_person(tx, &self.granted, id)?
            .into_iter()
            .rfind(|row| row.is_vital == Some(true) && !row.is_put_away);
        let site = of_office
            .as_ref()
            .and_then(|row| self.sites.iter().find(|site| site.organization_id == row.organization_id));
        let (Some(record), Some(site)) = (&of_office, site) else { return Ok(()) };
        let submission = Submission { person: said, ..Submission::default() };
        let report = self.report(site, Whom::Record(id, record.id), submission);
        let mut plan = Plan::new(self.arrival.at, UnitKey::None);
        let (subject, _) = report.subject(tx, &mut plan)?;
        report.change(tx, &subject, None, &mut plan, &mut Findings::default())?;
        apply_within(tx, plan)?;
        Ok(())
    }

    /// A report of the office.
    pub(super) fn report(&self, site: &Site, whom: Whom, submission: Submission) -> Report {
        Report {
            cx: self.cx.clone(),
            model: Arc::clone(&self.model),
            granted: self.granted.clone(),
            arrival: self.arrival,
            by: Reporter {
                organization_id: site.organization_id,
                site_id: site.id,
                sender_id: None,
                account_id: None,
                decrements: false,
                is_vital: true,
            },
            whom,
            sent_hash: submission::hash_of(&submission.person),
            submission,
        }
    }
}
