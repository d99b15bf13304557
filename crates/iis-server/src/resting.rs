//! Once a day the registry looks for persons of whom nothing was heard for long (requirements A-7).

use crate::app::App;
use crate::clock;
use iis_registry::activity::rule::Pass;
use iis_registry::{Context, Failure};
use std::time::Duration;

/// How often it is looked whether a new day has begun.
const LOOK_EVERY: Duration = Duration::from_mins(10);
/// Between two pages, so that messages come first.
const BREATH: Duration = Duration::from_millis(50);

/// Makes inactive in the jurisdiction whom the rule says so of.
pub(crate) async fn follow(app: App) {
    loop {
        match pass(&app.registry).await {
            Ok(0) => {}
            Ok(inactive) => tracing::info!(inactive, "persons not heard of for long are inactive now"),
            Err(error) => tracing::warn!(%error, "persons not heard of for long could not be looked for"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn pass(cx: &Context) -> Result<u64, Failure> {
    let moment = || {
        let now = clock::now();
        (now.to_zoned(cx.identity.zone.clone()).date(), now)
    };
    let Some(mut pass) = Pass::begin(cx, moment().0).await? else { return Ok(0) };
    loop {
        let (today, now) = moment();
        if pass.step(cx, today, now).await? {
            return Ok(pass.inactive);
        }
        tokio::time::sleep(BREATH).await;
    }
}
