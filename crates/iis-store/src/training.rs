//! The training library, which courses which type of user needs, training records and completions.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{Date, SenderId, Timestamp};

sql! {
    PUT_COURSE = "INSERT INTO course (id, code, title, kind, audience, module, minutes, version, published_on, body, is_offered) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO UPDATE SET \
                  code = excluded.code, title = excluded.title, kind = excluded.kind, audience = excluded.audience, \
                  module = excluded.module, minutes = excluded.minutes, version = excluded.version, \
                  published_on = excluded.published_on, body = excluded.body, is_offered = excluded.is_offered";
    COURSES = "SELECT id, code, title, kind, audience, module, minutes, version, published_on, body, is_offered FROM course \
               ORDER BY code";
    REQUIRED = "SELECT user_type, course_id FROM required_course ORDER BY user_type, course_id";
    REQUIRE = "INSERT INTO required_course (user_type, course_id) VALUES ($1, $2) ON CONFLICT (user_type, course_id) DO NOTHING";
    RELEASE = "DELETE FROM required_course WHERE user_type = $1 AND course_id = $2";
    REGISTER = "INSERT INTO trainee (id, name, email, organization_code, registered_at, key_sha256, confirmed_at) \
                VALUES ($1, $2, $3, $4, $5, $6, NULL)";
    BY_EMAIL = "SELECT id, name, email, organization_code, registered_at, confirmed_at FROM trainee WHERE email = $1";
    BY_KEY = "SELECT id, name, email, organization_code, registered_at, confirmed_at FROM trainee \
              WHERE key_sha256 = $1 OR again_sha256 = $1";
    SET_KEY_AGAIN = "UPDATE trainee SET again_sha256 = $2 WHERE id = $1";
    CONFIRM = "UPDATE trainee SET confirmed_at = $2 WHERE id = $1 AND confirmed_at IS NULL";
    COMPLETE = "INSERT INTO completion (email, course_id, completed_on, source, recorded_at, recorded_by) \
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email, course_id) DO NOTHING";
    REPORTED = "SELECT number, email, course_id, completed_on FROM reported_completion WHERE sender_id = $1 AND number = $2";
    REPORTED_SINCE = "SELECT COUNT(*) FROM reported_completion WHERE sender_id = $1 AND reported_at > $2";
    NOTE_REPORTED = "INSERT INTO reported_completion (sender_id, number, email, course_id, completed_on, reported_at) \
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    COMPLETIONS = "SELECT course_id, completed_on, source FROM completion WHERE email = $1 ORDER BY course_id";
}

/// An item of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseRow {
    /// Row key.
    pub id: i64,
    /// The code by which files name it.
    pub code: Box<str>,
    /// Title.
    pub title: Box<str>,
    /// What it is.
    pub kind: Box<str>,
    /// For whom.
    pub audience: Box<str>,
    /// About which part of the registry.
    pub module: Box<str>,
    /// How long it takes.
    pub minutes: i64,
    /// Which version.
    pub version: Box<str>,
    /// Since when.
    pub published_on: Date,
    /// What it says, or where it is.
    pub body: Box<str>,
    /// Whether it is offered still.
    pub is_offered: bool,
}
from_row!(CourseRow {
    id,
    code,
    title,
    kind,
    audience,
    module,
    minutes,
    version,
    published_on,
    body,
    is_offered,
});

/// A training record.
#[derive(Clone, PartialEq, Eq)]
pub struct TraineeRow {
    /// Row key.
    pub id: i64,
    /// Name.
    pub name: Box<str>,
    /// Address for mail, in lower case.
    pub email: Box<str>,
    /// As typed; empty: skipped.
    pub organization_code: Box<str>,
    /// When.
    pub registered_at: Timestamp,
    /// When the link of the first letter was opened.
    pub confirmed_at: Option<Timestamp>,
}
from_row!(TraineeRow { id, name, email, organization_code, registered_at, confirmed_at });

/// Adds an item, or changes it. A code that another one has is refused by `course_code`.
pub fn put_course(tx: &mut Tx<'_>, row: &CourseRow) -> Result<(), StoreError> {
    tx.exec(
        &PUT_COURSE,
        vals![
            row.id,
            &row.code,
            &row.title,
            &row.kind,
            &row.audience,
            &row.module,
            row.minutes,
            &row.version,
            row.published_on,
            &row.body,
            row.is_offered
        ],
    )
}

