//! One giving takes one dose out of the stock, whichever of its reports goes, comes again or is corrected.

use crate::inventory::{ana, comes, coordinator, deed, give, given, left, stock};
use crate::world::{World, about, mmr, on_each_engine};
use iis_model::access::Granted;
use iis_model::event::NotFromStock;
use iis_model::organization::{Sender, Site};
use iis_model::record::PersonRecord;
use iis_model::stock::Missed;
use iis_model::{Date, Given, PersonId, RegistryNumber, ReportedEvent};
use iis_registry::desk::{self, ReportKey, remove};
use iis_registry::inventory::Left;
use iis_registry::people;
use iis_store::{Lane, sender};
use jiff::civil::date;
use std::sync::Arc;

pub(crate) const DAY: Date = date(2021, 3, 1);
pub(crate) const WHO: &str = "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F";
/// Says under a dose that it is not from the stock.
pub(crate) const MARK: &str = "OBX|4|CE|not-from-stock^Not from the site's stock^L|3|borrowed^x^L||||||F\r";

/// A clinic with ten doses on its shelf, a patient, and a system of its own whose doses come out of the stock.
pub(crate) struct Clinic {
    pub(crate) by: (Granted, Site),
    pub(crate) ehr: Arc<Sender>,
    pub(crate) number: RegistryNumber,
    pub(crate) id: PersonId,
}

impl Clinic {
    pub(crate) async fn of(world: &World) -> Self {
        Self::with(world, 10).await
    }

    /// With so many doses on its shelf.
    pub(crate) async fn with(world: &World, doses: i64) -> Self {
        let by = coordinator(world, "NORTH").await;
        comes(world, &by, 1, "L1", doses).await;
        let (number, id) = ana(world, "A17", &by).await;
        let ehr = world.sender_with("north-two", "NORTH", |profile| profile.decrements = true).await;
        Self { by, ehr, number, id }
    }

    pub(crate) async fn shelf(&self, world: &World) -> i64 {
        left(world, &self.by.1).await[0].1
    }

    pub(crate) async fn sends(&self, world: &World, control: &str, doses: &str) {
        let reply = world.send(&self.ehr, &about("NORTH", control, "A17", WHO, doses)).await;
        assert!(reply.contains("MSA|AA") || reply.contains("MSA|AE"), "{reply}");
    }

    pub(crate) async fn record(&self, world: &World) -> PersonRecord {
        let opened = people::open(&world.cx, self.by.0.clone(), self.number, world.arrival()).await;
        opened.expect("the store works").expect("a record")
    }

    /// The report of a day that came by form, or by message.
    pub(crate) async fn report(&self, world: &World, on: Date, is_by_form: bool) -> ReportKey {
        let record = self.record(world).await;
        let mut of_day = record.events.iter().filter(|event| event.best.given_date() == Some(on));
        let found = of_day.find_map(|event| {
            event.reports.iter().find(|report| report.sender.is_empty() == is_by_form).cloned()
        });
        let report = found.expect("a report");
        (report.source_record_id, report.report_id)
    }

    pub(crate) async fn correct(
        &self,
        world: &World,
        form: u8,
        key: ReportKey,
        right: ReportedEvent,
    ) -> Vec<Left> {
        let by = (deed(world, &self.by.0, form), self.by.1.clone());
        let outcome = desk::correct(&world.cx, by, (self.id, key), right, Vec::new()).await;
        stock(outcome.expect("the store works"))
    }

    pub(crate) async fn remove(&self, world: &World, form: u8, key: ReportKey) {
        let by = (deed(world, &self.by.0, form), self.by.1.clone());
        stock(remove(&world.cx, by, (self.id, key)).await.expect("the store works"));
    }
}

impl Clinic {
    pub(crate) async fn puts_back(&self, world: &World, form: u8, key: ReportKey) {
        let by = (deed(world, &self.by.0, form), self.by.1.clone());
        stock(desk::put_back(&world.cx, by, (self.id, key)).await.expect("the store works"));
    }
}

pub(crate) fn borrowed(on: Date) -> ReportedEvent {
    ReportedEvent { not_from_stock: Given::of(NotFromStock::Borrowed), ..given("L1", on) }
}

