//! One step of the engine as one line.

use super::{Told, days};
use crate::dates::Day;
use crate::evaluate::{AgeDates, AgeOutcome, Anchored, DoseStatus, IntervalOutcome, VaccineOutcome};
use crate::forecast::EarliestPart;
use crate::select::{BestRule, Points, PriorityRule};
use crate::supporting::model::{Comparison, Condition, SkipContext, VaccineCount};
use crate::trail::{SkipMoment, Step};

/// One line behind "why?".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The rule or table of the Logic Specification 4.6, or its section.
    pub rule: &'static str,
    /// Position of the dose in the input, when the line is about one.
    pub dose: Option<u16>,
    /// What was compared with what, and the outcome.
    pub text: String,
    /// The outcome.
    pub outcome: Outcome,
}

/// How a comparison ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The rule holds.
    Holds,
    /// The rule is broken: the dose does not count because of it.
    Fails,
    /// Nothing was judged: a date was counted, a series chosen.
    Noted,
}

/// Words for one step of a series.
pub(super) fn line(told: &Told<'_>, series: u16, step: &Step) -> Line {
    let outcome = outcome(step);
    let line = |rule, dose: Option<u16>, text| {
        let dose = dose.map(|dose| told.dose(dose).input);
        Line { rule, dose, text, outcome }
    };
    match *step {
        Step::Series { indicated_by: None, .. } => {
            line("table 5-5", None, "a series for everybody of this sex".to_owned())
        }
        Step::Series { indicated_by: Some(observation), .. } => {
            let text =
                format!("a series for persons at risk; on the record: {}", told.observation(observation));
            line("table 5-4", None, text)
        }
        Step::SubStandard { dose, expired_on } => {
            line("table 6-3", Some(dose), sub_standard(told, dose, expired_on))
        }
        Step::Skipped { target, moment, on, skip, set } => {
            let why = told.skip_words(series, target, moment, skip, set);
            let text = format!("{} of the series is skipped on {on}: {why}", told.target(target));
            match moment {
                SkipMoment::Evaluation { dose } => line("table 6-11", Some(dose), text),
                SkipMoment::Forecast => line("section 7.1", None, text),
                SkipMoment::Validation => line("section 7.6", None, text),
            }
        }
        Step::Inadvertent { dose, target } => {
            let text =
                format!("{} does not count as {}: given by mistake", told.vaccine(dose), told.target(target));
            line("table 6-13", Some(dose), text)
        }
        Step::Age { dose, target, dates, outcome } => {
            line("table 6-15", Some(dose), age(told, dose, target, &dates, outcome))
        }
        Step::Interval { dose, is_allowable, anchored, absolute_minimum, minimum, outcome, .. } => {
            let rule = if is_allowable { "table 6-21" } else { "table 6-18" };
            line(rule, Some(dose), interval(told, dose, anchored, absolute_minimum, minimum, outcome))
        }
        Step::Conflict { dose, previous, from, until, is_impacted } => {
            line("CONFLICT-3", Some(dose), conflict(told, dose, previous, (from, until), is_impacted))
        }
        Step::Vaccine { dose, target, outcome } => {
            let outcome = match outcome {
                VaccineOutcome::Preferable => "a preferable vaccine",
                VaccineOutcome::PreferableLessVolume => {
                    "a preferable vaccine, in a smaller volume than recommended"
                }
                VaccineOutcome::Allowable => "an allowable vaccine",
                VaccineOutcome::Neither => "neither a preferable nor an allowable vaccine",
            };
            let text = format!("{} is {outcome} for {} at this age", told.vaccine(dose), told.target(target));
            line("tables 6-26 and 6-29", Some(dose), text)
        }
        Step::Verdict { dose, target, status, reasons } => {
            let target = target.map_or_else(|| "a complete series".to_owned(), |target| told.target(target));
            let words: Vec<_> = reasons.words().collect();
            let because = if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
            let text = format!(
                "verdict on {} of {} as {target}: {}{because}",
                told.vaccine(dose),
                told.dose(dose).on,
                status.words()
            );
            line("table 6-31", Some(dose), text)
        }
        Step::Need { target, status, reason } => {
            let next = target.map_or_else(
                || "no dose is left".to_owned(),
                |target| format!("next is {}", told.target(target)),
            );
            line("table 7-10", None, format!("{}: {}; {next}", status.words(), reason.words()))
        }
        Step::Earliest { part, on } => {
            line("FORECASTDTCAN-1", None, format!("not before {on}: {}", told.part(part)))
        }
        Step::Dates { target, earliest, recommended, past_due, latest } => {
            let late = past_due.map_or_else(|| "never late".to_owned(), |day| format!("late after {day}"));
            let last = latest.map_or_else(|| "no last day".to_owned(), |day| format!("last day {day}"));
            let text = format!(
                "{}: earliest {earliest}, recommended {recommended}, {late}, {last}",
                told.target(target)
            );
            line("FORECASTDT-1 to -6", None, text)
        }
        Step::GroupNotOfAge { group } => line(
            "section 8.1",
            None,
            format!("the series of group {group} are for later: too young to start one"),
        ),
        Step::Prioritized { rule, .. } => prioritized(rule),
        Step::Best { is_best, rule, .. } => line("table 8-14", None, best(is_best, rule).to_owned()),
    }
}

