//! Staff lists, who may have an account because of them, and the users of an organization.

use super::{application, desk, email, enroll, later, on_a_registry, refusal};
use iis_model::access::{Permission, Place};
use iis_model::organization::Site;
use iis_registry::accounts::{NewUser, RoleAssignment};
use iis_registry::directory::directory;
use iis_registry::requests::{self, Application, Approver, Asked};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::training::GENERAL_USER_COURSE;
use iis_registry::{Failure, accounts};

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

/// Page: /clinic/staff
#[test]
fn s50_what_the_backup_does_is_marked_and_listed_to_the_primary() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let names = directory(cx, &r.at()).await.expect("the store works");
        let site = |code: &str| names.sites().find(|site| &*site.code == code).expect("a site").clone();
        let (north, south) = (site("NORTH"), site("SOUTH"));
        let primary = r.account("paula", &[("primary-vaccine-coordinator", north.id)]).await;
        let roles = [("backup-vaccine-coordinator", north.id), ("primary-vaccine-coordinator", south.id)];
        let backup = r.account("bob", &roles).await;
        let list = async |who, site: &Site, email_of: &str| {
            let granted = r.granted(who, Permission::KeepClinic).await;
            let new = Listing {
                name: "Ada Lind".into(),
                email: email(email_of),
                position: Position::Staff,
                license_kind: "".into(),
                license_number: "".into(),
            };
            staff::list(cx, &granted, site.id, new, r.at()).await.expect("listed");
        };
        list(backup, &north, "a@north.example").await;
        list(backup, &south, "a@south.example").await;
        list(primary, &north, "b@north.example").await;
        let ada = r.entry(north.id, "a@north.example").await;
        let detail = format!("as backup; site {}, entry {ada}, as staff", north.id.0);
        r.audited("list-staff", &detail).await;
        let ada = r.entry(south.id, "a@south.example").await;
        r.audited("list-staff", &format!("site {}, entry {ada}, as staff", south.id.0)).await;
        let keeps = r.granted(primary, Permission::KeepClinic).await;
        let done = staff::done_as_backup(cx, &keeps, &north, r.at()).await.expect("read");
        let told: Vec<_> = done.iter().map(|deed| (&*deed.actor, &*deed.action, &*deed.result)).collect();
        assert_eq!(told, [("bob", "list-staff", "done")], "and neither what is one's own nor another site's");
        let elsewhere = staff::done_as_backup(cx, &keeps, &south, r.at()).await;
        assert!(matches!(elsewhere, Err(Failure::Refused(_))), "of another site nothing is told");
        let looks = r.granted(backup, Permission::ViewPerson).await;
        assert!(looks.stands_in_at().is_empty(), "to look is nobody's work but one's own");
        let later = staff::done_as_backup(cx, &keeps, &north, later(r.at(), 31 * 24)).await.expect("read");
        assert!(later.is_empty(), "the audit keeps what is not listed any more");
    });
}

/// Page: /clinic/staff
#[test]
fn s50_a_backup_held_at_a_whole_organization_is_marked_at_each_of_its_sites() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        enroll(&r, "Oak Clinic", "OAK").await;
        enroll(&r, "Elm Clinic", "ELM").await;
        let (oak, elm) = (r.site("OAK").await, r.site("ELM").await);
        let names = directory(cx, &r.at()).await.expect("the store works");
        let organization = Place::Organization(names.site(oak).expect("a site").organization_id);
        let holder = async |name: &str, role: &str| {
            let roles = vec![RoleAssignment::new(role, organization)];
            let user = NewUser {
                name: name.into(),
                display_name: name.into(),
                password_hash: "none".into(),
                must_change: false,
                roles,
            };
            accounts::add(cx, &desk(), user, r.at()).await.expect("an account")
        };
        let backup = holder("bob", "backup-vaccine-coordinator").await;
        let keeps = r.granted(backup, Permission::KeepClinic).await;
        let mut both = [oak, elm];
        both.sort_unstable();
        assert_eq!(keeps.stands_in_at(), both, "all of its sites are open");
        let new = Listing {
            name: "Ada Lind".into(),
            email: email("a@oak.example"),
            position: Position::Staff,
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::list(cx, &keeps, oak, new, r.at()).await.expect("listed");
        let ada = r.entry(oak, "a@oak.example").await;
        r.audited("list-staff", &format!("as backup; site {}, entry {ada}, as staff", oak.0)).await;
        let primary = holder("paula", "primary-vaccine-coordinator").await;
        let primary = accounts::get(cx, primary).await.expect("read").expect("an account");
        let mut stood_in_for: Vec<_> = cx.roles.stood_in_for(&primary).collect();
        stood_in_for.sort_unstable();
        assert_eq!(stood_in_for, both, "and told at each");
    });
}

