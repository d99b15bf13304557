//! What strangers make of a good message.

use crate::random::Random;

/// What tends to matter: delimiters, escapes, ends of lines, frames, encodings, numbers at their edges.
#[rustfmt::skip]
const SPICES: &[&[u8]] = &[
    b"|", b"^", b"~", b"\\", b"&", b"#", b"\r", b"\n", b"\r\n", b"\0", b"\x0b", b"\x1c\r", b"\"\"",
    b"\\F\\", b"\\S\\", b"\\T\\", b"\\R\\", b"\\E\\", b"\\X0D\\", b"\\X", b"\\.br\\", b"\\H\\", b"\\Z99\\",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\x28", b"\xe9", "é".as_bytes(), "\u{202e}".as_bytes(), "😀".as_bytes(),
    b"MSH|", b"MSH|^~\\&|", b"PID|", b"RXA|", b"OBX|", b"FHS|", b"BHS|", b"BTS|1\r", b"FTS|1\r",
    b"0", b"-1", b"999999999999999999999", b"1e309", b"00000000", b"20240230", b"99991231235959.9999+1400", b"2024",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>", b"' OR 1=1--", b"=cmd|'/C calc'!A1",
];

/// One of the seeds changed in one to eight places, now and then something else altogether.
pub(crate) fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    if random.below(50) == 0 {
        return (0..random.below(2_000)).map(|_| random.byte()).collect();
    }
    let mut bytes = random.one(seeds).clone();
    for _ in 0..=random.below(8) {
        change(&mut bytes, seeds, random);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = (at + random.below(100)).min(bytes.len());
    match random.below(9) {
        0 if at < bytes.len() => bytes[at] = random.byte(),
        1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        2 => drop(bytes.drain(at..end)),
        3 => bytes.truncate(at),
        4 => {
            let part = bytes[at..end].to_vec();
            let most = if random.below(20) == 0 { 500 } else { 5 };
            splice(bytes, at, &part.repeat(1 + random.below(most)));
        }
        5 => {
            let other = random.one(seeds);
            let from = random.below(other.len() + 1);
            let to = (from + random.below(400)).min(other.len());
            splice(bytes, at, &other[from..to]);
        }
        6 => swap_lines(bytes, random),
        _ => splice(bytes, at, random.one::<&[u8]>(SPICES)),
    }
}

fn splice(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    bytes.splice(at..at, part.iter().copied());
}

/// Two segments change places.
fn swap_lines(bytes: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<_> = bytes.split(|byte| *byte == b'\r').map(<[u8]>::to_vec).collect();
    let (one, other) = (random.below(lines.len()), random.below(lines.len()));
    lines.swap(one, other);
    *bytes = lines.join(&b'\r');
}

#[test]
fn the_same_seed_gives_the_same_inputs() {
    let seeds = [b"MSH|^~\\&|A\rPID|1\r".to_vec()];
    let inputs = |seed| {
        let mut random = Random::new(seed);
        (0..200).map(|_| mutate(&seeds, &mut random)).collect::<Vec<_>>()
    };
    assert_eq!(inputs(7), inputs(7));
    assert_ne!(inputs(7), inputs(8));
}
