//! What is agreed with a sender holds in the line, and its change is written down.

use crate::world::{World, count, mmr, on_each_engine, query, segment, vxu};
use iis_model::access::{Granted, Permission};
use iis_model::organization::{CodeMapping, Sender};
use iis_registry::access::operator;
use iis_registry::senders::{self, Agreement};
use iis_registry::{Failure, measures};
use iis_store::audit::list::{AuditFilter, list};
use iis_store::message::{self, MessageFilter};
use iis_store::testing::portrait::portrait;
use jiff::civil::date;
use std::sync::Arc;

fn granted() -> Granted {
    operator(Permission::ManageSenders).expect("the operator may")
}

async fn agreement(world: &World, name: &str) -> Agreement {
    senders::agreement(&world.cx, name).await.expect("the store works").expect("a sender")
}

/// Changes what is agreed with a sender.
async fn agree(world: &World, name: &str, change: impl FnOnce(&mut Agreement)) -> Result<(), Failure> {
    let seen = agreement(world, name).await;
    let mut new = seen.clone();
    change(&mut new);
    senders::agree(&world.cx, &granted(), name, (seen, new), world.arrival()).await
}

/// The sender as the doors know it, after what was read before is forgotten.
async fn sender(world: &World, name: &str) -> Option<Arc<Sender>> {
    for _ in 0..2 {
        world.arrival();
    }
    senders::authenticate(&world.cx, name, "open sesame", world.arrival()).await.expect("the store works")
}

/// What is held, but for the log of messages.
async fn held(world: &World) -> Vec<String> {
    let lines = world.cx.store.read(portrait).await.expect("readable");
    lines.into_iter().filter(|line| !line.starts_with("message ")).collect()
}

fn mapping(field: &str, code: &str, standard: &str, system: &str) -> CodeMapping {
    CodeMapping {
        field: field.into(),
        code: code.into(),
        standard: standard.into(),
        standard_system: system.into(),
        ..CodeMapping::default()
    }
}

#[test]
fn a_connection_under_test_is_answered_wholly_and_changes_nothing() {
    on_each_engine(|world| async move {
        world.send(&world.south, &vxu("SOUTH", "S1", "B18", "")).await;
        let tested = world.sender_with("tested", "NORTH", |profile| profile.is_test = true).await;
        let before = held(&world).await;
        let message = vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"));
        for n in 0..2 {
            let reply = world.try_send(&tested, &message).await;
            let text = String::from_utf8_lossy(&reply.bytes).into_owned();
            assert_eq!(segment(&text, "MSA"), "MSA|AA|M1", "{text}");
            assert!(text.contains("REG-014") && !reply.replayed, "{n}: {text}");
        }
        // training and debugging are taken too, and what would be found is found
        let training = message.replace("|M1|P|", "|M2|T|").replace("03^MMR^CVX", "9999^x^CVX");
        let reply = world.send(&tested, &training).await;
        assert!(segment(&reply, "MSA").starts_with("MSA|AE|M2"), "{reply}");
        assert_eq!(before, held(&world).await, "nothing of the registry has changed");
        for asked in [query("NORTH", "A17", ""), query("NORTH", "", "DOE^ANA^^^^^L")] {
            let reply = world.send(&tested, &asked).await;
            assert!(
                segment(&reply, "QAK").starts_with("QAK|T1|NF"),
                "whom others report is not shown: {reply}"
            );
        }

        // the same message is a report when the connection is in production
        agree(&world, "tested", |new| new.profile.is_test = false).await.expect("agreed");
        let tested = sender(&world, "tested").await.expect("let in");
        let reply = world.try_send(&tested, &message).await;
        assert!(!reply.replayed, "the answer of the test is not that of the report");
        let record = world.send(&tested, &query("NORTH", "A17", "")).await;
        assert_eq!(count(&record, "RXA"), 1, "{record}");
        let again = world.try_send(&tested, &message).await;
        assert!(again.replayed && again.bytes == reply.bytes);
    });
}

