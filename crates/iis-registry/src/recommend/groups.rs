//! CDC's CVX codes of vaccine groups: how messages name a group of the schedule.
//!
//! Tables: `data/codes/vaccine-groups.csv` (group, its CVX code, its group in the schedule) and `cvx-names.csv` (the
//! groups of each vaccine). A group of the schedule can be several of CDC's: `DTaP`, Tdap and Td are one.

use iis_model::Cvx;
use iis_model::recommendation::VaccineGroup;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
struct GroupRow {
    group: String,
    cvx: String,
    schedule_group: String,
}

#[derive(Debug, Deserialize)]
struct VaccineRow {
    code: u16,
    groups: String,
}

/// One of CDC's groups.
#[derive(Debug)]
struct Group {
    name: String,
    cvx: Cvx,
}

/// The groups of CDC's by the group of the schedule, in the order of the table.
static GROUPS: LazyLock<BTreeMap<String, Vec<Group>>> = LazyLock::new(|| {
    let mut groups: BTreeMap<String, Vec<Group>> = BTreeMap::new();
    let rows: Vec<GroupRow> = rows(include_str!("../../../../data/codes/vaccine-groups.csv"));
    for row in rows {
        if let Ok(cvx) = row.cvx.parse() {
            groups.entry(row.schedule_group).or_default().push(Group { name: row.group, cvx });
        }
    }
    groups
});

/// The names of CDC's groups of each vaccine, joined by `;`.
static VACCINES: LazyLock<BTreeMap<u16, String>> = LazyLock::new(|| {
    let rows: Vec<VaccineRow> = rows(include_str!("../../../../data/codes/cvx-names.csv"));
    rows.into_iter().map(|row| (row.code, row.groups)).collect()
});

fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    let rows: Result<_, _> = csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect();
    rows.expect("a table of this program has its columns: a test reads each")
}

/// A group of the schedule with the code that fits the first of the vaccines which belongs to it; else the code of the
/// group's first entry. A group that the table does not know has the code of the vaccine itself.
pub(super) fn vaccine_group(name: &str, vaccines: impl Iterator<Item = Cvx>) -> VaccineGroup {
    let known = GROUPS.get(name).map_or(&[][..], Vec::as_slice);
    let mut vaccines = vaccines.peekable();
    let itself = vaccines.peek().copied();
    let mut fitting = vaccines.filter_map(|vaccine| {
        let groups = VACCINES.get(&vaccine.number())?;
        known.iter().find(|group| groups.split(';').any(|name| name == group.name))
    });
    let cvx = fitting.next().or(known.first()).map(|group| group.cvx).or(itself);
    VaccineGroup { name: name.into(), cvx }
}

/// The groups of the schedule to which a vaccine belongs by CDC's table: also one that the schedule does not hold yet.
pub(super) fn schedule_groups_of(vaccine: Cvx) -> Vec<&'static str> {
    let Some(names) = VACCINES.get(&vaccine.number()) else { return Vec::new() };
    let is_of = |known: &[Group]| known.iter().any(|group| names.split(';').any(|name| name == group.name));
    GROUPS.iter().filter(|(_, known)| is_of(known)).map(|(name, _)| name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, VACCINES, schedule_groups_of, vaccine_group};
    use iis_model::Cvx;

    #[test]
    fn the_code_of_a_group_fits_the_vaccine_at_hand() {
        #[rustfmt::skip]
        let table: [(&str, &[u16], Option<u16>); 8] = [
            // group          vaccines     code
            ("DTaP/Tdap/Td",  &[120],      Some(107)), // DTaP-Hib-IPV
            ("DTaP/Tdap/Td",  &[115],      Some(115)), // Tdap
            ("DTaP/Tdap/Td",  &[196, 115], Some(139)), // Td
            ("DTaP/Tdap/Td",  &[],         Some(107)),
            ("Pneumococcal",  &[33],       Some(33)),
            ("MMR",           &[94],       Some(3)),
            ("Zoster",        &[3],        Some(188)), // not of the group
            ("Not yet known", &[337],      Some(337)),
        ];
        for (name, vaccines, code) in table {
            let found = vaccine_group(name, vaccines.iter().copied().map(Cvx::new)).cvx;
            assert_eq!(found, code.map(Cvx::new), "{name} {vaccines:?}");
        }
    }

    #[test]
    fn a_vaccine_is_of_the_groups_of_the_table() {
        #[rustfmt::skip]
        let table: [(u16, &[&str]); 4] = [
            (216, &["Pneumococcal"]),
            (120, &["DTaP/Tdap/Td", "Hib", "Polio"]),
            (316, &["Meningococcal", "Meningococcal B"]),
            (9999, &[]),
        ];
        for (cvx, expected) in table {
            assert_eq!(schedule_groups_of(Cvx::new(cvx)), expected, "{cvx}");
        }
    }

    #[test]
    fn every_group_of_the_schedule_has_a_code() {
        let release = iis_cdsi::tables::built_in().expect("the built-in tables");
        for group in release.vaccine_groups {
            assert!(GROUPS.contains_key(&group.name), "{}", group.name);
        }
        assert!(VACCINES.len() > 250);
    }
}
