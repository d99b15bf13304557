//! Today and the next visit, on tables.

use super::Want;
use crate::codes::{Cvx, Sex};
use crate::compiled::Schedule;
use crate::dates::Day;
use crate::gather::{BirthDate, DoseGiven, History};
use crate::process::Scratch;
use crate::tables::built_in;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a test writes dates that exist")
}

fn schedule() -> Schedule {
    Schedule::compile(&built_in().expect("built in"), &[]).expect("it can be compiled")
}

fn child(birth: &str) -> History {
    History { birth: BirthDate::On(day(birth)), sex: Sex::Female, ..History::default() }
}

#[test]
fn a_child_of_two_months_is_offered_all_groups_at_once() {
    let schedule = schedule();
    let plan = schedule.plan(&child("2025-01-10"), day("2025-03-10"), &mut Scratch::default());
    let wanted: Vec<_> = plan
        .today
        .offers
        .iter()
        .filter(|offer| offer.is_wanted())
        .map(|offer| schedule.vaccine_group_name(offer.group))
        .collect();
    for group in ["DTaP/Tdap/Td", "HepB", "Hib", "Pneumococcal", "Polio", "Rotavirus"] {
        assert!(wanted.contains(&group), "{group} in {wanted:?}");
    }
    let next = plan.next.expect("more is to come");
    assert_eq!(next.on, day("2025-04-07"), "four weeks after the first dose of HepB");
    let want = |name: &str| {
        let group = schedule.vaccine_group_named(name);
        next.offers.iter().find(|offer| Some(offer.group) == group).map(|offer| offer.want)
    };
    assert_eq!(want("HepB"), Some(Want::Recommended));
    assert_eq!(want("Polio"), Some(Want::Possible), "recommended at 4 months, can count from 4 weeks on");
}

#[test]
fn every_dose_that_is_due_names_a_vaccine_that_can_be_given() {
    let schedule = schedule();
    for birth in ["2025-09-01", "2025-01-10", "2023-01-10", "2014-01-10", "2010-05-01", "1985-01-10"] {
        let plan = schedule.plan(&child(birth), day("2025-11-10"), &mut Scratch::default());
        for offer in plan.today.offers.iter().filter(|offer| offer.is_wanted()) {
            let group = schedule.vaccine_group_name(offer.group);
            assert!(!offer.vaccines.is_empty(), "{group}, born on {birth}");
        }
    }
}

