//! What one message costs: processor time of the whole process for each submission that adds a dose to a known person,
//! and for a query that asks for the forecast. `line_cost [PERSONS]`; SQLite in a temporary folder.
#![expect(clippy::print_stdout, reason = "it prints its measurement")]

use iis_model::access::{Channel, Permission};
use iis_model::organization::{Sender, SenderProfile, SiteKind};
use iis_registry::access::{Roles, operator};
use iis_registry::context::ExchangeRules;
use iis_registry::exchange::{Received, receive};
use iis_registry::senders::{self, NewSender};
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::{Arrival, Context, Identity};
use iis_store::testing::TestStore;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

/// Vaccines of a first year, by age in days.
const FIRST_YEAR: [(i64, u16); 16] = [
    (1, 8),
    (30, 8),
    (61, 120),
    (61, 133),
    (61, 119),
    (122, 120),
    (122, 133),
    (122, 119),
    (183, 120),
    (183, 133),
    (183, 8),
    (200, 150),
    (366, 3),
    (366, 21),
    (366, 83),
    (380, 133),
];

fn main() {
    let persons: u32 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2_000);
    let test = TestStore::sqlite();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(test.store.clone(), persons));
}

async fn run(store: iis_store::Store, persons: u32) {
    let identity = Identity {
        application: "OPENIIS".into(),
        facility: "CALDER".into(),
        name: "Calder IIS".into(),
        address: "http://localhost:8080".into(),
        zone: TimeZone::UTC,
    };
    let roles = Roles::built_in().expect("the policy of this repository");
    let cx = Context::new(store, identity, roles, ExchangeRules::default());
    let site = NewSite { code: "NORTH".into(), name: "North".into(), kind: SiteKind::Clinic, pin: None };
    let organization = NewOrganization { name: "North Pediatrics".into(), sites: vec![site] };
    setup::add_organizations(&cx, vec![organization]).await.expect("an organization");
    let profile = SenderProfile { may_submit: true, may_query: true, ..SenderProfile::default() };
    let new =
        NewSender { name: "north".into(), site_codes: vec!["NORTH".into()], profile, secret: "open".into() };
    senders::add(&cx, &operator(Permission::ManageSenders).expect("the operator may"), new, arrival(0))
        .await
        .expect("a sender");
    let sender = senders::authenticate(&cx, "north", "open", arrival(1)).await.expect("the store works");
    let sender = sender.expect("the secret is right");

    let whole: Vec<String> = (0..persons).map(|n| submission(n, 0..FIRST_YEAR.len() - 1)).collect();
    measure(&cx, &sender, "new person with 15 doses", whole).await;
    let last = FIRST_YEAR.len() - 1..FIRST_YEAR.len();
    let more: Vec<String> = (0..persons).map(|n| submission(n, last.clone())).collect();
    measure(&cx, &sender, "known person, one more dose", more).await;
    measure(&cx, &sender, "query for the history (Z34)", (0..persons).map(|n| query(n, "Z34")).collect())
        .await;
    measure(&cx, &sender, "query for the forecast (Z44)", (0..persons).map(|n| query(n, "Z44")).collect())
        .await;
}

/// Sends all, 16 at a time.
async fn measure(cx: &Context, sender: &Arc<Sender>, what: &str, messages: Vec<String>) {
    let (count, started, processor) = (messages.len(), Instant::now(), processor_micros());
    let messages = Arc::new(std::sync::Mutex::new(messages.into_iter().enumerate()));
    let workers: Vec<_> = (0..16)
        .map(|_| {
            let (cx, sender, messages) = (cx.clone(), Arc::clone(sender), Arc::clone(&messages));
            tokio::spawn(async move {
                loop {
                    let next = messages.lock().expect("nobody panics").next();
                    let Some((n, message)) = next else { return };
                    let received = Received {
                        bytes: message.as_bytes().into(),
                        sender: Arc::clone(&sender),
                        channel: Channel::Http,
                        arrival: arrival(n + 2),
                        once: None,
                    };
                    let reply = receive(&cx, received).await.expect("the store works");
                    let text = String::from_utf8_lossy(&reply.bytes);
                    assert!(text.contains("MSA|AA"), "{text}");
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("no panic");
    }
    let each = |micros: u128| micros / u128::try_from(count.max(1)).unwrap_or(1);
    let (processor, wall) = (processor_micros() - processor, started.elapsed().as_micros());
    println!("{what:32} {:>6} µs processor, {:>6} µs wall a message", each(processor), each(wall));
}

/// Time that the process has used, user and system, from `/proc/self/stat` (fields 14 and 15, hundredths of a second).
fn processor_micros() -> u128 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u128>().ok()).sum::<u128>() * 10_000
}

fn arrival(n: usize) -> Arrival {
    let second = i64::try_from(n).expect("few") + 1_772_445_600;
    let random = [second.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15); 4];
    Arrival {
        at: Timestamp::from_second(second).expect("a moment"),
        today: date(2026, 3, 2),
        random,
        from: None,
        once: None,
    }
}

fn header(kind: &str, profile: &str, control_id: &str) -> String {
    format!(
        "MSH|^~\\&|EHR|NORTH|OPENIIS|CALDER|20260302095900+0000||{kind}|{control_id}|P|2.5.1|||ER|AL|||||{profile}^CDCPHINVS\r"
    )
}

fn submission(person: u32, doses: std::ops::Range<usize>) -> String {
    let born = date(2023, 1, 1).saturating_add(jiff::Span::new().days(i64::from(person % 400)));
    let mut text = header("VXU^V04^VXU_V04", "Z22", &format!("S{person}-{}", doses.start));
    let _ = write!(
        text,
        "PID|1||P{person}^^^NORTH^MR||DOE{person}^ANA^^^^^L|MOM^SUE^^^^^M|{}|F\r",
        born.strftime("%Y%m%d")
    );
    for (nth, (days, cvx)) in FIRST_YEAR.iter().enumerate().take(doses.end).skip(doses.start) {
        let on = born.saturating_add(jiff::Span::new().days(*days)).strftime("%Y%m%d").to_string();
        let _ = write!(
            text,
            "ORC|RE||D{person}-{nth}^NORTH\rRXA|0|1|{on}||{cvx:02}^x^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001||||||L1|20290101|MSD^Merck^MVX|||CP|A\r\
             OBX|1|CE|64994-7^Eligibility^LN|1|V01^Not VFC eligible^HL70064||||||F\r"
        );
    }
    text
}

fn query(person: u32, profile: &str) -> String {
    let born = date(2023, 1, 1).saturating_add(jiff::Span::new().days(i64::from(person % 400)));
    let name = match profile {
        "Z44" => "Z44^Request Evaluated History and Forecast^CDCPHINVS",
        _ => "Z34^Request Immunization History^CDCPHINVS",
    };
    let head = header("QBP^Q11^QBP_Q11", profile, &format!("Q{person}"));
    let born = born.strftime("%Y%m%d");
    format!("{head}QPD|{name}|T1|P{person}^^^NORTH^MR|||{born}|F\rRCP|I|5^RD&Records&HL70126\r")
}
