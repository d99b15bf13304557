//! A small XML tree with line numbers, enough for CDC's files.

use quick_xml::Reader;
use quick_xml::events::Event;

/// An element with its text and children. Attributes are not used by the supporting data.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

/// Deepest nesting read; the supporting data nests seven deep.
const DEEPEST: usize = 32;

impl Element {
    /// The children of that name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of that name.
    pub(super) fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Whether neither text nor children stand in the element: CDC's way to say "none".
    pub(super) fn is_empty(&self) -> bool {
        self.children.is_empty() && is_no_value(&self.text)
    }
}

/// Empty and `n/a` both mean "no value".
pub(super) fn is_no_value(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.eq_ignore_ascii_case("n/a")
}

/// Reads the root element of a file. The error names the line.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, (usize, String)> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = line_breaks(&bytes[..e.valid_up_to()]) + 1;
        (line, "is not UTF-8".to_owned())
    })?;
    let mut reader = Reader::from_str(text);
    let mut lines = LineCounter { text, at: 0, line: 1 };
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let event = reader.read_event();
        let line = lines.at(usize::try_from(reader.buffer_position()).unwrap_or(text.len()));
        let event = event.map_err(|e| (line, format!("is not well-formed XML: {e}")))?;
        match event {
            Event::Start(tag) => {
                if open.len() > DEEPEST {
                    return Err((line, "nests too deep".to_owned()));
                }
                open.push(Element { name: tag.name().as_ref().to_owned(), line, ..Element::default() });
            }
            Event::Empty(tag) => {
                let child = Element { name: tag.name().as_ref().to_owned(), line, ..Element::default() };
                if let Some(parent) = open.last_mut() {
                    parent.children.push(child);
                }
            }
            Event::Text(piece) => append(&mut open, &piece.xml10_content()),
            Event::CData(piece) => append(&mut open, &piece.xml10_content()),
            Event::GeneralRef(name) => {
                let resolved = match name.resolve_char_ref() {
                    Ok(Some(character)) => character.to_string(),
                    _ => match quick_xml::escape::resolve_xml_entity(&name.xml10_content()) {
                        Some(text) => text.to_owned(),
                        None => return Err((line, "uses an unknown entity".to_owned())),
                    },
                };
                append(&mut open, &resolved);
            }
            Event::End(_) => {
                let closed = open.pop().unwrap_or_default();
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => return Err((line, "closes more than it opens".to_owned())),
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let (Some(mut root), true) = (open.pop(), open.is_empty()) else {
        return Err((lines.line, "ends inside an element".to_owned()));
    };
    if root.children.len() == 1 {
        Ok(root.children.swap_remove(0))
    } else {
        Err((lines.line, "holds no root element".to_owned()))
    }
}

fn append(open: &mut [Element], piece: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(piece);
    }
}

fn line_breaks(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// Counts lines while the reader moves on, each byte once.
struct LineCounter<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl LineCounter<'_> {
    fn at(&mut self, position: usize) -> usize {
        let position = position.clamp(self.at, self.text.len());
        self.line += line_breaks(&self.text.as_bytes()[self.at..position]);
        self.at = position;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_elements_texts_and_lines() {
        let root = parse(b"<a>\n<b>x &amp; y</b>\r\n<c/>\n<b><![CDATA[z]]></b></a>").expect("well-formed");
        let texts: Vec<_> = root.all("b").map(|b| (b.text.as_str(), b.line)).collect();
        assert_eq!(texts, [("x & y", 2), ("z", 4)]);
        assert!(root.first("c").is_some_and(super::Element::is_empty));
    }

    #[test]
    fn rubbish_is_refused_with_its_line() {
        for bad in
            [&b""[..], b"plain", b"<a>", b"<a>\n</b>", b"</a>", b"<a/><b/>", b"<a>&unknown;</a>", b"\xff<a/>"]
        {
            assert!(parse(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
        assert_eq!(parse(b"<a>\n<b>\n</c></a>").err().map(|(line, _)| line), Some(3));
        assert!(parse("<a>".repeat(100).as_bytes()).is_err());
    }
}
