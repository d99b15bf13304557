//! The pages around an account: sign-in, its help, password, first set-up.

use crate::pages::frame::{Frame, Problem};
use askama::Template;

/// `GET /sign-in`
#[derive(Debug, Template)]
#[template(path = "account/sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    /// Where one wanted to go: an address of this registry.
    pub(crate) next: String,
    pub(crate) user: String,
    pub(crate) problems: Vec<Problem>,
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
