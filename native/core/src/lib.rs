//! The Pearl mining protocol in Rust, without Node in it: everything that decides whether a proof is
//! valid (`pattern` to `verify`), written scalar and obviously right, so that it stays the oracle of
//! whatever is made fast elsewhere.
//!
//! No function here panics on, or allocates more than a small multiple of, bytes that came from outside.

pub mod base64;
pub mod config;
mod fault;
pub mod header;
pub mod jackpot;
pub mod kernels;
pub mod merkle;
pub mod noise;
pub mod opening;
pub mod pattern;
pub mod proof;
pub mod refusal;
pub mod search;
pub mod seeds;
pub mod target;
pub mod verify;
