//! Invented people and what the built-in release says of them: the schedule as a nurse would
//! tell it, so that the engine is checked also where the published cases are not at hand.

use iis_cdsi::answer::{DoseStatus, Forecast, Reasons, SeriesStatus, StatusReason};
use iis_cdsi::codes::{Cvx, Mvx, ObservationCode, Sex};
use iis_cdsi::dates::Day;
use iis_cdsi::gather::{BirthDate, DoseGiven, History, InputFinding, ObservationMade};
use iis_cdsi::overlay::Overlay;
use iis_cdsi::season::{Head, SeasonGap, draft};
use iis_cdsi::{Answer, Schedule, Scratch, tables};

fn day(text: &str) -> Day {
    Day::parse(text).expect("a test writes dates that exist")
}

fn schedule() -> Schedule {
    let release = tables::built_in().expect("the built-in tables can be read");
    Schedule::compile(&release, &[]).expect("the built-in release can be compiled")
}

/// A girl with doses, written as `DATE CVX`.
fn girl(birth: &str, doses: &[&str]) -> History {
    let dose = |text: &&str| {
        let (on, code) = text.split_once(' ').expect("date and code");
        DoseGiven::new(day(on), Cvx::parse(code).expect("a code"))
    };
    History {
        birth: BirthDate::On(day(birth)),
        sex: Sex::Female,
        doses: doses.iter().map(dose).collect(),
        ..History::default()
    }
}

fn with_observation(mut history: History, code: &str) -> History {
    let code = ObservationCode::parse(code).expect("a code");
    history.observations.push(ObservationMade { code, on: None });
    history
}

fn ask(schedule: &Schedule, history: &History, on: &str) -> Answer {
    schedule.evaluate(history, day(on), &mut Scratch::default())
}

fn forecast<'a>(schedule: &Schedule, answer: &'a Answer, group: &str) -> &'a Forecast {
    let group = schedule.vaccine_group_named(group).expect("a vaccine group");
    answer.forecasts_of(group).next().expect("every group has a forecast")
}

#[test]
fn a_newborn_is_forecast_for_every_group_that_applies_and_told_of_the_others() {
    let schedule = schedule();
    let answer = ask(&schedule, &girl("2025-03-10", &[]), "2025-03-10");
    #[rustfmt::skip]
    let table = [
        // group           earliest            recommended         past due
        ("HepB",           Some("2025-03-10"), Some("2025-03-10"), Some("2025-04-06")),
        ("DTaP/Tdap/Td",   Some("2025-04-21"), Some("2025-05-10"), Some("2025-07-07")),
        ("MMR",            Some("2026-03-10"), Some("2026-03-10"), Some("2026-08-06")),
        ("Varicella",      Some("2026-03-10"), Some("2026-03-10"), Some("2026-08-06")),
        ("Cholera",        None,               None,               None), // only for travelers
    ];
    for (group, earliest, recommended, past_due) in table {
        let dates = forecast(&schedule, &answer, group).dates;
        assert_eq!(dates.map(|dates| dates.earliest), earliest.map(day), "{group}");
        assert_eq!(dates.map(|dates| dates.recommended), recommended.map(day), "{group}");
        assert_eq!(dates.and_then(|dates| dates.past_due), past_due.map(day), "{group}");
    }
    assert_eq!(forecast(&schedule, &answer, "Cholera").reason, StatusReason::NoSeriesApplies);
    let mmr = forecast(&schedule, &answer, "MMR");
    assert_eq!(schedule.antigens_needed(mmr).collect::<Vec<_>>(), ["Measles", "Mumps", "Rubella"]);
    let hep_b = forecast(&schedule, &answer, "HepB").series.expect("one series answers");
    assert_eq!(schedule.series_group_name(hep_b), "Standard");
    let groups: std::collections::BTreeSet<u8> = answer.forecasts.iter().map(|f| f.group).collect();
    assert_eq!(groups.len(), usize::from(schedule.vaccine_group_count()));
}

