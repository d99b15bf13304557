//! Vaccine on hand: what comes, what is given by form and by message, what is given back, and what did not come out.

use crate::world::{World, about, mmr, on_each_engine};
use iis_model::access::{Channel, Granted, Permission};
use iis_model::event::NotFromStock;
use iis_model::organization::Site;
use iis_model::stock::EntryKind::{Administered, GivenBack, Received};
use iis_model::stock::{Funding, Missed};
use iis_model::{Coded, Cvx, Date, Given, PersonId, RegistryNumber, ReportedEvent, Submission};
use iis_registry::access::{Caller, authorize};
use iis_registry::accounts::RoleAssignment;
use iis_registry::desk::saying::DoseGiven;
use iis_registry::desk::{About, Entry, Outcome, enter, put_back, remove};
use iis_registry::inventory::{self, Compliance, Left, Receipt, receive};
use iis_registry::people;
use iis_registry::review::{Deed, Merge, Outcome as Merged, Unmerge, merge, unmerge};
use jiff::civil::date;
use std::sync::Arc;

const TODAY: Date = date(2026, 3, 2);

/// A coordinator of a site.
pub(crate) async fn coordinator(world: &World, code: &str) -> (Granted, Site) {
    let site = world.site(code).await;
    let role = RoleAssignment::at_site("primary-vaccine-coordinator", Some(site.id));
    let account = world.somebody(vec![role]).await;
    let permission = Permission::KeepInventory;
    let granted = authorize(&world.cx.roles, Caller::Account(&account), permission, Channel::Web, "");
    (granted.expect("coordinators keep inventory"), site)
}

pub(crate) fn deed(world: &World, granted: &Granted, form: u8) -> Deed {
    Deed { granted: granted.clone(), arrival: world.arrival(), reason: "".into(), key: [form; 32] }
}

/// So many doses of MMR come.
pub(crate) async fn comes(world: &World, by: &(Granted, Site), form: u8, lot: &str, doses: i64) -> i64 {
    let receipt = Receipt {
        unit: "Frig 1".into(),
        ndc: None,
        cvx: Cvx::new(3),
        mvx: None,
        lot: lot.into(),
        expires_on: date(2027, 1, 1),
        funding: Funding::Private,
        doses,
    };
    receive(&world.cx, deed(world, &by.0, form), &by.1, receipt).await.expect("received").doses
}

pub(crate) async fn left(world: &World, site: &Site) -> Vec<(String, i64)> {
    let lots = inventory::on_hand(&world.cx, site.id).await.expect("the store works");
    lots.into_iter().map(|lot| (lot.lot.lot.to_string(), lot.doses)).collect()
}

pub(crate) fn given(lot: &str, on: Date) -> ReportedEvent {
    let dose = DoseGiven {
        on,
        cvx: Cvx::new(3),
        ndc: None,
        lot: (lot.into(), date(2027, 1, 1), None),
        amount_ml: None,
        where_given: (None, None),
        given_by: None,
        ordered_by: None,
        paid: (Coded::new("V01", "", "HL70064"), Coded::new("PHC70", "", "CDCPHINVS")),
        statements: vec![(Coded::new("253088698300012711120420", "", "cdcgs1vis"), None)],
    };
    dose.report("NORTH")
}

