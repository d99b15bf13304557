//! Values that somebody chooses: they count, survive rebuilding, follow merges, and can be taken back.

use crate::world::{World, about, on_each_engine};
use iis_matching::consolidate::Part;
use iis_model::access::{Actor, Channel, Granted, Permission, Sight};
use iis_model::{AccountId, Demographics, PersonId, SourceRecordId};
use iis_registry::people::sources;
use iis_registry::rebuild::{check, rebuild};
use iis_registry::review::{
    Answer, Answered, Choose, Deed, Outcome, Refusal, Whose, answer, case, choose, take_back,
    take_back_choice, waiting,
};
use iis_store::audit::list::{self, AuditFilter};
use iis_store::review_item::FRONT;
use iis_store::{chosen_value, person, person_view};

/// Ana of two clinics: the later one has another middle name and another street.
const HERE: &str =
    "DOE^ANA^MAE^^^^L|MOSS^SUE^^^^^M|20200115|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234";
const THERE: &str =
    "DOE^ANA^M^^^^L|MOSS^SUE^^^^^M|20200115|F|||7 Oak Ave^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234";

fn granted(permission: Permission) -> Granted {
    let actor = Actor::Account { id: AccountId(1), name: "ana".into() };
    Granted::by_decision(actor, permission, Channel::Web, "").seeing(Sight::All)
}

fn deed(world: &World) -> Deed {
    let arrival = world.arrival();
    let mut key = [5; 32];
    key[..8].copy_from_slice(&arrival.random[0].to_le_bytes());
    Deed { granted: granted(Permission::ResolveDuplicates), arrival, reason: "asked the mother".into(), key }
}

async fn persons(world: &World) -> Vec<PersonId> {
    let all = world.cx.store.peek(|tx| person::list(tx, PersonId(i64::MIN), 100)).await.expect("a reading");
    all.into_iter().map(|(id, _)| id).collect()
}

async fn believed(world: &World, id: PersonId) -> Demographics {
    let view =
        world.cx.store.peek(move |tx| person_view::demographics(tx, &granted(Permission::ViewPerson), id));
    view.await.expect("a reading").expect("somebody is believed")
}

/// Middle name and street.
async fn shown(world: &World, id: PersonId) -> (String, String) {
    let believed = believed(world, id).await;
    let street = believed.addresses[0].get().expect("an address").street.to_string();
    (believed.legal_name().expect("a name").middle.to_string(), street)
}

/// The records that make up a person, by what they call the street.
async fn record_of(world: &World, id: PersonId, street: &str) -> SourceRecordId {
    let says = sources(&world.cx, granted(Permission::ViewPerson), id, world.arrival()).await;
    let says = says.expect("the store works");
    let of_street = |one: &Demographics| one.addresses[0].get().is_some_and(|home| &*home.street == street);
    says.iter().find(|one| of_street(&one.demographics)).expect("a record").id
}

/// Dropped and computed again, everything is as it was.
async fn survives_rebuilding(world: &World, id: PersonId) {
    let before = believed(world, id).await;
    let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("the store works");
    assert_eq!(checked.differing, [], "what is stored follows from what was reported and decided");
    rebuild(&world.cx, world.arrival().at).await.expect("the store works");
    assert_eq!(believed(world, id).await, before);
}

async fn audited(world: &World, action: &'static str) -> Vec<(String, String)> {
    let filter = AuditFilter { action: Some(action), limit: 100, ..AuditFilter::default() };
    let rows = world.cx.store.peek(move |tx| list::list(tx, &granted(Permission::ViewPerson), &filter));
    rows.await.expect("a reading").into_iter().map(|row| (row.result.into(), row.detail.into())).collect()
}

