//! The review of possible duplicates, from the question to the answer and back.

use super::{Browser, House, Page};
use axum::http::StatusCode;

/// What both girls have in common beside their names.
const HOME: &str =
    "^^^^^L|MOSS^SUE^^^^^M|20240211|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234";

const PEOPLE: &[(&str, &str, bool)] = &[
    ("nurse", "clinic-access", false),
    ("quality", "data-quality", false),
    ("other", "data-quality", false),
];

/// A registry in which Ana is known and Anna waits, and the address of the question.
async fn ana_and_anna(reviewer: &str) -> (House, Browser, String) {
    let house = House::with(PEOPLE).await;
    let (river, cedar) = (house.clinic("RIVER").await, house.clinic("CEDAR").await);
    house.hear(&river, "A17", &format!("DOE^ANA{HOME}")).await;
    house.hear(&cedar, "B18", &format!("DOE^ANNA{HOME}")).await;
    let mut browser = house.sign_in(reviewer).await;
    let question = house.get(&mut browser, "/patients/duplicates/next").await.location().to_owned();
    (house, browser, question)
}

/// The value of a hidden field.
fn hidden<'a>(page: &'a Page, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\" value=\"");
    page.body.split(mark.as_str()).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

/// Answers as the form on the page does.
async fn answered(house: &House, browser: &mut Browser, question: &str, said: &str) -> Page {
    let page = house.get(browser, question).await;
    let (once, about) = (hidden(&page, "once"), hidden(&page, "about"));
    let form = format!("answer={said}&remark=asked+the+clinic&once={once}&about={about}");
    let sent = house.post(browser, &format!("{question}/answer"), &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    house.get(browser, sent.location()).await
}

async fn taken_back(house: &House, browser: &mut Browser, question: &str) -> Page {
    let page = house.get(browser, question).await;
    let form = format!("answer_id={}&once={}", hidden(&page, "answer_id"), hidden(&page, "once"));
    let sent = house.post(browser, &format!("{question}/take-back"), &form).await;
    house.get(browser, sent.location()).await
}

#[tokio::test]
async fn a_question_stands_in_the_queue_and_shows_where_the_two_differ() {
    let (house, mut browser, question) = ana_and_anna("quality").await;
    let queue = house.get(&mut browser, "/patients/duplicates").await;
    for text in ["1 question waits.", "DOE, ANNA", "new doses wait", question.as_str()] {
        assert!(queue.body.contains(text), "{text}: {}", queue.body);
    }
    let page = house.get(&mut browser, &question).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for text in [
        "AN<mark class=\"differs\">N</mark>A",
        "Two different valid first names, though alike.",
        "would become one dose",
        "Merged they would have 1 dose.",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let title = page.body.split("</title>").next().unwrap_or_default();
    assert!(!title.contains("DOE"), "{title}");
    let number = house.number("B18").await;
    let mut nurse = house.sign_in("nurse").await;
    let seen = house.get(&mut nurse, &format!("/patients/{number}/disclosures")).await;
    assert!(seen.body.contains("looked at a possible duplicate"), "{}", seen.body);
}

#[tokio::test]
async fn every_answer_says_what_it_did_and_can_be_taken_back() {
    for (said, expected) in [
        ("merge", "The two records are one now."),
        ("different", "Different persons: they are not proposed again."),
        ("twins", "Twin or sibling: they are not proposed again."),
        ("unsure", "A second reviewer is asked."),
    ] {
        let (house, mut browser, question) = ana_and_anna("quality").await;
        let done = answered(&house, &mut browser, &question, said).await;
        assert!(done.body.to_lowercase().contains(&expected.to_lowercase()), "{said}: {}", done.body);
        assert!(done.body.contains("asked the clinic"), "{said}");
        let queue = house.get(&mut browser, "/patients/duplicates").await;
        assert!(queue.body.contains("Nothing waits here."), "{said}: {}", queue.body);
        let second = house.get(&mut browser, "/patients/duplicates?for=second").await;
        assert_eq!(second.body.contains("DOE, ANNA"), said == "unsure", "{said}");
        let back = taken_back(&house, &mut browser, &question).await;
        assert!(back.body.contains("Taken back: the question is open again."), "{said}: {}", back.body);
        let queue = house.get(&mut browser, "/patients/duplicates").await;
        assert!(queue.body.contains("1 question waits."), "{said}: {}", queue.body);
    }
}

#[tokio::test]
async fn the_review_is_absent_for_who_may_not_decide_and_a_form_without_its_word_decides_nothing() {
    let (house, mut browser, question) = ana_and_anna("quality").await;
    let mut nurse = house.sign_in("nurse").await;
    for path in ["/patients/duplicates", "/patients/duplicates/next", question.as_str()] {
        assert_eq!(house.get(&mut nurse, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!house.get(&mut nurse, "/").await.body.contains("/patients/duplicates"));
    assert!(house.get(&mut browser, "/").await.body.contains("/patients/duplicates"));
    let page = house.get(&mut browser, &question).await;
    let form = format!("answer=merge&once=1&about={}", hidden(&page, "about"));
    let refused = house.post(&mut browser, &format!("{question}/answer"), &form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert!(house.get(&mut browser, "/patients/duplicates").await.body.contains("1 question waits."));
    assert_eq!(
        house.get(&mut browser, "/patients/duplicates/77").await.status,
        StatusCode::NOT_FOUND,
        "no such question"
    );
}

#[tokio::test]
async fn a_nurse_flags_a_suspected_duplicate_once() {
    let house = House::with(PEOPLE).await;
    let clinic = house.clinic("RIVER").await;
    house.hear(&clinic, "A17", &format!("DOE^ANA{HOME}")).await;
    house.hear(&clinic, "B18", "ROE^MIGUEL^^^^^L||19870602|M").await;
    let (ana, miguel) = (house.number("A17").await, house.number("B18").await);
    let mut nurse = house.sign_in("nurse").await;
    let record = house.get(&mut nurse, &format!("/patients/{ana}")).await;
    let path = format!("/patients/{ana}/duplicate");
    assert!(record.body.contains(&path), "the record offers it");
    for (other, expected) in [
        ("12", "Enter the ten digits"),
        (ana.as_str(), "That is the ID of this record."),
        ("1234567897", "There is no record with this registry ID."),
        (miguel.as_str(), "Reviewers are asked whether the two records are one person."),
        (miguel.as_str(), "Reviewers are asked about these two records already."),
    ] {
        let form = house.get(&mut nurse, &path).await;
        let sent = format!("other={other}&remark=same+mother&once={}", hidden(&form, "once"));
        let page = house.post(&mut nurse, &path, &sent).await;
        assert!(page.body.contains(expected), "{other}: {}", page.body);
    }
    let mut reviewer = house.sign_in("quality").await;
    let question = house.get(&mut reviewer, "/patients/duplicates/next").await.location().to_owned();
    let page = house.get(&mut reviewer, &question).await;
    assert!(page.body.contains("same mother") && page.body.contains("by nurse"), "{}", page.body);
}

/// The value of the first radio button of a field behind this text.
fn choice_of<'a>(page: &'a Page, text: &str) -> &'a str {
    let before = page.body.split(text).next().unwrap_or_default();
    before
        .rsplit("name=\"source\" value=\"")
        .next()
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
}

#[tokio::test]
async fn a_reviewer_chooses_which_values_are_kept_and_takes_that_back() {
    let (house, mut browser, question) = ana_and_anna("quality").await;
    let page = house.get(&mut browser, &question).await;
    for text in ["which values are kept", "By the rules: DOE, ", "A: DOE, ANNA", "B: DOE, ANA"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let (once, about) = (hidden(&page, "once"), hidden(&page, "about"));
    let form = format!("answer=merge&once={once}&about={about}&value-name=b&value-sex=");
    house.post(&mut browser, &format!("{question}/answer"), &form).await;
    let number = house.number("B18").await;
    let demographics = format!("/patients/{number}/demographics");
    let shown = house.get(&mut browser, &demographics).await;
    assert!(shown.body.contains("Demographics of <bdi>ANA DOE</bdi>"), "{}", shown.body);
    assert!(
        shown.body.contains("Name: the value of RIVER, record no. A17 counts (quality, "),
        "{}",
        shown.body
    );
    let values = format!("/patients/{number}/values");
    assert!(shown.body.contains(&values));
    let page = house.get(&mut browser, &values).await;
    let form = format!(
        "part=name&source={}&remark=passport&once={}",
        choice_of(&page, ">DOE, ANNA<"),
        hidden(&page, "once")
    );
    let sent = house.post(&mut browser, &values, &form).await;
    let chosen = house.get(&mut browser, sent.location()).await;
    for text in ["Chosen: this value counts from now on.", "passport", "CEDAR, record no. B18 counts"] {
        assert!(chosen.body.contains(text), "{text}: {}", chosen.body);
    }
    let shown = house.get(&mut browser, &demographics).await;
    assert!(shown.body.contains("Demographics of <bdi>ANNA DOE</bdi>"), "{}", shown.body);
    let form = format!("choice_id={}&once={}", hidden(&chosen, "choice_id"), hidden(&chosen, "once"));
    let sent = house.post(&mut browser, &format!("{values}/take-back"), &form).await;
    let back = house.get(&mut browser, sent.location()).await;
    assert!(back.body.contains("Taken back: the registry’s rules count again."), "{}", back.body);
    let shown = house.get(&mut browser, &demographics).await;
    assert!(
        shown.body.contains("Demographics of <bdi>ANA DOE</bdi>"),
        "the choice before it counts: {}",
        shown.body
    );
}

#[tokio::test]
async fn a_form_changed_after_it_was_sent_is_another_decision_and_sent_twice_it_is_one() {
    let (house, mut browser, question) = ana_and_anna("quality").await;
    answered(&house, &mut browser, &question, "merge").await;
    let number = house.number("B18").await;
    let (values, demographics) =
        (format!("/patients/{number}/values"), format!("/patients/{number}/demographics"));
    // one page, as the browser's Back shows it again
    let page = house.get(&mut browser, &values).await;
    for (first, shown) in [("ANA", "ANA DOE"), ("ANNA", "ANNA DOE")] {
        let source = choice_of(&page, &format!(">DOE, {first}<span"));
        let form = format!("part=name&source={source}&once={}", hidden(&page, "once"));
        for _ in 0..2 {
            let sent = house.post(&mut browser, &values, &form).await;
            assert_eq!(sent.location(), format!("{values}?done=chosen"), "{form}: {}", sent.body);
        }
        let now = house.get(&mut browser, &demographics).await;
        assert!(now.body.contains(&format!("Demographics of <bdi>{shown}</bdi>")), "{shown}: {}", now.body);
    }
    let chosen = house.get(&mut browser, &values).await;
    assert_eq!(chosen.body.matches("name=\"choice_id\"").count(), 2, "{}", chosen.body);
}

#[tokio::test]
async fn who_may_not_decide_about_duplicates_may_not_choose_values() {
    let (house, _, _) = ana_and_anna("quality").await;
    let number = house.number("A17").await;
    let mut nurse = house.sign_in("nurse").await;
    let values = format!("/patients/{number}/values");
    assert_eq!(house.get(&mut nurse, &values).await.status, StatusCode::NOT_FOUND);
    assert!(!house.get(&mut nurse, &format!("/patients/{number}/demographics")).await.body.contains(&values));
    let form = house.get(&mut nurse, &format!("/patients/{number}/duplicate")).await;
    let sent = format!("part=name&source=1&once={}", hidden(&form, "once"));
    let refused = house.post(&mut nurse, &values, &sent).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.body);
}
