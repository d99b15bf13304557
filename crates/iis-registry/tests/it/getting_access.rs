//! Getting access, from the first page to the signed-in user, with every gate held: training, enrollment, staff list,
//! request, queue, approval, letters. A test whose name begins with the number of a requirement is its acceptance test.

use crate::world::{World, on_each_engine};
use iis_model::access::{Channel, Granted, Permission};
use iis_model::organization::SiteKind;
use iis_model::{AccountId, EmailAddress, SiteId};
use iis_registry::access::{Caller, authorize, operator};
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_registry::cases::Keys;
use iis_registry::enrollment::{self, Decision, PaperKind, Upload};
use iis_registry::requests::{self, Application, Approver, Asked, Request, State, UserKind};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::tickets::{self, Category, Priority, Question};
use iis_registry::training::{self, Audience, CourseKind, GENERAL_USER_COURSE, NewCourse, UserType};
use iis_registry::{Arrival, Failure, mail, news};
use iis_store::outbox::MailRow;
use jiff::SignedDuration;

fn desk() -> Granted {
    operator(Permission::ManageAccounts).expect("the operator may")
}

fn email(text: &str) -> EmailAddress {
    text.parse().expect("an address")
}

/// The sentence of a rule that refused.
fn refusal<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> String {
    match outcome {
        Err(Failure::Rule(text)) => text.to_owned(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn later(arrival: Arrival, hours: i64) -> Arrival {
    let at = arrival.at + SignedDuration::from_hours(hours);
    Arrival { at, today: at.to_zoned(jiff::tz::TimeZone::UTC).date(), ..arrival }
}

/// What the tests do again and again.
struct Registry {
    world: World,
}

impl Registry {
    async fn on(world: World) -> Self {
        let registry = Self { world };
        for (code, kind) in [(GENERAL_USER_COURSE, CourseKind::Video), ("COLD", CourseKind::Text)] {
            let course = NewCourse {
                code: code.into(),
                title: if code == GENERAL_USER_COURSE { "General User Course" } else { "Cold chain" }.into(),
                kind,
                audience: Audience::All,
                module: "Patients".into(),
                minutes: 30,
                version: "1".into(),
                body: "".into(),
                is_offered: true,
            };
            training::put_course(&registry.world.cx, &desk(), course, registry.at()).await.expect("a course");
        }
        registry
    }

    fn at(&self) -> Arrival {
        self.world.arrival()
    }

    async fn site(&self, code: &str) -> SiteId {
        let sites = iis_registry::sites::sites(&self.world.cx).await.expect("the store works");
        sites.iter().find(|site| &*site.code == code).expect("a site").id
    }

    async fn letters(&self, to: &str) -> Vec<MailRow> {
        let all = mail::list(&self.world.cx, None, 100).await.expect("the store works");
        all.into_iter().filter(|letter| &*letter.recipient == to).collect()
    }

    /// The path of the link in the latest letter of a kind.
    async fn link(&self, to: &str, kind: &str) -> String {
        let letters = self.letters(to).await;
        let letter = letters.iter().find(|letter| &*letter.kind == kind).expect("a letter of this kind");
        let line = letter.body.lines().find(|line| line.starts_with("http://")).expect("a link");
        line.trim_start_matches("http://localhost:8080").to_owned()
    }

    async fn complete(&self, who: &str, courses: &[&str]) {
        let lines: Vec<String> = courses.iter().map(|course| format!("{who},{course},2026-02-26")).collect();
        let file = format!("email,course,completed_on\n{}\n", lines.join("\n"));
        let imported =
            training::import(&self.world.cx, &desk(), file.as_bytes(), self.at()).await.expect("imported");
        assert_eq!(imported.taken, courses.len());
    }

    async fn list(&self, who: &str, name: &str, position: Position) {
        let site = self.site("NORTH").await;
        let new = Listing {
            name: name.into(),
            email: email(who),
            position,
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::list(&self.world.cx, &desk(), site, new, self.at()).await.expect("listed");
    }

    /// A site administrator of NORTH, with an account and an address.
    async fn administrator(&self) -> AccountId {
        let who = "ana.silva@north.example";
        let site = self.site("NORTH").await;
        self.list(who, "Ana Silva", Position::Staff).await;
        let user = NewUser {
            name: "ana.silva".into(),
            display_name: "Ana Silva".into(),
            password_hash: "none".into(),
            must_change: false,
            roles: vec![RoleAssignment::at_site("site-administrator", Some(site))],
        };
        let id = accounts::add(&self.world.cx, &desk(), user, self.at()).await.expect("an account");
        staff::bind_account(&self.world.cx, &desk(), id, &email(who), self.at()).await.expect("bound");
        id
    }

    async fn request(&self, who: &str, name: &str, role: &str) -> i64 {
        let number = requests::begin(&self.world.cx, &email(who), application(name, role), self.at()).await;
        let number = number.expect("begun");
        requests::confirm_address(&self.world.cx, number, self.at()).await.expect("confirmed");
        number
    }

    /// A request that is in the queue.
    async fn received(&self, who: &str, name: &str) -> i64 {
        self.complete(who, &[GENERAL_USER_COURSE]).await;
        self.list(who, name, Position::Staff).await;
        let number = self.request(who, name, "clinic-access").await;
        let asked = requests::submit(&self.world.cx, number, self.at()).await.expect("sent in");
        assert_eq!(asked, Asked::Received(State::InQueue), "{name}");
        number
    }

    async fn state(&self, number: i64) -> State {
        self.opened(number, self.at()).await.case.state
    }

    async fn opened(&self, number: i64, at: Arrival) -> requests::Opened {
        requests::opened(&self.world.cx, number, at.at).await.expect("the store works").expect("a request")
    }

    async fn take(&self, number: i64) {
        requests::take(&self.world.cx, &desk(), number, "", self.at()).await.expect("taken");
    }

    /// The proof of a permission for somebody signed in.
    async fn granted(&self, account: AccountId, permission: Permission) -> Granted {
        let account =
            accounts::get(&self.world.cx, account).await.expect("the store works").expect("an account");
        authorize(&self.world.cx.roles, Caller::Account(&account), permission, Channel::Web, "")
            .expect("permitted")
    }
}

fn application(name: &str, role: &str) -> Application {
    Application {
        name: name.into(),
        user_kind: UserKind::General,
        vaccinates: true,
        role: role.into(),
        site: "NORTH".into(),
        license_kind: "".into(),
        license_number: "".into(),
        administrator: "Ana Silva".into(),
        confirmed_at: None,
        license_verified: None,
        enrollment: None,
        adds_to: None,
        taken_by: "".into(),
        reminders: 0,
    }
}

fn on_a_registry<F, R>(scenario: F)
where
    F: Fn(Registry) -> R,
    R: Future<Output = ()>,
{
    on_each_engine(|world| async { scenario(Registry::on(world).await).await });
}

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
        training::register(cx, "Ben West", &who, "", "second", r.at()).await.expect("the same answer");
        assert!(
            training::open_record(cx, "first key", r.at()).await.expect("read").is_none(),
            "the newer link holds"
        );
        assert!(training::record_own(cx, "second", GENERAL_USER_COURSE, r.at()).await.expect("recorded"));
        let record = training::open_record(cx, "second", r.at()).await.expect("read").expect("a record");
        assert_eq!(record.completed.len(), 1);
        assert!(!training::record_own(cx, "second", "NONE", r.at()).await.expect("no such course"));
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
            body: "".into(),
            is_offered: false,
        };
        assert!(refusal(training::put_course(cx, &desk(), gone, r.at()).await).contains("always offered"));
    });
}

