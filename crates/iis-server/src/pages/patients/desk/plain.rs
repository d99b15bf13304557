//! Text of one line, as it is typed and pasted.

/// The same with every run of blanks, tabs and ends of lines as one space, and none around it.
pub(in crate::pages) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether it is one line of at most so many letters, without signs that cannot be seen or that turn the direction of what
/// stands around them.
pub(super) fn is_plain(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(char::is_control) && !hides(text)
}

/// Whether it holds a sign that cannot be seen, or that turns the direction of what stands around it.
pub(super) fn hides(text: &str) -> bool {
    text.chars().any(is_hidden)
}

/// Whether there is a letter or a sign to see.
pub(super) fn is_seen(text: &str) -> bool {
    text.chars().any(|letter| {
        !(letter.is_whitespace() || letter.is_control() || is_hidden(letter) || is_joiner(letter))
    })
}

/// Marks of direction, joiners and blanks without width. The joiners are letters of names in some scripts; marks of direction
/// and the others are of none.
const fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

const fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::{folded, is_plain, is_seen};

    #[test]
    fn text_of_one_line_is_told_from_what_is_hidden_in_it() {
        #[rustfmt::skip]
        let table = [
            // text              folded        plain  seen
            ("Ana\t\nReyes ",    "Ana Reyes",  true,  true),
            ("Ana\u{202e}",      "Ana\u{202e}", false, true),
            ("\u{feff}\u{200b}", "\u{feff}\u{200b}", false, false),
            (" ",                "",           true,  false),
            ("Ανα",              "Ανα",        true,  true),
        ];
        for (text, line, plain, seen) in table {
            assert_eq!(
                (&*folded(text), is_plain(&folded(text), 100), is_seen(text)),
                (line, plain, seen),
                "{text:?}"
            );
        }
        assert!(is_plain("abc", 3) && !is_plain("abcd", 3));
    }
}
