//! Runners of labelled sets: they read files given as text, decide, and measure.
//!
//! Nothing here opens a file: the command line and the tests do.

pub mod columns;
pub mod events;
pub mod febrl;
pub mod pairs;
pub mod submissions;

pub use columns::FileError;
