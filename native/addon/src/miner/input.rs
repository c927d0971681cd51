//! Options and jobs as JavaScript gives them, turned into the search's own or refused.

use crate::exact::{invalid, need_header, need_u32, need_u32s, need_u256};
use napi::Result;
use napi::bindgen_prelude::{BigInt, Buffer};
use napi_derive::napi;
use pearl_core::kernels::{Isa, Kernel};
use pearl_core::pattern::Pattern;
use pearl_core::search;

/// Largest integer that a double holds exactly, with all below it.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// More than any machine has: a wild number must not ask the system for a billion threads.
const MAX_THREADS: u32 = 4096;

/// How to mine.
#[napi(object)]
pub struct MinerOptions {
    pub threads: f64,
    /// Forces a kernel by name; the best one otherwise.
    pub kernel: Option<String>,
    /// Ceiling for all large buffers together.
    pub memory_bytes: f64,
    /// Rows of A' made at a time; the kernel's own choice otherwise.
    pub block_rows: Option<f64>,
    #[napi(ts_type = "'constant' | 'random'")]
    pub matrices: String,
    /// Threads run only when nothing else wants the processor.
    pub idle_priority: bool,
}

/// What is multiplied: A of m x k, B of k x n, noise of a rank, and the index lists of a tile's rows and columns.
#[napi(object)]
pub struct Shape {
    pub m: f64,
    pub n: f64,
    pub k: f64,
    pub rank: f64,
    #[napi(ts_type = "ReadonlyArray<number>")]
    pub rows: Vec<f64>,
    #[napi(ts_type = "ReadonlyArray<number>")]
    pub cols: Vec<f64>,
}

/// What to mine (protocol sections 2 and 7).
#[napi(object)]
pub struct Job {
    /// Any number of the caller's: comes back with each solution.
    pub id: f64,
    /// 76 bytes.
    pub header: Buffer,
    pub cert_version: f64,
    /// The target before it is scaled to a tile, below 2^256.
    pub target: BigInt,
    pub shape: Shape,
}

/// The shape of the search that this is.
pub fn shape_of(shape: &Shape) -> Result<search::Shape> {
    let pattern = |name: &str, indices: &[f64]| {
        Pattern::from_indices(&need_u32s(name, indices)?)
            .map_err(|error| invalid(format!("{name}: {error}")))
    };
    let rank = u16::try_from(need_u32("rank", shape.rank)?)
        .map_err(|_| invalid("the rank is above 65535"))?;
    Ok(search::Shape::new(
        need_u32("m", shape.m)?,
        need_u32("n", shape.n)?,
        need_u32("k", shape.k)?,
        rank,
        pattern("rows", &shape.rows)?,
        pattern("cols", &shape.cols)?,
    ))
}

/// A number of threads that a machine can have.
pub fn need_threads(value: f64) -> Result<usize> {
    match need_u32("threads", value)? {
        threads @ 1..=MAX_THREADS => Ok(threads as usize),
        other => Err(invalid(format!(
            "threads are 1 to {MAX_THREADS}, not {other}"
        ))),
    }
}

/// The matrices of this name.
pub fn matrices_of(name: &str) -> Result<search::Matrices> {
    match name {
        "constant" => Ok(search::Matrices::Constant),
        "random" => Ok(search::Matrices::Random),
        other => Err(invalid(format!(
            "matrices are constant or random, not {other}"
        ))),
    }
}

/// The kernel of this name, if this processor has it.
pub fn kernel_of(name: &str) -> Result<Kernel> {
    Kernel::all()
        .find(|kernel| kernel.name() == name)
        .ok_or_else(|| {
            let known: Vec<_> = Kernel::all().map(Kernel::name).collect();
            invalid(format!(
                "this processor has no kernel called {name}, only {}",
                known.join(", ")
            ))
        })
}

/// The job of the search that this is.
pub fn job_of(job: Job) -> Result<search::Job> {
    let Job {
        id,
        header,
        cert_version,
        target,
        shape,
    } = job;
    if !(0.0..=MAX_SAFE).contains(&id) || id.fract() != 0.0 {
        return Err(invalid(format!("a job's id is a safe integer, not {id}")));
    }
    Ok(search::Job {
        id: id as u64,
        header: need_header(&header)?,
        cert_version: need_u32("certVersion", cert_version)?,
        target: need_u256("target", &target)?,
        shape: shape_of(&shape)?,
        // Where every tile wins, the target cannot be meant.
        allow_saturated: false,
    })
}

/// The options of the search that these are.
pub fn options_of(options: &MinerOptions) -> Result<search::MinerOptions> {
    let kernel = options.kernel.as_deref().map(|name| {
        Isa::from_name(name).ok_or_else(|| {
            invalid(format!(
                "there is no kernel called {name} on this architecture"
            ))
        })
    });
    let block_rows = options.block_rows.map(|rows| need_u32("blockRows", rows));
    Ok(search::MinerOptions {
        threads: need_threads(options.threads)?,
        kernel: kernel.transpose()?,
        // The cast saturates; a ceiling beyond all memory is none.
        memory_bytes: options.memory_bytes as u64,
        matrices: matrices_of(&options.matrices)?,
        block_rows: block_rows.transpose()?.map(|rows| rows as usize),
        eliminate: true,
        idle_priority: options.idle_priority,
    })
}
