//! What a server does for mail: letters of the outbox are handed to the mail server, one after another.

mod post;
#[cfg(test)]
pub(crate) mod receiver;
#[cfg(test)]
mod tests;

pub(crate) use post::Post;

use crate::app::App;
use crate::clock;
use iis_registry::mail::Handed;
use iis_registry::{Failure, mail};
use std::time::Duration;

/// How often it is looked whether a letter is due.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Hands letters over again and again. Without a mail server they wait, except in a demonstration.
pub(crate) async fn follow(app: App) {
    let post = match Post::of(&app.config) {
        Ok(Some(post)) => post,
        Ok(None) => return,
        Err(error) => {
            tracing::error!(%error, "mail is not sent: its settings cannot be used");
            return;
        }
    };
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(error) = hand_over(&app, &post).await {
            tracing::warn!(%error, "letters could not be taken from the outbox");
        }
    }
}

/// Hands over all letters that are due.
pub(crate) async fn hand_over(app: &App, post: &Post) -> Result<(), Failure> {
    while let Some(letter) = mail::next(&app.registry, clock::now()).await? {
        let handed = post.hand_over(&letter).await;
        match &handed {
            Handed::Sent | Handed::Kept => {
                tracing::info!(mail.id = letter.id, mail.kind = %letter.kind, "mail left");
            }
            Handed::Later(why) | Handed::Refused(why) => {
                tracing::warn!(mail.id = letter.id, mail.kind = %letter.kind, why = %why, "mail did not leave");
            }
        }
        mail::report(&app.registry, &letter, handed, clock::now()).await?;
    }
    Ok(())
}
