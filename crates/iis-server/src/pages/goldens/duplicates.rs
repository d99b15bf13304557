//! The pages about possible duplicates.

use super::frames::{nurse_at, patient_page};
use super::people::{maya, record, told};
use super::{TODAY, golden, number, shown, zone};
use crate::pages::duplicates::compared::{self, CasePage};
use crate::pages::duplicates::flagging::{FlagForm, FlagPage};
use crate::pages::duplicates::queue::{self, QueuePage};
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::desk::Token;
use crate::pages::patients::strip::{Page, strip};
use iis_matching::patient::explain::explain;
use iis_matching::patient::subject::Subject;
use iis_matching::patient::veto::Veto;
use iis_matching::patient::weights::Weights;
use iis_model::record::PersonRecord;
use iis_model::{Demographics, PersonId, RegistryNumber, SourceRecordId, Timestamp};
use iis_registry::review::{
    Case, Compared, Contradiction, Joined, Measures, Queue, RecordSays, Relative, SeenAnswer, Share, Shared,
    WaitingItem,
};
use iis_store::review_item::ReviewItem;

fn at() -> Timestamp {
    "2026-02-27T16:00:00Z".parse().expect("a moment")
}

fn frame(title: &str) -> Frame {
    nurse_at("/patients/duplicates").titled(title).helped_by("duplicates").below("Patients", "/patients")
}

/// Maya's record, and one that came for Maia of the same household.
fn two() -> [PersonRecord; 2] {
    let mut maia = record();
    maia.id = PersonId(2);
    maia.registry_number = RegistryNumber::from_random(987_654_321);
    maia.demographics.names.truncate(1);
    let name = maia.demographics.names[0].value.as_mut().expect("a name");
    name.given = "Maia".into();
    let home = maia.demographics.addresses[0].value.as_mut().expect("an address");
    home.street = "12 Alder Street Apt 2".into();
    maia.demographics.next_of_kin = vec![told("MTH", "Ana", "Lopez")];
    maia.events.truncate(2);
    [record(), maia]
}

fn compared(persons: [PersonRecord; 2]) -> Compared {
    let weights = Weights::default();
    let [a, b] = [&persons[0], &persons[1]].map(|one| Subject::of(&one.demographics, &weights.names));
    let mut explanation = explain(&a, &b, false, &weights);
    explanation.vetoes = explanation.vetoes.with(Veto::TwoNames);
    let sister = Relative {
        id: PersonId(3),
        registry_number: number(),
        demographics: persons[0].demographics.clone(),
        shares: [Shared::BirthDate, Shared::Address].into(),
    };
    let says = |number: &str, person: &PersonRecord| RecordSays {
        organization: "Alder Pediatrics".into(),
        mrn: number.into(),
        of_records: 2,
        demographics: person.demographics.clone(),
    };
    let records = [says("88120", &persons[0]), says("C-77", &persons[1])];
    let unlike = |number: &str, given: &str| {
        let mut person = persons[0].clone();
        person.demographics.names[0].value.as_mut().expect("a name").given = given.into();
        says(number, &person)
    };
    let elsewhere = vec![Contradiction {
        veto: Veto::OtherFirstName,
        records: [unlike("88120", "Maya"), unlike("C-78", "Baker")],
    }];
    let joined = Joined { doses: 9, demographics: persons[0].demographics.clone(), events: Vec::new() };
    Compared {
        persons,
        explanation,
        records,
        elsewhere,
        others: vec![number()],
        family: vec![sister],
        joined,
    }
}

fn item(state: &str) -> ReviewItem {
    ReviewItem {
        id: 1189,
        source_record_id: SourceRecordId(1),
        person_id: PersonId(2),
        candidates: Vec::new(),
        best_bits: 210,
        model_version: 1,
        priority: 0,
        state: state.into(),
        opened_at: at(),
        opened_by: "openiis".into(),
        closed_at: (state != "open").then(at),
        event_id: None,
    }
}

fn answer(op: &str, text: &str) -> SeenAnswer {
    let state = if op == "merge" { "waiting" } else { "done" };
    let remark = (op != "merge").then(|| text.into());
    SeenAnswer { id: 7, op: op.into(), actor: text.into(), at: at(), remark, state: state.into() }
}

fn case_page(state: &str, compared: Option<Compared>, answers: Vec<SeenAnswer>) -> CasePage {
    let case = Case { item: item(state), compared, now: number(), answers };
    let case = compared::view(&case, TODAY, &zone());
    let word = || "0".repeat(64);
    CasePage { frame: frame("One person or two?"), case, csrf: "token".to_owned(), once: word() }
}

pub(super) fn queue_page(demographics: Option<Demographics>, by: &str) -> QueuePage {
    let waiting = |demographics| WaitingItem {
        id: 1189,
        demographics,
        candidates: 2,
        has_doses: true,
        score: 210,
        opened_at: at(),
        opened_by: by.into(),
    };
    let items: Vec<_> = demographics.into_iter().map(waiting).collect();
    let open = i64::try_from(items.len()).expect("few");
    let (next, oldest) = (items.first().map(|_| (5, 1189)), items.first().map(|_| at()));
    let measures = Measures {
        waiting: [open, 0, 0, 0],
        as_expected: Share { part: 3 * open, whole: 4 * open },
        ..Measures::default()
    };
    let queue = Queue { items, next, open, second: 0, hidden: open, oldest, measures };
    QueuePage { frame: frame("Possible duplicates"), queue: queue::view(&queue, false, TODAY, &zone()) }
}

#[test]
fn the_queue_of_possible_duplicates() {
    golden!("duplicates-queue", queue_page(Some(maya()), "openiis"));
    golden!("duplicates-queue-empty", queue_page(None, ""));
}

#[test]
fn two_persons_side_by_side() {
    golden!("duplicates-case", case_page("open", Some(compared(two())), Vec::new()));
    let waits = vec![answer("flagged", "Ana Reyes"), answer("merge", "Dora Quast")];
    golden!("duplicates-case-waits", case_page("open", Some(compared(two())), waits));
    golden!("duplicates-case-merged", case_page("merged", None, vec![answer("different", "Dora Quast")]));
}

#[test]
fn flagging_a_suspected_duplicate() {
    let form = FlagForm {
        token: Token {
            action: "/patients/1/duplicate".to_owned(),
            csrf: "token".to_owned(),
            once: "0".repeat(64),
        },
        other: "12".to_owned(),
        remark: String::new(),
        problems: vec![Problem::of("other", "Enter the ten digits of the other record's registry ID.")],
    };
    let page = FlagPage {
        frame: patient_page("Suspected duplicate"),
        strip: strip(&record(), TODAY, Page::Record),
        form,
        record_href: Page::Record.href(number()),
    };
    golden!("duplicates-flag-wrong", page);
}
