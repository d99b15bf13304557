//! The operator's scanner for malware: asked about every file that people upload.
//!
//! Either a daemon that speaks clamd's protocol over TCP (`INSTREAM`, clamd(8)), or a command that reads the file on its
//! standard input and ends with 0 for clean and 1 for found, as `clamdscan -` does.

use crate::config;
use iis_registry::cases::Scan;
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::sync::Semaphore;

/// Bytes of a chunk that goes to clamd.
const CHUNK: usize = 64 * 1024;
/// The longest answer of clamd that is read, in bytes.
const LONGEST_ANSWER: u64 = 4096;

/// Who scans.
#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    Nobody,
    Clamd(String),
    Command(Vec<String>),
}

/// The scanner as the operator set it.
#[derive(Debug)]
pub struct Scanner {
    by: By,
    is_required: bool,
    deadline: Duration,
    /// Who may ask it now: the others wait, and their waiting counts towards the deadline.
    turns: Semaphore,
}

impl Scanner {
    /// The one of the configuration, which was checked before.
    pub fn of(config: &config::Scanner) -> Self {
        let by = match (config.clamd.as_str(), config.command.as_slice()) {
            ("", []) => By::Nobody,
            ("", command) => By::Command(command.to_vec()),
            (address, _) => By::Clamd(address.to_owned()),
        };
        Self {
            by,
            is_required: config.required,
            deadline: Duration::from_secs(config.seconds),
            turns: Semaphore::new(config.at_once),
        }
    }

    /// What it says of a file. A scanner that gives no answer is told in the log.
    pub async fn scan(&self, content: &[u8]) -> Scan {
        let asked = async {
            let _turn = self.turns.acquire().await.map_err(io::Error::other)?;
            match &self.by {
                By::Nobody => Ok(Scan::NotScanned),
                By::Clamd(address) => ask_clamd(address, content).await,
                By::Command(command) => ask_command(command, content).await,
            }
        };
        let answer = tokio::time::timeout(self.deadline, asked).await;
        match answer.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(scan) => scan,
            Err(error) => {
                tracing::error!(%error, refused = self.is_required, "the scanner did not say whether a file is clean");
                if self.is_required { Scan::NoAnswer } else { Scan::NotScanned }
            }
        }
    }
}

async fn ask_clamd(address: &str, content: &[u8]) -> io::Result<Scan> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"zINSTREAM\0").await?;
    for chunk in content.chunks(CHUNK) {
        let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(chunk).await?;
    }
    stream.write_all(&0_u32.to_be_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let answer = answer.trim_end_matches('\0').trim();
    match answer.rsplit(' ').next() {
        Some("OK") => Ok(Scan::Clean),
        Some("FOUND") => Ok(Scan::Found),
        _ => Err(io::Error::other("clamd answered neither OK nor FOUND")),
    }
}

