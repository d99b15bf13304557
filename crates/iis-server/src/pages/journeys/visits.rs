//! What somebody meets who is not signed in, signs in, looks at patients, and leaves.

use super::{Browser, House, PASSWORD};
use axum::http::{Request, StatusCode, header};
use iis_registry::setup;
use sha2::{Digest, Sha256};

/// Every address of the pages, with how somebody gets it who is not signed in.
const PAGES: &[(&str, u16)] = &[
    ("/", 200),
    ("/sign-in", 200),
    ("/sign-in/help", 200),
    ("/keyboard", 200),
    ("/accessibility", 200),
    ("/privacy", 200),
    ("/help/pages/record", 200),
    ("/help/pages/nothing", 404),
    ("/set-up/wrong", 404),
    ("/nowhere", 404),
    ("/sign-out", 404),
    ("/patients", 303),
    ("/patients/searches/1", 303),
    ("/patients/1234567897", 303),
    ("/patients/1234567897/history", 303),
    ("/patients/1234567897/demographics", 303),
    ("/patients/1234567897/reports", 303),
    ("/patients/1234567897/disclosures", 303),
    ("/patients/1234567897/why/mmr", 303),
    ("/patients/1234567897/what-if", 303),
    ("/patients/1234567897/duplicate", 303),
    ("/patients/duplicates", 303),
    ("/patients/duplicates/next", 303),
    ("/patients/duplicates/1", 303),
    ("/interfaces/messages", 303),
    ("/interfaces/messages/1", 303),
    ("/interfaces/withdrawals", 303),
    ("/interfaces/withdrawals/rehearsal", 303),
    ("/interfaces/withdrawals/1", 303),
    ("/preferences", 303),
    ("/account/password", 303),
];

#[tokio::test]
async fn nobody_gets_the_public_pages_and_is_asked_to_sign_in_for_the_rest() {
    let house = House::open().await;
    for (path, status) in PAGES {
        let page = house.get(&mut Browser::default(), path).await;
        assert_eq!(page.status.as_u16(), *status, "{path}");
        if *status == 303 {
            assert!(page.location().starts_with("/sign-in?next=/"), "{path}: {}", page.location());
        }
    }
}

#[tokio::test]
async fn every_page_is_kept_from_storage_frames_and_foreign_scripts() {
    let house = House::open().await;
    let mut browser = house.sign_in("nurse").await;
    for path in PAGES.iter().map(|(path, _)| *path).chain(["/patients/1234567897"]) {
        let page = house.get(&mut browser, path).await;
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!page.body.contains(PASSWORD), "{path}");
    }
}

