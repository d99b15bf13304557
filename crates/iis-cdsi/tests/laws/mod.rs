//! Laws that hold for every history, checked over generated ones.

use super::population::{Numbers, person};
use iis_cdsi::answer::DoseStatus;
use iis_cdsi::codes::{Cvx, ObservationCode, Sex};
use iis_cdsi::dates::Day;
use iis_cdsi::gather::{BirthCountry, BirthDate, DoseGiven, History, ObservationMade};
use iis_cdsi::status::Status;
use iis_cdsi::{Answer, Schedule, Scratch};

/// Vaccines against one disease only, which no rule of another disease looks at.
const UNRELATED: &[u16] = &[223, 134, 101, 174, 18];

/// One plausible and one wild history, put to every law. The error names the broken law.
pub(crate) fn check(schedule: &Schedule, seed: u64, scratch: &mut Scratch) -> Result<(), String> {
    let mut numbers = Numbers::new(seed);
    let today = Day::from_civil(2025, 11, 20).plus_days(number(&mut numbers, 700) - 150);
    for history in [person(&mut numbers, today), wild(&mut numbers, today)] {
        let answer = schedule.evaluate(&history, today, scratch);
        same_input_same_output(schedule, &history, &answer, numbers.percent(10))?;
        order_does_not_matter(schedule, &history, &answer, &mut numbers, scratch)?;
        dates_are_ordered(&answer)?;
        the_answer_holds_until_it_is_to_be_made_again(schedule, &history, &answer, &mut numbers, scratch)?;
        the_status_keeps_what_the_answer_says(schedule, &history, &answer, scratch)?;
        an_unrelated_dose_changes_nothing(schedule, &history, &answer, &mut numbers, scratch)?;
    }
    let history = person(&mut numbers, today);
    an_offered_dose_is_valid(schedule, &history, today, scratch)
}

fn number(numbers: &mut Numbers, below: u32) -> i32 {
    i32::try_from(numbers.below(below)).unwrap_or_default()
}

/// Anything a sender may send: unknown codes, doses before birth and in the future, the same
/// day over and over, observations at random, birth dates without a day.
pub(crate) fn wild(numbers: &mut Numbers, today: Day) -> History {
    let birth = today.plus_days(-number(numbers, 40_000) + 50);
    let (year, month, _) = birth.to_civil();
    let birth_date = match numbers.below(10) {
        0 => BirthDate::Unknown,
        1 => BirthDate::InMonth {
            year: i16::try_from(year).unwrap_or_default(),
            month: i8::try_from(month).unwrap_or_default() + i8::from(numbers.percent(3)) * 12,
        },
        _ => BirthDate::On(birth),
    };
    let mut doses = Vec::new();
    for _ in 0..numbers.below(30) {
        let on = match numbers.below(4) {
            0 => birth.plus_days(number(numbers, 2000) - 20),
            1 => today.plus_days(number(numbers, 60) - 50),
            _ => birth.plus_days(number(numbers, 40) * 28),
        };
        let cvx = Cvx::new(u16::try_from(numbers.below(330) + 1).unwrap_or(1));
        let Some(cvx) = cvx else { continue };
        let lot_expires_on = numbers.percent(5).then(|| on.plus_days(number(numbers, 40) - 20));
        doses.push(DoseGiven { is_flagged: numbers.percent(3), lot_expires_on, ..DoseGiven::new(on, cvx) });
    }
    let observations = (0..numbers.below(4)).filter_map(|_| {
        let code = ObservationCode::parse(&format!("{:03}", numbers.below(290)))?;
        let on = numbers.percent(50).then(|| birth.plus_days(number(numbers, 9000)));
        Some(ObservationMade { code, on })
    });
    History {
        observations: observations.collect(),
        birth: birth_date,
        sex: numbers.pick(&[Sex::Female, Sex::Male, Sex::Unknown]),
        birth_country: numbers.pick(&[
            BirthCountry::NotRecorded,
            BirthCountry::UnitedStates,
            BirthCountry::Other,
        ]),
        doses,
    }
}

