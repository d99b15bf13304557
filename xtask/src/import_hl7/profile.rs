//! One profile: structure, segments, data types, and the rules of each.

use super::corrections::corrected;
use super::expression;
use super::json::{list, text, texts};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A data type as it is written, and the sets it names.
#[derive(Debug, Clone)]
pub(super) struct Type {
    pub(super) text: String,
}

/// A profile, read.
pub(super) struct Profile {
    /// `Z22`.
    pub(super) name: String,
    heading: String,
    structure: String,
    segments: String,
    groups: String,
    pub(super) types: BTreeMap<String, Type>,
    /// The value sets of what it requires or expects; others are not looked at.
    pub(super) sets: BTreeSet<String>,
    counts: BTreeMap<&'static str, usize>,
}

/// What is published of a profile, and what was gathered from it so far.
struct Reading<'v> {
    json: &'v Value,
    name: &'v str,
    /// The group whose repetitions hold one dose each.
    orders: String,
    sets: BTreeSet<String>,
    counts: BTreeMap<&'static str, usize>,
}

impl Profile {
    pub(super) fn read(json: &Value) -> Result<Self> {
        let name = text(json, "profile")?;
        let nodes = list(json, "structure");
        let orders =
            nodes.iter().filter_map(|node| text(node, "group").ok()).next_back().map_or("", last_name);
        let mut reading =
            Reading { json, name, orders: orders.to_owned(), sets: BTreeSet::new(), counts: BTreeMap::new() };
        let (mut structure, mut segments) = ("structure\n".to_owned(), String::new());
        reading.structure(nodes, 1, &mut structure, &mut segments)?;
        let types = json.get("datatypes").and_then(Value::as_object).context("no data types")?;
        let mut written = BTreeMap::new();
        for (name, kind) in types {
            written.insert(name.clone(), Type { text: reading.data_type(name, kind)? });
        }
        let groups = reading.groups()?;
        let heading = format!(
            "profile {name} {}^{}^{}\n",
            text(json, "type")?,
            text(json, "event")?,
            text(json, "structure_id")?
        );
        let Reading { sets, counts, .. } = reading;
        Ok(Self { name: name.to_owned(), heading, structure, segments, groups, types: written, sets, counts })
    }

    /// Adds what it holds to the counts.
    pub(super) fn count(&self, counts: &mut BTreeMap<&'static str, usize>) {
        for (what, count) in &self.counts {
            *counts.entry(what).or_default() += count;
        }
        *counts.entry("profiles").or_default() += 1;
    }

    /// The table; data types of the shared form are left out.
    pub(super) fn text(&self, shared: &BTreeMap<String, Type>) -> String {
        let own = self.types.iter().filter(|(name, kind)| shared[*name].text != kind.text);
        let types: String = own.map(|(_, kind)| kind.text.as_str()).collect();
        format!("{}\n{}\n{}{}{types}", self.heading, self.structure, self.segments, self.groups)
            .trim_end()
            .to_owned()
            + "\n"
    }
}

