//! The recommender's answer in the field's words.

use super::against::immunocompromise;
use super::caveats;
use super::facts::Facts;
use super::groups::vaccine_group;
use super::weeks::outside_its_weeks;
use iis_cdsi::answer::{DoseEvaluation, DoseStatus, Reasons, SeriesStatus, StatusReason};
use iis_cdsi::dates::Day;
use iis_cdsi::explain::{self, DoseExplained, ForecastExplained};
use iis_cdsi::gather::{History, InputFinding};
use iis_cdsi::plan::{InPractice, Offer as PlannedOffer, Plan, Timing, Visit as PlannedVisit, Want};
use iis_cdsi::supporting::model::SeriesType;
use iis_cdsi::{Answer, Schedule, codes};
use iis_model::recommendation::{
    Evaluation, Explanation, Forecast, ForecastDates, ForecastStatus, HeldBack, MadeBy, Notice, Offer,
    Outcome, PlannedEvaluation, Recommendation, SeasonGap, SeriesTrail, Standing, TrailLine, Undated,
    Vaccine, VaccineGroup, Validity, Visit, VisitPlan,
};
use iis_model::{Cvx, Date, EventId};

/// The whole explanation. Doses beyond those of the facts are planned.
pub(super) fn explanation(
    schedule: &Schedule,
    facts: &Facts,
    said: &explain::Explanation,
    beside: &[InPractice],
) -> Explanation {
    let told = Told { schedule, facts, answer: &said.answer, beside };
    let recommendation = told.recommendation(said);
    let series = said.series.iter().map(|series| SeriesTrail {
        series: series.series.as_str().into(),
        group: series.vaccine_group.as_str().into(),
        is_best: series.is_best,
        lines: series.lines.iter().map(|line| told.line(line)).collect(),
    });
    let blends =
        said.forecasts.iter().map(|forecast| forecast.blend.iter().map(|line| told.line(line)).collect());
    Explanation {
        series: series.collect(),
        blends: if recommendation.forecasts.is_empty() { Vec::new() } else { blends.collect() },
        planned: told.planned(said),
        recommendation,
    }
}

/// What can be given today and on the next visit, and what planned doses hold back.
pub(super) fn visits(
    schedule: &Schedule,
    history: &History,
    plan: Plan,
    (held_back, places): (&[iis_cdsi::plan::HeldBack], &[usize]),
) -> VisitPlan {
    let held_back = held_back.iter().filter_map(|held| {
        let group = vaccine_group(schedule.vaccine_group_name(held.group), std::iter::empty());
        Some(HeldBack { planned: *places.get(held.planned)?, group, until: held.until.date() })
    });
    VisitPlan {
        today: visit(schedule, history, plan.today),
        next: plan.next.map(|next| visit(schedule, history, next)),
        held_back: held_back.collect(),
    }
}

/// Nothing can be given.
pub(super) fn no_visit(on: Date) -> VisitPlan {
    let today = Visit { on, offers: Vec::new(), live_apart_until: None };
    VisitPlan { today, next: None, held_back: Vec::new() }
}

fn visit(schedule: &Schedule, history: &History, visit: PlannedVisit) -> Visit {
    let offers = visit.offers.into_iter().map(|offer| self::offer(schedule, history, &offer));
    Visit {
        on: visit.on.date(),
        offers: offers.collect(),
        live_apart_until: visit.live_apart_until.map(Day::date),
    }
}

fn offer(schedule: &Schedule, history: &History, offer: &PlannedOffer) -> Offer {
    let name = schedule.vaccine_group_name(offer.group);
    let speaks = |cvx: &Cvx| !immunocompromise(schedule, history, *cvx).is_empty();
    Offer {
        cautioned: offer.vaccines.iter().map(|vaccine| cvx(*vaccine)).filter(speaks).collect(),
        group: vaccine_group(name, offer.vaccines.iter().map(|vaccine| cvx(*vaccine))),
        dose_number: offer.dose_number,
        standing: match offer.want {
            Want::Possible => Standing::Possible,
            Want::Recommended => Standing::Due,
            Want::Late => Standing::Overdue,
        },
        vaccines: offer.vaccines.iter().map(|cvx| vaccine(schedule, *cvx)).collect(),
        is_live: offer.is_live,
    }
}

