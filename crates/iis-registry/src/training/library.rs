//! The training library: courses, and videos, job aids and recorded webinars to look at (S-19, S-63).

use super::quiz::Quiz;
use super::required::GENERAL_USER_COURSE;
use crate::access::{Family, Role, Roles, Scope};
use crate::accounts::Account;
use crate::names::is_showable;
use crate::{Arrival, Context, Failure};
use iis_model::Date;
use iis_model::access::{Granted, Permission};
use iis_store::training::{self, CourseRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx};

/// How long an item takes at most.
const MOST_MINUTES: i64 = 600;
/// How much is written of an item at most.
const MOST_CHARACTERS: usize = 8_000;

crate::words::words! {
    /// What an item is.
    CourseKind {
        /// A text to read.
        Text = "text", "Text";
        /// A video.
        Video = "video", "Video";
        /// Questions to answer.
        Quiz = "quiz", "Quiz";
        /// A webinar, or its recording.
        Webinar = "webinar", "Webinar";
        /// A sheet for the wall.
        JobAid = "job-aid", "Job aid";
        /// A course taken elsewhere, whose completions are imported.
        External = "external", "Course taken elsewhere";
    }
}

crate::words::words! {
    /// For whom an item is.
    Audience {
        /// For everybody.
        All = "all", "Everybody";
        /// For general users.
        General = "general", "General users";
        /// For school nurses.
        School = "school", "School users";
    }
}

impl Audience {
    /// Which one an account belongs to: of those whose roles are all held at schools the school users, of others who face
    /// patients or vaccine the general ones, of all others everybody.
    pub fn of_account(roles: &Roles, account: &Account) -> Self {
        let is_school =
            |role: &Role| role.cell(Permission::ViewPerson).is_some_and(|cell| cell.scope == Scope::School);
        let outside = || roles.of(account).filter(|role| role.family == Family::Outside);
        match (outside().any(is_school), outside().any(|role| !is_school(role))) {
            (true, false) => Self::School,
            (false, true) => Self::General,
            _ => Self::All,
        }
    }

    /// Whether somebody of this other audience is meant.
    pub fn includes(self, other: Self) -> bool {
        self == Self::All || other == Self::All || self == other
    }
}

/// An item of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    pub(crate) id: i64,
    /// The code by which files and charts name it.
    pub code: Box<str>,
    /// Title.
    pub title: Box<str>,
    /// What it is.
    pub kind: CourseKind,
    /// For whom.
    pub audience: Audience,
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

impl Course {
    /// Whether it is the General User Course.
    pub fn is_for_everybody(&self) -> bool {
        &*self.code == GENERAL_USER_COURSE
    }

    /// The questions of a quiz; nothing of another kind.
    pub fn quiz(&self) -> Option<Quiz> {
        if self.kind == CourseKind::Quiz { Quiz::read(&self.body).ok() } else { None }
    }

    fn read(row: CourseRow) -> Result<Self, StoreError> {
        let unknown = || StoreError::internal("a course of unknown kind");
        Ok(Self {
            id: row.id,
            code: row.code,
            title: row.title,
            kind: CourseKind::of_word(&row.kind).ok_or_else(unknown)?,
            audience: Audience::of_word(&row.audience).ok_or_else(unknown)?,
            module: row.module,
            minutes: row.minutes,
            version: row.version,
            published_on: row.published_on,
            body: row.body,
            is_offered: row.is_offered,
        })
    }
}

/// An item to be added, or changed under its code.
#[derive(Debug, Clone)]
pub struct NewCourse {
    /// Its code.
    pub code: Box<str>,
    /// Title.
    pub title: Box<str>,
    /// What it is.
    pub kind: CourseKind,
    /// For whom.
    pub audience: Audience,
    /// About which part of the registry.
    pub module: Box<str>,
    /// How long it takes.
    pub minutes: i64,
    /// Which version.
    pub version: Box<str>,
    /// What it says, or where it is; of a quiz, its questions as [`Quiz`] reads them.
    pub body: Box<str>,
    /// Whether it is offered. The General User Course always is.
    pub is_offered: bool,
}

