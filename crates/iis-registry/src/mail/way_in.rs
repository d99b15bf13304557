//! What the owner of an account is told when something changes by which it is opened (OWASP ASVS 5.0.0, 6.3.7; NIST SP
//! 800-63B-4, 4.2 and 4.6): what happened, what still opens the account, and what to do if it was somebody else.

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayIn {
    /// The owner changed the password.
    PasswordChanged,
    /// The link of a letter set the password.
    PasswordSet,
    /// The Help Desk gave the account another password.
    PasswordReset {
        /// Whether an authenticator app still opens the account.
        has_app: bool,
        /// Passkeys that still do.
        passkeys: usize,
    },
    /// The Help Desk took the password away: the link of a letter sets another one.
    PasswordTaken {
        /// Whether an authenticator app still opens the account.
        has_app: bool,
        /// Passkeys that still do.
        passkeys: usize,
    },
    /// The Help Desk opened an account that was closed or long not used.
    OpenedAgain,
    /// There is an authenticator app, with recovery codes.
    AppAdded,
    /// Another app and other recovery codes took their place.
    AppReplaced,
    /// A recovery code opened the account.
    RecoveryCodeUsed {
        /// How many are left.
        left: i64,
    },
    /// There is one more passkey.
    PasskeyAdded,
    /// There is one passkey less.
    PasskeyRemoved,
    /// A passkey was stopped, since there seem to be two of it.
    PasskeyStopped,
    /// The state's own sign-in opens the account.
    SingleSignOnConnected,
    /// It does so no more.
    SingleSignOnDisconnected,
    /// The Help Desk took all second factors away.
    SecondFactorsTaken,
}

impl WayIn {
    /// Every change, with a number where it has one.
    pub const ALL: [Self; 14] = [
        Self::PasswordChanged,
        Self::PasswordSet,
        Self::PasswordReset { has_app: true, passkeys: 2 },
        Self::PasswordTaken { has_app: true, passkeys: 2 },
        Self::OpenedAgain,
        Self::AppAdded,
        Self::AppReplaced,
        Self::RecoveryCodeUsed { left: 9 },
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasskeyStopped,
        Self::SingleSignOnConnected,
        Self::SingleSignOnDisconnected,
        Self::SecondFactorsTaken,
    ];

    /// What happened, as a sentence without its end: the moment stands behind it.
    pub(crate) const fn happened(self) -> &'static str {
        match self {
            Self::PasswordChanged => "Your password was changed",
            Self::PasswordSet => "Your password was set through the link of a message",
            Self::PasswordReset { .. } => "The Help Desk gave your account a new password",
            Self::PasswordTaken { .. } => "The Help Desk took the password of your account away",
            Self::OpenedAgain => "The Help Desk opened your account again",
            Self::AppAdded => "An authenticator app with recovery codes was added to your account",
            Self::AppReplaced => "The authenticator app and the recovery codes of your account were replaced",
            Self::RecoveryCodeUsed { .. } => "A recovery code of your account was used",
            Self::PasskeyAdded => "A passkey was added to your account",
            Self::PasskeyRemoved => "A passkey was removed from your account",
            Self::PasskeyStopped => "A passkey of your account was stopped",
            Self::SingleSignOnConnected => "Your account was connected with your organization’s sign-in",
            Self::SingleSignOnDisconnected => {
                "Your account was disconnected from your organization’s sign-in"
            }
            Self::SecondFactorsTaken => "The Help Desk took the second factors of your account away",
        }
    }

    /// What that means.
    pub(super) fn means(self) -> String {
        match self {
            Self::PasswordChanged | Self::PasswordSet => "All other sessions of the account have ended.".to_owned(),
            Self::PasswordReset { has_app, passkeys } => still_open(has_app, passkeys),
            Self::PasswordTaken { has_app, passkeys } => {
                format!("You choose another one by the link of another message. {}", still_open(has_app, passkeys))
            }
            Self::OpenedAgain => "You sign in as always.".to_owned(),
            Self::AppAdded | Self::AppReplaced => {
                "Signing in with the password asks for a code of this app. Earlier recovery codes open nothing.".to_owned()
            }
            Self::RecoveryCodeUsed { left } => {
                format!("Codes that are left: {left}. If your app is lost, set up another one under Your account.")
            }
            Self::PasskeyAdded => "It signs in alone, without the password.".to_owned(),
            Self::PasskeyRemoved => "It opens nothing any more.".to_owned(),
            Self::PasskeyStopped => {
                "Its counter went back, which happens when somebody has a copy of it, or when a device was set back to an \
                 earlier state. It opens nothing any more. To get in, sign in with your password and your authenticator \
                 app, another passkey, or a code that is mailed to you; then remove the passkey under Your account and add \
                 it again. If nothing opens, call the Help Desk."
                    .to_owned()
            }
            Self::SingleSignOnConnected => "Whoever signs in there opens your account here.".to_owned(),
            Self::SingleSignOnDisconnected => "You sign in with your password or a passkey.".to_owned(),
            Self::SecondFactorsTaken => {
                "The app, the recovery codes, all passkeys and the connection with your organization’s sign-in are gone, and \
                 all sessions have ended. Sign in with your password, and set up a second factor."
                    .to_owned()
            }
        }
    }
}

/// What still opens an account whose password the Help Desk reset.
fn still_open(has_app: bool, passkeys: usize) -> String {
    let ended = "All sessions have ended, links of earlier messages open nothing, and a connection with your organization’s \
                 sign-in was taken back.";
    let app = has_app.then(|| "your authenticator app with its recovery codes".to_owned());
    let keys = match passkeys {
        0 => None,
        1 => Some("1 passkey".to_owned()),
        many => Some(format!("{many} passkeys")),
    };
    let left: Vec<String> = app.into_iter().chain(keys).collect();
    if left.is_empty() {
        return format!("{ended} The account has no second factor.");
    }
    format!(
        "{ended} What stays: {}. Look at them under Your account, and remove what is not yours.",
        left.join(" and ")
    )
}
