//! Every page in its main states, for each role that can open it, from invented people.
//!
//! `INSTA_UPDATE=always cargo test -p iis-server` rewrites the expected pages; the change is read in review.

use super::account::views::{PasswordPage, SetUpPage, SignInHelpPage, SignInPage};
use super::errors::NoPage;
use super::format;
use super::frame::{Frame, NavigationItem, Notice, Problem, SignedInView, SiteText};
use super::patients::demographics::{SourceSays, demographics_page};
use super::patients::history::history_page;
use super::patients::record::record_page;
use super::patients::reports::{DisclosureRow, DisclosuresPage, ReportRow, ReportsPage};
use super::patients::results::{SearchForm, SearchPage, found, too_many, understood};
use super::patients::strip::{Page, strip};
use super::start::{RoleView, StartPage, TodayPage};
use super::texts::{AccessibilityPage, HelpPage, KEYS, KeyboardPage, PreferencesPage, PrivacyPage, topic};
use askama::Template;
use iis_model::event::{Amount, Clinician, Observation, ObservationValue, VisGiven};
use iis_model::person::{Address, Dated, NextOfKin, PersonName, Sex, Telecom};
use iis_model::record::{ConsolidatedEvent, PersonRecord, PersonSummary, ReportOrigin, Reporter};
use iis_model::testing::{dose, person};
use iis_model::{
    Coded, Completion, Date, Demographics, EventId, EventKind, Given, InformationSource, OrganizationId,
    PersonId, RegistryNumber, ReportId, ReportedEvent, SourceRecordId,
};
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::fmt::Write;
use std::sync::Arc;

const TODAY: Date = date(2026, 3, 2);

fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(-6))
}

fn number() -> RegistryNumber {
    RegistryNumber::from_random(123_456_789)
}

fn frame(signed_in: Option<SignedInView>) -> Frame {
    let site = SiteText {
        name: "Calder IIS".to_owned(),
        jurisdiction: "State of Calder".to_owned(),
        help_phone: "(202) 555-0140".to_owned(),
        version: "OpenIIS 0.0.0".to_owned(),
        environment: "DEMO".to_owned(),
        is_read_only: false,
    };
    Frame {
        title: "Today".to_owned(),
        heading: "Today".to_owned(),
        site: Arc::new(site),
        signed_in,
        crumbs: Vec::new(),
        notice: None,
        help: "today",
        is_compact: false,
        has_shortcuts: true,
        printed_at: "03/02/2026 10:14 AM".to_owned(),
    }
}

fn nobody() -> Frame {
    frame(None)
}

fn navigation(items: &[(&'static str, &'static str)], current: &str) -> Vec<NavigationItem> {
    let item = |(label, href): &(&'static str, &'static str)| NavigationItem {
        label,
        href,
        is_current: *href == current,
    };
    items.iter().map(item).collect()
}

/// Clinic Access: may search and open.
fn nurse() -> Frame {
    nurse_at("/")
}

fn nurse_at(current: &str) -> Frame {
    frame(Some(SignedInView {
        name: "Ana Reyes".to_owned(),
        roles: "Clinic Access".to_owned(),
        acting_at: "Alder Pediatrics".to_owned(),
        csrf: "token".to_owned(),
        may_search: true,
        navigation: navigation(&[("Today", "/"), ("Patients", "/patients")], current),
        seconds: 900,
        ends_at: "10:29 AM".to_owned(),
    }))
}

/// System administrator: sees no patient data.
fn administrator() -> Frame {
    let nurse = nurse().signed_in.expect("somebody");
    frame(Some(SignedInView {
        name: "Sam Okafor".to_owned(),
        roles: "System administrator".to_owned(),
        acting_at: String::new(),
        may_search: false,
        navigation: navigation(&[("Today", "/")], "/"),
        ..nurse
    }))
}

fn told(kin: &str, given: &str, family: &str) -> NextOfKin {
    let name = PersonName { given: given.into(), family: family.into(), ..PersonName::default() };
    NextOfKin {
        name: Given::of(name),
        relationship: Given::of(Coded::new(kin, "", "HL70063")),
        ..NextOfKin::default()
    }
}

