//! The registry itself: what people and senders can do.
