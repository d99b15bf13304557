//! The state's own sign-in: the button, the page that leads there, the account that is connected.

use super::account::account;
use super::frames::{nobody, nurse};
use super::{golden, shown};
use crate::pages::account::views::{AccountPage, ConnectedView, LeavingPage, SignInPage, SingleView};

fn sign_in(name: &str) -> SignInPage {
    SignInPage {
        frame: nobody().titled("Sign in"),
        csrf: "token".to_owned(),
        next: "/patients".to_owned(),
        ask: None,
        single: Some(SingleView {
            name: name.to_owned(),
            href: "/sign-in/single-sign-on?next=/patients".to_owned(),
        }),
        user: String::new(),
        problems: Vec::new(),
    }
}

fn leaving(name: &str) -> LeavingPage {
    let address = format!("https://login.calder.example/authorize?client_id={name}&state=00ff");
    LeavingPage { frame: nurse().titled("On to Calder State ID"), name: name.to_owned(), address }
}

fn connected(name: &str, shown_as: &str) -> AccountPage {
    let (name, shown_as, since) = (name.to_owned(), shown_as.to_owned(), "03/01/2026 9:00 AM".to_owned());
    AccountPage { single: Some(ConnectedView { name, shown_as, since }), ..account("a.reyes") }
}

#[test]
fn pages_of_the_states_own_sign_in() {
    golden!("sign-in-single-sign-on", sign_in("Calder State ID"));
    golden!("leaving", leaving("Calder State ID"));
    golden!("account-connected", connected("Calder State ID", "a.reyes@calder.example"));
    golden!("account-not-connected", connected("Calder State ID", ""));
}

#[test]
fn texts_of_an_issuer_stay_text() {
    let payload = "\"><script>alert(1)</script>";
    for page in [shown(&sign_in(payload)), shown(&leaving(payload)), shown(&connected(payload, payload))] {
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("&#60;script&#62;alert(1)"), "{page}");
    }
}