fn maya() -> Demographics {
    let mut maya =
        person().called("Ortega", "Maya").born("2024-02-11").mrn("88120", "ALDER").sex(Sex::Female);
    maya.names[0].value.as_mut().expect("a name").middle = "R.".into();
    let alias = PersonName {
        family: "Lopez".into(),
        given: "Maya".into(),
        kind: "A".into(),
        ..PersonName::default()
    };
    maya.names.push(Given::of(alias));
    let home = Address {
        street: "12 Alder St".into(),
        city: "Calder".into(),
        state: "WI".into(),
        zip: "53703".into(),
        kind: "H".into(),
        ..Address::default()
    };
    maya.addresses = vec![Given::of(home)];
    let phone = Telecom {
        digits: "2025550199".into(),
        usage: "PRN".into(),
        equipment: "CP".into(),
        ..Telecom::default()
    };
    maya.telecoms = vec![Given::of(phone)];
    maya.language = Given::of(Coded::new("spa", "Spanish", "ISO6392"));
    maya.multiple_birth = Given::of(true);
    maya.birth_order = Given::of(1);
    maya.next_of_kin = vec![told("MTH", "Ana", "Lopez")];
    maya
}

fn origin(organization: &str, is_administered: bool, at: &str) -> ReportOrigin {
    ReportOrigin {
        report_id: ReportId(1),
        source_record_id: SourceRecordId(1),
        organization_id: OrganizationId(1),
        organization: organization.into(),
        site: if is_administered { organization.into() } else { "".into() },
        sender: format!("{}-EHR", organization.split(' ').next().unwrap_or_default().to_uppercase()).into(),
        received_at: at.parse().expect("a moment"),
        is_administered,
    }
}

fn event(on: &str, cvx: u16, reports: Vec<ReportOrigin>) -> ConsolidatedEvent {
    let administered = reports.first().is_some_and(|report| report.is_administered);
    let source =
        if administered { InformationSource::NewImmunization } else { InformationSource::ParentWritten };
    ConsolidatedEvent { id: EventId(i64::from(cvx)), best: dose(source).given(on).vaccine(cvx), reports }
}

/// A dose with everything that can be said about it.
fn full_dose() -> ConsolidatedEvent {
    let reports = vec![
        origin("Alder Pediatrics", true, "2025-05-20T15:02:11Z"),
        origin("Cedar Family Practice", false, "2025-06-01T08:00:00Z"),
    ];
    let mut event = event("2025-05-20", 83, reports);
    let best = &mut event.best;
    *best = best.clone().lot("K99P2").lot_expires(Some("2026-05-12"));
    best.lot.manufacturer = Given::of("SKB".parse().expect("a code"));
    best.ndc = Given::of("58160-0825-11".parse().expect("a code"));
    best.amount = Given::of(Amount { number: "0.5".into(), unit: "mL".into() });
    best.route = Given::of(Coded::new("C28161", "Intramuscular", "NCIT"));
    best.body_site = Given::of(Coded::new("LT", "Left Thigh", "HL70163"));
    best.administered_by =
        Given::of(Clinician { family: "Hill".into(), given: "Jo".into(), ..Clinician::default() });
    best.eligibility = Given::of(Coded::new("V02", "", "HL70064"));
    best.vis = vec![VisGiven {
        document: Given::of(Coded::new("85", "Hepatitis A VIS", "CVX")),
        edition_on: Given::of(date(2025, 1, 31).into()),
        given_on: Given::of(date(2025, 5, 20).into()),
    }];
    best.comments = vec!["Second thigh used".into()];
    event
}

fn observation(loinc: &str, value: Coded) -> Observation {
    Observation {
        about: Coded::new(loinc, "", "LN"),
        group: "".into(),
        value: Given::of(ObservationValue::Coded(value)),
        observed_on: Given::of(date(2024, 4, 16).into()),
    }
}