#[test]
fn a_report_that_was_kept_from_taking_takes_once_nobody_says_any_more_that_the_dose_is_from_elsewhere() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        stock(give(&world, &clinic.by, 2, clinic.id, borrowed(DAY)).await);
        clinic.sends(&world, "M2", &mmr("V1", "20210301", "00", "A")).await;
        assert_eq!(clinic.shelf(&world).await, 10, "one giving, and it is not from here");
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 3, key).await;
        assert_eq!(clinic.shelf(&world).await, 9, "the message stays, and says nothing of elsewhere");
        // The other way round: the message said so, and takes it back.
        let later = date(2024, 3, 1);
        clinic.sends(&world, "M3", &(mmr("V2", "20240301", "00", "A") + MARK)).await;
        assert_eq!(
            stock(give(&world, &clinic.by, 4, clinic.id, given("L1", later)).await),
            [Left::Not(Missed::Elsewhere)]
        );
        assert_eq!(clinic.shelf(&world).await, 9);
        clinic.sends(&world, "M4", &mmr("V2", "20240301", "00", "U")).await;
        assert_eq!(clinic.shelf(&world).await, 8, "one giving takes one dose");
        clinic.sends(&world, "M5", &mmr("V2", "20240301", "00", "D")).await;
        assert_eq!(clinic.shelf(&world).await, 8, "the form still says it");
        let key = clinic.report(&world, later, true).await;
        clinic.remove(&world, 5, key).await;
        assert_eq!(clinic.shelf(&world).await, 9);
    });
}

#[test]
fn a_dose_that_is_corrected_to_come_from_the_stock_on_another_day_leaves_its_former_day_to_the_other_report()
{
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        stock(give(&world, &clinic.by, 2, clinic.id, borrowed(DAY)).await);
        clinic.sends(&world, "M2", &mmr("V1", "20210301", "00", "A")).await;
        let key = clinic.report(&world, DAY, true).await;
        let moved = clinic.correct(&world, 3, key, given("L1", date(2021, 5, 1))).await;
        assert_eq!(moved, [Left::From { lot: "L1".into(), doses: 8 }]);
        assert_eq!(clinic.shelf(&world).await, 8, "two days, two doses");
    });
}

#[test]
fn a_sender_that_leaves_the_stock_alone_is_not_made_to_take_and_is_believed_of_elsewhere() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let send = async |control: &str, dose: String| {
            world.send(&world.north, &about("NORTH", control, "A17", WHO, &dose)).await;
        };
        stock(give(&world, &clinic.by, 2, clinic.id, borrowed(DAY)).await);
        send("M2", mmr("V1", "20210301", "00", "A")).await;
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 3, key).await;
        assert_eq!(clinic.shelf(&world).await, 10);
        stock(give(&world, &clinic.by, 4, clinic.id, given("L1", date(2024, 3, 1))).await);
        assert_eq!(clinic.shelf(&world).await, 9);
        send("M3", mmr("V2", "20240301", "00", "A") + MARK).await;
        assert_eq!(clinic.shelf(&world).await, 10, "as if it had come before the form");
        send("M4", mmr("V2", "20240301", "00", "U")).await;
        assert_eq!(clinic.shelf(&world).await, 9);
    });
}

#[test]
fn two_reports_of_one_message_about_one_giving_move_one_dose() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let twice = |mark: &str| ["V1", "V2"].map(|order| mmr(order, "20210301", "00", "A") + mark).concat();
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        assert_eq!(clinic.shelf(&world).await, 9);
        clinic.sends(&world, "M2", &twice(MARK)).await;
        assert_eq!(clinic.shelf(&world).await, 10, "what the form took comes back once");
        let two = ["V3", "V4"].map(|order| mmr(order, "20240301", "00", "A")).concat();
        clinic.sends(&world, "M3", &two).await;
        assert_eq!(clinic.shelf(&world).await, 9, "one giving takes one dose");
        let added_and_changed = ["A", "U"].map(|action| mmr("V5", "20250301", "00", action)).concat();
        clinic.sends(&world, "M4", &added_and_changed).await;
        assert_eq!(clinic.shelf(&world).await, 8, "a dose that is said twice is one");
    });
}

