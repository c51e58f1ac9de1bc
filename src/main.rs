//! rolecall: parse arguments, hand over.

fn main() {}
