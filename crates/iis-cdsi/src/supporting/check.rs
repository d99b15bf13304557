//! The complete check of a release: every reference resolves, every table can be used.

use super::finding::{Finding, Severity};
use super::model::{AgeRow, Anchor, Antigen, Condition, Release, Series, SeriesDose, SeriesType};
use crate::codes::{Cvx, ObservationCode};
use std::collections::{BTreeMap, BTreeSet};

/// Follows every reference of a release.
///
/// The findings name the antigen in `file`; a reader of files puts the file's name there.
#[must_use]
pub fn check(release: &Release) -> Vec<Finding> {
    let mut check = Check {
        antigens_of: release
            .vaccines
            .iter()
            .map(|v| (v.cvx, v.antigens.iter().map(|(name, _)| name.as_str()).collect()))
            .collect(),
        observations: release.observations.iter().map(|o| o.code).collect(),
        file: "schedule".to_owned(),
        place: String::new(),
        findings: Vec::new(),
    };
    check.schedule(release);
    let mut names = BTreeSet::new();
    for antigen in &release.antigens {
        check.file.clone_from(&antigen.name);
        "antigen".clone_into(&mut check.place);
        let groups = release.vaccine_groups.iter().filter(|g| g.antigens.contains(&antigen.name));
        let groups: Vec<_> = groups.map(|group| group.name.as_str()).collect();
        if groups.len() != 1 {
            check.error(format!("is in {} vaccine groups instead of one", groups.len()));
        }
        check.antigen(antigen);
        for series in &antigen.series {
            check.place = format!("series {:?}", series.name);
            if !names.insert(&series.name) {
                check.error("has the name of another series");
            }
            if groups.first() != Some(&series.vaccine_group.as_str()) {
                check.error("names another vaccine group than the schedule file");
            }
            check.series(antigen, series);
        }
    }
    check.findings
}

