//! Users of organizations: each organization confirms and ends its own; the first site administrator; an administrator who
//! takes the training before the account.

use super::{Registry, application, desk, email, enroll, enroll_untrained, later, on_a_registry, refusal};
use iis_model::access::{Permission, Place};
use iis_model::organization::SiteKind;
use iis_model::{AccountId, OrganizationId, SiteId};
use iis_registry::accounts::{self, NewUser, RoleAssignment, helping};
use iis_registry::enrollment::{self, Named};
use iis_registry::jurisdictions::{self, Area, NewJurisdiction};
use iis_registry::requests::{self, Application, Approver, Asked, State, Verified};
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::staff::{self, Position};
use iis_registry::training::GENERAL_USER_COURSE;

const DAY: i64 = 24;

impl Registry {
    /// An organization of one site.
    async fn organization(&self, code: &str, kind: SiteKind) -> (SiteId, OrganizationId) {
        let name: Box<str> = format!("{code} Office").into();
        let site = NewSite { code: code.into(), name: name.clone(), kind, pin: None };
        let new = NewOrganization { name, sites: vec![site] };
        let site = setup::add_organizations(&self.world.cx, vec![new]).await.expect("a site")[0];
        (site, self.organization_of(site).await)
    }

    async fn organization_of(&self, site: SiteId) -> OrganizationId {
        let all = iis_registry::sites::sites(&self.world.cx).await.expect("read");
        all.iter().find(|one| one.id == site).expect("a site").organization_id
    }

    async fn roles_of(&self, account: AccountId) -> Vec<(String, Place)> {
        let account = accounts::get(&self.world.cx, account).await.expect("read").expect("an account");
        account.roles.iter().map(|held| (held.role.to_string(), held.place)).collect()
    }

    async fn is_usable(&self, account: AccountId) -> bool {
        accounts::get(&self.world.cx, account).await.expect("read").expect("an account").is_usable()
    }

    async fn listed_users(&self, organization: OrganizationId) -> Vec<String> {
        let users = staff::users_of(&self.world.cx, organization).await.expect("read");
        users.iter().map(|user| user.name.to_string()).collect()
    }

    /// Puts somebody on the list of a site and says that an account is theirs.
    async fn bound(&self, account: AccountId, site: SiteId, who: &str, name: &str, position: Position) {
        self.list_at(site, who, name, position).await;
        staff::bind_account(&self.world.cx, &desk(), account, &email(who), self.at()).await.expect("bound");
    }

    /// A request to be the site administrator of NORTH, in the queue and taken.
    async fn asks_to_administer(&self, who: &str, name: &str) -> i64 {
        self.complete(who, &[GENERAL_USER_COURSE]).await;
        let asks = Application { administrator: "".into(), ..application(name, "site-administrator") };
        let number = requests::begin(&self.world.cx, &email(who), asks, self.at()).await.expect("begun");
        requests::confirm_address(&self.world.cx, number, self.at()).await.expect("confirmed");
        let gates = self.opened(number, self.at()).await.gates;
        assert!(!gates.iter().any(|gate| gate.rule == "S-11"), "a draft tells nobody who administers");
        let asked = requests::submit(&self.world.cx, number, self.at()).await.expect("sent in");
        assert_eq!(asked, Asked::Received(State::InQueue));
        self.take(number).await;
        number
    }
}

