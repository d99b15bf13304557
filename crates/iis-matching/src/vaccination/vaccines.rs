//! Which vaccines may be the same dose: vaccine groups of CVX codes, and codes that leave the product open.

use iis_model::Cvx;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Vaccine groups by CVX.
#[derive(Debug, Default)]
pub struct Vaccines {
    of: HashMap<Cvx, Vaccine>,
}

#[derive(Debug, Default)]
struct Vaccine {
    /// Numbers of its groups, sorted.
    groups: Vec<u16>,
    is_unspecified: bool,
    is_yearly: bool,
}

/// Vaccines of which people get two doses within a week. Sources: the intervals of 7 days in the schedule's series of rabies, of
/// hepatitis A and B together in four doses, and of Japanese encephalitis from 18 to 65 years (`data/cdsi/4.64/antigens`); after a
/// bite, rabies vaccine on days 0, 3, 7 and 14 (ACIP, MMWR 2010; 59, RR-2).
const DAYS_APART: [u16; 7] = [18, 40, 90, 175, 176, 104, 134];

/// Groups of which people get a dose every year.
const YEARLY: [&str; 2] = ["FLU", "COVID-19"];

impl Vaccines {
    /// The table that comes with the program. Source: `data/codes/SOURCE.md`.
    pub fn built_in() -> Arc<Self> {
        static BUILT_IN: LazyLock<Arc<Vaccines>> =
            LazyLock::new(|| Arc::new(Vaccines::read(include_str!("../../../../data/codes/cvx-names.csv"))));
        Arc::clone(&BUILT_IN)
    }

    /// Reads a table with the columns code, short name, full name, status, groups joined by `;`. A row whose code is
    /// none is left out. A code is unspecified if one of its names says so.
    pub fn read(table: &str) -> Self {
        let mut numbers: HashMap<String, u16> = HashMap::new();
        let mut of = HashMap::new();
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        for row in reader.records().filter_map(Result::ok) {
            let column = |at| row.get(at).unwrap_or_default();
            let Ok(cvx) = column(0).parse::<Cvx>() else { continue };
            let named = column(4).split(';').filter(|group| !group.is_empty());
            let mut groups: Vec<u16> = named
                .map(|group| {
                    let next = u16::try_from(numbers.len()).unwrap_or(u16::MAX);
                    *numbers.entry(group.to_owned()).or_insert(next)
                })
                .collect();
            groups.sort_unstable();
            let is_yearly = column(4).split(';').any(|group| YEARLY.contains(&group));
            let is_unspecified = [1, 2].iter().any(|at| column(*at).to_lowercase().contains("unspecified"));
            of.insert(cvx, Vaccine { groups, is_unspecified, is_yearly });
        }
        Self { of }
    }

    /// In how many vaccine groups a code is.
    pub fn group_count(&self, cvx: Cvx) -> usize {
        self.of.get(&cvx).map_or(0, |vaccine| vaccine.groups.len())
    }

    /// Whether a code leaves the product open.
    pub fn is_unspecified(&self, cvx: Cvx) -> bool {
        self.of.get(&cvx).is_some_and(|vaccine| vaccine.is_unspecified)
    }

    /// Whether people get two doses of it within a week.
    pub fn is_given_days_apart(&self, cvx: Cvx) -> bool {
        DAYS_APART.contains(&cvx.number())
    }

    /// Whether people get a dose of it every year.
    pub fn is_yearly(&self, cvx: Cvx) -> bool {
        self.of.get(&cvx).is_some_and(|vaccine| vaccine.is_yearly)
    }

    /// Whether two codes share a vaccine group, or are equal.
    pub fn share_group(&self, a: Cvx, b: Cvx) -> bool {
        a == b || self.groups(a).iter().any(|group| self.groups(b).contains(group))
    }

    /// Whether two codes can mean one dose: equal, or one is the open code of a shared group, or the groups of one
    /// contain those of the other.
    pub fn are_compatible(&self, a: Cvx, b: Cvx) -> bool {
        let contains = |a: &[u16], b: &[u16]| b.iter().all(|group| a.contains(group));
        let (in_a, in_b) = (self.groups(a), self.groups(b));
        a == b
            || (self.share_group(a, b)
                && (self.is_unspecified(a)
                    || self.is_unspecified(b)
                    || contains(in_a, in_b)
                    || contains(in_b, in_a)))
    }

    fn groups(&self, cvx: Cvx) -> &[u16] {
        self.of.get(&cvx).map(|vaccine| vaccine.groups.as_slice()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Vaccines;
    use iis_model::Cvx;

    #[test]
    fn codes_that_can_mean_one_dose_are_compatible() {
        let vaccines = Vaccines::built_in();
        #[rustfmt::skip]
        let table = [
            // a    b    compatible
            (20,  20,  true),
            (20,  107, true),  // DTaP, and DTaP unspecified
            (120, 10,  true),  // DTaP-Hib-IPV covers IPV
            (120, 17,  true),  // and Hib unspecified
            (120, 110, false), // DTaP-HepB-IPV: each has what the other lacks
            (120, 8,   false), // no HepB in it
            (3,   94,  true),  // MMR in MMRV
            (3,   21,  false),
            (133, 152, true),
            (999, 999, true),
            (999, 998, false),
        ];
        for (a, b, compatible) in table {
            let (a, b) = (Cvx::new(a), Cvx::new(b));
            assert_eq!(vaccines.are_compatible(a, b), compatible, "{a} {b}");
            assert_eq!(vaccines.are_compatible(b, a), compatible, "{b} {a}");
        }
    }
}
