//! `serve --demo`: the invented jurisdiction, filled in through the normal line at the first start.

use crate::config::Config;
use crate::loading::chain_of;
use crate::output::Output;
use crate::{clock, demo_stock, passwords};
use anyhow::{Context as _, bail};
use iis_cdsi::dates::Day;
use iis_cdsi::season::{self, DraftFailure, Head};
use iis_model::access::{Channel, Granted, Permission, Place};
use iis_model::network::Network;
use iis_model::organization::Sender;
use iis_model::recognition::Origin;
use iis_model::{AccountId, Date, Demographics, EmailAddress, Given, SiteId};
use iis_registry::access::operator;
use iis_registry::accounts::{self, NewUser, RoleAssignment, address};
use iis_registry::exchange::{self, Received};
use iis_registry::jurisdictions::{self, Area, NewJurisdiction};
use iis_registry::recommend::releases;
use iis_registry::rosters;
use iis_registry::senders::{self, Marks, NewSender};
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::{Arrival, Context};
use iis_synth::demo::{self, At, Demo, Sent};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Messages on their way at one time.
const WINDOW: usize = 256;

/// What is printed at every start of the demonstration.
#[derive(Debug, Serialize, Deserialize)]
pub struct SignIns {
    accounts: Vec<SignIn>,
    sender: String,
    secret: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct SignIn {
    role: String,
    user: String,
    password: String,
}

/// The demonstration's own names, where the operator has set no others.
pub fn settle(config: &mut Config) {
    let usual = Config::default();
    if config.identity.jurisdiction == usual.identity.jurisdiction {
        demo::JURISDICTION.clone_into(&mut config.identity.jurisdiction);
    }
    if config.identity.facility == usual.identity.facility {
        demo::FACILITY.clone_into(&mut config.identity.facility);
    }
    if config.identity.state.is_empty() {
        iis_synth::population::place::STATE.clone_into(&mut config.identity.state);
    }
    if config.identity.help_phone.is_empty() {
        "(202) 555-0140".clone_into(&mut config.identity.help_phone);
    }
    if config.identity.forms_address.is_empty() {
        "P.O. Box 140, Calder 90001".clone_into(&mut config.identity.forms_address);
    }
    if config.identity.environment.is_empty() {
        "demo".clone_into(&mut config.identity.environment);
    }
    if config.sign_in.second_factor == usual.sign_in.second_factor {
        "offered".clone_into(&mut config.sign_in.second_factor);
    }
    if config.exchange.processing_ids == usual.exchange.processing_ids {
        config.exchange.processing_ids = ["P", "T", "D"].map(str::to_owned).into();
    }
}

/// Who can sign in, if the demonstration has been filled in.
pub async fn sign_ins(cx: &Context, config: &Config) -> anyhow::Result<Option<SignIns>> {
    if is_half_filled(config) || setup::is_first_start(cx).await? {
        return Ok(None);
    }
    let file = sign_ins_file(config);
    let text = std::fs::read_to_string(&file).with_context(|| {
        format!("{} is not there, so the database is no demonstration; start without --demo", file.display())
    })?;
    serde_json::from_str(&text).map(Some).with_context(|| file.display().to_string())
}

/// Whether an earlier filling in was broken off.
pub fn is_half_filled(config: &Config) -> bool {
    mark(config).exists()
}

/// Removes the database of a demonstration whose filling in was broken off. Called when the store is closed.
pub fn empty(config: &Config) -> anyhow::Result<()> {
    let Some(database) = config.sqlite_file() else {
        bail!("filling in the demonstration was broken off: empty the database and start again");
    };
    for side in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{side}", database.display()));
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => bail!("{}: {error}", path.display()),
            _ => {}
        }
    }
    std::fs::remove_file(mark(config)).context("remove the mark of the broken filling in")
}

/// There as long as the demonstration is being filled in.
fn mark(config: &Config) -> PathBuf {
    config.in_data("demo-is-being-filled-in")
}

fn sign_ins_file(config: &Config) -> PathBuf {
    config.in_data("demo-sign-ins.json")
}

/// Fills in the demonstration.
pub async fn fill(cx: &Context, config: &Config, people: u32, output: Output) -> anyhow::Result<()> {
    let arrival = clock::arrival(&cx.identity.zone);
    let demo = Demo::new(people, arrival.today);
    output.complain(&format!(
        "Filling in {} people of {} with {} messages …",
        demo.people(),
        demo::JURISDICTION,
        demo.message_count()
    ));
    keep(&mark(config), b"")?;
    this_season(cx, arrival).await?;
    let (senders, secret) = organizations(cx, &demo, arrival).await?;
    counties(cx, &demo, arrival).await?;
    messages(cx, &demo, &senders, output).await?;
    roster(cx, arrival).await?;
    demo_stock::fill(cx).await?;
    let sign_ins =
        SignIns { accounts: accounts(cx, arrival).await?, sender: demo::TEST_SENDER.to_owned(), secret };
    keep(&config.in_data("demo-vxu.hl7"), &demo.sample(arrival.at))?;
    keep(&sign_ins_file(config), &serde_json::to_vec_pretty(&sign_ins)?)?;
    std::fs::remove_file(mark(config)).context("remove the mark of the filling in")
}

