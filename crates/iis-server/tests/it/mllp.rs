//! MLLP: replies as at the other doors, one to each message, in order.

use crate::python::python;
use crate::support::{Engine, Ground, House, Vxu, ack, client_of, dates, hl7, query};
use iis_model::recognition::Origin;
use iis_registry::senders::Marks;
use iis_server::config::Config;
use iis_server::mllp::frame::{Decoder, framed};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

/// The version that this test was written with.
pub(crate) const PYTHON_HL7: &str = "hl7==0.4.5";

/// Messages from this machine that name the sender's sites are the sender's.
pub(crate) fn from_here() -> Marks {
    let network = "127.0.0.0/8".parse().expect("a range");
    let origins = ["RIVER", "RIVER-EAST"].map(|facility| Origin::new(facility, network));
    Marks { keys: Vec::new(), origins: origins.into() }
}

/// A server that speaks MLLP with the sender on this machine.
pub(crate) fn house(engine: Engine, settle: impl FnOnce(&mut Config)) -> House {
    let mut ground = Ground::new(engine);
    ground.config.mllp.address = "127.0.0.1:0".into();
    settle(&mut ground.config);
    let house = ground.serve();
    house.allow(&from_here());
    house
}

/// One connection, as raw as it gets.
pub(crate) struct Line {
    pub(crate) stream: TcpStream,
    decoder: Decoder,
    read: Vec<u8>,
}

impl Line {
    pub(crate) fn to(house: &House) -> Self {
        let stream = TcpStream::connect(house.mllp()).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
        Self { stream, decoder: Decoder::new(16 << 20), read: Vec::new() }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("sent");
    }