fn cvx(code: codes::Cvx) -> Cvx {
    Cvx::new(code.number())
}

fn vaccine(schedule: &Schedule, code: codes::Cvx) -> Vaccine {
    Vaccine { cvx: cvx(code), name: schedule.vaccine_name(code).into() }
}

/// What the words are made from.
struct Told<'a> {
    schedule: &'a Schedule,
    facts: &'a Facts,
    answer: &'a Answer,
    /// For each forecast of the answer what stands beside it.
    beside: &'a [InPractice],
}

impl Told<'_> {
    fn recommendation(&self, said: &explain::Explanation) -> Recommendation {
        let version = self.schedule.version();
        let mut notices = self.facts.notices.clone();
        notices.extend(self.answer.findings.iter().filter_map(|finding| self.notice(finding)));
        let mut forecasts = Vec::new();
        let mut re_evaluate_on = self.answer.re_evaluate_on.map(Day::date);
        if self.facts.is_deceased {
            notices.push(Notice { event: None, text: "The person has died: nothing is forecast.".into() });
            re_evaluate_on = None;
        } else {
            let forecast = self.answer.forecasts.iter().zip(&said.forecasts).zip(self.beside);
            forecasts.extend(forecast.map(|((forecast, explained), beside)| {
                self.in_practice(self.forecast(forecast, explained), beside)
            }));
            caveats::add(self.schedule, self.facts, self.answer.assessed_on, &mut forecasts);
            let over = self.beside.iter().filter_map(|beside| beside.over_from).map(Day::date);
            re_evaluate_on = over.chain(re_evaluate_on).min();
        }
        notices.extend(self.doses_outside_their_weeks());
        Recommendation {
            made_by: MadeBy {
                engine: version.engine.into(),
                release: version.release.as_str().into(),
                overlays: version.overlays.iter().map(|overlay| overlay.as_str().into()).collect(),
            },
            assessed_on: self.answer.assessed_on.date(),
            re_evaluate_on: re_evaluate_on.into_iter().chain(self.facts.change_on).min(),
            notices,
            evaluations: said.doses.iter().filter_map(|dose| self.evaluation(dose)).collect(),
            forecasts,
        }
    }

    /// The event of a dose of the history; none when the dose is only supposed.
    fn event(&self, dose: usize) -> Option<EventId> {
        self.facts.events.get(dose).copied()
    }

    /// The place in the plan of a dose that is only supposed.
    fn planned_place(&self, dose: u16) -> Option<usize> {
        let beyond = usize::from(dose).checked_sub(self.facts.events.len())?;
        self.facts.planned.get(beyond).copied()
    }

    /// The judgment behind the verdict on a dose in a vaccine group, and the group.
    fn judged(&self, said: &DoseExplained) -> Option<(&DoseEvaluation, VaccineGroup)> {
        let dose = usize::from(said.dose);
        let mut judged = self.answer.evaluations_of(dose);
        let shown = judged.find(|judged| judged.series == said.series)?;
        let given = self.facts.history.doses.get(dose).map(|dose| cvx(dose.cvx));
        let name = self.schedule.vaccine_group_name(said.group);
        Some((shown, vaccine_group(name, given.into_iter())))
    }

    fn evaluation(&self, said: &DoseExplained) -> Option<Evaluation> {
        let event = self.event(said.dose.into())?;
        let (shown, group) = self.judged(said)?;
        Some(Evaluation {
            event,
            group,
            validity: validity(said),
            reasons: said.reasons.words().collect(),
            dose_number: said.counted,
            days_short: said.days_short,
            series: self.schedule.series_name(shown.series).into(),
            is_series_of_group: self.schedule.antigens_of(said.group) == 1,
            sentence: said.sentence.as_str().into(),
        })
    }

    fn planned(&self, said: &explain::Explanation) -> Vec<PlannedEvaluation> {
        let planned = |said: &DoseExplained| {
            let (shown, group) = self.judged(said)?;
            Some(PlannedEvaluation {
                planned: self.planned_place(said.dose)?,
                group,
                series: self.schedule.series_name(shown.series).into(),
                validity: validity(said),
                dose_number: said.counted,
                sentence: said.sentence.as_str().into(),
            })
        };
        said.doses.iter().filter_map(planned).collect()
    }

    fn forecast(&self, forecast: &iis_cdsi::answer::Forecast, said: &ForecastExplained) -> Forecast {
        let schedule = self.schedule;
        let vaccines = self.answer.recommended_vaccines(forecast);
        let name = schedule.vaccine_group_name(forecast.group);
        Forecast {
            group: vaccine_group(name, vaccines.iter().map(|vaccine| cvx(*vaccine))),
            is_risk: forecast.series_type == SeriesType::Risk,
            status: status(forecast.status),
            reason: forecast.reason.words(),
            is_irrelevant: forecast.reason == StatusReason::NoSeriesApplies,
            season_gap: schedule.season_gap(forecast).map(season_gap),
            undated: None,
            caveat: None,
            dates: forecast.dates.map(forecast_dates),
            dose_number: Some(forecast.dose_number).filter(|number| *number > 0),
            valid_doses: forecast.valid_doses,
            series: said.series.iter().map(|series| series.as_str().into()).collect(),
            vaccines: vaccines.iter().map(|code| vaccine(schedule, *code)).collect(),
            is_cautioned: false,
            sentence: said.sentence.as_str().into(),
        }
    }

    /// A forecast as it can be followed: with dates that hold, and the caution about live vaccines.
    fn in_practice(&self, forecast: Forecast, beside: &InPractice) -> Forecast {
        let forecast = Forecast { dates: beside.dates.map(forecast_dates), ..forecast };
        match &beside.timing {
            Timing::Undated(undated) => without_a_day(forecast, self::undated(undated)),
            Timing::Over => weeks_over(forecast),
            Timing::Holds if self.is_cautioned(beside) => cautioned(forecast),
            Timing::Holds => forecast,
        }
    }

    fn is_cautioned(&self, beside: &InPractice) -> bool {
        let speaks = |vaccine: &codes::Cvx| {
            !immunocompromise(self.schedule, &self.facts.history, cvx(*vaccine)).is_empty()
        };
        !beside.vaccines.is_empty() && beside.vaccines.iter().all(speaks)
    }

    /// Doses on record that were given in a pregnancy outside of the weeks of the vaccine. The schedule counts them.
    fn doses_outside_their_weeks(&self) -> Vec<Notice> {
        let history = &self.facts.history;
        let on_record = history.doses.iter().take(self.facts.events.len());
        let outside = on_record.filter_map(|dose| {
            let outside = outside_its_weeks(self.schedule, history, dose.cvx, dose.on)?;
            let name = self.schedule.vaccine_name(dose.cvx);
            outside.leaves_the_newborn_open().then(|| Notice {
                event: None,
                text: format!(
                    "{name} of {}: {outside}. It is not repeated, but whether it protects the newborn is open: the infant may need RSV antibody.",
                    dose.on
                )
                .into(),
            })
        });
        outside.collect()
    }

    fn line(&self, line: &explain::Line) -> TrailLine {
        TrailLine {
            rule: line.rule,
            event: line.dose.and_then(|dose| self.event(dose.into())),
            planned: line.dose.and_then(|dose| self.planned_place(dose)),
            text: line.text.as_str().into(),
            outcome: match line.outcome {
                explain::Outcome::Holds => Outcome::Holds,
                explain::Outcome::Fails => Outcome::Fails,
                explain::Outcome::Noted => Outcome::Noted,
            },
        }
    }

    /// What the engine noticed, said of the event instead of by number. Planned doses lie in the future on purpose.
    fn notice(&self, finding: &InputFinding) -> Option<Notice> {
        let event = match finding.dose() {
            Some(dose) => Some(self.event(dose)?),
            None => None,
        };
        let text = match finding {
            InputFinding::DoseBeforeBirth { .. } => {
                "This dose lies before birth: it is not evaluated.".into()
            }
            InputFinding::DoseInFuture { .. } => "This dose lies in the future.".into(),
            InputFinding::VaccineNotInSchedule { .. } => {
                "The schedule does not hold this vaccine: the dose is not evaluated.".into()
            }
            InputFinding::SameVaccineSameDay { .. } => {
                "The same vaccine is recorded twice on this day: it may be one dose reported twice.".into()
            }
            InputFinding::ObservationNotInSchedule { .. } => return None,
            InputFinding::BirthDateUnknown => {
                "The date of birth is not known: nothing is forecast and no dose is judged until it is reported."
                    .into()
            }
            other => sentence(&other.to_string()),
        };
        Some(Notice { event, text })
    }
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> Box<str> {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str()).into()
}

