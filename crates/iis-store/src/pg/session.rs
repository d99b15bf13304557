//! A PostgreSQL connection with its prepared statements and those kept back to be sent together.

use super::Pg;
use super::trouble::{Trouble, not_connected, said};
use crate::row::{Row, RowOf};
use crate::sql::Sql;
use crate::{StoreError, Val};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls, Statement};

/// How long an answer may take. The server gives up before that (`statement_timeout`).
const ANSWER: Duration = Duration::from_secs(25);

/// After this long a connection is asked whether it lives before it is used.
const IDLE: Duration = Duration::from_millis(1);

/// Texts made at run time that are kept prepared.
const DYNAMIC_STATEMENTS: usize = 64;

/// What every connection is told first.
const SETTINGS: &str = "SET synchronous_commit = on; SET statement_timeout = '20s'; SET lock_timeout = '10s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning; SET TIME ZONE 'UTC'";

/// A connection that one thread owns.
pub(crate) struct PgSession {
    runtime: Runtime,
    client: Client,
    statements: Vec<Option<Statement>>,
    dynamic: HashMap<String, Statement>,
    pending: Vec<Pending>,
    used: Instant,
    /// Why the last statement failed, as the retry loop needs it.
    trouble: Trouble,
}

/// What is sent with the next statement that is waited for.
enum Pending {
    Simple(&'static str),
    Prepared(&'static str, Statement, Arc<[Val<'static>]>),
}

/// What ends a sending: an answer that is waited for.
#[derive(Clone, Copy)]
enum Last<'a> {
    Query(&'static str, &'a Statement, &'a [Val<'a>]),
    Count(&'static str, &'a Statement, &'a [Val<'a>]),
    Simple(&'static str),
}

