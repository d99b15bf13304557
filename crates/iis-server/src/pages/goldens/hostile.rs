//! What senders store stays text on every page.

use super::access::sheet;
use super::desk::{
    add, card, change, give, ledger, mend, mend_meanwhile, missed_page, on_hand, opting, receive,
    status_page, take_back,
};
use super::duplicates::queue_page;
use super::frames::{nurse_at, patient};
use super::mail::{mailbox, outbox_with};
use super::patients::{disclosures_page, reports_page, said, search_page, values_page, what_if, why};
use super::people::{record, sources, summary};
use super::printing::{print_of, revoke_of, verify_of, verify_paper_of};
use super::{TODAY, shown, zone};
use crate::pages::frame::Problem;
use crate::pages::patients::demographics::demographics_page;
use crate::pages::patients::desk::demographics::alike::AlikeView;
use crate::pages::patients::history::history_page;
use crate::pages::patients::record::record_page;
use crate::pages::patients::results::{found, understood};
use crate::pages::patients::strip::Page;
use crate::pages::verify::Outcome;
use iis_model::event::{Amount, Clinician, ObservationValue};
use iis_model::person::{Address, NextOfKin, PersonName, Telecom};
use iis_model::record::{PersonRecord, PersonSummary};
use iis_model::{Coded, Given, ReportedEvent};
use iis_registry::people::{Criteria, Hit, Named, Reason};

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
        country: text.into(),
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
    record.own_identifiers = person.identifiers[0].value.clone().into_iter().collect();
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

/// The poisoned person as a line of a list.
fn summary_of(record: &PersonRecord) -> PersonSummary {
    PersonSummary { demographics: record.demographics.clone(), ..summary(11, "", 2) }
}

/// The person as somebody who resembles whom an attacker searches for.
fn hit_of(person: PersonSummary, text: &str) -> Hit {
    let named = || Named { typed: text.into(), known: text.into() };
    Hit { person, reasons: vec![Reason::Nickname(named()), Reason::LastSounds(named())] }
}

fn criteria_of(text: &str) -> Criteria {
    let text = || text.to_owned();
    Criteria { last: text(), first: text(), number: text(), phone: text(), ..Criteria::default() }
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
            Some(found(&[hit_of(summary, text)], understood(&criteria_of(text)), TODAY)),
        );
        search.form.last = text.to_owned();
        search.form.number = text.to_owned();
        vec![
            shown(&search),
            shown(&record_page(patient(Page::Record), &record, &said(&record), &zone())),
            shown(&history_page(
                patient(Page::History),
                &record,
                false,
                &said(&record).recommendation,
                &zone(),
            )),
            shown(&why(&record, "varicella")),
            shown(&what_if(&record, r#"{"vaccine_1":"03"}"#)),
            shown(&demographics_page(
                patient(Page::Demographics),
                &record,
                (&sources(&record), Vec::new()),
                String::new(),
                (TODAY, &zone()),
            )),
            shown(&values_page(&record)),
            shown(&reports_page(text)),
            shown(&disclosures_page(text)),
            shown(&card(record.clone(), &[("l0_1", text), ("n1_1", text), ("n1", text)])),
            shown(&change(record.clone())),
            shown(&status_page(&record, text, Vec::new())),
            shown(&add(&record.demographics, Some(AlikeView::of(&[summary_of(&record)], TODAY)))),
            shown(&mend(record.clone())),
            shown(&take_back(&record, Vec::new())),
            shown(&mend_meanwhile(record.clone(), text, false)),
            shown(&opting(&record, text, true)),
            shown(&give(&record, text)),
            shown(&on_hand(text)),
            shown(&ledger(text)),
            shown(&receive(text)),
            shown(&missed_page(text)),
            shown(&queue_page(Some(record.demographics.clone()), text)),
            shown(&mailbox(text)),
            shown(&sheet(text, vec![Problem::of("name", text)])),
            shown(&outbox_with(text)),
            shown(&print_of(&record, text)),
            shown(&revoke_of(&record, text)),
            shown(&verify_of(text, Outcome::Unknown)),
            shown(&verify_paper_of(text, true)),
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
    let page = shown(&record_page(patient(Page::Record), &record, &said(&record), &zone()));
    let tags = skeleton(&page);
    assert!(tags.iter().all(|tag| !tag.contains(" style=") && !tag.contains(" on")), "{tags:?}");
    assert!(!page.contains("<style") && !page.contains("<script>"));
}

#[test]
fn titles_never_carry_a_name() {
    let record = record();
    let page = shown(&record_page(patient(Page::Record), &record, &said(&record), &zone()));
    let title =
        page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    assert!(title.starts_with("Record · patient …") && !title.contains("Ortega"), "{title}");
}