/// Puts an overlay in force that moves past seasons of the schedule to this one, so that the demonstration answers for
/// today. In earnest somebody compares it with the season's guidance first.
async fn this_season(cx: &Context, arrival: Arrival) -> anyhow::Result<()> {
    let today = arrival.today;
    let begun = if today.month() < 7 { today.year() - 1 } else { today.year() };
    let season = format!("{begun}-{:02}", (begun + 1) % 100);
    let head = Head {
        name: "calder-season",
        version: &season,
        author: "Calder Department of Health (invented)",
        reason: &format!(
            "The dates of the season {season}, for the demonstration: those of the release, moved"
        ),
    };
    let release = releases::release_in_force(cx).await?;
    match season::draft(&release, Day::from(today), head) {
        Ok(text) => releases::add_overlay(cx, &text, arrival.at).await.map(drop)?,
        Err(DraftFailure::NothingToMove(_)) => {}
        Err(failure) => return Err(failure.into()),
    }
    Ok(())
}

/// The sign-ins as a table, and a line that sends a message.
pub fn print(sign_ins: &SignIns, config: &Config, url: &str, output: Output) {
    let rows: Vec<Vec<String>> = sign_ins
        .accounts
        .iter()
        .map(|account| vec![account.role.clone(), account.user.clone(), account.password.clone()])
        .collect();
    output.line("");
    output.table(&["role", "user", "password"], &rows);
    output.line("");
    output.line(&format!(
        "curl {url}/hl7 -u {}:{} -H 'Content-Type: application/hl7-v2' --data-binary '@{}'",
        sign_ins.sender,
        sign_ins.secret,
        config.in_data("demo-vxu.hl7").display()
    ));
    output.object(sign_ins);
}

/// Makes organizations, sites and senders; returns the senders by name and the test sender's secret.
async fn organizations(
    cx: &Context,
    demo: &Demo,
    arrival: Arrival,
) -> anyhow::Result<(BTreeMap<String, Arc<Sender>>, String)> {
    let organizations = demo.organizations();
    let new = organizations.iter().map(|organization| NewOrganization {
        name: organization.name.as_str().into(),
        sites: organization
            .sites
            .iter()
            .map(|site| NewSite {
                code: site.code.as_str().into(),
                name: site.name.as_str().into(),
                kind: site.kind,
                pin: site.pin.as_deref().map(Into::into),
            })
            .collect(),
    });
    setup::add_organizations(cx, new.collect()).await?;
    let (mut known, mut test_secret) = (BTreeMap::new(), String::new());
    for organization in &organizations {
        let Some(sender) = &organization.sender else { continue };
        let secret = clock::secret();
        let new = NewSender {
            name: sender.name.as_str().into(),
            site_codes: organization.sites.iter().map(|site| site.code.as_str().into()).collect(),
            profile: sender.profile.clone(),
            secret: secret.as_str().into(),
        };
        let is_test = sender.name == demo::TEST_SENDER;
        let marks = if is_test { on_this_machine(&new.site_codes) } else { Marks::default() };
        senders::add_with(cx, &operator(Permission::ManageSenders)?, new, marks, arrival).await?;
        if is_test {
            test_secret = secret;
        }
        let Some(added) = senders::by_name(cx, &sender.name).await? else { continue };
        known.insert(sender.name.clone(), added);
    }
    Ok((known, test_secret))
}

/// Messages over MLLP from this machine are the test sender's.
fn on_this_machine(sites: &[Box<str>]) -> Marks {
    let loopback = ["127.0.0.0/8", "::1"].map(|text| text.parse::<Network>().expect("a range"));
    let origins = sites.iter().flat_map(|site| loopback.map(|network| Origin::new(site, network)));
    Marks { keys: Vec::new(), origins: origins.collect() }
}

/// What a county is called as a jurisdiction.
fn county(name: &str) -> String {
    format!("{name} County")
}

/// Makes the counties: addresses of the demonstration say no county, so that ZIP codes decide.
async fn counties(cx: &Context, demo: &Demo, arrival: Arrival) -> anyhow::Result<()> {
    for (name, zips) in demo.counties() {
        let areas = std::iter::once(Area::County(name.into()))
            .chain(zips.into_iter().map(|zip| Area::Zip(zip.into())));
        let new = NewJurisdiction { name: county(name).into(), areas: areas.collect() };
        jurisdictions::add(cx, &operator(Permission::Operate)?, new, arrival).await?;
    }
    Ok(())
}

/// The children of elementary-school age in the town of Calder go to its elementary school.
async fn roster(cx: &Context, arrival: Arrival) -> anyhow::Result<()> {
    let directory = iis_registry::directory::directory(cx, &arrival).await?;
    let Some(school) = directory.sites().find(|site| &*site.code == demo::SCHOOL) else {
        bail!("the demonstration has no school {}", demo::SCHOOL)
    };
    let is_student = |person: &Demographics, today: Date| {
        let lives_there =
            person.addresses.iter().filter_map(Given::get).any(|home| &*home.zip == demo::SCHOOL_ZIP);
        let years = person.birth_date().map(|born| today.year() - born.year());
        lives_there && years.is_some_and(|years| (5..=10).contains(&years))
    };
    let granted = operator(Permission::KeepRoster)?;
    rosters::enroll_all(cx, granted, (school.id, school.organization_id), is_student, arrival).await?;
    Ok(())
}

