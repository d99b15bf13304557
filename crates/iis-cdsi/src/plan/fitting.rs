//! The vaccines that fit a dose: what the page names and what a picker of lots chooses from.

use crate::answer::{Answer, Forecast, SeriesStatus};
use crate::codes::Cvx;
use crate::compiled::{CodeSet, Dose, Schedule};
use crate::dates::Day;
use crate::process::Scratch;
use crate::select::SeriesOutcome;
use crate::supporting::model::SeriesType;

/// Hepatitis B vaccine in the strength for dialysis (CDC's CVX table: "Hep B, high-dosage, dialysis/IC"). The data name it for every
/// adult beside the usual one; it is for those whom a risk on record asks for a dose.
const FOR_DIALYSIS: u16 = 44;

impl Schedule {
    /// The preferable vaccines of the next dose of the best series behind a forecast that are
    /// right for the age on the day and that nothing on record forbids, those named in forecasts
    /// first. For a group of several antigens only vaccines that fit every antigen that needs a
    /// dose. For a group of one antigen also those of the other product paths that the doses given
    /// so far lead as far; of any series beside a product path, since another brand goes on where one was
    /// begun; and of any other series, where the best one is a default that is begun too late. Where that names none (a default series
    /// begun too late), all other series of the group are asked.
    pub(super) fn fitting_vaccines(
        &self,
        answer: &Answer,
        forecast: &Forecast,
        (on, forbidden): (Day, &CodeSet),
        scratch: &Scratch,
    ) -> Vec<Cvx> {
        let best = scratch.best.iter().map(|index| &scratch.outcomes[*index]);
        let best = best.filter(|outcome| self.is_behind(outcome, forecast));
        let lists: Vec<Vec<Cvx>> =
            best.clone().filter_map(|outcome| self.preferable(outcome, on, scratch)).collect();
        let named = answer.recommended_vaccines(forecast);
        let mut fitting: Vec<Cvx> =
            named.iter().copied().filter(|cvx| lists.iter().any(|list| list.contains(cvx))).collect();
        let of_all = lists.iter().flatten().filter(|cvx| lists.iter().all(|list| list.contains(cvx)));
        let alike = scratch.outcomes.iter().filter(|outcome| self.is_of_group(outcome, forecast));
        let mut as_far = best.filter(|_| forecast.series.is_some());
        let of_others: Vec<Cvx> = as_far.next().map_or_else(Vec::new, |best| {
            let alike = alike.clone().filter(|other| self.leads_as_far(other, best, on, scratch));
            alike.filter_map(|other| self.preferable(other, on, scratch)).flatten().collect()
        });
        let mut add = |cvx: Cvx| {
            if !fitting.contains(&cvx) {
                fitting.push(cvx);
            }
        };
        of_all.chain(&of_others).copied().for_each(&mut add);
        if lists.iter().all(Vec::is_empty) && of_others.is_empty() {
            alike.filter_map(|other| self.preferable(other, on, scratch)).flatten().for_each(&mut add);
        }
        let is_for_all = |cvx: &Cvx| forecast.series_type == SeriesType::Risk || cvx.number() != FOR_DIALYSIS;
        fitting.retain(is_for_all);
        fitting.retain(|cvx| self.vaccine(*cvx).is_none_or(|index| !forbidden.contains(index)));
        // whose dates are those without the conflict is given none of those that are in it, also where nothing else is left
        let is_unhindered = scratch
            .best
            .iter()
            .map(|index| &scratch.outcomes[*index])
            .any(|outcome| self.is_behind(outcome, forecast) && outcome.forecast.unhindered.is_some());
        let is_free = |cvx: &Cvx| !self.is_in_conflict(*cvx, on, scratch);
        if is_unhindered || fitting.iter().any(is_free) {
            fitting.retain(is_free);
        }
        fitting
    }

    /// Whether a dose on record makes this vaccine wait beyond a day.
    fn is_in_conflict(&self, cvx: Cvx, on: Day, scratch: &Scratch) -> bool {
        let Some(vaccine) = self.vaccine(cvx) else { return false };
        let person = &scratch.person;
        let earlier = person.conflicting.iter().map(|index| &person.doses[usize::from(*index)]);
        let mut waits =
            earlier.filter_map(|dose| Some(self.conflict(dose.vaccine, vaccine)?.end.after(dose.on)));
        waits.any(|until| on < until)
    }

    /// Whether an outcome of a best series is one of those behind a forecast that needs a dose.
    pub(super) fn is_behind(&self, outcome: &SeriesOutcome, forecast: &Forecast) -> bool {
        let series = &self.series[usize::from(outcome.series)];
        let is_behind = match forecast.series {
            Some(one) => one == outcome.series,
            None => series.kind == forecast.series_type,
        };
        is_behind && forecast.antigens_needed >> series.antigen & 1 == 1
    }

    /// Whether an outcome is of the antigen and kind of a forecast of one antigen.
    fn is_of_group(&self, outcome: &SeriesOutcome, forecast: &Forecast) -> bool {
        let series = &self.series[usize::from(outcome.series)];
        forecast.series.is_some()
            && series.kind == forecast.series_type
            && forecast.antigens_needed >> series.antigen & 1 == 1
    }

    /// Whether another series of the group may be followed as well: needs a dose, counts as many doses, and its
    /// next dose is for the age. One that has not begun may have to begin by an age.
    fn leads_as_far(&self, other: &SeriesOutcome, best: &SeriesOutcome, on: Day, scratch: &Scratch) -> bool {
        let series = &self.series[usize::from(other.series)];
        let of_best = &self.series[usize::from(best.series)];
        let is_begun_too_late = best.satisfied == 0 && !scratch.person.is_within(on, of_best.start);
        let may_begin = other.satisfied > 0 || scratch.person.is_within(on, series.start);
        let dose = series.doses.get(other.forecast.target);
        (series.is_product_path || of_best.is_product_path || is_begun_too_late)
            && other.status() == SeriesStatus::NotComplete
            && other.satisfied == best.satisfied
            && series.group == of_best.group
            && may_begin
            && dose.is_some_and(|dose| is_for_age(dose, on, scratch))
    }

    /// The preferable vaccines of the next dose of a series that are right for the age on the
    /// day, those named in forecasts first.
    fn preferable(&self, outcome: &SeriesOutcome, on: Day, scratch: &Scratch) -> Option<Vec<Cvx>> {
        let series = &self.series[usize::from(outcome.series)];
        let dose = series.doses.get(outcome.forecast.target)?;
        let mut rows: Vec<_> =
            dose.preferable.iter().filter(|row| scratch.person.is_within(on, row.ages)).collect();
        rows.sort_by_key(|row| !row.is_forecast);
        Some(rows.into_iter().map(|row| self.vaccines[usize::from(row.vaccine)].cvx).collect())
    }
}

/// Whether the dose itself is for the age: not before its absolute minimum, and before its maximum.
fn is_for_age(dose: &Dose, on: Day, scratch: &Scratch) -> bool {
    let Some(row) = dose.ages.first() else { return true };
    let reached = |age| scratch.person.at_named(age).is_some_and(|day| day <= on);
    (!row.absolute_minimum.is_named() || reached(row.absolute_minimum))
        && !(row.maximum.is_named() && reached(row.maximum))
}
