//! The tables of an agreement with a sender as people write them: in files of the command line and in the form on screen.

use iis_model::organization::CodeMapping;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The head of a table of codes; a file may leave it out.
const HEAD: &str = "field,code,system,standard,standard_system";

/// A table of codes, a row a line, as [`read_mappings`] reads it.
pub(crate) fn mappings(rows: &[CodeMapping]) -> String {
    let mut text = format!("{HEAD}\n");
    for CodeMapping { field, code, system, standard, standard_system } in rows {
        let cells = [field, code, system, standard, standard_system].map(|cell| quoted(cell));
        writeln!(text, "{}", cells.join(",")).expect("writing to a string cannot fail");
    }
    text
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// Reads a table of codes: `RXA-5,MMR,,03,CVX` a line; the last column, and the head, may be left out.
pub(crate) fn read_mappings(text: &str) -> Result<Vec<CodeMapping>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("The table of codes cannot be read: {error}."))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = record.iter().collect();
        let is_head = HEAD.split(',').zip(&cells).all(|(name, cell)| cell.eq_ignore_ascii_case(name));
        if is_head || cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let (field, code, system, standard, standard_system) = match cells[..] {
            [field, code, system, standard] => (field, code, system, standard, ""),
            [field, code, system, standard, standard_system] => {
                (field, code, system, standard, standard_system)
            }
            _ => {
                return Err(format!("Line {line}: write field, code, system, standard code and its system."));
            }
        };
        rows.push(CodeMapping {
            field: field.to_uppercase().into(),
            code: code.into(),
            system: system.into(),
            standard: standard.into(),
            standard_system: standard_system.into(),
        });
    }
    Ok(rows)
}

/// Severities by check, a line each, as [`read_severities`] reads them.
pub(crate) fn severities(rows: &BTreeMap<Box<str>, Box<str>>) -> String {
    let mut text = String::new();
    for (code, word) in rows {
        writeln!(text, "{code} {word}").expect("writing to a string cannot fail");
    }
    text
}

/// Reads severities: `PAT-139 silent` a line.
pub(crate) fn read_severities(text: &str) -> Result<BTreeMap<Box<str>, Box<str>>, String> {
    let mut rows = BTreeMap::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
        let (Some(code), Some(word), None) = (words.next(), words.next(), words.next()) else {
            return Err(format!(
                "Line {}: write the code of a check and a severity, as PAT-139 silent.",
                at + 1
            ));
        };
        rows.insert(code.to_uppercase().into(), word.to_lowercase().into());
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::{mappings, read_mappings, read_severities, severities};
    use iis_model::organization::CodeMapping;

    #[test]
    fn tables_are_read_as_they_are_written() {
        let row =
            |field: &str, code: &str, system: &str, standard: &str, standard_system: &str| CodeMapping {
                field: field.into(),
                code: code.into(),
                system: system.into(),
                standard: standard.into(),
                standard_system: standard_system.into(),
            };
        let rows = vec![row("RXA-5", "a \"b\", c", "99LOC", "03", "CVX"), row("PID-8", "W", "", "F", "")];
        assert_eq!(read_mappings(&mappings(&rows)), Ok(rows));
        assert_eq!(read_mappings("rxa-5, MMR ,, 03\n\n"), Ok(vec![row("RXA-5", "MMR", "", "03", "")]));
        assert!(read_mappings("RXA-5,MMR,03\n").is_err_and(|text| text.contains("Line 1")));
        let read = read_severities("pat-139  Silent\r\n\nVAC-001=warning\n").expect("severities");
        assert_eq!(severities(&read), "PAT-139 silent\nVAC-001 warning\n");
        assert_eq!(read_severities(&severities(&read)), Ok(read));
        assert!(read_severities("PAT-139\n").is_err_and(|text| text.contains("Line 1")));
    }
}
