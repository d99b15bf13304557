//! A server of a test's own, with one organization, two sites and one sender; messages of invented people.

use iis_model::access::Permission;
use iis_model::organization::{SenderProfile, SiteKind};
use iis_registry::access::operator;
use iis_registry::senders::{self, Marks, NewSender};
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::{Arrival, Context, Failure};
use iis_server::client::{Answer, Client, Options, Target};
use iis_server::config::Config;
use iis_server::serve::{Opened, Running};
use iis_server::{clock, opening};
use iis_store::StoreError;
use iis_store::testing::shared_cluster;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The sender's name.
pub(crate) const SENDER: &str = "river-clinic";
/// The sender's secret.
pub(crate) const SECRET: &str = "a-secret-of-the-tests";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Both, or SQLite alone when there is no PostgreSQL (said by the store's harness, and refused with `CI=true`).
    pub(crate) fn all() -> Vec<Self> {
        let postgres = shared_cluster().map(|_| Self::Postgres);
        [Some(Self::Sqlite), postgres].into_iter().flatten().collect()
    }
}

/// A database with its configuration; nothing serves it yet.
pub(crate) struct Ground {
    pub(crate) folder: TempDir,
    pub(crate) config: Config,
}

impl Ground {
    /// A new database, set up with the sender.
    pub(crate) fn new(engine: Engine) -> Self {
        Self::in_folder(tempfile::tempdir().expect("a temporary folder"), engine)
    }

    /// The same in a folder given.
    pub(crate) fn in_folder(folder: TempDir, engine: Engine) -> Self {
        let mut config = Config { data: folder.path().to_path_buf(), ..Config::default() };
        "offered".clone_into(&mut config.sign_in.second_factor);
        config.http.address.replace_range(.., "127.0.0.1:0");
        config.identity.facility.replace_range(.., "STATE");
        config.limits.drain_seconds = 10;
        config.store.reserve_mib = 1;
        if engine == Engine::Postgres {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let schema = format!("server{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            config.database = shared_cluster().expect("looked for before").make_schema(&schema);
        }
        let ground = Self { folder, config };
        ground.set_up();
        ground
    }

    /// Makes the schema and the sender.
    pub(crate) fn set_up(&self) {
        let store = opening::store_or_new(&self.config).expect("opened");
        store.migrate(clock::now()).expect("migrated");
        store.close_blocking();
        let cx = opening::registry(&self.config).expect("opened");
        runtime().block_on(set_up(&cx));
        cx.store.clone().close_blocking();
    }

    /// Serves it in this process.
    pub(crate) fn serve(self) -> House {
        let Self { folder, config } = self;
        let runtime = runtime();
        let running = runtime.block_on(async {
            let opened = Opened::open(config).await.expect("opened");
            Running::start(opened).expect("started")
        });
        House { address: running.address, running: Some(running), runtime, folder }
    }

    /// The arguments and variables with which the program finds it.
    pub(crate) fn openiis(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openiis"));
        command.arg("--data").arg(&self.config.data).args(arguments);
        command.env("OPENIIS_DATABASE", self.config.database_url());
        command.env("OPENIIS_STORE_RESERVE_MIB", self.config.store.reserve_mib.to_string());
        command.env("OPENIIS_IDENTITY_FACILITY", "STATE").env("OPENIIS_LOG_LEVEL", "warn");
        command.env("OPENIIS_SIGN_IN_SECOND_FACTOR", &self.config.sign_in.second_factor);
        command
    }

    /// Serves it in a process of its own.
    pub(crate) fn spawn(&self) -> Spawned {
        Spawned::start(self.openiis(&["serve", "--http", "127.0.0.1:0"]))
    }
}

async fn set_up(cx: &Context) {
    let site = |code: &str, kind| NewSite { code: code.into(), name: code.into(), kind, pin: None };
    let sites = vec![site("RIVER", SiteKind::Clinic), site("RIVER-EAST", SiteKind::Clinic)];
    let organization = NewOrganization { name: "River Clinic".into(), sites };
    setup::add_organizations(cx, vec![organization]).await.expect("set up");
    let sender = NewSender {
        name: SENDER.into(),
        site_codes: vec!["RIVER".into(), "RIVER-EAST".into()],
        profile: SenderProfile { may_submit: true, may_query: true, ..SenderProfile::default() },
        secret: SECRET.into(),
    };
    senders::add(
        cx,
        &operator(Permission::ManageSenders).expect("the operator may"),
        sender,
        clock::arrival(&cx.identity.zone),
    )
    .await
    .expect("a sender");
}

/// A runtime for one test.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// A server in this process.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) runtime: tokio::runtime::Runtime,
    pub(crate) folder: TempDir,
    running: Option<Running>,
}

