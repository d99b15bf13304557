//! How much a release holds, to be compared with what its publisher says.

use super::model::{Antigen, Condition, Release, Series, SeriesDose};
use std::fmt;

macro_rules! counts {
    ($($field:ident: $words:literal,)*) => {
        /// The number of rows of each kind in a release.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct Counts {
            $(#[doc = concat!("Number of ", $words, ".")] pub $field: usize,)*
        }

        impl Counts {
            /// Each count with its name in words.
            #[must_use]
            pub fn rows(&self) -> Vec<(&'static str, usize)> {
                vec![$(($words, self.$field),)*]
            }
        }
    };
}

counts! {
    antigens: "antigens",
    vaccine_groups: "vaccine groups",
    series: "series",
    standard_series: "standard series",
    risk_series: "risk series",
    series_doses: "series doses",
    ages: "age rows",
    intervals: "preferable intervals",
    allowable_intervals: "allowable intervals",
    preferable_vaccines: "preferable vaccines",
    allowable_vaccines: "allowable vaccines",
    inadvertent_vaccines: "inadvertent vaccines",
    conditional_skips: "conditional skips",
    conditions: "conditions of skips",
    vaccine_counts: "counts of doses in skips",
    indications: "indications",
    antigen_contraindications: "contraindications of antigens",
    vaccine_contraindications: "contraindications of vaccines",
    evidence_of_immunity: "proofs of immunity",
    vaccines: "vaccines",
    vaccine_antigens: "antigens of vaccines",
    conflicts: "vaccine conflicts",
    observations: "observations",
    observation_codes: "codes of observations",
}

impl Counts {
    /// Counts the rows of a release.
    #[must_use]
    pub fn of(release: &Release) -> Self {
        let antigens = &release.antigens;
        let series: Vec<&Series> = antigens.iter().flat_map(|a| &a.series).collect();
        let doses: Vec<&SeriesDose> = series.iter().flat_map(|s| &s.doses).collect();
        let conditions = || {
            let skips = doses.iter().flat_map(|d| &d.conditional_skips);
            skips.flat_map(|skip| &skip.sets).flat_map(|set| &set.conditions)
        };
        let sum = |count: fn(&SeriesDose) -> usize| doses.iter().map(|d| count(d)).sum::<usize>();
        let sum_antigens = |count: fn(&Antigen) -> usize| antigens.iter().map(count).sum::<usize>();
        let of_type = |kind| series.iter().filter(|s| s.series_type == kind).count();
        Self {
            antigens: antigens.len(),
            vaccine_groups: release.vaccine_groups.len(),
            series: series.len(),
            standard_series: of_type(super::model::SeriesType::Standard),
            risk_series: of_type(super::model::SeriesType::Risk),
            series_doses: doses.len(),
            ages: sum(|d| d.ages.len()),
            intervals: sum(|d| d.intervals.len()),
            allowable_intervals: sum(|d| d.allowable_intervals.len()),
            preferable_vaccines: sum(|d| d.preferable_vaccines.len()),
            allowable_vaccines: sum(|d| d.allowable_vaccines.len()),
            inadvertent_vaccines: sum(|d| d.inadvertent_vaccines.len()),
            conditional_skips: sum(|d| d.conditional_skips.len()),
            conditions: conditions().count(),
            vaccine_counts: conditions().filter(|c| matches!(c, Condition::VaccineCount(_))).count(),
            indications: series.iter().map(|s| s.indications.len()).sum(),
            antigen_contraindications: sum_antigens(|a| {
                a.contraindications.iter().filter(|c| c.vaccines.is_none()).count()
            }),
            vaccine_contraindications: sum_antigens(|a| {
                a.contraindications.iter().filter(|c| c.vaccines.is_some()).count()
            }),
            evidence_of_immunity: sum_antigens(|a| a.immunity_observations.len() + a.immunity_by_birth.len()),
            vaccines: release.vaccines.len(),
            vaccine_antigens: release.vaccines.iter().map(|v| v.antigens.len()).sum(),
            conflicts: release.conflicts.len(),
            observations: release.observations.len(),
            observation_codes: release.observations.iter().map(|o| o.codes.len()).sum(),
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows().iter().try_for_each(|(words, count)| writeln!(f, "{count:>6} {words}"))
    }
}
