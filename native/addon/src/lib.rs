//! The napi-rs layer of pearlctl.