#[test]
fn verdicts_change_on_the_day_and_not_the_day_before() {
    let schedule = schedule();
    let early = Reasons::TOO_YOUNG;
    #[rustfmt::skip]
    let table = [
        // doses                          judged  status               reason
        (&["2026-03-05 03"][..],          0, DoseStatus::NotValid, early), // 12 months - 5 days
        (&["2026-03-06 03"],              0, DoseStatus::Valid,    Reasons::AGE_GRACE), // - 4 days
        (&["2026-03-10 03"],              0, DoseStatus::Valid,    Reasons::NONE),
        (&["2026-03-10 21", "2026-04-06 03"], 1, DoseStatus::NotValid, Reasons::VACCINE_CONFLICT), // 27 days
        (&["2026-03-10 21", "2026-04-07 03"], 1, DoseStatus::Valid,    Reasons::NONE), // 28 days
        (&["2026-03-10 21", "2026-03-10 03"], 1, DoseStatus::Valid,    Reasons::NONE), // same day
    ];
    for (doses, judged, status, reason) in table {
        let answer = ask(&schedule, &girl("2025-03-10", doses), "2027-01-01");
        let measles = answer.evaluations_of(judged).find(|e| schedule.antigen_name(e.antigen) == "Measles");
        let measles = measles.expect("MMR holds measles");
        assert_eq!(measles.status, status, "{doses:?}");
        assert!(measles.reasons.contains(reason), "{doses:?}: {:?}", measles.reasons);
    }
}

#[test]
fn a_defective_dose_has_to_be_repeated() {
    let schedule = schedule();
    let mut history = girl("2024-03-10", &["2025-03-20 03"]);
    history.doses[0].lot_expires_on = Some(day("2025-03-19"));
    let answer = ask(&schedule, &history, "2025-04-01");
    let evaluation = answer.evaluations_of(0).next().expect("judged");
    assert_eq!((evaluation.status, evaluation.reasons), (DoseStatus::SubStandard, Reasons::EXPIRED));
    assert_eq!(forecast(&schedule, &answer, "MMR").dose_number, 1);
    history.doses[0].lot_expires_on = Some(day("2025-03-20")); // the last day of use
    assert_eq!(forecast(&schedule, &ask(&schedule, &history, "2025-04-01"), "MMR").dose_number, 2);
}

#[test]
fn observations_make_immune_contraindicated_or_at_risk() {
    let schedule = schedule();
    let adult = || girl("1990-05-05", &[]);
    #[rustfmt::skip]
    let table = [
        // observation                       group        status
        ("023", "Varicella",                 SeriesStatus::Immune), // laboratory evidence
        ("080", "MMR",                       SeriesStatus::Contraindicated), // component reaction
        ("007", "MMR",                       SeriesStatus::Contraindicated), // pregnant
        ("008", "Cholera",                   SeriesStatus::NotComplete), // travel
    ];
    for (code, group, status) in table {
        let answer = ask(&schedule, &with_observation(adult(), code), "2025-06-01");
        assert_eq!(forecast(&schedule, &answer, group).status, status, "{code} {group}");
    }
    let elder = ask(&schedule, &girl("1956-12-31", &[]), "2025-06-01");
    assert_eq!(forecast(&schedule, &elder, "MMR").status, SeriesStatus::Immune, "born before 1957");
}

#[test]
fn bad_input_gives_findings_and_an_answer() {
    let schedule = schedule();
    let mut history = girl(
        "2025-03-10",
        &["2025-03-09 08", "2030-01-01 08", "2025-05-10 998", "2025-05-10 20", "2025-05-10 20"],
    );
    history
        .observations
        .push(ObservationMade { code: ObservationCode::parse("999").expect("a code"), on: None });
    let answer = ask(&schedule, &history, "2025-06-01");
    let mut findings = answer.findings.clone();
    findings.sort_unstable();
    let mut expected = vec![
        InputFinding::DoseBeforeBirth { dose: 0 },
        InputFinding::DoseInFuture { dose: 1 },
        InputFinding::VaccineNotInSchedule { dose: 2 },
        InputFinding::SameVaccineSameDay { dose: 4, as_dose: 3 },
        InputFinding::ObservationNotInSchedule { observation: 0 },
    ];
    expected.sort_unstable();
    assert_eq!(findings, expected);
    assert!(!answer.forecasts.is_empty());

    let unknown = ask(&schedule, &History::default(), "2025-06-01");
    assert_eq!(unknown.findings, [InputFinding::BirthDateUnknown]);
    assert!(unknown.forecasts.is_empty() && unknown.evaluations.is_empty());
}

#[test]
fn an_immune_globulin_given_counts_as_its_observation() {
    let schedule = schedule();
    let answer = ask(&schedule, &girl("2025-03-10", &["2025-03-10 30"]), "2025-03-11");
    assert_eq!(answer.findings, [], "HBIG is no vaccine, and known");
    let codes: Vec<_> = schedule.observations_for("CVX", "30").map(|code| code.to_string()).collect();
    assert_eq!(codes, ["127"]);
    assert!(schedule.observations_for("SNOMED", "370388006").any(|code| code.to_string() == "003"));
}

