//! What every request handler shares: one value per process, cheap to clone.

use crate::config::Config;
use crate::exchange::Admission;
use crate::figures::Figures;
use crate::listen::Stop;
use crate::passkeys::RelyingParty;
use crate::passwords::Passwords;
use crate::printing::Printing;
use crate::rate_limit::FailureLimit;
use crate::refusals::Refusals;
use crate::scanning::Scanner;
use crate::sign_in_rules::SignInRules;
use crate::single_sign_on::SingleSignOn;
use iis_registry::{Arrival, Context};
use std::ops::Deref;
use std::sync::Arc;

/// So many forms that write letters to strangers come from one address in a minute: a training room in which everybody asks
/// for an account.
const PUBLIC_FORMS_PER_MINUTE: u32 = 30;
/// So many questions to passkeys are asked of one address in a minute: a clinic whose people all sign in at eight.
const QUESTIONS_PER_MINUTE: u32 = 120;

/// So many reports of completions of training are heard of one sender in a minute.
const REPORTS_PER_MINUTE: u32 = 10;

/// The running server.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// Its parts.
pub struct Parts {
    /// The registry.
    pub registry: Context,
    /// What the operator set.
    pub config: Config,
    /// Password hashes.
    pub passwords: Passwords,
    /// Questions to passkeys, and what is said to their answers.
    pub passkeys: RelyingParty,
    /// How often passkeys are asked, by address: questions are kept for minutes.
    pub passkey_questions: FailureLimit,
    /// How often forms come that write letters to strangers, by address.
    pub public_forms: FailureLimit,
    /// Documents to PDF.
    pub printing: Printing,
    /// Who looks at files that people upload.
    pub scanner: Scanner,
    /// What is asked of people who sign in.
    pub sign_in: SignInRules,
    /// The state's own sign-in, if there is one.
    pub single_sign_on: Option<SingleSignOn>,
    /// Failed sign-ins by address, of people and of senders.
    pub failures: FailureLimit,
    /// Reports of completions of training, by sender.
    pub completion_reports: FailureLimit,
    /// What people asked for and may not see, as far as it is in the audit.
    pub refusals: Refusals,
    /// How much is worked on at one time.
    pub admission: Admission,
    /// Whether the server is about to stop.
    pub stop: Stop,
    /// Figures for monitoring.
    pub figures: Figures,
}

impl App {
    /// Puts a server together. Starts the threads for password hashes, nothing else.
    pub fn new(registry: Context, config: Config) -> std::io::Result<Self> {
        let limits = &config.limits;
        let passwords = Passwords::start(limits.password_threads, limits.password_queue)?;
        let failures = FailureLimit::new(limits.failed_sign_ins_per_minute);
        let admission = Admission::new(limits);
        let sign_in = SignInRules::read(&config.sign_in)?;
        let single_sign_on = SingleSignOn::of(&config).map_err(std::io::Error::other)?;
        let printing = Printing::open(&config);
        let scanner = Scanner::of(&config.scanner);
        let (stop, figures) = (Stop::default(), Figures::start());
        let passkeys = RelyingParty::of(&config.public_url(), &registry.identity.name);
        let passkey_questions = FailureLimit::new(QUESTIONS_PER_MINUTE);
        Ok(Self(Arc::new(Parts {
            registry,
            config,
            passwords,
            passkeys,
            passkey_questions,
            public_forms: FailureLimit::new(PUBLIC_FORMS_PER_MINUTE),
            printing,
            scanner,
            sign_in,
            single_sign_on,
            failures,
            completion_reports: FailureLimit::new(REPORTS_PER_MINUTE),
            refusals: Refusals::default(),
            admission,
            stop,
            figures,
        })))
    }

    /// Moment, day and randomness for one request.
    pub fn arrival(&self) -> Arrival {
        crate::clock::arrival(&self.registry.identity.zone)
    }

    /// The address that people and senders type, without a slash at its end.
    pub fn public_url(&self) -> String {
        self.config.public_url()
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
