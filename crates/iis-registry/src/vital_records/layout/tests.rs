use super::{Column, Event, LAYOUT, Lines, MOST_LETTERS, read};
use crate::vital_records::rule;

const HEADER: &str = "layout,event,certificate_number,last_name,first_name,born_on,died_on\n";

fn codes(lines: &Lines) -> Vec<(i64, &str, &str)> {
    lines.notes.iter().map(|note| (note.line, &*note.code, &*note.column)).collect()
}

#[test]
fn columns_are_found_by_their_names_in_any_order_case_and_number() {
    let file = "Event, LAYOUT ,born_on,last_name,certificate_number\nbirth,1,2026-02-28, DOE ,  B-1\n";
    let lines = read(file.as_bytes());
    assert_eq!(codes(&lines), []);
    let line = &lines.readable[0];
    assert_eq!((line.number, line.event, lines.count), (2, Event::Birth, 1));
    assert_eq!((line.get(Column::Last), line.get(Column::Certificate)), ("DOE", "B-1"));
    assert_eq!(line.get(Column::First), "");
}

#[test]
fn each_line_that_cannot_be_read_is_told_with_its_place() {
    let long = "A".repeat(MOST_LETTERS + 1);
    let number = "9".repeat(61);
    #[rustfmt::skip]
    let table = [
        // a line behind the header                        code             column
        ("2,birth,B1,DOE,ANA,2026-02-28,".to_owned(),      rule::UNKNOWN_LAYOUT, "layout"),
        (",birth,B1,DOE,ANA,2026-02-28,".to_owned(),       rule::UNKNOWN_LAYOUT, "layout"),
        ("1,wedding,B1,DOE,ANA,2026-02-28,".to_owned(),    rule::UNKNOWN_EVENT,  "event"),
        ("1,birth,,DOE,ANA,2026-02-28,".to_owned(),        rule::MISSING,        "certificate_number"),
        ("1,birth,B1,,ANA,2026-02-28,".to_owned(),         rule::MISSING,        "last_name"),
        ("1,birth,B1,DOE,ANA,,".to_owned(),                rule::MISSING,        "born_on"),
        ("1,death,B1,DOE,ANA,2026-02-28,".to_owned(),      rule::MISSING,        "died_on"),
        ("1,death,,DOE,ANA,2026-02-28,2026-03-01".to_owned(), rule::MISSING,     "death_certificate_number"),
        ("1,death,B1,DOE,,,2026-03-01".to_owned(),         rule::MISSING,        "born_on"),
        ("1,death-reversal,B1,,ANA,,".to_owned(),          rule::MISSING,        "born_on"),
        ("1,adoption,B1,DOE,,2026-02-28,".to_owned(),      rule::MISSING,        "first_name"),
        ("1,birth,B1,DOE,ANA".to_owned(),                  rule::FIELDS,         ""),
        ("1,birth,B1,DOE,ANA,2026-02-28,,,".to_owned(),    rule::FIELDS,         ""),
        ("1,birth,B1,\"DOE,ANA,2026-02-28,".to_owned(),    rule::FIELDS,         ""), // a quote never closed
        ("1,birth,B1,D\0OE,ANA,2026-02-28,".to_owned(),    rule::CONTROL,        "last_name"),
        ("1,birth,B1,\"D\nOE\",ANA,2026-02-28,".to_owned(), rule::CONTROL,       "last_name"),
        ("1,birth,B1,D\u{202e}OE,ANA,2026-02-28,".to_owned(), rule::CONTROL,     "last_name"),
        (format!("1,birth,B1,{long},ANA,2026-02-28,"),     rule::TOO_LONG,       "last_name"),
        (format!("1,birth,{number},DOE,ANA,2026-02-28,"),  rule::TOO_LONG,       "certificate_number"),
    ];
    for (line, rule, column) in table {
        let lines = read(format!("{HEADER}{line}\n").as_bytes());
        assert_eq!(codes(&lines), [(2, rule.code, column)], "{line:?}");
        assert_eq!((lines.count, lines.readable.len()), (1, 0), "{line:?}");
    }
}

