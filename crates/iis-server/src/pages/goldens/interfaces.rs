//! The pages of those who watch the interfaces.

use super::frames::analyst;
use super::{golden, shown};
use crate::pages::frame::{Fact, Problem};
use crate::pages::interfaces::Choice;
use crate::pages::interfaces::message::{BecameView, ContentView, FindingView, MessagePage};
use crate::pages::interfaces::messages::{FilterForm, MessageRow, MessagesPage};
use crate::pages::interfaces::replays::{DifferenceRow, ReplayForm, ReplayPage, ReplayRow, ReplaysPage};
use crate::pages::interfaces::senders::{AgreementForm, SenderPage, SenderRow, SendersPage, Switch};
use crate::pages::interfaces::withdrawals::{RehearsalPage, Typed, WithdrawalPage};
use iis_registry::messages::{Annotated, FieldView, Piece, SegmentView};
use iis_registry::senders::Difference;

fn fact(label: &str, value: &str) -> Fact {
    Fact { label: label.to_owned(), value: value.to_owned() }
}

fn choice(value: &str) -> Choice {
    Choice { value: value.to_owned(), label: value.to_owned(), is_chosen: false }
}

fn message_row() -> MessageRow {
    MessageRow {
        href: "/interfaces/messages/7".to_owned(),
        received: "03/02/2026 10:00 AM".to_owned(),
        sender: "river".to_owned(),
        facility: "RIVER".to_owned(),
        what: "report (VXU)".to_owned(),
        channel: "HTTP".to_owned(),
        control_id: "M<1>".to_owned(),
        ack: "AE".to_owned(),
        codes: "HL7-046, VAC-186".to_owned(),
    }
}

#[test]
fn messages() {
    let page = |rows: Vec<MessageRow>, may: bool| MessagesPage {
        frame: analyst().titled("Messages"),
        form: FilterForm {
            senders: vec![choice("river")],
            acks: vec![choice("AE")],
            ..FilterForm::default()
        },
        caption: "1 message, newest first".to_owned(),
        more_href: if rows.is_empty() { String::new() } else { "/interfaces/messages?after=1_7".to_owned() },
        rows,
        may_withdraw: may,
        may_manage: may,
    };
    golden!("messages", page(vec![message_row()], true));
    golden!("messages-none", page(Vec::new(), false));
}

#[test]
fn one_message() {
    let piece = |text: &str, field: &str, findings: &[usize]| Piece {
        text: text.to_owned(),
        field: field.to_owned(),
        findings: findings.to_vec(),
        ending: findings.to_vec(),
    };
    let message = Annotated {
        segments: vec![SegmentView {
            place: "RXA".to_owned(),
            title: "Pharmacy/Treatment Administration",
            pieces: vec![
                piece("RXA", "", &[]),
                piece("0", "RXA-1 Give Sub-ID Counter", &[]),
                piece("1O6", "RXA-5 Administered Code", &[1]),
                piece("", "RXA-7 Administered Units", &[2]),
            ],
            fields: vec![FieldView {
                place: "RXA-5".to_owned(),
                name: "Administered Code",
                value: "1O6 <b>".to_owned(),
                findings: vec![1],
            }],
        }],
        more: 2,
    };
    let finding = |number: usize, read_as: &str| FindingView {
        number,
        code: "VAC-186".to_owned(),
        letter: "W",
        severity: "warning: something lost or doubtful",
        place: "RXA-5.1".to_owned(),
        text: "The vaccine code is in no table.".to_owned(),
        is_marked: number == 1,
        read_as: read_as.to_owned(),
    };
    let page = |content: Option<ContentView>| MessagePage {
        frame: analyst().titled("Message").below("Messages", "/interfaces/messages"),
        facts: vec![fact("Sender", "river"), fact("How long it took", "read after 0.12 ms")],
        content,
    };
    let content = ContentView {
        message: message.clone(),
        reply: Annotated { more: 0, ..message },
        findings: vec![finding(1, ""), finding(2, "03 CVX")],
        became: Some(BecameView {
            sentence: "The message is submission 1 of its patient record. What it said:".to_owned(),
            record_href: "/patients/0123456789".to_owned(),
            said: vec!["dose given, MMR (CVX 03), 03/01/2025".to_owned()],
            withdrawn_href: "/interfaces/withdrawals/3".to_owned(),
        }),
    };
    golden!("message", page(Some(content)));
    golden!("message-withheld", page(None));
}

