//! The registry over a real store: messages in, records out, on every engine at hand.

mod exchange;
mod matching;
mod merging;
mod protecting;
mod quality;
mod rebuilding;
mod recommending;
mod signing_in;
mod world;
