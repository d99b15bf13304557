//! The form for what-if: another day, and doses that are only planned.

use crate::pages::frame::Problem;
use crate::pages::{codes, format};
use iis_model::recommendation::{PlannedDose, VisitPlan};
use iis_model::{Cvx, Date};
use iis_registry::people::typed_date::{is_impossible_date, read_date};
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

/// A question on its way to another page: the fields of a form that cannot be seen.
#[derive(Debug, Clone)]
pub(in crate::pages) struct Asked {
    pub(in crate::pages) csrf: String,
    /// The page of what-if.
    pub(in crate::pages) action: String,
    /// Names and values, as [`Typed`] reads them.
    pub(in crate::pages) fields: Vec<(&'static str, String)>,
}

impl Question {
    /// The question with every day written out.
    pub(in crate::pages) fn asked(&self, csrf: String, action: String) -> Asked {
        let mut fields = vec![("on", format::date(self.on))];
        for (dose, (vaccine_id, given_id)) in self.planned.iter().zip(FIELDS) {
            fields.push((vaccine_id, dose.cvx.to_string()));
            fields.push((given_id, format::date(dose.on)));
        }
        Asked { csrf, action, fields }
    }
}

/// `MMR on 03/02/2026`
pub(in crate::pages) fn planned_dose(dose: PlannedDose) -> String {
    format!("{} on {}", codes::short_name(dose.cvx), format::date(dose.on))
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
    /// Vaccines that can be given today; then all that are in use, by group.
    pub(in crate::pages) choices: Vec<ChoiceGroup>,
}

/// Vaccines to choose from under one heading.
#[derive(Debug, Clone)]
pub(in crate::pages) struct ChoiceGroup {
    pub(in crate::pages) label: String,
    pub(in crate::pages) options: Vec<OptionView>,
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
        let words = if is_impossible_date(text) {
            "There is no such date: check the month and the day."
        } else {
            "Enter the date as MM/DD/YYYY, for example 03/02/2026, or t for today, t+30 for 30 days later."
        };
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
        choices: choices(visits, vaccine),
    };
    PlanForm { csrf, action, on: typed.on.trim().to_owned(), rows: rows.map(row).collect(), problems }
}

/// Each vaccine stands once: among those that can be given today, else among the combinations or under its group. What
/// was chosen stays chosen.
fn choices(visits: &VisitPlan, chosen: &str) -> Vec<ChoiceGroup> {
    let offered = visits.today.offers.iter().flat_map(|offer| &offer.vaccines).map(|vaccine| vaccine.cvx);
    let mut fitting: Vec<Cvx> = Vec::new();
    for cvx in offered {
        if !fitting.contains(&cvx) {
            fitting.push(cvx);
        }
    }
    let others: Vec<Cvx> = codes::vaccines_in_use().filter(|cvx| !fitting.contains(cvx)).collect();
    let groups_of = |cvx: &Cvx| codes::vaccine(*cvx).map_or(0, |vaccine| vaccine.groups().count());
    let is_of = |cvx: &Cvx, group: &str| {
        groups_of(cvx) == 1
            && codes::vaccine(*cvx).is_some_and(|vaccine| vaccine.groups().any(|own| own == group))
    };
    let mut choices = vec![choice_group("Can be given today", fitting.iter().copied(), chosen)];
    let combinations = others.iter().copied().filter(|cvx| groups_of(cvx) > 1);
    choices.push(sorted(choice_group("Combination vaccines", combinations, chosen)));
    choices.extend(codes::groups().map(|(group, label)| {
        let own = others.iter().copied().filter(|cvx| is_of(cvx, group));
        sorted(choice_group(label, own, chosen))
    }));
    choices.retain(|choice| !choice.options.is_empty());
    choices
}

fn choice_group(label: &str, vaccines: impl Iterator<Item = Cvx>, chosen: &str) -> ChoiceGroup {
    ChoiceGroup { label: label.to_owned(), options: vaccines.filter_map(|cvx| option(cvx, chosen)).collect() }
}

fn sorted(mut choice: ChoiceGroup) -> ChoiceGroup {
    choice.options.sort_by_cached_key(|option| option.label.to_lowercase());
    choice
}

fn option(cvx: Cvx, chosen: &str) -> Option<OptionView> {
    let name = format::sentence_case(&codes::vaccine(cvx)?.short_name);
    let value = cvx.to_string();
    Some(OptionView { is_chosen: value == chosen, label: format!("{name} (CVX {value})"), value })
}

#[cfg(test)]
mod tests {
    use super::{ChoiceGroup, Question, Typed, choices, read};
    use crate::pages::codes;
    use iis_model::recommendation::{PlannedDose, Visit, VisitPlan};
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
    fn every_vaccine_in_use_can_be_chosen_and_stands_once() {
        let today = Visit { on: TODAY, offers: Vec::new(), live_apart_until: None };
        let visits = VisitPlan { today, next: None, held_back: Vec::new() };
        let choices = choices(&visits, "03");
        let mut offered: Vec<&str> =
            choices.iter().flat_map(|choice| &choice.options).map(|option| &*option.value).collect();
        offered.sort_unstable();
        let mut in_use: Vec<String> = codes::vaccines_in_use().map(|cvx| cvx.to_string()).collect();
        in_use.sort_unstable();
        assert_eq!(offered, in_use);
        let under = |value: &str| {
            let holds = |choice: &&ChoiceGroup| choice.options.iter().any(|option| option.value == value);
            choices.iter().find(holds).map(|choice| choice.label.as_str())
        };
        assert_eq!((under("94"), under("03")), (Some("Combination vaccines"), Some("MMR")));
        let chosen = choices.iter().flat_map(|choice| &choice.options).filter(|option| option.is_chosen);
        assert_eq!(chosen.map(|option| &*option.value).collect::<Vec<_>>(), ["03"]);
    }

    #[test]
    fn a_question_that_is_carried_on_is_the_same_question() {
        let planned = vec![
            PlannedDose { on: date(2026, 3, 9), cvx: Cvx::new(3) },
            PlannedDose { on: date(2027, 3, 9), cvx: Cvx::new(21) },
        ];
        let question = Question { on: date(2027, 6, 1), planned };
        let fields = question.asked(String::new(), String::new()).fields;
        let fields: serde_json::Map<String, serde_json::Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let typed: Typed = serde_json::from_value(fields.into()).expect("the fields of the form");
        assert_eq!(read(&typed, TODAY), Ok(question));
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
                problems.iter().map(|problem| &*problem.field).collect::<Vec<_>>(),
                [field],
                "{on} {given}"
            );
        }
    }
}
