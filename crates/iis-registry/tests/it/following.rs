//! The ledger follows the record where nobody says a dose anew: records are merged and parted, and what a sender sent is
//! withdrawn and comes back.

use crate::inventory::{deed, give, given, stock};
use crate::one_giving::{Clinic, DAY, MARK, WHO, borrowed};
use crate::withdrawing::{take_back, withdraw};
use crate::world::{World, about, mmr, on_each_engine};
use iis_model::access::Permission;
use iis_model::stock::EntryKind;
use iis_model::{PersonId, Timestamp};
use iis_registry::inventory::{self, Left};
use iis_registry::people;
use iis_registry::review::{Merge, Outcome as Merged, Unmerge, merge, unmerge};
use jiff::civil::date;

/// Another record of the patient, under the name of before.
pub(crate) const OTHERWISE: &str = "ROE^ANNA^^^^^L||20200115|F";

impl Clinic {
    /// Their system says a dose of the patient under another record number.
    pub(crate) async fn sends_otherwise(&self, world: &World, control: &str, doses: &str) {
        let reply = world.send(&self.ehr, &about("NORTH", control, "B18", OTHERWISE, doses)).await;
        assert!(reply.contains("MSA|AA") || reply.contains("MSA|AE"), "{reply}");
    }

    /// The person of the other record.
    pub(crate) async fn otherwise(&self, world: &World) -> PersonId {
        let criteria = people::Criteria { number: "B18".into(), ..people::Criteria::default() };
        let found = people::search(&world.cx, self.by.0.clone(), criteria, world.arrival()).await;
        let people::FoundPeople::People(found) = found.expect("the store works") else { panic!("one") };
        found[0].person.id
    }

    /// The other record becomes the patient's; the link event.
    pub(crate) async fn merges(&self, world: &World, form: u8) -> i64 {
        let granted =
            crate::protecting::granted(world, "data-quality", None, Permission::ResolveDuplicates).await;
        let wanted = Merge { from: self.otherwise(world).await, to: self.id, item_id: None };
        let merged = merge(&world.cx, deed(world, &granted, form), wanted).await.expect("the store works");
        let Merged::Done(event_id) = merged else { panic!("{merged:?}") };
        event_id
    }

    pub(crate) async fn parts(&self, world: &World, form: u8, event_id: i64) {
        let granted =
            crate::protecting::granted(world, "data-quality", None, Permission::ResolveDuplicates).await;
        let back = Unmerge { event_id, with: Vec::new(), keep_apart: false };
        let parted = unmerge(&world.cx, deed(world, &granted, form), back).await.expect("the store works");
        assert!(matches!(parted, Merged::Done(_)), "{parted:?}");
    }

    /// The entries of the first lot that are not a receipt: what each is, how many doses, and why.
    async fn ledger(&self, world: &World) -> Vec<(EntryKind, i64, String)> {
        let lots = inventory::on_hand(&world.cx, self.by.1.id).await.expect("the store works");
        let ledger =
            inventory::ledger(&world.cx, self.by.1.id, lots[0].lot.id).await.expect("the store works");
        let entries = ledger.expect("a lot").1.into_iter();
        let moved = entries.filter(|entry| entry.kind != EntryKind::Received);
        moved.map(|entry| (entry.kind, entry.doses, entry.reason.into())).collect()
    }

    /// The reasons for which doses are listed as not having left the stock.
    async fn missed(&self, world: &World) -> Vec<String> {
        let (granted, site) = (self.by.0.clone(), &self.by.1);
        let listed = inventory::missed(&world.cx, granted, site.id, world.arrival()).await;
        listed.expect("the store works").iter().map(|line| line.reason.code().to_owned()).collect()
    }
}

fn dose(order: &str, action: &str) -> String {
    mmr(order, "20210301", "00", action)
}

#[test]
fn two_records_that_are_merged_have_one_dose_taken_for_one_giving_and_two_again_once_they_are_parted() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        clinic.sends_otherwise(&world, "M2", &dose("V1", "A")).await;
        assert_eq!(clinic.shelf(&world).await, 8, "two people, as far as anybody knows");
        let event = clinic.merges(&world, 3).await;
        assert_eq!(clinic.record(&world).await.events.len(), 1);
        assert_eq!(clinic.shelf(&world).await, 9, "one giving takes one dose");
        let (kind, doses, why) = clinic.ledger(&world).await.pop().expect("entries");
        assert_eq!((kind, doses), (EntryKind::GivenBack, 1));
        assert!(why.contains("merged"), "the history of the lot says why: {why}");
        clinic.parts(&world, 4, event).await;
        assert_eq!(clinic.record(&world).await.events.len(), 1);
        assert_eq!(clinic.shelf(&world).await, 8);
        let (kind, doses, why) = clinic.ledger(&world).await.pop().expect("entries");
        assert_eq!((kind, doses), (EntryKind::Administered, -1));
        assert!(why.contains("taken back"), "{why}");
        // once more, and this time the report that holds the dose goes in between
        let event = clinic.merges(&world, 5).await;
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 6, key).await;
        assert_eq!((clinic.shelf(&world).await, clinic.record(&world).await.events.len()), (9, 1));
        clinic.parts(&world, 7, event).await;
        assert_eq!((clinic.shelf(&world).await, clinic.record(&world).await.events.len()), (9, 0));
    });
}