/// Page: /request-access
#[test]
fn s6_a_request_is_refused_until_training_is_complete_and_its_draft_is_kept() {
    on_a_registry(|r| async move {
        let who = "amara@north.example";
        r.list(who, "Amara Okafor", Position::Staff).await;
        let number = r.request(who, "Amara Okafor", "clinic-access").await;
        let Asked::Held(gates) = requests::submit(&r.world.cx, number, r.at()).await.expect("held") else {
            panic!("it was taken");
        };
        let words = &gates.iter().find(|gate| gate.rule == "S-6").expect("the gate").words;
        assert!(words.contains("General User Course"), "{words}");
        assert_eq!(r.state(number).await, State::Draft);
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let asked = requests::submit(&r.world.cx, number, r.at()).await.expect("taken");
        assert_eq!(asked, Asked::Received(State::InQueue));
    });
}

/// Page: /request-access
#[test]
fn s8_an_address_counts_when_its_link_was_opened() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        r.list(who, "Amara Okafor", Position::Staff).await;
        let begun =
            requests::begin(cx, &email(who), application("Amara Okafor", "clinic-access"), r.at()).await;
        let number = begun.expect("begun");
        assert!(matches!(requests::submit(cx, number, r.at()).await, Ok(Asked::Held(_))));
        let link = r.link(who, "request").await;
        assert!(link.starts_with(&format!("/request-access/{number}/")), "{link}");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        assert!(matches!(requests::submit(cx, number, r.at()).await, Ok(Asked::Received(_))));
        let settled = &cx.settled;
        assert!(
            settled.is_personal(&email("a@gmail.com")) && !settled.is_personal(&email(who)),
            "a warning, no error"
        );
    });
}

