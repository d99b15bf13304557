//! The whole configuration: one struct, documented in one place.
//!
//! A value is taken from the flag, else the environment (`OPENIIS_<SECTION>_<KEY>`), else `openiis.toml`, else the
//! default below. Unknown keys are refused with their line.

mod check;
mod keys;
mod load;

pub use keys::Key;
pub use load::{ConfigError, Overrides, Source, load};

use crate::listen::{Clients, Tls};
use keys::section;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The usual port of MLLP, and of MLLP over TLS.
const MLLP_PORT: u16 = 2575;
const MLLP_TLS_PORT: u16 = 2576;
/// The usual port of the built-in SFTP server.
const SFTP_PORT: u16 = 2222;

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

section! {
    /// Addresses and certificates of the web server.
    Http in "http" {
        /// Address and port to listen on.
        address: String = "127.0.0.1:8080",
        /// The address people and senders type, such as `https://iis.example.gov`. Empty: made from `address`.
        public_url: String = "",
        /// PEM file with the certificate chain. With `tls_key` it turns HTTPS on. Read again when it changes.
        tls_certificate: String = "",
        /// PEM file with the private key of the certificate. Read again when it changes.
        tls_key: String = "",
        /// Serves plain HTTP on other addresses than loopback: only behind a proxy that does TLS.
        plain_anywhere: bool = false,
        /// Addresses of proxies before the server. What they say in X-Forwarded-For is who a request is from; nobody
        /// else is believed. Without it all people behind a proxy share the limit of failed sign-ins.
        trusted_proxies: Vec<String> = [],
        /// Asks clients for a certificate, so that senders may be recognized by theirs. Browsers then ask people for
        /// one too: for an address that only machines use.
        client_certificates: bool = false,
    }
}

section! {
    /// HL7 over MLLP. A sender is recognized by its client certificate, or by MSH-4 and the address it sends from
    /// (`openiis sender allow`); nobody by default.
    Mllp in "mllp" {
        /// Address and port to listen on without TLS, such as `127.0.0.1:2575`. Without a port: 2575. Empty: not at all.
        address: String = "",
        /// Address and port to listen on with TLS, such as `0.0.0.0:2576`. Without a port: 2576. Empty: not at all.
        tls_address: String = "",
        /// PEM file with the certificate chain for `tls_address`. Empty: that of the web server. Read again when it
        /// changes.
        tls_certificate: String = "",
        /// PEM file with the private key of the certificate. Empty: that of the web server. Read again when it changes.
        tls_key: String = "",
        /// PEM file with the authorities whose client certificates may be shown. Empty: any certificate that has not
        /// expired, since each sender's is known by its hash.
        client_authorities: String = "",
        /// Listens without TLS on other addresses than loopback: only inside a network that is private by other means.
        plain_anywhere: bool = false,
        /// Connections at one time; further ones wait to be accepted.
        connections: usize = 1024_usize,
        /// Seconds that the connection of somebody known may be silent between two messages. Others get
        /// `limits.header_seconds`.
        idle_seconds: u64 = 600_u64,
        /// Seconds from the first byte of a frame to its last.
        frame_seconds: u64 = 30_u64,
    }
}

section! {
    /// The built-in SFTP server: files in, results out. A sender signs in under its name with a key that was given to it
    /// (`openiis sender allow NAME --ssh-key FILE`); there are no passwords.
    Sftp in "sftp" {
        /// Address and port to listen on, such as `0.0.0.0:2222`. Without a port: 2222. Empty: not at all.
        address: String = "",
        /// Folder with a folder for each sender. Empty: `sftp` in the data folder.
        folder: String = "",
        /// File with the seed of the server's own key. Empty: `sftp-host.key` in the data folder, made at the first
        /// start. A copy keeps the server's fingerprint on another machine.
        host_key_file: String = "",
        /// Connections at one time; further ones wait to be accepted.
        connections: usize = 64_usize,
        /// Connections of one sender at one time; further ones are refused.
        sender_connections: usize = 8_usize,
        /// Seconds from connecting to being signed in.
        sign_in_seconds: u64 = 30_u64,
        /// Seconds that a connection may be silent.
        idle_seconds: u64 = 600_u64,
        /// The longest file, in bytes.
        file_bytes: u64 = 4_294_967_296_u64,
        /// Bytes of files of one sender that wait or are under way; further ones are refused.
        sender_bytes: u64 = 17_179_869_184_u64,
        /// Files that one connection has open at one time.
        open_files: usize = 16_usize,
    }
}

section! {
    /// Files that senders drop, over the built-in SFTP server or a file server of somebody else.
    Files in "files" {
        /// Folders to look into, each as `SENDER=FOLDER`: files are taken from its `in`, results go to its `out`, settled
        /// files to its `done`. A file is taken when it gets its name (from one that ends in `.tmp`, `.part` or
        /// `.filepart` or begins with a dot), or when its size has stood still.
        drop_folders: Vec<String> = [],
        /// Seconds between two looks.
        scan_seconds: u64 = 2_u64,
        /// Seconds that a file's size must stand still before it is taken.
        settle_seconds: u64 = 60_u64,
    }
}