/// Page: /admin/accounts
#[test]
fn each_organization_confirms_for_itself_and_who_is_overdue_loses_the_roles_there() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let ana = r.administrator().await;
        let (north, (annex, other)) =
            (r.site("NORTH").await, r.organization("ANNEX", SiteKind::Clinic).await);
        let here = r.organization_of(north).await;
        let of_annex = r.account("tim", &[("site-administrator", annex)]).await;
        let user = r.account("sam", &[("clinic-access", north), ("enrollment-only", annex)]).await;
        let only = r.account("only", &[("clinic-access", annex)]).await;
        let asked = later(r.at(), 190 * DAY);
        r.signs_in(ana, asked).await;
        r.signs_in(of_annex, asked).await;
        // whoever was made by hand, and bound to nobody, is asked about too; of the only administrators nobody else could say it
        assert_eq!(staff::ask_organizations(cx, asked).await.expect("asked"), 3);
        let tim = r.granted(of_annex, Permission::RecertifyUsers).await;
        staff::confirm(cx, &tim, other, user, asked).await.expect("confirmed");
        let said = async |organization| {
            let users = staff::users_of(cx, organization).await.expect("read");
            users.into_iter().find(|one| one.account == user).expect("a user")
        };
        assert_eq!(said(other).await.asked_at, None);
        assert_eq!(said(here).await.asked_at, Some(asked.at), "the other organization said nothing");
        assert!(
            refusal(staff::confirm(cx, &tim, here, of_annex, asked).await)
                .contains("Another site administrator")
        );
        let strange = staff::confirm(cx, &desk(), here, only, asked).await;
        assert!(refusal(strange).contains("no user of your organization"));
        assert_eq!(staff::end_unconfirmed(cx, later(asked, 31 * DAY)).await.expect("ended"), 2);
        assert_eq!(r.roles_of(user).await, [("enrollment-only".to_owned(), Place::Site(annex))]);
        assert!(r.is_usable(user).await, "something is left elsewhere");
        assert!(!r.is_usable(only).await);
        assert_eq!(r.roles_of(only).await.len(), 1, "the Help Desk opens it again with its role");
        assert_eq!(r.listed_users(here).await, ["ana.silva"]);
        r.audited("end-unconfirmed", &format!("user sam, organization {}", here.0)).await;
    });
}

/// Page: /admin/accounts
#[test]
fn s60_who_sees_a_jurisdiction_is_a_user_of_the_office_through_which_it_was_approved() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "hal@harbor.example");
        let county = NewJurisdiction { name: "Harbor County".into(), areas: vec![Area::Zip("86110".into())] };
        let operate = iis_registry::access::operator(Permission::Operate).expect("the operator may");
        let county = jurisdictions::add(cx, &operate, county, r.at()).await.expect("a county");
        let (office, organization) = r.organization("HARBOR-HD", SiteKind::HealthDepartment).await;
        let hilda = r.account("hilda", &[("site-administrator", office)]).await;
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let asks = Application {
            jurisdiction: "Harbor County".into(),
            site: "HARBOR-HD".into(),
            ..application("Hal Moss", "health-department-read-only")
        };
        let number = requests::begin(cx, &email(who), asks, r.at()).await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        requests::submit(cx, number, r.at()).await.expect("sent in");
        r.take(number).await;
        requests::verify(cx, &desk(), number, Verified::Jurisdiction, r.at()).await.expect("verified");
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        let approves = r.granted(hilda, Permission::ApproveAccounts).await;
        let by = Approver::Administrator(hilda);
        requests::approve(cx, &approves, number, by, "a token", r.at()).await.expect("approved");
        let hal = accounts::find(cx, "h.moss").await.expect("read").expect("an account").id;
        assert_eq!(r.listed_users(organization).await, ["h.moss", "hilda"]);
        // a clinic where the same person works ends what is the clinic's alone
        let (north, account) =
            (r.site("NORTH").await, accounts::get(cx, hal).await.expect("read").expect("one"));
        let mut roles = account.roles.clone();
        roles.push(RoleAssignment::at_site("clinic-access", Some(north)));
        accounts::set_roles(cx, &desk(), &account, roles, r.at()).await.expect("set");
        let clinic = r.organization_of(north).await;
        staff::end_user(cx, &desk(), clinic, hal, r.at()).await.expect("ended");
        let county = [("health-department-read-only".to_owned(), Place::Jurisdiction(county))];
        assert_eq!(r.roles_of(hal).await, county);
        let own = r.granted(hilda, Permission::RecertifyUsers).await;
        staff::confirm(cx, &own, organization, hal, r.at()).await.expect("confirmed");
        let ends = staff::what_ends(cx, organization, hal, r.at().at).await.expect("read").expect("a user");
        assert!(ends.closes && ends.refusal.is_none() && ends.user.roles.len() == 1, "{ends:?}");
        staff::end_user(cx, &own, organization, hal, r.at()).await.expect("ended");
        assert!(!r.is_usable(hal).await && r.roles_of(hal).await.is_empty());
        assert!(r.letters(who).await.iter().any(|letter| &*letter.kind == "access-ended"));
    });
}

