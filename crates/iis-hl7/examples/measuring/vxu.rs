//! The message with which parsing and checking are measured, and in which allocations are counted.

/// A VXU of 3 kB, clean against the profile: a dose given with its statements, one given by another, and one known from
/// a record.
pub(crate) const VXU: &str = concat!(
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500.000-0500||VXU^V04^VXU_V04|M-2026-0301-0001|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS|CLINIC7|STATE\r",
    "PID|1||A17^^^CLINIC7^MR||DOE^ANA^MARIA^^^^L|ROE^BERTA^^^^^M|20200115|F||2106-3^White^CDCREC|12 MAPLE ST^APT 4^SPRINGFIELD^IL^62701^USA^P||^PRN^PH^^^217^5550100|||||||||2186-5^Not Hispanic or Latino^CDCREC||N|1|||||N\r",
    "PD1|||||||||||02^Reminder/recall - any method^HL70215|N|20260301|||A|20200115|20260301\r",
    "NK1|1|DOE^BERTA^^^^^L|MTH^Mother^HL70063|12 MAPLE ST^APT 4^SPRINGFIELD^IL^62701^USA^P|^PRN^PH^^^217^5550100\r",
    "ORC|RE|P1^CLINIC7|V1^CLINIC7|||||||7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN||654^JONES^WILMA^BETH^^^^^CLINIC7^L^^^MD|||||CLINIC7^Clinic Seven^HL70362\r",
    "RXA|0|1|20260301||03^MMR^CVX^00006-4681-00^MMR II^NDC|0.5|mL^mL^UCUM||00^New Record^NIP001|7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN|^^^CLINIC7||||L1234|20270228|MSD^Merck and Co., Inc.^MVX|||CP|A\r",
    "RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r",
    "OBX|1|CE|64994-7^Vaccine Funding Program Eligibility^LN|1|V01^Not VFC Eligible^HL70064||||||F|||20260301|||VXC40^per immunization^CDCPHINVS\r",
    "OBX|2|CE|30963-3^Vaccine Funding Source^LN|2|PHC70^Private^CDCPHINVS||||||F|||20260301\r",
    "OBX|3|CE|69764-9^Document Type^LN|3|253088698300012711120420^Measles/Mumps/Rubella VIS^cdcgs1vis||||||F|||20260301\r",
    "OBX|4|DT|29769-7^Date Vis Presented^LN|3|20260301||||||F|||20260301\r",
    "OBX|5|CE|30956-7^Vaccine Type^LN|4|03^MMR^CVX||||||F|||20260301\r",
    "OBX|6|DT|29768-9^Date vaccine information statement published^LN|4|20210806||||||F|||20260301\r",
    "OBX|7|DT|29769-7^Date vaccine information statement presented^LN|4|20260301||||||F|||20260301\r",
    "NTE|1||Parent asked about fever after the last dose; handout given.\r",
    "ORC|RE|P2^CLINIC7|V2^CLINIC7|||||||7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN||654^JONES^WILMA^BETH^^^^^CLINIC7^L^^^MD|||||CLINIC7^Clinic Seven^HL70362\r",
    "RXA|0|1|20260301||21^Varicella^CVX|0.5|mL^mL^UCUM||00^New Record^NIP001|7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN|^^^CLINIC7||||L5678|20270228|MSD^Merck and Co., Inc.^MVX|||CP|A\r",
    "RXR|C38299^Subcutaneous^NCIT|RA^Right Arm^HL70163\r",
    "OBX|8|CE|64994-7^Vaccine Funding Program Eligibility^LN|1|V01^Not VFC Eligible^HL70064||||||F|||20260301|||VXC40^per immunization^CDCPHINVS\r",
    "OBX|9|CE|30963-3^Vaccine Funding Source^LN|2|PHC70^Private^CDCPHINVS||||||F|||20260301\r",
    "OBX|10|CE|69764-9^Document Type^LN|3|253088698300026411121116^Varicella (Chickenpox) VIS^cdcgs1vis||||||F|||20260301\r",
    "OBX|11|DT|29769-7^Date Vis Presented^LN|3|20260301||||||F|||20260301\r",
    "ORC|RE||V0^CLINIC7|||||||7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN|||||||CLINIC7^Clinic Seven^HL70362\r",
    "RXA|0|1|20200115||45^Hep B, unspecified formulation^CVX|999|||01^Historical information - source unspecified^NIP001|||||||||||CP|A\r",
);
