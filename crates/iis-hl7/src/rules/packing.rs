//! Packing: the tables turned into the form in which they are run.

use super::expression::{Expression, Path};
use super::forms::Primitive;
use super::packed::{Body, Cases, Condition, Element, Look, Packed, Part, Rule, Target, When};
use super::scope::MOST_SLOTS;
use super::sets::{NONE, Sets};
use super::tables::{Block, MANY, Node, ProfileTable, Row, Sure, Usage};
use std::collections::BTreeMap;

/// What does not fit: the table names something that is not there.
#[derive(Debug)]
pub(super) struct Unfit(String);

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "this does not fit: {}", self.0)
    }
}

/// Packs a profile. `shared` are the data types that it has no own form of.
pub(super) fn pack(table: &ProfileTable, shared: &ProfileTable, sets: &Sets) -> Result<Packed, Unfit> {
    let mut packing = Packing { table, shared, sets, kinds: Vec::new(), known: BTreeMap::new() };
    let segments = table.segments.iter().map(|block| packing.body(block)).collect::<Result<_, _>>()?;
    let message = packing.rules(&table.message)?;
    let structure = packing.parts(&table.structure, 0)?;
    let kinds = packing.kinds.into_iter().flatten().collect();
    let names = table.segments.iter().filter_map(|block| block.name.as_bytes().try_into().ok()).collect();
    Ok(Packed { name: table.name, segments, names, structure, kinds, message })
}

/// Numbers the places that a segment's conditions and statements name: each is read once a segment.
fn slots(segment: &str, conditions: &mut [Condition], rules: &mut [Rule]) -> Box<[Path]> {
    let mut paths: Vec<Path> = Vec::new();
    let mut number = |path: &mut Path| {
        let is_same = |other: &Path| {
            (other.field, other.component, other.sub_component)
                == (path.field, path.component, path.sub_component)
        };
        if path.segment != segment.as_bytes() {
            return;
        }
        let known = paths.iter().position(is_same);
        let at = known.unwrap_or(paths.len());
        if known.is_none() && at < MOST_SLOTS {
            paths.push(*path);
        }
        path.slot = at;
    };
    for condition in conditions {
        if let When::Says(says) = &mut condition.when {
            says.each_path(&mut number);
        }
    }
    for rule in rules {
        rule.says.each_path(&mut number);
    }
    paths.into()
}

struct Packing<'t> {
    table: &'t ProfileTable,
    shared: &'t ProfileTable,
    sets: &'t Sets,
    /// Filled from the inside out: a type is `None` while its components are packed.
    kinds: Vec<Option<Body>>,
    known: BTreeMap<&'static str, u16>,
}

