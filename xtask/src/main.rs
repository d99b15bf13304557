//! `cargo xtask`: what one does here besides build.

fn main() {}
