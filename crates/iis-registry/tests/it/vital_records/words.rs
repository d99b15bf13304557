//! What desks put in words may tell an identity that was put away: it is held back with it, and comes back with it.

use super::replaced::{FORMER, known_under_the_former_name};
use super::taken_back::is_as_computed;
use super::{born, only, replaced, stored};
use crate::at_the_desk::{deed, nurse, send, stored as entered};
use crate::protecting::granted;
use crate::world::{World, on_each_engine};
use iis_model::access::{Granted, Permission};
use iis_model::activity::{Activity, ActivitySaid, Level};
use iis_model::event::ObservationValue;
use iis_model::organization::Site;
use iis_model::record::PersonRecord;
use iis_model::{Cvx, EventKind, PartialDate, Submission};
use iis_registry::activity;
use iis_registry::desk::saying::{Reaction, Vaers};
use iis_registry::desk::{About, ReportKey, put_back, remove};

/// A reaction and a status, each with words, and the number of a report to VAERS.
fn typed(reaction: &str, vaers: &str, note: &str) -> Submission {
    let day = PartialDate::day(born());
    let reaction = Reaction {
        what: ObservationValue::Text(reaction.into()),
        after: (Cvx::new(3), day),
        on: day,
        vaers: Some(Vaers::Reported(vaers.into())),
    };
    let lost = ActivitySaid {
        level: Level::Jurisdiction,
        activity: Activity::LostToFollowUp,
        note: note.into(),
        effective_on: born(),
    };
    Submission { events: vec![reaction.report()], activity: Some(lost), ..Submission::default() }
}

/// All that is shown of somebody, in capitals.
async fn shown(world: &World, last: &str, first: &str) -> String {
    let record = only(world, last, first).await;
    let view = granted(world, "data-quality", None, Permission::ViewPerson).await;
    let status = activity::look(&world.cx, view, record.id, world.arrival()).await.expect("works");
    format!("{record:?} {status:?}").to_uppercase()
}

/// The report of the only reaction.
fn reaction_of(record: &PersonRecord) -> ReportKey {
    let noted = record.events.iter().find(|event| event.best.kind == EventKind::Observation);
    let report = &noted.expect("a reaction").reports[0];
    (report.source_record_id, report.report_id)
}

async fn adopted(world: &World) {
    stored(world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
}

async fn taken_back(world: &World) {
    stored(world, &replaced("replacement-reversal", "B2", "", "STONE", "EMMA")).await;
}

#[test]
fn p4_words_that_were_typed_of_the_former_identity_are_held_back_until_it_stands_again() {
    on_each_engine(|world| async move {
        let (before, _) = known_under_the_former_name(&world).await;
        let nurse = nurse(&world, "NORTH").await;
        let both = typed("Ana Quixley had hives", "Quixley 1", "mother Quixley called");
        send(&world, &nurse, 7, About::Person(before.id), both).await;
        let other = typed("shivers", "123456-1", "");
        let other = Submission { activity: None, ..other };
        send(&world, &nurse, 8, About::Person(before.id), other).await;
        let known = shown(&world, FORMER, "ANA").await;
        assert!(known.contains("HAD HIVES") && known.contains("QUIXLEY CALLED"), "{known}");
        adopted(&world).await;
        let held_back = shown(&world, "STONE", "EMMA").await;
        assert!(!held_back.contains("QUIX") && !held_back.contains("SHIVERS"), "{held_back}");
        assert!(held_back.contains("NOT DESCRIBED FURTHER"), "the reaction stays: {held_back}");
        assert!(held_back.contains("REPORTED TO VAERS, NUMBER 123456-1"), "it tells no name: {held_back}");
        assert!(held_back.contains("\"REPORTED TO VAERS\""), "that it was reported stays: {held_back}");
        taken_back(&world).await;
        let again = shown(&world, FORMER, "ANA").await;
        assert!(again.contains("HAD HIVES") && again.contains("QUIXLEY CALLED"), "{again}");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_a_note_that_was_removed_and_put_back_meanwhile_keeps_its_words_and_shows_them_to_nobody() {
    on_each_engine(|world| async move {
        let (before, _) = known_under_the_former_name(&world).await;
        let nurse: (Granted, Site) = nurse(&world, "NORTH").await;
        let both = typed("Ana Quixley had hives", "", "");
        send(&world, &nurse, 7, About::Person(before.id), both).await;
        let key = reaction_of(&only(&world, FORMER, "ANA").await);
        adopted(&world).await;
        let by = |form| (deed(&world, &nurse.0, form), nurse.1.clone());
        entered(remove(&world.cx, by(8), (before.id, key)).await.expect("works"));
        assert!(!shown(&world, "STONE", "EMMA").await.contains("NOT DESCRIBED"), "it is removed");
        entered(put_back(&world.cx, by(9), (before.id, key)).await.expect("works"));
        let held_back = shown(&world, "STONE", "EMMA").await;
        assert!(held_back.contains("NOT DESCRIBED FURTHER") && !held_back.contains("QUIX"), "{held_back}");
        taken_back(&world).await;
        let again = shown(&world, FORMER, "ANA").await;
        assert!(again.contains("ANA QUIXLEY HAD HIVES"), "{again}");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_words_that_were_typed_of_a_mistaken_identity_are_held_back_when_it_is_taken_back() {
    on_each_engine(|world| async move {
        let (before, _) = known_under_the_former_name(&world).await;
        let nurse = nurse(&world, "NORTH").await;
        let both = typed("Ana Quixley had hives", "", "mother Quixley called");
        send(&world, &nurse, 7, About::Person(before.id), both).await;
        adopted(&world).await;
        let both = typed("Emma Stone sneezed", "", "mother Stone called");
        send(&world, &nurse, 8, About::Person(before.id), both).await;
        let known = shown(&world, "STONE", "EMMA").await;
        assert!(known.contains("STONE SNEEZED") && known.contains("STONE CALLED"), "{known}");
        taken_back(&world).await;
        let again = shown(&world, FORMER, "ANA").await;
        assert!(again.contains("HAD HIVES") && again.contains("QUIXLEY CALLED"), "{again}");
        assert!(again.contains("NOT DESCRIBED FURTHER") && !again.contains("STONE"), "{again}");
        let both = typed("Ana sniffed", "", "mother Quixley wrote");
        send(&world, &nurse, 9, About::Person(before.id), both).await;
        let since = shown(&world, FORMER, "ANA").await;
        assert!(since.contains("ANA SNIFFED") && since.contains("QUIXLEY WROTE"), "{since}");
        is_as_computed(&world).await;
    });
}
