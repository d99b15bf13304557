//! HTTPS: certificates, their reload, and HTTP/2.

use crate::authority::Authority;
use crate::support::{Engine, Ground, Vxu, ack, client_of, eventually, hl7};
use std::process::Command;

#[test]
fn a_new_certificate_is_used_without_dropping_a_connection() {
    let (first, second) = (Authority::new(), Authority::new());
    let mut ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path().to_path_buf();
    let (first_file, second_file) = (folder.join("first.pem"), folder.join("second.pem"));
    first.write(&first_file);
    second.write(&second_file);
    first.give(&folder);
    ground.config.http.tls_certificate = folder.join("certificate.pem").display().to_string();
    ground.config.http.tls_key = folder.join("key.pem").display().to_string();
    let house = ground.serve();
    let url = format!("https://localhost:{}/hl7", house.address.port());
    let send = |client: &mut iis_server::client::Client, control_id: &str| {
        let message = Vxu { control_id, mrn: control_id, ..Vxu::default() }.text();
        house.runtime.block_on(client.send(message.as_bytes()))
    };

    let mut kept = client_of(&url, Some(&first_file));
    assert_eq!(ack(&hl7(send(&mut kept, "T1").expect("an answer"))), "AA");
    assert!(send(&mut client_of(&url, Some(&second_file)), "T2").is_err(), "an unknown authority is refused");

    // a half-written pair is not used; the old one stays
    std::fs::write(folder.join("key.pem"), "nonsense").expect("written");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(ack(&hl7(send(&mut client_of(&url, Some(&first_file)), "T3").expect("an answer"))), "AA");

    second.give(&folder);
    let mut n = 0;
    eventually("the new certificate", || {
        n += 1;
        send(&mut client_of(&url, Some(&second_file)), &format!("N{n}")).is_ok()
    });
    // the connection made before still serves
    assert_eq!(ack(&hl7(send(&mut kept, "T4").expect("an answer"))), "AA");
    assert!(send(&mut client_of(&url, Some(&first_file)), "T5").is_err());

    // curl, if it is there, speaks HTTP/2 to the same port
    let curl = Command::new("curl")
        .args(["--silent", "--http2", "--cacert"])
        .arg(&second_file)
        .args(["--write-out", "%{http_version}", "--output", "/dev/null"])
        .arg(url.replace("/hl7", "/healthz"))
        .output();
    if let Ok(output) = curl {
        let version = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(version == "2" || version == "1.1", "{version}");
    }
}

#[test]
fn plain_http_is_served_on_loopback_only_unless_said_otherwise() {
    let ground = Ground::new(Engine::Sqlite);
    let refused = ground.openiis(&["serve", "--http", "0.0.0.0:0"]).output().expect("runs");
    assert_eq!(refused.status.code(), Some(2));
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(text.contains("--http: http.address: plain HTTP is served on loopback only"), "{text}");
}
