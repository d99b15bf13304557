//! Text between pipes: the three lists of national drug codes.

use super::Format;
use super::records::{Kind, Record};
use crate::{Facts, Relation, Row, Set, Standing, Window};
use iis_model::Ndc;

pub(super) const UNIT_OF_USE: Format = Format {
    title: "NDC, units of use",
    sets: &[Set::NdcUse],
    relations: &[Relation::UseCvx, Relation::UseId],
    read: |record, _, facts| package(record, facts, Set::NdcUse, Relation::UseCvx, Relation::UseId).map(drop),
};

pub(super) const UNIT_OF_SALE: Format = Format {
    title: "NDC, units of sale",
    sets: &[Set::NdcSale],
    relations: &[Relation::SaleCvx, Relation::SaleId, Relation::CvxRoute],
    read: unit_of_sale,
};

pub(super) const LINKER: Format = Format {
    title: "NDC, units of sale and what is in them",
    sets: &[],
    relations: &[Relation::SaleUse, Relation::SaleMvx, Relation::UseMvx],
    read: linker,
};

const USE_COLUMNS: [&str; 17] = [
    "id",
    "labeler",
    "product",
    "package",
    "name",
    "generic",
    "maker",
    "start",
    "end",
    "packaging",
    "gtin",
    "cvx",
    "vaccine",
    "no ndc",
    "ndc",
    "updated",
    "gtin again",
];
const SALE_COLUMNS: [&str; 16] = [
    "id",
    "labeler",
    "product",
    "package",
    "name",
    "generic",
    "maker",
    "start",
    "end",
    "packaging",
    "route",
    "updated",
    "cvx",
    "vaccine",
    "ndc",
    "gtin",
];
const LINKER_COLUMNS: [&str; 4] = ["id", "sale", "use", "mvx"];

/// The separator of the columns.
const BETWEEN: char = '\u{7c}';

pub(super) fn read(text: &str) -> Result<(Kind, Vec<Record>), (usize, Box<str>)> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    let columns = lines.peek().map_or(0, |(_, line)| line.split(BETWEEN).count());
    let (kind, names): (Kind, &[&str]) = match columns {
        17 => (Kind::UnitOfUse, &USE_COLUMNS),
        16 => (Kind::UnitOfSale, &SALE_COLUMNS),
        4 => (Kind::Linker, &LINKER_COLUMNS),
        _ => return Err((1, "is none of the files that CDC publishes".into())),
    };
    let mut records = Vec::new();
    for (nth, line) in lines {
        let values: Vec<&str> = line.split(BETWEEN).collect();
        if values.len() != names.len() {
            return Err((nth + 1, format!("has {} columns and not {}", values.len(), names.len()).into()));
        }
        let named = names.iter().zip(values).map(|(&name, value)| (name.into(), value.into())).collect();
        records.push(Record { line: nth + 1, values: named });
    }
    Ok((kind, records))
}

fn package(
    record: &Record,
    facts: &mut Facts,
    set: Set,
    to_cvx: Relation,
    ids: Relation,
) -> Result<String, Box<str>> {
    let ndc: Ndc = record.need("ndc")?.parse().map_err(|_| "its ndc does not have the form of one")?;
    let (ndc, cvx) = (ndc.to_string(), record.text("cvx"));
    let (start, end) = (record.day("start")?, record.day("end")?);
    let window = Window { valid_from: start, valid_until: end, ..Window::default() };
    facts.put(set, &ndc, Row { window, ..Row::new(&record.text("name"), Standing::Active) });
    if !cvx.is_empty() {
        facts.link(to_cvx, &ndc, &cvx);
    }
    facts.link(ids, &record.need("id")?, &ndc);
    Ok(cvx)
}

fn unit_of_sale(record: &Record, _: &Facts, facts: &mut Facts) -> Result<(), Box<str>> {
    let cvx = package(record, facts, Set::NdcSale, Relation::SaleCvx, Relation::SaleId)?;
    let said = record.text("route").to_ascii_uppercase();
    for (words, code) in ROUTES {
        if !cvx.is_empty() && words.iter().any(|word| said.contains(word)) {
            facts.link(Relation::CvxRoute, &cvx, code);
        }
    }
    Ok(())
}

/// How the list writes routes, and their codes of the NCI Thesaurus and of HL7 table 0162.
const ROUTES: &[(&[&str], &str)] = &[
    (&["INTRAMUSCULAR"], "C28161"),
    (&["INTRAMUSCULAR"], "IM"),
    (&["SUBCU"], "C38299"),
    (&["SUBCU"], "SC"),
    (&["INTRADERMAL"], "C38238"),
    (&["INTRADERMAL"], "ID"),
    (&["NASAL"], "C38284"),
    (&["NASAL"], "NS"),
    (&["NASAL"], "IN"),
    (&["ORAL"], "C38288"),
    (&["ORAL"], "PO"),
    (&["PERCUTANEOUS"], "C38676"),
];

/// Rows name packages by CDC's numbers; a package without a row is passed over, as CDC keeps pairs of withdrawn ones.
fn linker(record: &Record, known: &Facts, facts: &mut Facts) -> Result<(), Box<str>> {
    let (sale, unit, mvx) = (record.need("sale")?, record.need("use")?, record.text("mvx"));
    let sale = known.linked(Relation::SaleId, &sale).next();
    let unit = known.linked(Relation::UseId, &unit).next();
    if let (Some(sale), Some(unit)) = (sale, unit) {
        facts.link(Relation::SaleUse, sale, unit);
    }
    if !mvx.is_empty() {
        for (package, relation) in [(sale, Relation::SaleMvx), (unit, Relation::UseMvx)] {
            if let Some(package) = package {
                facts.link(relation, package, &mvx);
            }
        }
    }
    Ok(())
}
