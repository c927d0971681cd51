//! Everything that has `unsafe` in it or reads foreign bytes, once, in the smallest size there is: what an interpreter
//! (Miri), which checks every access to memory, gets through in minutes (`npm run audit:memory`).

#[allow(dead_code, reason = "not all of it is used here")]
#[path = "properties/miner.rs"]
mod miner;

use miner::Job as Known;
use pearl_core::kernels::Kernel;
use pearl_core::pattern::Pattern;
use pearl_core::proof::PlainProof;
use pearl_core::search::{
    Event, Job, Matrices, Matrix, Miner, MinerOptions, Shape, WholeAttempt, search_whole,
};
use pearl_core::target::{U256, nbits_from_target, target_from_nbits};
use pearl_core::verify::verify;
use std::sync::mpsc::channel;

/// Two rows of tiles and two columns; one tile alone where each step is interpreted.
const SIDES: (u32, u32) = if cfg!(miri) { (4, 8) } else { (8, 16) };

fn job() -> Job {
    let (rows, cols) = (Pattern::contiguous(4), Pattern::contiguous(8));
    Job {
        id: 1,
        header: [7; 76],
        cert_version: 3,
        target: U256::MAX,
        shape: Shape::new(SIDES.0, SIDES.1, 1024, 32, rows.unwrap(), cols.unwrap()),
        allow_saturated: true,
    }
}

#[test]
fn a_proof_is_decoded_judged_and_refused_when_altered() {
    let known = Known::small(3);
    let mut bytes = known.mine(1).encode();
    assert_eq!(PlainProof::decode(&bytes).unwrap().encode(), bytes);
    known.verify(&bytes).unwrap();
    // Cut off, and with wild lengths: everything that the decoder takes on trust.
    for length in (0..bytes.len() - 1).step_by(997) {
        assert!(PlainProof::decode(&bytes[..length]).is_err());
    }
    for at in [0, 8, 32, 40, bytes.len() - 9] {
        let before: [u8; 8] = bytes[at..at + 8].try_into().unwrap();
        for claim in [u64::MAX, 1 << 63, 1 << 32, 3] {
            bytes[at..at + 8].copy_from_slice(&claim.to_le_bytes());
            assert!(known.verify(&bytes).is_err(), "{claim} at {at}");
        }
        bytes[at..at + 8].copy_from_slice(&before);
    }
    known.verify(&bytes).unwrap();
}

#[test]
fn numbers_and_patterns_are_read_back() {
    for nbits in [
        0,
        1,
        0x0100_0000,
        0x1d00_ffff,
        0x207f_ffff,
        0x2100_ffff,
        u32::MAX,
    ] {
        let target = target_from_nbits(nbits);
        assert_eq!(target_from_nbits(nbits_from_target(target)), target);
    }
    for bytes in [[0; 6], [0, 3, 0, 0, 0, 0], [0, 1, 3, 1, 3, 1], [255; 6]] {
        if let Ok(pattern) = Pattern::from_bytes(bytes) {
            assert_eq!(Pattern::from_indices(&pattern.indices()), Ok(pattern));
        }
    }
}

#[test]
fn every_kernel_here_passes_its_known_answer_test() {
    for kernel in Kernel::all() {
        assert!(kernel.self_test(), "{}", kernel.name());
    }
}

#[test]
fn an_attempt_is_searched_with_every_kernel_and_proved() {
    for kernel in Kernel::all() {
        for (a, bt, nonce) in [
            (Matrix::Constant(1), Matrix::Constant(0), Some(5)),
            (Matrix::Random(1), Matrix::Random(2), None),
        ] {
            let whole = WholeAttempt {
                kernel,
                a,
                bt,
                nonce,
                memory_bytes: 1 << 22,
                block_rows: Some(4),
                eliminate: true,
            };
            let searched = search_whole(job(), &whole).unwrap();
            assert_eq!(searched.found.len(), if cfg!(miri) { 1 } else { 4 });
            let found = searched.found.last().unwrap();
            let proof = searched.prove(found).proof;
            let ticket = verify(&job().header, 3, false, U256::MAX, &proof).unwrap();
            assert_eq!(ticket.hash, found.hash, "{}", kernel.name());
        }
    }
}

#[test]
fn threads_mine_a_job_hand_on_its_winners_and_end() {
    let (sender, receiver) = channel();
    let options = MinerOptions {
        threads: 2,
        kernel: None,
        memory_bytes: 1 << 22,
        matrices: Matrices::Constant,
        block_rows: None,
        eliminate: true,
        idle_priority: false,
    };
    let on_event = move |event| {
        // The receiver is gone at the end.
        let _ = sender.send(event);
    };
    let mut miner = Miner::start(options, Box::new(on_event)).unwrap();
    miner.set_job(job()).unwrap();
    let Event::Solution(solution) = receiver.recv().unwrap() else {
        panic!("the first event is no winner");
    };
    verify(&job().header, 3, false, U256::MAX, &solution.proof).unwrap();
    miner.pause();
    miner.resume();
    miner.stop();
    assert!(miner.stats().tiles > 0);
}
