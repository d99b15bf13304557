//! What if: the answer on another day, and with doses that are only planned. Nothing of it is stored.

use super::needs::{NeedsView, needs, one_a_group};
use super::planned::{Asked, PlanForm, Question, planned_dose};
use super::{Said, words};
use crate::pages::frame::Frame;
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::recommendation::{
    Explanation, Forecast, ForecastStatus, HeldBack, PlannedDose, PlannedEvaluation, Recommendation,
    Standing, VisitPlan,
};
use iis_model::record::PersonRecord;
use iis_model::{Cvx, Date};
use iis_registry::recommend::{Against, Schedules, recommend, what_if};

/// `GET` and `POST /patients/{number}/what-if`
#[derive(Debug, Template)]
#[template(path = "patients/recommendation/what_if.html")]
pub(in crate::pages) struct WhatIfPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) form: PlanForm,
    pub(in crate::pages) result: Option<ResultView>,
    pub(in crate::pages) record_href: String,
}

/// The answer.
#[derive(Debug, Clone)]
pub(in crate::pages) struct ResultView {
    /// `Answer for 06/01/2026 with 1 planned dose`
    heading: String,
    /// What was asked, for the pages that say why.
    asked: Asked,
    /// What would become of the planned doses.
    planned: Vec<PlannedView>,
    needs: NeedsView,
    /// The answer it is held against.
    before: String,
    rows: Vec<ComparedRow>,
    /// How many groups differ.
    changed: String,
}

/// What would become of a planned dose in one group.
#[derive(Debug, Clone)]
struct PlannedView {
    status: Status,
    /// `MMR on 03/02/2026`
    dose: String,
    sentence: String,
}

/// A group before and after.
#[derive(Debug, Clone)]
struct ComparedRow {
    group: String,
    before: StandingView,
    after: StandingView,
    is_changed: bool,
    /// The page that says why, for what was asked.
    href: String,
}

/// How a group stands.
#[derive(Debug, Clone)]
struct StandingView {
    status: Option<Status>,
    /// `dose 2 from 02/11/2028`
    text: String,
}

/// Asks the question. Without planned doses the answer is held against today's, else against that without the plan.
pub(in crate::pages) fn result(
    schedules: &Schedules,
    record: &PersonRecord,
    question: &Question,
    today: Date,
    csrf: String,
) -> ResultView {
    let Question { on, planned } = question;
    let asked = what_if(schedules, record, planned, *on);
    let compared_on = if planned.is_empty() { today } else { *on };
    let before = recommend(schedules, record, compared_on);
    let count = i64::try_from(planned.len()).unwrap_or(i64::MAX);
    let rows = compare(&before, &asked.recommendation, record);
    let changed = rows.iter().filter(|row| row.is_changed).count();
    ResultView {
        heading: if planned.is_empty() {
            format!("Answer for {}", format::date(*on))
        } else {
            format!("Answer for {} with {}", format::date(*on), format::counted(count, "planned dose"))
        },
        asked: question.asked(csrf, href(record)),
        planned: planned_views(&asked, &before, question, |dose| {
            against(&Against::of(schedules, record, dose.on), dose.cvx)
        }),
        before: if planned.is_empty() {
            format!("As of {}", format::date(today))
        } else {
            "Without the plan".to_owned()
        },
        changed: match changed {
            0 => "No group changes.".to_owned(),
            1 => "1 group changes.".to_owned(),
            more => format!("{more} groups change."),
        },
        rows,
        needs: {
            let said = Said::with(schedules, record, planned, asked.recommendation);
            let mut needs = needs(&said, record.registry_number, today);
            needs.what_if_href.clear();
            needs.live.extend(held_back(&said.visits, question, |dose| {
                Against::of(schedules, record, dose.on).immunocompromise(dose.cvx).is_empty()
            }));
            needs
        },
    }
}

