//! Messages and withdrawals, from the list to what became of a message and back.

use super::{Browser, House, Page};
use axum::http::StatusCode;
use iis_registry::withdrawal::{self, Work};

/// The girl of these messages.
const ANA: &str =
    "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20240211|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234";

const PEOPLE: &[(&str, &str, bool)] = &[
    ("nurse", "clinic-access", false),
    ("analyst", "interface-analyst", false),
    ("quality", "data-quality", false),
    ("desk", "help-desk", false),
];

/// A registry that has heard of Ana.
async fn house() -> House {
    let house = House::with(PEOPLE).await;
    let river = house.clinic("RIVER").await;
    house.hear(&river, "A17", ANA).await;
    house
}

/// The address of the first message in the list.
fn first_message(page: &Page) -> String {
    let rest = page.body.split("href=\"/interfaces/messages/").nth(1).expect("a message in the list");
    format!("/interfaces/messages/{}", rest.split('"').next().unwrap_or_default())
}

fn hidden<'a>(page: &'a Page, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\" value=\"");
    page.body.split(mark.as_str()).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

pub(super) async fn carry_out(house: &House) {
    for id in withdrawal::running(&house.app.registry).await.expect("the store works") {
        let work = Work::take_up(&house.app.registry, id).await.expect("the store works");
        work.expect("running").finish(|| house.app.arrival(), |_| {}).await.expect("the store works");
    }
}

#[tokio::test]
async fn messages_are_for_those_who_watch_the_interfaces() {
    let house = house().await;
    for (user, status, withdraws) in
        [("analyst", 200, 200), ("quality", 200, 404), ("nurse", 404, 404), ("desk", 404, 404)]
    {
        let mut browser = house.sign_in(user).await;
        let list = house.get(&mut browser, "/interfaces/messages").await;
        assert_eq!(list.status.as_u16(), status, "{user}");
        let withdrawals = house.get(&mut browser, "/interfaces/withdrawals").await;
        assert_eq!(withdrawals.status.as_u16(), withdraws, "{user}");
    }
}

