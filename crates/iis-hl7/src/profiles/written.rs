//! A VXU field by field: what the checks of how data was sent are told.

use crate::er7::{Message, Part, Segment, time};
use crate::segments::obx;
use iis_model::sent::{Field, GUARDIANS, Record, Sent, Thing, Written};
use iis_model::{PartialDate, Place};

impl Sent for Message<'_> {
    fn each(&self, take: &mut dyn FnMut(&dyn Record)) {
        let mut records = Records::of(self);
        take(&Told { thing: Thing::Message, records: &records });
        take(&Told { thing: Thing::Patient, records: &records });
        for nth in 0..self.len() {
            let Some(segment) = self.nth(nth) else { break };
            match segment.name() {
                "NK1" => {
                    records.kin = Some(segment);
                    take(&Told { thing: Thing::NextOfKin, records: &records });
                }
                "ORC" => records.open(segment, nth),
                "RXA" => {
                    records.take_dose(segment, nth);
                    take(&Told { thing: Thing::Vaccination, records: &records });
                }
                "OBX" => {
                    records.observation = Some(segment);
                    take(&Told { thing: Thing::Observation, records: &records });
                }
                _ => {}
            }
        }
    }
}

/// The segments that fields are looked for in: one of each, the present one.
struct Records<'m> {
    message: &'m Message<'m>,
    header: Option<Segment<'m>>,
    patient: Option<Segment<'m>>,
    additional: Option<Segment<'m>>,
    visit: Option<Segment<'m>>,
    guardian: Option<Segment<'m>>,
    kin: Option<Segment<'m>>,
    order: Option<(Segment<'m>, usize)>,
    dose: Option<Segment<'m>>,
    route: Option<Segment<'m>>,
    observation: Option<Segment<'m>>,
    /// The segments after the dose that belong to it, by their numbers.
    details: std::ops::Range<usize>,
}

impl<'m> Records<'m> {
    fn of(message: &'m Message<'_>) -> Records<'m> {
        let is_guardian = |segment: &Segment<'_>| {
            segment.name() == "NK1" && GUARDIANS.iter().any(|code| segment.field(3).component(1).is(code))
        };
        let (mut patient, mut additional, mut visit, mut guardian) = (None, None, None, None);
        for segment in message.segments() {
            match segment.name() {
                "PID" => patient = patient.or(Some(segment)),
                "PD1" => additional = additional.or(Some(segment)),
                "PV1" => visit = visit.or(Some(segment)),
                "NK1" if is_guardian(&segment) => guardian = guardian.or(Some(segment)),
                "ORC" | "RXA" => break,
                _ => {}
            }
        }
        Records {
            message,
            header: message.header(),
            patient,
            additional,
            visit,
            guardian,
            kin: None,
            order: None,
            dose: None,
            route: None,
            observation: None,
            details: 0..0,
        }
    }

    fn open(&mut self, segment: Segment<'m>, nth: usize) {
        self.order = Some((segment, nth));
        self.dose = None;
    }

    fn take_dose(&mut self, segment: Segment<'m>, nth: usize) {
        let begins_another =
            |nth: &usize| self.message.name_of(*nth).is_some_and(|name| matches!(&name, b"ORC" | b"RXA"));
        let end = (nth + 1..self.message.len()).find(begins_another).unwrap_or(self.message.len());
        self.details = nth + 1..end;
        self.route = named(self.message, self.details.clone(), *b"RXR").next();
        self.dose = Some(segment);
    }

    /// The observations of the dose, or of all doses, that are about one of these codes.
    fn about(
        &self,
        codes: &'static [&'static str],
        whole: bool,
    ) -> impl Iterator<Item = Segment<'m>> + use<'m> {
        let message = self.message;
        let range = if whole { 0..message.len() } else { self.details.clone() };
        named(message, range, *b"OBX").filter(move |observation| {
            let about = observation.field(3).component(1);
            codes.iter().any(|code| about.is(code))
        })
    }
}

/// The segments of a name in a stretch of the message.
fn named<'m>(
    message: &'m Message<'m>,
    stretch: std::ops::Range<usize>,
    name: [u8; 3],
) -> impl Iterator<Item = Segment<'m>> {
    stretch.filter(move |&nth| message.name_of(nth) == Some(name)).filter_map(|nth| message.nth(nth))
}

/// One thing, seen through the segments of its moment.
struct Told<'r, 'm> {
    thing: Thing,
    records: &'r Records<'m>,
}

