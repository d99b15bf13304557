//! Reading the configuration: file, then environment, then flags, then what the values must fulfill.

use super::{Config, Key};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag of the command line.
    Flag(&'static str),
    /// An environment variable.
    Variable(String),
    /// A line of the file, counted from 1.
    File {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// The default.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(out, "{flag}"),
            Self::Variable(name) => write!(out, "{name}"),
            Self::File { path, line } => write!(out, "{}:{line}", path.display()),
            Self::Default => write!(out, "default"),
        }
    }
}

/// Something wrong in the configuration. Never shows a value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Where.
    pub source: Source,
    /// What, and what would be right.
    pub text: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.source, self.text)
    }
}

/// What stands above the file: the environment and the flags.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The variables that start with `OPENIIS_`.
    pub variables: BTreeMap<String, String>,
    /// Dotted key, flag, value.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

impl Overrides {
    /// Adds a flag if it was given.
    #[must_use]
    pub fn with(mut self, key: &'static str, flag: &'static str, value: Option<&str>) -> Self {
        self.flags.extend(value.map(|value| (key, flag, value.to_owned())));
        self
    }
}

/// Reads the configuration and checks it. All errors found are returned at once.
pub fn load(data: &Path, file: Option<&Path>, above: &Overrides) -> Result<Config, Vec<ConfigError>> {
    let mut sources = BTreeMap::new();
    let mut table = match file {
        Some(path) => read_file(path, &mut sources)?,
        None => toml::Table::new(),
    };
    let mut errors = Vec::new();
    for (key, source, value) in overriding(above, &mut errors) {
        match typed(key, value) {
            Ok(value) => {
                set(&mut table, key, value);
                sources.insert(key.dotted(), source);
            }
            Err(text) => errors.push(ConfigError { source, text }),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut config: Config = table
        .try_into()
        .map_err(|error| vec![ConfigError { source: Source::Default, text: error.message().to_owned() }])?;
    config.data = data.to_path_buf();
    read_database_file(&mut config, &sources).map_err(|error| vec![error])?;
    let wrong = super::check::check(&config);
    if wrong.is_empty() {
        return Ok(config);
    }
    let source = |key: &str| sources.get(key).cloned().unwrap_or(Source::Default);
    Err(wrong
        .into_iter()
        .map(|(key, text)| ConfigError { source: source(key), text: format!("{key}: {text}") })
        .collect())
}

/// Reads the file, notes the line of each key, and refuses unknown keys and wrong types with their lines.
fn read_file(path: &Path, sources: &mut BTreeMap<String, Source>) -> Result<toml::Table, Vec<ConfigError>> {
    let at = |line| Source::File { path: path.to_path_buf(), line };
    let one = |line, text: String| vec![ConfigError { source: at(line), text }];
    let text = std::fs::read_to_string(path).map_err(|error| one(1, format!("cannot be read: {error}")))?;
    let line_of = |offset: usize| text.get(..offset).unwrap_or("").matches('\n').count() + 1;
    let line_of_error = |error: &toml::de::Error| error.span().map_or(1, |span| line_of(span.start));

    let table =
        DeTable::parse(&text).map_err(|error| one(line_of_error(&error), error.message().to_owned()))?;
    let mut errors = Vec::new();
    for (name, offset) in dotted_names(table.get_ref()) {
        let source = at(line_of(offset));
        if known(&name) {
            sources.insert(name, source);
        } else {
            errors.push(ConfigError { source, text: format!("unknown key `{name}`{}", nearest(&name)) });
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    toml::from_str::<Config>(&text)
        .map_err(|error| one(line_of_error(&error), error.message().to_owned()))?;
    toml::from_str(&text).map_err(|error| one(line_of_error(&error), error.message().to_owned()))
}

/// Every key of the file as `section.name`, with its byte offset.
fn dotted_names(table: &DeTable<'_>) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    for (name, value) in table {
        match value.get_ref() {
            DeValue::Table(section) => {
                if section.is_empty() {
                    names.push((format!("{}.", name.get_ref()), name.span().start));
                }
                names.extend(
                    section
                        .keys()
                        .map(|key| (format!("{}.{}", name.get_ref(), key.get_ref()), key.span().start)),
                );
            }
            _ => names.push((name.get_ref().to_string(), name.span().start)),
        }
    }
    names
}

fn known(name: &str) -> bool {
    match name.strip_suffix('.') {
        Some(section) => Config::keys().any(|key| key.section == section),
        None => Config::keys().any(|key| key.dotted() == name),
    }
}

/// A hint at the section in which a key of that name exists.
fn nearest(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    match Config::keys().find(|key| key.name == last) {
        Some(key) => format!("; there is `{}`", key.dotted()),
        None => "; `openiis config keys` lists all of them".to_owned(),
    }
}

/// The values above the file, lowest first: variables, then flags.
fn overriding<'a>(
    above: &'a Overrides,
    errors: &mut Vec<ConfigError>,
) -> Vec<(&'static Key, Source, &'a str)> {
    let mut found = Vec::new();
    for (variable, value) in &above.variables {
        match Config::keys().find(|key| key.variable() == *variable) {
            Some(key) => found.push((key, Source::Variable(variable.clone()), value.as_str())),
            None if names_a_section(variable) => errors.push(ConfigError {
                source: Source::Variable(variable.clone()),
                text: "no such key; `openiis config keys` lists all of them".to_owned(),
            }),
            None => {}
        }
    }
    for (name, flag, value) in &above.flags {
        let key = Config::keys().find(|key| key.dotted() == *name);
        found.extend(key.map(|key| (key, Source::Flag(flag), value.as_str())));
    }
    found
}

/// Other variables of that prefix, such as those of the test run, are none of ours.
fn names_a_section(variable: &str) -> bool {
    let rest = variable.strip_prefix("OPENIIS_").unwrap_or(variable);
    Config::keys().map(|key| key.section).filter(|section| !section.is_empty()).any(|section| {
        let beginning = rest.get(..section.len()).is_some_and(|text| text.eq_ignore_ascii_case(section));
        beginning && rest[section.len()..].starts_with('_')
    })
}

/// A text of the environment or a flag as the type its key has.
fn typed(key: &Key, text: &str) -> Result<toml::Value, String> {
    match key.default.chars().next() {
        Some('t' | 'f') => match text {
            "true" | "1" | "yes" => Ok(toml::Value::Boolean(true)),
            "false" | "0" | "no" => Ok(toml::Value::Boolean(false)),
            _ => Err("must be true or false".to_owned()),
        },
        Some('[') => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(toml::Value::Array(items.map(toml::Value::from).collect()))
        }
        Some('0'..='9') => {
            text.parse().map(toml::Value::Integer).map_err(|_| "must be a whole number".to_owned())
        }
        _ => Ok(toml::Value::from(text)),
    }
}

fn set(table: &mut toml::Table, key: &Key, value: toml::Value) {
    if key.section.is_empty() {
        table.insert(key.name.to_owned(), value);
        return;
    }
    let section = table.entry(key.section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
    if let toml::Value::Table(section) = section {
        section.insert(key.name.to_owned(), value);
    }
}

fn read_database_file(config: &mut Config, sources: &BTreeMap<String, Source>) -> Result<(), ConfigError> {
    if config.database_file.is_empty() {
        return Ok(());
    }
    let text = std::fs::read_to_string(&config.database_file).map_err(|error| ConfigError {
        source: sources.get("database_file").cloned().unwrap_or(Source::Default),
        text: format!("database_file: cannot be read: {error}"),
    })?;
    text.trim().clone_into(&mut config.database);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Overrides, load};
    use std::path::Path;

    fn read(text: &str, above: &Overrides) -> Result<super::Config, Vec<String>> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("openiis.toml");
        std::fs::write(&file, text).expect("written");
        load(Path::new("data"), Some(&file), above).map_err(|errors| {
            let prefix = format!("{}/", folder.path().display());
            errors.iter().map(|error| error.to_string().replace(&prefix, "")).collect()
        })
    }

    fn variables(pairs: &[(&str, &str)]) -> Overrides {
        let variables = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Overrides { variables, flags: Vec::new() }
    }

    #[test]
    fn flag_goes_before_environment_before_file_before_default() {
        let file = "[http]\naddress = \"127.0.0.1:1\"\n[limits]\nconnections = 7\n";
        let none = Overrides::default();
        let env = variables(&[("OPENIIS_HTTP_ADDRESS", "127.0.0.1:2")]);
        let flag = env.clone().with("http.address", "--http", Some("127.0.0.1:3"));
        for (above, address) in [(&none, "127.0.0.1:1"), (&env, "127.0.0.1:2"), (&flag, "127.0.0.1:3")] {
            let config = read(file, above).expect("a good configuration");
            assert_eq!(config.http.address, address);
            assert_eq!(config.limits.connections, 7);
            assert_eq!(config.limits.request_seconds, 30);
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        #[rustfmt::skip]
        let table = [
            ("read_only = true\nprot = 1\n",                      "openiis.toml:2: unknown key `prot`; `openiis config keys` lists all of them"),
            ("[http]\n\nconnections = 5\n",                       "openiis.toml:3: unknown key `http.connections`; there is `limits.connections`"),
            ("[htpp]\n",                                          "openiis.toml:1: unknown key `htpp.`; `openiis config keys` lists all of them"),
            ("\n[limits]\nmessage_bytes = \"many\"\n",            "openiis.toml:3: invalid type: string \"many\", expected usize"),
            ("[http\n",                                           "openiis.toml:1: unclosed table, expected `]`"),
            ("[http]\naddress = \"nowhere\"\n",                   "openiis.toml:2: http.address: must be an address and a port, such as 127.0.0.1:8080"),
            ("[identity]\ntime_zone = \"Mars/Olympus\"\n",        "openiis.toml:2: identity.time_zone: is not a known time zone"),
        ];
        for (file, expected) in table {
            let errors = read(file, &Overrides::default()).err().unwrap_or_default();
            assert_eq!(errors, [expected], "{file}");
        }
    }

    #[test]
    fn variables_are_checked_too_and_foreign_ones_left_alone() {
        #[rustfmt::skip]
        let table = [
            ("OPENIIS_HTTP_ADRESS",          "x",    Some("OPENIIS_HTTP_ADRESS: no such key; `openiis config keys` lists all of them")),
            ("OPENIIS_LIMITS_CONNECTIONS",   "many", Some("OPENIIS_LIMITS_CONNECTIONS: must be a whole number")),
            ("OPENIIS_READ_ONLY",            "maybe", Some("OPENIIS_READ_ONLY: must be true or false")),
            ("OPENIIS_PUBLISHED",            "/x",   None),
            ("OPENIIS_EXCHANGE_PROCESSING_IDS", "P, T", None),
        ];
        for (name, value, expected) in table {
            let errors = read("", &variables(&[(name, value)])).err().unwrap_or_default();
            assert_eq!(errors.first().map(String::as_str), expected, "{name}");
        }
    }
}
