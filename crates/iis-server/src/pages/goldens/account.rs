//! One's own account: second factor, agreement, sessions.

use super::frames::{nobody, nurse};
use super::{golden, shown};
use crate::pages::account::views::{
    AccountPage, AgreementPage, CodePage, FactorPage, HeldView, ProvePage, RecoveryCodesPage, SessionView,
};
use crate::pages::frame::Problem;

/// A page about an account where every text is this one.
fn account(text: &str) -> AccountPage {
    let session = |is_this| SessionView {
        key: "00ff".to_owned(),
        is_this,
        from: text.to_owned(),
        began: "03/02/2026 8:00 AM".to_owned(),
        used: "03/02/2026 10:14 AM".to_owned(),
    };
    AccountPage {
        frame: nurse().titled("Your account").helped_by("account"),
        csrf: "token".to_owned(),
        user: text.to_owned(),
        roles: vec![HeldView { title: text.to_owned(), place: text.to_owned(), purpose: text.to_owned() }],
        factor_since: "03/01/2026 9:00 AM".to_owned(),
        codes_left: 9,
        sessions: vec![session(true), session(false)],
    }
}

fn agreement(text: &str) -> AgreementPage {
    AgreementPage {
        frame: nobody().titled("User and confidentiality agreement"),
        csrf: "token".to_owned(),
        paragraphs: vec![text.to_owned()],
        problems: vec![Problem::of("accepted", "Check the box to accept.")],
    }
}

#[test]
fn pages_of_signing_in_and_of_ones_own_account() {
    golden!("account", account("a.reyes"));
    golden!(
        "account-without-second-factor",
        AccountPage {
            factor_since: String::new(),
            codes_left: 0,
            sessions: Vec::new(),
            ..account("a.reyes")
        }
    );
    golden!("agreement", agreement("Only authorized people may use this registry."));
    let code = CodePage {
        frame: nobody().titled("Your second factor").below("Sign in", "/sign-in"),
        csrf: "token".to_owned(),
        next: "/patients".to_owned(),
        can_mail: true,
        problems: vec![Problem::of("code", "That code is not right, or it was used already.")],
    };
    golden!("sign-in-code", code);
    let factor = FactorPage {
        frame: nobody().titled("Set up a second factor"),
        csrf: "token".to_owned(),
        secret: "GEZDGNBV".to_owned(),
        shown: "GEZD GNBV".to_owned(),
        app_href: "otpauth://totp/Calder%20IIS:a.reyes?secret=GEZDGNBV&issuer=Calder%20IIS".to_owned(),
        is_owed: true,
        problems: Vec::new(),
    };
    golden!("second-factor", factor);
    let codes = vec!["GEZD-GNBV".to_owned(), "MFRG-GZDF".to_owned()];
    golden!("recovery-codes", RecoveryCodesPage { frame: nobody().titled("Your recovery codes"), codes });
    let prove = ProvePage {
        frame: nurse().titled("Show again who you are"),
        csrf: "token".to_owned(),
        user: "a.reyes".to_owned(),
        next: "/patients/duplicates".to_owned(),
        has_factor: true,
        problems: vec![Problem::of("password", "The password is not right.")],
    };
    golden!("prove", prove);
}

#[test]
fn texts_of_an_account_stay_text() {
    let payload = "\"><script>alert(1)</script>";
    for page in [shown(&account(payload)), shown(&agreement(payload))] {
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("&#60;script&#62;"), "{page}");
    }
}
