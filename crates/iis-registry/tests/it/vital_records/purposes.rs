//! Words of purposes, remarks and emergencies may tell an identity that was put away: they are held back with it.

use super::replaced::{FORMER, known_under_the_former_name};
use super::{only, replaced, stored};
use crate::at_the_desk::deed;
use crate::protecting::granted;
use crate::world::{World, about, on_each_engine};
use iis_model::access::{Channel, Granted, Permission};
use iis_model::record::PersonRecord;
use iis_model::{AccountId, PersonId, Timestamp};
use iis_registry::access::{Caller, authorize};
use iis_registry::accounts::RoleAssignment;
use iis_registry::review::{case, flag};
use iis_registry::{audit, people};
use iis_store::emergency_opening::{self, NewOpening};
use iis_store::review_item::{self, FRONT};
use iis_store::{Lane, testing::tables::dump_in};

/// Opens the record for a purpose.
async fn open(world: &World, record: &PersonRecord, purpose: &str) {
    let permission = Permission::ViewPerson;
    let account = world.somebody(vec![RoleAssignment::at_site("data-quality", None)]).await;
    let by = Caller::Account(&account);
    let granted = authorize(&world.cx.roles, by, permission, Channel::Web, purpose).expect("permitted");
    let opened = people::open(&world.cx, granted, record.registry_number, world.arrival()).await;
    assert!(opened.expect("works").is_some());
}

/// A record that was opened in an emergency, and whose review was noted, in words.
async fn opened_in_an_emergency(world: &World, id: PersonId, account_id: AccountId) {
    let at = world.arrival().at;
    let written = world.cx.store.write(Lane::Web, move |tx| {
        let reason = "care: Ana Quixley lies here".into();
        let until = at;
        emergency_opening::insert(tx, &NewOpening { id: 1, account_id, person_id: id, at, until, reason })?;
        emergency_opening::review(tx, 1, at, "privacy", ("justified", "mother Quixley was asked"))
    });
    assert!(written.await.expect("works"));
}

/// What disclosures, the log, duplicates and emergencies show, in capitals.
async fn shown(world: &World, id: PersonId, (item, account): (i64, AccountId)) -> String {
    let view: Granted = granted(world, "privacy-officer", None, Permission::ViewPerson).await;
    let disclosures = people::disclosures(&world.cx, view, id, world.arrival()).await.expect("works");
    let reads = granted(world, "privacy-officer", None, Permission::ReadAudit).await;
    let log = audit::read(&world.cx, reads, audit::Wanted::default(), world.arrival()).await.expect("works");
    let resolves = granted(world, "data-quality", None, Permission::ResolveDuplicates).await;
    let case = case(&world.cx, resolves.clone(), item, None, world.arrival()).await.expect("works");
    let answers = case.map(|case| case.answers);
    let force = world.cx.store.peek(move |tx| {
        let rows = emergency_opening::get(tx, &resolves, 1)?;
        Ok((rows, emergency_opening::in_force(tx, account, id, Timestamp::UNIX_EPOCH)?))
    });
    let force = force.await.expect("works");
    format!("{:?} {:?} {answers:?} {force:?}", disclosures.rows, log.rows).to_uppercase()
}

#[test]
fn p4_words_of_purposes_and_remarks_are_held_back_until_the_identity_stands_again() {
    on_each_engine(|world| async move {
        let (before, _) = known_under_the_former_name(&world).await;
        world.send(&world.south, &about("SOUTH", "M7", "S9", "ROE^MIGUEL^^^^^L||20260228|M", "")).await;
        let other = only(&world, "ROE", "MIGUEL").await;
        open(&world, &before, "other: mother Quixley phoned us").await;
        let account = world.somebody(vec![RoleAssignment::at_site("data-quality", None)]).await.id;
        opened_in_an_emergency(&world, before.id, account).await;
        let flags = granted(&world, "data-quality", None, Permission::FlagDuplicate).await;
        let mut deed = deed(&world, &flags, 7);
        deed.reason = "Ana Quixley is listed twice".into();
        flag(&world.cx, deed, [before.registry_number, other.registry_number]).await.expect("works");
        let reads = flags.clone();
        let items = world.cx.store.peek(move |tx| review_item::queue(tx, &reads, "open", FRONT, 10));
        let item = items.await.expect("works").last().expect("a question").id;
        let words = ["QUIXLEY PHONED", "IS LISTED TWICE", "QUIXLEY LIES", "QUIXLEY WAS ASKED"];
        let known = shown(&world, before.id, (item, account)).await;
        for words in &words {
            assert!(known.contains(words), "{words}: {known}");
        }
        let kept = |tables: std::collections::BTreeMap<String, Vec<String>>| tables["audit"].len();
        let rows = kept(world.cx.store.read(dump_in).await.expect("works"));
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let stone = only(&world, "STONE", "EMMA").await;
        open(&world, &stone, "other: mother Stone phoned us").await;
        let held = shown(&world, before.id, (item, account)).await;
        assert!(!held.contains("QUIX"), "{held}");
        assert!(held.contains("STONE PHONED") && held.contains("\"OTHER\""), "{held}");
        assert!(kept(world.cx.store.read(dump_in).await.expect("works")) > rows, "no row of the log is lost");
        stored(&world, &replaced("replacement-reversal", "B2", "", "STONE", "EMMA")).await;
        let again = shown(&world, before.id, (item, account)).await;
        for words in &words {
            assert!(again.contains(words), "{words}: {again}");
        }
        assert!(!again.contains("STONE PHONED"), "what was typed of the mistake is held back: {again}");
        assert_eq!(only(&world, FORMER, "ANA").await.id, before.id);
    });
}