impl Packing<'_> {
    fn body(&mut self, block: &Block) -> Result<Body, Unfit> {
        let mut elements: Vec<Element> = Vec::with_capacity(block.rows.len());
        let (mut required, mut conditions) = (0, Vec::new());
        for row in &block.rows {
            if usize::from(row.number) != elements.len() + 1 || row.number > 128 {
                return Err(Unfit(format!("{} does not count its elements", block.name)));
            }
            if row.usage == Usage::R {
                required |= 1 << (row.number - 1);
            }
            if let (Usage::C(holds, otherwise), Some(when)) = (row.usage, row.when) {
                let when = self.expression(when)?;
                // What only tells optional from expected asks for nothing.
                if [holds, otherwise].iter().any(|usage| matches!(usage, Sure::R | Sure::X)) {
                    let (number, bit, when) = (row.number, 1 << (row.number - 1), When::of(when));
                    conditions.push(Condition { number, bit, when, holds, otherwise });
                }
            }
            elements.push(self.element(row, row.kind)?);
        }
        let mut rules = self.rules(block)?;
        let paths = slots(block.name, &mut conditions, &mut rules);
        Ok(Body {
            name: block.name,
            title: block.title,
            elements: elements.into(),
            required,
            conditions: conditions.into(),
            rules: rules.into(),
            paths,
            is_header: block.name == "MSH",
            is_counted: block.name == "OBX",
        })
    }

    fn element(&mut self, row: &Row, kind: &'static str) -> Result<Element, Unfit> {
        let by = match &row.by {
            None => None,
            Some((field, cases)) => {
                let path = Path::parse(field).ok_or_else(|| Unfit((*field).to_owned()))?;
                let cases = cases.iter().map(|(value, kind)| Ok((*value, self.plain(row, kind)?)));
                Some(Box::new(Cases { field: path.field, cases: cases.collect::<Result<_, _>>()? }))
            }
        };
        let plain = if by.is_some() { "ST" } else { kind };
        Ok(Element { by, ..self.plain(row, plain)? })
    }

    /// An element of one data type.
    fn plain(&mut self, row: &Row, kind: &'static str) -> Result<Element, Unfit> {
        // Value sets bind only what is required or expected.
        let is_bound = !matches!(row.usage, Usage::O | Usage::X);
        let set = row.sets.iter().filter(|_| is_bound).map(|set| self.sets.number(set));
        // One of several sets would have to hold the code: such a place has codes with tables of their own.
        let (primitive, set) = (Primitive::of(kind), set.reduce(|_, _| NONE).unwrap_or(NONE));
        Ok(Element {
            number: row.number,
            look: match row.usage {
                Usage::X => Look::Refused,
                Usage::O => Look::Optional,
                Usage::R | Usage::RE | Usage::C(..) => Look::Asked,
            },
            primitive,
            is_text: primitive == Primitive::Text && set == NONE,
            kind: self.kind(kind)?,
            set,
            most: row.most,
            shortest: row.length.0,
            longest: row.length.1.unwrap_or(u32::MAX),
            name: row.name,
            by: None,
        })
    }

    /// The number of a data type with components; none for a primitive one.
    fn kind(&mut self, name: &'static str) -> Result<Option<u16>, Unfit> {
        if let Some(&number) = self.known.get(name) {
            return Ok(Some(number));
        }
        let own = self.table.types.iter().find(|block| block.name == name);
        let block = own.or_else(|| self.shared.types.iter().find(|block| block.name == name));
        let Some(block) = block.filter(|block| !block.rows.is_empty()) else { return Ok(None) };
        let number = u16::try_from(self.kinds.len()).unwrap_or(u16::MAX);
        self.kinds.push(None);
        self.known.insert(name, number);
        let body = self.body(block)?;
        self.kinds[usize::from(number)] = Some(body);
        Ok(Some(number))
    }

    fn rules(&self, block: &Block) -> Result<Vec<Rule>, Unfit> {
        let rules = block.rules.iter().map(|row| {
            let target = match row.target.as_bytes().try_into() {
                Ok(name) if !row.target.starts_with('.') => Target::Segments(name),
                _ => Target::Place(Path::parse(row.target).ok_or_else(|| Unfit(row.target.to_owned()))?),
            };
            Ok(Rule::new(row.id, target, self.expression(row.text)?))
        });
        rules.collect()
    }

    fn expression(&self, text: &str) -> Result<Expression, Unfit> {
        Expression::parse(text, &|set| self.sets.number(set)).ok_or_else(|| Unfit(text.to_owned()))
    }

    /// Parts in a row; `behind` is what can follow the last of them.
    fn parts(&self, nodes: &[Node], behind: u64) -> Result<Vec<Part>, Unfit> {
        let entries: Vec<u64> = nodes.iter().map(|node| self.entry(node)).collect::<Result<_, _>>()?;
        let mut parts = Vec::with_capacity(nodes.len());
        for (nth, node) in nodes.iter().enumerate() {
            let after = entries[nth + 1..].iter().fold(behind, |after, entry| after | entry);
            let again = if node.most == 1 { 0 } else { entries[nth] };
            let group = self.table.groups.iter().find(|group| group.name == node.name);
            parts.push(Part {
                segment: if node.children.is_empty() { Some(self.segment(node.name)?) } else { None },
                usage: node.usage,
                most: if node.most == MANY { u32::MAX } else { node.most.into() },
                entry: entries[nth],
                after,
                parts: self.parts(&node.children, after | again)?,
                counts_anew: self.counts_anew(node),
                rules: group.map(|group| self.rules(group)).transpose()?.unwrap_or_default(),
            });
        }
        Ok(parts)
    }

    fn counts_anew(&self, node: &Node) -> bool {
        let says = |rule: &&str| rule.strip_suffix(node.name).is_some_and(|head| head.ends_with("in each "));
        self.table.message.rules.iter().map(|rule| &rule.text).any(says)
    }

    /// A group begins with any of its parts up to the first required one, and also where a later required segment of it
    /// stands without that: it is then a group with a segment missing.
    fn entry(&self, node: &Node) -> Result<u64, Unfit> {
        if node.children.is_empty() {
            return Ok(1 << self.segment(node.name)?);
        }
        let (mut entry, mut is_open) = (0, true);
        for child in &node.children {
            let is_required = child.usage == Usage::R;
            if is_open || (is_required && child.children.is_empty()) {
                entry |= self.entry(child)?;
            }
            is_open &= !is_required;
        }
        Ok(entry)
    }

    fn segment(&self, name: &str) -> Result<u8, Unfit> {
        let number = self.table.segments.iter().position(|segment| segment.name == name);
        number.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| Unfit(name.to_owned()))
    }
}
