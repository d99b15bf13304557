//! Codes of an authenticator app: time-based one-time passwords of six digits, a new one every 30 seconds.
//!
//! Source: RFC 6238 (TOTP) on RFC 4226 (HOTP, sections 5.3 and 5.4); secrets are written in base32 (RFC 4648, section 6).
//! HMAC with SHA-1, since that is what all authenticator apps know.

use hmac::{Hmac, KeyInit, Mac};
use iis_model::Timestamp;
use sha1::Sha1;

/// Bytes of a secret.
pub const SECRET_BYTES: usize = 20;

/// Seconds for which a code is shown.
const STEP_SECONDS: i64 = 30;

/// Steps before and after the one of the moment whose codes are taken too: clocks differ.
const DRIFT: i64 = 1;

/// The time step of a moment.
pub fn step_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(STEP_SECONDS)
}

/// The code of a time step.
pub fn code(secret: &[u8], step: i64) -> u32 {
    let mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    let hash = mac.chain_update(step.to_be_bytes()).finalize().into_bytes();
    let offset = usize::from(hash[19] & 0x0f);
    let word = u32::from_be_bytes([hash[offset], hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    (word & 0x7fff_ffff) % 1_000_000
}

/// The time step around this moment whose code was typed; steps up to `last` are over.
pub fn step_of_code(secret: &[u8], typed: &str, at: Timestamp, last: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let typed: u32 =
        digits.parse().ok().filter(|_| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    let now = step_of(at);
    (now - DRIFT..=now + DRIFT).filter(|step| *step > last).find(|step| code(secret, *step) == typed)
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The secret as people type it into an app.
pub fn base32(secret: &[u8]) -> String {
    let (mut text, mut bits, mut held) = (String::new(), 0_u32, 0_u32);
    for byte in secret {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(BASE32[usize::try_from(bits >> held & 31).unwrap_or(0)]));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(char::from(BASE32[usize::try_from(bits << (5 - held) & 31).unwrap_or(0)]));
    }
    text
}

/// The secret that was written so, if it is one of ours.
pub fn from_base32(text: &str) -> Option<[u8; SECRET_BYTES]> {
    let (mut secret, mut bits, mut held) = (Vec::with_capacity(SECRET_BYTES), 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = BASE32.iter().position(|known| *known == letter)?;
        bits = bits << 5 | u32::try_from(value).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            secret.push(u8::try_from(bits >> held & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    secret.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{base32, code, from_base32, step_of, step_of_code};
    use iis_model::Timestamp;

    /// RFC 6238, appendix B: the secret of its test vectors.
    const SECRET: &[u8; 20] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    #[test]
    fn codes_are_those_of_the_published_vectors() {
        // RFC 6238, appendix B, SHA-1; of its eight digits the last six
        #[rustfmt::skip]
        let table = [
            (59,             287_082),
            (1_111_111_109,  81_804),
            (1_111_111_111,  50_471),
            (1_234_567_890,  5_924),
            (2_000_000_000,  279_037),
            (20_000_000_000, 353_130),
        ];
        for (second, expected) in table {
            assert_eq!(code(SECRET, step_of(at(second))), expected, "{second}");
        }
    }

    #[test]
    fn a_code_counts_around_its_time_and_once() {
        let (now, step) = (at(1_111_111_111), step_of(at(1_111_111_111)));
        let typed = |step| format!("{:06}", code(SECRET, step));
        #[rustfmt::skip]
        let table = [
            (typed(step),                 step - 9, Some(step)),
            (typed(step - 1),             step - 9, Some(step - 1)),
            (typed(step + 1),             step - 9, Some(step + 1)),
            (typed(step - 2),             step - 9, None),
            (typed(step + 2),             step - 9, None),
            (typed(step),                 step,     None),       // used
            ("050 471".to_owned(),        step - 9, Some(step)), // as apps show it
            ("50471".to_owned(),          step - 9, None),
            ("+50471".to_owned(),         step - 9, None),
            (String::new(),               step - 9, None),
        ];
        for (typed, last, expected) in table {
            assert_eq!(step_of_code(SECRET, &typed, now, last), expected, "{typed:?} after {last}");
        }
    }

    #[test]
    fn secrets_are_written_in_base32() {
        // RFC 4648, section 10
        for (bytes, text) in [(&b"f"[..], "MY"), (b"fo", "MZXQ"), (b"foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes), text);
        }
        assert_eq!(from_base32(&base32(SECRET)), Some(*SECRET));
        for wrong in
            ["", "MZXW6YTBOI", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ0"]
        {
            assert_eq!(from_base32(wrong), None, "{wrong}");
        }
    }
}
