//! `/hl7` and the addresses for monitoring: what each request is answered.

use crate::support::{Engine, Ground, House, SECRET, SENDER, Vxu, ack, basic, dates, query, request};
use std::fmt::Write;

#[test]
fn a_message_is_answered_and_found_again_by_a_query() {
    for engine in Engine::all() {
        let house = Ground::new(engine).serve();
        let reply = house.reply(Vxu::default().text().as_bytes());
        assert_eq!(ack(&reply), "AA", "{engine:?} {reply}");
        assert!(reply.contains("\rMSA|AA|M1\r"), "{reply}");
        let reply = house.reply(query("Q1", "R100", "Marlowe", "Juniper").as_bytes());
        assert_eq!(
            (ack(&reply), dates(&reply).as_slice()),
            ("AA", &["20260105".to_owned()][..]),
            "{engine:?} {reply}"
        );
    }
}

#[test]
fn only_a_sender_with_its_secret_is_heard() {
    let house = House::open();
    let message = Vxu::default().text();
    let with = |authorization: &str| {
        format!(
            "POST /hl7 HTTP/1.1\r\nHost: x\r\n{authorization}Content-Type: application/hl7-v2\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{message}",
            message.len()
        )
    };
    let header = |name: &str, secret: &str| format!("Authorization: Basic {}\r\n", basic(name, secret));
    #[rustfmt::skip]
    let table = [
        (String::new(),                                     401),
        (header(SENDER, "wrong"),                           401),
        (header("nobody", SECRET),                          401),
        (header("", ""),                                    401),
        (header(&"x".repeat(5000), SECRET),                 401),
        ("Authorization: Bearer abc\r\n".to_owned(),        401),
        (header(SENDER, SECRET),                            200),
    ];
    for (authorization, status) in table {
        let answer = house.raw(with(&authorization).as_bytes());
        assert_eq!(answer.status, status, "{authorization}");
        let challenge = answer.header("www-authenticate").is_some_and(|text| text.starts_with("Basic "));
        assert_eq!(challenge, status == 401);
        assert!(answer.header("x-request-id").is_some());
        if status == 401 {
            assert!(!answer.text().contains(SENDER), "no detail: {}", answer.text());
        }
    }
}

#[test]
fn many_wrong_secrets_slow_down_their_address_but_not_the_right_one() {
    let house = House::with(|config| config.limits.failed_sign_ins_per_minute = 5);
    let guess = |secret: &str| {
        let authorization = basic(SENDER, secret);
        let text = format!(
            "POST /hl7 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {authorization}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        house.raw(text.as_bytes()).status
    };
    // failures drain away as time passes, one in 12 s: on a slow machine more than five come before the refusal
    let mut statuses = (0..50).map(|n| guess(&n.to_string())).enumerate();
    let (heard, status) = statuses.find(|(_, status)| *status != 401).expect("guessing is slowed down");
    assert_eq!(status, 429);
    assert!(heard >= 4, "{heard} are not too many");
    // a refused guess counts too, so the door stays shut for whoever goes on guessing
    let more: Vec<u16> = (50..54).map(|n| guess(&n.to_string())).collect();
    assert_eq!(more, [429; 4]);
    assert_eq!(ack(&house.reply(Vxu::default().text().as_bytes())), "AA");
}

#[test]
fn media_types_and_forms_are_understood() {
    let house = House::open();
    let message = Vxu::default().text();
    let form = |user: &str, facility: &str| {
        let data = message.bytes().fold(String::new(), |mut data, byte| {
            write!(data, "%{byte:02X}").expect("a string takes text");
            data
        });
        format!("USERID={user}&PASSWORD={SECRET}&FACILITYID={facility}&MESSAGEDATA={data}")
    };
    let form_type = "application/x-www-form-urlencoded";
    #[rustfmt::skip]
    let table: [(&str, &str, u16); 8] = [
        ("application/hl7-v2",                  &message, 200),
        ("application/hl7-v2; charset=utf-8",   &message, 200),
        ("x-application/hl7-v2+er7",            &message, 200),
        ("text/plain",                          &message, 200),
        (form_type,                             &message, 200),   // what curl says when nobody says anything
        ("application/json",                    &message, 415),
        ("text/html",                           &message, 415),
        ("multipart/form-data",                 &message, 415),
    ];
    for (media_type, body, status) in table {
        let answer = house.raw(&request("/hl7", media_type, body.as_bytes()));
        assert_eq!(answer.status, status, "{media_type}: {}", answer.text());
        assert_eq!(answer.text().starts_with("MSH|"), status == 200);
    }
    // a form brings its own credentials
    let table =
        [(SENDER, "RIVER", 200), (SENDER, "", 200), (SENDER, "ELSEWHERE", 403), ("nobody", "RIVER", 401)];
    for (user, facility, status) in table {
        let body = form(user, facility);
        let text = format!(
            "POST /hl7 HTTP/1.1\r\nHost: x\r\nContent-Type: {form_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = house.raw(text.as_bytes());
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}

#[test]
fn what_is_refused_by_the_gate_is_a_reply_too() {
    let house = House::open();
    let message = Vxu::default().text();
    #[rustfmt::skip]
    let table = [
        ("an acknowledgment",     message.replace("VXU^V04^VXU_V04", "ACK^V04^ACK"),  "AR", "200"),
        ("another type",          message.replace("VXU^V04^VXU_V04", "ADT^A01^ADT_A01"), "AR", "200"),
        ("another event",         message.replace("VXU^V04^VXU_V04", "VXU^V03^VXU_V04"), "AR", "201"),
        ("a test message",        message.replace("|P|2.5.1", "|T|2.5.1"),            "AR", "202"),
        ("another version",       message.replace("|P|2.5.1", "|P|2.3.1"),            "AR", "203"),
        ("no message",            "hello".to_owned(),                                 "AR", ""),
        ("nothing",               String::new(),                                      "AR", ""),
    ];
    for (name, text, expected, code) in table {
        let answer = house.raw(&request("/hl7", "application/hl7-v2", text.as_bytes()));
        let reply = answer.text();
        assert_eq!((answer.status, ack(&reply)), (200, expected), "{name}: {reply}");
        assert!(reply.contains(&format!("|{code}")), "{name}: {reply}");
    }
}

#[test]
fn monitoring_finds_what_it_looks_for() {
    let house = House::open();
    house.reply(Vxu::default().text().as_bytes());
    let get = |path: &str| {
        house.raw(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
    };
    assert_eq!((get("/healthz").status, get("/healthz").text().as_str()), (200, "ok\n"));
    assert_eq!((get("/readyz").status, get("/readyz").text().as_str()), (200, "ready\n"));
    let figures = get("/metrics");
    assert_eq!(figures.status, 200);
    for name in [
        "openiis_messages_total{",
        "openiis_http_requests_total{",
        "openiis_message_seconds_bucket{",
        "openiis_build_info",
    ] {
        assert!(figures.text().contains(name), "{name} is missing");
    }
    for patient in ["Marlowe", "Juniper", "R100"] {
        assert!(!figures.text().contains(patient));
    }
    assert_eq!(get("/hl7").status, 405);
}
