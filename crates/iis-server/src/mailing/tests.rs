//! Letters leave the outbox for a mail server that listens on a port.

use super::receiver::Receiver;
use super::{Post, hand_over};
use crate::app::App;
use crate::config::Config;
use crate::{clock, opening};
use iis_model::EmailAddress;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::mail::{self, Code, Letter, Link};
use iis_store::outbox::{self, MailRow};
use iis_store::{Lane, outbox::NewMail};
use tempfile::TempDir;

struct House {
    app: App,
    post: Post,
    receiver: Receiver,
    _folder: TempDir,
}

async fn house() -> House {
    let receiver = Receiver::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = Config { data: folder.path().to_owned(), ..Config::default() };
    config.mail.server = receiver.address.to_string();
    config.mail.security = "none".to_owned();
    config.mail.sender = "registry@calder.example".to_owned();
    let post = Post::of(&config).expect("settings").expect("a server");
    let opened = tokio::task::spawn_blocking(move || {
        let store = opening::store_or_new(&config).expect("opened");
        store.migrate(clock::now()).expect("migrated");
        store.close_blocking();
        (opening::registry(&config).expect("opened"), config)
    });
    let (registry, config) = opened.await.expect("no panic");
    let app = App::new(registry, config).expect("threads start");
    House { app, post, receiver, _folder: folder }
}

impl House {
    async fn write(&self, to: &str, letter: &Letter) {
        let granted = operator(Permission::ManageAccounts).expect("the operator may");
        let to: EmailAddress = to.parse().expect("an address");
        mail::post(&self.app.registry, &granted, &to, letter, self.app.arrival()).await.expect("written");
    }

    async fn letters(&self) -> Vec<MailRow> {
        mail::list(&self.app.registry, None, 100).await.expect("the store works")
    }

    async fn hand_over(&self) {
        hand_over(&self.app, &self.post).await.expect("the store works");
    }

    /// As if the pause were over.
    async fn wait_out(&self) {
        let registry = &self.app.registry;
        let later = clock::now() + jiff::SignedDuration::from_hours(7);
        let letter = mail::next(registry, later).await.expect("the store works").expect("one waits");
        mail::report(registry, &letter, self.post.hand_over(&letter).await, later).await.expect("reported");
    }
}

fn test_letter(house: &House) -> Letter {
    Letter::Test { page: Link::to(&house.app.registry, &["admin", "mail"]) }
}

#[tokio::test]
async fn a_letter_arrives_at_a_real_server_and_a_secret_is_forgotten_afterwards() {
    let house = house().await;
    house.write("amara@alder.example", &test_letter(&house)).await;
    let code = Code::new("482913").expect("digits");
    house.write("amara@alder.example", &Letter::SignInCode { code, minutes: 10 }).await;
    house.hand_over().await;

    let mail = house.receiver.mail();
    assert_eq!(mail.len(), 2);
    for one in &mail {
        assert_eq!((one.sender.as_str(), one.recipients.len()), ("registry@calder.example", 1));
        assert_eq!(one.recipients[0], "amara@alder.example");
        let head = one.head();
        for line in ["To: amara@alder.example", "Auto-Submitted: auto-generated"] {
            assert!(head.contains(&line), "{line}: {head:?}");
        }
    }
    // the code that somebody waits for went first
    assert!(mail[0].text().contains("482913") && !mail[0].head().join("").contains("482913"));
    assert!(mail[1].text().contains("http://localhost:8080/admin/mail"), "{}", mail[1].text());

    let letters = house.letters().await;
    let states: Vec<_> =
        letters.iter().map(|letter| (&*letter.kind, &*letter.state, letter.body.is_empty())).collect();
    assert!(
        states.contains(&("test", "sent", false)) && states.contains(&("sign-in-code", "sent", true)),
        "{states:?}"
    );
    house.hand_over().await;
    assert_eq!(house.receiver.mail().len(), 2, "what has left does not leave again");
}

#[tokio::test]
async fn a_letter_that_is_not_taken_is_tried_again_and_one_that_is_refused_is_given_up() {
    let house = house().await;
    house.receiver.will_answer(&["450 mailbox busy: amara@alder.example"]);
    house.write("amara@alder.example", &test_letter(&house)).await;
    house.hand_over().await;
    let letter = house.letters().await.remove(0);
    assert_eq!(
        (&*letter.state, letter.attempts, &*letter.trouble),
        ("waiting", 1, "the mail server answered 450")
    );
    house.hand_over().await;
    assert_eq!(house.letters().await[0].attempts, 1, "its pause is not over");
    house.wait_out().await;
    assert_eq!(&*house.letters().await[0].state, "sent");

    house.receiver.will_answer(&["550 no such person"]);
    house.write("nobody@alder.example", &test_letter(&house)).await;
    house.hand_over().await;
    let refused =
        house.letters().await.into_iter().find(|letter| &*letter.recipient == "nobody@alder.example");
    let refused = refused.expect("in the list");
    assert_eq!((&*refused.state, &*refused.trouble), ("given-up", "the mail server answered 550"));
    let granted = operator(Permission::ManageAccounts).expect("the operator may");
    let registry = &house.app.registry;
    assert!(mail::again(registry, &granted, refused.id, house.app.arrival()).await.expect("the store works"));
    assert!(
        !mail::again(registry, &granted, refused.id, house.app.arrival()).await.expect("the store works")
    );
    house.hand_over().await;
    assert_eq!(house.receiver.mail().len(), 2);
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_again_later() {
    let mut house = house().await;
    let mut config = house.app.config.clone();
    config.mail.server = "127.0.0.1:1".to_owned();
    house.post = Post::of(&config).expect("settings").expect("a server");
    house.write("amara@alder.example", &test_letter(&house)).await;
    house.hand_over().await;
    let letter = house.letters().await.remove(0);
    assert_eq!((&*letter.state, &*letter.trouble), ("waiting", "the mail server could not be reached"));
}

/// A row as no letter makes it: the last line of defense is the message itself.
#[tokio::test]
async fn no_field_of_a_letter_becomes_a_header_or_a_recipient() {
    let house = house().await;
    let store = &house.app.registry.store;
    for (id, recipient, subject) in [
        (1, "amara@alder.example", "news\r\nBcc: spy@evil.example\r\n\r\nother text"),
        (2, "amara@alder.example\r\nRCPT TO:<spy@evil.example>", "news"),
        (3, "amara@alder.example, spy@evil.example", "news"),
    ] {
        let mail = NewMail {
            id,
            kind: "test",
            recipient: recipient.into(),
            subject: subject.into(),
            body: "first line\r\n.\r\nRCPT TO:<spy@evil.example>\r\n".into(),
            holds_secret: false,
            created_at: clock::now(),
        };
        store.write(Lane::Web, move |tx| outbox::insert(tx, &mail)).await.expect("written");
    }
    house.hand_over().await;
    let mail = house.receiver.mail();
    assert_eq!(mail.len(), 1, "addresses that are none are refused: {mail:?}");
    assert_eq!(mail[0].recipients, ["amara@alder.example"]);
    assert!(mail[0].head().iter().all(|line| !line.starts_with("Bcc")), "{:?}", mail[0].head());
    assert!(
        mail[0].text().contains("first line\n.\nRCPT TO:"),
        "a lone dot ends nothing: {}",
        mail[0].text()
    );
}