/// A forecast whose time counts from a day that nobody reported: its dates would leave the time out, so it has none. Nor is it
/// complete by a dose that may have been given before that day.
fn without_a_day(forecast: Forecast, undated: Undated) -> Forecast {
    Forecast {
        status: ForecastStatus::NotComplete,
        reason: StatusReason::DoseNeeded.words(),
        dose_number: forecast.dose_number.or(Some(1)),
        sentence: format!("Recommended {undated}.").into(),
        dates: None,
        undated: Some(undated),
        ..forecast
    }
}

/// A forecast for some weeks of a pregnancy alone, of which no day is left.
fn weeks_over(forecast: Forecast) -> Forecast {
    let reason = StatusReason::WeeksOver.words();
    Forecast {
        status: ForecastStatus::NotRecommended,
        reason,
        sentence: format!(
            "{} is not recommended: {reason}. The infant is protected by RSV antibody instead.",
            forecast.group.name
        )
        .into(),
        dates: None,
        dose_number: None,
        ..forecast
    }
}

/// A forecast for which there are live vaccines only, with an immunocompromise on record.
fn cautioned(forecast: Forecast) -> Forecast {
    let sentence = format!(
        "{} Live vaccine, and an immunocompromise is on record: a clinician decides first whether it may be given.",
        forecast.sentence
    );
    Forecast { is_cautioned: forecast.dates.is_some(), sentence: sentence.into(), ..forecast }
}

