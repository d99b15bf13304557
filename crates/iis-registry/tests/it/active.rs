//! Active and inactive at a clinic and in the jurisdiction: by form, by message, by rule; through merges and splits.

use crate::protecting::granted;
use crate::world::{World, about, mmr, on_each_engine, query, segment, vxu};
use iis_model::access::Permission;
use iis_model::activity::{Activity, ActivitySaid, Level};
use iis_model::person::Dated;
use iis_model::record::PersonRecord;
use iis_model::{Demographics, Given, SiteId, Submission};
use iis_registry::activity::{self, Activities, rule};
use iis_registry::desk::{About, Entry, Outcome, enter};
use iis_registry::directory::directory;
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::review::{self, Deed, Merge, Unmerge, merge, unmerge};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 3, 2);

async fn site(world: &World, code: &str) -> SiteId {
    world.site(code).await.id
}

async fn open(world: &World, mrn: &str) -> PersonRecord {
    let search = granted(world, "data-quality", None, Permission::SearchPersons).await;
    let criteria = Criteria { number: mrn.into(), ..Criteria::default() };
    let found = people::search(&world.cx, search, criteria, world.arrival()).await.expect("the store works");
    let FoundPeople::People(hits) = found else { panic!("one person") };
    let view = granted(world, "data-quality", None, Permission::ViewPerson).await;
    let opened = people::open(&world.cx, view, hits[0].person.registry_number, world.arrival()).await;
    opened.expect("the store works").expect("a record")
}

/// What somebody of a site says of a person by the form.
async fn say(
    world: &World,
    code: &str,
    record: &PersonRecord,
    level: Level,
    what: Activity,
    on: Date,
) -> Outcome {
    let permission = match level {
        Level::Site => Permission::SetClinicStatus,
        Level::Jurisdiction => Permission::SetJurisdictionStatus,
    };
    let granted = granted(world, "clinic-access", Some(code), permission).await;
    let names = directory(&world.cx, &world.arrival()).await.expect("the store works");
    let site = names.sites().find(|site| &*site.code == code).expect("a site").clone();
    let arrival = world.arrival();
    let mut key = [9; 32];
    key[..8].copy_from_slice(&arrival.random[0].to_le_bytes());
    let said = ActivitySaid { level, activity: what, note: "as the mother says".into(), effective_on: on };
    let status = match level {
        Level::Site => Dated { value: Given::of(what.as_status()), effective_on: Given::of(on) },
        Level::Jurisdiction => Dated::default(),
    };
    let person = Demographics { status, ..Demographics::default() };
    let entry = Entry {
        deed: Deed { granted: granted.clone(), arrival, reason: "".into(), key },
        sees: granted,
        site,
        about: About::Person(record.id),
        submission: Submission { person, activity: Some(said), ..Submission::default() },
        heeded: Vec::new(),
    };
    enter(&world.cx, entry).await.expect("the store works")
}

async fn look(world: &World, record: &PersonRecord) -> Activities {
    let view = granted(world, "data-quality", None, Permission::ViewPerson).await;
    activity::look(&world.cx, view, record.id, world.arrival()).await.expect("the store works")
}

/// Where the person stands at NORTH, at SOUTH and in the jurisdiction.
async fn stands(world: &World, record: &PersonRecord) -> [Option<Activity>; 3] {
    let everywhere = look(world, record).await.everywhere;
    let [north, south] = [site(world, "NORTH").await, site(world, "SOUTH").await];
    let at =
        |site| everywhere.sites.iter().find(|here| here.site_id == site).map(|here| here.standing.activity);
    [at(north), at(south), Some(everywhere.jurisdiction.activity)]
}

fn is_stored(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Stored(_))
}