fn same_input_same_output(
    schedule: &Schedule,
    history: &History,
    answer: &Answer,
    is_explained: bool,
) -> Result<(), String> {
    let mut fresh = Scratch::default();
    if schedule.evaluate(history, answer.assessed_on, &mut fresh) != *answer {
        return Err(format!("the same input gave another output: {history:?}"));
    }
    if is_explained && schedule.explain(history, answer.assessed_on, &mut fresh).answer != *answer {
        return Err(format!("an explanation gave another answer: {history:?}"));
    }
    Ok(())
}

/// Doses of one day keep their order; the days are put in any order.
fn order_does_not_matter(
    schedule: &Schedule,
    history: &History,
    answer: &Answer,
    numbers: &mut Numbers,
    scratch: &mut Scratch,
) -> Result<(), String> {
    let mut days: Vec<Day> = history.doses.iter().map(|dose| dose.on).collect();
    days.sort_unstable();
    days.dedup();
    for at in (1..days.len()).rev() {
        let other = numbers.below(u32::try_from(at + 1).unwrap_or(1));
        days.swap(at, usize::try_from(other).unwrap_or_default());
    }
    let order: Vec<usize> = days
        .iter()
        .flat_map(|day| (0..history.doses.len()).filter(|index| history.doses[*index].on == *day))
        .collect();
    let shuffled =
        History { doses: order.iter().map(|index| history.doses[*index]).collect(), ..history.clone() };
    let other = schedule.evaluate(&shuffled, answer.assessed_on, scratch);
    let mut evaluations = other.evaluations.clone();
    for evaluation in &mut evaluations {
        evaluation.dose = u16::try_from(order[usize::from(evaluation.dose)]).unwrap_or_default();
    }
    evaluations.sort_unstable();
    if evaluations != answer.evaluations || other.forecasts != answer.forecasts {
        return Err(format!("the order of the input mattered: {history:?}"));
    }
    Ok(())
}

fn dates_are_ordered(answer: &Answer) -> Result<(), String> {
    for forecast in &answer.forecasts {
        let Some(dates) = forecast.dates else { continue };
        let is_ordered = dates.earliest <= dates.recommended
            && dates.past_due.is_none_or(|day| dates.earliest <= day)
            && dates.latest.is_none_or(|day| dates.earliest <= day);
        if !is_ordered {
            return Err(format!("dates out of order: {forecast:?}"));
        }
    }
    Ok(())
}

fn the_answer_holds_until_it_is_to_be_made_again(
    schedule: &Schedule,
    history: &History,
    answer: &Answer,
    numbers: &mut Numbers,
    scratch: &mut Scratch,
) -> Result<(), String> {
    let last = answer.re_evaluate_on.unwrap_or(answer.assessed_on.plus_days(9000)).plus_days(-1);
    let between = u32::try_from(last.days_since(answer.assessed_on)).unwrap_or(0);
    for on in [last, answer.assessed_on.plus_days(number(numbers, between + 1))] {
        if !schedule.evaluate(history, on, scratch).says_the_same(answer) {
            let from = answer.assessed_on;
            return Err(format!("the answer of {from} changed by {on}, before it said: {history:?}"));
        }
    }
    Ok(())
}

fn the_status_keeps_what_the_answer_says(
    schedule: &Schedule,
    history: &History,
    answer: &Answer,
    scratch: &mut Scratch,
) -> Result<(), String> {
    let again = schedule.evaluate(history, answer.assessed_on, scratch);
    let status = schedule.status(&again, scratch);
    if Status::unpack(&status.pack()) == Some(status) {
        Ok(())
    } else {
        Err(format!("the packed status lost something: {answer:?}"))
    }
}

