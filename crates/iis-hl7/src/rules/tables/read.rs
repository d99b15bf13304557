//! Reading a table, line by line.

use super::{Block, MANY, Node, ProfileTable, Row, RuleRow, TableFailure, Usage};

/// Where the lines that follow belong.
enum At {
    Nothing,
    Structure,
    Segment,
    Type,
    Group,
    Message,
}

/// Reads the table of a profile, or of the shared data types.
pub(in crate::rules) fn profile(
    file: &'static str,
    text: &'static str,
) -> Result<ProfileTable, TableFailure> {
    let mut table = ProfileTable::default();
    let mut at = At::Nothing;
    for (number, line) in (1..).zip(text.lines()) {
        let failure = |what| TableFailure { file, line: number, what };
        if line.is_empty() {
            continue;
        }
        if !line.starts_with(' ') {
            at = heading(line, &mut table).ok_or(failure("a heading"))?;
            continue;
        }
        let done = match at {
            At::Nothing => None,
            At::Structure => node(line, &mut table.structure),
            At::Segment => table.segments.last_mut().and_then(|block| row(line, block, true)),
            At::Type => table.types.last_mut().and_then(|block| row(line, block, false)),
            At::Group => table.groups.last_mut().and_then(|block| row(line, block, true)),
            At::Message => row(line, &mut table.message, true),
        };
        done.ok_or(failure("a row of its block"))?;
    }
    Ok(table)
}

fn heading(line: &'static str, table: &mut ProfileTable) -> Option<At> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (name, title) = rest.split_once("; ").unwrap_or((rest, ""));
    let block = Block { name, title, ..Block::default() };
    Some(match word {
        "profile" => {
            table.name = rest.split(' ').next()?;
            At::Nothing
        }
        "structure" => At::Structure,
        "segment" => {
            table.segments.push(block);
            At::Segment
        }
        "type" => {
            table.types.push(block);
            At::Type
        }
        "group" => {
            table.groups.push(block);
            At::Group
        }
        "message" => At::Message,
        _ => return None,
    })
}

/// Two blanks for each level.
fn node(line: &'static str, nodes: &mut Vec<Node>) -> Option<()> {
    let depth = (line.len() - line.trim_start().len()) / 2;
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let name = if first == "group" { words.next()? } else { first };
    let (usage, most) = (Usage::of(words.next()?)?, most(words.next()?)?);
    let mut level = nodes;
    for _ in 1..depth {
        level = &mut level.last_mut()?.children;
    }
    level.push(Node { name, usage, most, children: Vec::new() });
    Some(())
}

fn row(line: &'static str, block: &mut Block, has_cardinality: bool) -> Option<()> {
    let line = line.trim_start();
    if let Some(rule) = line.strip_prefix("rule ") {
        let (head, text) = rule.split_once(": ")?;
        let (id, target) = head.split_once(' ')?;
        block.rules.push(RuleRow { id, target, text });
    } else if let Some(when) = line.strip_prefix("when ") {
        block.rows.last_mut()?.when = Some(when);
    } else if let Some(by) = line.strip_prefix("by ") {
        let (field, cases) = by.split_once(": ")?;
        let cases = cases.split(' ').map(|case| case.split_once('=')).collect::<Option<_>>()?;
        block.rows.last_mut()?.by = Some((field, cases));
    } else if line.starts_with(|letter: char| letter.is_ascii_digit()) {
        block.rows.push(element(line, has_cardinality)?);
    } else {
        let (head, when) = line.split_once(" when ")?;
        let (target, usage) = head.split_once(' ')?;
        block.conditions.push((target, Usage::of(usage)?, when));
    }
    Some(())
}

fn element(line: &'static str, has_cardinality: bool) -> Option<Row> {
    let mut rest = line;
    let mut word = || {
        let (word, after) = rest.split_once(' ')?;
        rest = after.trim_start();
        Some(word)
    };
    let (number, usage) = (word()?.parse().ok()?, Usage::of(word()?)?);
    let most = if has_cardinality { most(word()?)? } else { 1 };
    let (kind, length, sets) = (word()?, length(word()?)?, word()?);
    let sets = if sets == "-" { Vec::new() } else { sets.split('+').collect() };
    Some(Row { number, usage, when: None, most, kind, length, sets, name: rest, by: None })
}

/// The upper end of a cardinality.
fn most(card: &str) -> Option<u8> {
    match card.split_once("..")?.1 {
        "*" => Some(MANY),
        most => most.parse().ok(),
    }
}

fn length(text: &str) -> Option<(u32, Option<u32>)> {
    let (shortest, longest) = text.split_once("..")?;
    let longest = if longest == "*" { None } else { Some(longest.parse().ok()?) };
    Some((shortest.parse().ok()?, longest))
}

#[cfg(test)]
mod tests {
    use super::super::{PROFILES, TYPES};
    use super::profile;

    #[test]
    fn all_tables_can_be_read() {
        for (file, text) in PROFILES {
            let table = profile(file, text).expect("a table");
            assert_eq!(table.name.to_lowercase() + ".txt", file);
            assert!(table.segments.iter().all(|segment| !segment.rows.is_empty()), "{file}");
        }
        assert!(profile(TYPES.0, TYPES.1).expect("types").types.len() > 50);
    }

    #[test]
    fn a_line_that_is_none_is_told() {
        #[rustfmt::skip]
        let table = [
            ("structure\n  MSH R 1..1\n",                       None),
            ("structure\n  MSH Q 1..1\n",                       Some(2)), // no usage
            ("segment MSH; Header\n  1 R 1..1 ST 1..1 - Name\n", None),
            ("segment MSH; Header\n  1 R 1..1 ST - Name\n",     Some(2)), // no length
            ("  1 R 1..1 ST 1..1 - Name\n",                     Some(1)), // of nothing
            ("chapter\n",                                       Some(1)),
        ];
        for (text, line) in table {
            assert_eq!(profile("t", text).err().map(|failure| failure.line), line, "{text}");
        }
    }
}
