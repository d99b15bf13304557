//! Training: the chart and the library as staff keep them, and what everybody finds there.

use super::access::Way;
use super::{Browser, Page};
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::staff::Position;
use iis_registry::training::{self, Audience, CourseKind, NewCourse};

#[tokio::test]
async fn the_chart_of_training_is_kept_on_its_page_and_the_general_course_stays() {
    let way = Way::begin().await;
    let mut desk = way.house.sign_in("desk").await;
    let page = way.get(&mut desk, "/admin/training").await;
    assert!(
        page.body.contains("/admin/training/coordinator/VAC-STORE/no") && !page.body.contains("/GUC/no"),
        "{}",
        page.body
    );
    way.send(&mut desk, "/admin/training/coordinator/VAC-STORE/no", "").await;
    let page = way.get(&mut desk, "/admin/training").await;
    assert!(page.body.contains("/admin/training/coordinator/VAC-STORE/yes"), "{}", page.body);
    let refused = way.house.post(&mut desk, "/admin/training/coordinator/GUC/no", "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let lines = "lines=email,course,completed_on%0Aa@b.example,GUC,2026-01-02%0Anobody,GUC,2026-01-02";
    let page = way.house.post(&mut desk, "/admin/training", lines).await;
    assert!(page.body.contains("1 taken, 1 refused"), "{}", page.body);
    let why = page.body.split("must be an address for mail</th>").nth(1).expect("why");
    assert!(why.trim_start().starts_with("<td>3</td>"), "{}", page.body);
    // more than a form of text takes: 150 kB
    let many = "nobody,GUC,2026-01-02\n".repeat(7_000);
    let file = format!("Email,Course,Completed_on\n{many}b@b.example,GUC,2026-01-02\n");
    let page = way.house.post_file(&mut desk, "/admin/training", &[], ("done.csv", file.as_bytes())).await;
    assert!(page.body.contains("1 taken, 7000 refused"), "{}", page.body);
    assert!(page.body.contains(", 7000, 7001</td>"), "each line is told");
}

/// Page: /training
#[tokio::test]
async fn s19_the_library_is_there_before_anybody_signs_in_with_kind_audience_part_version_and_day() {
    let way = Way::begin().await;
    let (registry, at) = (&way.house.app.registry, way.house.app.arrival());
    let by = operator(Permission::KeepTraining).expect("the operator may");
    for (code, title, kind) in [
        ("FILM", "How a person is found", CourseKind::Video),
        ("SHEET", "Reading a temperature", CourseKind::JobAid),
        ("TALK", "Questions of the autumn", CourseKind::Webinar),
    ] {
        let course = NewCourse {
            code: code.into(),
            title: title.into(),
            kind,
            audience: Audience::General,
            module: "Patients".into(),
            minutes: 12,
            version: "2".into(),
            body: format!("What {title} says.").into(),
            is_offered: code != "TALK",
        };
        training::put_course(registry, &by, course, at).await.expect("a course");
    }
    let mut nobody = Browser::default();
    let page = way.get(&mut nobody, "/training").await;
    for text in ["How a person is found", "Video", "Job aid", "General users", "Patients", "12 min", "2, "] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("Questions of the autumn"), "what is not offered any more");
    let page = way.get(&mut nobody, "/training/courses/FILM").await;
    assert!(page.body.contains("What How a person is found says."), "{}", page.body);
    assert_eq!(way.house.get(&mut nobody, "/training/courses/TALK").await.status, StatusCode::NOT_FOUND);
}

/// Page: /training
#[tokio::test]
async fn s63_the_library_is_that_of_the_users_type_and_anybody_may_look_into_the_other() {
    let way = Way::begin().await;
    way.works("sue", "school-read-only", "Sue Lund", Position::Staff).await;
    let (general, school, all) = (
        "Vaccine storage and handling</a>",
        "School users: rosters and requirements</a>",
        "General User Course</a>",
    );
    let shown = |page: &Page| [general, school, all].map(|title| page.body.contains(title));
    let mut nobody = Browser::default();
    assert_eq!(
        shown(&way.get(&mut nobody, "/training").await),
        [true, true, true],
        "nobody is asked who they are"
    );
    for (who, expected) in
        [("sue", [false, true, true]), ("paula", [true, false, true]), ("desk", [true, true, true])]
    {
        let mut browser = way.house.sign_in(who).await;
        assert_eq!(shown(&way.get(&mut browser, "/training").await), expected, "{who}");
    }
    for (asked, expected) in
        [("school", [false, true, true]), ("general", [true, false, true]), ("all", [true; 3])]
    {
        let page = way.get(&mut nobody, &format!("/training?for={asked}")).await;
        assert_eq!(shown(&page), expected, "{asked}");
    }
}

