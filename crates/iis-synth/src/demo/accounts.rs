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
    /// Where the role is held.
    pub at: At,
}

/// Where a role is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// In the whole state.
    State,
    /// At a site, by its code.
    Site(&'static str),
    /// In a county, by its name.
    County(&'static str),
}

const fn account(role: &'static str, name: &'static str, display_name: &'static str, at: At) -> Account {
    Account { role, name, display_name, at }
}

/// The accounts, in the order of the access tables.
#[rustfmt::skip]
pub const ACCOUNTS: &[Account] = &[
    //      role   user name       name on screen         site
    account("PVC", "coordinator",  "Paula Vickers",       At::Site("CALPEDS-ALDER")),
    account("BVC", "backup",       "Bram Castellan",      At::Site("CALPEDS-ALDER")),
    account("CLN", "clinic",       "Clara Nyqvist",       At::Site("JUNIPER-BEND")),
    account("ENR", "signer",       "Edmund Rask, MD",     At::Site("CALPEDS-ALDER")),
    account("LKP", "lookup",       "Lena Kapoor, APRN",   At::Site("STONEIM-1")),
    account("SCH", "school",       "Sylvia Chen, RN",     At::Site("SCH-ALDER")),
    account("HDD", "director",     "Hollis Dane",         At::County("Calder")),
    account("SAD", "site-admin",   "Sadie Adair",         At::Site("CALPEDS-ALDER")),
    account("HLP", "helpdesk",     "Henrik Lopes",        At::State),
    account("VPR", "program",      "Vera Prescott",       At::State),
    account("IFA", "interfaces",   "Ivo Falk",            At::State),
    account("DQA", "quality",      "Dora Quast",          At::State),
    account("EPI", "epi",          "Elias Pinto",         At::State),
    account("QIM", "improvement",  "Quentin Imre",        At::Site("CALPEDS-ALDER")),
    account("PRV", "privacy",      "Priya Varga",         At::State),
    account("SYS", "admin",        "Sigrid Yates",        At::State),
    account("AUD", "auditor",      "Aud Lindahl",         At::State),
];
