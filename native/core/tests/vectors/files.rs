//! Reads the vector files, and the conventions that they share: hex, numbers, patterns, data rules.

use pearl_core::header::Header;
use pearl_core::pattern::Pattern;
use pearl_core::target::U256;
use serde_json::Value;

/// A file of `test/vectors`.
pub fn read(name: &str) -> Value {
    let path = format!("{}/../../test/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_slice(&text).unwrap()
}

/// A list that must not be empty, so that a test cannot pass by looking at nothing.
pub fn list(value: &Value) -> &[Value] {
    let list = value.as_array().unwrap();
    assert!(!list.is_empty());
    list
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(text(value)).unwrap()
}

pub fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

pub fn header(value: &Value) -> Header {
    array(value)
}

pub fn number(value: &Value) -> u32 {
    value.as_u64().unwrap().try_into().unwrap()
}

pub fn numbers(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(number).collect()
}

/// A 256-bit number, most significant digit first.
pub fn u256(value: &Value) -> U256 {
    U256::from_be_bytes(&array(value))
}

pub fn nbits(value: &Value) -> u32 {
    u32::from_str_radix(text(value), 16).unwrap()
}

pub fn pattern(value: &Value) -> Pattern {
    Pattern::from_indices(&numbers(value)).unwrap()
}

/// The first `length` bytes of the extendable output of a label.
pub fn xof(label: &str, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new()
        .update(label.as_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}

/// A matrix given by a label.
pub fn matrix(label: &str, rows: usize, k: usize) -> Vec<Vec<i8>> {
    let entries: Vec<i8> = xof(label, rows * k)
        .iter()
        .map(|&byte| (i16::from(byte % 129) - 64) as i8)
        .collect();
    entries.chunks(k).map(<[i8]>::to_vec).collect()
}

/// A matrix given by a data rule.
pub fn by_rule(rule: &Value, rows: usize, k: usize) -> Vec<Vec<i8>> {
    let small = |value: &Value| i8::try_from(value.as_i64().unwrap()).unwrap();
    if let Some(label) = rule.get("label") {
        matrix(text(label), rows, k)
    } else if let Some(value) = rule.get("const") {
        vec![vec![small(value); k]; rows]
    } else {
        let pair = [small(&rule["alternate"][0]), small(&rule["alternate"][1])];
        (0..rows)
            .map(|i| (0..k).map(|l| pair[(i + l) % 2]).collect())
            .collect()
    }
}

pub fn as_bytes(rows: &[Vec<i8>]) -> Vec<u8> {
    rows.iter().flatten().map(|&entry| entry as u8).collect()
}

/// The plain digest of rows, as hex.
pub fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