/// The example of screens section 3.4, newest first.
fn record() -> PersonRecord {
    let alder = |at: &str| vec![origin("Alder Pediatrics", true, at)];
    let mut refusal = event("2025-09-30", 150, alder("2025-09-30T15:00:00Z"));
    refusal.best.kind = EventKind::Refusal;
    refusal.best.refusal_reason = Given::of(Coded::new("00", "Parental decision", "NIP002"));
    let mut reaction = event("2024-04-15", 120, alder("2024-04-15T15:00:00Z"));
    reaction.best.observations = vec![observation("31044-1", Coded::new("39579001", "Anaphylaxis", "SCT"))];
    let mut partial = event("2025-02-25", 21, alder("2025-02-25T15:00:00Z"));
    partial.best.completion = Given::of(Completion::Partial);
    let mut month_only =
        event("2024-08", 8, vec![origin("Cedar Family Practice", false, "2025-06-01T08:00:00Z")]);
    month_only.best.source = Given::of(InformationSource::ParentRecall);
    let mut immunity = event("2024-06-17", 998, alder("2024-06-17T15:00:00Z"));
    immunity.best.kind = EventKind::Observation;
    immunity.best.observations = vec![
        observation("59784-9", Coded::new("38907003", "Varicella infection", "SCT")),
        observation("30945-0", Coded::new("VXC17", "Allergy to gelatin", "CDCPHINVS")),
    ];
    PersonRecord {
        id: PersonId(1),
        registry_number: number(),
        version: 1,
        demographics: maya(),
        own_identifier: maya().identifiers[0].value.clone(),
        events: vec![
            refusal,
            full_dose(),
            partial,
            event("2025-02-10", 3, alder("2025-02-10T15:00:00Z")),
            month_only,
            event("2024-06-17", 120, alder("2024-06-17T15:00:00Z")),
            immunity,
            reaction,
            event("2024-02-12", 30, alder("2024-02-12T15:00:00Z")),
            event("2024-02-11", 8, alder("2024-02-11T15:00:00Z")),
        ],
        reporters: vec![
            Reporter {
                organization: "Alder Pediatrics".into(),
                mrn: "88120".into(),
                sender: "ALDER-EHR".into(),
                latest_at: "2025-05-20T15:02:11Z".parse().expect("a moment"),
                submissions: 9,
            },
            Reporter {
                organization: "Cedar Family Practice".into(),
                mrn: "C-77".into(),
                sender: "CEDAR-EHR".into(),
                latest_at: "2025-06-01T08:00:00Z".parse().expect("a moment"),
                submissions: 1,
            },
        ],
    }
}

fn sources(record: &PersonRecord) -> Vec<SourceSays> {
    let mut second = record.demographics.clone();
    second.names.truncate(1);
    second.names[0].value.as_mut().expect("a name").middle = "".into();
    second.addresses[0].value.as_mut().expect("an address").street = "12 Alder Street Apt 2".into();
    vec![
        SourceSays {
            name: "Alder Pediatrics, record no. 88120".to_owned(),
            demographics: record.demographics.clone(),
        },
        SourceSays { name: "Cedar Family Practice, record no. C-77".to_owned(), demographics: second },
    ]
}

fn summary(random: u64, given: &str, doses: i64) -> PersonSummary {
    let mut demographics = maya();
    demographics.names[0].value.as_mut().expect("a name").given = given.into();
    PersonSummary {
        id: PersonId(1),
        registry_number: RegistryNumber::from_random(random),
        demographics,
        latest_dose_on: (doses > 0).then_some(date(2025, 5, 20)),
        doses,
    }
}

/// The page without the hashes in the names of assets, which change with every edit of a style.
fn shown(page: &impl Template) -> String {
    let html = page.render().expect("a page renders");
    let mut parts = html.split("/assets/");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_at(part.find(['"', '#']).unwrap_or(part.len()));
        let mut pieces = name.split('.');
        let (stem, suffix) = (pieces.next().unwrap_or_default(), pieces.next_back().unwrap_or_default());
        write!(text, "/assets/{stem}.{suffix}{rest}").expect("a string takes text");
    }
    text
}

macro_rules! golden {
    ($name:literal, $page:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($name, shown(&$page));
        });
    };
}

fn search_page(frame: Frame, result: Option<super::patients::results::ResultView>) -> SearchPage {
    let form = SearchForm {
        csrf: "token".to_owned(),
        last: "Ortega".to_owned(),
        first: "Maya".to_owned(),
        born: "02/11/2024".to_owned(),
        ..SearchForm::default()
    };
    SearchPage { frame: frame.titled("Find a patient").helped_by("search"), form, result }
}

#[test]
fn public_pages() {
    golden!(
        "start",
        StartPage { frame: nobody().titled("Start"), origin: "http://localhost:8080".to_owned() }
    );
    golden!("accessibility", AccessibilityPage { frame: nobody().titled("Accessibility") });
    golden!("privacy", PrivacyPage { frame: nobody().titled("Privacy") });
    golden!("keyboard", KeyboardPage { frame: nobody().titled("Keyboard shortcuts"), keys: KEYS });
}

