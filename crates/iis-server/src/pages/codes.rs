//! What codes are called on screen: vaccines, groups of vaccines, manufacturers, and the words of the small tables.

use crate::pages::format;
use iis_codes::CodeSets;
use iis_model::event::InformationSource;
use iis_model::person::{RegistryStatus, Sex};
use iis_model::{Coded, Cvx, Date, Mvx};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A vaccine of CDC's CVX table.
#[derive(Debug, Deserialize)]
pub(crate) struct VaccineName {
    code: u16,
    /// What it is called in tables: `DTaP-Hib-IPV`.
    pub(crate) short_name: String,
    /// What it is called in full.
    pub(crate) full_name: String,
    status: String,
    groups: String,
}

impl VaccineName {
    /// The vaccine groups it belongs to, by their names in CDC's table.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.split(';').filter(|group| !group.is_empty())
    }
}

#[derive(Debug, Deserialize)]
struct GroupLabel {
    group: String,
    label: String,
    cvx: u16,
    schedule_group: String,
}

#[derive(Debug, Deserialize)]
struct ManufacturerName {
    code: String,
    name: String,
    #[serde(rename = "status")]
    _status: String,
}

/// The rows of a table that ships with the program.
fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    let rows: Result<_, _> = csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect();
    rows.expect("a table of this program has its columns: a test reads each")
}

static VACCINES: LazyLock<BTreeMap<u16, VaccineName>> = LazyLock::new(|| {
    let rows: Vec<VaccineName> = rows(include_str!("../../../../data/codes/cvx-names.csv"));
    rows.into_iter().map(|row| (row.code, row)).collect()
});

static GROUPS: LazyLock<Vec<GroupLabel>> =
    LazyLock::new(|| rows(include_str!("../../../../data/codes/vaccine-groups.csv")));

static MANUFACTURERS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let rows: Vec<ManufacturerName> = rows(include_str!("../../../../data/codes/mvx-names.csv"));
    rows.into_iter().map(|row| (row.code, row.name)).collect()
});

/// The vaccine of a code, if the table has it.
pub(crate) fn vaccine(cvx: Cvx) -> Option<&'static VaccineName> {
    VACCINES.get(&cvx.number())
}

/// What people call a vaccine: `MMR`; of a code that is not in the table, `CVX 999`.
pub(crate) fn short_name(cvx: Cvx) -> String {
    vaccine(cvx).map_or_else(|| format!("CVX {cvx}"), |vaccine| format::sentence_case(&vaccine.short_name))
}

/// The vaccines that are given today and belong to a group, by code.
pub(crate) fn vaccines_in_use() -> impl Iterator<Item = Cvx> {
    let in_use = |row: &&VaccineName| row.status == "Active" && !row.groups.is_empty();
    VACCINES.values().filter(in_use).map(|row| Cvx::new(row.code))
}

/// All vaccine groups in the order of screens: name in CDC's table, label on screen.
pub(crate) fn groups() -> impl Iterator<Item = (&'static str, &'static str)> {
    GROUPS.iter().map(|row| (row.group.as_str(), row.label.as_str()))
}

/// The same with the code that stands for a vaccine of the group whose product is not known.
pub(crate) fn unspecified() -> impl Iterator<Item = (&'static str, &'static str, Cvx)> {
    GROUPS.iter().map(|row| (row.group.as_str(), row.label.as_str(), Cvx::new(row.cvx)))
}

/// All vaccines of the groups with their names, by name: also those that are no longer given.
pub(crate) fn vaccines_by_name() -> Vec<(Cvx, String)> {
    let known = VACCINES.values().filter(|row| !row.groups.is_empty() && row.status != "Never Active");
    let named = known.map(|row| (Cvx::new(row.code), super::format::sentence_case(&row.short_name)));
    let mut all: Vec<(Cvx, String)> = named.collect();
    all.sort_by_cached_key(|(cvx, name)| (name.to_lowercase(), *cvx));
    all
}

/// Whether a dose of a product may have been given here on a day: a product, in use then. A group of vaccines of which none
/// is named, and what is used abroad only, is not given here.
pub(crate) fn may_be_given(sets: &CodeSets, cvx: Cvx, on: Date) -> bool {
    let is_vaccine = vaccine(cvx).is_some_and(|known| known.groups().next().is_some());
    is_vaccine && sets.may_be_given(cvx, on)
}

