//! The review queue: what a reviewer sees, what becomes of each answer, and that each can be taken back.

use crate::world::{World, about, mmr, on_each_engine};
use iis_matching::patient::veto::Veto;
use iis_model::access::{Actor, Channel, Granted, Permission, Sight};
use iis_model::{AccountId, PersonId, RegistryNumber};
use iis_registry::review::{
    Answer, Answered, Case, Deed, MANY_DOSES, Outcome, Refusal, Shared, answer, case, flag, take_back,
    waiting,
};
use iis_store::review_item::FRONT;
use iis_store::{not_same, person};

/// Ana Doe, a child of Sue Moss, at home in Elm Street.
const ANA: &str =
    "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234";

fn granted(who: &str) -> Granted {
    let actor = Actor::Account { id: AccountId(1), name: who.into() };
    Granted::by_decision(actor, Permission::ResolveDuplicates, Channel::Web, "").seeing(Sight::All)
}

fn deed(world: &World, who: &str) -> Deed {
    let arrival = world.arrival();
    let mut key = [9; 32];
    key[..8].copy_from_slice(&arrival.random[0].to_le_bytes());
    Deed { granted: granted(who), arrival, reason: "asked the clinic".into(), key }
}

/// Ana at one clinic, Anna at the other: two valid names, so somebody has to look. Both report one dose of one day.
async fn ana_and_anna(world: &World) -> i64 {
    let dose = |order| mmr(order, "20210120", "00", "A");
    world.send(&world.north, &about("NORTH", "M1", "A17", ANA, &dose("D1"))).await;
    let anna = ANA.replace("^ANA^", "^ANNA^");
    world.send(&world.south, &about("SOUTH", "M1", "S9", &anna, &dose("D2"))).await;
    let [id] = queue(world, "open").await[..] else { panic!("one question") };
    id
}

/// As [`ana_and_anna`], where others are asked about as well.
async fn ana_and_anna_among_others(world: &World) {
    world.send(&world.north, &about("NORTH", "M1", "A17", ANA, "")).await;
    world.send(&world.south, &about("SOUTH", "M1", "S9", &ANA.replace("^ANA^", "^ANNA^"), "")).await;
}

async fn queue(world: &World, state: &'static str) -> Vec<i64> {
    let queue = waiting(&world.cx, granted("ana"), state, FRONT, world.arrival()).await;
    queue.expect("the store works").items.into_iter().map(|item| item.id).collect()
}

async fn opened(world: &World, id: i64, who: &str) -> Case {
    let case = case(&world.cx, granted(who), id, None, world.arrival()).await;
    case.expect("the store works").expect("a question")
}

/// The two of a question.
async fn two(world: &World, id: i64) -> [PersonId; 2] {
    opened(world, id, "ana").await.compared.expect("two persons").persons.map(|person| person.id)
}

async fn answered(world: &World, id: i64, who: &str, about: PersonId, said: Answer) -> Outcome {
    let answered =
        Answered { item_id: id, about: number(world, about).await, answer: said, values: Vec::new() };
    answer(&world.cx, deed(world, who), answered).await.expect("the store works")
}

async fn number(world: &World, id: PersonId) -> RegistryNumber {
    let person = world.cx.store.peek(move |tx| person::get(tx, &granted("ana"), id)).await;
    person.expect("a reading").expect("a person").registry_number
}

async fn last_taken_back(world: &World, id: i64) -> Outcome {
    let last = opened(world, id, "ana").await.answers.pop().expect("an answer");
    take_back(&world.cx, deed(world, "ana"), last.id).await.expect("the store works")
}

async fn standing(world: &World, id: PersonId) -> String {
    let person = world.cx.store.peek(move |tx| person::get(tx, &granted("ana"), id)).await;
    person.expect("a reading").expect("a person").status.into()
}

async fn kept_apart(world: &World, id: PersonId) -> Vec<String> {
    let pairs = world.cx.store.peek(move |tx| not_same::of_person(tx, &granted("ana"), id)).await;
    pairs.expect("a reading").into_iter().map(|pair| pair.reason.into()).collect()
}

