//! The command line: what can be typed, and how a command ends.

use crate::commands::{
    audit, backup, cdsi, codes, configuration, doctor, hl7, jurisdiction, mail, matching, migrate,
    organization, rebuild, restore, sender, serve, site, synth, user, vital_records,
};
use crate::config::{self, Config, Overrides};
use crate::opening;
use crate::output::Output;
use clap::{Args, Parser, Subcommand};
use iis_registry::Context;
use std::path::PathBuf;
use std::process::ExitCode;

/// OpenIIS: an immunization information system in one program.
#[derive(Debug, Parser)]
#[command(
    name = "openiis",
    version,
    after_help = "Example:\n  openiis serve --demo\n\nExit: 0 done; 1 done, but something was refused or failed its check; 2 wrong use or cannot run."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// Folder of the embedded database, keys and results.
    #[arg(long, global = true, value_name = "DIR", default_value = "./openiis-data", env = "OPENIIS_DATA")]
    pub data: PathBuf,
    /// Configuration file.
    #[arg(long, global = true, value_name = "FILE", env = "OPENIIS_CONFIG")]
    pub config: Option<PathBuf>,
    /// Prints results as JSON, one object a line.
    #[arg(long, global = true)]
    pub json: bool,
}

// later: worker, export, import
#[derive(Debug, Subcommand)]
enum Command {
    /// Serves web pages, HL7 over POST and SOAP, and runs the background work.
    #[command(after_help = "Examples:\n  openiis serve --demo\n  openiis serve --config openiis.toml")]
    Serve(serve::Serve),
    /// Brings the schema of the database up to date.
    #[command(after_help = "Example:\n  openiis migrate --config openiis.toml")]
    Migrate(migrate::Migrate),
    /// Checks the configuration, or lists its keys.
    #[command(subcommand, after_help = "Example:\n  openiis config check --config openiis.toml")]
    Config(configuration::Configuration),
    /// Checks database, schema, audit key, disk, clock and certificate; one line each.
    #[command(after_help = "Example:\n  openiis doctor --config openiis.toml")]
    Doctor,
    /// Accounts of people.
    #[command(
        subcommand,
        after_help = "Example:\n  openiis user add amara --name 'Amara Okafor' --role clinic-access"
    )]
    User(user::User),
    /// Organizations: legal entities that own sites.
    #[command(subcommand, after_help = "Example:\n  openiis organization add 'River Health'")]
    Organization(organization::Organization),
    /// Sites: places where vaccine is given, by the code that messages name.
    #[command(
        subcommand,
        after_help = "Example:\n  openiis site add RIVER --organization 'River Health' --name 'River Clinic'"
    )]
    Site(site::Site),
    /// Mail to people: a test, and what became of letters.
    #[command(subcommand, after_help = "Example:\n  openiis mail test me@example.gov")]
    Mail(mail::Mail),
    /// Jurisdictions below the state: counties, health districts, towns, and who lives there.
    #[command(
        subcommand,
        after_help = "Example:\n  openiis jurisdiction add 'Harbor County' --county Harbor"
    )]
    Jurisdiction(jurisdiction::Jurisdiction),
    /// HL7 senders.
    #[command(subcommand, after_help = "Example:\n  openiis sender add river-clinic --site RIVER")]
    Sender(sender::SenderCommand),
    /// HL7 messages: check, load, send.
    #[command(subcommand, after_help = "Example:\n  openiis hl7 check messages.hl7")]
    Hl7(hl7::Hl7),
    /// Vital records: files of births, deaths, adoptions, sealings and changes of name.
    #[command(
        subcommand,
        after_help = "Example:\n  openiis vital-records load births-2026-03-01.csv --office VITAL"
    )]
    VitalRecords(vital_records::VitalRecords),
    /// The recommender and its schedule: verify, forecast, import, activate, compare.
    #[command(subcommand, after_help = "Example:\n  openiis cdsi forecast --dob 2025-01-10 --sex F")]
    Cdsi(cdsi::Cdsi),
    /// Patient matching: files linked and judged, duplicates among stored persons.
    #[command(subcommand, after_help = "Example:\n  openiis match link records.csv.gz --out linked")]
    Match(matching::Match),
    /// The code sets: import, list, activate.
    #[command(subcommand, after_help = "Example:\n  openiis codes import cvx.xml --dry-run")]
    Codes(codes::Codes),
    /// Writes an invented population as files: messages or records, with the truth beside them.
    #[command(
        after_help = "Examples:\n  openiis synth --people 1000 --seed 7 --out invented\n  openiis synth --people 1000 --seed 7 --out invented --format csv --on 2026-03-01"
    )]
    Synth(synth::Synth),
    /// Writes a backup of the embedded database while it is in use.
    #[command(after_help = "Example:\n  openiis backup /backups/openiis-2026-03-01.backup")]
    Backup(backup::Backup),
    /// Puts a backup in place of the embedded database; no server may be running.
    #[command(
        after_help = "Examples:\n  openiis restore /backups/openiis-2026-03-01.backup\n  openiis restore --drill /backups/openiis-2026-03-01.backup"
    )]
    Restore(restore::Restore),
    /// Computes what the registry believes again from what was reported and decided; with --check it only compares.
    #[command(after_help = "Examples:\n  openiis rebuild --check\n  openiis rebuild")]
    Rebuild(rebuild::Rebuild),
    /// The audit log: verify it, export its signed seals.
    #[command(subcommand, after_help = "Example:\n  openiis audit verify")]
    Audit(audit::Audit),
}