section! {
    /// Limits and deadlines. What is over a limit gets an answer that says so.
    Limits in "limits" {
        /// Longest HL7 message or request body in bytes; longer ones get 413 or a fault.
        message_bytes: usize = 4_194_304_usize,
        /// Seconds a request may take, body included.
        request_seconds: u64 = 30_u64,
        /// Seconds a client may take to send its first bytes, its TLS hello or a request head; also the longest
        /// pause between two requests of a connection.
        header_seconds: u64 = 20_u64,
        /// Seconds a client may leave a full send buffer unread before its connection is closed.
        write_seconds: u64 = 20_u64,
        /// Connections at one time; further ones wait to be accepted.
        connections: usize = 4096_usize,
        /// HL7 requests worked on at one time; further ones get 503 or AR 207 at once.
        exchanges: usize = 256_usize,
        /// Bytes of request bodies held at one time; further ones get 503.
        body_bytes: usize = 134_217_728_usize,
        /// Seconds that a stopping server waits for requests under way.
        drain_seconds: u64 = 30_u64,
        /// Failed sign-ins a minute from one address before it has to wait.
        failed_sign_ins_per_minute: u32 = 30_u32,
        /// Threads that compute password hashes (each takes about 20 MiB and 50 ms a password).
        password_threads: usize = 2_usize,
        /// Password hashes that may wait; further sign-ins are asked to try again.
        password_queue: usize = 64_usize,
    }
}

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
        /// MSH-3 of replies.
        application: String = "OPENIIS",
        /// MSH-4 of replies: the facility code of the jurisdiction; also the assigning authority of registry numbers.
        facility: String = "IIS",
        /// Time zone of the jurisdiction (IANA): decides what day it is, and times on screen.
        time_zone: String = "America/New_York",
        /// Telephone number of the Help Desk, shown on pages.
        help_phone: String = "",
        /// What every page says it is not: `demo` or `training`. Empty: production.
        environment: String = "",
    }
}

section! {
    /// Mail to people: codes, links, what waits for them. It holds no patient data.
    Mail in "mail" {
        /// The SMTP server that takes mail, such as `smtp.example.gov:587`; without a port 587, or 465 for `tls`. Empty:
        /// letters wait; a demonstration shows them in its own mailbox.
        server: String = "",
        /// `starttls`, `tls` (from the first byte), or `none` for a server on this machine.
        security: String = "starttls",
        /// User name at the server. Empty: none is given.
        user: String = "",
        /// File with the password at the server.
        password_file: String = "",
        /// The address that letters come from, such as `registry@example.gov`.
        sender: String = "",
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
            Store::KEYS,
            Identity::KEYS,
            Mail::KEYS,
            Exchange::KEYS,
            Access::KEYS,
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

impl Mllp {
    /// The address without TLS, if there is one that can be understood.
    pub fn plain(&self) -> Option<SocketAddr> {
        with_port(&self.address, MLLP_PORT)
    }

    /// The address with TLS, if there is one that can be understood.
    pub fn secure(&self) -> Option<SocketAddr> {
        with_port(&self.tls_address, MLLP_TLS_PORT)
    }

    /// How long somebody known may be silent.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }

    /// The deadline of a frame.
    pub fn frame(&self) -> Duration {
        Duration::from_secs(self.frame_seconds)
    }
}

impl Sftp {
    /// The address, if there is one that can be understood.
    pub fn listens(&self) -> Option<SocketAddr> {
        with_port(&self.address, SFTP_PORT)
    }

    /// The deadline of signing in.
    pub fn sign_in(&self) -> Duration {
        Duration::from_secs(self.sign_in_seconds)
    }

    /// How long a connection may be silent.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }
}

impl Files {
    /// How long a file's size must stand still.
    pub fn settle(&self) -> Duration {
        Duration::from_secs(self.settle_seconds)
    }
}

/// An address with its port, or with the usual one.
fn with_port(text: &str, port: u16) -> Option<SocketAddr> {
    let bare = || text.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, port));
    text.parse().ok().or_else(bare)
}

impl Mail {
    /// The server's name and port; none when no mail is sent, or when the text cannot be understood.
    pub fn host(&self) -> Option<(String, u16)> {
        let usual = if self.security == "tls" { 465 } else { 587 };
        let (host, port) = match self.server.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (self.server.as_str(), usual),
        };
        let is_name =
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        is_name.then(|| (host.to_owned(), port))
    }

    /// Whether letters are handed to a server.
    pub fn is_sent(&self) -> bool {
        !self.server.is_empty()
    }
}

impl Limits {
    /// The deadline of a whole request.
    pub fn request(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    /// The deadline of greetings and request heads.
    pub fn header(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    /// The deadline of a client that does not read.
    pub fn write(&self) -> Duration {
        Duration::from_secs(self.write_seconds)
    }

    /// How long a stopping server waits.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}
