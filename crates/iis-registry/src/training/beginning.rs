//! What the library holds from the beginning: the General User Course and a course for each further duty. Staff replace the
//! texts by the jurisdiction's own.

use super::library::{Audience, CourseKind, courses_of};
use super::required::{GENERAL_USER_COURSE, UserType};
use crate::access::as_registry;
use crate::{Arrival, Context, Failure};
use iis_model::access::Permission;
use iis_store::training::{self, CourseRow};
use iis_store::{AuditEntry, Lane};

/// A course of the beginning.
struct First {
    code: &'static str,
    title: &'static str,
    audience: Audience,
    module: &'static str,
    minutes: i64,
    needed_by: &'static [UserType],
    body: &'static str,
}

const FIRST: &[First] = &[
    First {
        code: GENERAL_USER_COURSE,
        title: "General User Course",
        audience: Audience::All,
        module: "Patients",
        minutes: 30,
        needed_by: &[],
        body: "What the registry is, and what it may be used for.\n\
               Everybody has an account of their own; nobody lends it.\n\
               Find a person before you add one: last name, first name, and birth date.\n\
               What is due rests on what was reported: doses given elsewhere may be missing.\n\
               Every look at a record is written down with your name.",
    },
    First {
        code: "VAC-STORE",
        title: "Vaccine storage and handling",
        audience: Audience::General,
        module: "Inventory",
        minutes: 45,
        needed_by: &[UserType::Coordinator],
        body: "Who answers for public vaccine, and when the backup does.\n\
               Read temperatures twice a day and write them down.\n\
               What was too warm or too cold is set apart and asked about before it is used.",
    },
    First {
        code: "SCHOOL",
        title: "School users: rosters and requirements",
        audience: Audience::School,
        module: "Schools",
        minutes: 25,
        needed_by: &[UserType::School],
        body: "A school sees the students on its roster and nobody else.\n\
               Keep the roster true: take off who has left.\n\
               The list of who lacks what is made from the roster and the schedule.",
    },
];

/// Adds the courses of the beginning where the library has no General User Course yet.
pub async fn begin(cx: &Context, arrival: Arrival) -> Result<(), Failure> {
    let mut ids = Vec::new();
    for _ in FIRST {
        ids.push(cx.store.ids().take()?);
    }
    let granted = as_registry(Permission::KeepTraining);
    let entry = AuditEntry::of(&granted, arrival.at).action("begin-training-library");
    let begun = cx.store.write(Lane::Web, move |tx| {
        if courses_of(tx)?.iter().any(super::Course::is_for_everybody) {
            return Ok(());
        }
        for (first, id) in FIRST.iter().zip(&ids) {
            let row = CourseRow {
                id: *id,
                code: first.code.into(),
                title: first.title.into(),
                kind: CourseKind::Text.word().into(),
                audience: first.audience.word().into(),
                module: first.module.into(),
                minutes: first.minutes,
                version: "1".into(),
                published_on: arrival.today,
                body: first.body.into(),
                is_offered: true,
            };
            training::put_course(tx, &row)?;
            for user_type in first.needed_by {
                training::require(tx, user_type.word(), *id, true)?;
            }
        }
        tx.audit(&entry)
    });
    Ok(begun.await?)
}