#[test]
fn a_dose_that_a_merged_record_had_taken_already_is_taken_for_itself_once_they_are_parted() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        clinic.sends_otherwise(&world, "M2", "").await;
        let event = clinic.merges(&world, 3).await;
        stock(give(&world, &clinic.by, 4, clinic.id, given("L1", DAY)).await);
        clinic.sends_otherwise(&world, "M3", &dose("V1", "A")).await;
        assert_eq!((clinic.shelf(&world).await, clinic.record(&world).await.events.len()), (9, 1));
        clinic.parts(&world, 5, event).await;
        assert_eq!(clinic.shelf(&world).await, 8, "two people, two givings");
        // a sender that leaves the stock alone is not made to take
        world
            .send(&world.north, &about("NORTH", "M4", "B18", OTHERWISE, &mmr("V2", "20240301", "00", "A")))
            .await;
        stock(give(&world, &clinic.by, 6, clinic.id, given("L1", date(2024, 3, 1))).await);
        let event = clinic.merges(&world, 7).await;
        assert_eq!(clinic.shelf(&world).await, 8, "one giving less, one more");
        clinic.parts(&world, 8, event).await;
        assert_eq!(clinic.shelf(&world).await, 7);
    });
}

#[test]
fn a_merge_with_a_record_that_says_the_dose_is_not_from_the_stock_brings_it_back() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        clinic.sends_otherwise(&world, "M2", &dose("V1", "A")).await;
        stock(give(&world, &clinic.by, 2, clinic.id, borrowed(DAY)).await);
        assert_eq!(clinic.shelf(&world).await, 9);
        let event = clinic.merges(&world, 3).await;
        assert_eq!((clinic.shelf(&world).await, clinic.missed(&world).await), (10, vec!["elsewhere".into()]));
        clinic.parts(&world, 4, event).await;
        assert_eq!((clinic.shelf(&world).await, clinic.missed(&world).await), (9, vec!["elsewhere".into()]));
    });
}

/// Sends, and tells between which moments.
async fn sends(world: &World, clinic: &Clinic, control: &str, doses: &str) -> (Timestamp, Timestamp) {
    let from = world.arrival().at;
    clinic.sends(world, control, doses).await;
    (from, world.arrival().at)
}

#[test]
fn what_a_withdrawn_message_took_comes_back_or_passes_to_the_report_that_stays() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let shelf = async || clinic.shelf(&world).await;
        // nobody else says it
        let (from, until) = sends(&world, &clinic, "M2", &dose("V1", "A")).await;
        assert_eq!(shelf().await, 9);
        let id = withdraw(&world, &clinic.ehr, from, until, 51).await;
        assert_eq!(shelf().await, 10, "nobody says it any more");
        let (kind, _, why) = clinic.ledger(&world).await.pop().expect("entries");
        assert_eq!(kind, EntryKind::GivenBack);
        assert!(why.contains("withdrawn"), "{why}");
        take_back(&world, id, 52).await;
        assert_eq!(shelf().await, 9, "it is said again");
        // the form says it too
        let told = stock(give(&world, &clinic.by, 4, clinic.id, given("L1", DAY)).await);
        assert_eq!((told, shelf().await), (vec![Left::Already { lot: "L1".into() }], 9));
        let id = withdraw(&world, &clinic.ehr, from, until, 53).await;
        assert_eq!((shelf().await, clinic.record(&world).await.events.len()), (9, 1), "the form stays");
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 5, key).await;
        assert_eq!(shelf().await, 10, "it was the form's dose");
        take_back(&world, id, 54).await;
        assert_eq!((shelf().await, clinic.record(&world).await.events.len()), (9, 1));
    });
}

