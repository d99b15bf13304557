//! What is detected field by field about doses, refusals and what is said without a dose.
//!
//! The number of a code is that of the public list of detections, where there is one; our own begin at 801.

use crate::detection::{
    Condition::{Deprecated, Invalid, Missing, Present, Unrecognized, Valued},
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
    Entry::new(Field::RecordedBy, "ORC-10", "person who entered the dose", "Send a number from the list agreed with the registry.").set(Set::Clinician).finds(&[
        ("VAC-354", Deprecated, Information),
        ("VAC-356", Invalid, Information),
        ("VAC-357", Missing, Silent),
        ("VAC-358", Unrecognized, Information),
        ("VAC-742", Present, Silent),
    ]),
    Entry::new(Field::OrderedBy, "ORC-12", "person who ordered the dose", "Send a number from the list agreed with the registry.").set(Set::Clinician).finds(&[
        ("VAC-345", Deprecated, Information),
        ("VAC-347", Invalid, Information),
        ("VAC-348", Missing, Silent),
        ("VAC-349", Unrecognized, Information),
        ("VAC-737", Present, Silent),
    ]),
    Entry::new(Field::Confidentiality, "ORC-28", "confidentiality code", "Send U, R or V, or nothing.").set(Set::Confidentiality).finds(&[
        ("VAC-294", Deprecated, Information),
        ("VAC-296", Invalid, Warning),
        ("VAC-297", Missing, Silent),
        ("VAC-298", Unrecognized, Warning),
        ("VAC-299", Valued(&["R", "V"]), Silent),
        ("VAC-719", Present, Silent),
    ]),
    Entry::new(Field::GivenOn, "RXA-3", "date of the dose", "Send YYYYMMDD.").on_form("Enter it as MM/DD/YYYY.").form(forms::date).finds(&[
        ("VAC-260", Invalid, Silent),
        ("VAC-261", Missing, Silent),
        ("VAC-713", Present, Silent),
    ]),
    Entry::new(Field::Vaccine, "RXA-5", "vaccine", "Send a CVX or NDC code.").on_form("Choose one of the list.").finds(&[
        ("VAC-244", Missing, Silent),
        ("VAC-710", Present, Silent),
    ]),
    Entry::new(Field::Cvx, "RXA-5 (CVX)", "CVX code", "Send a code of CDC's CVX table.").set(Set::Cvx).finds(&[
        ("VAC-248", Valued(&["998"]), Silent),
        ("VAC-249", Valued(&["999"]), Warning),
        ("VAC-305", Deprecated, Information),
        ("VAC-307", Invalid, Warning),
        ("VAC-308", Missing, Silent),
        ("VAC-309", Unrecognized, Warning),
        ("VAC-721", Present, Silent),
    ]),
    Entry::new(Field::Ndc, "RXA-5 (NDC)", "NDC code", "Send a code of CDC's NDC tables in the form 5-4-2.").set(Set::NdcUse).finds(&[
        ("VAC-559", Unrecognized, Warning),
        ("VAC-805", Deprecated, Information),
        ("VAC-560", Missing, Silent),
        ("VAC-735", Present, Silent),
    ]),
    Entry::new(Field::Cpt, "RXA-5 (CPT)", "CPT code", "Send a CVX or NDC code instead.").set(Set::Cpt).finds(&[
        ("VAC-300", Deprecated, Information),
        ("VAC-302", Invalid, Warning),
        ("VAC-303", Missing, Silent),
        ("VAC-304", Unrecognized, Warning),
        ("VAC-720", Present, Silent),
    ]),
    Entry::new(Field::Amount, "RXA-6", "amount", "Send a number, or 999 when it is unknown.").on_form("Enter how much, in mL.").form(forms::amount).when(When::Dose).finds(&[
        ("VAC-270", Valued(&["0"]), Silent),
        ("VAC-271", Valued(&["999"]), Silent),
        ("VAC-554", Missing, Silent),
        ("VAC-555", Invalid, Silent),
        ("VAC-714", Present, Silent),
    ]),
    Entry::new(Field::Unit, "RXA-7", "unit of the amount", "Send mL.").set(Set::Unit).when(When::Administered).finds(&[
        ("VAC-272", Missing, Silent),
        ("VAC-447", Deprecated, Information),
        ("VAC-449", Invalid, Information),
        ("VAC-450", Unrecognized, Information),
        ("VAC-715", Present, Silent),
    ]),
    Entry::new(Field::InformationSource, "RXA-9", "information source", "Send 00 for a dose that you gave, 01 to 08 otherwise.").set(Set::InformationSource).when(When::Dose).finds(&[
        ("VAC-328", Deprecated, Information),
        ("VAC-331", Invalid, Warning),
        ("VAC-332", Missing, Silent),
        ("VAC-333", Unrecognized, Silent),
        ("VAC-334", Valued(&["00"]), Silent),
        ("VAC-335", Valued(&["01", "02", "03", "04", "05", "06", "07", "08"]), Silent),
        ("VAC-731", Present, Silent),
    ]),
    Entry::new(Field::FacilityName, "RXA-11.4", "facility where the dose was given", "Send its code.").when(When::Administered).finds(&[
        ("VAC-316", Missing, Silent),
        ("VAC-723", Present, Silent),
    ]),
    Entry::new(Field::Lot, "RXA-15", "lot number", "Send it as printed on the package.").on_form("Enter it as printed on the package.").form(forms::lot).when(When::Administered).finds(&[
        ("VAC-338", Invalid, Warning),
        ("VAC-339", Missing, Silent),
        ("VAC-733", Present, Silent),
    ]),
    Entry::new(Field::LotExpiration, "RXA-16", "expiration date of the lot", "Send YYYYMMDD.").on_form("Enter it as MM/DD/YYYY.").form(forms::date).when(When::Administered).finds(&[
        ("VAC-336", Invalid, Silent),
        ("VAC-337", Missing, Silent),
        ("VAC-732", Present, Silent),
    ]),
    Entry::new(Field::Manufacturer, "RXA-17", "manufacturer", "Send a code of CDC's MVX table.").set(Set::Mvx).when(When::Administered).finds(&[
        ("VAC-340", Deprecated, Information),
        ("VAC-342", Invalid, Warning),
        ("VAC-343", Missing, Silent),
        ("VAC-344", Unrecognized, Warning),
        ("VAC-734", Present, Silent),
    ]),
    Entry::new(Field::RefusalReason, "RXA-18", "reason of the refusal", "Send a code of NIP002.").set(Set::Refusal).when(When::Refusal).finds(&[
        ("VAC-363", Missing, Silent),
        ("VAC-743", Present, Silent),
    ]),
    Entry::new(Field::Completion, "RXA-20", "completion status", "Send CP, PA, RE or NA.").set(Set::Completion).finds(&[
        ("VAC-285", Deprecated, Information),
        ("VAC-287", Invalid, Warning),
        ("VAC-288", Missing, Silent),
        ("VAC-289", Unrecognized, Silent),
        ("VAC-290", Valued(&["CP"]), Silent),
        ("VAC-291", Valued(&["NA"]), Silent),
        ("VAC-292", Valued(&["PA"]), Silent),
        ("VAC-293", Valued(&["RE"]), Silent),
        ("VAC-718", Present, Silent),
    ]),
    Entry::new(Field::Action, "RXA-21", "action code", "Send A, U or D.").set(Set::Action).finds(&[
        ("VAC-232", Deprecated, Information),
        ("VAC-234", Invalid, Warning),
        ("VAC-235", Missing, Silent),
        ("VAC-236", Unrecognized, Silent),
        ("VAC-237", Valued(&["A"]), Silent),
        ("VAC-238", Valued(&["A", "U"]), Silent),
        ("VAC-239", Valued(&["D"]), Silent),
        ("VAC-240", Valued(&["U"]), Silent),
        ("VAC-709", Present, Silent),
    ]),
    Entry::new(Field::EntryTime, "RXA-22", "time of entry", "Send when the dose was entered in your system.").form(forms::date).finds(&[
        ("VAC-573", Missing, Silent),
        ("VAC-574", Invalid, Information),
        ("VAC-744", Present, Silent),
    ]),
    Entry::new(Field::Route, "RXR-1", "route", "Send a code of the NCI Thesaurus, such as C28161.").set(Set::Route).when(When::Administered).finds(&[
        ("VAC-273", Deprecated, Information),
        ("VAC-275", Invalid, Warning),
        ("VAC-277", Missing, Silent),
        ("VAC-278", Unrecognized, Warning),
        ("VAC-716", Present, Silent),
    ]),
    Entry::new(Field::BodySite, "RXR-2", "body site", "Send a code of table 0163, such as LD.").set(Set::BodySite).when(When::Administered).finds(&[
        ("VAC-279", Deprecated, Information),
        ("VAC-281", Invalid, Warning),
        ("VAC-283", Missing, Silent),
        ("VAC-284", Unrecognized, Warning),
        ("VAC-717", Present, Silent),
    ]),
    Entry::new(Field::Eligibility, "OBX-5 (64994-7)", "eligibility of the patient", "Send a code of table 0064, such as V01.").set(Set::Eligibility).when(When::Administered).finds(&[
        ("VAC-465", Deprecated, Information),
        ("VAC-467", Invalid, Warning),
        ("VAC-468", Missing, Silent),
        ("VAC-469", Unrecognized, Warning),
        ("VAC-725", Present, Silent),
    ]),
    Entry::new(Field::FundingSource, "OBX-5 (30963-3)", "funding source", "Send PHC70, VXC50, VXC51 or VXC52.").set(Set::FundingSource).when(When::Administered).finds(&[
        ("VAC-583", Deprecated, Information),
        ("VAC-585", Invalid, Warning),
        ("VAC-586", Missing, Silent),
        ("VAC-587", Unrecognized, Warning),
        ("VAC-726", Present, Silent),
    ]),
    Entry::new(Field::Vis, "OBX-5 (69764-9, 30956-7)", "information statement", "Send which statement was given, as observation 69764-9.").on_form("Tick that the statements were handed out.").when(When::Administered).finds(&[
        ("VAC-542", Missing, Silent),
        ("VAC-748", Present, Silent),
    ]),
    Entry::new(Field::VisVaccine, "OBX-5 (30956-7)", "vaccine of the information statement", "Send a code of CDC's CVX table.").set(Set::Cvx).when(When::Administered).finds(&[
        ("VAC-601", Deprecated, Information),
        ("VAC-603", Invalid, Warning),
        ("VAC-604", Unrecognized, Warning),
        ("VAC-605", Missing, Silent),
        ("VAC-745", Present, Silent),
    ]),
    Entry::new(Field::VisPublished, "OBX-5 (29768-9)", "edition date of the information statement", "Send YYYYMMDD.").form(forms::date).when(When::Administered).finds(&[
        ("VAC-534", Missing, Silent),
        ("VAC-544", Invalid, Silent),
        ("VAC-750", Present, Silent),
    ]),
    Entry::new(Field::VisPresented, "OBX-5 (29769-7)", "date on which the information statement was given", "Send YYYYMMDD.").form(forms::date).when(When::Administered).finds(&[
        ("VAC-537", Invalid, Silent),
        ("VAC-538", Missing, Silent),
        ("VAC-749", Present, Silent),
    ]),
    Entry::new(Field::VisDocument, "OBX-5 (69764-9)", "bar code of the information statement", "Send the 24 digits of CDC's list of statements.").set(Set::Vis).when(When::Administered).finds(&[
        ("VAC-801", Unrecognized, Warning),
    ]),
    Entry::new(Field::RefusalReason, "RXA-18", "reason of the refusal", "Send a code of NIP002.").set(Set::Refusal).finds(&[
        ("VAC-802", Unrecognized, Warning),
    ]),
];
