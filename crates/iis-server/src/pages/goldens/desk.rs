//! The forms of the desk.

use super::frames::{nurse_at, patient_page};
use super::patients::said;
use super::people::{dose_of, record, summary};
use super::{TODAY, golden, number, shown, zone};
use crate::pages::codes::vaccines_by_name;
use crate::pages::frame::{Notice, Problem};
use crate::pages::inventory::missed::{self, MissedPage};
use crate::pages::inventory::on_hand::{LotPage, OnHandPage, caption, entry_rows, lot_row, reported};
use crate::pages::inventory::receive::ReceivePage;
use crate::pages::patients::activity::view::{
    ActivityForm, Card, HistoryRow, OtherSite, StatusPage, because, choices, status,
};
use crate::pages::patients::desk::beside::{BesideForm, BesidePage};
use crate::pages::patients::desk::card::view::CardPage;
use crate::pages::patients::desk::demographics::add::AddPage;
use crate::pages::patients::desk::demographics::alike::AlikeView;
use crate::pages::patients::desk::demographics::change::ChangePage;
use crate::pages::patients::desk::demographics::form::PersonForm;
use crate::pages::patients::desk::demographics::person::values;
use crate::pages::patients::desk::meanwhile::MeanwhileView;
use crate::pages::patients::desk::mending::form::MendForm;
use crate::pages::patients::desk::mending::mend::MendPage;
use crate::pages::patients::desk::mending::take_back::{self, TakeBackPage};
use crate::pages::patients::desk::saved::{SavedDose, SavedPage, heading, line};
use crate::pages::patients::desk::visit::view::GivePage;
use crate::pages::patients::desk::{Setting, Token, Typed};
use crate::pages::patients::opting_out::{OptingForm, OptingPage, band, entered_row};
use crate::pages::patients::recommendation::needs::needs;
use crate::pages::patients::strip::{Page, strip};
use crate::pages::sites::SiteChoice;
use iis_model::activity::{Activity, Level};
use iis_model::organization::{Site, SiteKind};
use iis_model::record::{PersonRecord, ReportOrigin};
use iis_model::stock::{EntryKind, Funding, Missed, OnHand};
use iis_model::{
    Action, Date, Demographics, EventKind, Given, LotId, OrganizationId, PartialDate, ReportId, SiteId,
    SourceRecordId, StorageUnitId, Timestamp,
};
use iis_registry::activity::{Because, Standing};
use iis_registry::cases::Scan;
use iis_registry::desk::Replaced;
use iis_registry::inventory::{Compliance, Left, MissedLine};
use iis_registry::opting_out::{FormRow, FormScan};
use iis_store::stock::NewEntry;
use iis_store::stock_lot::StorageUnit;
use jiff::civil::date;

fn token() -> Token {
    Token { action: "/patients/somewhere".to_owned(), csrf: "token".to_owned(), once: "0".repeat(64) }
}

fn setting(record: PersonRecord, title: &str) -> Setting {
    let site = Site {
        id: SiteId(1),
        organization_id: OrganizationId(1),
        code: "ALDER".into(),
        name: "Alder Pediatrics".into(),
        pin: None,
        kind: SiteKind::Clinic,
    };
    let strip = strip(&record, TODAY, Page::Record);
    Setting { record, site, strip, frame: patient_page(title).helped_by("desk"), is_merged: false }
}

/// The page of where a person is active; `text` stands wherever somebody may have written something.
pub(super) fn status_page(record: &PersonRecord, text: &str, problems: Vec<Problem>) -> StatusPage {
    let standing = |activity, because| Standing { activity, because };
    let lost = standing(Activity::LostToFollowUp, Because::Said(date(2025, 6, 1)));
    let form = |level, note: &str| ActivityForm {
        token: token(),
        choices: choices(level, "lost"),
        since: "03/02/2026".to_owned(),
        note: note.to_owned(),
        asks_attempts: level == Level::Site,
        button: "Save for this clinic".to_owned(),
        ..ActivityForm::default()
    };
    let card = |id, heading: &str, standing: Standing, form| Card {
        id,
        heading: heading.to_owned(),
        status: status(standing.activity),
        because: because(standing),
        effect: "Who is inactive here is left out.",
        is_home: false,
        form,
    };
    StatusPage {
        frame: patient_page("Status").helped_by("status"),
        strip: strip(record, TODAY, Page::Status),
        cards: vec![
            card("here", text, lost, Some(form(Level::Site, text))),
            card("state", "In the state", standing(Activity::Active, Because::Reported), None),
        ],
        others: vec![OtherSite {
            name: text.to_owned(),
            status: status(Activity::Active),
            because: because(standing(Activity::Active, Because::Dose(date(2026, 1, 5)))),
            is_home: true,
        }],
        history: vec![HistoryRow {
            since: "06/01/2025".to_owned(),
            place: text.to_owned(),
            status: status(Activity::LostToFollowUp),
            note: text.to_owned(),
            said: text.to_owned(),
        }],
        problems,
    }
}