#[test]
fn s65_a_clinic_inactivates_at_the_clinic_and_in_the_jurisdiction_as_two_deeds() {
    use Activity::{Active, LostToFollowUp, Outside};
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        world.send(&world.south, &vxu("SOUTH", "M2", "B17", &mmr("V2", "20210301", "01", "A"))).await;
        let record = open(&world, "A17").await;
        assert_eq!(stands(&world, &record).await, [Some(Active), Some(Active), Some(Active)]);
        let lost = say(&world, "NORTH", &record, Level::Site, LostToFollowUp, date(2026, 2, 1)).await;
        assert!(is_stored(&lost), "{lost:?}");
        assert_eq!(stands(&world, &record).await, [Some(LostToFollowUp), Some(Active), Some(Active)]);
        let outside = say(&world, "SOUTH", &record, Level::Jurisdiction, Outside, TODAY).await;
        assert!(is_stored(&outside), "{outside:?}");
        assert_eq!(stands(&world, &record).await, [Some(LostToFollowUp), Some(Active), Some(Outside)]);
        let history = look(&world, &record).await.history;
        let said: Vec<_> = history.iter().map(|row| (row.level, row.activity)).collect();
        assert_eq!(said, [(Level::Jurisdiction, Outside), (Level::Site, LostToFollowUp)], "the latest first");
        assert!(history.iter().all(|row| &*row.note == "as the mother says" && !row.said_by.is_empty()));
        let back = say(&world, "NORTH", &record, Level::Site, Active, TODAY).await;
        assert!(is_stored(&back));
        assert_eq!(look(&world, &record).await.history.len(), 3, "nothing is removed");
    });
}

#[test]
fn a9_what_a_message_says_of_the_site_counts_and_is_said_to_who_asks() {
    on_each_engine(|world| async move {
        let says = |control: &str, status: &str| {
            vxu("NORTH", control, "A17", &format!("PD1||||||||||||||||{status}|20260201\r"))
        };
        world.send(&world.north, &says("M1", "A")).await;
        let record = open(&world, "A17").await;
        world.send(&world.north, &says("M2", "M")).await;
        assert_eq!(stands(&world, &record).await[0], Some(Activity::Moved));
        world.send(&world.north, &says("M3", "M")).await;
        let history = look(&world, &record).await.history;
        assert_eq!(history.len(), 2, "what is said again adds nothing: {history:?}");
        assert_eq!(history[0].effective_on, date(2026, 2, 1));
        let reply = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!(segment(&reply, "PD1").split('|').nth(16), Some("M"), "{reply}");
        say(&world, "NORTH", &record, Level::Site, Activity::Active, TODAY).await;
        let reply = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!(segment(&reply, "PD1").split('|').nth(16), Some("A"), "{reply}");
    });
}

#[test]
fn a_dose_given_later_brings_back_who_was_thought_gone() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let record = open(&world, "A17").await;
        say(&world, "NORTH", &record, Level::Site, Activity::Moved, date(2025, 1, 1)).await;
        assert_eq!(stands(&world, &record).await[0], Some(Activity::Moved));
        world.send(&world.north, &vxu("NORTH", "M2", "A17", &mmr("V2", "20260115", "00", "A"))).await;
        assert_eq!(stands(&world, &record).await[0], Some(Activity::Active));
        world.send(&world.north, &vxu("NORTH", "M3", "A17", &mmr("V2", "20260115", "00", "D"))).await;
        assert_eq!(stands(&world, &record).await[0], Some(Activity::Moved), "the dose was none");
    });
}

