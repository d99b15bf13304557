//! Conditions and conformance statements: the published tree of a rule, written as one line.
//!
//! `if RXA-20 = 'RE' then RXA-6 = '999'`; the grammar is that of `iis_hl7::rules::tables`.

use super::json::{list, text, texts};
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The line of a rule. `owner` is the data type whose name is dropped from paths (`.2` for `EI_IZ.2`), `group` the group
/// in which observations count for themselves.
pub(super) fn line(rule: &Value, owner: Option<&str>, group: &str) -> Result<String> {
    let go = |rule: &Value| line(rule, owner, group);
    let path = || text(rule, "path").map(|path| short(path, owner));
    let values = || texts(rule, "values").join(", ");
    Ok(match text(rule, "op")? {
        "present" if is_group(rule) => "observations valued".to_owned(),
        "present" => format!("{} valued", path()?),
        "eq" if rule.get("at_least_once").is_some() => {
            format!("some {} = '{}'", path()?, text(rule, "value")?)
        }
        "eq" => format!("{} = '{}'", path()?, text(rule, "value")?),
        "in" => format!("{} in {{{}}}", path()?, values()),
        "in_valueset" => format!("{} in set {}", path()?, text(rule, "valueset")?),
        "regex" => format!("{} is {}", path()?, form(text(rule, "regex")?)?),
        "cmpval" if text(rule, "cmp")? == "GT" => format!("{} > {}", path()?, text(rule, "value")?),
        "cmp" if text(rule, "cmp")? == "EQ" => {
            format!("{} = {}", short(text(rule, "left")?, owner), short(text(rule, "right")?, owner))
        }
        "not" => negated(&list(rule, "args")[0], &go)?,
        "and" => all(rule, " and ", &go)?,
        "or" => all(rule, " or ", &go).map(|line| format!("({line})"))?,
        "imply" => {
            let (if_, then) = two(rule)?;
            format!("if {} then {}", go(if_)?, go(then)?)
        }
        "set_id_sequential" => format!("{} counts", path()?),
        "IZSetID" => format!("OBX-1 counts in the message or in each {group}"),
        "custom" if text(rule, "name")? == "IZ24Constraint" => "statements complete".to_owned(),
        other => bail!("the operation {other} is not known"),
    })
}

/// That a group is there at all follows from what is said of its observations.
fn is_group(rule: &Value) -> bool {
    text(rule, "path").is_ok_and(|path| path.ends_with(".OBSERVATION"))
}

fn negated(rule: &Value, go: &dyn Fn(&Value) -> Result<String>) -> Result<String> {
    let line = go(rule)?;
    Ok(match line.strip_suffix(" valued") {
        Some(path) if text(rule, "op")? == "present" => format!("{path} empty"),
        _ => format!("not {line}"),
    })
}

fn all(rule: &Value, word: &str, go: &dyn Fn(&Value) -> Result<String>) -> Result<String> {
    let lines: Vec<_> = list(rule, "args").iter().map(go).collect::<Result<_>>()?;
    let lines: Vec<_> = lines.into_iter().filter(|line| line != "observations valued").collect();
    Ok(lines.join(word))
}

fn two(rule: &Value) -> Result<(&Value, &Value)> {
    match list(rule, "args") {
        [first, second] => Ok((first, second)),
        _ => bail!("an implication without two parts: {rule}"),
    }
}

fn short(path: &str, owner: Option<&str>) -> String {
    owner.and_then(|owner| path.strip_prefix(owner)).unwrap_or(path).to_owned()
}

/// The name of a form that is published as a regular expression.
fn form(pattern: &str) -> Result<&'static str> {
    const MONTH: &str = "([0-9]{4})((0[1-9])|(1[0-2]))";
    const DAY: &str = "((0[1-9])|([1-2][0-9])|(3[0-1]))";
    const HOUR: &str = "(([0-1][0-9])|(2[0-3]))";
    const SIXTY: &str = "([0-5][0-9])";
    let day = format!(
        "({MONTH}{DAY})|({MONTH}{DAY}{HOUR})|({MONTH}{DAY}{HOUR}{SIXTY})|({MONTH}{DAY}{HOUR}{SIXTY}{SIXTY})\
         |({MONTH}{DAY}{HOUR}{SIXTY}{SIXTY}\\.[0-9][0-9][0-9][0-9])"
    );
    let known = [
        ("oid", r"[0-2](\.(0|[1-9][0-9]*))*".to_owned()),
        ("moment", format!("{MONTH}{DAY}{HOUR}{SIXTY}{SIXTY}.*((\\+|\\-)[0-9]{{4}})")),
        ("day", format!("({day})")),
        ("month", format!("(({MONTH})|{day})")),
    ];
    let found = known.iter().find(|(_, known)| known == pattern);
    found.map(|(name, _)| *name).with_context(|| format!("the form {pattern} is not known"))
}

#[cfg(test)]
mod tests {
    use super::line;
    use serde_json::json;

    #[test]
    fn rules_are_written_as_lines() {
        let cp = json!({"op": "in", "path": "RXA-20", "values": ["CP", "PA"]});
        let new = json!({"op": "eq", "path": "RXA-9.1", "value": "00"});
        let valued = json!({"op": "present", "path": "EI_IZ.3"});
        #[rustfmt::skip]
        let table = [
            (valued.clone(),                                                  ".3 valued"),
            (json!({"op": "not", "args": [valued]}),                          ".3 empty"),
            (json!({"op": "not", "args": [new]}),                             "not RXA-9.1 = '00'"),
            (json!({"op": "and", "args": [cp, new]}),                         "RXA-20 in {CP, PA} and RXA-9.1 = '00'"),
            (json!({"op": "imply", "args": [cp, new]}),                       "if RXA-20 in {CP, PA} then RXA-9.1 = '00'"),
            (json!({"op": "cmpval", "cmp": "GT", "path": "OBX-4", "value": "0"}), "OBX-4 > 0"),
            (json!({"op": "regex", "path": "EI_IZ.3", "regex": r"[0-2](\.(0|[1-9][0-9]*))*"}), ".3 is oid"),
        ];
        for (rule, expected) in table {
            assert_eq!(line(&rule, Some("EI_IZ"), "ORDER").expect("a rule"), expected);
        }
        assert!(line(&json!({"op": "regex", "path": "A-1", "regex": "x+"}), None, "").is_err());
    }
}
