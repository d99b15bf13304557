//! Writing the table of an antigen.

use crate::codes::Cvx;
use crate::supporting::model::{
    AgeRange, Anchor, Antigen, PreferableVaccine, Series, SeriesDose, SeriesType,
};
use crate::tables::fields::{Fields, codes, range};
use crate::tables::skip;

/// Lines of the table, with their depth.
pub(in crate::tables) struct Lines(String);

impl Lines {
    pub(in crate::tables) fn add(&mut self, depth: usize, line: impl AsRef<str>) {
        self.0.extend(std::iter::repeat_n("  ", depth));
        self.0.push_str(line.as_ref());
        self.0.push('\n');
    }
}

/// Writes the table.
pub(in crate::tables) fn write(antigen: &Antigen) -> String {
    let mut out = Lines(String::new());
    out.add(0, format!("antigen {}", antigen.name));
    if !antigen.immunity_observations.is_empty() {
        out.add(0, format!("immune {}", codes(&antigen.immunity_observations)));
    }
    for row in &antigen.immunity_by_birth {
        let mut fields = Fields::new(format!("immune born before {}", row.born_before));
        fields.value("in", row.country.as_ref());
        if !row.exclusions.is_empty() {
            fields.add(format!("unless {}", codes(&row.exclusions)));
        }
        out.add(0, fields.done());
    }
    for row in &antigen.contraindications {
        let mut fields = Fields::new(format!("contraindicated {}", row.observation));
        fields.ages(row.ages).value("lasts", row.lasts);
        for (ages, vaccines) in by_ages(row.vaccines.iter().flatten().map(|v| (v.ages, v.cvx))) {
            let blank = if ages.is_some() { " " } else { "" };
            fields.add(format!("vaccines {}{blank}{}", codes(vaccines), ages.unwrap_or_default()));
        }
        out.add(0, fields.done());
    }
    for series in &antigen.series {
        write_series(&mut out, series);
    }
    out.0
}

/// Neighbors of the same ages together; the ages as text.
fn by_ages(rows: impl Iterator<Item = (AgeRange, Cvx)>) -> Vec<(Option<String>, Vec<Cvx>)> {
    let mut groups: Vec<(AgeRange, Vec<Cvx>)> = Vec::new();
    for (ages, cvx) in rows {
        match groups.last_mut() {
            Some((same, list)) if *same == ages => list.push(cvx),
            _ => groups.push((ages, vec![cvx])),
        }
    }
    groups.into_iter().map(|(ages, list)| (range(ages.begin, "until", ages.end), list)).collect()
}

fn write_series(out: &mut Lines, series: &Series) {
    out.add(0, "");
    out.add(0, format!("series {}", series.name));
    out.add(1, format!("group {} {}", series.group, series.group_name));
    let mut fields = Fields::new(match series.series_type {
        SeriesType::Standard => "standard",
        SeriesType::Risk => "risk",
        SeriesType::EvaluationOnly => "evaluation only",
    });
    fields.add(format!("priority {}", series.priority));
    fields.value("preference", (series.preference != u8::MAX).then_some(series.preference));
    fields.flag("default", series.is_default).flag("product path", series.is_product_path);
    if !series.sexes.is_empty() {
        fields.add(format!("sex {}", codes(series.sexes.iter().map(|sex| sex.name()))));
    }
    if !series.equivalent_groups.is_empty() {
        fields.add(format!("equivalent to {}", codes(&series.equivalent_groups)));
    }
    if let Some(start) = range(series.start.begin, "until", series.start.end) {
        fields.add(format!("start {start}"));
    }
    out.add(1, fields.done());
    for row in &series.indications {
        out.add(1, Fields::new(format!("indication {}", row.observation)).ages(row.ages).done());
    }
    for dose in &series.doses {
        out.add(1, format!("dose {}", dose.number));
        add_dose(out, dose);
    }
}

/// Writes the lines of a dose alone, as they stand below it.
pub(in crate::tables) fn write_dose(dose: &SeriesDose) -> String {
    let mut out = Lines(String::new());
    add_dose(&mut out, dose);
    let lines: Vec<&str> = out.0.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    lines.join("\n")
}

fn add_dose(out: &mut Lines, dose: &SeriesDose) {
    for row in &dose.ages {
        let mut fields = Fields::new("age");
        fields.value("absolute minimum", row.absolute_minimum).value("minimum", row.minimum);
        fields.value("earliest", row.earliest_recommended).value("latest", row.latest_recommended);
        fields.value("maximum", row.maximum).in_effect(row.in_effect);
        out.add(2, fields.done());
    }
    for row in &dose.intervals {
        let mut fields = Fields::new(format!("interval {}", anchor(&row.anchor)));
        fields.value("absolute minimum", row.absolute_minimum).value("minimum", row.minimum);
        fields.value("earliest", row.earliest_recommended).value("latest", row.latest_recommended);
        fields.flag("priority", row.has_priority).in_effect(row.in_effect);
        out.add(2, fields.done());
    }
    for row in &dose.allowable_intervals {
        let mut fields = Fields::new(format!("allowable interval {}", anchor(&row.anchor)));
        fields.value("absolute minimum", row.absolute_minimum).in_effect(row.in_effect);
        out.add(2, fields.done());
    }
    let mut rest = dose.preferable_vaccines.as_slice();
    while let Some(first) = rest.first() {
        let is_like = |row: &PreferableVaccine| PreferableVaccine { cvx: first.cvx, ..row.clone() } == *first;
        let like = rest.iter().take_while(|row| is_like(row)).count();
        let mut fields = Fields::new(format!("prefer {}", codes(rest[..like].iter().map(|row| row.cvx))));
        fields.ages(first.ages).value("volume", first.volume).flag("forecast", first.is_forecast);
        fields.value("mvx", first.mvx).value("product", first.trade_name.as_ref());
        out.add(2, fields.done());
        rest = &rest[like..];
    }
    for (ages, vaccines) in by_ages(dose.allowable_vaccines.iter().map(|row| (row.ages, row.cvx))) {
        let mut fields = Fields::new(format!("allow {}", codes(vaccines)));
        if let Some(ages) = ages {
            fields.add(ages);
        }
        out.add(2, fields.done());
    }
    if !dose.inadvertent_vaccines.is_empty() {
        out.add(2, format!("inadvertent {}", codes(&dose.inadvertent_vaccines)));
    }
    dose.conditional_skips.iter().for_each(|row| skip::write(out, row));
    if dose.is_recurring {
        out.add(2, "recurring");
    }
    if let Some(season) = dose.season {
        out.add(
            2,
            format!("season {}", range(season.start, "through", season.end).unwrap_or_default()).trim_end(),
        );
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Previous => "from previous".to_owned(),
        Anchor::TargetDose(number) => format!("from dose {number}"),
        Anchor::MostRecent(vaccines) => format!("from most recent {}", codes(vaccines)),
        Anchor::Observation(code) => format!("from observation {code}"),
    }
}
