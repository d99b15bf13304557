//! The whole way, from the public page to the signed-in user, with a mail server that receives: training, enrollment and
//! signatures, the staff list, the request, the Help Desk, the site administrator's answer, the password.

use super::printing;
use super::{Browser, House, Page};
use crate::config::Config;
use crate::mailing::receiver::Receiver;
use crate::mailing::{Post, hand_over};
use axum::http::StatusCode;
use iis_model::SiteId;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::{sites, training};

const PEOPLE: &[(&str, &str, bool)] = &[
    ("desk", "help-desk", false),
    ("colleague", "help-desk", false),
    ("program", "vaccine-program", false),
    ("nurse", "clinic-access", false),
];

/// A registry with mail, a library, and a clinic with its coordinator and its site administrator.
pub(super) struct Way {
    pub(super) house: House,
    post: Post,
    mail: Receiver,
}

impl Way {
    pub(super) async fn begin() -> Self {
        Self::with(|_| {}).await
    }

    /// The same where the operator set something.
    pub(super) async fn with(rules: impl FnOnce(&mut Config)) -> Self {
        let house = House::with_rules(PEOPLE, |config, _| rules(config)).await;
        let mail = Receiver::start().await;
        let mut config = house.app.config.clone();
        config.mail.server = mail.address.to_string();
        config.mail.security = "none".to_owned();
        config.mail.sender = "registry@calder.example".to_owned();
        let post = Post::of(&config).expect("settings").expect("a server");
        training::begin(&house.app.registry, house.app.arrival()).await.expect("courses");
        house.clinic("RIVER").await;
        let way = Self { house, post, mail };
        way.works("ana", "site-administrator", "Ana Silva", Position::Staff).await;
        way.works("paula", "primary-vaccine-coordinator", "Paula Vickers", Position::PrimaryCoordinator)
            .await;
        way
    }

    pub(super) async fn site(&self) -> SiteId {
        let sites = sites::sites(&self.house.app.registry).await.expect("the store works");
        sites.iter().find(|site| &*site.code == "RIVER").expect("a site").id
    }

    /// Somebody with an account at the clinic, known by an address.
    pub(super) async fn works(&self, user: &str, role: &str, name: &str, position: Position) {
        self.works_at(self.site().await, user, role, name, position).await;
    }

    pub(super) async fn works_at(
        &self,
        site: SiteId,
        user: &str,
        role: &str,
        name: &str,
        position: Position,
    ) {
        let (registry, at) = (&self.house.app.registry, self.house.app.arrival());
        let granted = operator(Permission::ManageAccounts).expect("the operator may");
        let email = format!("{user}@river.example").parse().expect("an address");
        let new = Listing {
            name: name.into(),
            email,
            position,
            license_kind: "".into(),
            license_number: "".into(),
        };
        let address = new.email.clone();
        staff::list(registry, &granted, site, new, at).await.expect("listed");
        let account = NewUser {
            name: user.into(),
            display_name: name.into(),
            password_hash: crate::passwords::hash(super::PASSWORD).expect("hashed").into(),
            must_change: false,
            roles: vec![RoleAssignment::at_site(role, Some(site))],
        };
        let id = accounts::add(registry, &granted, account, at).await.expect("an account");
        staff::bind_account(registry, &granted, id, &address, at).await.expect("bound");
    }

    /// The path of the link in the latest letter to somebody whose subject has these words.
    pub(super) async fn link(&self, to: &str, subject: &str) -> String {
        hand_over(&self.house.app, &self.post).await.expect("the store works");
        let mail = self.mail.mail();
        let fits = |subject_line: &str| subject_line.contains(subject);
        let letter = mail.iter().rev().find(|one| {
            one.recipients == [to] && one.head().iter().any(|line| line.starts_with("Subject:") && fits(line))
        });
        let text = letter.unwrap_or_else(|| panic!("no letter {subject:?} to {to}: {mail:?}")).text();
        let line = text.lines().find(|line| line.starts_with("http://")).expect("a link").to_owned();
        line.trim_start_matches("http://localhost:8080").to_owned()
    }

