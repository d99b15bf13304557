//! All that a sender sent between two moments is withdrawn, and comes back.

use crate::world::{World, on_each_engine, query, segment, vxu};
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_model::organization::Sender;
use iis_registry::access::operator;

use iis_registry::rebuild::rebuild;
use iis_registry::review::Deed;
use iis_registry::withdrawal::{self, Extent, Withdraw, Work};
use iis_store::testing::portrait::portrait;
use iis_store::testing::tables::dump_in;
use std::sync::Arc;

/// A dose of one person.
struct Dose<'a> {
    control_id: &'a str,
    site: &'a str,
    mrn: &'a str,
    last: &'a str,
    given: &'a str,
    cvx: &'a str,
    /// MSH-7, minutes after ten.
    minute: u32,
}

impl Dose<'_> {
    fn text(&self) -> String {
        let Self { control_id, site, mrn, last, given, cvx, minute } = self;
        format!(
            "MSH|^~\\&|EHR|{site}|OPENIIS|CALDER|2026030210{minute:02}00+0000||VXU^V04^VXU_V04|{control_id}|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r\
             PID|1||{mrn}^^^{site}^MR||{last}^Juniper^^^^^L|Ashdown^^^^^^M|20240115|F||2106-3^White^CDCREC|12 Alder St^^Calder^CO^80201^USA^P||^PRN^PH^^^303^5550199|||||||||2186-5^not Hispanic or Latino^CDCREC\r\
             ORC|RE||{given}-{site}^{site}\r\
             RXA|0|1|{given}||{cvx}^x^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001||^^^{site}||||L1|20271231|MSD^Merck^MVX|||CP|A\r\
             RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r\
             OBX|1|CE|64994-7^Vaccine funding program eligibility category^LN|1|V01^Not VFC eligible^HL70064||||||F|||{given}\r"
        )
    }
}

const A: Dose<'_> = Dose {
    control_id: "A",
    site: "NORTH",
    mrn: "N1",
    last: "Marlowe",
    given: "20260105",
    cvx: "03",
    minute: 0,
};

fn deed(world: &World, key: u8) -> Deed {
    Deed {
        granted: operator(Permission::WithdrawReports).expect("the operator may"),
        arrival: world.arrival(),
        reason: "a wrong interface".into(),
        key: [key; 32],
    }
}

pub(crate) async fn withdraw(
    world: &World,
    sender: &Arc<Sender>,
    from: Timestamp,
    until: Timestamp,
    key: u8,
) -> i64 {
    let withdraw = Withdraw { sender_id: sender.id, from, until };
    let id = withdrawal::begin(&world.cx, deed(world, key), withdraw).await.expect("begun");
    finish(world, id).await;
    id
}

pub(crate) async fn take_back(world: &World, id: i64, key: u8) {
    let back = withdrawal::take_back(&world.cx, deed(world, key), id).await.expect("the store works");
    finish(world, back.expect("it can be taken back")).await;
}

async fn finish(world: &World, id: i64) {
    let mut work = Work::take_up(&world.cx, id).await.expect("the store works").expect("it is running");
    work.finish(|| world.arrival(), |_| {}).await.expect("the store works");
    assert!(Work::take_up(&world.cx, id).await.expect("the store works").is_none(), "it is done");
}

/// What is believed and what counts; the log of messages is the same anyway.
async fn held(world: &World) -> Vec<String> {
    let lines = world.cx.store.read(portrait).await.expect("readable");
    lines.into_iter().filter(|line| !line.starts_with("message ")).collect()
}

fn lines<'a>(held: &'a [String], start: &str) -> Vec<&'a str> {
    held.iter().filter(|line| line.starts_with(start)).map(String::as_str).collect()
}

/// Rebuilding from what was reported finds the same.
async fn is_what_rebuilding_gives(world: &World) {
    let before = held(world).await;
    rebuild(&world.cx, world.arrival().at).await.expect("rebuilt");
    assert_eq!(before, held(world).await, "rebuilding finds something else");
}

