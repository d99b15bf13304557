//! Persons who may be one: the queue, the two side by side, the answers, and asking from a patient's page.

pub(super) mod answering;
pub(super) mod compared;
mod difference;
pub(super) mod flagging;
mod histories;
pub(super) mod queue;
pub(super) mod showing;
mod views;
