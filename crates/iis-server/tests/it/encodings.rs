//! What a sender's text is made of arrives as it was meant, or is told.

use crate::support::{House, Vxu, ack, query};

const FIRST: [&str; 12] = [
    "Juniper",
    "Miguel",
    "Ana",
    "Bruno",
    "Zoe",
    "Theodore",
    "Frances",
    "Wyatt",
    "Priscilla",
    "Declan",
    "Hope",
    "Ulysses",
];

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()
}

#[test]
fn names_come_back_as_they_were_meant() {
    let house = House::open();
    // Each is somebody else: people of one name and birth date would be matched.
    let first = |n: &str| FIRST[n[1..].parse::<usize>().expect("a number") - 1];
    let message =
        |n: &str, last: &str| Vxu { control_id: n, mrn: n, last, first: first(n), ..Vxu::default() }.text();
    let with_set =
        |text: String, set: &str| text.replace("|||ER|AL|||||Z22", &format!("|||ER|AL||{set}|||Z22"));
    #[rustfmt::skip]
    let table: [(&str, Vec<u8>, &str); 12] = [
        ("E1",  message("E1", "Muñoz").into_bytes(),                                       "Muñoz"),
        ("E2",  latin_1(&message("E2", "Muñoz")),                                          "Muñoz"),   // Windows-1252, told
        ("E3",  latin_1(&with_set(message("E3", "Muñoz"), "8859/1")),                      "Muñoz"),
        ("E4",  [b"\xef\xbb\xbf".as_slice(), message("E4", "Muñoz").as_bytes()].concat(),  "Muñoz"),
        ("E5",  message("E5", "Muñoz").replace('\r', "\n").into_bytes(),                   "Muñoz"),
        ("E6",  message("E6", "Muñoz").replace('\r', "\r\n").into_bytes(),                 "Muñoz"),
        ("E7",  message("E7", "O\\T\\Brien").into_bytes(),                                 "O\\T\\Brien"),
        ("E8",  message("E8", "李").into_bytes(),                                          "李"),
        ("E9",  message("E9", "שלום").into_bytes(),                                        "שלום"),
        ("E10", message("E10", "Nu\u{301}n\u{303}ez").into_bytes(),                        "Nu\u{301}n\u{303}ez"),
        ("E11", [b"\x0b".as_slice(), message("E11", "Muñoz").as_bytes(), b"\x1c\r"].concat(), "Muñoz"),
        ("E12", message("E12", "Mu\0noz").into_bytes(),                                    "Munoz"),
    ];
    for (mrn, bytes, last) in table {
        let reply = house.reply(&bytes);
        assert!(["AA", "AE"].contains(&ack(&reply)), "{mrn}: {reply}");
        let found = house.reply(query(&format!("Q{mrn}"), mrn, last, first(mrn)).as_bytes());
        let segment = found.split('\r').find(|segment| segment.starts_with("PID|")).unwrap_or_default();
        assert!(segment.contains(&format!("|{last}^{}", first(mrn))), "{mrn}: {found}");
    }
}

#[test]
fn other_delimiters_mean_the_same() {
    let house = House::open();
    let message = Vxu::default().text();
    let other: String = message
        .chars()
        .map(|c| match c {
            '|' => '!',
            '^' => '@',
            '~' => '*',
            '\\' => '/',
            '&' => '%',
            c => c,
        })
        .collect();
    let reply = house.reply(other.as_bytes());
    assert!(["AA", "AE"].contains(&ack(&reply)), "{reply}");
    let found = house.reply(query("Q1", "R100", "Marlowe", "Juniper").as_bytes());
    assert!(found.contains("|Marlowe^Juniper"), "{found}");
}

#[test]
fn an_injected_segment_never_becomes_one() {
    let house = House::open();
    for (n, payload) in
        ["\\X0D\\RXA\\F\\0\\F\\1\\F\\19990101", "\\.br\\OBX\\F\\9", "a\\X0A\\MSH\\F\\x", "x\\R\\y\\S\\z"]
            .into_iter()
            .enumerate()
    {
        let mrn = format!("I{n}");
        let reply = house
            .reply(Vxu { control_id: &mrn, mrn: &mrn, first: payload, ..Vxu::default() }.text().as_bytes());
        assert!(["AA", "AE"].contains(&ack(&reply)), "{reply}");
        let found = house.reply(query(&format!("Q{n}"), &mrn, "Marlowe", payload).as_bytes());
        let names: Vec<&str> = found.split(['\r', '\n']).filter_map(|segment| segment.get(..4)).collect();
        assert!(names.iter().filter(|name| **name == "RXA|").count() <= 1, "{payload}: {found}");
        assert_eq!(names.iter().filter(|name| **name == "MSH|").count(), 1, "{payload}: {found}");
        assert!(!found.contains("|19990101"), "{payload}: {found}");
    }
}
