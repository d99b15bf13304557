//! Whose a ticket is, what it is about, who may answer in it, and a role that is asked for from one.

use super::{Registry, application, desk, email, later, on_a_registry, refusal};
use iis_model::access::Permission;
use iis_model::organization::SiteKind;
use iis_model::{AccountId, SiteId};
use iis_registry::accounts::{self, Account};
use iis_registry::cases::{Party, Scan, Upload};
use iis_registry::requests::{self, Application, Approver, State, UserKind};
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::tickets::{
    self, Asker, Category, Event, Filter, LinkKind, Linked, Order, Priority, Question, State as Standing,
    Wanted,
};
use iis_registry::training::GENERAL_USER_COURSE;
use iis_store::testing::tables::tamper;

impl Registry {
    pub(super) async fn account_of(&self, id: AccountId) -> Account {
        accounts::get(&self.world.cx, id).await.expect("read").expect("an account")
    }

    /// A ticket of somebody signed in, from this site of theirs.
    async fn asks(&self, account: &Account, site: Option<SiteId>, question: Question) -> i64 {
        let typed = email("typed@elsewhere.example");
        let asker = Asker { email: Some(&typed), account: Some(account), site };
        tickets::open(&self.world.cx, asker, question, "How is that done?", self.at()).await.expect("opened")
    }

    /// Sites of another organization.
    pub(super) async fn others(&self, name: &str, sites: &[(&str, SiteKind)]) -> Vec<SiteId> {
        let site = |(code, kind): &(&str, SiteKind)| NewSite {
            code: (*code).into(),
            name: format!("{code} of {name}").into(),
            kind: *kind,
            pin: None,
        };
        let new = NewOrganization { name: name.into(), sites: sites.iter().map(site).collect() };
        setup::add_organizations(&self.world.cx, vec![new]).await.expect("sites")
    }
}

fn question(category: Category, subject: &str) -> Question {
    Question {
        name: "Amara Okafor".into(),
        category,
        priority: Priority::Usual,
        subject: subject.into(),
        linked: None,
        request: None,
        site: "".into(),
    }
}

fn numbers(tickets: &[tickets::Ticket]) -> Vec<i64> {
    tickets.iter().map(|one| one.number).collect()
}

/// Page: /tickets
#[test]
fn s64_people_see_their_own_tickets_and_the_site_administrator_those_of_the_organization() {
    on_a_registry(|r| async move {
        let (cx, north) = (&r.world.cx, r.site("NORTH").await);
        let elsewhere = r.others("Elsewhere", &[("ELSE", SiteKind::Clinic)]).await[0];
        let ana = r.administrator().await;
        let amara = r.world.account_with_mail("amara", "amara@north.example").await.id;
        let role = |role: &str, site| accounts::RoleAssignment::at_site(role, Some(site));
        let give = async |id, roles| {
            let account = r.account_of(id).await;
            accounts::set_roles(cx, &desk(), &account, roles, r.at()).await.expect("set");
        };
        give(amara, vec![role("clinic-access", north)]).await;
        let bo = r.account("bob", &[("clinic-access", north)]).await;
        let stranger = r.account("stranger", &[("site-administrator", elsewhere)]).await;

        let asker = r.account_of(amara).await;
        let own = r.asks(&asker, Some(north), question(Category::Vaccine, "A lot")).await;
        let nowhere = r.asks(&asker, None, question(Category::Other, "A word")).await;
        let typed = email("who@knows.example");
        let anybody = Asker { email: Some(&typed), account: None, site: None };
        let named = Question { site: "NORTH".into(), ..question(Category::Other, "Says it is of NORTH") };
        let foreign = tickets::open(cx, anybody, named, "Hello.", r.at()).await.expect("opened");
        let of_another = Asker { site: Some(elsewhere), account: Some(&asker), ..anybody };
        let refused = tickets::open(cx, of_another, question(Category::Other, "A"), "A.", r.at()).await;
        assert!(refused.is_err(), "a site of one's own");

        let seen = async |id| {
            let granted = r.granted(id, Permission::WriteTickets).await;
            numbers(&tickets::own(cx, &granted).await.expect("read"))
        };
        assert_eq!(seen(amara).await, [nowhere, own]);
        assert_eq!(seen(bo).await, [0; 0], "a colleague sees none");
        assert_eq!(seen(ana).await, [own], "the site administrator those from the sites, and no stranger's");
        assert_eq!(seen(stranger).await, [0; 0]);
        assert!(tickets::own(cx, &desk()).await.is_err(), "the Help Desk has its own list");

        let opens = async |id, number| {
            let granted = r.granted(id, Permission::WriteTickets).await;
            let opened = tickets::opened_by(cx, &granted, number).await.expect("read").is_some();
            let answered = tickets::answer(cx, Party::Staff(&granted), number, "So.", r.at()).await.is_ok();
            let file = || Upload { content: b"%PDF-1.4"[..].into(), scan: Scan::Clean };
            let party = Party::Staff(&granted);
            let attached = tickets::attach(cx, party, number, "a.pdf", file(), r.at()).await.is_ok();
            let fetched = tickets::attachment(cx, party, number, 1, r.at()).await.expect("read").is_some();
            [opened, answered, attached, fetched]
        };
        assert_eq!(opens(amara, own).await, [true; 4]);
        assert_eq!(opens(ana, own).await, [true; 4]);
        for (who, number) in [(bo, own), (stranger, own), (ana, nowhere), (ana, foreign), (amara, foreign)] {
            assert_eq!(opens(who, number).await, [false; 4], "{who:?} {number}");
        }
        let ticket = tickets::opened(cx, own).await.expect("read").expect("a ticket");
        let said: Vec<_> = ticket.conversation.iter().map(|one| (&*one.author, one.is_staff)).collect();
        assert!(said.contains(&("Ana Silva", false)), "{said:?}");
        assert_eq!((&*ticket.user, ticket.case.email.as_str()), ("amara", "amara@north.example"));
        let told = r.letters("amara@north.example").await;
        let told = told.iter().filter(|one| &*one.kind == "ticket-news" && one.subject.contains("Ticket 1"));
        assert_eq!(told.count(), 2, "who asked is told that a colleague answered");
        r.audited("answer-own-ticket", "ticket 1").await;
    });
}

