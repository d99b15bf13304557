//! CDC's XML: one element a row, its values as child elements or as pairs of `Name` and `Value`.

use super::Format;
use super::records::{Kind, Record};
use crate::{Facts, Relation, Row, Set, Standing, Window};
use iis_model::{Cpt, Cvx, Mvx};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

macro_rules! format {
    ($(#[$doc:meta])* $name:ident = $title:literal, $sets:expr, $relations:expr, $read:ident) => {
        pub(super) const $name: Format = Format {
            title: $title,
            sets: &$sets,
            relations: &$relations,
            read: |record, _, facts| $read(record, facts),
        };
    };
}

format!(CVX = "CVX, vaccines", [Set::Cvx], [], cvx);
format!(MVX = "MVX, manufacturers", [Set::Mvx], [], mvx);
format!(CPT = "CPT, procedures and their vaccines", [Set::Cpt], [Relation::CptCvx], cpt);
format!(
    VACCINE_GROUPS = "vaccines and their groups",
    [Set::VaccineGroup],
    [Relation::CvxGroup, Relation::GroupCvx],
    vaccine_group
);
format!(TRADE_NAMES = "trade names", [Set::TradeName], [Relation::TradeProduct], trade_name);
format!(STATEMENTS = "VIS, statements", [Set::Vis], [], statement);
format!(STATEMENT_VACCINES = "VIS, statements and their vaccines", [], [Relation::VisCvx], statement_vaccine);
format!(
    STATEMENT_ADDRESSES = "VIS, addresses",
    [],
    [Relation::VisPage, Relation::VisPrint],
    statement_address
);

/// The root element of each file.
const ROOTS: &[(&str, Kind)] = &[
    ("CVXCodes", Kind::Cvx),
    ("MVXCodes", Kind::Mvx),
    ("CPTCodes", Kind::Cpt),
    ("VGCodes", Kind::VaccineGroups),
    ("productnames", Kind::TradeNames),
    ("VISLookup", Kind::Statements),
    ("CVXVIS", Kind::StatementVaccines),
    ("VISURL", Kind::StatementAddresses),
];

/// Rows lie one below the root, their values one below the row.
pub(super) fn read(text: &str) -> Result<(Kind, Vec<Record>), (usize, Box<str>)> {
    let mut reader = Reader::from_str(text);
    let (mut path, mut kind, mut records): (Vec<String>, _, Vec<Record>) = (Vec::new(), None, Vec::new());
    let (mut value, mut name) = (String::new(), String::new());
    let line_of = |at: u64| {
        text.as_bytes()
            .iter()
            .take(usize::try_from(at).unwrap_or(usize::MAX))
            .filter(|&&b| b == b'\n')
            .count()
            + 1
    };
    loop {
        let event = reader.read_event();
        let line = |reader: &Reader<&[u8]>| line_of(reader.buffer_position());
        let event =
            event.map_err(|error| (line(&reader), std::format!("is not well-formed XML: {error}").into()))?;
        match event {
            Event::Start(tag) => {
                path.push(local(&tag));
                match path.len() {
                    1 => kind = root(&path[0]),
                    2 => records.push(Record { line: line(&reader), values: Vec::new() }),
                    _ => value.clear(),
                }
                if path.len() == 1 && kind.is_none() {
                    return Err((line(&reader), "is none of the files that CDC publishes".into()));
                }
            }
            Event::Empty(tag) => {
                if let Some(record) = records.last_mut().filter(|_| path.len() == 2) {
                    put(record, &local(&tag), &address(&tag), &mut name);
                }
            }
            Event::Text(piece) => value.push_str(&piece.xml10_content()),
            Event::CData(piece) => value.push_str(&piece.xml10_content()),
            Event::GeneralRef(entity) => value.push_str(&resolve(&entity)),
            Event::End(_) => {
                let closed = path.pop().unwrap_or_default();
                if let Some(record) = records.last_mut().filter(|_| path.len() == 2) {
                    put(record, &closed, &value, &mut name);
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if !path.is_empty() {
        return Err((line_of(u64::MAX), "ends inside an element".into()));
    }
    kind.map(|kind| (kind, records)).ok_or_else(|| (1, "holds no element".into()))
}

fn root(name: &str) -> Option<Kind> {
    ROOTS.iter().find(|(root, _)| *root == name).map(|(_, kind)| *kind)
}

fn local(tag: &BytesStart<'_>) -> String {
    tag.name().as_ref().to_owned()
}

/// The address that an empty element carries as its link, if any.
fn address(tag: &BytesStart<'_>) -> String {
    let link = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == "xlink:href");
    link.map(|attribute| attribute.value.clone().into_owned()).unwrap_or_default()
}

fn resolve(entity: &quick_xml::events::BytesRef<'_>) -> String {
    match entity.resolve_char_ref() {
        Ok(Some(character)) => character.to_string(),
        _ => quick_xml::escape::resolve_xml_entity(&entity.xml10_content()).unwrap_or_default().to_owned(),
    }
}

/// A value: by the name of its element, or of the `Name` before it.
fn put(record: &mut Record, element: &str, value: &str, name: &mut String) {
    match element {
        "Name" => value.trim().clone_into(name),
        "Value" => record.values.push((std::mem::take(name).into(), value.into())),
        element => record.values.push((element.into(), value.into())),
    }
}

fn standing(text: &str) -> Result<Standing, Box<str>> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "" | "active" | "current" => Standing::Active,
        "inactive" | "historic" => Standing::Inactive,
        "non-us" => Standing::NonUs,
        "never active" => Standing::NeverActive,
        "pending" => Standing::Pending,
        _ => return Err("has a status that is not known".into()),
    })
}

fn cvx_code(record: &Record, name: &str) -> Result<String, Box<str>> {
    let code: Cvx = record.need(name)?.parse().map_err(|_| "its CVX code does not have the form of one")?;
    Ok(code.to_string())
}

fn mvx_code(record: &Record, name: &str) -> Result<String, Box<str>> {
    let code: Mvx = record.need(name)?.parse().map_err(|_| "its MVX code does not have the form of one")?;
    Ok(code.to_string())
}

fn cvx(record: &Record, facts: &mut Facts) -> Result<(), Box<str>> {
    let row = Row {
        name: record.text("FullVaccinename").into(),
        ..Row::new(&record.text("ShortDescription"), standing(&record.text("Status"))?)
    };
    facts.put(Set::Cvx, &cvx_code(record, "CVXCode")?, row);
    Ok(())
}

fn mvx(record: &Record, facts: &mut Facts) -> Result<(), Box<str>> {
    let row = Row::new(&record.need("Manufacturer Name")?, standing(&record.text("Status"))?);
    facts.put(Set::Mvx, &mvx_code(record, "MVX_CODE")?, row);
    Ok(())
}

/// The names of procedures belong to their publisher and are left out; the short name of the vaccine stands for them.
fn cpt(record: &Record, facts: &mut Facts) -> Result<(), Box<str>> {
    let code: Cpt =
        record.need("CPT Code")?.parse().map_err(|_| "its CPT code does not have the form of one")?;
    facts.put(Set::Cpt, code.as_str(), Row::new(&record.text("Vaccine Name"), Standing::Active));
    // A procedure without a vaccine has a word in place of the code.
    if let Ok(cvx) = record.text("CVX Code").parse::<Cvx>() {
        facts.link(Relation::CptCvx, code.as_str(), &cvx.to_string());
    }
    Ok(())
}

fn vaccine_group(record: &Record, facts: &mut Facts) -> Result<(), Box<str>> {
    let (group, cvx) = (record.need("Vaccine Group Name")?, cvx_code(record, "CVXCode")?);
    facts.put(Set::VaccineGroup, &group, Row::new("", Standing::Active));
    facts.link(Relation::CvxGroup, &cvx, &group);
    if let Ok(own) = record.text("CVX for Vaccine Group").parse::<Cvx>() {
        facts.link(Relation::GroupCvx, &group, &own.to_string());
    }
    Ok(())
}

/// A name that is listed for several vaccines is in use as long as one of them is.
fn trade_name(record: &Record, facts: &mut Facts) -> Result<(), Box<str>> {
    let name = record.need("CDC Product Name")?;
    let mut row = Row::new("", standing(&record.text("Product name Status"))?);
    let known = facts.rows.get(&Set::TradeName).and_then(|rows| rows.get(&*name));
    if known.is_some_and(|known| known.standing == Standing::Active) {
        row.standing = Standing::Active;
    }
    facts.put(Set::TradeName, &name, row);
    if let Ok(mvx) = mvx_code(record, "MVX Code") {
        facts.link(Relation::TradeProduct, &name, &std::format!("{}/{mvx}", cvx_code(record, "CVXCode")?));
    }
    Ok(())
}

fn statement(record: &Record, facts: &mut Facts) -> Result<(), Box<str>> {
    let code = digits(record, "VIS_encoded_string")?;
    let window = Window { valid_from: record.day("Edition_Date")?, ..Window::default() };
    let row = Row {
        window,
        ..Row::new(&record.text("VIS_Document_Type_Description"), standing(&record.text("status"))?)
    };
    facts.put(Set::Vis, &code, row);
    Ok(())
}

fn statement_vaccine(record: &Record, facts: &mut Facts) -> Result<(), Box<str>> {
    facts.link(Relation::VisCvx, &digits(record, "Fully-encodedString")?, &cvx_code(record, "CVXCode")?);
    Ok(())
}

fn statement_address(record: &Record, facts: &mut Facts) -> Result<(), Box<str>> {
    let document = record.need("VIS_GDTI_document_Conceptcode")?;
    for (name, relation) in [("VIS_HTML_URL", Relation::VisPage), ("VIS_PDF_URL", Relation::VisPrint)] {
        let address = record.text(name);
        if address.starts_with("https://") {
            facts.link(relation, &document, &address);
        }
    }
    Ok(())
}

/// The 24 digits of a statement's bar code.
fn digits(record: &Record, name: &str) -> Result<String, Box<str>> {
    let code = record.need(name)?;
    let fits = code.len() == 24 && code.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(code) } else { Err(std::format!("its {name} is not 24 digits").into()) }
}
