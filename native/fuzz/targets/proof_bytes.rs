//! Any bytes as a serialised proof and as its base64 text: decoded or refused, and what was decoded says the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pearl_core::base64;
use pearl_core::proof::{PlainProof, decode_text};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = PlainProof::decode(bytes) {
        let again = proof.encode();
        assert_eq!(again.len(), proof.encoded_len());
        // The last byte may have been missing.
        assert!(again == bytes || &again[..again.len() - 1] == bytes);
    }
    if let Ok(decoded) = decode_text(bytes) {
        assert_eq!(base64::encode(&decoded).as_bytes(), bytes);
        let direct = PlainProof::decode(&decoded);
        assert_eq!(PlainProof::decode_base64(bytes), direct);
    } else {
        assert!(PlainProof::decode_base64(bytes).is_err());
    }
});
