//! What a letter needs of an address: a state and a ZIP code in the United States, neither abroad.

use crate::country::is_united_states;

/// States, the district, territories, freely associated states, and the three of the armed forces (USPS publication 28,
/// appendix B).
const STATES: &str = "AL AK AS AZ AR CA CO CT DE DC FM FL GA GU HI ID IL IN IA KS KY LA ME MH MD MA MI MN MS MO MT NE NV NH NJ \
                      NM NY NC ND MP OH OK OR PW PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY AA AE AP";

/// Whether the state can be right in an address of this country. Abroad every province can.
pub fn is_state(text: &str, country: &str) -> bool {
    !is_united_states(country) || STATES.split(' ').any(|state| state.eq_ignore_ascii_case(text))
}

/// Whether the ZIP or postal code can be right in an address of this country: in the United States five digits, or nine
/// with a dash or without.
pub fn is_zip(text: &str, country: &str) -> bool {
    let digits =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    !is_united_states(country)
        || match text.split_once('-') {
            Some((five, four)) => digits(five, 5) && digits(four, 4),
            None => digits(text, 5) || digits(text, 9),
        }
}

#[cfg(test)]
mod tests {
    use super::{is_state, is_zip};

    #[test]
    fn states_and_zip_codes_are_those_of_the_united_states_and_anything_abroad() {
        for (text, good) in [("CO", true), ("co", true), ("AE", true), ("ZZ", false), ("", false)] {
            assert_eq!(is_state(text, "USA"), good, "{text}");
            assert_eq!(is_state(text, ""), good, "{text}");
            assert!(is_state(text, "MEX"), "{text}");
        }
        for (text, good) in
            [("80202", true), ("80202-1234", true), ("802021234", true), ("8020", false), ("K1A 0B1", false)]
        {
            assert_eq!(is_zip(text, "US"), good, "{text}");
            assert!(is_zip(text, "CAN"), "{text}");
        }
    }
}
