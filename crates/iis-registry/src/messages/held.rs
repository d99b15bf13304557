//! Whether a message is held, for whoever goes on with what was broken off.

use crate::{Context, Failure};
use iis_model::organization::Sender;
use iis_store::message;

/// Whether a message of a sender with this control id (MSH-10) is held.
pub async fn is_held(cx: &Context, sender: &Sender, control_id: &str) -> Result<bool, Failure> {
    let (sender, control_id) = (sender.id, control_id.to_owned());
    Ok(cx.store.read(move |tx| message::is_held(tx, sender, &control_id)).await?)
}
