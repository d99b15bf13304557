//! What a server does for withdrawals: those that were decided are carried out, also after a restart.

use crate::app::App;
use iis_registry::Failure;
use iis_registry::withdrawal::{self, Work};
use std::time::Duration;

/// How often it is looked whether something was decided.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two pages of messages, so that senders come first.
const BREATH: Duration = Duration::from_millis(5);

pub(crate) async fn carry_out(app: App) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(error) = all_running(&app).await {
            tracing::warn!(%error, "a withdrawal could not be carried out; it is taken up again");
        }
    }
}

async fn all_running(app: &App) -> Result<(), Failure> {
    for id in withdrawal::running(&app.registry).await? {
        let Some(mut work) = Work::take_up(&app.registry, id).await? else { continue };
        let done = loop {
            let progress = work.step(&app.arrival()).await?;
            if progress.is_done {
                break progress;
            }
            tokio::time::sleep(BREATH).await;
        };
        tracing::info!(withdrawal.id = id, persons = done.persons, "a withdrawal was carried out");
    }
    Ok(())
}
