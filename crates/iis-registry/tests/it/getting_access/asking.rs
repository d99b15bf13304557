//! Tickets and news.

use super::{desk, email, later, on_a_registry, refusal};
use iis_model::EmailAddress;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::accounts;
use iis_registry::cases::{Party, Scan, Upload};
use iis_registry::news;
use iis_registry::tickets::{self, Asker, Category, Priority, Question};

/// Somebody who is not signed in.
fn stranger(email: &EmailAddress) -> Asker<'_> {
    Asker { email: Some(email), account: None, site: None }
}

/// Page: /help/tickets
#[test]
fn s5_s64_a_ticket_has_a_conversation_and_its_mail_never_repeats_it() {
    use tickets::{Event, State as Standing};
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        let question = Question {
            name: "Amara Okafor".into(),
            category: Category::Training,
            priority: Priority::Usual,
            subject: "Which course?".into(),
            linked: None,
            request: None,
            site: "".into(),
        };
        let opened =
            tickets::open(cx, stranger(&email(who)), question, "I need help with a secret.", r.at()).await;
        let number = opened.expect("opened");
        assert_eq!(tickets::waiting(cx).await.expect("read").len(), 1);
        tickets::reply(cx, &desk(), number, Some(Event::Ask), "Which role have you?", r.at())
            .await
            .expect("asked");
        assert!(tickets::waiting(cx).await.expect("read").is_empty());
        tickets::answer(cx, Party::KeyHolder, number, "Clinic Access.", r.at()).await.expect("answered");
        let resolved = r.at();
        tickets::reply(cx, &desk(), number, Some(Event::Resolve), "The General User Course.", resolved)
            .await
            .expect("resolved");
        let late = tickets::answer(cx, Party::KeyHolder, number, "And now?", later(resolved, 15 * 24)).await;
        assert!(refusal(late).contains("too long ago"));
        tickets::answer(cx, Party::KeyHolder, number, "Thank you, one more thing.", later(resolved, 13 * 24))
            .await
            .expect("again");
        let ticket = tickets::opened(cx, number).await.expect("read").expect("a ticket");
        assert_eq!((ticket.case.state, ticket.conversation.len()), (Standing::Open, 5));
        for letter in r.letters(who).await {
            assert!(
                !letter.body.contains("secret") && !letter.body.contains("role have you"),
                "{}",
                letter.body
            );
        }
    });
}

/// Page: /help/tickets/{number}/{key}/files
#[test]
fn s64_a_ticket_takes_a_few_files_by_what_they_are_and_the_scanner_has_the_last_word() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let question = Question {
            name: "Amara Okafor".into(),
            category: Category::Record,
            priority: Priority::Usual,
            subject: "A list".into(),
            linked: None,
            request: None,
            site: "".into(),
        };
        let number =
            tickets::open(cx, stranger(&email("amara@north.example")), question, "See the file.", r.at())
                .await;
        let number = number.expect("opened");
        let send = async |called: &str, content: &[u8], scan| {
            let file = Upload { content: content.into(), scan };
            tickets::attach(cx, Party::KeyHolder, number, called, file, r.at()).await
        };
        assert!(refusal(send("list.pdf", b"MZ", Scan::Clean).await).contains("PDF"));
        assert!(refusal(send("list.pdf", b"%PDF-1.4", Scan::Found).await).contains("harmful"));
        assert!(refusal(send("list.pdf", b"%PDF-1.4", Scan::NoAnswer).await).contains("cannot be scanned"));
        for result in ["wrong-kind", "malware", "not-scanned"] {
            r.audited_with("refuse-file", "ticket 1", result).await;
        }
        send("../../a <b>.exe", b"%PDF-1.4", Scan::Clean).await.expect("attached");
        let staff = operator(Permission::AnswerTickets).expect("the operator may");
        let more = Upload { content: b"\x89PNG\r\n\x1a\n"[..].into(), scan: Scan::NotScanned };
        tickets::attach(cx, Party::Staff(&staff), number, "form.png", more, r.at()).await.expect("attached");
        let ticket = tickets::opened(cx, number).await.expect("read").expect("a ticket");
        let names: Vec<_> = ticket.attachments.iter().map(|file| (&*file.name, &*file.media_type)).collect();
        assert_eq!(names, [("a b.exe.pdf", "application/pdf"), ("form.png", "image/png")]);
        assert!(
            ticket
                .conversation
                .iter()
                .any(|said| said.is_staff && said.text.contains("File 2 sent: form.png"))
        );
        let fetched = tickets::attachment(cx, Party::KeyHolder, number, 2, r.at()).await.expect("read");
        assert_eq!(&*fetched.expect("a file").1, b"\x89PNG\r\n\x1a\n");
        assert!(tickets::attachment(cx, Party::KeyHolder, number, 3, r.at()).await.expect("read").is_none());
        r.audited("attach-file", "ticket 1, file 2").await;
        r.audited("fetch-file", "ticket 1, file 2").await;
        let scans: Vec<_> = ticket.attachments.iter().map(|file| file.scan).collect();
        assert_eq!(scans, [Scan::Clean, Scan::NotScanned]);
        let send = async |called: &str| {
            let file = Upload { content: b"%PDF-1.4"[..].into(), scan: Scan::Clean };
            tickets::attach(cx, Party::Staff(&staff), number, called, file, r.at()).await
        };
        for n in 3..tickets::MOST_FILES {
            send(&format!("{n}.pdf")).await.expect("attached");
        }
        let one = || send("together.pdf");
        let (a, b, c) = tokio::join!(one(), one(), one());
        let taken = [a, b, c].into_iter().flatten().count();
        let ticket = tickets::opened(cx, number).await.expect("read").expect("a ticket");
        assert_eq!(
            (taken, ticket.attachments.len()),
            (1, tickets::MOST_FILES),
            "counted one after the other"
        );
        assert!(refusal(ticket.takes_file()).contains("ten files"));
        assert!(refusal(send("more.pdf").await).contains("ten files"));
        tickets::reply(cx, &staff, number, Some(tickets::Event::Resolve), "Done.", r.at())
            .await
            .expect("resolved");
        tickets::close(cx, &staff, number, r.at()).await.expect("closed");
        assert!(refusal(send("late.pdf").await).contains("not possible as it stands by now"));
    });
}

/// Page: /admin/news
#[test]
fn news_is_for_some_roles_or_for_all_and_goes_by_itself() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let administrator = r.administrator().await;
        let account = accounts::get(cx, administrator).await.expect("read").expect("an account");
        let until = r.at().today;
        let publish = async |text: &str, roles: &[&str]| {
            let roles = roles.iter().map(|role| (*role).into()).collect();
            news::publish(cx, &desk(), text, roles, until, r.at()).await
        };
        publish("For all.", &[]).await.expect("published");
        publish("For administrators.", &["site-administrator"]).await.expect("published");
        publish("For auditors.", &["auditor"]).await.expect("published");
        assert!(refusal(publish(" ", &[]).await).contains("1 to 500"));
        let seen = async |day| -> Vec<String> {
            let seen = news::for_account(cx, &account, day).await.expect("read");
            seen.into_iter().map(|one| one.text.into()).collect()
        };
        assert_eq!(seen(until).await, ["For administrators.", "For all."]);
        assert!(seen(later(r.at(), 24).today).await.is_empty(), "its last day is over");
        let all = news::today(cx, until).await.expect("read");
        news::take_down(cx, &desk(), all[1].id, r.at()).await.expect("taken down");
        assert_eq!(seen(until).await, ["For all."]);
    });
}
