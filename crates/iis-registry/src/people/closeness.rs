//! How near somebody on record is to who is searched for, and in which words that is said.
//!
//! The matching engine compares field by field; this says which of its levels a search lets through. A search is read by
//! somebody who knows the patient, so it may go wider than linking does; it says of each person what differs.

use super::criteria::Criteria;
use super::found_under::given_names;
use iis_matching::patient::compare::{Birth, Comparison, First, Household, Last};
use iis_matching::patient::judge::judge;
use iis_matching::patient::normalize::fold_name;
use iis_matching::patient::subject::Subject;
use iis_matching::patient::weights::Weights;
use iis_model::Date;
use iis_model::person::PersonName;
use iis_model::record::PersonSummary;

/// How far somebody may be from what is searched for: the sum over first name, last name and birth date.
const FARTHEST: u8 = 4;

/// Why somebody is in the results who is not exactly as searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The one first name is a short form of the other.
    Nickname(Named),
    /// The person is, or was, also called so.
    AlsoCalled(Named),
    /// A further given name stands on one side.
    FurtherName(Named),
    /// The first names are spelled alike.
    FirstSpelled(Named),
    /// The first names sound alike.
    FirstSounds(Named),
    /// The first name searched for is the middle name.
    IsMiddleName(Named),
    /// First and last name are swapped.
    NamesSwapped,
    /// No first name is on record: a newborn.
    NoFirstName,
    /// The first names differ.
    FirstDiffers(Named),
    /// One part of a double last name.
    PartOfLast(Named),
    /// The last name searched for is a former one, or the mother's.
    FormerLast(Named),
    /// The last names are spelled alike.
    LastSpelled(Named),
    /// The last names sound alike.
    LastSounds(Named),
    /// The last names differ.
    LastDiffers(Named),
    /// Day and month of birth are swapped.
    DayAndMonthSwapped(Date),
    /// Another date of birth, close to the one searched for.
    OtherBirthDate(Date),
    /// No date of birth is on record.
    NoBirthDate,
    /// The telephone number is the same.
    SamePhone,
}

/// A name that was typed, and the one on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As typed.
    pub typed: Box<str>,
    /// As on record.
    pub known: Box<str>,
}

/// Who is searched for, in one way of reading what was typed.
#[derive(Debug, Clone)]
pub(super) struct Sought {
    pub(super) subject: Subject,
    pub(super) last: String,
    pub(super) first: String,
    /// Only how the first name begins.
    initial: Option<char>,
    by_phone: bool,
    /// The names swapped are another reading.
    in_any_order: bool,
}

impl Sought {
    /// One reading of the criteria; `subject` says the same in comparable form.
    pub(super) fn of(criteria: &Criteria, (last, first): (String, String), subject: Subject) -> Self {
        let folded = fold_name(&first);
        let mut letters = folded.chars();
        let initial = letters.next().filter(|_| letters.next().is_none());
        Self {
            subject,
            last,
            first,
            initial,
            by_phone: criteria.telephone().is_some(),
            in_any_order: criteria.in_any_order,
        }
    }
}

/// How near a record is: less is nearer; the bits of evidence decide among equals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nearness {
    pub(super) distance: u8,
    pub(super) bits: f64,
    comparison: Comparison,
}

/// Compares; none: too far from one another to be shown.
pub(super) fn nearness(sought: &Sought, record: &Subject, weights: &Weights) -> Option<Nearness> {
    let judged = judge(&sought.subject, record, weights);
    let comparison = judged.comparison;
    let distance = match sought.initial {
        Some(initial) if !begins_with(record, initial) => return None,
        _ => distance(&comparison, sought)?,
    };
    Some(Nearness { distance, bits: judged.bits, comparison })
}

/// Whether one of the first names begins so.
fn begins_with(record: &Subject, initial: char) -> bool {
    let firsts = std::iter::once(&record.first).chain(&record.other_firsts);
    firsts.into_iter().any(|first| first.starts_with(initial))
}

