//! Nothing in a proof is free: whatever single bit is flipped, it is refused.

use crate::miner::Job;
use pearl_core::refusal::Reason;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Flips every bit, one at a time, of a proof mined under the given certificate version.
fn every_flipped_bit_is_refused(cert_version: u32) {
    let job = Job::small(cert_version);
    let mut proof = job.mine(u64::from(cert_version)).encode();
    job.verify(&proof).unwrap();
    let mut reasons = BTreeSet::new();
    for at in 0..proof.len() {
        for bit in 0..8 {
            proof[at] ^= 1 << bit;
            let refusal = job
                .verify(&proof)
                .expect_err(&format!("bit {bit} of byte {at}"));
            reasons.insert(refusal.reason.name());
            proof[at] ^= 1 << bit;
        }
    }
    job.verify(&proof).unwrap();
    // The target is all but certain to be met, so it is the structure that refused.
    assert!(!reasons.contains(Reason::Target.name()));
    for needed in [
        "decode",
        "moe",
        "dims",
        "total_leaves",
        "rows",
        "pattern",
        "leaf_indices",
        "root",
        "signal",
    ] {
        assert!(reasons.contains(needed), "{needed} in {reasons:?}");
    }
}

#[test]
fn every_flipped_bit_is_refused_under_certificate_version_1() {
    every_flipped_bit_is_refused(1);
}

#[test]
fn every_flipped_bit_is_refused_under_certificate_version_2() {
    every_flipped_bit_is_refused(2);
}

#[test]
fn every_flipped_bit_is_refused_under_certificate_version_3() {
    every_flipped_bit_is_refused(3);
}

#[test]
fn a_proof_holds_for_its_own_header_version_and_rank_rule_only() {
    let job = Job::small(3);
    let proof = job.mine(7).encode();
    let ticket = job.verify(&proof).unwrap();
    for byte in 0..job.header.len() {
        let mut other = Job::small(3);
        other.header[byte] ^= 1;
        assert_eq!(other.verify(&proof).unwrap_err().reason, Reason::Root);
    }
    let salted_otherwise = Job {
        cert_version: 2,
        ..Job::small(3)
    };
    assert_ne!(salted_otherwise.verify(&proof).unwrap().hash, ticket.hash);
    let penalised = Job {
        rank_penalty: true,
        ..Job::small(3)
    };
    let refusal =
        pearl_core::verify::verify(&penalised.header, 3, true, job.target(), &proof).unwrap_err();
    assert_eq!(refusal.reason, Reason::Rank);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn altered_proofs_of_mainnets_shape_are_refused(nonce in 0u64..2, at in any::<prop::sample::Index>(), mask in 1u8..) {
        let job = Job::mainnet();
        let mut proof = job.mine(nonce).encode();
        prop_assert!(job.verify(&proof).is_ok());
        let at = at.index(proof.len());
        proof[at] ^= mask;
        prop_assert!(job.verify(&proof).is_err(), "byte {} ^ {:#x}", at, mask);
    }
}
