//! What people who are not signed in send, and what somebody signed in asks for that is not there: bounded, kept where it was
//! typed, and written down with where it came from.

use super::access::Way;
use super::{Browser, House};
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_store::audit::AuditRow;
use iis_store::audit::list::{AuditFilter, list};

async fn rows(house: &House, action: &'static str) -> Vec<AuditRow> {
    let granted = operator(Permission::ReadAudit).expect("the operator may");
    let filter = AuditFilter { action: Some(action), limit: 100, ..AuditFilter::default() };
    house.app.registry.store.read(move |tx| list(tx, &granted, &filter)).await.expect("the store works")
}

fn ticket(n: usize) -> String {
    format!(
        "category=training&priority=urgent&name=Ben+West&email=ben{n}@west.example&subject=Which&text=Help&site="
    )
}

/// Page: /help/tickets/new
#[tokio::test]
async fn forms_that_come_faster_than_people_write_are_held_back_and_whoever_is_signed_in_is_not() {
    let way = Way::begin().await;
    let mut stranger = Browser::default();
    way.get(&mut stranger, "/help/tickets/new").await;
    let mut taken = 0;
    for n in 0..40 {
        let sent = way.house.post(&mut stranger, "/help/tickets/new", &ticket(n)).await;
        match sent.status {
            StatusCode::SEE_OTHER => taken += 1,
            StatusCode::TOO_MANY_REQUESTS => {
                assert!(sent.body.contains("Nothing was saved. Go back"), "{}", sent.body);
            }
            other => panic!("{other}: {}", sent.body),
        }
    }
    assert!((30..40).contains(&taken), "{taken}");
    let mut nurse = way.house.sign_in("nurse").await;
    way.get(&mut nurse, "/help/tickets/new").await;
    let sent = way.house.post(&mut nurse, "/help/tickets/new", &ticket(99)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let opened = rows(&way.house, "open-ticket").await;
    assert_eq!(opened.len(), taken + 1);
    let of_stranger = opened.iter().filter(|row| &*row.actor_kind == "nobody");
    assert!(
        of_stranger.clone().count() == taken
            && of_stranger.clone().all(|row| row.detail.ends_with("; from 127.0.0.1"))
    );
}

/// Page: /help/tickets/{number}/{key}
#[tokio::test]
async fn what_was_typed_stays_where_it_is_refused_and_the_problem_stands_at_its_field() {
    let way = Way::begin().await;
    let (who, mut ben) = ("ben1@west.example", Browser::default());
    way.get(&mut ben, "/help/tickets/new").await;
    way.send(&mut ben, "/help/tickets/new", &ticket(1)).await;
    let own = way.link(who, "Ticket 1").await;
    let long = "x".repeat(8_001);
    for (browser, path) in
        [(&mut ben, own.as_str()), (&mut way.house.sign_in("desk").await, "/help/tickets/1")]
    {
        way.get(browser, path).await;
        let refused = way.house.post(browser, path, &format!("text={long}&next=ask")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(refused.body.contains(&long), "{path}: what was written is lost");
        let told =
            refused.body.contains("href=\"#text\"") && refused.body.contains("at most 8,000 characters");
        assert!(told, "{path}: {}", refused.body);
    }
    let mut desk = way.house.sign_in("desk").await;
    let page = way.house.post(&mut desk, "/help/tickets/1", &format!("text={long}&next=ask")).await;
    assert!(page.body.contains("<option value=\"ask\" selected>"), "the choice stays: {}", page.body);
}

/// Page: /enroll
#[tokio::test]
async fn an_enrollment_says_whether_the_site_takes_part_in_a_program_and_no_answer_is_none() {
    let way = Way::begin().await;
    let mut ann = Browser::default();
    way.get(&mut ann, "/enroll").await;
    let form = "organization=Oak&site=Oak+Clinic&kind=clinic&address=1+Elm+St&contact=Ann+Lee&email=ann@oak.example\
                &administrator=Ann+Lee&administrator_email=ann@oak.example";
    let refused = way.house.post(&mut ann, "/enroll", form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("href=\"#program\"") && refused.body.contains("value=\"Oak Clinic\""));
}

/// Page: /request-access
#[tokio::test]
async fn s7_s56_a_type_of_access_that_does_not_fit_is_refused_on_the_form() {
    let way = Way::begin().await;
    let mut ben = Browser::default();
    way.get(&mut ben, "/request-access").await;
    for (kind, vaccinates, role, says) in [
        ("school", "no", "clinic-access", "does not fit your choice of general or school user"),
        ("general", "yes", "", "Choose the type of access."),
        ("general", "yes", "patient-look-up", "Who vaccinates chooses another type of access"),
    ] {
        let form = format!(
            "name=Ben+West&email=ben@west.example&user_kind={kind}&vaccinates={vaccinates}&role={role}&site=River+Clinic\
             &administrator=Ana+Silva"
        );
        let refused = way.house.post(&mut ben, "/request-access", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{role}");
        assert!(refused.body.contains(says) && refused.body.contains("href=\"#role\""), "{}", refused.body);
    }
    assert!(rows(&way.house, "begin-request").await.is_empty());
}

/// Page: /enroll/{number}/{key}
#[tokio::test]
async fn an_address_that_cannot_be_read_is_a_page_that_is_not_there() {
    let way = Way::begin().await;
    let mut nobody = Browser::default();
    for path in
        ["/enroll/1/%ff", "/enroll/sent?number=x", "/request-access/sent?number=9999999999999999999999"]
    {
        let page = way.house.get(&mut nobody, path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}: {}", page.body);
        assert!(page.body.contains("<h1") && page.body.contains("find that page"), "{path}: {}", page.body);
    }
}

/// Page: /tickets/{number}
#[tokio::test]
async fn who_walks_through_what_is_not_theirs_stands_in_the_audit_once_an_hour() {
    let way = Way::begin().await;
    let mut nurse = way.house.sign_in("nurse").await;
    for number in 1..5 {
        let page = way.house.get(&mut nurse, &format!("/tickets/{number}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
    let noted = rows(&way.house, "ask-for-address").await;
    let noted: Vec<_> = noted.iter().map(|row| (&*row.actor, &*row.result, &*row.detail)).collect();
    assert_eq!(noted, [("nurse", "not found", "GET /tickets/{number}; from 127.0.0.1")]);
}

/// Page: /help/tickets
#[tokio::test]
async fn the_help_desk_sees_people_signed_in_first_has_pages_and_sets_junk_aside() {
    let way = Way::begin().await;
    let house = &way.house;
    let mut stranger = Browser::default();
    way.get(&mut stranger, "/help/tickets/new").await;
    for n in 0..3 {
        let sent = house.post(&mut stranger, "/help/tickets/new", &ticket(n)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    }
    let mut nurse = house.sign_in("nurse").await;
    way.get(&mut nurse, "/help/tickets/new").await;
    let form = "category=other&priority=usual&email=n@river.example&subject=Real&text=Help&kind=&linked=";
    let sent = house.post(&mut nurse, "/help/tickets/new", form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);

    let mut desk = house.sign_in("desk").await;
    let page = way.get(&mut desk, "/help/tickets").await;
    let at = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("{text}: {}", page.body));
    assert!(at("href=\"/help/tickets/4\"") < at("href=\"/help/tickets/1\""), "{}", page.body);
    assert!(page.body.contains("Ben West (not signed in)") && page.body.contains("form=\"setting-aside\""));
    assert!(!page.body.contains("id=\"ticket-4\""), "of somebody signed in");
    for (from, shown, hidden) in [("signed-in", 4, 1), ("not-signed-in", 1, 4)] {
        let page = way.get(&mut desk, &format!("/help/tickets?from={from}")).await;
        let has = |n: i32| page.body.contains(&format!("href=\"/help/tickets/{n}\""));
        assert!(has(shown) && !has(hidden), "{from}: {}", page.body);
    }
    let page = way.get(&mut desk, "/help/tickets/4").await;
    assert!(!page.body.contains("Set this ticket aside"), "{}", page.body);
    let page = way.get(&mut desk, "/help/tickets/1").await;
    assert!(page.body.contains("Set this ticket aside"), "{}", page.body);
    let nothing = house.post(&mut desk, "/help/tickets/set-aside", "").await;
    assert!(nothing.body.contains("Mark the tickets"), "{}", nothing.body);
    let page = way.send(&mut desk, "/help/tickets/set-aside", "ticket-1=yes&ticket-3=yes").await;
    assert!(page.body.contains("Set aside. Nobody gets a message."), "{}", page.body);
    let has = |n: i32| page.body.contains(&format!("href=\"/help/tickets/{n}\""));
    assert!(!has(1) && has(2) && !has(3) && has(4), "{}", page.body);
    assert_eq!(rows(house, "set-ticket-aside").await.len(), 2);
    let forged = house.post(&mut nurse, "/help/tickets/set-aside", "ticket-2=yes").await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
}

/// Page: /enroll/sent, /help/tickets/sent
#[tokio::test]
async fn a_lost_letter_of_an_enrollment_or_of_a_ticket_is_asked_for_by_number_and_address() {
    let way = Way::begin().await;
    let mut ben = Browser::default();
    way.get(&mut ben, "/help/tickets/new").await;
    way.send(&mut ben, "/help/tickets/new", &ticket(1)).await;
    for (sent, again) in
        [("/help/tickets/sent?number=1", "/help/tickets/again"), ("/enroll/sent", "/enroll/again")]
    {
        let page = way.get(&mut ben, sent).await;
        assert!(page.body.contains(&format!("action=\"{again}\"")), "{}", page.body);
        let bad = way.house.post(&mut ben, again, "number=one&email=nobody").await;
        assert!(
            bad.body.contains("digits alone") && bad.body.contains("Enter an e-mail address"),
            "{}",
            bad.body
        );
        let mut last = String::new();
        for _ in 0..6 {
            last = way.house.post(&mut ben, again, "number=1&email=ben1@west.example").await.body;
        }
        assert!(last.contains("No more messages go out to this address"), "{last}");
    }
    assert_eq!(
        rows(&way.house, "send-ticket-letter-again").await.len(),
        4,
        "the first one was asked for too"
    );
    assert!(rows(&way.house, "send-enrollment-letter-again").await.is_empty(), "there is none");
}

/// Page: /admin/training
#[tokio::test]
async fn no_word_of_an_address_stands_in_a_notice() {
    let way = Way::begin().await;
    let mut desk = way.house.sign_in("desk").await;
    let page = way.get(&mut desk, "/admin/training?done=Your-password-has-expired").await;
    assert!(!page.body.contains("password has expired"), "{}", page.body);
    let page = way.get(&mut desk, "/admin/training?taken=2").await;
    assert!(page.body.contains("Completions: 2 taken, none refused."), "{}", page.body);
    let page = way.house.get(&mut desk, "/admin/training?taken=call-555-0199").await;
    assert!(page.status == StatusCode::NOT_FOUND && !page.body.contains("0199"), "{}", page.body);
    let page = way.send(&mut desk, "/admin/training", "lines=email%2Ccourse%2Ccompleted_on").await;
    assert!(page.body.contains("Completions: 0 taken, none refused."), "{}", page.body);
}

/// Page: /enroll
#[tokio::test]
async fn a_public_form_that_is_sent_twice_begins_one_case_and_says_where_no_mail_leaves() {
    let way = Way::begin().await;
    let mut hill = Browser::default();
    let forms = [
        (
            "/enroll",
            "organization=Oak+Health&site=Oak+Clinic&kind=clinic&address=1+Oak+Street&contact=Joan+Hill&email=hill@oak.example\
                     &administrator=Cora+Lind&administrator_email=cora@oak.example&program=no",
        ),
        (
            "/help/tickets/new",
            "name=Joan+Hill&email=hill@oak.example&category=other&priority=usual&subject=A+list&text=Where+is+it%3F",
        ),
        (
            "/request-access",
            "name=Joan+Hill&email=hill@oak.example&user_kind=general&vaccinates=yes&role=clinic-access&site=River+Clinic\
                             &administrator=Ana+Silva",
        ),
    ];
    for (address, form) in forms {
        let page = way.get(&mut hill, address).await;
        assert!(page.body.contains("This registry sends no mail yet"), "{address}: {}", page.body);
        let once = |page: &crate::pages::journeys::Page| {
            let field = page.body.split("name=\"once\" value=\"").nth(1).expect("a word");
            field.split('"').next().expect("a word").to_owned()
        };
        let sent = format!("{form}&once={}", once(&page));
        let first = way.house.post(&mut hill, address, &sent).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{address}: {}", first.body);
        let second = way.house.post(&mut hill, address, &sent).await;
        assert_eq!(second.location(), first.location(), "{address}: one case");
        let page = way.get(&mut hill, address).await;
        let third = way.house.post(&mut hill, address, &format!("{form}&once={}", once(&page))).await;
        assert_ne!(third.location(), first.location(), "{address}: another form is another case");
    }
}

/// Page: /training
#[tokio::test]
async fn a_training_link_that_does_not_leave_is_said_plainly() {
    let way = Way::begin().await;
    let mut ben = Browser::default();
    way.get(&mut ben, "/training").await;
    let form = "name=Ben+West&email=ben@west.example&code=";
    for _ in 0..5 {
        let done = way.send(&mut ben, "/training", form).await;
        assert!(done.body.contains("Look into your mail"), "{}", done.body);
    }
    let sixth = way.house.post(&mut ben, "/training", form).await;
    assert_eq!(sixth.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sixth.body.contains("no message was sent"), "{}", sixth.body);
    assert!(sixth.body.contains("value=\"ben@west.example\""), "what was typed stays: {}", sixth.body);
}
