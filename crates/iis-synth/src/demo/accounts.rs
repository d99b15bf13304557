//! The accounts of the demonstration: one for each role of `policy/roles.toml` that people have.

/// An account of the demonstration. The server makes its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Role, by its code in `policy/roles.toml`.
    pub role: &'static str,
    /// User name.
    pub name: &'static str,
    /// Name as screens print it.
    pub display_name: &'static str,
    /// The site to which the role is bound, by its code; none for state roles.
    pub site: Option<&'static str>,
}

const fn account(
    role: &'static str,
    name: &'static str,
    display_name: &'static str,
    site: Option<&'static str>,
) -> Account {
    Account { role, name, display_name, site }
}

/// The accounts, in the order of the access tables.
#[rustfmt::skip]
pub const ACCOUNTS: &[Account] = &[
    //      role   user name       name on screen         site
    account("PVC", "coordinator",  "Paula Vickers",       Some("CALPEDS-ALDER")),
    account("BVC", "backup",       "Bram Castellan",      Some("CALPEDS-ALDER")),
    account("CLN", "clinic",       "Clara Nyqvist",       Some("JUNIPER-BEND")),
    account("ENR", "signer",       "Edmund Rask, MD",     Some("CALPEDS-ALDER")),
    account("LKP", "lookup",       "Lena Kapoor, APRN",   Some("STONEIM-1")),
    account("SCH", "school",       "Sylvia Chen, RN",     Some("SCH-ALDER")),
    account("HDD", "director",     "Hollis Dane",         Some("CALHD-CENTRAL")),
    account("SAD", "site-admin",   "Sadie Adair",         Some("CALPEDS-ALDER")),
    account("HLP", "helpdesk",     "Henrik Lopes",        None),
    account("VPR", "program",      "Vera Prescott",       None),
    account("IFA", "interfaces",   "Ivo Falk",            None),
    account("DQA", "quality",      "Dora Quast",          None),
    account("EPI", "epi",          "Elias Pinto",         None),
    account("QIM", "improvement",  "Quentin Imre",        None),
    account("PRV", "privacy",      "Priya Varga",         None),
    account("SYS", "admin",        "Sigrid Yates",        None),
    account("AUD", "auditor",      "Aud Lindahl",         None),
];
