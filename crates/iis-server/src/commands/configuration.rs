//! `openiis config`: what is wrong in the configuration, and which keys there are.

use crate::cli::{Ended, Global, environment};
use crate::config::{Config, Overrides, load};
use crate::output::Output;
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
    let errors = load(&global.data, global.config.as_deref(), &above).err().unwrap_or_default();
    for error in &errors {
        output.line(&error.to_string());
        output.object(&json!({ "source": error.source.to_string(), "text": error.text }));
    }
    if errors.is_empty() {
        output.line("The configuration is good.");
    }
    Ended::refused_if(!errors.is_empty())
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