    pub(super) async fn get(&self, browser: &mut Browser, path: &str) -> Page {
        let page = self.house.get(browser, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        page
    }

    pub(super) async fn send(&self, browser: &mut Browser, path: &str, form: &str) -> Page {
        let sent = self.house.post(browser, path, form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{path}: {}", sent.body);
        let to = sent.location().to_owned();
        self.house.get(browser, &to).await
    }

    /// Takes the General User Course under an address.
    pub(super) async fn train(&self, who: &str, name: &str) {
        let mut browser = Browser::default();
        self.get(&mut browser, "/training").await;
        let form = format!("name={}&email={who}&code=", name.replace(' ', "+"));
        self.send(&mut browser, "/training", &form).await;
        let record = self.link(who, "training record").await;
        let page = self.get(&mut browser, &record).await;
        assert!(page.body.contains("This is not your registry log-in"), "{}", page.body);
        let page = self.send(&mut browser, &format!("{record}/GUC"), "").await;
        assert!(page.body.contains("Noted: the course is complete"), "{}", page.body);
    }
}

const REQUEST: &str = "name=Amara+Okafor&email=amara@river.example&user_kind=general&vaccinates=yes\
                       &role=clinic-access&site=River+Clinic&administrator=Ana+Silva&license_kind=&license_number=";

#[tokio::test]
async fn the_whole_way_of_a_nurse_from_the_public_page_to_her_own_password() {
    let way = Way::begin().await;
    let (who, mut amara) = ("amara@river.example", Browser::default());
    let page = way.get(&mut amara, "/request-access").await;
    for text in [
        "Which one do I need?",
        "Clinic Access",
        "Patient Management, Reports",
        "Primary Vaccine Coordinator",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("System Administrator"), "nothing of the state is offered");
    let bad = way.house.post(&mut amara, "/request-access", "name=x&email=nobody").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);

    way.send(&mut amara, "/request-access", &REQUEST.replace("River", "RIVER")).await;
    let status = way.link(who, "Request 1").await;
    let page = way.get(&mut amara, &status).await;
    assert!(page.body.contains("Not on record: General User Course"), "{}", page.body);
    assert!(
        page.body.contains("Clinic Access needs your name on the staff list of RIVER Clinic"),
        "{}",
        page.body
    );
    let held = way.house.post(&mut amara, &format!("{status}/submit"), "").await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", held.body);
    way.train(who, "Amara Okafor").await;

    let mut paula = way.house.sign_in("paula").await;
    way.get(&mut paula, "/clinic/staff").await;
    let form =
        format!("name=Amara+Okafor&email={who}&position=vaccinator&license_kind=RN&license_number=881");
    let page = way.send(&mut paula, "/clinic/staff", &form).await;
    assert!(page.body.contains("can ask for Clinic Access now"), "{}", page.body);

    way.get(&mut amara, &status).await;
    let page = way.send(&mut amara, &format!("{status}/submit"), "").await;
    assert!(page.body.contains("No requests before yours"), "{}", page.body);

    let mut desk = way.house.sign_in("desk").await;
    let page = way.get(&mut desk, "/help/requests").await;
    assert!(page.body.contains("1 open: 1 on time") && page.body.contains("Next request"), "{}", page.body);
    way.send(&mut desk, "/help/requests/1/take", "reason=").await;
    let page = way.send(&mut desk, "/help/requests/1/ask", "").await;
    assert!(page.body.contains("Waiting for the site administrator"), "{}", page.body);

    let link = way.link("ana@river.example", "waits for your approval").await;
    let mut nobody = Browser::default();
    let closed = way.house.get(&mut nobody, &link).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "first she signs in");
    let mut nurse = way.house.sign_in("nurse").await;
    assert_eq!(way.house.get(&mut nurse, &link).await.status, StatusCode::NOT_FOUND, "not for others");
    let mut ana = way.house.sign_in("ana").await;
    let page = way.get(&mut ana, &link).await;
    assert!(
        page.body.contains("Amara Okafor") && page.body.contains("Gives vaccines at a clinic"),
        "{}",
        page.body
    );
    way.send(&mut ana, &format!("{link}/approve"), "").await;
    let used = way.get(&mut ana, &link).await;
    assert!(
        used.body.contains("waits for you no longer") && used.body.contains("Account made"),
        "{}",
        used.body
    );
    assert!(!used.body.contains(&format!("{link}/approve")), "the link is used up: {}", used.body);
    assert_eq!(way.house.get(&mut nurse, &link).await.status, StatusCode::NOT_FOUND, "nor for others now");

