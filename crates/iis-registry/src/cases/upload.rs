//! Files that people send: taken by what they are, not by what they are called, and never run.

use crate::{Context, Failure};
use iis_store::{AuditEntry, Lane};
use serde::{Deserialize, Serialize};

/// The largest file, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// The longest name of a file, in characters, without its ending.
const LONGEST_NAME: usize = 76;

/// What the operator's scanner for malware says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scan {
    /// There is no scanner, or it gave no answer and need not.
    NotScanned,
    /// Nothing was found.
    Clean,
    /// Something was found.
    Found,
    /// The scanner must answer and did not.
    NoAnswer,
}

impl Scan {
    /// The word that is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotScanned => "not-scanned",
            Self::Clean => "clean",
            Self::Found => "found",
            Self::NoAnswer => "no-answer",
        }
    }

    /// What a word that was kept says.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::NotScanned, Self::Clean, Self::Found, Self::NoAnswer]
            .into_iter()
            .find(|scan| scan.word() == word)
    }
}

const NO_ROOM: &str =
    "The registry is short of disk space and takes no files now. Say it in words, or send the file tomorrow.";

/// A file that somebody sends.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its content.
    pub content: Box<[u8]>,
    /// What the scanner says of it.
    pub scan: Scan,
}

impl Upload {
    /// The media type by the first bytes of the content, whatever the sender says; none: not a kind that is taken.
    pub fn media_type(&self) -> Option<&'static str> {
        match &*self.content {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
            [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
            _ => None,
        }
    }

    /// The media type; or the word for the audit and the sentence for the sender why it is not taken.
    fn checked(&self) -> Result<&'static str, (&'static str, &'static str)> {
        if self.content.len() > LARGEST {
            return Err((
                "too-large",
                "The file is larger than 10 MB. Scan it in black and white, or at 200 dpi.",
            ));
        }
        let media_type = self.media_type().ok_or(("wrong-kind", "Upload a PDF, a PNG or a JPEG file."))?;
        match self.scan {
            Scan::Clean | Scan::NotScanned => Ok(media_type),
            Scan::Found => {
                Err(("malware", "The scanner found something harmful in the file. It was not kept."))
            }
            Scan::NoAnswer => {
                Err(("not-scanned", "Files cannot be scanned right now. Nothing was kept; try again later."))
            }
        }
    }

    /// The media type of a file that is taken. One that is not leaves this row in the audit, with why. None is where the disk
    /// is nearly full: reports need the room.
    pub(crate) async fn admitted(&self, cx: &Context, refusal: AuditEntry) -> Result<&'static str, Failure> {
        let (word, sentence) = match self.checked() {
            Ok(_) if cx.store.is_nearly_full() => ("no-room", NO_ROOM),
            Ok(media_type) => return Ok(media_type),
            Err(refused) => refused,
        };
        let entry = refusal.result(word);
        cx.store.write(Lane::Web, move |tx| tx.audit(&entry)).await?;
        Err(Failure::Rule(sentence))
    }
}

/// The name that a file keeps: letters, digits and `.-_` of what it was called, with the ending of what it is.
pub(crate) fn file_name(called: &str, media_type: &str) -> String {
    let kept = called.chars().filter(|letter| letter.is_alphanumeric() || ".-_ ".contains(*letter));
    let kept: String = kept.skip_while(|letter| !letter.is_alphanumeric()).take(LONGEST_NAME).collect();
    let (kept, endings): (_, &[&str]) = match media_type {
        "application/pdf" => (kept, &[".pdf"]),
        "image/png" => (kept, &[".png"]),
        _ => (kept, &[".jpg", ".jpeg"]),
    };
    let kept = if kept.trim().is_empty() { "file" } else { kept.trim() };
    let has_ending = endings.iter().any(|ending| kept.to_lowercase().ends_with(ending));
    if has_ending { kept.to_owned() } else { format!("{kept}{}", endings[0]) }
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, Scan, Upload, file_name};

    fn upload(content: &[u8], scan: Scan) -> Upload {
        Upload { content: content.into(), scan }
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        let kind = |content: &[u8]| upload(content, Scan::Clean).media_type();
        assert_eq!(kind(b"%PDF-1.7 ..."), Some("application/pdf"));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(kind(&[0xff, 0xd8, 0xff, 0xe0]), Some("image/jpeg"));
        for bad in [&b""[..], b"MZ\x90", b"<html>", b"GIF89a", b"PK\x03\x04", b"<svg xmlns=", b" %PDF-1.7"] {
            assert_eq!(kind(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_is_not_taken_has_a_reason() {
        let large = |bytes: usize| [&b"%PDF-"[..], &vec![0; bytes - 5]].concat();
        #[rustfmt::skip]
        let table = [
            (large(LARGEST),     Scan::Clean,      Ok("application/pdf")),
            (large(LARGEST + 1), Scan::Clean,      Err("too-large")),
            (large(10),          Scan::NotScanned, Ok("application/pdf")),
            (large(10),          Scan::Found,      Err("malware")),
            (large(10),          Scan::NoAnswer,   Err("not-scanned")),
            (b"MZ".to_vec(),     Scan::Clean,      Err("wrong-kind")),
        ];
        for (content, scan, expected) in table {
            let said = upload(&content, scan).checked().map_err(|(word, _)| word);
            assert_eq!(said, expected, "{} bytes, {scan:?}", content.len());
        }
    }

    #[test]
    fn a_file_is_named_for_what_it_is() {
        #[rustfmt::skip]
        let table = [
            ("../../a <b>.pdf",    "application/pdf", "a b.pdf"),
            ("virus.exe",          "application/pdf", "virus.exe.pdf"),
            ("photo.JPEG",         "image/jpeg",      "photo.JPEG"),
            ("a\"\r\nX-Evil: 1",   "image/png",       "aX-Evil 1.png"),
            ("",                   "image/png",       "file.png"),
            ("... .",              "image/png",       "file.png"),
        ];
        for (called, media_type, kept) in table {
            assert_eq!(file_name(called, media_type), kept, "{called:?}");
        }
        assert_eq!(file_name(&"é".repeat(300), "image/png").chars().count(), 80);
    }
}
