//! `/admin/mail`: what became of letters. `/mailbox`: in a demonstration without a mail server, the letters themselves.

use super::errors::NoPage;
use super::filled::Filled;
use super::format;
use super::frame::{Frame, Notice};
use super::visitor::{Answer, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::{Path, Query};
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_registry::mail;
use iis_store::outbox::MailRow;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Letters on one page.
const PAGE: i64 = 50;

/// `GET /admin/mail`
#[derive(Debug, Template)]
#[template(path = "mail/outbox.html")]
pub(crate) struct OutboxPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    /// `2 letters waiting, 1 given up`
    pub(crate) summary: String,
    /// Nothing leaves: no mail server is named.
    pub(crate) is_held: bool,
    pub(crate) rows: Vec<LetterRow>,
    pub(crate) more_href: String,
}

/// A letter in the list, without its text.
#[derive(Debug, Clone)]
pub(crate) struct LetterRow {
    pub(crate) written: String,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) state: String,
    /// Where the form that has it tried again is sent; empty when that is not possible.
    pub(crate) again_action: String,
}

/// `GET /mailbox`
#[derive(Debug, Template)]
#[template(path = "mail/mailbox.html")]
pub(crate) struct MailboxPage {
    pub(crate) frame: Frame,
    pub(crate) letters: Vec<LetterView>,
    /// The letters before these; empty: there are none.
    pub(crate) more_href: String,
}

/// A letter, with its text.
#[derive(Debug, Clone)]
pub(crate) struct LetterView {
    /// `letter-12`
    pub(crate) id: String,
    pub(crate) written: String,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) lines: Vec<Line>,
}

/// A line of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// The line is an address of this registry: its path.
    pub(crate) href: String,
}

/// Where in the list, and what was done before.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    before: String,
    #[serde(default)]
    done: String,
}

/// A form that says nothing more.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// `GET /admin/mail`
pub(crate) async fn outbox(visitor: Visitor, Query(shown): Query<Shown>) -> Answer {
    visitor.granted(Permission::ManageAccounts)?;
    let registry = &visitor.app.registry;
    let letters = mail::list(registry, place(&shown.before), PAGE).await;
    let letters = letters.map_err(|failure| visitor.failed(&failure))?;
    let counts = mail::counts(registry).await.map_err(|failure| visitor.failed(&failure))?;
    let notice = (shown.done == "again").then(|| Notice {
        kind: "success",
        text: "The letter waits again. It leaves within a minute.".to_owned(),
    });
    let zone = &registry.identity.zone;
    Ok(rendered(&OutboxPage {
        frame: visitor.frame("/admin/mail").titled("Mail").helped_by("mail").noticed(notice),
        csrf: visitor.csrf(),
        summary: summary(&counts),
        is_held: !visitor.app.config.mail.is_sent() && !visitor.app.config.has_mailbox(),
        rows: letters.iter().map(|letter| row(letter, zone)).collect(),
        more_href: more("/admin/mail", &letters),
    }))
}

/// `POST /admin/mail/{id}/again`
pub(crate) async fn again(Path(id): Path<String>, Filled { visitor, form: _ }: Filled<Nothing>) -> Answer {
    let granted = visitor.granted(Permission::ManageAccounts)?;
    let Ok(id) = id.parse() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let tried = mail::again(&visitor.app.registry, &granted, id, visitor.arrival).await;
    let tried = tried.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect(if tried { "/admin/mail?done=again" } else { "/admin/mail" }))
}

/// `GET /mailbox`
pub(crate) async fn mailbox(visitor: Visitor, Query(shown): Query<Shown>) -> Answer {
    if !visitor.app.config.has_mailbox() {
        return Err(visitor.no_page(NoPage::NotFound));
    }
    let registry = &visitor.app.registry;
    let letters =
        mail::list(registry, place(&shown.before), PAGE).await.map_err(|failure| visitor.failed(&failure))?;
    let (zone, address) = (&registry.identity.zone, &registry.identity.address);
    Ok(rendered(&MailboxPage {
        frame: visitor.frame("/mailbox").titled("Mailbox of the demonstration"),
        letters: letters.iter().map(|letter| letter_view(letter, address, zone)).collect(),
        more_href: more("/mailbox", &letters),
    }))
}

