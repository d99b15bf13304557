//! Another identity in the place of the former one: adoption, sealing, change of name (requirements P-4, decision 0043).
//!
//! The former one is put away and the new one is said in one transaction, which reads what it has written: in between
//! nobody sees a person without a name, and a stop in the middle leaves the former identity whole.

use super::layout::{Column, Event};
use super::rule::{self, Note};
use super::said;
use super::unit::{Became, Refused, Unit, contradicts};
use crate::people::called::is_called;
use crate::reporting::Whom;
use iis_model::Demographics;
use iis_store::{Plan, StoreError, Tx, UnitKey, apply_within, person, person_view, source_record, unit_key};

impl Unit {
    /// Carries the line out; whether that was done before, and what became of it.
    pub(super) fn replace(&self, tx: &mut Tx<'_>) -> Result<(bool, Became), StoreError> {
        if let Some((id, _)) = self.known(tx)?.and_then(|record| record.person) {
            person::lock(tx, id)?; // two loads of one file meet here
        }
        if let Some(before) = unit_key::stored_reply(tx, &self.key())? {
            return Ok((true, Became::read(&before)?));
        }
        let mut notes = Vec::new();
        let became = if self.line.event == Event::Reversal {
            self.take_back(tx)?
        } else {
            self.replace_identity(tx, &mut notes)?
        };
        match became {
            Ok(is_known) => Ok((is_known, Became { is_stored: true, notes })),
            Err(Refused(rule)) => {
                tx.audit(&self.audit().result("not stored"))?;
                Ok((false, self.refused(rule, notes)))
            }
        }
    }

    /// `true`: the identity is this one already.
    fn replace_identity(
        &self,
        tx: &mut Tx<'_>,
        notes: &mut Vec<Note>,
    ) -> Result<Result<bool, Refused>, StoreError> {
        let known = self.known(tx)?;
        let Some((found, (id, _))) = known.and_then(|record| record.person.map(|of| (record, of))) else {
            return Ok(Err(Refused(&rule::UNKNOWN_NUMBER)));
        };
        let record = found.id;
        let Some(now) = source_record::view(tx, &self.granted, record)? else {
            return Ok(Err(Refused(&rule::REPLACED)));
        };
        if contradicts(&self.said.person, &now.demographics) {
            return Ok(Err(Refused(&rule::NUMBER_OF_ANOTHER))); // a slip in the number would put somebody else away
        }
        let new_number = self.line.get(Column::NewCertificate);
        let successor = (!new_number.is_empty()).then(|| said::birth_number(new_number));
        let successor = successor.filter(|own| *own != said::own_number(&self.line));
        if let Some(own) = &successor {
            let office = self.site.organization_id;
            if !source_record::find(tx, &self.granted, office, &own.authority, &own.mrn)?.is_empty() {
                return Ok(Err(Refused(&rule::NEW_NUMBER_TAKEN)));
            }
        }
        let mut said = self.said.clone();
        if !self.checked(&mut said, Demographics::default(), notes) {
            return Ok(Err(Refused(&rule::REFUSED_BY_CHECKS)));
        }
        let is_put_away = found.is_of_sealed && now.demographics.names.len() == 1;
        if successor.is_none() && is_put_away && is_same(&now.demographics, &said.person) {
            return Ok(Ok(true));
        }
        let believed = person_view::demographics(tx, &self.granted, id)?.unwrap_or_default();
        carry_over(&believed, &mut said.person);
        self.hand().put_away(tx, id, self.line.event, None)?;
        let whom = match successor {
            Some(own) => Whom::Successor(id, own),
            None => Whom::Record(id, record),
        };
        let report = self.report(whom, said);
        let mut plan = Plan::new(self.arrival.at, UnitKey::Once(self.key()));
        let (subject, _) = report.subject(tx, &mut plan)?;
        self.change(tx, (&report, &subject), &mut plan, notes)?;
        plan.reply = Became { is_stored: true, notes: notes.clone() }.text()?;
        apply_within(tx, plan)?;
        Ok(Ok(false))
    }

    /// The identity that was replaced last stands again; the line names the one that stands now.
    fn take_back(&self, tx: &mut Tx<'_>) -> Result<Result<bool, Refused>, StoreError> {
        let known = self.known(tx)?;
        let Some((record, (id, _))) = known.and_then(|record| record.person.map(|of| (record, of))) else {
            return Ok(Err(Refused(&rule::UNKNOWN_NUMBER)));
        };
        let Some(now) = source_record::view(tx, &self.granted, record.id)? else {
            return Ok(Err(Refused(&rule::REPLACED)));
        };
        let said = &self.said.person;
        if contradicts(said, &now.demographics) || !is_called(&now.demographics, said.legal_name()) {
            return Ok(Err(Refused(&rule::NUMBER_OF_ANOTHER)));
        }
        let reply = Became { is_stored: true, notes: Vec::new() }.text()?;
        let unit = (UnitKey::Once(self.key()), reply, self.audit());
        Ok(self.hand().restore(tx, id, unit, "by a line of the office")?.map(|()| false))
    }
}

/// Whether the register says this identity already.
fn is_same(now: &Demographics, said: &Demographics) -> bool {
    is_called(now, said.legal_name()) && now.born_on.value == said.born_on.value && {
        let mut with = now.clone();
        with.update(said);
        with == *now
    }
}

/// What is no part of an identity stays: whether the record may be shared, how the family wants to be written to, whether
/// the person lives, what the person calls itself.
pub(super) fn carry_over(before: &Demographics, person: &mut Demographics) {
    person.protection.clone_from(&before.protection);
    person.publicity.clone_from(&before.publicity);
    person.is_deceased.clone_from(&before.is_deceased);
    person.died_on.clone_from(&before.died_on);
    person.races.clone_from(&before.races);
    person.ethnicity.clone_from(&before.ethnicity);
}
