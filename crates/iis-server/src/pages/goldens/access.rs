//! A sheet with every kind of block, and one with problems: what all pages of getting access are made of.

use super::frames::{nobody, nurse};
use super::{golden, shown};
use crate::pages::access::helping::{self, May};
use crate::pages::access::sheet::{
    Block, Cell, Field, FieldKind, FilterView, FormView, Link, Mark, SaidView, SheetPage, TableView,
};
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::sites::SiteChoice;
use iis_model::{AccountId, Timestamp};
use iis_registry::accounts::correcting::Owner;
use iis_registry::accounts::helping::{Known, Standing};
use iis_registry::accounts::stopping::Left;
use iis_registry::accounts::{Account, Status};
use jiff::tz::TimeZone;

fn form(text: &str) -> FormView {
    let choices = || vec![(text.to_owned(), text.to_owned()), ("no".to_owned(), "No".to_owned())];
    FormView {
        heading: text.to_owned(),
        lead: text.to_owned(),
        action: "/request-access".to_owned(),
        fields: vec![
            Field::text("name", text).with(text).hint(text).filled_by("name"),
            Field::new("email", "E-mail", FieldKind::Email).with(text),
            Field::new("text", text, FieldKind::Area).with(text).optional(),
            Field::choice("role", text, FieldKind::Select, choices(), text),
            Field::choice("kind", text, FieldKind::Radio, choices(), text),
            Field::new("new", "Password", FieldKind::Password),
            Field::new("file", "Scan", FieldKind::File),
            Field::hidden("n", text),
        ],
        button: "Send in",
        ..FormView::default()
    }
}

pub(super) fn sheet(text: &str, problems: Vec<Problem>) -> SheetPage {
    let frame = if problems.is_empty() { nobody() } else { nobody().in_error() };
    let said = SaidView { who: text.to_owned(), at: text.to_owned(), paragraphs: vec![text.to_owned()] };
    let mark = Mark { look: "waiting", word: format!("‖ Waiting for {text}"), text: text.to_owned() };
    SheetPage {
        frame: frame.titled("Request 20418"),
        csrf: "token".to_owned(),
        lead: text.to_owned(),
        is_narrow: false,
        problems,
        blocks: vec![
            Block::Alert(Notice { kind: "warning", text: text.to_owned() }),
            Block::Sites(SiteChoice::of_two(text)),
            Block::Marks("Where it stands", vec![mark]),
            Block::Facts("What you asked for", vec![Fact { label: text.to_owned(), value: text.to_owned() }]),
            Block::Text(text.to_owned(), vec![text.to_owned()]),
            Block::Links("Help", vec![Link { href: "/help/tickets/new".to_owned(), label: text.to_owned() }]),
            Block::Table(TableView {
                id: "requests",
                caption: text.to_owned(),
                heads: &["Request", "Name", "Change"],
                rows: vec![vec![
                    Cell::link(text, "/help/requests/20418"),
                    Cell::text(text),
                    Cell::button("Take off", text, "/clinic/staff/7/off"),
                ]],
                nothing: "Nothing.",
            }),
            Block::Filter(FilterView {
                action: "/help/tickets",
                fields: vec![
                    Field::choice(
                        "state",
                        text,
                        FieldKind::Select,
                        [(text.to_owned(), text.to_owned())],
                        text,
                    ),
                    Field::text("site", text).with(text),
                ],
                button: "Show",
            }),
            Block::Said(vec![said]),
            Block::Form(form(text)),
        ],
    }
}

/// The page of an account at the Help Desk, for whoever may help and for its owner.
#[test]
fn an_account_at_the_help_desk() {
    let account = |status| Account {
        id: AccountId(7),
        name: "a.reyes".into(),
        display_name: "Ana Reyes".into(),
        status,
        must_change: false,
        last_sign_in_at: Some(Timestamp::UNIX_EPOCH),
        in_use_since: Timestamp::UNIX_EPOCH,
        roles: Vec::new(),
    };
    let known = |standing, status| Known {
        account: account(status),
        email: "ana@alder.example".parse().ok(),
        standing,
        has_app: true,
        passkeys: 2,
        owner: Owner { name: "Ana Reyes".into(), license_kind: "RN".into(), license_number: "7712".into() },
        awaits: None,
        changed_by: Vec::new(),
        left: Vec::new(),
    };
    let page = |known: &Known, may| SheetPage {
        frame: nurse().titled("Account a.reyes").below("User accounts", "/help/accounts"),
        csrf: "token".to_owned(),
        lead: "Ana Reyes".to_owned(),
        is_narrow: false,
        problems: Vec::new(),
        blocks: helping::blocks(
            known,
            "Clinic Access at Alder Pediatrics",
            (&TimeZone::UTC, Timestamp::UNIX_EPOCH),
            may,
        ),
    };
    let helps = May::Help("/help/accounts");
    let locked = Standing::LockedOut(Timestamp::UNIX_EPOCH);
    golden!("help-account", page(&known(locked, Status::Active), helps));
    golden!("help-account-inactive", page(&known(Standing::Inactive, Status::Active), helps));
    let bare = Known {
        email: None,
        awaits: "ana@new.example".parse().ok(),
        ..known(Standing::Open, Status::Active)
    };
    golden!("help-account-without-address", page(&bare, helps));
    let corrects = May::CorrectOnly("/help/accounts");
    golden!("help-account-corrected", page(&known(Standing::Open, Status::Active), corrects));
    let left = |email: &str, hours: i64| Left {
        email: email.parse().expect("an address"),
        at: Timestamp::UNIX_EPOCH - jiff::SignedDuration::from_hours(hours),
    };
    let moved = Known {
        awaits: "ana@new.example".parse().ok(),
        left: vec![left("ana@old.example", 5), left("ana@older.example", 50)],
        ..known(Standing::Open, Status::Active)
    };
    golden!("help-account-moved", page(&moved, helps));
    golden!("help-account-own", page(&known(Standing::Open, Status::Active), May::NothingForOneself));
}

#[test]
fn a_sheet_with_every_block_and_one_with_problems() {
    golden!("access-sheet", sheet("Ana Reyes", Vec::new()));
    let problems = vec![
        Problem::of("", "Your required training is not complete."),
        Problem::of("name", "Enter your first and last name."),
        Problem::of("kind", "Choose one."),
    ];
    golden!("access-sheet-problems", sheet("Ana Reyes", problems));
    let empty = TableView {
        id: "requests",
        caption: "Requests".to_owned(),
        heads: &["Request"],
        rows: Vec::new(),
        nothing: "No request waits for the Help Desk.",
    };
    let page = SheetPage {
        frame: nurse().titled("Requests for accounts").below("Today", "/"),
        csrf: "token".to_owned(),
        lead: String::new(),
        is_narrow: true,
        problems: Vec::new(),
        blocks: vec![Block::Table(empty)],
    };
    golden!("access-sheet-empty", page);
}
