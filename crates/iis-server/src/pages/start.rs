//! `/`: the start of work for whoever is signed in, the doors for everybody else.

use super::frame::Frame;
use super::patients::results::SearchForm;
use askama::Template;

/// `GET /` for nobody.
#[derive(Debug, Template)]
#[template(path = "start.html")]
pub(crate) struct StartPage {
    pub(crate) frame: Frame,
    /// `http://localhost:8080`: before the addresses of the doors for machines.
    pub(crate) origin: String,
}

/// `GET /` for somebody signed in.
#[derive(Debug, Template)]
#[template(path = "today.html")]
pub(crate) struct TodayPage {
    pub(crate) frame: Frame,
    pub(crate) today: String,
    pub(crate) may_search: bool,
    pub(crate) form: SearchForm,
    pub(crate) roles: Vec<RoleView>,
    /// `Signed in before: 03/01/2026 4:02 PM EST.`
    pub(crate) last_sign_in: String,
}

/// A role of the account.
#[derive(Debug, Clone)]
pub(crate) struct RoleView {
    pub(crate) title: String,
    pub(crate) site: String,
    pub(crate) purpose: String,
}
