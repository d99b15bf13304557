//! `openiis serve`: the server in the foreground, until it is told to stop.

use crate::cli::{Ended, Global, load};
use crate::config::{Config, Overrides};
use crate::demo::SignIns;
use crate::output::Output;
use crate::serve::{Opened, Running};
use crate::{audit_key, clock, demo};
use anyhow::Context as _;
use clap::Args;
use iis_registry::{setup, training};
use sha2::{Digest, Sha256};
use std::os::unix::process::CommandExt;
use std::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// Fills in an invented jurisdiction at the first start, and says who can sign in.
    #[arg(long)]
    demo: bool,
    /// How many people the demonstration has.
    #[arg(long, default_value_t = iis_synth::demo::PEOPLE, value_name = "N", requires = "demo")]
    people: u32,
    /// Address and port of the web server, instead of `http.address`.
    #[arg(long, value_name = "ADDRESS")]
    http: Option<String>,
    /// Address and port for HL7 over MLLP without TLS, instead of `mllp.address`.
    #[arg(long, value_name = "ADDRESS")]
    mllp: Option<String>,
    /// Address and port for HL7 over MLLP with TLS, instead of `mllp.tls_address`.
    #[arg(long, value_name = "ADDRESS")]
    mllps: Option<String>,
    /// Address and port of the built-in SFTP server, instead of `sftp.address`.
    #[arg(long, value_name = "ADDRESS")]
    sftp: Option<String>,
}

/// Serves until SIGTERM or SIGINT.
pub async fn run(global: &Global, serve: Serve, output: Output) -> anyhow::Result<Ended> {
    let above = Overrides::default()
        .with("http.address", "--http", serve.http.as_deref())
        .with("mllp.address", "--mllp", serve.mllp.as_deref())
        .with("mllp.tls_address", "--mllps", serve.mllps.as_deref())
        .with("sftp.address", "--sftp", serve.sftp.as_deref());
    let mut config = load(global, above)?;
    if serve.demo {
        demo::settle(&mut config);
    }
    crate::logging::start(&config.log);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let opened = Opened::open(config).await?;
    let sign_ins = if serve.demo { Some(demonstration(&opened, serve.people, output).await?) } else { None };
    if !opened.config.read_only {
        let arrival = clock::arrival(&opened.registry.identity.zone);
        training::begin(&opened.registry, arrival).await?;
    }
    let running = Running::start(opened)?;
    let (app, url) = (&running.app, running.app.public_url());
    match &sign_ins {
        Some(sign_ins) => demo::print(sign_ins, &app.config, &url, output),
        None => set_up(&running, output).await?,
    }
    let Config { mllp, sftp, .. } = &app.config;
    for (scheme, address) in [("mllp", &mllp.address), ("mllps", &mllp.tls_address), ("sftp", &sftp.address)]
    {
        if !address.is_empty() {
            output.raw(&format!("{scheme:<5} {scheme}://{address}"));
        }
    }
    output.raw(&format!("ready {url}"));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    running.stop().await;
    Ok(Ended::Done)
}

/// Who can sign in to the demonstration. At the first start it is filled in, and then the program starts itself
/// anew, so that the memory which that took is given back.
async fn demonstration(opened: &Opened, people: u32, output: Output) -> anyhow::Result<SignIns> {
    let Opened { registry, config, .. } = opened;
    if let Some(sign_ins) = demo::sign_ins(registry, config).await? {
        return Ok(sign_ins);
    }
    let was_broken_off = demo::is_half_filled(config);
    if !was_broken_off {
        demo::fill(registry, config, people, output).await?;
    }
    registry.store.clone().close().await;
    if was_broken_off {
        demo::empty(config)?;
    }
    crate::logging::finish();
    let error = Command::new(std::env::current_exe()?).args(std::env::args_os().skip(1)).exec();
    Err(error).context("the demonstration is filled in, but the program could not start itself anew")
}

/// On the first start of a registry without accounts: a link that makes the first administrator, once.
async fn set_up(running: &Running, output: Output) -> anyhow::Result<()> {
    let cx = &running.app.registry;
    if running.app.config.read_only || !setup::is_first_start(cx).await? {
        return Ok(());
    }
    let token = clock::secret();
    setup::keep_setup_token(cx, audit_key::hex(&Sha256::digest(token.as_bytes()))).await?;
    output.raw(&format!("set up  {}/set-up/{token}", running.app.public_url()));
    Ok(())
}