#[test]
fn replays() {
    golden!(
        "replays",
        ReplaysPage {
            frame: analyst().titled("Replays").below("Messages", "/interfaces/messages"),
            csrf: "token".to_owned(),
            once: "once".to_owned(),
            form: ReplayForm {
                senders: vec![choice("river")],
                problems: vec![Problem::of("from", "Enter a day as YYYY-MM-DD.")],
                ..ReplayForm::default()
            },
            rows: vec![ReplayRow {
                href: "/interfaces/replays/3".to_owned(),
                begun: "03/02/2026 10:00 AM by analyst".to_owned(),
                about: "river, 03/01/2026 to before 03/02/2026".to_owned(),
                state: "43 % done".to_owned(),
                found: "7 of 100 messages differ".to_owned(),
            }],
        }
    );
    let page = |is_running: bool, rows: Vec<DifferenceRow>| ReplayPage {
        frame: analyst().titled("Replay").below("Replays", "/interfaces/replays"),
        csrf: "token".to_owned(),
        once: "once".to_owned(),
        stop: "/interfaces/replays/3/stop".to_owned(),
        facts: vec![fact("State", "under way")],
        is_running,
        percent: 43,
        progress: "43 % done: 100 of 230 messages, 7 differ".to_owned(),
        counts: vec![("answered AE, would be AA".to_owned(), 7)],
        rows,
        caption: "7 messages that would be answered otherwise today".to_owned(),
        more_href: "/interfaces/replays/3?after=100".to_owned(),
    };
    let row = DifferenceRow {
        href: "/interfaces/messages/7".to_owned(),
        received: "03/02/2026 10:00 AM".to_owned(),
        sender: "river".to_owned(),
        control_id: "M1".to_owned(),
        answer: "AE now AA".to_owned(),
        added: "REG-013 RXA-5.1".to_owned(),
        removed: "VAC-186 RXA-5.1".to_owned(),
        stored: "would be stored",
    };
    golden!("replay-running", page(true, vec![row]));
    golden!("replay-without-differences", page(false, Vec::new()));
}

#[test]
fn withdrawals() {
    let facts = || vec![fact("Sender", "river"), fact("Messages", "230")];
    let page = |is_running: bool| WithdrawalPage {
        frame: analyst().titled("Withdrawal").below("Withdrawals", "/interfaces/withdrawals"),
        csrf: "token".to_owned(),
        once: "once".to_owned(),
        action: "/interfaces/withdrawals/3/take-back".to_owned(),
        facts: facts(),
        is_running,
        percent: 43,
        progress: "43 % done: 100 of 230 messages".to_owned(),
        can_be_taken_back: !is_running,
    };
    golden!("withdrawal-running", page(true));
    golden!("withdrawal-done", page(false));
    golden!(
        "withdrawal-rehearsal",
        RehearsalPage {
            frame: analyst()
                .titled("Withdraw these messages?")
                .below("Withdrawals", "/interfaces/withdrawals"),
            csrf: "token".to_owned(),
            once: "once".to_owned(),
            typed: Typed { sender: "river".to_owned(), reason: "wrong".to_owned(), ..Typed::default() },
            facts: facts(),
            is_empty: false,
        }
    );
}

#[test]
fn senders() {
    let row = SenderRow {
        href: "/interfaces/senders/river".to_owned(),
        name: "river".to_owned(),
        sites: "RIVER, RIVER-EAST".to_owned(),
        may: "submit and query",
        state: "under test",
        agreed: "at most 600 messages a minute, 1 own code".to_owned(),
    };
    let list = |rows: Vec<SenderRow>| SendersPage { frame: analyst().titled("Senders"), rows };
    golden!("senders", list(vec![row]));
    golden!("senders-none", list(Vec::new()));
    let switch = |name, is_on| Switch { name, label: "Is under test", hint: "It changes nothing.", is_on };
    golden!(
        "sender",
        SenderPage {
            frame: analyst().titled("Sender river").below("Senders", "/interfaces/senders").in_error(),
            csrf: "token".to_owned(),
            action: "/interfaces/senders/river".to_owned(),
            messages_href: "/interfaces/messages?sender=river".to_owned(),
            form: AgreementForm {
                switches: vec![switch("test", true), switch("query", false)],
                sites: "RIVER RIVER-EAST".to_owned(),
                pace: "600".to_owned(),
                severities: "PAT-139 silent\n".to_owned(),
                mappings: "field,code,system,standard,standard_system\nRXA-5,<MMR>,,03,CVX\n".to_owned(),
                problems: vec![Problem::of("zone", "There is no time zone of this name.")],
                differs: vec![Difference {
                    name: "code RXA-5 <MMR>".to_owned(),
                    was: "none".to_owned(),
                    is: "03 CVX".to_owned(),
                }],
                seen: "hash".to_owned(),
                zone: "Mars/North".to_owned(),
            },
        }
    );
}
