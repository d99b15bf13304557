//! Rust source cut into code, comments and literals, as far as rules of the tree need it.

/// A piece of a Rust file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Anything that is not one of the others.
    Code(&'a str),
    /// From `//` to the end of the line, or `/* … */`.
    Comment(&'a str),
    /// What stands between the quotes of a string literal, escapes as written.
    Literal(&'a str),
}

/// The pieces of a file in order, each with the number of the line where it begins.
pub(super) fn pieces(text: &str) -> Vec<(usize, Piece<'_>)> {
    let mut pieces = Vec::new();
    let (mut line, mut code, mut at) = (1, 0, 0);
    while at < text.len() {
        let Some((piece, end)) = special(text, at) else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        if code < at {
            pieces.push((line, Piece::Code(&text[code..at])));
            line += newlines(&text[code..at]);
        }
        pieces.push((line, piece));
        line += newlines(&text[at..end]);
        (at, code) = (end, end);
    }
    if code < text.len() {
        pieces.push((line, Piece::Code(&text[code..])));
    }
    pieces
}

/// The string literals of the file's own code: without its module of tests at the end.
pub(super) fn literals(text: &str) -> impl Iterator<Item = (usize, &str)> {
    pieces(without_tests(text)).into_iter().filter_map(|(line, piece)| match piece {
        Piece::Literal(literal) => Some((line, literal)),
        _ => None,
    })
}

/// The text up to `#[cfg(test)]` before a module with a body; tests come last in a file.
pub(super) fn without_tests(text: &str) -> &str {
    let mut from = 0;
    while let Some(found) = text[from..].find("#[cfg(test)]") {
        let at = from + found;
        let after = text[at + "#[cfg(test)]".len()..].trim_start();
        if after.starts_with("mod ") && after.lines().next().is_some_and(|line| line.contains('{')) {
            return &text[..at];
        }
        from = at + 1;
    }
    text
}

/// A comment or literal that begins right at `at`, and where it ends.
fn special(text: &str, at: usize) -> Option<(Piece<'_>, usize)> {
    let rest = &text[at..];
    if rest.starts_with("//") {
        let end = at + rest.find('\n').unwrap_or(rest.len());
        return Some((Piece::Comment(&text[at..end]), end));
    }
    if rest.starts_with("/*") {
        let end = at + rest.find("*/").map_or(rest.len(), |found| found + 2);
        return Some((Piece::Comment(&text[at..end]), end));
    }
    if let Some(rest) = rest.strip_prefix('\'') {
        // A char literal may hold a quote or the start of a comment; a lifetime has no second quote.
        let inside = rest.chars().next()?;
        let length = if inside == '\\' { rest.get(2..)?.find('\'')? + 2 } else { inside.len_utf8() };
        let end = at + length + 2;
        return rest[length..].starts_with('\'').then(|| (Piece::Code(&text[at..end]), end));
    }
    if let Some(inside) = rest.strip_prefix('"') {
        let to = at + 1 + length_of_quoted(inside);
        return Some((Piece::Literal(&text[at + 1..to]), (to + 1).min(text.len())));
    }
    let is_start_of_word = !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    let raw = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')).filter(|_| is_start_of_word)?;
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let inside = raw[hashes..].strip_prefix('"')?;
    let from = text.len() - inside.len();
    let closing = format!("\"{}", "#".repeat(hashes));
    let to = from + inside.find(&closing).unwrap_or(inside.len());
    Some((Piece::Literal(&text[from..to]), (to + closing.len()).min(text.len())))
}

/// How far it is to the closing quote that no backslash escapes.
fn length_of_quoted(inside: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    inside.len()
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::{Piece, literals, pieces, without_tests};

    #[test]
    fn literals_are_found_whatever_stands_around_them() {
        #[rustfmt::skip]
        let table: [(&str, &[(usize, &str)]); 9] = [
            (r#"let a = "one";"#,                  &[(1, "one")]),
            (r#"f("a\"b", "c")"#,                  &[(1, r#"a\"b"#), (1, "c")]),
            ("// \"no\"\nlet a = \"yes\";",        &[(2, "yes")]),
            ("/* \"no\"\n */ \"yes\"",             &[(2, "yes")]),
            ("r#\"a \"quoted\" b\"#",              &[(1, "a \"quoted\" b")]),
            ("br\"x\\\" + \"y\"",                  &[(1, "x\\"), (1, "y")]),
            ("match c { '\"' => \"q\", '\\'' => \"e\", _ => x }", &[(1, "q"), (1, "e")]),
            ("fn f<'a>(t: &'a str) { \"g\" }",     &[(1, "g")]),
            ("let open = \"never closed",          &[(1, "never closed")]),
        ];
        for (text, expected) in table {
            assert_eq!(literals(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn the_pieces_are_the_whole_text_but_for_quotes() {
        let text = "let a = 'x'; // c\nlet b = \"d\";\n";
        let code: String = pieces(text)
            .into_iter()
            .map(|(_, piece)| match piece {
                Piece::Code(part) | Piece::Comment(part) | Piece::Literal(part) => part,
            })
            .collect();
        assert_eq!(code, text.replace('"', ""));
    }

    #[test]
    fn tests_at_the_end_do_not_belong_to_the_code() {
        #[rustfmt::skip]
        let table = [
            ("a\n#[cfg(test)]\nmod tests {\n b }",           "a\n"),
            ("#[cfg(test)]\nmod tests;\nfn a() {}",          "#[cfg(test)]\nmod tests;\nfn a() {}"),
            ("#[cfg(test)]\nuse x;\n#[cfg(test)]\nmod t { }", "#[cfg(test)]\nuse x;\n"),
        ];
        for (text, expected) in table {
            assert_eq!(without_tests(text), expected);
        }
    }
}
