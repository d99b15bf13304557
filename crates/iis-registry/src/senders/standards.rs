//! The standard codes that a sender's own may stand for: those of the code sets of a field (requirements X-3).

use iis_codes::{CodeSets, Set};
use iis_model::organization::CodeMapping;
use iis_quality::find_code;

/// A code set of a field, with the names that messages give its coding system.
struct Standard {
    set: Set,
    systems: &'static [&'static str],
}

const fn of(set: Set, systems: &'static [&'static str]) -> Standard {
    Standard { set, systems }
}

/// Code sets by field, with the names of HL7 2.5.1, table 0396, and of the immunization guide. Fields that are not here take
/// what is written.
const STANDARDS: &[(&str, &[Standard])] = &[
    ("PID-8", &[of(Set::Sex, &["HL70001"])]),
    ("PID-10", &[of(Set::Race, &["CDCREC", "HL70005"])]),
    ("PID-15", &[of(Set::Language, &["HL70296", "ISO639", "ISO6392"])]),
    ("PID-22", &[of(Set::Ethnicity, &["CDCREC", "HL70189"])]),
    ("PD1-11", &[of(Set::Publicity, &["HL70215"])]),
    ("PD1-16", &[of(Set::RegistryStatus, &["HL70441"])]),
    ("NK1-3", &[of(Set::Relationship, &["HL70063"])]),
    (
        "RXA-5",
        &[
            of(Set::Cvx, &["CVX", "HL70292"]),
            of(Set::NdcUse, &["NDC"]), // of use or of sale
            of(Set::Cpt, &["CPT", "C4"]),
        ],
    ),
    ("RXA-7", &[of(Set::Unit, &["UCUM"])]),
    ("RXA-9", &[of(Set::InformationSource, &["NIP001"])]),
    ("RXA-17", &[of(Set::Mvx, &["MVX", "HL70227"])]),
    ("RXA-18", &[of(Set::Refusal, &["NIP002"])]),
    ("RXA-20", &[of(Set::Completion, &["HL70322"])]),
    ("RXR-1", &[of(Set::Route, &["NCIT", "HL70162"])]),
    ("RXR-2", &[of(Set::BodySite, &["HL70163", "NCIT"])]),
    ("OBX-3", &[of(Set::Observation, &["LN"])]),
    ("OBX-17", &[of(Set::EligibilityMethod, &["CDCPHINVS"])]),
];

/// What is wrong with the standard code of a row, if anything is.
pub(super) fn fault_of(mapping: &CodeMapping, sets: &CodeSets) -> Option<String> {
    let CodeMapping { field, standard, standard_system, .. } = mapping;
    let (field, standards) = STANDARDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(field))?;
    let is_named = |standard: &&Standard| {
        standard_system.is_empty()
            || standard.systems.iter().any(|system| system.eq_ignore_ascii_case(standard_system))
    };
    let named: Vec<&Standard> = standards.iter().filter(is_named).collect();
    let systems = |of: &[&Standard]| {
        let mut systems: Vec<&str> =
            of.iter().filter_map(|standard| standard.systems.first().copied()).collect();
        systems.dedup();
        systems.join(", ")
    };
    if named.is_empty() {
        let all: Vec<&Standard> = standards.iter().collect();
        return Some(format!("{standard_system} is no coding system of {field}: write {}.", systems(&all)));
    }
    let is_code = named.iter().any(|one| find_code(sets, one.set, standard).is_some());
    (!is_code).then(|| format!("{standard} is no code of {}.", systems(&named)))
}

#[cfg(test)]
mod tests {
    use super::{STANDARDS, fault_of};
    use iis_codes::CodeSets;
    use iis_hl7::translation::TRANSLATABLE;
    use iis_model::organization::CodeMapping;

    #[test]
    fn a_row_leads_to_a_code_that_is_there() {
        let sets = CodeSets::built_in().expect("tables");
        #[rustfmt::skip]
        let table = [
            ("RXA-5",  "03",            "CVX",    None),
            ("RXA-5",  "03",            "",       None),
            ("rxa-5",  "03",            "cvx",    None),
            ("RXA-5",  "49281-0400-58", "NDC",    None),
            ("RXA-5",  "3",             "CVX",    None),
            ("RXA-5",  "49281040058",   "NDC",    None),
            ("RXA-5",  "90707",         "C4",     None),
            ("RXA-5",  "9999",          "CVX",    Some("9999 is no code of CVX.")),
            ("RXA-5",  "90707",         "CVX",    Some("90707 is no code of CVX.")),
            ("RXA-5",  "9999",          "",       Some("9999 is no code of CVX, NDC, CPT.")),
            ("RXA-5",  "03",            "MYSYS",  Some("MYSYS is no coding system of RXA-5: write CVX, NDC, CPT.")),
            ("PID-8",  "F",             "",       None),
            ("PID-8",  "W",             "",       Some("W is no code of HL70001.")),
            ("PID-10", "2106-3",        "CDCREC", None),
            ("PID-15", "spa",           "HL70296", None),
            ("RXA-17", "MSD",           "MVX",    None),
            ("RXR-1",  "C28161",        "NCIT",   None),
            ("RXR-2",  "LD",            "HL70163", None),
            ("OBX-5",  "anything",      "MYSYS",  None), // which codes fit depends on OBX-3
        ];
        for (field, standard, standard_system, expected) in table {
            let mapping = CodeMapping {
                field: field.into(),
                code: "X".into(),
                standard: standard.into(),
                standard_system: standard_system.into(),
                ..CodeMapping::default()
            };
            assert_eq!(
                fault_of(&mapping, &sets).as_deref(),
                expected,
                "{field} {standard} {standard_system}"
            );
        }
    }

    #[test]
    fn every_field_is_one_whose_codes_are_translated_and_every_set_has_codes() {
        let sets = CodeSets::built_in().expect("tables");
        for (field, standards) in STANDARDS {
            assert!(TRANSLATABLE.iter().any(|translatable| translatable.name == *field), "{field}");
            for standard in *standards {
                assert!(!sets.all(standard.set).is_empty(), "{field} {:?}", standard.set);
            }
        }
    }
}