/// Page: /help/requests
#[test]
fn s10_requests_are_read_in_the_order_received_and_out_of_order_only_with_a_reason() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let first = r.received("a@north.example", "Amara Okafor").await;
        let second = r.received("b@north.example", "Ben West").await;
        let third = r.received("c@north.example", "Cora Lind").await;
        assert_eq!(requests::next(cx).await.expect("read"), Some(first));
        let order: Vec<i64> =
            requests::queue(cx, r.at().at).await.expect("read").iter().map(|o| o.case.number).collect();
        assert_eq!(order, [first, second, third]);
        assert!(refusal(requests::take(cx, &desk(), second, " ", r.at()).await).contains("order received"));
        requests::take(cx, &desk(), second, "a clinic opens today", r.at()).await.expect("with a reason");
        let moves = r.opened(second, r.at()).await.moves;
        assert_eq!(&*moves.last().expect("a move").reason, "a clinic opens today");
        r.take(first).await;
        requests::return_to(cx, &desk(), first, "Your name is not as on the staff list.", r.at())
            .await
            .expect("returned");
        assert_eq!(requests::next(cx).await.expect("read"), Some(third));
        requests::submit(cx, first, r.at()).await.expect("corrected");
        assert_eq!(requests::next(cx).await.expect("read"), Some(first), "returning keeps the place");
        assert_eq!(r.opened(third, r.at()).await.before, 2);
    });
}

/// Page: /approve/{number}/{key}
#[test]
fn s11_the_site_administrator_approves_by_a_link_that_holds_once_and_never_for_oneself() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let administrator = r.administrator().await;
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let number = r.received("amara@north.example", "Amara Okafor").await;
        r.take(number).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        assert!(accounts::find(cx, "a.okafor").await.expect("read").is_none(), "nothing before the answer");
        let link = r.link("ana.silva@north.example", "approval").await;
        let key = link.rsplit('/').next().expect("a key").to_owned();
        assert!(requests::approval(cx, number, &key, r.at()).await.expect("read").is_some());
        assert!(requests::approval(cx, number, &key[1..], r.at()).await.expect("read").is_none());
        let other = Approver::Administrator(AccountId(999));
        assert!(
            refusal(requests::approve(cx, &granted, number, other, "t", r.at()).await)
                .contains("not a site administrator")
        );
        let approver = Approver::Administrator(administrator);
        requests::approve(cx, &granted, number, approver, "a token", r.at()).await.expect("approved");
        assert!(
            requests::approval(cx, number, &key, r.at()).await.expect("read").is_none(),
            "the link is used up"
        );
        assert!(requests::approve(cx, &granted, number, approver, "t", r.at()).await.is_err(), "once");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_reminders_after_two_and_five_business_days_and_the_end_after_ten() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.administrator().await;
        let number = r.received("amara@north.example", "Amara Okafor").await;
        r.take(number).await;
        let asked = r.at();
        requests::ask_administrator(cx, &desk(), number, asked).await.expect("asked");
        // the asking is on a Monday morning
        #[rustfmt::skip]
        let table = [
            // hours later         reminders, ended
            (24,                   (0, 0)),
            (48,                   (1, 0)),
            (50,                   (0, 0)),   // once
            (6 * 24,               (0, 0)),   // Sunday: four business days and a bit
            (7 * 24 + 1,           (1, 0)),   // five
            (11 * 24,              (0, 0)),
            (14 * 24 + 1,          (0, 1)),   // ten
            (20 * 24,              (0, 0)),
        ];
        for (hours, expected) in table {
            let done = requests::remind_and_expire(cx, later(asked, hours)).await.expect("done");
            assert_eq!(done, expected, "after {hours} hours");
        }
        assert_eq!(r.state(number).await, State::Expired);
        let asked =
            r.letters("ana.silva@north.example").await.iter().filter(|l| &*l.kind == "approval").count();
        assert_eq!(asked, 3);
    });
}

