//! Taking files: claim, load, hand out the results, put away. Each step is one that can be done again.

use super::folder::Folder;
use crate::app::App;
use crate::loading::{self, Door, Load, LoadError, Loaded, Places};
use crate::{clock, figures};
use iis_model::organization::Sender;
use iis_registry::senders;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where in a claim the file lies; its results lie beside this.
const RECEIVED: &str = "received";
/// Results can be read by the group of `out/`, which is that of whoever fetches them.
const FOR_THE_GROUP: u32 = 0o640;

/// What became of a file.
enum Became {
    Loaded(Box<Loaded>),
    /// It cannot be read: the sender is told so.
    Unreadable(String),
}

/// Takes what an earlier run left, then what is ready. False: something is left that could not be taken.
pub(super) async fn take(app: &App, folder: &Folder, ready: Vec<String>) -> bool {
    let sender = match senders::by_name(&app.registry, &folder.sender).await {
        Ok(Some(sender)) => sender,
        Ok(None) => {
            tracing::warn!(sender.name = folder.sender, "files wait for a sender that is not there");
            return false;
        }
        Err(error) => {
            tracing::warn!(%error, "files wait: their sender cannot be looked up");
            return false;
        }
    };
    match take_all(app, folder, &sender, ready).await {
        Ok(is_all) => is_all,
        Err(error) => {
            tracing::warn!(%error, sender.name = folder.sender, "dropped files could not be taken; they are tried again");
            false
        }
    }
}

/// One claim that cannot be settled does not keep the others waiting; the first reason is told. False: another server is at
/// one of them.
async fn take_all(app: &App, folder: &Folder, sender: &Arc<Sender>, ready: Vec<String>) -> io::Result<bool> {
    folder.make()?;
    let mut is_all = true;
    let mut trouble = None;
    let mut note = |settled: io::Result<bool>| match settled {
        Ok(is_settled) => is_all &= is_settled,
        Err(error) => {
            trouble.get_or_insert(error);
        }
    };
    for claim in claims(&folder.work())? {
        note(settle(app, folder, sender, &claim).await);
    }
    for name in ready {
        match claim(folder, &name) {
            Ok(Some(claim)) => note(settle(app, folder, sender, &claim).await),
            Ok(None) => {}
            Err(error) => note(Err(error)),
        }
    }
    trouble.map_or(Ok(is_all), Err)
}

/// The folders of files that were claimed, the oldest first.
fn claims(work: &Path) -> io::Result<Vec<PathBuf>> {
    let mut claims = std::fs::read_dir(work)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    claims.sort();
    Ok(claims)
}

/// Moves a file to a folder of its own below `work/`. `None`: it is gone, or is no file after all.
fn claim(folder: &Folder, name: &str) -> io::Result<Option<PathBuf>> {
    let random = clock::random_bytes::<4>();
    let stamp = clock::now().strftime("%Y%m%dT%H%M%S%.3fZ");
    let claim = folder.work().join(format!("{stamp}-{}", crate::audit_key::hex(&random)));
    let input = claim.join(RECEIVED).join(name);
    std::fs::create_dir_all(claim.join(RECEIVED))?;
    let moved = std::fs::rename(folder.inbox().join(name), &input);
    let is_file = moved.is_ok() && input.symlink_metadata()?.is_file();
    if !is_file {
        std::fs::remove_dir_all(&claim)?;
    }
    match moved {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(is_file.then_some(claim)),
    }
}

/// Loads a claimed file, or goes on with it, and puts it away. False: another server is at it.
async fn settle(app: &App, folder: &Folder, sender: &Arc<Sender>, claim: &Path) -> io::Result<bool> {
    let Some(input) = input_of(claim)? else {
        return std::fs::remove_dir_all(claim).map(|()| true); // it broke off before the file was moved
    };
    let places = Places::in_folder(claim, &input);
    let became = match load(app, sender, &input, &places).await {
        Ok(loaded) => Became::Loaded(Box::new(loaded)),
        Err(LoadError::Unreadable(error)) => {
            let place = format!("{}/", claim.join(RECEIVED).display());
            Became::Unreadable(error.to_string().replace(&place, ""))
        }
        Err(LoadError::UnderWay(_)) => return Ok(false),
        Err(error) => return Err(io::Error::other(error)),
    };
    let results = results(&became, &places)?;
    for result in &results {
        hand_out(folder, claim, result)?;
    }
    std::fs::rename(claim, folder.done().join(claim.file_name().unwrap_or_default()))?;
    tell(&became, &folder.sender);
    Ok(true)
}

/// The file of a claim; none when the claim broke off before there was one.
fn input_of(claim: &Path) -> io::Result<Option<PathBuf>> {
    match std::fs::read_dir(claim.join(RECEIVED)) {
        Ok(mut entries) => entries.next().transpose().map(|entry| entry.map(|entry| entry.path())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn load(app: &App, sender: &Arc<Sender>, input: &Path, places: &Places) -> Result<Loaded, LoadError> {
    let door = Door::direct(app.registry.clone(), Arc::clone(sender));
    let order = Load { input, places, sender, registry: &app.registry, resume: true };
    match loading::load(&order, &door, |_| {}).await {
        // the record is not this file's: from the beginning, which changes nothing that was done
        Err(LoadError::OtherLoad { .. }) => {
            loading::load(&Load { resume: false, ..order }, &door, |_| {}).await
        }
        other => other,
    }
}

/// The files that go to the sender.
fn results(became: &Became, places: &Places) -> io::Result<Vec<PathBuf>> {
    match became {
        Became::Loaded(_) => Ok(vec![places.replies.clone(), places.summary.clone()]),
        Became::Unreadable(why) => {
            let text = format!(
                "The file could not be read to its end. What came before that place was processed and has its replies.\n\n{why}\n"
            );
            std::fs::write(&places.summary, text)?;
            if places.incomplete().exists() {
                std::fs::rename(places.incomplete(), &places.replies)?;
            }
            let results = [&places.summary, &places.replies];
            Ok(results.into_iter().filter(|path| path.exists()).cloned().collect())
        }
    }
}

/// Puts a result into `out/`, without touching another of the same name.
fn hand_out(folder: &Folder, claim: &Path, result: &Path) -> io::Result<()> {
    std::fs::set_permissions(result, std::fs::Permissions::from_mode(FOR_THE_GROUP))?;
    let name = result.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let stamp = claim.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let own = std::fs::metadata(result)?;
    for target in [folder.out().join(&name), folder.out().join(format!("{stamp}-{name}"))] {
        match std::fs::hard_link(result, &target) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // handed out before it broke off
                let there = std::fs::symlink_metadata(&target)?;
                if (there.dev(), there.ino()) == (own.dev(), own.ino()) {
                    return Ok(());
                }
            }
            Err(_) => return copy(result, &target), // another file system
        }
    }
    Ok(())
}

fn copy(result: &Path, target: &Path) -> io::Result<()> {
    let beside = target.with_extension("part");
    std::fs::copy(result, &beside)?;
    std::fs::rename(beside, target)
}

/// Counts a file and writes a line about it. File names stay out of it: they are the sender's.
fn tell(became: &Became, sender: &str) {
    match became {
        Became::Loaded(loaded) => {
            figures::dropped_file("loaded");
            let messages = loaded.summary.messages;
            tracing::info!(sender.name = sender, messages, "a dropped file was loaded");
        }
        Became::Unreadable(_) => {
            figures::dropped_file("unreadable");
            tracing::warn!(sender.name = sender, "a dropped file could not be read");
        }
    }
}
