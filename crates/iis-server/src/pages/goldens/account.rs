//! One's own account: second factor, agreement, sessions.

use super::frames::{nobody, nurse};
use super::{golden, shown};
use crate::pages::account::views::{
    AccountPage, AgreementPage, AwaitsView, CodePage, FactorPage, HeldView, PasskeyAsk, PasskeyView,
    PasskeysPage, ProvePage, RecoveryCodesPage, SessionView,
};
use crate::pages::frame::Problem;
use iis_print::QrPath;

/// A page about an account where every text is this one.
pub(super) fn account(text: &str) -> AccountPage {
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
        email: text.to_owned(),
        awaits: Some(AwaitsView { email: text.to_owned(), until: "03/04/2026 10:14 AM".to_owned() }),
        roles: vec![HeldView { title: text.to_owned(), place: text.to_owned(), purpose: text.to_owned() }],
        factor_since: "03/01/2026 9:00 AM".to_owned(),
        single: None,
        codes_left: 9,
        passkeys: Some(2),
        sessions: vec![session(true), session(false)],
        others: 1,
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

fn passkeys(text: &str) -> PasskeysPage {
    let view = |stopped: &str| PasskeyView {
        key: "00ff".to_owned(),
        name: text.to_owned(),
        added: "03/01/2026 9:00 AM".to_owned(),
        used: "not yet".to_owned(),
        stopped: stopped.to_owned(),
    };
    PasskeysPage {
        frame: nurse().titled("Your passkeys").below("Your account", "/account"),
        csrf: "token".to_owned(),
        held: vec![view(""), view("03/02/2026 10:14 AM")],
        ask: PasskeyAsk::to_add(),
        others: 2,
        problems: vec![Problem::of("name", "Give the passkey a name of 1 to 120 characters.")],
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
            passkeys: Some(0),
            sessions: Vec::new(),
            others: 0,
            ..account("a.reyes")
        }
    );
    golden!("agreement", agreement("Only authorized people may use this registry."));
    let code = CodePage {
        frame: nobody().titled("Your second factor").below("Sign in", "/sign-in"),
        csrf: "token".to_owned(),
        next: "/patients".to_owned(),
        ask: Some(PasskeyAsk::to_sign_in()),
        has_app: true,
        can_mail: true,
        problems: vec![Problem::of("code", "That code is not right, or it was used already.")],
    };
    golden!("sign-in-code", code);
    let passkey_alone = CodePage {
        frame: nobody().titled("Your second factor").below("Sign in", "/sign-in"),
        csrf: "token".to_owned(),
        next: "/".to_owned(),
        ask: Some(PasskeyAsk::to_sign_in()),
        has_app: false,
        can_mail: false,
        problems: Vec::new(),
    };
    golden!("sign-in-code-by-passkey-alone", passkey_alone);
    let factor = FactorPage {
        frame: nobody().titled("Set up a second factor"),
        csrf: "token".to_owned(),
        secret: "GEZDGNBV".to_owned(),
        shown: "GEZD GNBV".to_owned(),
        app_href: "otpauth://totp/Calder%20IIS:a.reyes?secret=GEZDGNBV&issuer=Calder%20IIS".to_owned(),
        picture: Some(QrPath { side: 9, path: "M4 4h1v1h-1z".to_owned() }),
        is_owed: true,
        may_passkey: true,
        problems: Vec::new(),
    };
    golden!("second-factor", factor);
    let codes = vec!["GEZD-GNBV".to_owned(), "MFRG-GZDF".to_owned()];
    let (frame, csrf) = (nobody().titled("Your recovery codes"), "token".to_owned());
    golden!("recovery-codes", RecoveryCodesPage { frame, csrf, codes, others: 1 });
    let prove = ProvePage {
        frame: nurse().titled("Show again who you are"),
        csrf: "token".to_owned(),
        user: "a.reyes".to_owned(),
        next: "/patients/duplicates".to_owned(),
        needs_code: true,
        has_app: true,
        can_mail: true,
        ask: Some(PasskeyAsk::to_prove()),
        problems: vec![Problem::of("password", "The password is not right.")],
    };
    golden!("prove", prove);
    golden!("passkeys", passkeys("My telephone"));
    golden!("passkeys-none", PasskeysPage { held: Vec::new(), problems: Vec::new(), ..passkeys("") });
}

#[test]
fn texts_of_an_account_stay_text() {
    let payload = "\"><script>alert(1)</script>";
    for page in [shown(&account(payload)), shown(&agreement(payload)), shown(&passkeys(payload))] {
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("&#60;script&#62;"), "{page}");
    }
}
