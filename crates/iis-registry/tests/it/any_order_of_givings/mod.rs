//! Givings of two records, said by forms and by messages of two systems on near days, out of lots that are on the shelf and of one
//! that is not; corrected, removed, merged, parted, withdrawn, brought back, and agreed upon later, in any order: what is on hand
//! is what was received without the givings that the records say left this stock.

mod deeds;
mod expected;

use crate::one_giving::Clinic;
use crate::world::{World, on_each_engine, rounds};
use deeds::Run;

/// Deeds of a run.
const DEEDS: u8 = 28;
/// Doses that are received of each lot: more than can be given.
const RECEIVED: i64 = 40;
/// The lots on the shelf.
const LOTS: [&str; 2] = ["L1", "L2"];

#[test]
fn what_left_the_stock_is_what_the_records_say_in_whatever_order_it_is_said_merged_and_withdrawn() {
    for round in 0..rounds(6) {
        on_each_engine(|world: World| async move {
            let clinic = Clinic::with(&world, RECEIVED).await;
            crate::inventory::comes(&world, &clinic.by, 2, LOTS[1], RECEIVED).await;
            let mut run = Run::of(&world, &clinic, round).await;
            for form in 0..DEEDS {
                run.step(100 + form).await;
                run.holds(round).await;
            }
        });
    }
}
