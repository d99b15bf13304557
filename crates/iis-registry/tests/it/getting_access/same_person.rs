//! Whether it is the same person: what a name and a license on a list give to whoever wrote them, and what those see who decide.

use super::{Registry, application, begin_enrollment, desk, email, on_a_registry, refusal, sign};
use iis_model::AccountId;
use iis_model::access::{Permission, Place};
use iis_model::organization::SiteKind;
use iis_registry::enrollment::{self, Decision, PaperKind};
use iis_registry::requests::{self, Alone, Application, Approver, Asked, State, Verified};
use iis_registry::staff::{self, Correction, Listing, Position};
use iis_registry::training::GENERAL_USER_COURSE;
use iis_registry::{accounts, sites};

impl Registry {
    /// A request of somebody who took the training, sent in and taken by the Help Desk.
    async fn asks_and_is_read(&self, who: &str, asks: Application) -> i64 {
        self.complete(who, &[GENERAL_USER_COURSE]).await;
        let number = requests::begin(&self.world.cx, &email(who), asks, self.at()).await.expect("begun");
        requests::confirm_address(&self.world.cx, number, self.at()).await.expect("confirmed");
        requests::submit(&self.world.cx, number, self.at()).await.expect("sent in");
        self.take(number).await;
        number
    }

    pub(super) async fn has_letter(&self, who: &str, kind: &str) -> bool {
        self.letters(who).await.iter().any(|letter| &*letter.kind == kind)
    }

    /// The site administrator approves a request that the Help Desk has read.
    async fn is_approved(&self, number: i64, administrator: AccountId) {
        let cx = &self.world.cx;
        requests::ask_administrator(cx, &desk(), number, self.at()).await.expect("asked");
        let granted = self.granted(administrator, Permission::ApproveAccounts).await;
        let by = Approver::Administrator(administrator);
        let token = format!("token {number}");
        requests::approve(cx, &granted, number, by, &token, self.at()).await.expect("approved");
    }
}

fn licensed(name: &str, role: &str) -> Application {
    Application { license_kind: "MD".into(), license_number: "MD-7777".into(), ..application(name, role) }
}

/// Page: /help/requests/{number}
#[test]
fn s12_who_lists_a_name_and_a_license_elsewhere_gets_nothing_of_the_real_persons_account() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let administrator = r.administrator().await;
        let far = r.others("Far Org", &[("FAR", SiteKind::Clinic)]).await[0];
        let (evil, greta) = ("greta.good@evil.example", "greta@north.example");
        let listed = Listing {
            name: "Greta Good".into(),
            email: email(evil),
            position: Position::Staff,
            license_kind: "MD".into(),
            license_number: "MD-7777".into(),
        };
        staff::list(cx, &desk(), far, listed, r.at()).await.expect("listed");
        let number = r.asks_and_is_read(greta, licensed("Greta Good", "enrollment-only")).await;
        assert_eq!(r.opened(number, r.at()).await.known_as, None);
        r.is_approved(number, administrator).await;
        assert!(r.has_letter(greta, "set-password").await && r.has_letter(greta, "user-name").await);
        assert_eq!(r.letters(evil).await.len(), 0, "nothing leaves to whoever typed a name");
        // once she has an account, another address with her name and license waits until it is known who that is
        let again = "greta@freemail.example";
        let second = r.asks_and_is_read(again, licensed("Greta Good", "enrollment-only")).await;
        assert_eq!(r.opened(second, r.at()).await.known_as.as_deref(), Some(greta), "the desk sees it");
        let asked = requests::ask_administrator(cx, &desk(), second, r.at()).await;
        assert!(refusal(asked).contains("Not every check"));
        requests::verify(cx, &desk(), second, Verified::AnotherPerson, r.at()).await.expect("noted");
        assert!(r.has_letter(greta, "same-name-and-license").await, "the owner of the account hears of it");
        r.is_approved(second, administrator).await;
        assert!(r.has_letter(again, "set-password").await, "an account of their own");
    });
}

