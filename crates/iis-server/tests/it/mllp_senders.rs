//! Who is recognized over MLLP and HTTPS, and that nobody else is.

use crate::authority::{Authority, Given};
use crate::mllp::{Line, from_here, house};
use crate::support::{Engine, Ground, House, SENDER, Vxu, ack, eventually, hl7};
use iis_model::recognition::{KeyKind, Origin, SenderKey};
use iis_registry::senders::Marks;
use iis_server::client::{Client, ClientError, Options, OwnCertificate, Target};
use iis_server::mllp::frame::framed;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

fn key(given: &Given) -> Marks {
    let key = SenderKey { kind: KeyKind::Certificate, sha256: given.sha256 };
    Marks { keys: vec![key], origins: Vec::new() }
}

fn origin(facility: &str, network: &str) -> Marks {
    let network = network.parse().expect("a range");
    Marks { keys: Vec::new(), origins: vec![Origin::new(facility, network)] }
}

#[test]
fn without_a_certificate_facility_and_address_must_both_be_registered() {
    let house = house(Engine::Sqlite, |config| config.limits.failed_sign_ins_per_minute = 1000);
    house.disallow(&from_here());
    let reply = |facility: &str| {
        let mut line = Line::to(&house);
        let text = Vxu::default().text().replacen("|EHR|RIVER|", &format!("|EHR|{facility}|"), 1);
        line.send(&framed(text.as_bytes()));
        line.reply().expect("a reply")
    };
    let refused = reply("RIVER");
    assert!(refused.contains("\rMSA|AR|M1\r"), "{refused}");
    assert!(refused.contains("\rERR||MSH^1^4|204^Unknown key identifier^HL70357|E|"), "{refused}");
    assert!(refused.contains("REG-010"), "{refused}");

    house.allow(&origin("RIVER", "127.0.0.0/8"));
    house.allow(&origin("RIVER-EAST", "10.0.0.0/8"));
    #[rustfmt::skip]
    let table = [
        ("RIVER",              "AA"),
        (" river ",            "AA"),
        ("RIVER^2.16.840^ISO", "AA"),
        ("RIVER-EAST",         "AR"), // registered for another network
        ("ELSEWHERE",          "AR"),
        ("",                   "AR"),
    ];
    eventually("what was allowed is known", || ack(&reply("RIVER")) == "AA");
    for (facility, expected) in table {
        let reply = reply(facility);
        assert_eq!(ack(&reply), expected, "{facility}: {reply}");
    }

    house.disallow(&origin("RIVER", "127.0.0.0/8"));
    eventually("what was taken away is unknown", || ack(&reply("RIVER")) == "AR");
}