#[test]
fn where_a_person_is_active() {
    golden!("status", status_page(&record(), "Alder Pediatrics", Vec::new()));
    let problems = vec![Problem::of("here-attempts", "Say how often you tried.")];
    golden!("status-wrong", status_page(&record(), "Alder Pediatrics", problems));
}

pub(super) fn card(record: PersonRecord, typed: &[(&str, &str)]) -> CardPage {
    CardPage::for_golden(setting(record, "Add history"), &Typed::of(typed), TODAY)
}

pub(super) fn change(record: PersonRecord) -> ChangePage {
    let values = values(&record.demographics);
    let Setting { strip, frame, .. } = setting(record, "Change demographics");
    let form = PersonForm::new(token(), &values, false, Vec::new());
    let back_href = Page::Demographics.href(number());
    ChangePage { frame, strip, form, back_href, site: "Alder Pediatrics".to_owned() }
}

pub(super) fn add(person: &Demographics, alike: Option<AlikeView>) -> AddPage {
    let form = PersonForm::new(token(), &values(person), true, Vec::new());
    AddPage {
        frame: nurse_at("/patients").titled("Add a patient").helped_by("desk").below("Patients", "/patients"),
        form,
        search: "7".to_owned(),
        search_href: "/patients/searches/7".to_owned(),
        alike,
        site: "Alder Pediatrics".to_owned(),
    }
}

pub(super) fn mend(record: PersonRecord) -> MendPage {
    let form = MendForm::new(token(), dose_of(&record), (None, &vaccines_by_name()), Vec::new());
    let Setting { strip, frame, .. } = setting(record, "Correct or remove a dose");
    MendPage {
        frame,
        strip,
        form,
        meanwhile: None,
        also: Vec::new(),
        reactions: Vec::new(),
        along: Vec::new(),
        notes_href: String::new(),
        history_href: Page::History.href(number()),
        site: "Alder Pediatrics".to_owned(),
    }
}

/// Somebody else corrected or removed the dose while another lot was typed.
pub(super) fn mend_meanwhile(record: PersonRecord, by: &str, is_removed: bool) -> MendPage {
    let before = dose_of(&record).clone();
    let mut now = before.clone();
    now.given_on = Given::of(PartialDate::day(date(2024, 4, 16)));
    if is_removed {
        now.action = Given::of(Action::Delete);
    }
    let at = "2026-03-02T15:14:00Z".parse().expect("a moment");
    let key = (SourceRecordId(1), ReportId(2));
    let replaced = Replaced { before, now, key, by: by.into(), at };
    let typed =
        Typed::of(&[("on", "04/15/2024"), ("vaccine", "106"), ("lot", by), ("reason", "wrong-product")]);
    let form = MendForm::new(token(), &replaced.now, (Some(&typed), &vaccines_by_name()), Vec::new());
    let meanwhile = Some(MeanwhileView::of(&replaced, &typed, &jiff::tz::TimeZone::UTC));
    MendPage { form, meanwhile, ..mend(record) }
}

pub(super) fn opting(record: &PersonRecord, text: &str, is_out: bool) -> OptingPage {
    let row = FormRow {
        registry_number: number(),
        id: 1,
        opts_out: is_out,
        signed_on: date(2026, 3, 1),
        signed_by: text.into(),
        relation: "parent".into(),
        reference: text.into(),
        at: "2026-03-02T15:14:00Z".parse().expect("a moment"),
        actor: "ora".into(),
    };
    let scan = FormScan { form_id: 1, media_type: "application/pdf".into(), scanner: Scan::NotScanned };
    let what = if is_out { "back" } else { "out" };
    let typed =
        Typed::of(&[("what", what), ("signed_by", text), ("reference", text), ("relation", "parent")]);
    let problems = vec![Problem::of("signed_on", "Enter the date as MM/DD/YYYY, for example 03/02/2026.")];
    let Setting { mut strip, frame, .. } = setting(record.clone(), "Taking part");
    strip.bands.extend(band(&row));
    OptingPage {
        frame,
        strip,
        form: OptingForm::new(token(), is_out, &typed, problems),
        entered: vec![entered_row(&row, Some(&scan), "/patients/1/opt-out", &zone())],
        record_href: Page::Record.href(number()),
    }
}

