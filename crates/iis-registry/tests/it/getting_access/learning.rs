//! Training: the library, the chart, training records, completions from outside.

use super::{desk, email, later, on_a_registry, refusal};
use iis_model::organization::{Sender, SenderProfile};
use iis_registry::accounts;
use iis_registry::cases::Keys;
use iis_registry::requests::Request;
use iis_registry::training::{
    self, Audience, Became, CourseKind, GENERAL_USER_COURSE, NewCourse, Taken, Told, UserType,
};
use iis_registry::{Arrival, Failure};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Page: /training, /enroll, /request-access
#[test]
fn s1_training_enrollment_and_account_are_three_things_and_one_opens_no_other() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "ben@west.example");
        training::register(cx, "Ben West", &email(who), "", "a key of his", r.at())
            .await
            .expect("registered");
        assert!(training::open_record(cx, "a key of his", r.at()).await.expect("read").is_some());
        assert!(accounts::find(cx, "b.west").await.expect("read").is_none(), "no account came of it");
        let number = r.request(who, "Ben West", "clinic-access").await;
        let keys = Keys::of(cx, r.at()).await.expect("keys");
        let words = Request::key_words(number, &email(who));
        let key = keys.key(&words.each_ref().map(String::as_str));
        let opened = training::open_record(cx, key.as_str(), r.at()).await.expect("read");
        assert!(opened.is_none(), "the key of a request opens no training record");
    });
}

/// Page: /training
#[test]
fn s2_a_training_record_is_made_by_oneself_without_an_organization_code() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, email("ben@west.example"));
        training::register(cx, "Ben West", &who, "", "first key", r.at()).await.expect("registered");
        assert!(r.link("ben@west.example", "training-record").await.ends_with("/training/record/firstkey"));
        let take = async |code| {
            training::record_own(cx, "first key", code, BTreeMap::new(), r.at()).await.expect("answered")
        };
        assert_eq!(take(GENERAL_USER_COURSE).await, Taken::Complete);
        let record = training::open_record(cx, "first key", r.at()).await.expect("read").expect("a record");
        assert_eq!(record.completed.len(), 1);
        assert_eq!(take("NONE").await, Taken::Absent, "no such course");
    });
}

/// Page: /training
#[test]
fn a_link_that_a_stranger_asks_for_ends_none_that_the_owner_has_open() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, email("ben@west.example"));
        let key_of = async || {
            let link = r.link("ben@west.example", "training-record").await;
            link.rsplit('/').next().expect("a key").to_owned()
        };
        let opens = async |key: &str| training::open_record(cx, key, r.at()).await.expect("read").is_some();
        training::register(cx, "Ben West", &who, "", "first", r.at()).await.expect("registered");
        training::register(cx, "Eve Evil", &who, "", "second", r.at()).await.expect("the same answer");
        let again = key_of().await;
        assert!(opens("first").await && opens(&again).await && !opens("second").await);
        training::register(cx, "Eve Evil", &who, "", "third", later(r.at(), 2))
            .await
            .expect("the same answer");
        assert_eq!(key_of().await, again, "it is the same link");
        assert!(opens("first").await && opens(&again).await);
        let record = training::open_record(cx, &again, r.at()).await.expect("read").expect("a record");
        assert_eq!(&*record.name, "Ben West");
    });
}

fn course(code: &str, kind: CourseKind, body: &str) -> NewCourse {
    NewCourse {
        code: code.into(),
        title: format!("What {code} is about").into(),
        kind,
        audience: Audience::All,
        module: "Patients".into(),
        minutes: 30,
        version: "2".into(),
        body: body.into(),
        is_offered: true,
    }
}

