//! The published profiles over messages: a clean message has no fault, and one wrong thing is told once, at its place.

use iis_hl7::rules::{Extent, Profile};
use iis_hl7::{ReadOptions, parse, z22};
use iis_model::Findings;

/// Clean against Z22, and against our own readers.
const VXU: &str = concat!(
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500-0500||VXU^V04^VXU_V04|M1|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS|CLINIC7|STATE\r",
    "PID|1||A17^^^CLINIC7^MR||DOE^ANA^MARIA^^^^L|ROE^BERTA^^^^^M|20200115|F||2106-3^White^CDCREC|12 MAPLE ST^^SPRINGFIELD^IL^62701^USA^P||^PRN^PH^^^217^5550100|||||||||2186-5^not Hispanic or Latino^CDCREC||Y|2|||||N\r",
    "PD1|||||||||||02^Reminder/recall - any method^HL70215|N|20260301|||A|20200115|20260301\r",
    "NK1|1|DOE^BERTA^^^^^L|MTH^Mother^HL70063|12 MAPLE ST^^SPRINGFIELD^IL^62701^USA^P|^PRN^PH^^^217^5550100\r",
    "ORC|RE|P1^CLINIC7|V1^CLINIC7|||||||7824^SMITH^LILY^^^^^^CLINIC7^L^^^PRN||654^JONES^WILMA^^^^^^CLINIC7^L^^^PRN|||||CLINIC7^Clinic Seven^HL70362\r",
    "RXA|0|1|20260301||03^MMR^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001|7824^SMITH^LILY^^^^^^CLINIC7^L^^^PRN|^^^CLINIC7||||L1234|20270228|MSD^Merck^MVX|||CP|A\r",
    "RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r",
    "OBX|1|CE|64994-7^Eligibility^LN|1|V01^Not VFC eligible^HL70064||||||F|||20260301|||VXC40^per immunization^CDCPHINVS\r",
    "OBX|2|CE|69764-9^Document type^LN|2|253088698300012711120420^MMR^cdcgs1vis||||||F|||20260301\r",
    "OBX|3|DT|29769-7^Date presented^LN|2|20260301||||||F|||20260301\r",
    "ORC|RE||9999^CLINIC7\r",
    "RXA|0|1|20260301||21^Varicella^CVX|999||||||||||||00^Parental decision^NIP002||RE|A\r",
);

/// Code, severity and place of what is found in a VXU, as the wire tells it.
fn found(vxu: &str) -> Vec<String> {
    let (message, mut findings) = parse(vxu.as_bytes());
    z22::read(&message, &ReadOptions::default(), &mut findings);
    let Findings(findings) = findings;
    findings.iter().map(|one| format!("{} {} {}", one.code, one.severity.code(), one.place)).collect()
}

fn replaced(from: &str, to: &str) -> String {
    assert_eq!(VXU.matches(from).count(), 1, "{from}");
    VXU.replace(from, to)
}

#[test]
fn a_clean_message_has_no_fault_even_where_the_profile_asks_for_nothing() {
    let (message, _) = parse(VXU.as_bytes());
    let faults = Profile::Z22.faults(&message, Extent::All);
    let words: Vec<_> = faults.iter().map(iis_hl7::rules::Fault::words).collect();
    assert_eq!(words, Vec::<String>::new());
    assert_eq!(found(VXU), Vec::<String>::new());
    assert_eq!(faults.capacity(), 0, "nothing was allocated for what was not found");
}

#[test]
fn one_wrong_code_is_told_once_at_its_place() {
    #[rustfmt::skip]
    let table = [
        // sent                    instead                 told
        ("|F||2106-3^",            "|Q||2106-3^",          "HL7-050 E PID-8"),
        ("2106-3^",                "9999-9^",              "HL7-158 W PID-10.1"),
        ("2186-5^",                "9999-9^",              "HL7-158 W PID-22.1"),
        ("^CLINIC7^MR|",           "^CLINIC7^QQ|",         "HL7-157 I PID-3.5"),
        ("MARIA^^^^L|",            "MARIA^^^^Q|",          "HL7-157 I PID-5.7"),
        ("||Y|2|",                 "||Q|2|",               "HL7-052 W PID-24"),
        ("02^Reminder",            "77^Reminder",          "HL7-158 W PD1-11.1"),
        ("|||A|20200115",          "|||Q|20200115",        "HL7-052 W PD1-16"),
        ("MTH^Mother",             "QQQ^Mother",           "HL7-158 W NK1-3.1"),
        ("C38299^",                "C00000^",              "HL7-158 W RXR-1.1"),
        ("LA^Left",                "QQ^Left",              "HL7-158 W RXR-2.1"),
        ("V01^",                   "V99^",                 "HL7-158 W OBX-5"),
        ("VXC40^",                 "VXC99^",               "HL7-157 I OBX-17.1"),
        ("|00^Parental",           "|99^Parental",         "HL7-158 W RXA[2]-18.1"),
        ("mL^mL^UCUM",             "ml^mL^UCUM",           "HL7-159 I RXA-7.1"),
        ("|C38299^Subcutaneous^NCIT", "|SC^Subcutaneous^HL70162", "HL7-160 I RXR-1.1"),
    ];
    for (sent, instead, told) in table {
        assert_eq!(found(&replaced(sent, instead)), [told], "{sent} {instead}");
    }
}

