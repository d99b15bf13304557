//! The doors by which senders come in: certificates, keys, folders.

use super::{Examined, Mark, bad, good};
use crate::config::Config;
use crate::drops::Folder;
use crate::listen::{Certificates, Tls};
use iis_registry::{Context, senders};
use rustix::fs::{Access, access};
use std::path::Path;
use tokio::runtime::Runtime;

/// A line for each door of the network.
pub(super) fn examined(config: &Config) -> [Examined; 3] {
    [certificate(config), mllp(config), sftp(config)]
}

fn certificate(config: &Config) -> Examined {
    match config.http_tls() {
        Some(tls) => examined_tls("certificate", tls),
        None => good("certificate", "none: plain HTTP"),
    }
}

fn mllp(config: &Config) -> Examined {
    let mllp = &config.mllp;
    match (mllp.plain(), mllp.secure()) {
        (None, None) => good("MLLP", "does not listen"),
        (Some(address), None) => good("MLLP", format!("{address} without TLS")),
        (_, Some(_)) => examined_tls("MLLP", config.mllp_tls()),
    }
}

fn examined_tls(what: &'static str, tls: Tls) -> Examined {
    let path = tls.certificate.display().to_string();
    match Certificates::load(tls) {
        Ok(_) => good(what, path),
        Err(error) => bad(what, error.to_string()),
    }
}

#[cfg(feature = "sftp")]
fn sftp(config: &Config) -> Examined {
    let Some(address) = config.sftp.listens() else { return good("SFTP", "does not listen") };
    match crate::sftp::fingerprint(&config.sftp_host_key()) {
        Ok(Some(fingerprint)) => good("SFTP", format!("{address}, own key {fingerprint}")),
        Ok(None) => good("SFTP", format!("{address}; the first start makes its key")),
        Err(error) => bad("SFTP", error.to_string()),
    }
}

#[cfg(not(feature = "sftp"))]
fn sftp(_: &Config) -> Examined {
    good("SFTP", "not part of this build")
}

/// A line for each folder into which somebody drops files: whose it is, and whether a server of this user may work there.
pub(super) fn folders(config: &Config, cx: &Context, runtime: &Runtime) -> Vec<Examined> {
    let configured = config.files.drop_folders.iter().filter_map(|text| Folder::configured(text));
    configured.map(|folder| examined_folder(&folder, cx, runtime)).collect()
}

fn examined_folder(folder: &Folder, cx: &Context, runtime: &Runtime) -> Examined {
    let Folder { sender, root, .. } = folder;
    let text = |why: &str| format!("{sender}: {}{why}", root.display());
    match runtime.block_on(senders::by_name(cx, sender)) {
        Ok(Some(_)) => {}
        Ok(None) => return bad("folder", text(": there is no such sender, so files would wait for ever")),
        Err(error) => return bad("folder", error.to_string()),
    }
    let sides = [root.clone(), folder.inbox(), folder.out(), folder.done(), folder.work()];
    let closed = sides.iter().find(|side| side.exists() && !may_work_in(side));
    match closed {
        Some(side) => bad("folder", format!("{sender}: {} cannot be written by this user", side.display())),
        None if !root.exists() => Examined {
            what: "folder",
            mark: Mark::Look,
            text: text(" is not there yet; the server makes it"),
        },
        None => good("folder", text("")),
    }
}

fn may_work_in(folder: &Path) -> bool {
    access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_ok()
}
