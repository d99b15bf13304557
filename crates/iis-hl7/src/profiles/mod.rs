//! The message profiles of the immunization guide: what each message must carry, and how it is read or written.

pub mod answer;
mod finished;
pub mod gate;
mod order;
pub mod query;
mod response;
pub mod z22;
pub mod z23;
pub mod z31;
pub mod z32;
pub mod z33;
pub mod z42;