/// Page: /clinic/staff/{entry}/off
#[test]
fn whoever_loses_access_with_a_place_on_the_list_is_told() {
    on_a_registry(|r| async move {
        let (cx, who, north) = (&r.world.cx, "paula@north.example", r.site("NORTH").await);
        let paula = r.account("paula", &[("clinic-access", north)]).await;
        r.bound(paula, north, who, "Paula Vickers", Position::Staff).await;
        r.list("ben@north.example", "Ben West", Position::Staff).await;
        for entry in staff::staff_of(cx, north).await.expect("read") {
            staff::take_off(cx, &desk(), north, entry.entry, r.at()).await.expect("taken off");
        }
        let told = |letters: Vec<iis_store::outbox::MailRow>| {
            letters.iter().filter(|letter| &*letter.kind == "access-ended").count()
        };
        assert_eq!(told(r.letters(who).await), 1);
        assert_eq!(told(r.letters("ben@north.example").await), 0, "who had no access lost none");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_the_help_desk_approves_a_first_site_administrator_after_asking_the_organization() {
    on_a_registry(|r| async move {
        let (cx, north) = (&r.world.cx, r.site("NORTH").await);
        let primary = r.account("pia", &[("primary-vaccine-coordinator", north)]).await;
        r.bound(primary, north, "pia@north.example", "Pia Vale", Position::PrimaryCoordinator).await;
        let number = r.asks_to_administer("fay@north.example", "Fay First").await;
        let asked = requests::ask_administrator(cx, &desk(), number, r.at()).await;
        assert!(refusal(asked).contains("Not every check"));
        let approve = async |token: &str| {
            requests::approve(cx, &desk(), number, Approver::HelpDesk, token, r.at()).await
        };
        assert!(refusal(approve("t").await).contains("no longer there"), "the organization was not asked");
        requests::verify(cx, &desk(), number, Verified::Administrator, r.at()).await.expect("noted");
        r.audited("verify-administrator", &format!("request {number}")).await;
        let letters = r.letters("pia@north.example").await;
        let told = letters.iter().find(|letter| &*letter.kind == "first-administrator").expect("a letter");
        assert!(told.body.contains("Fay First asks to be"), "{}", told.body);
        assert!(refusal(approve("t").await).contains("A colleague of the Help Desk approves now"));
        let (a_day_later, by) = (later(r.at(), 24), Approver::HelpDesk);
        requests::approve(cx, &desk(), number, by, "a-token", a_day_later).await.expect("approved");
        r.audited("approve-request", &format!("request {number}")).await;
        let fay = accounts::find(cx, "f.first").await.expect("read").expect("an account").id;
        assert_eq!(r.roles_of(fay).await, [("site-administrator".to_owned(), r.owner("NORTH").await)]);
        let letters = r.letters("pia@north.example").await;
        assert!(letters.iter().any(|letter| letter.body.contains("The Help Desk approved Fay First")));
        // whose first link is on its way is there already, and decides about a second one
        let second = r.asks_to_administer("sid@north.example", "Sid Second").await;
        let gates = r.opened(second, r.at()).await.gates;
        assert!(!gates.iter().any(|gate| gate.rule == "S-11"));
        assert!(requests::verify(cx, &desk(), second, Verified::Administrator, r.at()).await.is_err());
        let approved = requests::approve(cx, &desk(), second, by, "u", later(r.at(), 24)).await;
        assert!(refusal(approved).contains("has a site administrator, who decides"));
        assert!(requests::set_password(cx, "a-token", "a hash".into(), a_day_later).await.expect("set"));
        requests::ask_administrator(cx, &desk(), second, r.at()).await.expect("asked");
        let own = r.granted(fay, Permission::ApproveAccounts).await;
        requests::approve(cx, &own, second, Approver::Administrator(fay), "v", r.at())
            .await
            .expect("approved");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_a_clerk_who_takes_an_administrators_password_away_makes_nobody_the_first_one() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let ana = r.administrator().await;
        r.signs_in(ana, r.at()).await;
        let number = r.asks_to_administer("abby@evil.example", "Abby Accomplice").await;
        helping::mail_link(cx, &desk(), "ana.silva", "a-token", r.at()).await.expect("mailed");
        let gates = r.opened(number, r.at()).await.gates;
        assert!(!gates.iter().any(|gate| gate.rule == "S-11"), "she is still the administrator");
        let late = later(r.at(), 80 * DAY);
        assert!(requests::verify(cx, &desk(), number, Verified::Administrator, r.at()).await.is_err());
        let approved = requests::approve(cx, &desk(), number, Approver::HelpDesk, "t", late).await;
        assert!(refusal(approved).contains("has a site administrator, who decides"));
        assert!(accounts::find(cx, "a.accomplice").await.expect("read").is_none());
    });
}

/// Page: /help/accounts
#[test]
fn where_nobody_could_confirm_nobody_is_ended_and_the_help_desk_sees_it() {
    on_a_registry(|r| async move {
        let (cx, north) = (&r.world.cx, r.site("NORTH").await);
        let (user, other) = (r.account("sam", &[("clinic-access", north)]).await, "pia");
        r.account(other, &[("primary-vaccine-coordinator", north)]).await;
        let asked = later(r.at(), 190 * DAY);
        assert_eq!(staff::ask_organizations(cx, asked).await.expect("looked"), 0);
        assert_eq!(staff::end_unconfirmed(cx, later(asked, 40 * DAY)).await.expect("looked"), 0);
        assert!(r.is_usable(user).await);
        let waiting = staff::unanswered(cx, asked).await.expect("read");
        assert_eq!(waiting.iter().map(|one| one.users).collect::<Vec<_>>(), [2], "{waiting:?}");
        // when there is somebody, they are asked; when that one goes, nothing ends and the question is put again
        let tim = r.account("tim", &[("site-administrator", north)]).await;
        r.signs_in(tim, asked).await;
        assert_eq!(staff::unanswered(cx, asked).await.expect("read"), []);
        assert_eq!(staff::ask_organizations(cx, asked).await.expect("asked"), 2);
        let gone = later(asked, 100 * DAY);
        assert_eq!(staff::end_unconfirmed(cx, gone).await.expect("looked"), 0, "he came no more");
        r.signs_in(tim, gone).await;
        assert_eq!(staff::end_unconfirmed(cx, gone).await.expect("looked"), 0, "nor at once when he is back");
        assert_eq!(staff::ask_organizations(cx, gone).await.expect("asked"), 2);
        assert!(r.is_usable(user).await);
    });
}

/// Page: /help/accounts/{user}
#[test]
fn z4_whoever_opens_an_account_again_does_not_answer_for_the_organization_that_did_not_confirm() {
    on_a_registry(|r| async move {
        let (cx, who, north) = (&r.world.cx, "vera@north.example", r.site("NORTH").await);
        let vera = r.account("v.lind", &[("clinic-access", north)]).await;
        r.bound(vera, north, who, "Vera Lind", Position::Staff).await;
        let ana = r.administrator().await;
        let organization = r.organization_of(north).await;
        let asked = later(r.at(), 190 * DAY);
        r.signs_in(ana, asked).await;
        r.signs_in(vera, asked).await;
        assert_eq!(staff::ask_organizations(cx, asked).await.expect("asked"), 1);
        let ended = later(asked, 40 * DAY);
        r.signs_in(ana, ended).await;
        assert_eq!(staff::end_unconfirmed(cx, ended).await.expect("ended"), 1);
        assert!(!r.is_usable(vera).await);
        let letters = async |to: &str, kind: &str| {
            r.letters(to).await.iter().filter(|letter| &*letter.kind == kind).count()
        };
        let before = letters("ana.silva@north.example", "confirm-users").await;
        let back = later(ended, DAY);
        helping::open_again(cx, &desk(), "v.lind", "she called", back).await.expect("opened");
        assert!(r.is_usable(vera).await);
        let users = staff::users_of(cx, organization).await.expect("read");
        let user = users.iter().find(|user| user.account == vera).expect("a user");
        assert_eq!(user.asked_at, Some(back.at), "the organization is asked, and has the whole time");
        assert!(user.confirmed_at < Some(asked.at), "nobody said for it that she is there");
        assert_eq!(letters("ana.silva@north.example", "confirm-users").await, before + 1);
        assert_eq!(letters(who, "asked-about").await, 2, "and she knows");
        assert_eq!(staff::end_unconfirmed(cx, later(back, 20 * DAY)).await.expect("looked"), 0);
        let own = r.granted(ana, Permission::RecertifyUsers).await;
        staff::confirm(cx, &own, organization, vera, back).await.expect("confirmed");
        let again = later(back, 40 * DAY);
        r.signs_in(ana, again).await;
        assert_eq!(staff::end_unconfirmed(cx, again).await.expect("looked"), 0);
    });
}

/// Page: /help/requests/{number}
#[test]
fn s59_whose_account_is_closed_asks_and_everybody_sees_that_it_is_opened_first() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        let north = r.site("NORTH").await;
        let amara = r.account("amara", &[("clinic-access", north)]).await;
        r.bound(amara, north, who, "Amara Okafor", Position::Staff).await;
        let account = accounts::get(cx, amara).await.expect("read").expect("one");
        accounts::set_status(cx, &desk(), &account, accounts::Status::Locked, r.at()).await.expect("closed");
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let number = r.request(who, "Amara Okafor", "enrollment-only").await;
        requests::submit(cx, number, r.at()).await.expect("sent in");
        r.take(number).await;
        let opened = r.opened(number, r.at()).await;
        assert_eq!(opened.account.as_deref(), Some("amara"));
        let gate = opened.gates.iter().find(|gate| gate.rule == requests::CLOSED_ACCOUNT).expect("a gate");
        assert!(gate.holds_approval() && gate.words.contains("opens it again first"));
        r.administrator().await;
        let asked = requests::ask_administrator(cx, &desk(), number, r.at()).await;
        assert!(refusal(asked).contains("Not every check"));
        helping::open_again(cx, &desk(), "amara", "she called", r.at()).await.expect("opened");
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_a_clerk_does_not_become_the_first_site_administrator_by_their_own_hand() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let clerk = NewUser {
            name: "helpdesk".into(),
            display_name: "Henrik Lopes".into(),
            password_hash: "a hash".into(),
            must_change: false,
            roles: vec![RoleAssignment::at_site("help-desk", None)],
        };
        let clerk = accounts::add(cx, &desk(), clerk, r.at()).await.expect("an account");
        let number = r.asks_to_administer("henrik@freemail.example", "Henrik Lopes").await;
        requests::verify(cx, &desk(), number, Verified::Administrator, r.at()).await.expect("by a colleague");
        let own = r.granted(clerk, Permission::ReviewRequests).await;
        let approved = requests::approve(cx, &own, number, Approver::HelpDesk, "t", r.at()).await;
        assert!(refusal(approved).contains("your own request"));
        // what was asked was asked about this person, role and site
        let change = Application { site: "NORTH".into(), ..application("Eve Evil", "site-administrator") };
        requests::return_to(cx, &desk(), number, "Which site?", r.at()).await.expect("returned");
        requests::change(cx, number, change, r.at()).await.expect("changed");
        assert_eq!(r.opened(number, r.at()).await.case.body.administrator_verified, None);
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn s6_the_administrator_of_an_enrollment_takes_the_training_before_the_account() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "cora@oak.example");
        let number = enroll_untrained(&r, "Oak Clinic", "OAK").await;
        assert!(accounts::find(cx, "c.lind").await.expect("read").is_none(), "the account waits");
        let kinds: Vec<_> = r.letters(who).await.iter().map(|letter| letter.kind.to_string()).collect();
        assert_eq!(kinds, ["administrator-training"]);
        let case = async || {
            enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment").case
        };
        let named = async || enrollment::named(cx, &case().await).await.expect("read");
        assert_eq!(named().await, Named::Trains(vec!["General User Course".into()]));
        let again = enrollment::mail_link_again(cx, number, "t", r.at()).await;
        assert!(refusal(again).contains("not possible"), "there is no account yet");
        assert_eq!(enrollment::appoint_trained(cx, r.at()).await.expect("looked"), 0);
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let granted = desk();
        let suspend = |what| enrollment::suspend(cx, &granted, number, what, "a visit", r.at());
        suspend(enrollment::Suspension::Reading).await.expect("suspended");
        assert_eq!(enrollment::appoint_trained(cx, r.at()).await.expect("looked"), 0, "not at a closed site");
        suspend(enrollment::Suspension::Lifted).await.expect("opened again");
        assert_eq!(enrollment::appoint_trained(cx, r.at()).await.expect("looked"), 1);
        assert_eq!(enrollment::appoint_trained(cx, r.at()).await.expect("looked"), 0, "once");
        let cora = accounts::find(cx, "c.lind").await.expect("read").expect("an account");
        assert_eq!(r.roles_of(cora.id).await, [("site-administrator".to_owned(), r.owner("OAK").await)]);
        assert!(r.letters(who).await.iter().any(|letter| &*letter.kind == "set-password"));
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn s12_the_link_of_an_appointed_administrator_is_mailed_again_from_the_enrollment() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "cora@oak.example");
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let case = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("one").case;
        let named = async || enrollment::named(cx, &case).await.expect("read");
        assert_eq!(named().await, Named::NoPassword);
        let first = r.link(who, "set-password").await;
        for token in ["a", "b", "c", "d", "e"] {
            enrollment::mail_link_again(cx, number, token, r.at()).await.expect("mailed");
        }
        assert!(
            refusal(enrollment::mail_link_again(cx, number, "f", r.at()).await).contains("No more messages")
        );
        r.audited("mail-password-link", &format!("enrollment {number}")).await;
        let link = async |token: &str| requests::is_link(cx, token, r.at()).await.expect("read").is_some();
        assert!(!link(first.trim_start_matches("/set-password/")).await, "an earlier link ends");
        assert!(link("e").await);
        assert!(requests::set_password(cx, "e", "a hash".into(), r.at()).await.expect("set"));
        assert_eq!(named().await, Named::There);
        let again = enrollment::mail_link_again(cx, number, "g", later(r.at(), 2)).await;
        assert!(refusal(again).contains("not possible"), "whoever has a password needs no link");
    });
}

/// Page: /admin/accounts
#[test]
fn an_administrator_who_came_no_more_for_90_days_does_not_keep_the_organization() {
    on_a_registry(|r| async move {
        let (cx, north) = (&r.world.cx, r.site("NORTH").await);
        r.account("gone", &[("site-administrator", north)]).await;
        let organization = r.organization_of(north).await;
        let silent = later(r.at(), 91 * DAY);
        let new = NewUser {
            name: "here".into(),
            display_name: "here".into(),
            password_hash: "a hash".into(),
            must_change: false,
            roles: vec![RoleAssignment::at_site("site-administrator", Some(north))],
        };
        let here = accounts::add(cx, &desk(), new, silent).await.expect("an account");
        let ended = staff::end_user(cx, &desk(), organization, here, silent).await;
        assert!(refusal(ended).contains("who can sign in"), "the other one comes no more");
        let ends = staff::what_ends(cx, organization, here, silent.at).await.expect("read").expect("a user");
        assert!(ends.refusal.is_some_and(|why| why.contains("last site administrator")));
    });
}