#[test]
fn a_question_shows_both_persons_why_it_is_asked_and_what_a_merge_would_make_of_them() {
    on_each_engine(|world| async move {
        let id = ana_and_anna(&world).await;
        let zoe = ANA.replace("^ANA^", "^ZOE^");
        world.send(&world.north, &about("NORTH", "M2", "A18", &zoe, "")).await;
        let case = opened(&world, id, "ana").await;
        let compared = case.compared.expect("two persons");
        assert_eq!(compared.joined_events().into_iter().collect::<Vec<_>>(), [(0, 0)], "one dose of one day");
        assert_eq!(compared.joined.doses, 1);
        let first = compared.explanation.lines.iter().find(|line| line.field == "First name");
        let first = first.expect("a weighed field");
        assert_eq!((first.a.as_str(), first.b.as_str()), ("ANNA", "ANA"));
        assert!(compared.explanation.vetoes.has(Veto::TwoNames), "{:?}", compared.explanation.vetoes);
        let [sister] = &compared.family[..] else { panic!("{:?}", compared.family) };
        let shares: Vec<Shared> = sister.shares.iter().copied().collect();
        assert_eq!(shares, [Shared::BirthDate, Shared::Address, Shared::Phone, Shared::Mother]);
    });
}

#[test]
fn different_persons_are_kept_apart_and_who_waited_is_a_person_until_it_is_taken_back() {
    on_each_engine(|world| async move {
        for (said, reason) in
            [(Answer::Different, "asked the clinic"), (Answer::Twins, "twin or sibling: asked the clinic")]
        {
            let id = match queue(&world, "open").await.first() {
                Some(id) => *id,
                None => ana_and_anna(&world).await,
            };
            let [anna, ana] = two(&world, id).await;
            assert_eq!(standing(&world, anna).await, "provisional");
            assert_eq!(answered(&world, id, "ana", ana, said).await, Outcome::Noted);
            assert_eq!(queue(&world, "open").await, [0; 0]);
            assert_eq!(standing(&world, anna).await, "active");
            assert_eq!(kept_apart(&world, ana).await, [reason]);
            let again = answered(&world, id, "bruno", ana, Answer::Same).await;
            assert_eq!(again, Outcome::Refused(Refusal::NothingAsked));
            assert_eq!(last_taken_back(&world, id).await, Outcome::Noted);
            assert_eq!(queue(&world, "open").await, [id]);
            assert_eq!(standing(&world, anna).await, "provisional");
            assert_eq!(kept_apart(&world, ana).await, [""; 0]);
            let again = last_taken_back(&world, id).await;
            assert_eq!(again, Outcome::Refused(Refusal::NothingToTakeBack));
        }
    });
}

#[test]
fn one_person_is_merged_and_parted_again_when_that_was_a_slip() {
    on_each_engine(|world| async move {
        let id = ana_and_anna(&world).await;
        let [anna, ana] = two(&world, id).await;
        let done = answered(&world, id, "ana", ana, Answer::Same).await;
        assert!(matches!(done, Outcome::Done(_)), "{done:?}");
        assert_eq!((standing(&world, anna).await, queue(&world, "open").await), ("merged".into(), vec![]));
        let case = opened(&world, id, "ana").await;
        assert!(case.compared.is_none(), "they are one");
        assert!(matches!(last_taken_back(&world, id).await, Outcome::Done(_)));
        assert_eq!(standing(&world, anna).await, "provisional");
        assert_eq!(queue(&world, "open").await, [id]);
        assert_eq!(opened(&world, id, "ana").await.answers[0].state, "withdrawn".into());
    });
}

