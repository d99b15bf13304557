//! One sentence for each dose and vaccine group.

use super::checks::{self, accepted, verdict};
use super::{SeriesTrail, Told, days};
use crate::answer::{Answer, DoseEvaluation, Reasons};
use crate::evaluate::{AgeOutcome, DoseStatus, IntervalOutcome};
use crate::supporting::model::SeriesType;
use crate::trail::Step;

/// What became of one dose in one vaccine group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DoseExplained {
    /// Position of the dose in the input.
    pub dose: u16,
    /// Position of the vaccine group.
    pub group: u8,
    /// Which dose of the group it is by date, from 1.
    pub number: usize,
    /// The verdict for the group: not valid if for any antigen of the group, extraneous if
    /// for all, else valid.
    pub status: DoseStatus,
    /// All reasons.
    pub reasons: Reasons,
    /// The series whose verdict is shown.
    pub series: u16,
    /// Which of the doses that count in this series it is, from 1; `None` when it does not
    /// count, and for a dose that comes again and again.
    pub counted: Option<u8>,
    /// How many days it came too early for age, interval or a live vaccine before it, when that is why it does not
    /// count; the longest of them.
    pub days_short: Option<u16>,
    /// The verdict with its reason, in one sentence.
    pub sentence: String,
}

/// One entry for each dose and each vaccine group it belongs to, by dose and group.
pub(super) fn explain_doses(told: &Told<'_>, answer: &Answer) -> Vec<DoseExplained> {
    let mut pairs: Vec<(u16, u8)> = answer.evaluations.iter().map(|e| (e.dose, told.group(e))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.iter().filter_map(|(dose, group)| explain_dose(told, answer, &pairs, *dose, *group)).collect()
}

fn explain_dose(
    told: &Told<'_>,
    answer: &Answer,
    pairs: &[(u16, u8)],
    dose: u16,
    group: u8,
) -> Option<DoseExplained> {
    let of_pair = |e: &&DoseEvaluation| e.dose == dose && told.group(e) == group;
    let judged: Vec<&DoseEvaluation> = answer.evaluations.iter().filter(of_pair).collect();
    // Where an antigen has a risk and a standard best series, the better verdict stands.
    let mut antigens: Vec<u8> = judged.iter().map(|e| e.antigen).collect();
    antigens.dedup();
    let best =
        |antigen: u8| judged.iter().filter(move |e| e.antigen == antigen).min_by_key(|e| rank(e.status));
    let verdicts: Vec<&DoseEvaluation> = antigens.into_iter().filter_map(best).copied().collect();
    let worst = verdicts.iter().find(|e| e.status == DoseStatus::SubStandard);
    let worst = worst.or_else(|| verdicts.iter().find(|e| e.status == DoseStatus::NotValid));
    let shown =
        worst.or_else(|| verdicts.iter().find(|e| e.status == DoseStatus::Valid)).or(verdicts.first())?;

    let number = told.number_of(pairs, dose, group);
    let name = told.schedule.vaccine_group_name(group);
    let index = (0_u16..).zip(&told.scratch.person.doses).find(|(_, given)| given.input == dose)?.0;
    let trail = told.trail_of(shown.series)?;
    let what = short_verdict(shown.status, shown.reasons);
    let because = because(told, trail, index, shown);
    let only_for = if verdicts.len() > 1 && verdicts.iter().any(|e| e.status != shown.status) {
        format!(" (for {})", told.schedule.antigen_name(shown.antigen))
    } else {
        String::new()
    };
    let at_risk = match shown.series_type {
        SeriesType::Risk if shown.status != DoseStatus::Valid => " in the series for persons at risk",
        _ => "",
    };
    let because = if because.is_empty() { String::new() } else { format!(": {because}") };
    let place = place(told, answer, shown, index);
    let said = place.filter(|_| shown.status != DoseStatus::Extraneous).map_or(number, usize::from);
    Some(DoseExplained {
        dose,
        group,
        number,
        status: shown.status,
        reasons: verdicts.iter().fold(Reasons::NONE, |all, e| all.with(e.reasons)),
        series: shown.series,
        counted: place.filter(|_| shown.status == DoseStatus::Valid),
        days_short: days_short(told, trail, index).filter(|_| shown.status == DoseStatus::NotValid),
        sentence: format!("Dose {said} of {name} {what}{only_for}{at_risk}{because}."),
    })
}

/// Which of the doses that count in the series it is, or was to be, as FORECASTDN-1 numbers the next one; none for a dose
/// that comes again and again.
fn place(told: &Told<'_>, answer: &Answer, shown: &DoseEvaluation, index: u16) -> Option<u8> {
    let target = usize::from(shown.target_dose?) - 1;
    let series = &told.schedule.series[usize::from(shown.series)];
    if series.doses.get(target)?.is_recurring {
        return None;
    }
    let doses = &told.scratch.person.doses;
    let is_counted = |e: &&DoseEvaluation| e.series == shown.series && e.status == DoseStatus::Valid;
    let counted: Vec<u16> = answer.evaluations.iter().filter(is_counted).map(|e| e.dose).collect();
    let before = doses.iter().take(usize::from(index)).filter(|given| counted.contains(&given.input));
    u8::try_from(before.count() + 1).ok()
}

const fn rank(status: DoseStatus) -> u8 {
    match status {
        DoseStatus::Valid => 0,
        DoseStatus::Extraneous => 1,
        DoseStatus::NotValid => 2,
        DoseStatus::SubStandard => 3,
    }
}

/// "counted as too early" says more than "was not counted".
fn short_verdict(status: DoseStatus, reasons: Reasons) -> &'static str {
    if reasons.contains(Reasons::SEASON_NOT_HELD) {
        return "cannot be judged";
    }
    let early = [Reasons::TOO_YOUNG, Reasons::TOO_SOON, Reasons::VACCINE_CONFLICT];
    if status == DoseStatus::NotValid && early.into_iter().any(|reason| reasons.contains(reason)) {
        return "counted as too early";
    }
    verdict(status)
}

