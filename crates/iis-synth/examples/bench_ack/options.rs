//! The words of the command line.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::time::Duration;

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) engines: Vec<Engine>,
    pub(crate) connections: Vec<usize>,
    pub(crate) warm_up: Duration,
    pub(crate) duration: Duration,
    /// Numbers of servers on one PostgreSQL, each measured.
    pub(crate) processes: Vec<usize>,
    pub(crate) repeats: usize,
    pub(crate) is_json: bool,
    /// People sent before the mix, and new ones in it.
    pub(crate) known: usize,
    pub(crate) strangers: usize,
    pub(crate) openiis: PathBuf,
    pub(crate) postgres: Option<String>,
    /// Where the stores lie: a disk, not memory.
    pub(crate) folder: PathBuf,
}

#[expect(clippy::disallowed_methods, reason = "a bench is told by its runner where things are")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Options {
    pub(crate) fn read(arguments: &[String]) -> Result<Self> {
        let is_quick = arguments.iter().any(|word| word == "--quick");
        let postgres = variable("OPENIIS_TEST_POSTGRES");
        let mut options = Self {
            engines: if postgres.is_some() {
                vec![Engine::Sqlite, Engine::Postgres]
            } else {
                vec![Engine::Sqlite]
            },
            connections: if is_quick { vec![32] } else { vec![1, 8, 32, 128] },
            warm_up: Duration::from_millis(if is_quick { 300 } else { 2_000 }),
            duration: Duration::from_millis(if is_quick { 1_200 } else { 8_000 }),
            processes: if is_quick { vec![1] } else { vec![1, 2] },
            repeats: 3,
            is_json: arguments.iter().any(|word| word == "--json"),
            known: if is_quick { 2_000 } else { 20_000 },
            strangers: if is_quick { 4_000 } else { 40_000 },
            openiis: variable("OPENIIS").map_or_else(|| "target/release/openiis".into(), PathBuf::from),
            postgres,
            folder: std::env::temp_dir(),
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} wants a value"));
            match word.as_str() {
                "--quick" | "--json" => {}
                "--engine" => {
                    options.engines = match value()?.as_str() {
                        "sqlite" => vec![Engine::Sqlite],
                        "postgres" => vec![Engine::Postgres],
                        other => bail!("--engine is sqlite or postgres, not {other}"),
                    }
                }
                "--connections" => {
                    options.connections = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?;
                }
                "--seconds" => options.duration = Duration::from_secs_f64(value()?.parse()?),
                "--processes" => options.processes = vec![value()?.parse()?],
                "--repeats" => options.repeats = value()?.parse()?,
                "--folder" => options.folder = value()?.into(),
                other => bail!("unknown: {other}"),
            }
        }
        if options.engines.contains(&Engine::Postgres) && options.postgres.is_none() {
            bail!("set OPENIIS_TEST_POSTGRES to a database whose user may create databases");
        }
        Ok(options)
    }

    /// The numbers of servers to measure on an engine: SQLite has one.
    pub(crate) fn processes(&self, engine: Engine) -> &[usize] {
        if engine == Engine::Sqlite { &[1] } else { &self.processes }
    }

    /// The number of connections for which the goals are stated: 32, or the nearest that was asked for.
    pub(crate) fn headline(&self) -> usize {
        self.connections.iter().copied().min_by_key(|count| count.abs_diff(32)).unwrap_or(32)
    }
}