#[test]
fn a_signed_form_locks_a_record_and_opens_it_again() {
    golden!("opt-out", opting(&record(), "Ana Ortega", false));
    golden!("opt-out-rescind", opting(&record(), "Ana Ortega", true));
}

pub(super) fn beside(record: &PersonRecord, problems: Vec<Problem>) -> BesidePage {
    let Setting { strip, frame, .. } =
        setting(record.clone(), "Add a refusal, a contraindication, immunity or a reaction");
    let form = BesideForm::new(token(), &Typed::default(), (record, TODAY), problems);
    BesidePage {
        frame,
        strip,
        form,
        record_href: Page::Record.href(number()),
        site: "Alder Pediatrics".to_owned(),
    }
}

pub(super) fn take_back(record: &PersonRecord, problems: Vec<Problem>) -> TakeBackPage {
    let mut record = record.clone();
    let note = record.events.iter_mut().find(|event| event.best.kind == EventKind::Refusal);
    let note = note.expect("a refusal");
    let said = note.reports.first().expect("somebody reported it").clone();
    let key = (said.source_record_id, said.report_id);
    // where something is wrong, others say the same: the own organization by a message, and another one
    if !problems.is_empty() {
        let other = |organization_id, report_id, organization: &str| ReportOrigin {
            organization_id,
            owner_id: organization_id,
            report_id: ReportId(report_id),
            organization: organization.into(),
            sender: "ehr".into(),
            ..said.clone()
        };
        note.reports.push(other(OrganizationId(1), 901, "Alder Pediatrics"));
        note.reports.push(other(OrganizationId(77), 902, "Birch <Clinic>"));
    }
    let best = note.best.clone();
    let setting = setting(record, "Remove a note");
    take_back::page(setting, token(), (&best, key), &Typed::default(), problems)
}

#[test]
fn a_note_of_ones_own_is_taken_back() {
    golden!("desk-take-back", take_back(&record(), Vec::new()));
    let problems = vec![Problem::of("reason-note-other-person", "Choose why it is removed.")];
    golden!("desk-take-back-wrong", take_back(&record(), problems));
}

#[test]
fn the_yellow_card() {
    golden!("desk-card", card(record(), &[]));
    let typed = [
        ("l0_1", "t"),
        ("l0_2", "13/13/2024"),
        ("l2_1", "01/01/2020"),
        ("l11_1", "02/12/2025"),
        ("l9_1", "2024"),
    ];
    golden!("desk-card-marked", card(record(), &typed));
}

#[test]
fn a_person_is_changed_and_added() {
    golden!("desk-change", change(record()));
    let mut meanwhile = change(record());
    let text = "Somebody else changed this record while you were typing.".to_owned();
    meanwhile.frame = meanwhile.frame.noticed(Some(Notice { kind: "warning", text }));
    let fields = meanwhile.form.sections.iter_mut().flat_map(|section| &mut section.fields);
    for field in fields.filter(|field| field.id == "street") {
        field.meanwhile = "1 Oak St".to_owned();
    }
    golden!("desk-change-meanwhile", meanwhile);
    golden!("desk-add", add(&Demographics::default(), None));
    let alike = AlikeView::of(&[summary(11, "Maya", 14)], TODAY);
    golden!("desk-add-alike", add(&record().demographics, Some(alike)));
}

#[test]
fn a_dose_is_corrected_and_a_note_is_added() {
    golden!("desk-mend", mend(record()));
    golden!("desk-mend-meanwhile", mend_meanwhile(record(), "Ben Hill", false));
    golden!("desk-mend-removed", mend_meanwhile(record(), "", true));
    golden!(
        "desk-notes",
        beside(&record(), vec![Problem::of("vaccine", "Choose the vaccine that was refused.")])
    );
}

fn lot(id: i64, number: &str, cvx: u16, funding: Funding, expires_on: Date, doses: i64) -> OnHand {
    iis_model::testing::on_hand(id, number, cvx, doses).of(funding, expires_on)
}

fn shelf(number: &str) -> Vec<OnHand> {
    vec![
        lot(1, number, 21, Funding::PublicVfc, date(2026, 3, 28), 6),
        lot(2, number, 106, Funding::PublicVfc, date(2026, 8, 31), 14),
        lot(3, number, 106, Funding::Private, date(2026, 5, 1), 2),
        lot(4, number, 3, Funding::Private, date(2026, 2, 1), 1),
    ]
}

