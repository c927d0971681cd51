use pearl_core::base64;
use pearl_core::merkle::Tree;
use pearl_core::pattern::Pattern;
use pearl_core::proof::{MatrixProof, PlainProof};
use pearl_core::seeds::hash_matrix;
use pearl_core::target::{U256, bound, nbits_from_target, target_from_nbits};
use proptest::prelude::*;

/// Bytes of a canonical pattern with up to three dimensions, not too long.
fn pattern_bytes() -> impl Strategy<Value = [u8; 6]> {
    (prop::collection::vec((1u8.., 1u8..12), 0..=3), any::<u8>()).prop_map(|(dims, first)| {
        let mut bytes = [0; 6];
        for (pair, (factor, length)) in bytes.chunks_mut(2).zip(dims) {
            pair.copy_from_slice(&[factor, length]);
        }
        if bytes[1] != 0 {
            bytes[0] = first; // only the first dimension may have the factor 1
        }
        bytes
    })
}

fn matrix_proof() -> impl Strategy<Value = MatrixProof> {
    let bytes = prop::collection::vec(any::<u8>(), 0..40);
    let numbers = || prop::collection::vec(any::<u64>(), 0..5);
    let node = prop::array::uniform32(any::<u8>());
    let nodes = prop::collection::vec(prop::array::uniform32(any::<u8>()), 0..5);
    (
        prop::collection::vec(bytes, 0..5),
        numbers(),
        any::<u64>(),
        node,
        nodes,
        numbers(),
    )
        .prop_map(
            |(leaf_data, leaf_indices, total_leaves, root, siblings, row_indices)| MatrixProof {
                leaf_data,
                leaf_indices,
                total_leaves,
                root,
                siblings,
                row_indices,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pattern_is_its_bytes_and_its_indices(bytes in pattern_bytes()) {
        if let Ok(pattern) = Pattern::from_bytes(bytes) {
            prop_assert_eq!(pattern.to_bytes(), bytes);
            let indices = pattern.indices();
            prop_assert!(indices.is_sorted_by(|a, b| a < b));
            prop_assert_eq!(indices.last().copied(), Some(pattern.max()));
            prop_assert_eq!(Pattern::from_indices(&indices), Ok(pattern));
            // Taking an index away or adding one leaves something else, or nothing valid.
            prop_assert_ne!(Pattern::from_indices(&indices[1..]), Ok(pattern));
            prop_assert_ne!(Pattern::from_indices(&indices[..indices.len() - 1]), Ok(pattern));
        } else {
            let period: u64 = bytes.iter().map(|&byte| u64::from(byte) + 1).product();
            prop_assert!(period > 1 << 24, "{:?}", bytes);
        }
    }

    #[test]
    fn valid_offsets_tile_the_matrix_without_gap_or_overlap(bytes in pattern_bytes()) {
        let pattern = Pattern::from_bytes(bytes);
        prop_assume!(pattern.is_ok_and(|pattern| pattern.period() <= 1 << 16));
        let pattern = pattern.unwrap();
        let mut rows: Vec<u32> = pattern
            .offsets(pattern.period() + pattern.max())
            .filter(|&offset| offset < pattern.period())
            .flat_map(|offset| pattern.iter().map(move |index| index + offset))
            .collect();
        rows.sort_unstable();
        prop_assert!(rows.into_iter().eq(0..pattern.period()));
    }

    #[test]
    fn any_byte_pattern_that_is_read_is_canonical(bytes in any::<[u8; 6]>()) {
        if let Ok(pattern) = Pattern::from_bytes(bytes) {
            prop_assert_eq!(pattern.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_index_list_is_refused_or_read_back_the_same(
        indices in prop::collection::vec(0u32..64, 0..10),
        mut sorted in prop::collection::btree_set(0u32..12, 0..8),
    ) {
        sorted.insert(0);
        let sorted: Vec<u32> = sorted.into_iter().collect();
        for indices in [indices, sorted] {
            if let Ok(pattern) = Pattern::from_indices(&indices) {
                prop_assert_eq!(Pattern::from_bytes(pattern.to_bytes()), Ok(pattern));
                prop_assert_eq!(pattern.indices(), indices);
            }
        }
    }

    #[test]
    fn a_proof_is_its_bytes(
        numbers in any::<[u64; 4]>(), a in matrix_proof(), bt in matrix_proof(),
    ) {
        let [m, n, k, noise_rank] = numbers;
        let proof = PlainProof { m, n, k, noise_rank, a, bt };
        let bytes = proof.encode();
        prop_assert_eq!(bytes.len(), proof.encoded_len());
        prop_assert_eq!(PlainProof::decode(&bytes[..bytes.len() - 1]), Ok(proof.clone()));
        for length in 0..bytes.len() - 1 {
            prop_assert!(PlainProof::decode(&bytes[..length]).is_err());
        }
        prop_assert_eq!(PlainProof::decode_base64(base64::encode(&bytes).as_bytes()), Ok(proof.clone()));
        prop_assert_eq!(PlainProof::decode(&bytes), Ok(proof));
    }

    #[test]
    fn base64_has_one_text_for_each_byte_string(bytes in prop::collection::vec(any::<u8>(), 0..50), text in "[A-Za-z0-9+/=]{0,12}") {
        prop_assert_eq!(base64::decode(base64::encode(&bytes).as_bytes()), Some(bytes));
        if let Some(decoded) = base64::decode(text.as_bytes()) {
            prop_assert_eq!(base64::encode(&decoded), text);
        }
    }

    #[test]
    fn a_target_rounds_down_to_its_compact_form(bytes in any::<[u8; 32]>(), zeros in 0usize..33) {
        let mut bytes = bytes;
        bytes[..zeros].fill(0);
        let target = U256::from_be_bytes(&bytes);
        let nbits = nbits_from_target(target);
        let rounded = target_from_nbits(nbits);
        prop_assert!(rounded <= target);
        prop_assert_eq!(nbits_from_target(rounded), nbits);
        // Only what 15 bits below the first cannot tell is lost: the next mantissa is above the target.
        if nbits >> 24 >= 3 && nbits & 0x7f_ffff != 0x7f_ffff {
            let above = target_from_nbits(nbits + 1);
            prop_assert!(above > target || above == U256::ZERO, "{:08x} {:?}", nbits, target);
        }
    }

    #[test]
    fn bounds_are_exact_products(target in any::<[u64; 2]>(), factor in any::<u64>()) {
        let [low, high] = target;
        let found = bound(U256::from_limbs([low, high, 0, 0]), factor);
        let (low, high) = (u128::from(low) * u128::from(factor), u128::from(high) * u128::from(factor));
        let high = high + (low >> 64);
        let limbs = [low as u64, high as u64, (high >> 64) as u64, 0];
        prop_assert_eq!((found.value, found.overflowed), (U256::from_limbs(limbs), false));
        prop_assert_eq!(bound(U256::MAX, factor).overflowed, factor > 1);
    }

    #[test]
    fn trees_are_blake3_whatever_their_length(length in 0usize..20_000, key in any::<[u8; 32]>()) {
        let bytes: Vec<u8> = (0..length).map(|i| (i * 31 % 251) as u8).collect();
        prop_assume!(length > 0);
        prop_assert_eq!(Tree::from_bytes(&key, &bytes).root(), hash_matrix(&key, &bytes));
    }
}
