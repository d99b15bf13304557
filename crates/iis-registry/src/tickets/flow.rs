//! The states of a Help Desk ticket.
//!
//! Source: requirements 3.9. A ticket is opened again within the days that the policy says.

use crate::cases::flow::flow;

flow! {
    /// Where a ticket stands.
    State as "ticket" {
        /// Nobody has read it yet.
        New = "new", "New";
        /// The Help Desk works on it.
        Open = "open", "Open";
        /// The requester has to answer; the clock stands.
        Waiting = "waiting-on-requester", "Waiting for your answer";
        /// Answered.
        Resolved = "resolved", "Resolved";
        /// Done with.
        Closed = "closed", "Closed";
    }
    /// What happens to a ticket.
    Event {
        /// The Help Desk reads or answers it.
        Open,
        /// The Help Desk asks something.
        Ask,
        /// The requester answers.
        Answer,
        /// The Help Desk has resolved it.
        Resolve,
        /// It is closed.
        Close,
        /// The requester opens it again, in time.
        Reopen,
        /// The Help Desk closes it without an answer.
        SetAside,
    }
    moves {
        New + Open => Open,
        New + Ask => Waiting,
        New + Resolve => Resolved,
        New + SetAside => Closed,
        Open + Ask => Waiting,
        Open + Resolve => Resolved,
        Open + SetAside => Closed,
        Waiting + Answer => Open,
        Waiting + Resolve => Resolved,
        Resolved + Close => Closed,
        Resolved + Reopen => Open,
        Closed + Reopen => Open,
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, State};
    use crate::cases::flow::printed;

    /// Every state with every event: what is not printed is refused.
    #[test]
    fn the_moves_are_those_of_the_requirements_and_no_others() {
        let expected = [
            "new: Open open, Ask waiting-on-requester, Resolve resolved, SetAside closed",
            "open: Ask waiting-on-requester, Resolve resolved, SetAside closed",
            "waiting-on-requester: Answer open, Resolve resolved",
            "resolved: Close closed, Reopen open",
            "closed: Reopen open",
        ];
        assert_eq!(printed(State::ALL, Event::ALL), expected);
    }
}
