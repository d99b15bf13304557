//! Looking for a byte in short texts, eight bytes at a time: most parts of a message are shorter than it takes to start a
//! vectorized search.

use iis_model::short_text::word;

/// The high bit of each byte that is 0; no other bit.
#[inline]
pub(crate) fn zero_bytes(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The high bit of a byte of this is 0 exactly where the byte of the word is 0.
    let others = ((word & LOW) + LOW) | word;
    !(others | LOW)
}

/// Where a delimiter stands first; nowhere when it is 0, which no text contains.
#[inline]
pub(crate) fn find(text: &str, delimiter: u8) -> Option<usize> {
    if delimiter == 0 {
        return None;
    }
    let pattern = u64::from_le_bytes([delimiter; 8]);
    let (words, tail) = text.as_bytes().as_chunks::<8>();
    let mut base = 0;
    for word in words {
        let found = zero_bytes(u64::from_le_bytes(*word) ^ pattern);
        if found != 0 {
            return Some(base + found.trailing_zeros() as usize / 8);
        }
        base += 8;
    }
    let found = zero_bytes(word(tail) ^ pattern);
    (found != 0).then(|| base + found.trailing_zeros() as usize / 8)
}

/// One of the pieces between delimiters, from 1; empty when there are fewer.
#[inline]
pub(crate) fn piece(text: &str, delimiter: u8, number: u8) -> &str {
    let mut rest = text;
    for _ in 1..number {
        match find(rest, delimiter) {
            Some(at) => rest = rest.get(at + 1..).unwrap_or_default(),
            None => return "",
        }
    }
    find(rest, delimiter).and_then(|at| rest.get(..at)).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::{find, piece};

    #[test]
    fn a_delimiter_is_found_wherever_it_stands() {
        for length in 0..40 {
            for at in 0..=length {
                let text = format!("{}|{}", "é".repeat(at), "x".repeat(length - at));
                assert_eq!(find(&text, b'|'), text.find('|'), "{text}");
            }
        }
        assert_eq!((find("", b'|'), find("abc", b'|'), find("abc", 0)), (None, None, None));
        #[rustfmt::skip]
        let table = [("a^b^c", 1, "a"), ("a^b^c", 3, "c"), ("a^b^c", 4, ""), ("", 1, ""), ("^", 2, ""), ("abc", 0, "abc")];
        for (text, number, found) in table {
            assert_eq!(piece(text, b'^', number), found, "{text} {number}");
        }
    }
}
