//! Every page in its main states, for each role that can open it, from invented people.
//!
//! `INSTA_UPDATE=always cargo test -p iis-server` rewrites the expected pages; the change is read in review.

mod access;
mod account;
mod admin;
mod desk;
mod duplicates;
mod frames;
mod hostile;
mod interfaces;
mod mail;
mod patients;
mod people;
mod printing;
mod single_sign_on;

use super::account::views::{PasskeyAsk, PasswordPage, SetUpPage, SignInHelpPage, SignInPage};
use super::drafts::UnfinishedView;
use super::errors::NoPage;
use super::format;
use super::frame::{Frame, Notice, Problem};
use super::patients::results::SearchForm;
use super::start::{RoleView, StartPage, Task, TodayPage, told};
use super::texts::{AccessibilityPage, HelpPage, KEYS, KeyboardPage, PreferencesPage, PrivacyPage, topic};
use askama::Template;
use frames::{administrator, nobody, nurse};
use iis_model::{Date, RegistryNumber, SiteId};
use iis_registry::enrollment::{SiteStanding, State};
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::fmt::Write;

const TODAY: Date = date(2026, 3, 2);

fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(-6))
}

fn number() -> RegistryNumber {
    RegistryNumber::from_random(123_456_789)
}

/// The page without the hashes in the names of assets, which change with every edit of a style.
fn shown(page: &impl Template) -> String {
    let html = page.render().expect("a page renders");
    let mut parts = html.split("/assets/");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_at(part.find(['"', '#']).unwrap_or(part.len()));
        let mut pieces = name.split('.');
        let (stem, suffix) = (pieces.next().unwrap_or_default(), pieces.next_back().unwrap_or_default());
        write!(text, "/assets/{stem}.{suffix}{rest}").expect("a string takes text");
    }
    text
}

macro_rules! golden {
    ($name:literal, $page:expr) => {
        insta::with_settings!({
            omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"
        }, {
            insta::assert_snapshot!($name, shown(&$page));
        });
    };
}
use golden;

#[test]
fn public_pages() {
    golden!(
        "start",
        StartPage { frame: nobody().titled("Start"), origin: "http://localhost:8080".to_owned() }
    );
    golden!("accessibility", AccessibilityPage { frame: nobody().titled("Accessibility") });
    golden!("privacy", PrivacyPage { frame: nobody().titled("Privacy") });
    golden!("keyboard", KeyboardPage { frame: nobody().titled("Keyboard shortcuts"), keys: KEYS });
}

#[test]
fn pages_of_an_account() {
    let sign_in = |frame: Frame, user: &str, problems: Vec<Problem>| SignInPage {
        frame: frame.titled("Sign in"),
        csrf: "token".to_owned(),
        next: "/patients".to_owned(),
        ask: Some(PasskeyAsk::to_sign_in()),
        single: None,
        user: user.to_owned(),
        problems,
    };
    golden!("sign-in", sign_in(nobody(), "", Vec::new()));
    let wrong = vec![Problem::of("user", "The user name or the password is not right.")];
    golden!("sign-in-wrong", sign_in(nobody(), "a.reyes", wrong));
    let ended = Notice {
        kind: "info",
        text: "You were signed out because nothing was done for 15 minutes.".to_owned(),
    };
    golden!("sign-in-ended", sign_in(nobody().noticed(Some(ended)), "", Vec::new()));
    let help = SignInHelpPage {
        frame: nobody().titled("Help with signing in").below("Sign in", "/sign-in"),
        attempts: 5,
        within_minutes: 15,
        lock_minutes: 30,
    };
    golden!("sign-in-help", help);
    let password = |frame: Frame, is_forced: bool, problems: Vec<Problem>| PasswordPage {
        frame: frame.titled("Choose your password").helped_by("account"),
        csrf: "token".to_owned(),
        user: "a.reyes".to_owned(),
        is_forced,
        rules: "At least 15 characters. A sentence is easy to remember.".to_owned(),
        problems,
    };
    golden!("password-forced", password(nobody(), true, Vec::new()));
    let short = vec![Problem::of("new", "Use at least 15 characters; this one has 8.")];
    golden!("password-too-short", password(nurse(), false, short));
    let set_up = SetUpPage {
        frame: nobody().titled("Set up"),
        csrf: "token".to_owned(),
        action: "/set-up/abc".to_owned(),
        display_name: String::new(),
        user: String::new(),
        rules: "At least 15 characters. A sentence is easy to remember.".to_owned(),
        problems: Vec::new(),
    };
    golden!("set-up", set_up);
    golden!(
        "preferences",
        PreferencesPage {
            frame: nurse().titled("Preferences").below("Today", "/"),
            csrf: "token".to_owned()
        }
    );
}

