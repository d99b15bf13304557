//! The form for what-if: another day, and doses that are only planned.

use crate::pages::frame::Problem;
use crate::pages::{codes, format};
use iis_model::recommendation::{PlannedDose, VisitPlan};
use iis_model::{Cvx, Date};
use iis_registry::people::criteria::read_date;
use jiff::{Span, ToSpan};
use serde::Deserialize;

/// Doses that can be planned at once.
const ROWS: usize = 4;

/// What was typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Typed {
    on: String,
    vaccine_1: String,
    given_1: String,
    vaccine_2: String,
    given_2: String,
    vaccine_3: String,
    given_3: String,
    vaccine_4: String,
    given_4: String,
}

impl Typed {
    fn rows(&self) -> [(&str, &str); ROWS] {
        [
            (&self.vaccine_1, &self.given_1),
            (&self.vaccine_2, &self.given_2),
            (&self.vaccine_3, &self.given_3),
            (&self.vaccine_4, &self.given_4),
        ]
        .map(|(vaccine, given)| (vaccine.trim(), given.trim()))
    }
}

/// A question that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct Question {
    pub(in crate::pages) on: Date,
    pub(in crate::pages) planned: Vec<PlannedDose>,
}

/// The form as it is shown.
#[derive(Debug, Clone)]
pub(in crate::pages) struct PlanForm {
    pub(in crate::pages) csrf: String,
    pub(in crate::pages) action: String,
    pub(in crate::pages) on: String,
    pub(in crate::pages) rows: Vec<RowView>,
    pub(in crate::pages) problems: Vec<Problem>,
}

/// A planned dose in the form.
#[derive(Debug, Clone)]
pub(in crate::pages) struct RowView {
    pub(in crate::pages) number: usize,
    pub(in crate::pages) vaccine_id: &'static str,
    pub(in crate::pages) given_id: &'static str,
    pub(in crate::pages) given: String,
    /// Vaccines that fit the day of the question.
    pub(in crate::pages) fitting: Vec<OptionView>,
    /// All in use.
    pub(in crate::pages) all: Vec<OptionView>,
}

/// A vaccine to choose.
#[derive(Debug, Clone)]
pub(in crate::pages) struct OptionView {
    pub(in crate::pages) value: String,
    pub(in crate::pages) label: String,
    pub(in crate::pages) is_chosen: bool,
}

/// The ids of the fields, by row.
const FIELDS: [(&str, &str); ROWS] =
    [("vaccine_1", "given_1"), ("vaccine_2", "given_2"), ("vaccine_3", "given_3"), ("vaccine_4", "given_4")];

/// The question that was typed, or what has to be mended first.
pub(in crate::pages) fn read(typed: &Typed, today: Date) -> Result<Question, Vec<Problem>> {
    let mut problems = Vec::new();
    let on = day("on", &typed.on, today, today, &mut problems);
    let mut planned = Vec::new();
    for ((vaccine, given), (vaccine_id, given_id)) in typed.rows().into_iter().zip(FIELDS) {
        if vaccine.is_empty() {
            if !given.is_empty() {
                problems.push(Problem::of(vaccine_id, "Choose the vaccine of this dose, or empty its date."));
            }
            continue;
        }
        let given_on = day(given_id, given, today, on.unwrap_or(today), &mut problems);
        match vaccine.parse::<Cvx>().ok().filter(|cvx| codes::vaccine(*cvx).is_some()) {
            Some(cvx) => planned.extend(given_on.map(|on| PlannedDose { on, cvx })),
            None => problems.push(Problem::of(vaccine_id, "Choose a vaccine from the list.")),
        }
    }
    match on {
        Some(on) if problems.is_empty() => Ok(Question { on, planned }),
        _ => Err(problems),
    }
}

/// A day of the form; an empty field means `usual`.
fn day(
    field: &'static str,
    text: &str,
    today: Date,
    usual: Date,
    problems: &mut Vec<Problem>,
) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() {
        return Some(usual);
    }
    let day = relative(text, today).or_else(|| read_date(text, today.saturating_add(50.years())));
    let day = day.filter(|day| (1900..2200).contains(&day.year()));
    if day.is_none() {
        let words =
            "Enter the date as MM/DD/YYYY, for example 03/02/2026, or t for today, t+30 for 30 days later.";
        problems.push(Problem::of(field, words));
    }
    day
}

