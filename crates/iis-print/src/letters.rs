//! Text made fit for paper: what steers instead of showing is dropped, and a letter that no face has becomes `�`, is
//! counted, and the document says so. A box in place of a letter, unnoticed, would be worse than no document.

use serde_json::Value;

/// What stands for a letter that cannot be printed.
const NOT_THERE: char = '\u{fffd}';

/// Makes every text in the value fit for paper; how many letters were not there.
pub(crate) fn printable(value: &mut Value, has: &impl Fn(char) -> bool) -> usize {
    match value {
        Value::String(text) => {
            let (fit, missing) = fit(text, has);
            *text = fit;
            missing
        }
        Value::Array(items) => items.iter_mut().map(|item| printable(item, has)).sum(),
        Value::Object(fields) => fields.values_mut().map(|field| printable(field, has)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn fit(text: &str, has: &impl Fn(char) -> bool) -> (String, usize) {
    let mut missing = 0;
    let spaced = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let fit = spaced.filter(|letter| !steers(*letter)).map(|letter| {
        if has(letter) {
            return letter;
        }
        missing += 1;
        NOT_THERE
    });
    (fit.collect(), missing)
}

/// Controls, marks of direction and of formatting: they show nothing, and can make a name read as another.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::{fit, printable};
    use serde_json::json;

    #[test]
    fn what_steers_is_dropped_and_what_is_not_there_is_counted() {
        let latin = |letter: char| u32::from(letter) < 0x250 || letter == '\u{fffd}';
        #[rustfmt::skip]
        let table = [
            ("Muñoz",                  "Muñoz",          0),
            ("a\u{202e}b\u{0}c",       "abc",            0),
            ("a\tb\u{a0}c\nd",         "a b c d",        0),
            ("王 Ming",                "\u{fffd} Ming",  1),
            ("#panic() *x* $y$ \\ @z", "#panic() *x* $y$ \\ @z", 0),
            ("",                       "",               0),
        ];
        for (text, wanted, missing) in table {
            assert_eq!(fit(text, &latin), (wanted.to_owned(), missing), "{text:?}");
        }
        let mut value = json!({ "a": ["王", { "b": "小明" }], "c": 7 });
        assert_eq!(printable(&mut value, &latin), 3);
        assert_eq!(value, json!({ "a": ["\u{fffd}", { "b": "\u{fffd}\u{fffd}" }], "c": 7 }));
    }
}
