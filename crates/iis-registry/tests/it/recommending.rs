//! The recommender over a real store: Z44 is answered, statuses are kept in the plan, schedules are swapped.

use crate::world::{World, about, mmr, on_each_engine, query, segment, vxu};
use iis_cdsi::codes::{Cvx, Sex};
use iis_cdsi::dates::Day;
use iis_cdsi::gather::{BirthDate, DoseGiven, History};
use iis_cdsi::status::Status;
use iis_cdsi::supporting::model::Release;
use iis_cdsi::{Schedule, Scratch, tables};
use iis_model::PersonId;
use iis_model::access::{Channel, Granted, Permission};
use iis_registry::access::{Caller, authorize};
use iis_registry::rebuild::rebuild;
use iis_registry::recommend::refresh::{refresh_due, refresh_statuses};
use iis_registry::recommend::{compare, releases};
use iis_store::person_status::{self, PersonStatus};
use iis_store::release::{ReleaseRow, SCHEDULES};
use iis_store::{Lane, person};
use jiff::civil::date;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const TODAY: iis_model::Date = date(2026, 3, 2);

fn schedule() -> Schedule {
    Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule")
}

/// Ana Doe, born 2020-01-15, with these doses: what the recommender is to be told.
fn ana(doses: &[(&str, u16)]) -> History {
    let dose = |(on, cvx): &(&str, u16)| {
        let on = Day::parse(on).expect("a date");
        DoseGiven::new(on, Cvx::new(*cvx).expect("a code"))
    };
    History {
        birth: BirthDate::On(Day::parse("2020-01-15").expect("a date")),
        sex: Sex::Female,
        doses: doses.iter().map(dose).collect(),
        ..History::default()
    }
}

fn granted(world: &World) -> Granted {
    let caller = Caller::Sender(&world.north);
    let granted = authorize(&world.cx.roles, caller, Permission::QueryRecords, Channel::Http, "");
    granted.expect("senders may query")
}

/// The statuses of all persons, in the order in which they became known.
async fn statuses(world: &World) -> Vec<(PersonId, i64, Option<PersonStatus>)> {
    let granted = granted(world);
    let read = world.cx.store.peek(move |tx| {
        let mut rows = Vec::new();
        for (id, version) in person::list(tx, PersonId(i64::MIN), 100)? {
            rows.push((id, version, person_status::get(tx, &granted, id)?));
        }
        Ok(rows)
    });
    read.await.expect("the store works")
}

async fn only_status(world: &World) -> PersonStatus {
    let rows = statuses(world).await;
    let [(_, _, Some(row))] = &rows[..] else { panic!("one person with a status: {rows:?}") };
    row.clone()
}

/// The status a fresh evaluation gives.
fn fresh(history: &History, on: iis_model::Date) -> Status {
    let (schedule, mut scratch) = (schedule(), Scratch::default());
    let answer = schedule.evaluate(history, Day::from(on), &mut scratch);
    schedule.status(&answer, &scratch)
}

/// A Z44 query for Ana Doe.
fn forecast_query(site: &str) -> String {
    let name = ("Z34^Request Immunization History", "Z44^Request Evaluated History and Forecast");
    query(site, "A17", "").replace("|||||Z34^CDCPHINVS", "|||||Z44^CDCPHINVS").replace(name.0, name.1)
}

/// The sets of observations under each RXA: by the place of the RXA and OBX-4, LOINC code to value.
fn sets(reply: &str) -> BTreeMap<(usize, String), BTreeMap<String, String>> {
    let mut sets: BTreeMap<(usize, String), BTreeMap<String, String>> = BTreeMap::new();
    let mut order = 0;
    for line in reply.split('\r') {
        order += usize::from(line.starts_with("RXA|"));
        let fields: Vec<&str> = line.split('|').collect();
        if fields[0] == "OBX" {
            let code = |field: &str| field.split('^').next().unwrap_or_default().to_owned();
            sets.entry((order, fields[4].to_owned())).or_default().insert(code(fields[3]), code(fields[5]));
        }
    }
    sets
}