#[test]
fn the_manufacturer_stands_for_the_product() {
    // Two adult doses of one product are enough between 11 and 15 years; of another they are not.
    let schedule = schedule();
    #[rustfmt::skip]
    let table = [
        (Some("MSD"), SeriesStatus::Complete),
        (Some("SKB"), SeriesStatus::NotComplete),
        (None,        SeriesStatus::Complete), // a record without manufacturer passes
    ];
    for (mvx, status) in table {
        let mut history = girl("2010-01-01", &["2021-02-01 43", "2021-06-15 43"]);
        history.doses.iter_mut().for_each(|dose| dose.mvx = mvx.and_then(Mvx::parse));
        let answer = ask(&schedule, &history, "2021-07-01");
        assert_eq!(forecast(&schedule, &answer, "HepB").status, status, "{mvx:?}");
    }
}

#[test]
fn an_overlay_changes_the_answer_and_is_named_in_it() {
    let release = tables::built_in().expect("the built-in tables can be read");
    let text = "overlay mmr-test\nversion 3\ndated 2025-01-01\nauthor A. Nurse\nreason A test\n\
                antigen Measles\nseries Measles 2-dose series\ndose 1\n\
                - age; absolute minimum 12 months - 4 days; minimum 12 months; earliest 12 months; latest 16 months + 4 weeks\n\
                + age; absolute minimum 12 months - 4 days; minimum 13 months; earliest 13 months; latest 16 months + 4 weeks\n";
    let overlay = Overlay::parse(text).expect("the overlay can be read");
    let changed = Schedule::compile(&release, &[overlay]).expect("it fits");
    let answer = ask(&changed, &girl("2025-03-10", &[]), "2025-03-10");
    assert_eq!(forecast(&changed, &answer, "MMR").dates.map(|dates| dates.earliest), Some(day("2026-04-10")));
    assert_eq!(answer.version.overlays, ["mmr-test 3"]);
    assert_eq!(answer.version.release, "4.64");
    assert!(answer.version.to_string().ends_with("CDSi supporting data 4.64 + mmr-test 3"));
}

#[test]
fn a_sentence_names_the_dose_the_days_and_what_was_needed() {
    let schedule = schedule();
    let history = girl("2025-03-10", &["2026-03-10 21", "2026-03-12 03", "2026-04-01 03"]);
    let told = schedule.explain(&history, day("2026-05-01"), &mut Scratch::default());
    let sentences: Vec<&str> = told.doses.iter().map(|dose| dose.sentence.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "Dose 1 of Varicella counts.",
            "Dose 1 of MMR counted as too early: given 2 days after a live vaccine (varicella, 2026-03-10), \
             at least 28 days needed.",
            "Dose 1 of MMR counted as too early: given 22 days after a live vaccine (varicella, 2026-03-10), \
             at least 28 days needed; given 20 days after a live vaccine (MMR, 2026-03-12), at least 28 days needed.",
        ]
    );
    let mmr = told.forecasts.iter().find(|forecast| forecast.vaccine_group == "MMR").expect("a forecast");
    assert_eq!(
        mmr.sentence,
        "Dose 1 of MMR can be given from 2026-04-29 (28 days after the live vaccine MMR of 2026-04-01) and is \
         recommended from that day; it is overdue from 2026-08-07."
    );
}

#[test]
fn a_history_far_too_long_is_answered_up_to_a_limit() {
    let schedule = schedule();
    let birth = day("1990-01-01");
    let mut history = girl("1990-01-01", &[]);
    let mmrv = Cvx::parse("94").expect("a code");
    history.doses = (0..20_000).map(|number| DoseGiven::new(birth.plus_days(number / 2), mmrv)).collect();
    let answer = ask(&schedule, &history, "2025-01-01");
    assert!(answer.findings.contains(&InputFinding::TooManyDoses { count: 20_000 }));
    assert!(!answer.forecasts.is_empty());
}