#[test]
fn who_is_not_sure_leaves_the_question_to_somebody_else() {
    on_each_engine(|world| async move {
        let id = ana_and_anna(&world).await;
        let [_, ana] = two(&world, id).await;
        assert_eq!(answered(&world, id, "ana", ana, Answer::Unsure).await, Outcome::Noted);
        assert_eq!((queue(&world, "open").await, queue(&world, "second").await), (vec![], vec![id]));
        let seen = opened(&world, id, "bruno").await.answers;
        assert_eq!((&*seen[0].op, &*seen[0].actor), ("unsure", "ana"), "who looked is seen");
        assert_eq!(last_taken_back(&world, id).await, Outcome::Noted);
        assert_eq!((queue(&world, "open").await, queue(&world, "second").await), (vec![id], vec![]));
    });
}

#[test]
fn a_merge_of_many_doses_waits_for_a_second_reviewer_who_does_not_see_why() {
    on_each_engine(|world| async move {
        for dose in 1..=MANY_DOSES {
            let (order, day) = (format!("E{dose}"), format!("20{:02}0302", 8 + dose));
            let orders = mmr(&order, &day, "01", "A");
            let ana = ANA.replace("20200115", "20080115");
            world.send(&world.north, &about("NORTH", &format!("N{dose}"), "A17", &ana, &orders)).await;
        }
        let anna = ANA.replace("20200115", "20080115").replace("^ANA^", "^ANNA^");
        world.send(&world.south, &about("SOUTH", "M1", "S9", &anna, "")).await;
        let [id] = queue(&world, "open").await[..] else { panic!("one question") };
        let [_, ana] = two(&world, id).await;
        assert_eq!(answered(&world, id, "ana", ana, Answer::Same).await, Outcome::Waits);
        assert_eq!(queue(&world, "second").await, [id]);
        assert_eq!(opened(&world, id, "bruno").await.answers[0].remark, None);
        assert_eq!(opened(&world, id, "ana").await.answers[0].remark, Some("asked the clinic".into()));
        let same = answered(&world, id, "ana", ana, Answer::Same).await;
        assert_eq!(same, Outcome::Refused(Refusal::NeedsSomebodyElse));
        assert_eq!(last_taken_back(&world, id).await, Outcome::Noted);
        assert_eq!(queue(&world, "open").await, [id]);
        assert_eq!(answered(&world, id, "ana", ana, Answer::Same).await, Outcome::Waits);
        let done = answered(&world, id, "bruno", ana, Answer::Same).await;
        assert!(matches!(done, Outcome::Done(_)), "{done:?}");
    });
}

#[test]
fn the_same_answer_sent_twice_is_one_and_a_person_nobody_named_is_not_decided_about() {
    on_each_engine(|world| async move {
        let id = ana_and_anna(&world).await;
        let [anna, ana] = two(&world, id).await;
        let wrong = answered(&world, id, "ana", anna, Answer::Different).await;
        assert_eq!(wrong, Outcome::Refused(Refusal::NothingAsked));
        let (form, said) = (
            deed(&world, "ana"),
            Answered {
                item_id: id,
                about: number(&world, ana).await,
                answer: Answer::Different,
                values: Vec::new(),
            },
        );
        for _ in 0..2 {
            let outcome = answer(&world.cx, form.clone(), said.clone()).await.expect("the store works");
            assert_eq!(outcome, Outcome::Noted);
        }
        assert_eq!(opened(&world, id, "ana").await.answers.len(), 1);
    });
}

#[test]
fn a_late_answer_does_not_overrule_the_one_that_was_given_meanwhile() {
    on_each_engine(|world| async move {
        // Anna may be Ana or Anne, so the question stays open after one of them is decided about
        let anne = ANA.replace("^ANA^", "^ANNE^");
        world.send(&world.north, &about("NORTH", "M0", "A20", &anne, "")).await;
        ana_and_anna_among_others(&world).await;
        let mut tried = 0;
        for id in queue(&world, "open").await {
            let compared = opened(&world, id, "ana").await.compared.expect("two persons");
            if compared.others.is_empty() {
                continue;
            }
            tried += 1;
            let about = compared.persons[1].id;
            assert_eq!(answered(&world, id, "ana", about, Answer::Different).await, Outcome::Noted);
            assert!(queue(&world, "open").await.contains(&id), "somebody else is left to ask about");
            let late = answered(&world, id, "bruno", about, Answer::Same).await;
            assert_eq!(late, Outcome::Refused(Refusal::NothingAsked));
            assert_ne!(standing(&world, about).await, "merged");
        }
        assert!(tried > 0, "a question with two candidates");
    });
}