/// Page: /help/tickets
#[test]
fn s64_the_help_desk_finds_tickets_by_state_category_and_site_the_oldest_first() {
    on_a_registry(|r| async move {
        let (cx, north) = (&r.world.cx, r.site("NORTH").await);
        let bo = r.account("bob", &[("clinic-access", north)]).await;
        let account = r.account_of(bo).await;
        let urgent = Question { priority: Priority::Urgent, ..question(Category::Training, "Now") };
        let first = r.asks(&account, Some(north), question(Category::Training, "One")).await;
        let second = r.asks(&account, None, question(Category::Training, "\"category\":\"vaccine\"")).await;
        let third = r.asks(&account, Some(north), question(Category::Vaccine, "Three")).await;
        let fourth = r.asks(&account, None, urgent).await;
        tickets::reply(cx, &desk(), third, Some(Event::Resolve), "Done.", r.at()).await.expect("resolved");
        let found = async |wanted, category, site| {
            let filter = Filter { wanted, category, site, order: Order::Oldest, ..Filter::default() };
            let found = tickets::listed(cx, filter, 1).await.expect("read");
            assert_eq!((found.pages, found.total), (1, found.tickets.len()));
            numbers(&found.tickets)
        };
        assert_eq!(found(Wanted::Waiting, None, None).await, [first, second, fourth]);
        assert_eq!(found(Wanted::All, None, None).await, [first, second, third, fourth]);
        let urgent_first = tickets::listed(cx, Filter::default(), 1).await.expect("read");
        assert_eq!(numbers(&urgent_first.tickets), [fourth, first, second]);
        assert_eq!(found(Wanted::In(Standing::Resolved), None, None).await, [third]);
        assert_eq!(found(Wanted::All, Some(Category::Training), None).await, [first, second, fourth]);
        assert_eq!(
            found(Wanted::All, Some(Category::Vaccine), None).await,
            [third],
            "by itself, not by words"
        );
        assert_eq!(found(Wanted::All, None, Some(north)).await, [first, third]);
        assert_eq!(found(Wanted::Waiting, Some(Category::Vaccine), Some(north)).await, [0; 0]);
        let url = r.world.url.clone();
        let forget = move || {
            tamper(&url, "UPDATE case_file SET topic = NULL WHERE kind = 'ticket' AND number <= 3");
        };
        tokio::task::spawn_blocking(forget).await.expect("changed past the store");
        let older = found(Wanted::All, Some(Category::Training), None).await;
        assert_eq!(older, [first, second, fourth], "also those of before the topic was kept");
        let urgent_first = numbers(&tickets::waiting(cx).await.expect("read"));
        assert_eq!(urgent_first, [fourth, first, second]);
        assert_eq!(tickets::site(cx, "north").await.expect("read"), Some(north));
        assert_eq!(tickets::site(cx, "nowhere").await.expect("read"), None);
    });
}

