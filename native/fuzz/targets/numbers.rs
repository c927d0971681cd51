//! Compact targets, targets and bounds, against plain long arithmetic.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pearl_core::target::{U256, bound, nbits_from_target, target_from_nbits, wins};

#[derive(Arbitrary, Debug)]
struct Input {
    nbits: u32,
    limbs: [u64; 4],
    factor: u64,
    hash: [u8; 32],
}

/// The product's five limbs.
fn product(limbs: [u64; 4], factor: u64) -> [u64; 5] {
    let mut out = [0; 5];
    let mut carry = 0u128;
    for (at, limb) in limbs.into_iter().enumerate() {
        carry += u128::from(limb) * u128::from(factor);
        out[at] = carry as u64;
        carry >>= 64;
    }
    out[4] = carry as u64;
    out
}

fuzz_target!(|input: Input| {
    let Input {
        nbits,
        limbs,
        factor,
        hash,
    } = input;
    let from_nbits = target_from_nbits(nbits);
    assert_eq!(target_from_nbits(nbits_from_target(from_nbits)), from_nbits);

    let target = U256::from_limbs(limbs);
    let rounded = target_from_nbits(nbits_from_target(target));
    assert!(rounded <= target);
    assert_eq!(U256::from_le_bytes(&target.to_le_bytes()), target);
    assert_eq!(U256::from_be_bytes(&target.to_be_bytes()), target);

    let [a, b, c, d, over] = product(limbs, factor);
    let found = bound(target, factor);
    assert_eq!(found.overflowed, over != 0);
    if over == 0 {
        assert_eq!(found.value, U256::from_limbs([a, b, c, d]));
    }
    assert_eq!(
        wins(&hash, &found),
        U256::from_le_bytes(&hash) <= found.value
    );
});
