//! Social security numbers as they are kept: a hash under a key of the registry, and the last four digits.
//!
//! An identifier of kind `SS` has a value of one of two forms: `keyed:KEY:HASH:6789` (key and hash in hexadecimal
//! digits), or `***-**-6789` for a number that can be nobody's, or when no key is at hand. The number itself is in
//! neither. Two keyed values of one key are equal when the numbers are.

/// Length of a keyed hash, in bytes: an HMAC-SHA-256 cut to half.
pub const HASH_BYTES: usize = 16;

const KEYED: &str = "keyed:";

/// The kept form of a number with its hash, under the key of this name.
pub fn keyed(key: &str, hash: [u8; HASH_BYTES], number: &str) -> Box<str> {
    format!("{KEYED}{key}:{:032x}:{}", u128::from_be_bytes(hash), last_four(number)).into()
}

/// The kept form of a number that is not hashed.
pub fn masked(number: &str) -> Box<str> {
    format!("***-**-{}", last_four(number)).into()
}

/// What is compared of a kept number: the name of the key and the hash. None: this number is not hashed.
pub fn comparable(kept: &str) -> Option<&str> {
    kept.strip_prefix(KEYED)?.rsplit_once(':').map(|(compared, _)| compared)
}

/// A kept number as people see it: `***-**-6789`.
pub fn shown(kept: &str) -> Box<str> {
    masked(kept.rsplit(':').next().unwrap_or_default())
}

/// The last four digits, fewer when there are no more.
fn last_four(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.get(digits.len().saturating_sub(4)..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{comparable, keyed, masked, shown};

    #[test]
    fn of_a_number_only_four_digits_can_be_read() {
        let kept = keyed("a1b2", [255; 16], "123-45-6789");
        assert_eq!(&*kept, "keyed:a1b2:ffffffffffffffffffffffffffffffff:6789");
        assert_eq!(comparable(&kept), Some("a1b2:ffffffffffffffffffffffffffffffff"));
        assert_eq!(&*shown(&kept), "***-**-6789");
        #[rustfmt::skip]
        let table = [
            ("123-45-6789", "***-**-6789"),
            ("é9",          "***-**-9"),
            ("",            "***-**-"),
        ];
        for (number, expected) in table {
            assert_eq!(&*masked(number), expected);
            assert_eq!(&*shown(&masked(number)), expected);
            assert_eq!(comparable(&masked(number)), None);
        }
    }
}
