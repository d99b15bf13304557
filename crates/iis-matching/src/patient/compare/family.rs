//! What members of a family share: household, mother; and sex, suffix, multiple birth.

use super::levels::{Household, Mother, Multiple, Sexes, Suffixes};
use super::text::{one_edit, similarity};
use crate::patient::normalize::address::Street;
use crate::patient::normalize::surname::Surname;
use crate::patient::subject::Subject;

const ALIKE: f64 = 0.9;

pub(super) fn sexes(a: &Subject, b: &Subject) -> Sexes {
    match (a.sex, b.sex) {
        (Some(a), Some(b)) if a == b => Sexes::Same,
        (Some(_), Some(_)) => Sexes::Different,
        _ => Sexes::Missing,
    }
}

pub(super) fn suffixes(a: &Subject, b: &Subject) -> Suffixes {
    match (a.suffix, b.suffix) {
        (None, None) => Suffixes::Missing,
        (Some(a), Some(b)) if a == b => Suffixes::Same,
        (Some(_), Some(_)) => Suffixes::Different,
        _ => Suffixes::OneMissing,
    }
}

pub(super) fn multiple(a: &Subject, b: &Subject) -> Multiple {
    let (of_a, of_b) = (a.is_of_multiple_birth(), b.is_of_multiple_birth());
    match (a.birth_order, b.birth_order) {
        _ if !of_a && !of_b => Multiple::Neither,
        (Some(x), Some(y)) if x != y => Multiple::DifferentOrder,
        (Some(_), Some(_)) if of_a && of_b => Multiple::SameOrder,
        _ if of_a && of_b => Multiple::Both,
        _ if a.multiple_birth == Some(false) || b.multiple_birth == Some(false) => Multiple::Contradicting,
        _ => Multiple::One,
    }
}

pub(super) fn same_email(a: &Subject, b: &Subject) -> bool {
    a.emails.iter().any(|email| b.emails.contains(email))
}

pub(super) fn household(a: &Subject, b: &Subject) -> Household {
    let phone_known = !a.phones.is_empty() && !b.phones.is_empty();
    let address_known = !a.streets.is_empty() && !b.streets.is_empty();
    let phone = a.phones.iter().any(|phone| b.phones.contains(phone)) || same_email(a, b);
    let zip = a.zips.iter().any(|zip| b.zips.contains(zip));
    let zip_open = zip || a.zips.is_empty() || b.zips.is_empty();
    let address = zip_open && a.streets.iter().any(|a| b.streets.iter().any(|b| same_street(a, b)));
    match (phone, address) {
        (true, true) => Household::Both,
        (true, false) if address_known => Household::Phone,
        (true, false) => Household::PhoneOnly,
        (false, true) if phone_known => Household::Address,
        (false, true) => Household::AddressOnly,
        (false, false) if zip => Household::Zip,
        (false, false) if phone_known || address_known => Household::Nothing,
        (false, false) => Household::Missing,
    }
}

fn same_street(a: &Street, b: &Street) -> bool {
    let same_unit = a.unit == b.unit || a.unit.is_empty() || b.unit.is_empty();
    same_unit && a.number == b.number && (a.name == b.name || similarity(&a.name, &b.name) >= ALIKE)
}

/// What can be said of one part of the mother's name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Same,
    Missing,
    Different,
}

pub(super) fn mother(a: &Subject, b: &Subject) -> Mother {
    let short_form = a.mother_groups.iter().any(|group| b.mother_groups.contains(group));
    let first = if short_form { Part::Same } else { words(&a.mother_first, &b.mother_first) };
    match (first, maiden(a, b)) {
        (Part::Same, Part::Same) => Mother::SameSame,
        (Part::Same, Part::Missing) => Mother::SameMissing,
        (Part::Same, Part::Different) => Mother::SameDifferent,
        (Part::Missing, _) if same_guardian(a, b) => Mother::Guardian,
        (Part::Missing, Part::Same) => Mother::MissingSame,
        (Part::Missing, Part::Missing) => Mother::MissingMissing,
        (Part::Missing, Part::Different) => Mother::MissingDifferent,
        (Part::Different, Part::Same) => Mother::DifferentSame,
        (Part::Different, Part::Missing) => Mother::DifferentMissing,
        (Part::Different, Part::Different) => Mother::DifferentDifferent,
    }
}

/// Whether the two name the same guardian, or one's guardian is the other's mother.
fn same_guardian(a: &Subject, b: &Subject) -> bool {
    words(&a.guardian_first, &b.guardian_first) == Part::Same
        || words(&a.guardian_first, &b.mother_first) == Part::Same
        || words(&a.mother_first, &b.guardian_first) == Part::Same
}

fn words(a: &str, b: &str) -> Part {
    if a.is_empty() || b.is_empty() {
        Part::Missing
    } else if a == b || one_edit(a, b) || similarity(a, b) >= ALIKE {
        Part::Same
    } else {
        Part::Different
    }
}

/// Mother's family names: the same when any of them agree, different only when both maiden names are known. A family
/// name that the children bear, too, says nothing.
fn maiden(a: &Subject, b: &Subject) -> Part {
    let telling = |name: &Surname| !(name.whole.is_empty() || borne_by(name, a) && borne_by(name, b));
    let agree = |x: &Surname, y: &Surname| {
        telling(x) && telling(y) && (words(&x.whole, &y.whole) == Part::Same || x.shares_part(y))
    };
    if agree(&a.mother_maiden, &b.mother_maiden)
        || agree(&a.mother_maiden, &b.mother_last)
        || agree(&a.mother_last, &b.mother_maiden)
        || agree(&a.mother_last, &b.mother_last)
    {
        Part::Same
    } else if !a.mother_maiden.whole.is_empty()
        && !b.mother_maiden.whole.is_empty()
        && words(&a.mother_maiden.whole, &b.mother_maiden.whole) == Part::Different
    {
        Part::Different
    } else {
        Part::Missing
    }
}

fn borne_by(name: &Surname, child: &Subject) -> bool {
    words(&name.whole, &child.last.whole) == Part::Same || name.shares_part(&child.last)
}
