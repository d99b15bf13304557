//! Escape sequences: data that contains delimiters, and its way back.
//!
//! Source: HL7 2.5.1 section 2.7.

use super::Delimiters;
use super::decode::mixed;
use memchr::memchr;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The data of a piece of text: `\F\ \S\ \R\ \E\ \T\` become the delimiters, `\Xhh..\` the bytes, `\.br\` a line
/// feed; `\H\` and `\N\` vanish. Unknown or unfinished sequences stay as they are.
///
/// Exact: blanks and control characters are kept. [`Part::text`](super::Part::text) cleans them away.
pub fn unescape(text: &str, delimiters: Delimiters) -> Cow<'_, str> {
    let escape = delimiters.escape;
    if escape == 0 || memchr(escape, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mark = char::from(escape);
    let mut data = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(mark) {
        data.push_str(before);
        let replaced = after
            .split_once(mark)
            .and_then(|(sequence, tail)| replace(sequence, delimiters, &mut data).then_some(tail));
        rest = replaced.unwrap_or_else(|| {
            data.push(mark);
            after
        });
    }
    data.push_str(rest);
    Cow::Owned(data)
}

/// Adds what a sequence stands for; `false` when it is not known.
fn replace(sequence: &str, delimiters: Delimiters, data: &mut String) -> bool {
    let delimiter = match sequence {
        "F" => delimiters.field,
        "S" => delimiters.component,
        "R" => delimiters.repetition,
        "E" => delimiters.escape,
        "T" => delimiters.sub_component,
        ".br" => b'\n',
        "H" | "N" => return true,
        _ => return hexadecimal(sequence, data),
    };
    if delimiter == 0 {
        return false;
    }
    data.push(char::from(delimiter));
    true
}

fn hexadecimal(sequence: &str, data: &mut String) -> bool {
    let Some(digits) = sequence.strip_prefix('X').filter(|digits| !digits.is_empty()) else {
        return false;
    };
    let (pairs, odd) = digits.as_bytes().as_chunks::<2>();
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|&[high, low]| Some(value(high)? << 4 | value(low)?)).collect();
    match bytes {
        Some(bytes) if odd.is_empty() => {
            data.push_str(&mixed(&bytes));
            true
        }
        _ => false,
    }
}

/// Writes data so that it cannot be taken for structure: every standard delimiter and every control character
/// becomes an escape sequence.
pub fn escape(data: &str, out: &mut String) {
    let mut rest = data;
    while let Some(at) = rest.find(needs_escape) {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        let mut letters = from.chars();
        match letters.next() {
            Some('|') => out.push_str(r"\F\"),
            Some('^') => out.push_str(r"\S\"),
            Some('~') => out.push_str(r"\R\"),
            Some('\\') => out.push_str(r"\E\"),
            Some('&') => out.push_str(r"\T\"),
            Some(control) => hexadecimal_of(control, out),
            None => {}
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
}

fn needs_escape(letter: char) -> bool {
    matches!(letter, '|' | '^' | '~' | '\\' | '&') || letter.is_control()
}

/// `\X0D\`; a control beyond ASCII as the bytes of its UTF-8.
fn hexadecimal_of(control: char, out: &mut String) {
    out.push_str(r"\X");
    for byte in control.encode_utf8(&mut [0; 4]).bytes() {
        let _ = write!(out, "{byte:02X}");
    }
    out.push('\\');
}

#[cfg(test)]
mod tests {
    use super::{escape, unescape};
    use crate::er7::Delimiters;
    use proptest::prelude::*;

    #[test]
    fn sequences_become_what_they_stand_for() {
        #[rustfmt::skip]
        let table = [
            // as sent               data
            (r"plain",               "plain"),
            (r"a\F\b\S\c\R\d\T\e",   "a|b^c~d&e"),
            (r"\E\",                 "\\"),
            (r"\E\F\E\",             "\\F\\"),
            (r"\X0D\MSH",            "\rMSH"),
            (r"\XC3BC\",             "ü"),
            (r"\X4A4b\",             "JK"),
            (r"a\.br\b",             "a\nb"),
            (r"\H\loud\N\",          "loud"),
            // unknown or unfinished: kept
            (r"\Z99\",               r"\Z99\"),
            (r"\X0\",                r"\X0\"),
            (r"\X\",                 r"\X\"),
            (r"\XGG\",               r"\XGG\"),
            (r"C:\dir",              r"C:\dir"),
            (r"\",                   r"\"),
            (r"\\",                  r"\\"),
            (r"\\F\",                r"\|"),
        ];
        for (sent, data) in table {
            assert_eq!(unescape(sent, Delimiters::STANDARD), data, "{sent}");
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_comes_back_and_holds_no_structure(data in any::<String>()) {
            let mut out = String::new();
            escape(&data, &mut out);
            let structure = |c: char| matches!(c, '|' | '^' | '~' | '&') || c.is_control();
            prop_assert!(!out.contains(structure));
            prop_assert_eq!(unescape(&out, Delimiters::STANDARD), data);
        }
    }
}
