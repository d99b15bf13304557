//! What every call has at hand: the store, who we are, what is permitted, and the moment.

use crate::access::Roles;
use crate::cases::strangers::BYTES_A_DAY;
use crate::codes::CodesInForce;
use crate::directory::Directory;
use crate::exchange::timing::{Answered, Stopwatch};
use crate::matching::Matching;
use crate::number_key::NumberKey;
use crate::recommend::Schedules;
use crate::senders::{Known, Paces};
use crate::settled::Settled;
use iis_model::access::{Actor, Channel};
use iis_model::{Date, Timestamp};
use iis_quality::Policy;
use iis_store::{AuditEntry, Store};
use jiff::tz::TimeZone;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

/// Who this registry is in messages and on pages.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Our application in messages (MSH-3 of replies).
    pub application: Box<str>,
    /// Our facility in messages (MSH-4 of replies), and the assigning authority of registry numbers.
    pub facility: Box<str>,
    /// The registry's name on pages.
    pub name: Box<str>,
    /// The address that people type, without a slash at its end: for links in mail.
    pub address: Box<str>,
    /// The jurisdiction's time zone: its date is *today*.
    pub zone: TimeZone,
}

/// What a jurisdiction settles about messages.
#[derive(Debug, Clone)]
pub struct ExchangeRules {
    /// Processing ids (MSH-11) that this endpoint accepts: P in production, T and D on test systems.
    pub processing_ids: Vec<Box<str>>,
    /// The most candidates that a query is answered with.
    pub candidate_limit: u32,
}

impl Default for ExchangeRules {
    fn default() -> Self {
        Self { processing_ids: vec!["P".into()], candidate_limit: 10 }
    }
}

/// The directory that was read last, and when.
pub(crate) type Kept = Option<(Timestamp, Arc<Directory>)>;

/// One for each process; cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The store.
    pub store: Store,
    /// Who we are.
    pub identity: Arc<Identity>,
    /// What is permitted.
    pub roles: Arc<Roles>,
    /// What is settled about messages.
    pub rules: Arc<ExchangeRules>,
    /// What whose-record-is-this is decided with.
    pub matching: Matching,
    /// The schedule in force.
    pub schedules: Schedules,
    /// The code sets in force.
    pub codes: CodesInForce,
    /// What the state changes of the checks.
    pub checks: Arc<Policy>,
    /// What the jurisdiction settled about getting access.
    pub settled: Arc<Settled>,
    /// Under which social security numbers are hashed; without it only their last four digits are kept.
    pub number_key: Option<Arc<NumberKey>>,
    /// Whether letters leave this server, or stay where a demonstration shows them: only then a code that is mailed can be
    /// asked back.
    pub letters_arrive: bool,
    /// How many bytes of files people can send within a day who are not signed in, all together.
    pub stranger_bytes_a_day: u64,
    /// With which the parts of the line are timed.
    pub stopwatch: Stopwatch,
    pub(crate) answered: Answered,
    pub(crate) directory: Arc<Mutex<Kept>>,
    pub(crate) senders: Arc<Mutex<Known>>,
    pub(crate) paces: Arc<Mutex<Paces>>,
}

impl Context {
    /// Over an open store.
    pub fn new(store: Store, identity: Identity, roles: Roles, rules: ExchangeRules) -> Self {
        let codes = CodesInForce::built_in();
        Self {
            store,
            identity: Arc::new(identity),
            roles: Arc::new(roles),
            rules: Arc::new(rules),
            matching: Matching::default(),
            schedules: Schedules::with(codes.clone()),
            codes,
            checks: Arc::new(
                Policy::built_in().expect("the policy of this program can be read: a test reads it"),
            ),
            settled: Arc::new(
                Settled::built_in().expect("the policy of this program can be read: a test reads it"),
            ),
            number_key: None,
            letters_arrive: true,
            stranger_bytes_a_day: BYTES_A_DAY,
            stopwatch: Stopwatch::default(),
            answered: Answered::default(),
            directory: Arc::default(),
            senders: Arc::default(),
            paces: Arc::default(),
        }
    }
}

/// The moment of a request, with the randomness it may need: read by the server, handed in.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// When it arrived.
    pub at: Timestamp,
    /// The jurisdiction's date then.
    pub today: Date,
    /// Random bits of this request alone.
    pub random: [u64; 4],
    /// From which network address it came, where it came over the network.
    pub from: Option<IpAddr>,
    /// The key of the form by which it came, where the same form sent twice is to begin one case.
    pub once: Option<[u8; 32]>,
}

impl Arrival {
    /// The audit row of what somebody does who is not signed in: it says from where.
    pub(crate) fn by_nobody(&self, action: &'static str) -> AuditEntry {
        AuditEntry::by(&Actor::Nobody, Channel::Web, action, self.at).sent_from(self.from)
    }

    /// Random bits, made different by `salt`: for tries that must not repeat themselves.
    pub(crate) fn random(&self, salt: i64) -> u64 {
        // SplitMix64's finalizer: every bit of the input moves every bit of the output.
        let mut bits = self.random[0] ^ salt.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}
