//! Reading the table of an antigen.

use crate::codes::{Mvx, ObservationCode, Sex, Volume};
use crate::dates::{Day, Duration};
use crate::supporting::model::{
    AgeRange, AgeRow, AllowableIntervalRow, Anchor, Antigen, Contraindication, ImmunityByBirth, InEffect,
    Indication, IntervalRow, PreferableVaccine, Season, Series, SeriesDose, SeriesType, VaccineAtAge,
};
use crate::tables::fields::{
    flag, read_ages, read_cvx_list, read_fields, read_in_effect, read_observations, read_range, take,
};
use crate::tables::{Line, LineResult, lines, skip};

fn read_anchor(text: &str) -> Option<Anchor> {
    let from = text.strip_prefix("from ")?;
    if from == "previous" {
        Some(Anchor::Previous)
    } else if let Some(number) = from.strip_prefix("dose ") {
        Some(Anchor::TargetDose(number.parse().ok()?))
    } else if let Some(list) = from.strip_prefix("most recent ") {
        Some(Anchor::MostRecent(read_cvx_list(list)?))
    } else {
        Some(Anchor::Observation(ObservationCode::parse(from.strip_prefix("observation ")?)?))
    }
}

/// Reads the table.
pub(in crate::tables) fn read(text: &str) -> LineResult<Antigen> {
    let mut antigen = Antigen::default();
    for line in lines(text) {
        read_line(&mut antigen, &line).map_err(|what| (line.number, what))?;
    }
    Ok(antigen)
}

fn read_line(antigen: &mut Antigen, line: &Line<'_>) -> Result<(), String> {
    let unknown = || format!("{:?} is not known here", line.text);
    let series = antigen.series.last_mut();
    match (line.depth, series) {
        (0, _) => read_antigen_line(antigen, line.text),
        (1, Some(series)) => read_series_line(series, line.text),
        (2, Some(Series { doses, .. })) => {
            let dose = doses.last_mut().ok_or_else(unknown)?;
            read_dose_line(dose, line.text)
        }
        (depth, Some(Series { doses, .. })) => {
            let skip =
                doses.last_mut().and_then(|dose| dose.conditional_skips.last_mut()).ok_or_else(unknown)?;
            skip::read_line(skip, depth, line.text)
        }
        _ => Err(unknown()),
    }
}

fn bad(text: &str) -> String {
    format!("{text:?} cannot be read")
}

fn read_antigen_line(antigen: &mut Antigen, text: &str) -> Result<(), String> {
    let mut fields = text.split("; ");
    let first = fields.next().unwrap_or_default();
    if let Some(name) = text.strip_prefix("antigen ") {
        name.clone_into(&mut antigen.name);
    } else if let Some(name) = text.strip_prefix("series ") {
        antigen.series.push(Series {
            name: name.to_owned(),
            preference: u8::MAX,
            priority: 'A',
            ..Series::default()
        });
    } else if let Some(date) = first.strip_prefix("immune born before ") {
        let born_before = Day::parse(date).ok_or_else(|| bad(date))?;
        let (mut country, mut exclusions) = (None, None);
        read_fields(fields, |field| {
            take(&mut country, field, "in", |text| Some(text.to_owned()))
                .or_else(|| take(&mut exclusions, field, "unless", read_observations))
        })?;
        let exclusions = exclusions.unwrap_or_default();
        antigen.immunity_by_birth.push(ImmunityByBirth { born_before, country, exclusions });
    } else if let Some(list) = text.strip_prefix("immune ") {
        antigen.immunity_observations = read_observations(list).ok_or_else(|| bad(list))?;
    } else if let Some(code) = first.strip_prefix("contraindicated ") {
        let observation = ObservationCode::parse(code).ok_or_else(|| bad(code))?;
        let mut row =
            Contraindication { observation, ages: AgeRange::default(), lasts: None, vaccines: None };
        read_fields(fields, |field| {
            if let Some(list) = field.strip_prefix("vaccines ") {
                row.vaccines.get_or_insert_default().extend(read_vaccines_at_age(list)?);
            } else if let Some(lasts) = field.strip_prefix("lasts ") {
                row.lasts = Some(Duration::parse(lasts)?);
            } else {
                row.ages = read_ages(field)?;
            }
            Some(())
        })?;
        antigen.contraindications.push(row);
    } else {
        return Err(bad(text));
    }
    Ok(())
}

