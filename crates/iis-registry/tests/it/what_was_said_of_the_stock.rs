//! What a dose said of the stock stays said when something else of it is corrected, and the order in which reports of one
//! giving come decides nothing.

use crate::inventory::{give, given, stock};
use crate::one_giving::{Clinic, DAY, MARK, WHO, borrowed};
use crate::world::{World, about, mmr, on_each_engine};
use iis_model::stock::Missed;
use iis_model::{Coded, Given, ReportedEvent};
use iis_registry::desk::{self, OwnReport, ReportKey};
use iis_registry::inventory::{self, Left};
use iis_store::{Lane, sender};
use jiff::civil::date;

/// A report of the clinic as whoever opens it finds it.
async fn opened(world: &World, clinic: &Clinic, key: ReportKey) -> ReportedEvent {
    let own = clinic.by.1.organization_id;
    let found = desk::own_report(&world.cx, clinic.by.0.clone(), clinic.id, key, own).await;
    match found.expect("the store works") {
        Some(OwnReport::Stands(said)) => *said,
        other => panic!("{other:?}"),
    }
}

async fn missed(world: &World, clinic: &Clinic) -> Vec<Missed> {
    let (granted, site) = (clinic.by.0.clone(), &clinic.by.1);
    let listed = inventory::missed(&world.cx, granted, site.id, world.arrival()).await;
    listed.expect("the store works").iter().map(|line| line.reason).collect()
}

fn in_the_leg(said: ReportedEvent) -> ReportedEvent {
    ReportedEvent { body_site: Given::of(Coded::new("LT", "", "HL70163")), ..said }
}

#[test]
fn a_correction_of_a_dose_that_leaves_the_stock_alone_does_so_too_until_somebody_says_otherwise() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        // the agreement of this sender leaves the stock alone; once with an order number, once without
        for (form, day, order) in [(2, "20210301", "V1"), (5, "20240301", "9999")] {
            let on = day.parse::<jiff::civil::Date>().expect("a day");
            let dose = mmr(order, day, "00", "A");
            world.send(&world.north, &about("NORTH", day, "A17", WHO, &dose)).await;
            let key = clinic.report(&world, on, false).await;
            let said = opened(&world, &clinic, key).await;
            assert!(said.leaves_stock_alone, "nobody said that it is from the stock");
            assert_eq!(clinic.correct(&world, form, key, in_the_leg(said)).await, []);
            assert_eq!((clinic.shelf(&world).await, missed(&world, &clinic).await), (10, vec![]));
            // the correction is corrected, and moved to another day
            let key = clinic.report(&world, on, true).await;
            let moved = opened(&world, &clinic, key).await;
            assert!(moved.leaves_stock_alone);
            let on = on.checked_add(jiff::Span::new().days(40)).expect("a day");
            let moved = ReportedEvent { given_on: Given::of(iis_model::PartialDate::day(on)), ..moved };
            clinic.correct(&world, form + 1, key, moved).await;
            assert_eq!(clinic.shelf(&world).await, 10);
            // removed and put back, it still leaves the stock alone
            let key = clinic.report(&world, on, true).await;
            clinic.remove(&world, form + 20, key).await;
            clinic.puts_back(&world, form + 40, key).await;
            assert_eq!(clinic.shelf(&world).await, 10);
        }
        // somebody says that it is from the stock
        let on = date(2021, 4, 10);
        let key = clinic.report(&world, on, true).await;
        let said = opened(&world, &clinic, key).await;
        let from_here = ReportedEvent { leaves_stock_alone: false, ..said };
        let left = clinic.correct(&world, 9, key, from_here).await;
        assert_eq!(left, [Left::From { lot: "L1".into(), doses: 9 }]);
        let key = clinic.report(&world, on, true).await;
        assert!(!opened(&world, &clinic, key).await.leaves_stock_alone);
    });
}

#[test]
fn a_dose_that_came_before_the_agreement_is_not_taken_because_its_body_site_is_corrected() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let old = world.sender_with("north-three", "NORTH", |_| {}).await;
        world.send(&old, &about("NORTH", "M2", "A17", WHO, &mmr("V1", "20210301", "00", "A"))).await;
        let id = old.id;
        let agree = world.cx.store.write(Lane::Web, move |tx| {
            let mut sender = sender::by_id(tx, id)?.expect("the sender").sender;
            sender.profile.decrements = true;
            sender::put(tx, &sender, "active")
        });
        agree.await.expect("the store works");
        let key = clinic.report(&world, DAY, false).await;
        let said = opened(&world, &clinic, key).await;
        clinic.correct(&world, 3, key, in_the_leg(said)).await;
        assert_eq!(clinic.shelf(&world).await, 10);
        // what a message takes, the correction of it goes on taking
        clinic.sends(&world, "M3", &mmr("V2", "20240301", "00", "A")).await;
        let key = clinic.report(&world, date(2024, 3, 1), false).await;
        let said = opened(&world, &clinic, key).await;
        assert!(!said.leaves_stock_alone);
        let left = clinic.correct(&world, 4, key, in_the_leg(said)).await;
        assert_eq!((left, clinic.shelf(&world).await), (vec![Left::From { lot: "L1".into(), doses: 9 }], 9));
    });
}

