//! The oracle of the crash tests: what was sent and what was acknowledged, written down outside the server before and
//! after each message, and compared with what the server has when it is back.

use super::template::control_number;
use super::{Connection, Mix, Target, ack_of};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Sends the mix over many connections into a server that may die at any moment, and keeps the books.
///
/// A message whose reply was lost is sent again, byte for byte, once somebody listens again: half of the times, drawn by
/// its number; the other half is never heard of again, as with a sender that gives up.
#[derive(Debug)]
pub struct Oracle {
    folder: PathBuf,
    next_run: u64,
}

/// Control numbers of one connection of one run: enough for any test.
const NUMBERS: u64 = 10_000_000;

impl Oracle {
    /// An oracle that keeps its books in a folder, which is made if it is not there. Books of an earlier oracle in the
    /// same folder are read on.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let books = fs::read_dir(folder)?.count() as u64;
        Ok(Self { folder: folder.to_owned(), next_run: books })
    }

    /// Sends over `connections` connections until `stop` is set. Broken connections are opened again.
    pub fn storm(
        &mut self,
        target: &Target,
        mix: &Mix,
        connections: usize,
        stop: &AtomicBool,
    ) -> io::Result<()> {
        let first = self.next_run;
        self.next_run += connections as u64;
        thread::scope(|scope| {
            let mut clients = Vec::new();
            for number in first..self.next_run {
                let book = File::create(self.folder.join(format!("book-{number:06}.txt")))?;
                clients.push(scope.spawn(move || keep_sending(target, mix, number, book, stop)));
            }
            clients
                .into_iter()
                .try_for_each(|client| client.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())))
        })
    }

    /// What all books say.
    pub fn ledger(&self) -> io::Result<Ledger> {
        let mut ledger = Ledger::default();
        for entry in fs::read_dir(&self.folder)? {
            for line in fs::read_to_string(entry?.path())?.lines() {
                ledger.take(line);
            }
        }
        Ok(ledger)
    }
}

fn keep_sending(
    target: &Target,
    mix: &Mix,
    number: u64,
    mut book: File,
    stop: &AtomicBool,
) -> io::Result<()> {
    let mut stream = mix.stream(number, (number + 1) * NUMBERS);
    let mut connection = None;
    let mut request = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let (_, control) = stream.next(&mut request);
        writeln!(book, "sent {control}")?;
        let mut is_answered = one(target, &mut connection, &request, control, &mut book)?;
        while !is_answered && crate::random::mix(control).is_multiple_of(2) && !stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(20));
            is_answered = one(target, &mut connection, &request, control, &mut book)?;
        }
        if is_answered {
            stream.acknowledged(control, &request);
        } else {
            thread::sleep(Duration::from_millis(5));
        }
    }
    Ok(())
}