#[test]
fn pages_of_an_account() {
    let sign_in = |frame: Frame, user: &str, problems: Vec<Problem>| SignInPage {
        frame: frame.titled("Sign in"),
        csrf: "token".to_owned(),
        next: "/patients".to_owned(),
        user: user.to_owned(),
        problems,
    };
    golden!("sign-in", sign_in(nobody(), "", Vec::new()));
    let wrong = vec![Problem::of("user", "The user name or the password is not right.")];
    golden!("sign-in-wrong", sign_in(nobody(), "a.reyes", wrong));
    let ended = Notice {
        kind: "info",
        text: "You were signed out because nothing was done for 15 minutes.".to_owned(),
    };
    golden!("sign-in-ended", sign_in(nobody().noticed(Some(ended)), "", Vec::new()));
    let help = SignInHelpPage {
        frame: nobody().titled("Help with signing in").below("Sign in", "/sign-in"),
        attempts: 5,
        within_minutes: 15,
        lock_minutes: 30,
    };
    golden!("sign-in-help", help);
    let password = |frame: Frame, is_forced: bool, problems: Vec<Problem>| PasswordPage {
        frame: frame.titled("Choose your password").helped_by("account"),
        csrf: "token".to_owned(),
        user: "a.reyes".to_owned(),
        is_forced,
        rules: "At least 15 characters. A sentence is easy to remember.".to_owned(),
        problems,
    };
    golden!("password-forced", password(nobody(), true, Vec::new()));
    let short = vec![Problem::of("new", "Use at least 15 characters; this one has 8.")];
    golden!("password-too-short", password(nurse(), false, short));
    let set_up = SetUpPage {
        frame: nobody().titled("Set up"),
        csrf: "token".to_owned(),
        action: "/set-up/abc".to_owned(),
        display_name: String::new(),
        user: String::new(),
        rules: "At least 15 characters. A sentence is easy to remember.".to_owned(),
        problems: Vec::new(),
    };
    golden!("set-up", set_up);
    golden!(
        "preferences",
        PreferencesPage {
            frame: nurse().titled("Preferences").below("Today", "/"),
            csrf: "token".to_owned()
        }
    );
}

#[test]
fn today_for_those_who_search_and_those_who_do_not() {
    let today = |frame: Frame, may_search: bool, role: &str| TodayPage {
        frame: frame.titled("Today"),
        today: format::long_date(TODAY),
        may_search,
        form: SearchForm { csrf: "token".to_owned(), ..SearchForm::default() },
        roles: vec![RoleView {
            title: role.to_owned(),
            site: if may_search { "Alder Pediatrics".to_owned() } else { String::new() },
            purpose: "What this role is for, in one sentence.".to_owned(),
        }],
        last_sign_in: "Last sign-in: 03/01/2026 4:02 PM.".to_owned(),
    };
    golden!("today-clinic-access", today(nurse(), true, "Clinic Access"));
    golden!("today-system-administrator", today(administrator(), false, "System administrator"));
}

#[test]
fn finding_a_patient() {
    golden!("search", search_page(nurse_at("/patients"), None));
    let mut incomplete = search_page(nurse_at("/patients"), None);
    incomplete.form.born = String::new();
    incomplete.form.problems =
        vec![Problem::of("born", "Enter the birth date too, or a registry ID or record number.")];
    golden!("search-incomplete", incomplete);
    let criteria = || understood("Ortega", "Maya", Some(date(2024, 2, 11)), "");
    let three = [summary(11, "Maya", 14), summary(12, "Mia", 0), summary(13, "MAYA", 1)];
    golden!(
        "results-look-alikes",
        search_page(nurse_at("/patients"), Some(found(&three, criteria(), TODAY)))
    );
    golden!("results-none", search_page(nurse_at("/patients"), Some(found(&[], criteria(), TODAY))));
    golden!("results-too-many", search_page(nurse_at("/patients"), Some(too_many(25, criteria()))));
}

fn patient(page: Page) -> Frame {
    let title = format!("{} · patient {}", page.label(), format::number_tail(number()));
    nurse_at("/patients").titled(&title).helped_by("record").below("Patients", "/patients")
}

