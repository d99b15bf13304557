//! What changes between two releases: in the schedule, and in answers.

use crate::answer::{Answer, Forecast};
use crate::compiled::Schedule;
use crate::supporting::model::Release;
use crate::tables;
use std::collections::BTreeMap;

/// A place of the schedule that two releases say differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Where: file, series, dose.
    pub place: String,
    /// Lines of the older release that the newer one does not have there.
    pub gone: Vec<String>,
    /// Lines of the newer release that the older one does not have there.
    pub new: Vec<String>,
}

/// What the newer release says otherwise, by place.
#[must_use]
pub fn releases(older: &Release, newer: &Release) -> Vec<Change> {
    let (older, newer) = (by_place(older), by_place(newer));
    let mut places: Vec<&String> = older.keys().chain(newer.keys()).collect();
    places.sort_unstable();
    places.dedup();
    let nothing = Vec::new();
    let changes = places.into_iter().map(|place| {
        let (was, is) = (older.get(place).unwrap_or(&nothing), newer.get(place).unwrap_or(&nothing));
        Change { place: place.clone(), gone: without(was, is), new: without(is, was) }
    });
    changes.filter(|change| !(change.gone.is_empty() && change.new.is_empty())).collect()
}

/// The lines that `other` does not have; one that stands twice must be there twice.
fn without(lines: &[String], other: &[String]) -> Vec<String> {
    let mut left = other.to_vec();
    let mut only = Vec::new();
    for line in lines {
        match left.iter().position(|same| same == line) {
            Some(at) => {
                left.swap_remove(at);
            }
            None => only.push(line.clone()),
        }
    }
    only
}

/// The lines of the tables by place. What stands below a line of a dose belongs to it.
fn by_place(release: &Release) -> BTreeMap<String, Vec<String>> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in tables::write(release) {
        let name = file.trim_start_matches("antigens/").trim_end_matches(".txt").to_owned();
        let (mut series, mut dose) = (String::new(), String::new());
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let depth = (line.len() - line.trim_start().len()) / 2;
            let line = line.trim();
            match depth {
                0 if line.starts_with("series ") => {
                    series = format!(", {line}");
                    dose.clear();
                }
                0 => series.clear(),
                1 if line.starts_with("dose ") => dose = format!(", {line}"),
                1 => dose.clear(),
                _ => {}
            }
            let lines = places.entry(format!("{name}{series}{dose}")).or_default();
            match lines.last_mut() {
                Some(last) if depth > 2 => {
                    last.push_str(" / ");
                    last.push_str(line);
                }
                _ => lines.push(line.to_owned()),
            }
        }
    }
    places
}

/// The vaccine groups, by name, in which two answers to the same question differ.
#[must_use]
pub fn answers(older: (&Schedule, &Answer), newer: (&Schedule, &Answer)) -> Vec<String> {
    let (was, is) = (said(older.0, older.1), said(newer.0, newer.1));
    let mut groups: Vec<&String> = was.keys().chain(is.keys()).collect();
    groups.sort_unstable();
    groups.dedup();
    groups.into_iter().filter(|group| was.get(*group) != is.get(*group)).cloned().collect()
}

/// What an answer says of each group, in terms that both releases know.
fn said(schedule: &Schedule, answer: &Answer) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for forecast in &answer.forecasts {
        let Forecast { status, reason, dates, dose_number, series_type, .. } = forecast;
        let name = schedule.vaccine_group_name(forecast.group).to_owned();
        let said = format!("{series_type:?} {status:?} {reason:?} {dates:?} {dose_number}");
        groups.entry(name).or_default().push(said);
    }
    for evaluation in &answer.evaluations {
        let group = schedule.vaccine_group_of(evaluation.antigen).unwrap_or_default();
        let name = schedule.vaccine_group_name(group).to_owned();
        let antigen = schedule.antigen_name(evaluation.antigen);
        let said =
            format!("{} {antigen} {:?} {:?}", evaluation.dose, evaluation.status, evaluation.series_type);
        groups.entry(name).or_default().push(said);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::releases;
    use crate::dates::Duration;
    use crate::tables::built_in;

    #[test]
    fn a_release_does_not_differ_from_itself() {
        let release = built_in().expect("the built-in tables can be read");
        assert_eq!(releases(&release, &release), []);
    }

    #[test]
    fn a_changed_age_is_named_with_its_place_and_both_lines() {
        let older = built_in().expect("the built-in tables can be read");
        let mut newer = older.clone();
        let antigen = newer.antigens.iter_mut().find(|a| a.name == "Varicella").expect("in the schedule");
        antigen.series[0].doses[0].ages[0].minimum = Duration::parse("13 months");
        let name = antigen.series[0].name.clone();
        let changes = releases(&older, &newer);
        let [change] = changes.as_slice() else { panic!("one change: {changes:?}") };
        assert_eq!(change.place, format!("varicella, series {name}, dose 1"));
        assert!(change.gone[0].contains("minimum 12 months") && change.new[0].contains("minimum 13 months"));
    }
}
