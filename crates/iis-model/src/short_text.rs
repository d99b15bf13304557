//! Short texts as numbers: compared, hashed and searched in one step, as codes are all the time.

/// The first eight bytes as a number, the first one lowest; places behind the end are 0.
#[inline]
pub fn word(bytes: &[u8]) -> u64 {
    if let Some(&all) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(all);
    }
    if let (Some(&first), Some(&last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let behind = 8 * (bytes.len() - 4);
        return u64::from(u32::from_le_bytes(first)) | u64::from(u32::from_le_bytes(last)) << behind;
    }
    match *bytes {
        [a, b, c] => u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0]),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a] => a.into(),
        _ => 0,
    }
}

/// A text of 1 to 16 bytes as a number, the first byte lowest; `None` for an empty or longer one. Different texts without the
/// byte 0 give different numbers.
#[inline]
pub fn packed(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    match bytes.len() {
        1..=8 => Some(word(bytes).into()),
        9..=16 => Some(u128::from(word(bytes)) | u128::from(word(&bytes[8..])) << 64),
        _ => None,
    }
}

/// Whether two texts are the same; quick for short ones.
#[inline]
pub fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    one.len() == other.len() && if one.len() <= 8 { word(one) == word(other) } else { one == other }
}

/// Each letter of eight bytes in capitals.
#[inline]
pub fn capitals(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let low = word & !HIGH;
    let from_a = low + (0x80 - 0x61) * ONES;
    let behind_z = low + (0x80 - 0x7b) * ONES;
    let small = from_a & !behind_z & !word & HIGH;
    word ^ (small >> 2)
}

#[cfg(test)]
mod tests {
    use super::{capitals, packed, same, word};

    #[test]
    fn every_length_is_read_byte_by_byte() {
        let text = "abcdefghijklmnopq";
        for length in 0..=text.len() {
            let mut padded = [0; 24];
            padded[..length].copy_from_slice(&text.as_bytes()[..length]);
            let low = u64::from_le_bytes(padded[..8].try_into().expect("eight"));
            let high = u64::from_le_bytes(padded[8..16].try_into().expect("eight"));
            assert_eq!(word(&text.as_bytes()[..length]), low, "{length}");
            let whole = u128::from(low) | u128::from(high) << 64;
            assert_eq!(packed(&text[..length]), (1..=16).contains(&length).then_some(whole), "{length}");
        }
    }

    #[test]
    fn the_same_is_the_same_letter_by_letter() {
        for text in ["", "a", "CP", "V01", "Internet", "64994-7", "longer than eight"] {
            for other in [
                "",
                "a",
                "b",
                "CP",
                "cp",
                "V01",
                "V02",
                "Internet",
                "64994-7",
                "longer than eight",
                "longer than nine!",
            ] {
                assert_eq!(same(text, other), text == other, "{text} {other}");
            }
        }
    }

    #[test]
    fn only_small_letters_become_capitals() {
        for byte in 0..=u8::MAX {
            let all = u64::from_le_bytes([byte, b'z', b'a', 0, byte, b'`', b'{', 0xff]);
            let expected = all.to_le_bytes().map(|byte| byte.to_ascii_uppercase());
            assert_eq!(capitals(all).to_le_bytes(), expected, "{byte}");
        }
    }
}