struct Check<'a> {
    antigens_of: BTreeMap<Cvx, Vec<&'a str>>,
    observations: BTreeSet<ObservationCode>,
    file: String,
    place: String,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn push(&mut self, severity: Severity, text: String) {
        self.findings.push(Finding { severity, file: self.file.clone(), place: self.place.clone(), text });
    }

    fn error(&mut self, text: impl Into<String>) {
        self.push(Severity::Error, text.into());
    }

    fn note(&mut self, text: impl Into<String>) {
        self.push(Severity::Note, text.into());
    }

    fn vaccine(&mut self, cvx: Cvx) {
        if !self.antigens_of.contains_key(&cvx) {
            self.error(format!("names CVX {cvx}, which the schedule file does not hold"));
        }
    }

    fn vaccine_of(&mut self, cvx: Cvx, antigen: &str) {
        match self.antigens_of.get(&cvx) {
            Some(antigens) if !antigens.contains(&antigen) => {
                self.note(format!("names CVX {cvx}, which does not contain the antigen"));
            }
            Some(_) => {}
            None => self.vaccine(cvx),
        }
    }

    fn observation(&mut self, code: ObservationCode) {
        if !self.observations.contains(&code) {
            self.error(format!("names observation {code}, which the schedule file does not hold"));
        }
    }

    fn schedule(&mut self, release: &Release) {
        let antigens: BTreeSet<&str> = release.antigens.iter().map(|a| a.name.as_str()).collect();
        let mut groups = BTreeSet::new();
        for group in &release.vaccine_groups {
            self.place = format!("vaccine group {:?}", group.name);
            if !groups.insert(&group.name) {
                self.error("stands twice");
            }
            if group.antigens.is_empty() {
                self.error("has no antigens");
            }
            for antigen in group.antigens.iter().filter(|name| !antigens.contains(name.as_str())) {
                self.error(format!("names the antigen {antigen:?}, which has no file"));
            }
            if group.antigens.len() > 1 && group.is_given_whole.is_none() {
                self.error("has several antigens and does not say whether they are given together");
            }
        }
        for vaccine in &release.vaccines {
            self.place = format!("vaccine CVX {}", vaccine.cvx);
            for (antigen, _) in vaccine.antigens.iter().filter(|(name, _)| !antigens.contains(name.as_str()))
            {
                self.error(format!("contains the antigen {antigen:?}, which has no file"));
            }
            if vaccine.antigens.is_empty() {
                self.note("contains no antigen");
            }
        }
        "vaccines".clone_into(&mut self.place);
        if release.vaccines.windows(2).any(|pair| pair[0].cvx == pair[1].cvx) {
            self.error("hold a code twice");
        }
        "vaccine conflicts".clone_into(&mut self.place);
        let unmapped: BTreeSet<Cvx> = release.vaccines_of_conflicts_only().into_iter().collect();
        for cvx in unmapped {
            self.note(format!("name CVX {cvx}, which contains no antigen of the schedule"));
        }
        for pair in release.conflicts.windows(2) {
            if (pair[0].previous, pair[0].current) == (pair[1].previous, pair[1].current) {
                let (previous, current) = (pair[0].previous, pair[0].current);
                self.note(format!(
                    "hold CVX {previous} before CVX {current} twice; the longer spans are taken"
                ));
            }
        }
        "observations".clone_into(&mut self.place);
        if release.observations.windows(2).any(|pair| pair[0].code == pair[1].code) {
            self.error("hold a code twice");
        }
        let known = ["SNOMED", "CDCPHINVS", "CVX"];
        for (system, _) in release.observations.iter().flat_map(|o| &o.codes) {
            if !known.contains(&system.as_str()) {
                self.note(format!("use the code system {system:?}"));
            }
        }
    }

    fn antigen(&mut self, antigen: &Antigen) {
        if antigen.series.is_empty() {
            self.error("has no series");
        }
        let of_birth = antigen.immunity_by_birth.iter().flat_map(|row| &row.exclusions);
        for code in antigen.immunity_observations.iter().chain(of_birth) {
            self.observation(*code);
        }
        for contraindication in &antigen.contraindications {
            self.observation(contraindication.observation);
            for vaccine in contraindication.vaccines.iter().flatten() {
                self.vaccine(vaccine.cvx);
            }
        }
        let groups: BTreeSet<u8> = antigen.series.iter().map(|s| s.group).collect();
        for group in groups {
            let defaults = antigen.series.iter().filter(|s| s.group == group && s.is_default).count();
            if defaults > 1 {
                self.note(format!(
                    "has {defaults} default series in series group {group}; the first is taken"
                ));
            }
        }
    }

    fn series(&mut self, antigen: &Antigen, series: &Series) {
        let has_group = |group: &u8| antigen.series.iter().any(|other| other.group == *group);
        for group in series.equivalent_groups.iter().filter(|group| !has_group(group)) {
            self.error(format!("names series group {group}, which the antigen does not have"));
        }
        if series.doses.is_empty() {
            self.error("has no doses");
        }
        match (series.series_type, series.indications.is_empty()) {
            (SeriesType::Risk, true) => self.note("is a risk series without indications: it never applies"),
            (SeriesType::Standard | SeriesType::EvaluationOnly, false) => {
                self.note("has indications without being a risk series");
            }
            _ => {}
        }
        for indication in &series.indications {
            self.observation(indication.observation);
        }
        for dose in &series.doses {
            self.place = format!("series {:?}, dose {}", series.name, dose.number);
            self.dose(antigen, dose);
            for group in
                dose.conditional_skips.iter().flat_map(groups_named).filter(|group| !has_group(group))
            {
                self.error(format!("skips for series group {group}, which the antigen does not have"));
            }
        }
    }

    fn dose(&mut self, antigen: &Antigen, dose: &SeriesDose) {
        self.ages(&dose.ages);
        let anchors = dose.intervals.iter().map(|row| &row.anchor);
        for anchor in anchors.chain(dose.allowable_intervals.iter().map(|row| &row.anchor)) {
            match anchor {
                Anchor::Previous => {}
                Anchor::TargetDose(number) if (1..dose.number).contains(number) => {}
                Anchor::TargetDose(number) => {
                    self.error(format!("measures from dose {number}, which is not before it"));
                }
                Anchor::MostRecent(list) => list.iter().for_each(|cvx| self.vaccine(*cvx)),
                Anchor::Observation(code) => self.observation(*code),
            }
        }
        for row in &dose.intervals {
            if row.absolute_minimum > row.minimum
                && row.minimum.is_some_and(|m| m.years == 0)
                && is_longer(row)
            {
                self.note("has an absolute minimum interval above the minimum interval");
            }
        }
        dose.preferable_vaccines.iter().for_each(|row| self.vaccine_of(row.cvx, &antigen.name));
        dose.allowable_vaccines.iter().for_each(|row| self.vaccine_of(row.cvx, &antigen.name));
        dose.inadvertent_vaccines.iter().for_each(|cvx| self.vaccine_of(*cvx, &antigen.name));
        if dose.preferable_vaccines.is_empty() {
            self.note("has no preferable vaccine");
        }
        let sets = dose.conditional_skips.iter().flat_map(|skip| &skip.sets);
        for condition in sets.flat_map(|set| &set.conditions) {
            if let Condition::VaccineCount(count) = condition {
                count.vaccines.iter().for_each(|cvx| self.vaccine(*cvx));
            }
        }
    }

    /// Several age rows of a dose are versions of each other: no two in effect on one day.
    fn ages(&mut self, rows: &[AgeRow]) {
        for (index, row) in rows.iter().enumerate() {
            let overlaps = |other: &AgeRow| {
                let starts_before = |a: &AgeRow, b: &AgeRow| match (a.in_effect.from, b.in_effect.through) {
                    (Some(from), Some(through)) => from <= through,
                    _ => true,
                };
                starts_before(row, other) && starts_before(other, row)
            };
            if rows[index + 1..].iter().any(overlaps) {
                self.error("has two age rows in effect on one day");
            }
        }
    }
}

fn is_longer(row: &super::model::IntervalRow) -> bool {
    let length = |d: Option<crate::dates::Duration>| d.map(|d| d.total_months() * 31 + d.total_days());
    length(row.absolute_minimum) > length(row.minimum)
}

fn groups_named(skip: &super::model::ConditionalSkip) -> impl Iterator<Item = &u8> {
    let conditions = skip.sets.iter().flat_map(|set| &set.conditions);
    conditions.flat_map(|condition| match condition {
        Condition::CompletedSeries(groups) => groups.as_slice(),
        _ => &[],
    })
}
