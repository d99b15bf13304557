//! The access matrix as people read it: what a role may do in one line of the tables.
//!
//! Source: requirements, sections 6.1 to 6.5.

use super::{Cell, Role, condition_text};
use iis_model::access::function::Function;
use iis_model::access::{Area, Permission, Verb};

/// The text of one cell: verb and reach, `R @W; W @C`; empty when the role may nothing of it. Reading is not
/// printed where the role changes as far as it reads.
pub fn cell(role: &Role, function: &Function) -> String {
    let mut parts: Vec<(Verb, Cell, &str)> = Vec::new();
    for permission in function.permissions {
        let Some(cell) = role.cell(*permission) else { continue };
        let part = (permission.verb(), cell, permission.addition());
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let is_implied = |(verb, cell, addition): &(Verb, Cell, &str)| {
        *verb == Verb::Read
            && addition.is_empty()
            && parts.iter().any(|(other, reach, _)| {
                matches!(other, Verb::Write | Verb::Approve)
                    && reach.scope == cell.scope
                    && reach.condition.is_none()
            })
    };
    parts.iter().filter(|part| !is_implied(part)).map(text).collect::<Vec<_>>().join("; ")
}

fn text((verb, cell, addition): &(Verb, Cell, &str)) -> String {
    let condition = cell.condition.map_or("", condition_text);
    let words = [verb.letter(), cell.scope.mark(), addition, condition];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How a role has one of the four modules of the access table (section 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// Not at all.
    None,
    /// Looks.
    Read,
    /// Runs what is offered.
    Run,
    /// Creates and changes.
    Write,
    /// Creates, changes and signs.
    WriteAndSign,
}

impl Variant {
    /// The words of the table.
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "—",
            Self::Read => "read",
            Self::Run => "run",
            Self::Write => "write",
            Self::WriteAndSign => "write + sign",
        }
    }
}

/// How the role has a module: the read-only variant is told from the full one by what the role may change (S-62).
pub fn variant(role: &Role, area: Area) -> Variant {
    let of_area: Vec<Permission> = role.permissions().filter(|own| own.area() == area).collect();
    let has = |verb: Verb| of_area.iter().any(|own| own.verb() == verb && !own.is_for_readers());
    match (area, has(Verb::Write), has(Verb::Sign)) {
        (Area::Reports, ..) if has(Verb::Run) => Variant::Run,
        (_, true, true) => Variant::WriteAndSign,
        (_, true, false) => Variant::Write,
        _ if of_area.is_empty() => Variant::None,
        _ => Variant::Read,
    }
}
