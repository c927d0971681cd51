//! The napi-rs layer of pearlctl, thin: types in, types out, threads, cancellation, and the OS calls that Node lacks.
//!
//! Only `src/native/native.ts` loads it; its interface there is the documentation of what JavaScript sees. 256-bit values
//! cross as BigInt or 32 bytes. Numbers come in as doubles and are taken exactly or refused, never truncated. Each
//! entry point catches panics: one here must not take the Node process down.

// A test build registers nothing with Node, so nothing calls the entry points.
#![cfg_attr(test, allow(dead_code))]

mod arithmetic;
mod bench;
mod cpu;
mod exact;
mod file_lock;
mod judge;
mod miner;
mod os;
mod pool;
mod process;

use napi_derive::napi;

/// The version that this addon was built as, to be compared with that of the JavaScript around it.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