/// Page: /admin/training/courses
#[test]
fn s3_s19_the_library_is_kept_by_staff_and_what_cannot_stand_in_it_says_how_to_mend_it() {
    on_a_registry(|r| async move {
        let (cx, at) = (&r.world.cx, r.at());
        let found = async |code: &str| {
            let all = training::courses(cx).await.expect("read");
            all.into_iter().find(|course| &*course.code == code)
        };
        let film = course("FILM", CourseKind::Video, "https://films.example/one");
        training::add_course(cx, &desk(), film.clone(), at).await.expect("added");
        let again = NewCourse { code: "film".into(), ..film.clone() };
        assert!(refusal(training::add_course(cx, &desk(), again, at).await).contains("course of this code"));
        let changed = NewCourse { title: "Finding people".into(), version: "3".into(), ..film.clone() };
        training::put_course(cx, &desk(), changed, at).await.expect("changed");
        let stands = found("FILM").await.expect("a course");
        assert_eq!((&*stands.title, &*stands.version), ("Finding people", "3"));
        r.audited("put-course", "course FILM").await;
        #[rustfmt::skip]
        let table = [
            (NewCourse { code: "?".into(), ..film.clone() },                           "2 to 20 letters"),
            (NewCourse { code: "new".into(), ..film.clone() },                         "not “new”"),
            (NewCourse { code: "..".into(), ..film.clone() },                          "2 to 20 letters"),
            (NewCourse { title: "".into(), ..film.clone() },                           "a title of one line"),
            (NewCourse { version: "1\n2".into(), ..film.clone() },                     "one line each"),
            (NewCourse { minutes: 0, ..film.clone() },                                 "how many minutes"),
            (NewCourse { body: " ".into(), ..film.clone() },                           "Write what it says"),
            (NewCourse { body: "x".repeat(8_001).into(), ..film.clone() },             "at most 8,000"),
            (NewCourse { kind: CourseKind::Quiz, body: "One?".into(), ..film.clone() }, "2 to 8 answers"),
        ];
        let general = NewCourse { code: GENERAL_USER_COURSE.into(), ..film.clone() };
        let schools = Audience::ALL.iter().copied().find(|one| *one != Audience::All).expect("another one");
        let table = table.into_iter().chain([
            (NewCourse { kind: CourseKind::External, body: "".into(), ..general.clone() }, "is taken here"),
            (NewCourse { audience: schools, ..general.clone() }, "for everybody"),
            (NewCourse { body: " ".into(), ..general.clone() }, "Write what it says"),
        ]);
        for (new, says) in table {
            let refused = refusal(training::put_course(cx, &desk(), new, at).await);
            assert!(refused.contains(says), "{refused}");
        }
        assert_eq!(found("FILM").await, Some(stands), "what was refused changed nothing");
    });
}

/// Page: /training/record/{key}/{code}
#[test]
fn s3_a_quiz_is_complete_when_each_question_has_its_right_answer() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let body = "May an account be lent?\n- In a hurry\n* Never\nWhat comes first?\n* Search\n- Add";
        training::add_course(cx, &desk(), course("QUIZ", CourseKind::Quiz, body), r.at())
            .await
            .expect("added");
        let who = email("ben@west.example");
        training::register(cx, "Ben West", &who, "", "key", r.at()).await.expect("registered");
        let take = async |answers: &[(usize, usize)]| {
            let answers = answers.iter().copied().collect();
            training::record_own(cx, "key", "QUIZ", answers, r.at()).await.expect("answered")
        };
        let is_complete = async || {
            let record = training::open_record(cx, "key", r.at()).await.expect("read").expect("a record");
            record.completed.iter().any(|(course, _)| &*course.code == "QUIZ")
        };
        assert_eq!(take(&[]).await, Taken::Wrong(vec![0, 1]), "unanswered");
        assert_eq!(take(&[(0, 0), (1, 0)]).await, Taken::Wrong(vec![0]));
        assert!(!is_complete().await);
        assert_eq!(take(&[(0, 1), (1, 0)]).await, Taken::Complete);
        assert!(is_complete().await);
        let rows = r.rows("complete-course").await;
        let results: Vec<_> = rows.iter().map(|row| &*row.result).collect();
        assert_eq!(results, ["done", "not yet", "not yet"], "the latest first");
        assert!(rows.iter().all(|row| row.detail.starts_with("training record ")), "whose it is");
    });
}

