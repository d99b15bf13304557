//! From the plain release to the packed schedule.

use super::{
    AgeIx, AgeRow, Ages, AllowableIntervalRow, Anchor, Antigen, CodeSet, Condition, ConflictSpan, Dose,
    ImmunityByBirth, InEffect, IntervalRow, NO_VACCINE, Preferable, Schedule, Series, Skip, SkipSet, Span,
    Vaccine, VaccineCount, VaccineGroup, VaccineIx,
};
use crate::codes::{Cvx, ObservationCode};
use crate::dates::{Day, Duration};
use crate::overlay::{Overlay, OverlayFailure};
use crate::supporting::model::{self, Release, SkipContext};
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

    fn antigen(&mut self, antigen: &model::Antigen, first_series: u16) -> Antigen {
        let group = self.release.vaccine_groups.iter().position(|g| g.antigens.contains(&antigen.name));
        let mut contraindications = Vec::new();
        let mut vaccine_contraindications = Vec::new();
        for row in &antigen.contraindications {
            let code = row.observation.number();
            match &row.vaccines {
                None => contraindications.push((code, self.ages(row.ages))),
                Some(vaccines) => vaccine_contraindications.extend(
                    vaccines
                        .iter()
                        .map(|vaccine| (code, self.vaccine_ix(vaccine.cvx), self.ages(vaccine.ages))),
                ),
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

    fn series(&mut self, series: &model::Series, antigen: u8) -> Series {
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
        }
    }

    fn dose(&mut self, dose: &model::SeriesDose) -> Dose {
        let skips = |wanted: SkipContext| {
            let fits = move |skip: &&model::ConditionalSkip| {
                skip.context == wanted || skip.context == SkipContext::Both
            };
            dose.conditional_skips.iter().filter(fits)
        };
        let season = dose.season.unwrap_or_default();
        let preferable = dose.preferable_vaccines.iter().map(|row| self.preferable(row)).collect();
        Dose {
            ages: dose.ages.iter().map(|row| self.age_row(row)).collect(),
            intervals: dose.intervals.iter().map(|row| self.interval(row)).collect(),
            allowable_intervals: dose
                .allowable_intervals
                .iter()
                .map(|row| self.allowable_interval(row))
                .collect(),
            allowable: dose
                .allowable_vaccines
                .iter()
                .map(|v| (self.vaccine_ix(v.cvx), self.ages(v.ages)))
                .collect(),
            inadvertent: dose.inadvertent_vaccines.iter().map(|cvx| self.vaccine_ix(*cvx)).collect(),
            skips_in_evaluation: skips(SkipContext::Evaluation).map(|skip| self.skip(skip)).collect(),
            skips_in_forecast: skips(SkipContext::Forecast).map(|skip| self.skip(skip)).collect(),
            is_recurring: dose.is_recurring,
            season_start: season.start,
            season_end: season.end,
            conflicts: self.conflicts_of(dose),
            preferable,
        }
    }

    fn age_row(&mut self, row: &model::AgeRow) -> AgeRow {
        AgeRow {
            absolute_minimum: self.age(row.absolute_minimum, AgeIx::OPEN_BEGIN),
            minimum: self.age(row.minimum, AgeIx::OPEN_BEGIN),
            earliest_recommended: self.age(row.earliest_recommended, AgeIx::OPEN_BEGIN),
            latest_recommended: self.age(row.latest_recommended, AgeIx::OPEN_END),
            maximum: self.age(row.maximum, AgeIx::OPEN_END),
            in_effect: in_effect(row.in_effect),
        }
    }

    fn anchor(&self, anchor: &model::Anchor) -> Anchor {
        match anchor {
            model::Anchor::Previous => Anchor::Previous,
            model::Anchor::TargetDose(number) => Anchor::TargetDose(*number),
            model::Anchor::MostRecent(list) => Anchor::MostRecent(Box::new(self.vaccine_set(list))),
            model::Anchor::Observation(code) => Anchor::Observation(code.number()),
        }
    }

    fn interval(&self, row: &model::IntervalRow) -> IntervalRow {
        IntervalRow {
            anchor: self.anchor(&row.anchor),
            absolute_minimum: row.absolute_minimum.map(Span::from),
            minimum: row.minimum.map(Span::from),
            earliest_recommended: row.earliest_recommended.map(Span::from),
            latest_recommended: row.latest_recommended.map(Span::from),
            has_priority: row.has_priority,
            in_effect: in_effect(row.in_effect),
        }
    }

    fn allowable_interval(&self, row: &model::AllowableIntervalRow) -> AllowableIntervalRow {
        AllowableIntervalRow {
            anchor: self.anchor(&row.anchor),
            absolute_minimum: row.absolute_minimum.map(Span::from),
            in_effect: in_effect(row.in_effect),
        }
    }

    fn preferable(&mut self, row: &model::PreferableVaccine) -> Preferable {
        Preferable {
            vaccine: self.vaccine_ix(row.cvx),
            ages: self.ages(row.ages),
            product_of: row.trade_name.as_ref().and(row.mvx),
            volume: row.volume,
            is_forecast: row.is_forecast,
        }
    }

    /// For each vaccine that can hold another back: how long it holds back any preferable
    /// vaccine of the dose. Usually one span; empty where there is no conflict.
    fn conflicts_of(&self, dose: &model::SeriesDose) -> Box<[Box<[Span]>]> {
        let is_preferable = |cvx: Cvx| dose.preferable_vaccines.iter().any(|row| row.cvx == cvx);
        let mut rows = vec![Vec::new(); self.conflict_rows.len()];
        let mut is_free = true;
        for conflict in self.release.conflicts.iter().filter(|c| is_preferable(c.current)) {
            let row: &mut Vec<Span> = &mut rows[usize::from(self.conflict_rows[&conflict.previous])];
            let span = Span::from(conflict.end);
            if !row.contains(&span) {
                row.push(span);
            }
            is_free = false;
        }
        if is_free { Box::default() } else { rows.into_iter().map(Vec::into_boxed_slice).collect() }
    }

    fn skip(&mut self, skip: &model::ConditionalSkip) -> Skip {
        let mut set = |set: &model::SkipSet| SkipSet {
            logic: set.logic,
            in_effect: in_effect(set.in_effect),
            conditions: cheapest_first(&set.conditions).map(|condition| self.condition(condition)).collect(),
        };
        Skip { logic: skip.logic, sets: skip.sets.iter().map(&mut set).collect() }
    }

    fn condition(&mut self, condition: &model::Condition) -> Condition {
        match condition {
            model::Condition::Age(ages) => Condition::Age(self.ages(*ages)),
            model::Condition::CompletedSeries(groups) => {
                Condition::CompletedSeries { groups: group_bits(groups) }
            }
            model::Condition::Interval(interval) => Condition::Interval((*interval).into()),
            model::Condition::VaccineCount(count) => Condition::VaccineCount(Box::new(VaccineCount {
                ages: self.ages(count.ages),
                given_from: count.given_from.unwrap_or(Day::OPEN_BEGIN),
                given_before: count.given_before.unwrap_or(Day::OPEN_END),
                is_valid_only: count.is_valid_only,
                vaccines: (!count.vaccines.is_empty()).then(|| self.vaccine_set(&count.vaccines)),
                comparison: count.comparison,
                count: count.count,
            })),
        }
    }
}

/// All conditions of a set are combined the same way, so their order is free; counting doses
/// comes last.
fn cheapest_first(conditions: &[model::Condition]) -> impl Iterator<Item = &model::Condition> {
    let is_count = |condition: &&model::Condition| matches!(condition, model::Condition::VaccineCount(_));
    conditions.iter().filter(move |c| !is_count(c)).chain(conditions.iter().filter(is_count))
}

fn group_bits(groups: &[u8]) -> u32 {
    groups.iter().fold(0, |bits, group| bits | 1_u32.checked_shl((*group).into()).unwrap_or(0))
}

fn in_effect(row: model::InEffect) -> InEffect {
    InEffect {
        from: row.from.unwrap_or(InEffect::ALWAYS.from),
        until: row.through.map_or(InEffect::ALWAYS.until, |last| last.plus_days(1)),
    }
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
