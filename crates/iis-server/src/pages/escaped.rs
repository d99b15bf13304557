//! How values are written into pages: as text of HTML, in which nothing turns the direction of what stands around it.

use askama::filters::{Escaper, Html};
use std::fmt::{Result, Write};

/// Writes text for HTML. Controls that turn the direction of text (Unicode Standard Annex 9, sections 2.1 to 2.4) become a visible
/// sign: an override in a name would show the words beside it backward. Letters that run from right to left need no control.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Escaped;

/// U+202A to U+202E: embeddings and overrides; U+2066 to U+2069: isolates.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Escaper for Escaped {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> Result {
        let mut rest = text;
        while let Some(at) = rest.find(turns) {
            let (before, turning) = rest.split_at(at);
            Html.write_escaped_str(&mut dest, before)?;
            dest.write_char(char::REPLACEMENT_CHARACTER)?;
            rest = turning.get('\u{202a}'.len_utf8()..).unwrap_or_default();
        }
        Html.write_escaped_str(dest, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;
    use askama::filters::Escaper;

    #[test]
    fn text_is_text_and_turns_nothing() {
        #[rustfmt::skip]
        let table = [
            ("plain",                       "plain"),
            ("<b>&\"'",                     "&#60;b&#62;&#38;&#34;&#39;"),
            ("a\u{202e}b<\u{2066}",         "a\u{fffd}b&#60;\u{fffd}"),
            ("\u{202a}\u{2069}",            "\u{fffd}\u{fffd}"),
            ("שרה بن Łoś e\u{301} 𝒳",       "שרה بن Łoś e\u{301} 𝒳"),
            ("a\u{200f}b\u{2013}\u{2028}",  "a\u{200f}b\u{2013}\u{2028}"), // marks of direction turn only what is neutral
        ];
        for (text, expected) in table {
            let mut out = String::new();
            Escaped.write_escaped_str(&mut out, text).expect("written");
            assert_eq!(out, expected, "{text:?}");
        }
    }
}