/// Page: /set-password/{token}
#[test]
fn s12_user_name_and_password_link_come_in_two_messages_and_the_link_works_once_for_72_hours() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        let administrator = r.administrator().await;
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let number = r.received(who, "Amara Okafor").await;
        r.take(number).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        let made = r.at();
        let approver = Approver::Administrator(administrator);
        requests::approve(cx, &granted, number, approver, "token", made).await.expect("approved");
        assert_eq!(r.state(number).await, State::Provisioned);
        let letters = r.letters(who).await;
        let of = |kind: &str| letters.iter().find(|letter| &*letter.kind == kind).expect("a letter");
        assert!(
            of("user-name").body.contains("a.okafor") && !of("user-name").body.contains("/set-password/")
        );
        assert!(!of("set-password").body.contains("a.okafor"));
        assert_eq!(r.link(who, "set-password").await, "/set-password/token");
        let is_open =
            async |hours| requests::is_link(cx, "token", later(made, hours)).await.expect("read").is_some();
        assert!(is_open(71).await && !is_open(72).await);
        assert!(requests::set_password(cx, "token", "a hash".into(), r.at()).await.expect("set"));
        assert!(!requests::set_password(cx, "token", "another".into(), r.at()).await.expect("used"));
        assert_eq!(r.state(number).await, State::Active);
        let account = accounts::find(cx, "a.okafor").await.expect("read").expect("made");
        let roles: Vec<_> = account.roles.iter().map(|role| &*role.role).collect();
        assert_eq!((roles, account.roles[0].site_id()), (vec!["clinic-access"], Some(r.site("NORTH").await)));
    });
}

/// Page: /help/requests
#[test]
fn s13_the_clock_counts_business_days_from_receipt_and_stands_while_returned() {
    use iis_registry::business_days::Standing;
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = r.received("amara@north.example", "Amara Okafor").await;
        let received = r.at();
        let standing =
            async |hours| r.opened(number, later(received, hours)).await.standing.expect("received");
        assert_eq!(standing(1).await, Standing::OnTime);
        assert_eq!(standing(25).await, Standing::DueSoon);
        assert_eq!(standing(49).await, Standing::Late);
        requests::take(cx, &desk(), number, "", later(received, 2)).await.expect("taken");
        requests::return_to(cx, &desk(), number, "Which site?", later(received, 4)).await.expect("returned");
        assert_eq!(standing(49).await, Standing::OnTime, "it stands");
        let (counted, unpaused) = r.opened(number, later(received, 30)).await.elapsed.expect("received");
        assert!(counted < SignedDuration::from_hours(5) && unpaused > SignedDuration::from_hours(29));
    });
}

/// Page: /request-access/{number}/{key}
#[test]
fn s15_a_request_for_a_site_that_is_not_enrolled_waits_and_goes_on_when_it_is() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "hill@oak.example");
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let body = Application { site: "Oak Clinic".into(), ..application("Joan Hill", "enrollment-only") };
        let number = requests::begin(cx, &email(who), body, r.at()).await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        let asked = requests::submit(cx, number, r.at()).await.expect("taken");
        assert_eq!(asked, Asked::Received(State::WaitingEnrollment));
        let received = r.opened(number, r.at()).await.case.received_at;
        assert_eq!(requests::go_on_after_enrollment(cx, r.at()).await.expect("looked"), 0);
        enroll(&r, "Oak Clinic", "OAK").await;
        assert_eq!(requests::go_on_after_enrollment(cx, r.at()).await.expect("looked"), 1);
        assert_eq!(r.state(number).await, State::InQueue);
        assert_eq!(r.opened(number, r.at()).await.case.received_at, received, "the place in the queue");
    });
}

