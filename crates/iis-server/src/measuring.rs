//! What a server does for the measures of senders: it counts the messages of today again and again, and those of yesterday
//! once more when the day has turned.

use crate::app::App;
use crate::clock;
use iis_model::Date;
use iis_registry::{Failure, measures};
use std::time::Duration;

/// How often the day is counted.
const COUNT_EVERY: Duration = Duration::from_mins(15);

pub(crate) async fn count_days(app: App) {
    let mut last: Option<Date> = None;
    loop {
        tokio::time::sleep(COUNT_EVERY).await;
        let now = clock::arrival(&app.registry.identity.zone);
        if let Err(error) = count(&app, last, now.today).await {
            tracing::warn!(%error, "the messages of senders could not be counted");
        }
        last = Some(now.today);
    }
}

async fn count(app: &App, last: Option<Date>, today: Date) -> Result<(), Failure> {
    let yesterday = today.yesterday().unwrap_or(today);
    if last != Some(today) {
        measures::count_all(&app.registry, yesterday, clock::now()).await?;
    }
    let messages = measures::count_all(&app.registry, today, clock::now()).await?;
    tracing::debug!(messages, "the messages of senders were counted");
    Ok(())
}
