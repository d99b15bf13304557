//! The tables in the form in which they are run: numbers instead of names, masks instead of lists.

use super::expression::{Expression, Path};
use super::forms::Primitive;
use super::scope::MOST_SLOTS;
use super::sets::{NONE, Sets};
use super::tables::{Block, MANY, Node, ProfileTable, Row, Sure, Usage};
use std::collections::BTreeMap;

/// A profile, ready to be run over messages.
#[derive(Debug)]
pub(super) struct Packed {
    /// `Z22`.
    pub(super) name: &'static str,
    /// The segments it knows; the place of one is its number.
    pub(super) segments: Vec<Body>,
    /// Their names, in the same order.
    pub(super) names: Vec<[u8; 3]>,
    pub(super) structure: Vec<Part>,
    /// The data types.
    pub(super) kinds: Vec<Body>,
    pub(super) message: Vec<Rule>,
}

/// A segment with its fields, or a data type with its components.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) name: &'static str,
    /// What it is called.
    pub(super) title: &'static str,
    pub(super) elements: Box<[Element]>,
    /// A bit for each required element, the first one lowest.
    pub(super) required: u128,
    pub(super) conditions: Box<[Condition]>,
    pub(super) rules: Box<[Rule]>,
    /// The places of the segment that its conditions and statements name, by their slots.
    pub(super) paths: Box<[Path]>,
    /// Whether its first two fields are the delimiters themselves.
    pub(super) is_header: bool,
    /// Whether its segments are numbered through the message (OBX-1).
    pub(super) is_counted: bool,
}

/// A field or component.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) number: u8,
    pub(super) look: Look,
    pub(super) primitive: Primitive,
    /// Whether any text is right that has the right length.
    pub(super) is_text: bool,
    /// Its data type, when that has components.
    pub(super) kind: Option<u16>,
    pub(super) set: u16,
    /// The most repetitions; `u8::MAX` for any number.
    pub(super) most: u8,
    pub(super) shortest: u32,
    pub(super) longest: u32,
    pub(super) name: &'static str,
    /// The field that names the data type; OBX-2 for OBX-5.
    pub(super) by: Option<Box<Cases>>,
}

/// How an element is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It must not be there.
    Refused,
    /// A receiver ignores it.
    Optional,
    /// It has to be right.
    Asked,
}

impl Element {
    /// Whether a text of so many bytes cannot be too long; and not too short, if it is plain.
    #[inline]
    pub(super) fn takes_bytes(&self, bytes: usize) -> bool {
        (self.shortest as usize..=self.longest as usize).contains(&bytes)
    }
}

/// The forms of an element by the value of another field.
#[derive(Debug)]
pub(super) struct Cases {
    pub(super) field: u8,
    pub(super) cases: Box<[(&'static str, Element)]>,
}

/// An element whose usage depends on others.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) number: u8,
    /// The bit of the element.
    pub(super) bit: u128,
    pub(super) when: When,
    pub(super) holds: Sure,
    pub(super) otherwise: Sure,
}

/// What a condition asks.
#[derive(Debug)]
pub(super) enum When {
    /// Whether the component of this bit is valued: most ask no more.
    Valued(u128),
    /// Whether it is empty.
    Empty(u128),
    Says(Expression),
}

impl When {
    fn of(expression: Expression) -> Self {
        let (negated, inner) = match &expression {
            Expression::Not(inner) => (true, &**inner),
            plain => (false, plain),
        };
        match inner {
            Expression::Valued(path) if path.is_component() => {
                let bit = 1 << (path.component - 1);
                if negated { Self::Empty(bit) } else { Self::Valued(bit) }
            }
            _ => Self::Says(expression),
        }
    }
}

/// A conformance statement.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) target: Target,
    pub(super) says: Expression,
    /// The bit of the component of a value whose form it is about: of an empty one it says nothing. 0 for none.
    pub(super) about: u128,
}

impl Rule {
    fn new(id: &'static str, target: Target, says: Expression) -> Self {
        let about = match &says {
            Expression::Is(path, _) | Expression::Form(path, _)
                if path.segment == [0; 3] && path.component > 0 =>
            {
                1 << (path.component - 1)
            }
            _ => 0,
        };
        Self { id, target, says, about }
    }

    /// Whether it asks for a code of a value set.
    pub(super) fn asks_for_a_code(&self) -> bool {
        matches!(&self.says, Expression::Implies(_, then) if matches!(**then, Expression::InSet(..)))
    }
}

/// What a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A place.
    Place(Path),
    /// All segments of a name.
    Segments([u8; 3]),
}

/// Part of the structure.
#[derive(Debug)]
pub(super) struct Part {
    /// The segment's number; `None` for a group.
    pub(super) segment: Option<u8>,
    pub(super) usage: Usage,
    /// The most in a row; `u32::MAX` for any number.
    pub(super) most: u32,
    /// The segments with which it can begin: a bit for each number.
    pub(super) entry: u64,
    /// The segments with which something behind it can begin.
    pub(super) after: u64,
    pub(super) parts: Vec<Part>,
    /// Whether observations may be numbered anew in it.
    pub(super) counts_anew: bool,
    pub(super) rules: Vec<Rule>,
}

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