fn forecast_dates(dates: iis_cdsi::answer::ForecastDates) -> ForecastDates {
    ForecastDates {
        earliest: dates.earliest.date(),
        recommended: dates.recommended.date(),
        past_due: dates.past_due.map(Day::date),
        latest: dates.latest.map(Day::date),
    }
}

fn undated(undated: &iis_cdsi::plan::Undated) -> Undated {
    let (from_week, until_week) = (undated.from_week, undated.until_week);
    Undated { of: undated.of.as_str().into(), from_week, until_week }
}

fn season_gap(gap: iis_cdsi::season::SeasonGap) -> SeasonGap {
    match gap {
        iis_cdsi::season::SeasonGap::EndedOn(day) => SeasonGap::EndedOn(day.date()),
        iis_cdsi::season::SeasonGap::BeganOn(day) => SeasonGap::BeganOn(day.date()),
    }
}

fn validity(said: &DoseExplained) -> Validity {
    match said.status {
        DoseStatus::Valid => Validity::Valid,
        DoseStatus::NotValid => Validity::NotValid,
        DoseStatus::Extraneous if said.reasons.contains(Reasons::SEASON_NOT_HELD) => Validity::NotJudged,
        DoseStatus::Extraneous => Validity::Extraneous,
        DoseStatus::SubStandard => Validity::SubStandard,
    }
}

fn status(status: SeriesStatus) -> ForecastStatus {
    match status {
        SeriesStatus::NotComplete => ForecastStatus::NotComplete,
        SeriesStatus::Complete => ForecastStatus::Complete,
        SeriesStatus::Immune => ForecastStatus::Immune,
        SeriesStatus::Contraindicated => ForecastStatus::Contraindicated,
        SeriesStatus::NotRecommended => ForecastStatus::NotRecommended,
        SeriesStatus::AgedOut => ForecastStatus::AgedOut,
    }
}
