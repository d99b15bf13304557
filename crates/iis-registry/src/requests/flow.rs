//! The states of a request for an account.
//!
//! Source: requirements 3.2. Returned keeps the time of receipt, and with it the place in the queue.

use crate::cases::flow::flow;

flow! {
    /// Where a request stands.
    State as "request" {
        /// Being filled in; its address for mail may not be confirmed yet.
        Draft = "draft", "Draft";
        /// Its site must enroll first (S-15).
        WaitingEnrollment = "waiting-enrollment", "Waiting for enrollment";
        /// Received, and in the queue.
        InQueue = "in-queue", "In the queue";
        /// The Help Desk reads it.
        InReview = "in-review", "Under review";
        /// Something has to be corrected; the clock stands.
        Returned = "returned", "Returned for correction";
        /// The site administrator decides.
        AwaitingAdministrator = "awaiting-administrator", "Waiting for the site administrator";
        /// Approved; the account is being made.
        Approved = "approved", "Approved";
        /// Denied.
        Denied = "denied", "Denied";
        /// The site administrator did not answer.
        Expired = "expired", "Expired";
        /// The account is there; its password is not set yet.
        Provisioned = "provisioned", "Account made";
        /// Signed in for the first time.
        Active = "active", "Active";
        /// Taken back.
        Withdrawn = "withdrawn", "Withdrawn";
    }
    /// What happens to a request.
    Event {
        /// The applicant sends it in; all gates are open.
        Submit,
        /// The applicant sends it in; the site is not enrolled.
        SubmitUnenrolled,
        /// The site is enrolled now.
        Enroll,
        /// The Help Desk takes it.
        Take,
        /// The Help Desk puts it back.
        PutBack,
        /// The Help Desk has something corrected.
        Return,
        /// The applicant corrected it.
        Correct,
        /// The Help Desk asks the site administrator.
        AskAdministrator,
        /// The site administrator (for a first one: the Help Desk) approves.
        Approve,
        /// Denied.
        Deny,
        /// No answer in time.
        Expire,
        /// The account is made.
        Provision,
        /// The first sign-in.
        Activate,
        /// The applicant takes it back.
        Withdraw,
    }
    moves {
        Draft + Submit => InQueue,
        Draft + SubmitUnenrolled => WaitingEnrollment,
        Draft + Withdraw => Withdrawn,
        WaitingEnrollment + Enroll => InQueue,
        WaitingEnrollment + Withdraw => Withdrawn,
        InQueue + Take => InReview,
        InQueue + Withdraw => Withdrawn,
        InReview + PutBack => InQueue,
        InReview + Return => Returned,
        InReview + AskAdministrator => AwaitingAdministrator,
        InReview + Approve => Approved,
        InReview + Deny => Denied,
        InReview + Withdraw => Withdrawn,
        Returned + Correct => InQueue,
        Returned + Withdraw => Withdrawn,
        AwaitingAdministrator + Approve => Approved,
        AwaitingAdministrator + Deny => Denied,
        AwaitingAdministrator + Expire => Expired,
        AwaitingAdministrator + Withdraw => Withdrawn,
        Approved + Provision => Provisioned,
        Provisioned + Activate => Active,
    }
}

impl State {
    /// Whether the Help Desk's clock stands (S-13).
    pub const fn pauses_the_clock(self) -> bool {
        matches!(self, Self::Returned)
    }

    /// Whether the Help Desk still has to do something.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::InQueue | Self::InReview)
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
            "draft: Submit in-queue, SubmitUnenrolled waiting-enrollment, Withdraw withdrawn",
            "waiting-enrollment: Enroll in-queue, Withdraw withdrawn",
            "in-queue: Take in-review, Withdraw withdrawn",
            "in-review: PutBack in-queue, Return returned, AskAdministrator awaiting-administrator, Approve approved, Deny denied, Withdraw withdrawn",
            "returned: Correct in-queue, Withdraw withdrawn",
            "awaiting-administrator: Approve approved, Deny denied, Expire expired, Withdraw withdrawn",
            "approved: Provision provisioned",
            "denied: ",
            "expired: ",
            "provisioned: Activate active",
            "active: ",
            "withdrawn: ",
        ];
        assert_eq!(printed(State::ALL, Event::ALL), expected);
    }
}