/// Page: /request-access/{number}/{key}
#[test]
fn s12_no_first_link_goes_to_an_address_of_a_list_that_confirmed_nothing() {
    on_a_registry(|r| async move {
        let (cx, greta) = (&r.world.cx, "greta@north.example");
        let administrator = r.administrator().await;
        let listed = |who: &str| Listing {
            name: "Greta Good".into(),
            email: email(who),
            position: Position::Staff,
            license_kind: "MD".into(),
            license_number: "MD-7777".into(),
        };
        let north = r.site("NORTH").await;
        staff::list(cx, &desk(), north, listed("g.good@north.example"), r.at()).await.expect("listed");
        r.complete(greta, &[GENERAL_USER_COURSE]).await;
        let asks = licensed("Greta Good", "clinic-access");
        let number = requests::begin(cx, &email(greta), asks, r.at()).await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        let opened = r.opened(number, r.at()).await;
        let gate = opened.gates.iter().find(|gate| gate.rule == "S-8").expect("a gate");
        assert!(!gate.holds_approval(), "a draft tells nobody who stands on which list: {gate:?}");
        let gate = opened.gates.iter().find(|gate| gate.rule == "S-53").expect("a gate");
        assert!(gate.words.contains("Ask a vaccine coordinator there to add you"), "{gate:?}");
        assert!(matches!(requests::submit(cx, number, r.at()).await.expect("looked at"), Asked::Held(_)));
        // of access that needs no list it is said to whoever sent it in
        let asks = licensed("Greta Good", "enrollment-only");
        let other = requests::begin(cx, &email("greta@home.example"), asks, r.at()).await.expect("begun");
        requests::confirm_address(cx, other, r.at()).await.expect("confirmed");
        r.complete("greta@home.example", &[GENERAL_USER_COURSE]).await;
        requests::submit(cx, other, r.at()).await.expect("sent in");
        let opened = r.opened(other, r.at()).await;
        let gate = opened.gates.iter().find(|gate| gate.rule == "S-8").expect("a gate");
        assert!(
            gate.holds_approval() && gate.words.contains("have your site’s coordinator correct the list")
        );
        requests::withdraw(cx, other, r.at()).await.expect("withdrawn");
        // the coordinator corrects the list, and what is approved goes to the address that was confirmed
        let entry = staff::staff_of(cx, north).await.expect("read");
        let entry = entry.iter().find(|one| &*one.name == "Greta Good").expect("listed").entry;
        let right = Correction {
            name: "Greta Good".into(),
            email: email(greta),
            license_kind: "MD".into(),
            license_number: "MD-7777".into(),
        };
        staff::correct(cx, &desk(), north, entry, right, r.at()).await.expect("corrected");
        requests::submit(cx, number, r.at()).await.expect("sent in");
        r.take(number).await;
        // an address that a clerk gives afterwards holds the approval: nothing leaves to it
        let person = staff::without_account(cx, &email(greta)).await.expect("read").expect("listed");
        let moved = Correction {
            name: "Greta Good".into(),
            email: email("g.good@evil.example"),
            license_kind: "MD".into(),
            license_number: "MD-7777".into(),
        };
        let reason = (moved, "she called");
        staff::correct_person(cx, &desk(), person, reason, r.at()).await.expect("corrected");
        let asked = requests::ask_administrator(cx, &desk(), number, r.at()).await;
        assert!(refusal(asked).contains("Not every check"));
        assert!(!r.has_letter("g.good@evil.example", "set-password").await);
        let back = Correction {
            name: "Greta Good".into(),
            email: email(greta),
            license_kind: "MD".into(),
            license_number: "MD-7777".into(),
        };
        staff::correct_person(cx, &desk(), person, (back, "it was wrong"), r.at()).await.expect("corrected");
        r.is_approved(number, administrator).await;
        assert!(r.has_letter(greta, "set-password").await && r.has_letter(greta, "user-name").await);
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_a_clerk_with_two_accounts_is_one_clerk() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number =
            r.asks_and_is_read("fay@north.example", application("Fay First", "site-administrator")).await;
        let north = r.site("NORTH").await;
        r.list("henrik@health.example", "Henrik Lopes", Position::Staff).await;
        let mut own = Vec::new();
        for name in ["henrik", "henrik2", "colleague"] {
            let id = r.account(name, &[("clinic-access", north)]).await;
            let account = r.account_of(id).await;
            let role = vec![accounts::RoleAssignment::at_site("help-desk", None)];
            accounts::set_roles(cx, &desk(), &account, role, r.at()).await.expect("set");
            if name != "colleague" {
                staff::bind_account(cx, &desk(), id, &email("henrik@health.example"), r.at())
                    .await
                    .expect("bound");
            }
            own.push(r.granted(id, Permission::ReviewRequests).await);
        }
        requests::verify(cx, &own[0], number, Verified::Administrator, r.at()).await.expect("noted");
        for by in &own[..2] {
            let approved = requests::approve(cx, by, number, Approver::HelpDesk, "t", r.at()).await;
            assert!(refusal(approved).contains("A colleague"));
        }
        requests::approve(cx, &own[2], number, Approver::HelpDesk, "t", r.at())
            .await
            .expect("a colleague may");
    });
}

