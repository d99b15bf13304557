//! The words for what the recommender says.

use crate::pages::format;
use crate::pages::status::{Shape, Status};
use iis_model::recommendation::{
    Caveat, Forecast, ForecastStatus, SeasonGap, Standing, VaccineGroup, Validity,
};
use iis_model::{Date, RegistryNumber};
use jiff::{ToSpan, Unit};

/// A sentence of the recommender with its dates as screens print them.
pub(in crate::pages) fn sentence(text: &str) -> String {
    let is_date = |part: &str| part.len() == 10 && part.is_ascii();
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        said.push_str(before);
        let date = from.get(..10).filter(|part| is_date(part)).and_then(|part| part.parse::<Date>().ok());
        let taken = if let Some(date) = date {
            said.push_str(&format::date(date));
            10
        } else {
            let digits = from.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from.len());
            said.push_str(&from[..digits]);
            digits
        };
        rest = &from[taken..];
    }
    said + rest
}

/// How a group stands on a day, in one word with its shape. What patient and provider decide together is due at no time.
pub(in crate::pages) fn standing(forecast: &Forecast, on: Date) -> Status {
    let (shape, word) = match forecast.standing(on) {
        Standing::Overdue | Standing::Due if is_shared(forecast) => (Shape::Doubt, "To decide"),
        Standing::Overdue => (Shape::Late, "Overdue"),
        Standing::Due => (Shape::Now, "Due now"),
        Standing::Possible | Standing::Later => (Shape::Later, "Due later"),
        Standing::Undated => (Shape::Doubt, "Timing not on record"),
        Standing::SeasonUnknown => (Shape::Doubt, "Not known this season"),
        Standing::Settled(status) => match status {
            ForecastStatus::NotComplete => (Shape::Later, "Not complete"),
            ForecastStatus::Complete => (Shape::Good, "Complete"),
            ForecastStatus::Immune => (Shape::Good, "Immune"),
            ForecastStatus::Contraindicated => (Shape::Out, "Contraindicated"),
            ForecastStatus::NotRecommended => (Shape::Extra, "Not recommended"),
            ForecastStatus::AgedOut => (Shape::Extra, "Past age limit"),
        },
    };
    Status::new(shape, word)
}

/// The verdict on a dose.
pub(in crate::pages) fn validity(validity: Validity) -> Status {
    let (shape, word) = match validity {
        Validity::Valid => (Shape::Good, "Valid"),
        Validity::NotValid => (Shape::Bad, "Not valid"),
        Validity::Extraneous => (Shape::Extra, "Extra"),
        Validity::SubStandard => (Shape::Bad, "Sub-standard"),
        Validity::NotJudged => return super::verdicts::not_judged(),
    };
    Status::new(shape, word)
}

