//! What an attacker tried to take over: an organization, an account, a place on a list. Each way is closed.

use super::{Registry, application, begin_enrollment, desk, email, later, on_a_registry, refusal, sign};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::enrollment::{self, Decision, PaperKind};
use iis_registry::requests::{self, Application, Approver, Asked, Gate, Party, Standing, State, Verified};
use iis_registry::staff::{self, Listing, Position, TakenOff};
use iis_registry::training::GENERAL_USER_COURSE;
use iis_registry::{accounts, sites};

fn standing(gates: &[Gate], rule: &str) -> Standing {
    gates.iter().find(|gate| gate.rule == rule).expect("the gate").standing
}

impl Registry {
    /// Puts somebody with a license on the list of NORTH.
    async fn licensed(&self, who: &str, name: &str, (kind, number): (&str, &str), position: Position) {
        let new = Listing {
            name: name.into(),
            email: email(who),
            position,
            license_kind: kind.into(),
            license_number: number.into(),
        };
        let site = self.site("NORTH").await;
        staff::list(&self.world.cx, &desk(), site, new, self.at()).await.expect("listed");
    }

    /// The entries of somebody on the list of NORTH, with the position of each.
    async fn entries(&self, who: &str) -> Vec<(i64, Position)> {
        let listed = staff::staff_of(&self.world.cx, self.site("NORTH").await).await.expect("read");
        listed.into_iter().filter(|one| &*one.email == who).map(|one| (one.entry, one.position)).collect()
    }

    async fn takes_off(&self, entry: i64) -> TakenOff {
        let site = self.site("NORTH").await;
        staff::take_off(&self.world.cx, &desk(), site, entry, self.at()).await.expect("taken off")
    }

    /// A request that was sent in, taken, asked about and approved.
    async fn approved(&self, number: i64, administrator: iis_model::AccountId, token: &str) {
        let cx = &self.world.cx;
        assert_eq!(
            requests::submit(cx, number, self.at()).await.expect("sent in"),
            Asked::Received(State::InQueue)
        );
        self.take(number).await;
        requests::ask_administrator(cx, &desk(), number, self.at()).await.expect("asked");
        let granted = self.granted(administrator, Permission::ApproveAccounts).await;
        let approver = Approver::Administrator(administrator);
        requests::approve(cx, &granted, number, approver, token, self.at()).await.expect("approved");
    }
}

/// Page: /help/enrollments/{number}
#[test]
fn s9_whoever_types_the_name_of_an_organization_becomes_nobody_there() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.administrator().await;
        let theirs = sites::sites(cx).await.expect("read");
        let north = theirs.iter().find(|site| &*site.code == "NORTH").expect("a site").organization_id;
        let organizations = sites::organizations(cx).await.expect("read");
        let name = organizations.iter().find(|one| one.id == north).expect("an organization").name.clone();
        let mut written = enrollment::opened(cx, begin_enrollment(&r, "Seed").await, r.at().at).await;
        let mut body = written.as_mut().expect("read").as_mut().expect("an enrollment").case.body.clone();
        body.organization = name.to_uppercase().into();
        body.site = "Branch".into();
        let number = enrollment::begin(cx, &email("eve@evil.example"), body, r.at()).await.expect("begun");
        enrollment::confirm_address(cx, number, r.at()).await.expect("confirmed");
        sign(&r, number, PaperKind::LetterOfAgreement).await;
        sign(&r, number, PaperKind::AdministratorForm).await;
        enrollment::submit(cx, number, r.at()).await.expect("sent in");
        let (code, pin): (Box<str>, Option<Box<str>>) = ("BRANCH".into(), None);
        let approve = Decision::Approve { code: code.clone(), pin: pin.clone() };
        let decided = enrollment::decide(cx, &desk(), number, approve, r.at()).await;
        assert!(refusal(decided).contains("An organization of this name exists"));
        let shown = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment");
        let joins = enrollment::joins(cx, &shown.case).await.expect("read").expect("it joins one");
        assert_eq!(joins.administrators, ["Ana Silva".into()]);
        let join = Decision::Join { code, pin };
        enrollment::decide(cx, &desk(), number, join, r.at()).await.expect("joined");
        assert!(accounts::find(cx, "c.lind").await.expect("read").is_none(), "whom the form names");
        let letters = r.letters("ana.silva@north.example").await;
        assert!(letters.iter().any(|letter| &*letter.kind == "site-joined"), "the administrator is told");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s59_whoever_types_the_name_and_license_of_somebody_with_an_account_gets_nothing_of_theirs() {
    on_a_registry(|r| async move {
        let administrator = r.administrator().await;
        r.licensed("vera@north.example", "Vera Lind", ("RN", "RN-4711"), Position::Staff).await;
        let (stranger, cx) = ("vera.lind@freemail.example", &r.world.cx);
        r.complete("vera@north.example", &[GENERAL_USER_COURSE]).await;
        let own = r.request("vera@north.example", "Vera Lind", "enrollment-only").await;
        r.approved(own, administrator, "her token").await;
        let before = r.letters("vera@north.example").await.len();
        r.complete(stranger, &[GENERAL_USER_COURSE]).await;
        let number = r.request(stranger, "Vera Lind", "enrollment-only").await;
        let asks = Application {
            license_kind: "R.N.".into(),
            license_number: "rn 4711".into(),
            ..application("Vera Lind", "enrollment-only")
        };
        requests::change(cx, number, asks, r.at()).await.expect("changed");
        requests::submit(cx, number, r.at()).await.expect("sent in");
        r.take(number).await;
        let gates = r.opened(number, r.at()).await.gates;
        let gate = gates.iter().find(|gate| gate.rule == "S-8").expect("the gate");
        assert!(gate.holds_approval() && gate.words.contains("sign in with it"), "{}", gate.words);
        let asked = requests::ask_administrator(cx, &desk(), number, r.at()).await;
        assert!(refusal(asked).contains("Not every check"));
        assert_eq!(r.letters("vera@north.example").await.len(), before, "nothing of hers opens by it");
        requests::return_to(cx, &desk(), number, "Sign in and ask by a ticket.", r.at())
            .await
            .expect("returned");
        let kinds: Vec<_> = r.letters(stranger).await.into_iter().map(|letter| letter.kind).collect();
        assert!(!kinds.iter().any(|kind| &**kind == "set-password" || &**kind == "user-name"), "{kinds:?}");
    });
}

