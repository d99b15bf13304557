//! Street addresses: number, street and unit apart; words for directions and kinds of street do not count.

use super::fold_name;

/// A street address in comparable form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Street {
    /// House number, or the number of the post-office box.
    pub number: Box<str>,
    /// Street name without direction and kind; `POBOX` for a post-office box.
    pub name: Box<str>,
    /// Apartment, suite; empty when none is given.
    pub unit: Box<str>,
}

/// The name under which a post-office box stands.
pub const BOX: &str = "POBOX";

#[rustfmt::skip]
const DIRECTIONS: &[&str] = &[
    "N", "S", "E", "W", "NE", "NW", "SE", "SW", "NORTH", "SOUTH", "EAST", "WEST", "NORTHEAST", "NORTHWEST",
    "SOUTHEAST", "SOUTHWEST",
];

#[rustfmt::skip]
const KINDS: &[&str] = &[
    "ST", "STREET", "STR", "AVE", "AV", "AVENUE", "RD", "ROAD", "DR", "DRIVE", "LN", "LANE", "CT", "COURT", "CIR",
    "CIRCLE", "PL", "PLACE", "BLVD", "BOULEVARD", "WAY", "TER", "TERRACE", "TRL", "TRAIL", "PKWY", "PARKWAY", "HWY",
    "HIGHWAY", "SQ", "SQUARE", "LOOP", "RUN", "PATH", "PIKE", "CRES", "CRESCENT", "ALY", "ALLEY", "XING", "CROSSING",
];

const UNITS: &[&str] =
    &["APT", "APARTMENT", "UNIT", "STE", "SUITE", "LOT", "RM", "ROOM", "TRLR", "NO", "BLDG", "FL"];

/// Reads the lines of a street address; `None` without a house number or box and a street.
pub fn street(line: &str, other: &str) -> Option<Street> {
    let separated = line.replace('#', " # ").replace(['.', ','], " ");
    let tokens: Vec<String> = separated.split_whitespace().map(token).collect();
    if let Some(number) = post_office_box(&tokens) {
        return Some(Street { number: number.into(), name: BOX.into(), unit: "".into() });
    }
    let (number, rest) = tokens.split_first()?;
    if !number.starts_with(|c: char| c.is_ascii_digit()) || rest.is_empty() {
        return None;
    }
    let at = rest.iter().skip(1).position(|token| is_unit_word(token)).map_or(rest.len(), |at| at + 1);
    let (words, unit) = rest.split_at(at);
    let name = name(words);
    let unit: String = unit
        .iter()
        .map(String::as_str)
        .chain(other.replace('#', " ").split_whitespace())
        .map(fold_name)
        .filter(|token| !is_unit_word(token))
        .collect();
    (!name.is_empty()).then(|| Street {
        number: number.as_str().into(),
        name: name.into(),
        unit: unit.into(),
    })
}

fn token(word: &str) -> String {
    if word == "#" { word.to_owned() } else { fold_name(word) }
}

fn is_unit_word(token: &str) -> bool {
    token == "#" || UNITS.contains(&token)
}

/// The words that tell streets apart; all of them where nothing else would remain (`12 W STREET`).
fn name(words: &[String]) -> String {
    let telling: String = words
        .iter()
        .map(String::as_str)
        .filter(|word| !DIRECTIONS.contains(word) && !KINDS.contains(word))
        .map(|word| match word {
            "SAINT" => "ST",
            "MOUNT" => "MT",
            "FORT" => "FT",
            word => word,
        })
        .collect();
    if telling.is_empty() { words.concat() } else { telling }
}

fn post_office_box(tokens: &[String]) -> Option<&str> {
    let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match words[..] {
        ["PO" | "POST", "BOX", number, ..]
        | ["P", "O", "BOX", number, ..]
        | ["POST", "OFFICE", "BOX", number, ..]
        | ["POBOX" | "BOX", number, ..] => Some(tokens.iter().find(|t| *t == number)?.as_str()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::street;

    #[test]
    fn one_address_written_in_many_ways_is_one() {
        #[rustfmt::skip]
        let table = [
            // line                       other      number   name         unit
            ("454 Washington Street",     "",        "454",   "WASHINGTON", ""),
            ("454 WASHINGTON",            "",        "454",   "WASHINGTON", ""),
            ("700 E. Washington",         "",        "700",   "WASHINGTON", ""),
            ("16666 LAKE #E",             "",        "16666", "LAKE",       "E"),
            ("16666 Lake Apt. E",         "",        "16666", "LAKE",       "E"),
            ("27 Prospect Ln",            "UNIT 12A","27",    "PROSPECT",   "12A"),
            ("P.O. Box 2625",             "",        "2625",  "POBOX",      ""),
            ("PO BOX 2625",               "",        "2625",  "POBOX",      ""),
            ("12 W Street",               "",        "12",    "WSTREET",    ""),
        ];
        for (line, other, number, name, unit) in table {
            let read = street(line, other).unwrap_or_else(|| panic!("{line} is an address"));
            assert_eq!((&*read.number, &*read.name, &*read.unit), (number, name, unit), "{line}");
        }
        for line in ["", "General Delivery", "12", "Main Street"] {
            assert_eq!(street(line, ""), None, "{line}");
        }
    }
}
