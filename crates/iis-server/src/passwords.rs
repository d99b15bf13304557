//! Password hashes (Argon2id) on a few threads with a bounded queue, so that a storm of sign-ins can exhaust neither
//! memory nor the processors that answer senders.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Longest password that is hashed, in bytes; longer ones never match.
pub const LONGEST_PASSWORD: usize = 1024;

/// The pool.
#[derive(Debug, Clone)]
pub struct Passwords {
    queue: SyncSender<Task>,
    /// The hash of nobody's password: compared when the account is unknown, so that both take the same time.
    nobody: Arc<str>,
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The queue is full.
    #[error("too many sign-ins at this moment")]
    Busy,
    /// The system gave no randomness, or the pool has ended.
    #[error("the password could not be hashed")]
    Unavailable,
}

enum Task {
    Verify { password: String, phc: Arc<str>, answer: oneshot::Sender<bool> },
    Hash { password: String, answer: oneshot::Sender<Option<String>> },
}

impl Passwords {
    /// Starts `threads` threads with a queue of `waiting`.
    pub fn start(threads: usize, waiting: usize) -> std::io::Result<Self> {
        let (queue, tasks) = sync_channel(waiting);
        let tasks = Arc::new(Mutex::new(tasks));
        for n in 0..threads {
            let tasks = Arc::clone(&tasks);
            std::thread::Builder::new().name(format!("password-{n}")).spawn(move || work(&tasks))?;
        }
        let nobody = hash(&crate::clock::secret()).unwrap_or_default().into();
        Ok(Self { queue, nobody })
    }

    /// Whether the password belongs to the hash. Without a hash (no such account, or one whose password was never set) the
    /// answer is no, after the same work.
    pub async fn verify(&self, password: &str, phc: Option<&str>) -> Result<bool, PasswordError> {
        let (answer, answered) = oneshot::channel();
        let (phc, is_hash) = self.against(phc);
        let known = is_hash && password.len() <= LONGEST_PASSWORD;
        let password = if known { password.to_owned() } else { String::new() };
        self.send(Task::Verify { password, phc, answer })?;
        answered.await.map(|right| right && known).map_err(|_| PasswordError::Unavailable)
    }

    /// The hash that is worked with, and whether it is the account's own.
    fn against(&self, phc: Option<&str>) -> (Arc<str>, bool) {
        match phc.filter(|phc| phc.starts_with('$')) {
            Some(phc) => (phc.into(), true),
            None => (Arc::clone(&self.nobody), false),
        }
    }

    /// The PHC string of a new password.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (answer, answered) = oneshot::channel();
        self.send(Task::Hash { password: password.to_owned(), answer })?;
        answered.await.ok().flatten().ok_or(PasswordError::Unavailable)
    }

    fn send(&self, task: Task) -> Result<(), PasswordError> {
        self.queue.try_send(task).map_err(|error| match error {
            TrySendError::Full(_) => PasswordError::Busy,
            TrySendError::Disconnected(_) => PasswordError::Unavailable,
        })
    }
}

/// The PHC string of a password, computed here and now (for the command line).
pub fn hash(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

/// Takes tasks until the pool is dropped. A receiver that is gone (its client went away) is no loss.
fn work(tasks: &Mutex<Receiver<Task>>) {
    loop {
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match task {
            Ok(Task::Verify { password, phc, answer }) if !answer.is_closed() => {
                let right = PasswordHash::new(&phc)
                    .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
                let _ = answer.send(right);
            }
            Ok(Task::Hash { password, answer }) if !answer.is_closed() => {
                let _ = answer.send(hash(&password));
            }
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PasswordError, Passwords};

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_matches() {
        let pool = Passwords::start(1, 4).expect("threads start");
        let phc = pool.hash("correct horse").await.expect("hashed");
        assert!(phc.starts_with("$argon2id$v=19$"));
        #[rustfmt::skip]
        let table = [
            ("correct horse",  Some(phc.as_str()), true),
            ("correct horse ", Some(phc.as_str()), false),
            ("",               Some(phc.as_str()), false),
            ("correct horse",  Some("no hash"),    false),
            ("correct horse",  None,               false),
            ("",               None,               false),
        ];
        for (password, phc, right) in table {
            assert_eq!(pool.verify(password, phc).await, Ok(right), "{password:?} {phc:?}");
        }
    }

    #[tokio::test]
    async fn a_password_is_compared_letter_by_letter_to_its_end_and_may_be_long() {
        let pool = Passwords::start(1, 4).expect("threads start");
        let long = "Grüße an 64 Wölfe, die im Winter still durch den hohen Schnee gehen ".repeat(3);
        assert!(long.chars().count() > 64 && long.len() > 72);
        let phc = pool.hash(&long).await.expect("hashed");
        let all_but_the_last: String = long.chars().take(long.chars().count() - 1).collect();
        let composed = long.replace('ü', "u\u{308}");
        for other in [long.to_lowercase(), all_but_the_last, format!("{long} "), composed] {
            assert_eq!(pool.verify(&other, Some(&phc)).await, Ok(false), "{other}");
        }
        assert_eq!(pool.verify(&long, Some(&phc)).await, Ok(true));
    }

    #[tokio::test]
    async fn a_full_queue_says_busy_at_once() {
        let pool = Passwords::start(1, 1).expect("threads start");
        let tries: Vec<_> = (0..20)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.verify("x", None).await })
            })
            .collect();
        let mut busy = 0;
        for one in tries {
            match one.await.expect("joined") {
                Err(PasswordError::Busy) => busy += 1,
                other => assert_eq!(other, Ok(false)),
            }
        }
        assert!(busy >= 10, "{busy} of 20 were refused at once");
    }

    #[test]
    fn d5_an_account_without_a_password_takes_the_work_of_any_other() {
        let passwords = Passwords::start(1, 1).expect("a thread");
        for none in [None, Some("none"), Some("")] {
            let (hash, is_own) = passwords.against(none);
            assert!(!is_own && hash.starts_with("$argon2id$"), "{none:?}: {hash}");
        }
    }
}