/// Page: /clinic/staff
#[test]
fn s50_a_program_site_without_a_backup_is_told_so() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        enroll(&r, "Oak Clinic", "OAK").await;
        let lacks = async |code: &str| {
            let names = directory(cx, &r.at()).await.expect("the store works");
            let site = names.sites().find(|site| &*site.code == code).expect("a site").clone();
            staff::lacks_backup(cx, &site).await.expect("read")
        };
        assert!(lacks("OAK").await && !lacks("SOUTH").await, "only of program sites");
        let new = Listing {
            name: "Ben West".into(),
            email: email("b@oak.example"),
            position: Position::BackupCoordinator,
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::list(cx, &desk(), r.site("OAK").await, new, r.at()).await.expect("listed");
        assert!(!lacks("OAK").await);
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
        requests::verify(cx, &desk(), number, requests::Verified::License, r.at()).await.expect("verified");
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
        assert!(requests::set_password(cx, "token", "a hash".into(), r.at()).await.expect("set"));
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
        let (asked, day) = (later(r.at(), 190 * 24), 24);
        assert_eq!(staff::ask_organizations(cx, later(r.at(), 100 * day)).await.expect("looked"), 0);
        r.signs_in(administrator, asked).await;
        assert_eq!(staff::ask_organizations(cx, asked).await.expect("looked"), 0, "nobody else could answer");
        let second = r.account("second", &[("site-administrator", r.site("NORTH").await)]).await;
        r.signs_in(second, asked).await;
        staff::confirm(cx, &desk(), organization, second, asked).await.expect("confirmed");
        assert_eq!(staff::ask_organizations(cx, asked).await.expect("looked"), 1);
        assert_eq!(staff::end_unconfirmed(cx, later(asked, 29 * day)).await.expect("looked"), 0);
        staff::confirm(cx, &desk(), organization, administrator, later(asked, 29 * day))
            .await
            .expect("confirmed");
        assert_eq!(staff::end_unconfirmed(cx, later(asked, 31 * day)).await.expect("looked"), 0);
        let again = later(asked, 250 * day);
        r.signs_in(second, again).await;
        staff::confirm(cx, &desk(), organization, second, again).await.expect("confirmed");
        assert_eq!(staff::ask_organizations(cx, again).await.expect("looked"), 1);
        let is_usable =
            async || accounts::get(cx, administrator).await.expect("read").expect("an account").is_usable();
        let in_time = later(again, 31 * day);
        assert_eq!(staff::end_unconfirmed(cx, in_time).await.expect("looked"), 1);
        assert!(!is_usable().await);
        // opened again by staff, the account is not ended a minute later
        let account = accounts::get(cx, administrator).await.expect("read").expect("an account");
        accounts::set_status(cx, &desk(), &account, accounts::Status::Active, in_time).await.expect("opened");
        assert_eq!(staff::end_unconfirmed(cx, later(in_time, day)).await.expect("looked"), 0);
        assert!(is_usable().await);
    });
}