fn reports_page(text: &str) -> ReportsPage {
    ReportsPage {
        frame: patient(Page::Reports),
        strip: strip(&maya(), number(), 8, TODAY, Page::Reports),
        caption: "1 report, newest first".to_owned(),
        reports: vec![ReportRow {
            received: "05/20/2025 10:02 AM".to_owned(),
            site: text.to_owned(),
            channel: "HL7 over HTTP".to_owned(),
            sender: text.to_owned(),
            control_id: text.to_owned(),
            answer: "AA accepted".to_owned(),
        }],
    }
}

fn disclosures_page(text: &str) -> DisclosuresPage {
    DisclosuresPage {
        frame: patient(Page::Disclosures),
        strip: strip(&maya(), number(), 8, TODAY, Page::Disclosures),
        caption: "1 entry, newest first".to_owned(),
        rows: vec![DisclosureRow {
            at: "03/02/2026 10:14 AM".to_owned(),
            who: text.to_owned(),
            kind: text.to_owned(),
            what: "opened the record".to_owned(),
            purpose: text.to_owned(),
            channel: "web pages".to_owned(),
        }],
    }
}

#[test]
fn pages_of_a_patient() {
    let record = record();
    golden!("record", record_page(patient(Page::Record), &record, TODAY, &zone()));
    golden!("history", history_page(patient(Page::History), &record, false, TODAY, &zone()));
    let sources = sources(&record);
    golden!("demographics", demographics_page(patient(Page::Demographics), &record, &sources, TODAY));
    golden!("reports", reports_page("Alder Pediatrics"));
    golden!("disclosures", disclosures_page("Ana Reyes"));
}

#[test]
fn a_record_with_nothing_in_it_says_so_and_one_that_is_special_says_that() {
    let mut empty = record();
    empty.events.clear();
    empty.demographics = Demographics::default();
    golden!("record-empty", record_page(patient(Page::Record), &empty, TODAY, &zone()));
    golden!("history-empty", history_page(patient(Page::History), &empty, true, TODAY, &zone()));
    let mut special = record();
    special.demographics.is_deceased = Given::of(true);
    special.demographics.died_on = Given::of(date(2025, 12, 24).into());
    special.demographics.protection = Dated { value: Given::of(true), effective_on: Given::default() };
    golden!("record-deceased-protected", record_page(patient(Page::Record), &special, TODAY, &zone()));
}

#[test]
fn pages_that_say_why_there_is_no_page() {
    for (name, why) in [
        ("error-not-found", NoPage::NotFound),
        ("error-foreign-form", NoPage::ForeignForm),
        ("error-too-large", NoPage::TooLarge),
        ("error-busy", NoPage::Busy),
        ("error-read-only", NoPage::ReadOnly),
        ("error-internal", NoPage::Internal),
    ] {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, shown(&why.page(nobody(), "7KQ4-92MX".to_owned())));
        });
    }
}

#[test]
fn help_with_a_page() {
    let topic = topic("search").expect("a topic");
    golden!("help-search", HelpPage { frame: nurse().titled("Help: Find a patient"), topic });
}

/// What an attacker would store through an HL7 message to have it run in a nurse's browser.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "</title><svg onload=alert(1)>",
    "<!--<script>",
    "javascript:alert(1)",
    "{{7*7}}{% include 'x' %}",
    "&lt;b&gt;&#60;script&#62;",
    "\u{202e}gnirts\u{0}\u{7f}",
];

fn poison(text: &str) -> PersonRecord {
    let mut record = record();
    let person = &mut record.demographics;
    let name = PersonName {
        family: text.into(),
        given: text.into(),
        middle: text.into(),
        suffix: text.into(),
        kind: text.into(),
    };
    person.names = vec![Given::of(name.clone()), Given::of(name.clone())];
    person.mother_maiden_name = Given::of(name.clone());
    let coded = || Given::of(Coded::new(text, text, text));
    let address = Address {
        street: text.into(),
        other: text.into(),
        city: text.into(),
        state: text.into(),
        zip: text.into(),
        country: text.into(),
        kind: text.into(),
        county: text.into(),
    };
    person.addresses = vec![Given::of(address.clone())];
    let telecom = Telecom {
        usage: text.into(),
        equipment: text.into(),
        digits: text.into(),
        extension: text.into(),
        email: "".into(),
    };
    person.telecoms = vec![Given::of(telecom.clone()), Given::of(Telecom { email: text.into(), ..telecom })];
    person.next_of_kin = vec![NextOfKin {
        name: Given::of(name),
        relationship: coded(),
        address: Given::of(address),
        telecoms: Vec::new(),
    }];
    person.language = coded();
    person.ethnicity = coded();
    person.races = vec![coded()];
    person.birth_place = Given::of(text.into());
    for identifier in &mut person.identifiers {
        let identifier = identifier.value.as_mut().expect("an identifier");
        identifier.value = text.into();
        identifier.authority = text.into();
        identifier.kind = text.into();
    }
    record.own_identifier = person.identifiers[0].value.clone();
    for event in &mut record.events {
        poison_event(&mut event.best, text);
        for report in &mut event.reports {
            report.organization = text.into();
            report.site = text.into();
            report.sender = text.into();
        }
    }
    for reporter in &mut record.reporters {
        reporter.organization = text.into();
        reporter.mrn = text.into();
        reporter.sender = text.into();
    }
    record
}