/// Reads `03 04 from 2 years until 4 years`.
fn read_vaccines_at_age(text: &str) -> Option<Vec<VaccineAtAge>> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (list, ages) = text.split_at(split);
    let ages = if ages.is_empty() { AgeRange::default() } else { read_ages(ages)? };
    let list = read_cvx_list(list.trim_end())?;
    Some(list.into_iter().map(|cvx| VaccineAtAge { ages, cvx }).collect())
}

fn read_series_line(series: &mut Series, text: &str) -> Result<(), String> {
    let mut fields = text.split("; ");
    let first = fields.next().unwrap_or_default();
    if let Some(group) = text.strip_prefix("group ") {
        let (number, name) = group.split_once(' ').ok_or_else(|| bad(text))?;
        series.group = number.parse().map_err(|_| bad(number))?;
        name.clone_into(&mut series.group_name);
        return Ok(());
    }
    if let Some(number) = text.strip_prefix("dose ") {
        let number = number.parse().map_err(|_| bad(text))?;
        if usize::from(number) != series.doses.len() + 1 {
            return Err(format!("dose {number} is out of order"));
        }
        series.doses.push(SeriesDose { number, ..SeriesDose::default() });
        return Ok(());
    }
    if let Some(code) = first.strip_prefix("indication ") {
        let observation = ObservationCode::parse(code).ok_or_else(|| bad(code))?;
        let mut ages = AgeRange::default();
        read_fields(fields, |field| read_ages(field).map(|read| ages = read))?;
        series.indications.push(Indication { observation, ages });
        return Ok(());
    }
    series.series_type = match first {
        "standard" => SeriesType::Standard,
        "risk" => SeriesType::Risk,
        "evaluation only" => SeriesType::EvaluationOnly,
        _ => return Err(bad(first)),
    };
    let (mut priority, mut preference, mut sexes, mut equivalent, mut start) = (None, None, None, None, None);
    read_fields(fields, |field| {
        take(&mut priority, field, "priority", |text| text.parse().ok())
            .or_else(|| take(&mut preference, field, "preference", |text| text.parse().ok()))
            .or_else(|| flag(&mut series.is_default, field, "default"))
            .or_else(|| flag(&mut series.is_product_path, field, "product path"))
            .or_else(|| take(&mut sexes, field, "sex", |text| text.split(' ').map(Sex::parse).collect()))
            .or_else(|| {
                let read = |text: &str| text.split(' ').map(|number| number.parse().ok()).collect();
                take(&mut equivalent, field, "equivalent to", read)
            })
            .or_else(|| take(&mut start, field, "start", read_ages))
    })?;
    series.priority = priority.unwrap_or('A');
    series.preference = preference.unwrap_or(u8::MAX);
    series.sexes = sexes.unwrap_or_default();
    series.equivalent_groups = equivalent.unwrap_or_default();
    series.start = start.unwrap_or_default();
    Ok(())
}

