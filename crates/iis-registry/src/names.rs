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

/// Whether two names are those of one person as staff lists, letters and forms write them: the first and the last word agree,
/// letters only, in whatever case; what stands between (a middle name, an initial) may be left out.
pub(crate) fn is_same_person(one: &str, other: &str) -> bool {
    let ends = |name: &str| {
        let letters = |word: &str| {
            word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect::<String>()
        };
        let mut words = without_titles(name).map(letters).filter(|word| !word.is_empty());
        let first = words.next();
        let last = words.next_back();
        (first, last)
    };
    let (one, other) = (ends(one), ends(other));
    one == other && one.0.is_some()
}

/// The words of a name; what follows a comma (`Jane Smith, RN`) is no part of it.
pub(crate) fn without_titles(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    name.split(',').next().unwrap_or_default().split_whitespace()
}

/// Whether it can be the kind or the number of a license: at most 40 characters, no control among them.
pub(crate) fn is_of_license(text: &str) -> bool {
    text.chars().count() <= 40 && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::{is_name_of_person, is_plain, is_same_person, is_showable};

    #[test]
    fn a_person_is_known_again_with_or_without_a_middle_name() {
        for (one, other, is_same) in [
            ("Bram Castellan", "Bram X. Castellan", true),
            ("Bram Castellan", "bram castellan, RN", true),
            ("Zoë O’Hara-Smith", "Zoë OHara Smith", false),
            ("Bram Castellan", "Bram Castell", false),
            ("Bram Castellan", "Castellan Bram", false),
            ("Ana", "Ana Reyes", false),
            ("Ana", "ana", true),
            ("", "", false),
        ] {
            assert_eq!(is_same_person(one, other), is_same, "{one} / {other}");
        }
    }

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
