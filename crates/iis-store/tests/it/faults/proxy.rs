//! A proxy before PostgreSQL that reads the protocol and does harm at COMMIT.
//!
//! PostgreSQL 15 documentation, 55.7 Message Formats: each message is a type byte and a length of four bytes that
//! counts itself; the first message of a client has no type byte.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What happens to the next COMMIT of a writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection is cut before COMMIT reaches the server.
    CutBeforeCommit,
    /// The server commits; the connection is cut before the client hears of it.
    CutAfterCommit,
    /// The server answers COMMIT with SQLSTATE 40001.
    SerializationFailure,
}

#[derive(Default)]
struct Plan {
    faults: Mutex<VecDeque<Fault>>,
    refuses: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

/// The proxy; it lives as long as the test's process.
pub(super) struct Proxy {
    port: u16,
    server: u16,
    plan: Arc<Plan>,
}

impl Proxy {
    /// A proxy before the server of this address.
    pub(super) fn before(url: &str) -> Self {
        let config: tokio_postgres::Config = url.parse().expect("an address");
        let server = config.get_ports().first().copied().unwrap_or(5432);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let plan = Arc::<Plan>::default();
        let shared = Arc::clone(&plan);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.refuses.load(Ordering::SeqCst) {
                    continue; // closed at once
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                carry(client, server, &shared);
            }
        });
        Self { port, server, plan }
    }

    /// The same address through the proxy.
    pub(super) fn url(&self, url: &str) -> String {
        let changed = url.replace(&format!(":{}/", self.server), &format!(":{}/", self.port));
        assert_ne!(changed, url, "the address names its port");
        changed
    }

    /// What happens to the next COMMITs of writers, one each.
    pub(super) fn expect(&self, faults: &[Fault]) {
        self.plan.faults.lock().expect("the plan").extend(faults);
    }

    /// How many faults have not happened yet.
    pub(super) fn left(&self) -> usize {
        self.plan.faults.lock().expect("the plan").len()
    }

    /// Cuts all connections and takes no new ones, or takes them again.
    pub(super) fn refuse(&self, refuses: bool) {
        self.plan.refuses.store(refuses, Ordering::SeqCst);
        for stream in self.plan.open.lock().expect("the plan").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Carries messages both ways until one side is gone or a fault cuts both.
fn carry(client: TcpStream, server: TcpStream, plan: &Arc<Plan>) {
    let cut_at_reply = Arc::new(AtomicBool::new(false));
    plan.open
        .lock()
        .expect("the plan")
        .extend([client.try_clone().expect("a socket"), server.try_clone().expect("a socket")]);
    let (mut from_client, mut to_server) =
        (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    let (plan, cut) = (Arc::clone(plan), Arc::clone(&cut_at_reply));
    std::thread::spawn(move || {
        let _ = requests(&mut from_client, &mut to_server, &plan, &cut);
        let _ = from_client.shutdown(Shutdown::Both);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let (mut from_server, mut to_client) = (server, client);
    std::thread::spawn(move || {
        let _ = replies(&mut from_server, &mut to_client, &cut_at_reply);
        let _ = from_server.shutdown(Shutdown::Both);
        let _ = to_client.shutdown(Shutdown::Both);
    });
}

fn requests(
    client: &mut TcpStream,
    server: &mut TcpStream,
    plan: &Plan,
    cut_at_reply: &AtomicBool,
) -> std::io::Result<()> {
    server.write_all(&rest_of_message(client, Vec::new())?)?;
    let mut writes = false;
    loop {
        let mut message = message(client)?;
        if message[0] == b'Q' {
            let text = String::from_utf8_lossy(&message[5..]).into_owned();
            if text.starts_with("BEGIN") {
                writes = text.contains("READ COMMITTED");
            }
            let fault = if writes && text.starts_with("COMMIT") {
                plan.faults.lock().expect("the plan").pop_front()
            } else {
                None
            };
            match fault {
                Some(Fault::CutBeforeCommit) => return Ok(()),
                Some(Fault::CutAfterCommit) => cut_at_reply.store(true, Ordering::SeqCst),
                Some(Fault::SerializationFailure) => {
                    message =
                        query("DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '40001'; END $$");
                }
                None => {}
            }
        }
        server.write_all(&message)?;
    }
}

fn replies(server: &mut TcpStream, client: &mut TcpStream, cut_at_reply: &AtomicBool) -> std::io::Result<()> {
    loop {
        let message = message(server)?;
        let committed = message[0] == b'C' && message[5..].starts_with(b"COMMIT");
        if committed && cut_at_reply.load(Ordering::SeqCst) {
            return Ok(());
        }
        client.write_all(&message)?;
    }
}

fn message(from: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    rest_of_message(from, kind.to_vec())
}

fn rest_of_message(from: &mut TcpStream, mut message: Vec<u8>) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    message.extend_from_slice(&length);
    let mut body = vec![0; (u32::from_be_bytes(length) as usize).saturating_sub(4)];
    from.read_exact(&mut body)?;
    message.extend(body);
    Ok(message)
}

fn query(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len() + 5).expect("a short text");
    [b"Q".as_slice(), &length.to_be_bytes(), text.as_bytes(), &[0]].concat()
}