/// Page: /admin/training/courses
#[tokio::test]
async fn s3_s19_a_quiz_is_added_on_its_page_and_taken_in_a_training_record() {
    let way = Way::begin().await;
    let mut desk = way.house.sign_in("desk").await;
    way.get(&mut desk, "/admin/training/courses/new").await;
    let form = |body: &str| {
        format!(
            "code=LEND&title=Lending&kind=quiz&audience=all&module=Patients&minutes=5&version=1&offered=yes&body={body}"
        )
    };
    let refused = way.house.post(&mut desk, "/admin/training/courses/new", &form("May+it+be+lent?")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["A question has 2 to 8 answers", "May it be lent?", "value=\"Lending\""] {
        assert!(refused.body.contains(kept), "{kept}: {}", refused.body);
    }
    let quiz = "May+it+be+lent?%0A-+In+a+hurry%0A*+Never";
    let page = way.send(&mut desk, "/admin/training/courses/new", &form(quiz)).await;
    assert!(page.body.contains("/admin/training/courses/LEND"), "{}", page.body);
    let again = way.house.post(&mut desk, "/admin/training/courses/new", &form(quiz)).await;
    assert!(again.body.contains("There is a course of this code"), "{}", again.body);

    let (who, mut ben) = ("ben@west.example", Browser::default());
    way.get(&mut ben, "/training").await;
    way.send(&mut ben, "/training", &format!("name=Ben+West&email={who}&code=")).await;
    let record = way.link(who, "training record").await;
    let taking = format!("{record}/LEND");
    let page = way.get(&mut ben, &record).await;
    assert!(page.body.contains(&format!("href=\"{taking}\"")), "{}", page.body);
    let page = way.get(&mut ben, &taking).await;
    assert!(page.body.contains("1. May it be lent?") && !page.body.contains("checked"), "{}", page.body);
    let page = way.house.post(&mut ben, &taking, "q1=0").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("not the right answer yet") && page.body.contains("checked"), "{}", page.body);
    let page = way.send(&mut ben, &taking, "q1=1").await;
    assert!(page.body.contains("Noted: the course is complete"), "{}", page.body);
}

/// Page: /admin/training/courses/{code}
#[tokio::test]
async fn s19_what_a_course_says_and_where_it_is_is_changed_on_its_page() {
    let way = Way::begin().await;
    let mut desk = way.house.sign_in("desk").await;
    let page = way.get(&mut desk, "/admin/training/courses/SCHOOL").await;
    assert!(page.body.contains("value=\"25\"") && !page.body.contains("name=\"code\""), "{}", page.body);
    let form = "title=Rosters&kind=video&audience=school&module=Schools&minutes=9&version=2&offered=yes\
                &body=A+film.%0Ahttps://films.example/rosters%0Ajavascript:alert(1)";
    way.send(&mut desk, "/admin/training/courses/SCHOOL", form).await;
    let page = way.get(&mut Browser::default(), "/training/courses/SCHOOL").await;
    assert!(page.body.contains("<a href=\"https://films.example/rosters\">"), "{}", page.body);
    assert!(
        page.body.contains("<p>javascript:alert(1)</p>"),
        "what is no address of a page is text: {}",
        page.body
    );
    let general = way.get(&mut desk, "/admin/training/courses/GUC").await;
    assert!(!general.body.contains("name=\"offered\""), "everybody takes it: {}", general.body);
    assert_eq!(way.house.get(&mut desk, "/admin/training/courses/NONE").await.status, StatusCode::NOT_FOUND);
}
