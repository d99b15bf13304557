//! Backup of a database that is written to (reliability A10, as far as it is the store's).

use crate::support::submit;
use iis_store::testing::deeds::Message;
use iis_store::testing::{TestStore, tables};
use iis_store::{Store, StoreConfig, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const CLIENTS: i64 = 8;

type Tables = BTreeMap<String, Vec<String>>;

fn opened(path: &Path) -> Result<Store, StoreError> {
    Store::open(&StoreConfig::new(format!("sqlite:{}", path.display())))
}

fn dump(store: &Store) -> Tables {
    store.read_blocking(tables::dump_in).expect("the tables can be read")
}

/// Clients that submit until they are told to stop, and note what was acknowledged.
struct Load {
    acknowledged: Arc<Mutex<BTreeSet<String>>>,
    stop: Arc<AtomicBool>,
    clients: Vec<std::thread::JoinHandle<()>>,
}

impl Load {
    fn on(store: &Store) -> Self {
        let (acknowledged, stop) = (Arc::<Mutex<BTreeSet<String>>>::default(), Arc::<AtomicBool>::default());
        let client = |client: i64| {
            let (store, acknowledged, stop) = (store.clone(), Arc::clone(&acknowledged), Arc::clone(&stop));
            std::thread::spawn(move || {
                let mut n = 0;
                while !stop.load(Ordering::Relaxed) {
                    let control_id = format!("M{client}-{n}");
                    let whom = client * 100 + n % 7;
                    submit(&store, whom, &Message::new(control_id.as_str())).expect("there is room");
                    acknowledged.lock().expect("not poisoned").insert(control_id);
                    n += 1;
                }
            })
        };
        let clients = (0..CLIENTS).map(client).collect();
        Self { acknowledged, stop, clients }
    }

    fn so_far(&self) -> BTreeSet<String> {
        self.acknowledged.lock().expect("not poisoned").clone()
    }

    /// Waits until so many more are acknowledged.
    fn go_on(&self, more: usize) {
        let wanted = self.so_far().len() + more;
        while self.so_far().len() < wanted {
            std::thread::yield_now();
        }
    }

    fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.clients.into_iter().for_each(|client| client.join().expect("a client"));
    }
}

#[test]
fn a_backup_under_load_is_a_beginning_of_what_was_committed() {
    let t = TestStore::sqlite();
    let load = Load::on(&t.store);
    let mut copies = Vec::new();
    for round in 0..3 {
        load.go_on(100);
        let acknowledged = load.so_far();
        let path = t.dir().join(format!("copy{round}.db"));
        t.store.backup(&path).expect("copied");
        copies.push((acknowledged, path));
    }
    load.go_on(50);
    load.end();
    let all = dump(&t.store);
    for (acknowledged, path) in copies {
        let store = opened(&path).expect("the copy opens");
        let copy = dump(&store);
        let verification = store.read_blocking(|tx| {
            iis_store::audit::verify::verify(tx, &iis_store::audit::verify::Against::default())
        });
        assert_eq!(verification.expect("verified").faults, []);
        store.close_blocking();

        // one writer, one chain: the copy ends where the writer was
        let rows = copy["audit"].len();
        assert_eq!(copy["audit"], all["audit"][..rows], "a beginning of the order of commits");
        for table in ["message", "report", "submission"] {
            assert_eq!(copy[table].len(), rows, "{table}: whole units");
        }
        let later: BTreeSet<&String> = all["message"].iter().collect();
        assert!(copy["message"].iter().all(|row| later.contains(row)));
        for control_id in &acknowledged {
            let quoted = format!("{control_id:?}");
            assert!(copy["message"].iter().any(|row| row.contains(&quoted)), "{control_id} was acknowledged");
        }
        assert!(acknowledged.len() >= 100 && rows < all["audit"].len());
    }
}

#[test]
fn damage_in_a_database_file_is_found_when_it_is_copied() {
    let t = TestStore::sqlite();
    for n in 0..50 {
        submit(&t.store, n, &Message::new(format!("M{n}"))).expect("there is room");
    }
    let whole = t.dir().join("whole.db");
    t.store.backup(&whole).expect("copied");
    let bytes = std::fs::read(&whole).expect("made");
    let half = bytes.len() / 2;
    let overwritten = {
        let mut bytes = bytes.clone();
        bytes[half..half + 8192].fill(0xA5);
        bytes
    };
    for (what, damaged) in
        [("overwritten", &overwritten[..]), ("cut off", &bytes[..half]), ("no database", b"rubbish")]
    {
        let path = t.dir().join(format!("{what}.db"));
        std::fs::write(&path, damaged).expect("written");
        let copied = opened(&path).and_then(|store| {
            let copied = store.backup(&t.dir().join(format!("copy of {what}.db")));
            store.close_blocking();
            copied
        });
        assert!(matches!(copied, Err(StoreError::Unavailable(_))), "{what}: {copied:?}");
    }
    let again = opened(&whole).expect("the whole one opens").backup(&t.dir().join("again.db"));
    assert_eq!(again, Ok(()));
}
