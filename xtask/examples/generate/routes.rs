//! The list of addresses, each with what it asks of whoever comes.

use crate::markdown::Table;
use iis_server::routes;

pub(crate) fn page() -> String {
    let mut declared = routes::declared();
    declared.sort_by_key(|address| (address.path, address.method));
    let mut table = Table::new(&["address", "method", "for"]);
    for address in declared {
        table.row(&[&format!("`{}`", address.path), address.method, &address.rule.words()]);
    }
    format!(
        "# Addresses\n\nEvery address that is served to the network and what it asks of whoever comes. Words in code are \
         permissions: which role holds them and how far they reach stands in [the access matrix](access-matrix.md). A thing out of \
         reach looks like one that is not there.\n\n{}",
        table.text()
    )
}
