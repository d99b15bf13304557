//! What names may look like that people type, messages carry and the audit repeats.

use std::ops::RangeInclusive;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// Whether it is nothing but letters, digits, dots, dashes and underscores, so many of them: a user name, a sender, a code.
/// Nothing in it needs escaping in a page, in HTTP Basic (RFC 7617: no colon) or in a message.
pub(crate) fn is_plain(name: &str, length: RangeInclusive<usize>) -> bool {
    length.contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
}

/// Whether it can be a name on screens: 1 to 120 characters, not all blank, none of them a line break or another control.
pub(crate) fn is_showable(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= 120 && !name.chars().any(char::is_control)
}

/// A name as it is kept: letters and their accents composed (NFC), blanks of any kind one space, none at its ends.
pub(crate) fn composed(name: &str) -> String {
    let composed: String = name.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of a place for comparing: its letters and digits, composed, lower case.
pub(crate) fn folded(name: &str) -> String {
    name.nfc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether it can be the name of an organization or of a site, so that no two look alike and differ: a name on screens of signs
/// that are seen, and no word of it mixes Latin letters with those of another script.
pub(crate) fn is_name_of_place(name: &str) -> bool {
    let composed = composed(name);
    is_showable(name.trim())
        && is_showable(&composed)
        && !composed.chars().any(is_unseen)
        && !composed.split(' ').any(mixes_scripts)
}

/// Whether a sign is not seen: it joins, breaks, turns or fills, and is no letter.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a word has Latin letters beside those of another script, which look like them.
fn mixes_scripts(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).map(|c| c.script());
    let of_a_script = letters.filter(|script| !matches!(script, Script::Common | Script::Inherited));
    let (latin, other): (Vec<_>, Vec<_>) = of_a_script.partition(|script| *script == Script::Latin);
    !latin.is_empty() && !other.is_empty()
}

/// Whether it can be the name of somebody who works, or an office: letters of any script with their marks, spaces, dots, dashes,
/// commas, apostrophes, at most 80. Nothing in it can be an address of a page or of mail, so that letters can carry it.
pub(crate) fn is_name_of_person(name: &str) -> bool {
    let is_one_line = !name.trim().chars().any(char::is_control);
    let name = composed(name);
    let has_letters = name.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    let fits = |c: char| c.is_alphabetic() || is_combining_mark(c) || " .-,'’".contains(c);
    has_letters
        && is_one_line
        && name.chars().count() <= 80
        && name.chars().all(|c| fits(c) && !is_unseen(c))
        && !name.split(' ').any(|word| reads_as_address(word) || mixes_scripts(word))
}

/// Whether a word can be taken for an address of a page. Initials and a name written without blanks (`J.R.Smithson`) cannot:
/// all but the last part are one letter.
fn reads_as_address(word: &str) -> bool {
    let mut parts: Vec<&str> = word.trim_matches('.').split('.').collect();
    let last = parts.pop().unwrap_or_default();
    let are_initials = parts.iter().all(|part| part.chars().count() == 1);
    let begins_as_name = last.chars().next().is_some_and(|c| !c.is_lowercase());
    word.contains("www.") || !parts.is_empty() && word.len() > 6 && !(are_initials && begins_as_name)
}

/// The letters of a name without their accents, as plain ones, for a user name; of another script none.
pub(crate) fn plain_letters(word: &str) -> String {
    let plain = |c: char| match c.to_lowercase().next().unwrap_or(c) {
        'ß' => "ss".to_owned(),
        'æ' => "ae".to_owned(),
        'œ' => "oe".to_owned(),
        'ø' => "o".to_owned(),
        'đ' | 'ð' => "d".to_owned(),
        'ł' => "l".to_owned(),
        'þ' => "th".to_owned(),
        'ı' => "i".to_owned(),
        c if c.is_ascii_alphanumeric() => c.to_string(),
        _ => String::new(),
    };
    word.nfd().map(plain).collect()
}

/// Whether two names are those of one person as staff lists, letters and forms write them: the first and the last word agree,
/// letters only, in whatever case; what stands between (a middle name, an initial) may be left out.
pub(crate) fn is_same_person(one: &str, other: &str) -> bool {
    let ends = |name: &str| {
        let letters = |word: &str| {
            word.nfc().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect::<String>()
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
    use super::{
        composed, folded, is_name_of_person, is_name_of_place, is_plain, is_same_person, is_showable,
        plain_letters,
    };

    #[test]
    fn names_that_look_alike_are_one_name_or_none() {
        for alike in
            ["Calder  Pediatrics", "Calder\u{a0}Pediatrics", " calder pediatrics.", "Calder-Pediatrics"]
        {
            assert!(is_name_of_place(alike), "{alike:?}");
            assert_eq!(folded(alike), "calderpediatrics", "{alike:?}");
        }
        assert_eq!(composed("Calder \u{a0} Pediatrics "), "Calder Pediatrics");
        assert_eq!(folded("Cliníca"), folded("Cli\u{6e}i\u{301}ca"));
        for bad in [
            "Cal\u{ad}der Pediatrics",
            "Calder\u{200b} Pediatrics",
            "Calder P\u{435}diatrics",
            "\u{202e}Calder",
            "Calder\u{feff}",
        ] {
            assert!(!is_name_of_place(bad), "{bad:?}");
        }
        for good in ["St. Mary & Sons, 3rd floor", "Клиника Calder", "診療所 2", "Zoë’s practice"]
        {
            assert!(is_name_of_place(good), "{good:?}");
        }
    }

    #[test]
    fn a_user_name_has_the_letters_of_the_name_without_their_accents() {
        for (name, plain) in [
            ("Émile", "emile"),
            ("Núñez", "nunez"),
            ("Nu\u{301}n\u{303}ez", "nunez"),
            ("Łukasz", "lukasz"),
            ("Straße", "strasse"),
            ("Sørensen", "sorensen"),
            ("O’Hara-Smith", "oharasmith"),
            ("小龍", ""),
            ("अर्जुन", ""),
        ] {
            assert_eq!(plain_letters(name), plain, "{name}");
        }
    }

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
            ("José Ruiz", "Jose\u{301} Ruiz", true),
            ("", "", false),
        ] {
            assert_eq!(is_same_person(one, other), is_same, "{one} / {other}");
        }
    }

    #[test]
    fn a_name_of_a_person_cannot_carry_an_address() {
        for good in [
            "Ana Reyes",
            "Zoë O’Hara-Smith, Jr.",
            "Medical director",
            "J.R. Hill",
            "李 明",
            "Jose\u{301} Ruiz",
            "अर्जुन सिंह",
            "J.R.Smithson Doe",
            "علی رضا",
        ] {
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
            "evil.example now",
            "J.evil.example",
            "a.evilexample",
            "An\u{430} Reyes",
            "Ana\u{200b} Reyes",
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
