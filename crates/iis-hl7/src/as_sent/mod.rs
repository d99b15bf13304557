//! A VXU field by field, as sent: what the checks of how data was sent are told.
//!
//! [`fields`] says where each field stands, [`Told`] finds it there. Where nothing is said, nothing is made but its place, and
//! that only when it is asked for.

mod fields;
mod observed;
mod records;

use crate::datatypes::xtn;
use crate::er7::{Message, Only, Part, Segment, time};
use fields::{At, at};
use iis_model::sent::{Field, Record, Sent, Thing, Written};
use iis_model::{PartialDate, Place};
use records::{Records, repetitions};

impl Sent for Message<'_> {
    fn each(&self, take: &mut dyn FnMut(&dyn Record)) {
        let mut records = Records::of(self);
        take(&Told { thing: Thing::Message, records: &records });
        take(&Told { thing: Thing::Patient, records: &records });
        for (nth, segment) in self.segments().enumerate() {
            let thing = match &segment.name_bytes() {
                b"NK1" => Thing::NextOfKin,
                b"RXA" => Thing::Vaccination,
                b"OBX" => Thing::Observation,
                b"ORC" => {
                    records.open(segment);
                    continue;
                }
                _ => continue,
            };
            match thing {
                Thing::NextOfKin => records.kin = Some(segment),
                Thing::Vaccination => records.take_dose(segment, nth),
                _ => records.observation = Some(segment),
            }
            take(&Told { thing, records: &records });
        }
    }
}

/// One thing, seen through the segments of its moment.
struct Told<'r, 'm> {
    thing: Thing,
    records: &'r Records<'m>,
}

impl Record for Told<'_, '_> {
    fn thing(&self) -> Thing {
        self.thing
    }

    fn each(&self, field: Field, take: &mut dyn FnMut(Written<'_>)) -> bool {
        let mut said = false;
        self.parts(field, |part| {
            said = true;
            take(written(field, &part));
            true
        });
        said
    }

    fn first(&self, field: Field) -> Written<'_> {
        let mut found = None;
        self.parts(field, |part| {
            found = Some(written(field, &part));
            false
        });
        found.unwrap_or_else(|| Written { text: "".into(), place: self.place_of(field) })
    }

    fn date(&self, field: Field) -> Option<PartialDate> {
        let mut date = None;
        self.parts(field, |part| {
            date = time::date(&part.text());
            false
        });
        date
    }

    fn place_of(&self, field: Field) -> Place {
        let r = self.records;
        let in_segment = |segment: Option<Segment<'_>>, name: [u8; 3], n: u8, c: u8| {
            let place = segment.map_or(Place::segment(name, 1), |segment| segment.place());
            let place = if n == 0 { place } else { place.field(n) };
            if c == 0 { place } else { place.component(c) }
        };
        match at(field) {
            At::Header(n, c) => in_segment(r.header, *b"MSH", n, c),
            At::Patient(n, c) => in_segment(r.patient, *b"PID", n, c),
            At::Additional(n, c) => in_segment(r.additional, *b"PD1", n, c),
            At::Visit(n, c) => in_segment(r.visit, *b"PV1", n, c),
            At::Guardian(n, c) => in_segment(r.guardian, *b"NK1", n, c),
            At::Kin(n, c) => in_segment(r.kin, *b"NK1", n, c),
            At::Order(n, c) => in_segment(r.order, *b"ORC", n, c),
            At::Dose(n, c) => in_segment(r.dose, *b"RXA", n, c),
            At::Route(n, c) => in_segment(r.route, *b"RXR", n, c),
            At::Observation(n, c) => in_segment(r.observation, *b"OBX", n, c),
            At::Identifier(_, c) => in_segment(r.patient, *b"PID", 3, c),
            At::Name(c) => in_segment(r.patient, *b"PID", 5, c),
            At::Alias => in_segment(r.patient, *b"PID", 5, 0),
            At::Phone(c) => in_segment(r.patient, *b"PID", 13, c),
            At::Email => in_segment(r.patient, *b"PID", 13, 4),
            At::VaccineIn(_) => in_segment(r.dose, *b"RXA", 5, 1),
            At::Value(_) => in_segment(r.dose, *b"RXA", 0, 0),
            At::ValueAnywhere(_) => in_segment(r.patient, *b"PID", 0, 0),
        }
    }
}

impl<'m> Told<'_, 'm> {
    /// Tells the parts that say something, until `take` has enough.
    #[inline]
    fn parts(&self, field: Field, take: impl FnMut(Part<'m>) -> bool) {
        let r = self.records;
        match at(field) {
            At::Header(n, c) => every(r.header, n, c, take),
            At::Patient(n, c) => every(r.patient, n, c, take),
            At::Additional(n, c) => every(r.additional, n, c, take),
            At::Visit(n, c) => every(r.visit, n, c, take),
            At::Guardian(n, c) => every(r.guardian, n, c, take),
            At::Kin(n, c) => every(r.kin, n, c, take),
            At::Order(n, c) => every(r.order, n, c, take),
            At::Dose(n, c) => every(r.dose, n, c, take),
            At::Route(n, c) => every(r.route, n, c, take),
            At::Observation(n, c) => every(r.observation, n, c, take),
            At::Identifier(kinds, c) => {
                let is_one = |part: &Part<'_>| {
                    let kind = part.component(5);
                    kinds.iter().any(|known| kind.is(known))
                };
                some(repetitions(r.patient, 3).filter(is_one).map(|part| part.component(c)), take);
            }
            At::Name(c) => {
                some(r.name.into_iter().map(|part| narrowed(part, c)), take);
            }
            At::Alias => some(repetitions(r.patient, 5).skip(1), take),
            At::Phone(c) => {
                let phones = repetitions(r.patient, 13).filter(|part| !part.component(2).is("NET"));
                some(phones.map(|part| narrowed(part, c)), take);
            }
            At::Email => some(repetitions(r.patient, 13).map(|part| part.component(4)), take),
            At::VaccineIn(system) => some(r.vaccine_in(system), take),
            At::Value(about) => some(r.values(about, r.details.clone()), take),
            At::ValueAnywhere(about) => some(r.values(about, 0..r.message.len()), take),
        }
    }
}

