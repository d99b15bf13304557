//! The page that says where a person is active: at this site, in the jurisdiction, elsewhere, and what was said of it.

use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::desk::Token;
use crate::pages::patients::desk::remarks::ToHeed;
use crate::pages::patients::strip::StripView;
use crate::pages::status::{Shape, Status};
use askama::Template;
use iis_model::Date;
use iis_model::activity::{Activity, Level};
use iis_registry::activity::{Because, Standing};

/// `GET /patients/{number}/status`
#[derive(Debug, Template)]
#[template(path = "patients/status.html")]
pub(crate) struct StatusPage {
    pub(crate) frame: Frame,
    pub(crate) strip: StripView,
    pub(crate) cards: Vec<Card>,
    /// The other sites that know the person.
    pub(crate) others: Vec<OtherSite>,
    pub(crate) history: Vec<HistoryRow>,
    /// The form that was not accepted.
    pub(crate) problems: Vec<Problem>,
}

/// A level, with what may be said there.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    /// `here` or `state`: begins the names of its fields.
    pub(crate) id: &'static str,
    pub(crate) heading: String,
    pub(crate) status: Status,
    /// What that rests on.
    pub(crate) because: String,
    /// What follows from being inactive here.
    pub(crate) effect: &'static str,
    pub(crate) is_home: bool,
    /// None for who may only read.
    pub(crate) form: Option<ActivityForm>,
}

/// What is said at a level.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActivityForm {
    pub(crate) token: Token,
    /// The status that the form showed: who comes second is told.
    pub(crate) shown: String,
    pub(crate) choices: Vec<ActivityChoice>,
    pub(crate) since: String,
    pub(crate) attempts: String,
    pub(crate) mail_returned: bool,
    pub(crate) note: String,
    pub(crate) asks_attempts: bool,
    pub(crate) heed: ToHeed,
    pub(crate) button: String,
}

/// A radio button.
#[derive(Debug, Clone)]
pub(crate) struct ActivityChoice {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_chosen: bool,
}

/// Another site that knows the person.
#[derive(Debug, Clone)]
pub(crate) struct OtherSite {
    pub(crate) name: String,
    pub(crate) status: Status,
    pub(crate) because: String,
    pub(crate) is_home: bool,
}

/// Something that was said.
#[derive(Debug, Clone)]
pub(crate) struct HistoryRow {
    pub(crate) since: String,
    pub(crate) place: String,
    pub(crate) status: Status,
    pub(crate) note: String,
    pub(crate) said: String,
}

/// The choices of a level.
pub(crate) fn choices(level: Level, chosen: &str) -> Vec<ActivityChoice> {
    let choice = |activity: &Activity| ActivityChoice {
        value: activity.code(),
        label: words(*activity),
        is_chosen: activity.code() == chosen,
    };
    Activity::choices(level).iter().map(choice).collect()
}

/// In words of a screen.
pub(crate) const fn words(activity: Activity) -> &'static str {
    match activity {
        Activity::Active => "Active",
        Activity::Unknown => "Not known",
        Activity::Moved => "Inactive: moved, or gone to another clinic",
        Activity::LostToFollowUp => "Inactive: lost to follow-up",
        Activity::OneTime => "Inactive: came once only",
        Activity::Outside => "Inactive: lives outside the state",
        Activity::NoActivity => "Inactive: no activity for long",
        Activity::Unspecified => "Inactive: no reason given",
        Activity::ForGood => "Inactive for good",
        Activity::Deceased => "Deceased",
    }
}

/// As a status.
pub(crate) fn status(activity: Activity) -> Status {
    let shape = match activity {
        Activity::Active => Shape::Good,
        Activity::Unknown => Shape::Doubt,
        _ => Shape::Out,
    };
    Status::new(shape, words(activity))
}

/// What a standing rests on.
pub(crate) fn because(standing: Standing) -> String {
    match standing.because {
        Because::Said(on) => format!("Since {}.", format::date(on)),
        Because::Dose(on) => format!("A dose was given on {}, after the last word.", format::date(on)),
        Because::Dead => "Death counts everywhere.".to_owned(),
        Because::Reported => "Nobody has said otherwise.".to_owned(),
    }
}

/// `Inactive at Alder Pediatrics since 06/01/2025: lost to follow-up`; nothing for who is active.
pub(crate) fn band(place: &str, standing: Standing) -> Option<String> {
    let why = match standing.activity {
        Activity::Active | Activity::Deceased => return None, // death has a band of its own
        activity => words(activity),
    };
    let since = |on: Date| format!(" since {}", format::date(on));
    let since = if let Because::Said(on) = standing.because { since(on) } else { String::new() };
    let (inactive, reason) = why.split_once(": ").unwrap_or((why, ""));
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    Some(format!("{inactive} {place}{since}{reason}."))
}

#[cfg(test)]
mod tests {
    use super::band;
    use iis_model::activity::Activity;
    use iis_registry::activity::{Because, Standing};
    use jiff::civil::date;

    #[test]
    fn who_is_inactive_has_a_band_that_says_where_and_why() {
        let of =
            |activity| band("in the state", Standing { activity, because: Because::Said(date(2025, 6, 1)) });
        assert_eq!(
            of(Activity::Outside).as_deref(),
            Some("Inactive in the state since 06/01/2025: lives outside the state.")
        );
        assert_eq!(of(Activity::Unknown).as_deref(), Some("Not known in the state since 06/01/2025."));
        assert_eq!(of(Activity::Active), None);
    }
}
