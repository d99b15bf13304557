//! Clients that send too much, too slowly, or do not read.

use crate::support::{House, Vxu, ack, basic, raw, read_answer, request};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Resident memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

fn head(length: &str) -> String {
    format!(
        "POST /hl7 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {}\r\nContent-Type: application/hl7-v2\r\n{length}\r\n\r\n",
        basic(crate::support::SENDER, crate::support::SECRET)
    )
}

#[test]
fn oversize_is_refused_before_it_is_held() {
    let house = House::open();
    house.reply(Vxu::default().text().as_bytes());
    let before = resident();

    // announced too long: answered at once
    let answer = house.raw(head("Content-Length: 5000000000\r\nExpect: 100-continue").as_bytes());
    assert_eq!(answer.status, 413);

    // chunked without end: answered although nothing was announced
    let mut stream = TcpStream::connect(house.address).expect("connected");
    stream.write_all(head("Transfer-Encoding: chunked").as_bytes()).expect("sent");
    let chunk = [b"10000\r\n".as_slice(), &vec![b'A'; 0x10000], b"\r\n"].concat();
    let mut sent = 0_u64;
    while sent < 200 << 20 && stream.write_all(&chunk).is_ok() {
        sent += 0x10000;
    }
    assert!(sent < 200 << 20, "the server stops reading");
    let answer = read_answer(&mut stream);
    // the answer is there unless the reset of the connection was faster
    assert!(answer.status == 413 || answer.status == 0, "{answer:?}");

    // a body that is as long as announced, and longer than allowed
    let body = vec![b'A'; 6 << 20];
    let answer = house.raw(&request("/hl7", "application/hl7-v2", &body));
    assert_eq!(answer.status, 413, "{answer:?}");
    drop(body);

    let grown = resident().saturating_sub(before);
    assert!(grown < 16 * 1024 + 6 * 1024, "memory grew by {grown} KiB");
    assert_eq!(ack(&house.reply(Vxu::default().text().as_bytes())), "AA");
}

#[test]
fn odd_sizes_inside_the_limit_get_an_answer() {
    let house = House::open();
    let message = Vxu::default().text();
    let long_segment = message.replace("Marlowe", &"M".repeat(1 << 20));
    let segments = format!("{message}{}", "NTE|1||x\r".repeat(100_000));
    let repetitions = message.replace("R100^^^RIVER^MR", &"R100^^^RIVER^MR~".repeat(200_000));
    let escapes = message.replace("Marlowe", &"\\X41\\".repeat(300_000));
    for (name, text) in [
        ("segment", long_segment),
        ("segments", segments),
        ("repetitions", repetitions),
        ("escapes", escapes),
    ] {
        let started = Instant::now();
        let answer = house.raw(&request("/hl7", "application/hl7-v2", text.as_bytes()));
        assert_eq!(answer.status, 200, "{name}");
        assert!(["AA", "AE", "AR"].contains(&ack(&answer.text())), "{name}");
        assert!(started.elapsed() < Duration::from_secs(10), "{name} took {:?}", started.elapsed());
    }
}

#[test]
fn odd_framing_gets_an_answer() {
    let house = House::with(|config| config.limits.request_seconds = 3);
    #[rustfmt::skip]
    let table = [
        ("length and chunks",    head("Content-Length: 5\r\nTransfer-Encoding: chunked")),
        ("two lengths",          head("Content-Length: 5\r\nContent-Length: 6")),
        ("negative length",      head("Content-Length: -1")),
        ("no HTTP",              "MSH|^~\\&|\r\n\r\n".to_owned()),
        ("a long head",          format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(200_000))),
        ("many headers",         format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(2000))),
        ("a bad chunk",          format!("{}zz\r\nabc\r\n", head("Transfer-Encoding: chunked"))),
    ];
    for (name, text) in table {
        let answer = raw(house.address, text.as_bytes());
        assert!(matches!(answer.status, 0 | 400 | 408 | 431), "{name}: {answer:?}");
    }
    assert_eq!(ack(&house.reply(Vxu::default().text().as_bytes())), "AA");
}

#[test]
fn slow_clients_are_closed_and_do_not_slow_others() {
    let house = House::with(|config| {
        config.limits.header_seconds = 2;
        config.limits.request_seconds = 3;
        config.limits.write_seconds = 2;
    });
    let slow: Vec<(&str, TcpStream)> = ["", "P", "POST /hl7 HTTP/1.1\r\nHost:", "PRI * HTTP/2.0\r\n"]
        .into_iter()
        .map(|beginning| (beginning.to_owned(), beginning))
        .chain([(head("Content-Length: 1000"), "body")])
        .flat_map(|(beginning, name)| std::iter::repeat_with(move || (name, beginning.clone())).take(50))
        .map(|(name, beginning)| {
            let mut stream = TcpStream::connect(house.address).expect("connected");
            stream.write_all(beginning.as_bytes()).expect("sent");
            (name, stream)
        })
        .collect();
    let started = Instant::now();
    assert_eq!(ack(&house.reply(Vxu::default().text().as_bytes())), "AA");
    assert!(started.elapsed() < Duration::from_secs(1), "others are answered: {:?}", started.elapsed());
    for (name, mut stream) in slow {
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        let text = String::from_utf8_lossy(&rest).into_owned();
        let reset = matches!(&ended, Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset);
        assert!(ended.is_ok() || reset, "{name:?}: {ended:?}");
        assert_eq!(text.contains(" 408 "), name == "body", "{name:?}: {text}");
    }
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
}

#[test]
fn a_client_that_does_not_read_is_closed() {
    let house = House::with(|config| config.limits.write_seconds = 2);
    // many pipelined requests whose answers nobody takes fill every buffer on the way
    let mut stream = TcpStream::connect(house.address).expect("connected");
    stream.set_write_timeout(Some(Duration::from_secs(1))).expect("set");
    let wsdl = b"GET /soap?wsdl HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    let started = Instant::now();
    let closed = loop {
        match stream.write_all(&wsdl) {
            Ok(()) => {}
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => break true,
        }
        if started.elapsed() > Duration::from_secs(20) {
            break false;
        }
    };
    assert!(closed, "the server has closed the connection");
    assert_eq!(ack(&house.reply(Vxu::default().text().as_bytes())), "AA");
}
