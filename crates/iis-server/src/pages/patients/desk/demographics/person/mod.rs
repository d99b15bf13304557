//! A person as the form's fields say, and back.

mod said;
mod shown;

pub(super) use said::{Here, said};
pub(in crate::pages) use shown::values;

use iis_model::person::Telecom;
use iis_model::{Demographics, Given};
use std::collections::BTreeMap;

/// The text of each field; a field of which nothing is said is not there.
pub(in crate::pages) type Values = BTreeMap<&'static str, String>;

fn phone(person: &Demographics) -> Option<&Telecom> {
    person.telecoms.iter().filter_map(Given::get).find(|one| !one.digits.is_empty())
}

fn email(person: &Demographics) -> Option<&Telecom> {
    person.telecoms.iter().filter_map(Given::get).find(|one| !one.email.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::fields::Part;
    use super::{Here, Values, said, values};
    use iis_model::Demographics;
    use jiff::civil::date;

    const ALL: &[Part] = &[
        Part::Name,
        Part::Birth,
        Part::Sex,
        Part::Mother,
        Part::Home,
        Part::Contact,
        Part::Guardian,
        Part::Language,
        Part::Race,
        Part::Ethnicity,
        Part::Multiple,
        Part::Publicity,
        Part::Protection,
        Part::Death,
    ];

    const HERE: Here<'_> = Here { today: date(2026, 3, 2), site_code: "ALDER", state: "CD" };

    fn typed() -> Values {
        #[rustfmt::skip]
        let fields = [
            ("last", "Ortega"), ("first", "Maya"), ("born", "02/11/2024"), ("sex", "F"), ("mother_maiden", "Lopez"),
            ("mother_first", "Ana"), ("street", "12 Alder St"), ("city", "Calder"), ("state", "CO"), ("zip", "80202"), ("country", "USA"),
            ("phone", "(202) 555-0140"), ("email", "ana@example.org"), ("guardian_is", "MTH"),
            ("guardian_last", "Ortega"), ("guardian_first", "Ana"), ("guardian_phone", "(202) 555-0141"),
            ("language", "spa"), ("race_white", "on"), ("race_asian", "on"), ("ethnicity", "2135-2"),
            ("multiple", "Y"), ("order", "2"), ("publicity", "02"), ("protection", "N"), ("died", "12/24/2025"),
        ];
        fields.into_iter().map(|(id, text)| (id, text.to_owned())).collect()
    }

    #[test]
    fn what_is_typed_is_shown_again_as_it_was_typed() {
        let person = said(&typed(), ALL, &Demographics::default(), HERE).expect("a person");
        assert_eq!(values(&person), typed());
    }

    #[test]
    fn only_the_parts_that_were_changed_are_said_and_lists_are_said_whole() {
        let mut believed = said(&typed(), ALL, &Demographics::default(), HERE).expect("a person");
        let father = believed.next_of_kin[0].clone();
        believed.next_of_kin.push(father);
        let mut changed = typed();
        changed.insert("guardian_first", "Anna".to_owned());
        let person = said(&changed, &[Part::Guardian], &believed, HERE).expect("a person");
        assert_eq!(person.next_of_kin.len(), 2);
        let nothing_else =
            Demographics { next_of_kin: person.next_of_kin.clone(), ..Demographics::default() };
        assert_eq!(person, nothing_else);
    }

    #[test]
    fn a_code_that_somebody_else_reported_stays_when_it_is_not_in_the_list() {
        let language = iis_model::Given::of(iis_model::Coded::new("pol", "Polish", "ISO6392"));
        let believed = Demographics { language, ..Demographics::default() };
        let mut typed = typed();
        typed.insert("language", "pol".to_owned());
        let person = said(&typed, &[Part::Language], &believed, HERE).expect("a person");
        assert_eq!(person.language, believed.language);
    }

    #[test]
    fn an_address_abroad_has_its_country_and_needs_neither_state_nor_zip_code() {
        let mut typed = typed();
        for (id, text) in [("state", "Oaxaca"), ("zip", "ABC 12"), ("country", "MEX")] {
            typed.insert(id, text.to_owned());
        }
        let person = said(&typed, ALL, &Demographics::default(), HERE).expect("a person");
        let home = person.addresses[0].get().expect("an address");
        assert_eq!((&*home.state, &*home.zip, &*home.country), ("Oaxaca", "ABC 12", "MEX"));
        assert_eq!(values(&person), typed);
        // a country alone is said too, unless it is the one that every new address has
        let country = |code: &str| Values::from([("country", code.to_owned())]);
        let lives = |code| said(&country(code), &[Part::Home], &Demographics::default(), HERE);
        assert_eq!(lives("MEX").map(|person| person.addresses.len()), Ok(1));
        assert_eq!(lives("USA").map(|person| person.addresses.len()), Ok(0));
    }

    #[test]
    fn a_telephone_abroad_has_the_calling_code_of_its_country() {
        let mut typed = typed();
        typed.insert("phone", "+44 (0)20 7946 0958".to_owned());
        typed.insert("guardian_phone", "011 502 2345 6789".to_owned());
        let person = said(&typed, ALL, &Demographics::default(), HERE).expect("a person");
        let phone = person.telecoms[0].get().expect("a telephone");
        assert_eq!((&*phone.country, &*phone.digits), ("44", "2079460958"));
        let shown = values(&person);
        assert_eq!((&*shown["phone"], &*shown["guardian_phone"]), ("+44 2079460958", "+502 23456789"));
        assert_eq!(
            said(&shown, ALL, &Demographics::default(), HERE),
            Ok(person),
            "what is shown is read again"
        );
        typed.insert("phone", "+1 202-555-0140".to_owned());
        let person = said(&typed, ALL, &Demographics::default(), HERE).expect("a person");
        assert_eq!(values(&person)["phone"], "(202) 555-0140", "one of North America stays as it is");
    }

    #[test]
    fn the_registrys_own_state_is_one_whatever_the_postal_service_says() {
        let mut typed = typed();
        typed.insert("state", "cd".to_owned());
        let person = said(&typed, ALL, &Demographics::default(), HERE).expect("a person");
        assert_eq!(person.addresses[0].get().map(|home| &*home.state), Some("CD"));
        let elsewhere = Here { state: "", ..HERE };
        assert!(said(&typed, ALL, &Demographics::default(), elsewhere).is_err());
    }

    #[test]
    fn a_death_is_taken_back_by_emptying_its_date() {
        let believed = said(&typed(), ALL, &Demographics::default(), HERE).expect("a person");
        let nothing = Values::new();
        let lives = said(&nothing, &[Part::Death], &believed, HERE).expect("a person");
        let mut after = believed.clone();
        after.update(&lives);
        assert_eq!((after.is_deceased.value, after.died_on.value), (Some(false), None));
        let unsaid = said(&nothing, &[Part::Death], &Demographics::default(), HERE).expect("a person");
        assert_eq!(unsaid, Demographics::default(), "of who never died nothing is said");
    }

    #[test]
    fn what_is_emptied_withdraws_the_word_of_ones_own() {
        let believed = said(&typed(), ALL, &Demographics::default(), HERE).expect("a person");
        let mut kept = typed();
        kept.retain(|id, _| ["last", "first", "born", "sex"].contains(id));
        let parts: Vec<Part> = ALL.iter().copied().filter(|part| *part != Part::Death).collect();
        let person = said(&kept, &parts, &believed, HERE).expect("a person");
        let mut after = believed.clone();
        after.update(&person);
        kept.insert("died", "12/24/2025".to_owned());
        kept.insert("country", "USA".to_owned());
        assert_eq!(values(&after), kept);
        let new = said(&kept, &parts, &Demographics::default(), HERE).expect("a person");
        assert!(new.erased.is_empty(), "of a new person nothing is withdrawn: {:?}", new.erased);
    }

    #[test]
    fn a_country_that_is_no_code_stays_when_nobody_touched_it() {
        let mut believed = said(&typed(), ALL, &Demographics::default(), HERE).expect("a person");
        let mut home = believed.addresses[0].get().cloned().expect("an address");
        home.country = "Mexiko".into();
        believed.addresses = vec![iis_model::Given::of(home)];
        let shown = values(&believed);
        assert_eq!(shown["country"], "Mexiko");
        assert!(said(&shown, &[Part::Home], &believed, HERE).is_ok());
        assert!(said(&shown, &[Part::Home], &Demographics::default(), HERE).is_err());
    }

    #[test]
    fn what_cannot_be_is_told_beside_its_field() {
        #[rustfmt::skip]
        let table = [
            ("born",           "03/03/2026"),
            ("born",           "yesterday"),
            ("last",           ""),
            ("sex",            "?"),
            ("phone",          "555"),
            ("phone",          "7946 0958"),
            ("guardian_phone", "+44"),
            ("email",          "ana"),
            ("email",          "a@@b"),
            ("email",          "ana@example"),
            ("zip",            "ABCDE"),
            ("zip",            "80202-12"),
            ("state",          "Z9"),
            ("state",          "ZZ"),
            ("country",        "ZZZ"),
            ("language",       "xx"),
            ("ethnicity",      "yes"),
            ("publicity",      "99"),
            ("last",           "\u{feff}\u{200b}"),
            ("first",          "\u{200b}"),
            ("order",          "first"),
            ("died",           "04/2026"),
            ("died",           "02/10/2024"),
            ("first",          "\u{202e}evil"),
            ("last",           "Ort\u{2067}ega"),
            ("street",         "12 \u{200f}Alder St"),
            ("guardian_is",    ""),
            ("street",         "12\tAlder St"),
        ];
        for (id, text) in table {
            let mut values = typed();
            values.insert(id, text.to_owned());
            let problems = said(&values, ALL, &Demographics::default(), HERE).expect_err("a problem");
            assert_eq!(problems.iter().map(|problem| &*problem.field).collect::<Vec<_>>(), [id], "{text}");
        }
    }
}