#[test]
fn what_was_sent_in_the_time_no_longer_counts_and_comes_back_exactly() {
    on_each_engine(|world| async move {
        let (north, south) = (Arc::clone(&world.north), Arc::clone(&world.south));
        world.send(&north, &A.text()).await; // stays
        let from = world.arrival().at;
        world.send(&north, &Dose { control_id: "B", given: "20260205", minute: 1, ..A }.text()).await;
        let rowan = Dose { control_id: "C", mrn: "N2", last: "Hollis", ..A }.text();
        let rowan =
            rowan.replace("Juniper", "Rowan").replace("20240115", "20230320").replace("Ashdown", "Birch");
        world.send(&north, &rowan).await; // a person of its own
        let until = world.arrival().at;
        let other = Dose { site: "SOUTH", mrn: "S1", minute: 2, ..A };
        world.send(&south, &Dose { control_id: "D", given: "20260205", ..other }.text()).await; // the same person and dose

        let rehearsed = withdrawal::rehearse(
            &world.cx,
            operator(Permission::WithdrawReports).expect("the operator may"),
            Withdraw { sender_id: north.id, from, until },
            world.arrival(),
        );
        let extent = Extent { messages: 2, records: 2, persons: 2, doses: 2 };
        assert_eq!(rehearsed.await.expect("the store works"), extent);

        let before = held(&world).await;
        let all_before = world.cx.store.read(dump_in).await.expect("readable");
        let id = withdraw(&world, &north, from, until, 1).await;
        let without = held(&world).await;
        assert_eq!(lines(&before, "event").len(), 3);
        assert_eq!(lines(&without, "event").len(), 2, "A, and D which South reports itself: {without:#?}");
        assert_eq!(lines(&without, "view |").len(), 1, "nobody speaks of the second person any more");
        assert_eq!(world.people("Hollis", "Rowan", "2023-03-20".parse().expect("a day")).await, 0);
        is_what_rebuilding_gives(&world).await;
        let again = withdrawal::rehearse(
            &world.cx,
            operator(Permission::WithdrawReports).expect("the operator may"),
            Withdraw { sender_id: north.id, from, until },
            world.arrival(),
        );
        assert_eq!(again.await.expect("the store works"), Extent::default(), "nothing is left to withdraw");

        take_back(&world, id, 2).await;
        assert_eq!(before, held(&world).await);
        let mut all_after = world.cx.store.read(dump_in).await.expect("readable");
        for table in [
            "source_record",
            "submission",
            "report",
            "report_body",
            "link",
            "event",
            "person_view",
            "source_view",
        ] {
            assert_eq!(all_before.get(table), all_after.remove(table).as_ref(), "{table}");
        }
        assert_eq!(world.people("Hollis", "Rowan", "2023-03-20".parse().expect("a day")).await, 1);
        is_what_rebuilding_gives(&world).await;
        let twice = withdrawal::take_back(&world.cx, deed(&world, 3), id).await.expect("the store works");
        assert_eq!(twice, None, "it was taken back already");
    });
}

#[test]
fn what_others_send_in_between_stays() {
    on_each_engine(|world| async move {
        let (north, south) = (Arc::clone(&world.north), Arc::clone(&world.south));
        let from = world.arrival().at;
        world.send(&north, &A.text()).await;
        let until = world.arrival().at;
        let id = withdraw(&world, &north, from, until, 1).await;
        assert_eq!(lines(&held(&world).await, "view |").len(), 0);

        // the clinic's number still leads to its person, and a new report makes it known again
        world.send(&north, &Dose { control_id: "B", given: "20260206", minute: 3, ..A }.text()).await;
        let other = Dose { site: "SOUTH", mrn: "S1", minute: 4, ..A };
        world.send(&south, &Dose { control_id: "C", given: "20260226", cvx: "21", ..other }.text()).await;
        let between = held(&world).await;
        assert_eq!(lines(&between, "event").len(), 2, "{between:#?}");
        assert_eq!(lines(&between, "link").len(), 2);
        assert_eq!(lines(&between, "view |").len(), 1, "South's record was found to be the same person's");
        is_what_rebuilding_gives(&world).await;

        take_back(&world, id, 2).await;
        let after = held(&world).await;
        assert_eq!(lines(&after, "event").len(), 3, "{after:#?}");
        is_what_rebuilding_gives(&world).await;
    });
}