#[test]
fn a_dose_without_an_order_number_that_is_corrected_keeps_its_vial() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let dose = |mark: &str| mmr("V1", "20210301", "00", "A").replace("V1^NORTH", "9999^NORTH") + mark;
        clinic.sends(&world, "M2", &dose("")).await;
        assert_eq!(clinic.shelf(&world).await, 9);
        let key = clinic.report(&world, DAY, false).await;
        let moved = clinic.correct(&world, 3, key, given("L1", date(2021, 3, 2))).await;
        assert_eq!(moved, [Left::From { lot: "L1".into(), doses: 9 }, Left::Back]);
        assert_eq!(clinic.shelf(&world).await, 9);
        // said not to be from the stock, and then that it is
        let key = clinic.report(&world, date(2021, 3, 2), true).await;
        clinic.correct(&world, 4, key, borrowed(date(2021, 3, 3))).await;
        assert_eq!(clinic.shelf(&world).await, 10);
        let key = clinic.report(&world, date(2021, 3, 3), true).await;
        clinic.correct(&world, 5, key, given("L1", date(2021, 3, 3))).await;
        assert_eq!(clinic.shelf(&world).await, 9);
    });
}

#[test]
fn whoever_gives_what_another_report_of_the_organization_took_is_told_so() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        clinic.sends(&world, "M2", &mmr("V1", "20210301", "00", "A")).await;
        let told = stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        assert_eq!((told, clinic.shelf(&world).await), (vec![Left::Already { lot: "L1".into() }], 9));
    });
}

#[test]
fn a_message_under_a_shared_authority_says_its_givings_for_the_organization_of_its_site() {
    on_each_engine(|world| async move {
        let shared = world.cx.store.write(Lane::Web, |tx| sender::share_authority(tx, "POOL"));
        shared.await.expect("the store works");
        let clinic = Clinic::of(&world).await;
        let dose = mmr("V1", "20210301", "00", "A");
        let message = about("NORTH", "M2", "P9", WHO, &dose).replace("P9^^^NORTH^MR", "P9^^^POOL^MR");
        world.send(&clinic.ehr, &message).await;
        assert_eq!((clinic.shelf(&world).await, clinic.record(&world).await.events.len()), (9, 1));
        let told = stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        assert_eq!((told, clinic.shelf(&world).await), (vec![Left::Already { lot: "L1".into() }], 9));
    });
}

#[test]
fn why_a_dose_is_not_from_the_stock_is_told_to_its_organization_alone() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        stock(give(&world, &clinic.by, 2, clinic.id, borrowed(DAY)).await);
        let own = clinic.record(&world).await.events.remove(0).best;
        assert_eq!(own.not_from_stock.value, Some(NotFromStock::Borrowed));
        let south = crate::at_the_desk::nurse(&world, "SOUTH").await;
        let seen = crate::at_the_desk::open(&world, &south, clinic.number).await.events.remove(0).best;
        assert_eq!((seen.given_date(), seen.not_from_stock.value), (Some(DAY), None));
        // of what it says itself it is told
        stock(
            give(
                &world,
                &south,
                3,
                clinic.id,
                ReportedEvent { not_from_stock: Given::of(NotFromStock::Brought), ..given("L1", DAY) },
            )
            .await,
        );
        let seen = crate::at_the_desk::open(&world, &south, clinic.number).await.events.remove(0).best;
        assert_eq!(seen.not_from_stock.value, Some(NotFromStock::Brought));
        assert_eq!(
            clinic.record(&world).await.events.remove(0).best.not_from_stock.value,
            own.not_from_stock.value
        );
    });
}

/// The site's stock of each lot.
pub(crate) async fn shelves(world: &World, clinic: &Clinic) -> Vec<(String, i64)> {
    left(world, &clinic.by.1).await
}

/// The dose of the day, as the clinic's system says it with another lot number; empty: without one.
fn of_lot(lot: &str, day: &str, action: &str) -> String {
    mmr("V1", day, "00", action).replace("L1|20270101", &format!("{lot}|20270101"))
}