#[test]
fn what_a_withdrawn_message_kept_in_the_stock_is_taken_and_what_it_corrected_is_as_it_was() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let shelf = async || clinic.shelf(&world).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        let (from, until) = sends(&world, &clinic, "M2", &(dose("V1", "A") + MARK)).await;
        assert_eq!((shelf().await, clinic.missed(&world).await.len()), (10, 1));
        let id = withdraw(&world, &clinic.ehr, from, until, 51).await;
        assert_eq!((shelf().await, clinic.missed(&world).await.len()), (9, 0));
        take_back(&world, id, 52).await;
        assert_eq!((shelf().await, clinic.missed(&world).await.len()), (10, 1));
        // a correction that is withdrawn: the dose is from the lot that it named first
        crate::inventory::comes(&world, &clinic.by, 9, "L2", 10).await;
        clinic.sends(&world, "M3", &mmr("V2", "20240301", "00", "A")).await;
        let other_lot = mmr("V2", "20240301", "00", "U").replace("L1|20270101", "L2|20270101");
        let (from, until) = sends(&world, &clinic, "M4", &other_lot).await;
        let shelves = async || crate::one_giving::shelves(&world, &clinic).await;
        assert_eq!(shelves().await, [("L1".to_owned(), 10), ("L2".to_owned(), 9)]);
        let id = withdraw(&world, &clinic.ehr, from, until, 53).await;
        assert_eq!(shelves().await, [("L1".to_owned(), 9), ("L2".to_owned(), 10)]);
        take_back(&world, id, 54).await;
        assert_eq!(shelves().await, [("L1".to_owned(), 10), ("L2".to_owned(), 9)]);
    });
}

#[test]
fn a_withdrawal_of_what_a_message_gave_back_takes_it_again_and_of_what_never_left_the_stock_moves_nothing() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let shelf = async || clinic.shelf(&world).await;
        clinic.sends(&world, "M2", &dose("V1", "A")).await;
        let (from, until) = sends(&world, &clinic, "M3", &dose("V1", "D")).await;
        assert_eq!(shelf().await, 10);
        withdraw(&world, &clinic.ehr, from, until, 51).await;
        assert_eq!((shelf().await, clinic.record(&world).await.events.len()), (9, 1));
        let from = world.arrival().at;
        let lotless = mmr("V3", "20240301", "00", "A").replace("L1|20270101", "|20270101");
        clinic.sends(&world, "M4", &lotless).await;
        world.send(&world.north, &about("NORTH", "M5", "A17", WHO, &mmr("V4", "20250301", "00", "A"))).await;
        assert_eq!(clinic.missed(&world).await, ["no-lot"]);
        let until = world.arrival().at;
        let id = withdraw(&world, &clinic.ehr, from, until, 52).await;
        withdraw(&world, &world.north, from, until, 53).await;
        let counted = async || {
            let between = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
            let counted = inventory::compliance(&world.cx, &clinic.by.0, &clinic.by.1, between).await;
            counted.expect("counted").not_taken_out
        };
        assert_eq!((shelf().await, clinic.missed(&world).await.len(), counted().await), (9, 0, 0));
        take_back(&world, id, 54).await;
        assert_eq!((shelf().await, clinic.missed(&world).await.len(), counted().await), (9, 1, 1));
    });
}

#[test]
fn a_message_that_comes_back_after_the_form_of_its_giving_was_removed_takes_the_dose() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        let (from, until) = sends(&world, &clinic, "M2", &dose("V1", "A")).await;
        let id = withdraw(&world, &clinic.ehr, from, until, 51).await;
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 3, key).await;
        assert_eq!((clinic.shelf(&world).await, clinic.record(&world).await.events.len()), (10, 0));
        take_back(&world, id, 52).await;
        assert_eq!((clinic.shelf(&world).await, clinic.record(&world).await.events.len()), (9, 1));
        // what came before the agreement, and never concerned the stock, is not taken
        let old = world.sender_with("north-old", "NORTH", |_| {}).await;
        let from = world.arrival().at;
        world.send(&old, &about("NORTH", "M4", "A17", WHO, &mmr("V9", "20240301", "00", "A"))).await;
        let until = world.arrival().at;
        let id = withdraw(&world, &old, from, until, 53).await;
        let agreed = old.id;
        let agree = world.cx.store.write(iis_store::Lane::Web, move |tx| {
            let mut sender = iis_store::sender::by_id(tx, agreed)?.expect("the sender").sender;
            sender.profile.decrements = true;
            iis_store::sender::put(tx, &sender, "active")
        });
        agree.await.expect("the store works");
        take_back(&world, id, 54).await;
        assert_eq!((clinic.shelf(&world).await, clinic.record(&world).await.events.len()), (9, 2));
    });
}
