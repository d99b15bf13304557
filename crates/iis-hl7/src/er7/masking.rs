//! Social security numbers in a message as it came: masked before it is kept.
//!
//! Looked for where they may stand: identifiers of type `SS` (PID-3, PID-4, NK1-33, QPD-3), PID-19, NK1-37 and the
//! deprecated field's place in a message of any version. Digits but the last four become `*`; no byte moves, so that
//! places found before still fit.

use super::Delimiters;

/// Identifiers with a type: component 5 says whether it is a social security number.
const TYPED: &[(&[u8], usize)] = &[(b"PID", 3), (b"PID", 4), (b"NK1", 33), (b"QPD", 3)];
/// Fields that hold nothing but the number.
const WHOLE: &[(&[u8], usize)] = &[(b"PID", 19), (b"NK1", 37)];

/// Digits that stay.
const SHOWN: usize = 4;

/// Masks social security numbers in the bytes of a message, or of several one after another.
pub fn mask_social_security_numbers(bytes: &mut [u8]) {
    let mut delimiters = Delimiters::STANDARD;
    for segment in bytes.split_mut(|&byte| matches!(byte, b'\r' | b'\n')) {
        if segment.starts_with(b"MSH") {
            delimiters = Delimiters::of_header(segment).unwrap_or(delimiters);
            continue;
        }
        let Some(name) = segment.get(..3).map(<[u8]>::to_vec) else { continue };
        let is_named = |list: &[(&[u8], usize)], nth| list.contains(&(name.as_slice(), nth));
        for (nth, field) in segment.split_mut(|&byte| byte == delimiters.field).enumerate() {
            if is_named(WHOLE, nth) {
                mask(field);
            } else if is_named(TYPED, nth) {
                field
                    .split_mut(|&byte| byte == delimiters.repetition)
                    .for_each(|one| mask_typed(one, delimiters));
            }
        }
    }
}

fn mask_typed(identifier: &mut [u8], delimiters: Delimiters) {
    let mut components = identifier.split_mut(|&byte| byte == delimiters.component);
    let number = components.next();
    let kind = components.nth(3);
    if let (Some(number), Some(kind)) = (number, kind)
        && kind.trim_ascii().eq_ignore_ascii_case(b"SS")
    {
        mask(number);
    }
}

fn mask(text: &mut [u8]) {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let hidden = digits.saturating_sub(SHOWN);
    text.iter_mut().filter(|byte| byte.is_ascii_digit()).take(hidden).for_each(|byte| *byte = b'*');
}

#[cfg(test)]
mod tests {
    use super::mask_social_security_numbers;

    #[test]
    fn only_social_security_numbers_are_masked_and_no_byte_moves() {
        #[rustfmt::skip]
        let table = [
            // as it came                                                    as it is kept
            ("PID|1||123456789^^^C7^MR~123-45-6789^^^SSA^SS",                "PID|1||123456789^^^C7^MR~***-**-6789^^^SSA^SS"),
            ("PID|1||123456789^^^^ss ",                                      "PID|1||*****6789^^^^ss "),
            ("PID|1||A1||DOE^ANA||||||||||||||123456789|",                   "PID|1||A1||DOE^ANA||||||||||||||*****6789|"),
            ("QPD|Z34^x^y|T1|123456789^^^SSA^SS|DOE^ANA",                    "QPD|Z34^x^y|T1|*****6789^^^SSA^SS|DOE^ANA"),
            ("OBX|3|NM|123456789^^^^SS||123456789",                          "OBX|3|NM|123456789^^^^SS||123456789"),
            ("PID|1||12^^^SSA^SS",                                           "PID|1||12^^^SSA^SS"),
            ("",                                                             ""),
        ];
        for (came, kept) in table {
            let mut bytes = format!("MSH|^~\\&|EHR\r{came}\nPID").into_bytes();
            mask_social_security_numbers(&mut bytes);
            assert_eq!(String::from_utf8_lossy(&bytes), format!("MSH|^~\\&|EHR\r{kept}\nPID"));
        }
        let mut other = b"MSH*!@\\&*EHR\rPID*1**123456789!!!SSA!SS\r".to_vec();
        mask_social_security_numbers(&mut other);
        assert!(other.ends_with(b"PID*1*******6789!!!SSA!SS\r"));
    }
}