/// Page: /admin/training
#[test]
fn s3_s4_the_chart_is_kept_by_staff_and_the_general_user_course_stays_in_every_row() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let codes = async |user_type| -> Vec<String> {
            let chart = training::required(cx).await.expect("read");
            chart.of(user_type).iter().map(|course| course.code.to_string()).collect()
        };
        for user_type in UserType::ALL {
            assert_eq!(codes(*user_type).await, [GENERAL_USER_COURSE], "{}", user_type.word());
        }
        let granted = desk();
        let set =
            |code, needed| training::set_required(cx, &granted, UserType::Coordinator, code, needed, r.at());
        set("COLD", true).await.expect("set");
        assert_eq!(codes(UserType::Coordinator).await, [GENERAL_USER_COURSE, "COLD"]);
        assert_eq!(codes(UserType::General).await, [GENERAL_USER_COURSE]);
        assert!(refusal(set(GENERAL_USER_COURSE, false).await).contains("Everybody takes"));
        set("COLD", false).await.expect("set");
        assert_eq!(codes(UserType::Coordinator).await, [GENERAL_USER_COURSE]);
        let gone = NewCourse {
            code: GENERAL_USER_COURSE.into(),
            title: "General User Course".into(),
            kind: CourseKind::Video,
            audience: Audience::All,
            module: "".into(),
            minutes: 30,
            version: "2".into(),
            body: "What everybody knows.".into(),
            is_offered: false,
        };
        assert!(refusal(training::put_course(cx, &desk(), gone, r.at()).await).contains("always offered"));
    });
}

/// Page: /training
#[test]
fn s1_completions_of_systems_outside_are_imported_and_bad_lines_are_told() {
    on_a_registry(|r| async move {
        let file = "email,course,completed_on\na@b.example,GUC,2026-02-01\nnobody,GUC,2026-02-01\na@b.example,XXX,2026-02-01\na@b.example,GUC,soon\na@b.example,COLD,2027-01-01\n";
        let imported =
            training::import(&r.world.cx, &desk(), file.as_bytes(), r.at()).await.expect("imported");
        let lines: Vec<usize> = imported.refused.iter().map(|refused| refused.line).collect();
        assert_eq!((imported.taken, lines), (1, vec![3, 4, 5, 6]));
        let wrong = training::import(&r.world.cx, &desk(), b"a,b\n", r.at()).await;
        assert!(refusal(wrong).contains("first line"));
        // heads in capitals behind the mark of a file of Windows; a quotation mark too many spoils its own line alone
        let file = "\u{feff}Email,Course,COMPLETED_ON\r\n\"c@b.example,GUC,2026-02-01\r\n\r\n\"d@b.example\",\"GUC\",2026-02-01\r\n";
        let imported =
            training::import(&r.world.cx, &desk(), file.as_bytes(), r.at()).await.expect("imported");
        let lines: Vec<usize> = imported.refused.iter().map(|refused| refused.line).collect();
        assert_eq!((imported.taken, lines), (1, vec![2]));
        let long = format!("email,course,completed_on\n{}", "e@b.example,GUC,2026-02-01\n".repeat(20_001));
        let refused = training::import(&r.world.cx, &desk(), long.as_bytes(), r.at()).await;
        assert!(refusal(refused).contains("Nothing was taken"), "none is dropped without a word");
        assert!(long.len() < training::LARGEST_FILE, "so many lines come in one file");
    });
}

/// Page: /training/completions
#[test]
fn s1_a_system_outside_puts_so_many_completions_on_record_within_an_hour_and_no_more() {
    on_a_registry(|r| async move {
        let mut cx = r.world.cx.clone();
        let mut settled = (*cx.settled).clone();
        settled.completions_per_hour = 3;
        cx.settled = Arc::new(settled);
        let reports = |agreed: &mut SenderProfile| agreed.may_report_completions = true;
        let one = r.world.sender_with("lms", "NORTH", reports).await;
        let other = r.world.sender_with("academy", "NORTH", reports).await;
        let report = async |sender: &Sender, numbers: std::ops::Range<u32>, at: Arrival| {
            let told = |n: u32| Told {
                number: format!("A-{n}").into(),
                email: format!("a{n}@b.example").into(),
                course: "GUC".into(),
                completed_on: "2026-02-01".into(),
            };
            let became = training::report(&cx, sender, numbers.map(told).collect(), at).await.expect("heard");
            let word = |became: &Became| match became {
                Became::Taken => 't',
                Became::Known => 'k',
                Became::Refused(why) if why.contains("send it again later") => 'l',
                Became::Refused(_) => 'r',
            };
            became.iter().map(word).collect::<String>()
        };
        assert_eq!(report(&one, 0..2, r.at()).await, "tt");
        assert_eq!(report(&one, 0..5, r.at()).await, "kktll", "what is known counts for nothing");
        assert_eq!(report(&one, 3..5, r.at()).await, "ll", "counted in the database, over reports");
        assert_eq!(report(&other, 10..12, r.at()).await, "tt", "each sender for itself");
        assert_eq!(report(&one, 3..5, later(r.at(), 1)).await, "tt", "an hour later");
    });
}