/// Ana Doe, known by a message of this clinic.
pub(crate) async fn ana(
    world: &World,
    mrn: &str,
    (granted, _): &(Granted, Site),
) -> (RegistryNumber, PersonId) {
    world.send(&world.north, &about("NORTH", mrn, mrn, "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F", "")).await;
    let criteria = people::Criteria { number: mrn.into(), ..people::Criteria::default() };
    match people::search(&world.cx, granted.clone(), criteria, world.arrival())
        .await
        .expect("the store works")
    {
        people::FoundPeople::People(people) => (people[0].person.registry_number, people[0].person.id),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn give(
    world: &World,
    by: &(Granted, Site),
    form: u8,
    id: PersonId,
    dose: ReportedEvent,
) -> Outcome {
    let entry = Entry {
        deed: deed(world, &by.0, form),
        sees: by.0.clone(),
        site: by.1.clone(),
        about: About::Person(id),
        submission: Submission { events: vec![dose], ..Submission::default() },
        heeded: Vec::new(),
    };
    enter(&world.cx, entry).await.expect("the store works")
}

pub(crate) fn stock(outcome: Outcome) -> Vec<Left> {
    match outcome {
        Outcome::Stored(stored) => stored.stock,
        other => panic!("{other:?}"),
    }
}

#[test]
fn doses_come_out_by_form_and_by_message_and_come_back_when_they_are_removed() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        assert_eq!(comes(&world, &by, 1, "L-1", 10).await, 10);
        assert_eq!(comes(&world, &by, 1, "L-1", 10).await, 10, "the same form again is the same deed");
        assert_eq!(comes(&world, &by, 2, "l1", 5).await, 15, "the same lot, written otherwise");
        let (number, id) = ana(&world, "A17", &by).await;
        let from = stock(give(&world, &by, 3, id, given("l1", TODAY)).await);
        assert_eq!(from, [Left::From { lot: "L-1".into(), doses: 14 }]);
        // A sender whose agreement says so decrements, another does not.
        let north = world.sender_with("north-two", "NORTH", |profile| profile.decrements = true).await;
        let message = |order: &str, day: &str, action: &str| {
            let dose = mmr(order, day, "00", action);
            about(
                "NORTH",
                &format!("{order}{action}"),
                "A17",
                "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F",
                &dose,
            )
        };
        world.send(&north, &message("V1", "20210301", "A")).await;
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 13)]);
        world.send(&world.north, &message("V2", "20240301", "A")).await;
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 13)], "history never comes out");
        world.send(&north, &message("V1", "20210301", "D")).await;
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 14)]);
        let record =
            people::open(&world.cx, by.0.clone(), number, world.arrival()).await.expect("the store works");
        let record = record.expect("a record");
        let of_today =
            record.events.iter().find(|event| event.best.given_date() == Some(TODAY)).expect("a dose");
        let report = &of_today.reports[0];
        let key = (report.source_record_id, report.report_id);
        let gone = remove(&world.cx, (deed(&world, &by.0, 4), by.1.clone()), (id, key)).await;
        assert_eq!(stock(gone.expect("the store works")), [Left::Back]);
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 15)]);
        // The ledger tells it all, and its sum is what is left.
        let lots = inventory::on_hand(&world.cx, by.1.id).await.expect("the store works");
        let ledger = inventory::ledger(&world.cx, by.1.id, lots[0].lot.id).await.expect("the store works");
        let (_, entries) = ledger.expect("a lot of the site");
        let kinds: Vec<_> = entries.iter().map(|entry| (entry.kind, entry.doses)).collect();
        assert_eq!(
            kinds,
            [
                (Received, 10),
                (Received, 5),
                (Administered, -1),
                (Administered, -1),
                (GivenBack, 1),
                (GivenBack, 1)
            ]
        );
        assert_eq!(entries.iter().map(|entry| entry.doses).sum::<i64>(), 15);
        assert!(entries.iter().enumerate().all(|(at, entry)| entry.n == i64::try_from(at).expect("few") + 1));
    });
}

#[test]
fn what_a_removed_report_took_passes_to_the_report_of_the_organization_that_stays() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        comes(&world, &by, 1, "L-1", 10).await;
        let (number, id) = ana(&world, "A17", &by).await;
        stock(give(&world, &by, 2, id, given("L-1", date(2021, 3, 1))).await);
        let who = "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F";
        let message = |action| about("NORTH", action, "A17", who, &mmr("V1", "20210301", "00", action));
        world.send(&world.north, &message("A")).await;
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 9)], "one dose, two reports");
        let open = async || {
            let opened = people::open(&world.cx, by.0.clone(), number, world.arrival()).await;
            opened.expect("the store works").expect("a record")
        };
        let record = open().await;
        let [event] = &*record.events else { panic!("{:?}", record.events) };
        assert_eq!(event.reports.len(), 2);
        let key = latest(&record);
        let gone = remove(&world.cx, (deed(&world, &by.0, 3), by.1.clone()), (id, key)).await;
        assert_eq!(stock(gone.expect("the store works")), [], "nothing comes back");
        assert_eq!(open().await.events.len(), 1, "the message's report stays");
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 9)]);
        let back = put_back(&world.cx, (deed(&world, &by.0, 4), by.1.clone()), (id, key)).await;
        assert_eq!(
            stock(back.expect("the store works")),
            [Left::Already { lot: "L-1".into() }],
            "the vial is taken"
        );
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 9)], "one vial was given");
        let again =
            remove(&world.cx, (deed(&world, &by.0, 5), by.1.clone()), (id, latest(&open().await))).await;
        assert_eq!(stock(again.expect("the store works")), []);
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 9)]);
        world.send(&world.north, &message("D")).await;
        assert_eq!(open().await.events.len(), 0);
        assert_eq!(left(&world, &by.1).await, [("L-1".to_owned(), 10)], "now nobody says it any more");
    });
}

