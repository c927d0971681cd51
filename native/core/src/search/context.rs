//! Everything that is fixed for a job: keys, commitments, B's noise, the layout and, where there is room, packed B'.

use super::attempt::Attempt;
use super::buffer::Buffer;
use super::commitment::Commitment;
use super::groups::Groups;
use super::layout::{Layout, Limits};
use super::luck::{self, Seeded, Spare};
use super::matrix::Nonced;
use super::noise_table::{NoiseTable, Source};
use super::numa;
use super::odds;
use super::operands::{Operands, Storage};
use super::os;
use super::parallel::Parallel;
use super::plan::Plan;
use super::shape::{Job, JobError};
use super::stats::Worth;
use crate::config::job_key;
use crate::kernels::Kernel;
use crate::noise::Side;
use crate::seeds;
use crate::target::Bound;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

/// A job made ready.
pub struct Context {
    /// The job.
    pub job: Job,
    /// Largest winning hash.
    pub bound: Bound,
    /// The kernel it is packed for.
    pub kernel: Kernel,
    /// Tiles of A's rows and of B's columns.
    pub rows: Groups,
    /// See `rows`.
    pub cols: Groups,
    /// How it is cut up.
    pub layout: Layout,
    /// Which columns of `k` are multiplied.
    pub plan: Plan,
    pub(super) operands: Operands,
    /// A row of BT that no tile covers.
    spare: Option<Spare>,
    pub(super) b_seed: [u8; 32],
    pub(super) a_commitment: Commitment,
    pub(super) bt_commitment: Commitment,
    pub(super) b_source: Source,
    pub(super) b_table: NoiseTable,
    pub(super) storage: Storage,
    /// By how much each position of A' is stored higher; empty where none is.
    pub(super) raises: Vec<u8>,
    /// The positions that corrections are about, step by step.
    pub(super) raised_positions: Vec<Vec<u32>>,
    /// All of packed B', once or for each memory node; nothing where each thread packs column blocks.
    shared: Vec<Buffer>,
    attempt: Mutex<Arc<Attempt>>,
}

