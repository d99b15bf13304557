//! What a server does for the recommender beside answering: it notices that another schedule, or other code sets, were activated, and makes
//! statuses again whose day has come or that were made with another schedule.

use crate::app::App;
use crate::clock;
use iis_registry::matching::releases as weights;
use iis_registry::recommend::refresh::{Sweep, refresh_due};
use iis_registry::recommend::releases;
use iis_registry::{Context, Failure, codes};
use std::time::Duration;

/// How often the choice of the schedule is read.
const FOLLOW_EVERY: Duration = Duration::from_secs(2);
/// How long statuses rest when none is left to be made, in turns of following; an activation wakes them.
const REST: u32 = 30;
/// Between two pages, so that messages come first.
const BREATH: Duration = Duration::from_millis(20);

/// Follows the choice of the schedule and of the code sets. In force within seconds of an activation; requests under way end with the
/// schedule they began with.
pub(crate) async fn follow(app: App) {
    loop {
        tokio::time::sleep(FOLLOW_EVERY).await;
        match releases::follow(&app.registry).await {
            Ok(false) => {}
            Ok(true) => {
                tracing::info!(
                    schedule = &*app.registry.schedules.now().mark,
                    "another schedule is in force"
                );
            }
            Err(error) => tracing::error!(%error, "the schedule that was activated cannot be put in force"),
        }
        match codes::follow(&app.registry).await {
            Ok(false) => {}
            Ok(true) => tracing::info!("other code sets are in force"),
            Err(error) => tracing::error!(%error, "the code sets that were activated cannot be put in force"),
        }
        match weights::follow(&app.registry).await {
            Ok(false) => {}
            Ok(true) => {
                let version = app.registry.matching.now().weights.version;
                tracing::info!(version, "other weights of patient matching are in force");
            }
            Err(error) => tracing::error!(%error, "the weights that were activated cannot be put in force"),
        }
    }
}

/// Keeps the statuses of all persons true.
pub(crate) async fn keep_statuses(app: App) {
    loop {
        match refresh(&app.registry).await {
            Ok(0) => {}
            Ok(refreshed) => tracing::info!(refreshed, "statuses were made again"),
            Err(error) => tracing::warn!(%error, "statuses could not be made again"),
        }
        let mark = app.registry.schedules.now().mark.clone();
        for _ in 0..REST {
            tokio::time::sleep(FOLLOW_EVERY).await;
            if app.registry.schedules.now().mark != mark {
                break;
            }
        }
    }
}

async fn refresh(cx: &Context) -> Result<u64, Failure> {
    let mut refreshed = 0;
    let moment = || {
        let now = clock::now();
        (now.to_zoned(cx.identity.zone.clone()).date(), now)
    };
    if let Some(mut sweep) = Sweep::begin(cx).await? {
        loop {
            let (today, now) = moment();
            if sweep.step(cx, today, now).await? {
                break;
            }
            tokio::time::sleep(BREATH).await;
        }
        refreshed += sweep.refreshed;
    }
    loop {
        let (today, now) = moment();
        match refresh_due(cx, today, now).await? {
            0 => return Ok(refreshed),
            some => refreshed += some as u64,
        }
        tokio::time::sleep(BREATH).await;
    }
}
