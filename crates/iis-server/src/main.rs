//! `openiis`: the one binary of OpenIIS.

fn main() {}
