//! An enrollment is changed on its page, as a draft and when it was sent back.

use super::access::{Way, shown};
use super::{Browser, Page};
use axum::http::StatusCode;

fn expect(page: &Page, texts: &[&str]) {
    for text in texts {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
}

fn lacks(page: &Page, text: &str) {
    assert!(!page.body.contains(text), "{text}: {}", page.body);
}

fn written(address: &str, administrator_email: &str) -> String {
    format!(
        "organization=Oak+Health&site=Oak+Clinic&kind=clinic&address={address}&contact=Joan+Hill&administrator=Cora+Lind\
         &administrator_email={administrator_email}&program=yes"
    )
}

/// Page: /enroll/{number}/{key}
#[tokio::test]
async fn s16_an_enrollment_is_changed_as_a_draft_and_when_it_was_sent_back() {
    let way = Way::begin().await;
    let mut joan = Browser::default();
    way.get(&mut joan, "/enroll").await;
    let form = format!("{}&email=joan@oak.example", written("1+Oak+Street", "cora@oak.exmaple"));
    way.send(&mut joan, "/enroll", &form).await;
    let own = way.link("joan@oak.example", "Enrollment 1").await;
    let change = format!("{own}/change");
    let page = way.get(&mut joan, &own).await;
    expect(&page, &["value=\"1 Oak Street\"", "value=\"cora@oak.exmaple\"", "Save the change", &change]);
    let bad = written("1+Oak+Street", "cora").replace("kind=clinic", "kind=");
    let refused = way.house.post(&mut joan, &change, &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    expect(&refused, &["Choose what kind of site it is", "value=\"cora\""]);
    let done = way.send(&mut joan, &change, &written("1+Oak+Street", "cora@oak.example")).await;
    expect(&done, &["Saved.", "cora@oak.example", "Changed the enrollment."]);
    lacks(&done, "cora@oak.exmaple");
    for kind in ["letter-of-agreement", "site-administrator-form"] {
        let page = way.get(&mut joan, &own).await;
        let sign = format!("{}&signer=Joan+Hill&title=Director", shown(&page, kind));
        way.send(&mut joan, &format!("{own}/sign"), &sign).await;
    }
    let sent = way.send(&mut joan, &format!("{own}/submit"), "").await;
    expect(&sent, &["Under review"]);
    lacks(&sent, "Save the change");

    let mut program = way.house.sign_in("program").await;
    way.get(&mut program, "/help/enrollments/1").await;
    let back = "/help/enrollments/1/decide/send-back";
    way.send(&mut program, back, "text=The+address+is+wrong.").await;
    let page = way.get(&mut joan, &own).await;
    let top = page.body.split("Documents").next().expect("what stands on top");
    assert!(top.contains("Sent back by staff of the registry: “The address is wrong.”"), "{top}");
    lacks(&page, "Not complete:");
    expect(
        &page,
        &[
            "Both documents are signed.",
            "id=\"signer-letter-of-agreement\"",
            "id=\"file-letter-of-agreement\"",
        ],
    );
    let done = way.send(&mut joan, &change, &written("2+Oak+Street", "cora@oak.example")).await;
    expect(
        &done,
        &["✗ Sign again", "Not complete: Letter of agreement missing or not signed.", "2 Oak Street"],
    );
    let early = way.send(&mut joan, &format!("{own}/submit"), "").await;
    expect(&early, &["Not complete: Letter of agreement"]);
    let sign = format!("{}&signer=Joan+Hill&title=Director", shown(&early, "letter-of-agreement"));
    way.send(&mut joan, &format!("{own}/sign"), &sign).await;
    expect(&way.send(&mut joan, &format!("{own}/submit"), "").await, &["Under review"]);
}
