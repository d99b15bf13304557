//! Small sets of interned codes.

/// A set of numbers below 512, as bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct CodeSet([u64; Self::WORDS]);

impl CodeSet {
    const WORDS: usize = 8;
    /// The first number that does not fit.
    pub(crate) const LIMIT: usize = Self::WORDS * 64;

    /// Puts a number in; one that does not fit is left out (the compiler refuses it before).
    pub(crate) fn insert(&mut self, number: u16) {
        if let Some(word) = self.0.get_mut(usize::from(number >> 6)) {
            *word |= 1 << (number & 63);
        }
    }

    #[inline]
    pub(crate) fn contains(&self, number: u16) -> bool {
        self.0.get(usize::from(number >> 6)).is_some_and(|word| word >> (number & 63) & 1 == 1)
    }

    #[inline]
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl FromIterator<u16> for CodeSet {
    fn from_iter<I: IntoIterator<Item = u16>>(numbers: I) -> Self {
        let mut set = Self::default();
        numbers.into_iter().for_each(|number| set.insert(number));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::CodeSet;

    #[test]
    fn holds_what_was_put_in_and_nothing_else() {
        let set: CodeSet = [0, 63, 64, 511].into_iter().collect();
        for (number, is_in) in [
            (0, true),
            (1, false),
            (63, true),
            (64, true),
            (65, false),
            (511, true),
            (512, false),
            (u16::MAX, false),
        ] {
            assert_eq!(set.contains(number), is_in, "{number}");
        }
        assert!(set.meets(&[64].into_iter().collect()));
        assert!(!set.meets(&[65].into_iter().collect()));
        assert!(CodeSet::from_iter([512]).is_empty());
    }
}
