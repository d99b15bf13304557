//! `cargo xtask import codes`: from the published code sets to the project's own tables.
//!
//! CDC's files say which codes there are; the sets of the public code base say when and at which ages vaccines are used,
//! and hold the small tables. What neither says and the guide needs stands in [`ADDED`].

use anyhow::{Context, Result, bail};
use iis_codes::{Ages, Facts, Kind, Relation, Row, Set, Standing, Window, cdc};
use iis_model::Date;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What was imported.
#[derive(Debug)]
pub(crate) struct Imported {
    /// How many codes of each set.
    pub(crate) counts: Vec<(&'static str, usize)>,
    /// Oddities that do not stand against using it.
    pub(crate) notes: Vec<String>,
}

/// The sets of the public code base, by their names there.
#[rustfmt::skip]
const SETS: &[(&str, Set)] = &[
    ("VACCINATION_CVX_CODE", Set::Cvx), ("VACCINATION_MANUFACTURER_CODE", Set::Mvx),
    ("VACCINATION_NDC_CODE_UNIT_OF_USE", Set::NdcUse), ("VACCINATION_NDC_CODE_UNIT_OF_SALE", Set::NdcSale),
    ("VACCINATION_CPT_CODE", Set::Cpt), ("VACCINATION_TRADE_NAME", Set::TradeName),
    ("ADDRESS_TYPE", Set::AddressType), ("ADMINISTRATION_UNIT", Set::Unit), ("BIRTH_ORDER", Set::BirthOrder),
    ("BODY_ROUTE", Set::Route), ("BODY_SITE", Set::BodySite), ("CONTRAINDICATION_OR_PRECATION", Set::Contraindication),
    ("EVIDENCE_OF_IMMUNITY", Set::Immunity), ("FINANCIAL_STATUS_CODE", Set::Eligibility),
    ("FINANCIAL_STATUS_OBS_METHOD", Set::EligibilityMethod), ("VACCINATION_FUNDING_SOURCE", Set::FundingSource),
    ("HL7_VALUE_TYPE", Set::ValueType), ("ID_TYPE_CODE", Set::IdentifierType),
    ("MESSAGE_PROCESSING_ID", Set::ProcessingId), ("ACKNOWLEDGEMENT_TYPE", Set::Acknowledgment),
    ("OBSERVATION_IDENTIFIER", Set::Observation), ("PATIENT_CLASS", Set::PatientClass),
    ("PATIENT_ETHNICITY", Set::Ethnicity), ("PATIENT_PROTECTION", Set::Protection), ("PATIENT_PUBLICITY", Set::Publicity),
    ("PATIENT_RACE", Set::Race), ("PATIENT_SEX", Set::Sex), ("PERSON_LANGUAGE", Set::Language),
    ("PERSON_NAME_TYPE", Set::NameType), ("PERSON_RELATIONSHIP", Set::Relationship),
    ("REGISTRY_STATUS", Set::RegistryStatus), ("TELECOMMUNICATION_EQUIPMENT", Set::Equipment),
    ("TELECOMMUNICATION_USE", Set::TelecomUse), ("VACCINATION_ACTION_CODE", Set::Action),
    ("VACCINATION_COMPLETION", Set::Completion), ("VACCINATION_CONFIDENTIALITY", Set::Confidentiality),
    ("VACCINATION_INFORMATION_SOURCE", Set::InformationSource), ("VACCINATION_ORDER_CONTROL_CODE", Set::OrderControl),
    ("VACCINATION_REACTION", Set::Reaction), ("VACCINATION_REFUSAL", Set::Refusal),
    ("VACCINATION_SPECIAL_INDICATIONS", Set::Indication),
];

/// Codes that the immunization guide or its users need and neither source has.
#[rustfmt::skip]
const ADDED: &[(Set, &str, &str)] = &[
    (Set::Sex,         "X",       "Neither female nor male"),
    (Set::Observation, "75505-8", "Serological evidence of immunity"),
    (Set::Observation, "30973-2", "Dose number in series"),
    (Set::Observation, "59777-3", "Latest date next dose may be given"),
    (Set::Observation, "59778-1", "Date dose is overdue"),
    (Set::Observation, "59779-9", "Immunization schedule used"),
    (Set::Observation, "48767-8", "Annotation comment"),
];

/// Reads `from/cdc` and `from/csv/aira_sets_all.csv`, and writes the tables to `to`.
pub(crate) fn import(from: &Path, to: &Path, date: &str) -> Result<Imported> {
    let published = cdc::import(&Facts::default(), &files(&from.join("cdc"))?);
    let (errors, notes): (Vec<_>, Vec<_>) = published.problems.iter().partition(|problem| problem.is_error);
    if !errors.is_empty() {
        bail!("the files have {} errors:\n{}", errors.len(), lines(&errors));
    }
    let mut facts = published.facts;
    let mut used = used(&from.join("csv/aira_sets_all.csv"))?;
    without_days_of_the_tables(&mut used, &from.join("csv"))?;
    facts.fill(&used);
    without_ends_of_what_is_in_use(&mut facts, date.parse().with_context(|| format!("{date} is not a day"))?);
    for &(set, code, label) in ADDED {
        facts.put(set, code, Row::new(label, Standing::Active));
    }
    let mut tables = iis_codes::write(&facts);
    if iis_codes::read(&tables)? != facts {
        bail!("the tables do not say the same as the files");
    }
    tables.push(("SOURCE.md".to_owned(), source(date, &facts)));
    fs::create_dir_all(to)?;
    for (name, text) in tables {
        fs::write(to.join(&name), text).with_context(|| format!("writing {name}"))?;
    }
    Ok(Imported { counts: facts.counts(), notes: notes.iter().map(ToString::to_string).collect() })
}

fn lines(problems: &[&cdc::Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        files.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), fs::read(&path)?));
    }
    files.sort();
    Ok(files)
}

