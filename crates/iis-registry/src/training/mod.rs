//! Training: a record of its own, made by whoever wants one, without a registry account and without an organization's code
//! (S-1, S-2); courses; which type of user needs which (S-3), the General User Course always among them (S-4).

mod beginning;
mod completing;
mod library;
mod quiz;
mod record;
mod reporting;
mod required;

pub use beginning::begin;
pub use completing::{Imported, LARGEST_FILE, RefusedLine, Taken, import, record_own};
pub use library::{Audience, Course, CourseKind, NewCourse, add_course, courses, put_course};
pub use quiz::{Question, Quiz};
pub use record::{Record, open_record, register};
pub use reporting::{Became, MOST_REPORTED, Told, report};
pub(crate) use required::missing_courses;
pub use required::{GENERAL_USER_COURSE, Required, UserType, required, set_required};