/// All items, by code.
pub fn courses(tx: &mut Tx<'_>) -> Result<Vec<CourseRow>, StoreError> {
    tx.all(&COURSES, &[])
}

/// Which type of user needs which course beside the General User Course.
pub fn required(tx: &mut Tx<'_>) -> Result<Vec<(Box<str>, i64)>, StoreError> {
    tx.all(&REQUIRED, &[])
}

/// A type of user needs a course, or no longer needs it.
pub fn require(tx: &mut Tx<'_>, user_type: &str, course_id: i64, needed: bool) -> Result<(), StoreError> {
    tx.exec(if needed { &REQUIRE } else { &RELEASE }, vals![user_type, course_id])
}

/// Adds a training record. An address that has one is refused by `trainee_email`.
pub fn register(tx: &mut Tx<'_>, row: &TraineeRow, key_sha256: &[u8; 32]) -> Result<(), StoreError> {
    tx.exec(
        &REGISTER,
        vals![row.id, &row.name, &row.email, &row.organization_code, row.registered_at, key_sha256],
    )
}

/// The training record of an address.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<TraineeRow>, StoreError> {
    tx.one(&BY_EMAIL, vals![email])
}

/// The training record that a key opens.
pub fn by_key(tx: &mut Tx<'_>, key_sha256: &[u8; 32]) -> Result<Option<TraineeRow>, StoreError> {
    tx.one(&BY_KEY, vals![key_sha256])
}

/// The key of the link that is mailed again opens it too.
pub fn set_key_again(tx: &mut Tx<'_>, id: i64, key_sha256: &[u8; 32]) -> Result<(), StoreError> {
    tx.exec(&SET_KEY_AGAIN, vals![id, key_sha256])
}

/// The address is whose it says.
pub fn confirm(tx: &mut Tx<'_>, id: i64, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&CONFIRM, vals![id, at])
}

/// A completion to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct Completed<'a> {
    /// By whom: address for mail, in lower case.
    pub email: &'a str,
    /// Of which course.
    pub course_id: i64,
    /// On which day.
    pub on: Date,
    /// How that is known.
    pub source: &'a str,
    /// Recorded when.
    pub at: Timestamp,
    /// And by whom.
    pub by: &'a str,
}

/// Records a completion; an earlier one stays.
pub fn complete(tx: &mut Tx<'_>, done: Completed<'_>) -> Result<(), StoreError> {
    tx.exec(&COMPLETE, vals![done.email, done.course_id, done.on, done.source, done.at, done.by])
}

/// A completion as a system outside reported it, under its own number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The number.
    pub number: Box<str>,
    /// Of whom: the address for mail.
    pub email: Box<str>,
    /// Of which course.
    pub course_id: i64,
    /// When.
    pub completed_on: Date,
}
from_row!(Reported { number, email, course_id, completed_on });

/// What a system outside reported before under this number.
pub fn reported(tx: &mut Tx<'_>, sender: SenderId, number: &str) -> Result<Option<Reported>, StoreError> {
    tx.one(&REPORTED, vals![sender, number])
}

/// Notes what a system outside reports.
pub fn note_reported(
    tx: &mut Tx<'_>,
    sender: SenderId,
    row: &Reported,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&NOTE_REPORTED, vals![sender, &row.number, &row.email, row.course_id, row.completed_on, at])
}

/// How many completions a sender reported after a moment that were put on record.
pub fn reported_since(tx: &mut Tx<'_>, sender: SenderId, after: Timestamp) -> Result<i64, StoreError> {
    Ok(tx.one(&REPORTED_SINCE, vals![sender, after])?.unwrap_or(0))
}

/// A completion: course, day, how it is known.
pub type Completion = (i64, Date, Box<str>);

/// What an address has completed.
pub fn completions(tx: &mut Tx<'_>, email: &str) -> Result<Vec<Completion>, StoreError> {
    tx.all(&COMPLETIONS, vals![email])
}
