//! How a name is written: capitals, accents, apostrophes.

/// Surnames of the census list that are written with an apostrophe after the O.
const WITH_APOSTROPHE: &[&str] = &[
    "OBRIEN",
    "OCONNELL",
    "OCONNOR",
    "ODONNELL",
    "OHARA",
    "OKEEFE",
    "OLEARY",
    "OMALLEY",
    "ONEAL",
    "ONEIL",
    "ONEILL",
    "OREILLY",
    "OROURKE",
    "OSULLIVAN",
    "OTOOLE",
];

/// A name of the tables (all capitals) as people write it: `McDonald`, `O'Brien`, `García`.
pub(crate) fn capitalized(name: &str) -> String {
    if WITH_APOSTROPHE.contains(&name) {
        return format!("O'{}", capitalized(&name[1..]));
    }
    if let Some(rest) = name.strip_prefix("MC").filter(|rest| rest.len() > 3) {
        return format!("Mc{}", capitalized(rest));
    }
    let mut letters = name.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    first + &letters.as_str().to_lowercase()
}

/// The name in capitals, as many systems send it.
pub fn shout(name: &str) -> String {
    name.to_uppercase()
}

/// The name without accents, as systems with an old character set send it.
pub fn plain(name: &str) -> String {
    name.chars().map(without_accent).collect()
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' | 'Ü' => 'U',
        'Ñ' => 'N',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{capitalized, plain, shout};

    #[test]
    fn names_are_written_as_people_write_them() {
        #[rustfmt::skip]
        let table = [
            ("SMITH",   "Smith"),
            ("MCDONALD", "McDonald"),
            ("MCGEE",   "Mcgee"), // too short to be sure
            ("OBRIEN",  "O'Brien"),
            ("OLSON",   "Olson"),
            ("ÁLVAREZ", "Álvarez"),
        ];
        for (table, written) in table {
            assert_eq!(capitalized(table), written);
        }
        assert_eq!(plain("Muñoz"), "Munoz");
        assert_eq!(shout("Muñoz"), "MUÑOZ");
    }
}
