//! Bytes to text: UTF-8 as it is, everything else so that nothing is lost silently.
//!
//! Source: HL7 2.5.1 section 2.15.9.18 (MSH-18). Section 1 of the project's rules for encodings: UTF-8 unless MSH-18
//! says otherwise, Windows-1252 as the fallback, never refuse a message for its encoding alone.

use std::borrow::Cow;

/// Text and how sure its letters are.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) certainty: Certainty,
}

/// How sure the letters of a decoded text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// As declared, or plainly UTF-8.
    Sure,
    /// The header declares a one-byte set, but the bytes are UTF-8.
    NotAsDeclared,
    /// Not UTF-8 and nothing usable declared: taken as Windows-1252.
    Guessed,
}

/// Decodes a whole message; `declared` is MSH-18 as sent.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: &[u8]) -> Decoded<'a> {
    let one_byte = is_latin_1(declared);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let doubtful = one_byte && !text.is_ascii();
        let certainty = if doubtful { Certainty::NotAsDeclared } else { Certainty::Sure };
        return Decoded { text: Cow::Borrowed(text), certainty };
    }
    if let Some(text) = utf_16(bytes) {
        return Decoded { text: Cow::Owned(text), certainty: Certainty::Sure };
    }
    let text = if one_byte { bytes.iter().map(|&byte| windows_1252(byte)).collect() } else { mixed(bytes) };
    let certainty = if one_byte { Certainty::Sure } else { Certainty::Guessed };
    Decoded { text: Cow::Owned(text), certainty }
}

fn is_latin_1(declared: &[u8]) -> bool {
    let name: Vec<u8> = declared.iter().filter(|b| b.is_ascii_alphanumeric()).copied().collect();
    name.eq_ignore_ascii_case(b"88591") || name.eq_ignore_ascii_case(b"ISO88591")
}

/// Sequences that are UTF-8 stay; each other byte is one letter of Windows-1252.
pub(super) fn mixed(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|&byte| windows_1252(byte)));
    }
    text
}

/// UTF-16 with a byte order mark: some exports are written so. Unpaired surrogates become U+FFFD.
fn utf_16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// The 27 places of 0x80 to 0x9F that Windows-1252 uses; its five free ones are the C1 controls of Latin-1.
#[rustfmt::skip]
const HIGH_CONTROLS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH_CONTROLS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::{Certainty, decode};

    #[test]
    fn no_letter_is_lost_and_every_guess_is_said() {
        #[rustfmt::skip]
        let table: [(&[u8], &[u8], &str, Certainty); 8] = [
            // bytes                   MSH-18              text       certainty
            (b"Muller",                b"",                "Muller",  Certainty::Sure),
            ("Müller".as_bytes(),      b"",                "Müller",  Certainty::Sure),
            ("Müller".as_bytes(),      b"8859/1",          "Müller",  Certainty::NotAsDeclared),
            (b"M\xfcller",             b"8859/1",          "Müller",  Certainty::Sure),
            (b"M\xfcller",             b"",                "Müller",  Certainty::Guessed),
            (b"M\xfcller",             b"UNICODE UTF-8",   "Müller",  Certainty::Guessed),
            (b"\x93M\xc3\xbcller\x94", b"",                "“Müller”", Certainty::Guessed),
            (b"\xff\xfeM\0\xfc\0",     b"",                "Mü",      Certainty::Sure),
        ];
        for (bytes, declared, text, certainty) in table {
            let decoded = decode(bytes, declared);
            assert_eq!((&*decoded.text, decoded.certainty), (text, certainty), "{bytes:?} {declared:?}");
        }
    }
}
