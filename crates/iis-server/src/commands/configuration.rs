//! `openiis config`: what is wrong in the configuration, and which keys there are.

use crate::cli::{Ended, Global, environment};
use crate::commands::backup;
use crate::config::{Config, Overrides, load};
use crate::listen::Certificates;
use crate::opening;
use crate::output::Output;
use crate::printing;
use clap::Subcommand;
use serde_json::json;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Configuration {
    /// Says what is wrong in the configuration, with the line.
    #[command(after_help = "Example:\n  openiis config check --config openiis.toml")]
    Check,
    /// Lists every key with its default, its environment variable and what it does.
    #[command(after_help = "Example:\n  openiis config keys --json")]
    Keys,
}

/// Runs one.
pub fn run(global: &Global, command: &Configuration, output: Output) -> Ended {
    match command {
        Configuration::Check => check(global, output),
        Configuration::Keys => {
            keys(output);
            Ended::Done
        }
    }
}

fn check(global: &Global, output: Output) -> Ended {
    let above = Overrides { variables: environment(), flags: Vec::new() };
    for name in unused(&above) {
        output.line(&format!("{name}: is not used; `openiis config keys` lists the variables that are"));
        output.object(&json!({ "source": name, "unused": true }));
    }
    let wrong: Vec<(String, String)> = match load(&global.data, global.config.as_deref(), &above) {
        Ok(config) => what_is_named(&config).collect(),
        Err(errors) => errors.into_iter().map(|error| (error.source.to_string(), error.text)).collect(),
    };
    for (source, text) in &wrong {
        output.line(&format!("{source}: {text}"));
        output.object(&json!({ "source": source, "text": text }));
    }
    if wrong.is_empty() {
        output.line("The configuration is good.");
    }
    Ended::refused_if(!wrong.is_empty())
}

/// Variables that look like ours and are none: a slip in the name of a section is seen nowhere else.
fn unused(above: &Overrides) -> impl Iterator<Item = &String> {
    let is_ours =
        |name: &str| name.starts_with("OPENIIS_TEST_") || Config::keys().any(|key| key.variable() == name);
    above.variables.keys().filter(move |name| !is_ours(name))
}

/// What the values name must be there and be what it should: certificates with their keys, the backups' recipient, roles.
fn what_is_named(config: &Config) -> impl Iterator<Item = (String, String)> {
    let tls = |key: &str, tls| Certificates::load(tls).err().map(|error| (key.to_owned(), error.to_string()));
    let http = config.http_tls().and_then(|found| tls("http.tls_certificate", found));
    let mllp = config.mllp.secure().and_then(|_| tls("mllp.tls_certificate", config.mllp_tls()));
    let recipient = &config.backup.recipient;
    let backup = if recipient.is_empty() { None } else { backup::recipient(recipient).err() };
    let backup = backup.map(|error| ("backup.recipient".to_owned(), error.to_string()));
    let roles = opening::roles(config).err().map(|error| ("access.roles_file".to_owned(), error.to_string()));
    let templates =
        printing::faults(config).into_iter().map(|fault| (printing::OWN_TEMPLATES.to_owned(), fault));
    [http, mllp, backup, roles].into_iter().flatten().chain(templates)
}

fn keys(output: Output) {
    let mut section = "";
    for key in Config::keys() {
        if key.section != section {
            section = key.section;
            output.line(&format!("\n[{section}]"));
        }
        output.line(&format!(
            "# {} ({})\n{} = {}\n",
            key.text(),
            key.variable(),
            key.name,
            key.default_toml()
        ));
        output.object(&json!({
            "key": key.dotted(),
            "variable": key.variable(),
            "default": key.default_toml(),
            "text": key.text(),
        }));
    }
}
