//! Every finding this crate can make, in code order.
//!
//! A code is never reused; a retired one stays in the list. Severity follows one rule: an error means that the thing
//! named was not stored, a warning that something was lost or is clinically doubtful, information that a formal fault
//! lost nothing. So a usable message is usually answered AA. Texts name fields and the way to mend, never a value.

use iis_model::ApplicationError::{
    self, DataIgnored, IllogicalValue, InvalidDate, InvalidValue, RequiredDataMissing,
    RequiredObservationMissing, TableValueNotFound,
};
use iis_model::ErrorCode::{
    self, Application, DataType, RequiredFieldMissing, SegmentSequence, TableValueNotFound as NotInTable,
    UnsupportedEvent, UnsupportedMessageType, UnsupportedProcessingId, UnsupportedVersion,
};
use iis_model::Severity::{self, Error as E, Information as I, Warning as W};
use iis_model::{Effect, Finding, Place};
use std::borrow::Cow;

/// A kind of finding: one row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Stable code.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// HL7 table 0357.
    pub error_code: ErrorCode,
    /// HL7 table 0533.
    pub application_error: Option<ApplicationError>,
    /// What it does to the thing it names.
    pub effect: Effect,
    /// What is wrong and how to mend it.
    pub text: &'static str,
}

impl Kind {
    /// The finding at a place.
    pub fn at(&self, place: Place) -> Finding {
        Finding {
            code: self.code,
            severity: self.severity,
            place,
            error_code: self.error_code,
            application_error: self.application_error,
            effect: self.effect,
            text: Cow::Borrowed(self.text),
        }
    }
}

macro_rules! kinds {
    ($($name:ident = $code:literal, $severity:ident, $error:ident, $application:expr, $effect:ident, $text:literal;)*) => {
        $(
            #[doc = concat!("`", $code, "`; its text says what it is.")]
            pub const $name: Kind = Kind {
                code: $code,
                severity: $severity,
                error_code: $error,
                application_error: $application,
                effect: Effect::$effect,
                text: $text,
            };
        )*

        /// All kinds, in code order.
        pub const ALL: &[&Kind] = &[$(&$name,)*];
    };
}

const NO: Option<ApplicationError> = None;
const IGNORED: Option<ApplicationError> = Some(DataIgnored);
const MISSING: Option<ApplicationError> = Some(RequiredDataMissing);
const NO_DATE: Option<ApplicationError> = Some(InvalidDate);
const NOT_ALLOWED: Option<ApplicationError> = Some(InvalidValue);
const UNKNOWN_CODE: Option<ApplicationError> = Some(TableValueNotFound);
const CONTRADICTION: Option<ApplicationError> = Some(IllogicalValue);
const NO_OBSERVATION: Option<ApplicationError> = Some(RequiredObservationMissing);

