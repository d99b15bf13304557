//! The code that stands on a document: sixty random bits in letters and digits that nobody takes for one another.

use sha2::{Digest, Sha256};
use std::fmt;

/// The letters of codes, as the registry's references have them: no 0, 1, I or O.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Letters of a code.
const LENGTH: usize = 12;
/// Letters between two dashes.
const GROUP: usize = 4;

/// A code. Not shown by `Debug`: whoever knows it can have the document confirmed.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; LENGTH]);

impl Code {
    /// A code of random bits, of which the lowest sixty are used.
    pub fn of_random(bits: u64) -> Self {
        let mut letters = [0; LENGTH];
        for (at, letter) in letters.iter_mut().enumerate() {
            let value = (bits >> (5 * at)) & 31;
            *letter = LETTERS[usize::try_from(value).unwrap_or_default()];
        }
        Self(letters)
    }

    /// The code that somebody typed: case, spaces and dashes do not matter.
    pub fn read(text: &str) -> Option<Self> {
        let typed = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-' | b'\t'));
        let mut letters = [0; LENGTH];
        let mut at = 0;
        for byte in typed.map(|byte| byte.to_ascii_uppercase()) {
            *letters.get_mut(at).filter(|_| LETTERS.contains(&byte))? = byte;
            at += 1;
        }
        (at == LENGTH).then_some(Self(letters))
    }

    /// What is kept of it.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, group) in self.0.chunks(GROUP).enumerate() {
            let dash = if at == 0 { "" } else { "-" };
            write!(f, "{dash}{}", String::from_utf8_lossy(group))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Code::of_random(0x0123_4567_89ab_cdef);
        let printed = code.to_string();
        assert_eq!((printed.len(), printed.matches('-').count()), (14, 2), "{printed}");
        let bare = printed.replace('-', "");
        #[rustfmt::skip]
        let typed = [printed.clone(), printed.to_lowercase(), bare.clone(), printed.replace('-', " "), format!(" {bare} ")];
        for text in typed {
            assert_eq!(Code::read(&text), Some(code.clone()), "{text}");
        }
        for text in ["", "7KQ4", "7KQ4-92MX-H3T0", "7KQ4-92MX-H3TB-2", "7KQ4-92MX-H3Té", "\u{0}7KQ4-92MX-H3T"]
        {
            assert_eq!(Code::read(text), None, "{text}");
        }
        assert_eq!(format!("{code:?}"), "Code(…)");
    }

    #[test]
    fn every_one_of_sixty_bits_makes_another_code() {
        let codes = (0..60).map(|at| Code::of_random(1 << at).to_string());
        let different: std::collections::BTreeSet<_> =
            codes.chain([Code::of_random(0).to_string()]).collect();
        assert_eq!(different.len(), 61);
    }
}