#[test]
fn a_forecast_query_is_answered_with_what_the_recommender_says() {
    on_each_engine(|world| async move {
        let groups = format!("{}{}", mmr("D1", "20200715", "01", "A"), mmr("D2", "20210120", "00", "A"));
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &groups)).await;
        let reply = world.send(&world.north, &forecast_query("NORTH")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|Q1", "{reply}");
        assert!(segment(&reply, "MSH").contains("|Z42^CDCPHINVS"), "{reply}");
        let sets = sets(&reply);
        let schedule = schedule();
        let history = ana(&[("2020-07-15", 3), ("2021-01-20", 3)]);
        let answer = schedule.evaluate(&history, Day::from(TODAY), &mut Scratch::default());
        let forecasts: Vec<_> =
            sets.iter().filter(|((order, _), _)| *order == 3).map(|(_, set)| set).collect();
        let said = |set: &BTreeMap<String, String>, code: &str| set.get(code).cloned();
        let mut compared = 0;
        for forecast in answer.forecasts.iter().filter(|forecast| forecast.dates.is_some()) {
            let dates = forecast.dates.expect("filtered");
            let text = |day: Day| day.date().strftime("%Y%m%d").to_string();
            let set = forecasts.iter().find(|set| {
                said(set, "30980-7") == Some(text(dates.recommended))
                    && said(set, "30981-5") == Some(text(dates.earliest))
                    && said(set, "59778-1") == dates.overdue_from().map(text)
                    && said(set, "59777-3") == dates.latest.map(text)
                    && said(set, "30973-2") == Some(forecast.dose_number.to_string())
            });
            assert!(set.is_some(), "{} {dates:?}\n{reply}", schedule.vaccine_group_name(forecast.group));
            compared += 1;
        }
        assert!(compared > 5, "{compared} forecasts were compared");
        // newest first: the dose given at half a year does not count
        let verdict = |order: usize| sets[&(order, "1".to_owned())].get("59781-5").cloned();
        assert_eq!((verdict(1).as_deref(), verdict(2).as_deref()), (Some("Y"), Some("N")), "{reply}");
        let mmr = forecasts.iter().find(|set| said(set, "30956-7").as_deref() == Some("03"));
        assert_eq!(mmr.and_then(|set| said(set, "59783-1")).as_deref(), Some("Due"), "{reply}");
    });
}

#[test]
fn a_person_without_doses_is_answered_with_a_forecast() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", "")).await;
        let reply = world.send(&world.north, &forecast_query("NORTH")).await;
        assert_eq!(
            segment(&reply, "RXA"),
            "RXA|0|1|20260302||998^No vaccine administered^CVX|999||||||||||||||NA"
        );
        assert!(sets(&reply).len() > 5, "{reply}");
    });
}

#[test]
fn the_status_is_written_with_the_change_and_only_with_a_change() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "01", "A"))).await;
        let row = only_status(&world).await;
        let expected = fresh(&ana(&[("2021-01-20", 3)]), TODAY);
        assert_eq!(Status::unpack(&row.packed), Some(expected.clone()));
        assert_eq!(row.re_evaluate_on, expected.re_evaluate_on.map(Day::date));
        assert_eq!(row.release, world.cx.schedules.now().mark);
        assert!(row.release.starts_with("4.64 @"), "{}", row.release);

        world.send(&world.north, &vxu("NORTH", "M2", "A17", &mmr("D2", "20240120", "01", "A"))).await;
        let row = only_status(&world).await;
        let both = fresh(&ana(&[("2021-01-20", 3), ("2024-01-20", 3)]), TODAY);
        assert_eq!(Status::unpack(&row.packed), Some(both));

        world.send(&world.north, &vxu("NORTH", "M3", "A17", &mmr("D2", "20240120", "01", "D"))).await;
        assert_eq!(Status::unpack(&only_status(&world).await.packed), Some(expected), "withdrawn");

        let before = statuses(&world).await;
        world.send(&world.north, &vxu("NORTH", "M4", "A17", &mmr("D1", "20210120", "01", "A"))).await;
        let after = statuses(&world).await;
        assert_eq!(before[0].2, after[0].2, "said again: nothing to be made again");
    });
}

