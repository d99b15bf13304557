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
pub use undated::Undated;

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
        let offers = offers.into_iter().map(|(_, offer)| offer).collect();
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
        } else if offer.vaccines.is_empty() || less.0 == SeriesType::Risk {
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
        let dates = forecast.dates.filter(|_| forecast.status == SeriesStatus::NotComplete)?;
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
        let dates = answer.forecasts.iter().filter(holds).filter_map(|forecast| forecast.dates);
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
mod tests {
    use super::Want;
    use crate::codes::{Cvx, Sex};
    use crate::compiled::Schedule;
    use crate::dates::Day;
    use crate::gather::{BirthDate, DoseGiven, History};
    use crate::process::Scratch;
    use crate::tables::built_in;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a test writes dates that exist")
    }

    fn schedule() -> Schedule {
        Schedule::compile(&built_in().expect("built in"), &[]).expect("it can be compiled")
    }

    fn child(birth: &str) -> History {
        History { birth: BirthDate::On(day(birth)), sex: Sex::Female, ..History::default() }
    }

    #[test]
    fn a_child_of_two_months_is_offered_all_groups_at_once() {
        let schedule = schedule();
        let plan = schedule.plan(&child("2025-01-10"), day("2025-03-10"), &mut Scratch::default());
        let wanted: Vec<_> = plan
            .today
            .offers
            .iter()
            .filter(|offer| offer.is_wanted())
            .map(|offer| schedule.vaccine_group_name(offer.group))
            .collect();
        for group in ["DTaP/Tdap/Td", "HepB", "Hib", "Pneumococcal", "Polio", "Rotavirus"] {
            assert!(wanted.contains(&group), "{group} in {wanted:?}");
        }
        let next = plan.next.expect("more is to come");
        assert_eq!(next.on, day("2025-04-07"), "four weeks after the first dose of HepB");
        let want = |name: &str| {
            let group = schedule.vaccine_group_named(name);
            next.offers.iter().find(|offer| Some(offer.group) == group).map(|offer| offer.want)
        };
        assert_eq!(want("HepB"), Some(Want::Recommended));
        assert_eq!(want("Polio"), Some(Want::Possible), "recommended at 4 months, can count from 4 weeks on");
    }

    #[test]
    fn every_dose_that_is_due_names_a_vaccine_that_can_be_given() {
        let schedule = schedule();
        for birth in ["2025-09-01", "2025-01-10", "2023-01-10", "2014-01-10", "2010-05-01", "1985-01-10"] {
            let plan = schedule.plan(&child(birth), day("2025-11-10"), &mut Scratch::default());
            for offer in plan.today.offers.iter().filter(|offer| offer.is_wanted()) {
                let group = schedule.vaccine_group_name(offer.group);
                assert!(!offer.vaccines.is_empty(), "{group}, born on {birth}");
            }
        }
    }

    /// CVX codes.
    type Codes = &'static [u16];
    /// A dose: its code and its day.
    type Given = (u16, &'static str);

    /// Codes of the vaccines that fit on a day, of a group.
    fn fitting(schedule: &Schedule, history: &crate::gather::History, on: &str, group: &str) -> Vec<u16> {
        let plan = schedule.plan(history, day(on), &mut Scratch::default());
        let group = schedule.vaccine_group_named(group).expect("a group");
        let offer = plan.today.offers.into_iter().find(|offer| offer.group == group);
        offer.map(|offer| offer.vaccines.iter().map(|cvx| cvx.number()).collect()).unwrap_or_default()
    }

    #[test]
    fn what_something_on_record_forbids_is_no_vaccine_that_fits() {
        let schedule = schedule();
        #[rustfmt::skip]
        let table: [(&str, &str, &str, Codes, Codes); 10] = [
            // observed  born          group           out                 left
            ("007",      "1994-02-11", "Influenza",    &[111, 333],        &[140]),
            ("186",      "2010-02-11", "Influenza",    &[111, 333],        &[140]),
            ("003",      "2010-02-11", "Influenza",    &[111, 333],        &[140]),
            ("081",      "2025-07-10", "HepB",         &[110, 146],        &[8]),   // after polio vaccine
            ("081",      "2025-07-10", "DTaP/Tdap/Td", &[110, 120, 146],   &[20]),
            ("086",      "2025-07-10", "Polio",        &[110, 120, 146],   &[10]),  // after pertussis vaccine
            ("110",      "2025-07-10", "Polio",        &[110, 146],        &[10]),  // yeast
            ("110",      "2025-07-10", "Hib",          &[146],             &[48]),
            ("089",      "2021-07-10", "MMR",          &[94],              &[3]),   // after varicella vaccine
            ("186",      "2021-07-10", "Varicella",    &[94],              &[21]),
        ];
        for (observed, born, group, out, left) in table {
            let mut history = child(born);
            let found = fitting(&schedule, &history, "2025-11-10", group);
            for cvx in out.iter().chain(left) {
                assert!(found.contains(cvx), "{cvx} fits {group} born {born} without it: {found:?}");
            }
            let code = crate::codes::ObservationCode::parse(observed).expect("a code");
            history.observations = vec![crate::gather::ObservationMade { code, on: Some(day("2025-11-01")) }];
            let found = fitting(&schedule, &history, "2025-11-10", group);
            assert!(out.iter().all(|cvx| !found.contains(cvx)), "{observed} {group}: {found:?}");
            assert!(left.iter().all(|cvx| found.contains(cvx)), "{observed} {group}: {found:?}");
        }
    }

    #[test]
    fn all_products_fit_until_one_is_begun() {
        let schedule = schedule();
        #[rustfmt::skip]
        let table: [(&str, &str, &[Given], Codes, Codes); 6] = [
            // born         group            given                  fit           do not
            ("2019-07-10", "COVID-19",       &[],                   &[310, 311],  &[309, 312]),
            ("2007-07-10", "Meningococcal B", &[],                  &[162, 163],  &[]),
            ("2007-07-10", "Meningococcal B", &[(163, "2025-04-01")], &[163],     &[162]),
            ("2007-07-10", "Meningococcal B", &[(162, "2025-04-01")], &[162],     &[163]),
            ("1994-07-10", "HepB",           &[],                   &[43, 189],   &[8, 110]),
            ("1970-07-10", "Pneumococcal",   &[],                   &[216],       &[33]), // PPSV23 begins no series
        ];
        for (born, group, given, fit, others) in table {
            let mut history = child(born);
            let dose = |(cvx, on): &Given| DoseGiven::new(day(on), Cvx::new(*cvx).expect("a code"));
            history.doses = given.iter().map(dose).collect();
            let found = fitting(&schedule, &history, "2025-11-10", group);
            assert!(fit.iter().all(|cvx| found.contains(cvx)), "{born} {group} {given:?}: {found:?}");
            assert!(others.iter().all(|cvx| !found.contains(cvx)), "{born} {group} {given:?}: {found:?}");
        }
    }

    #[test]
    fn a_live_vaccine_not_given_with_another_has_to_wait() {
        let schedule = schedule();
        let mut scratch = Scratch::default();
        let mut history = child("2024-01-10");
        let mmr = DoseGiven::new(day("2025-01-20"), Cvx::new(3).expect("a code"));
        history.doses.push(mmr);
        let varicella = schedule.vaccine_group_named("Varicella").expect("a group");
        let offered = |on: &str, scratch: &mut Scratch| {
            schedule
                .plan(&history, day(on), scratch)
                .today
                .offers
                .iter()
                .any(|offer| offer.group == varicella)
        };
        assert!(!offered("2025-02-16", &mut scratch), "27 days after MMR");
        assert!(offered("2025-02-17", &mut scratch), "28 days after MMR");
    }

    #[test]
    fn of_several_live_vaccines_the_one_left_out_has_to_wait() {
        let schedule = schedule();
        let plan = schedule.plan(&child("2024-01-10"), day("2025-01-10"), &mut Scratch::default());
        let live = plan.today.offers.iter().filter(|offer| offer.is_live);
        let names: Vec<_> = live.map(|offer| schedule.vaccine_group_name(offer.group)).collect();
        assert_eq!(names, ["MMR", "Varicella"], "influenza vaccine need not be live");
        assert_eq!(plan.today.live_apart_until, Some(day("2025-02-07")), "28 days");
        let plan = schedule.plan(&child("2024-01-10"), day("2024-03-10"), &mut Scratch::default());
        assert_eq!(plan.today.live_apart_until, None, "only rotavirus is live at two months");
    }

    #[test]
    fn a_planned_dose_changes_the_answer_and_not_the_history() {
        let schedule = schedule();
        let mut scratch = Scratch::default();
        let history = child("2025-01-10");
        let group = schedule.vaccine_group_named("HepB").expect("a group");
        let number = |answer: &crate::Answer| answer.forecasts_of(group).next().map(|f| f.dose_number);
        let planned = [DoseGiven::new(day("2025-01-11"), Cvx::new(8).expect("a code"))];
        assert_eq!(number(&schedule.evaluate(&history, day("2025-02-01"), &mut scratch)), Some(1));
        assert_eq!(number(&schedule.what_if(&history, &planned, day("2025-02-01"), &mut scratch)), Some(2));
        assert!(history.doses.is_empty());
    }

    #[test]
    fn the_answer_stays_the_same_until_the_day_it_is_to_be_made_again() {
        let schedule = schedule();
        let mut scratch = Scratch::default();
        let history = child("2024-11-30");
        let on = day("2025-06-01");
        let answer = schedule.evaluate(&history, on, &mut scratch);
        let until = answer.re_evaluate_on.expect("children change");
        let day_before = schedule.evaluate(&history, until.plus_days(-1), &mut scratch);
        assert!(day_before.says_the_same(&answer));
        let changed =
            schedule.next_change(&history, on, 100, &mut scratch).expect("the rotavirus series ends");
        assert!(changed.assessed_on >= until && !changed.says_the_same(&answer));
    }
}
