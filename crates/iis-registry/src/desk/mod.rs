//! The desk: what people at screens say about a person, by forms.
//!
//! A form makes the same [`Submission`] that a message makes, is held against the same checks, and goes the same way
//! into the record. Who says it is the account, for the site at which it acts. What a form does not store it says at once,
//! because somebody sits there who can mend it: an error refuses the whole form, a warning wants to be read.

pub(crate) mod as_entered;
mod correct;
mod own_number;
mod own_report;
mod remark;
pub mod saying;

pub use correct::{correct, go_along, put_back, remove};
pub use iis_model::reasons::{NOTE_REASONS, PUT_BACK, REASONS, in_words as reason_in_words};
pub use own_report::{Named, OwnReport, Replaced, ReportKey, SaidBeside, beside, named_as, own_report};
pub use remark::{Remark, Told};

use crate::access::protection::Veil;
use crate::access::{Refused, in_the_line};
use crate::inventory::Left;
use crate::number_key::hash_social_security_numbers;
use crate::people::search;
use crate::reporting::{Report, Reporter, Whom, own_identifier};
use crate::review::Deed;
use crate::{Context, Failure};
use as_entered::{AsEntered, place};
use iis_model::access::{Actor, Granted};
use iis_model::organization::Site;
use iis_model::{Date, Demographics, Findings, PersonId, RegistryNumber, ReportId, Submission};
use iis_quality::Terms;
use iis_store::{AuditEntry, Lane, Plan, StoreError, Tx, UnitKey, person, submission, unit_key};
use serde::{Deserialize, Serialize};

/// Whom a form is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The person whose record was open.
    Person(PersonId),
    /// The same, to correct what one of the organization's reports said.
    Report(PersonId, ReportKey),
    /// Somebody who is not on record, as whoever was shown these persons says.
    Nobody(Vec<RegistryNumber>),
}

/// A form that was sent.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Who, when, why, and the key of the form.
    pub deed: Deed,
    /// As far as whoever fills it in sees persons: what the form is about lies within.
    pub sees: Granted,
    /// The site for which it is said.
    pub site: Site,
    /// Whom it is about.
    pub about: About,
    /// What it says. The places of its values are given here.
    pub submission: Submission,
    /// The codes of the warnings that were read.
    pub heeded: Vec<Box<str>>,
}

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It is in the record.
    Stored(Stored),
    /// Nothing is stored: this has to be mended.
    Mend(Vec<Remark>),
    /// Nothing is stored yet: this has to be read.
    Heed(Vec<Remark>),
    /// Nothing is stored yet: these persons look like the new one.
    Alike(Vec<RegistryNumber>),
    /// Nothing is stored: the record was merged into another one, or somebody else corrected or removed the dose.
    Moved,
}

/// What a form became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The number of the person.
    pub number: RegistryNumber,
    /// What became of the doses that the site gave in its stock, in the order of the form.
    pub stock: Vec<Left>,
    /// The reports of those doses, in the same order.
    #[serde(default)]
    pub reports: Vec<ReportId>,
}

/// Stores what a form says, or tells why not. The same form again is answered with what became of it.
pub async fn enter(cx: &Context, entry: Entry) -> Result<Outcome, Failure> {
    let (granted, site) = (&entry.deed.granted, &entry.site);
    if !granted.reach().covers_site(site.id, site.organization_id) {
        return Err(Refused.into());
    }
    let line = Line { cx: cx.clone(), entry };
    let applied = cx.store.propose_and_apply(Lane::Web, move |tx| line.propose(tx)).await?;
    Ok(serde_json::from_slice(&applied.reply)
        .map_err(|_| StoreError::internal("an outcome that cannot be read"))?)
}

/// What the checks say of a form about somebody of whom this is believed, before it is sent: a page tells what refuses it
/// before it asks anything, and asks all at once. [`enter`] holds it against the same checks again.
pub fn told(cx: &Context, submission: &Submission, (believed, today): (&Demographics, Date)) -> Told {
    let mut submission = submission.clone();
    let mut findings = Findings::default();
    saying::number(&mut submission.events, &[0; 32]);
    check(cx, &mut submission, (believed.clone(), today), &mut findings);
    Told::of(&findings)
}

/// The checks that messages are held against, with what is believed of the person where the form says nothing.
fn check(
    cx: &Context,
    submission: &mut Submission,
    (mut believed, today): (Demographics, Date),
    findings: &mut Findings,
) {
    place(submission);
    believed.update(&submission.person);
    let said = std::mem::replace(&mut submission.person, believed);
    let entered = AsEntered { submission: &submission.clone(), person: &said };
    let sets = cx.codes.now();
    let terms = Terms { sets: &sets, policy: &cx.checks, today };
    iis_quality::check(submission, &entered, &terms, findings);
    submission.person = said;
}

/// What became of a form that was sent before; none: no such form was sent.
pub async fn became(cx: &Context, key: [u8; 32]) -> Result<Option<Outcome>, Failure> {
    let reply = cx.store.read(move |tx| unit_key::stored_reply(tx, &key)).await?;
    Ok(reply.and_then(|reply| serde_json::from_slice(&reply).ok()))
}

/// The line of one form.
struct Line {
    cx: Context,
    entry: Entry,
}