/// When codes are used, and the small tables.
fn used(path: &Path) -> Result<Facts> {
    let mut facts = Facts::default();
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("reading {}", path.display()))?;
    for row in reader.deserialize() {
        let row: BTreeMap<String, String> = row?;
        let text = |column: &str| row.get(column).map_or("", |text| text.trim());
        let Some(&(_, set)) = SETS.iter().find(|(name, _)| *name == text("set")) else { continue };
        // Spellings of national drug codes without dashes are no codes of their own: they are read as the code.
        if matches!(set, Set::NdcUse | Set::NdcSale) && text("status") != "Valid" {
            continue;
        }
        let code = text("code");
        if facts.has(set, code) && text("status") != "Valid" {
            continue;
        }
        facts.put(set, code, read(&row)?);
        for link in text("links").split(';').filter(|_| set == Set::Eligibility) {
            if let Some(funding) = link.strip_prefix("VACCINATION_FUNDING_SOURCE=") {
                facts.link(Relation::EligibilityFunding, code, funding);
            }
        }
    }
    replacements(&mut facts);
    Ok(facts)
}

fn read(row: &BTreeMap<String, String>) -> Result<Row> {
    let text = |column: &str| row.get(column).map_or("", |text| text.trim());
    let day = |column: &str| match text(column) {
        "" => Ok(None),
        text => self::day(text).map(Some).with_context(|| format!("{text} is not a day")),
    };
    let months =
        |column: &str| if text(column).is_empty() { Ok(None) } else { text(column).parse().map(Some) };
    let standing = match text("status") {
        "Deprecated" => Standing::Deprecated,
        "Ignored" => Standing::Ignored,
        "Invalid" => Standing::Invalid,
        _ => Standing::Active,
    };
    let kind = match text("concept_type") {
        "" => None,
        "foreign vaccine" => Some(Kind::Foreign),
        "unspecified" => Some(Kind::Unspecified),
        "non vaccine" => Some(Kind::NotVaccine),
        _ => Some(Kind::Vaccine),
    };
    Ok(Row {
        window: Window {
            valid_from: day("not_before")?,
            expected_from: day("not_expected_before")?,
            expected_until: day("not_expected_after")?,
            valid_until: day("not_after")?,
        },
        ages: Ages {
            from_months: months("age_not_before_month")?,
            until_months: months("age_not_after_month")?,
        },
        kind,
        ..Row::new(text("label"), standing)
    })
}

/// The day on which CDC first put its tables on the web.
const FIRST_TABLES: Date = Date::constant(2010, 5, 28);