async fn ask_command(command: &[String], content: &[u8]) -> io::Result<Scan> {
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut asked = Command::new(program);
    asked
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut child = asked.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // one that has seen enough may close its input
        match input.write_all(content).await {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    match child.wait().await?.code() {
        Some(0) => Ok(Scan::Clean),
        Some(1) => Ok(Scan::Found),
        _ => Err(io::Error::other("the command ended neither with 0 nor with 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::Scanner;
    use crate::config;
    use iis_registry::cases::Scan;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const PDF: &[u8] = b"%PDF-";

    fn scanner(clamd: &str, command: &[&str], required: bool) -> Scanner {
        let command = command.iter().map(|word| (*word).to_owned()).collect();
        Scanner::of(&config::Scanner { clamd: clamd.to_owned(), command, required, seconds: 2, at_once: 2 })
    }

    /// A daemon that takes one file and answers; the file comes back.
    async fn clamd(answer: &'static [u8]) -> (String, tokio::task::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let took = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("somebody asks");
            let mut command = [0; 10];
            stream.read_exact(&mut command).await.expect("a command");
            assert_eq!(&command, b"zINSTREAM\0");
            let mut file = Vec::new();
            loop {
                let length = stream.read_u32().await.expect("a length");
                if length == 0 {
                    break;
                }
                let mut chunk = vec![0; length as usize];
                stream.read_exact(&mut chunk).await.expect("a chunk");
                file.extend(chunk);
            }
            stream.write_all(answer).await.expect("answered");
            file
        });
        (address, took)
    }

    #[tokio::test]
    async fn a_daemon_gets_the_whole_file_and_its_word_is_kept() {
        #[rustfmt::skip]
        let table: [(&[u8], bool, Scan); 5] = [
            (b"stream: OK\0",                        true,  Scan::Clean),
            (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", true,  Scan::Found),
            (b"INSTREAM size limit exceeded. ERROR\0", true, Scan::NoAnswer),
            (b"INSTREAM size limit exceeded. ERROR\0", false, Scan::NotScanned),
            (b"",                                    true,  Scan::NoAnswer),
        ];
        for (answer, required, expected) in table {
            let (address, took) = clamd(answer).await;
            let content: Vec<u8> = (0..150_000_u32).map(|at| at.to_le_bytes()[0]).collect();
            let said = scanner(&address, &[], required).scan(&content).await;
            assert_eq!(said, expected, "{}", String::from_utf8_lossy(answer));
            assert_eq!(took.await.expect("it ends"), content);
        }
    }

    #[tokio::test]
    async fn a_command_says_it_by_how_it_ends() {
        #[rustfmt::skip]
        let table: [(&[&str], bool, Scan); 6] = [
            (&["grep", "-q", "-v", "EICAR"],  true,  Scan::Clean),
            (&["false"],                      true,  Scan::Found),
            (&["sh", "-c", "exit 2"],         true,  Scan::NoAnswer),
            (&["sh", "-c", "exit 2"],         false, Scan::NotScanned),
            (&["/no/such/program"],           true,  Scan::NoAnswer),
            (&["sleep", "60"],                true,  Scan::NoAnswer),
        ];
        for (command, required, expected) in table {
            let content = vec![b'a'; 200_000];
            assert_eq!(scanner("", command, required).scan(&content).await, expected, "{command:?}");
        }
    }

    /// A daemon that takes ten files, each in its time; says how many it was asked about at one time.
    async fn busy_clamd() -> (String, tokio::task::JoinHandle<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let took = tokio::spawn(async move {
            let (now, mut most) = (Arc::new(AtomicUsize::new(0)), 0);
            for _ in 0..10 {
                let (mut stream, _) = listener.accept().await.expect("somebody asks");
                most = most.max(now.fetch_add(1, Ordering::SeqCst) + 1);
                let now = Arc::clone(&now);
                tokio::spawn(async move {
                    let mut asked = [0; 10 + 4 + PDF.len() + 4]; // the command, one chunk, the end
                    stream.read_exact(&mut asked).await.expect("a file");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                    stream.write_all(b"stream: OK\0").await.expect("answered");
                });
            }
            most
        });
        (address, took)
    }

    #[tokio::test]
    async fn so_many_files_are_looked_at_at_one_time_and_the_others_wait() {
        let (address, took) = busy_clamd().await;
        let scanner = Arc::new(scanner(&address, &[], true));
        let mut files = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let scanner = Arc::clone(&scanner);
            files.spawn(async move { scanner.scan(PDF).await });
        }
        assert_eq!(files.join_all().await, [Scan::Clean; 10]);
        let most = took.await.expect("it ends");
        assert!(most <= 2, "{most}");
    }

    #[tokio::test]
    async fn without_a_scanner_nothing_is_said() {
        assert_eq!(scanner("", &[], true).scan(b"%PDF-").await, Scan::NotScanned);
        assert_eq!(scanner("127.0.0.1:1", &[], true).scan(b"%PDF-").await, Scan::NoAnswer, "nobody listens");
    }
}
