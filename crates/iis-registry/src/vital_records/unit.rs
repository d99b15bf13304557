//! One line of vital records, from what it says to what changes: the line of a report, as for every other door.

use super::hand::Hand;
use super::layout::{Event, Line};
use super::rule::{self, Note, Rule};
use super::said;
use crate::desk::as_entered::{AsEntered, place};
use crate::matching::Model;
use crate::reporting::{Report, Subject, Whom};
use crate::{Arrival, Context};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::person::Sex;
use iis_model::{Date, Demographics, Finding, Findings, PartialDate, Severity, Submission};
use iis_quality::Terms;
use iis_store::source_record::FoundRecord;
use iis_store::{AuditEntry, Plan, StoreError, Tx, UnitKey, sealed, source_record, submission, unit_key};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A line that is being stored.
pub(super) struct Unit {
    pub(super) cx: Context,
    pub(super) model: Arc<Model>,
    /// As the line sees persons: also who opted out.
    pub(super) granted: Granted,
    pub(super) arrival: Arrival,
    /// The office.
    pub(super) site: Site,
    pub(super) line: Line,
    pub(super) said: Submission,
}

/// What became of a line, and what was noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Became {
    pub(super) is_stored: bool,
    pub(super) notes: Vec<Note>,
}

/// Why a line is not stored, after what was noticed before that.
pub(super) struct Refused(pub(super) &'static Rule);

impl Unit {
    pub(super) fn key(&self) -> [u8; 32] {
        self.line.key(self.site.organization_id.0)
    }

    /// The plan of a birth or a death.
    pub(super) fn propose(&self, tx: &mut Tx<'_>) -> Result<Plan, StoreError> {
        let mut plan = Plan::new(self.arrival.at, UnitKey::Once(self.key()));
        if unit_key::stored_reply(tx, &self.key())?.is_some() {
            return Ok(plan); // the store answers with what became of the line before
        }
        let mut notes = Vec::new();
        match self.carry_out(tx, &mut plan, &mut notes)? {
            Ok(()) => plan.reply = Became { is_stored: true, notes }.text()?,
            Err(Refused(rule)) => {
                plan = Plan::new(self.arrival.at, UnitKey::None); // tried again when the line comes again
                plan.audit.push(self.audit().result("not stored"));
                plan.reply = self.refused(rule, notes).text()?;
            }
        }
        Ok(plan)
    }

    fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        plan: &mut Plan,
        notes: &mut Vec<Note>,
    ) -> Result<Result<(), Refused>, StoreError> {
        let known = self.known(tx)?;
        let is_replaced = known.as_ref().is_some_and(|record| record.is_of_sealed);
        let mut said = self.said.clone();
        let now = match &known {
            Some(record) => source_record::view(tx, &self.granted, record.id)?.map(|view| view.demographics),
            None => None,
        };
        if is_replaced
            && (now.is_none() || self.line.event == Event::Birth && self.stands(tx, known.as_ref())?)
        {
            return Ok(Err(Refused(&rule::REPLACED)));
        }
        let now = now.unwrap_or_default();
        if self.line.event.is_of_death()
            && let Err(refused) = self.death_of(&now)
        {
            return Ok(Err(refused));
        }
        if !self.checked(&mut said, now, notes) {
            return Ok(Err(Refused(&rule::REFUSED_BY_CHECKS)));
        }
        let mut report = self.report(Whom::Number(said::own_number(&self.line)), said);
        let (subject, reused) = report.subject(tx, plan)?;
        if reused.is_some() {
            return Ok(Err(Refused(&rule::NUMBER_OF_ANOTHER)));
        }
        if self.line.event == Event::Death && subject.version.is_none() && subject.possible.is_empty() {
            return Ok(Err(Refused(&rule::NOBODY)));
        }
        if self.line.event.is_of_death() && known.is_some() {
            report.submission.person = said::only_of_death(&report.submission.person);
            report.sent_hash = submission::hash_of(&report.submission.person);
        }
        self.change(tx, (&report, &subject), plan, notes)?;
        Ok(Ok(()))
    }

    /// Whether the identity of a record's person was replaced, and that was not taken back.
    fn stands(&self, tx: &mut Tx<'_>, record: Option<&FoundRecord>) -> Result<bool, StoreError> {
        let Some((id, _)) = record.and_then(|record| record.person) else { return Ok(false) };
        Ok(sealed::last_standing(tx, &self.granted, id)?.is_some())
    }

    /// Whether a death, or the taking back of one, can be that of whom the register has under the number. What is doubtful
    /// is refused.
    fn death_of(&self, now: &Demographics) -> Result<(), Refused> {
        let said = &self.said.person;
        if contradicts(said, now) {
            return Err(Refused(&rule::NUMBER_OF_ANOTHER));
        }
        if self.line.event == Event::DeathReversal && now.is_deceased.value != Some(true) {
            return Err(Refused(&rule::NO_DEATH));
        }
        let born_on = said.birth_date().or_else(|| now.birth_date());
        let died_on = said.died_on.get().and_then(PartialDate::full);
        let is_too_early = died_on.zip(born_on).is_some_and(|(died_on, born_on)| died_on < born_on);
        if is_too_early || died_on.is_some_and(|died_on| died_on > self.arrival.today) {
            return Err(Refused(&rule::DAY_OF_DEATH));
        }
        Ok(())
    }

    /// Adds to the plan what the line changes.
    pub(super) fn change(
        &self,
        tx: &mut Tx<'_>,
        (report, subject): (&Report, &Subject),
        plan: &mut Plan,
        notes: &mut Vec<Note>,
    ) -> Result<(), StoreError> {
        if !subject.possible.is_empty() {
            notes.push(rule::MAY_BE_KNOWN.at(self.line.number, None));
        }
        let mut found = Findings::default();
        report.change(tx, subject, None, plan, &mut found)?;
        self.note(&found, notes);
        plan.audit.push(self.audit().person(subject.person_id));
        Ok(())
    }

    /// The office's record of the line's number, as the register has it now.
    pub(super) fn known(&self, tx: &mut Tx<'_>) -> Result<Option<FoundRecord>, StoreError> {
        let own = said::own_number(&self.line);
        let office = self.site.organization_id;
        let found = source_record::find(tx, &self.granted, office, &own.authority, &own.mrn)?;
        Ok(found.into_iter().rfind(|record| record.person.is_some()))
    }

    /// Holds the line against the checks that every report is held against, where it says less than a report with what the
    /// register said before; whether it may be stored.
    pub(super) fn checked(
        &self,
        said: &mut Submission,
        mut before: Demographics,
        notes: &mut Vec<Note>,
    ) -> bool {
        let doses = said.events.len();
        place(said);
        before.update(&said.person);
        let own = std::mem::replace(&mut said.person, before);
        let mut found = Findings::default();
        let written = said.clone();
        let sent = AsEntered { submission: &written, person: &written.person };
        let sets = self.cx.codes.now();
        let terms = Terms { sets: &sets, policy: &self.cx.checks, today: self.arrival.today };
        iis_quality::check(said, &sent, &terms, &mut found);
        said.person = own;
        self.note(&found, notes);
        if said.events.len() < doses {
            notes.push(rule::DOSE_LEFT_OUT.at(self.line.number, None));
        }
        !found.reject_message()
    }

    /// What is doubtful or was lost; what is only noted is for those who make messages.
    fn note(&self, found: &Findings, notes: &mut Vec<Note>) {
        let matters = |finding: &&Finding| finding.severity != Severity::Information;
        notes.extend(found.iter().filter(matters).map(|finding| Note::of(finding, self.line.number)));
    }

    pub(super) fn report(&self, whom: Whom, submission: Submission) -> Report {
        self.hand().report(&self.site, whom, submission)
    }

    pub(super) fn hand(&self) -> Hand {
        Hand {
            cx: self.cx.clone(),
            model: Arc::clone(&self.model),
            granted: self.granted.clone(),
            arrival: self.arrival,
            sites: vec![self.site.clone()],
        }
    }

    pub(super) fn audit(&self) -> AuditEntry {
        // without the event: who was given another identity is not told by the list of who looked
        AuditEntry::of(&self.granted, self.arrival.at).action("vital-record")
    }

    pub(super) fn refused(&self, rule: &Rule, mut notes: Vec<Note>) -> Became {
        notes.insert(0, rule.at(self.line.number, None));
        Became { is_stored: false, notes }
    }
}

/// Whether a line cannot be about whom the register has under its number: another birth date, or another sex.
pub(super) fn contradicts(said: &Demographics, now: &Demographics) -> bool {
    let differ = |a: Option<Date>, b: Option<Date>| a.zip(b).is_some_and(|(a, b)| a != b);
    let sex = |person: &Demographics| person.sex.value.filter(|sex| *sex != Sex::Unknown);
    differ(said.birth_date(), now.birth_date())
        || sex(said).zip(sex(now)).is_some_and(|(said, now)| said != now)
}

impl Became {
    pub(super) fn text(&self) -> Result<Box<[u8]>, StoreError> {
        let text = serde_json::to_vec(self);
        Ok(text.map_err(|_| StoreError::internal("an outcome that cannot be written"))?.into())
    }

    pub(super) fn read(text: &[u8]) -> Result<Self, StoreError> {
        serde_json::from_slice(text).map_err(|_| StoreError::internal("an outcome that cannot be read"))
    }
}
