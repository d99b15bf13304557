//! What time does to cases, looked at again and again: reminders, requests that expire or go on, renewals, confirmations.

use crate::app::App;
use iis_registry::{Failure, enrollment, requests, staff};
use std::time::Duration;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_mins(1);

pub(crate) async fn follow(app: App) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(error) = all(&app).await {
            tracing::warn!(%error, "what is due of requests and enrollments could not be done");
        }
    }
}

async fn all(app: &App) -> Result<(), Failure> {
    let (cx, at) = (&app.registry, app.arrival());
    let went_on = requests::go_on_after_enrollment(cx, at).await?;
    let (reminded, expired) = requests::remind_and_expire(cx, at).await?;
    let appointed = enrollment::appoint_trained(cx, at).await?;
    let renewals = enrollment::fall_due(cx, at).await?;
    let locked = enrollment::lock_closed(cx, at).await?;
    let asked = staff::ask_organizations(cx, at).await?;
    let ended = staff::end_unconfirmed(cx, at).await?;
    tracing::debug!(
        went_on,
        reminded,
        expired,
        appointed,
        renewals,
        locked,
        asked,
        ended,
        "looked at what is due"
    );
    Ok(())
}
