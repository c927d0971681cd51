//! Numbers from JavaScript, taken exactly or refused.

use napi::bindgen_prelude::{BigInt, Buffer};
use napi::{Error, Result, Status};
use pearl_core::header::{HEADER_LEN, Header};
use pearl_core::target::U256;

/// An argument that no caller of ours should ever pass.
pub fn invalid(message: impl Into<String>) -> Error {
    Error::new(Status::InvalidArg, message.into())
}

/// The double as an unsigned integer, if it is one.
pub fn u32_of(value: f64) -> Option<u32> {
    // The cast saturates, so only an exact value survives the way back.
    let integer = value as u32;
    (f64::from(integer) == value).then_some(integer)
}

/// As [`u32_of`], with an error that names the argument.
pub fn need_u32(name: &str, value: f64) -> Result<u32> {
    u32_of(value).ok_or_else(|| invalid(format!("{name} is not an integer in 0..2^32: {value}")))
}

/// A list of unsigned integers.
pub fn need_u32s(name: &str, values: &[f64]) -> Result<Vec<u32>> {
    values.iter().map(|&value| need_u32(name, value)).collect()
}

/// A BigInt in 0..2^256.
pub fn need_u256(name: &str, value: &BigInt) -> Result<U256> {
    let mut limbs = [0; 4];
    if (value.sign_bit && value.words.iter().any(|&word| word != 0))
        || value.words.len() > limbs.len()
    {
        return Err(invalid(format!("{name} is not in 0..2^256")));
    }
    limbs[..value.words.len()].copy_from_slice(&value.words);
    Ok(U256::from_limbs(limbs))
}

/// The same number as a BigInt.
pub fn big(value: U256) -> BigInt {
    BigInt {
        sign_bit: false,
        words: value.limbs().to_vec(),
    }
}

/// The 76 bytes of a header.
pub fn need_header(bytes: &Buffer) -> Result<Header> {
    Header::try_from(&bytes[..]).map_err(|_| {
        invalid(format!(
            "a header has {HEADER_LEN} bytes, not {}",
            bytes.len()
        ))
    })
}