/// The products that may have been given here on a day, with their names, by name.
pub(crate) fn products_by_name(sets: &CodeSets, on: Date) -> Vec<(Cvx, String)> {
    let mut all = vaccines_by_name();
    all.retain(|(cvx, _)| may_be_given(sets, *cvx, on));
    all
}

/// The vaccine groups of the schedule in the order of screens, by their names in the schedule.
pub(crate) fn schedule_groups() -> impl Iterator<Item = &'static str> {
    let rows = GROUPS.iter().map(|row| row.schedule_group.as_str()).filter(|group| !group.is_empty());
    let mut last = "";
    rows.filter(move |group| std::mem::replace(&mut last, group) != *group)
}

/// What a vaccine group of the schedule is called on screen: `HepB` is `Hepatitis B`. A group that is several of CDC's
/// keeps its name, and so does one that the table does not know.
pub(crate) fn schedule_group(name: &str) -> String {
    let mut labels = GROUPS.iter().filter(|row| row.schedule_group == name).map(|row| &row.label);
    match (labels.next(), labels.next()) {
        (Some(only), None) => only.clone(),
        _ => name.to_owned(),
    }
}

/// The groups of the schedule to which a vaccine belongs, in the order of screens.
pub(crate) fn schedule_groups_of(cvx: Cvx) -> Vec<&'static str> {
    let Some(vaccine) = vaccine(cvx) else { return Vec::new() };
    let belongs = |row: &&GroupLabel| vaccine.groups().any(|own| own == row.group);
    let mut groups: Vec<&str> =
        GROUPS.iter().filter(belongs).map(|row| row.schedule_group.as_str()).collect();
    groups.retain(|group| !group.is_empty());
    groups.dedup();
    groups
}

/// `Sanofi Pasteur (PMC)`; an unknown code prints as it is.
pub(crate) fn manufacturer(mvx: &Mvx) -> String {
    match MANUFACTURERS.get(mvx.as_str()) {
        Some(name) => format!("{name} ({mvx})"),
        None => mvx.to_string(),
    }
}

/// The word of a coded value: our own word for the codes that screens print often, else its text, else the code.
pub(crate) fn word(coded: &Coded) -> String {
    let known = coded.codings().find_map(|coding| known_word(&coding.code, &coding.system));
    let said = || coded.codings().map(|coding| &*coding.text).find(|text| !text.is_empty());
    known.or_else(said).unwrap_or(&coded.code).to_owned()
}

/// Who paid for a dose, by the code, whichever system was named with it.
pub(crate) fn funding(coded: &Coded) -> String {
    let known = coded.codings().find_map(|coding| {
        FUNDING.iter().find(|(code, _)| coding.code.eq_ignore_ascii_case(code)).map(|(_, word)| *word)
    });
    known.map_or_else(|| word(coded), str::to_owned)
}

/// CDC's codes of who paid (value set of funding sources).
static FUNDING: &[(&str, &str)] = &[
    ("PHC68", "Military funds"),
    ("PHC70", "Private funds"),
    ("VXC1", "Federal funds"),
    ("VXC2", "State funds"),
    ("VXC3", "Tribal funds"),
    ("VXC50", "Public"),
    ("VXC51", "Public VFC"),
    ("VXC52", "Public non-VFC"),
];

/// The words of all of them.
#[cfg(test)]
pub(crate) fn fundings() -> impl Iterator<Item = &'static str> {
    FUNDING.iter().map(|(_, word)| *word)
}