#[test]
fn the_narrowest_network_around_an_address_counts() {
    let house = house(Engine::Sqlite, |_| {});
    let text = Vxu::default().text();
    let mut line = Line::to(&house);
    line.send(&framed(text.as_bytes()));
    assert_eq!(ack(&line.reply().expect("a reply")), "AA");
    // the same facility from exactly here is somebody else's now, who may not submit for it
    let add = [
        "sender",
        "add",
        "neighbor",
        "--site",
        "RIVER-EAST",
        "--address",
        "127.0.0.1",
        "--facility",
        "RIVER",
    ];
    let ground =
        Ground { config: house.running().app.config.clone(), folder: tempfile::tempdir().expect("a folder") };
    assert!(ground.openiis(&add).status().expect("runs").success());
    eventually("the neighbor is asked for", || {
        line.send(&framed(text.replace("|M1|", "|M2|").as_bytes()));
        line.reply().expect("a reply").contains("REG-001")
    });
    // what is somebody's is given to nobody else
    let again = ["sender", "allow", SENDER, "--address", "127.0.0.1", "--facility", "RIVER"];
    let output = ground.openiis(&again).output().expect("runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("belongs to another sender"));
}

#[test]
fn strangers_are_told_once_and_neighbors_some_times() {
    // from where nobody is known, the first refusal is the last
    let house = house(Engine::Sqlite, |config| config.limits.failed_sign_ins_per_minute = 3);
    let refused = |line: &mut Line| {
        let text = Vxu::default().text().replace("|EHR|RIVER|", "|EHR|ELSEWHERE|");
        // the server may have closed
        line.stream.write_all(&framed(text.as_bytes())).ok()?;
        line.reply().map(|reply| ack(&reply).to_owned())
    };
    let mut line = Line::to(&house);
    assert_eq!(refused(&mut line).as_deref(), Some("AR"));
    line.send(&framed(Vxu::default().text().as_bytes()));
    assert_eq!(ack(&line.reply().expect("still open")), "AA");
    // failures drain away as time passes, one in 20 s: on a slow machine more than three come before the end
    let mut told = 1;
    while told < 50 && refused(&mut line).is_some() {
        told += 1;
    }
    assert!((3..50).contains(&told), "{told} were told");

    house.disallow(&from_here());
    std::thread::sleep(Duration::from_millis(1100));
    let mut line = Line::to(&house);
    assert_eq!(refused(&mut line).as_deref(), Some("AR"));
    assert_eq!(line.reply(), None, "the connection has ended");
}

/// A server with TLS whose authority's file is `authority.pem`, and the authority.
fn secure_house(settle: impl FnOnce(&mut iis_server::config::Config)) -> (House, Authority) {
    let authority = Authority::new();
    let mut ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path().to_path_buf();
    authority.write(&folder.join("authority.pem"));
    authority.give(&folder);
    let config = &mut ground.config;
    config.mllp.tls_address = "127.0.0.1:0".into();
    config.http.tls_certificate = folder.join("certificate.pem").display().to_string();
    config.http.tls_key = folder.join("key.pem").display().to_string();
    settle(config);
    (ground.serve(), authority)
}

fn client(house: &House, url: &str, own: Option<&Given>) -> Client {
    let target: Target = url.parse().expect("an address");
    let authority = Some(house.folder.path().join("authority.pem"));
    let options = Options { credentials: None, authority, timeout: Duration::from_secs(20) };
    let own =
        own.map(|given| OwnCertificate { certificate: given.certificate.clone(), key: given.key.clone() });
    Client::with_certificate(&target, &options, own.as_ref()).expect("a client")
}

fn mllps(house: &House) -> String {
    let address = house.running().app.config.mllp.secure().expect("it listens");
    format!("mllps://localhost:{}", address.port())
}

fn send(house: &House, client: &mut Client, message: &str) -> Result<String, ClientError> {
    house.runtime.block_on(client.send(message.as_bytes())).map(hl7)
}

#[test]
fn a_certificate_makes_the_sender_until_it_is_taken_away() {
    let (house, authority) = secure_house(|_| {});
    let folder: &Path = house.folder.path();
    let (own, other) = (authority.give_client(folder, "own"), authority.give_client(folder, "other"));
    let expired = authority.give_expired_client(folder, "expired");
    house.allow(&key(&own));
    house.allow(&key(&expired));
    let url = mllps(&house);
    let message = Vxu::default().text();

    let mut kept = client(&house, &url, Some(&own));
    assert_eq!(ack(&send(&house, &mut kept, &message).expect("a reply")), "AA");
    // the certificate is the sender: MSH-4 must be one of its sites, and may be empty
    let unsited = message.replacen("|EHR|RIVER|", "|EHR||", 1);
    assert_eq!(ack(&send(&house, &mut kept, &unsited).expect("a reply")), "AA");
    let foreign = message.replacen("|EHR|RIVER|", "|EHR|ELSEWHERE|", 1);
    assert!(send(&house, &mut kept, &foreign).expect("a reply").contains("REG-001"));

    for nobody in [Some(&other), None] {
        let reply = send(&house, &mut client(&house, &url, nobody), &message).expect("a reply");
        assert!(ack(&reply) == "AR" && reply.contains("REG-010"), "{reply}");
    }
    let refused = send(&house, &mut client(&house, &url, Some(&expired)), &message);
    assert!(refused.is_err(), "{refused:?}");

    house.disallow(&key(&own));
    eventually("the open connection learns it", || {
        ack(&send(&house, &mut kept, &message).expect("a reply")) == "AR"
    });
}

#[test]
fn with_authorities_named_others_certificates_are_refused_at_the_door() {
    let strangers = Authority::new();
    let (house, authority) = secure_house(|config| {
        let path = config.data.join("authority.pem");
        config.mllp.client_authorities = path.display().to_string();
    });
    let own = authority.give_client(house.folder.path(), "own");
    let strange = strangers.give_client(house.folder.path(), "strange");
    house.allow(&key(&own));
    house.allow(&key(&strange));
    let (url, message) = (mllps(&house), Vxu::default().text());
    assert_eq!(ack(&send(&house, &mut client(&house, &url, Some(&own)), &message).expect("a reply")), "AA");
    assert!(send(&house, &mut client(&house, &url, Some(&strange)), &message).is_err());
}

#[test]
fn over_https_a_certificate_stands_in_for_name_and_secret_if_it_is_asked_for() {
    for asked in [true, false] {
        let (house, authority) = secure_house(|config| config.http.client_certificates = asked);
        let own = authority.give_client(house.folder.path(), "own");
        house.allow(&key(&own));
        let message = Vxu::default().text();
        let base = format!("https://localhost:{}", house.address.port());
        for path in ["hl7", "soap"] {
            let mut client = client(&house, &format!("{base}/{path}"), Some(&own));
            let answer = house.runtime.block_on(client.send(message.as_bytes())).expect("an answer");
            let is_reply = matches!(answer, iis_server::client::Answer::Hl7 { .. });
            assert_eq!(is_reply, asked, "{path}: {answer:?}");
        }
    }
}

#[test]
fn mllp_without_tls_is_served_on_loopback_only_unless_said_otherwise() {
    let ground = Ground::new(Engine::Sqlite);
    let refused = ground.openiis(&["serve", "--mllp", "0.0.0.0:0"]).output().expect("runs");
    assert_eq!(refused.status.code(), Some(2));
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(text.contains("--mllp: mllp.address: MLLP without TLS is served on loopback only"), "{text}");
}
