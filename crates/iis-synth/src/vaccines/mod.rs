//! What people are vaccinated with: products, lots, statements, schedules.

mod choice;
mod group;
mod lot;
mod product;
mod schedule;
mod statement;

pub use choice::choose;
pub use group::Group;
pub use lot::Lot;
pub use product::{Product, ProductId, Route, products, unspecified};
pub use schedule::Progress;
pub use statement::{Statement, statements};
