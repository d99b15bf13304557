//! What a sender wrote, field by field: for the checks that ask how something was sent, not only what was understood.
//!
//! The room that reads messages hands them on as [`Sent`]; the checks ask for a [`Field`] and are told the text and its
//! place. So neither knows the other, and nothing is copied that nobody asks for.

use crate::{PartialDate, Place};
use std::borrow::Cow;

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// The message itself.
    Message,
    /// The patient.
    Patient,
    /// A parent, guardian or other contact.
    NextOfKin,
    /// A dose, a refusal, or what is said without a dose.
    Vaccination,
    /// An observation.
    Observation,
}

impl Thing {
    /// All of them, in the order of a message.
    pub const ALL: &'static [Self] =
        &[Self::Message, Self::Patient, Self::NextOfKin, Self::Vaccination, Self::Observation];
}

macro_rules! fields {
    ($($thing:ident { $($(#[$doc:meta])* $field:ident,)* })*) => {
        /// A field, by what it says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($($(#[$doc])* $field,)*)* }

        impl Field {
            /// All fields, by what they are about.
            pub const ALL: &'static [Self] = &[$($(Self::$field,)*)*];

            /// What it is about.
            pub const fn thing(self) -> Thing {
                match self { $($(Self::$field)|* => Thing::$thing,)* }
            }
        }
    };
}

fields! {
    Message {
        /// Sending application.
        SendingApplication,
        /// Sending facility.
        SendingFacility,
        /// Receiving application.
        ReceivingApplication,
        /// Receiving facility.
        ReceivingFacility,
        /// When the message was made.
        MessageTime,
        /// The number of the message.
        ControlId,
        /// Production, training or debugging.
        ProcessingId,
        /// The version of the standard.
        Version,
        /// When an accept acknowledgment is wanted.
        AcceptAcknowledgment,
        /// When an application acknowledgment is wanted.
        ApplicationAcknowledgment,
        /// The organization that answers for the message.
        ResponsibleOrganization,
    }
    Patient {
        /// The patient as a whole.
        Patient,
        /// The number by which the sender knows the patient.
        SubmitterId,
        /// Who gave out that number.
        SubmitterIdAuthority,
        /// What kind of number it is.
        SubmitterIdType,
        /// The kinds of all numbers.
        IdentifierType,
        /// The registry's own number.
        RegistryId,
        /// The Medicaid number.
        MedicaidNumber,
        /// The social security number.
        SocialSecurityNumber,
        /// The legal name as a whole.
        Name,
        /// The family name.
        LastName,
        /// The first name.
        FirstName,
        /// The middle name.
        MiddleName,
        /// The type of the name.
        NameType,
        /// The types of all names.
        AnyNameType,
        /// Another name.
        Alias,
        /// The family name of the mother before she married.
        MothersMaidenName,
        /// The date of birth.
        BirthDate,
        /// The sex.
        Sex,
        /// The race.
        Race,
        /// The address.
        Address,
        /// Its street.
        AddressStreet,
        /// Its city.
        AddressCity,
        /// Its state.
        AddressState,
        /// Its ZIP code.
        AddressZip,
        /// Its country.
        AddressCountry,
        /// Its county.
        AddressCounty,
        /// Its type.
        AddressType,
        /// The telephone number.
        Phone,
        /// What it is used for.
        PhoneUse,
        /// What equipment it is.
        PhoneEquipment,
        /// The e-mail address.
        Email,
        /// The language.
        Language,
        /// The ethnicity.
        Ethnicity,
        /// The place of birth.
        BirthPlace,
        /// Whether it was a multiple birth.
        MultipleBirth,
        /// The order of birth.
        BirthOrder,
        /// The date of death.
        DeathDate,
        /// Whether the patient has died.
        DeathIndicator,
        /// When the sender last changed the record.
        PatientEntryTime,
        /// The name of the primary facility.
        PrimaryFacilityName,
        /// The number of the primary facility.
        PrimaryFacilityId,
        /// The name of the primary physician.
        PrimaryPhysician,
        /// Consent to reminder and recall.
        Publicity,
        /// Whether the data is protected.
        Protection,
        /// The registry status.
        RegistryStatus,
        /// The patient class.
        PatientClass,
        /// The eligibility of the visit.
        VisitEligibility,
        /// From when it holds.
        VisitEligibilityDate,
        /// The guardian: the first contact who answers for the patient.
        Guardian,
        /// The guardian's last name.
        GuardianLastName,
        /// The guardian's first name.
        GuardianFirstName,
        /// The guardian's address.
        GuardianAddress,
        /// Its street.
        GuardianStreet,
        /// Its city.
        GuardianCity,
        /// Its state.
        GuardianState,
        /// Its ZIP code.
        GuardianZip,
        /// Its country.
        GuardianCountry,
        /// Its county.
        GuardianCounty,
        /// Its type.
        GuardianAddressType,
        /// The guardian's telephone number.
        GuardianPhone,
        /// What is known of immunity.
        Immunity,
    }
    NextOfKin {
        /// The contact's name.
        KinName,
        /// The contact's last name.
        KinLastName,
        /// The contact's first name.
        KinFirstName,
        /// The relationship.
        KinRelationship,
        /// The contact's address.
        KinAddress,
        /// Its street.
        KinStreet,
        /// Its city.
        KinCity,
        /// Its state.
        KinState,
        /// Its ZIP code.
        KinZip,
        /// Its country.
        KinCountry,
        /// Its county.
        KinCounty,
        /// Its type.
        KinAddressType,
        /// The contact's telephone number.
        KinPhone,
    }
    Vaccination {
        /// Who entered it.
        RecordedBy,
        /// Who ordered it.
        OrderedBy,
        /// Who may see it.
        Confidentiality,
        /// The date.
        GivenOn,
        /// The vaccine, however coded.
        Vaccine,
        /// The vaccine by CVX.
        Cvx,
        /// The vaccine by NDC.
        Ndc,
        /// The vaccine by CPT.
        Cpt,
        /// The amount.
        Amount,
        /// Its unit.
        Unit,
        /// Where the report comes from.
        InformationSource,
        /// Where it was given.
        FacilityName,
        /// The lot.
        Lot,
        /// The lot's last day.
        LotExpiration,
        /// Who made it.
        Manufacturer,
        /// Why it was refused.
        RefusalReason,
        /// How it ended.
        Completion,
        /// What is to be done with the report.
        Action,
        /// When it was entered.
        EntryTime,
        /// The route.
        Route,
        /// The body site.
        BodySite,
        /// The eligibility of the patient.
        Eligibility,
        /// Whose money bought it.
        FundingSource,
        /// The statement given, however it is named.
        Vis,
        /// The statement given, by its bar code.
        VisDocument,
        /// The vaccine that the statement is about.
        VisVaccine,
        /// The edition of the statement.
        VisPublished,
        /// When the statement was given.
        VisPresented,
    }
    Observation {
        /// What was observed.
        ObservationCode,
        /// The type of the value.
        ObservationType,
        /// When it was observed.
        ObservationTime,
    }
}

/// What was written in a field, and where; empty when nothing was.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    /// The text, escapes undone.
    pub text: Cow<'a, str>,
    /// Where it stands, or would stand.
    pub place: Place,
}

impl Written<'_> {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// One thing that a message tells of.
pub trait Record {
    /// What it is about.
    fn thing(&self) -> Thing;

    /// Tells each repetition of a field that says something; whether any does. What is nothing but escapes of controls is told
    /// as empty.
    fn each(&self, field: Field, take: &mut dyn FnMut(Written<'_>)) -> bool;

    /// The first repetition that says something; empty when none does.
    fn first(&self, field: Field) -> Written<'_>;

    /// Where a field would stand that says nothing.
    fn place_of(&self, field: Field) -> Place;

    /// The first repetition as a date, as precise as it is.
    fn date(&self, field: Field) -> Option<PartialDate>;
}

/// A message as its checks see it.
pub trait Sent {
    /// Tells each thing of the message in order; the observations of a dose follow it.
    fn each(&self, take: &mut dyn FnMut(&dyn Record));
}

/// Relationships of people who answer for a patient (HL7 table 0063).
pub const GUARDIANS: &[&str] = &["MTH", "FTH", "GRD", "PAR", "GRP", "CGV"];
