//! What a single clerk writes, notes or tries: it makes nobody unknown, it is shown to whoever decides, and what was refused is kept.

use super::in_flight::right;
use super::{Registry, application, desk, email, on_a_registry, refusal};
use iis_registry::accounts;
use iis_registry::accounts::address::{ask_own, confirm};
use iis_registry::accounts::correcting::correct;
use iis_registry::requests::{self, Application, Approver, State, Verified};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::training::GENERAL_USER_COURSE;

const GRETA: &str = "greta@north.example";
const IMPOSTOR: &str = "greta@evil.example";

impl Registry {
    /// Greta Good has an account, by the address and the license of the list.
    async fn greta(&self) {
        let listed = Listing {
            name: "Greta Good".into(),
            email: email(GRETA),
            position: Position::Staff,
            license_kind: "MD".into(),
            license_number: "MD-7777".into(),
        };
        let north = self.site("NORTH").await;
        staff::list(&self.world.cx, &desk(), north, listed, self.at()).await.expect("listed");
        let id = self.account("greta", &[("clinic-access", north)]).await;
        staff::bind_account(&self.world.cx, &desk(), id, &email(GRETA), self.at()).await.expect("bound");
    }

    /// Somebody of her name and license, which are public, asks from another address; the request is in the queue.
    async fn impostor(&self, who: &str) -> i64 {
        let asks = Application {
            license_kind: "MD".into(),
            license_number: "MD 7777".into(),
            ..application("Greta Good", "enrollment-only")
        };
        self.complete(who, &[GENERAL_USER_COURSE]).await;
        let number = requests::begin(&self.world.cx, &email(who), asks, self.at()).await.expect("begun");
        requests::confirm_address(&self.world.cx, number, self.at()).await.expect("confirmed");
        requests::submit(&self.world.cx, number, self.at()).await.expect("sent in");
        number
    }
}

/// Page: /help/requests/{number}
#[test]
fn s12_who_moved_or_renamed_the_account_of_a_license_decides_nothing_about_its_namesake() {
    for renames in [true, false] {
        on_a_registry(move |r| async move {
            let cx = &r.world.cx;
            r.administrator().await;
            r.greta().await;
            let (clerk, colleague) = (r.clerk("clerk").await, r.clerk("colleague").await);
            if renames {
                let other = right("Xenia Young", ("RN", "1"), None);
                correct(cx, &clerk, "greta", other, "t", r.at()).await.expect("renamed");
            } else {
                let moved = right("Greta Good", ("MD", "MD-7777"), Some("greta.clerk@evil.example"));
                correct(cx, &clerk, "greta", moved, "t", r.at()).await.expect("asked for");
                assert!(confirm(cx, "t", r.at()).await.expect("confirmed"));
            }
            let number = r.impostor(IMPOSTOR).await;
            let gates = r.opened(number, r.at()).await.gates;
            let known = gates.iter().find(|gate| gate.rule == "S-8").expect("a gate");
            assert!(known.holds_approval(), "a correction makes nobody unknown: {known:?}");
            let taken = requests::take(cx, &clerk, number, "", r.at()).await;
            assert!(refusal(taken).contains("A colleague reads"));
            r.audited_with("take-request", &format!("request {number}"), "refused").await;
            requests::take(cx, &colleague, number, "", r.at()).await.expect("taken");
            let seen = r.opened(number, r.at()).await;
            let shown = if renames { seen.called_before } else { seen.moved };
            let before = if renames { "Greta Good" } else { GRETA };
            assert_eq!(shown.map(|moved| moved.before).as_deref(), Some(before));
            requests::verify(cx, &colleague, number, Verified::AnotherPerson, r.at()).await.expect("noted");
            assert!(r.has_letter(GRETA, "same-name-and-license").await, "where she reads it");
        });
    }
}

/// Page: /help/requests/{number}
#[test]
fn s11_that_an_organization_was_asked_is_noted_where_it_is_to_be_asked_alone() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.administrator().await;
        let who = "fake@evil.example";
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let boss = application("Fake Boss", "site-administrator");
        let number = requests::begin(cx, &email(who), boss, r.at()).await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        requests::submit(cx, number, r.at()).await.expect("sent in");
        r.take(number).await;
        let noted = requests::verify(cx, &desk(), number, Verified::Administrator, r.at()).await;
        assert!(noted.is_err(), "there is one who decides");
        assert!(!r.has_letter("ana.silva@north.example", "first-administrator").await);
        let approved = requests::approve(cx, &desk(), number, Approver::HelpDesk, "t", r.at()).await;
        assert!(approved.is_err());
        r.audited_with("approve-request", &format!("request {number}"), "refused").await;
        assert_eq!(r.state(number).await, State::InReview);
    });
}

/// Page: /request-access/{number}/{key}
#[test]
fn s53_where_no_list_can_be_kept_the_site_administrator_says_who_vaccinates_there() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.others("Corner", &[("CORNER", iis_model::organization::SiteKind::Pharmacy)]).await;
        let who = "pia@corner.example";
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let asks = Application { site: "CORNER".into(), ..application("Pia Pharm", "clinic-access") };
        let number = requests::begin(cx, &email(who), asks, r.at()).await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        requests::submit(cx, number, r.at()).await.expect("looked at");
        let opened = r.opened(number, r.at()).await;
        assert_eq!(opened.case.state, State::InQueue, "{:?}", opened.gates);
        let gate = opened.gates.iter().find(|gate| gate.rule == "S-53").expect("a gate");
        assert!(gate.words.contains("its site administrator says"), "{gate:?}");
    });
}

/// Page: /account/address
#[test]
fn who_gives_somebodys_address_again_and_again_keeps_it_from_nobody() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.greta().await;
        r.list("mallory@north.example", "Mallory Moss", Position::Staff).await;
        let id = r.account("mallory", &[("enrollment-only", r.site("NORTH").await)]).await;
        staff::bind_account(cx, &desk(), id, &email("mallory@north.example"), r.at()).await.expect("bound");
        let mallory = accounts::get(cx, id).await.expect("read").expect("an account");
        let session = r.world.session(&mallory).await;
        for n in 0..7 {
            // the last ones are too many, for mallory
            ask_own(cx, &session, email(GRETA), &format!("m{n}"), r.at()).await.ok();
        }
        let clerk = r.clerk("clerk").await;
        let moved = right("Greta Good", ("MD", "MD-7777"), Some("greta@home.example"));
        correct(cx, &clerk, "greta", moved, "t", r.at()).await.expect("hers is corrected all the same");
    });
}