/// Page: /clinic/staff
#[test]
fn s49_a_role_ends_with_its_position_whatever_else_the_person_is_there() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "paula@north.example");
        let site = r.site("NORTH").await;
        r.licensed(who, "Paula Vickers", ("", ""), Position::PrimaryCoordinator).await;
        r.licensed(who, "Paula Vickers", ("", ""), Position::Staff).await;
        let roles = [("primary-vaccine-coordinator", site), ("clinic-access", site)];
        let account = r.account("coordinator", &roles).await;
        staff::bind_account(cx, &desk(), account, &email(who), r.at()).await.expect("bound");
        let entries = r.entries(who).await;
        let of =
            |wanted: Position| entries.iter().find(|(_, position)| *position == wanted).expect("an entry").0;
        assert_eq!(r.takes_off(of(Position::PrimaryCoordinator)).await, TakenOff::OfPosition);
        assert!(!r.may(account, Permission::KeepClinic).await, "the coordinator's work has ended");
        assert!(r.may(account, Permission::SearchPersons).await, "the place as staff stays");
        assert_eq!(r.takes_off(of(Position::Staff)).await, TakenOff::All);
        let known = accounts::get(cx, account).await.expect("read").expect("an account");
        assert!(!known.is_usable());
    });
}

/// Page: /request-access/{number}/{key}
#[test]
fn s49_whoever_holds_the_role_is_the_one_primary_on_the_list_or_not() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "second@north.example");
        r.account("coordinator", &[("primary-vaccine-coordinator", r.site("NORTH").await)]).await;
        r.complete(who, &[GENERAL_USER_COURSE, "COLD"]).await;
        let number = r.request(who, "Sam Second", "primary-vaccine-coordinator").await;
        let Asked::Held(gates) = requests::submit(cx, number, r.at()).await.expect("held") else {
            panic!("a second primary coordinator was taken");
        };
        assert_ne!(standing(&gates, "S-49"), Standing::Open);
    });
}

/// Page: /request-access
#[test]
fn s55_a_license_is_the_same_however_it_is_written() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let who = "rask@freemail.example";
        // a coordinator puts the physician on the list of a site of the program
        let number = super::enroll(&r, "Oak Clinic", "OAK").await;
        let oak = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("one").case.site_id;
        let new = Listing {
            name: "Edmund Rask".into(),
            email: email("signer@oak.example"),
            position: Position::SigningPhysician,
            license_kind: "MD".into(),
            license_number: "MD-1001".into(),
        };
        staff::list(cx, &desk(), oak.expect("a site"), new, r.at()).await.expect("listed");
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        for (kind, license) in [("MD", "MD-1001"), ("M.D.", "MD-1001"), ("md", "MD 1001"), ("MD", "md1001")] {
            let asks = Application {
                vaccinates: false,
                license_kind: kind.into(),
                license_number: license.into(),
                ..application("Edmund Rask", "patient-look-up")
            };
            let number = requests::begin(cx, &email(who), asks, r.at()).await.expect("begun");
            requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
            let gates = r.opened(number, r.at()).await.gates;
            assert_eq!(
                standing(&gates, "S-55"),
                Standing::Waits(Party::HelpDesk),
                "a draft tells nobody where somebody works"
            );
            requests::submit(cx, number, r.at()).await.expect("sent in");
            let gates = r.opened(number, r.at()).await.gates;
            assert_eq!(standing(&gates, "S-55"), Standing::Refuses, "{kind} {license}");
            requests::withdraw(cx, number, r.at()).await.expect("withdrawn");
        }
    });
}

