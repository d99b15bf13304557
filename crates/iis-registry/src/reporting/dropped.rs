//! What a report that calls a person by the new name says of the identity that was replaced: aliases, the former mother,
//! next of kin, addresses and telephones that stayed in the chart (decision 0043). It is not taken over.

use super::Report as Said;
use super::subject::Subject;
use iis_matching::patient::normalize::fold_name;
use iis_model::person::{Address, PersonName, Telecom};
use iis_model::{Demographics, Given};
use iis_store::{StoreError, Tx, person_view, sealed};

/// What the report says of the person without what was put away; none: it says nothing of that. What the registry believes
/// now is said again, whoever said it before; what the register says in its files is never former.
pub(super) fn without_former(
    said: &Said,
    subject: &Subject,
    tx: &mut Tx<'_>,
) -> Result<Option<Demographics>, StoreError> {
    let found = subject.record.found.as_ref();
    let cannot_be = subject.version.is_none() || found.is_some_and(|found| !found.is_of_sealed);
    if cannot_be || subject.is_former || said.by.is_vital {
        return Ok(None);
    }
    let put_away = sealed::said_of_person(tx, &said.granted, subject.person_id)?;
    if put_away.is_empty() {
        return Ok(None);
    }
    let believed = person_view::demographics(tx, &said.granted, subject.person_id)?.unwrap_or_default();
    let mut person = said.submission.person.clone();
    for (event, former) in &put_away {
        drop_names(&mut person, former, &believed);
        // whoever has another name has the same mother and home, and so may have who got one by mistake
        if !matches!(&**event, "name-change" | sealed::REVERSAL) {
            drop_family_and_home(&mut person, former, &believed);
        }
    }
    Ok((person != said.submission.person).then_some(person))
}

fn drop_names(person: &mut Demographics, former: &Demographics, believed: &Demographics) {
    let is_former = |name: &Given<PersonName>| is_only_in(name, &former.names, &believed.names, called);
    let legal = person.names.first().cloned();
    person.names.retain(|name| legal.as_ref() == Some(name) || !is_former(name));
}

fn drop_family_and_home(person: &mut Demographics, former: &Demographics, believed: &Demographics) {
    let mothers = |of: &Demographics| {
        let kin = of.next_of_kin.iter().map(|kin| kin.name.clone());
        kin.chain([of.mother_maiden_name.clone()]).collect::<Vec<_>>()
    };
    let (before, now) = (mothers(former), mothers(believed));
    let is_former = |name: &Given<PersonName>| is_only_in(name, &before, &now, called);
    if is_former(&person.mother_maiden_name) {
        person.mother_maiden_name = Given::default();
    }
    person.next_of_kin.retain(|kin| !is_former(&kin.name));
    person.addresses.retain(|one| !is_only_in(one, &former.addresses, &believed.addresses, home));
    person.telecoms.retain(|one| !is_only_in(one, &former.telecoms, &believed.telecoms, line));
}

/// Whether a value, by its key, was said of the former identity and is not believed now.
fn is_only_in<T, K: PartialEq>(
    one: &Given<T>,
    before: &[Given<T>],
    now: &[Given<T>],
    key: impl Fn(&T) -> K,
) -> bool {
    let Some(sought) = one.get().map(&key) else { return false };
    let holds = |all: &[Given<T>]| all.iter().filter_map(Given::get).any(|other| key(other) == sought);
    holds(before) && !holds(now)
}

fn called(name: &PersonName) -> [String; 2] {
    [&name.family, &name.given].map(|part| fold_name(part))
}

fn home(address: &Address) -> [String; 2] {
    [&address.street, &address.zip].map(|part| fold_name(part))
}

fn line(telecom: &Telecom) -> [String; 2] {
    [format!("{} {}", telecom.country, telecom.digits), telecom.email.to_lowercase()]
}