fn an_unrelated_dose_changes_nothing(
    schedule: &Schedule,
    history: &History,
    answer: &Answer,
    numbers: &mut Numbers,
    scratch: &mut Scratch,
) -> Result<(), String> {
    let BirthDate::On(birth) = history.birth else { return Ok(()) };
    let Some(cvx) = Cvx::new(numbers.pick(UNRELATED)) else { return Ok(()) };
    let age = u32::try_from(answer.assessed_on.days_since(birth)).unwrap_or(0);
    let on = birth.plus_days(number(numbers, age + 1));
    let mut with = history.clone();
    with.doses.push(DoseGiven::new(on, cvx));
    let added = u16::try_from(history.doses.len()).unwrap_or(u16::MAX);
    let other = schedule.evaluate(&with, answer.assessed_on, scratch);
    let own: Vec<_> = schedule.vaccine_groups_of(cvx).collect();
    let without_own = |answer: &Answer| {
        let mut forecasts = answer.forecasts.clone();
        forecasts.retain(|forecast| !own.contains(&forecast.group));
        let vaccines: Vec<Vec<Cvx>> =
            forecasts.iter().map(|forecast| answer.recommended_vaccines(forecast).to_vec()).collect();
        let said: Vec<_> =
            forecasts.iter().map(|f| (f.group, f.status, f.reason, f.dates, f.dose_number)).collect();
        let mut evaluations = answer.evaluations.clone();
        let of_own = |antigen| schedule.vaccine_group_of(antigen).is_some_and(|group| own.contains(&group));
        evaluations.retain(|evaluation| evaluation.dose != added && !of_own(evaluation.antigen));
        (said, vaccines, evaluations)
    };
    if without_own(answer) != without_own(&other) {
        return Err(format!("a dose of CVX {cvx} on {on} changed another group: {history:?}"));
    }
    Ok(())
}

/// What a visit offers counts when it is given: today, and on each recommended date to come.
fn an_offered_dose_is_valid(
    schedule: &Schedule,
    history: &History,
    today: Day,
    scratch: &mut Scratch,
) -> Result<(), String> {
    let answer = schedule.evaluate(history, today, scratch);
    let mut days: Vec<Day> =
        answer.forecasts.iter().filter_map(|f| f.dates).map(|d| d.recommended.max(today)).collect();
    days.sort_unstable();
    days.dedup();
    for on in days.into_iter().take(3) {
        for offer in schedule.plan(history, on, scratch).today.offers {
            let Some(cvx) = offer.vaccines.first() else { continue };
            let mut given = history.clone();
            given.doses.push(DoseGiven::new(on, *cvx));
            let answer = schedule.evaluate(&given, on, scratch);
            let counts = |antigen: u8| {
                let mut judged = answer.evaluations_of(history.doses.len());
                judged.any(|e| e.antigen == antigen && e.status == DoseStatus::Valid)
            };
            let judged = answer.evaluations_of(history.doses.len()).map(|evaluation| evaluation.antigen);
            let of_group: Vec<u8> =
                judged.filter(|antigen| schedule.vaccine_group_of(*antigen) == Some(offer.group)).collect();
            // Where the antigens of a group are given apart, one can be wanted before the
            // others can count (MULTIANTVG-1, priority forecast).
            let groups = &schedule.release().vaccine_groups;
            let is_given_apart = groups[usize::from(offer.group)].is_given_whole == Some(false);
            let is_valid = if is_given_apart {
                of_group.into_iter().any(counts)
            } else {
                !of_group.is_empty() && of_group.into_iter().all(counts)
            };
            if !is_valid {
                let told = schedule.explain(&given, on, scratch);
                let added = u16::try_from(history.doses.len()).unwrap_or(u16::MAX);
                let verdict = told.doses.iter().find(|dose| dose.dose == added && dose.group == offer.group);
                let group = schedule.vaccine_group_name(offer.group);
                let sentence = verdict.map_or("not judged at all", |verdict| &verdict.sentence);
                return Err(format!(
                    "{group}: CVX {cvx} offered for {on} does not count: {sentence} {history:?}"
                ));
            }
        }
    }
    Ok(())
}