/// Page: /help/tickets/{number}
#[test]
fn s64_a_ticket_is_linked_with_a_thing_of_the_registry() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let request = r.received("amara@north.example", "Amara Okafor").await;
        let ask = async |kind, name: &str| {
            let typed = email(&format!("{}@north.example", name.to_lowercase().replace(['.', '-'], "x")));
            let linked = Some(Linked::typed(kind, name).expect("a name"));
            let question = Question { linked, ..question(Category::Account, "Where does it stand?") };
            let anybody = Asker { email: Some(&typed), account: None, site: None };
            let number = tickets::open(cx, anybody, question, "A question.", r.at()).await.expect("opened");
            tickets::opened(cx, number).await.expect("read").expect("a ticket").is_linked_there
        };
        assert!(ask(LinkKind::Request, &request.to_string()).await);
        assert!(ask(LinkKind::Site, "north").await);
        r.administrator().await;
        assert!(ask(LinkKind::Account, "ana.silva").await);
        for (kind, name) in [
            (LinkKind::Request, "99"),
            (LinkKind::Enrollment, "1"),
            (LinkKind::Sender, "nobody"),
            (LinkKind::Account, "nobody"),
            (LinkKind::Site, "Nowhere"),
        ] {
            assert!(!ask(kind, name).await, "{kind:?} {name}: taken as typed, and not there");
        }
    });
}

/// What that ticket is linked with.
fn at_school() -> Linked {
    Linked { kind: LinkKind::Site, name: "SCHOOL".into() }
}

/// A nurse with an account, a school with its own administrator, and a ticket that asks for the role there.
async fn nurse_of_two(r: &Registry) -> (Account, AccountId, i64) {
    let cx = &r.world.cx;
    let school = r.others("Calder Schools", &[("SCHOOL", SiteKind::School)]).await[0];
    let head = r.account("head", &[("site-administrator", school)]).await;
    let account = r.world.account_with_mail("amara", "amara@north.example").await;
    let north = r.site("NORTH").await;
    let clinic = accounts::RoleAssignment::at_site("clinic-access", Some(north));
    accounts::set_roles(cx, &desk(), &account, vec![clinic], r.at()).await.expect("set");
    let account = r.account_of(account.id).await;
    r.complete("amara@north.example", &[GENERAL_USER_COURSE]).await;
    let asked = Question { linked: Some(at_school()), ..question(Category::AddRole, "School nurse") };
    let ticket = r.asks(&account, Some(north), asked).await;
    (account, head, ticket)
}

fn school_role() -> Application {
    Application {
        administrator: "head".into(),
        ..Application::of("Somebody Else", UserKind::School, "school-read-only", "SCHOOL")
    }
}

