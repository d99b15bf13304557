//! The table of addresses: each is declared with what it asks of whoever comes, and there is no other way to add one.
//!
//! What is declared is also what is held to: a page's [`crate::pages::visitor::Visitor`] reads the rule of its address before the
//! handler runs. `docs/generated/routes.md` and the test of every role at every address are made from the same table.

use crate::app::App;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use iis_model::access::Permission;

/// What an address asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Nothing: there is nothing here about anybody.
    Everybody,
    /// A machine's credential, which the door itself looks at.
    Machine,
    /// A session; only one's own things are here.
    SignedIn,
    /// The same for what opens one's account: whoever comes has shown lately who they are, and comes back to this page.
    OwnProved(&'static str),
    /// This permission, as far as it reaches.
    Needs(Permission),
    /// The same for a deed of weight: whoever does it has shown lately who they are (requirements Z-3).
    Proved(Permission),
}

impl Rule {
    /// The rule in the list of addresses.
    pub fn words(self) -> String {
        match self {
            Self::Everybody => "everybody".to_owned(),
            Self::Machine => "a machine with its credential".to_owned(),
            Self::SignedIn => "whoever is signed in, for their own".to_owned(),
            Self::OwnProved(_) => {
                "whoever is signed in, for their own, and shown again who one is".to_owned()
            }
            Self::Needs(permission) => format!("`{}`", permission.code()),
            Self::Proved(permission) => format!("`{}`, and shown again who one is", permission.code()),
        }
    }
}

/// One address with one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// GET or POST.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// What it asks.
    pub rule: Rule,
}

/// Addresses with their handlers.
#[derive(Default)]
pub(crate) struct Addresses {
    router: Router<App>,
    declared: Vec<Declared>,
}

impl Addresses {
    /// An address that shows something.
    #[must_use]
    pub(crate) fn get<H, T>(self, path: &'static str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("GET", path, rule, get(handler))
    }

    /// An address that takes something.
    #[must_use]
    pub(crate) fn post<H, T>(self, path: &'static str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("POST", path, rule, post(handler))
    }

    /// An address that takes something with a file: at most so many bytes.
    #[must_use]
    pub(crate) fn post_file<H, T>(self, path: &'static str, rule: Rule, largest: usize, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("POST", path, rule, post(handler).layer(DefaultBodyLimit::max(largest)))
    }

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        rule: Rule,
        handler: MethodRouter<App>,
    ) -> Self {
        self.declared.push(Declared { method, path, rule });
        self.router = self.router.route(path, handler.route_layer(Extension(rule)));
        self
    }

    /// What was declared, in that order.
    pub(crate) fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// The router.
    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }
}
