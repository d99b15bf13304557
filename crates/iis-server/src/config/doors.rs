//! The sections about doors: addresses, certificates, files, limits and mail.

use super::keys::section;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The usual port of MLLP, and of MLLP over TLS.
const MLLP_PORT: u16 = 2575;
const MLLP_TLS_PORT: u16 = 2576;
/// The usual port of the built-in SFTP server.
const SFTP_PORT: u16 = 2222;

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
        /// Has browsers reach all names below this one by HTTPS too (`includeSubDomains`), for a year from their last visit:
        /// only when every one of them has HTTPS, since the others are out of reach then. Without it this name alone.
        subdomains_by_https: bool = false,
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
        /// Documents that are made to PDF at one time (each takes a processor for some 50 ms).
        print_threads: usize = 1_usize,
        /// Documents that may wait; whoever asks for a further one is asked to try again.
        print_queue: usize = 16_usize,
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
    /// Files that people upload: scans of signed papers, attachments of tickets.
    Scanner in "scanner" {
        /// Host and port of a scanner for malware that speaks clamd's protocol, such as `127.0.0.1:3310`. Empty: none.
        clamd: String = "",
        /// Command with its arguments that reads a file on standard input and ends with 0 when it is clean, with 1 when it
        /// is not; any other end is no answer. Empty: none.
        command: Vec<String> = [],
        /// Whether a file of which the scanner says nothing is refused.
        required: bool = true,
        /// Files that it looks at at one time; further ones wait.
        at_once: usize = 2_usize,
        /// Seconds for an answer.
        seconds: u64 = 30_u64,
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
