//! The delimiters of a message, as its MSH-1 and MSH-2 name them.

/// The five delimiters of a message. A delimiter that is missing or not usable is 0, which no text contains.
///
/// Source: HL7 2.5.1 section 2.5.4. The immunization guide fixes them to `|^~\&`; other ones are read all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiters {
    /// Between fields (MSH-1).
    pub field: u8,
    /// Between components.
    pub component: u8,
    /// Between repetitions.
    pub repetition: u8,
    /// Before and after an escape sequence.
    pub escape: u8,
    /// Between sub-components.
    pub sub_component: u8,
}

impl Delimiters {
    /// The delimiters of the immunization guide: `|^~\&`.
    pub const STANDARD: Self =
        Self { field: b'|', component: b'^', repetition: b'~', escape: b'\\', sub_component: b'&' };

    /// The delimiters of a header segment: its fourth byte, and the four after that.
    ///
    /// `None` when the fourth byte cannot delimit: a letter, a digit, a blank, a control character or not ASCII. A
    /// fifth encoding character (truncation, version 2.7) is passed over; a missing, repeated or impossible one is
    /// left out.
    pub fn of_header(header: &[u8]) -> Option<Self> {
        let field = *header.get(3).filter(|&&byte| can_delimit(byte))?;
        let mut found = Self { field, component: 0, repetition: 0, escape: 0, sub_component: 0 };
        for (nth, &byte) in header.iter().skip(4).take(4).enumerate() {
            if !can_delimit(byte) || byte == field {
                break;
            }
            if !found.encoding().contains(&byte) {
                *found.nth(nth) = byte;
            }
        }
        Some(found)
    }

    /// Component, repetition, escape and sub-component delimiter, in the order of MSH-2.
    pub fn encoding(self) -> [u8; 4] {
        [self.component, self.repetition, self.escape, self.sub_component]
    }

    /// Whether this byte is one of the five.
    pub fn contains(self, byte: u8) -> bool {
        byte != 0 && (byte == self.field || self.encoding().contains(&byte))
    }

    fn nth(&mut self, nth: usize) -> &mut u8 {
        match nth {
            0 => &mut self.component,
            1 => &mut self.repetition,
            2 => &mut self.escape,
            _ => &mut self.sub_component,
        }
    }
}

/// Graphic ASCII that is neither letter nor digit, and the separators FS, GS, RS, US of some old systems.
fn can_delimit(byte: u8) -> bool {
    byte.is_ascii_punctuation() || (0x1c..=0x1f).contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::Delimiters;

    #[test]
    fn delimiters_come_from_the_header() {
        #[rustfmt::skip]
        let table: [(&str, Option<[u8; 5]>); 8] = [
            (r"MSH|^~\&|A",   Some(*br"|^~\&")),
            (r"MSH|^~\&#|A",  Some(*br"|^~\&")),
            (r"MSH#*:\@#A",   Some(*br"#*:\@")),
            (r"MSH|^~|A",     Some(*b"|^~\0\0")),
            (r"MSH|^^\&|A",   Some(*b"|^\0\\&")),
            (r"MSH|",         Some(*b"|\0\0\0\0")),
            (r"MSHX^~\&",     None),
            (r"MSH",          None),
        ];
        for (header, expected) in table {
            let found = Delimiters::of_header(header.as_bytes());
            let found = found.map(|d| [d.field, d.component, d.repetition, d.escape, d.sub_component]);
            assert_eq!(found, expected, "{header}");
        }
    }
}