impl House {
    /// On SQLite with the usual settings.
    pub(crate) fn open() -> Self {
        Self::with(|_| {})
    }

    /// On SQLite with other settings.
    pub(crate) fn with(settle: impl FnOnce(&mut Config)) -> Self {
        let mut ground = Ground::new(Engine::Sqlite);
        settle(&mut ground.config);
        ground.serve()
    }

    /// What its handlers share.
    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().expect("running until it is dropped")
    }

    /// The registry behind it.
    pub(crate) fn registry(&self) -> &Context {
        &self.running().app.registry
    }

    /// Where it speaks MLLP without TLS.
    pub(crate) fn mllp(&self) -> SocketAddr {
        self.running().app.config.mllp.plain().expect("it listens")
    }

    /// Recognizes the sender by these too.
    pub(crate) fn allow(&self, marks: &Marks) {
        let granted = operator(Permission::ManageSenders).expect("the operator may");
        self.unless_busy(|cx, arrival| {
            self.runtime.block_on(senders::allow(cx, &granted, SENDER, marks.clone(), arrival))
        });
    }

    /// No longer recognizes the sender by these.
    pub(crate) fn disallow(&self, marks: &Marks) {
        let granted = operator(Permission::ManageSenders).expect("the operator may");
        self.unless_busy(|cx, arrival| {
            self.runtime.block_on(senders::disallow(cx, &granted, SENDER, marks.clone(), arrival))
        });
    }

    /// Does it, and again while the store has no room: what a server does at its start fills a short queue.
    fn unless_busy(&self, deed: impl Fn(&Context, Arrival) -> Result<(), Failure>) {
        let cx = self.registry();
        let until = Instant::now() + Duration::from_secs(10);
        while let Err(failure) = deed(cx, clock::arrival(&cx.identity.zone)) {
            assert!(matches!(failure, Failure::Store(StoreError::Busy)), "{failure:?}");
            assert!(Instant::now() < until, "the store stays busy");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A figure of `/metrics`, 0 when it is not there.
    pub(crate) fn figure(&self, name: &str) -> f64 {
        let text = self.raw(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").text();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        line.unwrap_or(0.0)
    }

    /// The answer to one message at `/hl7`.
    pub(crate) fn post(&self, message: &[u8]) -> Answer {
        self.runtime.block_on(post(self.address, message))
    }

    /// The reply to one message at `/hl7`, which must be one.
    pub(crate) fn reply(&self, message: &[u8]) -> String {
        hl7(self.post(message))
    }

    /// Sends these bytes on a connection of their own and reads the answer to its end.
    pub(crate) fn raw(&self, request: &[u8]) -> Raw {
        raw(self.address, request)
    }

    /// Stops it gracefully; what is left is its folder.
    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let store = running.app.registry.store.clone();
            drop(running);
            store.close_blocking();
        }
    }
}

/// A server in a process of its own.
pub(crate) struct Spawned {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Spawned {
    /// Starts it and waits until it says that it is ready.
    pub(crate) fn start(command: Command) -> Self {
        Self::start_telling(command).0
    }

