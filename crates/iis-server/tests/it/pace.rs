//! A sender that is faster than agreed: told when to come again, or made to wait; nothing is lost.

use crate::mllp::{Line, house as mllp_house};
use crate::support::{Engine, House, SENDER, Vxu, ack, request};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::senders::{agree, agreement};
use iis_server::mllp::frame::framed;
use std::time::{Duration, Instant};

/// Agrees a pace with the tests' sender; what was read of it before is forgotten a second later.
fn pace(house: &House, messages_a_minute: u32) {
    let (registry, arrival) = (house.registry(), house.running().app.arrival());
    let agreeing = async {
        let seen = agreement(registry, SENDER).await.expect("the store works").expect("the sender");
        let mut new = seen.clone();
        new.profile.messages_a_minute = messages_a_minute;
        let granted = operator(Permission::ManageSenders).expect("the operator may");
        agree(registry, &granted, SENDER, (seen, new), arrival).await.expect("agreed");
    };
    house.runtime.block_on(agreeing);
}

fn message(n: usize) -> String {
    Vxu { control_id: &format!("P{n}"), mrn: &format!("P{n}"), ..Vxu::default() }.text()
}

#[test]
fn over_http_who_is_too_fast_is_told_when_to_come_again() {
    let house = House::open();
    pace(&house, 6); // one every ten seconds, one in advance
    let answers: Vec<_> =
        (0..4).map(|n| house.raw(&request("/hl7", "application/hl7-v2", message(n).as_bytes()))).collect();
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 503, 503]);
    for (n, answer) in answers.iter().enumerate().skip(2) {
        let reply = answer.text();
        assert!(reply.contains(&format!("\rMSA|AR|P{n}\r")) && reply.contains("REG-015"), "{reply}");
        let seconds: u32 = answer.header("retry-after").and_then(|text| text.parse().ok()).expect("a time");
        assert!((1..=10).contains(&seconds), "{seconds}");
    }
    pace(&house, 0);
    crate::support::eventually("the end of the pace", || {
        (2..4).all(|n| ack(&house.reply(message(n).as_bytes())) == "AA")
    });
}

#[test]
fn a_connection_that_can_wait_waits() {
    let house = mllp_house(Engine::Sqlite, |_| {});
    pace(&house, 120); // two a second, twenty in advance
    let mut line = Line::to(&house);
    let started = Instant::now();
    for n in 0..24 {
        line.send(&framed(message(n).as_bytes()));
        assert_eq!(ack(&line.reply().expect("a reply")), "AA", "{n}");
    }
    assert!(started.elapsed() >= Duration::from_secs(1), "it took {:.1?}", started.elapsed());

    // so do the messages of one body
    let batch: String = (24..27).map(message).collect();
    let replies = house.raw(&request("/hl7", "application/hl7-v2", batch.as_bytes())).text();
    assert_eq!(replies.matches("\rMSA|AA|").count(), 3, "{replies}");
}
