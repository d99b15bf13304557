//! The same deeds on both engines leave the same tables.

use iis_store::testing::deeds::{self, Message};
use iis_store::testing::tables::dump;
use iis_store::testing::{NOW, TestStore};
use iis_store::{Applied, Lane, Store, StoreError, consolidated, job, setting};
use proptest::prelude::*;

/// Something that happens to a store.
#[derive(Debug, Clone)]
enum Deed {
    Submit { person: i64, message: u8 },
    Setting { name: String, value: String },
    Job(u8),
    Claim,
    Clear,
    Refused,
}

fn deed() -> impl Strategy<Value = Deed> {
    let text = || prop_oneof!["[a-c]{0,3}", "\\PC{0,8}", Just("a\0b".to_owned())];
    prop_oneof![
        6 => (0..5_i64, 0..20_u8).prop_map(|(person, message)| Deed::Submit { person, message }),
        2 => (text(), text()).prop_map(|(name, value)| Deed::Setting { name, value }),
        1 => (0..4_u8).prop_map(Deed::Job),
        1 => Just(Deed::Claim),
        1 => Just(Deed::Clear),
        1 => Just(Deed::Refused),
    ]
}

/// Row keys are drawn by the test, so that they are the same on both engines.
fn happen(store: &Store, deed: &Deed, at: i64) -> Result<Option<Applied>, StoreError> {
    let deed = deed.clone();
    match deed {
        Deed::Submit { person, message } => {
            let (store, message) = (store.clone(), Message::new(format!("M{message}")));
            let ids = iis_store::Ids::starting_at(at * 100 + 1);
            store
                .propose_and_apply_blocking(Lane::RealTime, move |tx| {
                    deeds::submit(tx, &ids, person, &message)
                })
                .map(Some)
        }
        Deed::Setting { name, value } => {
            store.write_blocking(Lane::Web, move |tx| setting::put(tx, &name, &value)).map(|()| None)
        }
        Deed::Job(n) => {
            let row = job::NewJob { id: n.into(), kind: "recall".into(), payload: "{}".into(), run_at: NOW };
            store.write_blocking(Lane::Bulk, move |tx| job::insert(tx, &row)).map(|()| None)
        }
        Deed::Claim => {
            let claim = store.write_blocking(Lane::Bulk, |tx| {
                job::claim(tx, "w", NOW, jiff::SignedDuration::from_secs(60))
            });
            claim.map(|_| None)
        }
        Deed::Clear => store.write_blocking(Lane::Bulk, consolidated::clear).map(|()| None),
        Deed::Refused => store
            .write_blocking(Lane::Web, |tx| {
                setting::put(tx, "refused", "yes")?;
                Err::<(), _>(StoreError::Busy)
            })
            .map(|()| None),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_deeds_leave_the_same_tables_on_both_engines(deeds in prop::collection::vec(deed(), 1..40)) {
        let lite = TestStore::sqlite();
        let Some(pg) = TestStore::postgres() else { return Ok(()) };
        let one_chain = iis_store::StoreConfig { writers: 1, ..pg.config.clone() };
        let store = Store::open(&one_chain).expect("opens");
        for (at, deed) in (0..).zip(&deeds) {
            let (a, b) = (happen(&lite.store, deed, at), happen(&store, deed, at));
            prop_assert_eq!(a, b, "{:?}", deed);
        }
        let (mut a, mut b) = (dump(&lite), dump(&pg));
        for tables in [&mut a, &mut b] {
            tables.remove("id_block");
            // The chain's number differs, and with it the hashes.
            let rows = tables.get_mut("audit").expect("the audit");
            *rows = rows.iter().map(|row| row.splitn(14, " | ").skip(1).take(11).collect::<Vec<_>>().join(" | ")).collect();
        }
        prop_assert_eq!(a, b);
    }
}
