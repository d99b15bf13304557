//! What people send who are not signed in: bounded with one case and all together, so that nobody fills the disk.

use super::{application, application_of_oak, begin_enrollment, email, later, on_a_registry, refusal};
use iis_model::access::{Granted, Permission};
use iis_registry::access::operator;
use iis_registry::accounts;
use iis_registry::cases::Again;
use iis_registry::cases::{Party, Scan, Upload};
use iis_registry::enrollment::{self, PaperKind};
use iis_registry::requests;
use iis_registry::tickets::{self, AskedBy, Asker, Category, Filter, MOST_LISTED, Priority, Question, State};
use iis_registry::{Arrival, Context, Failure};

fn desk() -> Granted {
    operator(Permission::AnswerTickets).expect("the operator may")
}

/// A PDF of so many bytes.
fn pdf(bytes: usize) -> Upload {
    Upload { content: [&b"%PDF-1.7 "[..], &vec![0; bytes - 9]].concat().into(), scan: Scan::Clean }
}

fn question_of_ben() -> Question {
    Question {
        name: "Ben West".into(),
        category: Category::Record,
        priority: Priority::Usual,
        subject: "A list".into(),
        linked: None,
        request: None,
        site: "".into(),
    }
}

async fn ticket(cx: &Context, at: Arrival) -> i64 {
    let ben = email("ben@west.example");
    let asker = Asker { email: Some(&ben), account: None, site: None };
    tickets::open(cx, asker, question_of_ben(), "See the file.", at).await.expect("opened")
}

async fn send(cx: &Context, number: i64, bytes: usize, at: Arrival) -> Result<(), Failure> {
    tickets::attach(cx, Party::KeyHolder, number, "list.pdf", pdf(bytes), at).await
}

/// Page: /enroll
#[test]
fn a_public_form_that_is_sent_twice_begins_one_case() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let sent = |n: u8| Arrival { once: Some([n; 32]), ..r.at() };
        let (hill, ben) = (email("hill@oak.example"), email("ben@north.example"));
        let enroll = |n| enrollment::begin(cx, &hill, application_of_oak("Oak Clinic"), sent(n));
        let (one, two) = tokio::join!(enroll(1), enroll(1));
        let number = one.expect("begun");
        assert_eq!(two.expect("the same"), number, "pressed twice");
        assert_eq!(enroll(1).await.expect("the same"), number);
        assert_eq!(enroll(2).await.expect("another form"), number + 1);
        assert_eq!(r.letters("hill@oak.example").await.len(), 2, "one letter for each");
        let ask = |n| requests::begin(cx, &ben, application("Ben West", "clinic-access"), sent(n));
        let number = ask(3).await.expect("begun");
        assert_eq!((ask(3).await.expect("the same"), ask(4).await.expect("another")), (number, number + 1));
        let asker = Asker { email: Some(&ben), account: None, site: None };
        let open = |n| tickets::open(cx, asker, question_of_ben(), "Where is it?", sent(n));
        let number = open(5).await.expect("opened");
        assert_eq!((open(5).await.expect("the same"), open(6).await.expect("another")), (number, number + 1));
    });
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
        tickets::attach(cx, Party::Staff(&staff), other, "form.pdf", pdf(600), r.at())
            .await
            .expect("attached");
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

async fn urgent(cx: &Context, asker: Asker<'_>, at: Arrival) -> i64 {
    let question = Question { priority: Priority::Urgent, ..question_of_ben() };
    tickets::open(cx, asker, question, "Now!", at).await.expect("opened")
}

