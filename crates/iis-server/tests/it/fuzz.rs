//! Any bytes whatsoever get a well-formed answer (reliability B5, the short version).

use crate::support::{House, Raw, Vxu, query, request};
use std::time::{Duration, Instant};

/// How long each door is fed.
const FOR: Duration = Duration::from_secs(5);

/// A small generator with a printed seed (xorshift64*).
struct Random(u64);

impl Random {
    #[expect(clippy::print_stderr, reason = "a failure is repeated with its seed")]
    fn seeded() -> Self {
        let seed = std::time::UNIX_EPOCH.elapsed().map_or(1, |time| u64::from(time.subsec_nanos())) | 1;
        eprintln!("seed {seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).expect("small")).expect("small")
    }

    /// A text that was good until a few places of it were changed, cut, doubled or replaced.
    fn spoil(&mut self, text: &[u8]) -> Vec<u8> {
        const PIECES: [&[u8]; 14] = [
            b"|",
            b"^",
            b"~",
            b"\\",
            b"&",
            b"\r",
            b"\n",
            b"\0",
            b"\xff",
            b"\\X0D\\",
            b"MSH|",
            b"\"\"",
            b"<![CDATA[",
            b"99999999999999999999",
        ];
        let mut bytes = text.to_vec();
        for _ in 0..=self.below(8) {
            let (from, length) = (self.below(bytes.len()), self.below(40));
            let to = (from + length).min(bytes.len());
            match self.below(6) {
                0 => drop(bytes.splice(from..to, [])),
                1 => drop(bytes.splice(from..from, PIECES[self.below(PIECES.len())].to_vec())),
                2 => drop(bytes.splice(from..to, PIECES[self.below(PIECES.len())].to_vec())),
                3 => bytes.truncate(from.max(1)),
                4 => {
                    let piece = bytes[from..to].to_vec();
                    drop(bytes.splice(to..to, piece));
                }
                _ => {
                    if let Some(byte) = bytes.get_mut(from) {
                        *byte = u8::try_from(self.next() & 0xff).expect("a byte");
                    }
                }
            }
        }
        bytes
    }
}

fn well_formed_hl7(answer: &Raw, sent: &[u8]) {
    assert_eq!(answer.status, 200, "{:?} for {:?}", answer, String::from_utf8_lossy(sent));
    let text = std::str::from_utf8(&answer.body).expect("replies are UTF-8");
    let replies = text.split('\r').filter(|segment| segment.starts_with("MSH|^~\\&|OPENIIS|STATE|")).count();
    let acks = text.split('\r').filter(|segment| segment.starts_with("MSA|A")).count();
    assert!(replies == acks, "{text:?} for {:?}", String::from_utf8_lossy(sent));
    assert!(replies > 0 || text.starts_with("FHS|"), "{text:?} for {:?}", String::from_utf8_lossy(sent));
    for segment in text.trim_end_matches('\r').split('\r') {
        let name = segment.get(..3).unwrap_or_default();
        assert!(
            name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) && name.len() == 3,
            "{text:?}"
        );
    }
}

#[test]
fn every_byte_string_gets_a_well_formed_reply() {
    let house = House::open();
    let mut random = Random::seeded();
    let texts = [
        Vxu::default().text(),
        query("Q1", "R100", "Marlowe", "Juniper"),
        format!("FHS|^~\\&|A\rBHS|^~\\&|A\r{0}{0}BTS|2\rFTS|1\r", Vxu::default().text()),
    ];
    let (until, mut sent) = (Instant::now() + FOR, 0_u32);
    while Instant::now() < until {
        let bytes = match random.below(10) {
            0 => {
                (0..random.below(300)).map(|_| u8::try_from(random.next() & 0xff).expect("a byte")).collect()
            }
            n => random.spoil(texts[n % texts.len()].as_bytes()),
        };
        let answer = house.raw(&request("/hl7", "application/hl7-v2", &bytes));
        well_formed_hl7(&answer, &bytes);
        sent += 1;
    }
    assert!(sent > 100, "{sent} were sent");
}

#[test]
fn every_byte_string_gets_a_well_formed_envelope() {
    let house = House::open();
    let mut random = Random::seeded();
    let good = format!(
        "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body><submitSingleMessage xmlns='urn:cdc:iisb:2011'>\
         <username>{}</username><password>{}</password><hl7Message><![CDATA[{}]]></hl7Message></submitSingleMessage></e:Body></e:Envelope>",
        crate::support::SENDER,
        crate::support::SECRET,
        Vxu::default().text()
    );
    let (until, mut sent) = (Instant::now() + FOR, 0_u32);
    while Instant::now() < until {
        let bytes = random.spoil(good.as_bytes());
        let head = format!(
            "POST /soap HTTP/1.1\r\nHost: x\r\nContent-Type: application/soap+xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            bytes.len()
        );
        let answer = house.raw(&[head.as_bytes(), &bytes].concat());
        let text = answer.text();
        let expected = match answer.status {
            200 => text.contains("submitSingleMessageResponse"),
            500 => text.contains("env:Fault>") && text.contains("<env:Value>env:Sender"),
            _ => false,
        };
        assert!(expected, "{} {text} for {:?}", answer.status, String::from_utf8_lossy(&bytes));
        sent += 1;
    }
    assert!(sent > 100, "{sent} were sent");
}

#[test]
fn every_byte_string_in_a_frame_gets_a_well_formed_reply() {
    let house = crate::mllp::house(crate::support::Engine::Sqlite, |config| {
        config.limits.failed_sign_ins_per_minute = 1_000_000;
    });
    let mut random = Random::seeded();
    let texts = [Vxu::default().text(), query("Q1", "R100", "Marlowe", "Juniper")];
    let (until, mut sent) = (Instant::now() + FOR, 0_u32);
    let mut line = crate::mllp::Line::to(&house);
    while Instant::now() < until {
        let text = &texts[random.below(texts.len())];
        let bytes = random.spoil(text.as_bytes());
        // what is changed into an acknowledgment is not answered, and what ends the frame is the framing's
        let inner: Vec<u8> = bytes.into_iter().filter(|byte| !matches!(byte, 0x0b | 0x1c)).collect();
        line.send(&iis_server::mllp::frame::framed(&inner));
        let reply = line.reply().unwrap_or_else(|| panic!("no reply to {}", inner.escape_ascii()));
        well_formed_hl7(&Raw { status: 200, head: String::new(), body: reply.into_bytes() }, &inner);
        sent += 1;
    }
    assert!(sent > 100, "{sent} were sent");
}
