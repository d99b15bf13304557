//! A rule that joins fields: its checks, and the function that finds them.

use crate::Dose;
use crate::detection::Gravity;
use iis_codes::CodeSets;
use iis_model::sent::Record;
use iis_model::{ApplicationError, Date, Demographics, Place, ReportedEvent};

/// One check.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Stable code, never reused.
    pub code: &'static str,
    /// Name in kebab case.
    pub name: &'static str,
    /// Where its findings point.
    pub location: &'static str,
    /// What follows from it, unless the policy or the sender's profile says otherwise.
    pub gravity: Gravity,
    /// HL7 table 0533.
    pub application_error: ApplicationError,
    /// What is wrong and how to mend it, in plain words, without patient values.
    pub text: &'static str,
    /// The same for whoever sits before a form, without places of a message; empty: no form can show it, or in the same
    /// words.
    pub on_form: &'static str,
}

impl Check {
    /// What whoever sits before a form reads.
    pub const fn words_on_form(&self) -> &'static str {
        if self.on_form.is_empty() { self.text } else { self.on_form }
    }
}

/// A rule: the content of one file.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The name of its file, in kebab case.
    pub name: &'static str,
    /// What it can find.
    pub checks: &'static [Check],
    /// The function.
    pub run: Run,
}

/// What a rule has at hand besides the thing it looks at.
#[derive(Debug, Clone, Copy)]
pub struct On<'a> {
    /// The day of receipt in the jurisdiction.
    pub today: Date,
    /// The person of the submission, as understood.
    pub person: &'a Demographics,
    /// How many doses the message holds that the sender gave itself.
    pub doses_given: usize,
    /// The code sets.
    pub sets: &'a CodeSets,
}

/// The function of a rule: what it found, by the place of the check in its list.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// Looks at the message as sent.
    OnMessage(fn(&dyn Record, &On<'_>, &mut Found<'_>)),
    /// Looks at the person as understood; its one check fires at a place.
    OnPerson(fn(&On<'_>) -> Option<Place>),
    /// Looks at the patient as sent.
    OnPatient(fn(&dyn Record, &On<'_>, &mut Found<'_>)),
    /// Looks at a contact as sent.
    OnNextOfKin(fn(&dyn Record, &On<'_>, &mut Found<'_>)),
    /// Looks at a dose, refusal or observation as understood; its one check fires at a place.
    OnVaccination(fn(&ReportedEvent, &On<'_>) -> Option<Place>),
    /// Looks at the same as sent, with its codes looked up.
    OnDose(fn(&Dose<'_>, &On<'_>, &mut Found<'_>)),
}

/// Takes what a rule finds.
pub struct Found<'a> {
    pub(crate) take: &'a mut dyn FnMut(usize, Place),
}

impl Found<'_> {
    /// The check of this number in the rule's list fires at a place.
    pub fn at(&mut self, check: usize, place: Place) {
        (self.take)(check, place);
    }

    /// The same, if a condition holds.
    pub fn at_if(&mut self, holds: bool, check: usize, place: Place) {
        if holds {
            self.at(check, place);
        }
    }
}