/// Page: /tickets/{number}
#[test]
fn s59_a_role_asked_for_by_a_ticket_comes_to_the_same_account() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let (account, head, ticket) = nurse_of_two(&r).await;
        let begin =
            async |who: &Account| requests::begin_from_ticket(cx, who, ticket, school_role(), r.at()).await;
        let head_account = r.account_of(head).await;
        assert!(begin(&head_account).await.is_err(), "only for whoever opened the ticket");
        let number = begin(&account).await.expect("begun");
        assert!(refusal(begin(&account).await).contains("not decided"), "one at a time");
        let opened = tickets::opened(cx, ticket).await.expect("read").expect("a ticket");
        assert_eq!(opened.case.body.request, Some(number));
        assert_eq!(opened.case.body.linked, Some(at_school()), "what the ticket is linked with stays");
        let request = r.opened(number, r.at()).await.case;
        assert_eq!((request.body.adds_to, request.body.ticket), (Some(account.id), Some(ticket)));
        assert_eq!(request.email.as_str(), "amara@north.example");
        assert_eq!(&*request.body.name, "amara", "the name is that of the account");

        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        requests::submit(cx, number, r.at()).await.expect("sent in");
        assert_eq!(r.state(number).await, State::InQueue);
        r.take(number).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        let granted = r.granted(head, Permission::ApproveAccounts).await;
        let by = Approver::Administrator(head);
        requests::approve(cx, &granted, number, by, "a token", r.at()).await.expect("approved");
        let roles = r.account_of(account.id).await.roles;
        let roles: Vec<_> = roles.iter().map(|held| &*held.role).collect();
        assert_eq!(roles, ["clinic-access", "school-read-only"], "beside the one that was there");
        assert_eq!(r.state(number).await, State::Active, "no password is set a second time");
        let users = accounts::list(cx).await.expect("read");
        let amaras = users.iter().filter(|user| user.name.contains("amara")).count();
        assert_eq!(amaras, 1, "no second account");
        let resolved = tickets::opened(cx, ticket).await.expect("read").expect("a ticket");
        assert_eq!(resolved.case.state, Standing::Resolved);
        assert!(resolved.conversation.iter().any(|one| one.text.contains("was approved")));
        r.audited("begin-request", &format!("request {number}, ticket {ticket}")).await;
    });
}

/// Page: /tickets/{number}/request
#[test]
fn s61_what_is_not_offered_is_not_asked_for_neither_from_a_ticket_nor_by_anybody() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let (account, _, ticket) = nurse_of_two(&r).await;
        let (who, kept) =
            (email("eve@evil.example"), r.request("kai@north.example", "Kai Lee", "clinic-access").await);
        for role in ["system-administrator", "data-quality", "help-desk", "zz", ""] {
            let asks = || application("Eve Evil", role);
            let from_ticket = requests::begin_from_ticket(cx, &account, ticket, asks(), r.at()).await;
            let public = requests::begin(cx, &who, asks(), r.at()).await;
            let changed = requests::change(cx, kept, asks(), r.at()).await;
            for refused in [refusal(from_ticket), refusal(public), refusal(changed)] {
                assert!(refused.contains("cannot be asked for"), "{role}: {refused}");
            }
        }
        assert!(r.letters(who.as_str()).await.is_empty(), "and no letter goes out");
    });
}

/// Page: /tickets/{number}
#[test]
fn s59_a_denied_role_stays_with_its_ticket_and_can_be_asked_for_again() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let (account, _, ticket) = nurse_of_two(&r).await;
        let begin = || requests::begin_from_ticket(cx, &account, ticket, school_role(), r.at());
        let number = begin().await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        requests::submit(cx, number, r.at()).await.expect("sent in");
        r.take(number).await;
        requests::deny_as_desk(cx, &desk(), number, "Not a nurse there.", r.at()).await.expect("denied");
        let opened = tickets::opened(cx, ticket).await.expect("read").expect("a ticket");
        assert_eq!(opened.case.state, Standing::New, "nobody answered it yet");
        assert!(opened.conversation.iter().any(|one| one.text.contains("was denied")));
        let again = begin().await.expect("begun anew");
        assert_ne!(again, number);
        tickets::reply(cx, &desk(), ticket, Some(Event::Resolve), "No.", r.at()).await.expect("resolved");
        tickets::close(cx, &desk(), ticket, r.at()).await.expect("closed");
        requests::withdraw(cx, again, r.at()).await.expect("withdrawn");
        let opened = tickets::opened(cx, ticket).await.expect("read").expect("a ticket");
        let told = format!("Request {again} was withdrawn by whoever asked");
        assert!(opened.conversation.iter().any(|one| one.text.contains(&told)), "{:?}", opened.conversation);
        assert!(begin().await.is_err(), "a closed ticket begins nothing");
        let other = r.asks(&account, None, question(Category::Other, "Another")).await;
        let wrong = requests::begin_from_ticket(cx, &account, other, school_role(), r.at()).await;
        assert!(wrong.is_err(), "nor one about something else");
        let silent = r.account("silent", &[]).await;
        let silent = r.account_of(silent).await;
        let asked = r.asks(&silent, None, question(Category::AddRole, "A role")).await;
        let wrong = requests::begin_from_ticket(
            cx,
            &silent,
            asked,
            application("A B", "clinic-access"),
            later(r.at(), 1),
        );
        assert!(refusal(wrong.await).contains("No e-mail address stands on your account"));
    });
}