pub(super) fn courses_of(tx: &mut Tx<'_>) -> Result<Vec<Course>, StoreError> {
    training::courses(tx)?.into_iter().map(Course::read).collect()
}

/// All items, by code.
pub async fn courses(cx: &Context) -> Result<Vec<Course>, Failure> {
    Ok(cx.store.read(courses_of).await?)
}

impl NewCourse {
    /// Whether it can stand in the library; the refusal says how to mend it.
    fn check(&self) -> Result<(), &'static str> {
        let is_sign = |c: char| c.is_ascii_alphanumeric() || c == '-';
        // `new` is the address of the form by which one is added
        let is_code =
            (2..=20).contains(&self.code.len()) && self.code.chars().all(is_sign) && &*self.code != "new";
        if !is_code || !is_showable(&self.title) {
            return Err(
                "A course has a code of 2 to 20 letters, digits and dashes, not “new”, and a title of one line.",
            );
        }
        if &*self.code == GENERAL_USER_COURSE && !self.is_offered {
            return Err("The General User Course is always offered: everybody takes it.");
        }
        if &*self.code == GENERAL_USER_COURSE
            && (self.kind == CourseKind::External || self.audience != Audience::All)
        {
            return Err(
                "The General User Course is for everybody and is taken here: whoever asks for an account needs it.",
            );
        }
        if !is_showable(&self.version) || (!self.module.trim().is_empty() && !is_showable(&self.module)) {
            return Err("The version and what it is about have one line each.");
        }
        if !(1..=MOST_MINUTES).contains(&self.minutes) {
            return Err("Say how many minutes it takes: 1 to 600.");
        }
        match self.kind {
            CourseKind::External => Ok(()),
            CourseKind::Quiz => Quiz::read(&self.body).map(drop),
            _ if self.body.trim().is_empty() => Err("Write what it says, or the address where it is."),
            _ => Ok(()),
        }?;
        if self.body.chars().count() > MOST_CHARACTERS {
            return Err(
                "The text has at most 8,000 characters: put a longer one elsewhere, and its address here.",
            );
        }
        Ok(())
    }
}

/// Adds an item, or changes the one of this code.
pub async fn put_course(
    cx: &Context,
    granted: &Granted,
    new: NewCourse,
    arrival: Arrival,
) -> Result<(), Failure> {
    put(cx, granted, new, true, arrival).await
}

/// Adds an item. A code that another one has is refused.
pub async fn add_course(
    cx: &Context,
    granted: &Granted,
    new: NewCourse,
    arrival: Arrival,
) -> Result<(), Failure> {
    put(cx, granted, new, false, arrival).await
}

async fn put(
    cx: &Context,
    granted: &Granted,
    new: NewCourse,
    may_be_known: bool,
    arrival: Arrival,
) -> Result<(), Failure> {
    new.check().map_err(Failure::Rule)?;
    let id = cx.store.ids().take()?;
    let entry =
        AuditEntry::of(granted, arrival.at).action("put-course").detail(format!("course {}", new.code));
    let put = cx.store.write(Lane::Web, move |tx| {
        let same = |course: &Course| course.code.eq_ignore_ascii_case(&new.code);
        let known = courses_of(tx)?.into_iter().find(same);
        if known.is_some() && !may_be_known {
            return Ok(false);
        }
        let row = CourseRow {
            id: known.as_ref().map_or(id, |course| course.id),
            code: known.map_or_else(|| new.code.clone(), |course| course.code),
            title: new.title.trim().into(),
            kind: new.kind.word().into(),
            audience: new.audience.word().into(),
            module: new.module.trim().into(),
            minutes: new.minutes,
            version: new.version.trim().into(),
            published_on: arrival.today,
            body: new.body.clone(),
            is_offered: new.is_offered,
        };
        training::put_course(tx, &row)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if put.await? {
        Ok(())
    } else {
        Err(Failure::Rule("There is a course of this code: change that one, or choose another code."))
    }
}
