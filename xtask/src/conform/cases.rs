//! The published messages, and what is expected of the answer to each.

use super::expected::{Expected, Published};
use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

/// Files of many messages end so.
const ENDINGS: [&str; 2] = [".hl7", ".hl7.gz"];
/// How a packed file begins (RFC 1952, section 2.3.1).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// One message to send.
#[derive(Debug)]
pub(super) struct Case {
    /// File, and for a file of many `#` and the number in it, from 1.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// MSH-10, which the answer repeats.
    pub(super) control_id: String,
    pub(super) expected: Expected,
}

/// Messages that are sent and judged together.
#[derive(Debug)]
pub(super) struct Suite {
    pub(super) name: String,
    /// Whether one is sent after the other; each is then a case of its own.
    pub(super) is_ordered: bool,
    pub(super) cases: Vec<Case>,
}

/// The single messages, each feed, and the coded values below `samples`.
pub(super) fn read(samples: &Path) -> Result<Vec<Suite>> {
    let mut suites =
        vec![Suite { name: "single messages".into(), is_ordered: true, cases: single(samples)? }];
    let mut coded = Vec::new();
    for folder in ["coded-values", "bulk"] {
        let mut names: Vec<String> = fs::read_dir(samples.join(folder))
            .with_context(|| format!("reading {folder}"))?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<_>>()?;
        names.retain(|name| ENDINGS.iter().any(|ending| name.ends_with(ending)));
        names.sort();
        for name in names {
            let name = format!("{folder}/{name}");
            let cases = many(samples, &name)?;
            if folder == "bulk" {
                suites.push(Suite { cases, name, is_ordered: false });
            } else {
                coded.extend(cases);
            }
        }
    }
    suites.push(Suite { name: "coded values".into(), is_ordered: false, cases: coded });
    Ok(suites)
}

/// One row of the index: what its publisher says.
struct Row {
    file: String,
    source: String,
    message_type: String,
    msa_1: String,
    expected: String,
}

impl Row {
    fn is_of_nist(&self) -> bool {
        self.source.contains("hit-iz-tool")
    }
}

fn single(samples: &Path) -> Result<Vec<Case>> {
    let rows = index(&samples.join("INDEX.csv"))?;
    let mut files = Vec::with_capacity(rows.len());
    for row in rows {
        let bytes = fs::read(samples.join(&row.file)).with_context(|| format!("reading {}", row.file))?;
        files.push((row, bytes));
    }
    let replies = nist_replies(&files);
    let mut cases: Vec<_> = files
        .into_iter()
        .map(|(row, bytes)| {
            let control_id = control_id(&bytes);
            // Others publish copies with other dates under the same control id; what is said is about NIST's own.
            let paired = replies.get(&control_id).filter(|_| row.is_of_nist()).and_then(Option::as_ref);
            let expected = Expected::of(&row.message_type, &row.expected, paired);
            (rank(&row.message_type), Case { name: row.file, bytes, control_id, expected })
        })
        .collect();
    cases.sort_by_key(|(rank, _)| *rank);
    Ok(cases.into_iter().map(|(_, case)| case).collect())
}

/// Reports come before the queries that ask for them.
fn rank(message_type: &str) -> u8 {
    match message_type.get(..3) {
        Some("VXU") => 0,
        Some("QBP") => 1,
        _ => 2,
    }
}

/// What the replies say that NIST published, by the control id they answer; nothing where two disagree.
fn nist_replies(files: &[(Row, Vec<u8>)]) -> BTreeMap<String, Option<Published>> {
    let mut replies: BTreeMap<String, Option<Published>> = BTreeMap::new();
    for (_, bytes) in files.iter().filter(|(row, _)| row.is_of_nist() && !row.msa_1.is_empty()) {
        let reply = segments(bytes);
        let answered = reply.iter().find(|fields| fields[0] == "MSA").and_then(|msa| msa.get(2).cloned());
        // Placeholders of several test plans share numbers; the steps of the 2015 plan have names.
        let Some(answered) = answered.filter(|id| id.starts_with("NIST-IZ-")) else { continue };
        let published = Published::of(&reply);
        replies
            .entry(answered)
            .and_modify(|before| {
                if before.as_ref() != Some(&published) {
                    *before = None;
                }
            })
            .or_insert_with(|| Some(published.clone()));
    }
    replies
}

