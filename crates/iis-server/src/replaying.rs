//! What a server does for replays: those that were begun are carried out, also after a restart.

use crate::app::App;
use iis_registry::Failure;
use iis_registry::messages::replays::{self, Work};
use std::time::Duration;

/// How often it is looked whether something was begun.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two pages of messages, so that senders come first.
const BREATH: Duration = Duration::from_millis(20);

pub(crate) async fn carry_out(app: App) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(error) = all_running(&app).await {
            tracing::warn!(%error, "a replay could not be carried out; it is taken up again");
        }
    }
}

async fn all_running(app: &App) -> Result<(), Failure> {
    for id in replays::running(&app.registry).await? {
        let Some(mut work) = Work::take_up(&app.registry, id).await? else { continue };
        while work.step(app.arrival()).await? {
            tokio::time::sleep(BREATH).await;
        }
        tracing::info!(replay.id = id, "a replay has ended");
    }
    Ok(())
}
