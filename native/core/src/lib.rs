//! The Pearl mining protocol in Rust, without Node in it.
