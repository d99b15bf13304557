//! What can be given today, what on the next visit, and what if.
//!
//! A visit takes all vaccine groups together: every group whose dose can count on that day
//! is offered, the live ones on the same day, since a live vaccine left for another day has
//! to wait for the spacing that the schedule asks for.

mod fitting;
mod held_back;
mod in_practice;
mod undated;

use crate::answer::{Answer, Forecast, SeriesStatus};
use crate::codes::Cvx;
use crate::compiled::{CodeSet, Schedule};
use crate::dates::Day;
use crate::gather::{DoseGiven, History};
use crate::process::Scratch;
use crate::supporting::model::SeriesType;
pub use held_back::HeldBack;
pub use in_practice::{InPractice, Timing, Weeks};
pub use undated::{PREGNANCY_BEGINNING, PREGNANT, TRANSPLANT, TRANSPLANT_DAY, Undated};

/// Today and the next visit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// What can be given on the day of the question.
    pub today: Visit,
    /// The next visit, supposed that everything recommended today is given today; `None`
    /// when nothing more is to come.
    pub next: Option<Visit>,
}

/// What can be given on one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visit {
    /// The day.
    pub on: Day,
    /// One entry a vaccine group, in the order of the groups.
    pub offers: Vec<Offer>,
    /// When several live vaccines are recommended and only one of them is given: the first
    /// day on which all others can be given.
    pub live_apart_until: Option<Day>,
}

/// A dose that can be given at a visit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Position of the vaccine group.
    pub group: u8,
    /// Number of the dose in its series.
    pub dose_number: u8,
    /// How much it is wanted on that day.
    pub want: Want,
    /// Vaccines that fit the dose, the age and what is on record, those named in forecasts first.
    /// When empty, the schedule names none for this age, or all are contraindicated.
    pub vaccines: Vec<Cvx>,
    /// Whether it cannot be had otherwise than live: give it on the same day as other live
    /// ones, or keep the spacing.
    pub is_live: bool,
}

impl Offer {
    /// Whether its recommended date has come.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.want != Want::Possible
    }
}

/// How much a dose is wanted on a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Want {
    /// It can count, but its recommended date is yet to come.
    Possible,
    /// It is recommended.
    Recommended,
    /// It is late.
    Late,
}

impl Schedule {
    /// Plans the day of the question and the next visit.
    #[must_use]
    pub fn plan(&self, history: &History, on: Day, scratch: &mut Scratch) -> Plan {
        let answer = self.evaluate(history, on, scratch);
        let mut today = self.visit(&answer, on, scratch);
        today.live_apart_until = self.live_apart_until(history, &today, scratch);
        let mut planned = history.clone();
        let wanted = today.offers.iter().filter(|offer| offer.is_wanted());
        planned.doses.extend(Self::choose(wanted).into_iter().map(|cvx| DoseGiven::new(on, cvx)));
        let after = if planned.doses.len() == history.doses.len() {
            answer
        } else {
            self.evaluate(&planned, on, scratch)
        };
        Plan { next: self.next_visit(&planned, &after, on, scratch), today }
    }

    /// What if: the answer on another day, with planned doses added.
    #[must_use]
    pub fn what_if(
        &self,
        history: &History,
        planned: &[DoseGiven],
        on: Day,
        scratch: &mut Scratch,
    ) -> Answer {
        let mut supposed = history.clone();
        supposed.doses.extend_from_slice(planned);
        self.evaluate(&supposed, on, scratch)
    }

    /// The next day on which the answer really changes, and the answer of that day, if no
    /// dose is given before. [`Answer::re_evaluate_on`] is the first day on which it may;
    /// this asks again from day to day, at most `limit` times.
    #[must_use]
    pub fn next_change(
        &self,
        history: &History,
        on: Day,
        limit: usize,
        scratch: &mut Scratch,
    ) -> Option<Answer> {
        let answer = self.evaluate(history, on, scratch);
        let mut may_change = answer.re_evaluate_on;
        for _ in 0..limit {
            let later = self.evaluate(history, may_change?, scratch);
            if !later.says_the_same(&answer) {
                return Some(later);
            }
            may_change = later.re_evaluate_on;
        }
        None
    }

    /// What an answer lets be given on a day.
    fn visit(&self, answer: &Answer, on: Day, scratch: &Scratch) -> Visit {
        let mut offers: Vec<(SeriesType, Offer)> = Vec::new();
        let forbidden = self.forbidden_vaccines(&scratch.person, on);
        for forecast in &answer.forecasts {
            let Some(offer) = self.offer(answer, forecast, (on, &forbidden), scratch) else { continue };
            let kind = forecast.series_type;
            match offers.iter_mut().find(|(_, other)| other.group == offer.group) {
                Some(other) => *other = self.one_dose(other.clone(), (kind, offer)),
                None => offers.push((kind, offer)),
            }
        }
        let mut offers: Vec<Offer> = offers.into_iter().map(|(_, offer)| offer).collect();
        // a dose of a pregnancy whose weeks are not on record may be owed, though one of before fills its series
        for forecast in &answer.forecasts {
            let Some(wanted) = self.vaccines_of_undated(forecast, scratch) else { continue };
            let of_group = offers.iter_mut().filter(|offer| offer.group == forecast.group);
            for offer in of_group.filter(|offer| offer.vaccines.iter().any(|cvx| wanted.contains(cvx))) {
                offer.vaccines.retain(|cvx| wanted.contains(cvx));
            }
        }
        Visit { on, offers, live_apart_until: None }
    }