#[test]
fn a_suspected_duplicate_is_asked_about_once() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, "")).await;
        let other = "ROE^MIGUEL^^^^^L||19870602|M";
        world.send(&world.south, &about("SOUTH", "M1", "S9", other, "")).await;
        let read = world.cx.store.peek(|tx| {
            let all = person::list(tx, PersonId(i64::MIN), 10)?;
            all.into_iter().map(|(id, _)| person::get(tx, &granted("ana"), id)).collect::<Result<Vec<_>, _>>()
        });
        let people = read.await.expect("a reading");
        let numbers: Vec<_> = people.into_iter().flatten().map(|person| person.registry_number).collect();
        let two = [numbers[0], numbers[1]];
        let flagged = flag(&world.cx, deed(&world, "nurse"), two).await.expect("the store works");
        assert_eq!(flagged, Outcome::Noted);
        for (two, refusal) in [
            (two, Refusal::AskedAlready),
            ([two[1], two[0]], Refusal::AskedAlready),
            ([two[0]; 2], Refusal::SamePerson),
        ] {
            let again = flag(&world.cx, deed(&world, "nurse"), two).await.expect("the store works");
            assert_eq!(again, Outcome::Refused(refusal));
        }
        let [id] = queue(&world, "open").await[..] else { panic!("one question") };
        let case = opened(&world, id, "ana").await;
        assert_eq!((&*case.item.opened_by, &*case.answers[0].op), ("nurse", "flagged"));
        let about = case.compared.expect("two persons").persons[1].id;
        assert_eq!(answered(&world, id, "ana", about, Answer::Different).await, Outcome::Noted);
        assert_eq!(queue(&world, "open").await, [0; 0]);
    });
}

/// A clinic that only gave a dose to somebody has a record that says nothing of who it is.
#[test]
fn a_question_compares_the_records_that_say_who_somebody_is() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, "")).await;
        let other = "DOES^ANTON^^^^^L||20200114|M";
        world.send(&world.south, &about("SOUTH", "M1", "S9", other, "")).await;
        let read = world.cx.store.peek(|tx| {
            let all = person::list(tx, PersonId(i64::MIN), 10)?;
            all.into_iter().map(|(id, _)| person::get(tx, &granted("ana"), id)).collect::<Result<Vec<_>, _>>()
        });
        let people: Vec<_> = read.await.expect("a reading").into_iter().flatten().collect();
        let nurse = crate::at_the_desk::nurse(&world, "SOUTH").await;
        let dose = crate::at_the_desk::of(vec![crate::at_the_desk::card(3, (2024, 3, 1))]);
        let anas = people.iter().find(|person| {
            person
                .demographics
                .as_ref()
                .and_then(|of| of.legal_name())
                .is_some_and(|name| &*name.family == "DOE")
        });
        let about = iis_registry::desk::About::Person(anas.expect("Ana").id);
        crate::at_the_desk::send(&world, &nurse, 7, about, dose).await;
        let two = [people[0].registry_number, people[1].registry_number];
        assert_eq!(flag(&world.cx, deed(&world, "nurse"), two).await.expect("works"), Outcome::Noted);
        let [id] = queue(&world, "open").await[..] else { panic!("one question") };
        let compared = opened(&world, id, "ana").await.compared.expect("two persons");
        for record in &compared.records {
            assert!(record.demographics.legal_name().is_some(), "{record:?}");
        }
        assert!(!compared.explanation.vetoes.has(Veto::Nameless), "{:?}", compared.explanation.vetoes);
        assert!(compared.elsewhere.iter().all(|one| one.veto != Veto::Nameless), "{:?}", compared.elsewhere);
    });
}
