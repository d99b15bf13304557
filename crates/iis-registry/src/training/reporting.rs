//! Completions that a system of training outside reports by itself (S-1): each under that system's own number, so that
//! the same report again changes nothing.

use super::library::Course;
use crate::access::{Caller, Refused, authorize};
use crate::names::is_plain;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Channel};
use iis_model::organization::Sender;
use iis_model::{Date, EmailAddress, Timestamp};
use iis_store::training::{self, Completed, Reported};
use iis_store::{AuditEntry, Lane, StoreError, Tx};
use jiff::SignedDuration;

/// The most completions of one report.
pub const MOST_REPORTED: usize = 1_000;

/// A completion as it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The number under which the system outside knows it.
    pub number: Box<str>,
    /// Of whom: the address for mail.
    pub email: Box<str>,
    /// The code of the course.
    pub course: Box<str>,
    /// When, as 2026-03-02.
    pub completed_on: Box<str>,
}

/// What became of one completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is on record now.
    Taken,
    /// It was reported before under this number, and says the same.
    Known,
    /// It is not taken: what would do.
    Refused(&'static str),
}

/// Nothing was learned online before.
const EARLIEST: Date = jiff::civil::date(1990, 1, 1);

/// What is said of a completion beyond those that a system may put on record within [`COUNTED`].
const TOO_MANY: &str = "too many within an hour: send it again later";

/// See [`TOO_MANY`].
const COUNTED: SignedDuration = SignedDuration::from_hours(1);

const UNDER_TEST: &str = "this sender is under test: the completion is in order, and is not put on record";

/// Takes what a system outside reports. Each completion is taken, known or refused by itself, in the order of the report.
pub async fn report(
    cx: &Context,
    sender: &Sender,
    told: Vec<Told>,
    arrival: Arrival,
) -> Result<Vec<Became>, Failure> {
    use iis_model::access::Permission::ReportCompletions;
    let granted = authorize(&cx.roles, Caller::Sender(sender), ReportCompletions, Channel::Http, "");
    let Ok(granted) = granted else {
        refuse(cx, sender, arrival).await?;
        return Err(Refused.into());
    };
    if told.len() > MOST_REPORTED {
        return Err(Failure::Rule("Report at most 1000 completions at once."));
    }
    let courses = super::courses(cx).await?;
    let read: Vec<_> = told.iter().map(|one| read(one, &courses, arrival.today)).collect();
    let (sender_id, by): (_, Box<str>) = (sender.id, sender.name.clone());
    let (is_test, most) = (sender.profile.is_test, i64::from(cx.settled.completions_per_hour));
    let since = arrival.at.saturating_sub(COUNTED).unwrap_or(Timestamp::MIN);
    let entry = AuditEntry::of(&granted, arrival.at);
    let became = cx.store.write(Lane::Bulk, move |tx| {
        let mut became = Vec::with_capacity(read.len());
        let mut left = most - training::reported_since(tx, sender_id, since)?;
        for one in &read {
            became.push(match one {
                Err(why) => Became::Refused(why),
                Ok(_) if is_test => Became::Refused(UNDER_TEST),
                Ok(row) => take(tx, (sender_id, &by), (row, &mut left), arrival)?,
            });
        }
        let number = |wanted: fn(&Became) -> bool| became.iter().filter(|one| wanted(one)).count();
        let (taken, known) = (number(|one| *one == Became::Taken), number(|one| *one == Became::Known));
        let refused = became.len() - taken - known;
        tx.audit(&entry.clone().detail(format!("{taken} taken, {known} known, {refused} refused")))?;
        Ok(became)
    });
    Ok(became.await?)
}

/// What is said, if it can be taken.
fn read(told: &Told, courses: &[Course], today: Date) -> Result<Reported, &'static str> {
    if !is_plain(&told.number, 1..=60) {
        return Err("number must be 1 to 60 letters, digits, dots, dashes and underscores");
    }
    let Ok(email) = told.email.parse::<EmailAddress>() else {
        return Err("email must be an address for mail");
    };
    let Some(course) = courses.iter().find(|course| course.code.eq_ignore_ascii_case(&told.course)) else {
        return Err("course must be the code of a course");
    };
    match told.completed_on.parse::<Date>() {
        Err(_) => Err("completed_on must be a date, such as 2026-03-02"),
        Ok(day) if day > today => Err("completed_on is in the future"),
        Ok(day) if day < EARLIEST => Err("completed_on is before 1990"),
        Ok(completed_on) => Ok(Reported {
            number: told.number.clone(),
            email: email.as_str().into(),
            course_id: course.id,
            completed_on,
        }),
    }
}

fn take(
    tx: &mut Tx<'_>,
    (sender, by): (iis_model::SenderId, &str),
    (row, left): (&Reported, &mut i64),
    arrival: Arrival,
) -> Result<Became, StoreError> {
    match training::reported(tx, sender, &row.number)? {
        Some(before) if before == *row => return Ok(Became::Known),
        Some(_) => return Ok(Became::Refused("number was reported before, with something else")),
        None if *left <= 0 => return Ok(Became::Refused(TOO_MANY)),
        None => *left -= 1,
    }
    training::note_reported(tx, sender, row, arrival.at)?;
    let done = Completed {
        email: &row.email,
        course_id: row.course_id,
        on: row.completed_on,
        source: "system",
        at: arrival.at,
        by,
    };
    training::complete(tx, done)?;
    Ok(Became::Taken)
}

/// That a sender wanted to report without being allowed to stands in the audit.
async fn refuse(cx: &Context, sender: &Sender, arrival: Arrival) -> Result<(), Failure> {
    let actor =
        Actor::Sender { id: sender.id, name: sender.name.clone(), organization_id: sender.organization_id };
    let entry = AuditEntry::by(&actor, Channel::Http, "report-completions", arrival.at).result("refused");
    Ok(cx.store.write_for_readers(move |tx| tx.audit(&entry)).await?)
}
