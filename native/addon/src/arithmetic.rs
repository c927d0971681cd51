//! Targets, bounds, patterns and digests for JavaScript, so that there is one implementation of each.

use crate::exact::{big, invalid, need_u32, need_u32s, need_u256};
use napi::Result;
use napi::bindgen_prelude::{BigInt, Buffer};
use napi_derive::napi;
use pearl_core::pattern;
use pearl_core::target;

/// The sides of a tile, the common dimension and the rank.
#[napi(object)]
pub struct TileShape {
    pub h: f64,
    pub w: f64,
    pub k: f64,
    pub rank: f64,
}

/// The largest winning ticket; `overflows` when it would be above 2^256 - 1.
#[napi(object)]
pub struct Bound {
    pub bound: BigInt,
    pub overflows: bool,
}

/// A pattern's numbers.
#[napi(object)]
pub struct PatternFields {
    pub size: u32,
    pub period: u32,
    pub max: u32,
}

/// The 256-bit target of a compact one.
#[napi(catch_unwind)]
pub fn target_from_nbits(nbits: f64) -> Result<BigInt> {
    Ok(big(target::target_from_nbits(need_u32("nbits", nbits)?)))
}

/// The compact form of a target, rounded down.
#[napi(catch_unwind)]
pub fn nbits_from_target(target: BigInt) -> Result<u32> {
    Ok(target::nbits_from_target(need_u256("target", &target)?))
}

/// What one ticket's hash has to be at most.
#[napi(catch_unwind)]
pub fn bound(target: BigInt, shape: TileShape, rank_penalty: bool) -> Result<Bound> {
    let [h, w, k, rank] = [
        ("h", shape.h),
        ("w", shape.w),
        ("k", shape.k),
        ("rank", shape.rank),
    ]
    .map(|(name, value)| need_u32(name, value));
    let factor = target::factor(h?, w?, k?, rank?, rank_penalty);
    let found = target::bound(need_u256("target", &target)?, factor);
    Ok(Bound {
        bound: big(found.value),
        overflows: found.overflowed,
    })
}

/// The pattern with these indices. Throws when there is none.
#[napi(catch_unwind)]
pub fn pattern_from_indices(
    #[napi(ts_arg_type = "ReadonlyArray<number>")] indices: Vec<f64>,
) -> Result<PatternFields> {
    let indices = need_u32s("an index", &indices)?;
    let pattern =
        pattern::Pattern::from_indices(&indices).map_err(|error| invalid(error.to_string()))?;
    Ok(PatternFields {
        size: pattern.size(),
        period: pattern.period(),
        max: pattern.max(),
    })
}

/// Plain BLAKE3-256.
#[napi(catch_unwind)]
pub fn blake3(data: Buffer) -> Buffer {
    blake3::hash(&data).as_bytes().to_vec().into()
}