#[test]
fn a_chosen_value_counts_until_it_is_taken_back_and_survives_rebuilding() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", HERE, "")).await;
        world.send(&world.south, &about("SOUTH", "M1", "S9", THERE, "")).await;
        let [ana] = persons(&world).await[..] else { panic!("one person") };
        let by_rules = shown(&world, ana).await;
        assert_eq!(by_rules, ("M".into(), "7 Oak Ave".into()), "the last word");
        let here = record_of(&world, ana, "12 Elm St").await;
        let wanted = |part| Choose { person_id: ana, part, source_record_id: here };
        for part in [Part::Name, Part::Address] {
            let outcome = choose(&world.cx, deed(&world), wanted(part)).await.expect("the store works");
            assert_eq!(outcome, Outcome::Noted);
        }
        assert_eq!(shown(&world, ana).await, ("MAE".into(), "12 Elm St".into()));
        survives_rebuilding(&world, ana).await;
        let moved = HERE.replace("12 Elm St", "3 Fir Rd");
        world.send(&world.south, &about("SOUTH", "M2", "S9", &THERE.replace("7 Oak", "9 Oak"), "")).await;
        assert_eq!(shown(&world, ana).await.1, "12 Elm St", "others do not overtake what was chosen");
        world.send(&world.north, &about("NORTH", "M2", "A17", &moved, "")).await;
        assert_eq!(shown(&world, ana).await.1, "3 Fir Rd", "it is the source that was chosen");
        let rows =
            world.cx.store.peek(move |tx| chosen_value::of_person(tx, &granted(Permission::ViewPerson), ana));
        let rows = rows.await.expect("a reading");
        assert_eq!((&*rows[0].actor, &*rows[0].reason), ("ana", "asked the mother"));
        for row in &rows {
            for expected in [Outcome::Noted, Outcome::Refused(Refusal::NothingToChoose)] {
                let back = take_back_choice(&world.cx, deed(&world), ana, row.id).await;
                assert_eq!(back.expect("the store works"), expected);
            }
        }
        assert_eq!(shown(&world, ana).await, ("M".into(), "9 Oak Ave".into()), "the rules again");
        survives_rebuilding(&world, ana).await;
        assert_eq!(
            audited(&world, "choose-value").await,
            [("done".into(), "address".into()), ("done".into(), "name".into())]
        );
        assert_eq!(audited(&world, "take-back-chosen-value").await.len(), 4);
    });
}

#[test]
fn only_what_one_of_the_persons_own_records_says_can_be_chosen() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", HERE, "")).await;
        world.send(&world.south, &about("SOUTH", "M1", "S9", "ROE^MIGUEL^^^^^L||19870602|M", "")).await;
        let both = persons(&world).await;
        for id in &both {
            for (of, part) in [(SourceRecordId(1), Part::Name), (SourceRecordId(1), Part::Death)] {
                let wanted = Choose { person_id: *id, part, source_record_id: of };
                let outcome = choose(&world.cx, deed(&world), wanted).await.expect("the store works");
                assert_eq!(outcome, Outcome::Refused(Refusal::NothingToChoose));
            }
        }
        assert_eq!(audited(&world, "choose-value").await.len(), 4, "refusals, too");
    });
}

#[test]
fn values_chosen_with_a_merge_count_for_the_one_person_and_go_with_it() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", HERE, "")).await;
        let anna = THERE.replace("^ANA^M^", "^ANNA^M^");
        world.send(&world.south, &about("SOUTH", "M1", "S9", &anna, "")).await;
        let queue =
            waiting(&world.cx, granted(Permission::ResolveDuplicates), "open", FRONT, world.arrival());
        let item_id = queue.await.expect("the store works").items[0].id;
        let open = || case(&world.cx, granted(Permission::ResolveDuplicates), item_id, None, world.arrival());
        let opened = open().await.expect("the store works").expect("a question");
        let compared = opened.compared.expect("two persons");
        let by_rules = compared.joined.demographics.legal_name().expect("a name").given.to_string();
        let [this, other] = &compared.persons;
        let before = [believed(&world, this.id).await, believed(&world, other.id).await];
        // whichever the rules would not take
        let whose = if by_rules == *this.demographics.legal_name().expect("a name").given {
            Whose::Other
        } else {
            Whose::This
        };
        let values = vec![(Part::Name, whose), (Part::Address, whose)];
        let answered = Answered { item_id, about: other.registry_number, answer: Answer::Same, values };
        let outcome = answer(&world.cx, deed(&world), answered).await.expect("the store works");
        assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
        let chosen = if whose == Whose::This { this } else { other };
        let stays = open().await.expect("the store works").expect("a question").now;
        let stays = if stays == this.registry_number { this.id } else { other.id };
        let name = believed(&world, stays).await.legal_name().cloned().expect("a name");
        assert_eq!(Some(&name.given), chosen.demographics.legal_name().map(|name| &name.given));
        assert_ne!(*name.given, *by_rules);
        survives_rebuilding(&world, stays).await;
        let last = open().await.expect("the store works").expect("a question").answers.pop();
        let back = take_back(&world.cx, deed(&world), last.expect("an answer").id).await;
        assert!(matches!(back, Ok(Outcome::Done(_))), "{back:?}");
        assert_eq!([believed(&world, this.id).await, believed(&world, other.id).await], before);
        for id in [this.id, other.id] {
            survives_rebuilding(&world, id).await;
            let says = sources(&world.cx, granted(Permission::ViewPerson), id, world.arrival()).await;
            assert!(says.expect("the store works").iter().all(|one| one.chosen.is_empty()), "nothing stands");
        }
    });
}