/// Page: /clinic/staff/{entry}/off
#[test]
fn s53_the_audit_names_whom_a_list_gained_and_lost_and_whose_access_ended() {
    on_a_registry(|r| async move {
        let (cx, who, north) = (&r.world.cx, "paula@north.example", r.site("NORTH").await);
        let paula = r.account("paula", &[("primary-vaccine-coordinator", north)]).await;
        r.list(who, "Paula Vickers", Position::PrimaryCoordinator).await;
        staff::bind_account(cx, &desk(), paula, &email(who), r.at()).await.expect("bound");
        r.list(who, "Paula Vickers", Position::Staff).await;
        let listed = staff::staff_of(cx, north).await.expect("read");
        let entry = |position| listed.iter().find(|one| one.position == position).expect("listed").entry;
        let (primary, plain) = (entry(Position::PrimaryCoordinator), entry(Position::Staff));
        r.audited("list-staff", &format!("site {}, entry {plain}, user paula, as staff", north.0)).await;
        let wrong = Listing {
            name: "Petra Wickers".into(),
            email: email(who),
            position: Position::Staff,
            license_kind: "".into(),
            license_number: "".into(),
        };
        assert!(staff::list(cx, &desk(), north, wrong, r.at()).await.is_err());
        r.audited_with("list-staff", &format!("site {}, as staff", north.0), "refused").await;
        // the last role that she has rests on this place, so the account is closed, and the question says so
        let ends = staff::what_take_off_ends(cx, north, primary).await.expect("read").expect("listed");
        assert_eq!((ends.taken, ends.closed), (staff::TakenOff::OfPosition, vec!["paula".into()]));
        let ends = staff::what_take_off_ends(cx, north, plain).await.expect("read").expect("listed");
        assert_eq!((ends.taken, ends.closed), (staff::TakenOff::Nothing, Vec::new()));
        staff::take_off(cx, &desk(), north, primary, r.at()).await.expect("taken off");
        let account = accounts::get(cx, paula).await.expect("read").expect("an account");
        assert!(!account.is_usable(), "it is closed");
        let ended = "ended of user paula: primary-vaccine-coordinator";
        let detail = format!("site {}, entry {primary}, user paula, primary-coordinator; {ended}", north.0);
        r.audited("take-off-staff", &detail).await;
    });
}

/// Page: /clinic/staff
#[test]
fn s53_a_license_of_whom_another_organization_answers_for_is_put_on_record_by_that_one_or_the_help_desk() {
    on_a_registry(|r| async move {
        let (cx, nora) = (&r.world.cx, "nora@north.example");
        let (north, south) = (r.site("NORTH").await, r.site("SOUTH").await);
        r.list(nora, "Nora Nurse", Position::Staff).await;
        let account = r.account("nora", &[("clinic-access", north)]).await;
        staff::bind_account(cx, &desk(), account, &email(nora), r.at()).await.expect("bound");
        let with = async |site, who: &str, number: &str, position| {
            let new = Listing {
                name: if who == nora { "Nora Nurse" } else { "Ada Lind" }.into(),
                email: email(who),
                position,
                license_kind: if number.is_empty() { "" } else { "RN" }.into(),
                license_number: number.into(),
            };
            staff::list(cx, &desk(), site, new, r.at()).await
        };
        let license = async || {
            let known = accounts::helping::known(cx, "nora", r.at().at).await.expect("read");
            known.expect("an account").owner.license_number
        };
        let elsewhere = refusal(with(south, nora, "FAKE-9", Position::Staff).await);
        assert!(elsewhere.contains("cannot be put on record here") && !elsewhere.contains("account"));
        with(south, nora, "", Position::Staff).await.expect("without a license she is listed");
        let listed = with(south, nora, "FAKE-9", Position::Vaccinator).await;
        assert!(
            refusal(listed).contains("cannot be put on record here"),
            "a place on the list is no way around"
        );
        assert_eq!(&*license().await, "");
        with(north, nora, "RN-900", Position::Vaccinator).await.expect("her own organization's coordinator");
        assert_eq!(&*license().await, "RN900");

        // without an account: the organization of all lists
        let ada = "ada@oak.example";
        for (site, code) in [("Oak Clinic", "OAK"), ("Oak Branch", "BRANCH")] {
            super::enroll(&r, site, code).await;
        }
        let (oak, branch) = (r.site("OAK").await, r.site("BRANCH").await);
        with(oak, ada, "", Position::Staff).await.expect("listed");
        let other = with(south, ada, "FAKE-10", Position::Staff).await;
        assert!(refusal(other).contains("cannot be put on record here"));
        with(branch, ada, "RN-10", Position::Staff).await.expect("another site of the same organization");
    });
}