/// Page: /approve/{number}/{key}
#[test]
fn s59_who_bears_the_name_of_somebody_on_the_list_is_asked_about() {
    on_a_registry(|r| async move {
        let administrator = r.administrator().await;
        r.list("bram@north.example", "Bram Castellan", Position::Staff).await;
        let number = r
            .asks_and_is_read("bram@freemail.example", application("Bram Castellan", "enrollment-only"))
            .await;
        assert_eq!(r.opened(number, r.at()).await.namesakes, ["bram@north.example".into()]);
        requests::ask_administrator(&r.world.cx, &desk(), number, r.at()).await.expect("asked");
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let link = r.link("ana.silva@north.example", "approval").await;
        let key = link.rsplit('/').next().expect("a key");
        let shown = requests::approval(&r.world.cx, &granted, number, key, r.at()).await.expect("read");
        let shown = shown.expect("the link opens");
        assert_eq!(shown.namesakes, ["bram@north.example".into()], "the administrator too");
        assert!(shown.site.contains("(NORTH)"), "which site it is: {}", shown.site);
        let own =
            r.asks_and_is_read("bram@north.example", application("Bram Castellan", "clinic-access")).await;
        assert_eq!(r.opened(own, r.at()).await.namesakes, [] as [Box<str>; 0]);
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_what_the_only_site_administrator_asks_for_the_help_desk_decides_and_tells_them() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "ana.silva@north.example");
        let ana = r.administrator().await;
        let number = r.asks_and_is_read(who, application("Ana Silva", "clinic-access")).await;
        assert_eq!(r.opened(number, r.at()).await.alone, Alone::Administrator);
        let asked = requests::ask_administrator(cx, &desk(), number, r.at()).await;
        assert!(refusal(asked).contains("You decide"));
        requests::approve(cx, &desk(), number, Approver::HelpDesk, "t", r.at()).await.expect("approved");
        let north = r.site("NORTH").await;
        let held = r.account_of(ana).await.roles;
        assert!(held.iter().any(|role| &*role.role == "clinic-access" && role.place == Place::Site(north)));
        assert!(r.has_letter(who, "approved-by-desk").await);
        // whoever else asks is decided by the administrator
        let other =
            r.asks_and_is_read("amara@north.example", application("Amara Okafor", "enrollment-only")).await;
        assert_eq!(r.opened(other, r.at()).await.alone, Alone::No);
        let approved = requests::approve(cx, &desk(), other, Approver::HelpDesk, "u", r.at()).await;
        assert!(refusal(approved).contains("Ask the site administrator"));
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn s9_a_form_that_names_an_organization_without_an_administrator_makes_nobody_its_first() {
    on_a_registry(|r| async move {
        let (cx, eve) = (&r.world.cx, "cora@oak.example");
        r.complete(eve, &[GENERAL_USER_COURSE]).await;
        r.list("pia@north.example", "Pia Vale", Position::PrimaryCoordinator).await;
        let north = sites::sites(cx).await.expect("read").into_iter().find(|site| &*site.code == "NORTH");
        let owner = north.expect("a site").organization_id;
        let organizations = sites::organizations(cx).await.expect("read");
        let name = organizations.iter().find(|one| one.id == owner).expect("an organization").name.clone();
        let draft = begin_enrollment(&r, "Seed").await;
        let draft = enrollment::opened(cx, draft, r.at().at).await.expect("read").expect("an enrollment");
        let body = enrollment::Application { organization: name, site: "Branch".into(), ..draft.case.body };
        let number = enrollment::begin(cx, &email("joan@oak.example"), body, r.at()).await.expect("begun");
        enrollment::confirm_address(cx, number, r.at()).await.expect("confirmed");
        sign(&r, number, PaperKind::LetterOfAgreement).await;
        sign(&r, number, PaperKind::AdministratorForm).await;
        enrollment::submit(cx, number, r.at()).await.expect("sent in");
        let join = Decision::Join { code: "BRANCH".into(), pin: None };
        enrollment::decide(cx, &desk(), number, join, r.at()).await.expect("joined");
        enrollment::appoint_trained(cx, r.at()).await.expect("looked");
        assert!(accounts::find(cx, "c.lind").await.expect("read").is_none(), "a form gives nobody its users");
        assert!(r.has_letter(eve, "ask-to-administer").await, "it is said what to do");
        assert!(r.has_letter("pia@north.example", "site-joined").await, "who answers for vaccine is told");
        // the way that asks the organization before
        let asks = Application { site: "BRANCH".into(), ..application("Cora Lind", "site-administrator") };
        let asked = r.asks_and_is_read(eve, asks).await;
        requests::verify(cx, &desk(), asked, Verified::Administrator, r.at()).await.expect("noted");
        let early = requests::approve(cx, &desk(), asked, Approver::HelpDesk, "t", r.at()).await;
        assert!(refusal(early).contains("A colleague"));
        assert_eq!(r.state(asked).await, State::InReview);
    });
}
