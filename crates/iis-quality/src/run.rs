//! What a check is, and running all of them over a submission.

use crate::checks::ALL;
use iis_model::{
    ApplicationError, Date, Demographics, Effect, ErrorCode, Finding, Findings, Place, ReportedEvent,
    Severity, Submission,
};
use std::borrow::Cow;

/// One check.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Stable code, never reused.
    pub code: &'static str,
    /// Name in kebab case: the name of its file and of its page.
    pub name: &'static str,
    /// Where its findings point when the value itself has no place.
    pub location: &'static str,
    /// What follows from it.
    pub gravity: Gravity,
    /// HL7 table 0533.
    pub application_error: ApplicationError,
    /// The function.
    pub run: Run,
}

/// What follows from a finding of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gravity {
    /// Noted; nothing is lost and nothing is doubtful.
    Information,
    /// Stored, but clinically doubtful.
    Warning,
    /// The dose, refusal or observation is not stored.
    EventNotStored,
    /// The message is refused.
    MessageRefused,
}

/// What a check has at hand besides the thing it looks at.
#[derive(Debug, Clone, Copy)]
pub struct On<'a> {
    /// The day of receipt in the jurisdiction.
    pub today: Date,
    /// The person of the submission.
    pub person: &'a Demographics,
}

/// The function of a check: a place and a text when it fires.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// Looks at the person.
    OnPerson(fn(&On<'_>) -> Option<(Place, &'static str)>),
    /// Looks at one dose, refusal or observation.
    OnVaccination(fn(&ReportedEvent, &On<'_>) -> Option<(Place, &'static str)>),
}

impl Check {
    fn finding(&self, (place, text): (Place, &'static str)) -> Finding {
        let (severity, effect) = match self.gravity {
            Gravity::Information => (Severity::Information, Effect::Noted),
            Gravity::Warning => (Severity::Warning, Effect::Noted),
            Gravity::EventNotStored => (Severity::Error, Effect::EventNotStored),
            Gravity::MessageRefused => (Severity::Error, Effect::MessageRefused),
        };
        Finding {
            code: self.code,
            severity,
            place,
            error_code: ErrorCode::Application,
            application_error: Some(self.application_error),
            effect,
            text: Cow::Borrowed(text),
        }
    }
}

/// Runs all checks. An event whose finding says so is taken out of the submission: it is not stored, the others are.
pub fn check(submission: &mut Submission, today: Date, findings: &mut Findings) {
    let on = On { today, person: &submission.person };
    findings.extend(ALL.iter().filter_map(|check| match check.run {
        Run::OnPerson(run) => run(&on).map(|found| check.finding(found)),
        Run::OnVaccination(_) => None,
    }));
    submission.events.retain(|event| {
        let found = ALL.iter().filter_map(|check| match check.run {
            Run::OnVaccination(run) => run(event, &on).map(|found| check.finding(found)),
            Run::OnPerson(_) => None,
        });
        let before = findings.0.len();
        findings.extend(found);
        findings.0[before..].iter().all(|finding| finding.effect < Effect::EventNotStored)
    });
}

#[cfg(test)]
mod tests {
    use super::check;
    use iis_model::InformationSource::NewImmunization;
    use iis_model::testing::{dose, person};
    use iis_model::{Date, Findings, Submission};

    #[test]
    fn one_impossible_dose_does_not_lose_the_others() {
        let good = dose(NewImmunization);
        let future = dose(NewImmunization).given("2026-03-03");
        let mut submission =
            Submission { person: person(), events: vec![future, good.clone()], ..Submission::default() };
        let mut findings = Findings::default();
        check(&mut submission, Date::constant(2026, 3, 2), &mut findings);
        assert_eq!(submission.events, [good]);
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["VAC-001"]);
    }
}