#[tokio::test]
async fn patients_are_for_those_whose_role_says_so_and_look_absent_to_others() {
    let house = House::open().await;
    let number = house.report("Ortega", "Maya").await;
    let (mut nurse, mut admin) = (house.sign_in("nurse").await, house.sign_in("admin").await);
    for page in ["", "/history", "/demographics", "/reports", "/disclosures", "/why/mmr", "/what-if"] {
        let path = format!("/patients/{number}{page}");
        let seen = house.get(&mut nurse, &path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        assert!(seen.body.contains("Ortega"), "{path}");
        let title = seen.body.split("</title>").next().unwrap_or_default();
        assert!(!title.contains("Ortega") && !title.contains("Maya"), "{path}");
        let refused = house.get(&mut admin, &path).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!refused.body.contains("Ortega"), "{path}");
        let absent = house.get(&mut nurse, &path.replace(&number, "1234567897")).await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/patients", "/patients/searches/1"] {
        assert_eq!(house.get(&mut admin, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let start = house.get(&mut admin, "/").await;
    assert!(!start.body.contains("/patients"), "what is not permitted is not offered");
}

#[tokio::test]
async fn everybody_who_looked_stands_in_the_disclosures() {
    let house = House::open().await;
    let number = house.report("Ortega", "Maya").await;
    let mut nurse = house.sign_in("nurse").await;
    house.get(&mut nurse, &format!("/patients/{number}")).await;
    let page = house.get(&mut nurse, &format!("/patients/{number}/disclosures")).await;
    for text in ["opened the record", "nurse", "river", "reported"] {
        assert!(page.body.contains(text), "{text}");
    }
}

#[tokio::test]
async fn what_if_answers_without_storing_and_is_a_look_at_the_record() {
    let house = House::open().await;
    let number = house.report("Ortega", "Maya").await;
    let mut nurse = house.sign_in("nurse").await;
    let (record, path) = (format!("/patients/{number}"), format!("/patients/{number}/what-if"));
    let before = house.get(&mut nurse, &record).await.body;
    house.get(&mut nurse, &path).await;
    let planned = house.post(&mut nurse, &path, "on=06/01/2027&vaccine_1=03&given_1=05/01/2027").await;
    assert_eq!(planned.status, StatusCode::OK, "{}", planned.body);
    assert!(planned.body.contains("Answer for 06/01/2027 with 1 planned dose"), "{}", planned.body);
    assert!(planned.body.contains("MMR on 05/01/2027") && planned.body.contains("Dose 2 of MMR counts."));
    let wrong = house.post(&mut nurse, &path, "on=soon").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("href=\"#on\""), "{}", wrong.body);
    assert!(
        wrong.body.contains("<title>Error: What if") && wrong.body.contains("aria-current=\"page\">What if")
    );
    let plan = "on=06/01/2027&vaccine_1=03&given_1=05/01/2027";
    let why = house.post(&mut nurse, &format!("{record}/why/mmr"), plan).await;
    assert_eq!(why.status, StatusCode::OK, "{}", why.body);
    assert!(why.body.contains("as of 06/01/2027, supposing MMR on 05/01/2027"), "{}", why.body);
    assert!(why.body.contains("name=\"given_1\" value=\"05/01/2027\""), "the way back carries the plan");
    assert_eq!(
        house.post(&mut nurse, &format!("{record}/why/nothing"), plan).await.status,
        StatusCode::NOT_FOUND
    );
    let wrong = house.post(&mut nurse, &format!("{record}/why/mmr"), "on=02/30/2027").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("There is no such date"), "{}", wrong.body);
    let main = |page: &str| {
        page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next().map(str::to_owned))
    };
    assert_eq!(main(&before), main(&house.get(&mut nurse, &record).await.body), "nothing was stored");
    let seen = house
        .get(&mut nurse, &format!("{record}/disclosures"))
        .await
        .body
        .matches("opened the record")
        .count();
    assert_eq!(
        seen, 9,
        "the record twice, the form, two answers, three whys, and the disclosures themselves"
    );
    let mut admin = house.sign_in("admin").await;
    for page in [path, format!("{record}/why/mmr")] {
        assert_eq!(house.post(&mut admin, &page, "on=").await.status, StatusCode::NOT_FOUND, "{page}");
    }
    assert_eq!(house.get(&mut nurse, &format!("{record}/why/nothing")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_from_elsewhere_or_without_its_token_is_refused() {
    let house = House::open().await;
    let mut browser = house.sign_in("nurse").await;
    let posts = [
        "/sign-out",
        "/session/extend",
        "/account/password",
        "/patients/searches",
        "/preferences",
        "/sign-in",
        "/patients/1234567897/what-if",
    ];
    for path in posts {
        let form = || Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = format!("csrf={}&number=A17", browser.csrf);
        let foreign = form().header("sec-fetch-site", "cross-site");
        let page = house.send(&mut browser.clone(), foreign, body.clone()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} from another site");
        let foreign = form().header(header::ORIGIN, "https://evil.example");
        let page = house.send(&mut browser.clone(), foreign, body).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} with another origin");
        for token in ["", "csrf=", "csrf=0123456789abcdef0123456789abcdef"] {
            let page = house.send(&mut browser.clone(), form(), token.to_owned()).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} with {token:?}");
        }
    }
    let page = house.get(&mut browser, "/preferences").await;
    assert_eq!(page.status, StatusCode::OK, "none of them signed anybody out");
}

#[tokio::test]
async fn a_form_that_is_too_large_gets_the_page_that_says_so() {
    let house = House::open().await;
    let mut browser = house.sign_in("nurse").await;
    let page = house.post(&mut browser, "/patients/searches", &format!("last={}", "x".repeat(70_000))).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.body.contains("That was too large"));
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_cannot_be_told_apart() {
    let house = House::open().await;
    let mut told = Vec::new();
    for user in ["nurse", "nobody-of-this-test"] {
        let mut browser = Browser::default();
        house.get(&mut browser, "/sign-in").await;
        let mut pages = Vec::new();
        for _ in 0..7 {
            let page = house.post(&mut browser, "/sign-in", &format!("user={user}&password=wrong")).await;
            let text = page.body.replace(user, "USER").replace(&browser.csrf, "TOKEN");
            // the minute of the lock, and that of the page, may differ between the two
            let text = text.split("Locked until").next().unwrap_or_default();
            let text: String = text.lines().filter(|line| !line.contains("Printed from")).collect();
            pages.push((page.status, page.body.contains("Locked until"), text));
        }
        told.push(pages);
    }
    assert_eq!(told[0], told[1]);
    let locked: Vec<_> = told[0].iter().map(|(_, locked, _)| *locked).collect();
    assert_eq!(locked, [false, false, false, false, false, true, true]);
}

#[tokio::test]
async fn while_an_account_is_locked_even_the_right_password_opens_nothing() {
    let house = House::open().await;
    let mut browser = Browser::default();
    house.get(&mut browser, "/sign-in").await;
    for _ in 0..5 {
        house.post(&mut browser, "/sign-in", "user=nurse&password=wrong").await;
    }
    let right = format!("user=nurse&password={}", PASSWORD.replace(' ', "+"));
    let page = house.post(&mut browser, "/sign-in", &right).await;
    assert!(page.body.contains("Locked until"), "{}", page.status);
    assert!(!browser.cookies.contains_key("openiis-session"));
}

#[tokio::test]
async fn after_sign_in_one_is_where_one_wanted_to_go_and_after_sign_out_nothing_is_left() {
    let house = House::open().await;
    let mut browser = Browser::default();
    let asked = house.get(&mut browser, "/patients").await;
    assert_eq!(asked.location(), "/sign-in?next=/patients");
    house.get(&mut browser, asked.location()).await;
    let form = format!("user=Nurse&password={}&next=/patients", PASSWORD.replace(' ', "+"));
    let signed_in = house.post(&mut browser, "/sign-in", &form).await;
    assert_eq!(signed_in.location(), "/patients");
    house.get(&mut browser, "/patients").await;
    let before = browser.clone();
    let out = house.post(&mut browser, "/sign-out", "").await;
    assert_eq!(out.location(), "/sign-in?ended=out");
    assert!(out.header("clear-site-data").contains("cache"));
    let page = house.get(&mut before.clone(), "/patients").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the cookie opens nothing any more");
}

#[tokio::test]
async fn a_password_set_by_somebody_else_is_changed_before_anything_else() {
    let house = House::with(&[("nurse", "clinic-access", true)]).await;
    let mut browser = Browser::default();
    house.get(&mut browser, "/sign-in").await;
    let form = format!("user=nurse&password={}", PASSWORD.replace(' ', "+"));
    house.post(&mut browser, "/sign-in", &form).await;
    for path in ["/", "/patients", "/preferences"] {
        assert_eq!(house.get(&mut browser, path).await.location(), "/account/password", "{path}");
    }
    house.get(&mut browser, "/account/password").await;
    let old = browser.clone();
    let current = PASSWORD.replace(' ', "+");
    let short = house
        .post(&mut browser, "/account/password", &format!("current={current}&new=short&again=short"))
        .await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("Use at least 15 characters"));
    let same = format!("current={current}&new={current}&again={current}");
    assert_eq!(
        house.post(&mut browser, "/account/password", &same).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let new = format!("current={current}&new=calm+herons+wade+here&again=calm+herons+wade+here");
    let changed = house.post(&mut browser, "/account/password", &new).await;
    assert_eq!(changed.location(), "/?done=password", "{}", changed.body);
    assert_eq!(house.get(&mut browser, "/patients").await.status, StatusCode::OK);
    assert_eq!(
        house.get(&mut old.clone(), "/patients").await.status,
        StatusCode::SEE_OTHER,
        "other sessions ended"
    );
}

#[tokio::test]
async fn the_set_up_link_makes_one_administrator_and_then_leads_nowhere() {
    let house = House::with(&[]).await;
    let token = "token-of-the-test";
    let hash = crate::audit_key::hex(&Sha256::digest(token.as_bytes()));
    setup::keep_setup_token(&house.app.registry, hash).await.expect("kept");
    let mut browser = Browser::default();
    assert_eq!(house.get(&mut browser, "/set-up/other").await.status, StatusCode::NOT_FOUND);
    let path = format!("/set-up/{token}");
    assert_eq!(house.get(&mut browser, &path).await.status, StatusCode::OK);
    let incomplete = house.post(&mut browser, &path, "display_name=&user=a&new=short&again=other").await;
    for text in ["Enter your name", "Use 3 to 60 letters", "Use at least 15", "The two new passwords differ"]
    {
        assert!(incomplete.body.contains(text), "{text}");
    }
    let password = PASSWORD.replace(' ', "+");
    let form = format!("display_name=Sam+Okafor&user=Sam.O&new={password}&again={password}");
    assert_eq!(house.post(&mut browser, &path, &form).await.location(), "/sign-in");
    assert_eq!(house.get(&mut browser, &path).await.status, StatusCode::NOT_FOUND);
    let mut admin = house.sign_in("sam.o").await;
    assert!(house.get(&mut admin, "/").await.body.contains("System"));
}

#[tokio::test]
async fn a_search_says_how_it_was_understood_and_its_address_says_nothing() {
    let house = House::open().await;
    let number = house.report("Ortega", "Maya").await;
    let mut nurse = house.sign_in("nurse").await;
    #[rustfmt::skip]
    let table = [
        // form                                            found in the results
        ("text=ortega,+maya+2/11/24",                      "1 person matches"),
        ("last=ORTEGA&first=m&born=02112024",              "1 person matches"),
        ("last=ortega&first=mia&born=2/11/24",             "No one matches"),
    ];
    for (form, expected) in table {
        let sent = house.post(&mut nurse, "/patients/searches", form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{form}");
        assert!(
            !sent.location().to_lowercase().contains("ortega") && !sent.location().contains("2024"),
            "{form}"
        );
        let page = house.get(&mut nurse, sent.location()).await;
        assert!(page.body.contains(expected), "{form}");
        assert!(page.body.contains("<span class=\"quiet\">Born</span> <bdi>02/11/2024</bdi>"), "{form}");
    }
    for form in [format!("text={number}"), "number=a17".to_owned()] {
        let sent = house.post(&mut nurse, "/patients/searches", &form).await;
        let page = house.get(&mut nurse, sent.location()).await;
        assert_eq!(page.location(), format!("/patients/{number}"), "{form}");
    }
}

#[tokio::test]
async fn a_search_that_is_not_enough_says_what_is_missing_and_keeps_what_was_typed() {
    let house = House::open().await;
    let mut nurse = house.sign_in("nurse").await;
    #[rustfmt::skip]
    let table = [
        ("text=ortega",                                "Enter the first name or its initial too"),
        ("text=maya+ortega",                           "Enter the birth date too"),
        ("last=ortega&first=maya&born=soon",           "Enter the date as MM/DD/YYYY"),
        ("last=&first=&born=",                         "Enter a last name, a first name and a birth date"),
        ("last=*&first=*&born=2/11/24",                "Enter the last name too"),
        ("last=ortega&first=maya&born=02/30/2024",     "There is no such date"),
        ("text=02/30/2024",                            "There is no such date"),
        ("text=ortega,+maya+2024-02-30",               "There is no such date"),
    ];
    for (form, expected) in table {
        let page = house.post(&mut nurse, "/patients/searches", form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(page.body.contains(expected), "{form}");
        assert!(page.body.contains("<title>Error: "), "{form}");
        assert_eq!(
            form.contains("30"),
            page.body.contains("value=\"02/30/2024\"") || page.body.contains("value=\"2024-02-30\"")
        );
        assert_eq!(form.contains("ortega"), page.body.contains("value=\"ortega\""), "{form}");
    }
}

#[tokio::test]
async fn somebody_elses_search_is_over() {
    let house = House::with(&[("nurse", "clinic-access", false), ("clerk", "help-desk", false)]).await;
    let (mut nurse, mut clerk) = (house.sign_in("nurse").await, house.sign_in("clerk").await);
    let sent = house.post(&mut nurse, "/patients/searches", "text=ortega,+maya+2/11/24").await;
    let page = house.get(&mut clerk, sent.location()).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(!page.body.contains("</span> ortega") && !page.body.contains("value=\"ortega\""));
}

#[tokio::test]
async fn what_a_sender_stores_is_shown_as_text() {
    let house = House::open().await;
    let number = house.report("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>").await;
    let mut nurse = house.sign_in("nurse").await;
    for page in ["", "/history", "/demographics", "/reports", "/disclosures"] {
        let page = house.get(&mut nurse, &format!("/patients/{number}{page}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("alert(1)"), "the name is shown");
        assert!(!page.body.contains("<script>") && !page.body.contains("<img src=x"), "and runs nowhere");
    }
}

#[tokio::test]
async fn preferences_change_the_pages_of_this_browser() {
    let house = House::open().await;
    let mut nurse = house.sign_in("nurse").await;
    assert_eq!(
        house.post(&mut nurse, "/preferences", "density=compact").await.location(),
        "/preferences?saved=yes"
    );
    let page = house.get(&mut nurse, "/").await;
    assert!(page.body.contains("class=\"compact\"") && !page.body.contains("data-shortcuts"));
    house.post(&mut nurse, "/preferences", "density=comfortable&shortcuts=on").await;
    let page = house.get(&mut nurse, "/").await;
    assert!(!page.body.contains("class=\"compact\"") && page.body.contains("data-shortcuts"));
}

#[tokio::test]
async fn y4_who_opens_a_patient_of_another_clinic_says_why_and_the_answer_stands_in_the_audit() {
    let people = &[("nurse", "clinic-access", false), ("privacy", "privacy-officer", false)];
    let house = House::with_rules(people, |config, _| config.access.purpose_asked = true).await;
    let river = house.clinic("RIVER").await;
    house.hear(&river, "A17", "DOE^ANA^^^^^L||20240211|F").await;
    let number = house.number("A17").await;
    let mut browser = house.sign_in("nurse").await;
    let (record, purpose) = (format!("/patients/{number}"), format!("/patients/{number}/purpose"));
    for page in ["", "/history", "/disclosures", "/duplicate"] {
        let asked = house.get(&mut browser, &format!("{record}{page}")).await;
        assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, &*purpose), "{page}");
    }
    let form = house.get(&mut browser, &purpose).await;
    assert!(
        form.body.contains("Why do you open this record?") && !form.body.contains("DOE"),
        "{}",
        form.body
    );
    for wrong in ["", "purpose=curiosity", "purpose=other", "purpose=other&words=x"] {
        let page = house.post(&mut browser, &purpose, wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let given = house.post(&mut browser, &purpose, "purpose=walk-in&words=came+with+her+brother").await;
    assert_eq!(given.location(), record);
    assert_eq!(house.get(&mut browser, &record).await.status, StatusCode::OK);
    let mut officer = house.sign_in("privacy").await;
    let looks = house.get(&mut officer, &format!("{record}/disclosures")).await;
    assert_eq!(looks.status, StatusCode::OK, "roles of the state are not asked");
    assert!(looks.body.contains("Walk-in or one-time visit: came with her brother"), "{}", looks.body);
}