async fn begin_enrollment(r: &Registry, site: &str) -> i64 {
    let application = enrollment::Application {
        organization: "Oak Health".into(),
        site: site.into(),
        kind: SiteKind::Clinic,
        address: "1 Oak Street, Calder".into(),
        contact: "Joan Hill".into(),
        administrator: "Cora Lind".into(),
        administrator_email: "cora@oak.example".into(),
        is_program: true,
        confirmed_at: None,
        renew_on: None,
    };
    let begun = enrollment::begin(&r.world.cx, &email("hill@oak.example"), application, r.at()).await;
    let number = begun.expect("begun");
    enrollment::confirm_address(&r.world.cx, number, r.at()).await.expect("confirmed");
    number
}

async fn sign(r: &Registry, number: i64, kind: PaperKind) {
    enrollment::sign(&r.world.cx, number, kind, "Joan Hill", "Medical director", r.at())
        .await
        .expect("signed");
}

async fn enroll(r: &Registry, site: &str, code: &str) -> i64 {
    let number = begin_enrollment(r, site).await;
    sign(r, number, PaperKind::LetterOfAgreement).await;
    sign(r, number, PaperKind::AdministratorForm).await;
    enrollment::submit(&r.world.cx, number, r.at()).await.expect("sent in");
    let decision = Decision::Approve { code: code.into(), pin: Some("0412".into()) };
    enrollment::decide(&r.world.cx, &desk(), number, decision, r.at()).await.expect("approved");
    number
}

/// Page: /enroll/{number}/{key}
#[test]
fn s16_an_enrollment_stays_incomplete_until_both_documents_are_signed_or_their_scans_verified() {
    use enrollment::State as Standing;
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        assert_eq!(enrollment::submit(cx, number, r.at()).await.expect("sent in"), Standing::Incomplete);
        sign(&r, number, PaperKind::LetterOfAgreement).await;
        assert_eq!(enrollment::submit(cx, number, r.at()).await.expect("sent in"), Standing::Incomplete);
        let decision = || Decision::Approve { code: "OAK".into(), pin: None };
        assert!(enrollment::decide(cx, &desk(), number, decision(), r.at()).await.is_err(), "no way around");
        let scan = |content: &[u8]| Upload { content: content.into() };
        let form = PaperKind::AdministratorForm;
        let bad = enrollment::upload(cx, number, form, scan(b"<html>"), r.at()).await;
        assert!(refusal(bad).contains("PDF"));
        enrollment::upload(cx, number, form, scan(b"%PDF-1.7 a scan"), r.at()).await.expect("uploaded");
        assert_eq!(
            enrollment::submit(cx, number, r.at()).await.expect("sent in"),
            Standing::Submitted,
            "staff look"
        );
        enrollment::verify_scan(cx, &desk(), number, 2, false, "not signed", r.at())
            .await
            .expect("looked at");
        let opened = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment");
        assert_eq!(opened.case.state, Standing::Incomplete);
        enrollment::upload(cx, number, form, scan(b"%PDF-1.7 signed"), r.at()).await.expect("uploaded");
        enrollment::submit(cx, number, r.at()).await.expect("sent in");
        enrollment::verify_scan(cx, &desk(), number, 3, true, "", r.at()).await.expect("looked at");
        let opened = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment");
        assert_eq!(opened.case.state, Standing::UnderReview);
        enrollment::decide(cx, &desk(), number, decision(), r.at()).await.expect("approved");
        let (paper, content, is_unchanged) =
            enrollment::fetch(cx, number, 1).await.expect("read").expect("a paper");
        let text = String::from_utf8_lossy(&content).into_owned();
        assert!(
            is_unchanged && text.contains("Signed electronically by Joan Hill, Medical director"),
            "{text}"
        );
        assert!(text.contains("Oak Clinic") && &*paper.media_type == "text/plain; charset=utf-8");
    });
}