    /// A risk and a standard forecast of one group are one dose: the more wanted one. When both are wanted, or the risk's could be
    /// given, its vaccines are those that fit both; if none does, those for the risk.
    fn one_dose(&self, one: (SeriesType, Offer), other: (SeriesType, Offer)) -> (SeriesType, Offer) {
        let (wanted, less) = if one.1.want >= other.1.want { (one, other) } else { (other, one) };
        let (kind, mut offer) = wanted;
        let asks = less.1.is_wanted() || less.0 == SeriesType::Risk;
        if !asks || less.1.vaccines.is_empty() {
            return (kind, offer);
        }
        let fits_both = |cvx: &Cvx| less.1.vaccines.contains(cvx);
        if offer.vaccines.iter().any(fits_both) {
            offer.vaccines.retain(|cvx| less.1.vaccines.contains(cvx));
        } else if offer.vaccines.is_empty() || (less.0 == SeriesType::Risk && less.1.is_wanted()) {
            offer.vaccines.clone_from(&less.1.vaccines);
        }
        offer.is_live = self.are_all_live(&offer.vaccines);
        (kind, offer)
    }

    fn are_all_live(&self, vaccines: &[Cvx]) -> bool {
        !vaccines.is_empty() && vaccines.iter().all(|cvx| self.is_live(*cvx))
    }

    fn offer(
        &self,
        answer: &Answer,
        forecast: &Forecast,
        (on, forbidden): (Day, &CodeSet),
        scratch: &Scratch,
    ) -> Option<Offer> {
        let is_needed = forecast.status == SeriesStatus::NotComplete;
        let dates = self.dates_in_practice(forecast, scratch).filter(|_| is_needed)?;
        if on < dates.earliest || dates.latest.is_some_and(|latest| on > latest) {
            return None;
        }
        let timing = self.timing(forecast, on, scratch);
        if timing == Timing::Over {
            return None;
        }
        let want = match dates {
            dates if on < dates.recommended => Want::Possible,
            _ if timing != Timing::Holds => Want::Possible,
            dates if dates.past_due.is_some_and(|past_due| on > past_due) => Want::Late,
            _ => Want::Recommended,
        };
        let vaccines = self.fitting_vaccines(answer, forecast, (on, forbidden), scratch);
        Some(Offer {
            group: forecast.group,
            dose_number: forecast.dose_number,
            want,
            is_live: self.are_all_live(&vaccines),
            vaccines,
        })
    }

    /// Whether a vaccine takes part in the conflicts of live vaccines: those injected or sprayed into the nose.
    #[must_use]
    pub fn is_live(&self, cvx: Cvx) -> bool {
        self.vaccine(cvx).is_some_and(|index| self.vaccines[usize::from(index)].conflict_row.is_some())
    }

    /// One vaccine an offer; a combination chosen before covers the offers it fits.
    fn choose<'a>(offers: impl Iterator<Item = &'a Offer>) -> Vec<Cvx> {
        let mut chosen: Vec<Cvx> = Vec::new();
        for offer in offers {
            if offer.vaccines.iter().any(|cvx| chosen.contains(cvx)) {
                continue;
            }
            chosen.extend(offer.vaccines.first());
        }
        chosen
    }

    /// The first day after `on` on which something is recommended, with all that can be
    /// given then.
    fn next_visit(
        &self,
        history: &History,
        answer: &Answer,
        on: Day,
        scratch: &mut Scratch,
    ) -> Option<Visit> {
        let holds = |forecast: &&Forecast| self.timing(forecast, on, scratch) == Timing::Holds;
        let holding = answer.forecasts.iter().filter(holds);
        let dates = holding.filter_map(|forecast| self.dates_in_practice(forecast, scratch));
        let next = dates.map(|dates| dates.recommended).filter(|day| *day > on).min()?;
        let then = self.evaluate(history, next, scratch);
        let mut visit = self.visit(&then, next, scratch);
        visit.live_apart_until = self.live_apart_until(history, &visit, scratch);
        Some(visit).filter(|visit| !visit.offers.is_empty())
    }

    /// Asks again with only the first of the live vaccines given.
    fn live_apart_until(&self, history: &History, visit: &Visit, scratch: &mut Scratch) -> Option<Day> {
        let mut live = visit.offers.iter().filter(|offer| offer.is_live && offer.is_wanted());
        let first = live.next()?;
        let others: Vec<&Offer> = live.collect();
        let is_of_others = |cvx: &&Cvx| others.iter().any(|offer| offer.vaccines.contains(cvx));
        let alone = first.vaccines.iter().find(|cvx| !is_of_others(cvx))?;
        let mut supposed = history.clone();
        supposed.doses.push(DoseGiven::new(visit.on, *alone));
        let answer = self.evaluate(&supposed, visit.on, scratch);
        let of_others = |forecast: &&Forecast| others.iter().any(|offer| offer.group == forecast.group);
        let earliest = answer.forecasts.iter().filter(of_others).filter_map(|forecast| forecast.dates);
        earliest.map(|dates| dates.earliest).max().filter(|day| *day > visit.on)
    }
}

#[cfg(test)]
mod tests;
