//! The pages of those who watch the interfaces: messages, senders, replays, and withdrawals of what a sender sent.

pub(super) mod message;
pub(super) mod messages;
pub(super) mod replays;
pub(super) mod senders;
pub(super) mod withdrawals;

use crate::pages::frame::Frame;
use crate::pages::visitor::{Stop, Visitor};
use iis_model::organization::Sender;

/// A choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

impl Choice {
    fn of(value: &str, label: &str, chosen: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), is_chosen: value == chosen }
    }
}

/// The frame of a page below the interfaces.
fn frame(visitor: &Visitor, title: &str) -> Frame {
    visitor.frame("/interfaces/messages").titled(title).helped_by("messages")
}

async fn all_senders(visitor: &Visitor) -> Result<Vec<Sender>, Stop> {
    iis_registry::senders::list(&visitor.app.registry).await.map_err(|failure| visitor.failed(&failure))
}

/// All senders as choices, by name.
fn choices(senders: &[Sender], chosen: &str) -> Vec<Choice> {
    senders.iter().map(|sender| Choice::of(&sender.name, &sender.name, chosen)).collect()
}