/// Page: /help/enrollments
#[test]
fn s17_enrollments_have_a_queue_and_a_clock_of_their_own() {
    use iis_registry::business_days::Standing;
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        for kind in PaperKind::ALL {
            sign(&r, number, *kind).await;
        }
        let received = r.at();
        enrollment::submit(cx, number, received).await.expect("sent in");
        let queue: Vec<i64> =
            enrollment::queue(cx).await.expect("read").iter().map(|case| case.number).collect();
        assert_eq!(queue, [number]);
        assert!(requests::queue(cx, r.at().at).await.expect("read").is_empty());
        let standing = async |hours| {
            let opened = enrollment::opened(cx, number, later(received, hours).at).await;
            opened.expect("read").expect("an enrollment").standing.expect("received")
        };
        assert_eq!(standing(71).await, Standing::OnTime);
        assert_eq!(standing(7 * 24 - 1).await, Standing::DueSoon, "five business days are not over");
        assert_eq!(standing(7 * 24 + 1).await, Standing::Late);
        assert_eq!(cx.settled.contact(SiteKind::Clinic), iis_registry::settled::Contact::Enrollment);
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn s67_an_enrollment_falls_due_for_renewal_and_lapses_without() {
    use enrollment::State as Standing;
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let (now, day) = (r.at(), 24);
        let state = async || {
            enrollment::opened(cx, number, now.at).await.expect("read").expect("an enrollment").case.state
        };
        enrollment::fall_due(cx, later(now, 304 * day)).await.expect("looked");
        assert_eq!(state().await, Standing::Approved);
        enrollment::fall_due(cx, later(now, 306 * day)).await.expect("looked");
        assert_eq!(state().await, Standing::RenewalDue);
        enrollment::suspend(cx, &desk(), number, true, "a reason", r.at()).await.expect_err("not from here");
        enrollment::fall_due(cx, later(now, 366 * day)).await.expect("looked");
        assert_eq!(state().await, Standing::Lapsed);
        let second = enroll(&r, "Elm Clinic", "ELM").await;
        enrollment::suspend(cx, &desk(), second, true, "a reason", r.at()).await.expect("suspended");
        enrollment::suspend(cx, &desk(), second, false, "it is mended", r.at()).await.expect("lifted");
    });
}

/// Page: /clinic/staff
#[test]
fn s53_clinic_access_needs_the_staff_list_and_ends_with_it() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        let administrator = r.administrator().await;
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let number = r.request(who, "Amara Okafor", "clinic-access").await;
        assert!(matches!(requests::submit(cx, number, r.at()).await, Ok(Asked::Held(_))), "not on the list");
        r.list(who, "Somebody Else", Position::Staff).await;
        assert!(matches!(requests::submit(cx, number, r.at()).await, Ok(Asked::Held(_))), "another name");
        let site = r.site("NORTH").await;
        let wrong = staff::staff_of(cx, site).await.expect("read");
        let wrong = wrong.iter().find(|listed| &*listed.email == who).expect("listed").entry;
        staff::take_off(cx, &desk(), site, wrong, r.at()).await.expect("taken off");
        let second = "okafor@north.example";
        r.complete(second, &[GENERAL_USER_COURSE]).await;
        let number = r.received(second, "Amara Okafor").await;
        r.take(number).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        let approver = Approver::Administrator(administrator);
        requests::approve(cx, &granted, number, approver, "token", r.at()).await.expect("approved");
        let listed = staff::staff_of(cx, site).await.expect("read");
        let entry = listed.iter().find(|listed| &*listed.email == second).expect("listed");
        assert_eq!(entry.users, ["a.okafor".into()], "what ends is told");
        staff::take_off(cx, &desk(), site, entry.entry, r.at()).await.expect("taken off");
        let account = accounts::find(cx, "a.okafor").await.expect("read").expect("an account");
        assert!(account.roles.is_empty() && !account.is_usable());
    });
}

/// Page: /clinic/staff
#[test]
fn s49_a_site_has_exactly_one_primary_coordinator() {
    on_a_registry(|r| async move {
        r.list("a@north.example", "Ada North", Position::PrimaryCoordinator).await;
        let site = r.site("NORTH").await;
        let second = Listing {
            name: "Ben West".into(),
            email: email("b@north.example"),
            position: Position::PrimaryCoordinator,
            license_kind: "".into(),
            license_number: "".into(),
        };
        assert!(
            refusal(staff::list(&r.world.cx, &desk(), site, second, r.at()).await).contains("exactly one")
        );
        r.list("b@north.example", "Ben West", Position::BackupCoordinator).await;
    });
}