/// `MMR on 03/02/2026 is a live vaccine: give Varicella on the same day, or not before 03/30/2026.`
/// Nothing is said of one that an immunocompromise on record speaks against.
fn held_back(
    visits: &VisitPlan,
    question: &Question,
    may_be_given: impl Fn(&PlannedDose) -> bool,
) -> Vec<String> {
    let doses = question.planned.iter().enumerate().filter(|(_, dose)| may_be_given(dose));
    let said = doses.filter_map(|(place, dose)| {
        let held: Vec<&HeldBack> = visits.held_back.iter().filter(|held| held.planned == place).collect();
        let until = held.iter().map(|held| held.until).max()?;
        let names: Vec<String> = held.iter().map(|held| codes::schedule_group(&held.group.name)).collect();
        Some(format!(
            "{} is a live vaccine: give {} on the same day, or not before {}.",
            planned_dose(*dose),
            words::listed(&names),
            format::date(until)
        ))
    });
    said.collect()
}

/// What speaks against a dose that would count: its status, and a sentence.
fn against(against: &Against, cvx: Cvx) -> Option<(&'static str, String)> {
    if let Some(said) = against.outside_its_weeks(cvx) {
        return Some(("Not as CDC gives it", format!("In this pregnancy: {said}.")));
    }
    let known = against.immunocompromise(cvx).join("; ");
    let text = format!("On record: {known}; a clinician decides first whether a live vaccine may be given.");
    (!known.is_empty()).then_some(("Live vaccine", text))
}