/// What a part says. A telephone number is taken together from its components, so that a check sees the number alone.
fn written<'m>(field: Field, part: &Part<'m>) -> Written<'m> {
    let is_phone = matches!(field, Field::Phone | Field::GuardianPhone | Field::KinPhone);
    Written { text: if is_phone { xtn::dialed(part) } else { part.text() }, place: part.place() }
}

/// A component of a repetition; 0 is the whole.
fn narrowed(part: Part<'_>, component: u8) -> Part<'_> {
    if component == 0 { part } else { part.component(component) }
}

/// The field, or one component of it, in each repetition; field 0 is the segment itself.
fn every<'m>(segment: Option<Segment<'m>>, field: u8, component: u8, mut take: impl FnMut(Part<'m>) -> bool) {
    let Some(segment) = segment else { return };
    if field == 0 {
        // A segment that is there says so much; its first valued field stands for it.
        let valued = segment.raw_fields().map(|(number, _)| segment.field(number));
        some(valued.filter(|part| !part.is_missing()).take(1), take);
        return;
    }
    match segment.only(field, component) {
        Only::Nothing => {} // as most fields of most messages are
        Only::Once(part) => _ = take(part),
        Only::Repeated => {
            some(segment.field(field).repetitions().map(|part| narrowed(part, component)), take);
        }
    }
}

fn some<'m>(parts: impl Iterator<Item = Part<'m>>, mut take: impl FnMut(Part<'m>) -> bool) {
    for part in parts {
        if !part.is_missing() && !take(part) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;
    use iis_model::sent::{Field, Record, Sent, Thing};

    const MESSAGE: &[u8] = b"MSH|^~\\&|EHR|CLINIC7|IIS|STATE|20260301101500-0500||VXU^V04^VXU_V04|M1|P|2.5.1\r\
        PID|1||9^^^IIS^SR~A17^^^CLINIC7^MR||DOE^ANA^B^^^^A~ROE^ANA^C^^^^L||20200115|F||2106-3^W^CDCREC~2028-9\r\
        NK1|1|DOE^EVA|MTH^Mother^HL70063\rORC|RE||1\rRXA|0|1|20260301||49281-0400-58^A^NDC^115^T^CVX|0.5\rRXR|IM\r\
        OBX|1|CE|64994-7^E^LN|1|V02\rORC|RE||2\rRXA|0|1|20250301||90707^MMR^CPT|999\r";

    /// What each thing of the message says in a field.
    fn said(field: Field) -> Vec<String> {
        let (message, _) = parse(MESSAGE);
        let mut said = Vec::new();
        message.each(&mut |record: &dyn Record| {
            if record.thing() == field.thing() {
                let says = record
                    .each(field, &mut |written| said.push(format!("{} {}", written.place, written.text)));
                if !says {
                    said.push(format!("{} ", record.place_of(field)));
                }
            }
        });
        said
    }

    #[test]
    fn fields_are_told_with_their_places() {
        #[rustfmt::skip]
        let table: &[(Field, &[&str])] = &[
            (Field::ControlId,     &["MSH-10 M1"]),
            (Field::SubmitterId,   &["PID-3[2].1 A17"]),
            (Field::RegistryId,    &["PID-3.1 9"]),
            (Field::LastName,      &["PID-5[2].1 ROE"]),
            (Field::Race,          &["PID-10.1 2106-3", "PID-10[2].1 2028-9"]),
            (Field::Language,      &["PID-15.1 "]),
            (Field::Publicity,     &["PD1-11.1 "]),
            (Field::GuardianFirstName, &["NK1-2.2 EVA"]),
            (Field::Cvx,           &["RXA-5.4 115", "RXA[2]-5.1 "]),
            (Field::Cpt,           &["RXA-5.1 ", "RXA[2]-5.1 90707"]),
            (Field::Route,         &["RXR-1.1 IM", "RXR-1.1 "]),
            (Field::Eligibility,   &["OBX-5.1 V02", "RXA[2] "]),
            (Field::ObservationTime, &["OBX-14.1 "]),
        ];
        for (field, expected) in table {
            assert_eq!(said(*field), *expected, "{field:?}");
        }
    }

    #[test]
    fn things_come_in_the_order_of_the_message() {
        let (message, _) = parse(MESSAGE);
        let mut things = Vec::new();
        message.each(&mut |record: &dyn Record| things.push(record.thing()));
        let dose = Thing::Vaccination;
        assert_eq!(
            things,
            [Thing::Message, Thing::Patient, Thing::NextOfKin, dose, Thing::Observation, dose]
        );
    }
}
