//! Bytes from nowhere: judged or refused, never a panic.

use crate::miner::Job;
use pearl_core::proof::PlainProof;
use pearl_core::refusal::Reason;
use pearl_core::seeds::CERT_VERSIONS;
use pearl_core::target::U256;
use pearl_core::verify::{self, Ticket};
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

    /// Every number of a valid proof, replaced by others near limits, in the parsed form, where all checks are reached. What is
    /// not refused differs in the matrices' sizes alone, and is worth no more than the original.
    #[test]
    fn proofs_with_strange_numbers_are_refused_or_hold_no_more_than_the_original(
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
        let Ok(ticket) = verify::open(&job.header, cert_version, rank_penalty, &proof) else {
            return Ok(());
        };
        prop_assert_eq!(&resized(&original, proof.m, proof.n), &proof);
        let original = verify::open(&job.header, cert_version, rank_penalty, &original).unwrap();
        let judged = judge_sizes(cert_version, &original, &ticket);
        prop_assert!(judged.is_ok(), "{:?}", judged);
    }
}

/// The proof for matrices of other sizes, with the leaf counts that follow from them.
fn resized(proof: &PlainProof, m: u64, n: u64) -> PlainProof {
    let leaves = |rows: u64| (u128::from(rows) * u128::from(proof.k)).div_ceil(1024) as u64;
    let mut resized = proof.clone();
    (resized.m, resized.n) = (m, n);
    (resized.a.total_leaves, resized.bt.total_leaves) = (leaves(m), leaves(n));
    resized
}

/// What a change of the sizes alone may do to a ticket. Where the opened leaves have paths of one shape in both trees, the
/// root does not tell the sizes apart. The seeds of versions 1 and 2 hash nothing but the roots, so the ticket stays the same;
/// those of version 3 hash the sizes too, so the ticket is another draw, with other noise and another hash.
fn judge_sizes(cert_version: u32, original: &Ticket, altered: &Ticket) -> Result<(), String> {
    let same_sizes = (original.m, original.n) == (altered.m, altered.n);
    if cert_version < 3 || same_sizes {
        let (m, n) = (original.m, original.n);
        let as_before = Ticket {
            m,
            n,
            ..altered.clone()
        };
        return if as_before == *original {
            Ok(())
        } else {
            Err(format!("{altered:?}"))
        };
    }
    let another_draw = altered.seeds.a != original.seeds.a && altered.hash != original.hash;
    // A's seed hashes B's, and B's does not know `m`.
    let same_b = altered.seeds.b == original.seeds.b;
    if another_draw && same_b == (altered.n == original.n) {
        Ok(())
    } else {
        Err(format!("{altered:?}"))
    }
}

#[test]
fn a_size_that_the_tree_does_not_show_is_bound_by_the_seeds_of_version_3_alone() {
    let job = Job::small(3);
    let proof = job.mine(1);
    for cert_version in CERT_VERSIONS {
        let original = verify::open(&job.header, cert_version, false, &proof).unwrap();
        // The last tile of 13 rows ends at row 11: its path has one shape for 13 to 16 leaves.
        for m in 13..=16 {
            let altered = resized(&proof, m, proof.n);
            let altered = verify::open(&job.header, cert_version, false, &altered).unwrap();
            assert_eq!(judge_sizes(cert_version, &original, &altered), Ok(()));
            assert_eq!(altered.hash == original.hash, cert_version < 3 || m == 13);
        }
        let larger = resized(&proof, 17, proof.n);
        let refusal = verify::open(&job.header, cert_version, false, &larger).unwrap_err();
        assert_eq!(refusal.reason, Reason::MerkleSiblings);
    }
}