enum Answer {
    Rows(Vec<tokio_postgres::Row>),
    Count(u64),
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + 'a>>;

impl PgSession {
    /// Connects.
    pub(crate) fn connect(pg: &Pg) -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::unavailable(format!("no runtime: {}", error.kind())))?;
        let client = runtime
            .block_on(async {
                let client = if let Some(tls) = &pg.tls {
                    let (client, connection) = pg.config.connect(tls.clone()).await?;
                    tokio::spawn(connection);
                    client
                } else {
                    let (client, connection) = pg.config.connect(NoTls).await?;
                    tokio::spawn(connection);
                    client
                };
                client.batch_execute(SETTINGS).await?;
                Ok(client)
            })
            .map_err(|error: Error| not_connected(&error))?;
        Ok(Self {
            runtime,
            client,
            statements: Vec::new(),
            dynamic: HashMap::new(),
            pending: Vec::new(),
            used: Instant::now(),
            trouble: Trouble::None,
        })
    }

    /// Whether the connection still stands. A server that went away while nobody used it is noticed here, before a
    /// unit is sent whose fate would then be unknown.
    pub(crate) fn is_alive(&mut self) -> bool {
        if self.used.elapsed() > IDLE {
            self.runtime.block_on(async {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
            });
        }
        !self.client.is_closed()
    }

    /// What the last failure means for the unit.
    pub(crate) fn trouble(&self) -> Trouble {
        self.trouble
    }

    /// Starts a transaction with the next statement.
    pub(crate) fn begin(&mut self, text: &'static str) {
        self.trouble = Trouble::None;
        self.pending.clear();
        self.pending.push(Pending::Simple(text));
    }

    /// Sends all that was kept back together with COMMIT.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        self.send(Last::Simple("COMMIT")).map(drop)
    }

    /// Ends a transaction that failed, or whose work is not wanted. What was kept back is dropped.
    pub(crate) fn rollback(&mut self) -> Result<(), StoreError> {
        self.pending.clear();
        let trouble = self.trouble;
        let outcome = self.send(Last::Simple("ROLLBACK")).map(drop);
        if outcome.is_ok() {
            self.trouble = trouble;
        }
        outcome
    }

    /// Ends a snapshot without waiting for the answer. One that nothing was asked of was never begun.
    pub(crate) fn release(&mut self) {
        let is_begun = self.pending.is_empty();
        self.pending.clear();
        if !is_begun {
            return;
        }
        let mut done = Box::pin(self.client.batch_execute("COMMIT"));
        self.runtime.block_on(async {
            poll_fn(|cx| {
                let _ = done.as_mut().poll(cx);
                Poll::Ready(())
            })
            .await;
            tokio::task::yield_now().await; // the connection's task writes it
        });
    }

    /// Keeps the statement back, to be sent with the next one that is waited for.
    pub(crate) fn defer(&mut self, sql: &'static Sql, params: Arc<[Val<'static>]>) -> Result<(), StoreError> {
        let statement = self.prepared(sql)?;
        self.pending.push(Pending::Prepared(sql.name(), statement, params));
        Ok(())
    }

    pub(crate) fn count(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepared(sql)?;
        match self.send(Last::Count(sql.name(), &statement, params))? {
            Answer::Count(count) => Ok(count),
            Answer::Rows(rows) => Ok(rows.len() as u64),
        }
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepared(sql)?;
        self.rows(sql.name(), &statement, params, f)
    }

    /// Asks all questions in one write and hands the rows on in their order.
    pub(crate) fn each_of(
        &mut self,
        sql: &'static Sql,
        questions: &[Vec<Val<'_>>],
        mut f: impl FnMut(usize, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepared(sql)?;
        self.flush()?;
        let client = &self.client;
        let running =
            questions.iter().map(|params| -> Running<'_> { Box::pin(queried(client, &statement, params)) });
        let answers = all(running.collect());
        let outcome = self.runtime.block_on(async { tokio::time::timeout(ANSWER, answers).await });
        self.used = Instant::now();
        match outcome {
            Ok(Ok(answers)) => {
                for (at, answer) in answers.iter().enumerate() {
                    if let Answer::Rows(rows) = answer {
                        rows.iter().try_for_each(|row| f(at, &Row(RowOf::Pg(row))))?;
                    }
                }
                Ok(())
            }
            Ok(Err((_, error))) => Err(self.failed(sql.name(), &error, false)),
            Err(_elapsed) => {
                self.trouble = Trouble::Lost;
                Err(StoreError::unavailable("PostgreSQL did not answer in time"))
            }
        }
    }

    pub(crate) fn each_text(
        &mut self,
        text: &str,
        params: &[Val<'_>],
        f: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let known = self.dynamic.get(text).cloned();
        let statement = match known {
            Some(statement) => statement,
            None => self.prepare_dynamic(text)?,
        };
        self.rows("a select", &statement, params, f)
    }

    /// Runs a text without parameters.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.flush()?;
        let outcome = self.runtime.block_on(self.client.batch_execute(text));
        outcome.map_err(|error| self.failed("a step of the schema", &error, false))
    }

    fn rows(
        &mut self,
        name: &'static str,
        statement: &Statement,
        params: &[Val<'_>],
        mut f: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if let Answer::Rows(rows) = self.send(Last::Query(name, statement, params))? {
            for row in &rows {
                f(&Row(RowOf::Pg(row)))?;
            }
        }
        Ok(())
    }

    fn prepared(&mut self, sql: &'static Sql) -> Result<Statement, StoreError> {
        let slot = sql.slot();
        if slot >= self.statements.len() {
            self.statements.resize_with(slot + 1, || None);
        }
        if let Some(statement) = &self.statements[slot] {
            return Ok(statement.clone());
        }
        let statement = self.prepare(sql.name(), sql.text())?;
        self.statements[slot] = Some(statement.clone());
        Ok(statement)
    }

    fn prepare(&mut self, name: &'static str, text: &str) -> Result<Statement, StoreError> {
        self.flush()?; // a failure of what came before must not look like one of this statement
        let outcome = self.runtime.block_on(self.client.prepare(text));
        outcome.map_err(|error| self.failed(name, &error, false))
    }

    fn prepare_dynamic(&mut self, text: &str) -> Result<Statement, StoreError> {
        let statement = self.prepare("a select", text)?;
        if self.dynamic.len() >= DYNAMIC_STATEMENTS {
            self.dynamic.clear();
        }
        self.dynamic.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.pending.is_empty() { Ok(()) } else { self.send(Last::Simple("")).map(drop) }
    }

    /// Sends what was kept back and the last statement in one write, and waits for all answers. The first failure is
    /// the one that counts: those after it only say that the transaction is broken.
    fn send(&mut self, last: Last<'_>) -> Result<Answer, StoreError> {
        let pending = std::mem::take(&mut self.pending);
        let committing = matches!(last, Last::Simple("COMMIT"));
        let client = &self.client;
        let mut names: Vec<&'static str> = Vec::with_capacity(pending.len() + 1);
        let mut running: Vec<Running<'_>> = Vec::with_capacity(pending.len() + 1);
        for statement in &pending {
            match statement {
                Pending::Simple(text) => {
                    names.push(text);
                    running.push(Box::pin(simple(client, text)));
                }
                Pending::Prepared(name, statement, params) => {
                    names.push(name);
                    running.push(Box::pin(counted(client, statement, params)));
                }
            }
        }
        match last {
            Last::Query(name, statement, params) => {
                names.push(name);
                running.push(Box::pin(queried(client, statement, params)));
            }
            Last::Count(name, statement, params) => {
                names.push(name);
                running.push(Box::pin(counted(client, statement, params)));
            }
            Last::Simple("") => {}
            Last::Simple(text) => {
                names.push(text);
                running.push(Box::pin(simple(client, text)));
            }
        }
        let outcome = self.runtime.block_on(async { tokio::time::timeout(ANSWER, all(running)).await });
        self.used = Instant::now();
        match outcome {
            Ok(Ok(answers)) => Ok(answers.into_iter().next_back().unwrap_or(Answer::Count(0))),
            Ok(Err((at, error))) => {
                Err(self.failed(names.get(at).copied().unwrap_or_default(), &error, committing))
            }
            Err(_elapsed) => {
                self.trouble = if committing { Trouble::Unknown } else { Trouble::Lost };
                Err(StoreError::unavailable("PostgreSQL did not answer in time"))
            }
        }
    }

    /// Notes what a failure means and says it in the store's words.
    fn failed(&mut self, doing: &str, error: &Error, committing: bool) -> StoreError {
        self.trouble = Trouble::of(error, committing);
        said(doing, error)
    }
}

async fn simple(client: &Client, text: &str) -> Result<Answer, Error> {
    client.batch_execute(text).await.map(|()| Answer::Count(0))
}

async fn counted(client: &Client, statement: &Statement, params: &[Val<'_>]) -> Result<Answer, Error> {
    client
        .execute_raw(statement, params.iter().map(|val| val as &(dyn ToSql + Sync)))
        .await
        .map(Answer::Count)
}

async fn queried(client: &Client, statement: &Statement, params: &[Val<'_>]) -> Result<Answer, Error> {
    let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|val| val as &(dyn ToSql + Sync)).collect();
    client.query(statement, &params).await.map(Answer::Rows)
}

/// Starts all in order, so that they leave in one write, then waits for each: their answers, or the first failure with
/// its place.
async fn all(mut running: Vec<Running<'_>>) -> Result<Vec<Answer>, (usize, Error)> {
    let mut outcomes: Vec<Option<Result<Answer, Error>>> = running.iter().map(|_| None).collect();
    poll_fn(|cx| {
        for (future, outcome) in running.iter_mut().zip(&mut outcomes) {
            if let Poll::Ready(ready) = future.as_mut().poll(cx) {
                *outcome = Some(ready);
            }
        }
        Poll::Ready(())
    })
    .await;
    let mut answers = Vec::with_capacity(running.len());
    for (at, (future, outcome)) in running.into_iter().zip(outcomes).enumerate() {
        let outcome = match outcome {
            Some(outcome) => outcome,
            None => future.await,
        };
        answers.push(outcome.map_err(|error| (at, error))?);
    }
    Ok(answers)
}
