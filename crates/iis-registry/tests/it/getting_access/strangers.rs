//! What people send who are not signed in: bounded with one case and all together, so that nobody fills the disk.

use super::{begin_enrollment, email, later, on_a_registry, refusal};
use iis_model::access::{Granted, Permission};
use iis_registry::access::operator;
use iis_registry::cases::{Party, Scan, Upload};
use iis_registry::enrollment::{self, PaperKind};
use iis_registry::tickets::{self, Asker, Category, Priority, Question};
use iis_registry::{Arrival, Context, Failure};

fn desk() -> Granted {
    operator(Permission::AnswerTickets).expect("the operator may")
}

/// A PDF of so many bytes.
fn pdf(bytes: usize) -> Upload {
    Upload { content: [&b"%PDF-1.7 "[..], &vec![0; bytes - 9]].concat().into(), scan: Scan::Clean }
}

async fn ticket(cx: &Context, at: Arrival) -> i64 {
    let question = Question {
        name: "Ben West".into(),
        category: Category::Record,
        priority: Priority::Usual,
        subject: "A list".into(),
        linked: None,
        request: None,
        site: "".into(),
    };
    let ben = email("ben@west.example");
    let asker = Asker { email: Some(&ben), account: None, site: None };
    tickets::open(cx, asker, question, "See the file.", at).await.expect("opened")
}

async fn send(cx: &Context, number: i64, bytes: usize, at: Arrival) -> Result<(), Failure> {
    tickets::attach(cx, Party::KeyHolder, number, "list.pdf", pdf(bytes), at).await
}

/// Page: /help/tickets/{number}/{key}/files
#[test]
fn a_ticket_of_a_stranger_takes_three_files_and_ten_megabytes_and_the_help_desk_adds_to_it() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let (small, large) = (ticket(cx, r.at()).await, ticket(cx, r.at()).await);
        for _ in 0..3 {
            send(cx, small, 9, r.at()).await.expect("attached");
        }
        assert!(refusal(send(cx, small, 9, r.at()).await).contains("Say in your words"));
        let opened = tickets::opened(cx, small).await.expect("read").expect("a ticket");
        assert!(refusal(opened.takes_file_by_link()).contains("three files"));
        assert!(opened.takes_file().is_ok(), "of the Help Desk");
        let staff = desk();
        tickets::attach(cx, Party::Staff(&staff), small, "form.pdf", pdf(9), r.at()).await.expect("attached");
        send(cx, large, 6 << 20, r.at()).await.expect("attached");
        assert!(refusal(send(cx, large, 6 << 20, r.at()).await).contains("10 MB together"));
        send(cx, large, 4 << 20, r.at()).await.expect("what fits is taken");
        r.audited_with("refuse-file", "ticket 1", "too-much").await;
        r.audited_with("refuse-file", "ticket 2", "too-much").await;
    });
}

/// Page: /help/tickets/{number}/{key}/files
#[test]
fn strangers_together_send_so_much_within_a_day_and_staff_send_all_the_same() {
    on_a_registry(|r| async move {
        let mut cx = r.world.cx.clone();
        cx.stranger_bytes_a_day = 1000;
        let cx = &cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        let letter = PaperKind::LetterOfAgreement;
        send(cx, ticket(cx, r.at()).await, 600, r.at()).await.expect("attached");
        let other = ticket(cx, r.at()).await;
        assert!(refusal(send(cx, other, 600, r.at()).await).contains("Sign in to send it, send it tomorrow"));
        let scan = enrollment::upload(cx, number, letter, pdf(600), r.at()).await;
        assert!(refusal(scan).contains("No more files are taken today"));
        r.audited_with("refuse-file", "ticket 2", "too-much-today").await;
        r.audited_with("refuse-file", "enrollment 1, letter-of-agreement", "too-much-today").await;
        enrollment::upload(cx, number, letter, pdf(400), r.at()).await.expect("what fits is taken");
        let staff = desk();
        tickets::attach(cx, Party::Staff(&staff), other, "form.pdf", pdf(600), r.at()).await.expect("attached");
        send(cx, other, 600, later(r.at(), 25)).await.expect("on another day");
    });
}

/// Page: /help/tickets/{number}/{key}/files
#[test]
fn no_file_is_taken_where_the_disk_is_nearly_full_and_words_are() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        cx.store.keep_reserve(u64::MAX / 4);
        if !cx.store.is_nearly_full() {
            return; // PostgreSQL: the disk is another machine's (decision 0024)
        }
        let number = ticket(cx, r.at()).await;
        assert!(refusal(send(cx, number, 9, r.at()).await).contains("short of disk space"));
        let staff = desk();
        let sent = tickets::attach(cx, Party::Staff(&staff), number, "form.pdf", pdf(9), r.at()).await;
        assert!(refusal(sent).contains("Say it in words"));
        r.audited_with("refuse-file", "ticket 1", "no-room").await;
        tickets::answer(cx, Party::KeyHolder, number, "It says so.", r.at()).await.expect("answered");
    });
}
