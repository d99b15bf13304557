//! Sets of weights side by side: none is put in force before it is known what it does, and every decision names its own.

use crate::world::{World, about, context, on_each_engine, segment};
use iis_matching::Weights;
use iis_model::PersonId;
use iis_model::access::{Actor, Channel, Granted, Permission};
use iis_registry::Failure;
use iis_registry::matching::releases::{
    self, Between, ImportOutcome, Labelled, Shadow, Verdict, WeightsFailure,
};
use iis_store::{link, review_item};

const ANA: &str =
    "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234";

const RECORDS: &str = "\
record_id,facility_id,mrn,last_name,first_name,birth_date,sex,mother_first,mother_maiden,phone
r1,H1,1,DOE,NORA,2020-03-11,F,SUE,ROE,5155551234
r2,C2,7,DOE,NORA,2020-03-11,F,SUE,ROE,5155551234
r3,C2,9,POE,MIGUEL,1987-06-02,M,EVA,LEE,5155559876
";

const TRUTH: &str = "record_id,person_id,family_id,traits\nr1,p1,f1,\nr2,p1,f1,\nr3,p2,f2,\n";

fn granted() -> Granted {
    Granted::by_decision(Actor::Registry, Permission::Operate, Channel::Internal, "")
}

/// The weights that ship with the program, with another number and threshold.
fn file(version: i64, link: &str) -> String {
    let built_in = Weights::default();
    let number = format!("version = {}", built_in.version);
    let threshold = format!("link = {:?}", built_in.thresholds.link_bits);
    let text = built_in.to_toml();
    assert!(text.contains(&number) && text.contains(&threshold));
    text.replace(&number, &format!("version = {version}")).replace(&threshold, &format!("link = {link}"))
}

async fn activate(world: &World, version: i64) -> Result<(), Failure> {
    releases::activate(&world.cx, version, None, world.arrival().at).await
}

fn why_not(outcome: Result<(), Failure>) -> String {
    match outcome {
        Err(Failure::Weights(WeightsFailure::NotYet { why, .. })) => why,
        other => panic!("{other:?}"),
    }
}

async fn shadow(world: &World, version: i64) -> Shadow {
    let mut shadow = Shadow::resume(&world.cx, version, world.arrival().at).await.expect("weights");
    while !shadow.step(&world.cx).await.expect("the store works") {}
    shadow
}

#[test]
fn weights_are_measured_and_tried_before_they_count_and_every_decision_names_those_that_made_it() {
    on_each_engine(|world| async move {
        let built_in = Weights::default().version;
        let next = built_in + 1;
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, "")).await;
        world.send(&world.south, &about("SOUTH", "M1", "S9", ANA, "")).await;
        let at = world.arrival().at;
        let strict = file(next, "90.0");
        let imported = releases::import(&world.cx, "strict", &strict, at).await.expect("a file of weights");
        assert_eq!(imported, (next, ImportOutcome::Stored));
        let again = releases::import(&world.cx, "strict", &strict, at).await.expect("the same file");
        assert_eq!(again, (next, ImportOutcome::AlreadyThere));

        assert!(why_not(activate(&world, next).await).contains("nobody measured them"));
        let labelled = Labelled { records: RECORDS, truth: TRUTH };
        let measured = releases::measure(&world.cx, next, labelled, at).await.expect("a labelled file");
        assert_eq!((measured.in_force.recall, measured.these.recall), (1.0, 0.0), "none reaches 90 bits");
        assert_eq!((measured.beside, measured.these.recall_with_review), (built_in, 1.0));
        assert!(why_not(activate(&world, next).await).contains("nobody tried them"));
        let shadow = shadow(&world, next).await;
        let [changed] = &shadow.changed[..] else { panic!("{shadow:?}") };
        assert_eq!(
            (changed.between, changed.now, changed.then, changed.count, changed.examples.len()),
            (Between::Records, Verdict::Link, Verdict::Review, 1, 1),
            "the report that was linked to a person who was there"
        );
        activate(&world, next).await.expect("it is known what they do");

        let other = context(world.cx.store.clone()); // another process
        assert_eq!(other.matching.now().weights.version, built_in);
        assert!(releases::follow(&other).await.expect("the store works"));
        assert_eq!(other.matching.now().weights.version, next);
        assert!(!releases::follow(&other).await.expect("the store works"));

        let reply = world.send(&world.south, &about("SOUTH", "M2", "S10", ANA, "")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M2", "{reply}");
        let read = world.cx.store.read(|tx| {
            let items = review_item::queue(tx, &granted(), "open", review_item::FRONT, 10)?;
            let mut links = Vec::new();
            for (id, _) in iis_store::person::list(tx, PersonId(i64::MIN), 10)? {
                links.extend(link::of_person(tx, &granted(), id)?);
            }
            Ok((items, links))
        });
        let (items, links) = read.await.expect("a reading");
        assert_eq!(items.iter().map(|item| item.model_version).collect::<Vec<_>>(), [next]);
        let versions: Vec<_> = links.iter().filter_map(|link| link.model_version.as_deref()).collect();
        let (old, new) = (built_in.to_string(), next.to_string());
        assert_eq!(versions, [&*old, &*old, &*new]);

        activate(&world, built_in).await.expect("what was in force before may be again, at once");
        activate(&world, next).await.expect("these, too");
        let listed = releases::releases(&world.cx).await.expect("the store works");
        assert_eq!(listed.iter().map(|one| one.in_force).collect::<Vec<_>>(), [false, true]);
        assert!(listed[1].measured.is_some() && listed[1].shadow.as_ref().is_some_and(|it| it.is_done));
    });
}

#[test]
fn a_file_of_weights_is_refused_in_words() {
    on_each_engine(|world| async move {
        let built_in = Weights::default().version;
        let at = world.arrival().at;
        releases::import(&world.cx, "spring", &file(built_in + 1, "3.5"), at)
            .await
            .expect("a file of weights");
        let taken = file(built_in + 1, "4.0");
        #[rustfmt::skip]
        let table = [
            // name        file                                says
            ("summer",     taken.clone(),                      "give it a higher one"),
            ("spring",     file(built_in + 2, "4.0"),          "choose another name"),
            ("built-in",   file(built_in + 2, "4.0"),          "named by letters"),
            ("two words",  file(built_in + 2, "4.0"),          "named by letters"),
            ("summer",     taken.replace("[first]", "[x]"),    "four probabilities are missing"),
            ("summer",     file(built_in + 2, "-9.0"),         "link must be above review"),
        ];
        for (name, text, says) in table {
            let refused = releases::import(&world.cx, name, &text, at).await.expect_err("it cannot be used");
            assert!(refused.to_string().contains(says), "{refused}");
        }
        let unknown = activate(&world, 99).await.expect_err("there are none of this number");
        assert!(unknown.to_string().contains("there are no weights 99"), "{unknown}");
        let labelled = Labelled { records: RECORDS, truth: "record_id,person_id,family_id,traits\n" };
        let nothing = TRUTH.replace("r2,p1", "r2,p9");
        let measured = releases::measure(&world.cx, built_in + 1, labelled, at).await;
        assert!(measured.is_ok(), "records without a label count as one person");
        let labelled = Labelled { records: RECORDS, truth: &nothing };
        let refused = releases::measure(&world.cx, built_in + 1, labelled, at).await.expect_err("no pairs");
        assert!(refused.to_string().contains("no two records of one person"), "{refused}");
        let same = Shadow::resume(&world.cx, built_in, at).await.expect_err("they ship with the program");
        assert!(same.to_string().contains("there are no weights"), "{same}");
    });
}
