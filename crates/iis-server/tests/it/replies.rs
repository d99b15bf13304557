//! A reply that was lost, and control ids used again (reliability A5, A6).

use crate::support::{
    Engine, Ground, House, Vxu, ack, dates, hl7, post, query, read_answer, request, rounds,
};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

/// A proxy that forwards one request and hands back `bytes` of its answer before it cuts the connection.
fn send_through_a_cutting_proxy(house: &House, request: &[u8], bytes: usize) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let proxy = listener.local_addr().expect("an address");
    let server = house.address;
    let forwarding = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("a client");
        let mut upstream = TcpStream::connect(server).expect("connected");
        let mut forward = (client.try_clone().expect("cloned"), upstream.try_clone().expect("cloned"));
        std::thread::spawn(move || std::io::copy(&mut forward.0, &mut forward.1));
        let answer = read_answer(&mut upstream);
        let whole = [answer.head.as_bytes(), &answer.body].concat();
        client.write_all(&whole[..bytes.min(whole.len())]).expect("handed back");
        client.shutdown(Shutdown::Both).expect("cut");
    });
    let mut stream = TcpStream::connect(proxy).expect("connected");
    stream.write_all(request).expect("sent");
    let mut seen = Vec::new();
    // cut off in the middle is what is wanted
    let _ = stream.read_to_end(&mut seen);
    forwarding.join().expect("forwarded");
    seen
}

#[test]
fn after_a_lost_reply_the_same_message_gets_the_same_reply_and_is_applied_once() {
    for engine in Engine::all() {
        let house = Ground::new(engine).serve();
        let cuts = [0_usize, 1, 60, 200, 400];
        for round in 0..usize::try_from(rounds(5)).expect("small") {
            let (n, cut_after) = (round % cuts.len(), cuts[round % cuts.len()] + round / cuts.len());
            let control_id = format!("L{round}");
            let message = Vxu { control_id: &control_id, mrn: &control_id, ..Vxu::default() }.text();
            let lost = send_through_a_cutting_proxy(
                &house,
                &request("/hl7", "application/hl7-v2", message.as_bytes()),
                cut_after,
            );
            assert!(lost.len() <= cut_after);

            // one after the other, then five at once
            let first = house.reply(message.as_bytes());
            assert_eq!(ack(&first), "AA", "{first}");
            for _ in 0..n {
                assert_eq!(house.reply(message.as_bytes()), first);
            }
            let at_once = house.runtime.block_on(async {
                let sends: Vec<_> = (0..5)
                    .map(|_| {
                        let (address, message) = (house.address, message.clone());
                        tokio::spawn(async move { hl7(post(address, message.as_bytes()).await) })
                    })
                    .collect();
                let mut replies = Vec::new();
                for send in sends {
                    replies.push(send.await.expect("joined"));
                }
                replies
            });
            assert!(at_once.iter().all(|reply| *reply == first), "{engine:?}: {at_once:?}");
            let found =
                house.reply(query(&format!("Q{round}"), &control_id, "Marlowe", "Juniper").as_bytes());
            assert_eq!(dates(&found).len(), 1, "{engine:?} applied once: {found}");
        }
    }
}

#[test]
fn the_first_five_at_once_are_one() {
    for engine in Engine::all() {
        let house = Ground::new(engine).serve();
        let message = Vxu::default().text();
        let replies = house.runtime.block_on(async {
            let sends: Vec<_> = (0..5)
                .map(|_| {
                    let (address, message) = (house.address, message.clone());
                    tokio::spawn(async move { hl7(post(address, message.as_bytes()).await) })
                })
                .collect();
            let mut replies = Vec::new();
            for send in sends {
                replies.push(send.await.expect("joined"));
            }
            replies
        });
        assert!(
            replies.iter().all(|reply| *reply == replies[0] && ack(reply) == "AA"),
            "{engine:?}: {replies:?}"
        );
        let found = house.reply(query("Q", "R100", "Marlowe", "Juniper").as_bytes());
        assert_eq!(dates(&found).len(), 1, "{found}");
    }
}

#[test]
fn a_control_id_used_again_loses_nothing() {
    for engine in Engine::all() {
        control_ids_used_again(&Ground::new(engine).serve());
    }
}

fn control_ids_used_again(house: &House) {
    let send = |vxu: Vxu<'_>| house.reply(vxu.text().as_bytes());
    let history = |n: &str| dates(&house.reply(query(n, "R100", "Marlowe", "Juniper").as_bytes()));
    let first = send(Vxu::default());
    assert_eq!(ack(&first), "AA");

    // the same id with another body is new content, with a warning or a note; the doses are too far apart to be one
    let second = send(Vxu { given: "20260312", order: "O2", ..Vxu::default() });
    assert!(["AA", "AE"].contains(&ack(&second)) && second != first, "{second}");
    assert!(second.contains("|205^"), "the sender is told: {second}");
    assert_eq!(history("Q1").len(), 2);

    // the same body with a new id is a new message and the same dose
    let third = send(Vxu { control_id: "M3", ..Vxu::default() });
    assert!(third.contains("\rMSA|AA|M3\r"), "{third}");
    assert_eq!(history("Q2").len(), 2);

    // the same id from another site of the sender is another message
    let fourth = send(Vxu { site: "RIVER-EAST", given: "20260519", order: "O4", ..Vxu::default() });
    assert_eq!(ack(&fourth), "AA", "{fourth}");
    assert_eq!(history("Q3").len(), 3);

    // a query is asked afresh each time
    let (one, other) = (
        house.reply(query("Q9", "R100", "Marlowe", "Juniper").as_bytes()),
        house.reply(query("Q9", "R100", "Marlowe", "Juniper").as_bytes()),
    );
    assert_ne!(one, other, "each reply has a control id of its own");
}