pub(super) fn give(record: &PersonRecord, number: &str) -> GivePage {
    let said = said(record).recommendation;
    let typed = Typed::of(&[("eligibility", "V02"), ("give_HepB", "on"), ("given_by", number)]);
    GivePage::for_golden(setting(record.clone(), "Record doses"), &said, &shelf(number), (&typed, TODAY))
}

pub(super) fn on_hand(number: &str) -> OnHandPage {
    let lots = shelf(number);
    OnHandPage {
        frame: nurse_at("/inventory").titled("Vaccine on hand").helped_by("inventory"),
        site: number.to_owned(),
        caption: caption(&lots),
        reported: reported(&Compliance {
            supplied: 120,
            reported: 90,
            not_taken_out: 6,
            left_alone: if number.contains('<') { vec![number.into()] } else { Vec::new() },
        }),
        lots: lots.iter().map(|lot| lot_row(lot, TODAY, str::to_owned)).collect(),
        may_receive: true,
        choice: Some(SiteChoice::of_two(number)),
        receive: "/inventory/receive".to_owned(),
        missed: "/inventory/not-decremented".to_owned(),
    }
}

pub(super) fn ledger(text: &str) -> LotPage {
    let entry = |n, kind, doses| NewEntry {
        lot_id: LotId(1),
        n,
        kind,
        doses,
        reason: text.into(),
        actor: text.into(),
        at: Timestamp::from_second(1_772_445_600).expect("a moment"),
        dose: None,
    };
    let entries = [entry(1, EntryKind::Received, 10), entry(2, EntryKind::Administered, -1)];
    LotPage {
        frame: nurse_at("/inventory").titled("Ledger of a lot").below("Vaccine on hand", "/inventory"),
        lot: lot_row(&shelf(text)[0], TODAY, str::to_owned),
        entries: entry_rows(&entries, &zone()),
    }
}

pub(super) fn receive(text: &str) -> ReceivePage {
    let frame = nurse_at("/inventory").titled("Receive vaccine").below("Vaccine on hand", "/inventory");
    let typed =
        Typed::of(&[("lot", text), ("doses", text), ("unit", text), ("ndc", text), ("expires", text)]);
    let unit =
        StorageUnit { id: StorageUnitId(1), site_id: SiteId(1), name: text.into(), kind: "freezer".into() };
    ReceivePage::new(frame, text, (token(), &typed), &[unit], (text.to_owned(), Vec::new()))
}

pub(super) fn missed_page(text: &str) -> MissedPage {
    let mut dose = dose_of(&record()).clone();
    dose.lot.number = Given::of(text.into());
    let at = Timestamp::from_second(1_772_445_600).expect("a moment");
    let line = MissedLine { number: number(), dose, reason: Missed::Funding, at };
    let frame = nurse_at("/inventory").titled("Not decremented").below("Vaccine on hand", "/inventory");
    missed::page(frame, text, &[line])
}

#[test]
fn a_visit_is_recorded() {
    golden!("desk-give", give(&record(), "C5829AO"));
    let left = [
        Left::From { lot: "C5829AO".into(), doses: 13 },
        Left::Not(Missed::NoStock),
        Left::Already { lot: "C5829AO".into() },
    ];
    let Setting { strip, frame, .. } = setting(record(), "Saved");
    let href = |left: &Left| match left {
        Left::From { .. } => format!("/patients/{}/reports/1.1/mend", number()),
        _ => String::new(),
    };
    let said = said(&record());
    let mut needs = needs(&said, number(), TODAY);
    needs.givable(&said, number());
    let saved = SavedPage {
        frame,
        strip,
        heading: heading(&left),
        doses: left
            .iter()
            .map(|left| SavedDose { status: line(left, "MMR"), undo_href: href(left) })
            .collect(),
        needs,
        again_href: format!("/patients/{}/doses/new", number()),
        same_href: "/patients/next?doses=17.C28161.LT".to_owned(),
        record_href: Page::Record.href(number()),
        print_href: format!("/patients/{}/print", number()),
    };
    golden!("desk-saved", saved);
}

#[test]
fn vaccine_on_hand() {
    golden!("inventory", on_hand("C5829AO"));
    golden!("inventory-lot", ledger("C5829AO"));
    golden!("inventory-receive", receive("C5829AO"));
    golden!("inventory-missed", missed_page("C5829AO"));
}