#[test]
fn demographics_and_observations_count_in_the_status() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", "")).await;
        let before = only_status(&world).await;
        let immune = "ORC|RE||9999^NORTH\rRXA|0|1|20260301||998^x^CVX|999||||||||||||||NA\r\
                      OBX|1|CE|59784-9^x^LN|1|38907003^Varicella infection^SCT||||||F|||20260301\r";
        world.send(&world.north, &vxu("NORTH", "M2", "A17", immune)).await;
        let immune = only_status(&world).await;
        assert_ne!(before.packed, immune.packed);
        let reply = world.send(&world.north, &forecast_query("NORTH")).await;
        let sets = sets(&reply);
        let varicella = sets.values().find(|set| set.get("30956-7").is_some_and(|cvx| cvx == "21"));
        let varicella = varicella.expect("varicella is forecast");
        assert_eq!(varicella.get("59783-1").map(String::as_str), Some("Immune"), "{reply}");

        let died = about(
            "NORTH",
            "M3",
            "A17",
            "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F|||||||||||||||||||||20260228|Y",
            "",
        );
        world.send(&world.north, &died).await;
        let row = only_status(&world).await;
        assert_eq!(Status::unpack(&row.packed), Some(Status::default()));
        assert_eq!(row.re_evaluate_on, None);
        let reply = world.send(&world.north, &forecast_query("NORTH")).await;
        assert!(reply.contains("The person has died: nothing is forecast."), "{reply}");
    });
}

#[test]
fn a_dose_whose_day_is_not_on_record_has_no_dates_by_any_door() {
    on_each_engine(|world| async move {
        let pregnant = |control_id: &str, begun: &str| {
            let noted = "ORC|RE||9999^NORTH\rRXA|0|1|20260301||998^x^CVX|999||||||||||||||NA\r\
                         OBX|1|CE|30945-0^x^LN|1|77386006^Pregnant^SCT||||||F|||20260301\r";
            about("NORTH", control_id, "A17", "DOE^ANA^^^^^L||19940211|F", &format!("{noted}{begun}"))
        };
        let ask = query("NORTH", "A17", "").replace("20200115", "19940211");
        let names = ("Z34^Request Immunization History", "Z44^Request Evaluated History and Forecast");
        let ask = ask.replace("|||||Z34^CDCPHINVS", "|||||Z44^CDCPHINVS").replace(names.0, names.1);
        let group = schedule().vaccine_group_named("DTaP/Tdap/Td").expect("a group");
        let begun = "OBX|2|CE|30945-0^x^LN|2|170^Onset of pregnancy^CDSI||||||F|||20250715\r";
        let reason = "Recommended in week 27 to 36; the week is not on record.";
        for (control_id, begun, is_dated) in [("M1", "", false), ("M2", begun, true)] {
            world.send(&world.north, &pregnant(control_id, begun)).await;
            let status = Status::unpack(&only_status(&world).await.packed).expect("a status");
            let stored = status.groups.iter().find(|stored| stored.group == group && stored.is_risk);
            let stored = stored.expect("Tdap is forecast");
            assert_eq!((stored.dates.is_some(), stored.is_undated), (is_dated, !is_dated), "{control_id}");
            let reply = world.send(&world.north, &ask).await;
            let sets = sets(&reply);
            let of_weeks: Vec<_> =
                sets.values().filter(|set| set.get("30982-3").is_some_and(|said| said == reason)).collect();
            assert_eq!(of_weeks.len(), usize::from(!is_dated), "{control_id}: {reply}");
            for code in ["30980-7", "30981-5", "59778-1", "59777-3"] {
                assert!(of_weeks.iter().all(|set| !set.contains_key(code)), "{code} {of_weeks:?}");
            }
        }
    });
}

