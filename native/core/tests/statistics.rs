//! What tells an honest rate from a fast wrong one: the number of wins agrees with the multiply-accumulates counted.

use pearl_core::kernels::Kernel;
use pearl_core::pattern::Pattern;
use pearl_core::search::{Job, Matrix, Shape, WholeAttempt, search_whole};
use pearl_core::target::U256;

/// Wins expected in each case; three standard deviations are then 15 % of it.
const EXPECTED: f64 = 400.0;

#[test]
fn the_number_of_wins_agrees_with_the_work_counted() {
    let tile = |size| Pattern::contiguous(size).unwrap();
    let shapes = [
        Shape::new(1024, 1536, 2048, 128, tile(16), tile(16)),
        // A trailing part of k that does not count, and a tile of another size.
        Shape::new(1000, 1500, 2112, 128, tile(8), tile(16)),
    ];
    let kernel = Kernel::all().next().unwrap();
    for shape in shapes {
        for eliminate in [false, true] {
            let attempts = 4u32;
            let tiles = (shape.m / shape.config.rows.size()) * (shape.n / shape.config.cols.size());
            let macs = f64::from(tiles) * shape.macs_per_tile() as f64 * f64::from(attempts);
            // The target whose expected work, 2^256 / target, is met EXPECTED times.
            let target = (EXPECTED / macs * 2f64.powi(64)) as u64;
            let mut wins = 0;
            for nonce in 0..attempts {
                let job = Job {
                    id: 1,
                    header: [shape.config.k as u8; 76],
                    cert_version: 3,
                    target: U256::from_limbs([0, 0, 0, target]),
                    shape,
                    allow_saturated: false,
                };
                let whole = WholeAttempt {
                    kernel,
                    a: Matrix::Constant(kernel.base()),
                    bt: Matrix::Constant(0),
                    nonce: Some(u64::from(nonce)),
                    memory_bytes: 1 << 30,
                    block_rows: None,
                    eliminate,
                };
                let searched = search_whole(job, &whole).unwrap();
                assert_eq!(searched.tiles, u64::from(tiles));
                wins += searched.found.len();
            }
            let deviation = (wins as f64 - EXPECTED) / EXPECTED.sqrt();
            assert!(
                deviation.abs() < 3.0,
                "{wins} wins, {deviation:.1} sigma, elimination {eliminate}"
            );
        }
    }
}
