//! What names may look like that people type, messages carry and the audit repeats.

use std::ops::RangeInclusive;

/// Whether it is nothing but letters, digits, dots, dashes and underscores, so many of them: a user name, a sender, a code.
/// Nothing in it needs escaping in a page, in HTTP Basic (RFC 7617: no colon) or in a message.
pub(crate) fn is_plain(name: &str, length: RangeInclusive<usize>) -> bool {
    length.contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
}

/// Whether it can be a name on screens: 1 to 120 characters, not all blank, none of them a line break or another control.
pub(crate) fn is_showable(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= 120 && !name.chars().any(char::is_control)
}

/// Whether it can be the name of somebody who works, or an office: letters, spaces, dots, dashes, commas, apostrophes, at
/// most 80. Nothing in it can be an address of a page or of mail, so that letters can carry it.
pub(crate) fn is_name_of_person(name: &str) -> bool {
    let name = name.trim();
    let has_letters = name.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    let fits = |c: char| c.is_alphabetic() || " .-,'’".contains(c);
    let reads_as_address = name.contains("www.")
        || name.split(' ').any(|word| word.trim_matches('.').contains('.') && word.len() > 6);
    has_letters && name.chars().count() <= 80 && name.chars().all(fits) && !reads_as_address
}

#[cfg(test)]
mod tests {
    use super::{is_name_of_person, is_plain, is_showable};

    #[test]
    fn a_name_of_a_person_cannot_carry_an_address() {
        for good in ["Ana Reyes", "Zoë O’Hara-Smith, Jr.", "Medical director", "J.R. Hill", "李 明"] {
            assert!(is_name_of_person(good), "{good}");
        }
        for bad in [
            "",
            "A",
            "..",
            "Win at evil.example",
            "www.evil",
            "a@b.example",
            "http://x",
            "two\nlines",
            "Ana 2",
        ] {
            assert!(!is_name_of_person(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_plain_name_needs_no_escaping_anywhere() {
        for good in ["amara", "river-clinic", "a.b_c", "A12", &"x".repeat(60)] {
            assert!(is_plain(good, 3..=60), "{good}");
        }
        for bad in ["", "ab", "a b<script>", "a:b", "two\nlines", "zoë", "a|b", &"x".repeat(61)] {
            assert!(!is_plain(bad, 3..=60), "{bad:?}");
        }
        assert!(is_plain("x", 1..=60) && !is_plain("", 1..=60));
    }

    #[test]
    fn a_name_on_screens_is_one_line_of_something() {
        for good in ["River Clinic", "Zoë's practice", "St. Mary & Sons", &"x".repeat(120)] {
            assert!(is_showable(good), "{good}");
        }
        for bad in ["", "  ", "two\nlines", "tab\tbed", "nul\0", &"x".repeat(121)] {
            assert!(!is_showable(bad), "{bad:?}");
        }
    }
}