/// Page: /help/tickets
#[test]
fn tickets_of_strangers_stand_behind_those_of_people_signed_in_and_are_set_aside_without_a_letter() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let ben = email("ben@west.example");
        let junk = urgent(cx, Asker { email: Some(&ben), account: None, site: None }, r.at()).await;
        for n in 1..=MOST_LISTED {
            let address = email(&format!("ben{n}@west.example"));
            urgent(cx, Asker { email: Some(&address), account: None, site: None }, r.at()).await;
        }
        let site = r.site("NORTH").await;
        let bo = r.account("bob", &[("clinic-access", site)]).await;
        let bo = accounts::get(cx, bo).await.expect("read").expect("an account");
        let asker = Asker { email: Some(&ben), account: Some(&bo), site: None };
        let real = urgent(cx, asker, r.at()).await;
        let listed = async |asked_by, page| {
            let filter = Filter { asked_by, ..Filter::default() };
            tickets::listed(cx, filter, page).await.expect("read")
        };
        let first = listed(AskedBy::Anybody, 1).await;
        assert_eq!((first.tickets[0].number, first.tickets[1].number), (real, junk));
        assert_eq!((first.tickets.len(), first.pages, first.total), (MOST_LISTED, 2, MOST_LISTED + 2));
        let last = listed(AskedBy::Anybody, 9).await;
        assert_eq!((last.page, last.tickets.len()), (2, 2));
        assert_eq!(listed(AskedBy::SignedIn, 1).await.total, 1);
        assert_eq!(listed(AskedBy::Strangers, 1).await.total, MOST_LISTED + 1);

        let letters = r.letters("ben@west.example").await.len();
        let desk = desk();
        assert!(refusal(tickets::set_aside(cx, &desk, &[], r.at()).await).contains("Mark the tickets"));
        let both = tickets::set_aside(cx, &desk, &[junk, real], r.at()).await;
        assert!(refusal(both).contains("Answer it"));
        let state =
            async |number| tickets::opened(cx, number).await.expect("read").expect("there").case.state;
        assert_eq!(state(junk).await, State::New, "all or none");
        tickets::set_aside(cx, &desk, &[junk, junk + 1], r.at()).await.expect("set aside");
        assert_eq!((state(junk).await, state(junk + 1).await), (State::Closed, State::Closed));
        assert!(
            refusal(tickets::set_aside(cx, &desk, &[junk], r.at()).await)
                .contains("not possible as it stands by now")
        );
        assert_eq!(r.letters("ben@west.example").await.len(), letters, "nobody gets a letter");
        r.audited("set-ticket-aside", &format!("ticket {junk}")).await;
        tickets::answer(cx, Party::KeyHolder, junk, "It was one.", r.at()).await.expect("opened again");
        assert_eq!(state(junk).await, State::Open);
    });
}

/// Page: /enroll/sent, /help/tickets/sent, /help/enrollments/{number}
#[test]
fn s18_a_lost_letter_of_an_enrollment_or_a_ticket_is_sent_again_and_where_none_goes_out_that_is_said() {
    on_a_registry(|r| async move {
        let (cx, joan, ben) = (&r.world.cx, email("hill@oak.example"), email("ben@west.example"));
        let enrolled = begin_enrollment(&r, "Oak Clinic").await;
        let asked = ticket(cx, r.at()).await;
        let link =
            (r.link("hill@oak.example", "enrollment").await, r.link("ben@west.example", "ticket-news").await);
        for who in [&joan, &ben] {
            let sent = enrollment::letter_again(cx, enrolled, who, r.at()).await.expect("heard");
            assert_eq!(sent, Again::OnItsWay, "the same answer");
            let sent = tickets::letter_again(cx, asked, who, r.at()).await.expect("heard");
            assert_eq!(sent, Again::OnItsWay, "the same answer");
        }
        let letters =
            async || (r.letters("hill@oak.example").await.len(), r.letters("ben@west.example").await.len());
        assert_eq!(letters().await, (2, 2), "to the address that it has, and to no other");
        assert_eq!(r.link("hill@oak.example", "enrollment").await, link.0);
        assert_eq!(r.link("ben@west.example", "ticket-news").await, link.1);
        r.audited("send-enrollment-letter-again", "enrollment 1").await;
        r.audited("send-ticket-letter-again", "ticket 1").await;
        for _ in 0..3 {
            enrollment::letter_again(cx, 99, &joan, r.at()).await.expect("heard");
            tickets::letter_again(cx, 99, &ben, r.at()).await.expect("heard");
        }
        assert_eq!(letters().await, (2, 2));
        let sent = enrollment::letter_again(cx, enrolled, &joan, r.at()).await.expect("heard");
        assert_eq!(sent, Again::NoMoreNow, "counted are the asks");
        let sixth = enrollment::begin(cx, &joan, application_of_oak("Oak Dock"), r.at()).await;
        assert!(refusal(sixth).contains("Nothing was begun and no message was sent"));
        let stranger = Asker { email: Some(&ben), account: None, site: None };
        let sixth = tickets::open(cx, stranger, question_of_ben(), "Hello?", r.at()).await;
        assert!(refusal(sixth).contains("call the Help Desk"));

        let reviewer = operator(Permission::ReviewEnrollments).expect("the operator may");
        enrollment::mail_letter_again(cx, &reviewer, enrolled, r.at()).await.expect("sent");
        let more = enrollment::mail_letter_again(cx, &reviewer, enrolled, r.at()).await;
        assert!(refusal(more).contains("Nothing was sent"), "three about one thing within an hour");
        assert_eq!(letters().await, (3, 2));
    });
}