fn poison_event(event: &mut ReportedEvent, text: &str) {
    let coded = || Given::of(Coded::new(text, text, text));
    event.cvx = Given::default();
    event.vaccine = coded();
    event.lot.number = Given::of(text.into());
    event.route = coded();
    event.body_site = coded();
    event.eligibility = coded();
    event.funding_source = coded();
    event.refusal_reason = coded();
    event.amount = Given::of(Amount { number: text.into(), unit: text.into() });
    let clinician = Clinician {
        id: text.into(),
        authority: text.into(),
        family: text.into(),
        given: text.into(),
        middle: text.into(),
    };
    event.administered_by = Given::of(clinician.clone());
    event.ordered_by = Given::of(clinician);
    event.comments = vec![text.into()];
    for observation in &mut event.observations {
        observation.value = Given::of(ObservationValue::Text(text.into()));
    }
}

/// The tags of a page with the names of their attributes: what a browser would make elements of.
fn skeleton(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (mut tag, mut quote, mut end) = (String::new(), None, rest.len());
        for (place, letter) in rest.char_indices() {
            match (quote, letter) {
                (None, '>') => {
                    end = place;
                    break;
                }
                (None, '"' | '\'') => quote = Some(letter),
                (Some(open), _) if open == letter => quote = None,
                (None, _) => tag.push(letter),
                (Some(_), _) => {}
            }
        }
        tags.push(tag);
        rest = &rest[end..];
    }
    tags
}

#[test]
fn what_a_sender_stores_never_becomes_an_element_or_an_attribute() {
    let pages = |text: &str| -> Vec<String> {
        let record = poison(text);
        let mut summary = summary(11, text, 2);
        summary.demographics = record.demographics.clone();
        let mut search = search_page(
            nurse_at("/patients"),
            Some(found(&[summary], understood(text, text, None, text), TODAY)),
        );
        search.form.last = text.to_owned();
        search.form.number = text.to_owned();
        vec![
            shown(&search),
            shown(&record_page(patient(Page::Record), &record, TODAY, &zone())),
            shown(&history_page(patient(Page::History), &record, false, TODAY, &zone())),
            shown(&demographics_page(patient(Page::Demographics), &record, &sources(&record), TODAY)),
            shown(&reports_page(text)),
            shown(&disclosures_page(text)),
        ]
    };
    let harmless: Vec<_> = pages("plain").iter().map(|page| skeleton(page)).collect();
    assert!(harmless.iter().all(|tags| tags.len() > 50), "the comparison sees the pages");
    for payload in PAYLOADS {
        for (page, expected) in pages(payload).iter().zip(&harmless) {
            assert_eq!(&skeleton(page), expected, "{payload:?} changed the page");
        }
    }
}

#[test]
fn no_page_carries_inline_scripts_styles_or_handlers() {
    let record = record();
    let page = shown(&record_page(patient(Page::Record), &record, TODAY, &zone()));
    let tags = skeleton(&page);
    assert!(tags.iter().all(|tag| !tag.contains(" style=") && !tag.contains(" on")), "{tags:?}");
    assert!(!page.contains("<style") && !page.contains("<script>"));
}

#[test]
fn titles_never_carry_a_name() {
    let record = record();
    let page = shown(&record_page(patient(Page::Record), &record, TODAY, &zone()));
    let title =
        page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    assert!(title.starts_with("Record · patient …") && !title.contains("Ortega"), "{title}");
}
