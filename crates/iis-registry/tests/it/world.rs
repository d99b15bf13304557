//! An invented registry with two clinics and a sender each, on a store of its own.

use iis_model::EmailAddress;
use iis_model::access::{Channel, Permission};
use iis_model::organization::{Sender, SenderProfile, Site, SiteKind};
use iis_registry::access::{Caller, Roles, authorize, operator};
use iis_registry::accounts::{self, Account, NewUser, RoleAssignment};
use iis_registry::context::ExchangeRules;
use iis_registry::directory::directory;
use iis_registry::exchange::{Received, Reply, receive};
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::senders::NewSender;
use iis_registry::sessions::{self, Session};
use iis_registry::setup::{NewOrganization, NewSite};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::{Arrival, Context, Identity, mail, senders, setup};
use iis_store::Lane;
use iis_store::Store;
use iis_store::testing::TestStore;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub(crate) struct World {
    pub(crate) cx: Context,
    pub(crate) north: Arc<Sender>,
    pub(crate) south: Arc<Sender>,
    /// The address of the database, for those who change it past the store.
    pub(crate) url: String,
    clock: AtomicI64,
}

/// 2026-03-02, ten o'clock in the morning, in UTC.
const MORNING: i64 = 1_772_445_600;

impl World {
    pub(crate) async fn on(test: &TestStore) -> Self {
        let clock = AtomicI64::new(MORNING);
        let start = arrival(&clock);
        let cx = context(test.store.clone());
        let organization = |code: &str| NewOrganization {
            name: format!("{code} Pediatrics").into(),
            sites: vec![NewSite { code: code.into(), name: code.into(), kind: SiteKind::Clinic, pin: None }],
        };
        let organizations = vec![organization("NORTH"), organization("SOUTH")];
        setup::add_organizations(&cx, organizations).await.expect("two organizations");
        let north = sender(&cx, "north-ehr", "NORTH", |_| {}, start).await;
        let south = sender(&cx, "south-ehr", "SOUTH", |_| {}, start).await;
        Self { cx, north, south, url: test.config.url.clone(), clock }
    }

    pub(crate) fn arrival(&self) -> Arrival {
        arrival(&self.clock)
    }

    /// Sends a message and returns the reply as text.
    pub(crate) async fn send(&self, sender: &Arc<Sender>, message: &str) -> String {
        let reply = self.try_send(sender, message).await;
        String::from_utf8(reply.bytes.into()).expect("replies are UTF-8")
    }

    /// The same over another door.
    pub(crate) async fn send_over(&self, sender: &Arc<Sender>, message: &str, channel: Channel) -> String {
        let reply = self.receive(sender, message, channel).await;
        String::from_utf8(reply.bytes.into()).expect("replies are UTF-8")
    }

    /// The same at another moment.
    pub(crate) async fn send_at(&self, sender: &Arc<Sender>, message: &str, arrival: Arrival) -> String {
        let received = Received {
            bytes: message.as_bytes().into(),
            sender: Arc::clone(sender),
            channel: Channel::Http,
            arrival,
            once: None,
        };
        let reply = receive(&self.cx, received).await.expect("the store works");
        String::from_utf8(reply.bytes.into()).expect("replies are UTF-8")
    }

    pub(crate) async fn try_send(&self, sender: &Arc<Sender>, message: &str) -> Reply {
        self.receive(sender, message, Channel::Http).await
    }

    async fn receive(&self, sender: &Arc<Sender>, message: &str, channel: Channel) -> Reply {
        let received = Received {
            bytes: message.as_bytes().into(),
            sender: Arc::clone(sender),
            channel,
            arrival: self.arrival(),
            once: None,
        };
        receive(&self.cx, received).await.expect("the store works")
    }

    /// One more sender of a site, with a profile of its own.
    pub(crate) async fn sender_with(
        &self,
        name: &str,
        site: &str,
        agree: impl FnOnce(&mut SenderProfile),
    ) -> Arc<Sender> {
        sender(&self.cx, name, site, agree, self.arrival()).await
    }

    /// The site of a code.
    pub(crate) async fn site(&self, code: &str) -> Site {
        let names = directory(&self.cx, &self.arrival()).await.expect("the store works");
        names.sites().find(|site| &*site.code == code).expect("a site").clone()
    }

    /// An account that holds these roles; nobody knows its password.
    pub(crate) async fn account(&self, name: &str, roles: Vec<RoleAssignment>) -> Account {
        self.account_shown_as(name, name, roles).await
    }