/// Page: /admin/accounts
#[test]
fn recertification_writes_to_administrators_counts_on_their_page_and_tells_whom_it_ends() {
    on_a_registry(|r| async move {
        let (cx, who, day) = (&r.world.cx, "amara@north.example", 24);
        let administrator = r.administrator().await;
        let organization = staff::administers(cx, administrator).await.expect("read")[0];
        r.list(who, "Amara Okafor", Position::Staff).await;
        let user = r.account("amara", &[("clinic-access", r.site("NORTH").await)]).await;
        staff::bind_account(cx, &desk(), user, &email(who), r.at()).await.expect("bound");
        assert_eq!(staff::to_confirm(cx, administrator).await.expect("read"), 0);
        let asked = later(r.at(), 190 * day);
        r.signs_in(administrator, asked).await;
        staff::ask_organizations(cx, asked).await.expect("asked");
        assert_eq!(staff::to_confirm(cx, administrator).await.expect("read"), 1);
        let letters = r.letters("ana.silva@north.example").await;
        assert_eq!(letters.iter().filter(|letter| &*letter.kind == "confirm-users").count(), 1);
        let own = r.granted(administrator, Permission::RecertifyUsers).await;
        let confirmed = staff::confirm(cx, &own, organization, administrator, asked).await;
        assert!(refusal(confirmed).contains("Another site administrator"));
        let told = r.letters(who).await;
        let told = told.iter().find(|letter| &*letter.kind == "asked-about").expect("a letter");
        assert!(told.body.contains("can answer until"), "{}", told.body);
        staff::end_unconfirmed(cx, later(asked, 31 * day)).await.expect("ended");
        let told = r.letters(who).await;
        let told = told.iter().find(|letter| &*letter.kind == "not-confirmed").expect("a letter");
        assert!(told.body.contains("your account is closed") && told.body.contains("/help/tickets/new"));
    });
}

/// Page: /admin/accounts
#[test]
fn an_administrator_who_never_came_is_not_the_last_one_and_ending_takes_off_the_list() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let administrator = r.administrator().await;
        let organization = staff::administers(cx, administrator).await.expect("read")[0];
        // one whose password link was never used
        super::enroll(&r, "Oak Clinic", "OAK").await;
        let unset = accounts::find(cx, "c.lind").await.expect("read").expect("an account");
        let oak = staff::administers(cx, unset.id).await.expect("read")[0];
        let other = r.account("other", &[("site-administrator", r.site("OAK").await)]).await;
        let ended = staff::end_user(cx, &desk(), oak, other, r.at()).await;
        assert!(refusal(ended).contains("last site administrator"), "the other one cannot sign in");
        let who = "paula@north.example";
        r.licensed(who, "Paula Vickers", ("", ""), Position::PrimaryCoordinator).await;
        let user = r.account("coordinator", &[("primary-vaccine-coordinator", r.site("NORTH").await)]).await;
        staff::bind_account(cx, &desk(), user, &email(who), r.at()).await.expect("bound");
        staff::end_user(cx, &desk(), organization, user, r.at()).await.expect("ended");
        assert!(r.entries(who).await.is_empty(), "the place on the list ends too");
    });
}

/// Page: /help/requests/{number}
#[test]
fn staff_of_the_help_desk_do_nothing_with_their_own_request() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = r.received("henrik@north.example", "Henrik Lopes").await;
        let clerk = accounts::NewUser {
            name: "helpdesk".into(),
            display_name: "Henrik Lopes".into(),
            password_hash: "a hash".into(),
            must_change: false,
            roles: vec![accounts::RoleAssignment::at_site("help-desk", None)],
        };
        let clerk = accounts::add(cx, &desk(), clerk, r.at()).await.expect("an account");
        let own = r.granted(clerk, Permission::ReviewRequests).await;
        let read = requests::opened_by_desk(cx, &own, number, r.at().at).await;
        assert!(refusal(read.map(drop)).contains("your own request"));
        let others = requests::opened_by_desk(cx, &desk(), number, r.at().at).await.expect("read");
        assert!(others.is_some());
        assert!(refusal(requests::take(cx, &own, number, "", r.at()).await).contains("your own request"));
        let second = r.received("amara@north.example", "Amara Okafor").await;
        assert_eq!(
            requests::next(cx, &own, r.at().at).await.expect("read"),
            Some(second),
            "one's own holds nobody else up"
        );
        requests::take(cx, &own, second, "", r.at()).await.expect("the oldest that is not their own");
        r.take(number).await;
        let verified = requests::verify(cx, &own, number, Verified::License, r.at()).await;
        assert!(refusal(verified).contains("your own request"));
        assert!(
            refusal(requests::ask_administrator(cx, &own, number, r.at()).await).contains("your own request")
        );
        assert!(
            refusal(requests::deny_as_desk(cx, &own, number, "no", r.at()).await)
                .contains("your own request")
        );
        let operator = operator(Permission::ReviewRequests).expect("the operator may");
        let verified = requests::verify(cx, &operator, number, Verified::License, r.at()).await;
        assert!(!refusal(verified).contains("your own request"), "no request bears the operator's name");
    });
}
