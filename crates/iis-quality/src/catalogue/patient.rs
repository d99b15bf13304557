//! What is detected field by field about the patient.
//!
//! The number of a code is that of the public list of detections, where there is one; our own begin at 801.

use crate::detection::{
    Condition::{Deprecated, Incomplete, Invalid, Missing, Present, Unrecognized, Valued},
    Entry,
    Gravity::{Information, Silent, Warning},
    When,
};
use crate::forms;
use iis_codes::Set;
use iis_model::sent::Field;

/// The fields, in the order of a message.
#[rustfmt::skip]
pub(super) const FIELDS: &[Entry] = &[
    Entry::new(Field::Patient, "PID", "patient", "Send the PID segment.").finds(&[
        ("PAT-545", Missing, Silent),
        ("PAT-687", Present, Silent),
    ]),
    Entry::new(Field::SubmitterId, "PID-3", "record number of the patient", "Send the medical record number with the type MR.").finds(&[
        ("PAT-220", Missing, Silent),
    ]),
    Entry::new(Field::SubmitterIdAuthority, "PID-3.4", "authority of the record number", "Name who gave the number out.").finds(&[
        ("PAT-393", Missing, Silent),
    ]),
    Entry::new(Field::SubmitterIdType, "PID-3.5", "type of the record number", "Send MR.").finds(&[
        ("PAT-394", Missing, Silent),
        ("PAT-704", Present, Silent),
    ]),
    Entry::new(Field::RegistryId, "PID-3 (SR)", "registry number", "Send the number from the registry's replies, or none.").form(forms::registry_number).finds(&[
        ("PAT-211", Missing, Silent),
        ("PAT-212", Unrecognized, Silent),
        ("PAT-699", Present, Silent),
    ]),
    Entry::new(Field::MedicaidNumber, "PID-3 (MA)", "Medicaid number", "Send it as it is printed on the card.").form(forms::medicaid).finds(&[
        ("PAT-167", Invalid, Information),
        ("PAT-168", Missing, Silent),
        ("PAT-681", Present, Silent),
    ]),
    Entry::new(Field::SocialSecurityNumber, "PID-3 (SS)", "social security number", "Leave it out, or send nine digits.").form(forms::social_security).finds(&[
        ("PAT-218", Invalid, Information),
        ("PAT-219", Missing, Silent),
        ("PAT-701", Present, Silent),
    ]),
    Entry::new(Field::LastName, "PID-5.1", "last name", "Send the name without digits and signs.").on_form("Enter the name without digits and signs.").form(forms::name).finds(&[
        ("PAT-165", Invalid, Warning),
        ("PAT-166", Missing, Silent),
        ("PAT-684", Present, Silent),
    ]),
    Entry::new(Field::FirstName, "PID-5.2", "first name", "Send the name without digits and signs.").on_form("Enter the name without digits and signs.").form(forms::name).finds(&[
        ("PAT-140", Invalid, Warning),
        ("PAT-141", Missing, Silent),
        ("PAT-683", Present, Silent),
    ]),
    Entry::new(Field::MiddleName, "PID-5.3", "middle name", "Send the name without digits and signs, or nothing.").on_form("Enter the name without digits and signs, or nothing.").form(forms::name).finds(&[
        ("PAT-528", Invalid, Information),
        ("PAT-529", Missing, Silent),
        ("PAT-685", Present, Silent),
    ]),
    Entry::new(Field::NameType, "PID-5.7", "type of the name", "Send L.").finds(&[
        ("PAT-408", Missing, Silent),
        ("PAT-686", Present, Silent),
    ]),
    Entry::new(Field::Alias, "PID-5[2]", "other name", "Send former names as further repetitions.").finds(&[
        ("PAT-114", Missing, Silent),
        ("PAT-653", Present, Silent),
    ]),
    Entry::new(Field::MothersMaidenName, "PID-6.1", "mother's maiden name", "Send her family name before she married.").on_form("Enter her family name before she married.").form(forms::name).finds(&[
        ("PAT-171", Missing, Silent),
        ("PAT-547", Invalid, Information),
        ("PAT-682", Present, Silent),
    ]),
    Entry::new(Field::BirthDate, "PID-7", "date of birth", "Send YYYYMMDD.").on_form("Enter it as MM/DD/YYYY.").form(forms::date).finds(&[
        ("PAT-117", Invalid, Silent),
        ("PAT-118", Missing, Silent),
        ("PAT-654", Present, Silent),
    ]),
    Entry::new(Field::Sex, "PID-8", "sex", "Send F, M, X or U.").set(Set::Sex).finds(&[
        ("PAT-143", Deprecated, Information),
        ("PAT-145", Invalid, Silent),
        ("PAT-146", Missing, Silent),
        ("PAT-147", Unrecognized, Silent),
        ("PAT-665", Present, Silent),
    ]),
    Entry::new(Field::Race, "PID-10", "race", "Send a code of CDCREC, such as 2106-3.").set(Set::Race).finds(&[
        ("PAT-206", Deprecated, Information),
        ("PAT-208", Invalid, Warning),
        ("PAT-209", Missing, Silent),
        ("PAT-210", Unrecognized, Warning),
        ("PAT-698", Present, Silent),
    ]),
    Entry::new(Field::Address, "PID-11", "address", "Send street, city, state and ZIP code.").on_form("Enter street, city, state and ZIP code.").finds(&[
        ("PAT-092", Missing, Silent),
        ("PAT-647", Present, Silent),
    ]),
    Entry::new(Field::AddressStreet, "PID-11.1", "street", "Send it with house number.").on_form("Enter it with house number.").finds(&[
        ("PAT-110", Missing, Silent),
        ("PAT-650", Present, Silent),
    ]),
    Entry::new(Field::AddressCity, "PID-11.3", "city", "Send its name.").finds(&[
        ("PAT-094", Missing, Silent),
        ("PAT-644", Present, Silent),
    ]),
    Entry::new(Field::AddressState, "PID-11.4", "state", "Send its two letters.").on_form("Enter its two letters.").finds(&[
        ("PAT-108", Missing, Silent),
        ("PAT-648", Present, Silent),
    ]),
    Entry::new(Field::AddressZip, "PID-11.5", "ZIP code", "Send five or nine digits.").on_form("Enter five or nine digits.").finds(&[
        ("PAT-113", Missing, Silent),
        ("PAT-652", Present, Silent),
    ]),
    Entry::new(Field::AddressCountry, "PID-11.6", "country", "Send its three letters of ISO 3166, such as USA.").on_form("Choose one of the list.").form(forms::country).finds(&[
        ("PAT-098", Missing, Silent),
        ("PAT-809", Unrecognized, Information),
        ("PAT-645", Present, Silent),
    ]),
    Entry::new(Field::AddressType, "PID-11.7", "type of the address", "Send P, L, H or M.").set(Set::AddressType).finds(&[
        ("PAT-451", Missing, Silent),
        ("PAT-520", Unrecognized, Information),
        ("PAT-521", Valued(&["BA"]), Silent),
        ("PAT-651", Present, Silent),
    ]),
    Entry::new(Field::AddressCounty, "PID-11.9", "county", "Send its code.").finds(&[
        ("PAT-103", Missing, Silent),
        ("PAT-646", Present, Silent),
    ]),
    Entry::new(Field::Phone, "PID-13", "telephone number", "Send area code and seven digits.").on_form("Enter area code and seven digits.").form(forms::phone).finds(&[
        ("PAT-174", Incomplete, Silent),
        ("PAT-175", Invalid, Information),
        ("PAT-176", Missing, Silent),
        ("PAT-688", Present, Silent),
    ]),
    Entry::new(Field::PhoneUse, "PID-13.2", "use of the telephone", "Send PRN.").set(Set::TelecomUse).finds(&[
        ("PAT-453", Deprecated, Information),
        ("PAT-455", Invalid, Information),
        ("PAT-456", Missing, Silent),
        ("PAT-457", Unrecognized, Information),
        ("PAT-690", Present, Silent),
    ]),
    Entry::new(Field::PhoneEquipment, "PID-13.3", "equipment of the telephone", "Send PH or CP.").set(Set::Equipment).finds(&[
        ("PAT-458", Deprecated, Information),
        ("PAT-460", Invalid, Information),
        ("PAT-461", Missing, Silent),
        ("PAT-462", Unrecognized, Information),
        ("PAT-689", Present, Silent),
    ]),
    Entry::new(Field::Email, "PID-13.4", "e-mail address", "Send a name, an at sign and a domain.").on_form("Enter a name, an at sign and a domain.").form(forms::email).finds(&[
        ("PAT-588", Invalid, Information),
        ("PAT-589", Missing, Silent),
        ("PAT-663", Present, Silent),
    ]),
    Entry::new(Field::Language, "PID-15", "language", "Send a code of ISO 639, such as eng.").set(Set::Language).finds(&[
        ("PAT-186", Missing, Silent),
        ("PAT-187", Unrecognized, Information),
        ("PAT-693", Present, Silent),
    ]),
    Entry::new(Field::Ethnicity, "PID-22", "ethnicity", "Send 2135-2 or 2186-5, or nothing.").set(Set::Ethnicity).finds(&[
        ("PAT-135", Deprecated, Information),
        ("PAT-137", Invalid, Warning),
        ("PAT-138", Missing, Silent),
        ("PAT-139", Unrecognized, Warning),
        ("PAT-664", Present, Silent),
    ]),
    Entry::new(Field::BirthPlace, "PID-23", "place of birth", "Send the name of the facility.").finds(&[
        ("PAT-126", Missing, Silent),
        ("PAT-658", Present, Silent),
    ]),
    Entry::new(Field::MultipleBirth, "PID-24", "multiple birth indicator", "Send Y or N.").on_form("Choose yes or no.").form(forms::yes_or_no).finds(&[
        ("PAT-121", Invalid, Silent),
        ("PAT-122", Missing, Silent),
        ("PAT-655", Present, Silent),
    ]),
    Entry::new(Field::BirthOrder, "PID-25", "order of birth", "Send 1, 2, 3 ...").on_form("Enter 1, 2, 3 ...").form(forms::birth_order).finds(&[
        ("PAT-123", Invalid, Information),
        ("PAT-657", Present, Silent),
    ]),
    Entry::new(Field::BirthOrder, "PID-25", "order of birth of a multiple birth", "Send 1, 2, 3 ...").on_form("Enter 1, 2, 3 ...").when(When::MultipleBirth).finds(&[
        ("PAT-125", Missing, Information),
    ]),
    Entry::new(Field::DeathDate, "PID-29", "date of death", "Send YYYYMMDD.").on_form("Enter it as MM/DD/YYYY.").form(forms::date).when(When::Died).finds(&[
        ("PAT-131", Invalid, Silent),
        ("PAT-132", Missing, Silent),
        ("PAT-661", Present, Silent),
    ]),
    Entry::new(Field::DeathIndicator, "PID-30", "death indicator", "Send Y or N.").on_form("Enter the date of death, or nothing.").finds(&[
        ("PAT-134", Missing, Silent),
        ("PAT-662", Present, Silent),
    ]),
    Entry::new(Field::PatientEntryTime, "PID-33", "time of the last update", "Send when your system last changed the record.").form(forms::date).finds(&[
        ("PAT-579", Missing, Silent),
        ("PAT-580", Invalid, Information),
        ("PAT-705", Present, Silent),
    ]),
    Entry::new(Field::PrimaryFacilityName, "PD1-3.1", "name of the primary facility", "Send it as agreed.").finds(&[
        ("PAT-182", Missing, Silent),
        ("PAT-692", Present, Silent),
    ]),
    Entry::new(Field::PrimaryFacilityId, "PD1-3.3", "number of the primary facility", "Send it as agreed.").finds(&[
        ("PAT-180", Missing, Silent),
        ("PAT-691", Present, Silent),
    ]),
    Entry::new(Field::PrimaryPhysician, "PD1-4.2", "primary physician", "Send the name as agreed.").finds(&[
        ("PAT-193", Missing, Silent),
        ("PAT-695", Present, Silent),
    ]),
    Entry::new(Field::Publicity, "PD1-11", "publicity code", "Send 01 to 12.").set(Set::Publicity).finds(&[
        ("PAT-203", Invalid, Warning),
        ("PAT-204", Missing, Silent),
        ("PAT-205", Unrecognized, Warning),
        ("PAT-697", Present, Silent),
    ]),
    Entry::new(Field::Protection, "PD1-12", "protection indicator", "Send Y or N, or nothing.").on_form("Choose whether the record may be shared, or nothing.").set(Set::Protection).finds(&[
        ("PAT-194", Deprecated, Information),
        ("PAT-196", Invalid, Information),
        ("PAT-197", Missing, Silent),
        ("PAT-198", Unrecognized, Silent),
        ("PAT-199", Valued(&["N"]), Silent),
        ("PAT-200", Valued(&["Y"]), Silent),
    ]),
    Entry::new(Field::PatientClass, "PV1-2", "patient class", "Send R.").set(Set::PatientClass).finds(&[
        ("PAT-377", Missing, Silent),
        ("PAT-378", Unrecognized, Silent),
    ]),
    Entry::new(Field::VisitEligibility, "PV1-20.1", "eligibility of the visit", "Send it with each dose as an observation 64994-7.").on_form("Choose it with each dose.").set(Set::Eligibility).finds(&[
        ("PAT-225", Deprecated, Information),
        ("PAT-227", Invalid, Warning),
        ("PAT-228", Missing, Silent),
        ("PAT-229", Unrecognized, Warning),
        ("PAT-707", Present, Silent),
    ]),
    Entry::new(Field::VisitEligibilityDate, "PV1-20.2", "date of the eligibility", "Send YYYYMMDD.").finds(&[
        ("PAT-224", Missing, Silent),
        ("PAT-706", Present, Silent),
    ]),
    Entry::new(Field::Guardian, "NK1", "parent or guardian", "Send an NK1 segment for mother, father or guardian.").on_form("Enter mother, father or guardian.").when(When::Underage).finds(&[
        ("PAT-157", Missing, Silent),
    ]),
    Entry::new(Field::GuardianLastName, "NK1-2.1", "guardian's last name", "Send it.").when(When::Underage).finds(&[
        ("PAT-154", Missing, Silent),
        ("PAT-676", Present, Silent),
    ]),
    Entry::new(Field::GuardianFirstName, "NK1-2.2", "guardian's first name", "Send it.").when(When::Underage).finds(&[
        ("PAT-153", Missing, Silent),
        ("PAT-674", Present, Silent),
    ]),
    Entry::new(Field::GuardianAddress, "NK1-4", "guardian's address", "Send street, city, state and ZIP code.").when(When::Underage).finds(&[
        ("PAT-148", Missing, Silent),
        ("PAT-669", Present, Silent),
    ]),
    Entry::new(Field::GuardianStreet, "NK1-4.1", "street of the guardian's address", "Send it with house number.").when(When::Underage).finds(&[
        ("PAT-151", Missing, Silent),
    ]),
    Entry::new(Field::GuardianCity, "NK1-4.3", "city of the guardian's address", "Send its name.").when(When::Underage).finds(&[
        ("PAT-149", Missing, Silent),
        ("PAT-666", Present, Silent),
    ]),
    Entry::new(Field::GuardianState, "NK1-4.4", "state of the guardian's address", "Send its two letters.").when(When::Underage).finds(&[
        ("PAT-150", Missing, Silent),
        ("PAT-670", Present, Silent),
    ]),
    Entry::new(Field::GuardianZip, "NK1-4.5", "ZIP code of the guardian's address", "Send five or nine digits.").when(When::Underage).finds(&[
        ("PAT-152", Missing, Silent),
        ("PAT-673", Present, Silent),
    ]),
    Entry::new(Field::GuardianCountry, "NK1-4.6", "country of the guardian's address", "Send its three letters of ISO 3166, such as USA.").when(When::Underage).finds(&[
        ("PAT-599", Missing, Silent),
    ]),
    Entry::new(Field::GuardianAddressType, "NK1-4.7", "type of the guardian's address", "Send P, L, H or M.").set(Set::AddressType).when(When::Underage).finds(&[
        ("PAT-597", Valued(&["BA"]), Silent),
        ("PAT-598", Missing, Silent),
        ("PAT-600", Unrecognized, Silent),
    ]),
    Entry::new(Field::GuardianCounty, "NK1-4.9", "county of the guardian's address", "Send its code.").when(When::Underage).finds(&[
        ("PAT-608", Missing, Silent),
    ]),
    Entry::new(Field::GuardianPhone, "NK1-5", "guardian's telephone number", "Send area code and seven digits.").when(When::Underage).finds(&[
        ("PAT-158", Missing, Silent),
        ("PAT-677", Present, Silent),
    ]),
    Entry::new(Field::Immunity, "OBX-5 (59784-9, 75505-8)", "evidence of immunity", "Send a code of SNOMED from the immunization guide.").set(Set::Immunity).finds(&[
        ("PAT-606", Deprecated, Information),
        ("PAT-607", Unrecognized, Warning),
    ]),
    Entry::new(Field::IdentifierType, "PID-3.5", "type of the identifier", "Send a code of table 0203, such as MR.").set(Set::IdentifierType).finds(&[
        ("PAT-801", Unrecognized, Information),
        ("PAT-802", Deprecated, Information),
    ]),
    Entry::new(Field::AnyNameType, "PID-5.7", "type of a name", "Send a code of table 0200, such as L.").set(Set::NameType).finds(&[
        ("PAT-803", Unrecognized, Information),
        ("PAT-804", Deprecated, Information),
    ]),
    Entry::new(Field::RegistryStatus, "PD1-16", "registry status", "Send A, I, L, M, P or U.").set(Set::RegistryStatus).finds(&[
        ("PAT-805", Unrecognized, Silent),
        ("PAT-806", Invalid, Information),
        ("PAT-807", Missing, Silent),
        ("PAT-808", Present, Silent),
    ]),
];
