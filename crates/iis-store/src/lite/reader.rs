//! Readers: threads with a connection each; every reading sees one snapshot.

use super::session::LiteSession;
use super::{Lite, thread};
use crate::StoreError;
use crate::sql::Sql;
use crate::tx::{Session, Tx};
use crate::unit::Routes;
use std::sync::Arc;
use std::thread::JoinHandle;

static BEGIN: Sql = Sql::new("reader::BEGIN", "BEGIN");
static COMMIT: Sql = Sql::new("reader::COMMIT", "COMMIT");

pub(crate) fn start(lite: &Arc<Lite>, routes: &Arc<Routes>) -> Result<JoinHandle<()>, StoreError> {
    let connection = lite.reading_connection()?;
    let routes = Arc::clone(routes);
    thread("store-reader", move || {
        let mut tx = Tx { session: Session::Lite(LiteSession::new(&connection)), chain: None };
        while let Some(reading) = routes.readers.pop() {
            match tx.exec(&BEGIN, &[]) {
                Ok(()) => reading.run(&mut tx, &routes),
                Err(error) => reading.refuse(error),
            }
            if !connection.is_autocommit() && tx.exec(&COMMIT, &[]).is_err() {
                tracing::error!("a snapshot could not be closed");
            }
        }
    })
}