/// How a command ended when it could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All is done.
    Done,
    /// Done, but something was refused or failed its check.
    Refused,
}

impl Ended {
    /// Refused if anything was.
    pub fn refused_if(any: bool) -> Self {
        if any { Self::Refused } else { Self::Done }
    }
}

/// Reads the command line, runs the command, and says how it ended.
pub fn run() -> ExitCode {
    // What is written holds patients and keys: files are for whoever runs the program, and for nobody else.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let Cli { global, command } = Cli::parse();
    let output = Output::new(global.json);
    let ended = start(&global, command, output);
    crate::logging::finish();
    match ended {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::Refused) => ExitCode::from(1),
        Err(error) => {
            output.complain(&format!("openiis: {}", said(&error)));
            ExitCode::from(2)
        }
    }
}

/// The error with its causes; one that was quoted already is not said again.
fn said(error: &anyhow::Error) -> String {
    error.chain().skip(1).map(ToString::to_string).fold(error.to_string(), |said, cause| {
        if said.contains(&cause) { said } else { format!("{said}: {cause}") }
    })
}

fn start(global: &Global, command: Command, output: Output) -> anyhow::Result<Ended> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let command = match command {
        Command::Config(command) => return Ok(configuration::run(global, &command, output)),
        Command::Serve(command) => return runtime.block_on(serve::run(global, command, output)),
        Command::Synth(command) => return synth::run(&command, output),
        Command::Hl7(hl7::Hl7::Send(command)) => return runtime.block_on(hl7::send::run(&command, output)),
        other => other,
    };
    let config = load(global, Overrides::default())?;
    crate::logging::start(&config.log);
    match command {
        Command::Migrate(command) => migrate::run(&config, &command, output),
        Command::Doctor => Ok(doctor::run(&config, &runtime, output)),
        Command::Backup(command) => backup::run(&config, &command, output),
        Command::Restore(command) => restore::run(&config, &command, output),
        Command::Rebuild(command) => rebuild::run(&config, &command, &runtime, output),
        Command::Audit(command) => audit::run(&config, &command, output),
        Command::Cdsi(command) => cdsi::run(&config, command, &runtime, output),
        Command::Match(command) => matching::run(&config, &command, &runtime, output),
        Command::Codes(command) => codes::run(&config, command, &runtime, output),
        Command::Hl7(hl7::Hl7::Check(command)) => hl7::check::run(&config, &command, output),
        Command::Hl7(hl7::Hl7::Load(command)) => hl7::load::run(&config, &command, &runtime, output),
        Command::Hl7(hl7::Hl7::Replay(command)) => {
            with_registry(&config, |cx| runtime.block_on(hl7::replay::run(cx, &command, output)))
        }
        Command::VitalRecords(command) => {
            let cx = opening::registry(&config)?;
            let ended = runtime.block_on(vital_records::run(&cx, command, output));
            cx.store.clone().close_blocking();
            ended
        }
        Command::User(command) => {
            with_registry(&config, |cx| runtime.block_on(user::run(cx, command, output)))
        }
        Command::Organization(command) => {
            with_registry(&config, |cx| runtime.block_on(organization::run(cx, command, output)))
        }
        Command::Jurisdiction(command) => {
            with_registry(&config, |cx| runtime.block_on(jurisdiction::run(cx, command, output)))
        }
        Command::Site(command) => {
            with_registry(&config, |cx| runtime.block_on(site::run(cx, command, output)))
        }
        Command::Mail(command) => {
            with_registry(&config, |cx| runtime.block_on(mail::run(cx, command, output)))
        }
        Command::Sender(command) => {
            with_registry(&config, |cx| runtime.block_on(sender::run(cx, command, output)))
        }
        Command::Config(_) | Command::Serve(_) | Command::Synth(_) | Command::Hl7(hl7::Hl7::Send(_)) => {
            unreachable!("these are run before a configuration is read")
        }
    }
}

/// Opens the registry for a small command, beside a server or without one, and closes it afterwards.
fn with_registry(config: &Config, run: impl FnOnce(&Context) -> anyhow::Result<()>) -> anyhow::Result<Ended> {
    let cx = opening::registry(config)?;
    let outcome = run(&cx);
    cx.store.clone().close_blocking();
    outcome.map(|()| Ended::Done)
}

/// The configuration of this command line; what is wrong becomes one error with a line each.
pub(crate) fn load(global: &Global, mut above: Overrides) -> anyhow::Result<Config> {
    above.variables = environment();
    config::load(&global.data, global.config.as_deref(), &above).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the configuration cannot be used\n{}", lines.join("\n"))
    })
}

/// The variables of the environment that may be ours.
pub(crate) fn environment() -> std::collections::BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("OPENIIS_"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Cli, said};
    use clap::CommandFactory;

    fn commands(command: &clap::Command, path: &str, found: &mut Vec<(String, clap::Command)>) {
        let path = format!("{path} {}", command.get_name());
        found.push((path.clone(), command.clone()));
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            commands(inner, &path, found);
        }
    }

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_cause_is_said_once() {
        let cause = || anyhow::anyhow!("permission denied");
        assert_eq!(said(&cause().context("the key")), "the key: permission denied");
        assert_eq!(said(&cause().context("the key: permission denied")), "the key: permission denied");
    }

    #[test]
    fn every_command_shows_an_example() {
        let mut found = Vec::new();
        commands(&Cli::command(), "", &mut found);
        assert!(found.len() > 15, "all commands are looked at");
        for (path, command) in found {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{path} shows no example");
        }
    }
}
