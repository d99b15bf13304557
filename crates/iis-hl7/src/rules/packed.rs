//! The tables in the form in which they are run: numbers instead of names, masks instead of lists.

use super::expression::{Expression, Path};
use super::forms::Primitive;
use super::tables::{Sure, Usage};

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
    pub(super) fn of(expression: Expression) -> Self {
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
    pub(super) fn new(id: &'static str, target: Target, says: Expression) -> Self {
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
