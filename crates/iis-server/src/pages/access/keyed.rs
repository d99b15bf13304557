//! Pages that a link opens: the address has a number and a key, and who has the letter has both. A wrong key looks like
//! a link that was used.

use crate::pages::errors::NoPage;
use crate::pages::visitor::{Stop, Visitor};
use iis_registry::Failure;
use iis_registry::cases::Keys;

/// The number of a case in an address.
pub(super) fn number(visitor: &Visitor, text: &str) -> Result<i64, Stop> {
    text.parse().map_err(|_| visitor.no_page(NoPage::SpentLink))
}

/// The case that was found, if the key opens it. `words` are those that together are the case's alone.
pub(super) async fn by_key<T>(
    visitor: &Visitor,
    found: Result<Option<T>, Failure>,
    words: impl FnOnce(&T) -> [String; 3],
    key: &str,
) -> Result<T, Stop> {
    let (failed, nothing) = (|failure| visitor.failed(&failure), || visitor.no_page(NoPage::SpentLink));
    let keys = Keys::of(&visitor.app.registry, visitor.arrival).await.map_err(failed)?;
    let found = found.map_err(failed)?.ok_or_else(nothing)?;
    let words = words(&found);
    if keys.opens(&words.each_ref().map(String::as_str), key) { Ok(found) } else { Err(nothing()) }
}
