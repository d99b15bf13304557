//! The whole configuration: one struct, documented in one place.
//!
//! A value is taken from the flag, else the environment (`OPENIIS_<SECTION>_<KEY>`), else `openiis.toml`, else the
//! default below. Unknown keys are refused with their line.

mod check;
mod doors;
mod keys;
mod load;
mod registry;

pub use doors::{Files, Http, Limits, Mail, Mllp, Scanner, Sftp};
pub use keys::Key;
pub use load::{ConfigError, Overrides, Source, load};
pub use registry::{Access, Audit, Backup, Exchange, Identity, Keys, Log, SignIn, SingleSignOn, Store};

use crate::listen::{Clients, Tls};
use keys::section;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

section! {
    /// Everything an operator can set.
    Config in "" {
        /// Where the records live: `sqlite:PATH` or `postgres://USER@HOST/NAME`. Empty: `openiis.db` in the data folder.
        /// Connections to PostgreSQL are encrypted as `?sslmode=` says: `disable`, `prefer`, `require`, or `verify-full`
        /// with `&sslrootcert=FILE`, or the system's authorities.
        database: String = "",
        /// File that holds the database address, for addresses with a password. Wins over `database`.
        database_file: String = "",
        /// Brings the schema up to date when the server starts.
        auto_migrate: bool = true,
        /// Maintenance: reads and queries are answered, nothing is stored; submissions get 503 and AR 207.
        read_only: bool = false,
    }
    and {
        /// Where the data lies; comes from `--data`, not from the file.
        #[serde(skip)]
        data: PathBuf,
        /// Addresses and certificates.
        http: Http,
        /// HL7 over MLLP.
        mllp: Mllp,
        /// Files over SFTP.
        sftp: Sftp,
        /// Dropped files.
        files: Files,
        /// Files that people upload.
        scanner: Scanner,
        /// Limits and deadlines.
        limits: Limits,
        /// The database's threads.
        store: Store,
        /// Who this registry is.
        identity: Identity,
        /// Mail.
        mail: Mail,
        /// What is accepted from senders.
        exchange: Exchange,
        /// Roles.
        access: Access,
        /// How people sign in.
        sign_in: SignIn,
        /// The state's own sign-in.
        single_sign_on: SingleSignOn,
        /// The audit's seal.
        audit: Audit,
        /// Keys.
        keys: Keys,
        /// Backups.
        backup: Backup,
        /// Logs.
        log: Log,
    }
}

impl Config {
    /// All keys, section by section in the order of the file.
    pub fn keys() -> impl Iterator<Item = &'static Key> {
        [
            Config::KEYS,
            Http::KEYS,
            Limits::KEYS,
            Mllp::KEYS,
            Sftp::KEYS,
            Files::KEYS,
            Scanner::KEYS,
            Store::KEYS,
            Identity::KEYS,
            Mail::KEYS,
            Exchange::KEYS,
            Access::KEYS,
            SignIn::KEYS,
            SingleSignOn::KEYS,
            Audit::KEYS,
            Keys::KEYS,
            Backup::KEYS,
            Log::KEYS,
        ]
        .into_iter()
        .flatten()
    }

    /// The database's address with its default filled in.
    pub fn database_url(&self) -> String {
        if self.database.is_empty() {
            format!("sqlite:{}", self.in_data("openiis.db").display())
        } else {
            self.database.clone()
        }
    }

    /// The address that people and senders type, without a slash at its end.
    pub fn public_url(&self) -> String {
        let http = &self.http;
        if !http.public_url.is_empty() {
            return http.public_url.trim_end_matches('/').to_owned();
        }
        let scheme = if self.https() { "https" } else { "http" };
        // passkeys refuse bare addresses
        let address = http.address.replace("127.0.0.1:", "localhost:").replace("[::1]:", "localhost:");
        format!("{scheme}://{address}")
    }

    /// The SQLite file, if the records live in one.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        self.database_url().strip_prefix("sqlite:").map(PathBuf::from)
    }

    /// A file in the data folder.
    pub fn in_data(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    /// Where the server takes over work of the command line on the same machine.
    pub fn local_socket(&self) -> PathBuf {
        self.in_data("openiis.sock")
    }

    /// The key the audit is signed with.
    pub fn audit_key(&self) -> PathBuf {
        self.named_or(&self.audit.signing_key_file, "audit.key")
    }

    /// The key under which social security numbers are hashed.
    pub fn number_key(&self) -> PathBuf {
        self.named_or(&self.keys.number_key_file, "number.key")
    }

    /// Where signed seals are written outside the database.
    pub fn seal_log(&self) -> PathBuf {
        self.named_or(&self.audit.seal_log, "audit-seals.jsonl")
    }

    /// The folder of the SFTP server.
    pub fn sftp_folder(&self) -> PathBuf {
        self.named_or(&self.sftp.folder, "sftp")
    }

    /// The seed of the SFTP server's own key.
    pub fn sftp_host_key(&self) -> PathBuf {
        self.named_or(&self.sftp.host_key_file, "sftp-host.key")
    }

    /// Whether files may be dropped: into folders of the operator's, or over SFTP.
    pub fn takes_files(&self) -> bool {
        !self.files.drop_folders.is_empty() || self.sftp.listens().is_some()
    }

    fn named_or(&self, named: &str, default: &str) -> PathBuf {
        if named.is_empty() { self.in_data(default) } else { Path::new(named).to_path_buf() }
    }

    /// Whether letters go into the mailbox of the demonstration instead of leaving.
    pub fn has_mailbox(&self) -> bool {
        !self.mail.is_sent() && self.identity.environment == "demo"
    }

    /// Whether the server speaks HTTPS itself.
    pub fn https(&self) -> bool {
        !self.http.tls_certificate.is_empty()
    }

    /// Whether people reach it by HTTPS, which a proxy may speak: then cookies travel no other way.
    pub fn is_reached_by_https(&self) -> bool {
        self.https() || self.http.public_url.starts_with("https://")
    }

    /// The proxies that are believed; what is no address was refused before.
    pub fn trusted_proxies(&self) -> impl Iterator<Item = IpAddr> {
        self.http
            .trusted_proxies
            .iter()
            .filter_map(|text| text.parse::<IpAddr>().ok())
            .map(|a| a.to_canonical())
    }
    /// What the web server proves itself with, if it speaks HTTPS.
    pub fn http_tls(&self) -> Option<Tls> {
        let http = &self.http;
        self.https().then(|| Tls {
            certificate: http.tls_certificate.as_str().into(),
            key: http.tls_key.as_str().into(),
            protocols: &[b"h2", b"http/1.1"],
            clients: if http.client_certificates { Clients::KnownOneByOne } else { Clients::NotAsked },
        })
    }

    /// What MLLP over TLS proves itself with: certificate and key of its own, or those of the web server.
    pub fn mllp_tls(&self) -> Tls {
        let (http, mllp) = (&self.http, &self.mllp);
        let own = !mllp.tls_certificate.is_empty();
        let (certificate, key) =
            if own { (&mllp.tls_certificate, &mllp.tls_key) } else { (&http.tls_certificate, &http.tls_key) };
        let clients = match mllp.client_authorities.as_str() {
            "" => Clients::KnownOneByOne,
            path => Clients::Of(path.into()),
        };
        Tls { certificate: certificate.into(), key: key.into(), protocols: &[], clients }
    }
}