#[tokio::test]
async fn a_message_shows_what_was_found_where_and_what_became_of_it() {
    let house = house().await;
    let mut analyst = house.sign_in("analyst").await;
    let list = house.get(&mut analyst, "/interfaces/messages?sender=river&ack=").await;
    for text in ["MA17", "report (VXU)", "1 message"] {
        assert!(list.body.contains(text), "{text}: {}", list.body);
    }
    let none = house.get(&mut analyst, "/interfaces/messages?code=NO-001").await;
    assert!(none.body.contains("No message fits"), "{}", none.body);
    let wrong = house.get(&mut analyst, "/interfaces/messages?from=soon").await;
    assert!(wrong.body.contains("Enter a day"), "{}", wrong.body);

    let address = first_message(&list);
    let page = house.get(&mut analyst, &address).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for text in [
        "PID-5 Patient Name",
        "title=\"RXA-5 Administered Code",
        "class=\"found\"",
        "id=\"finding-1\"",
        "submission 1 of its patient record",
        "dose given, MMR (CVX 03), 03/01/2025",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("Open the patient"), "an analyst may not open records");
    let mut quality = house.sign_in("quality").await;
    let page = house.get(&mut quality, &address).await;
    assert!(page.body.contains("Open the patient"), "{}", page.body);
    let mut nurse = house.sign_in("nurse").await;
    let record = house.number("A17").await;
    let looks = house.get(&mut nurse, &format!("/patients/{record}/disclosures")).await;
    assert!(looks.body.contains("looked at a message about the record"), "{}", looks.body);
    let absent = house.get(&mut quality, "/interfaces/messages/12345").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_message_about_a_protected_person_is_withheld_from_who_may_not_see_that_person() {
    let house = House::with(PEOPLE).await;
    let river = house.clinic("RIVER").await;
    house.hear(&river, "P1", &format!("{ANA}\rPD1||||||||||||Y|20260101")).await;
    let mut analyst = house.sign_in("analyst").await;
    let address = first_message(&house.get(&mut analyst, "/interfaces/messages").await);
    let page = house.get(&mut analyst, &address).await;
    assert!(page.body.contains("must not be shared with you") && !page.body.contains("DOE"), "{}", page.body);
    let mut quality = house.sign_in("quality").await;
    let page = house.get(&mut quality, &address).await;
    assert!(page.body.contains("DOE"), "the state sees it: {}", page.body);
}

#[tokio::test]
async fn what_a_sender_sent_is_rehearsed_withdrawn_and_brought_back() {
    let house = house().await;
    let mut analyst = house.sign_in("analyst").await;
    let bad = house.get(&mut analyst, "/interfaces/withdrawals/rehearsal?sender=nobody&from=&to=x").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["Choose the sender.", "Enter a day and time.", "Say why"] {
        assert!(bad.body.contains(text), "{text}: {}", bad.body);
    }
    let asked = "/interfaces/withdrawals/rehearsal?sender=river&from=2020-01-01T00:00&to=2100-01-01T00:00&reason=wrong+interface";
    let rehearsal = house.get(&mut analyst, asked).await;
    for text in ["Nothing has changed yet", "<dt>People</dt><dd>1</dd>"] {
        assert!(rehearsal.body.contains(text), "{text}: {}", rehearsal.body);
    }
    let form = format!(
        "sender=river&from=2020-01-01T00:00&to=2100-01-01T00:00&reason=wrong+interface&once={}",
        hidden(&rehearsal, "once")
    );
    let sent = house.post(&mut analyst, "/interfaces/withdrawals", &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let twice = house.post(&mut analyst, "/interfaces/withdrawals", &form).await;
    assert_eq!(twice.location(), sent.location(), "a form sent twice is one withdrawal");
    let page = house.get(&mut analyst, sent.location()).await;
    assert!(page.body.contains("being carried out"), "{}", page.body);
    carry_out(&house).await;
    let page = house.get(&mut analyst, sent.location()).await;
    assert!(page.body.contains("Take back") && page.body.contains("wrong interface"), "{}", page.body);
    assert_eq!(found(&house).await, 0);
    let message = first_message(&house.get(&mut analyst, "/interfaces/messages").await);
    let message = house.get(&mut analyst, &message).await;
    assert!(message.body.contains("it was withdrawn"), "{}", message.body);

    let at = sent.location().split('?').next().unwrap_or_default().to_owned();
    let form = format!("reason=it+was+right&once={}", hidden(&page, "once"));
    let back = house.post(&mut analyst, &format!("{at}/take-back"), &form).await;
    carry_out(&house).await;
    let page = house.get(&mut analyst, back.location()).await;
    assert!(page.body.contains("counts again"), "{}", page.body);
    assert_eq!(found(&house).await, 1);
    let list = house.get(&mut analyst, "/interfaces/withdrawals").await;
    for text in ["taken back", "takes another one back", "1 person"] {
        assert!(list.body.contains(text), "{text}: {}", list.body);
    }
}

#[tokio::test]
async fn what_is_agreed_with_a_sender_is_changed_on_its_page() {
    let house = house().await;
    for (user, status) in [("quality", 404), ("nurse", 404)] {
        let mut browser = house.sign_in(user).await;
        for path in ["/interfaces/senders", "/interfaces/senders/river"] {
            assert_eq!(house.get(&mut browser, path).await.status.as_u16(), status, "{user} {path}");
        }
    }
    let mut analyst = house.sign_in("analyst").await;
    let list = house.get(&mut analyst, "/interfaces/senders").await;
    for text in ["in production", "submit and query", "/interfaces/senders/river"] {
        assert!(list.body.contains(text), "{text}: {}", list.body);
    }
    let absent = house.get(&mut analyst, "/interfaces/senders/nobody").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);

    let page = house.get(&mut analyst, "/interfaces/senders/river").await;
    let seen = hidden(&page, "seen").to_owned();
    let form = |rest: &str| format!("active=yes&submit=yes&sites=RIVER&seen={seen}{rest}");
    let wrong = "&pace=many&zone=Mars&severities=PAT-000+silent&mappings=RXA-5%2CX%2C03";
    let bad = house.post(&mut analyst, "/interfaces/senders/river", &form(wrong)).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["Write a number", "no time zone", "PAT-000", "Line 1", "RXA-5,X,03</textarea>"] {
        assert!(bad.body.contains(text), "{text}: {}", bad.body);
    }
    let nowhere = house.post(&mut analyst, "/interfaces/senders/river", &form("&sites=")).await;
    assert_ne!(nowhere.status, StatusCode::SEE_OTHER, "a field that is sent twice is no form of ours");

    let right = "&test=yes&pace=600&severities=PAT-139+silent%0A&mappings=RXA-5%2CMMR%2C%2C03%2CCVX%0A";
    let done = house.post(&mut analyst, "/interfaces/senders/river", &form(right)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = house.get(&mut analyst, done.location()).await;
    for text in ["Changed.", "RXA-5,MMR,,03,CVX", "PAT-139 silent", "value=\"600\""] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let late = house.post(&mut analyst, "/interfaces/senders/river", &form("")).await;
    assert!(late.body.contains("Somebody else changed the agreement"), "{}", late.body);
    let list = house.get(&mut analyst, "/interfaces/senders").await;
    for text in ["under test", "at most 600 messages a minute", "1 own code", "1 changed severity"] {
        assert!(list.body.contains(text), "{text}: {}", list.body);
    }
}

/// How many people a nurse finds under Ana's record number.
async fn found(house: &House) -> usize {
    let mut nurse: Browser = house.sign_in("nurse").await;
    let sent = house.post(&mut nurse, "/patients/searches", "number=A17").await;
    let page = house.get(&mut nurse, sent.location()).await;
    usize::from(page.location().starts_with("/patients/") && page.status == StatusCode::SEE_OTHER)
}
