//! The miner as a whole: real threads, real jobs, every solution judged by `verify`.

use pearl_core::pattern::Pattern;
use pearl_core::search::{Event, Job, Matrices, Miner, MinerOptions, Shape, Solution};
use pearl_core::target::U256;
use pearl_core::verify::verify;
use std::collections::HashSet;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

fn options(matrices: Matrices) -> MinerOptions {
    MinerOptions {
        threads: 2,
        kernel: None,
        memory_bytes: 256 << 20,
        matrices,
        block_rows: None,
        eliminate: true,
        idle_priority: false,
    }
}

fn start(options: MinerOptions) -> (Miner, Receiver<Solution>) {
    let (sender, receiver) = channel();
    let on_event = move |event| {
        let Event::Solution(solution) = event else {
            panic!("{event:?}");
        };
        // The receiver is gone at the end of a test.
        let _ = sender.send(solution);
    };
    (Miner::start(options, Box::new(on_event)).unwrap(), receiver)
}

/// A small shape that mainnet would take, with a win in about every `tiles_per_win` tiles.
fn job(id: u64, cert_version: u32, tiles_per_win: u64) -> Job {
    let tile = Pattern::contiguous(16).unwrap();
    let shape = Shape::new(2048, 1024, 2048, 128, tile, tile);
    let per_mac = u64::MAX / (16 * 16 * 2048 * tiles_per_win);
    Job {
        id,
        header: [id as u8; 76],
        cert_version,
        target: U256::from_limbs([0, 0, 0, per_mac]),
        shape,
        allow_saturated: false,
    }
}

fn check(job: &Job, solution: &Solution) {
    let ticket = verify(
        &job.header,
        job.cert_version,
        true,
        job.target,
        &solution.proof,
    )
    .unwrap();
    assert_eq!(ticket.hash, solution.hash);
    assert_eq!(
        (ticket.t_rows, ticket.t_cols),
        (solution.t_rows, solution.t_cols)
    );
}

#[test]
fn solutions_verify_under_every_certificate_version_and_on_either_kind_of_matrices() {
    for matrices in [Matrices::Constant, Matrices::Random] {
        let (miner, solutions) = start(options(matrices));
        for cert_version in 1..=3 {
            let job = job(u64::from(cert_version), cert_version, 2000);
            miner.set_job(job).unwrap();
            let mut checked = 0;
            while checked < 20 {
                let solution = solutions.recv_timeout(PATIENCE).unwrap();
                // One of the job before may still be under way.
                if solution.job_id == job.id {
                    check(&job, &solution);
                    checked += 1;
                }
            }
        }
    }
}

#[test]
fn no_solution_comes_twice() {
    let (miner, solutions) = start(options(Matrices::Constant));
    miner.set_job(job(1, 3, 500)).unwrap();
    let mut hashes: Vec<_> = (0..500)
        .map(|_| solutions.recv_timeout(PATIENCE).unwrap().hash)
        .collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 500);
}

#[test]
fn a_new_job_takes_over_and_the_counters_only_ever_rise() {
    let (mut miner, solutions) = start(options(Matrices::Constant));
    let mut macs = 0;
    for id in 1..=5 {
        miner.set_job(job(id, 3, 2000)).unwrap();
        let deadline = Instant::now() + PATIENCE;
        while solutions.recv_timeout(PATIENCE).unwrap().job_id != id {
            assert!(Instant::now() < deadline);
            let stats = miner.stats();
            assert!(stats.macs >= macs);
            macs = stats.macs;
        }
        // Counted when the first of its tiles are through, one of which the solution may be.
        while miner.stats().job_switch_seconds.is_none() {
            assert!(Instant::now() < deadline);
            thread::yield_now();
        }
    }
    let deadline = Instant::now() + PATIENCE;
    while miner.stats().per_thread.iter().any(|one| one.tiles == 0) {
        assert!(Instant::now() < deadline);
        thread::yield_now();
    }
    miner.clear_job();
    let stats = miner.stats();
    assert!(stats.macs >= macs && stats.tiles > 0 && stats.wins > 0 && stats.attempts > 0.0);
    assert_eq!(stats.macs, u128::from(stats.tiles) * 16 * 16 * 2048);
    let own: Vec<u64> = stats.per_thread.iter().map(|thread| thread.tiles).collect();
    assert_eq!(own.len(), 2);
    assert_eq!(own.iter().sum::<u64>(), stats.tiles);
    if cfg!(target_os = "linux") {
        let ids: HashSet<_> = stats.per_thread.iter().map(|thread| thread.id).collect();
        assert!(ids.len() == 2 && !ids.contains(&None));
    }
    miner.stop();
}

#[test]
fn pausing_stops_the_work_and_resuming_goes_on_also_with_a_job_that_came_meanwhile() {
    let (miner, solutions) = start(options(Matrices::Constant));
    miner.set_job(job(1, 3, 2000)).unwrap();
    solutions.recv_timeout(PATIENCE).unwrap();
    miner.pause();
    miner.set_job(job(2, 3, 2000)).unwrap();
    // What was under way comes to an end; then nothing moves.
    let deadline = Instant::now() + PATIENCE;
    loop {
        let before = miner.stats().tiles;
        thread::sleep(Duration::from_millis(50));
        if miner.stats().tiles == before {
            break;
        }
        assert!(Instant::now() < deadline);
    }
    while let Ok(solution) = solutions.try_recv() {
        assert_eq!(solution.job_id, 1);
    }
    miner.resume();
    // A winner that a thread had in its hand all the time may come first.
    while solutions.recv_timeout(PATIENCE).unwrap().job_id != 2 {
        assert!(Instant::now() < deadline);
    }
}

#[test]
fn a_storm_of_commands_leaves_the_last_job_in_force() {
    let (miner, solutions) = start(options(Matrices::Constant));
    for id in 1..=200 {
        miner.set_job(job(id, 3, 2000)).unwrap();
        match id % 7 {
            0 => miner.clear_job(),
            1 => miner.pause(),
            2 => miner.resume(),
            3 => thread::sleep(Duration::from_millis(3)),
            _ => {}
        }
    }
    miner.resume();
    miner.set_job(job(201, 3, 2000)).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while solutions.recv_timeout(PATIENCE).unwrap().job_id != 201 {
        assert!(Instant::now() < deadline);
    }
}

#[test]
fn jobs_that_cannot_be_mined_are_refused_with_their_code() {
    let (miner, _) = start(options(Matrices::Constant));
    let good = job(1, 3, 2000);
    let refusal = |job: Job| miner.set_job(job).unwrap_err().code();
    assert_eq!(
        refusal(Job {
            cert_version: 4,
            ..good
        }),
        "CERT_VERSION_UNKNOWN"
    );
    assert_eq!(
        refusal(Job {
            target: U256::ZERO,
            ..good
        }),
        "TARGET_ZERO"
    );
    assert_eq!(
        refusal(Job {
            target: U256::MAX,
            ..good
        }),
        "TARGET_OVERFLOW"
    );
    let mut shape = good.shape;
    shape.config.rank = 100;
    assert_eq!(refusal(Job { shape, ..good }), "SHAPE_INVALID");
    let mut shape = good.shape;
    (shape.config.k, shape.config.rank) = (65536, 128);
    (shape.config.rows, shape.config.cols) = (
        Pattern::contiguous(2).unwrap(),
        Pattern::contiguous(62).unwrap(),
    );
    assert_eq!(refusal(Job { shape, ..good }), "PROOF_TOO_LARGE");
}