/// The report by form of the one dose on record.
fn latest(record: &iis_model::record::PersonRecord) -> iis_registry::desk::ReportKey {
    let own = record.events[0].reports.iter().find(|report| report.sender.is_empty()).expect("the form's");
    (own.source_record_id, own.report_id)
}

#[test]
fn one_giving_that_two_say_at_once_takes_one_dose() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        comes(&world, &by, 1, "L1", 10).await;
        let (_, id) = ana(&world, "A17", &by).await;
        let world = Arc::new(world);
        let giving: Vec<_> = [2, 3]
            .map(|form| {
                let (world, by) = (Arc::clone(&world), by.clone());
                tokio::spawn(async move { stock(give(&world, &by, form, id, given("L1", TODAY)).await) })
            })
            .into();
        for one in giving {
            one.await.expect("no panic");
        }
        assert_eq!(left(&world, &by.1).await, [("L1".to_owned(), 9)]);
    });
}

/// The number of the lot is on the shelf, and the dose is not from there: what is said of it goes, by either door.
#[test]
fn a_dose_that_is_said_not_to_be_from_the_stock_stays_out_of_it() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        let from = world.arrival().at;
        comes(&world, &by, 1, "L1", 10).await;
        let (number, id) = ana(&world, "A17", &by).await;
        let borrowed =
            |on| ReportedEvent { not_from_stock: Given::of(NotFromStock::Borrowed), ..given("L1", on) };
        let not = [Left::Not(Missed::Elsewhere)];
        let shelf = async || left(&world, &by.1).await;
        assert_eq!(stock(give(&world, &by, 2, id, borrowed(date(2021, 3, 1))).await), not);
        // The clinic's own system says the same dose, and does not know where it came from.
        let north = world.sender_with("north-two", "NORTH", |profile| profile.decrements = true).await;
        let who = "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F";
        let send = async |order: &str, day: &str, more: &str| {
            let dose = mmr(order, day, "00", "A") + more;
            world.send(&north, &about("NORTH", order, "A17", who, &dose)).await;
        };
        send("V1", "20210301", "").await;
        assert_eq!(shelf().await, [("L1".to_owned(), 10)], "one giving, and it is not from here");
        let mark = "OBX|4|CE|not-from-stock^Not from the site's stock^L|3|brought^x^L||||||F\r";
        send("V2", "20240301", mark).await;
        assert_eq!(shelf().await, [("L1".to_owned(), 10)], "a message can say it too");
        let listed = inventory::missed(&world.cx, by.0.clone(), by.1.id, world.arrival()).await;
        let listed: Vec<_> =
            listed.expect("the store works").into_iter().map(|line| (line.number, line.reason)).collect();
        assert_eq!(listed, [(number, Missed::Elsewhere); 2]);
        let between = (from, world.arrival().at);
        let counted = inventory::compliance(&world.cx, &by.0, &by.1, between).await.expect("counted");
        assert_eq!((counted.reported, counted.not_taken_out), (0, 0), "it is not of what was supplied");
        // Said of a dose that another report took, it brings back what that one took.
        send("V3", "20250301", "").await;
        assert_eq!(shelf().await, [("L1".to_owned(), 9)]);
        assert_eq!(stock(give(&world, &by, 3, id, borrowed(date(2025, 3, 1))).await), not);
        assert_eq!(shelf().await, [("L1".to_owned(), 10)]);
        // Corrected to come from the stock, it does.
        let record = people::open(&world.cx, by.0.clone(), number, world.arrival()).await;
        let record = record.expect("the store works").expect("a record");
        let of_day =
            |event: &&iis_model::record::ConsolidatedEvent| event.best.given_date() == Some(date(2021, 3, 1));
        let dose = record.events.iter().find(of_day).expect("the dose");
        assert_eq!(dose.best.not_from_stock.value, Some(NotFromStock::Borrowed));
        let own = dose.reports.iter().find(|report| report.sender.is_empty()).expect("the form's");
        let about_it = (id, (own.source_record_id, own.report_id));
        let by_ = (deed(&world, &by.0, 4), by.1.clone());
        let right = given("L1", date(2021, 3, 1));
        let outcome = iis_registry::desk::correct(&world.cx, by_, about_it, right, Vec::new()).await;
        assert_eq!(stock(outcome.expect("the store works")), [Left::From { lot: "L1".into(), doses: 9 }]);
    });
}