/// CVX codes.
type Codes = &'static [u16];
/// A dose: its code and its day.
type Given = (u16, &'static str);
/// The doses of somebody.
type Doses = &'static [Given];

/// Codes of the vaccines that fit on a day, of a group.
fn fitting(schedule: &Schedule, history: &crate::gather::History, on: &str, group: &str) -> Vec<u16> {
    let plan = schedule.plan(history, day(on), &mut Scratch::default());
    let group = schedule.vaccine_group_named(group).expect("a group");
    let offer = plan.today.offers.into_iter().find(|offer| offer.group == group);
    offer.map(|offer| offer.vaccines.iter().map(|cvx| cvx.number()).collect()).unwrap_or_default()
}

#[test]
fn what_something_on_record_forbids_is_no_vaccine_that_fits() {
    let schedule = schedule();
    #[rustfmt::skip]
    let table: [(&str, &str, &str, Codes, Codes); 10] = [
        // observed  born          group           out                 left
        ("007",      "1994-02-11", "Influenza",    &[111, 333],        &[140]),
        ("186",      "2010-02-11", "Influenza",    &[111, 333],        &[140]),
        ("003",      "2010-02-11", "Influenza",    &[111, 333],        &[140]),
        ("081",      "2025-07-10", "HepB",         &[110, 146],        &[8]),   // after polio vaccine
        ("081",      "2025-07-10", "DTaP/Tdap/Td", &[110, 120, 146],   &[20]),
        ("086",      "2025-07-10", "Polio",        &[110, 120, 146],   &[10]),  // after pertussis vaccine
        ("110",      "2025-07-10", "Polio",        &[110, 146],        &[10]),  // yeast
        ("110",      "2025-07-10", "Hib",          &[146],             &[48]),
        ("089",      "2021-07-10", "MMR",          &[94],              &[3]),   // after varicella vaccine
        ("186",      "2021-07-10", "Varicella",    &[94],              &[21]),
    ];
    for (observed, born, group, out, left) in table {
        let mut history = child(born);
        let found = fitting(&schedule, &history, "2025-11-10", group);
        for cvx in out.iter().chain(left) {
            assert!(found.contains(cvx), "{cvx} fits {group} born {born} without it: {found:?}");
        }
        let code = crate::codes::ObservationCode::parse(observed).expect("a code");
        history.observations = vec![crate::gather::ObservationMade { code, on: Some(day("2025-11-01")) }];
        let found = fitting(&schedule, &history, "2025-11-10", group);
        assert!(out.iter().all(|cvx| !found.contains(cvx)), "{observed} {group}: {found:?}");
        assert!(left.iter().all(|cvx| found.contains(cvx)), "{observed} {group}: {found:?}");
    }
}

#[test]
fn all_products_fit_until_one_is_begun() {
    let schedule = schedule();
    #[rustfmt::skip]
    let table: [(&str, &str, &[Given], Codes, Codes); 8] = [
        // born         group            given                  fit           do not
        ("2019-07-10", "COVID-19",       &[],                   &[310, 311],  &[309, 312]),
        ("2007-07-10", "Meningococcal B", &[],                  &[162, 163],  &[]),
        ("2007-07-10", "Meningococcal B", &[(163, "2025-04-01")], &[163],     &[162]),
        ("2007-07-10", "Meningococcal B", &[(162, "2025-04-01")], &[162],     &[163]),
        ("1994-07-10", "HepB",           &[],                   &[43, 189],   &[8, 110, 44]), // 44: for dialysis
        ("1994-07-10", "HepB",           &[(104, "2025-07-01")], &[43, 104],  &[44]), // Twinrix and single doses go together
        ("2025-05-10", "Hib",            &[(49, "2025-07-15")], &[49, 48],    &[]),   // another brand after PRP-OMP
        ("1970-07-10", "Pneumococcal",   &[],                   &[216],       &[33]), // PPSV23 begins no series
    ];
    for (born, group, given, fit, others) in table {
        let mut history = child(born);
        let dose = |(cvx, on): &Given| DoseGiven::new(day(on), Cvx::new(*cvx).expect("a code"));
        history.doses = given.iter().map(dose).collect();
        let found = fitting(&schedule, &history, "2025-11-10", group);
        assert!(fit.iter().all(|cvx| found.contains(cvx)), "{born} {group} {given:?}: {found:?}");
        assert!(others.iter().all(|cvx| !found.contains(cvx)), "{born} {group} {given:?}: {found:?}");
    }
}

#[test]
fn a_live_vaccine_not_given_with_another_has_to_wait() {
    let schedule = schedule();
    let mut scratch = Scratch::default();
    let mut history = child("2024-01-10");
    let mmr = DoseGiven::new(day("2025-01-20"), Cvx::new(3).expect("a code"));
    history.doses.push(mmr);
    let varicella = schedule.vaccine_group_named("Varicella").expect("a group");
    let offered = |on: &str, scratch: &mut Scratch| {
        schedule.plan(&history, day(on), scratch).today.offers.iter().any(|offer| offer.group == varicella)
    };
    assert!(!offered("2025-02-16", &mut scratch), "27 days after MMR");
    assert!(offered("2025-02-17", &mut scratch), "28 days after MMR");
}

#[test]
fn of_several_live_vaccines_the_one_left_out_has_to_wait() {
    let schedule = schedule();
    let plan = schedule.plan(&child("2024-01-10"), day("2025-01-10"), &mut Scratch::default());
    let live = plan.today.offers.iter().filter(|offer| offer.is_live);
    let names: Vec<_> = live.map(|offer| schedule.vaccine_group_name(offer.group)).collect();
    assert_eq!(names, ["MMR", "Varicella"], "influenza vaccine need not be live");
    assert_eq!(plan.today.live_apart_until, Some(day("2025-02-07")), "28 days");
    let plan = schedule.plan(&child("2024-01-10"), day("2024-03-10"), &mut Scratch::default());
    assert_eq!(plan.today.live_apart_until, None, "only rotavirus is live at two months");
}

#[test]
fn a_planned_dose_changes_the_answer_and_not_the_history() {
    let schedule = schedule();
    let mut scratch = Scratch::default();
    let history = child("2025-01-10");
    let group = schedule.vaccine_group_named("HepB").expect("a group");
    let number = |answer: &crate::Answer| answer.forecasts_of(group).next().map(|f| f.dose_number);
    let planned = [DoseGiven::new(day("2025-01-11"), Cvx::new(8).expect("a code"))];
    assert_eq!(number(&schedule.evaluate(&history, day("2025-02-01"), &mut scratch)), Some(1));
    assert_eq!(number(&schedule.what_if(&history, &planned, day("2025-02-01"), &mut scratch)), Some(2));
    assert!(history.doses.is_empty());
}

#[test]
fn the_answer_stays_the_same_until_the_day_it_is_to_be_made_again() {
    let schedule = schedule();
    let mut scratch = Scratch::default();
    let history = child("2024-11-30");
    let on = day("2025-06-01");
    let answer = schedule.evaluate(&history, on, &mut scratch);
    let until = answer.re_evaluate_on.expect("children change");
    let day_before = schedule.evaluate(&history, until.plus_days(-1), &mut scratch);
    assert!(day_before.says_the_same(&answer));
    let changed = schedule.next_change(&history, on, 100, &mut scratch).expect("the rotavirus series ends");
    assert!(changed.assessed_on >= until && !changed.says_the_same(&answer));
}

/// The schedule moves the whole dose behind the conflict of the live nasal vaccine; CDC gives the others at any time.
#[test]
fn influenza_vaccine_that_is_not_live_need_not_wait_after_mmr() {
    let schedule = schedule();
    let group = schedule.vaccine_group_named("Influenza").expect("a group");
    #[rustfmt::skip]
    let table: [(&str, Doses, &str, Want, Codes, Codes); 3] = [
        // born         given                 on            wanted             fit     not
        ("2024-08-10", &[(3, "2025-11-01")], "2025-11-10", Want::Recommended, &[140], &[111]), // 15 months
        ("2021-08-10", &[(3, "2025-11-01")], "2025-11-10", Want::Recommended, &[140], &[111]), // 4 years
        ("2021-08-10", &[(3, "2025-10-01")], "2025-11-10", Want::Recommended, &[140, 111], &[]),
    ];
    for (born, given, on, want, fit, others) in table {
        let mut history = child(born);
        history.doses =
            given.iter().map(|(cvx, on)| DoseGiven::new(day(on), Cvx::new(*cvx).expect("a code"))).collect();
        let mut scratch = Scratch::default();
        let answer = schedule.evaluate(&history, day(on), &mut scratch);
        let stored = schedule.status(&answer, &scratch);
        let of_group = stored.groups.iter().find(|stored| stored.group == group).expect("a status");
        assert!(of_group.dates.is_some_and(|dates| dates.recommended <= day(on)), "{born}: {of_group:?}");
        let plan = schedule.plan(&history, day(on), &mut scratch);
        let offer = plan.today.offers.iter().find(|offer| offer.group == group).expect("an offer");
        assert_eq!(offer.want, want, "{born}");
        let found: Vec<u16> = offer.vaccines.iter().map(|cvx| cvx.number()).collect();
        assert!(fit.iter().all(|cvx| found.contains(cvx)), "{born}: {found:?}");
        assert!(others.iter().all(|cvx| !found.contains(cvx)), "{born}: {found:?}");
    }
}
