//! The file of messages.

use anyhow::{Context, Result};
use iis_synth::load::{Mix, Target};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::SocketAddr;
use std::path::Path;

/// The most people who are known: their messages are kept in memory.
const MOST_KNOWN: usize = 100_000;

/// Writes a file of so many messages in batch envelopes: each known person introduced, then the mix.
pub(crate) fn write(path: &Path, messages: u64, known: u64) -> Result<()> {
    let known = usize::try_from(known)?.clamp(1, MOST_KNOWN);
    // the mix builds requests; the file takes what comes after their heads
    let target = Target { address: SocketAddr::from(([127, 0, 0, 1], 1)), credentials: "x:x".to_owned() };
    let mix = Mix::new(&target, "RIVER", 7, known, known * 3 / 2);
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(b"FHS|^~\\&|EHR|RIVER\rBHS|^~\\&|EHR|RIVER\r")?;
    let mut written = 0;
    for (_, request) in mix.introductions(0, 1, 1) {
        if written == messages {
            break;
        }
        file.write_all(body(&request)?)?;
        written += 1;
    }
    let mut stream = mix.stream(11, written + 1);
    let mut request = Vec::new();
    while written < messages {
        let (_, control) = stream.next(&mut request);
        file.write_all(body(&request)?)?;
        stream.acknowledged(control, &request);
        written += 1;
    }
    write!(file, "BTS|{messages}\rFTS|1\r")?;
    file.flush()?;
    Ok(())
}

fn body(request: &[u8]) -> Result<&[u8]> {
    let end = request.windows(4).position(|four| four == b"\r\n\r\n").context("a request has a head")?;
    Ok(&request[end + 4..])
}
