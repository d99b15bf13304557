//! The codes of a value set that are short, as nearly all are: found without a walk.

use iis_model::short_text::packed;

/// Codes of 1 to 16 bytes as numbers, each at the place that its hash gives it or at the next free one behind.
#[derive(Debug, Default)]
pub(super) struct ShortCodes {
    /// A power of two of places, at most half of them taken; 0 where there is none.
    places: Box<[u128]>,
}

impl ShortCodes {
    /// The short ones among these codes.
    pub(super) fn of(codes: &[&str]) -> Self {
        let short: Vec<u128> = codes.iter().filter_map(|code| packed(code)).collect();
        let mut places = vec![0; (short.len() * 2).next_power_of_two()].into_boxed_slice();
        for code in short {
            let mut at = home(code, places.len());
            while places[at] != 0 && places[at] != code {
                at = (at + 1) % places.len();
            }
            places[at] = code;
        }
        Self { places }
    }

    /// Whether this code is one of them, letter by letter.
    #[inline]
    pub(super) fn holds(&self, code: &str) -> bool {
        let Some(code) = packed(code).filter(|code| *code != 0) else { return false };
        let mut at = home(code, self.places.len());
        while let Some(&held) = self.places.get(at) {
            if held == code || held == 0 {
                return held == code;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
        false
    }
}

#[inline]
fn home(code: u128, places: usize) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the halves of a number, and the upper bits of a hash"
    )]
    let (low, high) = (code as u64, (code >> 64) as u64);
    let hash = (low ^ high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> 32) as usize & places.wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::ShortCodes;

    #[test]
    fn codes_are_found_letter_by_letter() {
        let codes: Vec<String> = (0..1_000).map(|number| format!("{number:03}")).collect();
        let mut held: Vec<&str> = codes.iter().map(String::as_str).collect();
        held.extend(["sixteen-letters-", "seventeen-letters", "Internet"]);
        let short = ShortCodes::of(&held);
        assert!(codes.iter().all(|code| short.holds(code)));
        #[rustfmt::skip]
        let table = [
            ("sixteen-letters-", true), ("seventeen-letters", false), ("Internet", true), ("INTERNET", false),
            ("1000", false), ("00", false), ("", false),
        ];
        for (code, holds) in table {
            assert_eq!(short.holds(code), holds, "{code}");
        }
        assert!(!ShortCodes::of(&[]).holds("00") && !ShortCodes::default().holds("00"));
    }
}