/// Where a field is looked for.
#[derive(Clone, Copy)]
enum At {
    Header(u8, u8),
    Patient(u8, u8),
    Additional(u8, u8),
    Visit(u8, u8),
    Guardian(u8, u8),
    Kin(u8, u8),
    Order(u8, u8),
    Dose(u8, u8),
    Route(u8, u8),
    Observation(u8, u8),
    /// An identifier of the patient of one of these kinds; the component wanted.
    Identifier(&'static [&'static str], u8),
    /// The legal name; the component wanted.
    Name(u8),
    /// Names beside the legal one.
    Alias,
    /// A telephone number; the component wanted.
    Phone(u8),
    Email,
    /// The vaccine in a code system.
    VaccineIn(&'static [&'static str]),
    /// The value of an observation of the dose.
    Value(&'static [&'static str]),
    /// The value of an observation anywhere.
    ValueAnywhere(&'static [&'static str]),
}

/// Components: 0 is the whole field.
#[rustfmt::skip]
const fn at(field: Field) -> At {
    use At::{Additional, Alias, Dose, Email, Guardian, Header, Identifier, Kin, Name, Observation, Order, Patient, Phone,
             Route, Value, ValueAnywhere, Visit, VaccineIn};
    match field {
        Field::SendingApplication => Header(3, 0),
        Field::SendingFacility => Header(4, 0),
        Field::ReceivingApplication => Header(5, 0),
        Field::ReceivingFacility => Header(6, 0),
        Field::MessageTime => Header(7, 1),
        Field::ControlId => Header(10, 0),
        Field::ProcessingId => Header(11, 1),
        Field::Version => Header(12, 1),
        Field::AcceptAcknowledgment => Header(15, 1),
        Field::ApplicationAcknowledgment => Header(16, 1),
        Field::ResponsibleOrganization => Header(22, 0),

        Field::Patient => Patient(0, 0),
        Field::SubmitterId => Identifier(&["MR", "PI", "PT", "PN", ""], 1),
        Field::SubmitterIdAuthority => Identifier(&["MR", "PI", "PT", "PN", ""], 4),
        Field::SubmitterIdType | Field::IdentifierType => Patient(3, 5),
        Field::RegistryId => Identifier(&["SR"], 1),
        Field::MedicaidNumber => Identifier(&["MA"], 1),
        Field::SocialSecurityNumber => Identifier(&["SS"], 1),
        Field::Name => Name(0),
        Field::LastName => Name(1),
        Field::FirstName => Name(2),
        Field::MiddleName => Name(3),
        Field::NameType => Name(7),
        Field::AnyNameType => Patient(5, 7),
        Field::Alias => Alias,
        Field::MothersMaidenName => Patient(6, 1),
        Field::BirthDate => Patient(7, 1),
        Field::Sex => Patient(8, 1),
        Field::Race => Patient(10, 1),
        Field::Address => Patient(11, 0),
        Field::AddressStreet => Patient(11, 1),
        Field::AddressCity => Patient(11, 3),
        Field::AddressState => Patient(11, 4),
        Field::AddressZip => Patient(11, 5),
        Field::AddressCountry => Patient(11, 6),
        Field::AddressType => Patient(11, 7),
        Field::AddressCounty => Patient(11, 9),
        Field::Phone => Phone(0),
        Field::PhoneUse => Phone(2),
        Field::PhoneEquipment => Phone(3),
        Field::Email => Email,
        Field::Language => Patient(15, 1),
        Field::Ethnicity => Patient(22, 1),
        Field::BirthPlace => Patient(23, 0),
        Field::MultipleBirth => Patient(24, 1),
        Field::BirthOrder => Patient(25, 1),
        Field::DeathDate => Patient(29, 1),
        Field::DeathIndicator => Patient(30, 1),
        Field::PatientEntryTime => Patient(33, 1),
        Field::PrimaryFacilityName => Additional(3, 1),
        Field::PrimaryFacilityId => Additional(3, 3),
        Field::PrimaryPhysician => Additional(4, 2),
        Field::Publicity => Additional(11, 1),
        Field::Protection => Additional(12, 1),
        Field::RegistryStatus => Additional(16, 1),
        Field::PatientClass => Visit(2, 1),
        Field::VisitEligibility => Visit(20, 1),
        Field::VisitEligibilityDate => Visit(20, 2),
        Field::Guardian => Guardian(0, 0),
        Field::GuardianLastName => Guardian(2, 1),
        Field::GuardianFirstName => Guardian(2, 2),
        Field::GuardianAddress => Guardian(4, 0),
        Field::GuardianStreet => Guardian(4, 1),
        Field::GuardianCity => Guardian(4, 3),
        Field::GuardianState => Guardian(4, 4),
        Field::GuardianZip => Guardian(4, 5),
        Field::GuardianCountry => Guardian(4, 6),
        Field::GuardianAddressType => Guardian(4, 7),
        Field::GuardianCounty => Guardian(4, 9),
        Field::GuardianPhone => Guardian(5, 0),
        Field::Immunity => ValueAnywhere(&["59784-9", "75505-8"]),

        Field::KinName => Kin(2, 0),
        Field::KinLastName => Kin(2, 1),
        Field::KinFirstName => Kin(2, 2),
        Field::KinRelationship => Kin(3, 1),
        Field::KinAddress => Kin(4, 0),
        Field::KinStreet => Kin(4, 1),
        Field::KinCity => Kin(4, 3),
        Field::KinState => Kin(4, 4),
        Field::KinZip => Kin(4, 5),
        Field::KinCountry => Kin(4, 6),
        Field::KinAddressType => Kin(4, 7),
        Field::KinCounty => Kin(4, 9),
        Field::KinPhone => Kin(5, 0),

        Field::RecordedBy => Order(10, 1),
        Field::OrderedBy => Order(12, 1),
        Field::Confidentiality => Order(28, 1),
        Field::GivenOn => Dose(3, 1),
        Field::Vaccine => Dose(5, 1),
        Field::Cvx => VaccineIn(&["CVX", "HL70292"]),
        Field::Ndc => VaccineIn(&["NDC"]),
        Field::Cpt => VaccineIn(&["CPT", "C4", "C5"]),
        Field::Amount => Dose(6, 1),
        Field::Unit => Dose(7, 1),
        Field::InformationSource => Dose(9, 1),
        Field::FacilityName => Dose(11, 4),
        Field::Lot => Dose(15, 1),
        Field::LotExpiration => Dose(16, 1),
        Field::Manufacturer => Dose(17, 1),
        Field::RefusalReason => Dose(18, 1),
        Field::Completion => Dose(20, 1),
        Field::Action => Dose(21, 1),
        Field::EntryTime => Dose(22, 1),
        Field::Route => Route(1, 1),
        Field::BodySite => Route(2, 1),
        Field::Eligibility => Value(&[obx::ELIGIBILITY]),
        Field::FundingSource => Value(&[obx::FUNDING_SOURCE]),
        Field::VisDocument => Value(&["69764-9"]),
        Field::Vis => Value(&["69764-9", "30956-7", "38890-0"]),
        Field::VisVaccine => Value(&["30956-7", "38890-0"]),
        Field::VisPublished => Value(&["29768-9"]),
        Field::VisPresented => Value(&["29769-7"]),

        Field::ObservationCode => Observation(3, 1),
        Field::ObservationType => Observation(2, 1),
        Field::ObservationTime => Observation(14, 1),
    }
}

