//! Lots: every clinic has one of a product at a time, for some months.

use super::Product;
use crate::calendar::Day;
use crate::random::{mix, spread};

/// A lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its number.
    pub number: String,
    /// Last usable day.
    pub expires_on: Day,
}

/// Letters that are not taken for digits.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXY";

impl Lot {
    /// The lot of a product that a site uses on a day. Influenza lots last a season, others half a year.
    pub fn used(product: &Product, site: u16, on: Day) -> Self {
        let (year, month, _) = on.civil();
        let is_seasonal = matches!(product.cvx, 111 | 135 | 140 | 141 | 149 | 150 | 161 | 197);
        let period = if is_seasonal {
            (year * 12 + month - 7).div_euclid(12) * 2
        } else {
            year * 2 + i32::from(month > 6)
        };
        // Some thirty sites share a delivery.
        let seed =
            u64::from(product.cvx) << 40 | u64::from(site / 8) << 32 | u64::from(period.unsigned_abs());
        let bits = mix(seed);
        let letter = |shift: u32| char::from(LETTERS[spread(bits >> shift, LETTERS.len())]);
        let expires_on = if is_seasonal {
            let season = (year * 12 + month - 7).div_euclid(12);
            Day::new(season + 1, 6, 30)
        } else {
            Day::new(period.div_euclid(2), if period % 2 == 0 { 1 } else { 7 }, 1)
                .plus_months(16)
                .last_of_month()
        };
        Self {
            number: format!("{}{}{:04}{}", letter(0), letter(8), (bits >> 16) % 10_000, letter(32)),
            expires_on,
        }
    }

    /// The number as somebody mistyped it: two neighbors changed places, or a letter doubled.
    pub fn mistyped(&self) -> String {
        let mut letters: Vec<char> = self.number.chars().collect();
        match letters.windows(2).position(|pair| pair[0] != pair[1]) {
            Some(at) => letters.swap(at, at + 1),
            None => letters.push('0'),
        }
        letters.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Lot;
    use crate::calendar::Day;
    use crate::vaccines::products;

    #[test]
    fn no_lot_is_used_after_it_expired() {
        for product in products() {
            for days in (0..4000).step_by(37) {
                let on = Day::new(2016, 1, 1).plus(days);
                let lot = Lot::used(product, 3, on);
                assert!(lot.expires_on >= on, "{} {on}", product.trade_name);
                assert_ne!(lot.mistyped(), lot.number);
            }
        }
    }
}
