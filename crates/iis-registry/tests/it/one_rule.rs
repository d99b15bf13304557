//! The stock is settled by the record's own events, whatever happened to them and in whatever order it was agreed.

use crate::following::OTHERWISE;
use crate::inventory::{comes, give, given, stock};
use crate::one_giving::{Clinic, DAY, MARK, WHO, borrowed, shelves};
use crate::withdrawing::{take_back, withdraw};
use crate::world::{World, about, mmr, on_each_engine};
use iis_model::organization::Sender;
use iis_model::stock::Missed;
use iis_registry::inventory;
use iis_store::{Lane, sender};
use jiff::civil::date;

/// A dose of MMR of the day, out of this lot.
fn of_lot(lot: &str, order: &str, day: &str, action: &str) -> String {
    mmr(order, day, "00", action).replace("L1|20270101", &format!("{lot}|20270101"))
}

async fn agrees(world: &World, with: &Sender) {
    let mut agreed = with.clone();
    agreed.profile.decrements = true;
    let put = world.cx.store.write(Lane::Web, move |tx| sender::put(tx, &agreed, "active"));
    put.await.expect("the store works");
}

async fn missed(world: &World, clinic: &Clinic) -> Vec<Missed> {
    let listed = inventory::missed(&world.cx, clinic.by.0.clone(), clinic.by.1.id, world.arrival()).await;
    listed.expect("the store works").iter().map(|line| line.reason).collect()
}

#[test]
fn a_vial_that_was_inherited_stays_with_a_report_whose_lot_is_not_on_the_shelf() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let send = async |control: &str, dose: String| {
            world.send(&world.north, &about("NORTH", control, "A17", WHO, &dose)).await;
        };
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        send("M2", of_lot("LX", "V1", "20210301", "A")).await;
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 3, key).await;
        assert_eq!(clinic.shelf(&world).await, 9, "the vial is used");
        send("M3", of_lot("LX", "V1", "20210302", "U")).await;
        assert_eq!((clinic.shelf(&world).await, missed(&world, &clinic).await), (9, vec![]));
        send("M4", of_lot("LY", "V1", "20210302", "U")).await;
        assert_eq!((clinic.shelf(&world).await, missed(&world, &clinic).await), (9, vec![]));
        send("M5", of_lot("LY", "V1", "20210302", "D")).await;
        assert_eq!(clinic.shelf(&world).await, 10);
    });
}

#[test]
fn what_came_before_an_agreement_takes_nothing_when_records_are_parted_after_it() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let old = world.sender_with("north-old", "NORTH", |_| {}).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        let dose = mmr("V1", "20210301", "00", "A");
        world.send(&old, &about("NORTH", "M2", "B18", OTHERWISE, &dose)).await;
        let event = clinic.merges(&world, 3).await;
        agrees(&world, &old).await;
        clinic.parts(&world, 4, event).await;
        assert_eq!((clinic.shelf(&world).await, missed(&world, &clinic).await), (9, vec![]));
    });
}

#[test]
fn a_correction_that_is_withdrawn_leaves_its_lot_where_the_dose_names_one_that_is_not_there() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        clinic.sends(&world, "M2", &of_lot("LX", "V1", "20210301", "A")).await;
        assert_eq!(
            (clinic.shelf(&world).await, missed(&world, &clinic).await),
            (10, vec![Missed::UnknownLot])
        );
        let from = world.arrival().at;
        clinic.sends(&world, "M3", &of_lot("L1", "V1", "20210301", "U")).await;
        assert_eq!((clinic.shelf(&world).await, missed(&world, &clinic).await), (9, vec![]));
        let id = withdraw(&world, &clinic.ehr, from, world.arrival().at, 51).await;
        assert_eq!(
            (clinic.shelf(&world).await, missed(&world, &clinic).await),
            (10, vec![Missed::UnknownLot])
        );
        take_back(&world, id, 52).await;
        assert_eq!((clinic.shelf(&world).await, missed(&world, &clinic).await), (9, vec![]));
    });
}

#[test]
fn one_giving_that_two_reports_say_is_from_elsewhere_is_listed_once() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        stock(give(&world, &clinic.by, 2, clinic.id, borrowed(DAY)).await);
        clinic.sends(&world, "M2", &(mmr("V1", "20210301", "00", "A") + MARK)).await;
        assert_eq!(missed(&world, &clinic).await, [Missed::Elsewhere]);
        clinic.sends_otherwise(&world, "M3", &(mmr("V2", "20210301", "00", "A") + MARK)).await;
        assert_eq!(missed(&world, &clinic).await.len(), 2, "two people, as far as anybody knows");
        let event = clinic.merges(&world, 3).await;
        assert_eq!(missed(&world, &clinic).await, [Missed::Elsewhere]);
        clinic.parts(&world, 4, event).await;
        assert_eq!(missed(&world, &clinic).await.len(), 2);
        // a dose that should have come out, and that two reports say, is one too
        clinic.sends(&world, "M4", &of_lot("LX", "V3", "20240301", "A")).await;
        stock(give(&world, &clinic.by, 5, clinic.id, given("LX", date(2024, 3, 1))).await);
        assert_eq!(missed(&world, &clinic).await.len(), 3);
    });
}

#[test]
fn doses_of_near_days_and_several_lots_leave_the_stock_as_the_record_makes_doses_of_them() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        comes(&world, &clinic.by, 9, "L2", 10).await;
        comes(&world, &clinic.by, 10, "L2P", 10).await;
        let without_manufacturer = of_lot("L1", "K1", "20210303", "A").replace("MSD^Merck^MVX", "");
        clinic.sends(&world, "M2", &without_manufacturer).await;
        stock(give(&world, &clinic.by, 3, clinic.id, given("L1", DAY)).await);
        assert_eq!(clinic.record(&world).await.events.len(), 1);
        // what names more comes first: the first one is of this dose now, and the form's is another one
        let two = ["L2", "L2P"].map(|lot| of_lot(lot, lot, "20210303", "A")).concat();
        clinic.sends(&world, "M3", &two).await;
        let doses = i64::try_from(clinic.record(&world).await.events.len()).expect("few");
        let left: i64 = shelves(&world, &clinic).await.into_iter().map(|(_, left)| left).sum();
        assert_eq!((doses, 30 - left), (2, 2), "one vial for each dose on record");
    });
}

#[test]
fn a_dose_that_is_removed_while_all_records_are_rebuilt_comes_back() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        clinic.sends(&world, "M2", &of_lot("L1", "V1", "20210301", "A")).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", date(2024, 3, 1))).await);
        assert_eq!(clinic.shelf(&world).await, 8);
        let cleared = world.cx.store.write(Lane::Bulk, iis_store::consolidated::clear);
        cleared.await.expect("the store works");
        clinic.sends(&world, "M3", &of_lot("L1", "V1", "20210301", "D")).await;
        assert_eq!(clinic.shelf(&world).await, 9);
    });
}
