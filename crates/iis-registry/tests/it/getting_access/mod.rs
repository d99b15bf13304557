//! Getting access, from the first page to the signed-in user, with every gate held: training, enrollment, staff list,
//! request, queue, approval, letters. A test whose name begins with the number of a requirement is its acceptance test.

mod asking;
mod changing;
mod clerks_words;
mod closing;
mod correcting;
mod enrolling;
mod holding;
mod in_flight;
mod learning;
mod naming;
mod requesting;
mod same_person;
mod staffing;
mod stopping;
mod strangers;
mod taking_over;
mod ticketing;
mod users;
mod waiting;

use crate::world::{World, on_each_engine};
use iis_model::access::{Channel, Granted, Permission, Place};
use iis_model::organization::SiteKind;
use iis_model::{AccountId, EmailAddress, SiteId};
use iis_registry::access::{Caller, authorize, operator};
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_registry::cases::Party;
use iis_registry::enrollment::{self, Decision, PaperKind};
use iis_registry::prints::Code;
use iis_registry::requests::{self, Application, Asked, State, UserKind};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::training::{self, Audience, CourseKind, GENERAL_USER_COURSE, NewCourse};
use iis_registry::{Arrival, Failure, mail};
use iis_store::audit::AuditRow;
use iis_store::audit::list::{AuditFilter, list};
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
    /// The site takes part in the vaccine program.
    async fn takes_part(&self, code: &str) {
        let id = self.site(code).await;
        let put = self.world.cx.store.write(iis_store::Lane::Web, move |tx| {
            let Some(mut row) = iis_store::site::get(tx, id)? else { return Ok(()) };
            row.site.pin = Some("0001".into());
            iis_store::site::put(tx, &row)
        });
        put.await.expect("the store works");
    }

    async fn on(world: World) -> Self {
        let registry = Self { world };
        registry.takes_part("NORTH").await;
        for (code, kind) in [(GENERAL_USER_COURSE, CourseKind::Video), ("COLD", CourseKind::Text)] {
            let course = NewCourse {
                code: code.into(),
                title: if code == GENERAL_USER_COURSE { "General User Course" } else { "Cold chain" }.into(),
                kind,
                audience: Audience::All,
                module: "Patients".into(),
                minutes: 30,
                version: "1".into(),
                body: "Keep it cold, and keep it to yourself.".into(),
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

    /// The organization of a site, where its site administrators hold their role.
    async fn owner(&self, code: &str) -> Place {
        let all = iis_registry::sites::sites(&self.world.cx).await.expect("the store works");
        let site = all.into_iter().find(|site| &*site.code == code).expect("a site");
        Place::Organization(site.organization_id)
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

    /// Holds when the audit has a row of this action that ended well, with this detail.
    async fn audited(&self, action: &'static str, detail: &str) {
        self.audited_with(action, detail, "done").await;
    }

    async fn audited_with(&self, action: &'static str, detail: &str, result: &str) {
        let rows = self.rows(action).await;
        let rows: Vec<_> = rows.iter().map(|row| (&*row.result, &*row.detail)).collect();
        assert!(rows.contains(&(result, detail)), "{action}: {rows:?}");
    }

    /// The rows of the audit with this action, the latest first.
    async fn rows(&self, action: &'static str) -> Vec<AuditRow> {
        let filter = AuditFilter { action: Some(action), limit: 100, ..AuditFilter::default() };
        self.world.cx.store.read(move |tx| list(tx, &desk(), &filter)).await.expect("the store works")
    }

    async fn complete(&self, who: &str, courses: &[&str]) {
        let lines: Vec<String> = courses.iter().map(|course| format!("{who},{course},2026-02-26")).collect();
        let file = format!("email,course,completed_on\n{}\n", lines.join("\n"));
        let imported =
            training::import(&self.world.cx, &desk(), file.as_bytes(), self.at()).await.expect("imported");
        assert_eq!(imported.taken, courses.len());
    }

    async fn list(&self, who: &str, name: &str, position: Position) {
        self.list_at(self.site("NORTH").await, who, name, position).await;
    }

    async fn list_at(&self, site: SiteId, who: &str, name: &str, position: Position) {
        let new = Listing {
            name: name.into(),
            email: email(who),
            position,
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::list(&self.world.cx, &desk(), site, new, self.at()).await.expect("listed");
    }

    /// The number of the entry of an address on the list of a site.
    async fn entry(&self, site: SiteId, who: &str) -> i64 {
        let listed = staff::staff_of(&self.world.cx, site).await.expect("read");
        listed.iter().find(|one| &*one.email == who).expect("listed").entry
    }

    /// A site administrator of NORTH, with an account and an address.
    async fn administrator(&self) -> AccountId {
        let who = "ana.silva@north.example";
        let site = self.site("NORTH").await;
        self.list(who, "Ana Silva", Position::Staff).await;
        let user = NewUser {
            name: "ana.silva".into(),
            display_name: "Ana Silva".into(),
            password_hash: "a hash".into(),
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

    /// An account with these roles at these sites.
    async fn account(&self, name: &str, roles: &[(&str, SiteId)]) -> AccountId {
        let user = NewUser {
            name: name.into(),
            display_name: name.into(),
            password_hash: "a hash".into(),
            must_change: false,
            roles: roles.iter().map(|(role, site)| RoleAssignment::at_site(role, Some(*site))).collect(),
        };
        accounts::add(&self.world.cx, &desk(), user, self.at()).await.expect("an account")
    }

    /// Somebody signs in at a later moment, as people do who are still there.
    async fn signs_in(&self, account: AccountId, arrival: Arrival) {
        let signed_in =
            move |tx: &mut iis_store::Tx<'_>| iis_store::account::signed_in(tx, account, arrival.at);
        self.world.cx.store.write(iis_store::Lane::Web, signed_in).await.expect("signed in");
    }

    /// Whether somebody has a permission now.
    async fn may(&self, account: AccountId, permission: Permission) -> bool {
        let account = accounts::get(&self.world.cx, account).await.expect("the store works");
        let account = account.expect("an account");
        authorize(&self.world.cx.roles, Caller::Account(&account), permission, Channel::Web, "").is_ok()
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
        vaccinates: true,
        administrator: "Ana Silva".into(),
        ..Application::of(name, UserKind::General, role, "NORTH")
    }
}

fn on_a_registry<F, R>(scenario: F)
where
    F: Fn(Registry) -> R,
    R: Future<Output = ()>,
{
    on_each_engine(|world| async { scenario(Registry::on(world).await).await });
}

fn application_of_oak(site: &str) -> enrollment::Application {
    enrollment::Application {
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
        renewing_since: None,
        renewal_letters: 0,
        outdated: enrollment::Outdated::default(),
    }
}

async fn begin_enrollment(r: &Registry, site: &str) -> i64 {
    let (cx, hill) = (&r.world.cx, email("hill@oak.example"));
    let begun = enrollment::begin(cx, &hill, application_of_oak(site), r.at()).await;
    let number = begun.expect("begun");
    enrollment::confirm_address(&r.world.cx, number, r.at()).await.expect("confirmed");
    number
}

async fn sign(r: &Registry, number: i64, kind: PaperKind) {
    sign_as(r, number, kind, ("Joan Hill", 1), r.at()).await;
}

/// What somebody signs who read the text that holds.
fn signing(
    r: &Registry,
    case: &enrollment::Enrollment,
    kind: PaperKind,
    signer: (&str, &str),
) -> enrollment::Signing {
    let cx = &r.world.cx;
    let read = enrollment::shown(cx, case, kind).sha256;
    enrollment::signing(cx, case, kind, signer, &read).expect("it can be signed")
}

/// Signs with a file that is named for the signer, under the code of these bits.
async fn sign_as(r: &Registry, number: i64, kind: PaperKind, (signer, bits): (&str, u64), at: Arrival) {
    let cx = &r.world.cx;
    let opened = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment");
    let signing = signing(r, &opened.case, kind, (signer, "Medical director"));
    let file = format!("%PDF-1.7 {} signed by {signer}", signing.text);
    let code = Code::of_random(
        bits ^ u64::from(kind == PaperKind::LetterOfAgreement) << 40 ^ number.cast_unsigned() << 44,
    );
    let physician = operator(Permission::SignAgreement).expect("the operator may");
    let party = if opened.case.is_physicians(kind) { Party::Staff(&physician) } else { Party::KeyHolder };
    let kept = (file.into_bytes().into(), code);
    enrollment::sign(cx, party, number, signing, kept, at).await.expect("signed");
}

/// Enrolls a site whose administrator has taken the training.
async fn enroll(r: &Registry, site: &str, code: &str) -> i64 {
    r.complete("cora@oak.example", &[GENERAL_USER_COURSE]).await;
    enroll_untrained(r, site, code).await
}

/// An enrollment that is sent in with both papers signed.
async fn sent_in(r: &Registry, site: &str) -> i64 {
    let number = begin_enrollment(r, site).await;
    sign(r, number, PaperKind::LetterOfAgreement).await;
    sign(r, number, PaperKind::AdministratorForm).await;
    enrollment::submit(&r.world.cx, number, r.at()).await.expect("sent in");
    number
}

/// Enrolls a site, whatever its administrator has taken.
async fn enroll_untrained(r: &Registry, site: &str, code: &str) -> i64 {
    let number = sent_in(r, site).await;
    let opened =
        enrollment::opened(&r.world.cx, number, r.at().at).await.expect("read").expect("an enrollment");
    let (code, pin) = (code.into(), Some("0412".into()));
    let decision = match enrollment::joins(&r.world.cx, &opened.case).await.expect("read") {
        Some(_) => Decision::Join { code, pin },
        None => Decision::Approve { code, pin },
    };
    enrollment::decide(&r.world.cx, &desk(), number, decision, r.at()).await.expect("approved");
    number
}
