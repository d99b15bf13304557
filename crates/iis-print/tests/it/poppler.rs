//! The tools of poppler, which know nothing of typst: `pdftotext`, `pdfinfo`, `pdffonts`, `pdftoppm`.

use std::io::Write;
use std::process::{Command, Stdio};

/// What a tool says of a PDF on its standard input.
fn tool(name: &str, words: &[&str], pdf: &[u8]) -> Vec<u8> {
    let mut child = Command::new(name)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{name}: {error}; it comes with the package poppler-utils"));
    let mut into = child.stdin.take().expect("a pipe");
    let pdf = pdf.to_vec();
    let writing = std::thread::spawn(move || into.write_all(&pdf));
    let output = child.wait_with_output().expect("it ends");
    writing.join().expect("no panic").expect("it reads all");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn said(name: &str, words: &[&str], pdf: &[u8]) -> String {
    String::from_utf8(tool(name, words, pdf)).expect("UTF-8")
}

/// The text as it stands on the sheet, without spaces at the ends of lines.
pub(crate) fn text(pdf: &[u8]) -> String {
    let text = said("pdftotext", &["-layout", "-enc", "UTF-8", "-", "-"], pdf);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The text in the order of reading, in one line.
pub(crate) fn read_aloud(pdf: &[u8]) -> String {
    let text = said("pdftotext", &["-raw", "-enc", "UTF-8", "-", "-"], pdf);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Title, tags, pages, dates.
pub(crate) fn about(pdf: &[u8]) -> String {
    said("pdfinfo", &["-"], pdf)
}

/// The metadata: XMP.
pub(crate) fn metadata(pdf: &[u8]) -> String {
    said("pdfinfo", &["-meta", "-"], pdf)
}

/// The tree of tags with the text in it.
pub(crate) fn structure(pdf: &[u8]) -> String {
    said("pdfinfo", &["-struct-text", "-"], pdf)
}

/// Every face: whether it is embedded (`emb`) and can be read back as letters (`uni`).
pub(crate) fn faces(pdf: &[u8]) -> Vec<(String, bool, bool)> {
    let list = said("pdffonts", &["-"], pdf);
    let row = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.len() - 5;
        (words[0].to_owned(), words[at] == "yes", words[at + 2] == "yes")
    };
    list.lines().skip(2).map(row).collect()
}

/// The first page in shades of gray, at so many dots an inch: width, height, dots.
pub(crate) fn picture(pdf: &[u8], dots: u32) -> (usize, usize, Vec<u8>) {
    let image = tool("pdftoppm", &["-gray", "-r", &dots.to_string(), "-f", "1", "-l", "1", "-"], pdf);
    let mut words = image.splitn(4, u8::is_ascii_whitespace).map(<[u8]>::to_vec);
    let mut word = || String::from_utf8(words.next().expect("a word")).expect("ASCII");
    assert_eq!(word(), "P5");
    let (width, height) = (word().parse().expect("a width"), word().parse().expect("a height"));
    let rest = &image[image.len() - width * height..];
    (width, height, rest.to_vec())
}
