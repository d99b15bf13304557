//! The words after `cargo xtask`.

use anyhow::{Result, bail};

/// What is left of the command line; each call takes what it names out of it.
#[derive(Debug)]
pub(crate) struct Arguments {
    rest: Vec<String>,
}

impl Arguments {
    /// The words this process was started with.
    pub(crate) fn of_the_process() -> Self {
        Self { rest: std::env::args().skip(1).collect() }
    }

    /// Takes the first word that is not an option.
    pub(crate) fn word(&mut self) -> Option<String> {
        let at = self.rest.iter().position(|word| !word.starts_with("--"))?;
        Some(self.rest.remove(at))
    }

    /// Takes every word that is not an option.
    pub(crate) fn words(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.word()).collect()
    }

    /// Takes `--name`; says whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|word| word != name);
        self.rest.len() < before
    }

    /// Takes `--name VALUE` or `--name=VALUE`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) =
            self.rest.iter().position(|word| word == name || word.starts_with(&format!("{name}=")))
        else {
            return Ok(None);
        };
        let word = self.rest.remove(at);
        if let Some((_, value)) = word.split_once('=') {
            return Ok(Some(value.to_owned()));
        }
        if at >= self.rest.len() || self.rest[at].starts_with("--") {
            bail!("{name} wants a value");
        }
        Ok(Some(self.rest.remove(at)))
    }

    /// Takes `--name A,B,…`; nothing when it is not there.
    pub(crate) fn list(&mut self, name: &str) -> Result<Vec<String>> {
        let value = self.value(name)?.unwrap_or_default();
        Ok(value.split(',').filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect())
    }

    /// Refuses what nobody took.
    pub(crate) fn done(self) -> Result<()> {
        match self.rest.first() {
            Some(word) => bail!("\"{word}\" is not understood here; see cargo xtask help"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) fn arguments(line: &str) -> Arguments {
    Arguments { rest: line.split_whitespace().map(ToOwned::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn options_may_stand_anywhere() {
        let mut line = arguments("bench --quick parse --json ack");
        assert_eq!(line.word().as_deref(), Some("bench"));
        assert!(line.flag("--json") && line.flag("--quick") && !line.flag("--slow"));
        assert_eq!(line.words(), ["parse", "ack"]);
        line.done().expect("everything was taken");
    }

    #[test]
    fn a_value_follows_its_name_or_an_equals_sign() {
        #[rustfmt::skip]
        let table = [
            // line                      value
            ("--without a,b",            Some("a,b")),
            ("--without=a,b",            Some("a,b")),
            ("--only x --without a",     Some("a")),
            ("--only x",                 None),
        ];
        for (line, value) in table {
            assert_eq!(arguments(line).value("--without").expect("well formed").as_deref(), value, "{line}");
        }
        assert!(arguments("--without").value("--without").is_err());
        assert!(arguments("--without --only x").value("--without").is_err());
    }

    #[test]
    fn what_nobody_takes_is_refused() {
        assert!(arguments("--withuot browser").done().is_err());
    }
}
