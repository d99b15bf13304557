//! One transaction over either engine: what a closure given to the store works with.

use crate::audit::chain::Chain;
use crate::audit::{AuditEntry, chain};
use crate::lite::session::LiteSession;
use crate::pg::session::PgSession;
use crate::row::{FromRow, Row};
use crate::select::Select;
use crate::sql::Sql;
use crate::{StoreError, Val};
use std::sync::Arc;

/// A transaction, or the snapshot of a reading closure.
///
/// On PostgreSQL a statement whose outcome nobody asks for ([`Tx::exec`]) is kept back and sent together with the
/// next one that is asked for, or with COMMIT; its failure shows then.
pub struct Tx<'c> {
    pub(crate) session: Session<'c>,
    /// The audit chain that this connection owns; none on connections that only read.
    pub(crate) chain: Option<Chain>,
    /// What this unit of work has done so far that the audit must know of.
    pub(crate) watch: Watch,
}

/// Whether a unit of work handed out a person's data to somebody, and whether it left an audit row.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Watch {
    pub(crate) looked: bool,
    audited: bool,
}

pub(crate) enum Session<'c> {
    Lite(LiteSession<'c>),
    Pg(Box<PgSession>),
    /// Statements are only noted: what a plan writes is put into parameters by a reader, so that the writer need not.
    Notes(Vec<Noted>),
}

/// A statement that was noted.
pub(crate) struct Noted {
    pub(crate) sql: &'static Sql,
    pub(crate) params: Arc<[Val<'static>]>,
}

impl Tx<'_> {
    /// Runs a statement whose row count does not matter.
    pub fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Lite(lite) => lite.exec(sql, params).map(drop),
            Session::Pg(pg) => pg.defer(sql, owned(params)),
            Session::Notes(notes) => {
                notes.push(Noted { sql, params: owned(params) });
                Ok(())
            }
        }
    }

    /// Runs a statement that was noted.
    pub(crate) fn exec_noted(&mut self, noted: &Noted) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Pg(pg) => pg.defer(noted.sql, Arc::clone(&noted.params)),
            _ => self.exec(noted.sql, &noted.params),
        }
    }

    /// The statements that `f` would run, none of which may be asked for its outcome.
    pub(crate) fn note(
        f: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<Vec<Noted>, StoreError> {
        let mut tx =
            Tx { session: Session::Notes(Vec::with_capacity(16)), chain: None, watch: Watch::default() };
        f(&mut tx)?;
        match tx.session {
            Session::Notes(notes) => Ok(notes),
            _ => Err(StoreError::internal("notes that are none")),
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub fn count(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64, StoreError> {
        match &mut self.session {
            Session::Lite(lite) => lite.exec(sql, params),
            Session::Pg(pg) => pg.count(sql, params),
            Session::Notes(_) => Err(unanswerable()),
        }
    }

    /// The first row of the answer, if there is one.
    pub fn one<T: FromRow>(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
    ) -> Result<Option<T>, StoreError> {
        let mut first = None;
        self.each(sql, params, |row| {
            if first.is_none() {
                first = Some(T::from_row(row)?);
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// All rows of the answer.
    pub fn all<T: FromRow>(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, params, |row| {
            rows.push(T::from_row(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Hands every row of the answer to `f`, as it comes.
    pub fn each(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Lite(lite) => lite.each(sql, params, f),
            Session::Pg(pg) => pg.each(sql, params, f),
            Session::Notes(_) => Err(unanswerable()),
        }
    }

    /// Asks the same question with each of these parameters and hands every row to `f`, with the place of its
    /// parameters. On PostgreSQL all questions leave in one write.
    pub(crate) fn each_of(
        &mut self,
        sql: &'static Sql,
        questions: &[Vec<Val<'_>>],
        mut f: impl FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Lite(lite) => questions
                .iter()
                .enumerate()
                .try_for_each(|(at, params)| lite.each(sql, params, |row| f(at, row))),
            Session::Pg(pg) => pg.each_of(sql, questions, f),
            Session::Notes(_) => Err(unanswerable()),
        }
    }

    /// All rows of a select with filters that depend on the question.
    pub fn select<T: FromRow>(&mut self, select: &Select<'_>) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        let f = |row: &Row<'_>| {
            rows.push(T::from_row(row)?);
            Ok(())
        };
        match &mut self.session {
            Session::Lite(lite) => lite.each_text(&select.text, &select.params, f)?,
            Session::Pg(pg) => pg.each_text(&select.text, &select.params, f)?,
            Session::Notes(_) => return Err(unanswerable()),
        }
        Ok(rows)
    }

    /// Adds an audit row to this connection's chain, in this transaction.
    pub fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.watch.audited = true;
        chain::append(self, entry)
    }

    /// Runs a unit of work. One that handed out a person's data to somebody and leaves no audit row, neither written nor
    /// among those that `rows` finds in its outcome, is refused: nothing of it is shown or kept.
    pub(crate) fn watched<T>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, StoreError>,
        rows: impl FnOnce(&T) -> usize,
    ) -> Result<T, StoreError> {
        self.watch = Watch::default();
        let outcome = f(self)?;
        let Watch { looked, audited } = std::mem::take(&mut self.watch);
        if looked && !audited && rows(&outcome) == 0 {
            return Err(StoreError::internal("a look at a person that leaves no audit row"));
        }
        Ok(outcome)
    }

    /// Runs a statement without parameters that is not in the list: a migration's.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Lite(lite) => lite.batch(text),
            Session::Pg(pg) => pg.batch(text),
            Session::Notes(_) => Err(unanswerable()),
        }
    }

    /// Keeps other processes from changing the schema until this transaction ends.
    pub(crate) fn lock_schema(&mut self) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Lite(_) | Session::Notes(_) => Ok(()), // the transaction is exclusive
            Session::Pg(pg) => pg.batch("SELECT pg_advisory_xact_lock(4711203015)"),
        }
    }

    /// Whether the engine is SQLite.
    pub(crate) fn is_lite(&self) -> bool {
        matches!(self.session, Session::Lite(_))
    }
}

fn owned(params: &[Val<'_>]) -> Arc<[Val<'static>]> {
    params.iter().map(|val| val.clone().into_owned()).collect()
}

fn unanswerable() -> StoreError {
    StoreError::internal("a statement that is noted has no answer yet")
}
