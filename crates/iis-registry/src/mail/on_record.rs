//! What a person is told when what is on record of them changes: another address for mail, another name (decision 0059). No letter
//! names the other address.

use super::Link;

/// Who corrects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corrector {
    /// The person, signed in.
    Owner,
    /// Staff of the registry.
    HelpDesk,
    /// Whoever runs the registry, on its command line: it holds at once.
    Operator,
}

/// What changed, or is to change.
#[derive(Debug, Clone)]
pub enum OnRecord {
    /// To a new address: it counts once the link is opened.
    ConfirmAddress {
        /// The link.
        link: Link,
        /// How long it works.
        hours: u32,
    },
    /// To the address that holds: another one was given.
    AddressAsked {
        /// By whom.
        by: Corrector,
        /// The link that ends it, without signing in.
        stop: Link,
    },
    /// To those who answer for the organization of somebody without an address: the Help Desk gave one.
    FirstAddress {
        /// The user name.
        user: Box<str>,
    },
    /// To the address that holds: the other one waits no more.
    AddressEnded,
    /// To an address that the owner left behind lately: the Help Desk helps the account.
    HelpedElsewhere,
    /// To both: the new one holds.
    AddressChanged {
        /// Who asked for it.
        by: Corrector,
    },
    /// The name or the license; of somebody without an account also the address.
    Corrected,
    /// To those who answer for the organization: an entry of a staff list of theirs.
    EntryCorrected {
        /// Whose it was.
        name: Box<str>,
        /// A site whose list has it.
        site: Box<str>,
    },
}

impl OnRecord {
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::ConfirmAddress { .. } => "confirm-address",
            Self::AddressAsked { .. } => "address-asked",
            Self::FirstAddress { .. } => "first-address",
            Self::AddressEnded => "address-ended",
            Self::HelpedElsewhere => "helped-elsewhere",
            Self::AddressChanged { .. } => "address-changed",
            Self::Corrected => "person-corrected",
            Self::EntryCorrected { .. } => "entry-corrected",
        }
    }

    pub(super) const fn subject(&self) -> &'static str {
        match self {
            Self::ConfirmAddress { .. } => "Confirm your address",
            Self::AddressAsked { .. } => "Another address was given for your account",
            Self::FirstAddress { .. } => "The Help Desk gave an account of yours an e-mail address",
            Self::AddressEnded => "The new address of your account waits no more",
            Self::HelpedElsewhere => "The Help Desk helps with your account",
            Self::AddressChanged { .. } => "The address of your account was changed",
            Self::Corrected => "What is on record of you was corrected",
            Self::EntryCorrected { .. } => "An entry of your staff list was corrected",
        }
    }

    pub(super) const fn holds_secret(&self) -> bool {
        matches!(self, Self::ConfirmAddress { .. } | Self::AddressAsked { .. })
    }

    /// What is said; `help` is where to say that it was somebody else.
    pub(super) fn lines<'a>(&'a self, help: &'a str) -> Vec<std::borrow::Cow<'a, str>> {
        const WRONG: &str = "If that was not you, and not asked for by you, tell the Help Desk at once. You need not sign in for that:";
        match self {
            Self::ConfirmAddress { link, hours } => vec![
                "This address was given for an account of this registry. Open the link and confirm it, and the messages of the \
                 account go here from then on:"
                    .into(),
                link.as_str().into(),
                format!("The link works once, for {hours} hours. Until then nothing changes.").into(),
                "If you have no account here, do nothing.".into(),
            ],
            Self::AddressAsked { by, stop } => vec![
                format!("Another e-mail address was given for your account {}.", by.words()).into(),
                "It counts once it is confirmed by a link that was mailed there. Until then messages go here, as before.".into(),
                "If it shall not count, open this link and press the button. You need not sign in for that:".into(),
                stop.as_str().into(),
                "Then change your password: that ends all other sessions of the account, too.".into(),
                WRONG.into(),
                help.into(),
            ],
            Self::FirstAddress { user } => vec![
                format!("The account {user} of your organization had no e-mail address, and the Help Desk was told one.").into(),
                "Once it is confirmed, the messages of the account go there, the link that sets a password too. Ask the person whether \
                 that is so."
                    .into(),
                "If it is not, tell the Help Desk at once. You need not sign in for that:".into(),
                help.into(),
            ],
            Self::AddressEnded => vec![
                "The e-mail address that waited for its confirmation for your account counts no more: the link that was mailed there \
                 opens nothing. Messages go here, as before."
                    .into(),
                "It ended because somebody stopped it, or with a password, a session or a second factor that was changed or taken \
                 away. If you gave the address yourself, give it again under Your account."
                    .into(),
                WRONG.into(),
                help.into(),
            ],
            Self::HelpedElsewhere => vec![
                "The Help Desk was asked for help with your account, and mailed a link that opens it or took its second factors away."
                    .into(),
                "What it mails goes to the e-mail address that was given lately by somebody who was signed in, and not to this one, \
                 which was on record before."
                    .into(),
                WRONG.into(),
                help.into(),
            ],
            Self::AddressChanged { by } => vec![
                match by {
                    Corrector::Operator => "The operator of the registry changed the e-mail address of your account.".into(),
                    Corrector::Owner | Corrector::HelpDesk => format!(
                        "The e-mail address of your account was changed {}, and the new one is confirmed.",
                        by.words()
                    )
                    .into(),
                },
                "Messages go to the new address from now on, also those by which the account is opened. Links and codes that \
                 were mailed before open nothing."
                    .into(),
                WRONG.into(),
                help.into(),
            ],
            Self::EntryCorrected { name, site } => vec![
                format!("The Help Desk corrected what is on record of {name}, who is on the staff list of {site}.").into(),
                "Look at the list. If it is not right, tell the Help Desk at once:".into(),
                help.into(),
            ],
            Self::Corrected => vec![
                "The Help Desk corrected what the registry has on record of you: the name, the license, or the e-mail address.".into(),
                WRONG.into(),
                help.into(),
            ],
        }
    }
}

impl Corrector {
    const fn words(self) -> &'static str {
        match self {
            Self::Owner => "by somebody who was signed in with it",
            Self::HelpDesk => "by the Help Desk",
            Self::Operator => "by the operator of the registry",
        }
    }
}
