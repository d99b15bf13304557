//! XON, extended name and id of organizations.

use crate::er7::Part;

/// The organization's identifier; without one its name. `None` without both.
pub fn read(part: &Part<'_>) -> Option<Box<str>> {
    let (name, identifier) = (part.component(1), part.component(10));
    let chosen = if identifier.is_missing() { name } else { identifier };
    (!chosen.is_missing()).then(|| chosen.boxed())
}