/// How far apart; none: too far.
fn distance(comparison: &Comparison, sought: &Sought) -> Option<u8> {
    if sought.in_any_order && comparison.first == First::Swapped {
        return None;
    }
    let first = if sought.initial.is_some() { Some(0) } else { first_distance(comparison.first) };
    let (last, birth) = (last_distance(comparison.last), birth_distance(comparison.birth));
    if sought.by_phone && is_phone_same(comparison) {
        // a household: one of its members is meant when first name or birth date say so, too
        let says_birth = sought.subject.born_on.is_some() && birth.is_some();
        let says_first = !sought.first.is_empty() && first.is_some() && sought.subject.born_on.is_none();
        let differing = u8::from(last.is_none() && !sought.last.is_empty());
        return (says_birth || says_first)
            .then(|| birth.unwrap_or(0).min(3) + first.unwrap_or(1) + differing);
    }
    let all = first?.checked_add(last?)?.checked_add(birth?)?;
    (all <= FARTHEST && sought.subject.born_on.is_some()).then_some(all)
}

fn is_phone_same(comparison: &Comparison) -> bool {
    matches!(comparison.household, Household::Both | Household::Phone | Household::PhoneOnly)
}

const fn first_distance(level: First) -> Option<u8> {
    match level {
        First::Exact => Some(0),
        First::Compound | First::Nickname | First::Swapped => Some(1),
        First::Edit | First::EditNames | First::Close | First::CloseNames | First::IsMiddle => Some(2),
        First::Similar | First::SimilarNames | First::Missing => Some(3),
        First::Different => None,
    }
}

const fn last_distance(level: Last) -> Option<u8> {
    match level {
        Last::Exact | Last::Swapped => Some(0),
        Last::Part | Last::Alias => Some(1),
        Last::Close | Last::Sound => Some(2),
        Last::Missing | Last::Different => None,
    }
}

const fn birth_distance(level: Birth) -> Option<u8> {
    match level {
        Birth::Exact => Some(0),
        Birth::Swapped => Some(1),
        Birth::Near | Birth::Day | Birth::Month | Birth::NextYear => Some(2),
        Birth::Year | Birth::Missing => Some(3),
        Birth::OnlyYear | Birth::Different => None,
    }
}

/// What differs, in the order of the form; nothing: the person is as searched for.
pub(super) fn reasons(
    nearness: &Nearness,
    sought: &Sought,
    record: &Subject,
    person: &PersonSummary,
) -> Vec<Reason> {
    let comparison = nearness.comparison;
    let first =
        Named { typed: sought.first.trim().into(), known: shown(person, &record.first, |name| &name.given) };
    let last = Named {
        typed: sought.last.trim().into(),
        known: shown(person, &record.last.whole, |name| &name.family),
    };
    let of_first = if sought.first.trim().is_empty() || sought.initial.is_some() {
        None
    } else {
        first_reason(&comparison, first)
    };
    let of_last = if sought.last.trim().is_empty() { None } else { last_reason(comparison.last, last) };
    let known = record.born_on;
    let of_birth = match comparison.birth {
        _ if sought.subject.born_on.is_none() => None,
        Birth::Exact => None,
        Birth::Swapped => known.map(Reason::DayAndMonthSwapped),
        Birth::Missing => Some(Reason::NoBirthDate),
        _ => known.map(Reason::OtherBirthDate),
    };
    let of_phone = (sought.by_phone && is_phone_same(&comparison)).then_some(Reason::SamePhone);
    [of_phone, of_first, of_last, of_birth].into_iter().flatten().collect()
}

