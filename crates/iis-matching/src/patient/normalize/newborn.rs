//! What a nursery writes where the given name should stand: never a name, but at times sex and birth order.

use super::fold_name;
use iis_model::person::Sex;
use iis_model::placeholder::{Says, newborn_beginning, says};

/// What a placeholder says about a newborn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Newborn {
    /// The sex it names.
    pub sex: Option<Sex>,
    /// The place in a multiple birth that it names, from 1.
    pub order: Option<u8>,
    /// Whether it speaks of a multiple birth.
    pub is_multiple: bool,
}

/// Reads a given name as a placeholder; `None`: it is a name.
///
/// `BABY BOY B` is the second boy, `BG1` the first girl, `ANNAS GIRL` a girl of Anna. Single letters and `UNKNOWN` say
/// nothing but are no names either.
pub fn newborn(given: &str) -> Option<Newborn> {
    let tokens: Vec<String> =
        given.split([' ', '-', '_', '/']).map(fold_name).filter(|token| !token.is_empty()).collect();
    if tokens.is_empty() {
        return None;
    }
    let mut said = Newborn::default();
    let (last, first) = tokens.split_last().expect("it is not empty");
    let belongs_to_mother = !first.is_empty() && first.iter().any(|token| token.ends_with('S'));
    let placeholders = if belongs_to_mother && matches!(last.as_str(), "BOY" | "GIRL" | "BABY") {
        std::slice::from_ref(last)
    } else {
        &tokens[..]
    };
    for (at, token) in placeholders.iter().enumerate() {
        if !said.read(token, at > 0) {
            return None;
        }
    }
    Some(said)
}

impl Newborn {
    /// Takes up one token; `false`: it belongs to a real name.
    fn read(&mut self, token: &str, follows: bool) -> bool {
        let mut rest = token;
        while let Some((word, sex, is_multiple)) = newborn_beginning(rest) {
            rest = &rest[word.len()..];
            self.sex = self.sex.or(sex);
            self.is_multiple |= is_multiple;
        }
        let is_rest_of_word = rest.len() < token.len();
        match rest {
            "" => true,
            "A" | "1" if is_rest_of_word || follows => self.ordered(1),
            "B" | "2" if is_rest_of_word || follows => self.ordered(2),
            "C" | "3" if is_rest_of_word || follows => self.ordered(3),
            _ if is_rest_of_word => false,
            _ => matches!(says(rest), Some(Says::Nothing | Says::Test)) || rest.chars().count() == 1,
        }
    }

    fn ordered(&mut self, order: u8) -> bool {
        self.order = Some(order);
        self.is_multiple = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::newborn;
    use iis_model::person::Sex::{Female, Male};

    #[test]
    fn placeholders_yield_sex_and_birth_order() {
        #[rustfmt::skip]
        let table = [
            // given          sex           order
            ("BABY BOY",      Some(Male),   None),
            ("BabyGirl B",    Some(Female), Some(2)),
            ("BABYBOYB",      Some(Male),   Some(2)),
            ("BB1",           Some(Male),   Some(1)),
            ("Girl C",        Some(Female), Some(3)),
            ("TWIN A",        None,         Some(1)),
            ("INFANT GIRL",   Some(Female), None),
            ("ADDISONS GIRL", Some(Female), None),
            ("JESS'S BOY",    Some(Male),   None),
            ("NEWBORN",       None,         None),
            ("UNKNOWN",       None,         None),
            ("X",             None,         None),
            ("MC1",           Some(Male),   Some(1)),
        ];
        for (given, sex, order) in table {
            let read = newborn(given).unwrap_or_else(|| panic!("{given} is a placeholder"));
            assert_eq!((read.sex, read.order, read.is_multiple), (sex, order, order.is_some()), "{given}");
        }
    }

    #[test]
    fn names_are_no_placeholders() {
        for given in
            ["ANA", "BO", "MALENA", "GIRLIE", "BABETTE", "MCKENNA", "TWINKLE", "BOYD", "ANA B", "", "李娜"]
        {
            assert_eq!(newborn(given), None, "{given}");
        }
    }
}