/// Where the code base knew no day of first use, it took the day of the row's last change, or of the first table: these say
/// nothing of the vaccine and are dropped. Groups of vaccines are right for every day of history.
fn without_days_of_the_tables(facts: &mut Facts, folder: &Path) -> Result<()> {
    let tables = [
        (Set::Cvx, "cvx.csv", "CVXCode", "LastUpdated"),
        (Set::Mvx, "mvx.csv", "MVX_CODE", "Last Updated"),
        (Set::TradeName, "tradename.csv", "CDC Product Name", "Last Updated"),
    ];
    for (set, file, code, updated) in tables {
        let mut reader =
            csv::Reader::from_path(folder.join(file)).with_context(|| format!("reading {file}"))?;
        let mut changed: BTreeMap<String, Vec<Date>> = BTreeMap::new();
        for row in reader.deserialize() {
            let row: BTreeMap<String, String> = row?;
            let text = |column: &str| row.get(column).map_or("", |text| text.trim());
            changed.entry(text(code).to_owned()).or_default().extend(american_day(text(updated)));
        }
        for (code, row) in facts.rows.entry(set).or_default() {
            let changed = changed.get(&**code).map(Vec::as_slice).unwrap_or_default();
            let says_nothing = |day: &Date| *day == FIRST_TABLES || changed.contains(day);
            row.window.valid_from = row.window.valid_from.filter(|day| !says_nothing(day));
            row.window.expected_from = row.window.expected_from.filter(|day| !says_nothing(day));
            if row.kind == Some(Kind::Unspecified) {
                row.window = Window::default();
            }
        }
    }
    Ok(())
}

/// A vaccine may come back, as trivalent influenza vaccines did in 2024: where CDC lists it, its maker or its product as in
/// use, an end before the day of the tables is out of date and is dropped.
fn without_ends_of_what_is_in_use(facts: &mut Facts, on: Date) {
    for set in [Set::Cvx, Set::Mvx, Set::TradeName] {
        let rows = facts.rows.entry(set).or_default().values_mut();
        for row in rows.filter(|row| row.standing == Standing::Active) {
            row.window.expected_until = row.window.expected_until.filter(|end| *end >= on);
            row.window.valid_until = row.window.valid_until.filter(|end| *end >= on);
        }
    }
}

/// `6/13/2024`.
fn american_day(text: &str) -> Option<Date> {
    let mut parts = text.split('/').map(|part| part.parse::<i16>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `20240630`; a day beyond the end of its month is the month's last.
fn day(text: &str) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (part(0..4)?, i8::try_from(part(4..6)?).ok()?, i8::try_from(part(6..8)?).ok()?);
    let first = Date::new(year, month, 1).ok()?;
    Date::new(year, month, day.min(first.last_of_month().day())).ok()
}

/// A code that is not to be sent any more is replaced by the one in use that is called the same.
fn replacements(facts: &mut Facts) {
    for rows in facts.rows.values_mut() {
        let in_use = rows.iter().filter(|(_, row)| row.standing == Standing::Active);
        let by_label: BTreeMap<_, _> = in_use.map(|(code, row)| (row.label.clone(), code.clone())).collect();
        for row in rows.values_mut().filter(|row| row.standing == Standing::Deprecated) {
            row.replaced_by = by_label.get(&row.label).cloned();
        }
    }
}

fn source(date: &str, facts: &Facts) -> String {
    let rows: Vec<String> =
        facts.counts().iter().map(|(set, count)| format!("| `{set}` | {count} |\n")).collect();
    format!(
        "# Code sets of {date}\n\n\
         Publisher: Centers for Disease Control and Prevention (CDC), National Center for Immunization and Respiratory\n\
         Diseases: IIS code sets CVX, MVX, CPT and trade names by CVX, vaccine groups, Vaccine Information Statements with\n\
         their vaccines and addresses, National Drug Codes (unit of use, unit of sale, linker). Works of the United States\n\
         government. Copy of {date}.\n\n\
         Publisher of the days and ages of use, and of the small tables (`tables.csv`): American Immunization Registry\n\
         Association (AIRA), code base of the Measurement and Testing Program, Apache License 2.0. Copy of {date}.\n\n\
         Made from these by `cargo xtask import codes`; the same files give the same bytes. Taken: codes, short and full\n\
         names of vaccines, names of manufacturers and of products, standings, days, ages, which codes belong together,\n\
         addresses of statements. Left out: notes, descriptions, the texts of CPT. Routes of a vaccine are those of its\n\
         packages of sale. Days of first use that are only the day on which a row of the table was made or last changed are\n\
         dropped, and groups of vaccines have no days. So are ends of use before {date} of vaccines, manufacturers and\n\
         products that CDC lists as in use. A deprecated code is replaced by the code in use of the same name. Added by hand: sex X, and\n\
         observations that the immunization guide 1.5 knows and the tables lack. The format is described in\n\
         `crates/iis-codes/src/tables.rs`.\n\n\
         | set | codes |\n| --- | ---: |\n{}",
        rows.concat()
    )
}