    let set = way.link(who, "Set your password").await;
    let name =
        way.mail.mail().into_iter().find(|one| one.text().contains("a.okafor")).expect("the user name");
    assert!(!name.text().contains("/set-password/"), "two messages");
    let mut browser = Browser::default();
    way.get(&mut browser, &set).await;
    let short = way.house.post(&mut browser, &set, "new=short&again=short").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let password = super::PASSWORD.replace(' ', "+");
    way.send(&mut browser, &set, &format!("new={password}&again={password}")).await;
    assert_eq!(way.house.get(&mut browser, &set).await.status, StatusCode::NOT_FOUND, "once");
    let mut amara = way.house.sign_in("a.okafor").await;
    let page = way.get(&mut amara, "/").await;
    assert!(page.body.contains("Clinic Access") && page.body.contains("RIVER Clinic"), "{}", page.body);
    for path in ["/help/requests", "/help/enrollments", "/admin/accounts", "/clinic/staff", "/admin/training"]
    {
        assert_eq!(way.house.get(&mut amara, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }

    let page = way.get(&mut paula, "/clinic/staff").await;
    assert!(page.body.contains("a.okafor"), "what ends with it is told: {}", page.body);
    let entry =
        page.body.split("/clinic/staff/").find_map(|rest| rest.split("/off").next()?.parse::<i64>().ok());
    let entry = entry.expect("an entry");
    way.send(&mut paula, &format!("/clinic/staff/{entry}/off"), "").await;
    let gone = way.house.get(&mut amara, "/patients").await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "her session has ended");
}

#[tokio::test]
async fn s14_who_was_locked_out_comes_back_by_the_letter() {
    let way = Way::begin().await;
    let mut thief = Browser::default();
    way.house.get(&mut thief, "/sign-in").await;
    for _ in 0..5 {
        way.house.post(&mut thief, "/sign-in", "user=ana&password=a+guess+of+somebody").await;
    }
    let right = format!("user=ana&password={}", super::PASSWORD.replace(' ', "+"));
    let mut owner = Browser::default();
    way.house.get(&mut owner, "/sign-in").await;
    let locked = way.house.post(&mut owner, "/sign-in", &right).await;
    assert!(locked.body.contains("use the link in the message"), "{}", locked.body);
    let back = way.link("ana@river.example", "locked").await;
    way.get(&mut owner, &back).await;
    let wrong = way.house.post(&mut owner, &back, "password=not+the+password+at+all").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let password = format!("password={}", super::PASSWORD.replace(' ', "+"));
    let today = way.send(&mut owner, &back, &password).await;
    assert!(today.body.contains("Ana Silva"), "{}", today.body);
    let again = way.house.get(&mut Browser::default(), &back).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "the link works once");
}

#[tokio::test]
async fn s14_who_fails_on_the_page_of_the_link_is_not_sent_to_that_link() {
    let way = Way::begin().await;
    let mut owner = Browser::default();
    way.house.get(&mut owner, "/sign-in").await;
    for _ in 0..5 {
        way.house.post(&mut owner, "/sign-in", "user=ana&password=mistyped+once+more").await;
    }
    let back = way.link("ana@river.example", "locked").await;
    way.get(&mut owner, &back).await;
    for _ in 0..5 {
        way.house.post(&mut owner, &back, "password=not+the+password+at+all").await;
    }
    let page = way.house.post(&mut owner, &back, "password=not+the+password+at+all").await;
    assert!(page.body.contains("This link is locked until"), "{}", page.body);
    assert!(!page.body.contains("use the link in the message"), "{}", page.body);
}

