//! Writing messages: segments with CR, data escaped, trailing empty parts dropped.

use super::escape::escape;
use super::{Delimiters, Part};
use std::fmt::Display;

/// Writes a message segment by segment, field by field, always with the standard delimiters.
///
/// Data is escaped, so that whatever a sender put into a name stays a name. Fields are named by number and must come in
/// order; what is skipped is empty.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    /// The field being written; 0 before the first.
    field: u8,
    /// Where the fields of the segment begin: nothing before is trimmed.
    floor: usize,
}

impl Writer {
    /// An empty message.
    pub fn new() -> Self {
        Self { out: String::with_capacity(1024), field: 0, floor: 0 }
    }

    /// Begins a segment.
    pub fn segment(&mut self, name: &str) -> &mut Self {
        self.end_segment();
        self.out.push_str(name);
        self.field = 0;
        self.floor = self.out.len();
        self
    }

    /// Begins the header segment with its delimiters; the next field is 3.
    pub fn header(&mut self, name: &str) -> &mut Self {
        self.segment(name);
        self.out.push_str(r"|^~\&");
        self.field = 2;
        self.floor = self.out.len();
        self
    }

    /// Moves on to a field.
    pub fn field(&mut self, number: u8) -> &mut Self {
        debug_assert!(number > self.field, "fields are written in order");
        self.trim(&['~', '^', '&']);
        for _ in self.field..number {
            self.out.push('|');
        }
        self.field = number;
        self
    }

    /// Moves on to the next repetition of the field, unless nothing has been written in it yet.
    pub fn repetition(&mut self) -> &mut Self {
        self.trim(&['^', '&']);
        if !self.out.ends_with('|') {
            self.out.push('~');
        }
        self
    }

    /// Writes data into the current component.
    pub fn text(&mut self, data: &str) -> &mut Self {
        escape(data, &mut self.out);
        self
    }

    /// Writes a number or the like into the current component.
    pub fn value(&mut self, value: impl Display) -> &mut Self {
        self.text(&value.to_string())
    }

    /// Writes components from here on; the last one stays open.
    pub fn components(&mut self, data: &[&str]) -> &mut Self {
        for (nth, text) in data.iter().enumerate() {
            if nth > 0 {
                self.next_component();
            }
            self.text(text);
        }
        self
    }

    /// Moves on to the next component.
    pub fn next_component(&mut self) -> &mut Self {
        self.trim(&['&']);
        self.out.push('^');
        self
    }

    /// Moves on to the next sub-component.
    pub fn next_sub_component(&mut self) -> &mut Self {
        self.out.push('&');
        self
    }

    /// Writes a field of another message as it is, with the standard delimiters and nothing that could end the segment.
    pub fn copy(&mut self, part: Part<'_>) -> &mut Self {
        copy(part.raw(), part.delimiters(), &mut self.out);
        self
    }

    /// The message.
    pub fn finish(mut self) -> Vec<u8> {
        self.end_segment();
        self.out.into_bytes()
    }

    fn end_segment(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\r') {
            self.trim(&['~', '^', '&', '|']);
            self.out.push('\r');
        }
    }

    /// Escaped data never ends with a delimiter, so that only empty parts are dropped.
    fn trim(&mut self, delimiters: &[char]) {
        let kept = self.out.trim_end_matches(delimiters).len();
        self.out.truncate(kept.max(self.floor));
    }
}

/// Turns one set of delimiters into the standard one; escape sequences stay, line ends and controls are escaped.
fn copy(raw: &str, from: Delimiters, out: &mut String) {
    for letter in raw.chars() {
        let byte = u8::try_from(letter).unwrap_or(0);
        match byte {
            0 => push_data(letter, out),
            _ if byte == from.component => out.push('^'),
            _ if byte == from.repetition => out.push('~'),
            _ if byte == from.sub_component => out.push('&'),
            _ if byte == from.escape => out.push('\\'),
            _ => push_data(letter, out),
        }
    }
}

fn push_data(letter: char, out: &mut String) {
    escape(letter.encode_utf8(&mut [0; 4]), out);
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use crate::er7::parse;

    #[test]
    fn empty_parts_at_the_end_are_dropped_and_data_is_escaped() {
        let mut writer = Writer::new();
        writer.header("MSH").field(3).text("A|B").field(12).text("2.5.1").field(15);
        writer.segment("PID").field(3).components(&["A17", "", "", ""]).repetition().components(&["B", ""]);
        writer.field(5).components(&["", ""]).field(8).text("F\rRXA|1").field(30);
        writer.segment("PD1");
        let text = String::from_utf8(writer.finish()).expect("text");
        assert_eq!(text, "MSH|^~\\&|A\\F\\B|||||||||2.5.1\rPID|||A17~B|||||F\\X0D\\RXA\\F\\1\rPD1\r");
    }

    #[test]
    fn a_copied_field_changes_its_delimiters_and_keeps_its_meaning() {
        let (message, _) = parse(b"MSH#*:\\@#A\rPID#1##A|7**x:B\\F\\@c");
        let mut writer = Writer::new();
        writer.segment("QPD").field(3).copy(message.segment("PID").expect("PID").field(3));
        assert_eq!(writer.finish(), b"QPD|||A\\F\\7^^x~B\\F\\&c\r");
    }
}
