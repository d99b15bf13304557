//! What every request handler shares: one value per process, cheap to clone.

use crate::config::Config;
use crate::exchange::Admission;
use crate::figures::Figures;
use crate::listen::Stop;
use crate::passwords::Passwords;
use crate::printing::Printing;
use crate::rate_limit::FailureLimit;
use crate::scanning::Scanner;
use crate::sign_in_rules::SignInRules;
use iis_registry::{Arrival, Context};
use std::ops::Deref;
use std::sync::Arc;

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
    /// Documents to PDF.
    pub printing: Printing,
    /// Who looks at files that people upload.
    pub scanner: Scanner,
    /// What is asked of people who sign in.
    pub sign_in: SignInRules,
    /// Failed sign-ins by address, of people and of senders.
    pub failures: FailureLimit,
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
        let printing = Printing::open(&config);
        let scanner = Scanner::of(&config.scanner);
        let (stop, figures) = (Stop::default(), Figures::start());
        let parts = Parts {
            registry,
            config,
            passwords,
            printing,
            scanner,
            sign_in,
            failures,
            admission,
            stop,
            figures,
        };
        Ok(Self(Arc::new(parts)))
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