fn index(path: &Path) -> Result<Vec<Row>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("reading {}", path.display()))?;
    let headings = reader.headers()?.clone();
    let column = |name: &str| {
        headings.iter().position(|heading| heading == name).with_context(|| format!("no column {name}"))
    };
    let (file, source, message_type) = (column("file")?, column("source")?, column("message_type")?);
    let (msa_1, expected) = (column("msa_1")?, column("expected")?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let text = |at: usize| record.get(at).unwrap_or_default().to_owned();
        rows.push(Row {
            file: text(file),
            source: text(source),
            message_type: text(message_type),
            msa_1: text(msa_1),
            expected: text(expected),
        });
    }
    Ok(rows)
}

fn many(samples: &Path, name: &str) -> Result<Vec<Case>> {
    let packed = fs::read(samples.join(name)).with_context(|| format!("reading {name}"))?;
    let mut bytes = Vec::new();
    if packed.starts_with(GZIP) {
        GzDecoder::new(&*packed).read_to_end(&mut bytes).with_context(|| format!("unpacking {name}"))?;
    } else {
        bytes = packed;
    }
    let messages = messages(&bytes).into_iter();
    Ok((1..)
        .zip(messages)
        .map(|(number, bytes)| Case {
            name: format!("{name}#{number}"),
            control_id: control_id(&bytes),
            bytes,
            expected: Expected::any(),
        })
        .collect())
}

/// The messages of a file: each from a line that begins with MSH to the next, batch envelopes left out.
fn messages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for line in bytes.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| !line.trim_ascii().is_empty())
    {
        if matches!(line.get(..3), Some(b"FHS" | b"BHS" | b"BTS" | b"FTS")) {
            continue;
        }
        if line.starts_with(b"MSH") {
            messages.push(Vec::new());
        }
        if let Some(message) = messages.last_mut() {
            message.extend_from_slice(line);
            message.push(b'\r');
        }
    }
    messages
}

fn control_id(bytes: &[u8]) -> String {
    // MSH-1 is the separator itself, so MSH-10 is the tenth piece from 0.
    segments(bytes)
        .first()
        .filter(|fields| fields[0] == "MSH")
        .and_then(|msh| msh.get(9).cloned())
        .unwrap_or_default()
}

fn segments(bytes: &[u8]) -> Vec<Vec<String>> {
    String::from_utf8_lossy(bytes)
        .split(['\r', '\n'])
        .filter(|line| !line.is_empty())
        .map(|line| line.split('|').map(ToOwned::to_owned).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{control_id, messages};

    #[test]
    fn a_file_of_many_is_cut_at_each_header() {
        let file = b"FHS|^~\\&\r\nMSH|a\r\nPID|1\r\n\r\nMSH|b\nPID|2\nstray\nFTS|1\n";
        assert_eq!(messages(file), [b"MSH|a\rPID|1\r".to_vec(), b"MSH|b\rPID|2\rstray\r".to_vec()]);
    }

    #[test]
    fn the_control_id_is_msh_10() {
        #[rustfmt::skip]
        let table: [(&[u8], &str); 3] = [
            (b"MSH|^~\\&|A|B|C|D|2026||VXU^V04|M1|P|2.5.1\rPID|1\r", "M1"),
            (b"MSH|^~\\&|A\r",                                       ""),
            (b"PID|1\r",                                             ""),
        ];
        for (message, id) in table {
            assert_eq!(control_id(message), id);
        }
    }
}