#[test]
fn rebuilding_makes_the_same_statuses() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"))).await;
        world.send(&world.south, &about("SOUTH", "M1", "B2", "ROE^MIGUEL^^^^^L||19870602|M", "")).await;
        let before = statuses(&world).await;
        assert!(before.iter().all(|(_, _, row)| row.is_some()), "{before:?}");
        rebuild(&world.cx, world.arrival().at).await.expect("the store works");
        assert_eq!(statuses(&world).await, before);
    });
}

#[test]
fn a_status_is_made_again_on_its_day() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "01", "A"))).await;
        let row = only_status(&world).await;
        let due_on = row.re_evaluate_on.expect("children change");
        let at = world.arrival().at;
        let day_before = due_on.yesterday().expect("a day");
        assert_eq!(refresh_due(&world.cx, day_before, at).await.expect("the store works"), 0);
        assert_eq!(refresh_statuses(&world.cx, due_on, at).await.expect("the store works"), 1);
        let row = only_status(&world).await;
        assert_eq!(Status::unpack(&row.packed), Some(fresh(&ana(&[("2021-01-20", 3)]), due_on)));
        assert_eq!(refresh_statuses(&world.cx, due_on, at).await.expect("the store works"), 0);
    });
}

/// The built-in release under another name, with the second dose of MMR four months later.
fn other_release(name: &str) -> Release {
    let mut release = tables::built_in().expect("tables");
    name.clone_into(&mut release.name);
    for antigen in release.antigens.iter_mut().filter(|a| ["Measles", "Mumps", "Rubella"].contains(&&*a.name))
    {
        for dose in antigen.series.iter_mut().flat_map(|series| &mut series.doses) {
            for ages in dose.ages.iter_mut().filter(|_| dose.number == 1) {
                ages.earliest_recommended = iis_cdsi::dates::Duration::parse("16 months");
            }
        }
    }
    release
}

async fn store(world: &World, release: &Release) {
    let body: Box<[u8]> = serde_json::to_vec(&tables::write(release)).expect("JSON").into();
    let row = ReleaseRow {
        name: release.name.as_str().into(),
        sha256: Sha256::digest(&body).into(),
        body,
        counts: "{}".into(),
        imported_at: world.arrival().at,
        imported_by: "test".into(),
    };
    let stored = world.cx.store.write(Lane::Web, move |tx| SCHEDULES.insert(tx, &row));
    stored.await.expect("a new release");
}

#[test]
fn an_activation_swaps_the_schedule_while_messages_come() {
    on_each_engine(|world| async move {
        let world = Arc::new(world);
        store(&world, &other_release("9.99")).await;
        world.send(&world.north, &vxu("NORTH", "M0", "A17", "")).await;
        let stop = Arc::new(AtomicBool::new(false));
        let senders: Vec<_> = (0..4)
            .map(|n| {
                let (world, stop) = (Arc::clone(&world), Arc::clone(&stop));
                tokio::spawn(async move {
                    let mut answered = 0;
                    while !stop.load(Ordering::Relaxed) {
                        let reply = world.send(&world.north, &forecast_query("NORTH")).await;
                        assert_eq!(segment(&reply, "MSA"), "MSA|AA|Q1", "{reply}");
                        let message = vxu("NORTH", &format!("M{n}-{answered}"), "A17", "");
                        assert!(
                            segment(&world.send(&world.north, &message).await, "MSA").starts_with("MSA|AA")
                        );
                        answered += 1;
                    }
                    answered
                })
            })
            .collect();
        for _ in 0..3 {
            for name in ["9.99", "4.64"] {
                releases::activate(&world.cx, name, world.arrival().at).await.expect("a release");
                assert!(world.cx.schedules.now().mark.starts_with(name));
            }
        }
        releases::activate(&world.cx, "9.99", world.arrival().at).await.expect("a release");
        stop.store(true, Ordering::Relaxed);
        for sender in senders {
            assert!(sender.await.expect("no panic") > 0);
        }
        refresh_statuses(&world.cx, TODAY, world.arrival().at).await.expect("the store works");
        assert_eq!(only_status(&world).await.release, world.cx.schedules.now().mark);
        assert!(!releases::follow(&world.cx).await.expect("the store works"), "it is in force already");
    });
}

