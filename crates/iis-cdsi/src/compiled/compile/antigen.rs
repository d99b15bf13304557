//! Packing antigens and series.

use super::{Compiler, group_bits, small};
use crate::compiled::{Antigen, CodeSet, Forbidding, ImmunityByBirth, Series, Span};
use crate::dates::Day;
use crate::supporting::model;

impl Compiler<'_> {
    pub(super) fn antigen(&mut self, antigen: &model::Antigen, first_series: u16) -> Antigen {
        let group = self.release.vaccine_groups.iter().position(|g| g.antigens.contains(&antigen.name));
        let mut contraindications = Vec::new();
        let mut vaccine_contraindications = Vec::new();
        for row in &antigen.contraindications {
            let (observation, lasts) = (row.observation.number(), row.lasts.map(Span::from));
            match &row.vaccines {
                None => {
                    contraindications.push(Forbidding { observation, ages: self.ages(row.ages), lasts });
                }
                Some(vaccines) => vaccine_contraindications.extend(vaccines.iter().map(|vaccine| {
                    let ages = self.ages(vaccine.ages);
                    (self.vaccine_ix(vaccine.cvx), Forbidding { observation, ages, lasts })
                })),
            }
        }
        let immunity: CodeSet = antigen.immunity_observations.iter().map(|code| code.number()).collect();
        let asked = antigen.immunity_observations.iter().map(|code| code.number());
        let asked =
            asked.chain(antigen.contraindications.iter().map(|row| row.observation.number())).collect();
        let mut order: Vec<u16> = (first_series..).take(antigen.series.len()).collect();
        order.sort_by_key(|ix| asks_for_completed(&antigen.series[usize::from(ix - first_series)]));
        let mut series_groups: Vec<u8> = antigen.series.iter().map(|s| s.group).collect();
        series_groups.sort_unstable();
        series_groups.dedup();
        Antigen {
            group: small(group.unwrap_or_default()),
            first_series,
            order: order.into(),
            series_groups: series_groups.into(),
            immunity,
            immunity_by_birth: antigen.immunity_by_birth.iter().map(immunity_by_birth).collect(),
            contraindications: contraindications.into(),
            vaccine_contraindications: vaccine_contraindications.into(),
            asked,
        }
    }

    pub(super) fn series(&mut self, series: &model::Series, antigen: u8) -> Series {
        let sexes = series.sexes.iter().fold(0, |bits, sex| bits | sex.bit());
        let indications = series.indications.iter();
        Series {
            antigen,
            kind: series.series_type,
            equivalent_groups: group_bits(&series.equivalent_groups),
            sexes: if sexes == 0 { u8::MAX } else { sexes },
            group: series.group,
            is_default: series.is_default,
            is_product_path: series.is_product_path,
            priority: u8::try_from(series.priority).unwrap_or(u8::MAX),
            preference: series.preference,
            start: self.ages(series.start),
            indicated_by: indications.clone().map(|row| row.observation.number()).collect(),
            indications: indications.map(|row| (row.observation.number(), self.ages(row.ages))).collect(),
            doses: series.doses.iter().map(|dose| self.dose(dose)).collect(),
            season_until: season_until(series),
        }
    }
}

/// Of the seasons of recurring doses the one that lasts longest.
fn season_until(series: &model::Series) -> Option<Day> {
    let recurring = series.doses.iter().filter(|dose| dose.is_recurring);
    recurring.filter_map(|dose| dose.season?.known_until()).max()
}

fn immunity_by_birth(row: &model::ImmunityByBirth) -> ImmunityByBirth {
    ImmunityByBirth {
        born_before: row.born_before,
        asks_for_united_states: row.country.is_some(),
        exclusions: row.exclusions.iter().map(|code| code.number()).collect(),
    }
}

fn asks_for_completed(series: &model::Series) -> bool {
    let sets = series.doses.iter().flat_map(|dose| &dose.conditional_skips).flat_map(|skip| &skip.sets);
    sets.flat_map(|set| &set.conditions).any(|c| matches!(c, model::Condition::CompletedSeries(_)))
}
