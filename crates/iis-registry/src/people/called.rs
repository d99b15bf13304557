//! Whether somebody is called by the name that a person goes by.

use iis_matching::patient::normalize::fold_name;
use iis_model::Demographics;
use iis_model::person::PersonName;

/// Whether family and given name are the believed ones, but for case, marks and blanks. Where an identity was replaced
/// (decision 0043) nothing less is enough: who is called otherwise may be called by the former name.
pub(crate) fn is_called(believed: &Demographics, name: Option<&PersonName>) -> bool {
    let (Some(now), Some(name)) = (believed.legal_name(), name) else { return false };
    let fold = |name: &PersonName| (fold_name(&name.family), fold_name(&name.given));
    fold(now) == fold(name)
}

#[cfg(test)]
mod tests {
    use super::is_called;
    use iis_model::testing::person;

    #[test]
    fn only_the_whole_name_is_the_name() {
        let now = person().called("O'Brien", "Zoë");
        #[rustfmt::skip]
        let table = [
            ("OBRIEN",  "ZOE",  true),
            ("o'brien", "zoë",  true),
            ("OBRIEN",  "ZO",   false),
            ("DOE",     "ZOE",  false),
            ("OBRIEN",  "",     false),
        ];
        for (family, given, expected) in table {
            let said = person().called(family, given);
            assert_eq!(is_called(&now, said.legal_name()), expected, "{family} {given}");
        }
        assert!(!is_called(&now, None));
    }
}