/// Sends a request once; whether it was acknowledged. The book is written before anything else happens.
fn one(
    target: &Target,
    connection: &mut Option<Connection>,
    request: &[u8],
    control: u64,
    book: &mut File,
) -> io::Result<bool> {
    if connection.is_none() {
        *connection = Connection::open(target.address).ok();
    }
    let Some(open) = connection else { return Ok(false) };
    let Ok(answer) = open.exchange(request) else {
        *connection = None;
        return Ok(false);
    };
    match ack_of(answer.body) {
        Some((code @ ("AA" | "AE"), named)) if answer.status == 200 => {
            let named = control_number(named);
            let word = if named == Some(control) { code } else { "stray" };
            writeln!(book, "{word} {control} {:016x}", digest(answer.body))?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// A digest of a reply, to see that a message sent again gets the same one (FNV-1a).
fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What was sent, and what was acknowledged how.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Everything that was sent, by control number.
    pub sent: BTreeSet<u64>,
    /// Everything that was acknowledged AA or AE, with the digests of all replies it got.
    pub acknowledged: BTreeMap<u64, BTreeSet<String>>,
    /// Replies that named another message.
    pub strays: u64,
}

/// What is wrong, as control numbers.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Acknowledged and not there.
    pub lost: Vec<u64>,
    /// There more than once.
    pub doubled: Vec<u64>,
    /// There and never sent.
    pub unsent: Vec<u64>,
    /// Sent again and answered with other bytes.
    pub answered_differently: Vec<u64>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

impl Ledger {
    fn take(&mut self, line: &str) {
        let mut words = line.split(' ');
        let (word, control) = (words.next(), words.next().and_then(|number| number.parse().ok()));
        match (word, control) {
            (Some("sent"), Some(control)) => {
                self.sent.insert(control);
            }
            (Some("AA" | "AE"), Some(control)) => {
                let digest = words.next().unwrap_or_default().to_owned();
                self.acknowledged.entry(control).or_default().insert(digest);
            }
            (Some("stray"), _) => self.strays += 1,
            _ => {}
        }
    }

    /// Compares the books with the control ids that the store holds, each as often as it is there. Control ids of
    /// others are passed over.
    pub fn compare<'a>(&self, stored: impl IntoIterator<Item = &'a str>) -> Verdict {
        let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
        for control in stored.into_iter().filter_map(control_number) {
            *counts.entry(control).or_default() += 1;
        }
        let absent = |control: &&u64| !counts.contains_key(*control);
        Verdict {
            lost: self.acknowledged.keys().filter(absent).copied().collect(),
            doubled: counts.iter().filter(|(_, count)| **count > 1).map(|(control, _)| *control).collect(),
            unsent: counts.keys().filter(|control| !self.sent.contains(control)).copied().collect(),
            answered_differently: self
                .acknowledged
                .iter()
                .filter(|(_, digests)| digests.len() > 1)
                .map(|(control, _)| *control)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ledger, Oracle, Verdict};
    use crate::load::{Mix, Target};
    use std::collections::BTreeMap;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::sync::{Mutex, PoisonError};
    use std::thread;
    use std::time::Duration;

    fn ledger(lines: &[&str]) -> Ledger {
        let mut ledger = Ledger::default();
        for line in lines {
            ledger.take(line);
        }
        ledger
    }

    #[test]
    fn each_way_of_breaking_the_promise_is_noticed() {
        let books =
            ledger(&["sent 1", "AA 1 aa", "sent 2", "sent 3", "AE 3 cc", "sent 4", "AA 4 dd", "AA 4 ee"]);
        let id = |number: u64| format!("C{number:015}");
        #[rustfmt::skip]
        let table: [(&[u64], Verdict); 4] = [
            // stored, verdict
            (&[1, 3, 4],       Verdict { answered_differently: vec![4], ..Verdict::default() }),
            (&[1, 2, 4],       Verdict { lost: vec![3], answered_differently: vec![4], ..Verdict::default() }),
            (&[1, 3, 3, 4],    Verdict { doubled: vec![3], answered_differently: vec![4], ..Verdict::default() }),
            (&[1, 3, 4, 9],    Verdict { unsent: vec![9], answered_differently: vec![4], ..Verdict::default() }),
        ];
        for (stored, verdict) in table {
            let stored: Vec<String> = stored.iter().map(|number| id(*number)).collect();
            assert_eq!(books.compare(stored.iter().map(String::as_str)), verdict, "{stored:?}");
        }
        assert_eq!(books.compare(["DEMO-1", "QUILLAN-3"]).unsent, Vec::<u64>::new());
    }

    /// A server that stores, then answers or hangs up; every seventh time it hangs up before storing.
    fn unreliable(listener: &TcpListener, stored: &Mutex<BTreeMap<String, String>>, served: &AtomicU64) {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = vec![0; 16 * 1024];
            while let Ok(count @ 1..) = stream.read(&mut request) {
                let text = String::from_utf8_lossy(&request[..count]).into_owned();
                if text.starts_with("QUIT") {
                    return;
                }
                let control = text.split('|').nth(9).unwrap_or_default().to_owned();
                let number = served.fetch_add(1, Ordering::Relaxed);
                if number % 7 == 6 {
                    break;
                }
                let mut stored = stored.lock().unwrap_or_else(PoisonError::into_inner);
                let reply = stored
                    .entry(control.clone())
                    .or_insert_with(|| format!("MSH|x\rMSA|AA|{control}\rERR|{number}\r"));
                if number % 5 == 4 {
                    break;
                }
                let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{reply}", reply.len());
                if stream.write_all(reply.as_bytes()).is_err() {
                    break;
                }
            }
        }
    }

    #[test]
    fn a_server_that_hangs_up_and_keeps_its_word_passes() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let target = Target { address, credentials: "a:b".into() };
        let folder = tempfile::tempdir().expect("a folder");
        let mut oracle = Oracle::open(folder.path()).expect("an oracle");
        let mix = Mix::new(&target, "BENCH", 1, 20, 50);
        let (stored, served, stop) = (Mutex::default(), AtomicU64::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| unreliable(&listener, &stored, &served));
            scope.spawn(|| {
                while served.load(Ordering::Relaxed) < 300 {
                    thread::sleep(Duration::from_millis(1));
                }
                stop.store(true, Ordering::Relaxed);
            });
            oracle.storm(&target, &mix, 1, &stop).expect("books");
            std::net::TcpStream::connect(address)
                .and_then(|mut end| end.write_all(b"QUIT"))
                .expect("the end");
        });
        let stored = stored.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ledger = oracle.ledger().expect("books");
        assert!(ledger.acknowledged.len() > 100 && ledger.strays == 0);
        assert!(ledger.compare(stored.keys().map(String::as_str)).is_clean());
        // The first message was answered; without it the promise is broken.
        let one_less = stored.keys().skip(1).map(String::as_str);
        assert_eq!(ledger.compare(one_less).lost, [10_000_000]);
    }
}
