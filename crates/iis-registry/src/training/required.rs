//! The chart: which courses a type of user must have completed before an account can be asked for (S-3, S-4, S-6).

use super::library::{Course, courses_of};
use crate::{Arrival, Context, Failure};
use iis_model::EmailAddress;
use iis_model::access::Granted;
use iis_store::{AuditEntry, Lane, StoreError, Tx, training};
use std::collections::BTreeMap;

/// The code of the course that everybody takes. It cannot be taken out of any row of the chart.
pub const GENERAL_USER_COURSE: &str = "GUC";

crate::words::words! {
    /// A type of user, as the chart of required training names it.
    UserType {
        /// Who works at a clinic, a pharmacy, a hospital.
        General = "general", "General user: clinics, hospitals, pharmacies";
        /// Who works at a school, a childcare, a Head Start.
        School = "school", "School user: schools, childcares, Head Starts";
        /// Who answers for public vaccine.
        Coordinator = "coordinator", "Vaccine coordinator, primary or backup";
        /// Who only looks up.
        LookUp = "look-up", "Provider who only looks up";
        /// Who signs agreements.
        Signer = "signer", "Signing physician";
        /// Who leads a health department.
        HealthDepartment = "health-department", "Health department director";
        /// Who approves the accounts of an organization.
        SiteAdministrator = "site-administrator", "Site administrator";
    }
}

impl UserType {
    /// The row of the chart for a role.
    pub fn of_role(role: &str) -> Self {
        match role {
            "primary-vaccine-coordinator" | "backup-vaccine-coordinator" => Self::Coordinator,
            "enrollment-only" => Self::Signer,
            "patient-look-up" => Self::LookUp,
            "school-read-only" => Self::School,
            "health-department-read-only" => Self::HealthDepartment,
            "site-administrator" => Self::SiteAdministrator,
            _ => Self::General,
        }
    }
}

/// The chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Required(BTreeMap<UserType, Vec<Course>>);

impl Required {
    /// The courses of a type of user, the General User Course first.
    pub fn of(&self, user_type: UserType) -> &[Course] {
        self.0.get(&user_type).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn read(tx: &mut Tx<'_>) -> Result<Self, StoreError> {
        let courses = courses_of(tx)?;
        let rows = training::required(tx)?;
        let needs = |user_type: UserType, course: &Course| {
            course.is_for_everybody()
                || rows
                    .iter()
                    .any(|(word, id)| UserType::of_word(word) == Some(user_type) && *id == course.id)
        };
        let chart = UserType::ALL.iter().map(|user_type| {
            let mut needed: Vec<Course> = courses
                .iter()
                .filter(|course| course.is_offered && needs(*user_type, course))
                .cloned()
                .collect();
            needed.sort_by_key(|course| !course.is_for_everybody());
            (*user_type, needed)
        });
        Ok(Self(chart.collect()))
    }
}

/// Titles of the courses that a role takes and that nobody of this address has completed, the General User Course first.
pub(crate) fn missing_courses(
    tx: &mut Tx<'_>,
    email: &EmailAddress,
    role: &str,
) -> Result<Vec<Box<str>>, StoreError> {
    let done = training::completions(tx, email.as_str())?;
    let required = Required::read(tx)?;
    let courses = required.of(UserType::of_role(role));
    if courses.is_empty() {
        return Ok(vec!["General User Course".into()]); // the library is empty: nobody can have taken it
    }
    Ok(courses
        .iter()
        .filter(|course| !done.iter().any(|(id, ..)| *id == course.id))
        .map(|course| course.title.clone())
        .collect())
}

/// The chart as it stands.
pub async fn required(cx: &Context) -> Result<Required, Failure> {
    Ok(cx.store.read(Required::read).await?)
}

/// Says whether a type of user needs a course. The General User Course is needed by all, whatever is said.
pub async fn set_required(
    cx: &Context,
    granted: &Granted,
    user_type: UserType,
    code: &str,
    needed: bool,
    arrival: Arrival,
) -> Result<(), Failure> {
    if code == GENERAL_USER_COURSE {
        return Err(Failure::Rule("Everybody takes the General User Course: it cannot be taken out."));
    }
    let code: Box<str> = code.into();
    let word = if needed { "needs" } else { "no longer needs" };
    let entry = AuditEntry::of(granted, arrival.at)
        .action("require-course")
        .detail(format!("{} {word} course {code}", user_type.word()));
    let set = cx.store.write(Lane::Web, move |tx| {
        let Some(course) = courses_of(tx)?.into_iter().find(|course| course.code == code) else {
            return Ok(false);
        };
        training::require(tx, user_type.word(), course.id, needed)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if set.await? { Ok(()) } else { Err(Failure::Rule("There is no such course.")) }
}
