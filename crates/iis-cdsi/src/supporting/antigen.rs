//! Reading one antigen file (`antigenSupportingData`).

use super::element::Element;
use super::model::{
    AgeRow, AllowableIntervalRow, Anchor, Antigen, Contraindication, ImmunityByBirth, Indication,
    IntervalRow, PreferableVaccine, Season, Series, SeriesDose, SeriesType, VaccineAtAge,
};
use super::reading::{Reading, fold};
use super::skip;
use crate::codes::{Cvx, Mvx, ObservationCode, Sex, Volume};
use crate::dates::{Day, Duration};

/// Reads an antigen file.
pub(super) fn read(r: &mut Reading<'_>, root: &Element) -> Antigen {
    r.knows_only(root, &["immunity", "contraindications", "series"]);
    let mut antigen = Antigen::default();
    for immunity in root.all("immunity") {
        read_immunity(r, immunity, &mut antigen);
    }
    for part in root.all("contraindications") {
        r.knows_only(part, &["vaccineGroup", "vaccine"]);
        let rows = part.all("vaccineGroup").flat_map(|kind| &kind.children);
        antigen.contraindications.extend(rows.filter_map(|row| read_contraindication(r, row, false)));
        let rows = part.all("vaccine").flat_map(|kind| &kind.children);
        antigen.contraindications.extend(rows.filter_map(|row| read_contraindication(r, row, true)));
    }
    for element in root.all("series") {
        let disease = r.name(element, "targetDisease");
        if antigen.name.is_empty() {
            antigen.name = disease;
        } else if antigen.name != disease {
            r.wrong(element, "names another target disease than the series before");
        }
        let series = read_series(r, element);
        antigen.series.push(series);
    }
    antigen
}

fn read_immunity(r: &mut Reading<'_>, immunity: &Element, antigen: &mut Antigen) {
    r.knows_only(immunity, &["clinicalHistory", "dateOfBirth"]);
    for history in immunity.all("clinicalHistory").filter(|e| !e.is_empty()) {
        r.knows_only(history, &["guidelineCode", "guidelineTitle"]);
        antigen.immunity_observations.extend(r.observation(history, "guidelineCode"));
    }
    for birth in immunity.all("dateOfBirth").filter(|e| !e.is_empty()) {
        r.knows_only(birth, &["immunityBirthDate", "birthCountry", "exclusion"]);
        let born_before = r.value(birth, "immunityBirthDate", "a date (MM/DD/YYYY)", month_first);
        let exclusions = birth.all("exclusion").filter(|e| !e.is_empty());
        let exclusions = exclusions.filter_map(|e| r.observation(e, "exclusionCode")).collect();
        let country = Reading::text(birth, "birthCountry").map(str::to_owned);
        match born_before {
            Some(born_before) => {
                antigen.immunity_by_birth.push(ImmunityByBirth { born_before, country, exclusions });
            }
            None => r.wrong(birth, "has no immunityBirthDate"),
        }
    }
}