/// A reason of the Logic Specification as a nurse would say it.
pub(in crate::pages) fn reason(reason: &'static str) -> &'static str {
    match reason {
        "Age: Too Young" => "too young",
        "Age: Too Old" => "too old",
        "Interval: Too Soon" => "too soon after the dose before",
        "Live Virus Conflict" => "too soon after a live vaccine",
        "Inadvertent Vaccine" => "vaccine given by mistake",
        "Not a preferable or allowable vaccine" => "not a vaccine for this dose",
        "Series Already Complete" => "series was complete",
        "Season Not In Schedule" => "season not in the schedule",
        "Expired" => "lot had expired",
        "Dose Condition" => "flagged as defective",
        "Age: Grace Period" => "before the usual age, and counts",
        "Interval: Grace Period" => "before the usual interval, and counts",
        "Less than recommended volume" => "less volume than recommended",
        other => other,
    }
}

/// Whether a reason is one with which a dose still counts.
pub(in crate::pages) fn is_forgiven(reason: &str) -> bool {
    matches!(reason, "Age: Grace Period" | "Interval: Grace Period" | "Less than recommended volume")
}

/// Whether it is for patient and provider to decide (shared clinical decision-making, of which CDC's series say so in their
/// names; hepatitis B from 60 years on, HPV from 27 years on).
pub(in crate::pages) fn is_shared(forecast: &Forecast) -> bool {
    matches!(forecast.caveat, Some(Caveat::ByChoice | Caveat::BySharedDecision))
        || forecast.series.iter().any(|series| series.to_lowercase().contains("shared clinical decision"))
}

/// What is said of a dose that cannot be had otherwise than live while an immunocompromise is on record.
pub(in crate::pages) const LIVE: &str = "live vaccine: immunocompromise on record";

/// What kind of recommendation it is, where it is not for everybody, and the caution about live vaccines.
pub(in crate::pages) fn note(forecast: &Forecast) -> String {
    let kind = match forecast {
        Forecast { caveat: Some(caveat), .. } => Some(caveat.words()),
        forecast if is_shared(forecast) => Some("shared decision"),
        forecast if forecast.is_risk => Some("because of a risk"),
        _ => None,
    };
    let notes = kind.into_iter().chain(forecast.is_cautioned.then_some(LIVE));
    notes.collect::<Vec<_>>().join(" · ")
}

/// The caution about live vaccines behind what names a dose; empty without one.
pub(in crate::pages) fn caution(is_cautioned: bool) -> String {
    if is_cautioned { format!(" ({LIVE})") } else { String::new() }
}

/// `since 09/11/2025 (5 months ago)`, `from 02/11/2028`: when the dose of a group is wanted.
pub(in crate::pages) fn wanted(forecast: &Forecast, on: Date) -> String {
    if let Some(undated) = &forecast.undated {
        return undated.to_string();
    }
    let Some(dates) = forecast.dates else { return String::new() };
    match forecast.standing(on) {
        Standing::Overdue | Standing::Due if is_shared(forecast) => String::new(),
        Standing::Overdue => since(dates.overdue_from().unwrap_or(dates.recommended), on),
        Standing::Due if dates.recommended == on => "from today".to_owned(),
        Standing::Due => since(dates.recommended, on),
        Standing::Possible | Standing::Later => format!("from {}", format::date(dates.recommended)),
        Standing::Undated | Standing::SeasonUnknown | Standing::Settled(_) => String::new(),
    }
}

fn since(day: Date, on: Date) -> String {
    format!("since {} ({})", format::date(day), format::ago(day, on))
}

/// `1 day`, `4 weeks`, `5 months`, `2 years`: how far a later day is away, as clinics count.
pub(in crate::pages) fn ahead(day: Date, on: Date) -> String {
    let whole = |unit: Unit| on.until((unit, day)).unwrap_or_default();
    let days = whole(Unit::Day).get_days();
    let (number, noun) = match days {
        ..14 => (i64::from(days), "day"),
        14..63 => (i64::from(days / 7), "week"),
        _ if on.saturating_add(24.months()) > day => (whole(Unit::Month).get_months().into(), "month"),
        _ => (whole(Unit::Year).get_years().into(), "year"),
    };
    format::counted(number, noun)
}

/// The name of a group in an address: `dtap-tdap-td`.
pub(in crate::pages) fn slug(group: &str) -> String {
    let letters = group.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    letters.collect::<String>().to_lowercase()
}

/// The page that says why, about a group.
pub(in crate::pages) fn why_href(number: RegistryNumber, group: &VaccineGroup) -> String {
    format!("/patients/{number}/why/{}", slug(&group.name))
}

/// `the season of schedule 4.64 ended on 06/30/2026`
pub(in crate::pages) fn season_gap(gap: SeasonGap, release: &str) -> String {
    match gap {
        SeasonGap::EndedOn(day) => format!("the season of schedule {release} ended on {}", format::date(day)),
        SeasonGap::BeganOn(day) => format!(
            "the season of schedule {release} began on {}, a year ago or longer, and names no end",
            format::date(day)
        ),
    }
}

/// `Hepatitis B, Hib and Polio`
pub(in crate::pages) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{ahead, listed, sentence, slug};
    use jiff::civil::date;

    #[test]
    fn dates_in_sentences_print_like_all_others() {
        #[rustfmt::skip]
        let table = [
            ("too soon: 15 days after MMR of 2025-02-10, at least 28 needed", "too soon: 15 days after MMR of 02/10/2025, at least 28 needed"),
            ("2025-02-10",                                                    "02/10/2025"),
            ("(2025-02-10; 2026-03-02)",                                      "(02/10/2025; 03/02/2026)"),
            ("DTaP-Hib-IPV 20250210 2025-13-40 é2025-0é",                     "DTaP-Hib-IPV 20250210 2025-13-40 é2025-0é"),
            ("",                                                              ""),
        ];
        for (said, printed) in table {
            assert_eq!(sentence(said), printed);
        }
    }

    #[test]
    fn how_far_a_day_is_away_is_said_as_clinics_count() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            (date(2026, 3, 3),  "1 day"),    (date(2026, 3, 15), "13 days"), (date(2026, 3, 30), "4 weeks"),
            (date(2026, 9, 2),  "6 months"), (date(2028, 3, 1), "23 months"), (date(2028, 3, 2), "2 years"),
        ];
        for (day, said) in table {
            assert_eq!(ahead(day, today), said, "{day}");
        }
    }

    #[test]
    fn names_are_joined_and_made_fit_for_addresses() {
        assert_eq!(slug("DTaP/Tdap/Td"), "dtap-tdap-td");
        assert_eq!(listed(&["A".into(), "B".into(), "C".into()]), "A, B and C");
    }
}