/// `t`, `t+30`, `t-3`: counted in days from today.
fn relative(text: &str, today: Date) -> Option<Date> {
    let rest = text.strip_prefix(['t', 'T'])?;
    let days: i32 =
        if rest.is_empty() { 0 } else { rest.parse().ok().filter(|_| rest.starts_with(['+', '-']))? };
    today.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The form with what was typed.
pub(in crate::pages) fn form(
    csrf: String,
    action: String,
    typed: &Typed,
    visits: &VisitPlan,
    problems: Vec<Problem>,
) -> PlanForm {
    let rows = typed.rows().into_iter().zip(FIELDS).enumerate();
    let row = |(at, ((vaccine, given), (vaccine_id, given_id))): (usize, ((&str, &str), _))| RowView {
        number: at + 1,
        vaccine_id,
        given_id,
        given: given.to_owned(),
        fitting: fitting(visits, vaccine),
        all: all(visits, vaccine),
    };
    PlanForm { csrf, action, on: typed.on.trim().to_owned(), rows: rows.map(row).collect(), problems }
}

fn fitting_codes(visits: &VisitPlan) -> Vec<Cvx> {
    let mut codes: Vec<Cvx> =
        visits.today.offers.iter().flat_map(|offer| &offer.vaccines).map(|vaccine| vaccine.cvx).collect();
    let mut seen = std::collections::BTreeSet::new();
    codes.retain(|cvx| seen.insert(*cvx));
    codes
}

fn fitting(visits: &VisitPlan, chosen: &str) -> Vec<OptionView> {
    fitting_codes(visits).into_iter().filter_map(|cvx| option(cvx, chosen)).collect()
}

fn all(visits: &VisitPlan, chosen: &str) -> Vec<OptionView> {
    let fitting = fitting_codes(visits);
    let others = codes::vaccines_in_use().filter(|cvx| !fitting.contains(cvx));
    let mut options: Vec<OptionView> = others.filter_map(|cvx| option(cvx, chosen)).collect();
    options.sort_by_cached_key(|option| option.label.to_lowercase());
    options
}

fn option(cvx: Cvx, chosen: &str) -> Option<OptionView> {
    let name = format::sentence_case(&codes::vaccine(cvx)?.short_name);
    let value = cvx.to_string();
    Some(OptionView { is_chosen: value == chosen, label: format!("{name} (CVX {value})"), value })
}

#[cfg(test)]
mod tests {
    use super::{Question, Typed, read};
    use iis_model::recommendation::PlannedDose;
    use iis_model::{Cvx, Date};
    use jiff::civil::date;

    const TODAY: Date = date(2026, 3, 2);

    fn typed(on: &str, vaccine: &str, given: &str) -> Typed {
        Typed { on: on.into(), vaccine_2: vaccine.into(), given_2: given.into(), ..Typed::default() }
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        let mmr = |on| PlannedDose { on, cvx: Cvx::new(3) };
        #[rustfmt::skip]
        let table = [
            // on            vaccine  given     the question
            ("",             "",      "",       date(2026, 3, 2), vec![]),
            ("6/1/26",       "",      "",       date(2026, 6, 1), vec![]),
            ("t+30",         "",      "",       date(2026, 4, 1), vec![]),
            ("T-2",          "03",    "",       date(2026, 2, 28), vec![mmr(date(2026, 2, 28))]),
            ("",             "3",     "t",      date(2026, 3, 2), vec![mmr(date(2026, 3, 2))]),
            ("06/01/2027",   "03",    "3/9/26", date(2027, 6, 1), vec![mmr(date(2026, 3, 9))]),
        ];
        for (on, vaccine, given, day, planned) in table {
            assert_eq!(
                read(&typed(on, vaccine, given), TODAY),
                Ok(Question { on: day, planned }),
                "{on} {given}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_beside_its_field() {
        #[rustfmt::skip]
        let table = [
            ("soon",       "",    "",        "on"),
            ("02/30/2026", "",    "",        "on"),
            ("01/01/1800", "",    "",        "on"),
            ("t+99999999", "",    "",        "on"),
            ("",           "",    "3/9/26",  "vaccine_2"),
            ("",           "999999", "",     "vaccine_2"),
            ("",           "03",  "t30",     "given_2"),
        ];
        for (on, vaccine, given, field) in table {
            let problems = read(&typed(on, vaccine, given), TODAY).expect_err("cannot be read");
            assert_eq!(
                problems.iter().map(|problem| problem.field).collect::<Vec<_>>(),
                [field],
                "{on} {given}"
            );
        }
    }
}