#[tokio::test]
async fn a_site_enrolls_signs_and_is_reviewed() {
    let way = Way::begin().await;
    let mut joan = Browser::default();
    way.get(&mut joan, "/enroll").await;
    let form = "organization=Oak+Health&site=Oak+Clinic&kind=clinic&address=1+Oak+Street&contact=Joan+Hill\
                &email=joan@oak.example&administrator=Cora+Lind&administrator_email=cora@oak.example&program=yes";
    way.send(&mut joan, "/enroll", form).await;
    let own = way.link("joan@oak.example", "Enrollment 1").await;
    let page = way.get(&mut joan, &own).await;
    for text in [
        "Not complete: Letter of agreement and Site administrator form",
        "✗ Not signed",
        "Oak Health (the organization)",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let sign = |kind: &str| format!("{}&signer=Joan+Hill&title=Medical+director", shown(&page, kind));
    let unread = "kind=letter-of-agreement&signer=Joan+Hill&title=Medical+director";
    let refused = way.house.post(&mut joan, &format!("{own}/sign"), unread).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("the text has changed since this page was opened"), "{}", refused.body);
    way.send(&mut joan, &format!("{own}/sign"), &sign("letter-of-agreement")).await;
    let page = way.send(&mut joan, &format!("{own}/submit"), "").await;
    assert!(page.body.contains("Not complete: Site administrator form"), "{}", page.body);
    let administrator =
        format!("{}&signer=Joan+Hill&title=Director", shown(&page, "site-administrator-form"));
    way.send(&mut joan, &format!("{own}/sign"), &administrator).await;
    let page = way.send(&mut joan, &format!("{own}/submit"), "").await;
    assert!(page.body.contains("Under review"), "{}", page.body);
    let paper = way.get(&mut joan, &format!("{own}/papers/1")).await;
    let said = printing::text(&paper.bytes);
    for part in [
        "Letter of agreement",
        "Oak Health (the organization)",
        "Signed electronically by Joan Hill",
        "Medical director",
        "SHA-256 of the text",
        "Enrollment 1",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let disposition = "attachment; filename=\"letter-of-agreement-1-1.pdf\"";
    assert_eq!(paper.header("content-disposition"), disposition);
    assert!(paper.header("content-security-policy").starts_with("sandbox;"));
    let confirmed = way.get(&mut Browser::default(), &format!("/verify/{}", printing::code(&said))).await;
    for part in
        ["This document was signed here", "Oak Clinic", "J. H.", "the latest one that the site signed"]
    {
        assert!(confirmed.body.contains(part), "{part}: {}", confirmed.body);
    }
    assert!(!confirmed.body.contains("Joan Hill"), "initials: {}", confirmed.body);
    let mut stranger = Browser::default();
    let path = format!("/verify/{}/file", printing::code(&said));
    way.get(&mut stranger, path.trim_end_matches("/file")).await;
    let page = way.house.post_file(&mut stranger, &path, &[], ("a.pdf", &paper.bytes)).await;
    assert!(page.body.contains("The file is the one we issued, unchanged"), "{}", page.body);

    let mut desk = way.house.sign_in("desk").await;
    let page = way.get(&mut desk, "/help/enrollments/1").await;
    assert!(page.body.contains("/help/enrollments/1/papers/2"), "{}", page.body);
    let same = way.get(&mut desk, "/help/enrollments/1/papers/1").await;
    assert_eq!(same.bytes, paper.bytes, "staff get the same file");
    assert!(
        !page.body.contains("/help/enrollments/1/decide/approve"),
        "the Help Desk reviews, the program approves"
    );
    let refused = way.house.post(&mut desk, "/help/enrollments/1/decide/approve", "code=OAK&pin=").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let mut program = way.house.sign_in("program").await;
    let page = way.get(&mut program, "/help/enrollments").await;
    assert!(page.body.contains("Oak Clinic"), "{}", page.body);
    way.get(&mut program, "/help/enrollments/1").await;
    way.send(&mut program, "/help/enrollments/1/decide/approve", "code=OAK&pin=0412").await;
    let page = way.get(&mut joan, &own).await;
    assert!(page.body.contains("The site is enrolled"), "{}", page.body);
}

#[tokio::test]
async fn a_ticket_is_asked_answered_and_opened_by_its_own_link_alone() {
    let way = Way::begin().await;
    let mut ben = Browser::default();
    way.get(&mut ben, "/help/tickets/new?category=training").await;
    let form = "category=training&priority=usual&name=Ben+West&email=ben@west.example&subject=Which+course&text=Help";
    way.send(&mut ben, "/help/tickets/new", form).await;
    let own = way.link("ben@west.example", "Ticket 1").await;
    let wrong = format!("{}x", &own[..own.len() - 1]);
    assert_eq!(way.house.get(&mut ben, &wrong).await.status, StatusCode::NOT_FOUND);
    let mut desk = way.house.sign_in("desk").await;
    way.get(&mut desk, "/help/tickets").await;
    way.get(&mut desk, "/help/tickets/1").await;
    way.send(&mut desk, "/help/tickets/1", "text=The+General+User+Course&next=ask").await;
    let page = way.get(&mut ben, &own).await;
    assert!(
        page.body.contains("The General User Course") && page.body.contains("Waiting for your answer"),
        "{}",
        page.body
    );
    way.send(&mut ben, &own, "text=Thank+you").await;
    let page = way.get(&mut desk, "/help/tickets/1").await;
    assert!(page.body.contains("Thank you"), "{}", page.body);
    assert!(
        way.mail.mail().iter().all(|one| !one.text().contains("General User Course")),
        "mail repeats nothing"
    );
}

/// What the form by which a document is signed says of what is shown, as far as the page has one.
pub(super) fn shown(page: &Page, kind: &str) -> String {
    let of = |name: &str| {
        let form = page.body.split("<form").find(|form| form.contains(&format!("value=\"{kind}\"")));
        let field = form.and_then(|form| form.split(&format!("name=\"{name}\" value=\"")).nth(1));
        field.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    format!("kind={kind}&enrollment={}&text_sha256={}", of("enrollment"), of("text_sha256"))
}