/// Page: /inventory
#[test]
fn s52_what_a_site_was_supplied_with_is_held_against_what_it_reported() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        let other = coordinator(&world, "SOUTH").await;
        let from = world.arrival().at;
        comes(&world, &by, 1, "L1", 10).await;
        comes(&world, &other, 9, "L1", 7).await;
        let (_, id) = ana(&world, "A17", &by).await;
        stock(give(&world, &by, 2, id, given("L1", TODAY)).await);
        stock(give(&world, &by, 3, id, given("Z9", date(2026, 1, 5))).await);
        let north = world.sender_with("north-two", "NORTH", |profile| profile.decrements = true).await;
        let dose = mmr("V1", "20210301", "00", "A");
        world
            .send(&north, &about("NORTH", "M2", "A17", "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F", &dose))
            .await;
        let until = world.arrival().at;
        let counted =
            async |site: &Site, between| inventory::compliance(&world.cx, &by.0, site, between).await;
        let north = counted(&by.1, (from, until)).await.expect("counted");
        let left_alone = vec!["north-ehr".into()];
        assert_eq!(north, Compliance { supplied: 10, reported: 2, not_taken_out: 1, left_alone });
        assert_eq!(north.percent(), None, "what that sender reports is on record and not counted");
        assert_eq!(Compliance { left_alone: Vec::new(), ..north }.percent(), Some(30));
        let before =
            counted(&by.1, (from - jiff::SignedDuration::from_hours(1), from)).await.expect("counted");
        assert_eq!((before.supplied, before.reported, before.not_taken_out), (0, 0, 0));
        assert!(counted(&other.1, (from, until)).await.is_err(), "of another site nothing is told");
    });
}

/// Page: /patients/{number}/history
#[test]
fn s52_every_vaccine_is_reported_for_every_age_whoever_paid_with_funding_and_eligibility_on_each_dose() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        #[rustfmt::skip]
        let table = [
            // born        eligibility  funding
            ("20200115",   "V02",       "VXC51"), // a child, publicly bought
            ("20200115",   "V01",       "PHC70"), // a child, privately bought
            ("19400115",   "V01",       "PHC70"), // an adult of 86
            ("19800115",   "V07",       "VXC52"), // an adult, publicly bought
        ];
        for (n, (born, eligibility, funding)) in table.into_iter().enumerate() {
            let dose = mmr("V1", "20260301", "00", "A").replace(
                "OBX|1|CE|64994-7^Eligibility^LN|1|V01^Not VFC eligible^HL70064||||||F\r",
                &format!(
                    "OBX|1|CE|64994-7^Eligibility^LN|1|{eligibility}^x^HL70064||||||F\r\
                     OBX|4|CE|30963-3^Funding^LN|1|{funding}^x^CDCPHINVS||||||F\r"
                ),
            );
            let (name, mrn) = (["OTTER", "HERON", "BADGER", "MARTEN"][n], format!("A{n}"));
            let person = format!("{name}^ANA^^^^^L|MOSS^SUE^^^^^M|{born}|F");
            let reply = world.send(&world.north, &about("NORTH", &mrn, &mrn, &person, &dose)).await;
            assert!(reply.contains("MSA|AA"), "{born} {funding}: {reply}");
            let criteria = people::Criteria { number: mrn.as_str().into(), ..people::Criteria::default() };
            let found = people::search(&world.cx, by.0.clone(), criteria, world.arrival()).await;
            let people::FoundPeople::People(found) = found.expect("the store works") else { panic!("one") };
            let number = found[0].person.registry_number;
            let record = people::open(&world.cx, by.0.clone(), number, world.arrival()).await;
            let dose = record.expect("the store works").expect("a record").events.remove(0).best;
            let code = |given: &Given<Coded>| given.get().map(|coded| coded.code.to_string());
            assert_eq!(code(&dose.eligibility).as_deref(), Some(eligibility), "{born}");
            assert_eq!(code(&dose.funding_source).as_deref(), Some(funding), "{born}");
        }
    });
}

