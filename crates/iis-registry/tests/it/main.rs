//! The registry over a real store: messages in, records out, on every engine at hand.

mod exchange;
mod rebuilding;
mod recommending;
mod world;
