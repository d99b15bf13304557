//! The pages through their addresses, as a browser asks for them: a registry of its own for each test, on SQLite.

mod access;
mod applicants;
mod asked;
mod attaching;
mod audited;
mod beside;
mod changing;
mod choosing;
mod completions;
mod correcting;
mod desk;
mod duplicates;
mod giving;
mod headers;
mod helping;
mod interfaces;
mod issuer;
mod late;
mod learning;
mod live;
mod looking;
mod mailbox;
mod mending;
mod needless;
mod opting_out;
mod own_sites;
mod printing;
mod reactions;
mod showing_again;
mod signing_in;
mod single_sign_on;
mod strangers;
mod things;
mod ticketing;
mod visits;
mod who_may;
mod writing;

use crate::app::App;
use crate::config::Config;
use crate::listen::Peer;
use crate::{clock, opening, passwords, routes};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use iis_model::access::{Channel, Permission};
use iis_model::organization::{Sender, SenderProfile, SiteKind};
use iis_registry::access::operator;
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_registry::exchange::{self, Received};
use iis_registry::senders::{self, NewSender};
use iis_registry::setup::{self, NewOrganization, NewSite};
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

const PASSWORD: &str = "quiet otters swim";
const HOST: &str = "localhost:8080";

/// A registry with two accounts, a sender and no people.
struct House {
    app: App,
    router: Router,
    _folder: TempDir,
}

/// What came back, with the body read.
struct Page {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    /// The text of a page; of a file, nothing.
    body: String,
    /// What came, as it came.
    bytes: Vec<u8>,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn location(&self) -> &str {
        self.header("location")
    }

    /// The token of the page's forms.
    fn csrf(&self) -> &str {
        self.body
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
    }
}

/// A browser: cookies, and the token of the last form it saw.
#[derive(Default, Clone)]
struct Browser {
    cookies: std::collections::BTreeMap<String, String>,
    csrf: String,
}

impl House {
    async fn open() -> Self {
        Self::with(&[("nurse", "clinic-access", false), ("admin", "system-administrator", false)]).await
    }

    async fn with(people: &[(&str, &str, bool)]) -> Self {
        Self::with_rules(people, |_, _| {}).await
    }

    /// The same where people sign in as the operator set.
    async fn with_rules(
        people: &[(&str, &str, bool)],
        rules: impl FnOnce(&mut Config, &std::path::Path),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config { data: folder.path().to_owned(), ..Config::default() };
        "offered".clone_into(&mut config.sign_in.second_factor);
        config.access.purpose_asked = false;
        rules(&mut config, folder.path());
        let opened = tokio::task::spawn_blocking(move || {
            let store = opening::store_or_new(&config).expect("opened");
            store.migrate(clock::now()).expect("migrated");
            store.close_blocking();
            (opening::registry(&config).expect("opened"), config)
        });
        let (registry, config) = opened.await.expect("no panic");
        let app = App::new(registry, config).expect("threads start");
        let router = routes::public(app.clone());
        let house = Self { app, router, _folder: folder };
        let arrival = house.app.arrival();
        let hash = passwords::hash(PASSWORD).expect("hashed");
        for (name, role, must_change) in people {
            let user = NewUser {
                name: (*name).into(),
                display_name: format!("The {name}").into(),
                password_hash: hash.as_str().into(),
                must_change: *must_change,
                roles: vec![RoleAssignment::at_site(role, None)],
            };
            accounts::add(
                &house.app.registry,
                &operator(Permission::ManageAccounts).expect("the operator may"),
                user,
                arrival,
            )
            .await
            .expect("an account");
        }
        house
    }