    /// The next reply; `None` when the server has closed.
    pub(crate) fn reply(&mut self) -> Option<String> {
        loop {
            let (taken, reply) = self.decoder.feed(&self.read).expect("the server's frames are whole");
            self.read.drain(..taken);
            if let Some(reply) = reply {
                return Some(String::from_utf8(reply).expect("replies are UTF-8"));
            }
            let mut part = [0; 8192];
            match self.stream.read(&mut part) {
                Ok(0) => return None,
                Ok(read) => self.read.extend_from_slice(&part[..read]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("no reply: {error}"),
            }
        }
    }
}

#[test]
fn a_message_gets_the_reply_that_the_other_doors_give() {
    for engine in Engine::all() {
        let house = house(engine, |_| {});
        let message = Vxu::default().text();
        let url = format!("mllp://{}", house.mllp());
        let mut client = client_of(&url, None);
        let reply = hl7(house.runtime.block_on(client.send(message.as_bytes())).expect("an answer"));
        assert_eq!(ack(&reply), "AA", "{engine:?} {reply}");
        // the same message over another door is the same message
        assert_eq!(house.reply(message.as_bytes()), reply, "{engine:?}");
        let asked = query("Q1", "R100", "Marlowe", "Juniper");
        let reply = hl7(house.runtime.block_on(client.send(asked.as_bytes())).expect("an answer"));
        assert_eq!(dates(&reply), ["20260105"], "{engine:?} {reply}");
    }
}

#[test]
fn messages_sent_without_waiting_are_answered_in_order() {
    let house = house(Engine::Sqlite, |_| {});
    let mut line = Line::to(&house);
    // one dose is added, corrected and withdrawn: another order would end otherwise (reliability A7)
    let steps = [("P1", "20260105", "A"), ("P2", "20260106", "U"), ("P3", "20260106", "D")];
    let mut stream = Vec::new();
    for (control_id, given, action) in steps {
        stream.extend(framed(Vxu { control_id, given, action, ..Vxu::default() }.text().as_bytes()));
    }
    stream.extend(framed(query("P4", "R100", "Marlowe", "Juniper").as_bytes()));
    line.send(&stream);
    for (control_id, _, _) in steps {
        let reply = line.reply().expect("a reply");
        assert!(reply.contains(&format!("\rMSA|AA|{control_id}\r")), "{reply}");
    }
    let reply = line.reply().expect("a reply");
    assert!(reply.contains("\rMSA|AA|P4\r") && dates(&reply).is_empty(), "{reply}");
}

#[test]
fn a_batch_in_one_frame_gets_one_batch_of_replies() {
    let house = house(Engine::Sqlite, |_| {});
    let one = Vxu::default().text();
    let other = Vxu { control_id: "M2", mrn: "R200", last: "Calloway", ..Vxu::default() }.text();
    let batch = format!("FHS|^~\\&|EHR|RIVER\rBHS|^~\\&|EHR|RIVER\r{one}{other}BTS|2\rFTS|1\r");
    let mut line = Line::to(&house);
    line.send(&framed(batch.as_bytes()));
    let reply = line.reply().expect("a reply");
    assert!(reply.starts_with("FHS|") && reply.contains("\rBTS|2"), "{reply}");
    assert!(reply.contains("\rMSA|AA|M1\r") && reply.contains("\rMSA|AA|M2\r"), "{reply}");
}

#[test]
fn a_reply_that_is_sent_to_us_is_dropped_and_counted() {
    let house = house(Engine::Sqlite, |_| {});
    let before = house.figure("openiis_mllp_replies_dropped_total");
    let mut line = Line::to(&house);
    let message = Vxu::default().text();
    for kind in ["ACK^V04^ACK", "RSP^K11^RSP_K11"] {
        line.send(&framed(message.replace("VXU^V04^VXU_V04", kind).as_bytes()));
    }
    line.send(&framed(message.as_bytes()));
    let reply = line.reply().expect("a reply");
    assert_eq!(ack(&reply), "AA", "the first reply is to the report: {reply}");
    assert!(house.figure("openiis_mllp_replies_dropped_total") >= before + 2.0);
}

#[test]
fn other_character_sets_arrive_as_they_were_meant() {
    let house = house(Engine::Sqlite, |_| {});
    let mut line = Line::to(&house);
    let text = Vxu { last: "Muñoz", ..Vxu::default() }.text().replace("|||ER|AL|||||", "|||ER|AL||8859/1|||");
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    line.send(&framed(&bytes));
    assert_eq!(ack(&line.reply().expect("a reply")), "AA");
    line.send(&framed(query("Q1", "R100", "Muñoz", "Juniper").as_bytes()));
    let reply = line.reply().expect("a reply");
    assert!(reply.contains("|Muñoz^Juniper"), "{reply}");
}

#[test]
fn the_mllp_client_of_python_hl7_is_served() {
    let Some(python) = python(PYTHON_HL7, "hl7") else { return };
    let house = house(Engine::Sqlite, |_| {});
    let file = house.folder.path().join("messages.hl7");
    let other = Vxu { control_id: "M2", mrn: "R200", last: "Calloway", ..Vxu::default() }.text();
    let messages = format!("{}\n{other}", Vxu::default().text()).replace('\r', "\r\n");
    std::fs::write(&file, messages).expect("written");
    let output = Command::new(python.with_file_name("mllp_send"))
        .args(["--loose", "--port", &house.mllp().port().to_string(), "--file"])
        .arg(&file)
        .arg("127.0.0.1")
        .output()
        .expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for control_id in ["M1", "M2"] {
        assert!(text.contains(&format!("MSA|AA|{control_id}")), "{text}");
    }
}

#[test]
fn what_the_program_sends_and_serves_over_mllp_fits_together() {
    let ground = Ground::new(Engine::Sqlite);
    let allowed =
        ground.openiis(&["sender", "allow", crate::support::SENDER, "--address", "127.0.0.1"]).output();
    assert!(allowed.expect("runs").status.success());
    let serve = ground.openiis(&["serve", "--http", "127.0.0.1:0", "--mllp", "127.0.0.1:0"]);
    let (_server, told) = crate::support::Spawned::start_telling(serve);
    let url = told.iter().find_map(|line| line.strip_prefix("mllp  ")).expect("it says where").to_owned();
    let file = ground.folder.path().join("message.hl7");
    std::fs::write(&file, Vxu::default().text()).expect("written");
    let file = file.display().to_string();
    let sent = ground.openiis(&["hl7", "send", &file, "--to", &url]).output().expect("runs");
    let text = String::from_utf8_lossy(&sent.stdout).into_owned();
    assert!(sent.status.success() && text.contains("MSA|AA|M1"), "{text}");
}
