//! Consolidated rows can be dropped and rebuilt.

use crate::world::{about, mmr, on_each_engine, query, vxu};
use iis_registry::rebuild::rebuild;

#[test]
fn rebuilding_changes_no_answer() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"))).await;
        world.send(&world.north, &vxu("NORTH", "M2", "A17", &mmr("D1", "20210121", "00", "U"))).await;
        world.send(&world.north, &vxu("NORTH", "M3", "A17", &mmr("D2", "20240120", "01", "A"))).await;
        world.send(&world.south, &about("SOUTH", "M1", "B2", "ROE^MIGUEL^^^^^L||19870602|M", "")).await;
        let ask = query("NORTH", "A17", "");
        let before = world.send(&world.north, &ask).await;
        let persons = rebuild(&world.cx, world.arrival().at).await.expect("the store works");
        assert_eq!(persons, 2);
        let after = world.send(&world.north, &ask).await;
        let body = |reply: &str| reply.split_once("QAK").map(|(_, body)| body.to_owned());
        assert_eq!(body(&before), body(&after));
    });
}
