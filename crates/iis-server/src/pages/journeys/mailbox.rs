//! The first second factor of an account is added by whoever shows that they read its mail (decision 0047).

use super::access::Way;
use super::{Browser, House};
use axum::http::StatusCode;
use iis_registry::mail;

/// Where a first second factor is added.
const PLACES: [(&str, &str, &str); 5] = [
    ("GET", "/account/second-factor", "/account/second-factor"),
    ("POST", "/account/second-factor", "/account/second-factor"),
    ("GET", "/account/passkeys", "/account/passkeys"),
    ("POST", "/account/passkeys/ask", "/account/passkeys"),
    ("POST", "/account/passkeys", "/account/passkeys"),
];

async fn asked(house: &House, browser: &mut Browser) -> Vec<&'static str> {
    let mut asked = Vec::new();
    for (method, path, next) in PLACES {
        let page = match method {
            "GET" => house.get(browser, path).await,
            _ => house.post(browser, path, "").await,
        };
        if page.location() == format!("/account/mailbox?next={next}") {
            asked.push(path);
        }
    }
    asked
}

/// The code of the latest letter to somebody.
async fn code_for(way: &Way, to: &str) -> String {
    let letters = mail::list(&way.house.app.registry, None, 100).await.expect("the store works");
    let letter = letters.iter().find(|one| &*one.recipient == to && &*one.kind == "sign-in-code");
    let letter = letter.expect("a code was mailed");
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    letter.body.lines().find(is_code).expect("a code").to_owned()
}

/// Page: /account/mailbox
#[tokio::test]
async fn z2_who_knows_the_password_alone_adds_no_first_second_factor() {
    let way = Way::with(|config| config.mail.server = "127.0.0.1:25".to_owned()).await;
    let (mut paula, mut other) = (way.house.sign_in("paula").await, way.house.sign_in("paula").await);
    assert_eq!(asked(&way.house, &mut paula).await.len(), PLACES.len());
    let page = way.get(&mut paula, "/account/mailbox?next=/account/second-factor").await;
    assert!(page.body.contains("Mail me a code") && !page.body.contains("name=\"code\""), "{}", page.body);
    let page = way.send(&mut paula, "/account/mailbox/mail", "next=/account/second-factor").await;
    assert!(page.body.contains("name=\"code\"") && page.body.contains("a code was mailed"), "{}", page.body);
    let code = code_for(&way, "paula@river.example").await;
    let wrong = if code == "111111" { "222222" } else { "111111" };
    let refused = way.house.post(&mut paula, "/account/mailbox", &format!("code={wrong}&next=/")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("That code is not right"), "{}", refused.body);
    let form = format!("code={code}&next=/account/second-factor");
    let shown = way.house.post(&mut paula, "/account/mailbox", &form).await;
    assert_eq!(shown.location(), "/account/second-factor", "{}", shown.body);
    assert_eq!(asked(&way.house, &mut paula).await, Vec::<&str>::new());
    assert_eq!(asked(&way.house, &mut other).await.len(), PLACES.len(), "for that session alone");
    let elsewhere = way.house.post(&mut other, "/account/mailbox", &form).await;
    assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY, "a code counts once");
    let mut nurse = way.house.sign_in("nurse").await;
    assert_eq!(asked(&way.house, &mut nurse).await, Vec::<&str>::new(), "no letter reaches this account");
}

/// Page: /account/mailbox
#[tokio::test]
async fn where_no_mail_leaves_no_code_is_asked() {
    let way = Way::with(|config| config.identity.environment = "production".to_owned()).await;
    let mut paula = way.house.sign_in("paula").await;
    assert_eq!(asked(&way.house, &mut paula).await, Vec::<&str>::new());
}
