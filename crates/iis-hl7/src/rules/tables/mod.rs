//! The published profiles as text that a person can read and compare: `data/hl7/1.5/`.
//!
//! One file a profile, one with the data types that most profiles share, one with the value sets. A line is a fact:
//!
//! ```text
//! profile Z22 VXU^V04^VXU_V04
//! structure                                 what belongs to a group stands below it, indented
//!   MSH R 1..1                              segment, usage, cardinality
//!   group ORDER RE 0..*
//! segment PID; Patient Identification
//!   25 C(RE/O) 0..1 NM 1..2 - Birth Order   number, usage, cardinality, type, length, value set, name
//!        when PID-24 = 'Y'                  when the first of the two usages holds
//!   rule IZ-46 PID-1: PID-1 = '1'           a conformance statement: its id, the place it is about, what must hold
//! type CE_IZ; Coded Element                 components have no cardinality
//! group ORDER                               what is said of all segments of a group together
//!   ORC-12 C(RE/O) when …
//! message
//! ```
//!
//! Paths read `RXA-9.1`, in a data type `.2.1`; [`expression`](super::expression) tells what can be said of them.

mod read;

pub(super) use read::profile;
use std::fmt;

/// A line of a table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableFailure {
    /// The file.
    pub(super) file: &'static str,
    /// The line, from 1.
    pub(super) line: usize,
    /// What was expected there.
    pub(super) what: &'static str,
}

impl fmt::Display for TableFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}: {}", self.file, self.line, self.what)
    }
}

impl std::error::Error for TableFailure {}

/// The tables that the program brings along, by file.
pub(super) const PROFILES: [(&str, &str); 8] = [
    ("z22.txt", include_str!("../../../../../data/hl7/1.5/z22.txt")),
    ("z23.txt", include_str!("../../../../../data/hl7/1.5/z23.txt")),
    ("z31.txt", include_str!("../../../../../data/hl7/1.5/z31.txt")),
    ("z32.txt", include_str!("../../../../../data/hl7/1.5/z32.txt")),
    ("z33.txt", include_str!("../../../../../data/hl7/1.5/z33.txt")),
    ("z34.txt", include_str!("../../../../../data/hl7/1.5/z34.txt")),
    ("z42.txt", include_str!("../../../../../data/hl7/1.5/z42.txt")),
    ("z44.txt", include_str!("../../../../../data/hl7/1.5/z44.txt")),
];
/// The data types that most profiles share.
pub(super) const TYPES: (&str, &str) = ("types.txt", include_str!("../../../../../data/hl7/1.5/types.txt"));
/// The published value sets, and the codes accepted beside them.
pub(super) const VALUE_SETS: [(&str, &str); 2] = [
    ("value-sets.txt", include_str!("../../../../../data/hl7/1.5/value-sets.txt")),
    ("additions/value-sets.txt", include_str!("../../../../../data/hl7/additions/value-sets.txt")),
];

/// Any number of repetitions.
pub(super) const MANY: u8 = u8::MAX;

/// A profile as its table says it.
#[derive(Debug, Default)]
pub(super) struct ProfileTable {
    pub(super) name: &'static str,
    pub(super) structure: Vec<Node>,
    pub(super) segments: Vec<Block>,
    /// Its own forms of data types; others are shared.
    pub(super) types: Vec<Block>,
    pub(super) groups: Vec<Block>,
    pub(super) message: Block,
}

/// Part of the structure.
#[derive(Debug)]
pub(super) struct Node {
    /// Segment or group.
    pub(super) name: &'static str,
    pub(super) usage: Usage,
    /// The most in a row; [`MANY`] for any number.
    pub(super) most: u8,
    /// The parts of a group; empty for a segment.
    pub(super) children: Vec<Node>,
}

/// A segment, data type or group with its rows and rules.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
    pub(super) rules: Vec<RuleRow>,
    /// In a group: fields whose usage depends on another segment.
    pub(super) conditions: Vec<(&'static str, Usage, &'static str)>,
}

/// A field or component.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: u8,
    pub(super) usage: Usage,
    /// When the first usage of a conditional one holds.
    pub(super) when: Option<&'static str>,
    /// The most repetitions; [`MANY`] for any number.
    pub(super) most: u8,
    pub(super) kind: &'static str,
    /// Shortest and longest, in characters.
    pub(super) length: (u32, Option<u32>),
    /// The value sets of which one must hold the code.
    pub(super) sets: Vec<&'static str>,
    pub(super) name: &'static str,
    /// The field that names the data type, and the type for each of its values.
    pub(super) by: Option<(&'static str, Vec<(&'static str, &'static str)>)>,
}

/// A conformance statement.
#[derive(Debug)]
pub(super) struct RuleRow {
    pub(super) id: &'static str,
    pub(super) target: &'static str,
    pub(super) text: &'static str,
}

/// Usage of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    /// Required.
    R,
    /// Required, but may be empty.
    RE,
    /// Optional, or kept for older versions.
    O,
    /// Not supported.
    X,
    /// The first when a condition holds, else the second.
    C(Sure, Sure),
}

/// A usage that depends on nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// Required.
    R,
    /// Required, but may be empty.
    RE,
    /// Optional.
    O,
    /// Not supported.
    X,
}

impl Usage {
    fn of(text: &str) -> Option<Self> {
        if let Some(pair) = text.strip_prefix("C(") {
            let (holds, else_) = pair.strip_suffix(')')?.split_once('/')?;
            return Some(Self::C(Sure::of(holds)?, Sure::of(else_)?));
        }
        Some(match Sure::of(text)? {
            Sure::R => Self::R,
            Sure::RE => Self::RE,
            Sure::O => Self::O,
            Sure::X => Self::X,
        })
    }
}

impl Sure {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "R" => Self::R,
            "RE" => Self::RE,
            // B: kept for older versions; C without a published condition
            "O" | "B" | "C" => Self::O,
            "X" => Self::X,
            _ => return None,
        })
    }
}
