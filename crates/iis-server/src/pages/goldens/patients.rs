//! The pages about patients.

use super::frames::{nurse_at, patient, patient_page};
use super::people::{record, sources, sources_to_choose_from, summary};
use super::{TODAY, golden, number, shown, zone};
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::demographics::demographics_page;
use crate::pages::patients::disclosures::{DisclosureRow, DisclosuresPage};
use crate::pages::patients::doses::Setting;
use crate::pages::patients::history::history_page;
use crate::pages::patients::recommendation::Said;
use crate::pages::patients::recommendation::planned::{self, Typed};
use crate::pages::patients::recommendation::what_if::{WhatIfPage, href, result};
use crate::pages::patients::recommendation::why::{About, WhyPage, why_page};
use crate::pages::patients::record::record_page;
use crate::pages::patients::reports::{ReportRow, ReportsPage};
use crate::pages::patients::results::{
    ResultView, SearchForm, SearchPage, found, nearest, too_many, understood,
};
use crate::pages::patients::strip::{Page, strip};
use crate::pages::patients::values::ValuesPage;
use iis_model::person::Dated;
use iis_model::record::{PersonRecord, Reporter};
use iis_model::{Demographics, Given};
use iis_registry::people::{Criteria, Hit, Named, Reason};
use iis_registry::recommend::{Schedules, explain, visits, what_if as supposed};
use jiff::civil::date;
use std::sync::LazyLock;

/// The schedule that ships with the program.
static SCHEDULES: LazyLock<Schedules> = LazyLock::new(Schedules::built_in);

pub(super) fn said(record: &PersonRecord) -> Said {
    Said::of(&SCHEDULES, record, TODAY)
}

/// Why, about one group of the invented patient.
pub(super) fn why(record: &PersonRecord, group: &str) -> WhyPage {
    let zone = zone();
    let setting = Setting { born_on: record.demographics.birth_date(), zone: &zone };
    let said = explain(&SCHEDULES, record, TODAY);
    let about = About { record, said: &said, slug: group, setting, question: None };
    why_page(patient_page("Why"), about).expect("a group of the schedule")
}

/// Why, for another day and with planned doses.
fn why_if(record: &PersonRecord, typed: &str, group: &str) -> WhyPage {
    let zone = zone();
    let setting = Setting { born_on: record.demographics.birth_date(), zone: &zone };
    let typed: Typed = serde_json::from_str(typed).expect("the fields of the form");
    let question = planned::read(&typed, TODAY).expect("a question");
    let said = supposed(&SCHEDULES, record, &question.planned, question.on);
    let asked = question.asked("token".to_owned(), href(record));
    let about = About { record, said: &said, slug: group, setting, question: Some((&question, asked)) };
    why_page(patient_page("Why"), about).expect("a group of the schedule")
}

/// What if, with what was typed.
pub(super) fn what_if(record: &PersonRecord, typed: &str) -> WhatIfPage {
    let typed: Typed = serde_json::from_str(typed).expect("the fields of the form");
    let (result, problems) = match planned::read(&typed, TODAY) {
        Ok(question) => (Some(result(&SCHEDULES, record, &question, TODAY, "token".to_owned())), Vec::new()),
        Err(problems) => (None, problems),
    };
    let visits = visits(&SCHEDULES, record, &[], TODAY);
    WhatIfPage {
        frame: patient_page("What if"),
        strip: strip(record, TODAY, Page::Record),
        form: planned::form("token".to_owned(), href(record), &typed, &visits, problems),
        result,
        record_href: Page::Record.href(number()),
    }
}

pub(super) fn search_page(frame: Frame, result: Option<ResultView>) -> SearchPage {
    let form = SearchForm {
        csrf: "token".to_owned(),
        last: "Ortega".to_owned(),
        first: "Maya".to_owned(),
        born: "02/11/2024".to_owned(),
        ..SearchForm::default()
    };
    let add_href = if result.is_some() { "/patients/new?search=1".to_owned() } else { String::new() };
    SearchPage {
        frame: frame.titled("Find a patient").helped_by("search"),
        form,
        result,
        add_href,
        emergency_href: "/patients/emergency",
    }
}

#[test]
fn finding_a_patient() {
    golden!("search", search_page(nurse_at("/patients"), None));
    let mut incomplete = search_page(nurse_at("/patients"), None);
    incomplete.form.born = String::new();
    incomplete.form.problems =
        vec![Problem::of("born", "Enter the birth date too, or a registry ID or record number.")];
    golden!("search-incomplete", incomplete);
    let criteria = Criteria {
        last: "Ortega".to_owned(),
        first: "Maya".to_owned(),
        born_on: Some(date(2024, 2, 11)),
        ..Criteria::default()
    };
    let hit = |random, given, doses, reasons| Hit { person: summary(random, given, doses), reasons };
    let swapped = Reason::DayAndMonthSwapped(date(2024, 11, 2));
    let spelled = Reason::FirstSpelled(Named { typed: "Maya".into(), known: "Mia".into() });
    let three = [
        hit(11, "Maya", 14, Vec::new()),
        hit(12, "Mia", 0, vec![spelled, swapped]),
        hit(13, "MAYA", 1, Vec::new()),
    ];
    golden!(
        "results-look-alikes",
        search_page(nurse_at("/patients"), Some(found(&three, understood(&criteria), TODAY)))
    );
    let none = found(&[], understood(&criteria), TODAY);
    golden!("results-none", search_page(nurse_at("/patients"), Some(none)));
    let any_order = Criteria { in_any_order: true, phone: "(202) 555-0140".to_owned(), ..criteria.clone() };
    golden!("results-nearest", search_page(nurse_at("/patients"), Some(nearest(&three, &any_order, TODAY))));
    golden!("results-too-many", search_page(nurse_at("/patients"), Some(too_many(25, &criteria))));
}

