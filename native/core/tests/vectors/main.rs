//! The public test vectors of the protocol: every file, every entry.

mod attempts;
mod bound;
mod files;
mod jackpot;
mod judged;
mod merkle;
mod noise;
mod patterns;
mod seeds;