    async fn account_shown_as(&self, name: &str, shown_as: &str, roles: Vec<RoleAssignment>) -> Account {
        let user = NewUser {
            name: name.into(),
            display_name: shown_as.into(),
            password_hash: "".into(),
            must_change: false,
            roles,
        };
        let by = operator(Permission::ManageAccounts).expect("the operator may");
        let id = accounts::add(&self.cx, &by, user, self.arrival()).await.expect("a new account");
        accounts::get(&self.cx, id).await.expect("the store works").expect("just made")
    }

    /// The same for somebody of whom it does not matter who: Ana Reyes, on screens.
    pub(crate) async fn somebody(&self, roles: Vec<RoleAssignment>) -> Account {
        let name = format!("u{}", self.arrival().at.as_second());
        self.account_shown_as(&name, "Ana Reyes", roles).await
    }

    /// An account of somebody on the staff list of NORTH, whom letters reach.
    pub(crate) async fn account_with_mail(&self, name: &str, address: &str) -> Account {
        let account = self.account(name, Vec::new()).await;
        let by = operator(Permission::ManageAccounts).expect("the operator may");
        let email: EmailAddress = address.parse().expect("an address");
        let new = Listing {
            name: name.into(),
            email: email.clone(),
            position: Position::Staff,
            license_kind: "".into(),
            license_number: "".into(),
        };
        let site = self.site("NORTH").await;
        staff::list(&self.cx, &by, site.id, new, self.arrival()).await.expect("listed");
        staff::bind_account(&self.cx, &by, account.id, &email, self.arrival()).await.expect("bound");
        account
    }

    /// A session of an account that stands in the store, where whoever ends sessions finds it.
    pub(crate) async fn session(&self, account: &Account) -> Session {
        self.session_at(account, self.arrival()).await
    }

    /// The same, opened at that moment.
    pub(crate) async fn session_at(&self, account: &Account, arrival: Arrival) -> Session {
        let random = self.arrival().random;
        let token = std::array::from_fn(|at| random[at / 8 % 2].to_le_bytes()[at % 8]);
        let row = sessions::new(account.id, token, "csrf".into(), "203.0.113.7".into(), arrival);
        let kept = row.clone();
        let put = self.cx.store.write(Lane::Web, move |tx| iis_store::session::insert(tx, &kept)).await;
        put.expect("a session");
        Session {
            account: account.clone(),
            token_sha256: token,
            csrf: row.csrf,
            expires_at: row.expires_at,
            owes: None,
            proved_at: arrival.at,
            counted_as: None,
            mailbox_at: Some(arrival.at),
        }
    }

    /// The letters of this kind, the latest first: recipient and body.
    pub(crate) async fn letters(&self, kind: &str) -> Vec<(String, String)> {
        let listed = mail::list(&self.cx, None, 100).await.expect("the store works");
        let of_kind = listed.into_iter().filter(|letter| &*letter.kind == kind);
        of_kind.map(|letter| (letter.recipient.into(), letter.body.into())).collect()
    }

    /// How many people the search on screen finds.
    pub(crate) async fn people(&self, last: &str, first: &str, born_on: iis_model::Date) -> usize {
        let criteria = Criteria {
            last: last.into(),
            first: first.into(),
            born_on: Some(born_on),
            ..Criteria::default()
        };
        let permission = Permission::SearchPersons;
        let granted = authorize(&self.cx.roles, Caller::Operator, permission, Channel::CommandLine, "test");
        let granted = granted.expect("operators may search");
        match people::search(&self.cx, granted, criteria, self.arrival()).await.expect("the store works") {
            FoundPeople::People(people) => people.len(),
            other => panic!("{other:?}"),
        }
    }
}

/// A registry on an open store.
pub(crate) fn context(store: Store) -> Context {
    let identity = Identity {
        application: "OPENIIS".into(),
        facility: "CALDER".into(),
        name: "Calder IIS".into(),
        address: "http://localhost:8080".into(),
        zone: TimeZone::UTC,
    };
    let roles = Roles::built_in().expect("the policy of this repository");
    Context::new(store, identity, roles, ExchangeRules::default())
}