#[test]
fn a_dose_that_does_not_come_out_is_stored_and_listed_with_its_reason() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        comes(&world, &by, 1, "L1", 1).await;
        let (number, id) = ana(&world, "A17", &by).await;
        let no_lot = stock(give(&world, &by, 2, id, given("Z9", TODAY)).await);
        assert_eq!(no_lot, [Left::Not(Missed::UnknownLot)]);
        let missed = || async {
            let lines = inventory::missed(&world.cx, by.0.clone(), by.1.id, world.arrival()).await;
            let lines = lines.expect("the store works");
            lines.into_iter().map(|line| (line.number, line.reason)).collect::<Vec<_>>()
        };
        assert_eq!(missed().await, [(number, Missed::UnknownLot)]);
        let mut vfc = given("L1", date(2026, 2, 1));
        vfc.eligibility = Given::of(Coded::new("V02", "", "HL70064"));
        vfc.funding_source = Given::default();
        assert_eq!(stock(give(&world, &by, 3, id, vfc).await), [Left::Not(Missed::Funding)]);
        assert_eq!(left(&world, &by.1).await, [("L1".to_owned(), 1)]);
        // Corrected to the lot on hand, it comes out, and is listed no more.
        let record =
            people::open(&world.cx, by.0.clone(), number, world.arrival()).await.expect("the store works");
        let record = record.expect("a record");
        let dose = record.events.iter().find(|event| event.best.given_date() == Some(TODAY)).expect("a dose");
        let key = (dose.reports[0].source_record_id, dose.reports[0].report_id);
        let by_ = (deed(&world, &by.0, 4), by.1.clone());
        let right = given("L1", TODAY);
        let outcome = iis_registry::desk::correct(&world.cx, by_, (id, key), right, Vec::new()).await;
        assert_eq!(stock(outcome.expect("the store works")), [Left::From { lot: "L1".into(), doses: 0 }]);
        assert_eq!(missed().await, [(number, Missed::Funding)]);
    });
}

#[test]
fn doses_that_are_recorded_at_the_same_time_never_take_more_than_there_is() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        comes(&world, &by, 1, "L1", 5).await;
        let (_, id) = ana(&world, "A17", &by).await;
        let world = Arc::new(world);
        let days =
            (0..12_u8).map(|n| (n, date(2024, 1, 1).checked_add(jiff::Span::new().days(40 * i64::from(n)))));
        let giving: Vec<_> = days
            .map(|(n, day)| {
                let (world, by) = (Arc::clone(&world), by.clone());
                let dose = given("L1", day.expect("a day"));
                tokio::spawn(async move { stock(give(&world, &by, n + 10, id, dose).await) })
            })
            .collect();
        let mut came_out = 0;
        let mut missed = 0;
        for one in giving {
            match one.await.expect("no panic").as_slice() {
                [Left::From { .. }] => came_out += 1,
                [Left::Not(Missed::NoStock)] => missed += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((came_out, missed), (5, 7));
        assert_eq!(left(&world, &by.1).await, [("L1".to_owned(), 0)]);
    });
}

#[test]
fn a_merge_leaves_the_ledger_as_it_is_and_a_dose_that_is_removed_after_it_comes_back() {
    on_each_engine(|world| async move {
        let by = coordinator(&world, "NORTH").await;
        comes(&world, &by, 1, "L1", 10).await;
        let (number, one) = ana(&world, "A17", &by).await;
        world.send(&world.north, &about("NORTH", "M2", "B18", "ROE^ANNA^^^^^L||20200115|F", "")).await;
        let criteria = people::Criteria { number: "B18".into(), ..people::Criteria::default() };
        let found = people::search(&world.cx, by.0.clone(), criteria, world.arrival()).await;
        let people::FoundPeople::People(found) = found.expect("the store works") else { panic!("one") };
        let two = found[0].person.id;
        stock(give(&world, &by, 3, two, given("L1", TODAY)).await);
        assert_eq!(left(&world, &by.1).await, [("L1".to_owned(), 9)]);
        let reviewer =
            crate::protecting::granted(&world, "data-quality", None, Permission::ResolveDuplicates).await;
        let wanted = Merge { from: two, to: one, item_id: None };
        let merged = merge(&world.cx, deed(&world, &reviewer, 4), wanted).await.expect("the store works");
        let Merged::Done(event_id) = merged else { panic!("{merged:?}") };
        assert_eq!(left(&world, &by.1).await, [("L1".to_owned(), 9)], "no dose moved");
        let remove_it = async |form: u8, number: RegistryNumber, id: PersonId| {
            let record = people::open(&world.cx, by.0.clone(), number, world.arrival()).await;
            let record = record.expect("the store works").expect("a record");
            let dose = record.events.iter().find(|event| event.best.given_date() == Some(TODAY));
            let report = &dose.expect("the dose").reports[0];
            let key = (report.source_record_id, report.report_id);
            let gone = remove(&world.cx, (deed(&world, &by.0, form), by.1.clone()), (id, key)).await;
            stock(gone.expect("the store works"))
        };
        assert_eq!(remove_it(5, number, one).await, [Left::Back]);
        assert_eq!(left(&world, &by.1).await, [("L1".to_owned(), 10)]);
        let back = Unmerge { event_id, with: Vec::new(), keep_apart: false };
        unmerge(&world.cx, deed(&world, &reviewer, 6), back).await.expect("the store works");
        assert_eq!(left(&world, &by.1).await, [("L1".to_owned(), 10)], "a split gives nothing twice");
    });
}