/// The reasons, each from the step that found it.
fn because(told: &Told<'_>, trail: &SeriesTrail<'_>, index: u16, shown: &DoseEvaluation) -> String {
    let mut parts: Vec<String> = Vec::new();
    if shown.reasons.contains(Reasons::SERIES_COMPLETE) {
        parts.push("the series was already complete".to_owned());
    }
    if shown.reasons.contains(Reasons::SEASON_NOT_HELD) {
        parts.push(told.season_of(shown.series));
    }
    for step in &trail.steps {
        let part = match **step {
            Step::SubStandard { dose, expired_on } if dose == index => {
                match expired_on.filter(|last| told.dose(dose).on > *last) {
                    Some(last) => Some(format!("the lot expired on {last}")),
                    None => Some("it was reported as defective or only partly given".to_owned()),
                }
            }
            Step::Inadvertent { dose, .. } if dose == index => Some(format!(
                "the schedule lists {} among the vaccines given by mistake, so it can never count",
                told.vaccine(dose)
            )),
            Step::Age { dose, dates, outcome, .. } if dose == index => {
                // A dose that fails for another reason is not helped by the grace period.
                age(told.dose(dose).on, &dates, outcome)
                    .filter(|_| outcome != AgeOutcome::GracePeriod || shown.status == DoseStatus::Valid)
            }
            Step::Interval {
                dose,
                is_allowable: false,
                anchored: Some(anchor),
                minimum: Some(minimum),
                outcome,
                ..
            } if dose == index
                && outcome == IntervalOutcome::GracePeriod
                && shown.status == DoseStatus::Valid =>
            {
                let early = minimum.days_since(told.dose(dose).on);
                Some(format!(
                    "given {} before the minimum interval after {}, {}",
                    days(early),
                    anchor.on,
                    accepted(early)
                ))
            }
            Step::Interval { dose, is_allowable: false, anchored: Some(anchor), outcome, .. }
                if dose == index
                    && outcome == IntervalOutcome::TooSoon
                    && shown.reasons.contains(Reasons::TOO_SOON) =>
            {
                let given = days(told.dose(dose).on.days_since(anchor.on));
                let from =
                    if anchor.dose.is_some() { "an earlier dose" } else { "the day it is measured from" };
                let needed = checks::needed(told, trail.series, step);
                Some(format!("given {given} after {from} ({}), {needed}", anchor.on))
            }
            Step::Conflict { dose, previous, until, is_impacted: true, .. } if dose == index => {
                let earlier = told.dose(previous).on;
                let given = days(told.dose(dose).on.days_since(earlier));
                let needed = days(until.days_since(earlier));
                let name = told.vaccine(previous);
                Some(format!(
                    "given {given} after a live vaccine ({name}, {earlier}), at least {needed} needed"
                ))
            }
            _ => None,
        };
        parts.extend(part);
    }
    if shown.reasons.contains(Reasons::NOT_THE_VACCINE) && !shown.reasons.contains(Reasons::TOO_YOUNG) {
        parts.push(format!("{} is not a vaccine for this dose at this age", told.vaccine(index)));
    }
    parts.join("; ")
}

/// The longest time by which a dose came too early.
fn days_short(told: &Told<'_>, trail: &SeriesTrail<'_>, index: u16) -> Option<u16> {
    let on = told.dose(index).on;
    let needed = trail.steps.iter().filter_map(|step| match **step {
        Step::Age { dose, dates, outcome: AgeOutcome::TooYoung, .. } if dose == index => {
            Some(dates.absolute_minimum)
        }
        Step::Interval {
            dose,
            is_allowable: false,
            absolute_minimum,
            outcome: IntervalOutcome::TooSoon,
            ..
        } if dose == index => absolute_minimum,
        Step::Conflict { dose, until, is_impacted: true, .. } if dose == index => Some(until),
        _ => None,
    });
    needed.map(|day| day.days_since(on)).max().and_then(|days| u16::try_from(days).ok())
}

fn age(on: crate::dates::Day, dates: &crate::evaluate::AgeDates, outcome: AgeOutcome) -> Option<String> {
    match outcome {
        AgeOutcome::TooYoung => Some(format!(
            "given {} before the youngest age at which it can count (reached on {})",
            days(dates.absolute_minimum.days_since(on)),
            dates.absolute_minimum
        )),
        AgeOutcome::GracePeriod => Some(format!(
            "given {} before the minimum age, {}",
            days(dates.minimum.days_since(on)),
            accepted(dates.minimum.days_since(on))
        )),
        AgeOutcome::TooOld => Some(format!("given after the age limit (reached on {})", dates.maximum)),
        AgeOutcome::Valid => None,
    }
}

impl Told<'_> {
    fn group(&self, evaluation: &DoseEvaluation) -> u8 {
        self.schedule.antigens[usize::from(evaluation.antigen)].group
    }

    /// Which dose of the group it is by date, from 1.
    fn number_of(&self, pairs: &[(u16, u8)], dose: u16, group: u8) -> usize {
        let is_of_group = |input: u16| pairs.binary_search(&(input, group)).is_ok();
        let of_group = self.scratch.person.doses.iter().filter(|given| is_of_group(given.input));
        of_group.take_while(|given| given.input != dose).count() + 1
    }
}
