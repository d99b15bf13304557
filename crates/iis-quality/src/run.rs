//! Running the checks over a message.

use crate::check::{Found, On, Run};
use crate::detection::{Condition, Entry, Gravity, When};
use crate::lookup::{Known, known};
use crate::plan::{OfField, Plan};
use crate::{Dose, Policy, forms};
use iis_codes::CodeSets;
use iis_model::sent::{Field, Record, Sent, Thing};
use iis_model::{
    ApplicationError, Date, Effect, ErrorCode, EventKind, Finding, Findings, PartialDate, Place, Submission,
};
use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::HashSet;

/// What the checks are run with.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The code sets in force.
    pub sets: &'a CodeSets,
    /// What the state and the sender's agreement change.
    pub policy: &'a Policy,
    /// The day of receipt in the jurisdiction.
    pub today: Date,
}

/// Something that was detected.
#[derive(Debug, Clone, Copy)]
pub struct Noticed {
    /// The code of the check.
    pub code: &'static str,
    /// What follows.
    pub gravity: Gravity,
    /// Where.
    pub place: Place,
    /// HL7 table 0533.
    pub application_error: ApplicationError,
    words: Words,
}

#[derive(Debug, Clone, Copy)]
enum Words {
    Of(&'static Entry, Condition),
    Written(&'static str),
}

impl Noticed {
    /// What was wrong and how to mend it.
    pub fn text(&self) -> Cow<'static, str> {
        match self.words {
            Words::Of(entry, condition) => Cow::Owned(entry.text(condition)),
            Words::Written(text) => Cow::Borrowed(text),
        }
    }
}

/// Runs all checks that somebody is told of. An event whose finding says so is taken out of the submission: it is not
/// stored, the others are. What an earlier finding says of the same field is not said again.
pub fn check(submission: &mut Submission, sent: &dyn Sent, terms: &Terms<'_>, findings: &mut Findings) {
    let earlier = findings.0.len();
    let told = findings.iter().filter_map(|finding| Some(matter(finding.place, finding.application_error?)));
    let told: HashSet<_> = told.collect();
    run(submission, sent, terms, false, &mut |noticed| {
        let Some((severity, effect)) = noticed.gravity.severity() else { return };
        if told.contains(&matter(noticed.place, noticed.application_error)) {
            return;
        }
        findings.push(Finding {
            code: noticed.code,
            severity,
            place: noticed.place,
            error_code: ErrorCode::Application,
            application_error: Some(noticed.application_error),
            effect,
            text: noticed.text(),
        });
    });
    let lost = findings.0[earlier..].iter().filter(|finding| finding.effect == Effect::EventNotStored);
    let lost: HashSet<_> = lost.map(|finding| finding.place.whole_segment()).collect();
    submission.events.retain(|event| !lost.contains(&event.place.whole_segment()));
}

/// What a finding is about: the field, and whether its code, its date or its sense. Two about the same say the same.
fn matter(place: Place, error: ApplicationError) -> (Place, u8) {
    use ApplicationError::{IllogicalDate, IllogicalValue, InvalidDate, InvalidValue, TableValueNotFound};
    let mut segment = place.whole_segment();
    segment.sequence = segment.sequence.max(1);
    let about = match error {
        InvalidValue | TableValueNotFound => 1,
        IllogicalDate | InvalidDate => 2,
        IllogicalValue => 3,
        _ => 4,
    };
    (segment.field(place.field).repetition(place.repetition.max(1)), about)
}

/// Runs the checks: `all` of them, for the measures of a sender, or those that somebody is told of.
pub fn run(
    submission: &Submission,
    sent: &dyn Sent,
    terms: &Terms<'_>,
    all: bool,
    take: &mut dyn FnMut(&Noticed),
) {
    let given =
        submission.events.iter().filter(|event| event.kind == EventKind::Administered && !event.is_delete());
    let on =
        On { today: terms.today, person: &submission.person, doses_given: given.count(), sets: terms.sets };
    let plan = Plan::chosen(all || terms.policy.is_curious());
    let mut running = Running { on, terms, plan, take };
    running.as_understood(submission);
    sent.each(&mut |record| running.as_sent(record));
}

struct Running<'a, 't> {
    on: On<'a>,
    terms: &'a Terms<'a>,
    plan: &'static Plan,
    take: &'t mut dyn FnMut(&Noticed),
}

impl Running<'_, '_> {
    fn as_understood(&mut self, submission: &Submission) {
        let on = self.on;
        for rule in &self.plan.as_understood {
            match rule.run {
                Run::OnPerson(run) => {
                    if let Some(place) = run(&on) {
                        self.notice_rule(rule, 0, place);
                    }
                }
                Run::OnVaccination(run) => {
                    for event in submission.events.iter().filter(|event| !event.is_delete()) {
                        if let Some(place) = run(event, &on) {
                            self.notice_rule(rule, 0, if place.is_none() { event.place } else { place });
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn as_sent(&mut self, record: &dyn Record) {
        let thing = record.thing();
        let dose = (thing == Thing::Vaccination).then(|| Dose::of(record, self.on.sets));
        let plan = self.plan.of_thing(thing);
        for field in &plan.fields {
            if self.applies(field.entry.when, record, dose.as_ref()) {
                self.field(field, record);
            }
        }
        let on = self.on;
        for rule in &plan.rules {
            let mut take = |check: usize, place: Place| self.notice_rule(rule, check, place);
            let found = &mut Found { take: &mut take };
            match (rule.run, &dose) {
                (Run::OnMessage(run) | Run::OnPatient(run) | Run::OnNextOfKin(run), _) => {
                    run(record, &on, found);
                }
                (Run::OnDose(run), Some(dose)) => run(dose, &on, found),
                _ => {}
            }
        }
    }

    fn applies(&self, when: When, record: &dyn Record, dose: Option<&Dose<'_>>) -> bool {
        match when {
            When::Always => true,
            When::Administered => dose.is_some_and(Dose::is_given),
            When::Dose => dose.is_some_and(Dose::is_dose),
            When::Refusal => dose.is_some_and(|dose| dose.kind == EventKind::Refusal),
            When::Died => {
                !record.first(Field::DeathDate).is_empty()
                    || record.first(Field::DeathIndicator).text.eq_ignore_ascii_case("Y")
            }
            When::MultipleBirth => record.first(Field::MultipleBirth).text.eq_ignore_ascii_case("Y"),
            When::Underage => is_underage(&self.on),
        }
    }

    fn field(&mut self, field: &OfField, record: &dyn Record) {
        let entry = field.entry;
        let sets = self.on.sets;
        let set = entry.set.filter(|set| !sets.all(*set).is_empty());
        let says_something = record.each(entry.field, &mut |written| {
            let text = &*written.text;
            if text.is_empty() {
                return self.notice(field, written.place, |condition| condition == Condition::Missing);
            }
            if !field.asks_if_valued {
                return;
            }
            let standing = LazyCell::new(|| set.map(|set| known(sets, set, text)));
            self.notice(field, written.place, |condition| match condition {
                Condition::Missing => false,
                Condition::Present => true,
                Condition::Deprecated => *standing == Some(Known::Deprecated),
                Condition::Unrecognized if entry.set.is_some() => *standing == Some(Known::Not),
                Condition::Invalid if entry.set.is_some() => *standing == Some(Known::Invalid),
                Condition::Unrecognized | Condition::Invalid => entry.form.is_some_and(|form| !form(text)),
                Condition::Incomplete => forms::lacks_digits(text),
                Condition::Valued(values) => values.iter().any(|value| value.eq_ignore_ascii_case(text)),
            });
        });
        if !says_something && field.asks_if_missing {
            self.notice(field, record.place_of(entry.field), |condition| condition == Condition::Missing);
        }
    }

    fn notice(&mut self, field: &OfField, place: Place, holds: impl Fn(Condition) -> bool) {
        let entry = field.entry;
        for &(code, condition, usual) in &field.detections {
            if holds(condition) {
                let gravity = self.terms.policy.gravity(code, usual);
                let application_error = Entry::application_error(condition);
                let words = Words::Of(entry, condition);
                (self.take)(&Noticed { code, gravity, place, application_error, words });
            }
        }
    }

    fn notice_rule(&mut self, rule: &'static crate::Rule, check: usize, place: Place) {
        let Some(check) = rule.checks.get(check) else { return };
        let crate::Check { code, application_error, text, .. } = *check;
        let gravity = self.terms.policy.gravity(code, check.gravity);
        (self.take)(&Noticed { code, gravity, place, application_error, words: Words::Written(text) });
    }
}

/// Whether the patient is under 18 years of age.
pub(crate) fn is_underage(on: &On<'_>) -> bool {
    let born = on.person.born_on.get().map(PartialDate::first_day);
    born.and_then(|born| crate::age::months(born, on.today)).is_some_and(|months| months < 18 * 12)
}

#[cfg(test)]
mod tests {
    use super::{Terms, check};
    use crate::Policy;
    use iis_codes::CodeSets;
    use iis_model::InformationSource::NewImmunization;
    use iis_model::sent::{Record, Sent};
    use iis_model::testing::{dose, person};
    use iis_model::{Date, Findings, Place, Submission};

    /// A message of which nothing is told as sent: only what was understood is looked at.
    struct Nothing;

    impl Sent for Nothing {
        fn each(&self, _: &mut dyn FnMut(&dyn Record)) {}
    }

    #[test]
    fn one_impossible_dose_does_not_lose_the_others() {
        let mut good = dose(NewImmunization);
        good.place = Place::segment(*b"RXA", 1);
        let mut future = dose(NewImmunization).given("2026-03-03");
        future.place = Place::segment(*b"RXA", 2);
        let mut submission =
            Submission { person: person(), events: vec![future, good.clone()], ..Submission::default() };
        let sets = CodeSets::built_in().expect("the shipped tables");
        let terms = Terms { sets: &sets, policy: &Policy::default(), today: Date::constant(2026, 3, 2) };
        let mut findings = Findings::default();
        check(&mut submission, &Nothing, &terms, &mut findings);
        assert_eq!(submission.events, [good]);
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["VAC-001"]);
    }
}