pub(super) fn reports_page(text: &str) -> ReportsPage {
    let message = ReportRow {
        received: "05/20/2025 10:02 AM".to_owned(),
        site: text.to_owned(),
        channel: "HL7 over HTTP".to_owned(),
        sender: text.to_owned(),
        control_id: text.to_owned(),
        said: String::new(),
        answer: "AA accepted".to_owned(),
    };
    let form = ReportRow {
        channel: "form".to_owned(),
        control_id: String::new(),
        said: text.to_owned(),
        answer: "Saved".to_owned(),
        ..message.clone()
    };
    ReportsPage {
        frame: patient(Page::Reports),
        strip: strip(&record(), TODAY, Page::Reports),
        caption: "2 reports, newest first".to_owned(),
        reports: vec![message, form],
    }
}

pub(super) fn disclosures_page(text: &str) -> DisclosuresPage {
    DisclosuresPage {
        frame: patient(Page::Disclosures),
        strip: strip(&record(), TODAY, Page::Disclosures),
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
    golden!("record", record_page(patient(Page::Record), &record, &said(&record), &zone()));
    golden!(
        "history",
        history_page(patient(Page::History), &record, false, &said(&record).recommendation, &zone())
    );
    let sources = sources(&record);
    golden!(
        "demographics",
        demographics_page(
            patient(Page::Demographics),
            &record,
            (&sources, Vec::new()),
            String::new(),
            (TODAY, &zone())
        )
    );
    golden!("reports", reports_page("Alder Pediatrics"));
    golden!("disclosures", disclosures_page("Ana Reyes"));
}

#[test]
fn a_record_rests_on_the_organizations_whose_reports_its_doses_are() {
    let mut record = record();
    // whoever only withdrew a dose reported about the person, and nothing rests on it
    record.reporters.push(Reporter { organization: "Birch Clinic".into(), ..record.reporters[0].clone() });
    let page = record_page(patient(Page::Record), &record, &said(&record), &zone());
    assert!(shown(&page).contains("Rests on 8 doses, from 9 reports of 2 organizations;"));
}

#[test]
fn a_record_with_nothing_in_it_says_so_and_one_that_is_special_says_that() {
    let mut empty = record();
    empty.events.clear();
    empty.demographics = Demographics::default();
    golden!("record-empty", record_page(patient(Page::Record), &empty, &said(&empty), &zone()));
    golden!(
        "history-empty",
        history_page(patient(Page::History), &empty, true, &said(&empty).recommendation, &zone())
    );
    let mut special = record();
    special.demographics.is_deceased = Given::of(true);
    special.demographics.died_on = Given::of(date(2025, 12, 24).into());
    special.demographics.protection = Dated { value: Given::of(true), effective_on: Given::default() };
    golden!(
        "record-deceased-protected",
        record_page(patient(Page::Record), &special, &said(&special), &zone())
    );
}

/// The page on which one chooses whose value counts.
pub(super) fn values_page(record: &PersonRecord) -> ValuesPage {
    let strip = strip(record, TODAY, Page::Demographics);
    let sources = sources_to_choose_from(record);
    ValuesPage::for_golden(
        patient_page("Whose value counts"),
        strip,
        (&record.demographics, &sources),
        (number(), &zone()),
    )
}

#[test]
fn where_sources_differ_one_of_their_values_is_chosen() {
    golden!("values", values_page(&record()));
}

#[test]
fn why_a_dose_does_not_count_and_what_follows() {
    let record = record();
    golden!("why", why(&record, "varicella"));
    golden!("why-without-doses", why(&record, "pneumococcal"));
}

#[test]
fn what_if_something_else_is_done() {
    let record = record();
    let (nothing, plan) = ("{}", r#"{"on":"06/01/2026","vaccine_1":"21","given_2":""}"#);
    golden!("what-if", what_if(&record, plan));
    let mut form = what_if(&record, nothing);
    form.result = None;
    golden!("what-if-form", form);
    // a child of thirteen months with nothing on the record
    let mut healthy = record.clone();
    healthy.demographics.born_on = Given::of(date(2025, 2, 1).into());
    healthy.events.clear();
    let mmr_alone = r#"{"on":"t","vaccine_1":"03","given_1":"t"}"#;
    golden!("what-if-live", what_if(&healthy, mmr_alone));
    golden!("why-of-what-if", why_if(&healthy, mmr_alone, "varicella"));
    golden!(
        "why-of-planned-dose",
        why_if(&healthy, r#"{"on":"t","vaccine_1":"03","given_1":"1/20/26"}"#, "mmr")
    );
    golden!("what-if-wrong", what_if(&record, r#"{"on":"soon","vaccine_1":"","given_1":"t"}"#));
}
