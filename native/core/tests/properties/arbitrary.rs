//! Bytes from nowhere: judged or refused, never a panic.

use crate::miner::Job;
use pearl_core::proof::PlainProof;
use pearl_core::target::U256;
use pearl_core::verify;
use proptest::prelude::*;

/// Numbers around each limit that something is compared with.
fn limit() -> impl Strategy<Value = u64> {
    let powers = (0u32..64).prop_map(|bit| 1u64 << bit);
    let near = (powers, -2i64..=2).prop_map(|(power, delta)| power.wrapping_add_signed(delta));
    prop_oneof![
        near,
        0u64..70,
        any::<u64>(),
        (1u64..70).prop_map(|i| i * 1024)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..600), text in ".{0,40}") {
        prop_assert!(verify::verify(&[0; 76], 3, false, U256::MAX, &bytes).is_err());
        prop_assert!(PlainProof::decode_base64(text.as_bytes()).is_err());
    }

    /// Every number of a valid proof, replaced by others near limits, in the parsed form, where all checks are reached.
    #[test]
    fn proofs_with_strange_numbers_are_judged(
        cert_version in 0u32..5,
        rank_penalty in any::<bool>(),
        changes in prop::collection::vec((0usize..12, any::<prop::sample::Index>(), limit()), 1..4),
    ) {
        let job = Job::small(3);
        let original = job.mine(1);
        let mut proof = original.clone();
        for (field, index, value) in changes {
            let at = |length: usize| index.index(length.max(1));
            match field {
                0 => proof.m = value,
                1 => proof.n = value,
                2 => proof.k = value,
                3 => proof.noise_rank = value,
                4 => proof.a.total_leaves = value,
                5 => proof.bt.total_leaves = value,
                6 => { let i = at(proof.a.row_indices.len()); proof.a.row_indices[i..].iter_mut().for_each(|row| *row = row.wrapping_add(value)) }
                7 => { let i = at(proof.bt.row_indices.len()); proof.bt.row_indices[i..].iter_mut().for_each(|row| *row = row.wrapping_add(value)) }
                8 => { let i = at(proof.a.leaf_indices.len()); proof.a.leaf_indices[i] = value }
                9 => { let i = at(proof.bt.leaf_data.len()); proof.bt.leaf_data[i].resize((value % 3000) as usize, 1) }
                10 => proof.a.siblings.truncate((value % 4) as usize),
                _ => {
                    // Everything that follows from the sizes made to agree with them, so that the later checks see them.
                    let leaves = |rows: u64| u128::from(rows) * u128::from(proof.k);
                    proof.a.total_leaves = leaves(proof.m).div_ceil(1024) as u64;
                    proof.bt.total_leaves = leaves(proof.n).div_ceil(1024) as u64;
                }
            }
        }
        let verdict = verify::open(&job.header, cert_version, rank_penalty, &proof);
        if proof != original {
            prop_assert!(verdict.is_err());
        }
    }
}
