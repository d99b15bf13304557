//! The pages around an account: sign-in, its help, password, first set-up.

use crate::pages::frame::{Frame, Problem};
use askama::Template;
use iis_print::QrPath;

/// `GET /sign-in`
#[derive(Debug, Template)]
#[template(path = "account/sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    /// Where one wanted to go: an address of this registry.
    pub(crate) next: String,
    /// Signing in with a passkey; none: there can be no passkeys.
    pub(crate) ask: Option<PasskeyAsk>,
    /// The state's own sign-in, if there is one.
    pub(crate) single: Option<SingleView>,
    pub(crate) user: String,
    pub(crate) problems: Vec<Problem>,
}

/// A button that asks the browser for a passkey.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyAsk {
    /// Where the answer goes; the question is fetched from `/ask` below it.
    pub(crate) action: &'static str,
    /// `create` or `get`.
    pub(crate) kind: &'static str,
    pub(crate) label: &'static str,
}

impl PasskeyAsk {
    /// Before or after the password.
    pub(crate) fn to_sign_in() -> Self {
        Self { action: "/sign-in/passkey", kind: "get", label: "Use a passkey" }
    }

    /// Again, before a deed of weight.
    pub(crate) fn to_prove() -> Self {
        Self { action: "/account/prove/passkey", ..Self::to_sign_in() }
    }

    /// For a new one.
    pub(crate) fn to_add() -> Self {
        Self { action: "/account/passkeys", kind: "create", label: "Add a passkey" }
    }
}

/// `GET /account/passkeys`
#[derive(Debug, Template)]
#[template(path = "account/passkeys.html")]
pub(crate) struct PasskeysPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) held: Vec<PasskeyView>,
    pub(crate) ask: PasskeyAsk,
    /// How many other sessions of the account are open.
    pub(crate) others: usize,
    pub(crate) problems: Vec<Problem>,
}

/// A passkey of the account.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyView {
    /// By what its forms know it.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) added: String,
    pub(crate) used: String,
    /// Since when it opens nothing; empty: it works.
    pub(crate) stopped: String,
}

/// The way to the state's own sign-in.
#[derive(Debug)]
pub(crate) struct SingleView {
    pub(crate) name: String,
    pub(crate) href: String,
}

/// The page from which the browser goes on to the state's own sign-in by itself.
#[derive(Debug, Template)]
#[template(path = "account/leaving.html")]
pub(crate) struct LeavingPage {
    pub(crate) frame: Frame,
    pub(crate) name: String,
    /// The issuer's address.
    pub(crate) address: String,
}

/// `GET /sign-in/help`
#[derive(Debug, Template)]
#[template(path = "account/sign_in_help.html")]
pub(crate) struct SignInHelpPage {
    pub(crate) frame: Frame,
    pub(crate) attempts: usize,
    pub(crate) within_minutes: i64,
    pub(crate) lock_minutes: i64,
}

/// `GET /account/password`
#[derive(Debug, Template)]
#[template(path = "account/password.html")]
pub(crate) struct PasswordPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) user: String,
    /// Somebody else set the password: nothing else opens before it is changed.
    pub(crate) is_forced: bool,
    pub(crate) rules: String,
    pub(crate) problems: Vec<Problem>,
}

/// `GET /set-up/{token}`
#[derive(Debug, Template)]
#[template(path = "account/set_up.html")]
pub(crate) struct SetUpPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) action: String,
    pub(crate) display_name: String,
    pub(crate) user: String,
    pub(crate) rules: String,
    pub(crate) problems: Vec<Problem>,
}

/// `GET /sign-in/code`
#[derive(Debug, Template)]
#[template(path = "account/code.html")]
pub(crate) struct CodePage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) next: String,
    /// The account's passkeys; none: it has none that works.
    pub(crate) ask: Option<PasskeyAsk>,
    /// Whether there is an authenticator app.
    pub(crate) has_app: bool,
    /// Whether a code can be mailed.
    pub(crate) can_mail: bool,
    pub(crate) problems: Vec<Problem>,
}

/// An address that waits for its confirmation.
#[derive(Debug, Clone)]
pub(crate) struct AwaitsView {
    /// The address.
    pub(crate) email: String,
    /// Until when its link works.
    pub(crate) until: String,
}

/// `GET /account`
#[derive(Debug, Template)]
#[template(path = "account/account.html")]
pub(crate) struct AccountPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) user: String,
    /// Where its messages go; empty: nowhere.
    pub(crate) email: String,
    /// An address that waits for its confirmation.
    pub(crate) awaits: Option<AwaitsView>,
    pub(crate) roles: Vec<HeldView>,
    /// Since when there is a second factor; empty: there is none.
    pub(crate) factor_since: String,
    pub(crate) codes_left: i64,
    /// How many passkeys there are; none: there can be none.
    pub(crate) passkeys: Option<usize>,
    pub(crate) single: Option<ConnectedView>,
    pub(crate) sessions: Vec<SessionView>,
    /// How many of them are not this one.
    pub(crate) others: usize,
}

/// The state's own sign-in, as it is connected with the account.
#[derive(Debug)]
pub(crate) struct ConnectedView {
    pub(crate) name: String,
    /// What the issuer calls its owner; empty: it is not connected.
    pub(crate) shown_as: String,
    pub(crate) since: String,
}

/// A role where it is held.
#[derive(Debug)]
pub(crate) struct HeldView {
    pub(crate) title: String,
    pub(crate) place: String,
    pub(crate) purpose: String,
}

/// An open session.
#[derive(Debug)]
pub(crate) struct SessionView {
    pub(crate) key: String,
    /// The one in which the page is shown.
    pub(crate) is_this: bool,
    pub(crate) from: String,
    pub(crate) began: String,
    pub(crate) used: String,
}

/// `GET /account/agreement`
#[derive(Debug, Template)]
#[template(path = "account/agreement.html")]
pub(crate) struct AgreementPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) problems: Vec<Problem>,
}

/// `GET /account/second-factor`
#[derive(Debug, Template)]
#[template(path = "account/factor.html")]
pub(crate) struct FactorPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    /// The secret as the form carries it.
    pub(crate) secret: String,
    /// The secret in groups of four.
    pub(crate) shown: String,
    /// What opens an app on the same device.
    pub(crate) app_href: String,
    /// The same for the camera of another device.
    pub(crate) picture: Option<QrPath>,
    /// Nothing else opens before it is done.
    pub(crate) is_owed: bool,
    /// Whether there can be passkeys.
    pub(crate) may_passkey: bool,
    pub(crate) problems: Vec<Problem>,
}

/// The recovery codes, shown once.
#[derive(Debug, Template)]
#[template(path = "account/recovery_codes.html")]
pub(crate) struct RecoveryCodesPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) codes: Vec<String>,
    /// How many other sessions of the account are open.
    pub(crate) others: usize,
}

/// `GET /account/prove`
#[derive(Debug, Template)]
#[template(path = "account/prove.html")]
pub(crate) struct ProvePage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) user: String,
    pub(crate) next: String,
    /// Whether a code is asked with the password.
    pub(crate) needs_code: bool,
    /// Whether there is an authenticator app.
    pub(crate) has_app: bool,
    /// Whether a code can be mailed.
    pub(crate) can_mail: bool,
    /// The account's passkeys; none: it has none that works.
    pub(crate) ask: Option<PasskeyAsk>,
    pub(crate) problems: Vec<Problem>,
}
