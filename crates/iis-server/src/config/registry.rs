//! The sections about the registry itself: its store, its name, what it takes, who may what, keys, backups, logs.

use super::keys::section;

section! {
    /// The database's threads.
    Store in "store" {
        /// Threads that read.
        readers: usize = 2_usize,
        /// Connections that write, on PostgreSQL. SQLite has one writer.
        writers: usize = 8_usize,
        /// Units of work that may wait in a lane; further ones are told to try again.
        queue: usize = 1024_usize,
        /// `full`: an acknowledged message survives a power failure. `normal`: only for imports that can be repeated.
        synchronous: String = "full",
        /// MiB of disk that are held back beside a SQLite database. When the disk is full nothing more is stored, and
        /// they let reading go on, which leaves audit rows. 0: none.
        reserve_mib: u64 = 64_u64,
    }
}

section! {
    /// Who this registry is.
    Identity in "identity" {
        /// Name of the jurisdiction, shown on pages.
        jurisdiction: String = "OpenIIS",
        /// The state's own letters in addresses, for example `CO`: forms take them beside those that the postal service
        /// knows.
        state: String = "",
        /// MSH-3 of replies.
        application: String = "OPENIIS",
        /// MSH-4 of replies: the facility code of the jurisdiction; also the assigning authority of registry numbers.
        facility: String = "IIS",
        /// Time zone of the jurisdiction (IANA): decides what day it is, and times on screen.
        time_zone: String = "America/New_York",
        /// Telephone number of the Help Desk, shown on pages.
        help_phone: String = "",
        /// Where signed forms on paper are sent, in one line, printed on them: postal address, fax. Empty: they name the
        /// Help Desk.
        forms_address: String = "",
        /// What every page says it is not: `demo` or `training`. Empty: production.
        environment: String = "",
    }
}

section! {
    /// What is accepted from senders.
    Exchange in "exchange" {
        /// Accepted values of MSH-11.1, P in production; T and D on test systems.
        processing_ids: Vec<String> = ["P".to_owned()],
        /// Most candidates in a reply to a query.
        candidate_limit: u32 = 10_u32,
    }
}

section! {
    /// Roles.
    Access in "access" {
        /// File that replaces the built-in table of roles. Empty: the built-in one.
        roles_file: String = "",
        /// Whether people of clinics say why they open a person who is not a patient of theirs.
        purpose_asked: bool = true,
        /// MiB of files that people who are not signed in can send within 24 hours with tickets and enrollments, all
        /// together. Further ones are refused. 0: none are taken from them.
        strangers_files_mib: u64 = 500_u64,
    }
}

section! {
    /// How people sign in.
    SignIn in "sign_in" {
        /// Whether everybody must set up a second factor: `required`, or `offered`.
        second_factor: String = "required",
        /// Text file with the user and confidentiality agreement, accepted at the first sign-in, every year, and when the
        /// text changes. Empty: none is asked.
        agreement_file: String = "",
        /// File with passwords that leaked elsewhere and are refused: SHA-1 in upper-case hexadecimal, one a line, in
        /// order, what follows a colon left out, as `Pwned Passwords` publishes it. Empty: none.
        breached_passwords_file: String = "",
    }
}

section! {
    /// The state's own sign-in, by OpenID Connect. People who have an account here connect it themselves.
    SingleSignOn in "single_sign_on" {
        /// Address of the issuer, such as `https://login.example.gov`: `/.well-known/openid-configuration` is read below it.
        /// Empty: there is none. The address it sends people back to is `/sign-in/single-sign-on/return` of this registry.
        issuer: String = "",
        /// What people call it, on the button of the sign-in page.
        name: String = "your organization’s account",
        /// The name under which the issuer knows this registry.
        client_id: String = "",
        /// File with the secret that the issuer gave to this registry. Empty: it gave none.
        client_secret_file: String = "",
        /// PEM file of a certificate authority to trust beside the system's.
        authority_file: String = "",
        /// Values of `amr` or `acr` in the issuer's token that tell that a second factor was shown. Without one of them the
        /// second factor of the account is asked for here.
        second_factors: Vec<String> = ["mfa".to_owned()],
    }
}

section! {
    /// The audit's seal.
    Audit in "audit" {
        /// Seconds between two signed seals over the audit chains.
        seal_seconds: u64 = 1_u64,
        /// File with the signing key. Empty: `audit.key` in the data folder, made at the first
        /// start. Servers that share one PostgreSQL share one key.
        signing_key_file: String = "",
        /// File outside the database to which signed seals are appended, so that truncation can be proved. Empty:
        /// `audit-seals.jsonl` in the data folder.
        seal_log: String = "",
    }
}

section! {
    /// Keys.
    Keys in "keys" {
        /// File with the key under which social security numbers are hashed. Empty: `number.key` in the data folder,
        /// made at the first start. Servers that share one PostgreSQL share one key. Back it up apart from the
        /// database: without it numbers reported before no longer match those reported later.
        number_key_file: String = "",
    }
}

section! {
    /// Backups.
    Backup in "backup" {
        /// Public key (`age1…`) that backups are encrypted to. Empty: backups are not encrypted.
        recipient: String = "",
        /// File with the private key for `restore`.
        identity_file: String = "",
    }
}

section! {
    /// Logs. They hold no patient data and no secrets.
    Log in "log" {
        /// `error`, `warn`, `info`, `debug`, or a filter such as `info,iis_server=debug`.
        level: String = "info",
        /// `json` (one object a line) or `text`.
        format: String = "json",
    }
}
