//! The page of settings: every key with its environment variable and default.

use crate::markdown::Table;
use iis_server::config::Config;

pub(crate) fn page() -> String {
    let mut table = Table::new(&["key", "environment", "default", "what it does"]);
    for key in Config::keys() {
        let (name, variable) = (format!("`{}`", key.dotted()), format!("`{}`", key.variable()));
        table.row(&[&name, &variable, &format!("`{}`", key.default), &key.text()]);
    }
    format!(
        "# Settings\n\nA value is taken from the command line, else from the environment, else from `openiis.toml`, else it is \
         the default. In the file the word before the dot is the section.\n\n{}",
        table.text()
    )
}
