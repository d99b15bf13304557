//! What is asked of people who sign in: the operator's agreement, the list of leaked passwords, the second factor.

use crate::audit_key::hex;
use crate::config::SignIn;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The rules, read when the server starts.
#[derive(Debug, Clone)]
pub struct SignInRules {
    /// Whether everybody must set up a second factor.
    pub is_second_factor_required: bool,
    /// The agreement that everybody accepts.
    pub agreement: Option<Arc<Agreement>>,
    breached: Option<PathBuf>,
}

/// A text to be accepted.
#[derive(Debug)]
pub struct Agreement {
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// By what it is known which text was accepted.
    pub sha256: [u8; 32],
}

impl SignInRules {
    /// Reads what the operator set.
    pub fn read(config: &SignIn) -> io::Result<Self> {
        let agreement = match config.agreement_file.as_str() {
            "" => None,
            path => Some(Arc::new(Agreement::of(&std::fs::read_to_string(path)?))),
        };
        let breached = Some(&config.breached_passwords_file).filter(|path| !path.is_empty());
        if let Some(path) = breached {
            File::open(path)?;
        }
        Ok(Self {
            is_second_factor_required: config.second_factor == "required",
            agreement,
            breached: breached.map(PathBuf::from),
        })
    }

    /// Whether a password stands in the operator's list of those that leaked elsewhere.
    pub async fn is_breached(&self, password: &str) -> io::Result<bool> {
        let Some(path) = self.breached.clone() else { return Ok(false) };
        let wanted = hex(&Sha1::digest(password.as_bytes())).to_uppercase();
        tokio::task::spawn_blocking(move || stands_in(&path, &wanted)).await.map_err(io::Error::other)?
    }
}

impl Agreement {
    fn of(text: &str) -> Self {
        let text = text.trim().replace("\r\n", "\n");
        let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
        Self { paragraphs, sha256: Sha256::digest(text.as_bytes()).into() }
    }
}

/// Whether a line of an ordered file begins with these words, by halving.
fn stands_in(path: &Path, wanted: &str) -> io::Result<bool> {
    let file = File::open(path)?;
    let (mut from, mut until) = (0, file.metadata()?.len());
    let mut lines = BufReader::new(file);
    while from < until {
        let middle = from + (until - from) / 2;
        let (start, line) = line_after(&mut lines, middle)?;
        // the last lines of a stretch are looked at one by one
        if line.is_empty() || start >= until {
            return in_order(&mut lines, from, until, wanted);
        }
        match key(&line).cmp(wanted) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => from = start,
            std::cmp::Ordering::Greater => until = middle,
        }
        if until - from < 4_096 {
            return in_order(&mut lines, from, until, wanted);
        }
    }
    Ok(false)
}

/// The first whole line that begins after this place (or at it, at the beginning of the file), and where it begins.
fn line_after(lines: &mut BufReader<File>, place: u64) -> io::Result<(u64, String)> {
    lines.seek(SeekFrom::Start(place))?;
    let (mut start, mut line) = (place, Vec::new());
    if place > 0 {
        start += u64::try_from(lines.read_until(b'\n', &mut line)?).unwrap_or(u64::MAX);
        line.clear();
    }
    lines.read_until(b'\n', &mut line)?;
    Ok((start, String::from_utf8_lossy(&line).into_owned()))
}

/// Looks at every line that begins from `from` up to `until`, and at the one that begins there.
fn in_order(lines: &mut BufReader<File>, from: u64, until: u64, wanted: &str) -> io::Result<bool> {
    lines.seek(SeekFrom::Start(from))?;
    let (mut place, mut line) = (from, Vec::new());
    while place <= until {
        line.clear();
        let read = lines.read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        if key(&String::from_utf8_lossy(&line)) == wanted {
            return Ok(true);
        }
        place += u64::try_from(read).unwrap_or(u64::MAX);
    }
    Ok(false)
}

/// What stands before the colon.
fn key(line: &str) -> &str {
    line.trim().split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Agreement, SignInRules};
    use crate::audit_key::hex;
    use crate::config::SignIn;
    use sha1::{Digest, Sha1};

    #[tokio::test]
    async fn a_password_of_the_list_is_found_wherever_it_stands() {
        let words: Vec<String> = (0..2_000).map(|n| format!("correct horse {n}")).collect();
        let mut lines: Vec<String> =
            words.iter().map(|word| format!("{}:7\r\n", hex(&Sha1::digest(word)).to_uppercase())).collect();
        lines.sort();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("breached.txt");
        std::fs::write(&path, lines.concat()).expect("written");
        let file = path.display().to_string();
        let config = SignIn { breached_passwords_file: file, ..SignIn::default() };
        let rules = SignInRules::read(&config).expect("read");
        for word in &words {
            assert!(rules.is_breached(word).await.expect("read"), "{word}");
        }
        for n in 0..500 {
            assert!(!rules.is_breached(&format!("battery staple {n}")).await.expect("read"), "{n}");
        }
        let none = SignInRules::read(&SignIn::default()).expect("read");
        assert!(!none.is_breached(&words[0]).await.expect("read"));
    }

    #[test]
    fn an_agreement_is_the_same_however_its_lines_end() {
        let (unix, other) = (
            Agreement::of("I keep\nsecrets.\n\nAlways.\n"),
            Agreement::of("I keep\r\nsecrets.\r\n\r\nAlways."),
        );
        assert_eq!(unix.paragraphs, ["I keep secrets.", "Always."]);
        assert_eq!(unix.sha256, other.sha256);
        assert_ne!(unix.sha256, Agreement::of("Never.").sha256);
    }
}