impl Line {
    fn propose(&self, tx: &mut Tx<'_>) -> Result<Plan, StoreError> {
        let deed = &self.entry.deed;
        let mut plan = Plan::new(deed.arrival.at, UnitKey::Once(deed.key));
        let (person_id, outcome) = self.carry_out(tx, &mut plan)?;
        let is_stored = matches!(outcome, Outcome::Stored(_));
        if !is_stored {
            plan = Plan::new(deed.arrival.at, UnitKey::Once(deed.key));
        }
        let mut audit = AuditEntry::of(&deed.granted, deed.arrival.at).at_site(self.entry.site.id);
        if let Some(id) = person_id {
            audit = audit.person(id);
        }
        plan.audit.push(if is_stored { audit.detail(&*deed.reason) } else { audit.result("not stored") });
        plan.reply = serde_json::to_vec(&outcome)
            .map_err(|_| StoreError::internal("an outcome that cannot be written"))?
            .into();
        Ok(plan)
    }

    /// Checks, finds the person, changes. The person is told where it was known before.
    fn carry_out(&self, tx: &mut Tx<'_>, plan: &mut Plan) -> Result<(Option<PersonId>, Outcome), StoreError> {
        let Entry { deed, sees: granted, .. } = &self.entry;
        let known = match self.entry.about {
            About::Person(id) | About::Report(id, _) => match person::get(tx, granted, id)? {
                Some(person) if &*person.status != "merged" => Some(person),
                _ => return Ok((Some(id), Outcome::Moved)),
            },
            About::Nobody(_) => None,
        };
        let known_id = known.as_ref().map(|person| person.id);
        let mut report = self.report(tx)?;
        let believed = known.and_then(|person| person.demographics).unwrap_or_default();
        let mut findings = Findings::default();
        check(&self.cx, &mut report.submission, (believed, deed.arrival.today), &mut findings);
        if let Some(outcome) = Told::of(&findings).outcome(&self.entry.heeded) {
            return Ok((known_id, outcome));
        }
        if let About::Report(id, key) = self.entry.about
            && !own_report::stands(tx, granted, id, (key, report.by.organization_id))?
        {
            return Ok((known_id, Outcome::Moved));
        }
        let (subject, _) = report.subject(tx, plan)?;
        if let About::Nobody(shown) = &self.entry.about {
            let own = own_identifier(&report.submission.person);
            let in_use = own_number::of_another(tx, granted, (own.as_ref(), &subject.of_number))?;
            if let Some(remark) = in_use.filter(|remark| !self.entry.heeded.contains(&remark.code)) {
                return Ok((None, Outcome::Heed(vec![remark])));
            }
            let mut possible: Vec<_> = subject.possible.iter().map(|one| one.person_id).collect();
            let called_so = search::called_so(tx, granted, &report.submission.person)?;
            possible.extend(
                called_so.into_iter().filter(|id| !subject.possible.iter().any(|one| one.person_id == *id)),
            );
            let alike = self.alike(tx, &possible)?;
            if alike.iter().any(|number| !shown.contains(number)) {
                return Ok((None, Outcome::Alike(alike)));
            }
        }
        let left = report.change(tx, &subject, None, plan, &mut findings)?;
        let number = match person::get(tx, granted, subject.person_id)? {
            Some(person) => person.registry_number,
            None => report.registry_number(subject.person_id),
        };
        let (reports, stock) = left.into_iter().unzip();
        Ok((Some(subject.person_id), Outcome::Stored(Stored { number, stock, reports })))
    }

    fn report(&self, tx: &mut Tx<'_>) -> Result<Report, StoreError> {
        let Entry { deed, sees, site, about, submission, .. } = &self.entry;
        let mut submission = submission.clone();
        let of_report = match about {
            About::Report(id, key) => own_report::site_of(tx, sees, *id, *key)?,
            _ => None,
        };
        if let About::Nobody(_) = about {
            own_number::as_messages_do(tx, site, &mut submission.person)?;
        }
        saying::number(&mut submission.events, &deed.key);
        hash_social_security_numbers(&mut submission.person, self.cx.number_key.as_deref());
        let account_id = match deed.granted.actor() {
            Actor::Account { id, .. } => Some(*id),
            _ => None,
        };
        Ok(Report {
            cx: self.cx.clone(),
            model: self.cx.matching.now(),
            granted: in_the_line(sees.clone()),
            arrival: deed.arrival,
            by: Reporter {
                organization_id: site.organization_id,
                site_id: of_report.unwrap_or(site.id),
                sender_id: None,
                account_id,
                decrements: true,
                is_vital: false,
            },
            whom: match about {
                About::Person(id) => Whom::Person(*id),
                About::Report(id, (record, _)) => Whom::Record(*id, *record),
                About::Nobody(_) => Whom::Nobody(own_identifier(&submission.person)),
            },
            sent_hash: submission::hash_of(&submission.person),
            submission,
        })
    }

    /// The numbers of those whom the asker may see.
    fn alike(&self, tx: &mut Tx<'_>, possible: &[PersonId]) -> Result<Vec<RegistryNumber>, StoreError> {
        let granted = &self.entry.sees;
        let mut veil = Veil::of(granted);
        let mut numbers = Vec::new();
        for id in possible {
            if let Some(person) = person::get(tx, granted, *id)?
                && veil.shows(tx, person.id, person.protected)?
            {
                numbers.push(person.registry_number);
            }
        }
        Ok(numbers)
    }
}