fn outcome(step: &Step) -> Outcome {
    let judged = |fails: bool| if fails { Outcome::Fails } else { Outcome::Holds };
    match *step {
        Step::SubStandard { .. } | Step::Inadvertent { .. } => Outcome::Fails,
        Step::Age { outcome, .. } => judged(matches!(outcome, AgeOutcome::TooYoung | AgeOutcome::TooOld)),
        Step::Interval { outcome, .. } => judged(outcome == IntervalOutcome::TooSoon),
        Step::Conflict { is_impacted, .. } => judged(is_impacted),
        Step::Vaccine { outcome, .. } => judged(outcome == VaccineOutcome::Neither),
        Step::Verdict { status, .. } => match status {
            DoseStatus::Valid => Outcome::Holds,
            DoseStatus::NotValid | DoseStatus::SubStandard => Outcome::Fails,
            DoseStatus::Extraneous => Outcome::Noted,
        },
        _ => Outcome::Noted,
    }
}

impl Told<'_> {
    pub(super) fn dose(&self, dose: u16) -> &crate::gather::GivenDose {
        &self.scratch.person.doses[usize::from(dose)]
    }

    pub(super) fn vaccine(&self, dose: u16) -> String {
        let vaccine = usize::from(self.dose(dose).vaccine);
        self.schedule.vaccine_name(self.schedule.vaccines[vaccine].cvx)
    }

    #[expect(clippy::unused_self, reason = "it reads as one of the words told")]
    fn target(&self, target: u8) -> String {
        format!("dose {}", u16::from(target) + 1)
    }

    fn observation(&self, observation: u16) -> String {
        let found = self.schedule.release.observations.iter().find(|o| o.code.number() == observation);
        found.map_or_else(|| format!("observation {observation:03}"), |o| o.title.clone())
    }

    /// Where a part of the earliest date comes from.
    pub(super) fn part(&self, part: EarliestPart) -> String {
        match part {
            EarliestPart::Birth => "date of birth".to_owned(),
            EarliestPart::MinimumAge => "minimum age".to_owned(),
            EarliestPart::MinimumInterval(Some(dose)) => {
                format!("minimum interval after {} of {}", self.vaccine(dose), self.dose(dose).on)
            }
            EarliestPart::MinimumInterval(None) => "minimum interval after an observation".to_owned(),
            EarliestPart::VaccineConflict(dose) => {
                format!("spacing after the live vaccine {} of {}", self.vaccine(dose), self.dose(dose).on)
            }
            EarliestPart::SeasonStart => "start of the season".to_owned(),
            EarliestPart::LatestDose(_) => "the latest dose given".to_owned(),
        }
    }

    /// The conditions that were met.
    fn skip_words(&self, series: u16, target: u8, moment: SkipMoment, skip: u8, set: u8) -> String {
        let wanted = match moment {
            SkipMoment::Evaluation { .. } => SkipContext::Evaluation,
            SkipMoment::Forecast | SkipMoment::Validation => SkipContext::Forecast,
        };
        let dose =
            self.schedule.plain_series(series).and_then(|series| series.doses.get(usize::from(target)));
        let skips = dose.into_iter().flat_map(|dose| &dose.conditional_skips);
        let mut of_context = skips.filter(|skip| skip.context == wanted || skip.context == SkipContext::Both);
        let set = of_context.nth(skip.into()).and_then(|skip| skip.sets.get(usize::from(set)));
        let words: Vec<String> = set.into_iter().flat_map(|set| &set.conditions).map(condition).collect();
        words.join("; ")
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Age(ages) => match (ages.begin, ages.end) {
            (Some(begin), Some(end)) => format!("the age is from {begin} to {end}"),
            (Some(begin), None) => format!("the age is {begin} or more"),
            (None, Some(end)) => format!("the age is below {end}"),
            (None, None) => "any age".to_owned(),
        },
        Condition::CompletedSeries(_) => "another series of the same disease is complete".to_owned(),
        Condition::Interval(interval) => format!("the dose before lies {interval} or more back"),
        Condition::VaccineCount(count) => count_words(count),
    }
}

