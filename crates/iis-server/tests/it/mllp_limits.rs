//! MLLP clients that send too much, too slowly, or not as agreed (reliability B1 to B4).

use crate::mllp::{Line, house};
use crate::support::{Engine, Vxu, ack, eventually, query};
use iis_server::mllp::frame::framed;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

fn closed(reason: &str) -> String {
    format!("openiis_mllp_closed_total{{reason=\"{reason}\"}}")
}

#[test]
fn broken_framing_is_refused_counted_and_ends_the_connection() {
    let house = house(Engine::Sqlite, |config| config.limits.message_bytes = 65_536);
    let message = Vxu::default().text();
    let good = framed(message.as_bytes());
    let half = &good[..good.len() - 2];
    let long = framed(message.replace("Marlowe", &"M".repeat(70_000)).as_bytes());
    #[rustfmt::skip]
    let table = [
        ("bytes-outside", message.as_bytes().to_vec(),                    "M1", "REG-011"),
        ("bytes-outside", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), "",   "HL7-010"),
        ("begun-twice",   [half, good.as_slice()].concat(),               "M1", "REG-011"),
        ("half-ended",    [half, b"\x1cNTE|1\r"].concat(),                "M1", "REG-011"),
        ("too-long",      long,                                           "M1", "REG-011"),
    ];
    for (reason, bytes, control_id, code) in table {
        let before = house.figure(&closed(reason));
        let mut line = Line::to(&house);
        line.send(&bytes);
        let reply = line.reply().expect("a reply");
        let msa =
            if control_id.is_empty() { "\rMSA|AR\r".to_owned() } else { format!("\rMSA|AR|{control_id}\r") };
        assert!(reply.contains(&msa) && reply.contains(code), "{reason}: {reply}");
        assert_eq!(line.reply(), None, "{reason}: the connection has ended");
        eventually(reason, || house.figure(&closed(reason)) > before);
    }
    // nothing of them was stored
    let found = house.reply(query("Q1", "R100", "Marlowe", "Juniper").as_bytes());
    assert!(found.contains("|NF|"), "{found}");
}

#[test]
fn a_frame_that_is_cut_off_is_nothing() {
    let house = house(Engine::Sqlite, |_| {});
    let good = framed(Vxu::default().text().as_bytes());
    let before = house.figure(&closed("broken-off"));
    for cut in [good.len() - 1, good.len() - 2, good.len() / 2] {
        let mut line = Line::to(&house);
        line.send(&good[..cut]);
        line.stream.shutdown(std::net::Shutdown::Write).expect("shut down");
        assert_eq!(line.reply(), None);
    }
    eventually("they are counted", || house.figure(&closed("broken-off")) >= before + 3.0);
    let found = house.reply(query("Q1", "R100", "Marlowe", "Juniper").as_bytes());
    assert!(found.contains("|NF|"), "{found}");
}

#[test]
fn slow_clients_are_closed_and_do_not_slow_others() {
    let house = house(Engine::Sqlite, |config| {
        config.mllp.frame_seconds = 2;
        config.mllp.idle_seconds = 3;
    });
    let slow: Vec<TcpStream> = ["", "\u{b}", "\u{b}MSH|^~\\&|EHR|RIVER", "\r\n"]
        .into_iter()
        .flat_map(|beginning| std::iter::repeat_n(beginning, 50))
        .map(|beginning| {
            let mut stream = TcpStream::connect(house.mllp()).expect("connected");
            stream.write_all(beginning.as_bytes()).expect("sent");
            stream
        })
        .collect();
    let started = Instant::now();
    let mut line = Line::to(&house);
    line.send(&framed(Vxu::default().text().as_bytes()));
    assert_eq!(ack(&line.reply().expect("a reply")), "AA");
    assert!(started.elapsed() < Duration::from_secs(1), "others are answered: {:?}", started.elapsed());
    for mut stream in slow {
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        let reset = matches!(&ended, Err(error) if error.kind() == ErrorKind::ConnectionReset);
        assert!((ended.is_ok() || reset) && rest.is_empty(), "{ended:?} {rest:?}");
    }
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    for reason in ["idle", "frame-deadline"] {
        assert!(house.figure(&closed(reason)) >= 50.0, "{reason}");
    }
}

#[test]
fn a_client_that_does_not_read_is_closed() {
    let house = house(Engine::Sqlite, |config| config.limits.write_seconds = 2);
    let mut stream = TcpStream::connect(house.mllp()).expect("connected");
    stream.set_write_timeout(Some(Duration::from_secs(1))).expect("set");
    // replies that nobody takes fill every buffer on the way
    let unsupported = Vxu::default().text().replace("VXU^V04", "ADT^A01");
    let frames = framed(unsupported.as_bytes()).repeat(20);
    let (started, mut sent) = (Instant::now(), 0);
    let closed_at_last = loop {
        match stream.write(&frames[sent..]) {
            Ok(more) => sent = (sent + more) % frames.len(),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break true,
        }
        if started.elapsed() > Duration::from_mins(1) {
            break false;
        }
    };
    assert!(closed_at_last, "the server has closed the connection");
    eventually("it is counted", || house.figure(&closed("unread")) >= 1.0);
}

#[test]
fn when_too_much_is_under_way_connections_wait_and_everybody_is_answered() {
    let house = house(Engine::Sqlite, |config| {
        config.limits.exchanges = 1;
        config.limits.request_seconds = 120; // other tests may be using the disk
        config.store.queue = 2;
    });
    let before = house.figure("openiis_cannot_process_total{channel=\"mllp\",cause=\"busy\"}");
    std::thread::scope(|scope| {
        for client in 0..12 {
            let house = &house;
            scope.spawn(move || {
                let mut line = Line::to(house);
                let ids: Vec<String> = (0..8).map(|n| format!("W{client}-{n}")).collect();
                for id in &ids {
                    let message = Vxu { control_id: id, mrn: id, order: id, ..Vxu::default() };
                    line.send(&framed(message.text().as_bytes()));
                }
                for id in &ids {
                    let reply = line.reply().expect("a reply");
                    assert!(reply.contains(&format!("|{id}\r")) && ack(&reply) != "AR", "{reply}");
                }
            });
        }
    });
    let after = house.figure("openiis_cannot_process_total{channel=\"mllp\",cause=\"busy\"}");
    assert!((after - before).abs() < 0.5, "nobody was told to come again");
}

#[test]
fn a_stopping_server_answers_what_has_begun_and_closes_what_is_idle() {
    let mut house = house(Engine::Sqlite, |_| {});
    let frame = framed(Vxu::default().text().as_bytes());
    let (mut idle, mut under_way) = (Line::to(&house), Line::to(&house));
    idle.send(&framed(Vxu { control_id: "M0", ..Vxu::default() }.text().as_bytes()));
    assert_eq!(ack(&idle.reply().expect("a reply")), "AA");
    under_way.send(&frame[..40]);
    std::thread::sleep(Duration::from_millis(200));
    let client = std::thread::spawn(move || {
        // after the server has begun to drain
        std::thread::sleep(Duration::from_millis(1200));
        under_way.send(&frame[40..]);
        (under_way.reply().map(|reply| ack(&reply).to_owned()), under_way.reply())
    });
    let started = Instant::now();
    house.stop();
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert_eq!(client.join().expect("joined"), (Some("AA".to_owned()), None));
    assert_eq!(idle.reply(), None);
    assert!(
        TcpStream::connect_timeout(&idle.stream.peer_addr().expect("an address"), Duration::from_secs(1))
            .is_err()
    );
}
