//! What must hold for inputs that no list has: round trips, refusal of every altered proof, and no panic.

mod altered;
mod arbitrary;
mod miner;
mod round_trips;
