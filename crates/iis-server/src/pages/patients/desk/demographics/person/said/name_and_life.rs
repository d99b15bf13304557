//! Name, birth and death.

use super::super::super::super::dates::{UNREADABLE, read_day, read_partial};
use super::super::super::super::plain::is_seen;
use super::super::super::fields::Part;
use super::Reading;
use iis_model::person::{PersonName, Sex};
use iis_model::{Demographics, Given};

impl Reading<'_> {
    pub(super) fn name(&mut self, person: &mut Demographics) {
        if !is_seen(self.get("last")) {
            self.wrong("last", "Enter the last name.");
        }
        for id in ["first", "middle"] {
            if !self.get(id).is_empty() && !is_seen(self.get(id)) {
                self.wrong(id, "There is no letter in it to see. Type it again, or leave it empty.");
            }
        }
        person.names = vec![Given::of(PersonName {
            family: self.text("last"),
            given: self.text("first"),
            middle: self.text("middle"),
            suffix: self.text("suffix"),
            kind: "L".into(),
        })];
    }

    pub(super) fn birth(&mut self, person: &mut Demographics) {
        match read_day(self.get("born"), self.today) {
            None => self.wrong("born", UNREADABLE),
            Some(born) if born > self.today => {
                self.wrong("born", "The birth date is in the future. Check the year or the month.");
            }
            Some(born) => person.born_on = Given::of(born.into()),
        }
    }

    pub(super) fn sex(&mut self, person: &mut Demographics) {
        person.sex = Sex::from_code(self.get("sex")).map(Given::of).unwrap_or_default();
        if person.sex.get().is_none() {
            self.wrong("sex", "Choose the sex.");
        }
    }

    pub(super) fn mother(&self, person: &mut Demographics) {
        let (family, given) = (self.text("mother_maiden"), self.text("mother_first"));
        if !family.is_empty() || !given.is_empty() {
            let name = PersonName { family, given, kind: "M".into(), ..PersonName::default() };
            person.mother_maiden_name = Given::of(name);
        }
    }

    pub(super) fn multiple(&mut self, person: &mut Demographics) {
        person.multiple_birth = match self.get("multiple") {
            "Y" => Given::of(true),
            "N" => Given::of(false),
            _ => Given::default(),
        };
        let order = self.get("order");
        if order.is_empty() {
            return;
        }
        match order.parse::<u8>() {
            Ok(order @ 1..=20) => person.birth_order = Given::of(order),
            _ => self.wrong("order", "Enter a number: 1 for the first born."),
        }
    }

    pub(super) fn death(&mut self, believed: &Demographics, person: &mut Demographics) {
        let text = self.get("died");
        if text.is_empty() {
            if believed.died_on.value.is_some() {
                person.is_deceased = Given::of(false);
            }
            return;
        }
        match read_partial(text, self.today) {
            None => self.wrong("died", UNREADABLE),
            Some(died) if died.first_day() > self.today => {
                self.wrong("died", "The date of death is in the future. Check the year or the month.");
            }
            Some(died) => {
                person.is_deceased = Given::of(true);
                person.died_on = Given::of(died);
            }
        }
    }

    /// Nobody dies before birth: told at the date that was changed.
    pub(super) fn birth_before_death(&mut self, parts: &[Part]) {
        let dates = (read_day(self.get("born"), self.today), read_partial(self.get("died"), self.today));
        let field =
            [(Part::Death, "died"), (Part::Birth, "born")].into_iter().find(|(part, _)| parts.contains(part));
        if let ((Some(born), Some(died)), Some((_, field))) = (dates, field)
            && died.last_day() < born
            && self.problems.is_empty()
        // a date that cannot be is told as that
        {
            self.wrong(field, "The date of death is before the birth date. Correct one of them.");
        }
    }
}
