//! The states of a site's enrollment.
//!
//! Source: requirements 3.1; that a lapsed or denied enrollment can still be renewed is ours (decision 0040). Not complete until both documents are complete and signed (S-16): that an enrollment is
//! submitted says nothing yet, and only [`Event::Complete`] leads to review.

use crate::cases::flow::flow;

flow! {
    /// Where an enrollment stands.
    State as "enrollment" {
        /// Being filled in.
        Draft = "draft", "Draft";
        /// Sent in; the documents are looked at.
        Submitted = "submitted", "Submitted";
        /// A document is missing, not signed, or its scan was not accepted.
        Incomplete = "incomplete", "Not complete";
        /// Staff review it.
        UnderReview = "under-review", "Under review";
        /// The site is enrolled.
        Approved = "approved", "Approved";
        /// It is not.
        Denied = "denied", "Denied";
        /// The year is almost over.
        RenewalDue = "renewal-due", "Renewal due";
        /// The year is over without a renewal.
        Lapsed = "lapsed", "Lapsed";
        /// Staff suspended the site.
        Suspended = "suspended", "Suspended";
        /// Taken back by the site, or ended by the state.
        Withdrawn = "withdrawn", "Withdrawn";
    }
    /// What happens to an enrollment.
    Event {
        /// The site sends it in, or sends in its renewal.
        Submit,
        /// A document is missing.
        FindIncomplete,
        /// Both documents are there and signed.
        Complete,
        /// What was missing is there: sent in again.
        Mend,
        /// A site whose renewal was denied tries again.
        TryAgain,
        /// Staff approve.
        Approve,
        /// Staff deny.
        Deny,
        /// Staff ask for another document.
        SendBack,
        /// The renewal is near.
        FallDue,
        /// The renewal did not come.
        Lapse,
        /// Staff suspend the site: where there is one, and it is open, so also while its renewal is not decided.
        Suspend,
        /// Staff lift the suspension.
        Lift,
        /// The site takes it back, or the state ends it.
        Withdraw,
    }
    moves {
        Draft + Submit => Submitted,
        Submitted + FindIncomplete => Incomplete,
        Submitted + Complete => UnderReview,
        Incomplete + Mend => Submitted,
        UnderReview + Approve => Approved,
        UnderReview + Deny => Denied,
        UnderReview + SendBack => Incomplete,
        Approved + FallDue => RenewalDue,
        Approved + Suspend => Suspended,
        RenewalDue + Suspend => Suspended,
        Submitted + Suspend => Suspended,
        Incomplete + Suspend => Suspended,
        UnderReview + Suspend => Suspended,
        RenewalDue + Submit => Submitted,
        RenewalDue + Lapse => Lapsed,
        Lapsed + Submit => Submitted,
        Denied + TryAgain => Submitted,
        Suspended + Lift => Approved,
        Draft + Withdraw => Withdrawn,
        Submitted + Withdraw => Withdrawn,
        Incomplete + Withdraw => Withdrawn,
        UnderReview + Withdraw => Withdrawn,
        Approved + Withdraw => Withdrawn,
        RenewalDue + Withdraw => Withdrawn,
        Lapsed + Withdraw => Withdrawn,
        Suspended + Withdraw => Withdrawn,
        Denied + Withdraw => Withdrawn,
    }
}

impl State {
    /// Whether accounts at the site may be asked for and used.
    pub const fn is_enrolled(self) -> bool {
        matches!(self, Self::Approved | Self::RenewalDue)
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
            "draft: Submit submitted, Withdraw withdrawn",
            "submitted: FindIncomplete incomplete, Complete under-review, Suspend suspended, Withdraw withdrawn",
            "incomplete: Mend submitted, Suspend suspended, Withdraw withdrawn",
            "under-review: Approve approved, Deny denied, SendBack incomplete, Suspend suspended, Withdraw withdrawn",
            "approved: FallDue renewal-due, Suspend suspended, Withdraw withdrawn",
            "denied: TryAgain submitted, Withdraw withdrawn",
            "renewal-due: Submit submitted, Lapse lapsed, Suspend suspended, Withdraw withdrawn",
            "lapsed: Submit submitted, Withdraw withdrawn",
            "suspended: Lift approved, Withdraw withdrawn",
            "withdrawn: ",
        ];
        assert_eq!(printed(State::ALL, Event::ALL), expected);
    }

    #[test]
    fn only_an_approved_site_is_enrolled() {
        let enrolled: Vec<_> = State::ALL.iter().filter(|state| state.is_enrolled()).collect();
        assert_eq!(enrolled, [&State::Approved, &State::RenewalDue]);
    }
}
