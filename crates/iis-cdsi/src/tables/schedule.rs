//! The tables of the schedule: vaccine groups, vaccines, conflicts, observations.

use super::fields::{codes, range, read_ages, read_cvx_list, read_fields, take};
use super::{LineResult, lines};
use crate::codes::{Cvx, ObservationCode};
use crate::dates::Duration;
use crate::supporting::model::{AgeRange, Conflict, Observation, Release, Vaccine, VaccineGroup};
use std::fmt::Write;

/// Writes the name of the release and its vaccine groups.
pub(super) fn write_groups(release: &Release) -> String {
    let mut out = format!("release {}\n", release.name);
    for group in &release.vaccine_groups {
        let whole = match group.is_given_whole {
            Some(true) => "  given together\n",
            Some(false) => "  given apart\n",
            None => "",
        };
        // Writing to a string cannot fail.
        let _ = write!(out, "\ngroup {}\n{whole}", group.name);
        group.antigens.iter().for_each(|antigen| {
            let _ = writeln!(out, "  antigen {antigen}");
        });
    }
    out
}

pub(super) fn read_groups(text: &str, release: &mut Release) -> LineResult<()> {
    for line in lines(text) {
        let bad = || (line.number, format!("{:?} cannot be read", line.text));
        match (line.depth, line.text.split_once(' ')) {
            (0, Some(("release", name))) => name.clone_into(&mut release.name),
            (0, Some(("group", name))) => {
                release
                    .vaccine_groups
                    .push(VaccineGroup { name: name.to_owned(), ..VaccineGroup::default() });
            }
            (1, Some((word, rest))) => {
                let group = release.vaccine_groups.last_mut().ok_or_else(bad)?;
                match (word, rest) {
                    ("given", "together") => group.is_given_whole = Some(true),
                    ("given", "apart") => group.is_given_whole = Some(false),
                    ("antigen", name) => group.antigens.push(name.to_owned()),
                    _ => return Err(bad()),
                }
            }
            _ => return Err(bad()),
        }
    }
    Ok(())
}

/// Writes `03 | MMR | Measles; Mumps; Rubella`.
pub(super) fn write_vaccines(release: &Release) -> String {
    let mut out = String::new();
    for vaccine in &release.vaccines {
        let antigens: Vec<String> = vaccine
            .antigens
            .iter()
            .map(|(name, ages)| match range(ages.begin, "until", ages.end) {
                Some(ages) => format!("{name} ({ages})"),
                None => name.clone(),
            })
            .collect();
        let _ = writeln!(out, "{} | {} | {}", vaccine.cvx, vaccine.name, antigens.join("; "));
    }
    out
}

pub(super) fn read_vaccines(text: &str, release: &mut Release) -> LineResult<()> {
    for line in lines(text) {
        let read = || {
            let (cvx, rest) = line.text.split_once(" | ")?;
            let (name, antigens) = rest.rsplit_once(" |")?;
            let antigens = antigens.trim_start().split("; ").filter(|text| !text.is_empty());
            let antigens: Option<Vec<_>> = antigens.map(read_antigen_of_vaccine).collect();
            Some(Vaccine { cvx: Cvx::parse(cvx)?, name: name.to_owned(), antigens: antigens? })
        };
        let vaccine = read().ok_or_else(|| (line.number, format!("{:?} cannot be read", line.text)))?;
        release.vaccines.push(vaccine);
    }
    release.vaccines.sort_by_key(|vaccine| vaccine.cvx);
    Ok(())
}

fn read_antigen_of_vaccine(text: &str) -> Option<(String, AgeRange)> {
    match text.split_once(" (") {
        Some((name, ages)) => Some((name.to_owned(), read_ages(ages.strip_suffix(')')?)?)),
        None => Some((text.to_owned(), AgeRange::default())),
    }
}

/// Writes the conflicts of an earlier vaccine with later ones of the same spans on one line.
pub(super) fn write_conflicts(release: &Release) -> String {
    let key = |c: &Conflict| (c.previous, c.begin, c.minimum_end, c.end);
    let mut rows = release.conflicts.clone();
    rows.sort_by_key(|conflict| (key(conflict), conflict.current));
    let mut out = String::new();
    for same in rows.chunk_by(|a, b| key(a) == key(b)) {
        let Conflict { previous, begin, minimum_end, end, .. } = same[0];
        let current = codes(same.iter().map(|conflict| conflict.current));
        let _ = writeln!(
            out,
            "previous {previous}; current {current}; begin {begin}; minimum end {minimum_end}; end {end}"
        );
    }
    out
}

pub(super) fn read_conflicts(text: &str, release: &mut Release) -> LineResult<()> {
    for line in lines(text) {
        let (mut previous, mut current) = (None, None);
        let (mut begin, mut minimum_end, mut end) = (None, None, None);
        let read = read_fields(line.text.split("; "), |field| {
            take(&mut previous, field, "previous", Cvx::parse)
                .or_else(|| take(&mut current, field, "current", read_cvx_list))
                .or_else(|| take(&mut begin, field, "begin", Duration::parse))
                .or_else(|| take(&mut minimum_end, field, "minimum end", Duration::parse))
                .or_else(|| take(&mut end, field, "end", Duration::parse))
        });
        read.map_err(|what| (line.number, what))?;
        let (Some(previous), Some(current), Some(begin), Some(minimum_end), Some(end)) =
            (previous, current, begin, minimum_end, end)
        else {
            return Err((line.number, "a field is missing".to_owned()));
        };
        let row = |current| Conflict { previous, current, begin, minimum_end, end };
        release.conflicts.extend(current.into_iter().map(row));
    }
    release.conflicts.sort_unstable();
    Ok(())
}

/// Writes `007 | Pregnant | SNOMED 77386006`.
pub(super) fn write_observations(release: &Release) -> String {
    let mut out = String::new();
    for observation in &release.observations {
        let pairs: Vec<String> =
            observation.codes.iter().map(|(system, code)| format!("{system} {code}")).collect();
        let line = format!("{} | {} | {}", observation.code, observation.title, pairs.join("; "));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

pub(super) fn read_observations(text: &str, release: &mut Release) -> LineResult<()> {
    for line in lines(text) {
        let read = || {
            let (code, rest) = line.text.split_once(" | ")?;
            let (title, codes) = rest.rsplit_once(" |")?;
            let codes = codes.trim_start().split("; ").filter(|text| !text.is_empty());
            let pair =
                |text: &str| text.split_once(' ').map(|(system, code)| (system.to_owned(), code.to_owned()));
            let codes: Option<Vec<_>> = codes.map(pair).collect();
            Some(Observation { code: ObservationCode::parse(code)?, title: title.to_owned(), codes: codes? })
        };
        let observation = read().ok_or_else(|| (line.number, format!("{:?} cannot be read", line.text)))?;
        release.observations.push(observation);
    }
    release.observations.sort_by_key(|observation| observation.code);
    Ok(())
}
