//! `openiis cdsi forecast`: a person from a case or the command line, evaluated and forecast, with all reasons.

use super::Overlays;
use super::print;
use crate::cli::Ended;
use crate::clock;
use crate::config::Config;
use crate::output::Output;
use anyhow::{Context as _, anyhow, bail, ensure};
use clap::Args;
use iis_cdsi::Scratch;
use iis_cdsi::codes::{Cvx, Mvx, ObservationCode, Sex};
use iis_cdsi::dates::Day;
use iis_cdsi::gather::{BirthDate, DoseGiven, History, ObservationMade};
use iis_cdsi::verify::{Case, CaseDose, Expected, Observed, Patient};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use tokio::runtime::Runtime;

/// Whom to forecast for, and when.
#[derive(Debug, Args)]
pub struct Forecast {
    /// A case as JSON (person, doses, observations), or a file of them, one a line.
    #[arg(value_name = "CASE.json", conflicts_with_all = ["dob", "sex", "doses", "observations"])]
    case: Option<PathBuf>,
    /// Which case of a file of several.
    #[arg(long, value_name = "ID", requires = "case")]
    id: Option<String>,
    /// Date of birth.
    #[arg(long, value_name = "DATE", required_unless_present = "case")]
    dob: Option<Date>,
    /// F, M or U.
    #[arg(long, value_parser = sex)]
    sex: Option<Sex>,
    /// A dose: date and CVX code, with or without the manufacturer. May be given several times.
    #[arg(long = "dose", value_name = "DATE:CVX[:MVX]")]
    doses: Vec<Dose>,
    /// An observation by its CDSi code, with its date where it has one. May be given several times.
    #[arg(long = "observation", value_name = "CODE[:DATE]")]
    observations: Vec<Observation>,
    /// The day of the question; without it that of the case, else today.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Says why, rule by rule.
    #[arg(long)]
    trace: bool,
    /// The release to ask, instead of the one in force.
    #[arg(long, value_name = "NAME")]
    release: Option<String>,
}

/// A date as the command line takes it.
#[derive(Debug, Clone, Copy)]
struct Date(Day);

impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Day::parse(text).map(Self).ok_or("a date is written YYYY-MM-DD")
    }
}

/// A dose as the command line takes it.
#[derive(Debug, Clone, Copy)]
struct Dose(DoseGiven);

impl FromStr for Dose {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let Date(on) = parts.next().unwrap_or_default().parse()?;
        let cvx = parts.next().and_then(Cvx::parse).ok_or("a dose is written DATE:CVX")?;
        let mvx = parts.next().map(|mvx| Mvx::parse(mvx).ok_or("not the form of an MVX code")).transpose()?;
        Ok(Self(DoseGiven { mvx, ..DoseGiven::new(on, cvx) }))
    }
}

/// An observation as the command line takes it.
#[derive(Debug, Clone, Copy)]
struct Observation(ObservationMade);

impl FromStr for Observation {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (code, on) = text.split_once(':').map_or((text, None), |(code, on)| (code, Some(on)));
        let code = ObservationCode::parse(code).ok_or("an observation is a code of up to three digits")?;
        let on = on.map(str::parse::<Date>).transpose()?.map(|Date(on)| on);
        Ok(Self(ObservationMade { code, on }))
    }
}

fn sex(text: &str) -> Result<Sex, &'static str> {
    Sex::parse(&text.to_ascii_uppercase()).ok_or("F, M or U")
}

/// Evaluates, forecasts and prints.
pub fn run(config: &Config, command: &Forecast, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    let schedule = super::schedule(config, command.release.as_deref(), Overlays::InForce, runtime)?;
    let zone = TimeZone::get(&config.identity.time_zone).unwrap_or(TimeZone::UTC);
    let today = Day::from(clock::arrival(&zone).today);
    let (on, history) = match &command.case {
        Some(path) => {
            let (on, history) = from_case(path, command.id.as_deref())?;
            (command.on.map(|Date(on)| on).or(on).unwrap_or(today), history)
        }
        None => (command.on.map_or(today, |Date(on)| on), from_arguments(command)),
    };
    let mut scratch = Scratch::default();
    let mut said = schedule.explain(&history, on, &mut scratch);
    // the dates that pages and messages say, and the sentences
    let beside = schedule.in_practice(&said.answer, &scratch);
    for (forecast, beside) in said.answer.forecasts.iter_mut().zip(beside) {
        forecast.dates = beside.dates;
    }
    let plan = schedule.plan(&history, on, &mut Scratch::default());
    let told = print::Told { schedule: &schedule, history: &history, said: &said, plan: &plan };
    if output.is_json() {
        output.object(&told.object(command.trace));
    } else {
        told.lines(command.trace).iter().for_each(|line| output.line(line));
    }
    Ok(Ended::Done)
}

fn from_arguments(command: &Forecast) -> History {
    History {
        birth: command.dob.map_or(BirthDate::Unknown, |Date(on)| BirthDate::On(on)),
        sex: command.sex.unwrap_or_default(),
        doses: command.doses.iter().map(|Dose(dose)| *dose).collect(),
        observations: command.observations.iter().map(|Observation(made)| *made).collect(),
        ..History::default()
    }
}

/// The facts of a case; what its publisher expects is not read.
#[derive(Debug, Deserialize)]
struct Facts {
    #[serde(default)]
    id: String,
    #[serde(default)]
    assessment_date: Option<String>,
    patient: Patient,
    #[serde(default)]
    observations: Vec<Observed>,
    #[serde(default)]
    doses: Vec<CaseDose>,
}

fn from_case(path: &Path, id: Option<&str>) -> anyhow::Result<(Option<Day>, History)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let facts = match serde_json::from_str::<Facts>(&text) {
        Ok(only) => only,
        Err(_) => one_of_several(&text, id).with_context(|| path.display().to_string())?,
    };
    let has_date = facts.assessment_date.is_some();
    // A case without a date is asked today; the date that stands in for it here is not used.
    let assessment_date = facts.assessment_date.unwrap_or_else(|| facts.patient.dob.clone());
    let case = Case {
        id: facts.id,
        suite: String::new(),
        vaccine_group: String::new(),
        assessment_date,
        patient: facts.patient,
        observations: facts.observations,
        doses: facts.doses,
        expected: Expected {
            series_status: String::new(),
            forecast_number: None,
            earliest_date: None,
            recommended_date: None,
            past_due_date: None,
        },
    };
    let (on, history) = case.facts().map_err(|what| anyhow!("{}: {what}", path.display()))?;
    Ok((has_date.then_some(on), history))
}

fn one_of_several(text: &str, id: Option<&str>) -> anyhow::Result<Facts> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let cases: Result<Vec<Facts>, _> = lines.map(serde_json::from_str).collect();
    let mut cases = cases.context("no case can be read")?;
    if let Some(id) = id {
        cases.retain(|case| case.id == id);
    }
    ensure!(cases.len() < 2 || id.is_some(), "the file holds {} cases: say which with --id", cases.len());
    match cases.into_iter().next() {
        Some(case) => Ok(case),
        None => bail!("the file holds no such case"),
    }
}
