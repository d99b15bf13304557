//! Messages as long as the registry takes them, of whatever repeats in one: none holds up the others, none makes a person
//! expensive for good.

use crate::world::{World, about, mmr, on_each_engine, query, segment, vxu};
use jiff::ToSpan;
use jiff::civil::date;
use std::time::{Duration, Instant};

/// Near the longest message that is taken (4 MiB).
const LONG: usize = 4_100_000;
/// Near the most segments of a message that are taken (10,000).
const SEGMENTS: usize = 9_900;
/// Longer than any of these messages takes on a busy machine without optimization; what grows with the square of a message
/// takes minutes.
const PATIENCE: Duration = Duration::from_secs(40);

/// So many pieces, each by its number.
fn pieces(number: usize, piece: impl Fn(usize) -> String) -> String {
    (0..number).map(piece).collect()
}

fn named(mrn: &str, names: &str, rest: &str) -> String {
    about("NORTH", mrn, mrn, &format!("{names}|MOSS^SUE^^^^^M|20200115|F"), rest)
}

/// A historical dose of some vaccine on some day.
fn dose(n: usize) -> String {
    let day = date(2020, 1, 16).saturating_add(i64::try_from(n % 2_200).unwrap_or(0).days());
    let cvx = ["03", "08", "10", "17", "20", "21", "83", "94", "110", "133", "140"][n % 11];
    format!(
        "ORC|RE||D{n}^NORTH\rRXA|0|1|{}||{cvx}^x^CVX|999|||01^x^NIP001|||||||||||CP|A\r",
        day.strftime("%Y%m%d")
    )
}

/// What repeats, and a message that is full of it.
fn messages() -> Vec<(&'static str, String)> {
    let one = mmr("D1", "20210120", "01", "A");
    let number = |n: usize| format!("N{n}^^^NORTH^MR~");
    let kin = |n: usize| format!("NK1|{n}|K{n}^SUE|MTH^Mother^HL70063|{n} ELM^^X|^PRN^PH^^^555^{n:07}\r");
    let said = |n: usize| format!("OBX|{n}|ST|31044-1^Reaction^LN|{n}|said {n} {}||||||F\r", "x".repeat(300));
    let refused = |n: usize| dose(n).replace("|CP|", "|RE|").replace("|999|||01^x^NIP001|", "|999|||||");
    let given = |n: usize| {
        let lot = format!("|00^x^NIP001||||||L{n}|20270101|MSD^x^MVX|||CP|");
        let eligible = "OBX|1|CE|64994-7^x^LN|1|V01^x^HL70064||||||F\r";
        dose(n).replace("|01^x^NIP001|||||||||||CP|", &lot).replace("|999|", "|0.5|mL^mL^UCUM") + eligible
    };
    let odd = |n: usize| dose(n).replace("^x^CVX", "^^CVX").replace("|CP|A", "|CP|Q") + "RXR||XX\r";
    #[rustfmt::skip]
    let all = vec![
        ("words",        named("W1", &format!("{}^ANA", pieces(LONG / 8, |n| format!("W{n:06} "))), &one)),
        ("letters",      named("L1", &format!("{}^ANA", "M".repeat(LONG)), &one)),
        ("aliases",      named("A1", &pieces(LONG / 12, |n| format!("A{n}^ANA~")), &one)),
        ("identifiers",  about("NORTH", "I1", &format!("I1^^^NORTH^MR~{}I2", pieces(LONG / 20, number)), "IDA^EVE|MOSS^SUE|20200115|F", &one)),
        ("next of kin",  named("K1", "KIN^ANA", &(pieces(SEGMENTS, kin) + &one))),
        ("doses",        named("D1", "DOSES^ANA", &pieces(SEGMENTS / 2, dose))),
        ("half as many", named("D2", "HALF^ANA", &pieces(SEGMENTS / 4, dose))),
        ("more doses",   named("D1", "DOSES^ANA", &pieces(SEGMENTS / 2, |n| dose(n + SEGMENTS)))),
        ("doses given",  named("G1", "GIVEN^ANA", &pieces(SEGMENTS / 3, given))),
        ("refusals",     named("R1", "REFUSALS^ANA", &pieces(SEGMENTS / 6, refused))),
        ("observations", named("O1", "OBSERVED^ANA", &(one.clone() + &pieces(SEGMENTS, said)))),
        ("comments",     named("C1", "COMMENT^ANA", &(one.clone() + &pieces(SEGMENTS, |n| format!("NTE|{n}||{}\r", "y".repeat(390)))))),
        ("faults",       named("F1", "FAULTY^ANA", &pieces(SEGMENTS / 12, odd))),
    ];
    all
}

async fn timed(world: &World, what: &str, message: &str) -> String {
    let started = Instant::now();
    let reply = world.send(&world.north, message).await;
    assert!(started.elapsed() < PATIENCE, "{what} took {:.1?}", started.elapsed());
    reply
}

#[test]
fn a_message_full_of_one_thing_takes_time_by_its_length_and_leaves_a_person_like_others() {
    on_each_engine(|world| async move {
        for (what, message) in messages() {
            let reply = timed(&world, what, &message).await;
            assert!(segment(&reply, "MSA").starts_with("MSA|A"), "{what}: {}", segment(&reply, "MSA"));
            let mrn = segment(&message, "PID").split('|').nth(3).and_then(|ids| ids.split('^').next());
            let asked = query("NORTH", mrn.unwrap_or_default(), "");
            let found = timed(&world, &format!("{what}, asked"), &asked).await;
            assert!(segment(&found, "QAK").starts_with("QAK|T1|OK"), "{what} was stored: {found:.2000}");
        }
    });
}

#[test]
fn long_names_of_one_person_again_and_again_leave_it_like_others() {
    on_each_engine(|world| async move {
        for n in 0..3 {
            let long = format!("{}{n}^ANA", "MARLOWE ".repeat(LONG / 8));
            let message = named("A17", &long, "").replacen("|A17|P|", &format!("|M{n}|P|"), 1);
            let reply = timed(&world, "a long name", &message).await;
            assert!(reply.contains("HL7-062"), "the sender is told: {reply}");
        }
        let reply = world.send(&world.north, &vxu("NORTH", "M9", "A17", "")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M9", "{reply}");
    });
}

#[test]
fn a_record_number_too_long_to_be_kept_refuses_the_message() {
    on_each_engine(|world| async move {
        let reply = world.send(&world.north, &vxu("NORTH", "M1", &"9".repeat(300), "")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AE|M1");
        assert!(reply.contains("HL7-063") && reply.contains("REG-005"), "{reply}");
    });
}
