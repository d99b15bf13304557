//! Files of messages as they really come.

use super::MessageFile;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

fn of_file(bytes: &[u8]) -> MessageFile {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("feed");
    std::fs::write(&path, bytes).expect("written");
    MessageFile::open(&path).expect("opened")
}

fn messages(bytes: &[u8]) -> Vec<String> {
    let mut file = of_file(bytes);
    let mut found = Vec::new();
    while let Some(message) = file.next_message().expect("readable") {
        assert_eq!(message.number, found.len() as u64 + 1);
        found.push(String::from_utf8_lossy(&message.bytes).trim().replace('\r', ";"));
    }
    found
}

#[test]
fn messages_are_found_with_and_without_envelopes_plain_and_packed() {
    let one = "MSH|^~\\&|A\rPID|1\r";
    let other = "MSH|^~\\&|B\rPID|2\r";
    let batch = format!("FHS|^~\\&|X\rBHS|^~\\&|X\r{one}{other}BTS|2\rFTS|1\r");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(batch.as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    let both = ["MSH|^~\\&|A;PID|1", "MSH|^~\\&|B;PID|2"];
    let mixed = batch.replace("\rPID", "\r\nPID").into_bytes();
    let members = [packed.clone(), packed.clone()].concat();
    #[rustfmt::skip]
    let table: [(&[u8], Vec<&str>); 7] = [
        (one.as_bytes(),                           both[..1].to_vec()),
        (&[one, other].concat().into_bytes(),      both.to_vec()),
        (batch.as_bytes(),                         both.to_vec()),
        (&packed,                                  both.to_vec()),
        (&members,                                 [both, both].concat()),
        (&mixed,                                   vec!["MSH|^~\\&|A;\nPID|1", "MSH|^~\\&|B;\nPID|2"]),
        (b"",                                      Vec::new()),
    ];
    for (bytes, expected) in table {
        assert_eq!(messages(bytes), expected);
    }
}

#[test]
fn a_packed_file_that_is_damaged_is_read_up_to_the_damage() {
    let message = |n: u32| format!("MSH|^~\\&|{n}\rPID|{n}{}\r", n * 7919 % 10007);
    let feed = (0..2000).map(message).collect::<Vec<_>>().concat();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(feed.as_bytes()).expect("packed");
    let whole = packed.finish().expect("packed");
    let cut = whole[..whole.len() / 2].to_vec();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2..].fill(0xff);
    for bytes in [cut, damaged] {
        let mut file = of_file(&bytes);
        let mut found = 0;
        let error = loop {
            match file.next_message() {
                Ok(Some(_)) => found += 1,
                Ok(None) => panic!("the damage goes unnoticed"),
                Err(error) => break error,
            }
        };
        assert!(error.is_damage(), "{error}");
        assert!((100..2000).contains(&found), "{found}");
        assert_eq!(file.next_message().expect("the end"), None, "and nothing more, not half a message");
    }
}

#[test]
fn the_last_message_is_torn_when_the_file_breaks_off_within_it() {
    #[rustfmt::skip]
    let table = [
        ("BHS|^~\\&|X\rMSH|^~\\&|A\rPID|1\rBTS|1\r", false),
        ("BHS|^~\\&|X\rMSH|^~\\&|A\rPID|1\r",        false), // without its trailer
        ("BHS|^~\\&|X\rMSH|^~\\&|A\rPID|1",          true),
        ("MSH|^~\\&|A\rPID|1",                        false), // no envelope: a last line without its end is usual
    ];
    for (text, is_torn) in table {
        let message = of_file(text.as_bytes()).next_message().expect("readable").expect("a message");
        assert_eq!(message.is_torn, is_torn, "{text:?}");
    }
}

#[test]
fn a_gzip_bomb_costs_no_more_than_a_long_message() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(b"MSH|^~\\&|A\rPID|").expect("packed");
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..100 {
        packed.write_all(&zeros).expect("packed");
    }
    let found = messages(&packed.finish().expect("packed"));
    assert_eq!(found.len(), 1);
    assert!(found[0].len() <= (4 << 20) + 1, "{} bytes are kept", found[0].len());
}
