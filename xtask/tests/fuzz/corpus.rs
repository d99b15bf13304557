//! Messages to begin with: a few of our own, and the published samples where they are.

use std::fs;
use std::path::Path;

/// An invented report, query, acknowledgment and batch.
const OWN: &[&str] = &[
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500-0500||VXU^V04^VXU_V04|M1|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r\
     PID|1||A17^^^CLINIC7^MR~9^^^X^SS||DOE^ANA^MARIA^^^^L||20200115|F||2106-3^White^CDCREC|12 MAPLE ST^^SPRINGFIELD^IL^62701\r\
     ORC|RE||V1^CLINIC7\r\
     RXA|0|1|20260301||03^MMR^CVX|0.5|mL^mL^UCUM||00^New record^NIP001||||||L1|20270228|MSD^Merck^MVX|||CP|A\r\
     RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r\
     OBX|1|CE|64994-7^Eligibility^LN|1|V01^Not eligible^HL70064||||||F|||20260301\r",
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500-0500||QBP^Q11^QBP_Q11|M2|P|2.5.1|||ER|AL|||||Z34^CDCPHINVS\r\
     QPD|Z34^Request^CDCPHINVS|T1|A17^^^CLINIC7^MR|DOE^ANA^MARIA||20200115|F\r\
     RCP|I|5^RD&Records&HL70126\r",
    "MSH|^~\\&|OPENIIS|STATE|EHR|CLINIC7|20260301101501-0500||ACK^V04^ACK|R1|P|2.5.1\rMSA|AA|M1\r",
    "FHS|^~\\&|EHR\rBHS|^~\\&|EHR\rMSH|^~\\&|A\rPID|1\rMSH|^~\\&|B\rPID|1\rBTS|2\rFTS|1\r",
    "",
    // Codes that are nothing but an escaped control, where a code decides something; a value as long as a machine word, and
    // one byte more; parts behind the last that is looked at; the same separators twice.
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500-0500||\\X00\\&VXU^V04^VXU_V04|M3|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r\
     PID|1||A17^^^CLINIC7^\\X00\\~^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^x||DOE^ANA||20200115|\\X00\\|||12345678^123456789^&&&\r\
     ORC|RE||V1^CLINIC7\r\
     RXA|0|1|20260301||\\X00\\^MMR^CVX|\\.br\\|mL||\\X00\\||||||L1|20270228|MSD^Merck^MVX|||CP|A\r\
     RXR|C38299^Subcutaneous^NCIT|\\X0D\\~\\.br\\\r\
     OBX|1|CE|\\X00\\|1|\\X00\\^Not eligible^HL70064||||||\\X00\\|||20260301~\\.br\\\r",
];

/// All messages to begin with; the published ones only where `OPENIIS_PUBLISHED` says where they are.
#[expect(clippy::disallowed_methods, reason = "where the published samples are is set from outside")]
pub(crate) fn messages() -> Vec<Vec<u8>> {
    let mut messages: Vec<_> = OWN.iter().map(|message| message.as_bytes().to_vec()).collect();
    if let Ok(published) = std::env::var("OPENIIS_PUBLISHED") {
        let samples = Path::new(&published).join("hl7/samples");
        let mut paths: Vec<_> = fs::read_dir(samples)
            .expect("the published samples")
            .flatten()
            .map(|entry| entry.path())
            .collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "hl7"));
        paths.sort();
        messages.extend(paths.iter().map(|path| fs::read(path).expect("a published sample")));
    }
    messages
}
