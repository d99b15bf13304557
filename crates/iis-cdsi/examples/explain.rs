//! Prints an answer with its reasons: `explain BIRTH F|M ON DATE:CVX…` (`--all`: every series).
#![expect(clippy::print_stdout, reason = "it is a command")]

use iis_cdsi::codes::{Cvx, ObservationCode, Sex};
use iis_cdsi::dates::Day;
use iis_cdsi::gather::{BirthDate, DoseGiven, History, ObservationMade};
use iis_cdsi::{Schedule, Scratch, tables};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [birth, sex, on, rest @ ..] = arguments.as_slice() else {
        return Err("usage: explain BIRTH F|M ON [DATE:CVX|OBSERVATION|--all]...".into());
    };
    let day = |text: &str| Day::parse(text).ok_or_else(|| format!("{text} is not a date"));
    let mut history = History {
        birth: BirthDate::On(day(birth)?),
        sex: Sex::parse(sex).unwrap_or_default(),
        ..History::default()
    };
    for argument in rest.iter().filter(|argument| *argument != "--all") {
        if let Some((date, cvx)) = argument.split_once(':') {
            let cvx = Cvx::parse(cvx).ok_or("not a CVX code")?;
            history.doses.push(DoseGiven::new(day(date)?, cvx));
        } else {
            let code = ObservationCode::parse(argument).ok_or("not an observation code")?;
            history.observations.push(ObservationMade { code, on: None });
        }
    }
    let schedule = Schedule::compile(&tables::built_in()?, &[])?;
    let mut scratch = Scratch::default();
    let told = schedule.explain(&history, day(on)?, &mut scratch);
    println!("{}", told.answer.version);
    told.answer.findings.iter().for_each(|finding| println!("finding: {finding}"));
    told.doses.iter().for_each(|dose| println!("{}", dose.sentence));
    told.forecasts.iter().for_each(|forecast| println!("{}", forecast.sentence));
    println!("re-evaluate on {:?}", told.answer.re_evaluate_on);
    for series in told.series.iter().filter(|series| series.is_best || rest.iter().any(|a| a == "--all")) {
        println!("\n{} ({})", series.series, series.vaccine_group);
        for line in &series.lines {
            println!("    {:<22} {}", line.rule, line.text);
        }
    }
    let plan = schedule.plan(&history, day(on)?, &mut scratch);
    for visit in [Some(plan.today), plan.next].into_iter().flatten() {
        println!("\nvisit on {}", visit.on);
        for offer in visit.offers {
            let names: Vec<_> = offer.vaccines.iter().map(|cvx| schedule.vaccine_name(*cvx)).collect();
            let group = schedule.vaccine_group_name(offer.group);
            println!(
                "    {group} dose {} {:?}{}: {}",
                offer.dose_number,
                offer.want,
                if offer.is_live { " (live)" } else { "" },
                names.join(", ")
            );
        }
    }
    Ok(())
}
