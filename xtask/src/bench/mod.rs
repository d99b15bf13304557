//! `cargo xtask bench`: figures, each beside its reference from the same run.
//!
//! A row of [`BENCHES`] names a program of the workspace that does the measuring. The program is called with
//! `--json` (and `--quick` or `--large`, and the folder of a filled registry), measures everything three times, and prints for each goal one line
//! `{"goal":"P1","name":"vs-hl7-parser","value":23.1,"ours":…,"reference":…,"unit":…}`, `value` being the worst
//! of the three; other lines are for people. It prints no figure for a run that lost or doubled a message.

mod figure;
mod table;

use crate::arguments::Arguments;
use crate::cargo::{built, cargo};
use crate::postgres::{Disk, Postgres};
use crate::{Outcome, environment};
use anyhow::{Context, Result, bail};
use figure::Figure;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use table::{BENCHES, Bench};

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome> {
    let is_json = arguments.flag("--json");
    let mut options: Vec<String> =
        ["--quick", "--large"].into_iter().filter(|size| arguments.flag(size)).map(str::to_owned).collect();
    if let Some(folder) = arguments.value("--filled")? {
        options.extend(["--filled".to_owned(), folder]);
    }
    let names = arguments.words();
    arguments.done()?;
    let chosen = chosen(&names)?;
    let mut is_met = true;
    if !is_json {
        println!("{}", Figure::HEADING);
    }
    for bench in chosen {
        let figures = measure(bench, &options, is_json)?;
        for goal in bench.goals {
            let figure = figures.iter().find(|figure| goal.is_of(figure));
            if figure.is_none() {
                eprintln!("{}: no figure for {} {}", bench.name, goal.id, goal.name);
            }
            is_met &= figure.is_some_and(|figure| goal.is_met_by(figure));
        }
    }
    Ok(Outcome::passed_if(is_met))
}

/// The benches of these names or goals; all when none is named.
fn chosen(names: &[String]) -> Result<Vec<&'static Bench>> {
    let is_of =
        |bench: &Bench, name: &str| bench.name == name || bench.goals.iter().any(|goal| goal.id == name);
    if let Some(unknown) = names.iter().find(|name| !BENCHES.iter().any(|bench| is_of(bench, name))) {
        let known: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
        bail!("there is no bench \"{unknown}\"; known: {}", known.join(", "));
    }
    let is_chosen = |bench: &&Bench| names.is_empty() || names.iter().any(|name| is_of(bench, name));
    Ok(BENCHES.iter().filter(is_chosen).collect())
}

/// Runs one bench, printing figures as they come.
fn measure(bench: &Bench, options: &[String], is_json: bool) -> Result<Vec<Figure>> {
    let postgres = if bench.uses_postgres { Some(Postgres::start(Disk::Waits)?) } else { None };
    if bench.uses_server && !cargo(&["build", "--release", "--package", "iis-server"]).status()?.success() {
        bail!("the server does not build");
    }
    let mut command = cargo(&["run", "--release", "--quiet", "--package", bench.package]);
    command.args(["--example", bench.example, "--", "--json"]).args(options).stdout(Stdio::piped());
    if let Some(postgres) = &postgres {
        command.env(environment::TEST_POSTGRES, postgres.url());
    }
    if bench.uses_server {
        command.env("OPENIIS", built("release")?.join("openiis"));
    }
    let mut child =
        command.spawn().with_context(|| format!("starting the program of bench {}", bench.name))?;
    let output = child.stdout.take().expect("its standard output was asked for");
    let mut figures = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line?;
        if !line.starts_with('{') {
            eprintln!("{line}");
            continue;
        }
        let figure = Figure::read(&line).with_context(|| format!("bench {}: {line}", bench.name))?;
        let goal = bench.goals.iter().find(|goal| goal.is_of(&figure));
        println!("{}", if is_json { line } else { figure.row(goal) });
        figures.push(figure);
    }
    if !child.wait()?.success() {
        bail!("the program of bench {} failed", bench.name);
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn a_bench_is_chosen_by_its_name_or_its_goal() {
        let names = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(ToString::to_string).collect();
            chosen(&words).map(|benches| benches.iter().map(|bench| bench.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["parse"]).expect("known"), ["parse"]);
        assert_eq!(names(&["P1"]).expect("known"), ["parse"]);
        assert!(names(&[]).expect("all").len() > 1);
        assert!(names(&["pars"]).is_err());
    }
}
