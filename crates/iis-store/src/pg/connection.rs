//! A worker's connection: made when needed, made again when it was lost.

use super::Pg;
use super::session::PgSession;
use crate::StoreError;
use crate::audit::chain::Chain;
use crate::tx::{Session, Tx, Watch};
use std::time::Duration;

/// How long a worker pauses when the database cannot be reached; callers are told at once.
const PAUSE: Duration = Duration::from_millis(200);

/// The connection of a worker, or none at the moment.
pub(crate) struct Connection<'p> {
    pg: &'p Pg,
    tx: Option<Tx<'static>>,
    /// Remembered over connections: the worker keeps its audit chain.
    chain: Option<i64>,
}

impl<'p> Connection<'p> {
    pub(crate) fn new(pg: &'p Pg) -> Self {
        Self { pg, tx: None, chain: None }
    }

    /// The connection, connecting when there is none that lives.
    pub(crate) fn get(&mut self) -> Result<&mut Tx<'static>, StoreError> {
        if self.tx.as_mut().is_some_and(|tx| !session(tx).is_alive()) {
            self.drop_lost();
        }
        match &mut self.tx {
            Some(tx) => Ok(tx),
            empty => {
                let session = PgSession::connect(self.pg).inspect_err(|_| std::thread::sleep(PAUSE))?;
                Ok(empty.insert(Tx {
                    session: Session::Pg(Box::new(session)),
                    chain: self.chain.map(Chain::unknown),
                    watch: Watch::default(),
                }))
            }
        }
    }

    /// Gives the worker its audit chain.
    pub(crate) fn own_chain(&mut self, id: i64) {
        self.chain = Some(id);
        if let Some(tx) = &mut self.tx {
            tx.chain = Some(Chain::unknown(id));
        }
    }

    /// Forgets a connection that was lost, or whose state is unknown.
    pub(crate) fn drop_lost(&mut self) {
        self.tx = None;
    }
}

/// The session inside a transaction of this engine.
pub(crate) fn session<'t>(tx: &'t mut Tx<'_>) -> &'t mut PgSession {
    match &mut tx.session {
        Session::Pg(pg) => pg,
        Session::Lite(_) | Session::Notes(_) => {
            unreachable!("a PostgreSQL worker holds a PostgreSQL session")
        }
    }
}
