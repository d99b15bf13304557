//! Which messages wait for which: those that may be about the same person are answered in the order of the file.

use iis_hl7::er7::Segment;
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use tokio::sync::watch::{Receiver, Sender, channel};

/// What ties a submission to others: hashes of its identifier list and of its birth date. Messages about one person agree
/// in one of them, but for a record that is new and has another birth date: nothing would tell whose it is anyway.
pub(super) type Ties = [u64; 2];

/// What ties the message to others; `None`: it goes alone, since a query sees all that came before it.
pub(super) fn ties_of(bytes: &[u8]) -> Option<Ties> {
    of_person(bytes, |person| [3, 7].map(|field| hashed(field, person.field(field).raw())))
}

/// The identifier list of a submission: messages with the same text here are about the same person.
pub(crate) fn chain_of(bytes: &[u8]) -> Option<String> {
    of_person(bytes, |person| person.field(3).raw().to_owned())
}

/// Something of the PID segment of a submission.
fn of_person<T>(bytes: &[u8], f: impl FnOnce(Segment<'_>) -> T) -> Option<T> {
    let (message, _) = iis_hl7::parse(bytes);
    let is_submission = message.header().is_some_and(|header| header.field(9).component(1).is("VXU"));
    let person = message.segment("PID")?;
    is_submission.then(|| f(person))
}

fn hashed(field: u8, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (field, text).hash(&mut hasher);
    hasher.finish()
}

/// The messages under way. They leave in the order in which they entered.
#[derive(Default)]
pub(super) struct Order {
    under_way: VecDeque<Entered>,
    /// How many have left.
    left: u64,
    /// The last one under way with this tie.
    last: HashMap<u64, u64>,
    /// The last one under way that goes alone.
    alone: Option<u64>,
}

struct Entered {
    ties: Option<Ties>,
    is_done: Receiver<bool>,
}

/// What a message waits for.
pub(super) struct Turn(Vec<Receiver<bool>>);

impl Turn {
    /// Waits. `false`: one before it failed, and it must not be done.
    pub(super) async fn come(self) -> bool {
        for mut before in self.0 {
            if before.wait_for(|is_done| *is_done).await.is_err() {
                return false;
            }
        }
        true
    }
}

impl Order {
    /// Enters the next message: what it waits for, and where it says that it is done.
    pub(super) fn enter(&mut self, ties: Option<Ties>) -> (Turn, Sender<bool>) {
        let number = self.left + self.under_way.len() as u64;
        let before: Vec<_> = match &ties {
            None => self.under_way.iter().map(|entered| entered.is_done.clone()).collect(),
            Some(ties) => {
                let last = ties.iter().filter_map(|tie| self.last.get(tie)).chain(&self.alone);
                last.filter_map(|number| self.get(*number)).collect()
            }
        };
        match &ties {
            None => self.alone = Some(number),
            Some(ties) => self.last.extend(ties.map(|tie| (tie, number))),
        }
        let (done, is_done) = channel(false);
        self.under_way.push_back(Entered { ties, is_done });
        (Turn(before), done)
    }

    /// The message that entered first leaves.
    pub(super) fn leave(&mut self) {
        let Some(entered) = self.under_way.pop_front() else { return };
        for tie in entered.ties.into_iter().flatten() {
            if self.last.get(&tie) == Some(&self.left) {
                self.last.remove(&tie);
            }
        }
        self.alone = self.alone.filter(|number| *number != self.left);
        self.left += 1;
    }

    fn get(&self, number: u64) -> Option<Receiver<bool>> {
        let at = usize::try_from(number.checked_sub(self.left)?).ok()?;
        self.under_way.get(at).map(|entered| entered.is_done.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, ties_of};

    fn message(kind: &str, mrn: &str, born: &str) -> Vec<u8> {
        format!("MSH|^~\\&|||||20260301||{kind}|1|P|2.5.1\rPID|1||{mrn}||A^B||{born}\r").into_bytes()
    }

    #[test]
    fn a_message_waits_for_those_that_may_be_about_the_same_person() {
        #[rustfmt::skip]
        let entering = [
            // message                             waits for so many
            (message("VXU^V04", "1", "20200101"),  0),
            (message("VXU^V04", "2", "20200102"),  0),
            (message("VXU^V04", "1", "20200101"),  2), // the first, by both
            (message("VXU^V04", "3", "20200102"),  1), // the second, by birth date
            (message("QBP^Q11", "1", "20200101"),  4), // all
            (message("VXU^V04", "9", "20200109"),  1), // the query
        ];
        let mut order = Order::default();
        for (bytes, waits) in entering {
            assert_eq!(order.enter(ties_of(&bytes)).0.0.len(), waits);
        }
        for _ in 0..6 {
            order.leave();
        }
        assert_eq!(order.enter(ties_of(&message("VXU^V04", "1", "20200101"))).0.0.len(), 0, "all have left");
        assert_eq!(order.last.len(), 2, "what has left is forgotten");
    }

    #[tokio::test]
    async fn what_waits_for_a_message_that_failed_is_not_done() {
        let mut order = Order::default();
        let ties = ties_of(&message("VXU^V04", "1", "20200101"));
        let (_, failing) = order.enter(ties);
        let (turn, succeeding) = order.enter(ties);
        let (last, _) = order.enter(ties);
        drop(failing);
        assert!(!turn.come().await);
        let _ = succeeding.send(true);
        drop(succeeding);
        assert!(last.come().await, "a message that is done stays done");
    }
}
