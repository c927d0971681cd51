//! The search: jobs in, every winning tile out, at the speed of the processor's dot products.
//!
//! What is fixed for a job (`context`), for a nonce (`attempt`) and for a thread (`sweep`) is kept apart; threads share
//! nothing but read-only panels and a counter, and never wait for each other. It relies on the protocol modules for every
//! definition and on `kernels` for every inner loop.

mod attempt;
pub mod bench;
mod buffer;
mod commitment;
mod context;
mod control;
mod cycles;
mod event;
mod groups;
mod guarded;
#[cfg(any(miri, fuzzing))]
mod heap;
mod layout;
mod luck;
#[cfg(test)]
mod many_threads;
#[cfg(not(any(miri, fuzzing)))]
mod mapping;
mod matrix;
mod miner;
mod noise_table;
mod numa;
mod odds;
mod operands;
mod os;
mod packing;
mod parallel;
mod plan;
mod schedule;
mod shape;
mod solution;
mod stats;
mod sweep;
mod whole;
mod worker;

pub use event::Event;
pub use matrix::{Matrices, Matrix};
pub use miner::{Miner, MinerOptions, StartError, choose_kernel};
pub use numa::stay_on;
pub use os::prefer_efficient_cores;
pub use shape::{Job, JobError, MAX_PROOF_CHARACTERS, Shape};
pub use solution::Solution;
pub use stats::{Stats, ThreadStats};
pub use whole::{Found, Searched, WholeAttempt, search_whole};
