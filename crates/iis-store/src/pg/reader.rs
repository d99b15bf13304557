//! Readers on PostgreSQL: every reading sees one snapshot (REPEATABLE READ READ ONLY).

use super::Pg;
use super::connection::{Connection, session};
use crate::StoreError;
use crate::lite::thread;
use crate::unit::Routes;
use std::sync::Arc;
use std::thread::JoinHandle;

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(crate) fn start(pg: &Arc<Pg>, routes: &Arc<Routes>) -> Result<JoinHandle<()>, StoreError> {
    let (pg, routes) = (Arc::clone(pg), Arc::clone(routes));
    thread("store-reader", move || {
        let mut connection = Connection::new(&pg);
        while let Some((_, reading)) = routes.readers.pop() {
            match connection.get() {
                Ok(tx) => {
                    session(tx).begin(BEGIN);
                    let planned = reading.run(tx, &routes);
                    session(tx).release();
                    if let Some((lane, unit)) = planned {
                        routes.write(lane, unit);
                    }
                }
                Err(error) => reading.refuse(error),
            }
        }
    })
}
