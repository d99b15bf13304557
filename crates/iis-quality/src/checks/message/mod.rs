//! Rules about the message.

pub mod message_time;