#[test]
fn a_file_that_is_no_such_file_is_told_of_as_a_whole() {
    let endless = ",x".repeat(1_000_000);
    let twice = HEADER.replace("died_on", "born_on");
    #[rustfmt::skip]
    let table: [(&[u8], rule::Rule); 9] = [
        (b"",                                   rule::FILE_EMPTY),
        (b"\n\n",                               rule::FILE_EMPTY),
        ("\u{feff}".as_bytes(),                 rule::FILE_EMPTY),
        (b"MSH|^~\\&|EHR",                      rule::HEADER),
        (b"layout,certificate_number\n",        rule::HEADER), // no event
        (b"layout,event,mothers_name\n",        rule::HEADER), // a column that is none
        (twice.as_bytes(),                      rule::HEADER), // a column twice
        (endless.as_bytes(),                    rule::HEADER), // a million columns
        (b"\xff\xfel\0a\0",                     rule::HEADER), // UTF-16
    ];
    for (bytes, rule) in table {
        let lines = read(bytes);
        assert_eq!(codes(&lines), [(1, rule.code, "")]);
        assert_eq!((lines.count, lines.readable.len()), (0, 0));
    }
}

#[test]
fn names_as_people_have_them_are_read() {
    let long = "Ñ".repeat(200);
    for name in ["=cmd|' /C calc'!A0", "אבן", "O'Brien", "李", "𐌰𐌱", "N\u{303}un\u{303}ez", &long] {
        let file = format!("\u{feff}{HEADER}1,birth,B1,\"{name}\",ANA,2026-02-28,\r\n");
        let lines = read(file.as_bytes());
        assert_eq!(codes(&lines), [], "{name}");
        assert_eq!(lines.readable[0].get(Column::Last), name);
    }
    let file =
        [HEADER.as_bytes(), b"1,birth,B1,D\xffOE,ANA,2026-02-28,\n1,birth,B2,ROE,ANA,2026-02-28,\n"].concat();
    let lines = read(&file);
    assert_eq!(codes(&lines), [(2, rule::NOT_UTF_8.code, "last_name")]);
    assert_eq!(lines.readable.len(), 1, "the next line is read");
}

#[test]
fn a_line_is_known_again_by_what_it_says_and_not_by_where_it_stands() {
    let line = |file: &str| read(file.as_bytes()).readable.remove(0);
    let one = line(&format!("{HEADER}1,birth,B1,DOE,ANA,2026-02-28,\n"));
    let other = line(
        "born_on,layout,event,last_name,first_name,certificate_number,city\n2026-02-28,1,birth,DOE,ANA,B1,\n",
    );
    assert_eq!(one.key(7), other.key(7));
    assert_ne!(one.key(7), one.key(8), "of another office");
    let changed = line(&format!("{HEADER}1,birth,B1,DOE,ANNA,2026-02-28,\n"));
    assert_ne!(one.key(7), changed.key(7));
    let moved = line(
        "layout,event,certificate_number,last_name,middle_name,born_on\n1,birth,B1,DOE,ANA,2026-02-28\n",
    );
    assert_ne!(one.key(7), moved.key(7), "the same words in other columns");
}

#[test]
fn the_page_about_the_layout_names_every_column_event_and_finding() {
    let page = include_str!("../../../../../docs/vital-records.md");
    for column in Column::ALL {
        assert!(page.contains(&format!("| `{}` |", column.name())), "{}", column.name());
    }
    for event in Event::ALL {
        assert!(page.contains(&format!("`{}`", event.word())), "{}", event.word());
    }
    for rule in rule::ALL {
        assert!(page.contains(&format!("| {} |", rule.code)), "{}", rule.code);
    }
    assert!(page.contains(&format!("version {LAYOUT}")));
}

#[test]
fn codes_of_findings_are_in_order_and_unlike() {
    assert!(rule::ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
}
