//! Telephone numbers, ZIP codes and numbers of persons: digits, or nothing where they cannot be real.

/// A North American telephone number, ten digits; `None` for anything else and for numbers typed to fill a field.
pub fn phone(digits: &str) -> Option<u64> {
    let digits = digits_of(digits);
    let digits = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits);
    let is_number = digits.len() == 10 && !is_repeated(digits) && !is_counted(digits);
    // No area code begins with 0 or 1.
    (is_number && digits.as_bytes()[0] >= b'2').then(|| digits.parse().ok()).flatten()
}

/// A telephone number of another country, with its calling code; it is never the same as a North American one.
pub fn phone_abroad(country: &str, digits: &str) -> Option<u64> {
    let digits = digits_of(digits);
    let is_number = (4..=14).contains(&digits.len()) && !is_repeated(&digits) && !is_counted(&digits);
    let whole = format!("{}{digits}", digits_of(country));
    let number: u64 = whole.parse().ok().filter(|_| is_number && whole.len() <= 15)?;
    Some(ABROAD + number)
}

/// Above all numbers of at most 15 digits.
const ABROAD: u64 = 1_000_000_000_000_000;

/// The first five digits of a ZIP code.
pub fn zip(code: &str) -> Option<u32> {
    let digits = digits_of(code);
    let five = digits.get(..5).filter(|five| !is_repeated(five) || *five == "44444")?;
    five.parse().ok()
}

/// A social security number that can have been issued (Social Security Administration: no area 000, 666 or 9xx, no
/// group 00, no serial 0000); also not the numbers typed to fill a field.
pub fn social_security_number(number: &str) -> Option<Box<str>> {
    let digits = digits_of(number);
    let can_be = digits.len() == 9
        && !matches!(&digits[..3], "000" | "666")
        && !digits.starts_with('9')
        && &digits[3..5] != "00"
        && &digits[5..] != "0000"
        && !is_repeated(&digits)
        && !is_counted(&digits);
    can_be.then(|| digits.into())
}

/// A number given out by a program; `None` for one typed to fill a field.
pub fn program_number(number: &str) -> Option<Box<str>> {
    let folded: String = number.to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect();
    (folded.chars().count() >= 5 && !is_repeated(&folded) && !is_counted(&folded)).then(|| folded.into())
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn is_repeated(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_none_or(|first| letters.all(|letter| letter == first))
}

fn is_counted(digits: &str) -> bool {
    "01234567890123456789".contains(digits) || "98765432109876543210".contains(digits)
}

#[cfg(test)]
mod tests {
    use super::{phone, phone_abroad, program_number, social_security_number, zip};

    #[test]
    fn a_number_abroad_is_another_one_than_the_same_digits_at_home() {
        let london = phone_abroad("44", "2079460958").expect("a number");
        assert_ne!(Some(london), phone("2079460958"));
        assert_ne!(Some(london), phone_abroad("52", "2079460958"));
        assert_eq!(phone_abroad("44", "20 7946 0958"), Some(london));
        for digits in ["", "1111111", "123", "12345678901234567"] {
            assert_eq!(phone_abroad("44", digits), None, "{digits}");
        }
    }

    #[test]
    fn numbers_typed_to_fill_a_field_are_no_numbers() {
        assert_eq!(phone("(515) 943-3563"), Some(5_159_433_563));
        assert_eq!(phone("+1 515.943.3563"), Some(5_159_433_563));
        for text in ["", "943-3563", "1111111111", "1234567890", "0159433563", "5555555555"] {
            assert_eq!(phone(text), None, "{text}");
        }
        assert_eq!(social_security_number("123-45-6788").as_deref(), Some("123456788"));
        for text in ["123456789", "000123456", "666123456", "912345678", "123004567", "111111111", "6788"] {
            assert_eq!(social_security_number(text), None, "{text}");
        }
        assert_eq!(program_number("0010-958946").as_deref(), Some("0010958946"));
        assert_eq!(program_number("9999999"), None);
        assert_eq!((zip("51604-1234"), zip("5160"), zip("00000")), (Some(51_604), None, None));
    }
}