/// A place in the list: the microsecond at which a letter was written, and its id.
fn place(text: &str) -> Option<(Timestamp, i64)> {
    let (micros, id) = text.split_once('.')?;
    Some((Timestamp::from_microsecond(micros.parse().ok()?).ok()?, id.parse().ok()?))
}

fn more(at: &str, letters: &[MailRow]) -> String {
    match letters.last() {
        Some(last) if i64::try_from(letters.len()) == Ok(PAGE) => {
            format!("{at}?before={}.{}", last.created_at.as_microsecond(), last.id)
        }
        _ => String::new(),
    }
}

fn summary(counts: &[(Box<str>, i64)]) -> String {
    let of = |state: &str| counts.iter().find(|(name, _)| &**name == state).map_or(0, |(_, count)| *count);
    let waiting = format::counted(of("waiting"), "letter");
    format!("{waiting} waiting, {} given up, {} sent", of("given-up"), of("sent") + of("kept"))
}

fn row(letter: &MailRow, zone: &TimeZone) -> LetterRow {
    let at = |at: Option<Timestamp>| at.map(|at| format::moment(at, zone)).unwrap_or_default();
    let state = match &*letter.state {
        "sent" => format!("✓ Sent {}", at(letter.sent_at)),
        "kept" => format!("✓ In the mailbox {}", at(letter.sent_at)),
        "given-up" => format!("✗ Given up: {}", letter.trouble),
        _ if letter.attempts == 0 => "◌ Waiting".to_owned(),
        _ if letter.trouble.is_empty() => "◐ Being sent".to_owned(),
        _ => {
            let tries = format::counted(letter.attempts, "try").replace("trys", "tries");
            format!("! Waiting after {tries}: {}. Next try {}", letter.trouble, at(letter.try_at))
        }
    };
    let can_go = &*letter.state == "given-up";
    LetterRow {
        written: format::moment(letter.created_at, zone),
        recipient: letter.recipient.to_string(),
        subject: letter.subject.to_string(),
        state,
        again_action: if can_go { format!("/admin/mail/{}/again", letter.id) } else { String::new() },
    }
}

pub(crate) fn letter_view(letter: &MailRow, address: &str, zone: &TimeZone) -> LetterView {
    let line = |text: &str| {
        let path = text.strip_prefix(address).filter(|path| path.starts_with('/') && !path.starts_with("//"));
        Line { text: text.to_owned(), href: path.unwrap_or_default().to_owned() }
    };
    LetterView {
        id: format!("letter-{}", letter.id),
        written: format::moment(letter.created_at, zone),
        recipient: letter.recipient.to_string(),
        subject: letter.subject.to_string(),
        lines: letter.body.lines().filter(|text| !text.is_empty()).map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, letter_view};
    use iis_model::Timestamp;
    use iis_store::outbox::MailRow;
    use jiff::tz::TimeZone;

    #[test]
    fn only_addresses_of_this_registry_are_links() {
        let body = "http://localhost:8080/approve/abc\n\nhttp://localhost:8080//evil.example\nhttp://localhost:8080.evil.example/\ntext";
        let letter = MailRow {
            id: 1,
            kind: "test".into(),
            recipient: "a@b.example".into(),
            subject: "s".into(),
            body: body.into(),
            holds_secret: false,
            state: "kept".into(),
            created_at: Timestamp::UNIX_EPOCH,
            attempts: 1,
            try_at: None,
            sent_at: None,
            trouble: "".into(),
        };
        let view = letter_view(&letter, "http://localhost:8080", &TimeZone::UTC);
        let links: Vec<_> = view.lines.iter().map(|Line { href, .. }| href.as_str()).collect();
        assert_eq!(links, ["/approve/abc", "", "", ""]);
    }
}
