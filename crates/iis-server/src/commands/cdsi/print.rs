//! A forecast on paper: for people, and as one object for programs.

use iis_cdsi::answer::{Forecast, ForecastDates, Reasons, SeriesStatus, StatusReason};
use iis_cdsi::explain::{DoseExplained, Explanation, Line};
use iis_cdsi::gather::History;
use iis_cdsi::plan::{Plan, Visit, Want};
use iis_cdsi::supporting::model::SeriesType;
use iis_cdsi::{Schedule, codes::Cvx, dates::Day};
use serde_json::{Value, json};

/// What is printed.
pub(super) struct Told<'a> {
    pub(super) schedule: &'a Schedule,
    pub(super) history: &'a History,
    pub(super) said: &'a Explanation,
    pub(super) plan: &'a Plan,
}

impl Told<'_> {
    /// Line by line, for people.
    pub(super) fn lines(&self, trace: bool) -> Vec<String> {
        let answer = &self.said.answer;
        let mut lines = vec![answer.version.to_string(), format!("On {}", answer.assessed_on)];
        lines.push(match answer.changes_on() {
            Some(on) => format!("The answer next changes on {on}, if no dose is given before"),
            None => "The answer stays until another dose is given".to_owned(),
        });
        lines.extend(answer.findings.iter().map(|finding| format!("Note: {finding}")));
        lines.push(String::new());
        lines.push(if self.history.doses.is_empty() { "No doses" } else { "Doses" }.to_owned());
        lines.extend(self.said.doses.iter().map(|dose| self.dose(dose)));
        lines.push(String::new());
        lines.push("Forecast".to_owned());
        let forecasts = || answer.forecasts.iter().zip(&self.said.forecasts);
        for (forecast, explained) in forecasts().filter(|(forecast, _)| !is_irrelevant(forecast)) {
            lines.push(format!("  {:<22} {}", self.group(forecast), self.standing(forecast)));
            lines.push(format!("  {:<22} {}", "", explained.sentence));
        }
        let irrelevant: Vec<String> =
            forecasts().filter(|(forecast, _)| is_irrelevant(forecast)).map(|(f, _)| self.group(f)).collect();
        if !irrelevant.is_empty() {
            lines.push(format!("  Nothing on the record asks for: {}", irrelevant.join(", ")));
        }
        lines.push(String::new());
        lines.extend(self.visit("Can be given", &self.plan.today));
        lines.extend(self.plan.next.iter().flat_map(|next| self.visit("Next visit", next)));
        if trace {
            self.trace(&mut lines);
        }
        lines
    }

    fn dose(&self, dose: &DoseExplained) -> String {
        let given = self.history.doses.get(usize::from(dose.dose));
        let what = given.map(|given| format!("{} {}", given.on, self.vaccine(given.cvx))).unwrap_or_default();
        format!("  {what}\n    {}: {}", verdict(dose), dose.sentence)
    }

    fn vaccine(&self, cvx: Cvx) -> String {
        format!("{} (CVX {cvx})", self.schedule.vaccine_name(cvx))
    }

    fn group(&self, forecast: &Forecast) -> String {
        let name = self.schedule.vaccine_group_name(forecast.group);
        if forecast.series_type == SeriesType::Risk { format!("{name} (risk)") } else { name.to_owned() }
    }

    /// The status, with due or overdue as of the day of the question.
    fn standing(&self, forecast: &Forecast) -> &'static str {
        let on = self.said.answer.assessed_on;
        if self.schedule.season_gap(forecast).is_some() {
            return "Season Not Known";
        }
        match forecast.dates.filter(|_| forecast.status == SeriesStatus::NotComplete) {
            Some(dates) if dates.past_due.is_some_and(|past_due| on > past_due) => "Overdue",
            Some(dates) if on >= dates.recommended => "Due",
            _ => forecast.status.words(),
        }
    }

    fn visit(&self, title: &str, visit: &Visit) -> Vec<String> {
        let mut lines = vec![format!("{title} on {}", visit.on)];
        if visit.offers.is_empty() {
            lines.push("  nothing".to_owned());
        }
        lines.extend(visit.offers.iter().map(|offer| {
            let want = match offer.want {
                Want::Possible => "possible",
                Want::Recommended => "recommended",
                Want::Late => "late",
            };
            let vaccines: Vec<_> = offer.vaccines.iter().map(|cvx| self.vaccine(*cvx)).collect();
            let group = self.schedule.vaccine_group_name(offer.group);
            let live = if offer.is_live {
                "; live: same day as other live vaccines, or keep the spacing"
            } else {
                ""
            };
            format!("  {group} dose {}, {want}: {}{live}", offer.dose_number, vaccines.join(", "))
        }));
        lines
    }

    fn trace(&self, lines: &mut Vec<String>) {
        for series in &self.said.series {
            lines.push(String::new());
            let best = if series.is_best { ", gives the answer" } else { "" };
            lines.push(format!("{} ({}){best}", series.series, series.vaccine_group));
            lines.extend(series.lines.iter().map(traced));
        }
        for forecast in self.said.forecasts.iter().filter(|forecast| !forecast.blend.is_empty()) {
            lines.push(String::new());
            lines.push(format!("{}: all antigens together", forecast.vaccine_group));
            lines.extend(forecast.blend.iter().map(traced));
        }
    }

    /// One object, for programs.
    pub(super) fn object(&self, trace: bool) -> Value {
        let answer = &self.said.answer;
        let doses = self.said.doses.iter().map(|dose| self.dose_object(dose)).collect::<Vec<_>>();
        let forecasts = answer.forecasts.iter().zip(&self.said.forecasts);
        let forecasts = forecasts.map(|(forecast, said)| self.forecast_object(forecast, &said.sentence));
        let mut object = json!({
            "engine": answer.version.engine,
            "release": answer.version.release,
            "overlays": answer.version.overlays,
            "assessed_on": day(answer.assessed_on),
            "re_evaluate_on": answer.re_evaluate_on.map(day),
            "changes_on": answer.changes_on().map(day),
            "findings": answer.findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "doses": doses,
            "forecasts": forecasts.collect::<Vec<_>>(),
        });
        if trace {
            object["trace"] = self.said.series.iter().map(series_object).collect();
        }
        object
    }

    fn dose_object(&self, dose: &DoseExplained) -> Value {
        let given = self.history.doses.get(usize::from(dose.dose));
        json!({
            "dose": dose.dose,
            "date": given.map(|given| day(given.on)),
            "cvx": given.map(|given| given.cvx.to_string()),
            "vaccine_group": self.schedule.vaccine_group_name(dose.group),
            "status": verdict(dose),
            "reasons": dose.reasons.words().collect::<Vec<_>>(),
            "sentence": dose.sentence,
        })
    }

    fn forecast_object(&self, forecast: &Forecast, sentence: &str) -> Value {
        let dates = forecast.dates.as_ref();
        let vaccines = self.said.answer.recommended_vaccines(forecast);
        json!({
            "vaccine_group": self.schedule.vaccine_group_name(forecast.group),
            "is_risk": forecast.series_type == SeriesType::Risk,
            "status": forecast.status.words(),
            "standing": self.standing(forecast),
            "reason": forecast.reason.words(),
            "dose_number": Some(forecast.dose_number).filter(|number| *number > 0),
            "earliest": dates.map(|dates| day(dates.earliest)),
            "recommended": dates.map(|dates| day(dates.recommended)),
            "past_due": dates.and_then(|dates| dates.past_due).map(day),
            "overdue_from": dates.and_then(ForecastDates::overdue_from).map(day),
            "season_gap": self.schedule.season_gap(forecast).map(|gap| gap.to_string()),
            "latest": dates.and_then(|dates| dates.latest).map(day),
            "vaccines": vaccines.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "sentence": sentence,
        })
    }
}

fn series_object(series: &iis_cdsi::explain::SeriesExplained) -> Value {
    let lines =
        series.lines.iter().map(|line| json!({ "rule": line.rule, "dose": line.dose, "text": line.text }));
    json!({
        "series": series.series,
        "vaccine_group": series.vaccine_group,
        "is_best": series.is_best,
        "lines": lines.collect::<Vec<_>>(),
    })
}

/// The verdict; of a season that the schedule does not hold there is none.
fn verdict(dose: &DoseExplained) -> &'static str {
    if dose.reasons.contains(Reasons::SEASON_NOT_HELD) { "Not Judged" } else { dose.status.words() }
}

fn traced(line: &Line) -> String {
    format!("  {:<24} {}", line.rule, line.text)
}

fn is_irrelevant(forecast: &Forecast) -> bool {
    forecast.reason == StatusReason::NoSeriesApplies
}

fn day(on: Day) -> String {
    on.to_string()
}