impl Reading<'_> {
    fn structure(
        &mut self,
        nodes: &[Value],
        depth: usize,
        tree: &mut String,
        segments: &mut String,
    ) -> Result<()> {
        for node in nodes {
            let (usage, card) = (text(node, "usage")?, card(node)?);
            let indent = "  ".repeat(depth);
            if let Ok(group) = text(node, "group") {
                let _ = writeln!(tree, "{indent}group {} {usage} {card}", last_name(group));
                self.structure(list(node, "children"), depth + 1, tree, segments)?;
            } else {
                let _ = writeln!(tree, "{indent}{} {usage} {card}", text(node, "seg")?);
                segments.push_str(&self.segment(text(node, "ref")?)?);
            }
        }
        Ok(())
    }

    fn segment(&mut self, reference: &str) -> Result<String> {
        let all = self.json.get("segments").context("no segments")?;
        let segment = all.get(reference).with_context(|| format!("no segment {reference}"))?;
        let name = text(segment, "name")?;
        let mut written = format!("segment {name}; {}\n", text(segment, "description")?.trim());
        for field in list(segment, "fields") {
            *self.counts.entry("fields").or_default() += 1;
            let number = field.get("n").and_then(Value::as_u64).context("a field without number")?;
            let target = format!("{name}-{number}");
            let condition = self.condition(reference, &target, None)?;
            written.push_str(&self.row(number, field, Some(&card(field)?), condition)?);
            let position = number.to_string();
            let moving =
                list(segment, "dynamic").iter().find(|moving| moving["position"].as_str() == Some(&position));
            if let Some(moving) = moving {
                written.push_str(&cases(name, moving)?);
            }
        }
        written.push_str(&self.rules("segment", reference, None)?);
        written.push('\n');
        Ok(written)
    }

    fn data_type(&mut self, name: &str, kind: &Value) -> Result<String> {
        let mut written = format!("type {name}; {}\n", text(kind, "description")?.trim());
        for component in list(kind, "components") {
            *self.counts.entry("components").or_default() += 1;
            let number = component.get("n").and_then(Value::as_u64).context("a component without number")?;
            let condition = self.condition(name, &format!("{name}.{number}"), Some(name))?;
            written.push_str(&self.row(number, component, None, condition)?);
        }
        written.push_str(&self.rules("datatype", name, Some(name))?);
        written.push('\n');
        Ok(written)
    }

    /// One field or component: number, usage, cardinality, type, length, value set, name; its condition on a second line.
    fn row(
        &mut self,
        number: u64,
        row: &Value,
        card: Option<&str>,
        condition: Option<(String, String)>,
    ) -> Result<String> {
        let sets = texts(row, "binding");
        let usage = condition.as_ref().map_or(text(row, "usage")?, |(usage, _)| usage);
        if usage.starts_with(['R', 'C']) {
            self.sets.extend(sets.iter().map(ToString::to_string));
        }
        let sets = if sets.is_empty() { "-".to_owned() } else { sets.join("+") };
        let length: Vec<_> = list(row, "len").iter().filter_map(Value::as_str).collect();
        let card = card.map(|card| format!(" {card:5}")).unwrap_or_default();
        let row = format!(
            "  {number:2} {usage:7}{card} {:6} {:7} {sets:11} {}\n",
            text(row, "type")?,
            length.join(".."),
            text(row, "name")?.trim()
        );
        let mut written = corrected(row, self.name, false);
        if let Some((_, when)) = condition {
            *self.counts.entry("conditions").or_default() += 1;
            let _ = writeln!(written, "       when {when}");
        }
        Ok(written)
    }

    /// The usage `C(a/b)` of a target and when it is `a`.
    fn condition(
        &self,
        context: &str,
        target: &str,
        owner: Option<&str>,
    ) -> Result<Option<(String, String)>> {
        let found =
            list(self.json, "predicates").iter().find(|p| p["context"] == context && p["target"] == target);
        found.map(|predicate| self.when(predicate, owner)).transpose()
    }

    fn when(&self, predicate: &Value, owner: Option<&str>) -> Result<(String, String)> {
        let usage = format!("C({}/{})", text(predicate, "if_true")?, text(predicate, "if_false")?);
        Ok((usage, self.line(predicate, owner)?))
    }

    fn line(&self, rule: &Value, owner: Option<&str>) -> Result<String> {
        let line = expression::line(&rule["rule"], owner, &self.orders)?;
        Ok(corrected(line, self.name, owner.is_some_and(|owner| owner.starts_with("EI"))))
    }

    fn rules(&mut self, level: &str, context: &str, owner: Option<&str>) -> Result<String> {
        let constraints = list(self.json, "constraints").iter();
        let mut written = String::new();
        for rule in constraints
            .filter(|rule| rule["level"] == level && (level == "message" || rule["context"] == context))
        {
            *self.counts.entry("conformance statements").or_default() += 1;
            let target = text(rule, "target")?;
            let target = owner.and_then(|owner| target.strip_prefix(owner)).unwrap_or(target);
            let line = self.line(rule, owner)?;
            if let Some((_, set)) = line.split_once(" in set ") {
                self.sets.extend(set.split([' ', ')']).next().map(ToOwned::to_owned));
            }
            let _ = writeln!(written, "  rule {} {target}: {line}", text(rule, "id")?.trim());
        }
        Ok(written)
    }

    /// What is said of whole groups and of the message.
    fn groups(&mut self) -> Result<String> {
        let contexts: BTreeSet<String> = list(self.json, "predicates")
            .iter()
            .chain(list(self.json, "constraints"))
            .filter(|rule| rule["level"] == "group")
            .map(|rule| text(rule, "context").map(ToOwned::to_owned))
            .collect::<Result<_>>()?;
        let mut written = String::new();
        for context in &contexts {
            let _ = writeln!(written, "group {}", last_name(context));
            for predicate in list(self.json, "predicates")
                .iter()
                .filter(|p| p["level"] == "group" && p["context"] == **context)
            {
                *self.counts.entry("conditions").or_default() += 1;
                let (usage, when) = self.when(predicate, None)?;
                let _ = writeln!(written, "  {} {usage} when {when}", text(predicate, "target")?);
            }
            written.push_str(&self.rules("group", context, None)?);
            written.push('\n');
        }
        let message = self.rules("message", "", None)?;
        if !message.is_empty() {
            let _ = writeln!(written, "message\n{message}");
        }
        Ok(written)
    }
}

/// The data type of a field that another field names: one pair for each value.
fn cases(segment: &str, moving: &Value) -> Result<String> {
    let all = moving.get("cases").and_then(Value::as_object).context("a moving type without cases")?;
    let mut pairs = Vec::new();
    for (value, kind) in all {
        let kind = kind.as_str().context("a case without type")?;
        match value.split_once(':') {
            None => pairs.push(format!("{value}={kind}")),
            // a case of a code that says the same as the plain one
            Some((plain, _)) if all.get(plain).and_then(Value::as_str) == Some(kind) => {}
            Some(_) => bail!("the case {value} has a type of its own"),
        }
    }
    pairs.sort();
    Ok(format!("       by {segment}-{}: {}\n", text(moving, "reference")?, pairs.join(" ")))
}

fn card(node: &Value) -> Result<String> {
    Ok(format!("{}..{}", text(node, "min")?, text(node, "max")?))
}

fn last_name(group: &str) -> &str {
    group.rsplit('.').next().unwrap_or(group)
}
