//! What is done at the desk.

use crate::browser::{Browser, Page};
use crate::form;
use crate::ground::{Ground, Somebody, colleague};
use anyhow::{Context, Result, bail};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    SignIn,
    Search(Typed),
    Open,
    Dose,
    Print,
}

/// What is typed into the box.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Typed {
    Exact,
    AnyOrder,
    Misspelled,
    SwappedDate,
    Initial,
    Phone,
    Number,
}

pub(crate) const WAYS: &[(&str, Way)] = &[
    ("sign-in", Way::SignIn),
    ("search-exact", Way::Search(Typed::Exact)),
    ("search-any-order", Way::Search(Typed::AnyOrder)),
    ("search-misspelled", Way::Search(Typed::Misspelled)),
    ("search-swapped-date", Way::Search(Typed::SwappedDate)),
    ("search-initial", Way::Search(Typed::Initial)),
    ("search-telephone", Way::Search(Typed::Phone)),
    ("search-number", Way::Search(Typed::Number)),
    ("open-record", Way::Open),
    ("record-dose", Way::Dose),
    ("record-pdf", Way::Print),
];

/// The lot from which doses are given: varicella (CVX 21), bought by the clinic. One of this run's own, since a registry
/// that stays has those of earlier runs.
fn lot() -> String {
    format!("BENCH-{}", std::process::id())
}

pub(crate) struct Desk {
    ground: Ground,
    nurse: Browser,
    largest: Cell<usize>,
}

impl Desk {
    /// Somebody signs in, and a carton that does not end is received.
    pub(crate) fn open(ground: Ground) -> Result<Self> {
        let coordinator = signed_in(&ground, "coordinator", &password(&ground, "coordinator")?)?;
        let page = coordinator.get("/inventory/receive")?;
        let mut carton = form::fields(&page.text());
        for (name, value) in [
            ("vaccine", "21"),
            ("lot", &*lot()),
            ("funding", "private"),
            ("doses", "9999"),
            ("expires", "12/31/2099"),
            ("unit", "Bench"),
            ("do", "save"),
        ] {
            carton.insert(name.to_owned(), value.to_owned());
        }
        let received = coordinator.post("/inventory/receive", &pairs(&carton))?;
        if received.status != 303 {
            bail!("the carton was not received: {}", received.text());
        }
        // whoever received the carton gives from it: the stock is of one site
        Ok(Self { ground, nurse: coordinator, largest: Cell::new(0) })
    }

    /// The largest page that was seen, as it came, in KiB.
    #[expect(clippy::cast_precision_loss, reason = "sizes of pages")]
    pub(crate) fn largest_page_kib(&self) -> f64 {
        self.largest.get() as f64 / 1024.0
    }

    /// Does it; how long it took and whether it came to what was wanted.
    pub(crate) fn go(&self, way: Way, n: usize) -> Result<(Duration, bool)> {
        let who = &self.ground.people[n % self.ground.people.len()];
        match way {
            Way::SignIn => self.sign_in(n),
            Way::Search(typed) => self.search(typed, who),
            Way::Open => {
                let started = Instant::now();
                let page = self.seen(self.nurse.get(&format!("/patients/{}", who.number))?);
                Ok((started.elapsed(), page.status == 200 && page.text().contains(&who.number)))
            }
            Way::Dose => self.dose(who),
            Way::Print => {
                let path = format!("/patients/{}/print", who.number);
                let started = Instant::now();
                let page =
                    self.nurse.post(&path, &[("form", "record"), ("language", "en"), ("purpose", "own")])?;
                Ok((started.elapsed(), page.kind == "application/pdf" && page.body.starts_with(b"%PDF")))
            }
        }
    }

    fn seen(&self, page: Page) -> Page {
        self.largest.set(self.largest.get().max(page.weight));
        page
    }

