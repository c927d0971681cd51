//! Small jobs of any shape, on any matrices, with any kernel of this processor: every tile is searched, the same ones are
//! found as by the scalar kernel that defines them, and what is found verifies. This is where the `unsafe` of the kernels runs.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pearl_core::kernels::Kernel;
use pearl_core::pattern::Pattern;
use pearl_core::search::{Job, Matrix, Shape, WholeAttempt, search_whole};
use pearl_core::target::U256;
use pearl_core::verify::verify;

#[derive(Arbitrary, Debug)]
struct Input {
    kernel: u8,
    m: u8,
    n: u8,
    k: u8,
    rank: u8,
    rows: Side,
    cols: Side,
    header: u8,
    cert_version: u8,
    a: Contents,
    bt: Contents,
    nonce: Option<u64>,
    memory: u8,
    block_rows: Option<u8>,
    eliminate: bool,
}

#[derive(Arbitrary, Debug)]
enum Side {
    Contiguous(u8),
    Bytes([u8; 6]),
    /// Two runs of `length`, `gap` apart.
    Split {
        length: u8,
        gap: u8,
    },
}

#[derive(Arbitrary, Debug)]
enum Contents {
    Constant(i8),
    Random(u64),
}

impl Side {
    fn pattern(&self) -> Option<Pattern> {
        match *self {
            Side::Contiguous(length) => Pattern::contiguous(u32::from(length % 64) + 1),
            Side::Bytes(bytes) => Pattern::from_bytes(bytes),
            Side::Split { length, gap } => {
                let length = u32::from(length % 16) + 1;
                let gap = length * (u32::from(gap % 8) + 1);
                Pattern::from_indices(&(0..length).chain(gap..gap + length).collect::<Vec<_>>())
            }
        }
        .ok()
    }
}

impl Contents {
    fn matrix(&self) -> Matrix {
        match *self {
            // A nonce takes one off some entries, which have to stay at -64 and above.
            Contents::Constant(entry) => Matrix::Constant(entry.clamp(-63, 64)),
            Contents::Random(seed) => Matrix::Random(seed),
        }
    }
}

fuzz_target!(|input: Input| {
    let (Some(rows), Some(cols)) = (input.rows.pattern(), input.cols.pattern()) else {
        return;
    };
    // The nonce is in the first 64 entries of a constant A; the miner has no other use for one.
    let constant = matches!(input.a, Contents::Constant(_));
    let (m, n) = (u32::from(input.m % 96) + 1, u32::from(input.n) + 1);
    let k = (u32::from(input.k % 20) + 16) * 64;
    let job = Job {
        id: 1,
        header: [input.header; 76],
        cert_version: u32::from(input.cert_version % 3) + 1,
        target: U256::MAX,
        shape: Shape::new(m, n, k, 32 << (input.rank % 4), rows, cols),
        allow_saturated: true,
    };
    let kernels: Vec<Kernel> = Kernel::all().collect();
    let mut whole = WholeAttempt {
        kernel: kernels[usize::from(input.kernel) % kernels.len()],
        a: input.a.matrix(),
        bt: input.bt.matrix(),
        nonce: input.nonce.filter(|_| constant),
        memory_bytes: 1 << (12 + input.memory % 16),
        block_rows: input.block_rows.map(|rows| usize::from(rows) + 1),
        eliminate: input.eliminate,
    };
    let Ok(searched) = search_whole(job, &whole) else {
        return;
    };
    assert!(searched.memory_bytes() <= whole.memory_bytes);
    assert_eq!(searched.found.len() as u64, searched.tiles);
    let penalty = job.shape.rank_penalty();
    for found in searched
        .found
        .iter()
        .step_by(searched.found.len().div_ceil(4).max(1))
    {
        let proof = searched.prove(found).proof;
        let ticket = verify(&job.header, job.cert_version, penalty, job.target, &proof).unwrap();
        assert_eq!((ticket.t_rows, ticket.t_cols), found.start);
        // A centred sum may have wrapped; the oracle below wraps where it does.
        assert!(ticket.hash == found.hash || whole.kernel.centred().is_some());
    }
    if searched.tiles <= 64 && whole.kernel != Kernel::SCALAR {
        whole.kernel = whole.kernel.oracle();
        whole.memory_bytes = 1 << 30;
        let scalar = search_whole(job, &whole).unwrap();
        assert_eq!(scalar.found, searched.found);
    }
});
