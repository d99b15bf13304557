//! Tickets and news.

use super::{desk, email, later, on_a_registry, refusal};
use iis_registry::accounts;
use iis_registry::enrollment::Upload;
use iis_registry::news;
use iis_registry::tickets::{self, Category, Priority, Question};

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
            about: "".into(),
        };
        let opened =
            tickets::open(cx, &email(who), None, question, "I need help with a secret.", r.at()).await;
        let number = opened.expect("opened");
        assert_eq!(tickets::waiting(cx).await.expect("read").len(), 1);
        tickets::reply(cx, &desk(), number, Some(Event::Ask), "Which role have you?", r.at())
            .await
            .expect("asked");
        assert!(tickets::waiting(cx).await.expect("read").is_empty());
        tickets::answer(cx, number, "Clinic Access.", r.at()).await.expect("answered");
        let resolved = r.at();
        tickets::reply(cx, &desk(), number, Some(Event::Resolve), "The General User Course.", resolved)
            .await
            .expect("resolved");
        let late = tickets::answer(cx, number, "And now?", later(resolved, 15 * 24)).await;
        assert!(refusal(late).contains("too long ago"));
        tickets::answer(cx, number, "Thank you, one more thing.", later(resolved, 13 * 24))
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
        let file = |content: &[u8]| Upload { content: content.into() };
        assert!(refusal(tickets::attach(cx, number, "virus.exe", file(b"MZ"), r.at()).await).contains("PDF"));
        tickets::attach(cx, number, "../../a <b>.pdf", file(b"%PDF-1.4"), r.at()).await.expect("attached");
        let ticket = tickets::opened(cx, number).await.expect("read").expect("a ticket");
        assert_eq!(ticket.attachments, [(1, "....a b.pdf".into(), "application/pdf".into())]);
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