/// A site that lapsed, and whose people are locked out in a month.
fn lapsed(contact: &str) -> SiteStanding {
    SiteStanding {
        site_id: SiteId(7),
        state: State::Lapsed,
        closed_on: Some(date(2026, 2, 20)),
        locked_on: Some(date(2026, 3, 22)),
        ends_on: None,
        contact: contact.into(),
    }
}

#[test]
fn what_is_said_of_a_site_that_is_or_will_be_closed() {
    let lapsed = lapsed("Joan Hill");
    let suspended = SiteStanding { state: State::Suspended, locked_on: None, ..lapsed.clone() };
    let due = SiteStanding {
        state: State::RenewalDue,
        closed_on: None,
        locked_on: None,
        ends_on: Some(date(2026, 4, 1)),
        ..lapsed.clone()
    };
    #[rustfmt::skip]
    let table = [
        (lapsed,    "error",   "Oak is closed since 02/20/2026 (lapsed): nothing can be changed there. From 03/22/2026 its people \
                                cannot read there either. Joan Hill renews it; who prepares or signs its agreement finds it \
                                under Agreement."),
        (suspended, "error",   "Oak is closed since 02/20/2026 (suspended), and its people are locked out of it. Staff of the \
                                registry lift the suspension."),
        (due,       "warning", "Oak will be closed on 04/01/2026 if it is not renewed. Joan Hill renews it; who prepares or \
                                signs its agreement finds it under Agreement."),
    ];
    for (standing, kind, text) in table {
        let notice = told("Oak", &standing);
        assert_eq!((notice.kind, notice.text.as_str()), (kind, text));
    }
}

#[test]
fn today_for_those_who_search_and_those_who_do_not() {
    let task = || Task {
        href: "/patients/duplicates".to_owned(),
        text: "97 possible duplicates wait for an answer".to_owned(),
    };
    let closed = || told("Alder Pediatrics", &lapsed("Joan Hill"));
    let unfinished = || {
        vec![UnfinishedView {
            text: "Recording doses, ID …7897".to_owned(),
            typed: "typed at 2:45 PM".to_owned(),
            href: "/patients/1234567897/doses/new".to_owned(),
            address: "/patients/1234567897/doses/new".to_owned(),
        }]
    };
    let today = |frame: Frame, may_search: bool, role: &str| TodayPage {
        frame: frame.titled("Today"),
        today: format::long_date(TODAY),
        may_search,
        form: SearchForm { csrf: "token".to_owned(), ..SearchForm::default() },
        standing: if may_search { Vec::new() } else { vec![closed()] },
        unfinished: if may_search { unfinished() } else { Vec::new() },
        tasks: if may_search { Vec::new() } else { vec![task()] },
        news: if may_search { vec!["The Help Desk is closed on Friday.".to_owned()] } else { Vec::new() },
        roles: vec![RoleView {
            title: role.to_owned(),
            site: if may_search { "Alder Pediatrics".to_owned() } else { String::new() },
            purpose: "What this role is for, in one sentence.".to_owned(),
        }],
        last_sign_in: "Last sign-in: 03/01/2026 4:02 PM.".to_owned(),
    };
    golden!("today-clinic-access", today(nurse(), true, "Clinic Access"));
    let mut frame = administrator();
    frame.signed_in.as_mut().expect("somebody").closed = vec!["Alder <b>Pediatrics</b>".to_owned()];
    golden!("today-system-administrator", today(frame, false, "System administrator"));
}

#[test]
fn pages_that_say_why_there_is_no_page() {
    for (name, why) in [
        ("error-not-found", NoPage::NotFound),
        ("error-spent-link", NoPage::SpentLink),
        ("error-foreign-form", NoPage::ForeignForm),
        ("error-too-large", NoPage::TooLarge),
        ("error-busy", NoPage::Busy),
        ("error-read-only", NoPage::ReadOnly),
        ("error-internal", NoPage::Internal),
    ] {
        insta::with_settings!({
            omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"
        }, {
            insta::assert_snapshot!(name, shown(&why.page(nobody(), "7KQ4-92MX".to_owned())));
        });
    }
}

#[test]
fn help_with_a_page() {
    let topic = topic("search").expect("a topic");
    golden!("help-search", HelpPage { frame: nurse().titled("Help: Find a patient"), topic });
}
