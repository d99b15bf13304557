//! Readers: threads with a connection each; every reading sees one snapshot.

use super::session::LiteSession;
use super::snapshots::Snapshots;
use super::{Lite, thread};
use crate::StoreError;
use crate::sql::Sql;
use crate::tx::{Session, Tx, Watch};
use crate::unit::Routes;
use std::sync::Arc;
use std::thread::JoinHandle;

static BEGIN: Sql = Sql::new("reader::BEGIN", "BEGIN");
static COMMIT: Sql = Sql::new("reader::COMMIT", "COMMIT");

/// The most readings that share a snapshot. All of them were waiting when it was taken, so each sees what was durable
/// when it was asked for; and SQLite, which forgets its pages whenever another connection has written, reads them
/// once for all.
const TOGETHER: usize = 6;

pub(crate) fn start(
    lite: &Arc<Lite>,
    routes: &Arc<Routes>,
    snapshots: &Arc<Snapshots>,
) -> Result<JoinHandle<()>, StoreError> {
    let connection = lite.reading_connection()?;
    let (routes, snapshots) = (Arc::clone(routes), Arc::clone(snapshots));
    thread("store-reader", move || {
        let mut tx = Tx {
            session: Session::Lite(LiteSession::new(&connection)),
            chain: None,
            watch: Watch::default(),
        };
        let mut planned = Vec::with_capacity(TOGETHER);
        while let Some((_, first)) = routes.readers.pop() {
            let waiting: Vec<_> =
                std::iter::from_fn(|| routes.readers.try_pop()).take(TOGETHER - 1).collect();
            let readings = std::iter::once(first).chain(waiting.into_iter().map(|(_, reading)| reading));
            let open = snapshots.open();
            match tx.exec(&BEGIN, &[]) {
                Ok(()) => planned.extend(readings.filter_map(|reading| reading.run(&mut tx, &routes))),
                Err(error) => readings.for_each(|reading| reading.refuse(error.clone())),
            }
            if !connection.is_autocommit() && tx.exec(&COMMIT, &[]).is_err() {
                tracing::error!("a snapshot could not be closed");
            }
            drop(open);
            // All at once, so that the writer flushes once for all.
            planned.drain(..).for_each(|(lane, unit)| routes.write(lane, unit));
        }
    })
}