fn count_words(count: &VaccineCount) -> String {
    let comparison = match count.comparison {
        Comparison::GreaterThan => "more than",
        Comparison::EqualTo => "exactly",
        Comparison::LessThan => "fewer than",
    };
    let kind = if count.is_valid_only { "valid doses" } else { "doses" };
    let mut words = vec![format!("{comparison} {} {kind}", count.count)];
    match (count.ages.begin, count.ages.end) {
        (Some(begin), Some(end)) => words.push(format!(" from {begin} to {end} of age")),
        (Some(begin), None) => words.push(format!(" from {begin} of age")),
        (None, Some(end)) => words.push(format!(" below {end} of age")),
        (None, None) => {}
    }
    if let Some(from) = count.given_from {
        words.push(format!(" given from {from}"));
    }
    if let Some(before) = count.given_before {
        words.push(format!(" given before {before}"));
    }
    words.concat()
}

fn sub_standard(told: &Told<'_>, dose: u16, expired_on: Option<Day>) -> String {
    match expired_on.filter(|last| told.dose(dose).on > *last) {
        Some(last) => {
            format!("given {} after the lot expired ({last})", days(told.dose(dose).on.days_since(last)))
        }
        None => "reported as defective or only partly given".to_owned(),
    }
}

fn age(told: &Told<'_>, dose: u16, target: u8, dates: &AgeDates, outcome: AgeOutcome) -> String {
    let (on, target) = (told.dose(dose).on, told.target(target));
    match outcome {
        AgeOutcome::TooYoung => format!(
            "too young for {target}: given on {on}, {} before {}, the first day on which it can count",
            days(dates.absolute_minimum.days_since(on)),
            dates.absolute_minimum
        ),
        AgeOutcome::GracePeriod => format!(
            "old enough for {target}: given on {on}, {} before the minimum age ({}), within the grace period",
            days(dates.minimum.days_since(on)),
            dates.minimum
        ),
        AgeOutcome::Valid => {
            format!("right age for {target}: given on {on}, minimum age reached on {}", dates.minimum)
        }
        AgeOutcome::TooOld => {
            format!("too old for {target}: given on {on}, maximum age reached on {}", dates.maximum)
        }
    }
}