    /// The same, with the lines it printed before.
    pub(crate) fn start_telling(mut command: Command) -> (Self, Vec<String>) {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let (mut told, mut ready) = (Vec::new(), None);
        for line in lines.by_ref() {
            if let Some(url) = line.strip_prefix("ready ") {
                ready = Some(url.to_owned());
                break;
            }
            told.push(line);
        }
        let url = ready.expect("the server becomes ready");
        let port = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        std::thread::spawn(move || lines.for_each(drop));
        (Self { child, address }, told)
    }

    /// Ends it without any notice.
    pub(crate) fn kill(mut self) {
        self.kill_now();
    }

    /// Asks it to stop, and waits.
    pub(crate) fn terminate(&mut self) -> std::process::ExitStatus {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        self.child.wait().expect("ended")
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        // it may have ended
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client of `/hl7` with the sender's credentials.
pub(crate) fn client(address: SocketAddr) -> Client {
    client_of(&format!("http://{address}/hl7"), None)
}

/// A client of any address with the sender's credentials.
pub(crate) fn client_of(url: &str, authority: Option<&Path>) -> Client {
    let target: Target = url.parse().expect("an address");
    let options = Options {
        credentials: Some((SENDER.to_owned(), SECRET.to_owned())),
        authority: authority.map(Path::to_path_buf),
        timeout: Duration::from_secs(40),
    };
    Client::new(&target, &options).expect("a client")
}

/// The answer to one message at `/hl7`, on a connection of its own.
pub(crate) async fn post(address: SocketAddr, message: &[u8]) -> Answer {
    client(address).send(message).await.expect("an answer")
}

/// The text of an HL7 answer.
pub(crate) fn hl7(answer: Answer) -> String {
    match answer {
        Answer::Hl7 { bytes, .. } => String::from_utf8(bytes).expect("replies are UTF-8"),
        other => panic!("no HL7 reply: {other:?}"),
    }
}

/// MSA-1 of a reply.
pub(crate) fn ack(reply: &str) -> &str {
    let msa = reply.split('\r').find(|segment| segment.starts_with("MSA|"));
    msa.and_then(|msa| msa.split('|').nth(1)).unwrap_or("none")
}

/// An answer as bytes on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends bytes, reads until the server closes or the announced body is there. Status 0: closed without an answer.
pub(crate) fn raw(address: SocketAddr, request: &[u8]) -> Raw {
    let mut stream = TcpStream::connect(address).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(40))).expect("set");
    // a server that refuses early may close before all is written
    let _ = stream.write_all(request);
    read_answer(&mut stream)
}

/// Reads one answer.
pub(crate) fn read_answer(stream: &mut impl Read) -> Raw {
    let mut bytes = Vec::new();
    let mut part = [0; 16384];
    loop {
        if let Some(answer) = whole(&bytes) {
            return answer;
        }
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return closed(&bytes),
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
}

fn whole(bytes: &[u8]) -> Option<Raw> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let answer = closed(bytes);
    let length: usize = answer.header("content-length")?.parse().ok()?;
    (bytes.len() >= end + length && answer.status != 100).then_some(answer)
}

fn closed(bytes: &[u8]) -> Raw {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Raw { status, head, body: bytes[end..].to_vec() }
}

/// A request with the sender's credentials.
pub(crate) fn request(path: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {}\r\nContent-Type: {media_type}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        basic(SENDER, SECRET),
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// The value of HTTP Basic.
pub(crate) fn basic(name: &str, secret: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(format!("{name}:{secret}"))
}

/// A VXU about a person with one dose.
#[derive(Debug, Clone)]
pub(crate) struct Vxu<'a> {
    pub(crate) control_id: &'a str,
    pub(crate) mrn: &'a str,
    pub(crate) last: &'a str,
    pub(crate) first: &'a str,
    /// Date of the dose, `YYYYMMDD`.
    pub(crate) given: &'a str,
    /// The dose's filler number.
    pub(crate) order: &'a str,
    /// RXA-21.
    pub(crate) action: &'a str,
    pub(crate) site: &'a str,
}

impl Default for Vxu<'_> {
    fn default() -> Self {
        Self {
            control_id: "M1",
            mrn: "R100",
            last: "Marlowe",
            first: "Juniper",
            given: "20260105",
            order: "O1",
            action: "A",
            site: "RIVER",
        }
    }
}

