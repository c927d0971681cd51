//! The inner loops, one file per instruction set with the same functions in each, and the one place that chooses.
//!
//! A [`Kernel`] exists only where the processor has its instructions: that is what makes calling it safe. All of them
//! give the same integers; `scalar` is the oracle, and [`Kernel::self_test`] compares with it at every start.

#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "x86_64")]
mod amx_kept;
#[cfg(target_arch = "x86_64")]
mod amx_registers;
#[cfg(target_arch = "x86_64")]
mod amx_support;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx2maddubs;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx512bw;
#[cfg(target_arch = "x86_64")]
mod avx512vnni;
#[cfg(target_arch = "x86_64")]
mod avxvnni;
mod block;
mod dispatch;
mod isa;
mod kernel;
mod lanes;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(target_arch = "aarch64")]
mod neondot;
#[cfg(target_arch = "aarch64")]
mod neoni8mm;
#[cfg(target_arch = "aarch64")]
mod neonmlal;
mod peak;
mod ready;
pub mod scalar;
mod self_test;
mod tile;
#[cfg(target_arch = "x86_64")]
mod unrolled;

pub use block::{Block, Done, Space};
pub use isa::{Centred, Isa, Operand};
pub use kernel::Kernel;
pub use lanes::{Blocks, TicketHashes, Words};
pub use ready::Ready;
pub use tile::{Form, Geometry, WORDS, run_groups, runs};
