//! Maintenance (`read_only = true`): people sign in and read, queries are answered, and nothing is stored but what
//! reading itself leaves behind.

use crate::support::{Engine, Ground, Raw, SECRET, SENDER, Spawned, Vxu, ack, dates, query, raw, request};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_server::{clock, opening, passwords};
use iis_store::testing::tables;
use std::net::SocketAddr;

const PASSWORD: &str = "quiet otters swim";

/// A browser with nothing but cookies.
struct Browser {
    address: SocketAddr,
    cookies: Vec<String>,
    csrf: String,
}

impl Browser {
    fn get(&mut self, path: &str) -> Raw {
        self.send(&format!("GET {path}"), "")
    }

    fn post(&mut self, path: &str, form: &str) -> Raw {
        let form = format!("csrf={}&{form}", self.csrf);
        self.send(&format!("POST {path}"), &form)
    }

    fn send(&mut self, request: &str, body: &str) -> Raw {
        let (address, cookies) = (self.address, self.cookies.join("; "));
        let request = format!(
            "{request} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookies}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = raw(address, request.as_bytes());
        for line in answer.head.lines() {
            if let Some((name, value)) = line.split_once(": ")
                && name.eq_ignore_ascii_case("set-cookie")
            {
                self.cookies.extend(value.split(';').next().map(str::to_owned));
            }
        }
        let text = answer.text();
        let token = text.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        if let Some(token) = token {
            token.clone_into(&mut self.csrf);
        }
        answer
    }
}

fn add_nurse(ground: &Ground) {
    let cx = opening::registry(&ground.config).expect("opened");
    let found = cx.store.read_blocking(|tx| iis_store::site::by_code(tx, "RIVER")).expect("readable");
    let site = found.expect("a site of the tests").site.id;
    let user = NewUser {
        name: "nurse".into(),
        display_name: "The nurse".into(),
        password_hash: passwords::hash(PASSWORD).expect("hashed").into(),
        must_change: false,
        roles: vec![RoleAssignment::at_site("clinic-access", Some(site))],
    };
    let granted = operator(Permission::ManageAccounts).expect("the operator may");
    let added = accounts::add(&cx, &granted, user, clock::arrival(&cx.identity.zone));
    crate::support::runtime().block_on(added).expect("an account");
    cx.store.close_blocking();
}

/// The rows of all tables but those that reading fills.
fn data(ground: &Ground) -> std::collections::BTreeMap<String, Vec<String>> {
    let store = opening::store(&ground.config).expect("opened");
    let mut all = store.read_blocking(tables::dump_in).expect("the tables can be read");
    store.close_blocking();
    // `account` holds the last sign-in, `id_block` the row keys that every start leases
    for reading in ["audit", "audit_seal", "session", "search", "sign_in_failure", "account", "id_block"] {
        assert!(all.remove(reading).is_some(), "{reading} is a table");
    }
    all
}

fn signs_in_and_reads(address: SocketAddr) {
    let mut browser = Browser { address, cookies: Vec::new(), csrf: String::new() };
    let page = browser.get("/sign-in");
    assert!(page.text().contains("Maintenance"), "every page says so");
    let wrong = browser.post("/sign-in", "user=nurse&password=wrong");
    assert_eq!(wrong.status, 422);
    let right = format!("user=nurse&password={}", PASSWORD.replace(' ', "+"));
    let signed_in = browser.post("/sign-in", &right);
    assert_eq!((signed_in.status, signed_in.header("location")), (303, Some("/")));
    let patients = browser.get("/patients");
    assert!(
        patients.text().contains("Find a patient"),
        "{} {:?}",
        patients.status,
        patients.header("location")
    );
    let sent = browser.post("/patients/searches", "number=R100");
    let results = sent.header("location").expect("a search is kept").to_owned();
    let found = browser.get(&results);
    let record = found.header("location").expect("one person has the number").to_owned();
    let page = browser.get(&record);
    assert_eq!((page.status, page.text().contains("Marlowe")), (200, true));

    browser.get("/account/password");
    let change =
        format!("current={}&new=other+otters+swim&again=other+otters+swim", PASSWORD.replace(' ', "+"));
    let refused = browser.post("/account/password", &change);
    assert_eq!(refused.status, 503);
    assert!(refused.text().contains("Changes are not possible right now"));
    browser.get("/preferences");
    assert_eq!(browser.post("/sign-out", "").header("location"), Some("/sign-in?ended=out"));
    assert_eq!(browser.get(&record).status, 303, "the session is over");
}

#[test]
fn people_read_queries_are_answered_and_submissions_are_told_to_come_later() {
    for engine in Engine::all() {
        let ground = Ground::new(engine);
        add_nurse(&ground);
        let mut server = ground.spawn();
        let first = Vxu::default().text();
        assert_eq!(ack(&raw(server.address, &request("/hl7", "text/plain", first.as_bytes())).text()), "AA");
        assert!(server.terminate().success());
        let before = data(&ground);

        let mut command = ground.openiis(&["serve", "--http", "127.0.0.1:0"]);
        command.env("OPENIIS_READ_ONLY", "true");
        let mut server = Spawned::start(command);
        let ready = raw(server.address, b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert_eq!((ready.status, ready.text().as_str()), (200, "ready, read-only\n"));

        let asked = query("Q1", "R100", "Marlowe", "Juniper");
        let reply = raw(server.address, &request("/hl7", "text/plain", asked.as_bytes())).text();
        assert_eq!(dates(&reply), ["20260105"], "{engine:?}: {reply}");
        let message = Vxu { control_id: "M2", order: "O2", given: "20260106", ..Vxu::default() }.text();
        let answer = raw(server.address, &request("/hl7", "text/plain", message.as_bytes()));
        let reply = answer.text();
        assert_eq!((answer.status, ack(&reply)), (503, "AR"), "{engine:?}: {reply}");
        assert!(reply.contains("\rMSA|AR|M2\r") && reply.contains("|207^"), "{reply}");
        assert!(answer.header("retry-after").is_some());
        let soap = raw(server.address, &request("/soap", "application/soap+xml", soap(&message).as_bytes()));
        assert!(soap.text().contains("MSA|AR|M2"), "{engine:?}: {}", soap.text());

        signs_in_and_reads(server.address);
        assert!(server.terminate().success());
        assert_eq!(data(&ground), before, "{engine:?}");
        let audit = ground.openiis(&["audit", "verify"]).output().expect("runs");
        assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
    }
}

/// The message in the envelope of the CDC web service.
fn soap(message: &str) -> String {
    let message = message.replace('&', "&amp;").replace('\r', "&#13;");
    format!(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:c=\"urn:cdc:iisb:2011\"><s:Body>\
         <c:submitSingleMessage><c:username>{SENDER}</c:username><c:password>{SECRET}</c:password>\
         <c:facilityID>RIVER</c:facilityID><c:hl7Message>{message}</c:hl7Message></c:submitSingleMessage>\
         </s:Body></s:Envelope>"
    )
}