#[test]
fn a_report_from_elsewhere_without_a_lot_keeps_the_dose_whether_it_comes_first_or_last() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let lotless =
            |order: &str, day: &str| mmr(order, day, "00", "A").replace("L1|20270101", "|20270101") + MARK;
        clinic.sends(&world, "M2", &lotless("V1", "20210301")).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        assert_eq!(clinic.shelf(&world).await, 10);
        let later = date(2024, 3, 1);
        stock(give(&world, &clinic.by, 3, clinic.id, given("L1", later)).await);
        clinic.sends(&world, "M3", &lotless("V2", "20240301")).await;
        assert_eq!(clinic.shelf(&world).await, 10, "as if it had come first");
    });
}

#[test]
fn what_is_said_no_more_not_to_be_from_the_stock_is_not_listed_as_that() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let send = async |control: &str, dose: String| {
            world.send(&world.north, &about("NORTH", control, "A17", WHO, &dose)).await;
        };
        send("M2", mmr("V1", "20210301", "00", "A") + MARK).await;
        assert_eq!(missed(&world, &clinic).await, [Missed::Elsewhere]);
        send("M3", mmr("V1", "20210301", "00", "U")).await;
        assert_eq!((missed(&world, &clinic).await, clinic.shelf(&world).await), (vec![], 10));
        // two say so, and one of them no more: it is listed for the other
        stock(give(&world, &clinic.by, 2, clinic.id, borrowed(date(2024, 3, 1))).await);
        send("M4", mmr("V2", "20240301", "00", "A") + MARK).await;
        assert_eq!(missed(&world, &clinic).await, [Missed::Elsewhere]);
        send("M5", mmr("V2", "20240301", "00", "U")).await;
        assert_eq!(
            (missed(&world, &clinic).await, clinic.shelf(&world).await),
            (vec![Missed::Elsewhere], 10)
        );
        let key = clinic.report(&world, date(2024, 3, 1), true).await;
        clinic.remove(&world, 3, key).await;
        assert_eq!((missed(&world, &clinic).await, clinic.shelf(&world).await), (vec![], 10));
    });
}

#[test]
fn a_dose_that_was_inherited_follows_the_corrections_of_its_report() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        crate::inventory::comes(&world, &clinic.by, 9, "L2", 10).await;
        let send = async |control: &str, dose: String| {
            world.send(&world.north, &about("NORTH", control, "A17", WHO, &dose)).await;
        };
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        send("M2", mmr("V1", "20210301", "00", "A")).await;
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 3, key).await;
        send("M3", mmr("V1", "20210301", "00", "U").replace("L1|20270101", "L2|20270101")).await;
        let shelves = crate::one_giving::shelves(&world, &clinic).await;
        assert_eq!(shelves, [("L1".to_owned(), 10), ("L2".to_owned(), 9)], "as the record says");
    });
}

#[test]
fn a_dose_under_a_shared_authority_is_corrected_and_removed_by_the_organization_of_its_site_alone() {
    on_each_engine(|world| async move {
        let shared = world.cx.store.write(Lane::Web, |tx| sender::share_authority(tx, "POOL"));
        shared.await.expect("the store works");
        let clinic = Clinic::of(&world).await;
        let dose = mmr("V1", "20210301", "00", "A");
        let message = about("NORTH", "M2", "P9", WHO, &dose).replace("P9^^^NORTH^MR", "P9^^^POOL^MR");
        world.send(&clinic.ehr, &message).await;
        let key = clinic.report(&world, DAY, false).await;
        let south = crate::inventory::coordinator(&world, "SOUTH").await;
        let theirs = desk::own_report(&world.cx, south.0.clone(), clinic.id, key, south.1.organization_id);
        assert_eq!(theirs.await.expect("the store works"), None, "of another organization's site");
        let said = opened(&world, &clinic, key).await;
        let left = clinic.correct(&world, 3, key, in_the_leg(said)).await;
        assert_eq!(left, [Left::From { lot: "L1".into(), doses: 9 }]);
        let event = clinic.record(&world).await.events.remove(0);
        assert_eq!(event.best.body_site.get().map(|site| &*site.code), Some("LT"));
        let own = &event.reports[0];
        assert_eq!((own.owner_id, &*own.organization), (clinic.by.1.organization_id, "NORTH Pediatrics"));
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 4, key).await;
        assert_eq!((clinic.shelf(&world).await, clinic.record(&world).await.events.len()), (10, 0));
    });
}
