//! `cargo xtask test`: everything that must hold, in one run.
//!
//! The steps go on after a failure, so that one run shows all of them; only what needs the build is left
//! out, by name, when the build failed. Nothing is skipped silently.

mod steps;

use crate::arguments::Arguments;
use crate::needs::{self, Need};
use crate::postgres::{Disk, Postgres};
use crate::runner::Totals;
use crate::{Outcome, environment};
use anyhow::{Result, bail};

use std::path::PathBuf;
use std::time::{Duration, Instant};
use steps::{STEPS, Step};

/// What a step may use.
pub(super) struct Surroundings {
    /// The PostgreSQL of this run, unless it was left out.
    postgres: Option<Postgres>,
    /// The folder of published reference material.
    published: Option<PathBuf>,
}

/// One line of the closing table.
struct Line {
    name: &'static str,
    totals: Totals,
    took: Duration,
}

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome> {
    let selection = Selection::of(&mut arguments, environment::is_ci())?;
    arguments.done()?;
    let published = environment::published()?;
    match &published {
        Some(folder) => println!("published material: {}", folder.display()),
        None => println!("published material: none ({} is not set); its cases fail", environment::PUBLISHED),
    }
    let started = Instant::now();
    needs::provide(&selection.needs())?;
    let needs_postgres = selection.needs().contains(&Need::Postgres);
    let postgres = if needs_postgres { Some(Postgres::start(Disk::GoesOn)?) } else { None };
    let mut lines = vec![Line { name: "needs", totals: Totals::default(), took: started.elapsed() }];
    let surroundings = Surroundings { postgres, published };

    let mut is_built = true;
    for step in selection.steps() {
        println!("\n== {}: {}", step.name, step.does);
        let started = Instant::now();
        let totals = if step.needs_build && !is_built {
            println!("not run: the build failed");
            Totals::one(false)
        } else {
            (step.run)(&surroundings).unwrap_or_else(|failure| {
                println!("{} cannot run: {failure:#}", step.name);
                Totals::one(false)
            })
        };
        is_built &= step.name != "build" || totals.failed == 0;
        lines.push(Line { name: step.name, totals, took: started.elapsed() });
    }
    drop(surroundings);
    Ok(close(&lines, &selection))
}

/// The table of times, what was left out, and the plain closing line.
fn close(lines: &[Line], selection: &Selection) -> Outcome {
    println!("\n{:<12} {:>8} {:>8} {:>9}", "step", "passed", "failed", "seconds");
    for Line { name, totals, took } in lines {
        println!("{name:<12} {:>8} {:>8} {:>9.1}", totals.passed, totals.failed, took.as_secs_f64());
    }
    let total = lines.iter().fold(Totals::default(), |sum, line| sum + line.totals);
    let took: Duration = lines.iter().map(|line| line.took).sum();
    println!("{:<12} {:>8} {:>8} {:>9.1}", "all", total.passed, total.failed, took.as_secs_f64());
    let left_out = selection.left_out();
    if !left_out.is_empty() {
        println!("left out on request: {}", left_out.join(", "));
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    Outcome::passed_if(total.failed == 0)
}

/// Which steps run, as the command line says.
#[derive(Debug)]
struct Selection {
    only: Vec<String>,
    without: Vec<String>,
}

impl Selection {
    fn of(arguments: &mut Arguments, is_ci: bool) -> Result<Self> {
        let selection = Self { only: arguments.list("--only")?, without: arguments.list("--without")? };
        if is_ci && !(selection.only.is_empty() && selection.without.is_empty()) {
            bail!("with CI=true nothing may be left out: --without and --only are refused");
        }
        let steps: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        if let Some(unknown) = selection.only.iter().find(|name| !steps.contains(&name.as_str())) {
            bail!("--only: there is no step \"{unknown}\"; steps: {}", steps.join(", "));
        }
        if let Some(unknown) =
            selection.without.iter().find(|name| !matches!(name.as_str(), "postgres" | "browser"))
        {
            bail!("--without: \"{unknown}\" cannot be left out; only postgres and browser can");
        }
        Ok(selection)
    }

    fn steps(&self) -> impl Iterator<Item = &'static Step> {
        STEPS.iter().filter(|step| self.runs(step))
    }

    /// The build also runs when a chosen step needs it.
    fn runs(&self, step: &Step) -> bool {
        let is_chosen = |step: &Step| {
            let is_named = self.only.is_empty() || self.only.iter().any(|name| name == step.name);
            is_named && !self.without.iter().any(|name| name == step.name)
        };
        is_chosen(step)
            || (step.name == "build" && STEPS.iter().any(|step| step.needs_build && is_chosen(step)))
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs: Vec<_> = self.steps().flat_map(|step| step.needs).copied().collect();
        needs.sort_unstable();
        needs.dedup();
        needs.retain(|need| !self.without.iter().any(|name| name == need.name()));
        needs
    }

    fn left_out(&self) -> Vec<&str> {
        let steps = STEPS.iter().filter(|step| !self.runs(step)).map(|step| step.name);
        let postgres = self.without.iter().filter(|name| *name == "postgres").map(String::as_str);
        steps.chain(postgres).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Need, Selection};
    use crate::arguments::arguments;

    fn selection(line: &str) -> Selection {
        Selection::of(&mut arguments(line), false).expect("understood")
    }

    #[test]
    fn steps_and_needs_follow_the_command_line() {
        let names = |line| selection(line).steps().map(|step| step.name).collect::<Vec<_>>();
        assert_eq!(names("--only fmt,tidy"), ["fmt", "tidy"]);
        assert_eq!(names("--only browser"), ["build", "browser"]);
        assert!(!names("--without browser").contains(&"browser"));
        assert_eq!(selection("--only fmt").needs(), []);
        assert!(selection("").needs().contains(&Need::Postgres));
        assert!(!selection("--without postgres").needs().contains(&Need::Postgres));
        assert!(!selection("--without browser").needs().contains(&Need::Browser));
    }

    #[test]
    fn what_was_left_out_is_named() {
        assert_eq!(selection("").left_out(), Vec::<&str>::new());
        assert_eq!(selection("--without browser,postgres").left_out(), ["browser", "postgres"]);
    }

    #[test]
    fn unknown_words_are_refused() {
        for line in ["--only fmtt", "--without clippy"] {
            assert!(Selection::of(&mut arguments(line), false).is_err(), "{line}");
        }
    }

    #[test]
    fn an_automatic_run_leaves_nothing_out() {
        for line in ["--only fmt", "--without browser"] {
            assert!(Selection::of(&mut arguments(line), true).is_err(), "{line}");
        }
        assert!(Selection::of(&mut arguments(""), true).is_ok());
    }
}
