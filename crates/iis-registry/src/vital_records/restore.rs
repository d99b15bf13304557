//! A replacement is taken back: the identity before an adoption, sealing or change of name stands again, because it was
//! annulled or sent by mistake (decision 0056).
//!
//! What stands is put away as at every replacement, and what was put away before is given back, in one transaction.

use super::hand::Hand;
use super::layout::Event;
use super::replace::carry_over;
use super::unit::Refused;
use super::{rule, said};
use crate::matching::index::{Number, guard, subject};
use crate::rebuild::computed;
use crate::reporting::Whom;
use crate::{Arrival, Context, Failure, sites};
use iis_model::access::Granted;
use iis_model::erasure::Erased;
use iis_model::organization::Site;
use iis_model::{Demographics, Findings, Given, PersonId, RegistryNumber, SourceRecordId, Submission};
use iis_store::sealed::{give_back, last_standing, records, records_of_it_alone, retire};
use iis_store::source_record::SourceRecordRow;
use iis_store::{
    AuditEntry, Change, Lane, Plan, StoreError, Tx, UnitKey, apply_within, person, person_view, source_record,
};

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
    /// Puts away what stands, and gives back what was put away last. The number of a certificate that was made for the
    /// replacement alone is free again.
    pub(super) fn restore(
        &self,
        tx: &mut Tx<'_>,
        id: PersonId,
        (key, reply, audit): UnitOf,
        why: &str,
    ) -> Result<Result<(), Refused>, StoreError> {
        let Some(former) = last_standing(tx, &self.granted, id)? else {
            return Ok(Err(Refused(&rule::NOTHING_REPLACED)));
        };
        let own = source_record::of_person(tx, &self.granted, id)?;
        let returning = records(tx, &self.granted, former.id)?;
        if returning.iter().any(|record| own.iter().all(|row| row.id != *record)) {
            return Ok(Err(Refused(&rule::MOVED_SINCE)));
        }
        let returned = |row: &&SourceRecordRow| returning.contains(&row.id);
        let Some(of_office) = own.iter().filter(returned).filter_map(|row| self.of_office(row)).next_back()
        else {
            return Ok(Err(Refused(&rule::NOTHING_REPLACED))); // another office replaced it
        };
        let believed = person_view::demographics(tx, &self.granted, id)?.unwrap_or_default();
        let mistaken = self.put_away(tx, id, Event::Reversal, Some(former.at))?;
        give_back(tx, &self.granted, &former)?;
        self.retire(tx, &own, mistaken)?;
        let mut plan = Plan::new(self.arrival.at, key);
        plan.reply = reply;
        plan.audit.push(audit.person(id));
        self.compute(tx, id, &mut plan)?;
        apply_within(tx, plan)?;
        self.carry(tx, id, of_office, &believed)?;
        let entry = AuditEntry::of(&self.granted, self.arrival.at).action("restore-identity");
        tx.audit(&entry.detail(format!("sealed {}: {why}", former.id)))?;
        Ok(Ok(()))
    }

    /// The site of an office whose record this is.
    fn of_office<'a>(&'a self, row: &SourceRecordRow) -> Option<(SourceRecordId, &'a Site)> {
        let is_its = |site: &&Site| row.is_vital == Some(true) && site.organization_id == row.organization_id;
        self.sites.iter().find(is_its).map(|site| (row.id, site))
    }

    /// The numbers of certificates that were made for an identity that stood by mistake alone are free again.
    fn retire(&self, tx: &mut Tx<'_>, own: &[SourceRecordRow], mistaken: i64) -> Result<(), StoreError> {
        let of_it_alone = records_of_it_alone(tx, &self.granted, mistaken)?;
        let is_its = |row: &&SourceRecordRow| row.is_vital == Some(true) && said::is_of_birth(&row.authority);
        for row in own.iter().filter(is_its).filter(|row| of_it_alone.contains(&row.id)) {
            retire(tx, &self.granted, row.id)?;
        }
        Ok(())
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

    /// What is no part of an identity and was said meanwhile stays: the office's own record, which stands again, says it.
    fn carry(
        &self,
        tx: &mut Tx<'_>,
        id: PersonId,
        (record, site): (SourceRecordId, &Site),
        before: &Demographics,
    ) -> Result<(), StoreError> {
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
        let submission = Submission { person: said, ..Submission::default() };
        let report = self.report(site, Whom::Record(id, record), submission);
        let mut plan = Plan::new(self.arrival.at, UnitKey::None);
        let (subject, _) = report.subject(tx, &mut plan)?;
        report.change(tx, &subject, None, &mut plan, &mut Findings::default())?;
        apply_within(tx, plan)?;
        Ok(())
    }
}