impl Record for Told<'_, '_> {
    fn thing(&self) -> Thing {
        self.thing
    }

    fn each(&self, field: Field, take: &mut dyn FnMut(Written<'_>)) {
        let mut said = false;
        self.parts(field, &mut |part| {
            said = true;
            take(Written { text: part.text(), place: part.place() });
            true
        });
        if !said {
            take(self.nothing(field));
        }
    }

    fn first(&self, field: Field) -> Written<'_> {
        let mut found = None;
        self.parts(field, &mut |part| {
            found = Some(Written { text: part.text(), place: part.place() });
            false
        });
        found.unwrap_or_else(|| self.nothing(field))
    }

    fn date(&self, field: Field) -> Option<PartialDate> {
        time::date(&self.first(field).text)
    }
}

impl<'m> Told<'_, 'm> {
    /// Tells the parts that say something, until `take` has enough.
    fn parts(&self, field: Field, take: &mut dyn FnMut(Part<'m>) -> bool) {
        let r = self.records;
        let order = r.order.map(|(segment, _)| segment);
        match at(field) {
            At::Header(n, c) => every(r.header, n, c, take),
            At::Patient(n, c) => every(r.patient, n, c, take),
            At::Additional(n, c) => every(r.additional, n, c, take),
            At::Visit(n, c) => every(r.visit, n, c, take),
            At::Guardian(n, c) => every(r.guardian, n, c, take),
            At::Kin(n, c) => every(r.kin, n, c, take),
            At::Order(n, c) => every(order, n, c, take),
            At::Dose(n, c) => every(r.dose, n, c, take),
            At::Route(n, c) => every(r.route, n, c, take),
            At::Observation(n, c) => every(r.observation, n, c, take),
            At::Identifier(kinds, c) => {
                let is_one = |part: &Part<'_>| kinds.iter().any(|kind| part.component(5).is(kind));
                some(repetitions(r.patient, 3).filter(is_one).map(|part| part.component(c)), take);
            }
            At::Name(c) => {
                let legal = repetitions(r.patient, 5).find(|part| part.component(7).is("L"));
                let name = legal.or_else(|| repetitions(r.patient, 5).next());
                some(name.into_iter().map(|part| if c == 0 { part } else { part.component(c) }), take);
            }
            At::Alias => some(repetitions(r.patient, 5).skip(1), take),
            At::Phone(c) => {
                let is_number = |part: &Part<'_>| !part.component(2).is("NET");
                let phones = repetitions(r.patient, 13).filter(is_number);
                some(phones.map(|part| if c == 0 { part } else { part.component(c) }), take);
            }
            At::Email => some(repetitions(r.patient, 13).map(|part| part.component(4)), take),
            At::VaccineIn(systems) => {
                let is_in = |part: &Part<'_>| systems.iter().any(|system| part.is(system));
                let whole = r.dose.map(|dose| dose.field(5));
                let codings = whole.into_iter().flat_map(|field| {
                    [(field.component(1), field.component(3)), (field.component(4), field.component(6))]
                });
                some(codings.filter(|(_, system)| is_in(system)).map(|(code, _)| code), take);
            }
            At::Value(codes) => some(r.about(codes, false).map(|obx| obx.field(5).component(1)), take),
            At::ValueAnywhere(codes) => some(r.about(codes, true).map(|obx| obx.field(5).component(1)), take),
        }
    }

    /// Where the field would stand.
    fn nothing(&self, field: Field) -> Written<'static> {
        let r = self.records;
        let order = r.order.map(|(segment, _)| segment);
        let in_segment = |segment: Option<Segment<'_>>, name: [u8; 3], n: u8, c: u8| {
            let place = segment.map_or(Place::segment(name, 1), |segment| segment.place());
            let place = if n == 0 { place } else { place.field(n) };
            if c == 0 { place } else { place.component(c) }
        };
        let place = match at(field) {
            At::Header(n, c) => in_segment(r.header, *b"MSH", n, c),
            At::Patient(n, c) => in_segment(r.patient, *b"PID", n, c),
            At::Additional(n, c) => in_segment(r.additional, *b"PD1", n, c),
            At::Visit(n, c) => in_segment(r.visit, *b"PV1", n, c),
            At::Guardian(n, c) => in_segment(r.guardian, *b"NK1", n, c),
            At::Kin(n, c) => in_segment(r.kin, *b"NK1", n, c),
            At::Order(n, c) => in_segment(order, *b"ORC", n, c),
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
        };
        Written { text: "".into(), place }
    }
}

fn repetitions(segment: Option<Segment<'_>>, field: u8) -> impl Iterator<Item = Part<'_>> {
    let segment = segment.filter(|segment| !segment.raw_field(field).is_empty());
    segment.into_iter().flat_map(move |segment| segment.field(field).repetitions())
}

/// The field, or one component of it, in each repetition; field 0 is the segment itself.
fn every<'m>(segment: Option<Segment<'m>>, field: u8, component: u8, take: &mut dyn FnMut(Part<'m>) -> bool) {
    let Some(segment) = segment else { return };
    if field == 0 {
        // A segment that is there says so much; its first valued field stands for it.
        let valued = segment.raw_fields().map(|(number, _)| segment.field(number));
        some(valued.filter(|part| !part.is_missing()).take(1), take);
        return;
    }
    if segment.raw_field(field).is_empty() {
        return; // as most fields of most messages are
    }
    let parts = segment.field(field).repetitions();
    some(parts.map(|part| if component == 0 { part } else { part.component(component) }), take);
}

fn some<'m>(parts: impl Iterator<Item = Part<'m>>, take: &mut dyn FnMut(Part<'m>) -> bool) {
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
                record.each(field, &mut |written| said.push(format!("{} {}", written.place, written.text)));
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
