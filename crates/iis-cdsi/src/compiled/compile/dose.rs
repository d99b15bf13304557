//! Packing series doses.

use super::{Compiler, group_bits};
use crate::codes::Cvx;
use crate::compiled::{
    AgeIx, AgeRow, AllowableIntervalRow, Anchor, Condition, Dose, InEffect, IntervalRow, Preferable, Skip,
    SkipSet, Span, VaccineCount,
};
use crate::dates::Day;
use crate::supporting::model::{self, SkipContext};

impl Compiler<'_> {
    pub(super) fn dose(&mut self, dose: &model::SeriesDose) -> Dose {
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
fn in_effect(row: model::InEffect) -> InEffect {
    InEffect {
        from: row.from.unwrap_or(InEffect::ALWAYS.from),
        until: row.through.map_or(InEffect::ALWAYS.until, |last| last.plus_days(1)),
    }
}
