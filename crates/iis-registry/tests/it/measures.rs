//! The measures of a sender, counted from its stored messages on each engine.

use crate::world::{on_each_engine, vxu};
use iis_model::Date;
use iis_registry::measures;
use jiff::Timestamp;

#[test]
fn a_day_is_counted_from_the_messages_and_counting_again_changes_nothing() {
    on_each_engine(|world| async move {
        // The messages of a test all come on this day.
        let today = Date::constant(2026, 3, 2);
        let group = |id: &str, day: &str| {
            format!(
                "ORC|RE||{id}^NORTH\rRXA|0|1|{day}||03^MMR^CVX|0.5|mL^mL^UCUM||00^New^NIP001||||||L1|20270101|MSD^Merck^MVX|||CP|A\r\
                     OBX|1|CE|64994-7^E^LN|1|V01^N^HL70064||||||F"
            )
        };
        world.send(&world.north, &vxu("NORTH", "Q1", "A17", &group("D1", "20260301"))).await;
        world.send(&world.north, &vxu("NORTH", "Q2", "A17", &group("D2", "20260301"))).await;
        world.send(&world.north, &vxu("NORTH", "Q3", "A17", &group("D3", "20250101"))).await;
        for _ in 0..2 {
            let counted = measures::count_day(&world.cx, &world.north, today, Timestamp::UNIX_EPOCH).await;
            assert_eq!(counted.expect("a day"), 3);
        }
        let measured = measures::measures(&world.cx, world.north.id, today, today).await.expect("measures");
        assert_eq!((measured.messages, measured.doses_given), (3, 3));
        assert_eq!(measured.timeliness, [2, 0, 0, 1]);
        assert_eq!(measured.uniqueness, Some(667), "one of three doses came twice");
        assert!(measured.patient_completeness.is_some_and(|share| (300..900).contains(&share)));
        assert!(measured.vaccination_completeness.is_some_and(|share| share > 900));
        let other = measures::measures(&world.cx, world.south.id, today, today).await.expect("measures");
        assert_eq!(other.messages, 0);
    });
}
