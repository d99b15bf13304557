//! What became of letters, and the mailbox of the demonstration.

use super::frames::{administrator, nobody};
use super::{golden, shown};
use crate::pages::mail::{LetterRow, LetterView, Line, MailboxPage, OutboxPage};

fn letter(state: &str, again_action: &str) -> LetterRow {
    LetterRow {
        written: "03/02/2026 10:14 AM".to_owned(),
        recipient: "a.reyes@alder.example".to_owned(),
        subject: "State of Calder: Your sign-in code".to_owned(),
        state: state.to_owned(),
        again_action: again_action.to_owned(),
    }
}

fn outbox(rows: Vec<LetterRow>, is_held: bool) -> OutboxPage {
    OutboxPage {
        frame: administrator().titled("Mail").helped_by("mail"),
        csrf: "token".to_owned(),
        summary: "1 letter waiting, 1 given up, 1 sent".to_owned(),
        is_held,
        rows,
        more_href: String::new(),
    }
}

pub(super) fn mailbox(text: &str) -> MailboxPage {
    let line = |text: &str, href: &str| Line { text: text.to_owned(), href: href.to_owned() };
    MailboxPage {
        frame: nobody().titled("Mailbox of the demonstration"),
        letters: vec![LetterView {
            id: "letter-7".to_owned(),
            written: "03/02/2026 10:14 AM".to_owned(),
            recipient: text.to_owned(),
            subject: text.to_owned(),
            lines: vec![line(text, ""), line("http://localhost:8080/admin/mail", "/admin/mail")],
        }],
        more_href: String::new(),
    }
}

pub(super) fn outbox_with(text: &str) -> OutboxPage {
    let mut row = letter(text, "/admin/mail/7/again");
    (row.recipient, row.subject) = (text.to_owned(), text.to_owned());
    outbox(vec![row], true)
}

#[test]
fn letters_and_what_became_of_them() {
    let rows = vec![
        letter("◌ Waiting", ""),
        letter("✗ Given up: the mail server answered 550", "/admin/mail/7/again"),
        letter("✓ Sent 03/02/2026 10:15 AM", ""),
    ];
    golden!("mail", outbox(rows, false));
    golden!("mail-held", outbox(Vec::new(), true));
    golden!("mailbox", mailbox("Mail from this registry arrives."));
    let empty = MailboxPage {
        frame: nobody().titled("Mailbox of the demonstration"),
        letters: Vec::new(),
        more_href: String::new(),
    };
    golden!("mailbox-empty", empty);
}
