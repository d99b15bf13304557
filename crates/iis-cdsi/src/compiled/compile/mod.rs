//! From the plain release to the packed schedule.

mod antigen;
mod dose;

use super::{
    AgeIx, Ages, CodeSet, ConflictSpan, NO_VACCINE, Schedule, Span, Vaccine, VaccineGroup, VaccineIx,
};
use crate::codes::{Cvx, ObservationCode};
use crate::dates::Duration;
use crate::overlay::{Overlay, OverlayFailure};
use crate::supporting::model::{self, Release};
use crate::supporting::{Severity, check};
use crate::version::{ENGINE, Version};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Why a release cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum CompileFailure {
    /// An overlay does not fit the release.
    #[error("the overlay does not fit the release")]
    Overlay(#[from] OverlayFailure),
    /// The check of the release found errors.
    #[error("the release has {count} errors; the first: {first}")]
    Unusable {
        /// How many errors.
        count: usize,
        /// The first of them.
        first: String,
    },
    /// The release holds more of something than the packed form has room for.
    #[error("the release holds {count} {what}; there is room for {room}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many fit.
        room: usize,
    },
}

impl Schedule {
    /// Applies the overlays to a release, checks it, and packs it.
    pub fn compile(release: &Release, overlays: &[Overlay]) -> Result<Self, CompileFailure> {
        let mut release = release.clone();
        for overlay in overlays {
            overlay.apply(&mut release)?;
        }
        let errors: Vec<_> = check(&release).into_iter().filter(|f| f.severity == Severity::Error).collect();
        if let Some(first) = errors.first() {
            return Err(CompileFailure::Unusable { count: errors.len(), first: first.to_string() });
        }
        let observation_codes = release.observations.iter().map(|o| usize::from(o.code.number()) + 1).max();
        let series_groups =
            release.antigens.iter().flat_map(|a| &a.series).map(|s| usize::from(s.group) + 1).max();
        let vaccine_count = release.vaccines.len() + release.vaccines_of_conflicts_only().len();
        let conflicting = release.conflicts.iter().flat_map(|conflict| [conflict.previous, conflict.current]);
        let conflicting: BTreeSet<Cvx> = conflicting.collect();
        let most_series = release.antigens.iter().map(|antigen| antigen.series.len()).max();
        for (what, count, room) in [
            ("vaccines", vaccine_count, CodeSet::LIMIT),
            ("conflicting vaccines", conflicting.len(), u8::MAX.into()),
            ("observation codes", observation_codes.unwrap_or(0), CodeSet::LIMIT),
            ("antigens", release.antigens.len(), 64),
            ("series of an antigen", most_series.unwrap_or(0), 64),
            ("vaccine groups", release.vaccine_groups.len(), 64),
            ("series groups", series_groups.unwrap_or(0), 32),
        ] {
            if count > room {
                return Err(CompileFailure::TooMany { what, count, room });
            }
        }
        let version = Version {
            engine: ENGINE,
            release: release.name.clone(),
            overlays: overlays.iter().map(Overlay::label).collect(),
        };
        Ok(Compiler::new(&release).schedule(version))
    }
}

struct Compiler<'a> {
    release: &'a Release,
    ages: Vec<Span>,
    age_of: HashMap<Duration, AgeIx>,
    vaccine_of: Vec<VaccineIx>,
    conflict_rows: BTreeMap<Cvx, u8>,
    conflict_columns: BTreeMap<Cvx, u8>,
}