async fn sender(
    cx: &Context,
    name: &str,
    site: &str,
    agree: impl FnOnce(&mut SenderProfile),
    at: Arrival,
) -> Arc<Sender> {
    let mut profile = SenderProfile { may_submit: true, may_query: true, ..SenderProfile::default() };
    agree(&mut profile);
    let new =
        NewSender { name: name.into(), site_codes: vec![site.into()], profile, secret: "open sesame".into() };
    senders::add(cx, &operator(Permission::ManageSenders).expect("the operator may"), new, at)
        .await
        .expect("a new sender");
    let found = senders::authenticate(cx, name, "open sesame", at).await.expect("the store works");
    found.expect("the sender's own secret")
}

/// Each arrival is a second later, with randomness of its own.
fn arrival(clock: &AtomicI64) -> Arrival {
    let second = clock.fetch_add(1, Ordering::Relaxed);
    let at = Timestamp::from_second(second).expect("a moment");
    let random = [second.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15); 4];
    Arrival { at, today: date(2026, 3, 2), random, from: None, once: None }
}

/// How many rounds a test does: so many in the test run, more in `cargo xtask soak`.
#[expect(clippy::disallowed_methods, reason = "the length of a run is set from outside")]
pub(crate) fn rounds(usual: u64) -> u64 {
    std::env::var("OPENIIS_SOAK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

/// Runs a scenario on every engine at hand.
pub(crate) fn on_each_engine<F, R>(scenario: F)
where
    F: Fn(World) -> R,
    R: Future<Output = ()>,
{
    let run = |test: &TestStore| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        runtime.block_on(async { scenario(World::on(test).await).await });
    };
    run(&TestStore::sqlite());
    if let Some(postgres) = TestStore::postgres() {
        run(&postgres);
    }
}

/// A VXU about Ana Doe, born 2020-01-15, from a site; `rest` are its order groups.
pub(crate) fn vxu(site: &str, control_id: &str, mrn: &str, rest: &str) -> String {
    about(site, control_id, mrn, "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F", rest)
}

/// A VXU about somebody: PID-5 to PID-8 as given.
pub(crate) fn about(site: &str, control_id: &str, mrn: &str, person: &str, rest: &str) -> String {
    format!(
        "MSH|^~\\&|EHR|{site}|OPENIIS|CALDER|20260302095900+0000||VXU^V04^VXU_V04|{control_id}|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r\
         PID|1||{mrn}^^^{site}^MR||{person}\r{rest}"
    )
}

/// An order group: one dose of MMR on a day, given here (`00`) or historical (`01`).
pub(crate) fn mmr(order: &str, day: &str, source: &str, action: &str) -> String {
    let given = if source == "00" { "0.5|mL^mL^UCUM" } else { "999|" };
    let lot = if source == "00" { "L1|20270101|MSD^Merck^MVX" } else { "||" };
    let observed = match source {
        "00" => format!(
            "OBX|1|CE|64994-7^Eligibility^LN|1|V01^Not VFC eligible^HL70064||||||F\r\
             OBX|2|CE|69764-9^Document type^LN|2|253088698300012711120420^MMR VIS^cdcgs1vis||||||F\r\
             OBX|3|DT|29769-7^Date presented^LN|2|{day}||||||F\r"
        ),
        _ => String::new(),
    };
    format!(
        "ORC|RE||{order}^NORTH\r\
         RXA|0|1|{day}||03^MMR^CVX|{given}||{source}^x^NIP001||||||{lot}|||CP|{action}\r{observed}"
    )
}

/// A query (Z34) by record number and birth date, or by name and birth date.
pub(crate) fn query(site: &str, mrn: &str, name: &str) -> String {
    let identifier = if mrn.is_empty() { String::new() } else { format!("{mrn}^^^{site}^MR") };
    format!(
        "MSH|^~\\&|EHR|{site}|OPENIIS|CALDER|20260302095900+0000||QBP^Q11^QBP_Q11|Q1|P|2.5.1|||ER|AL|||||Z34^CDCPHINVS\r\
         QPD|Z34^Request Immunization History^CDCPHINVS|T1|{identifier}|{name}||20200115|F\rRCP|I|5^RD&Records&HL70126\r"
    )
}

/// The first segment of a name.
pub(crate) fn segment<'a>(reply: &'a str, name: &str) -> &'a str {
    reply.split('\r').find(|segment| segment.starts_with(name)).unwrap_or("")
}

/// How many segments of a name there are.
pub(crate) fn count(reply: &str, name: &str) -> usize {
    reply.split('\r').filter(|segment| segment.starts_with(name)).count()
}