/// Whether each would count; but a dose that must not be given is not answered with "valid".
fn planned_views(
    asked: &Explanation,
    before: &Recommendation,
    question: &Question,
    against: impl Fn(&PlannedDose) -> Option<(&'static str, String)>,
) -> Vec<PlannedView> {
    let dose = |planned: usize| question.planned.get(planned).copied().map(planned_dose);
    let forbidden = |said: &PlannedEvaluation| {
        let mut of_group = before.forecasts.iter().filter(|forecast| forecast.group.name == said.group.name);
        of_group.find(|forecast| forecast.status == ForecastStatus::Contraindicated)
    };
    let view = |said: &PlannedEvaluation| {
        let (dose, sentence) = (dose(said.planned)?, words::sentence(&said.sentence));
        Some(match forbidden(said) {
            Some(forecast) => PlannedView {
                status: words::standing(forecast, before.assessed_on),
                dose,
                sentence: format!(
                    "{} If it is given all the same: {sentence}",
                    words::sentence(&forecast.sentence)
                ),
            },
            None => match question.planned.get(said.planned).and_then(&against) {
                Some((word, text)) => PlannedView {
                    status: Status::new(Shape::Doubt, word),
                    dose,
                    sentence: format!("{text} If it is given: {sentence}"),
                },
                None => PlannedView { status: words::validity(said.validity), dose, sentence },
            },
        })
    };
    let judged: Vec<PlannedView> = asked.planned.iter().filter_map(view).collect();
    let is_judged = |at: usize| asked.planned.iter().any(|said| said.planned == at);
    let left = (0..question.planned.len()).filter(|at| !is_judged(*at)).filter_map(dose);
    let left = left.map(|dose| PlannedView {
        status: super::verdicts::not_judged(),
        dose,
        sentence: "The schedule does not judge this dose.".to_owned(),
    });
    judged.into_iter().chain(left).collect()
}

fn compare(before: &Recommendation, after: &Recommendation, record: &PersonRecord) -> Vec<ComparedRow> {
    let earlier = one_a_group(before);
    let row = |forecast: &Forecast| {
        let same = earlier.iter().find(|other| other.group.name == forecast.group.name);
        if forecast.is_irrelevant && same.is_some_and(|other| other.is_irrelevant) {
            return None;
        }
        let said =
            |forecast: &Forecast, on: Date| (forecast.standing(on), forecast.dates, forecast.dose_number);
        let is_changed =
            same.is_none_or(|other| said(other, before.assessed_on) != said(forecast, after.assessed_on));
        let nothing = StandingView { status: None, text: String::new() };
        Some(ComparedRow {
            group: codes::schedule_group(&forecast.group.name),
            before: same.map_or(nothing, |other| stands(other, before.assessed_on)),
            after: stands(forecast, after.assessed_on),
            href: words::why_href(record.registry_number, &forecast.group),
            is_changed,
        })
    };
    let mut rows: Vec<ComparedRow> = one_a_group(after).into_iter().filter_map(row).collect();
    rows.sort_by_key(|row| !row.is_changed);
    rows
}

/// `dose 2 from 02/11/2028, possible from 12/23/2026`
fn stands(forecast: &Forecast, on: Date) -> StandingView {
    let is_needed = forecast.dates.is_some() || forecast.undated.is_some();
    let dose = forecast.dose_number.filter(|_| is_needed).map(|dose| format!("dose {dose} "));
    let possible = match (forecast.standing(on), forecast.dates) {
        (Standing::Later, Some(dates)) if dates.earliest < dates.recommended => {
            format!(", possible from {}", format::date(dates.earliest))
        }
        (Standing::Possible, _) => ", possible already".to_owned(),
        _ => String::new(),
    };
    StandingView {
        status: Some(words::standing(forecast, on)),
        text: format!(
            "{}{}{possible}{}",
            dose.unwrap_or_default(),
            words::wanted(forecast, on),
            words::caution(forecast.is_cautioned)
        ),
    }
}

/// The address of the page.
pub(in crate::pages) fn href(record: &PersonRecord) -> String {
    format!("{}/what-if", Page::Record.href(record.registry_number))
}

#[cfg(test)]
mod tests {
    use super::{Question, result};
    use iis_model::recommendation::PlannedDose;
    use iis_model::testing::{person, record};
    use iis_model::{Beginning, Coded, Cvx};
    use iis_registry::desk::saying::{Observed, observation, with_beginning};
    use iis_registry::recommend::Schedules;
    use jiff::civil::date;

    #[test]
    fn a_planned_live_vaccine_is_not_called_valid_with_an_immunocompromise_on_record() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            // immunocompromised  planned  cautioned
            (true,                3,       true),
            (true,                115,     false), // not live
            (false,               3,       false),
        ];
        for (is_known, cvx, is_cautioned) in table {
            let vxc27 = Coded::new("VXC27", "", "CDCPHINVS");
            let known = observation(Observed::Contraindication, vxc27, "2026-02-01".parse().expect("a date"));
            let events = Some(known).filter(|_| is_known).into_iter().collect();
            let record = record(person().born("2012-02-11"), events);
            let planned = vec![PlannedDose { on: today, cvx: Cvx::new(cvx) }];
            let question = Question { on: today, planned };
            let view = result(&Schedules::built_in(), &record, &question, today, String::new());
            let told = view.planned.iter().any(|one| one.sentence.contains("a clinician decides first"));
            assert_eq!(told, is_cautioned, "{is_known} {cvx}: {:?}", view.planned);
            let advised = view.needs.live.iter().any(|text| text.contains("on the same day"));
            assert_eq!(advised, !is_known, "{is_known} {cvx}: {:?}", view.needs.live);
        }
    }

    /// Week 24 of a pregnancy, and a vaccine that is for no pregnancy: the schedule counts both.
    #[test]
    fn a_planned_rsv_vaccine_is_not_called_valid_outside_of_its_weeks() {
        let today = date(2026, 1, 5);
        let pregnant = |begun: &str| {
            let coded = Coded::new("77386006", "", "SCT");
            let said = observation(Observed::Contraindication, coded, "2025-12-01".parse().expect("a date"));
            with_beginning(said, Beginning::Pregnancy, begun.parse().expect("a date"))
        };
        #[rustfmt::skip]
        let table = [
            // begun        planned  told
            ("2025-07-20",  305,     true),  // week 24
            ("2025-05-20",  305,     false), // week 32
            ("2025-05-20",  303,     true),
        ];
        for (begun, cvx, told) in table {
            let record = record(person().born("1995-02-11"), vec![pregnant(begun)]);
            let planned = vec![PlannedDose { on: today, cvx: Cvx::new(cvx) }];
            let question = Question { on: today, planned };
            let view = result(&Schedules::built_in(), &record, &question, today, String::new());
            let is_told = view.planned.iter().any(|one| one.sentence.starts_with("In this pregnancy: "));
            assert_eq!(is_told, told, "{begun} {cvx}: {:?}", view.planned);
        }
    }
}
