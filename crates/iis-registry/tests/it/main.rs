//! The registry over a real store: messages in, records out, on every engine at hand.

mod access_matrix;
mod agreeing;
mod any_order;
mod bounds;
mod choosing;
mod coded_values;
mod codes;
mod exchange;
mod matching;
mod measures;
mod merging;
mod protecting;
mod quality;
mod querying;
mod reaching;
mod rebuilding;
mod recommending;
mod replaying;
mod reviewing;
mod samples;
mod senders;
mod signing_in;
mod weighing;
mod withdrawing;
mod world;