    fn sign_in(&self, n: usize) -> Result<(Duration, bool)> {
        let (browser, password) = (Browser::new(&self.ground.url), password(&self.ground, "clinic")?);
        let user = colleague(u32::try_from(n)?.wrapping_mul(7_919));
        browser.get("/sign-in")?;
        let started = Instant::now();
        let page = browser.post("/sign-in", &[("user", &user), ("password", &password), ("next", "/")])?;
        Ok((started.elapsed(), page.status == 303))
    }

    fn search(&self, typed: Typed, who: &Somebody) -> Result<(Duration, bool)> {
        let words = text(typed, who);
        let started = Instant::now();
        let sent = self.nurse.post("/patients/searches", &[("text", &words)])?;
        let found = self.seen(self.nurse.get(&sent.location)?);
        let took = started.elapsed();
        Ok((took, found.location.ends_with(&who.number) || found.text().contains(&who.number)))
    }

    /// Only what is sent and answered counts: the form itself was opened before.
    fn dose(&self, who: &Somebody) -> Result<(Duration, bool)> {
        let path = format!("/patients/{}/doses/new", who.number);
        let page = self.seen(self.nurse.get(&path)?).text();
        let row = page.split("name=\"give_").skip(1).find(|row| row.contains(&lot()));
        let row = row.and_then(|row| row.split('"').next()).context("a row for the lot")?;
        let lot = page.split("<option ").find(|option| option.contains(&lot())).context("the lot")?;
        let lot = lot.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).context("its key")?;
        let mut fields = form::fields(&page);
        for (name, value) in [
            (format!("give_{row}"), "on"),
            (format!("lot_{row}"), lot),
            ("eligibility".to_owned(), "V01"),
            ("do".to_owned(), "save"),
        ] {
            fields.insert(name, value.to_owned());
        }
        let started = Instant::now();
        let mut saved = self.nurse.post(&path, &pairs(&fields))?;
        if saved.status == 200 {
            // warnings were read
            let mut fields = form::fields(&saved.text());
            fields.extend([(format!("give_{row}"), "on".to_owned()), ("do".to_owned(), "save".to_owned())]);
            saved = self.nurse.post(&path, &pairs(&fields))?;
        }
        Ok((started.elapsed(), saved.location.contains("/doses/saved")))
    }
}

fn pairs(fields: &std::collections::BTreeMap<String, String>) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn password(ground: &Ground, user: &str) -> Result<String> {
    ground.passwords.get(user).cloned().with_context(|| format!("no password of {user}"))
}

fn signed_in(ground: &Ground, user: &str, password: &str) -> Result<Browser> {
    let browser = Browser::new(&ground.url);
    browser.get("/sign-in")?;
    let page = browser.post("/sign-in", &[("user", user), ("password", password), ("next", "/")])?;
    if page.status != 303 {
        bail!("{user} cannot sign in: {}", page.text());
    }
    browser.get("/preferences")?;
    Ok(browser)
}

fn text(typed: Typed, who: &Somebody) -> String {
    let Somebody { last, first, born_on: [year, month, day], mrn, phone, .. } = who;
    let born = format!("{month}/{day}/{year}");
    match typed {
        Typed::AnyOrder => format!("{born} {first} {last}"),
        Typed::Misspelled => {
            let mut letters: Vec<char> = last.chars().collect();
            let at = letters.len() - 2;
            letters.remove(at);
            format!("{}, {first} {born}", letters.into_iter().collect::<String>())
        }
        Typed::SwappedDate if day.parse().is_ok_and(|day: u8| day <= 12) => {
            format!("{last}, {first} {day}/{month}/{year}")
        }
        Typed::Initial => format!("{last}, {} {born}", first.chars().next().unwrap_or('X')),
        Typed::Phone if phone.len() == 10 => {
            format!("{}-{}-{} {born}", &phone[..3], &phone[3..6], &phone[6..])
        }
        Typed::Number => mrn.clone(),
        _ => format!("{last}, {first} {born}"),
    }
}