#[test]
fn codes_of_the_senders_own_are_read_as_the_standard_ones() {
    on_each_engine(|world| async move {
        let local = vxu(
            "NORTH",
            "M1",
            "A17",
            &mmr("D1", "20210120", "00", "A").replace("03^MMR^CVX", "MEASLES3^MMR^99LOC"),
        );
        let reply = world.send(&world.north, &local).await;
        assert!(
            segment(&reply, "MSA").starts_with("MSA|AE|"),
            "without a table nobody knows the code: {reply}"
        );

        let table = vec![mapping("RXA-5", "Measles3", "03", "CVX"), mapping("PID-8", "W", "F", "")];
        agree(&world, "north-ehr", |new| new.profile.mappings = table).await.expect("agreed");
        let north = sender(&world, "north-ehr").await.expect("let in");
        let reply =
            world.send(&north, &local.replace("|M1|", "|M2|").replace("|20200115|F", "|20200115|W")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M2", "{reply}");
        let told: Vec<_> = reply.split('\r').filter(|s| s.contains("REG-013")).collect();
        assert_eq!(told.len(), 2, "{reply}");
        assert!(
            told[0].starts_with("ERR||PID^1^8^1^1|0^") && told[1].starts_with("ERR||RXA^1^5^1^1|0^"),
            "{told:?}"
        );
        let record = world.send(&north, &query("NORTH", "A17", "")).await;
        assert!(
            segment(&record, "RXA").contains("|03^") && segment(&record, "PID").ends_with("|20200115|F"),
            "{record}"
        );

        // the message is kept as it came, and the measures read it as the line did
        let kept = world.cx.store.read(|tx| {
            let granted = operator(Permission::ReadMessages).expect("the operator may");
            let filter = MessageFilter { control_id: Some("M2"), limit: 1, ..MessageFilter::default() };
            let id = message::list(tx, &granted, &filter)?.first().expect("the message").id;
            message::get(tx, &granted, id)
        });
        let kept = kept.await.expect("the store works").expect("the message");
        assert!(kept.body.windows(8).any(|part| part == b"MEASLES3"), "it is kept as it came");
        let day = date(2026, 3, 2);
        measures::count_day(&world.cx, &north, day, world.arrival().at).await.expect("counted");
        let found = measures::measures(&world.cx, north.id, day, day).await.expect("measured");
        assert!(!format!("{found:?}").contains("VAC-186"), "{found:?}");
    });
}

#[test]
fn a_change_is_made_once_and_told_in_the_audit() {
    on_each_engine(|world| async move {
        let seen = agreement(&world, "north-ehr").await;
        let mut new = seen.clone();
        new.profile.may_query = false;
        new.profile.messages_a_minute = 60;
        let both = (seen.clone(), new.clone());
        senders::agree(&world.cx, &granted(), "north-ehr", both, world.arrival()).await.expect("agreed");
        assert_eq!(agreement(&world, "north-ehr").await, new);

        let late =
            senders::agree(&world.cx, &granted(), "north-ehr", (seen, new.clone()), world.arrival()).await;
        assert!(matches!(late, Err(Failure::Rule(text)) if text.contains("somebody else")), "{late:?}");
        for codes in [vec!["SOUTH"], vec!["NORTH", "NOWHERE"], vec![]] {
            let codes: Vec<Box<str>> = codes.into_iter().map(Into::into).collect();
            let refused = agree(&world, "north-ehr", |new| new.site_codes = codes.clone()).await;
            assert!(matches!(refused, Err(Failure::Rule(_))), "{codes:?}");
        }
        let nobody =
            senders::agree(&world.cx, &granted(), "nobody", (new.clone(), new), world.arrival()).await;
        assert!(matches!(nobody, Err(Failure::Rule(_))));

        agree(&world, "north-ehr", |new| new.is_active = false).await.expect("agreed");
        assert!(sender(&world, "north-ehr").await.is_none(), "who is not let in has no secret that holds");
        let filter = AuditFilter { action: Some("change-sender"), limit: 10, ..AuditFilter::default() };
        let rows =
            world.cx.store.read(move |tx| list(tx, &granted(), &filter)).await.expect("the store works");
        let told: Vec<_> = rows.iter().map(|row| &*row.detail).collect();
        assert_eq!(
            told,
            [
                "sender north-ehr: let in: no, was yes",
                "sender north-ehr: may query: no, was yes; messages a minute: 60, was any number",
            ]
        );
    });
}