#[rustfmt::skip]
static WORDS: &[(&str, &str, &str)] = &[
    // system     code       word
    ("NCIT",      "C28161",  "intramuscular"),
    ("NCIT",      "C38299",  "subcutaneous"),
    ("NCIT",      "C38288",  "oral"),
    ("NCIT",      "C38284",  "nasal"),
    ("NCIT",      "C38238",  "intradermal"),
    ("NCIT",      "C38276",  "intravenous"),
    ("NCIT",      "C38305",  "transdermal"),
    ("NCIT",      "C38676",  "percutaneous"),
    ("HL70162",   "IM",      "intramuscular"),
    ("HL70162",   "SC",      "subcutaneous"),
    ("HL70162",   "PO",      "oral"),
    ("HL70162",   "NS",      "nasal"),
    ("HL70162",   "ID",      "intradermal"),
    ("HL70162",   "IV",      "intravenous"),
    ("HL70163",   "LA",      "left arm"),
    ("HL70163",   "RA",      "right arm"),
    ("HL70163",   "LT",      "left thigh"),
    ("HL70163",   "RT",      "right thigh"),
    ("HL70163",   "LD",      "left deltoid"),
    ("HL70163",   "RD",      "right deltoid"),
    ("HL70163",   "LG",      "left gluteus"),
    ("HL70163",   "RG",      "right gluteus"),
    ("HL70163",   "LVL",     "left vastus lateralis"),
    ("HL70163",   "RVL",     "right vastus lateralis"),
    ("HL70163",   "LLFA",    "left lower forearm"),
    ("HL70163",   "RLFA",    "right lower forearm"),
    ("NIP002",    "00",      "parental decision"),
    ("NIP002",    "01",      "religious exemption"),
    ("NIP002",    "02",      "other reason"),
    ("NIP002",    "03",      "patient decision"),
    ("HL70064",   "V01",     "not VFC eligible"),
    ("HL70064",   "V02",     "VFC: Medicaid or managed care"),
    ("HL70064",   "V03",     "VFC: uninsured"),
    ("HL70064",   "V04",     "VFC: American Indian or Alaska Native"),
    ("HL70064",   "V05",     "VFC: underinsured at a federally qualified health center"),
    ("HL70064",   "V07",     "local program"),
    ("HL70064",   "V08",     "public, not VFC"),
    ("HL70064",   "V22",     "CHIP"),
    ("HL70064",   "V23",     "317"),
    ("HL70064",   "V24",     "Medicare"),
    ("HL70063",   "MTH",     "mother"),
    ("HL70063",   "FTH",     "father"),
    ("HL70063",   "GRD",     "guardian"),
    ("HL70063",   "PAR",     "parent"),
    ("HL70063",   "SEL",     "self"),
    ("HL70063",   "SPO",     "spouse"),
    ("HL70063",   "SIB",     "sibling"),
    ("HL70063",   "GRP",     "grandparent"),
    ("HL70063",   "CGV",     "caregiver"),
    ("HL70063",   "FCH",     "foster child"),
    ("HL70063",   "SCH",     "stepchild"),
    ("HL70063",   "CHD",     "child"),
    ("HL70063",   "BRO",     "brother"),
    ("HL70063",   "SIS",     "sister"),
    ("HL70063",   "OTH",     "other"),
];

fn known_word(code: &str, system: &str) -> Option<&'static str> {
    WORDS.iter().find(|(of, known, _)| *of == system && known.eq_ignore_ascii_case(code)).map(|row| row.2)
}

/// The word for a sex.
pub(crate) fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "Female",
        Sex::Male => "Male",
        Sex::Unknown => "Sex unknown",
        Sex::NonBinary => "Non-binary (X)",
        Sex::Other => "Other",
    }
}

/// Where the reporter knows of a dose from, in words.
pub(crate) fn source(source: InformationSource) -> &'static str {
    match source {
        InformationSource::NewImmunization => "given there",
        InformationSource::Historical => "historical, source not said",
        InformationSource::OtherProvider => "historical, from another provider",
        InformationSource::ParentWritten => "historical, from a parent's written record",
        InformationSource::ParentRecall => "historical, from a parent's memory",
        InformationSource::OtherRegistry => "historical, from another registry",
        InformationSource::BirthCertificate => "historical, from the birth certificate",
        InformationSource::School => "historical, from a school record",
        InformationSource::PublicAgency => "historical, from a public agency",
    }
}

/// The registry status in words.
pub(crate) fn status(status: RegistryStatus) -> &'static str {
    match status {
        RegistryStatus::Active => "active",
        RegistryStatus::Inactive => "inactive",
        RegistryStatus::LostToFollowUp => "inactive: lost to follow-up",
        RegistryStatus::MovedOrGoneElsewhere => "inactive: moved or gone elsewhere",
        RegistryStatus::PermanentlyInactive => "inactive for good",
        RegistryStatus::Unknown => "not known",
    }
}

/// What an identifier is called: the kinds of HL7 table 0203 that registries exchange.
pub(crate) fn identifier_kind(kind: &str) -> &str {
    match kind {
        "MR" => "medical record number",
        "SR" => "registry number",
        "PI" => "patient identifier",
        "PT" => "patient identifier of an outside system",
        "MA" => "Medicaid number",
        "MC" => "Medicare number",
        "SS" => "social security number",
        "BR" | "BCT" => "birth certificate number",
        "WIC" => "WIC number",
        "DL" => "driver license number",
        "" => "identifier",
        other => other,
    }
}