#[rustfmt::skip]
kinds! {
    // text and structure
    TOO_LONG = "HL7-001", E, Application, IGNORED, MessageRefused,
        "The message is longer than this registry accepts; nothing of it was stored. Send fewer doses a message.";
    TOO_MANY_SEGMENTS = "HL7-002", E, Application, IGNORED, MessageRefused,
        "The message has more segments than this registry accepts; nothing of it was stored. Send fewer doses a message.";
    TEXT_BEFORE_HEADER = "HL7-003", I, SegmentSequence, IGNORED, Noted,
        "There is text before the MSH segment; it was passed over. Begin the message with MSH.";
    LINE_CONTINUED = "HL7-004", I, SegmentSequence, NO, Noted,
        "A line that begins no segment was read as more of this segment. Send line breaks in data as the escape sequence .br.";
    CONTROL_CHARACTERS = "HL7-005", I, DataType, NO, Noted,
        "Control characters were taken out of the message.";
    CHARACTERS_GUESSED = "HL7-006", W, DataType, NOT_ALLOWED, Noted,
        "The message is not UTF-8 and MSH-18 names no other character set; it was read as Windows-1252, so letters with accents may be wrong. Send UTF-8.";
    UTF_8_THOUGH_NOT_DECLARED = "HL7-007", I, DataType, NO, Noted,
        "MSH-18 declares another character set, but the message is UTF-8 and was read so. Declare UNICODE UTF-8.";
    UNUSUAL_DELIMITERS = "HL7-008", I, DataType, NO, Noted,
        "MSH-1 and MSH-2 name other delimiters than the usual ones; they were followed.";
    SEVERAL_MESSAGES = "HL7-009", E, SegmentSequence, NO, MessageRefused,
        "There is more than one MSH segment; nothing was stored. Send one message at a time, or a batch file.";

    // the gate
    NO_HEADER = "HL7-010", E, SegmentSequence, NO, MessageRejected,
        "No readable MSH segment was found. Begin the message with MSH and its delimiters.";
    UNSUPPORTED_TYPE = "HL7-011", E, UnsupportedMessageType, NO, MessageRejected,
        "This message type is not accepted here. Send VXU V04 (VXU_V04) or QBP Q11 (QBP_Q11).";
    UNSUPPORTED_EVENT = "HL7-012", E, UnsupportedEvent, NO, MessageRejected,
        "This trigger event is not accepted here. Send VXU V04 (VXU_V04) or QBP Q11 (QBP_Q11).";
    UNSUPPORTED_PROCESSING = "HL7-013", E, UnsupportedProcessingId, NO, MessageRejected,
        "This processing id is not accepted at this address. Production takes P; test systems take T or D.";
    UNSUPPORTED_VERSION = "HL7-014", E, UnsupportedVersion, NO, MessageRejected,
        "This version is not accepted. Send version 2.5.1 in MSH-12.";
    MORE_FINDINGS = "HL7-015", I, Application, NO, Noted,
        "There are more findings than are listed.";
    TOO_MANY_FINDINGS = "HL7-016", E, Application, IGNORED, MessageRefused,
        "There is too much wrong with the message to go on; nothing of it was stored. Mend what is listed and send again.";

    // MSH
    SENT_AT_MISSING = "HL7-020", E, RequiredFieldMissing, MISSING, MessageRefused,
        "The time of the message (MSH-7) is missing; nothing of the message was stored.";
    SENT_AT_UNUSABLE = "HL7-021", E, DataType, NO_DATE, MessageRefused,
        "The time of the message (MSH-7) is not a date and time; nothing of the message was stored. Send YYYYMMDDHHMMSS+/-ZZZZ.";
    ZONE_MISSING = "HL7-022", I, DataType, NO, Noted,
        "The time of the message has no zone; the sender's zone was supposed. Add it, such as -0500.";
    ZONE_MALFORMED = "HL7-023", I, DataType, NO, Noted,
        "The zone of the message time does not have the form +/-HHMM; it was understood all the same.";
    CONTROL_ID_MISSING = "HL7-024", E, RequiredFieldMissing, MISSING, MessageRefused,
        "The message control id (MSH-10) is missing; nothing of the message was stored, since it could not be told from others.";
    ACKNOWLEDGMENT_MODE = "HL7-025", I, DataType, NO, Noted,
        "MSH-15 should be ER and MSH-16 AL; the message was handled as if they were.";
    PROFILE_NOT_NAMED = "HL7-026", I, DataType, NO, Noted,
        "MSH-21 does not name the profile of this message; it was told from MSH-9 and, for a query, QPD-1.";
    STRUCTURE_NOT_NAMED = "HL7-027", I, DataType, NO, Noted,
        "MSH-9.3 does not name the message structure; it was told from the event.";

    // structure of a VXU
    NO_PATIENT = "HL7-030", E, SegmentSequence, MISSING, MessageRefused,
        "The PID segment is missing; nothing of the message was stored.";
    OUT_OF_ORDER = "HL7-031", E, SegmentSequence, IGNORED, SegmentIgnored,
        "The segment stands where it does not belong and was not read. Keep the order of the VXU structure.";
    REPEATED = "HL7-032", E, SegmentSequence, IGNORED, SegmentIgnored,
        "The segment may occur once only here; this one was not read.";
    ORDER_WITHOUT_RXA = "HL7-033", E, SegmentSequence, MISSING, EventNotStored,
        "The order has no RXA segment; it was not stored.";
    RXA_WITHOUT_ORC = "HL7-034", E, SegmentSequence, MISSING, EventNotStored,
        "The RXA segment has no ORC segment before it; the dose was not stored. Begin each order with ORC.";
    TOO_MANY_REPETITIONS = "HL7-035", W, DataType, IGNORED, ValueIgnored,
        "The field has more than 99 repetitions; the others were not stored.";
    ERASURE_ASKED = "HL7-036", I, Application, NO, Noted,
        "The field holds \"\", which asks to erase a value; it is erased only if that is agreed with the sender.";

    // PID, PD1, NK1
    IDENTIFIER_MISSING = "HL7-040", E, RequiredFieldMissing, MISSING, MessageRefused,
        "No patient identifier (PID-3) could be used; nothing of the message was stored. Send the medical record number with its authority and the type MR.";
    IDENTIFIER_UNUSABLE = "HL7-041", W, DataType, IGNORED, ValueIgnored,
        "This identifier has no number and was not stored.";
    IDENTIFIER_AUTHORITY_MISSING = "HL7-042", I, RequiredFieldMissing, NO, Noted,
        "The identifier does not name its assigning authority; the sender's organization was supposed.";
    IDENTIFIER_TYPE_MISSING = "HL7-043", I, RequiredFieldMissing, NO, Noted,
        "The identifier does not name its type; a medical record number (MR) was supposed.";
    NAME_MISSING = "HL7-044", E, RequiredFieldMissing, MISSING, MessageRefused,
        "No patient name (PID-5) with family and given name was found; nothing of the message was stored.";
    NAME_INCOMPLETE = "HL7-045", W, RequiredFieldMissing, IGNORED, ValueIgnored,
        "The name lacks its family or given name and was not stored.";
    BIRTH_DATE_MISSING = "HL7-046", E, RequiredFieldMissing, MISSING, MessageRefused,
        "The date of birth (PID-7) is missing; nothing of the message was stored.";
    BIRTH_DATE_UNUSABLE = "HL7-047", E, DataType, NO_DATE, MessageRefused,
        "The date of birth (PID-7) is not a calendar date; nothing of the message was stored. Send YYYYMMDD.";
    BIRTH_DATE_PARTIAL = "HL7-048", E, DataType, NO_DATE, MessageRefused,
        "The date of birth (PID-7) lacks its day; nothing of the message was stored, since the patient cannot be told from others without it. Send YYYYMMDD.";
    SEX_MISSING = "HL7-049", E, RequiredFieldMissing, MISSING, MessageRefused,
        "The sex (PID-8) is missing; nothing of the message was stored. Send F, M, X or U.";
    SEX_UNKNOWN_CODE = "HL7-050", E, NotInTable, UNKNOWN_CODE, MessageRefused,
        "The sex (PID-8) is not a code of table 0001; nothing of the message was stored. Send F, M, X or U.";
    VALUE_NOT_A_DATE = "HL7-051", W, DataType, NO_DATE, ValueIgnored,
        "The value is not a calendar date and was not stored. Send YYYYMMDD.";
    VALUE_NOT_IN_TABLE = "HL7-052", W, NotInTable, UNKNOWN_CODE, ValueIgnored,
        "The code is not in its table and was not stored.";
    VALUE_MALFORMED = "HL7-053", W, DataType, NOT_ALLOWED, ValueIgnored,
        "The value does not have the form of its data type and was not stored.";
    CODE_MISSING = "HL7-054", W, RequiredFieldMissing, MISSING, ValueIgnored,
        "The coded value has no code and was not stored. Send code, text and code system.";
    NEXT_OF_KIN_NAME = "HL7-055", W, RequiredFieldMissing, MISSING, SegmentIgnored,
        "The next of kin has no name (NK1-2) and was not stored.";
    NEXT_OF_KIN_RELATIONSHIP = "HL7-056", W, RequiredFieldMissing, MISSING, SegmentIgnored,
        "The next of kin has no relationship (NK1-3) and was not stored. Send a code of table 0063, such as MTH.";
    LEGACY_ETHNICITY = "HL7-057", I, NotInTable, NO, Noted,
        "The ethnicity is an old code of one letter; it was translated. Send 2135-2 or 2186-5.";
    ORDER_WITHOUT_MULTIPLE_BIRTH = "HL7-058", I, Application, NO, Noted,
        "A birth order is given without saying in PID-24 that it was a multiple birth.";
    PHONE_UNPARSED = "HL7-059", I, DataType, NO, Noted,
        "The telephone number stands in the first or the twelfth component; send area code and number in components 6 and 7.";
    FIRST_ONLY = "HL7-060", W, DataType, IGNORED, ValueIgnored,
        "Only the first value of this field is read; this one was not stored.";
    NEXT_OF_KIN_NOBODY = "HL7-061", I, RequiredFieldMissing, NO, Noted,
        "The NK1 segment names nobody: no name, street, city or telephone number. Leave it out.";
    VALUE_CUT = "HL7-062", W, DataType, IGNORED, ValueIgnored,
        "The value is longer than anything of its kind; only its beginning was read. Check what your system sends here.";
    VALUE_TOO_LONG = "HL7-063", W, DataType, IGNORED, ValueIgnored,
        "The value is longer than 250 characters and was not stored, since a part of it would mean something else.";
    TOO_MANY_VALUES = "HL7-064", W, DataType, IGNORED, ValueIgnored,
        "There are more of these than the 20 that are kept of one patient; this one and those behind it were not stored.";

    // ORC, RXA, RXR
    ORDER_NUMBER_MISSING = "HL7-070", E, RequiredFieldMissing, MISSING, EventNotStored,
        "The filler order number (ORC-3) is missing; the order was not stored, since it could not be corrected later. Send the number by which your system knows the dose, or 9999 for a refusal.";
    DATE_GIVEN_MISSING = "HL7-071", E, RequiredFieldMissing, MISSING, EventNotStored,
        "The date (RXA-3) is missing; the dose was not stored.";
    DATE_GIVEN_UNUSABLE = "HL7-072", E, DataType, NO_DATE, EventNotStored,
        "The date (RXA-3) is not a calendar date with its day; the dose was not stored. Send YYYYMMDD.";
    VACCINE_MISSING = "HL7-073", E, RequiredFieldMissing, MISSING, EventNotStored,
        "The vaccine (RXA-5) is missing; the dose was not stored. Send a CVX or NDC code.";
    VACCINE_UNUSABLE = "HL7-074", E, Application, UNKNOWN_CODE, EventNotStored,
        "The vaccine (RXA-5) is not coded in CVX, NDC or CPT; the dose was not stored. Send a CVX or NDC code.";
    VACCINE_BY_CPT = "HL7-075", I, Application, NO, Noted,
        "The vaccine is coded in CPT only, which cannot tell all vaccines apart. Send CVX or NDC.";
    VACCINE_SYSTEM_MISSING = "HL7-076", I, RequiredFieldMissing, NO, Noted,
        "The vaccine code does not name its code system; it was told from its form.";
    VACCINE_CODING_UNUSABLE = "HL7-077", W, Application, UNKNOWN_CODE, ValueIgnored,
        "One of the two vaccine codes does not have the form of its code system and was not used.";
    AMOUNT_MISSING = "HL7-078", I, RequiredFieldMissing, NO, Noted,
        "The amount (RXA-6) is missing; it was taken as unknown. Send 999 when it is unknown.";
    AMOUNT_UNUSABLE = "HL7-079", W, DataType, NOT_ALLOWED, ValueIgnored,
        "The amount (RXA-6) is not a number and was not stored. Send 999 when it is unknown.";
    UNIT_MISSING = "HL7-080", I, RequiredFieldMissing, NO, Noted,
        "The amount has no unit (RXA-7). Send mL in the system UCUM.";
    SOURCE_MISSING = "HL7-081", W, RequiredFieldMissing, MISSING, Noted,
        "The information source (RXA-9) is missing; it counts as historical. Send 00 for a dose that you gave, 01 to 08 otherwise.";
    SOURCE_UNKNOWN_CODE = "HL7-082", W, NotInTable, UNKNOWN_CODE, ValueIgnored,
        "The information source (RXA-9) is not a code of NIP001; the dose counts as historical. Send 00 for a dose that you gave, 01 to 08 otherwise.";
    COMPLETION_UNKNOWN_CODE = "HL7-083", E, NotInTable, UNKNOWN_CODE, EventNotStored,
        "The completion status (RXA-20) is not a code of table 0322, so that a dose cannot be told from a refusal; it was not stored. Send CP, PA, RE or NA.";
    ACTION_UNKNOWN_CODE = "HL7-084", W, NotInTable, UNKNOWN_CODE, ValueIgnored,
        "The action code (RXA-21) is not a code of table 0323; it was understood as A or U. Send A, U or D.";
    LOT_MISSING = "HL7-085", W, RequiredFieldMissing, MISSING, Noted,
        "The lot number (RXA-15) of a dose that you gave is missing. Without it the dose cannot be found when its lot is recalled.";
    MANUFACTURER_MISSING = "HL7-086", W, RequiredFieldMissing, MISSING, Noted,
        "The manufacturer (RXA-17) of a dose that you gave is missing. Without it the lot number may be that of another product.";
    REFUSAL_REASON_MISSING = "HL7-087", I, RequiredFieldMissing, NO, Noted,
        "The reason of the refusal (RXA-18) is missing. Send a code of NIP002.";
    REFUSAL_REASON_WITHOUT_REFUSAL = "HL7-088", W, Application, CONTRADICTION, Noted,
        "A reason of refusal (RXA-18) is given for a vaccine that RXA-20 does not call refused. Correct whichever is wrong.";
    NO_VACCINE_GIVEN = "HL7-089", W, Application, CONTRADICTION, Noted,
        "RXA-5 says that no vaccine was given (998), but RXA-20 is not NA; it was understood as an observation. Send NA.";
    VACCINE_NOT_GIVEN = "HL7-090", W, Application, CONTRADICTION, Noted,
        "RXA-20 says that nothing was given (NA), but RXA-5 names a vaccine; it was understood as an observation, not as a dose.";
    ZERO_AMOUNT = "HL7-091", I, Application, NO, Noted,
        "The amount 0 is an old way to say that nothing was given; it was understood as 999. Send 999.";
    ROUTE_MISSING = "HL7-092", W, RequiredFieldMissing, MISSING, SegmentIgnored,
        "The RXR segment has no route (RXR-1); route and site were not stored.";
    ORDER_CONTROL = "HL7-093", I, DataType, NO, Noted,
        "ORC-1 should be RE; the order was handled as if it were.";
    COUNTER = "HL7-094", I, DataType, NO, Noted,
        "RXA-1 should be 0 and RXA-2 should be 1; they say nothing about the dose.";
    FORM_OF_9999 = "HL7-095", I, Application, NO, Noted,
        "ORC-3 should be 9999 when nothing was given.";
    ORGANIZATION_BY_NAME = "HL7-096", I, RequiredFieldMissing, NO, Noted,
        "The entering organization (ORC-17) has no code; its name was taken. Send its code as well.";
    ORDER_NUMBER_TOO_LONG = "HL7-097", E, DataType, NOT_ALLOWED, EventNotStored,
        "The filler order number (ORC-3) is longer than 250 characters; the order was not stored, since a part of it could be the number of another dose.";
    TOO_MANY_DETAILS = "HL7-098", W, DataType, IGNORED, SegmentIgnored,
        "The dose has more of these than the 100 that are kept; this one and those behind it were not stored.";
    ORDER_NUMBER_SHARED = "HL7-099", W, Application, CONTRADICTION, ValueIgnored,
        "The filler order number (ORC-3) stands at several doses of this message, so it cannot say which one is meant; each dose was taken by its vaccine and day instead. Give every dose an order number of its own.";

    // OBX, NTE
    OBSERVATION_CODE_MISSING = "HL7-110", W, RequiredFieldMissing, MISSING, SegmentIgnored,
        "The observation does not say what was observed (OBX-3) and was not stored.";
    OBSERVATION_VALUE_MISSING = "HL7-111", I, RequiredFieldMissing, NO, Noted,
        "The observation has no value (OBX-5), so that it says nothing. Leave it out.";
    OBSERVATION_VALUE_UNUSABLE = "HL7-112", W, DataType, NOT_ALLOWED, SegmentIgnored,
        "The value of the observation (OBX-5) does not have the form that OBX-2 says; it was not stored.";
    OBSERVATION_TYPE = "HL7-113", I, DataType, NO, Noted,
        "The value type (OBX-2) is missing or unknown; the value was read by its form.";
    OBSERVATION_NOT_KNOWN = "HL7-114", I, NotInTable, IGNORED, Noted,
        "This observation is not one that the immunization guide knows; it was ignored.";
    OBSERVATION_NOT_FINAL = "HL7-115", I, DataType, NO, Noted,
        "OBX-11 should be F; the observation was taken as final.";
    OBSERVATION_REPEATED = "HL7-116", W, Application, IGNORED, ValueIgnored,
        "The dose has this observation already; this one was not stored.";
    ELIGIBILITY_MISSING = "HL7-117", W, Application, NO_OBSERVATION, Noted,
        "The eligibility of the patient (OBX with 64994-7) is missing for a dose that you gave. Send it with each dose.";
    ELIGIBILITY_AT_VISIT = "HL7-118", I, Application, NO, Noted,
        "The eligibility was read from PV1-20, its old place. Send it for each dose as OBX with 64994-7.";
    COMMENT_WITHOUT_TEXT = "HL7-119", I, RequiredFieldMissing, NO, Noted,
        "The NTE segment has no comment (NTE-3).";
    OBSERVATION_TAKEN_BACK = "HL7-120", W, Application, IGNORED, SegmentIgnored,
        "OBX-11 says that this result is wrong, deleted or cannot be had; it was not stored. To take back one that was sent, send the order group again without it (RXA-21 U).";

    // queries
    NO_PARAMETERS = "HL7-130", E, SegmentSequence, MISSING, MessageRefused,
        "The QPD segment is missing; the query cannot be answered.";
    QUERY_NAME_MISSING = "HL7-131", I, RequiredFieldMissing, NO, Noted,
        "The query does not say its name (QPD-1); it was told from MSH-21. Send Z34 or Z44.";
    QUERY_NAME_UNKNOWN = "HL7-132", E, NotInTable, UNKNOWN_CODE, MessageRefused,
        "This query (QPD-1) is not answered here. Send Z34 or Z44.";
    QUERY_TAG_MISSING = "HL7-133", E, RequiredFieldMissing, MISSING, MessageRefused,
        "The query tag (QPD-2) is missing; the query cannot be answered.";
    QUERY_BIRTH_DATE_MISSING = "HL7-134", E, RequiredFieldMissing, MISSING, MessageRefused,
        "The query lacks the date of birth (QPD-6). Ask with a record number and the date of birth, or with last name, first name and date of birth.";
    QUERY_NAME_PARTS_MISSING = "HL7-135", E, RequiredFieldMissing, MISSING, MessageRefused,
        "The query lacks last and first name (QPD-4). Ask with a record number and the date of birth, or with last name, first name and date of birth.";
    QUERY_BIRTH_DATE_UNUSABLE = "HL7-136", E, DataType, NO_DATE, MessageRefused,
        "The date of birth (QPD-6) is not a calendar date with its day. Send YYYYMMDD.";
    NO_CONTROL = "HL7-137", I, SegmentSequence, NO, Noted,
        "The RCP segment is missing; the registry's own limit of candidates holds.";
    LIMIT_UNUSABLE = "HL7-138", I, DataType, NO, Noted,
        "The number of candidates wanted (RCP-2) is not a number above 0; the registry's own limit holds.";
    ASKER_NOT_ALLOWED = "HL7-139", E, Application, NO, MessageRefused,
        "You may not ask this registry for records. Ask the registry's staff about your agreement.";

    // the published profile; the text names the place, the rule and what the profile asks for
    PROFILE_SEGMENT_MISSING = "HL7-150", I, SegmentSequence, NO, Noted,
        "A segment that the profile requires is missing.";
    PROFILE_SEGMENT_MISPLACED = "HL7-151", I, SegmentSequence, NO, Noted,
        "The profile has no such segment at this point of the message.";
    PROFILE_NOT_SUPPORTED = "HL7-152", I, Application, IGNORED, Noted,
        "The profile does not take this; it was ignored. Leave it out.";
    PROFILE_REQUIRED = "HL7-153", I, RequiredFieldMissing, MISSING, Noted,
        "The profile requires this, and it is empty. Nothing else was lost by it.";
    PROFILE_REPETITIONS = "HL7-154", I, DataType, NO, Noted,
        "There are more repetitions than the profile takes.";
    PROFILE_LENGTH = "HL7-155", I, DataType, NO, Noted,
        "The value is longer or shorter than the profile has it.";
    PROFILE_FORM = "HL7-156", I, DataType, NO, Noted,
        "The value does not have the form of its data type.";
    PROFILE_CODE_UNKNOWN = "HL7-157", I, NotInTable, UNKNOWN_CODE, Noted,
        "The code is not in the table of the profile; nothing depends on it.";
    PROFILE_CODE_NOT_UNDERSTOOD = "HL7-158", W, NotInTable, UNKNOWN_CODE, Noted,
        "The code is not in its table, so that nobody can tell what is meant; it was taken as sent.";
    PROFILE_CODE_IN_OTHER_LETTERS = "HL7-159", I, NotInTable, NO, Noted,
        "The code is written in other letters, large or small, than in its table; it was understood.";
    PROFILE_CODE_OLD = "HL7-160", I, NotInTable, NO, Noted,
        "The code is of an older table; it was understood.";
    PROFILE_STATEMENT = "HL7-161", I, Application, NO, Noted,
        "A conformance statement of the guide does not hold; the text says which.";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use iis_model::{Effect, Severity};

    #[test]
    fn codes_rise_and_none_is_used_twice() {
        for pair in ALL.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} before {}", pair[0].code, pair[1].code);
        }
    }

    #[test]
    fn severity_says_what_was_lost() {
        for kind in ALL {
            let expected: &[Severity] = match kind.effect {
                Effect::Noted => &[Severity::Information, Severity::Warning],
                Effect::ValueIgnored => &[Severity::Warning],
                Effect::SegmentIgnored => &[Severity::Warning, Severity::Error],
                Effect::EventNotStored | Effect::MessageRefused | Effect::MessageRejected => {
                    &[Severity::Error]
                }
            };
            assert!(expected.contains(&kind.severity), "{}", kind.code);
        }
    }

    #[test]
    fn what_may_stand_beside_a_refusal_does_not_say_that_anything_was_stored() {
        for kind in ALL.iter().filter(|kind| kind.effect < Effect::EventNotStored) {
            let text = kind.text.replace("not stored", "");
            assert!(
                !["stored", "is kept", "was kept"].iter().any(|word| text.contains(word)),
                "{}: {text}",
                kind.code
            );
        }
    }

    #[test]
    fn texts_fit_the_user_message_of_an_err_segment_and_need_no_escape() {
        for kind in ALL {
            assert!(kind.text.len() <= 250, "{} is {} long", kind.code, kind.text.len());
            assert!(!kind.text.contains(['|', '^', '~', '\\', '&']), "{}", kind.code);
        }
    }
}