async fn accounts(cx: &Context, arrival: Arrival) -> anyhow::Result<Vec<SignIn>> {
    let directory = iis_registry::directory::directory(cx, &arrival).await?;
    let mut sign_ins = Vec::new();
    for account in demo::ACCOUNTS {
        let found = cx.roles.of_people().find(|(_, role)| role.code == account.role);
        let Some((role, _)) = found else { bail!("the policy has no role {}", account.role) };
        let password: String = clock::secret().chars().take(16).collect();
        let place = match account.at {
            At::State => Place::State,
            At::Site(code) => directory
                .sites()
                .find(|site| *site.code == *code)
                .map(|site| Place::Site(site.id))
                .with_context(|| format!("the demonstration has no site {code}"))?,
            At::County(name) => directory
                .jurisdiction_named(&county(name))
                .map(Place::Jurisdiction)
                .with_context(|| format!("the demonstration has no county {name}"))?,
        };
        let user = NewUser {
            name: account.name.into(),
            display_name: account.display_name.into(),
            password_hash: passwords::hash(&password).context("the password could not be hashed")?.into(),
            must_change: false,
            roles: vec![RoleAssignment::new(role, place)],
        };
        let granted = operator(Permission::ManageAccounts)?;
        let id = accounts::add(cx, &granted, user, arrival).await?;
        if let Place::Site(site) = place {
            works_there(cx, &granted, account, (id, site), arrival).await?;
        } else {
            let email = format!("{}@health.example", account.name).parse()?;
            address::set(cx, &granted, id, email, arrival).await?;
        }
        sign_ins.push(SignIn { role: role.to_owned(), user: account.name.to_owned(), password });
    }
    Ok(sign_ins)
}

/// Puts somebody of the demonstration on the staff list of the site, and says whose account it is.
async fn works_there(
    cx: &Context,
    granted: &Granted,
    account: &demo::Account,
    (id, site): (AccountId, SiteId),
    arrival: Arrival,
) -> anyhow::Result<()> {
    let email: EmailAddress = format!("{}@calder.example", account.name).parse()?;
    let position = match account.role {
        "PVC" => Position::PrimaryCoordinator,
        "BVC" => Position::BackupCoordinator,
        "ENR" => Position::SigningPhysician,
        _ => Position::Staff,
    };
    let listing = Listing {
        name: account.display_name.into(),
        email: email.clone(),
        position,
        license_kind: "".into(),
        license_number: "".into(),
    };
    staff::list(cx, granted, site, listing, arrival).await?;
    staff::bind_account(cx, granted, id, &email, arrival).await?;
    Ok(())
}

/// Sends all messages through the line as if each had arrived when it was sent.
async fn messages(
    cx: &Context,
    demo: &Demo,
    senders: &BTreeMap<String, Arc<Sender>>,
    output: Output,
) -> anyhow::Result<()> {
    let all = u64::try_from(demo.message_count()).unwrap_or(u64::MAX);
    let bar = if output.is_interactive() { ProgressBar::new(all) } else { ProgressBar::hidden() };
    let mut window = Vec::with_capacity(WINDOW);
    for sent in demo.messages() {
        window.push(sent);
        if window.len() == WINDOW {
            deliver(cx, &mut window, senders).await?;
            bar.inc(WINDOW as u64);
        }
    }
    deliver(cx, &mut window, senders).await?;
    bar.finish_and_clear();
    Ok(())
}

async fn deliver(
    cx: &Context,
    window: &mut Vec<Sent>,
    senders: &BTreeMap<String, Arc<Sender>>,
) -> anyhow::Result<()> {
    let mut chains: BTreeMap<String, Vec<Sent>> = BTreeMap::new();
    for sent in window.drain(..) {
        let chain = chain_of(&sent.bytes).unwrap_or_else(|| sent.control_id.clone());
        chains.entry(chain).or_default().push(sent);
    }
    let mut tasks = JoinSet::new();
    for chain in chains.into_values() {
        let cx = cx.clone();
        let Some(sender) = chain.first().and_then(|sent| senders.get(&sent.sender)).cloned() else {
            bail!("a message of the demonstration has no sender");
        };
        tasks.spawn(async move {
            for sent in chain {
                let arrival = clock::arrival_at(sent.at, &cx.identity.zone);
                let (sender, bytes) = (Arc::clone(&sender), sent.bytes.into());
                exchange::receive(
                    &cx,
                    Received { bytes, sender, channel: Channel::Batch, arrival, once: None },
                )
                .await?;
            }
            Ok::<_, iis_registry::Failure>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// Writes a file that only the server's user can read.
fn keep(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(bytes)).with_context(|| path.display().to_string())
}