fn read_dose_line(dose: &mut SeriesDose, text: &str) -> Result<(), String> {
    let mut fields = text.split("; ");
    let first = fields.next().unwrap_or_default();
    if first == "age" {
        dose.ages.push(read_age(fields)?);
    } else if let Some(from) = first.strip_prefix("interval ") {
        dose.intervals.push(read_interval(read_anchor(from).ok_or_else(|| bad(from))?, fields)?);
    } else if let Some(from) = first.strip_prefix("allowable interval ") {
        let anchor = read_anchor(from).ok_or_else(|| bad(from))?;
        let (mut absolute_minimum, mut in_effect) = (None, InEffect::default());
        read_fields(fields, |field| {
            take(&mut absolute_minimum, field, "absolute minimum", Duration::parse)
                .or_else(|| read_in_effect(field).map(|row| in_effect = row))
        })?;
        dose.allowable_intervals.push(AllowableIntervalRow { anchor, absolute_minimum, in_effect });
    } else if let Some(list) = first.strip_prefix("prefer ") {
        let product = text.split_once("; product ").map(|(_, name)| name.to_owned());
        let fields = text.split("; product ").next().unwrap_or_default().split("; ").skip(1);
        dose.preferable_vaccines.extend(read_preferable(list, fields, product.as_deref())?);
    } else if let Some(list) = first.strip_prefix("allow ") {
        let list = read_cvx_list(list).ok_or_else(|| bad(list))?;
        let mut ages = AgeRange::default();
        read_fields(fields, |field| read_ages(field).map(|read| ages = read))?;
        dose.allowable_vaccines.extend(list.into_iter().map(|cvx| VaccineAtAge { ages, cvx }));
        dose.allowable_vaccines.sort_unstable();
    } else if let Some(list) = text.strip_prefix("inadvertent ") {
        dose.inadvertent_vaccines = read_cvx_list(list).ok_or_else(|| bad(list))?;
    } else if let Some(rest) = text.strip_prefix("skip ") {
        dose.conditional_skips.push(skip::read(rest).ok_or_else(|| bad(text))?);
    } else if text == "recurring" {
        dose.is_recurring = true;
    } else if text == "season" {
        dose.season = Some(Season::default());
    } else if let Some(season) = text.strip_prefix("season ") {
        let (start, end) = read_range(season, "through", Day::parse).ok_or_else(|| bad(season))?;
        dose.season = Some(Season { start, end });
    } else {
        return Err(bad(text));
    }
    Ok(())
}

fn read_age<'a>(fields: impl Iterator<Item = &'a str>) -> Result<AgeRow, String> {
    let mut row = AgeRow::default();
    read_fields(fields, |field| {
        take(&mut row.absolute_minimum, field, "absolute minimum", Duration::parse)
            .or_else(|| take(&mut row.minimum, field, "minimum", Duration::parse))
            .or_else(|| take(&mut row.earliest_recommended, field, "earliest", Duration::parse))
            .or_else(|| take(&mut row.latest_recommended, field, "latest", Duration::parse))
            .or_else(|| take(&mut row.maximum, field, "maximum", Duration::parse))
            .or_else(|| read_in_effect(field).map(|read| row.in_effect = read))
    })?;
    Ok(row)
}

fn read_interval<'a>(anchor: Anchor, fields: impl Iterator<Item = &'a str>) -> Result<IntervalRow, String> {
    let mut row = IntervalRow {
        anchor,
        absolute_minimum: None,
        minimum: None,
        earliest_recommended: None,
        latest_recommended: None,
        has_priority: false,
        in_effect: InEffect::default(),
    };
    read_fields(fields, |field| {
        take(&mut row.absolute_minimum, field, "absolute minimum", Duration::parse)
            .or_else(|| take(&mut row.minimum, field, "minimum", Duration::parse))
            .or_else(|| take(&mut row.earliest_recommended, field, "earliest", Duration::parse))
            .or_else(|| take(&mut row.latest_recommended, field, "latest", Duration::parse))
            .or_else(|| flag(&mut row.has_priority, field, "priority"))
            .or_else(|| read_in_effect(field).map(|read| row.in_effect = read))
    })?;
    Ok(row)
}

fn read_preferable<'a>(
    list: &str,
    fields: impl Iterator<Item = &'a str>,
    product: Option<&str>,
) -> Result<Vec<PreferableVaccine>, String> {
    let list = read_cvx_list(list).ok_or_else(|| bad(list))?;
    let (mut ages, mut mvx, mut volume, mut is_forecast) = (AgeRange::default(), None, None, false);
    read_fields(fields, |field| {
        take(&mut mvx, field, "mvx", Mvx::parse)
            .or_else(|| take(&mut volume, field, "volume", Volume::parse_milliliters))
            .or_else(|| flag(&mut is_forecast, field, "forecast"))
            .or_else(|| read_ages(field).map(|read| ages = read))
    })?;
    let trade_name = product.map(str::to_owned);
    let row = |cvx| PreferableVaccine { cvx, ages, trade_name: trade_name.clone(), mvx, volume, is_forecast };
    Ok(list.into_iter().map(row).collect())
}