    async fn send(
        &self,
        browser: &mut Browser,
        request: axum::http::request::Builder,
        body: impl Into<Body>,
    ) -> Page {
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request
            .header(header::HOST, HOST)
            .header(header::COOKIE, cookies.join("; "))
            .body(body.into())
            .expect("a request");
        let address = SocketAddr::from(([127, 0, 0, 1], 4711));
        request.extensions_mut().insert(ConnectInfo(address));
        request.extensions_mut().insert(ConnectInfo(Peer { address, certificate: None }));
        let response: Response<Body> = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().expect("text").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a pair");
            browser.cookies.insert(name.to_owned(), value.to_owned());
        }
        let is_file = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "application/pdf" || kind == "image/png");
        let page_of = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("pages are UTF-8");
        let body = if is_file { String::new() } else { page_of(&bytes) };
        let page = Page { status: parts.status, headers: parts.headers, body, bytes: bytes.to_vec() };
        if !page.csrf().is_empty() {
            page.csrf().clone_into(&mut browser.csrf);
        }
        page
    }

    async fn get(&self, browser: &mut Browser, path: &str) -> Page {
        self.send(browser, Request::get(path), String::new()).await
    }

    async fn post(&self, browser: &mut Browser, path: &str, form: &str) -> Page {
        let body = format!("csrf={}&{form}", browser.csrf);
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header("sec-fetch-site", "same-origin");
        self.send(browser, request, body).await
    }

    /// Sends a form with a file.
    async fn post_file(
        &self,
        browser: &mut Browser,
        path: &str,
        fields: &[(&str, &str)],
        (called, file): (&str, &[u8]),
    ) -> Page {
        let mut body = Vec::new();
        let mut part = |head: &str, content: &[u8]| {
            body.extend_from_slice(
                format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        part("name=\"csrf\"", browser.csrf.as_bytes());
        for (name, value) in fields {
            part(&format!("name=\"{name}\""), value.as_bytes());
        }
        part(&format!("name=\"file\"; filename=\"{called}\""), file);
        body.extend_from_slice(b"--edge--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header("sec-fetch-site", "same-origin");
        self.send(browser, request, body).await
    }

    async fn sign_in(&self, user: &str) -> Browser {
        let mut browser = Browser::default();
        self.get(&mut browser, "/sign-in").await;
        let form = format!("user={user}&password={}", PASSWORD.replace(' ', "+"));
        let page = self.post(&mut browser, "/sign-in", &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        self.get(&mut browser, "/preferences").await;
        browser
    }

    /// Has a clinic report one dose of a child of this name; returns the child's registry number.
    async fn report(&self, family: &str, given: &str) -> String {
        let sender = self.clinic("RIVER").await;
        self.hear(&sender, "A17", &format!("{family}^{given}^^^^^L||20240211|F")).await;
        self.number("A17").await
    }

    /// A clinic that reports.
    async fn clinic(&self, code: &str) -> Arc<Sender> {
        self.organization(&[code]).await.remove(0)
    }

    /// An organization of clinics that report, each over a connection of its own.
    async fn organization(&self, codes: &[&str]) -> Vec<Arc<Sender>> {
        let site = |code: &&str| NewSite {
            code: (*code).into(),
            name: format!("{code} Clinic").into(),
            kind: SiteKind::Clinic,
            pin: None,
        };
        let organization =
            NewOrganization { name: codes.join(" and ").into(), sites: codes.iter().map(site).collect() };
        setup::add_organizations(&self.app.registry, vec![organization]).await.expect("set up");
        let mut senders = Vec::new();
        for code in codes {
            senders.push(self.sender(code).await);
        }
        senders
    }

    async fn sender(&self, code: &str) -> Arc<Sender> {
        let (registry, arrival) = (&self.app.registry, self.app.arrival());
        let profile = SenderProfile { may_submit: true, may_query: true, ..SenderProfile::default() };
        let (name, secret) = (code.to_lowercase(), "a secret of the tests");
        let sender = NewSender {
            name: name.as_str().into(),
            site_codes: vec![code.into()],
            profile,
            secret: secret.into(),
        };
        senders::add(
            registry,
            &operator(Permission::ManageSenders).expect("the operator may"),
            sender,
            arrival,
        )
        .await
        .expect("a sender");
        senders::authenticate(registry, &name, secret, arrival).await.expect("known").expect("known")
    }

    /// Has a clinic report one dose of somebody: PID-5 to PID-8 and further as given.
    async fn hear(&self, sender: &Arc<Sender>, mrn: &str, person: &str) {
        let dose = "RXA|0|1|20250301||03^MMR^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001||||||LOT1||MSD^Merck^MVX|||CP|A\r";
        self.hear_of(sender, mrn, person, dose).await;
    }

    /// A message of an event, by its lines from RXA on.
    async fn hear_of(&self, sender: &Arc<Sender>, mrn: &str, person: &str, event: &str) {
        self.hear_by(Channel::Http, sender, (mrn, person, event)).await;
    }

    /// The same by one of the ways in which messages come.
    async fn hear_by(
        &self,
        channel: Channel,
        sender: &Arc<Sender>,
        (mrn, person, event): (&str, &str, &str),
    ) {
        let (registry, arrival) = (&self.app.registry, self.app.arrival());
        let code = sender.name.to_uppercase();
        let order = format!("V{mrn}{}", event.len());
        let message = format!(
            "MSH|^~\\&|EHR|{code}|IIS|IIS|20260301101500-0500||VXU^V04^VXU_V04|M{mrn}|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r\
             PID|1||{mrn}^^^{code}^MR||{person}\r\
             ORC|RE||{order}^{code}\r\
             {event}"
        );
        let (bytes, sender) = (message.into_bytes().into(), Arc::clone(sender));
        let received = Received { bytes, sender, channel, arrival, once: None };
        let reply = exchange::receive(registry, received).await.expect("a reply");
        let reply = String::from_utf8_lossy(&reply.bytes).into_owned();
        assert!(reply.contains("MSA|AA") || reply.contains("MSA|AE"), "{reply}");
    }

    /// The registry number of the clinic's record number.
    async fn number(&self, mrn: &str) -> String {
        let mut browser = self.sign_in("nurse").await;
        let sent = self.post(&mut browser, "/patients/searches", &format!("number={mrn}")).await;
        let found = self.get(&mut browser, sent.location()).await;
        found.location().trim_start_matches("/patients/").to_owned()
    }
}
