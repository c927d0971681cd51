//! The OS calls that Node lacks, without any JavaScript in them. One file a call, each with its systems side by side.

pub mod boot;
pub mod bury;
pub mod cores;
pub mod notify;
pub mod peer;
pub mod replace;
pub mod signals;
pub mod start_time;
#[cfg(target_os = "macos")]
mod sysctl;
