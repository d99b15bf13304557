//! A request built once and sent many times: its numbers and dates are written over in place.

use super::Target;
use crate::calendar::Day;

/// Stands for the control id while the message is built: as long as what replaces it.
pub(super) const CONTROL: &str = "C000000000000000";
/// Stands for the number of the dose.
pub(super) const ORDER: &str = "D000000000000000";
/// Stands for the day of the dose.
pub(super) const DAY: Day = Day(19_983); // 2024-09-17
const DAY_TEXT: &[u8] = b"20240917";

/// A request with the places that change.
#[derive(Debug, Clone)]
pub(super) struct Template {
    bytes: Vec<u8>,
    controls: Vec<usize>,
    orders: Vec<usize>,
    days: Vec<usize>,
}

impl Template {
    /// The request of a message to a target.
    pub(super) fn new(target: &Target, message: &[u8]) -> Self {
        let bytes = target.request(message);
        let find = |what: &[u8]| {
            let places = bytes.windows(what.len()).enumerate();
            places.filter_map(|(at, window)| (window == what).then_some(at)).collect::<Vec<_>>()
        };
        let (controls, orders, days) = (find(CONTROL.as_bytes()), find(ORDER.as_bytes()), find(DAY_TEXT));
        Self { bytes, controls, orders, days }
    }

    /// Writes the request with these numbers into `out`, which it replaces.
    pub(super) fn fill(&self, control: u64, day: Day, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(&self.bytes);
        let number = digits(control);
        for at in self.controls.iter().chain(&self.orders) {
            // The letter before the digits stays.
            out[at + 1..at + 16].copy_from_slice(&number);
        }
        if self.days.is_empty() {
            return;
        }
        let (year, month, in_month) = day.civil();
        let date = digits(u64::from((year * 10_000 + month * 100 + in_month).unsigned_abs()));
        for at in &self.days {
            out[*at..at + 8].copy_from_slice(&date[7..]);
        }
    }

    /// Its length in bytes, with head.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }
}

fn digits(mut number: u64) -> [u8; 15] {
    let mut text = [b'0'; 15];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    text
}

/// The number in a control id of a message of the mix; none for other control ids.
pub fn control_number(text: &str) -> Option<u64> {
    text.strip_prefix('C').filter(|digits| digits.len() == 15)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{CONTROL, DAY, DAY_TEXT, ORDER, Template, control_number};
    use crate::calendar::Day;
    use crate::load::Target;

    #[test]
    fn numbers_and_dates_are_written_over_and_nothing_else_moves() {
        assert_eq!(DAY.to_string().replace('-', "").as_bytes(), DAY_TEXT);
        let target = Target { address: ([127, 0, 0, 1], 80).into(), credentials: "a:b".into() };
        let message = format!("MSH|{CONTROL}\rORC|{ORDER}\rRXA|20240917|20240917|20250630\r");
        let template = Template::new(&target, message.as_bytes());
        let mut out = Vec::new();
        template.fill(42, Day::new(2025, 1, 2), &mut out);
        assert_eq!(out.len(), template.len());
        let text = String::from_utf8(out).expect("text");
        assert!(
            text.ends_with("MSH|C000000000000042\rORC|D000000000000042\rRXA|20250102|20250102|20250630\r"),
            "{text}"
        );
        assert_eq!(control_number("C000000000000042"), Some(42));
        assert_eq!(control_number("X42"), None);
    }
}