/// Immunity dates are written MM/DD/YYYY.
fn month_first(text: &str) -> Option<Day> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    Day::checked(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn read_contraindication(
    r: &mut Reading<'_>,
    row: &Element,
    is_of_vaccines: bool,
) -> Option<Contraindication> {
    #[rustfmt::skip]
    r.knows_only(row, &["observationCode", "observationTitle", "contraindicationText",
        "contraindicationGuidance", "contraindicatedVaccine", "beginAge", "endAge"]);
    let observation = r.observation(row, "observationCode")?;
    let vaccines: Vec<_> =
        row.all("contraindicatedVaccine").filter_map(|e| read_vaccine_at_age(r, e)).collect();
    if is_of_vaccines && vaccines.is_empty() {
        r.wrong(row, "names no contraindicated vaccine");
    }
    let ages = r.ages(row, "beginAge", "endAge");
    let lasts = row.all("contraindicationText").find_map(|text| lasts(&text.text));
    Some(Contraindication { observation, ages, lasts, vaccines: is_of_vaccines.then_some(vaccines) })
}

/// How long a contraindication lasts stands nowhere but in its text: "… administered in the
/// previous 3 months". Without it a child who got immune globulin at birth could never be
/// vaccinated against measles. Hours become whole days.
fn lasts(text: &str) -> Option<Duration> {
    let (_, behind) = text.split_once("in the previous ")?;
    let mut words = behind.split([' ', '.']);
    let (number, unit) = (words.next()?, words.next()?);
    if unit.starts_with("hour") {
        let hours: u32 = number.parse().ok()?;
        return Duration::parse(&format!("{} days", hours.div_ceil(24)));
    }
    Duration::parse(&format!("{number} {unit}"))
}

fn read_vaccine_at_age(r: &mut Reading<'_>, element: &Element) -> Option<VaccineAtAge> {
    r.knows_only(element, &["vaccineType", "cvx", "beginAge", "endAge"]);
    Some(VaccineAtAge { cvx: r.cvx(element)?, ages: r.ages(element, "beginAge", "endAge") })
}

fn read_series(r: &mut Reading<'_>, element: &Element) -> Series {
    #[rustfmt::skip]
    r.knows_only(element, &["seriesName", "targetDisease", "vaccineGroup", "seriesAdminGuidance", "seriesType",
        "equivalentSeriesGroups", "requiredGender", "selectSeries", "indication", "seriesDose"]);
    let mut series = Series {
        name: r.name(element, "seriesName"),
        vaccine_group: r.name(element, "vaccineGroup"),
        series_type: r.value(element, "seriesType", "a series type", series_type).unwrap_or_default(),
        equivalent_groups: r.group_list(element, "equivalentSeriesGroups"),
        priority: 'A',
        preference: u8::MAX,
        ..Series::default()
    };
    for gender in element.all("requiredGender").filter(|e| !e.is_empty()) {
        match Sex::parse(gender.text.trim()) {
            Some(sex) => series.sexes.push(sex),
            None => r.wrong(gender, "is not Female, Male or Unknown"),
        }
    }
    series.sexes.sort_unstable();
    match element.first("selectSeries") {
        Some(select) => read_selection(r, select, &mut series),
        None => r.wrong(element, "has no <selectSeries>"),
    }
    for indication in element.all("indication").filter(|e| !e.is_empty()) {
        series.indications.extend(read_indication(r, indication));
    }
    for (dose, number) in element.all("seriesDose").zip(1u8..=u8::MAX) {
        let dose = read_dose(r, dose, number);
        series.doses.push(dose);
    }
    series
}

fn series_type(text: &str) -> Option<SeriesType> {
    match text {
        "Standard" => Some(SeriesType::Standard),
        "Risk" => Some(SeriesType::Risk),
        "Evaluation Only" => Some(SeriesType::EvaluationOnly),
        _ => None,
    }
}

fn read_selection(r: &mut Reading<'_>, select: &Element, series: &mut Series) {
    #[rustfmt::skip]
    r.knows_only(select, &["defaultSeries", "productPath", "seriesGroupName", "seriesGroup", "seriesPriority",
        "seriesPreference", "minAgeToStart", "maxAgeToStart"]);
    series.is_default = r.yes_no(select, "defaultSeries").unwrap_or(false);
    series.is_product_path = r.yes_no(select, "productPath").unwrap_or(false);
    series.group_name = r.name(select, "seriesGroupName");
    series.group = r.number(select, "seriesGroup").unwrap_or_default();
    if series.group == 0 {
        r.wrong(select, "has no series group");
    }
    let letter = |text: &str| text.parse().ok().filter(char::is_ascii_uppercase);
    series.priority = r.value(select, "seriesPriority", "a capital letter", letter).unwrap_or('A');
    series.preference = r.number(select, "seriesPreference").unwrap_or(u8::MAX);
    series.start = r.ages(select, "minAgeToStart", "maxAgeToStart");
}

fn read_indication(r: &mut Reading<'_>, element: &Element) -> Option<Indication> {
    r.knows_only(element, &["observationCode", "description", "beginAge", "endAge", "guidance"]);
    let code = element.first("observationCode")?;
    r.knows_only(code, &["text", "code"]);
    Some(Indication {
        observation: r.observation(code, "code")?,
        ages: r.ages(element, "beginAge", "endAge"),
    })
}

fn read_dose(r: &mut Reading<'_>, element: &Element, number: u8) -> SeriesDose {
    #[rustfmt::skip]
    r.knows_only(element, &["doseNumber", "age", "interval", "allowableInterval", "preferableVaccine",
        "allowableVaccine", "inadvertentVaccine", "conditionalSkip", "recurringDose", "seasonalRecommendation"]);
    let is_numbered = r.needed(element, "doseNumber").strip_prefix("Dose ").and_then(|n| n.parse().ok());
    if is_numbered != Some(number) {
        r.wrong(element, format!("should be numbered Dose {number}"));
    }
    let filled = |name| element.all(name).filter(|e| !e.is_empty());
    let mut dose = SeriesDose {
        number,
        ages: filled("age").map(|e| read_age(r, e)).collect(),
        intervals: filled("interval").filter_map(|e| read_interval(r, e)).collect(),
        allowable_intervals: filled("allowableInterval")
            .filter_map(|e| read_allowable_interval(r, e))
            .collect(),
        preferable_vaccines: filled("preferableVaccine").filter_map(|e| read_preferable(r, e)).collect(),
        allowable_vaccines: filled("allowableVaccine").filter_map(|e| read_vaccine_at_age(r, e)).collect(),
        inadvertent_vaccines: filled("inadvertentVaccine").filter_map(|e| read_inadvertent(r, e)).collect(),
        conditional_skips: filled("conditionalSkip").map(|e| skip::read(r, e)).collect(),
        is_recurring: r.yes_no(element, "recurringDose").unwrap_or(false),
        season: filled("seasonalRecommendation").map(|e| read_season(r, e)).next(),
    };
    dose.allowable_vaccines.sort_unstable();
    dose.allowable_vaccines.dedup();
    dose.inadvertent_vaccines.sort_unstable();
    dose.inadvertent_vaccines.dedup();
    dose
}

fn read_age(r: &mut Reading<'_>, element: &Element) -> AgeRow {
    #[rustfmt::skip]
    r.knows_only(element, &["absMinAge", "minAge", "earliestRecAge", "latestRecAge", "maxAge",
        "effectiveDate", "cessationDate"]);
    AgeRow {
        absolute_minimum: r.duration(element, "absMinAge"),
        minimum: r.duration(element, "minAge"),
        earliest_recommended: r.duration(element, "earliestRecAge"),
        latest_recommended: r.duration(element, "latestRecAge"),
        maximum: r.duration(element, "maxAge"),
        in_effect: r.in_effect(element),
    }
}

fn read_interval(r: &mut Reading<'_>, element: &Element) -> Option<IntervalRow> {
    #[rustfmt::skip]
    r.knows_only(element, &["fromPrevious", "fromTargetDose", "fromMostRecent", "fromRelevantObs", "absMinInt",
        "minInt", "earliestRecInt", "latestRecInt", "intervalPriority", "effectiveDate", "cessationDate"]);
    let has_priority = |text: &str| (text == "override").then_some(true);
    Some(IntervalRow {
        anchor: read_anchor(r, element)?,
        absolute_minimum: r.duration(element, "absMinInt"),
        minimum: r.duration(element, "minInt"),
        earliest_recommended: r.duration(element, "earliestRecInt"),
        latest_recommended: r.duration(element, "latestRecInt"),
        has_priority: r.value(element, "intervalPriority", "override", has_priority).unwrap_or(false),
        in_effect: r.in_effect(element),
    })
}

fn read_allowable_interval(r: &mut Reading<'_>, element: &Element) -> Option<AllowableIntervalRow> {
    r.knows_only(element, &["fromPrevious", "fromTargetDose", "absMinInt", "effectiveDate", "cessationDate"]);
    Some(AllowableIntervalRow {
        anchor: read_anchor(r, element)?,
        absolute_minimum: r.duration(element, "absMinInt"),
        in_effect: r.in_effect(element),
    })
}

/// Exactly one anchor must be named.
fn read_anchor(r: &mut Reading<'_>, element: &Element) -> Option<Anchor> {
    let mut anchors = Vec::new();
    if r.yes_no(element, "fromPrevious") == Some(true) {
        anchors.push(Anchor::Previous);
    }
    anchors.extend(r.number(element, "fromTargetDose").map(Anchor::TargetDose));
    let most_recent = r.cvx_list(element, "fromMostRecent");
    if !most_recent.is_empty() {
        anchors.push(Anchor::MostRecent(most_recent));
    }
    let observed = element.first("fromRelevantObs").filter(|e| !e.is_empty());
    let code: Option<ObservationCode> = observed.and_then(|e| {
        r.knows_only(e, &["code", "text"]);
        r.observation(e, "code")
    });
    anchors.extend(code.map(Anchor::Observation));
    let anchor = anchors.pop();
    if anchor.is_none() || !anchors.is_empty() {
        r.wrong(element, "does not name exactly one anchor");
        return None;
    }
    anchor
}

fn read_preferable(r: &mut Reading<'_>, element: &Element) -> Option<PreferableVaccine> {
    #[rustfmt::skip]
    r.knows_only(element, &["vaccineType", "cvx", "beginAge", "endAge", "tradeName", "mvx", "volume",
        "forecastVaccineType"]);
    Some(PreferableVaccine {
        cvx: r.cvx(element)?,
        ages: r.ages(element, "beginAge", "endAge"),
        trade_name: Reading::text(element, "tradeName").map(fold),
        mvx: r.value(element, "mvx", "an MVX code", Mvx::parse),
        volume: r.value(element, "volume", "a volume", Volume::parse_milliliters),
        is_forecast: r.yes_no(element, "forecastVaccineType").unwrap_or(false),
    })
}

fn read_inadvertent(r: &mut Reading<'_>, element: &Element) -> Option<Cvx> {
    r.knows_only(element, &["vaccineType", "cvx"]);
    r.cvx(element)
}

fn read_season(r: &mut Reading<'_>, element: &Element) -> Season {
    r.knows_only(element, &["startDate", "endDate"]);
    Season { start: r.day(element, "startDate"), end: r.day(element, "endDate") }
}