#[test]
fn one_fault_is_told_once_at_its_place() {
    #[rustfmt::skip]
    let table = [
        // sent                        instead                    told
        ("PID|1|",                     "PID||",                   "HL7-153 I PID-1"),
        ("PID|1|",                     "PID|2|",                  "HL7-161 I PID-1"),        // IZ-46
        ("NK1|1|",                     "NK1|2|",                  "HL7-161 I NK1-1"),        // IZ-70
        ("A17^^^CLINIC7^MR|",          "A17^^^CLINIC7|",          "HL7-043 I PID-3.5"),      // the reader tells it
        ("|20200115|F|",               "|20210229|F|",            "HL7-047 E PID-7"),
        ("^62701^USA^P||",             "^62701^USA||",            "HL7-153 I PID-11.7"),
        ("^PRN^PH^^^217^5550100|||||", "^PRN^PH^^^217|||||",      "HL7-153 I PID-13.7"),
        ("|20260301|||A|2020",         "|2026|||A|2020",          "HL7-051 W PD1-13"),
        ("ORC|RE|P1^CLINIC7|",         "ORC|RE|P1|",              "HL7-153 I ORC-2.2, HL7-153 I ORC-2.3"), // either
        ("|||||CLINIC7^Clinic Seven^HL70362", "|||||CLINIC7^Clinic Seven^CLINICS", "HL7-157 I ORC-17.3"),
        ("RXA|0|1|20260301||03",       "RXA|0|1|20260301|20260302|03", "HL7-161 I RXA-4"),   // IZ-30
        ("|0.5|mL^mL^UCUM|",           "|0.5||",                  "HL7-080 I RXA-7"),
        ("|999||||||||||||00^Par",     "|1||||||||||||00^Par",    "HL7-161 I RXA[2]-6, HL7-080 I RXA[2]-7"), // IZ-48
        ("OBX|2|CE",                   "OBX|7|CE",                "HL7-161 I OBX[2]-1"),     // NIST-01
        ("OBX|3|DT",                   "OBX|3|",                  "HL7-153 I OBX[3]-2"),
        ("|20260301||||||F|||20260301\rORC", "|20260301||||||P|||20260301\rORC", "HL7-115 I OBX[3]-11"),
        ("|20260301||||||F|||20260301\rORC", "|20260301||||||W|||20260301\rORC", "HL7-120 W OBX[3]-11"),
        ("9999^CLINIC7",               "V9^CLINIC7",              "HL7-095 I ORC[2]-3"),     // IZ-45
        ("^^^CLINIC7||||L1234",        "CLINIC7^^^^||||L1234",    "HL7-153 I RXA-11.4"),
        ("RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r", "", ""),
    ];
    let differing: Vec<_> = table
        .into_iter()
        .map(|(sent, instead, told)| (sent, instead, told, found(&replaced(sent, instead)).join(", ")))
        .filter(|(_, _, told, found)| told != found)
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn the_structure_is_that_of_the_profile() {
    let line = |name: &str| VXU.split_inclusive('\r').find(|line| line.starts_with(name)).expect("a segment");
    let twice = |name: &str| VXU.replacen(line(name), &line(name).repeat(2), 1);
    let without = |name: &str| VXU.replacen(line(name), "", 1);
    #[rustfmt::skip]
    let table = [
        (twice("PD1"),                         vec!["HL7-032 E PD1[2]"]),
        (twice("RXR"),                         vec!["HL7-032 E RXR[2]"]),
        (without("PID"),                       vec!["HL7-030 E PID"]),
        (VXU.replace("NK1|1|", "ZZ1|1|"),      vec![]),                        // local segments are passed over
        (VXU.replace("NK1|1|", "PV1|1|R\rNK1|1|"), vec!["HL7-031 E NK1"]),     // out of order
        (without("ORC"),                       vec!["HL7-034 E RXA"]),
    ];
    for (vxu, told) in table {
        assert_eq!(found(&vxu), told, "{vxu}");
    }
}

#[test]
fn each_profile_knows_what_its_segments_and_fields_are_called() {
    #[rustfmt::skip]
    let table = [
        (Profile::Z22, "PID", 5, Some("Patient Name")),
        (Profile::Z34, "QPD", 6, Some("PatientDateOfBirth")),
        (Profile::Z23, "PID", 5, None), // an acknowledgment has no PID
        (Profile::Z22, "PID", 0, None),
        (Profile::Z22, "PID", 99, None),
    ];
    for (profile, segment, field, name) in table {
        assert_eq!(profile.field_name(segment, field), name, "{profile:?} {segment}-{field}");
    }
    assert_eq!(Profile::Z22.title("PID"), Some("Patient Identification"));
    assert!(Profile::ALL.iter().all(|profile| format!("{profile:?}") == profile.name()));
}