fn number_of(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

fn small(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

impl<'a> Compiler<'a> {
    fn new(release: &'a Release) -> Self {
        let mut vaccine_of = vec![NO_VACCINE; Cvx::COUNT];
        let mapped = release.vaccines.iter().map(|vaccine| vaccine.cvx);
        let all = mapped.chain(release.vaccines_of_conflicts_only());
        for (index, cvx) in all.enumerate() {
            vaccine_of[usize::from(cvx.number())] = number_of(index);
        }
        let interned = |side: fn(&model::Conflict) -> Cvx| {
            let mut codes: Vec<Cvx> = release.conflicts.iter().map(side).collect();
            codes.sort_unstable();
            codes.dedup();
            codes.into_iter().enumerate().map(|(index, cvx)| (cvx, small(index))).collect()
        };
        Self {
            release,
            // The two open ends stand first; their spans are never used.
            ages: vec![Span { months: 0, days: 0 }; 2],
            age_of: HashMap::new(),
            vaccine_of,
            conflict_rows: interned(|conflict| conflict.previous),
            conflict_columns: interned(|conflict| conflict.current),
        }
    }

    fn schedule(mut self, version: Version) -> Schedule {
        let release = self.release;
        let columns = self.conflict_columns.len();
        let mut conflicts = vec![None; self.conflict_rows.len() * columns];
        for conflict in &release.conflicts {
            let row = usize::from(self.conflict_rows[&conflict.previous]);
            let column = usize::from(self.conflict_columns[&conflict.current]);
            let spans = ConflictSpan {
                begin: conflict.begin.into(),
                minimum_end: conflict.minimum_end.into(),
                end: conflict.end.into(),
            };
            let cell: &mut Option<ConflictSpan> = &mut conflicts[row * columns + column];
            *cell = Some(cell.map_or(spans, |earlier| earlier.longer(spans)));
        }
        let mut vaccines: Vec<_> =
            release.vaccines.iter().map(|v| self.vaccine(v.cvx, &v.antigens)).collect();
        vaccines.extend(release.vaccines_of_conflicts_only().into_iter().map(|cvx| self.vaccine(cvx, &[])));
        let mut series = Vec::new();
        let mut antigens = Vec::new();
        for (index, antigen) in release.antigens.iter().enumerate() {
            antigens.push(self.antigen(antigen, number_of(series.len())));
            series.extend(antigen.series.iter().map(|s| self.series(s, small(index))));
        }
        let groups = release.vaccine_groups.iter().map(|group| self.group(group)).collect();
        Schedule {
            version: Arc::new(version),
            ages: self.ages,
            vaccine_of: self.vaccine_of,
            vaccines,
            conflicts,
            conflict_columns: columns,
            antigens,
            series,
            groups,
            observations: release.observations.iter().map(|o| o.code.number()).collect(),
            product_observations: product_observations(release),
            observations_by_code: observations_by_code(release),
            release: release.clone(),
        }
    }

    fn age(&mut self, age: Option<Duration>, missing: AgeIx) -> AgeIx {
        let Some(age) = age else { return missing };
        let ages = &mut self.ages;
        *self.age_of.entry(age).or_insert_with(|| {
            ages.push(age.into());
            AgeIx(number_of(ages.len() - 1))
        })
    }

    fn ages(&mut self, ages: model::AgeRange) -> Ages {
        Ages { begin: self.age(ages.begin, AgeIx::OPEN_BEGIN), end: self.age(ages.end, AgeIx::OPEN_END) }
    }

    /// The check before has made sure that every vaccine named is held.
    fn vaccine_ix(&self, cvx: Cvx) -> VaccineIx {
        self.vaccine_of[usize::from(cvx.number())]
    }

    fn vaccine_set(&self, list: &[Cvx]) -> CodeSet {
        list.iter().map(|cvx| self.vaccine_ix(*cvx)).collect()
    }

    fn antigen_ix(&self, name: &str) -> u8 {
        small(self.release.antigens.iter().position(|a| a.name == name).unwrap_or_default())
    }

    fn vaccine(&mut self, cvx: Cvx, antigens: &[(String, model::AgeRange)]) -> Vaccine {
        Vaccine {
            cvx,
            antigens: antigens.iter().map(|(name, ages)| (self.antigen_ix(name), self.ages(*ages))).collect(),
            conflict_row: self.conflict_rows.get(&cvx).copied(),
            conflict_column: self.conflict_columns.get(&cvx).copied(),
        }
    }

    fn group(&self, group: &model::VaccineGroup) -> VaccineGroup {
        let antigens: Box<[u8]> = group.antigens.iter().map(|name| self.antigen_ix(name)).collect();
        VaccineGroup {
            antigen_bits: antigens.iter().fold(0, |bits, antigen| bits | 1 << antigen),
            antigens,
            is_given_whole: group.is_given_whole.unwrap_or(false),
        }
    }
}

fn group_bits(groups: &[u8]) -> u32 {
    groups.iter().fold(0, |bits, group| bits | 1_u32.checked_shl((*group).into()).unwrap_or(0))
}
/// Observations that arise from a product given which is no vaccine (immune globulins):
/// their CVX codes are held by no vaccine of the schedule.
fn product_observations(release: &Release) -> Vec<(Cvx, ObservationCode)> {
    let is_vaccine = |cvx: &Cvx| release.vaccines.binary_search_by_key(cvx, |v| v.cvx).is_ok();
    let mut pairs: Vec<(Cvx, ObservationCode)> = Vec::new();
    for observation in &release.observations {
        let codes = observation.codes.iter().filter(|(system, _)| system == "CVX");
        let products = codes.filter_map(|(_, code)| Cvx::parse(code)).filter(|cvx| !is_vaccine(cvx));
        pairs.extend(products.map(|cvx| (cvx, observation.code)));
    }
    pairs.sort_unstable();
    pairs
}

fn observations_by_code(release: &Release) -> Vec<(String, String, ObservationCode)> {
    let mut rows: Vec<_> = release
        .observations
        .iter()
        .flat_map(|o| o.codes.iter().map(|(system, code)| (system.clone(), code.clone(), o.code)))
        .collect();
    rows.sort_unstable();
    rows
}
