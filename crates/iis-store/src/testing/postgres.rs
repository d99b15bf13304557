//! A PostgreSQL for tests: the one that `OPENIIS_TEST_POSTGRES` names, or a private one started from the binaries
//! found, shared by all test processes of this directory and stopped when the last of them is gone.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tokio_postgres::NoTls;

/// A PostgreSQL that runs.
pub struct Cluster {
    url: String,
    /// Held as long as this process lives: the last one to let it go stops a private PostgreSQL.
    _in_use: Option<File>,
}

/// The PostgreSQL of this test run. None, said on standard error, when there is none; with `CI=true` that fails.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests find their database by the environment"
)]
pub fn shared_cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| match std::env::var("OPENIIS_TEST_POSTGRES") {
        Ok(url) => Some(Cluster { url, _in_use: None }),
        Err(_) => binaries().map(|bin| private(&bin, "openiis-test-postgres", "-c fsync=off")),
    });
    if cluster.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "tests on PostgreSQL need its server binaries");
        eprintln!("left out: a test on PostgreSQL, whose server binaries were not found (OPENIIS_PG_BIN)");
    }
    cluster.as_ref()
}

impl Cluster {
    /// A private PostgreSQL that flushes as in earnest: for measuring.
    pub fn that_flushes() -> Option<Self> {
        binaries().map(|bin| private(&bin, "openiis-bench-postgres", "-c fsync=on -c max_wal_size=4GB"))
    }

    /// A private PostgreSQL that offers TLS with this certificate and key, both PEM.
    pub fn with_tls(certificate: &str, key: &str) -> Option<Self> {
        let bin = binaries()?;
        let folder = std::env::temp_dir().join(format!("openiis-test-tls-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the certificate");
        let (certificate_file, key_file) = (folder.join("server.pem"), folder.join("server.key"));
        fs::write(&certificate_file, certificate).expect("written");
        fs::write(&key_file, key).expect("written");
        // PostgreSQL takes only a key that nobody else can read
        fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).expect("made private");
        if let Some(user) = unprivileged() {
            let given = Command::new("chown").arg(user).arg(&key_file).arg(&certificate_file).status();
            assert!(given.is_ok_and(|status| status.success()), "the key is given to PostgreSQL's user");
        }
        let settings = format!(
            "-c fsync=off -c ssl=on -c ssl_cert_file='{}' -c ssl_key_file='{}'",
            certificate_file.display(),
            key_file.display()
        );
        let cluster = private(&bin, &format!("openiis-test-tls-{}", std::process::id()), &settings);
        // it has read both
        fs::remove_dir_all(&folder).expect("removed");
        Some(cluster)
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes a schema, and says the address at which it is the current one.
    pub fn make_schema(&self, name: &str) -> String {
        self.run(&format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"));
        let separator = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{separator}application_name={name}&options=-c%20search_path%3D{name}", self.url)
    }

    /// Waits until the server has ended all sessions of the clients of this name: what they had sent is done, or undone.
    pub fn wait_until_gone(&self, client: &str) {
        self.run(&format!(
            "DO $$ BEGIN \
             WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{client}') LOOP \
             PERFORM pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); \
             END LOOP; END $$"
        ));
    }

    /// Runs statements on a connection of its own.
    pub fn run(&self, statements: &str) {
        run(&self.url, statements).expect("a statement of a test");
    }
}

pub(super) fn run(url: &str, statements: &str) -> Result<(), tokio_postgres::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(statements).await
    })
}

/// The directory with `initdb` and `postgres`.
fn binaries() -> Option<PathBuf> {
    let given = std::env::var_os("OPENIIS_PG_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    let all = given.into_iter().chain(debian.into_iter().rev()).chain(std::env::split_paths(&path));
    all.into_iter().find(|dir| dir.join("initdb").exists() && dir.join("postgres").exists())
}

/// Starts the private PostgreSQL of this name, unless another process has.
fn private(bin: &Path, name: &str, settings: &str) -> Cluster {
    let user = unprivileged();
    let dir = std::env::temp_dir().join(format!("{name}-{}", user.as_deref().unwrap_or("own")));
    let lock = |suffix: &str| {
        let path = dir.with_extension(suffix);
        File::options().create(true).append(true).open(path).expect("a lock file")
    };
    let in_use = lock("in-use");
    in_use.lock_shared().expect("a shared lock");
    let starting = lock("starting");
    starting.lock().expect("a lock");
    let note = dir.with_extension("url");
    let running = fs::read_to_string(&note).ok().filter(|url| run(url, "SELECT 1").is_ok());
    let url = running.unwrap_or_else(|| {
        let url = start(bin, &dir, user.as_deref(), settings);
        fs::write(&note, &url).expect("the note of the address");
        url
    });
    Cluster { url, _in_use: Some(in_use) }
}

/// PostgreSQL refuses to run as root: the user to become then.
fn unprivileged() -> Option<String> {
    let id = |args: &[&str]| Command::new("id").args(args).stderr(Stdio::null()).output().ok();
    let own = id(&["-u"])?;
    if own.stdout != b"0\n" {
        return None;
    }
    ["postgres", "nobody"]
        .into_iter()
        .find(|user| id(&["-u", user]).is_some_and(|o| o.status.success()))
        .map(Into::into)
}

fn start(bin: &Path, dir: &Path, user: Option<&str>, settings: &str) -> String {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let (bin, dir) = (bin.display(), dir.display());
    let mut script = format!("set -e\nrm -rf '{dir}'; mkdir -m 700 '{dir}'\n");
    let as_user = match user {
        Some(user) => {
            writeln!(script, "chown {user} '{dir}'").expect("a String takes any text");
            format!("runuser -u {user} --")
        }
        None => String::new(),
    };
    write!(
        script,
        "cd /
         {as_user} '{bin}/initdb' -D '{dir}/data' -A trust -U openiis -E UTF8 --locale=C --no-sync >/dev/null
         {as_user} '{bin}/postgres' -D '{dir}/data' -k '{dir}' -p {port} -c listen_addresses=127.0.0.1 \
            -c max_connections=200 -c shared_buffers=128MB {settings} >'{dir}.log' 2>&1 &
         postgres=$!
         (while :; do
            flock -x '{dir}.in-use' true; sleep 2
            flock -n -x '{dir}.in-use' sh -c \"rm -f '{dir}.url'; kill -QUIT $(head -1 '{dir}/data/postmaster.pid'); \
                sleep 1; rm -rf '{dir}'\" && exit
          done) </dev/null >/dev/null 2>&1 &"
    )
    .expect("a String takes any text");
    let status = Command::new("setsid")
        .args(["sh", "-c", &script])
        .stdin(Stdio::null())
        .status()
        .expect("a shell that starts PostgreSQL");
    assert!(status.success(), "PostgreSQL did not start");
    let url = format!("postgres://openiis@127.0.0.1:{port}/postgres");
    let since = Instant::now();
    while run(&url, "SELECT 1").is_err() {
        assert!(since.elapsed() < Duration::from_secs(30), "PostgreSQL does not answer; see {dir}.log");
        std::thread::sleep(Duration::from_millis(50));
    }
    url
}
