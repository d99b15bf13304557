//! Files that senders drop: each folder has `in/` for them, `out/` for results, `done/` for what is settled and `work/` for
//! what is under way.
//!
//! The folders are those of `files.drop_folders`, which somebody else's file server fills, and those of our own SFTP
//! server. A file is claimed by moving it to `work/`, loaded as `hl7 load` does it, and moved to `done/` with its results;
//! wherever that breaks off, the next look goes on from there.

mod folder;
mod settled;
mod taking;

pub use folder::Folder;

use crate::app::App;
use crate::config::Files;
use crate::listen::Phase;
use settled::Settling;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

/// Folders whose files are loaded at one time.
const AT_ONE_TIME: usize = 2;

/// Wakes whoever looks at the folders: something is there.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Something is there.
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// Looks at the folders again and again, until the server stops.
pub async fn follow(app: App, bell: Bell) {
    let files = &app.config.files;
    let every = Duration::from_secs(files.scan_seconds);
    let mut settling: BTreeMap<PathBuf, Settling> = BTreeMap::new();
    let (mut at_work, turns) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONE_TIME)));
    let mut busy: BTreeMap<tokio::task::Id, PathBuf> = BTreeMap::new();
    // folders of which nothing could be taken, until when they are left alone
    let mut resting: BTreeMap<PathBuf, Instant> = BTreeMap::new();
    loop {
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = bell.0.notified() => {}
            Some(ended) = at_work.join_next_with_id(), if !at_work.is_empty() => {
                let (id, is_done) = match ended {
                    Ok(ended) => ended,
                    Err(error) => {
                        tracing::error!("taking dropped files panicked; they are taken again");
                        (error.id(), false)
                    }
                };
                if let Some(root) = busy.remove(&id).filter(|_| !is_done) {
                    resting.insert(root, Instant::now() + every);
                }
            }
            () = app.stop.reached(Phase::Draining) => return,
        }
        resting.retain(|_, until| *until > Instant::now());
        for folder in folders(&app.config.files, &app.config.sftp_folder()) {
            if resting.contains_key(&folder.root) || busy.values().any(|root| *root == folder.root) {
                continue;
            }
            let settled = settling.entry(folder.root.clone()).or_default();
            let ready = folder.ready(settled, files.settle());
            if !ready.is_empty() || folder.has_work() {
                let (app, turns, root) = (app.clone(), Arc::clone(&turns), folder.root.clone());
                let task = at_work.spawn(async move {
                    let Ok(_turn) = turns.acquire().await else { return false };
                    taking::take(&app, &folder, ready).await
                });
                busy.insert(task.id(), root);
            }
        }
    }
}

/// All folders that there are now. A sender's folder of the SFTP server is made when it first signs in.
fn folders(files: &Files, sftp: &Path) -> Vec<Folder> {
    let dropped = files.drop_folders.iter().filter_map(|text| Folder::configured(text));
    let homes = std::fs::read_dir(sftp).into_iter().flatten().flatten();
    let homes = homes.filter_map(|entry| Folder::home(&entry.path()));
    dropped.chain(homes).collect()
}