#[test]
fn one_giving_takes_one_dose_where_the_lot_numbers_differ_or_the_day_is_moved() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        comes(&world, &clinic.by, 9, "L1P", 10).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1P", DAY)).await);
        clinic.sends(&world, "M2", &of_lot("L1", "20210301", "A")).await;
        assert_eq!(clinic.record(&world).await.events.len(), 1);
        let one = [("L1".to_owned(), 10), ("L1P".to_owned(), 9)];
        assert_eq!(shelves(&world, &clinic).await, one);
        clinic.sends(&world, "M3", &of_lot("L1P", "20210301", "U")).await;
        clinic.sends(&world, "M4", &of_lot("L1P", "20210228", "U")).await;
        assert_eq!(clinic.record(&world).await.events.len(), 1, "the day is moved, and it is one dose");
        assert_eq!(shelves(&world, &clinic).await, one);
        clinic.sends(&world, "M5", &of_lot("L1P", "20210501", "U")).await;
        assert_eq!(clinic.record(&world).await.events.len(), 2);
        assert_eq!(shelves(&world, &clinic).await, [("L1".to_owned(), 10), ("L1P".to_owned(), 8)]);
    });
}

#[test]
fn what_another_report_of_the_giving_took_is_not_listed_as_missed() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        let missed = async || {
            let (granted, site) = (clinic.by.0.clone(), clinic.by.1.id);
            let read = world.cx.store.peek(move |tx| iis_store::stock::missed(tx, &granted, site, 9));
            read.await.expect("the store works").len()
        };
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        for (control, lot) in [("M2", "L1Q"), ("M3", "")] {
            clinic.sends(&world, control, &of_lot(lot, "20210301", "U")).await;
            assert_eq!((clinic.record(&world).await.events.len(), missed().await), (1, 0), "{lot}");
        }
        // the other way round: it was missed until the form took the dose
        let later = mmr("V2", "20240301", "00", "A").replace("L1|20270101", "|20270101");
        clinic.sends(&world, "M4", &later).await;
        assert_eq!(missed().await, 1);
        stock(give(&world, &clinic.by, 4, clinic.id, given("L1", date(2024, 3, 1))).await);
        assert_eq!((clinic.record(&world).await.events.len(), missed().await), (2, 0));
        assert_eq!(clinic.shelf(&world).await, 8);
    });
}

#[test]
fn after_a_removal_the_ledger_names_the_lot_of_the_report_that_stays() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        comes(&world, &clinic.by, 9, "L2", 10).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        clinic.sends(&world, "M2", &mmr("V1", "20210301", "00", "A")).await;
        let key = clinic.report(&world, DAY, true).await;
        clinic.correct(&world, 3, key, given("L2", DAY)).await;
        assert_eq!(shelves(&world, &clinic).await, [("L1".to_owned(), 10), ("L2".to_owned(), 9)]);
        let key = clinic.report(&world, DAY, true).await;
        clinic.remove(&world, 4, key).await;
        assert_eq!(clinic.record(&world).await.events[0].best.lot.number.get().map(|lot| &**lot), Some("L1"));
        assert_eq!(shelves(&world, &clinic).await, [("L1".to_owned(), 9), ("L2".to_owned(), 10)]);
    });
}

#[test]
fn a_report_that_is_corrected_to_another_vaccine_leaves_its_vial_to_the_report_that_stays() {
    on_each_engine(|world| async move {
        let clinic = Clinic::of(&world).await;
        stock(give(&world, &clinic.by, 2, clinic.id, given("L1", DAY)).await);
        clinic.sends(&world, "M2", &mmr("V1", "20210301", "00", "A")).await;
        let key = clinic.report(&world, DAY, true).await;
        let other = ReportedEvent { cvx: Given::of(iis_model::Cvx::new(10)), ..given("P1", DAY) };
        let left = clinic.correct(&world, 3, key, other).await;
        assert_eq!(left, [Left::Not(Missed::UnknownLot)]);
        assert_eq!(clinic.record(&world).await.events.len(), 2, "the message still says the first one");
        assert_eq!(clinic.shelf(&world).await, 9, "and its vial is used");
    });
}