impl Context {
    /// Prepares a job: about 15 ms for `light` on two cores. `Ok(None)` when it was cancelled.
    ///
    /// # Errors
    /// Every [`JobError`].
    pub fn prepare(
        job: Job,
        kernel: Kernel,
        operands: Operands,
        limits: &Limits<'_>,
        shared: &mut Vec<Buffer>,
        parallel: &Parallel<'_>,
    ) -> Result<Option<Context>, JobError> {
        let bound = job.validate()?;
        let mut shape = job.shape;
        let config = shape.config;
        let (k, rank) = (config.k, u32::from(config.rank));
        let rows = Groups::new(config.rows, shape.m);
        let cols = Groups::new(config.cols, shape.n);

        let job_key = job_key(&job.header, &config);
        let commit = |dim: u32, fill: super::commitment::Fill<'_>| {
            Commitment::build(&job_key, dim, k, parallel, fill)
        };
        let folds = kernel.folds() && operands.are_constant(kernel) && limits.eliminate;
        let spare = Spare::of(&shape).filter(|_| folds);
        shape.n += u32::from(spare.is_some());
        let job = Job { shape, ..job };
        let entries = |dim: u32| u64::from(dim) * u64::from(k);
        let a = Nonced {
            matrix: &operands.a,
            nonce: operands.first_nonce,
        };
        let a_commitment = commit(shape.m, &|at, out| a.fill(at, entries(shape.m), out));
        let fill_bt = |at: u64, out: &mut [u8]| operands.bt.fill(at, entries(shape.n), out);
        let bt_commitment = commit(shape.n, &fill_bt);
        let (Some(a_commitment), Some(bt_commitment)) = (a_commitment, bt_commitment) else {
            return Ok(None);
        };
        let depth = kernel.geometry().depth;
        let seeded = luck::best(spare, parallel, |spare, parallel| {
            let mut commitment = bt_commitment.clone();
            if let Some(spare) = spare {
                commitment.replace_at(spare.start(), &|at, out| {
                    fill_bt(at, out);
                    spare.fill(at, out);
                });
            }
            let root = commitment.root();
            let seed = seeds::b_noise_seed(job.cert_version, &job_key, &root, shape.n);
            let source = Source::new(kernel, Side::B, &seed, rank);
            let pairs = source.pairs(config.used_k());
            let plan = if folds {
                Plan::eliminated(&pairs, rank, depth, parallel)?
            } else {
                Plan::plain(config.used_k(), rank, depth)
            };
            Some(Seeded {
                spare,
                commitment,
                seed,
                source,
                pairs,
                plan,
            })
        });
        let Some(Seeded {
            spare,
            commitment: bt_commitment,
            seed: b_seed,
            source: b_source,
            pairs,
            plan,
        }) = seeded
        else {
            return Ok(None);
        };
        let b_table = NoiseTable::of_b(kernel, &plan, &pairs);
        let storage = Storage::of(&operands, kernel, &plan);
        // 64 bytes of tree for each 64 KiB of the matrices; tables of some bytes for each column.
        let trees = (u64::from(shape.m) + u64::from(shape.n)) * u64::from(k) / 1024;
        let fixed_bytes = trees as usize + 64 * plan.positions.len();
        let layout = Layout::new(
            kernel.geometry(),
            (&rows, &cols),
            &plan,
            storage.words(&plan),
            fixed_bytes,
            limits,
        )?;
        let first = Attempt::new(
            kernel,
            &job,
            &plan,
            &b_seed,
            &a_commitment.root(),
            operands.first_nonce,
        );
        // What an earlier job had more of goes back to the system.
        shared.truncate(if layout.is_shared() { layout.copies } else { 0 });
        if layout.is_shared() {
            shared.resize_with(layout.copies, Buffer::empty);
            let length = layout.panels * layout.panel_bytes;
            let missing = (shared.iter_mut()).any(|copy| copy.reserve(length).is_err());
            if missing {
                return Err(JobError::Memory {
                    needed: layout.memory_bytes,
                });
            }
        }
        let mut context = Context {
            job,
            bound,
            kernel,
            rows,
            cols,
            layout,
            raises: storage.raises(&plan),
            raised_positions: storage.raised_positions(&plan),
            plan,
            operands,
            spare,
            b_seed,
            a_commitment,
            bt_commitment,
            b_source,
            b_table,
            storage,
            shared: Vec::new(),
            attempt: Mutex::new(Arc::new(first)),
        };
        let packed = match (&mut shared[..], limits.nodes) {
            // Each copy by threads of its node, whose memory a page then is that they touch first.
            (copies @ [_, _, ..], nodes) => std::thread::scope(|scope| {
                let helpers = Parallel {
                    threads: (parallel.threads / nodes.len()).max(1),
                    ..*parallel
                };
                let context = &context;
                let packing: Vec<_> = (copies.iter_mut().zip(nodes))
                    .map(|(copy, node)| {
                        scope.spawn(move || {
                            if helpers.idle_priority {
                                os::yield_to_everything();
                            }
                            numa::stay_on(node);
                            context.pack_all(copy, &helpers)
                        })
                    })
                    .collect();
                (packing.into_iter()).fold(true, |packed, thread| match thread.join() {
                    Ok(done) => packed && done,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
            }),
            ([copy], _) => context.pack_all(copy, parallel),
            ([], _) => true,
        };
        if !packed {
            return Ok(None);
        }
        context.shared = std::mem::take(shared);
        Ok(Some(context))
    }

    /// Packs all of B'. False when it was cancelled.
    fn pack_all(&self, out: &mut Buffer, parallel: &Parallel<'_>) -> bool {
        let panels = (out.bytes_mut())
            .chunks_exact_mut(self.layout.panel_bytes)
            .take(self.layout.panels);
        parallel.for_each(panels.enumerate(), |panels| {
            let mut scratch = self.row_scratch();
            for (panel, out) in panels {
                self.pack_panel(panel, out, &mut scratch);
            }
        })
    }

    /// Gives the large buffers back for the next job.
    pub fn into_buffers(self) -> Vec<Buffer> {
        self.shared
    }

    /// All of B', packed, as the threads of a node read it; nothing where each thread packs its own column blocks.
    pub fn shared_panels(&self, node: usize) -> &[u8] {
        (self.shared.get(node).or(self.shared.first())).map_or(&[], Buffer::bytes)
    }

    /// The part of the multiplications that is saved.
    pub fn eliminated(&self) -> f64 {
        self.plan.saved(self.job.shape.config.used_k())
    }

    /// The share of tickets that sums lose by wrapping.
    pub fn spoiled_share(&self) -> f64 {
        if !self.storage.is_centred() {
            return 0.0;
        }
        let config = &self.job.shape.config;
        let entries = config.rows.size() * config.cols.size();
        odds::spoiled_share(&self.plan, config.rank, entries as usize)
    }

    /// What a tile is worth.
    pub fn worth(&self) -> Worth {
        let macs = self.job.shape.macs_per_tile() as f64;
        Worth {
            // A spoiled ticket cannot win.
            macs_per_tile: (macs * (1.0 - self.spoiled_share())) as u64,
            tiles_per_attempt: u64::from(self.rows.count()) * u64::from(self.cols.count()),
        }
    }

    /// The newest attempt there is. Threads ask when they begin with a job.
    pub fn attempt(&self) -> Arc<Attempt> {
        self.newest().clone()
    }

    /// The attempt after `done`, or a later one. `None` where there is no nonce to change.
    pub fn attempt_after(&self, done: &Attempt) -> Option<Arc<Attempt>> {
        let next = self.make_next(done)?.upgrade();
        // Where it is over already, this thread is far behind the others.
        Some(next.unwrap_or_else(|| self.attempt()))
    }

    /// Makes the attempt after `attempt`, unless it is there: then no thread waits for another. `None` where there is no nonce
    /// to change.
    pub fn make_next<'a>(&self, attempt: &'a Attempt) -> Option<&'a Weak<Attempt>> {
        let nonce = Some(attempt.nonce?.wrapping_add(1));
        Some(attempt.next.get_or_init(|| {
            let hash_a = self.a_commitment_of(nonce).root();
            let (job, plan) = (&self.job, &self.plan);
            let next = Attempt::new(self.kernel, job, plan, &self.b_seed, &hash_a, nonce);
            let next = Arc::new(next);
            *self.newest() = next.clone();
            Arc::downgrade(&next)
        }))
    }

    pub(super) fn newest(&self) -> MutexGuard<'_, Arc<Attempt>> {
        self.attempt
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The commitment to A with this nonce.
    pub(super) fn a_commitment_of(&self, nonce: Option<u64>) -> Commitment {
        let mut commitment = self.a_commitment.clone();
        commitment.replace_at(0, &|at, out| self.fill_a(nonce, at, out));
        commitment
    }

    /// Bytes of A with this nonce.
    pub(super) fn fill_a(&self, nonce: Option<u64>, at: u64, out: &mut [u8]) {
        let matrix = &self.operands.a;
        Nonced { matrix, nonce }.fill(at, self.entries(self.job.shape.m), out);
    }

    /// Bytes of BT.
    pub(super) fn fill_bt(&self, at: u64, out: &mut [u8]) {
        let entries = self.entries(self.job.shape.n);
        self.operands.bt.fill(at, entries, out);
        if let Some(spare) = &self.spare {
            spare.fill(at, out);
        }
    }

    fn entries(&self, dim: u32) -> u64 {
        u64::from(dim) * u64::from(self.job.shape.config.k)
    }
}