#[test]
fn another_process_follows_an_activation_and_statuses_are_made_again_once() {
    on_each_engine(|world| async move {
        store(&world, &other_release("9.99")).await;
        world.send(&world.north, &vxu("NORTH", "M1", "A17", "")).await;
        let mut other = world.cx.clone();
        other.schedules = iis_registry::recommend::Schedules::built_in();
        let at = world.arrival().at;
        assert_eq!(refresh_statuses(&world.cx, TODAY, at).await.expect("the store works"), 0);
        releases::activate(&world.cx, "9.99", at).await.expect("a release");
        assert!(other.schedules.now().mark.starts_with("4.64 @"));
        assert!(releases::follow(&other).await.expect("the store works"));
        assert!(other.schedules.now().mark.starts_with("9.99 @"));
        assert_eq!(refresh_statuses(&other, TODAY, at).await.expect("the store works"), 1);
        assert_eq!(only_status(&world).await.release, other.schedules.now().mark);
        assert_eq!(refresh_statuses(&other, TODAY, at).await.expect("the store works"), 0);
    });
}

#[test]
fn a_difference_between_releases_is_told_by_group_with_examples() {
    on_each_engine(|world| async move {
        store(&world, &other_release("9.99")).await;
        world.send(&world.north, &about("NORTH", "M1", "A17", "DOE^ANA^^^^^L||20250601|F", "")).await;
        world.send(&world.north, &about("NORTH", "M2", "B2", "ROE^MIGUEL^^^^^L||19500602|M", "")).await;
        let pair = || async {
            compare::Pair {
                older: releases::schedule(&world.cx, Some("4.64")).await.expect("a release"),
                newer: releases::schedule(&world.cx, Some("9.99")).await.expect("a release"),
            }
        };
        let people = compare::people(&world.cx, pair().await, world.arrival(), u64::MAX).await;
        let people = people.expect("the store works");
        assert_eq!((people.asked, people.changed), (2, 1), "{people:?}");
        let groups: Vec<_> = people.groups.iter().map(|(group, c)| (group.as_str(), c.count)).collect();
        assert_eq!(groups, [("MMR", 1)]);
        assert_eq!(people.groups["MMR"].examples.len(), 1);
        let none = compare::people(&world.cx, pair().await, world.arrival(), 0).await;
        assert_eq!(none.expect("the store works").asked, 0);
    });
}

const OVERLAY: &str = "overlay mmr-later\nversion 1\ndated 2026-01-01\nauthor A. Nurse\nreason A test of the state\n\
                       antigen Hib\n- group Hib\n";

#[test]
fn an_overlay_that_does_not_fit_changes_nothing() {
    on_each_engine(|world| async move {
        let at = world.arrival().at;
        assert!(releases::add_overlay(&world.cx, OVERLAY, at).await.is_err());
        assert!(releases::overlays(&world.cx).await.expect("the store works").is_empty());
        let nothing_to_change = OVERLAY.split("antigen").next().expect("a head");
        releases::add_overlay(&world.cx, nothing_to_change, at).await.expect("an overlay");
        assert!(world.cx.schedules.now().mark.starts_with("4.64 + mmr-later 1 @"));
        releases::withdraw_overlay(&world.cx, "mmr-later", at).await.expect("it is there");
        assert!(world.cx.schedules.now().mark.starts_with("4.64 @"));
        assert!(releases::withdraw_overlay(&world.cx, "mmr-later", at).await.is_err());
    });
}

#[test]
fn a_release_that_is_not_there_cannot_be_activated() {
    on_each_engine(|world| async move {
        let error = releases::activate(&world.cx, "1.0", world.arrival().at).await;
        assert_eq!(error.err().map(|error| error.to_string()).as_deref(), Some("there is no release 1.0"));
        assert!(world.cx.schedules.now().mark.starts_with("4.64 @"));
        let refused =
            releases::import(&world.cx, "x", &[], world.arrival().at).await.expect("the store works");
        assert_eq!(refused.outcome, releases::ImportOutcome::Refused);
        assert!(releases::import(&world.cx, "a b", &[], world.arrival().at).await.is_err());
    });
}
