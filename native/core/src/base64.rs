//! Strict standard base64, as the wire carries proofs (protocol section 8): padding required, unused bits zero,
//! no white space, no URL alphabet, so that each byte string has exactly one text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Decodes, or returns `None` for anything but the canonical text.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Encodes with padding.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