/// What a name is: the types of HL7 table 0200.
pub(crate) fn name_kind(kind: &str) -> &str {
    match kind {
        "L" | "" => "legal",
        "A" => "alias",
        "M" => "maiden name",
        "B" => "name at birth",
        "D" => "display name",
        "N" => "nickname",
        "C" => "adopted name",
        "S" => "pseudonym",
        "U" => "unspecified",
        other => other,
    }
}

/// What an address is: the types of HL7 table 0190.
pub(crate) fn address_kind(kind: &str) -> &str {
    match kind {
        "H" | "" => "home",
        "L" => "legal",
        "P" => "permanent",
        "M" => "mailing",
        "C" => "current or temporary",
        "B" | "O" => "office",
        "BA" => "bad address",
        "BDL" => "birth place",
        "BR" => "residence at birth",
        other => other,
    }
}

/// What a telephone number is: the uses and equipment of HL7 tables 0201 and 0202.
pub(crate) fn telecom_kind(usage: &str, equipment: &str) -> &'static str {
    match (usage, equipment) {
        ("NET", _) | (_, "X.400" | "Internet") => "e-mail",
        (_, "CP") => "cell phone",
        (_, "FX") => "fax",
        ("WPN", _) => "work phone",
        ("VHN", _) => "vacation phone",
        ("EMR", _) => "emergency phone",
        _ => "home phone",
    }
}

#[cfg(test)]
mod tests {
    use super::{groups, manufacturer, may_be_given, products_by_name, vaccine, word};
    use iis_codes::CodeSets;
    use iis_model::{Coded, Cvx};
    use jiff::civil::date;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_is_read_and_every_group_has_a_label() {
        let labels: BTreeSet<_> = groups().map(|(group, _)| group).collect();
        let used: BTreeSet<_> = super::VACCINES.values().flat_map(super::VaccineName::groups).collect();
        assert_eq!(used, labels);
        assert_eq!(super::VACCINES.len(), 288);
        assert_eq!(manufacturer(&"PMC".parse().expect("a code")), "Sanofi Pasteur (PMC)");
        assert_eq!(manufacturer(&"ZZZ".parse().expect("a code")), "ZZZ");
    }

    #[test]
    fn only_products_that_were_in_use_are_given_here() {
        let sets = CodeSets::built_in().expect("tables");
        #[rustfmt::skip]
        let table = [
            (3,    date(2026, 3, 2), true),  // MMR
            (306,  date(2026, 3, 2), true),  // an antibody against RSV
            (196,  date(2026, 3, 2), true),  // Td of an unspecified strength, in use
            (107,  date(2026, 3, 2), false), // DTaP, which of them is not said
            (50,   date(2026, 3, 2), false), // DTaP-Hib, no longer made
            (50,   date(2001, 3, 2), true),
            (500,  date(2026, 3, 2), false), // abroad
            (998,  date(2026, 3, 2), false), // nothing
            (9999, date(2026, 3, 2), false),
        ];
        for (cvx, on, may) in table {
            assert_eq!(may_be_given(&sets, Cvx::new(cvx), on), may, "{cvx} on {on}");
        }
        assert!(
            products_by_name(&sets, date(2026, 3, 2)).iter().all(|(_, name)| !name.contains("formulation"))
        );
    }

    #[test]
    fn a_combination_belongs_to_all_its_groups() {
        let pentacel = vaccine(Cvx::new(120)).expect("CVX 120");
        assert_eq!(pentacel.short_name, "DTaP-Hib-IPV");
        assert_eq!(pentacel.groups().collect::<Vec<_>>(), ["DTAP", "HIB", "POLIO"]);
        assert!(vaccine(Cvx::new(9999)).is_none());
    }

    #[test]
    fn a_code_is_called_by_our_word_then_by_its_text_then_by_itself() {
        assert_eq!(word(&Coded::new("LT", "Left Thigh", "HL70163")), "left thigh");
        assert_eq!(word(&Coded::new("77", "somewhere", "LOCAL")), "somewhere");
        assert_eq!(word(&Coded::new("77", "", "LOCAL")), "77");
    }
}