#[test]
fn a_merge_brings_what_was_said_together_and_a_split_takes_it_apart() {
    on_each_engine(|world| async move {
        let [ana, anna] = ["DOE^ANA^^^^^L||20200115|F", "ROE^ANNA^^^^^L||20200115|F"];
        world.send(&world.north, &about("NORTH", "M1", "A17", ana, "")).await;
        world.send(&world.south, &about("SOUTH", "M2", "B18", anna, "")).await;
        let (one, two) = (open(&world, "A17").await, open(&world, "B18").await);
        assert_ne!(one.id, two.id);
        say(&world, "SOUTH", &two, Level::Site, Activity::OneTime, date(2026, 1, 5)).await;
        say(&world, "SOUTH", &two, Level::Jurisdiction, Activity::Outside, date(2026, 1, 5)).await;
        let before = (stands(&world, &one).await, stands(&world, &two).await);
        let deed = async || {
            let granted = granted(&world, "data-quality", None, Permission::ResolveDuplicates).await;
            let arrival = world.arrival();
            let mut key = [3; 32];
            key[..8].copy_from_slice(&arrival.random[1].to_le_bytes());
            Deed { granted, arrival, reason: "the same child".into(), key }
        };
        let wanted = Merge { from: two.id, to: one.id, item_id: None };
        let done = merge(&world.cx, deed().await, wanted).await.expect("the store works");
        let review::Outcome::Done(event_id) = done else { panic!("{done:?}") };
        assert_eq!(
            stands(&world, &one).await,
            [Some(Activity::Active), Some(Activity::OneTime), Some(Activity::Outside)]
        );
        let back = Unmerge { event_id, with: Vec::new(), keep_apart: false };
        unmerge(&world.cx, deed().await, back).await.expect("the store works");
        assert_eq!((stands(&world, &one).await, stands(&world, &two).await), before);
    });
}

#[test]
fn a7_the_rule_makes_inactive_who_was_not_heard_of_and_a_dose_makes_active_again() {
    on_each_engine(|world| async move {
        let born_2005 = "DOE^ANA^^^^^L||20050115|F";
        let born_2024 = "ROE^BEN^^^^^L||20240115|M";
        world
            .send(&world.north, &about("NORTH", "M1", "A17", born_2005, &mmr("V1", "20060301", "01", "A")))
            .await;
        world.send(&world.north, &about("NORTH", "M2", "A18", born_2024, "")).await;
        let (ana, ben) = (open(&world, "A17").await, open(&world, "A18").await);
        let look_at_all =
            async || rule::look_at_all(&world.cx, TODAY, world.arrival().at).await.expect("the store works");
        assert_eq!(look_at_all().await, 1);
        assert_eq!(look_at_all().await, 0, "it is said once");
        assert_eq!(stands(&world, &ana).await[2], Some(Activity::NoActivity));
        assert_eq!(stands(&world, &ben).await[2], Some(Activity::Active));
        assert_eq!(
            stands(&world, &ana).await[0],
            Some(Activity::Active),
            "the levels do not depend on each other"
        );
        assert!(rule::Pass::begin(&world.cx, TODAY).await.expect("the store works").is_none(), "once a day");
        // dated after the rule spoke: it is the day of the dose that counts
        let dose = mmr("V2", "20260303", "01", "A");
        let after = iis_registry::Arrival { today: date(2026, 3, 5), ..world.arrival() };
        world.send_at(&world.north, &about("NORTH", "M3", "A17", born_2005, &dose), after).await;
        assert_eq!(stands(&world, &ana).await[2], Some(Activity::Active));
    });
}

#[test]
fn a1_death_counts_at_all_levels() {
    on_each_engine(|world| async move {
        let dead = "DOE^ANA^^^^^L||20200115|F|||||||||||||||||||||20260110|Y";
        world.send(&world.north, &about("NORTH", "M1", "A17", dead, "")).await;
        let record = open(&world, "A17").await;
        let dead = Some(Activity::Deceased);
        assert_eq!(stands(&world, &record).await, [dead, None, dead]);
    });
}

#[test]
fn what_a_withdrawn_message_said_counts_no_more() {
    on_each_engine(|world| async move {
        let moved = "PD1||||||||||||||||M|20260201\r";
        world.send(&world.north, &vxu("NORTH", "M1", "A17", "")).await;
        world.send(&world.north, &vxu("NORTH", "M2", "A17", moved)).await;
        let record = open(&world, "A17").await;
        assert_eq!(stands(&world, &record).await[0], Some(Activity::Moved));
        let (from, until) = (iis_model::Timestamp::UNIX_EPOCH, world.arrival().at);
        crate::withdrawing::withdraw(&world, &world.north, from, until, 1).await;
        assert_eq!(look(&world, &record).await.history, []);
    });
}
