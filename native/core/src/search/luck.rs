//! Luck with B's seed: some seeds let cycle elimination save more than others, so a job takes the best of several. What makes
//! one differ is a nonce in a row of BT that no tile covers: a column of B that costs nothing.

use super::commitment::Commitment;
use super::groups::Groups;
use super::noise_table::Source;
use super::parallel::Parallel;
use super::plan::{Pair, Plan};
use super::shape::Shape;
use std::sync::Mutex;

/// Seeds that are tried. Each costs a job what planning costs, 1 to 2 ms of one core; 16 save 0.6 % of the multiplications.
const TRIES: u8 = 16;
/// Smaller attempts are those of tests and toy networks, whose jobs should begin at once.
const LEAST_MACS: u64 = 1 << 36;

/// A row of BT behind those that tiles cover, with a nonce in its first entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spare {
    /// Its first entry, counted from the first of BT.
    start: u64,
    nonce: u8,
}

impl Spare {
    /// The row behind the last one, if there is something to win and the shape has room for it: no tile may reach it. A pool that
    /// asks for a shape asks for `n` to the number, and for a power of two: such a shape stays as it is.
    pub fn of(shape: &Shape) -> Option<Spare> {
        let Shape { m, n, config } = *shape;
        let macs = u64::from(m) * u64::from(n) * u64::from(config.k);
        let tiles = |n| Groups::new(config.cols, n).count();
        let is_free = tiles(n + 1) == tiles(n);
        let start = u64::from(n) * u64::from(config.k);
        let may_vary = macs >= LEAST_MACS && !n.is_power_of_two();
        (may_vary && is_free).then_some(Spare { start, nonce: 0 })
    }

    /// Its first entry.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Puts the nonce, a bit an entry, into the part of BT that begins with entry `first`.
    pub fn fill(&self, first: u64, out: &mut [u8]) {
        for bit in 0..8 {
            let at = (self.start + bit).checked_sub(first);
            let entry = at.and_then(|at| out.get_mut(usize::try_from(at).ok()?));
            if let Some(entry) = entry {
                *entry = (self.nonce >> bit & 1).wrapping_neg();
            }
        }
    }
}

/// B as a seed makes it.
pub struct Seeded {
    pub spare: Option<Spare>,
    pub commitment: Commitment,
    pub seed: [u8; 32],
    pub source: Source,
    pub pairs: Vec<Pair>,
    pub plan: Plan,
}

/// What `make` makes of the seed that saves most, of one where there is no spare row. `None` when it was cancelled.
pub fn best(
    spare: Option<Spare>,
    parallel: &Parallel<'_>,
    make: impl Fn(Option<Spare>, &Parallel<'_>) -> Option<Seeded> + Sync,
) -> Option<Seeded> {
    let Some(spare) = spare else {
        return make(None, parallel);
    };
    let alone = Parallel {
        threads: 1,
        ..*parallel
    };
    let best = Mutex::new(None::<Seeded>);
    let complete = parallel.for_each(0..TRIES, |nonces| {
        for nonce in nonces {
            let Some(made) = make(Some(Spare { nonce, ..spare }), &alone) else {
                return;
            };
            let mut best = best.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            // Of equals the first nonce, whichever thread was faster.
            let rank = |made: &Seeded| {
                (
                    made.plan.positions.len(),
                    made.spare.map(|spare| spare.nonce),
                )
            };
            if best.as_ref().is_none_or(|best| rank(&made) < rank(best)) {
                *best = Some(made);
            }
        }
    });
    let best = best
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    best.filter(|_| complete)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Kernel;
    use crate::noise::Side;
    use crate::pattern::Pattern;
    use crate::seeds::b_noise_seed;
    use std::time::Instant;

    fn shape(m: u32, n: u32) -> Shape {
        let tile = Pattern::contiguous(16).unwrap();
        Shape::new(m, n, 2048, 128, tile, tile)
    }

    #[test]
    fn a_row_is_spare_where_no_tile_reaches_it_and_the_attempt_is_large() {
        assert_eq!(
            Spare::of(&shape(16384, 12288)).map(|spare| spare.start),
            Some(12288 * 2048)
        );
        // One row more would make one tile more.
        assert_eq!(Spare::of(&shape(16384, 12287)), None);
        assert_eq!(Spare::of(&shape(1024, 1008)), None);
        assert_eq!(
            Spare::of(&shape(131_072, 131_072)),
            None,
            "the shape of pools"
        );
    }

    #[test]
    fn the_nonce_is_written_where_it_belongs_in_whatever_part_is_asked_for() {
        let spare = Spare {
            start: 100,
            nonce: 0b1000_0101,
        };
        let part = |first: u64, length: usize| {
            let mut out = vec![0; length];
            spare.fill(first, &mut out);
            out
        };
        let whole = part(90, 30);
        let set: Vec<usize> = (0..30).filter(|&at| whole[at] == 255).collect();
        assert_eq!(set, [10, 12, 17]);
        for (first, length) in [(0, 100), (98, 4), (101, 3), (107, 1), (108, 50)] {
            let expected = (first..first + length as u64)
                .map(|at| u8::from([100, 102, 107].contains(&at)).wrapping_neg());
            assert_eq!(part(first, length), expected.collect::<Vec<_>>());
        }
    }

    /// Prints what docs/performance.md says: `cargo test -p pearl-core --release best_seed -- --nocapture`.
    #[test]
    fn the_best_seed_of_a_job_saves_more_than_its_first() {
        const JOBS: u8 = 24;
        let (k, rank, depth, rows) = (2048, 128, 4, 64);
        let parallel = Parallel {
            threads: 1,
            idle_priority: false,
            cancelled: &|| false,
        };
        let multiplied = |plan: &Plan| 1.0 - plan.saved(k);
        let (first, mut best_of_all) = (Mutex::new(0.0), 0.0);
        let begun = Instant::now();
        for job in 0..JOBS {
            let key = [job; 32];
            let zero = Commitment::build(&key, rows + 1, k, &parallel, &|_, out| out.fill(0));
            let zero = zero.unwrap();
            let spare = Spare {
                start: u64::from(rows * k),
                nonce: 0,
            };
            let made = best(Some(spare), &parallel, |spare, parallel| {
                let spare = spare?;
                let mut commitment = zero.clone();
                let root = commitment.replace_at(spare.start(), &|at, out| {
                    out.fill(0);
                    spare.fill(at, out);
                });
                let seed = b_noise_seed(3, &key, &root, rows + 1);
                let source = Source::new(Kernel::SCALAR, Side::B, &seed, rank);
                let pairs = source.pairs(k);
                let plan = Plan::eliminated(&pairs, rank, depth, parallel)?;
                if spare.nonce == 0 {
                    *first.lock().unwrap() += multiplied(&plan) / f64::from(JOBS);
                }
                Some(Seeded {
                    spare: Some(spare),
                    commitment,
                    seed,
                    source,
                    pairs,
                    plan,
                })
            });
            best_of_all += multiplied(&made.unwrap().plan) / f64::from(JOBS);
        }
        let first = first.into_inner().unwrap();
        let gain = first / best_of_all - 1.0;
        println!(
            "saved by the first seed {:.2} %, by the best of {TRIES} {:.2} %: {:.2} % more tickets; {:.1} ms a job",
            100.0 * (1.0 - first),
            100.0 * (1.0 - best_of_all),
            100.0 * gain,
            begun.elapsed().as_secs_f64() * 1000.0 / f64::from(JOBS)
        );
        assert!((0.003..0.01).contains(&gain), "{gain}");
    }
}
