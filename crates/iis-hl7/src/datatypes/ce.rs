//! CE and CWE, coded element: code, text, code system, and the same in a second system.

use crate::er7::{Part, Writer};
use crate::rules::code_of;
use iis_model::Coded;
use std::borrow::Cow;

/// The coded value; `None` without any code.
///
/// A value whose first triplet has no code is taken from the second one.
pub fn read(part: &Part<'_>) -> Option<Coded> {
    let [code, text, system, other_code, other_text, other_system] = part.components();
    let triplet = |code: Part<'_>, text: Part<'_>, system: Part<'_>| {
        (!code.is_missing()).then(|| Coded {
            code: code.boxed(),
            text: text.boxed(),
            system: system.boxed(),
            alternate: None,
        })
    };
    match (triplet(code, text, system), triplet(other_code, other_text, other_system)) {
        (Some(first), alternate) => Some(Coded { alternate: alternate.map(Box::new), ..first }),
        (None, alternate) => alternate,
    }
}

/// The code of the coded value alone; of a value without a first one, that of the second triplet.
pub fn code<'m>(part: &Part<'m>) -> Option<Cow<'m, str>> {
    codes(part).next()
}

/// The codes of both triplets.
pub fn codes<'m>(part: &Part<'m>) -> impl Iterator<Item = Cow<'m, str>> {
    let [code, _, _, other] = part.components();
    [code, other].into_iter().filter(|code| !code.is_missing()).map(|code| code.text())
}

/// The code systems that the guide knows; a name that is not among them is written as local.
const SYSTEMS: &str = "HL70396_IZ";
const LOCAL: &str = "L";

/// Writes both triplets; a first code without a system gets the one given.
pub fn write(out: &mut Writer, coded: &Coded, system: &str) {
    let known = |system: &str| code_of(SYSTEMS, system).unwrap_or(LOCAL.into());
    let system = if coded.system.is_empty() { system.into() } else { known(&coded.system) };
    out.components(&[&coded.code, &coded.text, &system]);
    if let Some(other) = coded.alternate.as_deref().filter(|other| !other.system.is_empty()) {
        out.next_component().components(&[&other.code, &other.text, &known(&other.system)]);
    }
}

/// The value with a code of a value set in front, as the set writes it, and the other coding behind it; `None` when neither
/// code is in the set.
pub fn of_set(coded: &Coded, set: &str, system: &str) -> Option<Coded> {
    let codings: Vec<&Coded> = coded.codings().collect();
    let (nth, code) =
        codings.iter().enumerate().find_map(|(nth, coding)| Some((nth, code_of(set, &coding.code)?)))?;
    let other = codings.iter().enumerate().find(|(other, _)| *other != nth).map(|(_, other)| *other);
    let alternate = other.map(|other| Box::new(Coded { alternate: None, ..other.clone() }));
    Some(Coded { code: (*code).into(), text: codings[nth].text.clone(), system: system.into(), alternate })
}

#[cfg(test)]
mod tests {
    use super::of_set;
    use iis_model::Coded;

    #[test]
    fn the_code_of_the_set_comes_first_as_the_set_writes_it() {
        let both = |first: &str, second: &str| Coded {
            alternate: Some(Box::new(Coded::new(second, "", "L"))),
            ..Coded::new(first, "", "L")
        };
        #[rustfmt::skip]
        let table = [
            // sent               code          behind it
            (both("LA", "x"),     Some("LA"),   Some("x")),
            (both("la", "x"),     Some("LA"),   Some("x")),
            (both("x", "LA"),     Some("LA"),   Some("x")),
            (Coded::new("LA", "", "L"), Some("LA"), None),
            (both("x", "y"),      None,         None),
        ];
        for (sent, code, behind) in table {
            let found = of_set(&sent, "HL70163_IZ", "HL70163");
            assert_eq!(found.as_ref().map(|found| &*found.code), code, "{sent:?}");
            let other = found.as_ref().and_then(|found| found.alternate.as_deref());
            assert_eq!(other.map(|other| &*other.code), behind, "{sent:?}");
        }
    }
}
