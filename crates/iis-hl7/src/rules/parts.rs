//! A value cut into its parts.

use crate::er7::search::zero_bytes;
use iis_model::short_text::word;

/// The most parts that are looked at; no data type has more.
pub(super) const MOST_PARTS: usize = 28;

/// The parts of a value: components, or the sub-components of one.
pub(super) struct Parts<'m> {
    raw: &'m str,
    /// Where each part begins, and one behind the end of the last.
    starts: [u32; MOST_PARTS + 1],
    count: usize,
    /// A bit for each part that holds anything, the first one lowest.
    pub(super) filled: u32,
}

impl<'m> Parts<'m> {
    /// None yet of this value.
    #[inline]
    pub(super) fn of(raw: &'m str) -> Self {
        Self { raw, starts: [0; MOST_PARTS + 1], count: 0, filled: 0 }
    }

    /// Cuts eight bytes at a time; what stands behind the last part that is looked at is dropped. In place: a copy of the
    /// parts costs more than the cutting.
    #[inline]
    pub(super) fn cut(&mut self, delimiter: u8) {
        let raw = self.raw;
        let (words, tail) = raw.as_bytes().as_chunks::<8>();
        let pattern = u64::from_le_bytes([delimiter; 8]);
        let mut base = 0;
        for word in words {
            self.end_at_each(base, zero_bytes(u64::from_le_bytes(*word) ^ pattern));
            base += 8;
        }
        if delimiter != 0 {
            self.end_at_each(base, zero_bytes(word(tail) ^ pattern)); // behind the end stand zeros
        }
        self.end(u32::try_from(raw.len()).unwrap_or(u32::MAX - 1));
    }

    #[inline]
    fn end_at_each(&mut self, base: u32, mut found: u64) {
        while found != 0 {
            self.end(base + found.trailing_zeros() / 8);
            found &= found - 1;
        }
    }

    #[inline]
    fn end(&mut self, at: u32) {
        if self.count < MOST_PARTS {
            self.filled |= u32::from(self.starts[self.count] != at) << self.count;
            self.count += 1;
            self.starts[self.count] = at + 1;
        }
    }

    /// A part, from 0; empty when there are fewer.
    #[inline]
    pub(super) fn get(&self, nth: usize) -> &'m str {
        if nth >= self.count {
            return "";
        }
        self.raw.get(self.starts[nth] as usize..self.starts[nth + 1] as usize - 1).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_PARTS, Parts};

    fn cut(raw: &str, delimiter: u8) -> Parts<'_> {
        let mut parts = Parts::of(raw);
        parts.cut(delimiter);
        parts
    }

    #[test]
    fn a_value_is_cut_at_its_delimiter() {
        #[rustfmt::skip]
        let table = [
            ("a^b^c",                      b'^', 3, 0b111,  "a",         "c"),
            ("a",                          b'^', 1, 0b1,    "a",         ""),
            ("^^c^",                       b'^', 4, 0b100,  "",          "c"),
            ("a^b",                        0,    1, 0b1,    "a^b",       ""),
            ("",                           b'^', 1, 0,      "",          ""),
            ("64994-7^Eligibility^LN^é^",  b'^', 5, 0b1111, "64994-7",   "LN"),
            ("12345678^12345678^12345678", b'^', 3, 0b111,  "12345678",  "12345678"),
        ];
        for (raw, delimiter, count, filled, first, third) in table {
            let parts = cut(raw, delimiter);
            assert_eq!((parts.count, parts.filled), (count, filled), "{raw}");
            assert_eq!((parts.get(0), parts.get(2)), (first, third), "{raw}");
        }
        let many = "a^".repeat(100);
        let parts = cut(&many, b'^');
        assert_eq!((parts.count, parts.get(MOST_PARTS - 1), parts.get(MOST_PARTS)), (MOST_PARTS, "a", ""));
    }
}