/// Page: /help/requests/{number}
#[test]
fn s55_a_look_up_provider_needs_a_license_that_the_help_desk_verified() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "md@private.example");
        r.administrator().await;
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let body = Application { vaccinates: false, ..application("Mia Doe", "patient-look-up") };
        let number = requests::begin(cx, &email(who), body.clone(), r.at()).await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        assert!(matches!(requests::submit(cx, number, r.at()).await, Ok(Asked::Held(_))), "no license");
        let licensed = Application { license_kind: "MD".into(), license_number: "4471".into(), ..body };
        requests::change(cx, number, licensed, r.at()).await.expect("changed");
        assert!(matches!(requests::submit(cx, number, r.at()).await, Ok(Asked::Received(_))));
        r.take(number).await;
        assert!(
            refusal(requests::ask_administrator(cx, &desk(), number, r.at()).await)
                .contains("Not every check")
        );
        requests::verify_license(cx, &desk(), number, r.at()).await.expect("verified");
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
    });
}

/// Page: /help/tickets
#[test]
fn s59_a_further_role_goes_to_the_account_that_is_there() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        let administrator = r.administrator().await;
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let approver = Approver::Administrator(administrator);
        let first = r.received(who, "Amara Okafor").await;
        r.take(first).await;
        requests::ask_administrator(cx, &desk(), first, r.at()).await.expect("asked");
        requests::approve(cx, &granted, first, approver, "token", r.at()).await.expect("approved");
        let second = r.request(who, "Amara Okafor", "enrollment-only").await;
        requests::submit(cx, second, r.at()).await.expect("taken");
        r.take(second).await;
        requests::ask_administrator(cx, &desk(), second, r.at()).await.expect("asked");
        requests::approve(cx, &granted, second, approver, "token2", r.at()).await.expect("approved");
        let account = accounts::find(cx, "a.okafor").await.expect("read").expect("an account");
        let roles: Vec<_> = account.roles.iter().map(|role| &*role.role).collect();
        assert_eq!(roles, ["clinic-access", "enrollment-only"]);
        assert!(accounts::find(cx, "a.okafor2").await.expect("read").is_none(), "no second account");
        assert!(r.letters(who).await.iter().any(|letter| &*letter.kind == "role-added"));
    });
}

/// Page: /admin/accounts
#[test]
fn the_last_site_administrator_is_not_ended_and_the_unconfirmed_go_inactive() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let administrator = r.administrator().await;
        let organization = staff::administers(cx, administrator).await.expect("read")[0];
        let ended = staff::end_user(cx, &desk(), organization, administrator, r.at()).await;
        assert!(refusal(ended).contains("last site administrator"));
        let now = r.at();
        let (asked, day) = (later(now, 190 * 24), 24);
        assert_eq!(staff::ask_organizations(cx, later(now, 100 * day)).await.expect("looked"), 0);
        assert_eq!(staff::ask_organizations(cx, asked).await.expect("looked"), 1);
        assert_eq!(staff::end_unconfirmed(cx, later(asked, 29 * day)).await.expect("looked"), 0);
        staff::confirm(cx, &desk(), administrator, later(asked, 29 * day)).await.expect("confirmed");
        assert_eq!(staff::end_unconfirmed(cx, later(asked, 31 * day)).await.expect("looked"), 0);
        let again = later(asked, 250 * day);
        assert_eq!(staff::ask_organizations(cx, again).await.expect("looked"), 1);
        assert_eq!(staff::end_unconfirmed(cx, later(again, 31 * day)).await.expect("looked"), 1);
        let account = accounts::get(cx, administrator).await.expect("read").expect("an account");
        assert!(!account.is_usable());
    });
}

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

/// Page: /training
#[test]
fn nobodys_mail_is_flooded_from_the_public_pages() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "ben@west.example");
        for round in 0..9 {
            let key = format!("key {round}");
            training::register(cx, "Ben West", &email(who), "", &key, r.at()).await.expect("the same answer");
        }
        assert_eq!(r.letters(who).await.len(), 5);
        let much_later = later(r.at(), 2);
        training::register(cx, "Ben West", &email(who), "", "another", much_later).await.expect("registered");
        assert_eq!(r.letters(who).await.len(), 6);
    });
}