#[test]
fn a_season_that_the_schedule_does_not_hold_is_neither_complete_nor_extra() {
    let schedule = schedule();
    let done = girl("2015-03-10", &["2024-10-10 140", "2025-10-10 140"]);
    #[rustfmt::skip]
    let table = [
        // asked on      reason                                what the season lacks
        ("2026-06-30", StatusReason::SeriesComplete,        None),
        ("2026-07-01", StatusReason::CompleteForPastSeason, Some(SeasonGap::EndedOn(day("2026-06-30")))),
    ];
    for (on, reason, gap) in table {
        let answer = ask(&schedule, &done, on);
        let influenza = forecast(&schedule, &answer, "Influenza");
        assert_eq!((influenza.status, influenza.reason), (SeriesStatus::Complete, reason), "{on}");
        assert_eq!(schedule.season_gap(influenza), gap, "{on}");
    }
    let until = ask(&schedule, &done, "2026-06-01").re_evaluate_on;
    assert!(until.is_some_and(|until| until <= day("2026-07-01")), "the status is made again when it ends");

    let given = girl("2015-03-10", &["2024-10-10 140", "2025-10-10 140", "2026-05-01 140", "2026-10-12 140"]);
    let answer = ask(&schedule, &given, "2026-11-25");
    let reasons: Vec<Reasons> =
        (2..4).map(|dose| answer.evaluations_of(dose).next().expect("each dose is judged").reasons).collect();
    assert_eq!(reasons, [Reasons::SERIES_COMPLETE, Reasons::SEASON_NOT_HELD]);

    let release = tables::built_in().expect("the built-in tables can be read");
    let head = Head { name: "season", version: "1", author: "A. Nurse", reason: "The season has begun" };
    let overlay = draft(&release, day("2026-11-25"), head).expect("seasons are to be moved");
    let moved = Schedule::compile(&release, &[Overlay::parse(&overlay).expect("it can be read")]);
    let moved = moved.expect("it fits");
    let answer = ask(&moved, &given, "2026-11-25");
    let judged = answer.evaluations_of(3).next().expect("judged");
    assert_eq!((judged.status, judged.reasons), (DoseStatus::Valid, Reasons::NONE));
    assert_eq!(forecast(&moved, &answer, "Influenza").reason, StatusReason::SeriesComplete);
    let due = ask(&moved, &done, "2026-11-25");
    let due = forecast(&moved, &due, "Influenza").dates.expect("a dose is needed this season");
    assert_eq!((due.earliest, due.recommended), (day("2026-07-01"), day("2026-07-01")));
}

#[test]
fn the_answer_reads_otherwise_on_the_day_a_dose_becomes_possible_due_or_overdue() {
    let schedule = schedule();
    let newborn = girl("2025-03-10", &["2025-03-10 08"]);
    #[rustfmt::skip]
    let table = [
        // asked on     changes on
        ("2025-03-10", "2025-04-07"), // the second dose of HepB can be given
        ("2025-04-07", "2025-04-10"), // it is due
        ("2025-04-10", "2025-04-21"), // the vaccines of two months can be given
        ("2025-07-07", "2025-07-08"), // they are overdue
    ];
    for (on, changes_on) in table {
        assert_eq!(ask(&schedule, &newborn, on).changes_on(), Some(day(changes_on)), "{on}");
    }
}

#[test]
fn immune_globulin_holds_live_vaccines_back_for_its_time_and_no_longer() {
    let schedule = schedule();
    // Hepatitis B immune globulin, whose contraindication lasts three months
    #[rustfmt::skip]
    let table = [
        // globulin given  asked on      MMR may be given  the answer is to be made again by
        ("2025-12-20",     "2026-03-19", false,            Some("2026-03-20")),
        ("2025-12-20",     "2026-03-20", true,             None),
        ("2025-03-10",     "2026-03-20", true,             None), // at birth: long past
    ];
    for (given, on, is_free, by) in table {
        let dose = format!("{given} 30");
        let answer = ask(&schedule, &girl("2025-03-10", &[&dose]), on);
        let status = forecast(&schedule, &answer, "MMR").status;
        assert_eq!(status == SeriesStatus::NotComplete, is_free, "{given} {on}: {status:?}");
        assert_eq!(status == SeriesStatus::Contraindicated, !is_free, "{given} {on}: {status:?}");
        assert!(by.is_none_or(|by| answer.re_evaluate_on <= Some(day(by))), "{given} {on}");
    }
    let undated = with_observation(girl("2025-03-10", &[]), "127");
    let answer = ask(&schedule, &undated, "2026-03-20");
    assert_eq!(
        forecast(&schedule, &answer, "MMR").status,
        SeriesStatus::Contraindicated,
        "nobody knows since when"
    );
}