/// What is to be said of somebody who is found by name and birth date: under which other name than the present one.
pub(super) fn other_names(person: &PersonSummary, last: &str, first: &str) -> Vec<Reason> {
    let Some(legal) = person.demographics.legal_name() else { return Vec::new() };
    let named = |typed: &str, known: &str| Named { typed: typed.trim().into(), known: known.into() };
    let mut reasons = Vec::new();
    let typed = fold_name(first);
    if !fold_name(&legal.given).starts_with(&typed) {
        let folded = given_names(legal).map(fold_name).filter(|name| !name.is_empty());
        let is_of_given = folded.into_iter().any(|name| typed.starts_with(&name) || name.starts_with(&typed));
        let of_both = [&*legal.given, &*legal.middle].join(" ");
        let name = named(first, of_both.trim());
        reasons.push(if is_of_given {
            Reason::IsMiddleName(name)
        } else {
            Reason::AlsoCalled(named(first, &legal.given))
        });
    }
    let (folded, known) = (fold_name(last), fold_name(&legal.family));
    if folded != known {
        let is_part = legal.family.split([' ', '-']).any(|part| fold_name(part) == folded);
        let name = named(last, &legal.family);
        reasons.push(if is_part { Reason::PartOfLast(name) } else { Reason::FormerLast(name) });
    }
    reasons
}

/// What is to be said of somebody who is found by a number and does not bear the family name that was typed with it. Of two names in
/// any order one is to be the family name; one word alone may be any name.
pub(super) fn another_name(person: &PersonSummary, criteria: &Criteria) -> Vec<Reason> {
    let words = |text: &str| -> Vec<String> {
        let words = text.split([' ', '-', ',']).map(fold_name);
        words.filter(|word| word.chars().count() > 1).collect()
    };
    let (last, first) = (words(&criteria.last), words(&criteria.first));
    let is_one_word = last.len() + first.len() == 1 && (criteria.in_any_order || last.is_empty());
    let typed = if criteria.in_any_order || last.is_empty() { [last, first].concat() } else { last };
    let names = person.demographics.names.iter().filter_map(|name| name.get());
    let known = |name: &PersonName| {
        let given = if is_one_word { [words(&name.given), words(&name.middle)].concat() } else { Vec::new() };
        [words(&name.family), given].concat()
    };
    let known: Vec<String> = names.flat_map(known).collect();
    let begins = |typed: &String| known.iter().any(|known| known.starts_with(&**typed));
    let Some(legal) = person.demographics.legal_name() else { return Vec::new() };
    if typed.is_empty() || typed.iter().any(begins) {
        return Vec::new();
    }
    let typed = if criteria.last.trim().is_empty() { &criteria.first } else { &criteria.last };
    vec![Reason::LastDiffers(Named { typed: typed.trim().into(), known: legal.family.clone() })]
}

fn first_reason(comparison: &Comparison, named: Named) -> Option<Reason> {
    Some(match comparison.first {
        First::Exact => return None,
        First::Compound => Reason::FurtherName(named),
        First::Nickname if comparison.short_form => Reason::Nickname(named),
        First::Nickname => Reason::AlsoCalled(named),
        First::Edit | First::EditNames | First::Close | First::CloseNames => Reason::FirstSpelled(named),
        First::Similar | First::SimilarNames => Reason::FirstSounds(named),
        First::IsMiddle => Reason::IsMiddleName(named),
        First::Swapped => Reason::NamesSwapped,
        First::Missing => Reason::NoFirstName,
        First::Different => Reason::FirstDiffers(named),
    })
}

fn last_reason(level: Last, named: Named) -> Option<Reason> {
    Some(match level {
        Last::Exact | Last::Swapped | Last::Missing => return None, // swapped is said of the first name
        Last::Part => Reason::PartOfLast(named),
        Last::Alias => Reason::FormerLast(named),
        Last::Close => Reason::LastSpelled(named),
        Last::Sound => Reason::LastSounds(named),
        Last::Different => Reason::LastDiffers(named),
    })
}

/// The name as it is written on record, found again by its comparable form.
fn shown(
    person: &PersonSummary,
    folded: &str,
    part: impl Fn(&iis_model::person::PersonName) -> &str,
) -> Box<str> {
    let names = || person.demographics.names.iter().filter_map(|name| name.get());
    let written = names().map(&part).find(|text| {
        let whole = fold_name(text);
        whole == folded || text.split([' ', '-']).any(|word| fold_name(word) == folded)
    });
    written.or_else(|| names().map(part).next()).unwrap_or_default().into()
}