impl Vxu<'_> {
    /// The message.
    pub(crate) fn text(&self) -> String {
        let Self { control_id, mrn, last, first, given, order, action, site } = self;
        format!(
            "MSH|^~\\&|EHR|{site}|OPENIIS|STATE|20260301101500-0500||VXU^V04^VXU_V04|{control_id}|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r\
             PID|1||{mrn}^^^RIVER^MR||{last}^{first}^^^^^L|Ashdown^^^^^^M|20240115|F||2106-3^White^CDCREC|12 Alder St^^Calder^CO^80201^USA^P||^PRN^PH^^^303^5550199|||||||||2186-5^not Hispanic or Latino^CDCREC\r\
             NK1|1|{last}^Ana^^^^^L|MTH^Mother^HL70063\r\
             ORC|RE||{order}^RIVER\r\
             RXA|0|1|{given}||03^MMR^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001||^^^{site}||||L1|20271231|MSD^Merck^MVX|||CP|{action}\r\
             RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r\
             OBX|1|CE|64994-7^Vaccine funding program eligibility category^LN|1|V01^Not VFC eligible^HL70064||||||F|||{given}\r"
        )
    }
}

/// A query for the complete history of the person of [`Vxu`].
pub(crate) fn query(control_id: &str, mrn: &str, last: &str, first: &str) -> String {
    format!(
        "MSH|^~\\&|EHR|RIVER|OPENIIS|STATE|20260301101500-0500||QBP^Q11^QBP_Q11|{control_id}|P|2.5.1|||ER|AL|||||Z34^CDCPHINVS\r\
         QPD|Z34^Request Immunization History^CDCPHINVS|T{control_id}|{mrn}^^^RIVER^MR|{last}^{first}^^^^^L|Ashdown^^^^^^M|20240115|F\r\
         RCP|I|10^RD&Records&HL70126\r"
    )
}

/// The dates (RXA-3) of the doses in a reply, in its order.
pub(crate) fn dates(reply: &str) -> Vec<String> {
    let rxa = reply.split('\r').filter(|segment| segment.starts_with("RXA|"));
    rxa.filter_map(|segment| segment.split('|').nth(3)).map(|date| date.chars().take(8).collect()).collect()
}

/// A day as messages write it, `n` days after the first of January 2025.
pub(crate) fn day(n: i64) -> String {
    let day = iis_model::Date::constant(2025, 1, 1) + jiff::Span::new().days(n);
    let mut text = String::new();
    write!(text, "{}", day.strftime("%Y%m%d")).expect("a string takes text");
    text
}

/// How many rounds a failure test does: so many in the test run, more in `cargo xtask soak`.
#[expect(clippy::disallowed_methods, reason = "the length of a run is set from outside")]
pub(crate) fn rounds(usual: u64) -> u64 {
    std::env::var("OPENIIS_SOAK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

/// Waits until something holds, for at most ten seconds.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < until, "{what} does not come about");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Spawned {
    /// Ends it without any notice, and lets it be replaced.
    pub(crate) fn kill_now(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

/// The folder of published material, or `None`, said on standard error and refused with `CI=true`.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests find published material by the environment"
)]
pub(crate) fn published() -> Option<PathBuf> {
    let folder = std::env::var("OPENIIS_PUBLISHED").ok().map(PathBuf::from);
    if folder.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "OPENIIS_PUBLISHED must be set");
        eprintln!("left out: published samples, because OPENIIS_PUBLISHED is not set");
    }
    folder
}
