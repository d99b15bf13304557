//! What can be detected: a stable code with its place, its weight, and its words.

use iis_codes::Set;
use iis_model::sent::Field;
use iis_model::{ApplicationError, Effect, Severity};

/// What follows from a finding of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Counted for the measures of a sender, and told to nobody.
    Silent,
    /// Noted; nothing is lost and nothing is doubtful.
    Information,
    /// Stored, but something was lost or is clinically doubtful.
    Warning,
    /// The dose, refusal or observation is not stored.
    EventNotStored,
    /// The message is refused.
    MessageRefused,
}

impl Gravity {
    /// How bad a finding of it is, and what it does; nothing for one that is told to nobody.
    pub const fn severity(self) -> Option<(Severity, Effect)> {
        Some(match self {
            Self::Silent => return None,
            Self::Information => (Severity::Information, Effect::Noted),
            Self::Warning => (Severity::Warning, Effect::Noted),
            Self::EventNotStored => (Severity::Error, Effect::EventNotStored),
            Self::MessageRefused => (Severity::Error, Effect::MessageRefused),
        })
    }
}

/// What is the matter with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Nothing was sent.
    Missing,
    /// Something was sent.
    Present,
    /// The code is not in its set.
    Unrecognized,
    /// The code was replaced by another one.
    Deprecated,
    /// The code is known and must not be used, or the value does not have the form it needs.
    Invalid,
    /// The telephone number lacks digits.
    Incomplete,
    /// The value is one of these.
    Valued(&'static [&'static str]),
}

/// One detection about one field: its stable code, never reused; what is the matter; and what follows, unless the policy or
/// the sender's profile says otherwise.
pub type Detection = (&'static str, Condition, Gravity);

/// When a field is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// On doses that the sender gave.
    Administered,
    /// On doses, whoever gave them.
    Dose,
    /// On refusals.
    Refusal,
    /// When the patient has died.
    Died,
    /// When the patient is one of a multiple birth.
    MultipleBirth,
    /// When the patient is under 18.
    Underage,
}

/// A field with what is detected about it: one row of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The field.
    pub field: Field,
    /// Where it stands, as people write it.
    pub location: &'static str,
    /// What it is called in a sentence, without an article.
    pub what: &'static str,
    /// The set of its codes.
    pub set: Option<Set>,
    /// The form it needs.
    pub form: Option<fn(&str) -> bool>,
    /// When it is looked at.
    pub when: When,
    /// How to mend it.
    pub mend: &'static str,
    /// How to mend it on a form; empty: by choosing from its list, or by entering it.
    pub mend_on_form: &'static str,
    /// What is detected.
    pub detections: &'static [Detection],
}

impl Entry {
    /// A field that is looked at always and of which nothing is detected yet.
    pub const fn new(field: Field, location: &'static str, what: &'static str, mend: &'static str) -> Self {
        Self {
            field,
            location,
            what,
            set: None,
            form: None,
            when: When::Always,
            mend,
            mend_on_form: "",
            detections: &[],
        }
    }

    /// With the set of its codes.
    #[must_use]
    pub const fn set(self, set: Set) -> Self {
        Self { set: Some(set), ..self }
    }

    /// With the form it needs.
    #[must_use]
    pub const fn form(self, form: fn(&str) -> bool) -> Self {
        Self { form: Some(form), ..self }
    }

    /// Looked at only then.
    #[must_use]
    pub const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    /// How it is mended on a form.
    #[must_use]
    pub const fn on_form(self, mend_on_form: &'static str) -> Self {
        Self { mend_on_form, ..self }
    }

    /// With what is detected.
    #[must_use]
    pub const fn finds(self, detections: &'static [Detection]) -> Self {
        Self { detections, ..self }
    }

    /// The sentence that a sender reads about one of its detections.
    pub fn text(&self, condition: Condition) -> String {
        let Self { what, location, mend, .. } = self;
        match condition {
            Condition::Missing => format!("The {what} ({location}) is missing. {mend}"),
            Condition::Present => format!("The {what} ({location}) is given."),
            Condition::Unrecognized => {
                format!("The {what} ({location}) is not in its table of codes. {mend}")
            }
            Condition::Deprecated => {
                format!(
                    "The {what} ({location}) is an old code; it was understood. Send the code that replaced it."
                )
            }
            Condition::Invalid if self.set.is_some() => {
                format!("The {what} ({location}) is a code that is not to be used. {mend}")
            }
            Condition::Invalid => {
                format!("The {what} ({location}) does not have a form that can be right. {mend}")
            }
            Condition::Incomplete => format!("The {what} ({location}) has less than ten digits. {mend}"),
            Condition::Valued(codes) => format!("The {what} ({location}) says {}.", codes.join(" or ")),
        }
    }

    /// The sentence that whoever sits before a form reads about one of its detections.
    pub fn text_on_form(&self, condition: Condition) -> String {
        let what = self.what;
        let mend = match (self.mend_on_form, self.set) {
            ("", Some(_)) => "Choose one of the list.",
            ("", None) => "Enter it.",
            (mend, _) => mend,
        };
        match condition {
            Condition::Missing => format!("The {what} is missing. {mend}"),
            Condition::Present => format!("The {what} is given."),
            Condition::Unrecognized => format!("The {what} is not in its list. {mend}"),
            Condition::Deprecated => {
                format!("The {what} is an old code; it was understood. Choose another one of the list.")
            }
            Condition::Invalid if self.set.is_some() => {
                format!("The {what} is a code that is not to be used. {mend}")
            }
            Condition::Invalid => format!("The {what} does not have a form that can be right. {mend}"),
            Condition::Incomplete => format!("The {what} has less than ten digits. {mend}"),
            Condition::Valued(codes) => format!("The {what} says {}.", codes.join(" or ")),
        }
    }

    /// The name of one of its detections, in kebab case.
    pub fn name(&self, condition: Condition) -> String {
        let what = self.what.replace('\'', "").replace(' ', "-").to_lowercase();
        match condition {
            Condition::Missing => format!("{what}-missing"),
            Condition::Present => format!("{what}-given"),
            Condition::Unrecognized => format!("{what}-unrecognized"),
            Condition::Deprecated => format!("{what}-deprecated"),
            Condition::Invalid => format!("{what}-invalid"),
            Condition::Incomplete => format!("{what}-incomplete"),
            Condition::Valued(codes) => format!("{what}-says-{}", codes.join("-or-").to_lowercase()),
        }
    }

    /// What the application error code (HL7 table 0533) of a condition is.
    pub const fn application_error(condition: Condition) -> ApplicationError {
        match condition {
            Condition::Missing => ApplicationError::RequiredDataMissing,
            Condition::Unrecognized | Condition::Deprecated => ApplicationError::TableValueNotFound,
            Condition::Present | Condition::Invalid | Condition::Incomplete | Condition::Valued(_) => {
                ApplicationError::InvalidValue
            }
        }
    }
}