#[test]
fn a_message_that_repeats_a_withdrawn_one_still_stands() {
    on_each_engine(|world| async move {
        let north = Arc::clone(&world.north);
        let from = world.arrival().at;
        world.send(&north, &A.text()).await;
        let until = world.arrival().at;
        let renamed = Dose { control_id: "B", minute: 5, ..A };
        world.send(&north, &renamed.text()).await; // the same person and dose, once more
        let before = held(&world).await;
        assert_eq!(lines(&before, "report").len(), 1, "it says nothing new");

        let id = withdraw(&world, &north, from, until, 1).await;
        let without = held(&world).await;
        assert_eq!((lines(&without, "event").len(), lines(&without, "view |").len()), (1, 1), "{without:#?}");
        assert_eq!(lines(&without, "event"), lines(&before, "event"));
        is_what_rebuilding_gives(&world).await;

        take_back(&world, id, 2).await;
        assert_eq!(before, held(&world).await);
    });
}

#[test]
fn what_was_said_while_it_was_withdrawn_still_holds_when_it_comes_back() {
    on_each_engine(|world| async move {
        let north = Arc::clone(&world.north);
        world.send(&north, &A.text()).await; // MMR
        let from = world.arrival().at;
        world.send(&north, &Dose { control_id: "B", cvx: "21", minute: 5, ..A }.text()).await; // no: varicella
        let until = world.arrival().at;
        let id = withdraw(&world, &north, from, until, 1).await;
        // MMR after all: nothing new while the correction is withdrawn, but the last word when it is back
        world.send(&north, &Dose { control_id: "C", minute: 9, ..A }.text()).await;
        take_back(&world, id, 2).await;
        let after = held(&world).await;
        let events = lines(&after, "event");
        assert!(events.len() == 1 && events[0].contains("| 3 |"), "{events:?}");
        is_what_rebuilding_gives(&world).await;
    });
}

#[test]
fn who_withdrew_all_its_reports_sees_a_protected_record_no_longer() {
    on_each_engine(|world| async move {
        let (north, south) = (Arc::clone(&world.north), Arc::clone(&world.south));
        let from = world.arrival().at;
        world.send(&south, &vxu("SOUTH", "S1", "B18", "")).await;
        let until = world.arrival().at;
        world.send(&north, &vxu("NORTH", "N1", "A17", "PD1||||||||||||Y|20260101\r")).await;
        let status = async |sender: &Arc<Sender>, asked: &str| {
            segment(&world.send(sender, asked).await, "QAK").split('|').nth(2).unwrap_or_default().to_owned()
        };
        let by_name = query("SOUTH", "", "DOE^ANA^^^^^L");
        assert_eq!(status(&south, &by_name).await, "OK", "it reports about her");
        let id = withdraw(&world, &south, from, until, 1).await;
        assert_eq!(status(&south, &by_name).await, "NF", "it no longer does");
        assert_eq!(status(&south, &query("SOUTH", "B18", "")).await, "NF");
        assert_eq!(status(&north, &query("NORTH", "A17", "")).await, "OK");
        take_back(&world, id, 2).await;
        assert_eq!(status(&south, &by_name).await, "OK", "it does again");
    });
}

#[test]
fn a_withdrawal_that_was_broken_off_is_carried_on() {
    on_each_engine(|world| async move {
        let north = Arc::clone(&world.north);
        let from = world.arrival().at;
        for n in 0..5 {
            let (mrn, last) = (format!("P{n}"), format!("{}son", ["Ab", "Ces", "Dor", "Fin", "Hu"][n]));
            world.send(&north, &Dose { control_id: &mrn, mrn: &mrn, last: &last, ..A }.text()).await;
        }
        let until = world.arrival().at;
        let withdraw = Withdraw { sender_id: north.id, from, until };
        let id = withdrawal::begin(&world.cx, deed(&world, 1), withdraw).await.expect("begun");
        let again = withdrawal::begin(&world.cx, deed(&world, 1), withdraw).await.expect("begun");
        assert_eq!(id, again, "the same form again is the same withdrawal");
        let mut one = Work::take_up(&world.cx, id).await.expect("the store works").expect("running");
        one.step(&world.arrival()).await.expect("the store works");
        drop(one); // the server goes down here
        assert_eq!(withdrawal::running(&world.cx).await.expect("the store works"), [id]);
        let early = withdrawal::take_back(&world.cx, deed(&world, 2), id).await.expect("the store works");
        assert_eq!(early, None, "what is not whole cannot be taken back");
        finish(&world, id).await;
        assert_eq!(lines(&held(&world).await, "view |").len(), 0);
        take_back(&world, id, 3).await;
        assert_eq!(lines(&held(&world).await, "view |").len(), 5);
    });
}