/// Page: /training/completions
#[test]
fn s1_a_system_outside_reports_completions_under_its_own_numbers_and_each_counts_once() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let school = r.world.sender_with("lms", "NORTH", |agreed| agreed.may_report_completions = true).await;
        let told = |number: &str, email: &str, course: &str, day: &str| Told {
            number: number.into(),
            email: email.into(),
            course: course.into(),
            completed_on: day.into(),
        };
        let good = told("A-1", "a@b.example", "guc", "2026-02-01");
        let report =
            async |rows: Vec<Told>| training::report(cx, &school, rows, r.at()).await.expect("heard");
        let rows = vec![
            good.clone(),
            told("A 2", "a@b.example", "GUC", "2026-02-01"),
            told("A-3", "nobody", "GUC", "2026-02-01"),
            told("A-4", "a@b.example", "XXX", "2026-02-01"),
            told("A-5", "a@b.example", "COLD", "soon"),
            told("A-6", "a@b.example", "COLD", "2027-01-01"),
            good.clone(),
        ];
        let became = report(rows).await;
        assert_eq!((became[0], became[6]), (Became::Taken, Became::Known));
        for (one, field) in
            became[1..6].iter().zip(["number", "email", "course", "completed_on", "completed_on"])
        {
            assert!(matches!(one, Became::Refused(why) if why.starts_with(field)), "{one:?}");
        }
        r.audited("report-completions", "1 taken, 1 known, 5 refused").await;
        assert_eq!(report(vec![good.clone()]).await, [Became::Known], "again");
        let other = Told { completed_on: "2026-02-02".into(), ..good.clone() };
        assert!(
            matches!(report(vec![other]).await[0], Became::Refused(why) if why.contains("reported before"))
        );
        training::register(cx, "Ann Bell", &email("a@b.example"), "", "her key", r.at())
            .await
            .expect("registered");
        let record = training::open_record(cx, "her key", r.at()).await.expect("read").expect("a record");
        let done: Vec<_> =
            record.completed.iter().map(|(course, on)| (&*course.code, on.to_string())).collect();
        assert_eq!(done, [(GENERAL_USER_COURSE, "2026-02-01".to_owned())]);

        let clinic = training::report(cx, &r.world.north, vec![good], r.at()).await;
        assert!(matches!(clinic, Err(Failure::Refused(_))), "it is not agreed with every sender");
        r.audited_with("report-completions", "", "refused").await;
        let many = vec![told("B-1", "a@b.example", "GUC", "2026-02-01"); training::MOST_REPORTED + 1];
        assert!(refusal(training::report(cx, &school, many, r.at()).await).contains("at most 1000"));
    });
}

/// Page: /training
#[test]
fn nobodys_mail_is_flooded_from_the_public_pages() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "ben@west.example");
        for round in 0..9 {
            let key = format!("key {round}");
            let asked = training::register(cx, "Ben West", &email(who), "", &key, r.at()).await;
            if round < 5 {
                asked.expect("the letter is on its way");
            } else {
                assert!(refusal(asked).contains("no message was sent"), "it is said plainly");
            }
        }
        assert_eq!(r.letters(who).await.len(), 5);
        let much_later = later(r.at(), 2);
        training::register(cx, "Ben West", &email(who), "", "another", much_later).await.expect("registered");
        assert_eq!(r.letters(who).await.len(), 6);
    });
}