fn interval(
    told: &Told<'_>,
    dose: u16,
    anchored: Option<Anchored>,
    absolute_minimum: Option<Day>,
    minimum: Option<Day>,
    outcome: IntervalOutcome,
) -> String {
    let Some(anchor) = anchored else {
        return "no earlier dose to measure from: the interval holds".to_owned();
    };
    let on = told.dose(dose).on;
    let from = match anchor.dose {
        Some(from) => format!("{} of {}", told.vaccine(from), anchor.on),
        None => format!("the observation of {}", anchor.on),
    };
    let (given, needed) =
        (days(on.days_since(anchor.on)), absolute_minimum.map(|day| day.days_since(anchor.on)));
    let normal = minimum.map(|day| day.days_since(anchor.on));
    match (outcome, needed, normal) {
        (IntervalOutcome::TooSoon, Some(needed), _) => {
            format!("too soon: {given} after {from}, {}", at_least(needed, normal))
        }
        (IntervalOutcome::GracePeriod, _, Some(normal)) => {
            format!("{given} after {from}: less than {normal}, but within the grace period")
        }
        (_, Some(needed), _) => format!("{given} after {from}, {}: holds", at_least(needed, normal)),
        _ => format!("{given} after {from}: holds"),
    }
}

/// "at least 28 needed (24 with the grace period)"
pub(super) fn at_least(needed: i32, normal: Option<i32>) -> String {
    match normal.filter(|normal| *normal > needed) {
        Some(normal) => format!("at least {normal} needed ({needed} with the grace period)"),
        None => format!("at least {needed} needed"),
    }
}

fn conflict(
    told: &Told<'_>,
    dose: u16,
    previous: u16,
    (from, until): (Day, Day),
    is_impacted: bool,
) -> String {
    let (on, earlier) = (told.dose(dose).on, told.dose(previous).on);
    let given = days(on.days_since(earlier));
    let live = format!("the live vaccine {} of {earlier}", told.vaccine(previous));
    if is_impacted {
        format!("too soon: {given} after {live}, at least {} needed", until.days_since(earlier))
    } else if on < from {
        format!("same day as {live}: no conflict")
    } else {
        format!("{given} after {live}, at least {} needed: no conflict", until.days_since(earlier))
    }
}

fn prioritized(rule: PriorityRule) -> Line {
    let (rule, text) = match rule {
        PriorityRule::Default => {
            ("table 8-3", "chosen among the series of its group: the usual one, since none was begun")
        }
        PriorityRule::OnlyOne => {
            ("table 8-3", "chosen among the series of its group: the only one that fits")
        }
        PriorityRule::OnlyComplete => {
            ("table 8-3", "chosen among the series of its group: the only complete one")
        }
        PriorityRule::OnlyInProcess => {
            ("table 8-3", "chosen among the series of its group: the only one begun")
        }
        PriorityRule::Score(Points::Complete) => {
            ("table 8-7", "chosen among the series of its group: the best of the complete ones, by points")
        }
        PriorityRule::Score(Points::InProcess) => (
            "table 8-9",
            "chosen among the series of its group: the nearest to completion of those begun, by points",
        ),
        PriorityRule::Score(Points::NoValidDoses) => {
            ("table 8-11", "chosen among the series of its group: the best to begin, by points")
        }
    };
    Line { rule, dose: None, text: text.to_owned(), outcome: Outcome::Noted }
}

const fn best(is_best: bool, rule: BestRule) -> &'static str {
    match (is_best, rule) {
        (_, BestRule::Complete) => "gives the answer: it is complete",
        (_, BestRule::EquivalentIsComplete) => "does not give the answer: an equivalent series is complete",
        (_, BestRule::EvaluationOnly) => "does not give the answer: it is for evaluation only",
        (_, BestRule::Risk) => "gives the answer: it is for the risk of this person",
        (_, BestRule::EquivalentIsRisk) => "does not give the answer: a risk series takes its place",
        (_, BestRule::Standard) => "gives the answer: the standard series",
    }
}

/// The words for a verdict that says a dose does not count.
pub(super) const fn verdict(status: DoseStatus) -> &'static str {
    match status {
        DoseStatus::Valid => "counts",
        DoseStatus::NotValid => "was not counted",
        DoseStatus::Extraneous => "was not needed",
        DoseStatus::SubStandard => "has to be repeated",
    }
}
